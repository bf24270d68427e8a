//! The core kinds, as far as they are read (Kubernetes 1.34).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use super::pod::PodSpec;
use super::{Selector, nullable, object};

/// `metadata`, without what nobody asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Metadata {
    /// `apiVersion` of the document; filled in by the reader.
    #[serde(skip)]
    pub api_version: String,
    /// The name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// The namespace, empty for kinds without one.
    #[serde(deserialize_with = "nullable")]
    pub namespace: String,
    /// Labels.
    #[serde(deserialize_with = "nullable")]
    pub labels: BTreeMap<String, String>,
    /// Annotations, without `kubectl.kubernetes.io/last-applied-configuration`: on a Secret that
    /// is the key itself.
    #[serde(deserialize_with = "annotations")]
    pub annotations: BTreeMap<String, String>,
    /// Owners.
    #[serde(deserialize_with = "nullable")]
    pub owner_references: Vec<OwnerReference>,
    /// Who still has to be heard before it may go.
    #[serde(deserialize_with = "nullable")]
    pub finalizers: Vec<String>,
    /// When the API server stored it.
    pub creation_timestamp: Option<Timestamp>,
    /// When it was told to go; it is still there until its finalizers and its kubelet are done.
    pub deletion_timestamp: Option<Timestamp>,
    /// Set by the API server.
    #[serde(deserialize_with = "nullable")]
    pub uid: String,
    /// Set by the API server.
    #[serde(deserialize_with = "nullable")]
    pub resource_version: String,
}

impl Metadata {
    /// Whether an API server served the object.
    pub fn is_live(&self) -> bool {
        !self.uid.is_empty() && !self.resource_version.is_empty()
    }

    /// The owner of that kind, by name.
    pub fn owner(&self, kind: &str) -> Option<&str> {
        self.owner_references.iter().find(|owner| owner.kind == kind).map(|owner| &*owner.name)
    }
}

fn annotations<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let mut annotations: BTreeMap<String, String> = nullable(deserializer)?;
    annotations.remove(LAST_APPLIED);
    Ok(annotations)
}

/// The annotation in which `kubectl apply` keeps a whole manifest, of a Secret too (Kubernetes 1.34,
/// `core/v1/annotation_key_constants.go`).
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// One of `metadata.ownerReferences`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(default)]
pub struct OwnerReference {
    /// The owner's kind.
    pub kind: String,
    /// The owner's name.
    pub name: String,
}

/// One of `status.conditions`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Condition {
    /// What it is about, such as `Ready`.
    #[serde(rename = "type")]
    pub type_: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// One word for machines.
    #[serde(deserialize_with = "nullable")]
    pub reason: String,
    /// A sentence for people.
    #[serde(deserialize_with = "nullable")]
    pub message: String,
}

/// A selector on labels with `matchLabels` and `matchExpressions`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSelector {
    /// Labels with these values.
    #[serde(deserialize_with = "nullable")]
    pub match_labels: Selector,
    /// And all of these.
    #[serde(deserialize_with = "nullable")]
    pub match_expressions: Vec<Requirement>,
}

/// One of `matchExpressions`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Requirement {
    /// The label.
    #[serde(deserialize_with = "nullable")]
    pub key: String,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    #[serde(deserialize_with = "nullable")]
    pub operator: String,
    /// The values.
    #[serde(deserialize_with = "nullable")]
    pub values: Vec<String>,
}

impl LabelSelector {
    /// Whether it means something with these labels.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        let holds = |it: &Requirement| {
            let value = labels.get(&it.key);
            let is_among = value.is_some_and(|value| it.values.contains(value));
            match &*it.operator {
                "In" => is_among,
                "NotIn" => !is_among,
                "Exists" => value.is_some(),
                "DoesNotExist" => value.is_none(),
                _ => false,
            }
        };
        self.match_labels.matches(labels) && self.match_expressions.iter().all(holds)
    }
}

/// A Deployment.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Deployment {
    /// Metadata.
    pub metadata: Metadata,
    /// What it makes.
    #[serde(deserialize_with = "nullable")]
    pub spec: DeploymentSpec,
    /// What became of it.
    #[serde(deserialize_with = "nullable")]
    pub status: DeploymentStatus,
}
object!(Deployment, "Deployment", "apps/v1");

/// `spec` of a Deployment.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeploymentSpec {
    /// The pods it makes.
    #[serde(deserialize_with = "nullable")]
    pub template: PodTemplate,
}

/// `status` of a Deployment.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeploymentStatus {
    /// Conditions, such as `ReplicaFailure`.
    #[serde(deserialize_with = "nullable")]
    pub conditions: Vec<Condition>,
}

/// A pod template.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PodTemplate {
    /// Labels and annotations of the pods.
    #[serde(deserialize_with = "nullable")]
    pub metadata: Metadata,
    /// What they run.
    #[serde(deserialize_with = "nullable")]
    pub spec: PodSpec,
}

/// A `ConfigMap`, of which only the keys that can hold a CA are looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ConfigMap {
    /// Metadata.
    pub metadata: Metadata,
    /// The text under `cacert` or `ca.crt`, in the order in which istiod looks (1.26).
    #[serde(deserialize_with = "nullable")]
    pub data: CaData,
}
object!(ConfigMap, "ConfigMap", "v1");

/// The keys of a `ConfigMap` under which istiod looks for a CA.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct CaData {
    /// `cacert`, looked for first.
    #[serde(deserialize_with = "nullable")]
    pub cacert: String,
    /// `ca.crt`.
    #[serde(rename = "ca.crt", deserialize_with = "nullable")]
    pub ca_crt: String,
}

/// An Event about an object; the group `events.k8s.io` has other names for some of its fields.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Event {
    /// Metadata.
    pub metadata: Metadata,
    /// `Normal` or `Warning`.
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub type_: String,
    /// What it is about.
    #[serde(deserialize_with = "nullable", alias = "regarding")]
    pub involved_object: Involved,
    /// One word for machines.
    #[serde(deserialize_with = "nullable")]
    pub reason: String,
    /// A sentence for people.
    #[serde(deserialize_with = "nullable", alias = "note")]
    pub message: String,
    /// When it was last seen, as recorders of old write it.
    #[serde(alias = "deprecatedLastTimestamp")]
    last_timestamp: Option<Timestamp>,
    /// When it was first seen, as those of `events.k8s.io` write it, who leave the other out.
    #[serde(rename = "eventTime")]
    first_seen: Option<Timestamp>,
}

impl Event {
    /// When it was last seen, as far as it tells.
    pub fn time(&self) -> Option<Timestamp> {
        self.last_timestamp.or(self.first_seen).or(self.metadata.creation_timestamp)
    }
}
object!(Event, "Event", "v1");

/// `involvedObject` of an Event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Involved {
    /// Its kind.
    #[serde(deserialize_with = "nullable")]
    pub kind: String,
    /// Its namespace.
    #[serde(deserialize_with = "nullable")]
    pub namespace: String,
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
}
