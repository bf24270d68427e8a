//! The Gateway: which hosts are served on which ports, with which certificate.

use serde_json::{Map, Value, json};

use super::resolved::Resolved;
use super::words::{IstioApi, MinVersion, Mode};
use crate::model::manifest::Manifest;

/// Renders it.
pub(super) fn manifest(it: &Resolved<'_>) -> Manifest {
    let mut servers = Vec::new();
    if let Some(port) = it.http_port {
        let mut server = server(port, "http", "HTTP");
        if it.redirects() && redirects_here(it.istio) {
            server.insert("tls".to_owned(), json!({ "httpsRedirect": true }));
        }
        server.insert("hosts".to_owned(), json!(it.hosts));
        servers.push(Value::Object(server));
    }
    if let Some((mode, tls)) = it.tls {
        let mut server = server(it.https_port, "https", "HTTPS");
        let mut settings = Map::from_iter([("mode".to_owned(), json!(mode.word()))]);
        if mode != Mode::Passthrough {
            settings.insert("credentialName".to_owned(), json!(it.secret));
        }
        if let Some(version) = tls.min_version {
            let word = match version {
                MinVersion::Tls12 => "TLSV1_2",
                MinVersion::Tls13 => "TLSV1_3",
            };
            settings.insert("minProtocolVersion".to_owned(), json!(word));
        }
        server.insert("tls".to_owned(), Value::Object(settings));
        server.insert("hosts".to_owned(), json!(it.hosts));
        servers.push(Value::Object(server));
    }
    it.manifest(&it.istio_api(), "Gateway", it.namespace, it.app)
        .with("spec", json!({ "selector": it.selector, "servers": servers }))
}

/// Whether the Gateway itself sends clients to https. A VirtualService does it better, for it leaves
/// ACME's HTTP-01 alone, and other Gateways that serve the host; but it says so by the scheme, which
/// Istio knows since 1.12, and v1alpha3 is what is asked for where it is older.
pub(super) fn redirects_here(istio: IstioApi) -> bool {
    istio == IstioApi::V1alpha3
}

fn server(number: u16, name: &str, protocol: &str) -> Map<String, Value> {
    let port = json!({ "number": number, "name": name, "protocol": protocol });
    Map::from_iter([("port".to_owned(), port)])
}
