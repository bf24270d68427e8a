//! What `discover` says: the gateways there are, and where each is reached.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::API_VERSION;
use super::reach::{Address, AddressKind, Endpoint, Pending};
use crate::model::ObjectRef;

/// What `discover` says.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Discovery {
    /// `igwctl/v1`.
    pub api_version: &'static str,
    /// `Discovery`.
    pub kind: &'static str,
    /// The gateways, by namespace and name.
    pub gateways: Vec<FoundGateway>,
    /// Services that look like a gateway's and lead to none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lookalikes: Vec<Lookalike>,
    /// What the reader should know of the inputs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// The moment that it is of.
    #[serde(skip)]
    pub now: Timestamp,
}

impl Discovery {
    /// A discovery of these.
    pub fn new(gateways: Vec<FoundGateway>, lookalikes: Vec<Lookalike>, now: Timestamp) -> Self {
        let (api_version, kind) = (API_VERSION, "Discovery");
        Self { api_version, kind, gateways, lookalikes, notices: Vec::new(), now }
    }
}

/// A gateway: pods that run as one, and the Service that leads to them.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundGateway {
    /// Its Service; where none leads to it, what makes its pods, or one of them.
    pub object: ObjectRef,
    /// How it is known to be a gateway's.
    pub basis: Basis,
    /// The Service's type; left out without a Service.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub type_: String,
    /// Where it is reached, the best first.
    pub addresses: Vec<Address>,
    /// Why nothing outside the cluster reaches it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending: Option<Pending>,
    /// What a client outside the cluster uses: one address and the ports that go with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<Endpoint>,
    /// The ports.
    pub ports: Vec<Port>,
    /// How its pods fare; left out where they are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pods: Option<Pods>,
    /// The Istio versions of its pods, by their images.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<String>,
    /// The fewest labels that mean only this gateway, for a Gateway's `spec.selector`; left out
    /// where no labels do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<BTreeMap<String, String>>,
    /// The Gateways that are bound to it.
    pub gateways: Vec<Bound>,
    /// A name that resolves to it, with `--for`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_name: Option<String>,
    /// What the reader should know before relying on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What the inputs do not tell, and what would.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

impl FoundGateway {
    /// The IP addresses at which a client asks: all of the load balancer's, and of nodes the first.
    pub fn ips(&self) -> Vec<IpAddr> {
        let Some(endpoint) = &self.endpoint else { return Vec::new() };
        let is_node = matches!(
            endpoint.kind,
            AddressKind::NodePort | AddressKind::HostPort | AddressKind::HostNetwork
        );
        if is_node {
            return endpoint.ip.into_iter().collect();
        }
        let mut ips: Vec<IpAddr> = Vec::new();
        for address in self.addresses.iter().filter(|it| it.kind == endpoint.kind) {
            let named = address.address.parse().ok();
            for ip in named.into_iter().chain(address.resolved.iter().copied()) {
                if !ips.contains(&ip) {
                    ips.push(ip);
                }
            }
        }
        ips
    }

    /// The port to connect to, where a URL of http or https names this one or none: a port of the
    /// Service as it is reached at the gateway's address. A number that is none of the Service's is
    /// taken as it stands. `None`: the Service has no port for it.
    pub fn port_of(&self, is_tls: bool, named: Option<u16>) -> Option<u16> {
        let endpoint = self.endpoint.as_ref()?;
        let reached = |number: u32| {
            let port = self.ports.iter().find(|it| it.port == number && it.protocol == "TCP")?;
            port.number(endpoint.kind)
        };
        let port = match named {
            Some(named) => reached(named.into()).or(Some(named.into())),
            None if is_tls => endpoint.https_port.or_else(|| reached(443)),
            None => endpoint.http_port.or_else(|| reached(80)),
        };
        port.and_then(|port| port.try_into().ok())
    }
}

/// How a gateway is known to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Basis {
    /// Pods that run as a gateway were seen.
    Pods,
    /// A Deployment makes such pods; none was seen.
    Deployment,
    /// The user says so.
    Assumed,
    /// A Gateway selects all that its Service leads to; its pods are not among the inputs.
    Gateway,
    /// Its Service has a gateway's labels or ports; its pods are not among the inputs.
    Service,
}

/// What is spoken on a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Speaks {
    /// HTTP, also HTTP/2 and gRPC without TLS.
    Http,
    /// HTTP over TLS.
    Https,
    /// TLS that goes through.
    Tls,
    /// TCP.
    Tcp,
    /// The proxy's own readiness.
    Status,
    /// Something else, or that is not said.
    Other,
}

impl Speaks {
    /// As reports for people word it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Tls => "tls",
            Self::Tcp => "tcp",
            Self::Status => "status",
            Self::Other => "port",
        }
    }
}

/// A port of a gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Port {
    /// Its name; left out where it has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What is spoken on it.
    pub speaks: Speaks,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
    /// The Service's port; without a Service, the node's.
    pub port: u32,
    /// The pods' port, or its name.
    pub target_port: String,
    /// The same on every node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_port: Option<u32>,
    /// The same on the nodes of its pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_port: Option<u32>,
}

impl Port {
    /// The number by which it is reached at an address of that kind, if it is.
    pub fn number(&self, kind: AddressKind) -> Option<u32> {
        match kind {
            AddressKind::NodePort => self.node_port,
            AddressKind::HostPort | AddressKind::HostNetwork => self.host_port,
            _ => Some(self.port),
        }
    }
}

/// How the pods of a gateway fare.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pods {
    /// How many there are.
    pub total: usize,
    /// How many of them are ready.
    pub ready: usize,
    /// How often their containers were started again, in all.
    pub restarts: u32,
    /// When the oldest of them was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub since: Option<Timestamp>,
    /// Each of them.
    pub list: Vec<PodState>,
}

/// How a pod fares.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PodState {
    /// Its name; its namespace is the gateway's.
    pub name: String,
    /// The node that it runs on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub node: String,
    /// Whether it is ready.
    pub ready: bool,
    /// How often its containers were started again.
    pub restarts: u32,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub since: Option<Timestamp>,
    /// The Istio version, by its image.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Why it is not ready, in one word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The same in a sentence, where there is one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// A Gateway that is bound to a gateway.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bound {
    /// The Gateway, of Istio or of the Gateway API.
    pub object: ObjectRef,
    /// What it serves.
    pub servers: Vec<Served>,
    /// Whether it serves the host that was asked for.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub serves_host: bool,
}

/// What a Gateway serves on a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Served {
    /// The port, as the Gateway gives it.
    pub port: u32,
    /// `HTTP`, `HTTPS`, `TLS` …
    pub protocol: String,
    /// The hosts, as the Gateway gives them.
    pub hosts: Vec<String>,
}

/// A Service that looks like a gateway's and leads to none.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Lookalike {
    /// The Service.
    pub object: ObjectRef,
    /// Why it is none, in one sentence.
    pub message: String,
}
