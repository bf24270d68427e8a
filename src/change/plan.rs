//! What happens to each object, and what stands in the way.

use serde_json::Value;

use super::object::{Live, Look, Object, Refusal, Reply, set_by_people};
use super::owner::{self, Owner};
use crate::model::ObjectRef;
use crate::model::manifest::Manifest;

/// What happens to an object, in kubectl's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is made.
    Created,
    /// It is changed.
    Configured,
    /// It is as it is to be.
    Unchanged,
}

impl Action {
    /// kubectl's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Configured => "configured",
            Self::Unchanged => "unchanged",
        }
    }
}

/// Why an object cannot, or should not, be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It is there, and igwctl did not make it for this application or gateway.
    Foreign {
        /// Whose it is.
        of: Owner,
    },
    /// A repository says what it is.
    Repository(&'static str),
    /// Others set fields that are to be changed: the API server's words name them.
    Conflict(String),
    /// The user may not.
    Forbidden(String),
    /// Its namespace is not there, or the kind is not served.
    NotThere(String),
    /// The API server refuses it.
    Refused(String),
}

impl Obstacle {
    /// What the API server's no comes to.
    pub fn of(refusal: Refusal) -> Self {
        let words = refusal.words();
        let Refusal { code, message } = refusal;
        match code {
            403 => Self::Forbidden(message),
            404 => Self::NotThere(message),
            409 => Self::Conflict(words),
            _ => Self::Refused(message),
        }
    }
}

/// What happens to one object.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is to be.
    pub manifest: Manifest,
    /// What happens.
    pub action: Action,
    /// As it is there, without what controllers keep in it.
    pub before: Option<Value>,
    /// As it will be.
    pub after: Value,
    /// What stands in the way.
    pub obstacles: Vec<Obstacle>,
}

impl Step {
    /// What makes this of that, with nothing in the way.
    pub fn of(manifest: Manifest, before: Option<Value>, after: Value) -> Self {
        let action = match &before {
            None => Action::Created,
            Some(before) if *before == after => Action::Unchanged,
            Some(_) => Action::Configured,
        };
        Self { manifest, action, before, after, obstacles: Vec::new() }
    }

    /// The object.
    pub fn object(&self) -> ObjectRef {
        self.manifest.object()
    }

    /// As kubectl names it.
    pub fn resource_name(&self) -> String {
        let Manifest { kind, api_version, .. } = &self.manifest;
        super::resource_name(kind, api_version, &self.manifest.key().name)
    }
}

/// What happens to all.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// In the order in which it happens.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(|it| it.action == Action::Unchanged)
    }
}

/// Plans one object of an application or a gateway, from what is there and what a dry run brought.
pub fn plan(manifest: Manifest, whose: &Owner, look: Look) -> Step {
    let Look { live, reply, forced } = look;
    let before = match live {
        Live::Absent => None,
        Live::There(value) => Some(value),
    };
    let mut obstacles = Vec::new();
    if let Some(value) = &before {
        match owner::of(&Object::of(value.clone())) {
            of if of == *whose => {}
            Owner::Shared => {}
            Owner::Repository(tool) => obstacles.push(Obstacle::Repository(tool)),
            of => obstacles.push(Obstacle::Foreign { of }),
        }
    }
    let before = before.as_ref().map(set_by_people);
    let after = match reply {
        Reply::Done(value) => set_by_people(&value),
        // A Role that a dry run did not make cannot be bound in one.
        Reply::Refused(it) if manifest.kind == "RoleBinding" && lacks_role(&it) => {
            set_by_people(&serde_json::to_value(&manifest).unwrap_or_default())
        }
        Reply::Refused(refusal) => {
            obstacles.push(Obstacle::of(refusal));
            let wanted = || serde_json::to_value(&manifest).unwrap_or_default();
            set_by_people(&forced.unwrap_or_else(wanted))
        }
    };
    Step { obstacles, ..Step::of(manifest, before, after) }
}

/// Whether it is the Role that is not there, and not the namespace.
fn lacks_role(refusal: &Refusal) -> bool {
    refusal.code == 404 && !refusal.message.starts_with("namespaces ")
}
