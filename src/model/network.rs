//! Services, `EndpointSlices`, Nodes and Namespaces: how a client gets to a pod (Kubernetes 1.34).

use std::fmt;

use serde::{Deserialize, Deserializer};

use super::kubernetes::{Condition, Metadata};
use super::{Selector, nullable, object};

/// A Service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Service {
    /// Metadata.
    pub metadata: Metadata,
    /// What it leads to.
    #[serde(deserialize_with = "nullable")]
    pub spec: ServiceSpec,
    /// What the load balancer's controller wrote.
    #[serde(deserialize_with = "nullable")]
    pub status: ServiceStatus,
}
object!(Service, "Service", "v1");

/// `spec` of a Service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceSpec {
    /// `ClusterIP` (also where nothing is said), `NodePort`, `LoadBalancer` or `ExternalName`.
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub type_: String,
    /// The pods that it leads to; empty for a Service without a selector.
    #[serde(deserialize_with = "nullable")]
    pub selector: Selector,
    /// Its ports.
    #[serde(deserialize_with = "nullable")]
    pub ports: Vec<ServicePort>,
    /// The address inside the cluster; `None` for a headless one.
    #[serde(rename = "clusterIP", deserialize_with = "nullable")]
    pub cluster_ip: String,
    /// The same, of each address family.
    #[serde(rename = "clusterIPs", deserialize_with = "nullable")]
    pub cluster_ips: Vec<String>,
    /// Addresses that somebody else leads to the nodes.
    #[serde(rename = "externalIPs", deserialize_with = "nullable")]
    pub external_ips: Vec<String>,
    /// What an `ExternalName` stands for.
    #[serde(deserialize_with = "nullable")]
    pub external_name: String,
    /// `Cluster` (also where nothing is said): each node leads to every pod; `Local`: only to its
    /// own.
    #[serde(deserialize_with = "nullable")]
    pub external_traffic_policy: String,
    /// The load balancer's implementation, where one is named.
    #[serde(deserialize_with = "nullable")]
    pub load_balancer_class: String,
    /// An address that is wished for.
    #[serde(rename = "loadBalancerIP", deserialize_with = "nullable")]
    pub load_balancer_ip: String,
}

/// One of `spec.ports`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServicePort {
    /// Its name; may be empty where there is only one.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// `TCP` (also where nothing is said), `UDP` or `SCTP`.
    #[serde(deserialize_with = "nullable")]
    pub protocol: String,
    /// What is spoken on it, where that is said.
    #[serde(deserialize_with = "nullable")]
    pub app_protocol: String,
    /// The port of the Service.
    #[serde(deserialize_with = "nullable")]
    pub port: u32,
    /// The port of the pods; that of the Service where nothing is said.
    #[serde(deserialize_with = "nullable")]
    pub target_port: TargetPort,
    /// The port of every node; 0 without one.
    #[serde(deserialize_with = "nullable")]
    pub node_port: u32,
}

impl ServicePort {
    /// Whether TCP is spoken on it; a port that names no protocol speaks TCP.
    pub fn is_tcp(&self) -> bool {
        matches!(&*self.protocol, "" | "TCP")
    }
}

/// `targetPort`: a number, or the name of a container's port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TargetPort {
    /// The Service's own port.
    #[default]
    Same,
    /// That port of the pods.
    Number(u32),
    /// The port of that name, which each pod may have elsewhere.
    Name(String),
}

impl<'de> Deserialize<'de> for TargetPort {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl serde::de::Visitor<'_> for Visitor {
            type Value = TargetPort;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a port number or the name of a port")
            }

            fn visit_u64<E: serde::de::Error>(self, port: u64) -> Result<TargetPort, E> {
                let port = u32::try_from(port).unwrap_or(u32::MAX);
                Ok(if port == 0 { TargetPort::Same } else { TargetPort::Number(port) })
            }

            fn visit_i64<E: serde::de::Error>(self, port: i64) -> Result<TargetPort, E> {
                self.visit_u64(u64::try_from(port).unwrap_or_default())
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<TargetPort, E> {
                Ok(match name.parse() {
                    Ok(port) => TargetPort::Number(port),
                    Err(_) => TargetPort::Name(name.to_owned()),
                })
            }

            fn visit_unit<E: serde::de::Error>(self) -> Result<TargetPort, E> {
                Ok(TargetPort::Same)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

/// `status` of a Service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceStatus {
    /// The load balancer.
    #[serde(deserialize_with = "nullable")]
    pub load_balancer: LoadBalancerStatus,
    /// Conditions, such as `LoadBalancerPortsError`.
    #[serde(deserialize_with = "nullable")]
    pub conditions: Vec<Condition>,
}

/// `status.loadBalancer` of a Service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct LoadBalancerStatus {
    /// Its addresses; an empty list, or one of empty entries, is none.
    #[serde(deserialize_with = "nullable")]
    pub ingress: Vec<LoadBalancerIngress>,
}

