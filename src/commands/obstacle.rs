//! What stands in the way of writing an object, as an error that says what to do.

use super::{bootstrap, delete};
use crate::change::Obstacle;
use crate::change::owner::Owner;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::{Key, ObjectRef};

/// Who wants to write.
#[derive(Clone, Copy)]
pub(super) enum Sender<'a> {
    /// `apply` and `diff`, for these applications.
    Apply(&'a [Key]),
    /// `bootstrap`.
    Bootstrap,
}

impl Sender<'_> {
    /// What gives the objects other names.
    fn other_names(self) -> &'static str {
        match self {
            Self::Apply(_) => {
                "another APP, --certificate-name or --secret-name makes objects of other names"
            }
            Self::Bootstrap => "another NAME makes objects of other names",
        }
    }
}

/// The error of what stands in an object's way.
pub(super) fn error(object: &ObjectRef, obstacle: &Obstacle, sender: Sender<'_>) -> Error {
    match obstacle {
        Obstacle::Foreign { of } => {
            let whose = match of {
                Owner::Ours(app) => format!("is of the application {app}"),
                Owner::Gateway(gateway) => format!("is of the gateway {gateway}"),
                Owner::Shared | Owner::Repository(_) | Owner::Foreign => {
                    "is there, and was not made by igwctl".to_owned()
                }
            };
            Error::new(Exit::Failed, format!("{object} {whose}"))
                .hint(sender.other_names())
                .hint("--adopt takes it over")
        }
        Obstacle::Repository(tool) => Error::new(
            Exit::Failed,
            format!("{object} is kept by {tool}: what is changed here it changes back"),
        )
        .hint(match sender {
            Sender::Apply(_) => "change it in the repository: igwctl render writes the manifests",
            Sender::Bootstrap => "change it in the repository: --render writes the manifests",
        })
        .hint("--ignore-repository changes it all the same"),
        Obstacle::Conflict(words) => Error::new(Exit::Failed, format!("{object}: {words}"))
            .hint("--force-conflicts takes these fields over"),
        Obstacle::Forbidden(message) => {
            let place = &object.namespace;
            let error =
                Error::new(Exit::Forbidden, format!("{object} may not be written: {message}"));
            let Sender::Apply(apps) = sender else {
                return error
                    .hint(format!("{} has the rights that it takes", bootstrap::ROLES))
                    .hint("--render writes what somebody else may apply");
            };
            match apps.first() {
                Some(app) if apps.iter().all(|app| app.namespace != *place) => {
                    let Key { namespace, name } = app;
                    error
                        .hint(format!(
                            "{place} is where the gateway's pods are, and a gateway reads secrets \
                             only there: ask for the right, or give {namespace} a gateway of its own:"
                        ))
                        .hint(format!("igwctl bootstrap {name}-ingressgateway -n {namespace}"))
                }
                _ => error.hint(format!("{} has the rights that it takes", delete::ROLES)),
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
