//! What was meant, where a name is given that nothing has.

use super::globals::Globals;
use crate::effects::cluster::Cluster;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::nearest::nearest;
use crate::world::Kind;

/// The error with the name that is nearest to what was written, if one is near.
pub(super) fn near<'n>(error: Error, written: &str, names: impl Iterator<Item = &'n str>) -> Error {
    match nearest(written, names) {
        Some(near) => error.hint(format!("the nearest name is {near}")),
        None => error,
    }
}

/// The error of something that is not there, with the nearest namespace where the cluster has none
/// of that name.
pub(super) fn namespace(error: Error, globals: &Globals) -> Error {
    let Some(written) = globals.scope().filter(|_| error.exit == Exit::NotThere) else {
        return error;
    };
    let listed = globals.access().and_then(|access| {
        let mut cluster = Cluster::connect(&access)?;
        cluster.names(Kind::Namespaces, None)
    });
    // Who may not list them is told what is known anyway.
    let Ok(names) = listed else { return error };
    if names.iter().any(|it| it.name == written) {
        return error;
    }
    let error = error.hint(format!("there is no namespace {written}"));
    near(error, &written, names.iter().map(|it| &*it.name))
}
