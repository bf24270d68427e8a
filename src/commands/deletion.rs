//! What the API server said to a deletion, as the error that it is.

use crate::change::{Object, Reply};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::ObjectRef;
use crate::report::step::plural;

/// What was deleted already is gone all the same. `roles` is the file with the rights.
///
/// # Errors
/// 5 with the right that is missing, or 3 with the API server's words.
pub(super) fn gone(object: &Object, reply: Reply, roles: &str) -> Result<()> {
    let refusal = match reply {
        Reply::Done(_) => return Ok(()),
        Reply::Refused(it) if it.code == 404 => return Ok(()),
        Reply::Refused(it) => it,
    };
    let object = object.reference();
    let words = refusal.words();
    if refusal.code == 403 && words.contains("cannot delete") {
        return Err(Error::new(Exit::Forbidden, format!("{object} may not be deleted: {words}"))
            .hint(format!("it takes the right to {}; {roles} has all", right(&object))));
    }
    // An admission policy answers with 403 too (Kubernetes 1.26 to 1.34, ValidatingAdmissionPolicy
    // with reason Forbidden), and is nothing that a Role gives.
    let exit = if refusal.code == 403 { Exit::Forbidden } else { Exit::Failed };
    Err(Error::new(exit, format!("{object} is not deleted: {words}")))
}

/// Nothing of it goes: a repository keeps some of it, and half of it would serve nobody.
pub(super) fn kept(what: &str, kept: &[(Object, &'static str)]) -> Result<()> {
    let Some((_, tool)) = kept.first() else { return Ok(()) };
    let objects: Vec<String> = kept.iter().map(|(it, _)| it.reference().to_string()).collect();
    let message = format!(
        "nothing of {what} is deleted: {tool} keeps {}, and would make it again",
        objects.join(", ")
    );
    Err(Error::new(Exit::Failed, message)
        .hint("take it out of the repository")
        .hint("--ignore-repository deletes it all the same"))
}

/// The right that deleting an object takes, as a clause.
fn right(object: &ObjectRef) -> String {
    let resource = plural(&object.api_version, &object.kind).unwrap_or(&object.kind);
    match object.namespace.as_str() {
        "" => format!("delete {resource}"),
        namespace => format!("delete {resource} in {namespace}"),
    }
}
