//! The Secrets that igwctl writes itself: a certificate with its key, and CAs for clients.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::pair::{ClientCa, Pair};
use super::resolved::Resolved;
use crate::model::manifest::Manifest;

/// Renders the certificate and its key for each namespace; with the CAs for clients, if there are
/// any, else with the certificate's own.
pub(super) fn of_pair(
    it: &Resolved<'_>,
    pair: &Pair,
    client_ca: Option<&ClientCa>,
) -> Vec<Manifest> {
    let ca = client_ca.map(|ca| &ca.pem).or(pair.ca.as_ref());
    let mut data = Map::new();
    if let Some(ca) = ca {
        data.insert("ca.crt".to_owned(), json!(STANDARD.encode(ca)));
    }
    data.insert("tls.crt".to_owned(), json!(STANDARD.encode(&pair.certificate)));
    data.insert("tls.key".to_owned(), json!(STANDARD.encode(&*pair.key)));
    of(it, &it.secret, "kubernetes.io/tls", &data)
}

/// Renders the CAs for clients beside a secret that somebody else writes; istiod looks there first
/// (Istio 1.30, `<credentialName>-cacert`).
pub(super) fn of_client_ca(it: &Resolved<'_>, client_ca: &ClientCa) -> Vec<Manifest> {
    let data = Map::from_iter([("ca.crt".to_owned(), json!(STANDARD.encode(&client_ca.pem)))]);
    of(it, &format!("{}-cacert", it.secret), "Opaque", &data)
}

fn of(it: &Resolved<'_>, name: &str, type_: &str, data: &Map<String, Value>) -> Vec<Manifest> {
    let manifest = |namespace: &String| {
        it.manifest("v1", "Secret", namespace, name)
            .with("type", json!(type_))
            .with("data", Value::Object(data.clone()))
    };
    it.namespaces.iter().map(manifest).collect()
}
