//! Where a gateway is reached: its addresses, the one that is used, and why there is none.

use std::net::IpAddr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// What kind of address it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AddressKind {
    /// An IP address of the load balancer.
    LoadBalancerIp,
    /// A host name of the load balancer.
    LoadBalancerHostname,
    /// An address that a Gateway API Gateway says it has, and its Service does not.
    GatewayStatus,
    /// One of the Service's `externalIPs`.
    ExternalIp,
    /// A node, at the Service's node ports.
    NodePort,
    /// A node, at its pods' own host ports.
    HostPort,
    /// A node, whose network its pods use.
    HostNetwork,
    /// The Service's address inside the cluster.
    ClusterIp,
}

impl AddressKind {
    /// As reports for people word it.
    pub fn words(self) -> &'static str {
        match self {
            Self::LoadBalancerIp | Self::LoadBalancerHostname => "load balancer",
            Self::GatewayStatus => "Gateway's status",
            Self::ExternalIp => "external IP",
            Self::NodePort => "node port",
            Self::HostPort => "host port",
            Self::HostNetwork => "host network",
            Self::ClusterIp => "inside the cluster",
        }
    }
}

/// From where an address is reached, as far as the address itself tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Reach {
    /// It is one of the internet's.
    Public,
    /// It is one of a private network's, or of the machine itself.
    Private,
    /// Only from inside the cluster.
    Cluster,
    /// A host name does not tell.
    Unknown,
}

/// Where a gateway is reached.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// What kind of address it is.
    pub kind: AddressKind,
    /// The IP address or host name.
    pub address: String,
    /// From where it is reached.
    pub reach: Reach,
    /// The node that it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// What the host name resolves to now, in a stable order. Such addresses move.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub resolved: Vec<IpAddr>,
    /// Why the host name has no addresses here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unresolved: Option<String>,
    /// What the load balancer says is wrong with a port.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub port_errors: Vec<PortError>,
}

/// What a load balancer says is wrong with a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PortError {
    /// The Service's port.
    pub port: u32,
    /// `TCP` or `UDP`.
    pub protocol: String,
    /// The error, as the load balancer's controller names it.
    pub error: String,
}

/// Why nothing outside the cluster reaches a gateway.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pending {
    /// The reason, one of a few words.
    pub reason: PendingReason,
    /// The same in one sentence, with what is known.
    pub message: String,
    /// The Events of the Service that tell of it, the last one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<PendingEvent>,
}

/// Why nothing outside the cluster reaches a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PendingReason {
    /// The Service's type gives it no address outside.
    ServiceType,
    /// The load balancer's controller failed.
    LoadBalancerFailed,
    /// The load balancer's controller is at work.
    LoadBalancerInProgress,
    /// Nothing shows that a controller has taken the Service up.
    NoController,
    /// Nodes lead to it, and the address of none is known.
    NoNodeAddress,
    /// No Service leads to the pods, nor does a port of their nodes.
    NoService,
}

/// An Event that tells why there is no address.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PendingEvent {
    /// When it was last seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub time: Option<Timestamp>,
    /// `Normal` or `Warning`.
    #[serde(rename = "type")]
    pub type_: String,
    /// One word.
    pub reason: String,
    /// A sentence.
    pub message: String,
}

/// One address, and the ports that go with it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// What kind of address it is.
    pub kind: AddressKind,
    /// The IP address or host name that a client is to use.
    pub host: String,
    /// An IP address: the host itself, or the first that it resolves to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub ip: Option<IpAddr>,
    /// The host, where it is a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// The port for http.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_port: Option<u32>,
    /// The port for https.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub https_port: Option<u32>,
    /// The port for TCP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcp_port: Option<u32>,
    /// Where a browser goes: http if there is a port for it, else https.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}
