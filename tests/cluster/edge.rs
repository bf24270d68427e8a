//! Gateways to put into a cluster: pods, and Services that lead to them.

use serde_json::{Value, json};

use crate::stack::Stack;

/// A node that nobody plays: what is on it is as it was loaded.
pub(crate) fn node(name: &str, addresses: Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name},
        "status": {
            "addresses": addresses, "conditions": [{"type": "Ready", "status": "True"}],
        },
    })
}

/// The node that gateways' pods are on.
pub(crate) fn edge_node() -> Value {
    let both = json!([
        {"type": "InternalIP", "address": "127.0.0.31"},
        {"type": "ExternalIP", "address": "127.0.0.41"},
    ]);
    node("edge-1", both)
}

/// A gateway's pod on such a node, with what its kubelet would say.
pub(crate) fn pod(namespace: &str, name: &str, labels: &Value, is_ready: bool) -> Value {
    let ready = if is_ready { "True" } else { "False" };
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"namespace": namespace, "name": name, "labels": labels},
        "spec": {
            "nodeName": "edge-1",
            "containers": [{"name": "istio-proxy", "image": "docker.io/istio/proxyv2:1.30.3"}],
        },
        "status": {
            "phase": "Running", "hostIP": "127.0.0.31",
            "conditions": [{"type": "Ready", "status": ready, "reason": "ContainersNotReady"}],
        },
    })
}

/// A Service with the ports of Istio's charts; `spec` is laid over it.
pub(crate) fn service(namespace: &str, name: &str, labels: &Value, spec: Value) -> Value {
    let mut service = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {
            "type": "LoadBalancer", "selector": labels,
            "ports": [
                {"name": "status-port", "port": 15021, "targetPort": 15021},
                {"name": "http2", "port": 80, "targetPort": 8080},
                {"name": "https", "port": 443, "targetPort": 8443},
            ],
        },
    });
    for (field, value) in spec.as_object().unwrap() {
        service["spec"][field] = value.clone();
    }
    service
}

/// An Istio Gateway of these labels.
pub(crate) fn gateway(namespace: &str, name: &str, labels: &Value, host: &str) -> Value {
    json!({
        "apiVersion": "networking.istio.io/v1", "kind": "Gateway",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"selector": labels, "servers": [{
            "port": {"name": "http", "number": 80, "protocol": "HTTP"}, "hosts": [host],
        }]},
    })
}

/// The labels of the usual gateway.
pub(crate) fn labels() -> Value {
    json!({"app": "istio-ingressgateway", "istio": "ingressgateway"})
}

/// Where the usual gateway's Service is.
pub(crate) const INGRESS: (&str, &str) = ("istio-system", "istio-ingressgateway");

/// The usual gateway alone, its Service with that spec, and two nodes.
pub(crate) fn usual(stack: &Stack, spec: Value) {
    stack.clear();
    stack.add(&[
        edge_node(),
        node("edge-2", json!([{"type": "InternalIP", "address": "127.0.0.32"}])),
        pod(INGRESS.0, "gateway-0", &labels(), true),
        service(INGRESS.0, INGRESS.1, &labels(), spec),
    ]);
}

/// A pod of istiod in that version.
pub(crate) fn istiod(version: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"namespace": "istio-system", "name": "istiod-0", "labels": {"app": "istiod"}},
        "spec": {"containers": [
            {"name": "discovery", "image": format!("docker.io/istio/pilot:{version}")},
        ]},
    })
}
