//! What is deleted of an application, in which order.

use super::object::Object;
use super::owner::{self, Owner};
use crate::model::Key;

/// What is deleted, in that order, and what is left.
#[derive(Clone, Debug, Default)]
pub struct Removal {
    /// What goes.
    pub goes: Vec<Object>,
    /// What stays, though it bears our labels: a repository would make it again.
    pub kept: Vec<(Object, &'static str)>,
    /// The secrets that Certificates among them are written to, each with that Certificate's name:
    /// cert-manager leaves them behind (its `--enable-certificate-owner-ref` is off by default;
    /// cert-manager 1.19).
    pub secrets: Vec<(Key, String)>,
}

/// Kinds in the order in which they go: first what sends requests on, then what serves, then what
/// writes the secret, so that nothing is served without its certificate and nothing writes a secret
/// anew. What applications share stays.
const ORDER: [&str; 5] = ["VirtualService", "Gateway", "Certificate", "Secret", "Issuer"];

/// Puts an application's objects in the order in which they are deleted.
pub fn order(objects: Vec<Object>, app: &Key, ignore_repository: bool) -> Removal {
    let mut removal = Removal::default();
    for object in objects {
        match owner::of(&object) {
            Owner::Repository(_) if ignore_repository => removal.goes.push(object),
            Owner::Repository(tool) => removal.kept.push((object, tool)),
            Owner::Ours(of) if of == *app => removal.goes.push(object),
            Owner::Ours(_) | Owner::Gateway(_) | Owner::Shared | Owner::Foreign => {}
        }
    }
    let rank = |object: &Object| {
        ORDER.iter().position(|kind| *kind == object.kind()).unwrap_or(ORDER.len())
    };
    removal.goes.sort_by_key(|it| (rank(it), it.key()));
    let certificates = removal.goes.iter().filter(|it| it.kind() == "Certificate");
    let written = |it: &Object| {
        let Key { namespace, name } = it.key();
        (Key::new(namespace, it.text("/spec/secretName")), name)
    };
    removal.secrets = certificates.map(written).collect();
    removal
}
