//! The core kinds, as far as they are read (Kubernetes 1.34).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use super::{nullable, object};

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
    /// When the API server stored it.
    pub creation_timestamp: Option<Timestamp>,
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

/// The annotation in which `kubectl apply` keeps a whole manifest, of a Secret too.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// One of `metadata.ownerReferences`.
#[derive(Clone, Debug, Default, Deserialize)]
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

/// A pod.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pod {
    /// Metadata.
    pub metadata: Metadata,
    /// What it runs.
    #[serde(deserialize_with = "nullable")]
    pub spec: PodSpec,
    /// What became of it.
    #[serde(deserialize_with = "nullable")]
    pub status: PodStatus,
}
object!(Pod, "Pod", "v1");

/// `spec` of a pod or of a pod template.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    /// The ordinary containers.
    #[serde(deserialize_with = "nullable")]
    pub containers: Vec<Container>,
    /// The service account; `default` where nothing is said.
    #[serde(deserialize_with = "nullable")]
    pub service_account_name: String,
}

impl PodSpec {
    /// The service account under which the pod runs.
    pub fn service_account(&self) -> &str {
        if self.service_account_name.is_empty() { "default" } else { &self.service_account_name }
    }
}

/// A container.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Container {
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Its image.
    #[serde(deserialize_with = "nullable")]
    pub image: String,
    /// Its arguments.
    #[serde(deserialize_with = "nullable")]
    pub args: Vec<String>,
}

/// `status` of a pod.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
    #[serde(deserialize_with = "nullable")]
    pub phase: String,
    /// Conditions, `Ready` among them.
    #[serde(deserialize_with = "nullable")]
    pub conditions: Vec<Condition>,
    /// How its containers fare.
    #[serde(deserialize_with = "nullable")]
    pub container_statuses: Vec<ContainerStatus>,
    /// When the kubelet took it up.
    pub start_time: Option<Timestamp>,
}

/// One of `status.containerStatuses`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerStatus {
    /// The container's name.
    pub name: String,
    /// How often it was started again.
    pub restart_count: u32,
}

impl Pod {
    /// Whether the pod is ready; `None` where its status says nothing.
    pub fn is_ready(&self) -> Option<bool> {
        self.status.conditions.iter().find(|it| it.type_ == "Ready").map(|it| it.status == "True")
    }

    /// Whether the pod has ended and serves nobody.
    pub fn has_ended(&self) -> bool {
        matches!(&*self.status.phase, "Succeeded" | "Failed")
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
