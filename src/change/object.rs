//! An object of the cluster, as it stands there.

use std::fmt;

use serde_json::{Map, Value};

use crate::model::kubernetes::LAST_APPLIED;
use crate::model::manifest::{Manifest, laid_over};
use crate::model::{Key, ObjectRef};

/// What is there under a name.
#[derive(Clone, Debug, PartialEq)]
pub enum Live {
    /// Nothing.
    Absent,
    /// This.
    There(Value),
}

impl Live {
    /// What is there with what is wanted laid over it: maps are merged, all else is replaced. Near
    /// enough to what the API server makes of it to say whether something changes.
    pub fn merged(&self, manifest: &Manifest) -> Value {
        let wanted = serde_json::to_value(manifest).unwrap_or_default();
        match self {
            Self::Absent => wanted,
            Self::There(live) => laid_over(live.clone(), wanted),
        }
    }
}

/// What the API server answered to a change.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// It is done, and this came of it.
    Done(Value),
    /// It is not.
    Refused(Refusal),
}

/// Why the API server does not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its code, as of HTTP.
    pub code: u16,
    /// Its words.
    pub message: String,
}

impl Refusal {
    /// Its words in one line: of several conflicts there is one each.
    pub fn words(&self) -> String {
        self.message.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// What a look at an object brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// What is there.
    pub live: Live,
    /// What a dry run of applying it was answered.
    pub reply: Reply,
    /// What would come of it if the fields of others were taken over, where they stand in the way.
    pub forced: Option<Value>,
}

/// An object as the API server has it. A Secret's values are in it, so it is never shown whole.
#[derive(Clone, PartialEq)]
pub struct Object {
    value: Value,
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Object({})", self.reference())
    }
}

impl Object {
    /// What the API server answered.
    pub fn of(value: Value) -> Self {
        Self { value: without_values(value) }
    }

    /// A text at a path such as `/spec/secretName`; empty where there is none.
    pub fn text(&self, pointer: &str) -> &str {
        self.value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// Texts in a list at a path.
    pub fn texts(&self, pointer: &str) -> Vec<&str> {
        let list = self.value.pointer(pointer).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The objects in a list at a path.
    pub fn items(&self, pointer: &str) -> &[Value] {
        self.value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// What its status says of a condition, if anything.
    pub fn condition(&self, of: &str) -> Option<&Value> {
        self.items("/status/conditions").iter().find(|it| it["type"] == of)
    }

    /// What is at a path.
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        self.value.pointer(pointer)
    }

    /// Its kind.
    pub fn kind(&self) -> &str {
        self.text("/kind")
    }

    /// Namespace and name.
    pub fn key(&self) -> Key {
        Key::new(self.text("/metadata/namespace"), self.text("/metadata/name"))
    }

    /// A label; empty where it has none.
    pub fn label(&self, label: &str) -> &str {
        let labels = self.value.pointer("/metadata/labels");
        labels.and_then(|it| it.get(label)).and_then(Value::as_str).unwrap_or_default()
    }

    /// An annotation; empty where it has none.
    pub fn annotation(&self, annotation: &str) -> &str {
        let all = self.value.pointer("/metadata/annotations");
        all.and_then(|it| it.get(annotation)).and_then(Value::as_str).unwrap_or_default()
    }

    /// As reports name it.
    pub fn reference(&self) -> ObjectRef {
        let Key { namespace, name } = self.key();
        let mut object = ObjectRef::named(self.kind(), &namespace, &name);
        self.text("/apiVersion").clone_into(&mut object.api_version);
        object
    }

    /// As kubectl names it.
    pub fn resource_name(&self) -> String {
        super::resource_name(self.kind(), self.text("/apiVersion"), &self.key().name)
    }

    /// All of it that a person sets.
    pub fn set_by_people(&self) -> Value {
        set_by_people(&self.value)
    }
}

/// An object without what it keeps, if it is a Secret: that is nobody's business here.
pub fn without_values(mut value: Value) -> Value {
    if value["kind"] == "Secret" {
        for field in ["data", "stringData"] {
            if let Some(Value::Object(values)) = value.get_mut(field) {
                values.values_mut().for_each(|it| *it = Value::Null);
            }
        }
    }
    value
}

/// An object without what the API server and controllers keep in it.
pub(super) fn set_by_people(value: &Value) -> Value {
    const SERVERS_OWN: [&str; 6] =
        ["managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink"];
    let mut value = value.clone();
    if let Value::Object(fields) = &mut value {
        fields.shift_remove("status");
        if let Some(Value::Object(metadata)) = fields.get_mut("metadata") {
            metadata.retain(|field, _| !SERVERS_OWN.contains(&&**field));
            let annotations = metadata.get_mut("annotations").and_then(Value::as_object_mut);
            if let Some(annotations) = annotations {
                annotations.shift_remove(LAST_APPLIED);
                if annotations.is_empty() {
                    metadata.shift_remove("annotations");
                }
            }
        }
    }
    sorted(value)
}

/// Fields in one order, whoever wrote them: two objects that mean the same are equal as text.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(String, Value)> = fields.into_iter().collect();
            fields.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(fields.into_iter().map(|(k, v)| (k, sorted(v))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        value => value,
    }
}
