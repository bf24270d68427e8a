//! Whose an object is: ours, somebody's, a repository's.

use super::object::Object;
use crate::model::Key;
use crate::model::labels::{APP, APP_NAMESPACE, GATEWAY, MANAGED_BY, repository_tool};

/// Whose an object is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// igwctl made it, for this application.
    Ours(Key),
    /// igwctl made it, for this gateway.
    Gateway(Key),
    /// igwctl made it, and applications share it.
    Shared,
    /// It is kept as a repository says, by this tool: what is changed here it changes back.
    Repository(&'static str),
    /// Somebody else's, or nobody's in particular.
    Foreign,
}

/// Whose an object is, by its labels and annotations.
pub fn of(object: &Object) -> Owner {
    let has = |sign: &str| !object.label(sign).is_empty() || !object.annotation(sign).is_empty();
    if let Some(tool) = repository_tool(has) {
        return Owner::Repository(tool);
    }
    if object.label(MANAGED_BY.0) != MANAGED_BY.1 {
        return Owner::Foreign;
    }
    match (object.label(APP), object.label(GATEWAY)) {
        ("", "") => Owner::Shared,
        ("", gateway) => Owner::Gateway(Key::new(object.key().namespace, gateway)),
        (app, _) => Owner::Ours(Key::new(object.label(APP_NAMESPACE), app)),
    }
}
