//! An object that is to be written: what kubectl would be given, and what may be shown of it.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Key, ObjectRef, yaml};

/// An object that is to be written, with its fields in the order in which people write them.
///
/// A Secret's holds its private key: it is sent and never shown, for which there is `shown`.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata`: name, namespace, labels, annotations.
    pub metadata: Map<String, Value>,
    /// All else: `spec`, or a Secret's `type` and `data`.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Manifest {
    /// An object without labels, of a kind with namespaces unless `namespace` is empty.
    pub fn new(api_version: &str, kind: &str, namespace: &str, name: &str) -> Self {
        let mut metadata = Map::from_iter([("name".to_owned(), json!(name))]);
        if !namespace.is_empty() {
            metadata.insert("namespace".to_owned(), json!(namespace));
        }
        let (api_version, kind) = (api_version.to_owned(), kind.to_owned());
        Self { api_version, kind, metadata, rest: Map::new() }
    }

    /// With a field beside `metadata`, such as `spec`.
    #[must_use]
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.rest.insert(field.to_owned(), value);
        self
    }

    /// With a label.
    #[must_use]
    pub fn label(mut self, label: &str, value: &str) -> Self {
        let labels = self.metadata.entry("labels").or_insert_with(|| json!({}));
        if let Value::Object(labels) = labels {
            labels.insert(label.to_owned(), json!(value));
        }
        self
    }

    /// Namespace and name.
    pub fn key(&self) -> Key {
        let text = |field| self.metadata.get(field).and_then(Value::as_str).unwrap_or_default();
        Key::new(text("namespace"), text("name"))
    }

    /// As reports name it.
    pub fn object(&self) -> ObjectRef {
        let Key { namespace, name } = self.key();
        let mut object = ObjectRef::named(&self.kind, &namespace, &name);
        object.api_version.clone_from(&self.api_version);
        object
    }

    /// Whether a private key is in it.
    pub fn has_private_key(&self) -> bool {
        self.kind == "Secret" && self.rest.get("data").is_some_and(|it| it.get("tls.key").is_some())
    }

    /// The same without what a Secret keeps: each value is replaced by a word that says so.
    #[must_use]
    pub fn shown(&self) -> Self {
        let mut shown = self.clone();
        if self.kind == "Secret" {
            for field in ["data", "stringData"] {
                if let Some(Value::Object(values)) = shown.rest.get_mut(field) {
                    values.values_mut().for_each(|value| *value = json!("(not shown)"));
                }
            }
        }
        shown
    }

    /// As YAML that kubectl reads back unchanged.
    pub fn to_yaml(&self) -> String {
        yaml::write(self)
    }
}

/// Never a Secret's values: what is printed for debugging ends in logs.
impl fmt::Debug for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Manifest({})", self.object())
    }
}

/// A value with another laid over it: maps are merged, all else is replaced.
pub fn laid_over(under: Value, over: Value) -> Value {
    match (under, over) {
        (Value::Object(mut under), Value::Object(over)) => {
            for (field, value) in over {
                let below = under.get_mut(&field).map(Value::take).unwrap_or_default();
                under.insert(field, laid_over(below, value));
            }
            Value::Object(under)
        }
        (_, over) => over,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_written_in_the_order_that_people_expect() {
        let gateway = Manifest::new("networking.istio.io/v1", "Gateway", "no", "shop")
            .label("app", "1e3")
            .with("spec", json!({ "selector": { "istio": "ingressgateway" } }));
        let text = gateway.to_yaml();
        let order = ["apiVersion", "kind", "metadata", "name", "namespace", "labels", "spec"];
        let places: Vec<_> = order.iter().map(|it| text.find(&format!("{it}:"))).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{text}");
        assert!(!text.contains("namespace: no\n") && !text.contains("app: 1e3"), "{text}");
    }

    #[test]
    fn what_a_secret_keeps_is_never_shown() {
        let secret = Manifest::new("v1", "Secret", "a", "b")
            .with("type", json!("kubernetes.io/tls"))
            .with("data", json!({ "tls.key": "czNjcjN0" }));
        let shown = secret.shown().to_yaml() + &format!("{secret:?}");
        assert!(!shown.contains("czNjcjN0") && shown.contains("tls.key"), "{shown}");
        assert!(secret.to_yaml().contains("czNjcjN0"));
    }
}
