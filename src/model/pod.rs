//! Pods, as far as they are read (Kubernetes 1.34).

use jiff::Timestamp;
use serde::Deserialize;

use super::kubernetes::{Condition, Metadata};
use super::{nullable, object};

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
    /// Whether it uses the node's own network.
    #[serde(deserialize_with = "nullable")]
    pub host_network: bool,
    /// The node that it runs on; empty before it is scheduled.
    #[serde(deserialize_with = "nullable")]
    pub node_name: String,
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
    /// The ports that it names.
    #[serde(deserialize_with = "nullable")]
    pub ports: Vec<ContainerPort>,
    /// Its environment, as far as values stand in the pod itself.
    #[serde(deserialize_with = "nullable")]
    pub env: Vec<EnvVar>,
}

impl Container {
    /// Whether a switch of that name is on, by what Go takes for true (`strconv.ParseBool`).
    pub fn has_on(&self, switch: &str) -> bool {
        let is_on = |value: &str| matches!(value, "1" | "t" | "T" | "true" | "TRUE" | "True");
        self.env.iter().any(|it| it.name == switch && is_on(&it.value))
    }
}

/// One of a container's `ports`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerPort {
    /// Its name; Services may mean it by that.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// The port.
    #[serde(deserialize_with = "nullable")]
    pub container_port: u32,
    /// The same on the node; 0 without one.
    #[serde(deserialize_with = "nullable")]
    pub host_port: u32,
    /// `TCP` (also where nothing is said), `UDP` or `SCTP`.
    #[serde(deserialize_with = "nullable")]
    pub protocol: String,
}

/// One of a container's `env`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EnvVar {
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Its value; empty where it comes from elsewhere.
    #[serde(deserialize_with = "nullable")]
    pub value: String,
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
    /// One word on why it is in that phase, such as `Evicted`.
    #[serde(deserialize_with = "nullable")]
    pub reason: String,
    /// The same as a sentence.
    #[serde(deserialize_with = "nullable")]
    pub message: String,
    /// How the containers fare that run before the others.
    #[serde(deserialize_with = "nullable")]
    pub init_container_statuses: Vec<ContainerStatus>,
    /// How its containers fare.
    #[serde(deserialize_with = "nullable")]
    pub container_statuses: Vec<ContainerStatus>,
    /// Its own address.
    #[serde(rename = "podIP", deserialize_with = "nullable")]
    pub pod_ip: String,
    /// The node's address.
    #[serde(rename = "hostIP", deserialize_with = "nullable")]
    pub host_ip: String,
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
    #[serde(deserialize_with = "nullable")]
    pub restart_count: u32,
    /// Whether it is ready.
    #[serde(deserialize_with = "nullable")]
    pub ready: bool,
    /// What it does now.
    #[serde(deserialize_with = "nullable")]
    pub state: ContainerState,
}

/// `state` of a container.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ContainerState {
    /// Why it waits, where it does.
    pub waiting: Option<Halt>,
    /// How it ended, where it did.
    pub terminated: Option<Halt>,
}

/// Why a container waits, or how it ended.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Halt {
    /// One word, such as `ErrImagePull`.
    #[serde(deserialize_with = "nullable")]
    pub reason: String,
    /// A sentence for people.
    #[serde(deserialize_with = "nullable")]
    pub message: String,
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
