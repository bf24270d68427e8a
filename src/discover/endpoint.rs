//! What a client outside the cluster uses: one address, and the ports that go with it.

use std::net::IpAddr;

use super::address::is_host_name;
use crate::report::discovery::{Port, Speaks};
use crate::report::reach::{Address, AddressKind, Endpoint};

/// The first address that leads to the gateway from outside. A load balancer that has none yet is
/// waited for: the nodes behind it are told of, and not used in its place.
pub(super) fn endpoint(type_: &str, addresses: &[Address], ports: &[Port]) -> Option<Endpoint> {
    let usable = |it: &&Address| match it.kind {
        AddressKind::ClusterIp => false,
        AddressKind::NodePort => type_ == "NodePort",
        _ => true,
    };
    let address = addresses.iter().filter(usable).find(|it| is_address(&it.address))?;
    let number = |port: &Port| port.number(address.kind);
    // The names that Istio's documents ask for come first.
    let port = |speaks: Speaks, names: &[&str]| {
        let fitting = || ports.iter().filter(|it| it.speaks == speaks);
        let named = names.iter().find_map(|name| fitting().find(|it| it.name == *name));
        named.or_else(|| fitting().find(|it| number(it).is_some())).and_then(number)
    };
    let plain = port(Speaks::Http, &["http2", "http"]);
    let secure = port(Speaks::Https, &["https"]);
    let ip: Option<IpAddr> = address.address.parse().ok();
    let hostname = ip.is_none().then(|| address.address.clone());
    Some(Endpoint {
        kind: address.kind,
        url: url(&address.address, plain, secure),
        host: address.address.clone(),
        ip: ip.or_else(|| address.resolved.first().copied()),
        hostname,
        http_port: plain,
        https_port: secure,
        tcp_port: port(Speaks::Tcp, &["tcp"]),
    })
}

/// Whether a text can be used as an address; what else stands in a status is shown, and not used.
pub(super) fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok() || is_host_name(text)
}

/// A URL: http if there is a port for it, else https.
pub(super) fn url(host: &str, http: Option<u32>, https: Option<u32>) -> Option<String> {
    let host = in_url(host);
    match (http, https) {
        (Some(80), _) => Some(format!("http://{host}")),
        (Some(port), _) => Some(format!("http://{host}:{port}")),
        (None, Some(443)) => Some(format!("https://{host}")),
        (None, Some(port)) => Some(format!("https://{host}:{port}")),
        (None, None) => None,
    }
}

/// A host as it stands before a port: IPv6 in brackets.
fn in_url(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

impl Endpoint {
    /// Host and port for http, as they stand in a URL.
    pub fn authority(&self) -> Option<String> {
        self.http_port.map(|port| format!("{}:{port}", in_url(&self.host)))
    }

    /// Where a browser goes by https, if there is a port for it.
    pub fn secure_url(&self) -> Option<String> {
        url(&self.host, None, self.https_port)
    }

    /// The URL of another name for the same place.
    pub fn url_of(&self, host: &str) -> Option<String> {
        url(host, self.http_port, self.https_port)
    }
}
