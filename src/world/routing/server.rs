//! A Gateway's server as istiod takes it, whether an Istio Gateway or a listener of the Gateway
//! API's asks for it.

use super::hosts::{ServerHost, server_hosts};
use crate::model::credential::Reference;
use crate::model::istio::{self, ServerTls, TlsMode};
use crate::model::yaml::Placed;
use crate::model::{Key, ObjectRef, Seen};

/// A protocol, as far as it decides what kind of chain a server gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// HTTP, HTTP2, GRPC, GRPC-WEB, `HTTP_PROXY`.
    Http,
    /// HTTPS.
    Https,
    /// TLS.
    Tls,
    /// Everything else.
    Tcp,
}

impl Protocol {
    /// Reads a server's `protocol`, in any case (`pkg/config/protocol/instance.go`, `Parse`).
    pub fn parse(written: &str) -> Self {
        match &*written.to_ascii_lowercase() {
            "http" | "http2" | "grpc" | "grpc-web" | "http_proxy" => Self::Http,
            "https" => Self::Https,
            "tls" => Self::Tls,
            _ => Self::Tcp,
        }
    }
}

/// How a server serves TLS.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The mode that holds.
    pub mode: TlsMode,
    /// Whether plain HTTP is sent to https.
    pub https_redirect: bool,
    /// The credentials as written, each with its field and line; none where files or the
    /// workload's own certificate are served.
    pub credentials: Vec<(String, Placed)>,
}

impl Tls {
    /// Whether TLS goes through untouched.
    pub fn passes_through(&self) -> bool {
        matches!(self.mode, TlsMode::Passthrough | TlsMode::AutoPassthrough)
    }

    /// What the credentials refer to.
    pub fn references(&self) -> impl Iterator<Item = Reference> {
        self.credentials.iter().map(|(_, it)| Reference::parse(&it.value))
    }
}

/// A server of a Gateway.
#[derive(Clone, Debug)]
pub struct Server {
    /// The Gateway, by istiod's own name for it.
    pub gateway: Key,
    /// The object, at the server or listener.
    pub object: ObjectRef,
    /// Its port number.
    pub number: u32,
    /// The name of its port.
    pub port_name: String,
    /// The protocol as written.
    pub written: String,
    /// What that means.
    pub protocol: Protocol,
    /// The address that it binds; empty for every one.
    pub bind: String,
    /// Its hosts, rewritten.
    pub hosts: Vec<ServerHost>,
    /// How it serves TLS; `None` without a `tls` block.
    pub tls: Option<Tls>,
    /// The Service, by its full name, of which the port must be one (Gateway API); `None` where a
    /// selector finds the pods and the number may stand for itself.
    pub services: Option<Vec<String>>,
}

impl Server {
    /// The servers of an Istio Gateway, in order.
    pub(super) fn of(gateway: &Seen<istio::Gateway>) -> impl Iterator<Item = Self> + '_ {
        let namespace = &gateway.metadata.namespace;
        gateway.spec.servers.iter().enumerate().map(move |(position, server)| Self {
            gateway: Key::new(namespace.clone(), gateway.metadata.name.clone()),
            object: ObjectRef::of(gateway).at(format!("spec.servers[{position}]"), 0),
            number: server.port.number,
            port_name: server.port.name.clone(),
            written: server.port.protocol.clone(),
            protocol: Protocol::parse(&server.port.protocol),
            bind: server.bind.clone(),
            hosts: server_hosts(&server.hosts, namespace),
            tls: server.tls.as_ref().map(|tls| Tls {
                mode: tls.mode(),
                https_redirect: tls.https_redirect,
                credentials: credentials(tls),
            }),
            services: None,
        })
    }

    /// Whether it speaks TLS: it has a `tls` block that is not only a redirect
    /// (`pkg/config/gateway/gateway.go`, `IsTLSServer`).
    pub fn is_tls(&self) -> bool {
        self.tls.is_some() && self.protocol != Protocol::Http
    }

    /// Whether TLS goes through it untouched.
    pub fn passes_through(&self) -> bool {
        self.tls.as_ref().is_some_and(Tls::passes_through)
    }

    /// Whether HTTP routes are its own: plain HTTP, or HTTPS that ends here (`IsHTTPServer`).
    pub fn serves_http(&self) -> bool {
        match self.protocol {
            Protocol::Http => true,
            Protocol::Https => !self.passes_through(),
            Protocol::Tls | Protocol::Tcp => false,
        }
    }

    /// Whether it sends plain HTTP to https.
    pub fn redirects_to_https(&self) -> bool {
        self.tls.as_ref().is_some_and(|it| it.https_redirect)
    }

    /// The name of its route configuration; empty where it has none (`gatewayRDSRouteName`).
    pub fn route_config(&self, listens: u32) -> String {
        let bind = if self.bind.is_empty() { String::new() } else { format!(".{}", self.bind) };
        match self.protocol {
            Protocol::Http => format!("http.{listens}{bind}"),
            Protocol::Https if !self.passes_through() => {
                let Key { namespace, name } = &self.gateway;
                format!("https.{}.{}.{name}.{namespace}{bind}", self.number, self.port_name)
            }
            _ => String::new(),
        }
    }

    /// The names by which a client chooses its chain: empty for any. One `*` among them drops all
    /// (`pilot/pkg/networking/core/listener.go`, `toFilterChainMatch`).
    pub fn server_names(&self) -> Vec<String> {
        if self.tls.is_none() || self.hosts.iter().any(|it| it.host == "*") {
            return Vec::new();
        }
        let mut names: Vec<String> = self.hosts.iter().map(|it| it.host.clone()).collect();
        names.sort();
        names.dedup();
        names
    }
}

/// The credentials of a server: `credentialNames` win over `credentialName` (Istio 1.31,
/// `pilot/pkg/security/model/authentication.go`).
fn credentials(tls: &ServerTls) -> Vec<(String, Placed)> {
    if !tls.mode().terminates() {
        return Vec::new();
    }
    if tls.credential_names.is_empty() {
        let name = &tls.credential_name;
        let named = (!name.value.is_empty()).then(|| ("credentialName".to_owned(), name.clone()));
        return named.into_iter().collect();
    }
    let names = tls.credential_names.iter().enumerate();
    names.map(|(position, name)| (format!("credentialNames[{position}]"), name.clone())).collect()
}
