//! Objects to put into a cluster: a gateway that runs, and what asks it to serve.

use rcgen::CertifiedKey;
use serde_json::{Value, json};

/// Where the gateway runs, and as whom.
pub(crate) const GATEWAY_NAMESPACE: &str = "istio-system";
pub(crate) const ACCOUNT: &str = "istio-ingressgateway-service-account";

/// The application's namespace.
pub(crate) const APP: &str = "hipstershopv1v2";

fn named(namespace: &str, name: &str) -> Value {
    json!({"namespace": namespace, "name": name})
}

/// A pod of a gateway, ready.
pub(crate) fn gateway_pod(namespace: &str, name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "namespace": namespace, "name": name,
            "labels": {"app": "istio-ingressgateway", "istio": "ingressgateway"},
        },
        "spec": {
            "nodeName": "kwok-1", "serviceAccountName": ACCOUNT,
            "containers": [{"name": "istio-proxy", "image": "docker.io/istio/proxyv2:1.30.3"}],
        },
    })
}

/// A Role for the gateway's service account, and its binding.
pub(crate) fn gateway_role(rule: Value) -> Vec<Value> {
    role_of(GATEWAY_NAMESPACE, ACCOUNT, rule)
}

/// A Role for a service account of that namespace, and its binding.
pub(crate) fn role_of(namespace: &str, account: &str, rule: Value) -> Vec<Value> {
    let api = "rbac.authorization.k8s.io";
    vec![
        json!({
            "apiVersion": format!("{api}/v1"), "kind": "Role",
            "metadata": named(namespace, "gateway"), "rules": [rule],
        }),
        json!({
            "apiVersion": format!("{api}/v1"), "kind": "RoleBinding",
            "metadata": named(namespace, "gateway"),
            "roleRef": {"apiGroup": api, "kind": "Role", "name": "gateway"},
            "subjects": [
                {"kind": "ServiceAccount", "namespace": namespace, "name": account},
            ],
        }),
    ]
}

/// The rule of Istio's own charts.
pub(crate) fn lists_secrets() -> Value {
    json!({"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "watch", "list"]})
}

/// The same, narrowed to one name, which is too little.
pub(crate) fn lists_one_secret(name: &str) -> Value {
    let mut rule = lists_secrets();
    rule["resourceNames"] = json!([name]);
    rule
}

/// A Gateway that serves HTTPS with a credential.
pub(crate) fn gateway(namespace: &str, name: &str, credential: &str) -> Value {
    json!({
        "apiVersion": "networking.istio.io/v1", "kind": "Gateway",
        "metadata": named(namespace, name),
        "spec": {
            "selector": {"istio": "ingressgateway"},
            "servers": [{
                "port": {"name": "https", "number": 443, "protocol": "HTTPS"},
                "hosts": [format!("{name}.example.com")],
                "tls": {"mode": "SIMPLE", "credentialName": credential},
            }],
        },
    })
}

/// A new pair for a host.
pub(crate) fn pair(host: &str) -> CertifiedKey<rcgen::KeyPair> {
    rcgen::generate_simple_self_signed(vec![host.to_owned()]).unwrap()
}

/// A TLS secret of a pair.
pub(crate) fn secret(namespace: &str, name: &str, pair: &CertifiedKey<rcgen::KeyPair>) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
        "metadata": named(namespace, name),
        "stringData": {"tls.crt": pair.cert.pem(), "tls.key": pair.signing_key.serialize_pem()},
    })
}

/// A Certificate that is Ready.
pub(crate) fn certificate(namespace: &str, name: &str, secret: &str) -> Value {
    json!({
        "apiVersion": "cert-manager.io/v1", "kind": "Certificate",
        "metadata": named(namespace, name),
        "spec": {
            "secretName": secret, "dnsNames": [format!("{name}.example.com")],
            "issuerRef": {"kind": "ClusterIssuer", "name": "selfsigned"},
        },
        "status": ready(),
    })
}

/// What cert-manager says of what it has issued.
pub(crate) fn ready() -> Value {
    json!({"conditions": [{
        "type": "Ready", "status": "True", "reason": "Ready", "message": "up to date",
        "lastTransitionTime": "2026-11-24T02:00:00Z",
    }]})
}

/// An issuer that is Ready.
pub(crate) fn cluster_issuer() -> Value {
    json!({
        "apiVersion": "cert-manager.io/v1", "kind": "ClusterIssuer",
        "metadata": {"name": "selfsigned"}, "spec": {"selfSigned": {}}, "status": ready(),
    })
}