/// One of a load balancer's addresses.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LoadBalancerIngress {
    /// An IP address.
    #[serde(deserialize_with = "nullable")]
    pub ip: String,
    /// Or a hostname (AWS).
    #[serde(deserialize_with = "nullable")]
    pub hostname: String,
    /// `VIP`, or `Proxy` where traffic from inside must go through the balancer too
    /// (Kubernetes 1.30 and later).
    #[serde(deserialize_with = "nullable")]
    pub ip_mode: String,
    /// How its ports fare.
    #[serde(deserialize_with = "nullable")]
    pub ports: Vec<PortStatus>,
}

/// How a port of a load balancer fares.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PortStatus {
    /// The Service's port.
    #[serde(deserialize_with = "nullable")]
    pub port: u32,
    /// Its protocol.
    #[serde(deserialize_with = "nullable")]
    pub protocol: String,
    /// What is wrong with it, in one word; empty where nothing is.
    #[serde(deserialize_with = "nullable")]
    pub error: String,
}

/// An `EndpointSlice`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EndpointSlice {
    /// Metadata; the label `kubernetes.io/service-name` says whose it is.
    pub metadata: Metadata,
    /// `IPv4`, `IPv6` or `FQDN`.
    #[serde(deserialize_with = "nullable")]
    pub address_type: String,
    /// Who answers.
    #[serde(deserialize_with = "nullable")]
    pub endpoints: Vec<Endpoint>,
    /// On which ports.
    #[serde(deserialize_with = "nullable")]
    pub ports: Vec<EndpointPort>,
}
object!(EndpointSlice, "EndpointSlice", "discovery.k8s.io/v1");

impl EndpointSlice {
    /// The Service that it belongs to.
    pub fn service(&self) -> &str {
        self.metadata.labels.get("kubernetes.io/service-name").map_or("", |it| it)
    }
}

/// One of an `EndpointSlice`'s endpoints.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Endpoint {
    /// Where it is.
    #[serde(deserialize_with = "nullable")]
    pub addresses: Vec<String>,
    /// How it fares.
    #[serde(deserialize_with = "nullable")]
    pub conditions: EndpointConditions,
    /// What stands behind it.
    pub target_ref: Option<super::kubernetes::Involved>,
}

/// `conditions` of an endpoint.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EndpointConditions {
    /// Whether it is ready; left out it counts as ready.
    pub ready: Option<bool>,
}

/// One of an `EndpointSlice`'s ports.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EndpointPort {
    /// The name of the Service's port.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// The port of the endpoints; left out it means all.
    #[serde(deserialize_with = "nullable")]
    pub port: u32,
}

/// A Node.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Node {
    /// Metadata.
    pub metadata: Metadata,
    /// What its kubelet says.
    #[serde(deserialize_with = "nullable")]
    pub status: NodeStatus,
}
object!(Node, "Node", "v1");

/// `status` of a Node.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeStatus {
    /// Its addresses.
    #[serde(deserialize_with = "nullable")]
    pub addresses: Vec<NodeAddress>,
    /// Conditions, `Ready` among them.
    #[serde(deserialize_with = "nullable")]
    pub conditions: Vec<Condition>,
    /// What it runs.
    #[serde(deserialize_with = "nullable")]
    pub node_info: NodeInfo,
}

/// `status.nodeInfo` of a Node.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeInfo {
    /// The kubelet's version, such as `v1.34.3`.
    #[serde(deserialize_with = "nullable")]
    pub kubelet_version: String,
}

/// One of a Node's addresses.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NodeAddress {
    /// `ExternalIP`, `InternalIP`, `Hostname` …
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub type_: String,
    /// The address.
    #[serde(deserialize_with = "nullable")]
    pub address: String,
}

/// A Namespace.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Namespace {
    /// Metadata.
    pub metadata: Metadata,
}
object!(Namespace, "Namespace", "v1");
