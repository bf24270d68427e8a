//! What a route can lead to besides a Service: `DestinationRule`, `ServiceEntry`, `WorkloadEntry`
//! (`networking.istio.io`, v1alpha3 to v1).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::kubernetes::{LabelSelector, Metadata};
use super::{Selector, nullable, object};

/// A `DestinationRule`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DestinationRule {
    /// Metadata.
    pub metadata: Metadata,
    /// For which host, with which subsets.
    #[serde(deserialize_with = "nullable")]
    pub spec: DestinationRuleSpec,
}
object!(DestinationRule, "DestinationRule", "networking.istio.io/v1");

/// `spec` of a `DestinationRule`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DestinationRuleSpec {
    /// The host; without a dot, a Service of its own namespace.
    #[serde(deserialize_with = "nullable")]
    pub host: String,
    /// Subsets.
    #[serde(deserialize_with = "nullable")]
    pub subsets: Vec<Subset>,
    /// Namespaces that see it; none is the mesh's default.
    #[serde(deserialize_with = "nullable")]
    pub export_to: Vec<String>,
    /// The pods of its own namespace that it is for; none is all of them.
    pub workload_selector: Option<LabelSelector>,
}

/// One of a `DestinationRule`'s subsets.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Subset {
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Labels of its pods.
    #[serde(deserialize_with = "nullable")]
    pub labels: Selector,
}

/// A `ServiceEntry`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ServiceEntry {
    /// Metadata.
    pub metadata: Metadata,
    /// Hosts, ports and endpoints.
    #[serde(deserialize_with = "nullable")]
    pub spec: ServiceEntrySpec,
}
object!(ServiceEntry, "ServiceEntry", "networking.istio.io/v1");

/// `spec` of a `ServiceEntry`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceEntrySpec {
    /// Hosts.
    #[serde(deserialize_with = "nullable")]
    pub hosts: Vec<String>,
    /// Ports.
    #[serde(deserialize_with = "nullable")]
    pub ports: Vec<EntryPort>,
    /// `NONE`, `STATIC`, `DNS` or `DNS_ROUND_ROBIN`.
    #[serde(deserialize_with = "nullable")]
    pub resolution: String,
    /// Endpoints.
    #[serde(deserialize_with = "nullable")]
    pub endpoints: Vec<WorkloadEntrySpec>,
    /// Pods and `WorkloadEntries` of its namespace.
    pub workload_selector: Option<WorkloadSelector>,
    /// Namespaces that see it; none is the mesh's default.
    #[serde(deserialize_with = "nullable")]
    pub export_to: Vec<String>,
}

/// One of a `ServiceEntry`'s ports.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EntryPort {
    /// The number.
    #[serde(deserialize_with = "nullable")]
    pub number: u32,
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// What is spoken on it.
    #[serde(deserialize_with = "nullable")]
    pub protocol: String,
    /// The port of the endpoints; 0 is the same.
    #[serde(deserialize_with = "nullable")]
    pub target_port: u32,
}

/// `workloadSelector`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct WorkloadSelector {
    /// Labels of the workloads.
    #[serde(deserialize_with = "nullable")]
    pub labels: Selector,
}

/// A `WorkloadEntry`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct WorkloadEntry {
    /// Metadata.
    pub metadata: Metadata,
    /// Where the workload is.
    #[serde(deserialize_with = "nullable")]
    pub spec: WorkloadEntrySpec,
}
object!(WorkloadEntry, "WorkloadEntry", "networking.istio.io/v1");

/// `spec` of a `WorkloadEntry`, and an endpoint of a `ServiceEntry`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct WorkloadEntrySpec {
    /// Its address: an IP, a name, or `unix://`.
    #[serde(deserialize_with = "nullable")]
    pub address: String,
    /// Its ports, by the Service's names for them.
    #[serde(deserialize_with = "nullable")]
    pub ports: BTreeMap<String, u32>,
    /// Its labels.
    #[serde(deserialize_with = "nullable")]
    pub labels: Selector,
}
