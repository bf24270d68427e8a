//! Worlds of gateways, as objects, and `discover` run on them.

use serde_json::{Value, json};

use crate::support::{Igwctl, Ran};

/// The moment that these worlds are of.
pub(crate) const NOW: &str = "2026-11-24T03:00:00Z";

/// The kinds of which the worlds show all, unless a test says otherwise.
pub(crate) const ALL: &[&str] = &["services", "pods", "nodes", "events", "deployments.apps"];

/// Objects, and what they show all of.
#[derive(Clone, Default)]
pub(crate) struct Mesh {
    objects: Vec<Value>,
}

impl Mesh {
    /// Nothing, and all is shown.
    pub(crate) fn new() -> Self {
        Self::showing(ALL)
    }

    /// Nothing, and all objects of these kinds are shown.
    pub(crate) fn showing(kinds: &[&str]) -> Self {
        let covered: serde_json::Map<String, Value> =
            kinds.iter().map(|it| ((*it).to_owned(), json!(["*"]))).collect();
        let head = json!({
            "apiVersion": "igwctl/v1", "kind": "Snapshot", "now": NOW, "covered": covered,
        });
        Self { objects: vec![head] }
    }

    /// Manifests: nothing is shown whole.
    pub(crate) fn manifests() -> Self {
        Self::default()
    }

    /// With one object more.
    pub(crate) fn and(mut self, object: Value) -> Self {
        self.objects.push(object);
        self
    }

    /// With the usual gateway: a pod in a namespace and a Service that leads to it.
    pub(crate) fn gateway(self, namespace: &str, name: &str, spec: Value, status: Value) -> Self {
        let pod = pod(namespace, &format!("{name}-0"), json!({"istio": name}));
        self.and(pod).and(service(namespace, name, json!({"istio": name}), spec, status))
    }

    pub(crate) fn text(&self) -> String {
        self.objects.iter().map(|it| format!("{it}\n---\n")).collect()
    }

    /// `discover` on it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.igwctl(arguments).run()
    }

    pub(crate) fn igwctl(&self, arguments: &[&str]) -> Igwctl {
        Igwctl::new(["discover", "--from", "-"]).args(arguments).stdin(self.text())
    }

    /// `discover -o json` on it, which is to succeed.
    #[track_caller]
    pub(crate) fn found(&self, arguments: &[&str]) -> Value {
        let ran = self.igwctl(arguments).args(["-o", "json"]).run().exits(0);
        serde_json::from_slice(&ran.stdout).unwrap()
    }

    /// The only gateway that there is.
    #[track_caller]
    pub(crate) fn only(&self) -> Value {
        let found = self.found(&[]);
        let gateways = found["gateways"].as_array().unwrap();
        assert_eq!(gateways.len(), 1, "{found:#}");
        gateways[0].clone()
    }
}

/// The ports of the charts: readiness, http and https.
pub(crate) fn ports() -> Value {
    json!([
        {"name": "status-port", "port": 15021, "targetPort": 15021, "nodePort": 30021},
        {"name": "http2", "port": 80, "targetPort": 8080, "nodePort": 30080},
        {"name": "https", "port": 443, "targetPort": 8443, "nodePort": 30443},
    ])
}

/// A Service; `spec` is laid over a load balancer's with the usual ports.
pub(crate) fn service(
    namespace: &str,
    name: &str,
    selector: Value,
    spec: Value,
    status: Value,
) -> Value {
    let mut service = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {
            "type": "LoadBalancer", "clusterIP": "10.0.0.10", "clusterIPs": ["10.0.0.10"],
            "selector": selector, "ports": ports(),
        },
        "status": {"loadBalancer": status},
    });
    for (field, value) in spec.as_object().unwrap() {
        service["spec"][field] = value.clone();
    }
    service
}

/// A gateway's pod, ready.
pub(crate) fn pod(namespace: &str, name: &str, labels: Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "namespace": namespace, "name": name, "labels": labels,
            "creationTimestamp": "2026-11-23T19:00:00Z",
        },
        "spec": {
            "nodeName": "node-a",
            "containers": [{
                "name": "istio-proxy", "image": "docker.io/istio/proxyv2:1.30.3",
                "args": ["proxy", "router"],
            }],
        },
        "status": {
            "phase": "Running", "hostIP": "172.18.0.2",
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [{"name": "istio-proxy", "ready": true, "restartCount": 0}],
        },
    })
}

/// An application's pod, with a proxy beside it.
pub(crate) fn sidecar(namespace: &str, name: &str, labels: Value) -> Value {
    let mut pod = pod(namespace, name, labels);
    pod["spec"]["containers"] = json!([
        {"name": "app", "image": "app"},
        {"name": "istio-proxy", "image": "docker.io/istio/proxyv2:1.30.3",
         "args": ["proxy", "sidecar"]},
    ]);
    pod
}

/// A node with these addresses.
pub(crate) fn node(name: &str, addresses: &[(&str, &str)]) -> Value {
    let addresses: Vec<Value> =
        addresses.iter().map(|(type_, it)| json!({"type": type_, "address": it})).collect();
    json!({
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name},
        "status": {
            "addresses": addresses, "conditions": [{"type": "Ready", "status": "True"}],
        },
    })
}

/// An Istio Gateway that serves these hosts on 80.
pub(crate) fn gateway(namespace: &str, name: &str, selector: Value, hosts: &[&str]) -> Value {
    json!({
        "apiVersion": "networking.istio.io/v1", "kind": "Gateway",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {
            "selector": selector,
            "servers": [{
                "port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": hosts,
            }],
        },
    })
}

/// The `address`es of a gateway, each as `kind address`.
pub(crate) fn addresses(gateway: &Value) -> Vec<String> {
    let list = gateway["addresses"].as_array().unwrap();
    let line = |it: &Value| {
        format!("{} {}", it["kind"].as_str().unwrap(), it["address"].as_str().unwrap())
    };
    list.iter().map(line).collect()
}

/// An array of strings.
pub(crate) fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().map(|it| it.as_str().unwrap()).collect()
}

/// The names of the gateways that were found.
pub(crate) fn names(found: &Value) -> Vec<String> {
    let key = |it: &Value| {
        let object = &it["object"];
        format!("{}/{}", object["namespace"].as_str().unwrap(), object["name"].as_str().unwrap())
    };
    found["gateways"].as_array().unwrap().iter().map(key).collect()
}
