//! A VirtualService's rules for connections that are passed on without a look at HTTP
//! (`networking.istio.io`, v1alpha3 to v1).

use serde::Deserialize;

use super::nullable;
use super::virtual_service::RouteDestination;
use super::yaml::Placed;

/// One of `spec.tls`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TlsRoute {
    /// Any of these.
    #[serde(rename = "match", deserialize_with = "nullable")]
    pub matches: Vec<TlsMatch>,
    /// Where it goes.
    #[serde(deserialize_with = "nullable")]
    pub route: Vec<RouteDestination>,
}

/// One of a TLS rule's `match`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TlsMatch {
    /// Names that the client asks for.
    #[serde(deserialize_with = "nullable")]
    pub sni_hosts: Vec<String>,
    /// The Gateway server's port number; 0 without one.
    #[serde(deserialize_with = "nullable")]
    pub port: u32,
    /// Gateways for which it holds; none is those of the VirtualService.
    #[serde(deserialize_with = "nullable")]
    pub gateways: Vec<Placed>,
}

/// One of `spec.tcp`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TcpRoute {
    /// Any of these; none is every connection.
    #[serde(rename = "match", deserialize_with = "nullable")]
    pub matches: Vec<TcpMatch>,
    /// Where it goes.
    #[serde(deserialize_with = "nullable")]
    pub route: Vec<RouteDestination>,
}

/// One of a TCP rule's `match`; at a gateway only port and gateways count (Istio 1.30).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TcpMatch {
    /// The Gateway server's port number; 0 without one.
    #[serde(deserialize_with = "nullable")]
    pub port: u32,
    /// Gateways for which it holds; none is those of the VirtualService.
    #[serde(deserialize_with = "nullable")]
    pub gateways: Vec<Placed>,
}
