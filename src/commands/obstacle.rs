//! What stands in the way of writing an object, as an error that says what to do.

use crate::change::{Obstacle, Refusal};
use crate::error::Error;
use crate::exit::Exit;
use crate::model::{Key, ObjectRef};

/// The error of an object that the API server refused when it was sent.
pub(super) fn refused(object: &ObjectRef, refusal: Refusal, apps: &[Key]) -> Error {
    error(object, &Obstacle::of(refusal), apps)
}

/// The error of what stands in an object's way; `apps` are those that are being applied.
pub(super) fn error(object: &ObjectRef, obstacle: &Obstacle, apps: &[Key]) -> Error {
    match obstacle {
        Obstacle::Foreign { app: Some(app) } => {
            Error::new(Exit::Failed, format!("{object} is of the application {app}"))
                .hint(
                    "another APP, --certificate-name or --secret-name makes objects of other names",
                )
                .hint("--adopt takes it over")
        }
        Obstacle::Foreign { app: None } => {
            Error::new(Exit::Failed, format!("{object} is there, and was not made by igwctl"))
                .hint("--adopt takes it over; another APP makes objects of other names")
        }
        Obstacle::Repository(tool) => Error::new(
            Exit::Failed,
            format!("{object} is kept by {tool}: what is changed here it changes back"),
        )
        .hint("change it in the repository: igwctl render writes the manifests")
        .hint("--ignore-repository changes it all the same"),
        Obstacle::Conflict(message) => {
            let words = message.split_whitespace().collect::<Vec<_>>().join(" ");
            Error::new(Exit::Failed, format!("{object}: {words}"))
                .hint("--force-conflicts takes these fields over")
        }
        Obstacle::Forbidden(message) => {
            let place = &object.namespace;
            let error =
                Error::new(Exit::Forbidden, format!("{object} may not be written: {message}"));
            if apps.iter().any(|app| app.namespace == *place) {
                error.hint("docs/roles/apply.yaml has the rights that it takes")
            } else {
                error.hint(format!(
                    "{place} is where the gateway's pods are, and a gateway reads secrets only there: \
                     ask for the right, or for a gateway in the application's own namespace"
                ))
            }
        }
        Obstacle::NotThere(message) => {
            let error = Error::new(Exit::NotThere, format!("{object}: {message}"));
            if message.contains("namespaces") {
                error.hint(format!("kubectl create namespace {}", object.namespace))
            } else {
                error
            }
        }
        Obstacle::Refused(message) => {
            Error::new(Exit::Failed, format!("the API server refuses {object}: {message}"))
        }
    }
}
