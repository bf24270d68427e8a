//! The snapshot as one file: objects as served, credentials instead of Secrets, what logs said.
//!
//! Nothing private goes in: Secrets as facts only, and of other objects no value that could be a
//! key or a token.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::coverage::Record;
use super::{AssumedGateway, Kind, Stored as _, World, private, redact};
use crate::logs::Sighting;
use crate::model::credential::Credential;
use crate::model::kubernetes::Metadata;
use crate::model::yaml;

/// The head of a bundle.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// `igwctl/v1`.
    pub api_version: String,
    /// `Snapshot`.
    pub kind: String,
    /// The moment that the bundle is of.
    pub now: Timestamp,
    /// The gateways that the user says are there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumed: Vec<AssumedGateway>,
    /// The cluster's context, where it is of a cluster; never a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// How many inputs it was made of.
    #[serde(default)]
    pub inputs: usize,
    /// What the reader should know of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// What it shows all of, and what could not be read.
    #[serde(flatten)]
    pub coverage: Record,
}

/// An object as it was served.
#[derive(Clone, Debug)]
pub struct RawObject {
    kind: Kind,
    value: Value,
}

impl RawObject {
    /// An object of that kind.
    pub fn new(kind: Kind, api_version: &str, mut value: Value) -> Self {
        // The API server leaves both out of a list's items.
        if let Some(object) = value.as_object_mut() {
            object.entry("apiVersion").or_insert_with(|| json!(api_version));
            object.entry("kind").or_insert_with(|| json!(kind.kind()));
        }
        Self { kind, value }
    }

    /// Its namespace, empty where it has none.
    pub fn namespace(&self) -> String {
        self.metadata("namespace").to_owned()
    }

    /// Says where it lies, for an object that does not say it itself.
    pub fn place(&mut self, namespace: &str) {
        if let Some(metadata) = self.value.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.insert("namespace".to_owned(), json!(namespace));
        }
    }

    /// Whether an API server served it.
    pub fn is_live(&self) -> bool {
        !self.metadata("uid").is_empty() && !self.metadata("resourceVersion").is_empty()
    }

    fn metadata(&self, field: &str) -> &str {
        self.value
            .pointer(&format!("/metadata/{field}"))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The object, without what is private or only bulk.
    fn cleaned(self) -> Value {
        private::without(self.kind, self.value)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a, T> {
    api_version: &'a str,
    kind: &'a str,
    #[serde(flatten)]
    body: T,
}

impl World {
    /// The bundle, as a YAML stream. It holds objects only where the world was read with them.
    /// Redacted, names are replaced by stand-ins.
    pub fn to_bundle(&self, notices: &[String], is_redacted: bool) -> String {
        let api_version = crate::model::API_VERSION;
        let header = Header {
            api_version: api_version.to_owned(),
            kind: "Snapshot".to_owned(),
            now: self.now,
            assumed: self.assumed.clone(),
            context: self.context.clone(),
            inputs: self.inputs,
            notices: if self.context.is_some() { notices.to_vec() } else { Vec::new() },
            coverage: self.coverage.record(),
        };
        let mut sheets = if is_redacted { Sheets::Values(vec![]) } else { Sheets::Texts(vec![]) };
        sheets.add(&header);
        for raw in self.raw.iter().flatten() {
            sheets.add(&raw.clone().cleaned());
        }
        for credential in Credential::store(self).values() {
            let body = json!({
                "metadata": metadata(&credential.metadata),
                "facts": credential.facts,
            });
            sheets.add(&Document { api_version, kind: "Credential", body });
        }
        for review in &self.reviews {
            sheets.add(&json!({
                "apiVersion": "authorization.k8s.io/v1",
                "kind": "SubjectAccessReview",
                "spec": {
                    "user": review.user,
                    "resourceAttributes": {
                        "namespace": review.namespace, "verb": "list", "resource": "secrets",
                    },
                },
                "status": { "allowed": review.allowed },
            }));
        }
        for sighting in &self.sightings {
            let body = without_paths(sighting);
            sheets.add(&Document { api_version, kind: "LogSighting", body });
        }
        sheets.text()
    }
}

/// A bundle's documents, on the way to text.
enum Sheets {
    Texts(Vec<String>),
    /// To be redacted when all are there.
    Values(Vec<Value>),
}

impl Sheets {
    fn add<T: Serialize>(&mut self, document: &T) {
        match self {
            Self::Texts(texts) => texts.push(yaml::write(document)),
            // All of them are plain data, which has no reason to fail.
            Self::Values(values) => values.extend(serde_json::to_value(document).ok()),
        }
    }

    fn text(self) -> String {
        let texts = match self {
            Self::Texts(texts) => texts,
            Self::Values(mut values) => {
                redact::redact(&mut values);
                values.iter().map(yaml::write).collect()
            }
        };
        texts.join("---\n")
    }
}

/// A log's name, and not where its file lay on somebody's machine.
fn without_paths(sighting: &Sighting) -> Sighting {
    let mut sighting = sighting.clone();
    let over = sighting.over.iter_mut().map(|over| &mut over.sample);
    for sample in sighting.samples.iter_mut().chain(over) {
        let source = &*sample.source;
        // A pod's log is named by its pod, wherever it is read.
        if source.starts_with("pod/") {
            continue;
        }
        sample.source = source.rsplit(['/', '\\']).next().unwrap_or(source).into();
    }
    sighting
}

fn metadata(metadata: &Metadata) -> Value {
    let mut kept = Map::new();
    let mut keep = |name: &str, value: Value| {
        let is_empty = match &value {
            Value::String(text) => text.is_empty(),
            Value::Object(map) => map.is_empty(),
            Value::Null => true,
            _ => false,
        };
        if !is_empty {
            kept.insert(name.to_owned(), value);
        }
    };
    keep("name", json!(metadata.name));
    keep("namespace", json!(metadata.namespace));
    keep("labels", json!(metadata.labels));
    // What cert-manager and replicators say of a Secret; other annotations may hold anything.
    let annotations: Map<String, Value> = metadata
        .annotations
        .iter()
        .filter(|(key, _)| private::is_known_annotation(key))
        .map(|(key, value)| (key.clone(), json!(value)))
        .collect();
    keep("annotations", Value::Object(annotations));
    keep("creationTimestamp", json!(metadata.creation_timestamp));
    keep("uid", json!(metadata.uid));
    keep("resourceVersion", json!(metadata.resource_version));
    Value::Object(kept)
}
