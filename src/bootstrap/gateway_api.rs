//! A Gateway of the Gateway API (`gateway.networking.k8s.io/v1`), of which istiod makes the rest:
//! Deployment, Service and service account (Istio 1.17 and later).
//!
//! What is read of it stands in Istio 1.30's `pilot/pkg/config/kube/gatewaycommon`: the labels and
//! annotations of `spec.infrastructure` go to all that is made, the annotation
//! `networking.istio.io/service-type` is the Service's type, `spec.addresses` the load balancer's
//! address, and the `ConfigMap` of `parametersRef` is laid over what is made (1.26 and later).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::injection::{self, budget, network_policy};
use super::intent::{Intent, Scale, ServiceType};
use super::labels::Labels;
use super::method::Method;
use crate::model::manifest::Manifest;
use crate::model::yaml;

/// What istiod appends to the Gateway's name for what it makes: its class (Istio 1.17 to 1.31,
/// `GetDefaultName`; 1.16 appends nothing).
pub(super) const SUFFIX: &str = "-istio";

/// The name of the Service that istiod makes, and of the Deployment.
pub fn service_name(name: &str) -> String {
    format!("{name}{SUFFIX}")
}

/// Renders it, with what completes it.
pub(super) fn manifests(intent: &Intent, labels: &Labels) -> Vec<Manifest> {
    let parameters = parameters(intent);
    let mut manifests = Vec::new();
    if !parameters.is_empty() {
        let data = Manifest::new("v1", "ConfigMap", &intent.namespace, &intent.name);
        manifests.push(data.with("data", json!(parameters)));
    }
    manifests.push(gateway(intent, labels, !parameters.is_empty()));
    if intent.network_policy {
        manifests.push(network_policy(intent, labels, Method::GatewayApi));
    }
    manifests
}

fn gateway(intent: &Intent, labels: &Labels, has_parameters: bool) -> Manifest {
    let mut manifest =
        Manifest::new("gateway.networking.k8s.io/v1", "Gateway", &intent.namespace, &intent.name);
    if let Some(revision) = &intent.revision {
        manifest = manifest.label("istio.io/rev", revision);
    }
    if intent.type_ != ServiceType::LoadBalancer {
        let type_ = json!({ "networking.istio.io/service-type": intent.type_.word() });
        manifest.metadata.insert("annotations".to_owned(), type_);
    }
    let mut infrastructure =
        Map::from_iter([("labels".to_owned(), json!(labels.infrastructure()))]);
    let annotations = intent.service_annotations();
    if !annotations.is_empty() {
        infrastructure.insert("annotations".to_owned(), json!(annotations));
    }
    if has_parameters {
        let reference = json!({ "group": "", "kind": "ConfigMap", "name": intent.name });
        infrastructure.insert("parametersRef".to_owned(), reference);
    }
    let mut spec = Map::from_iter([("gatewayClassName".to_owned(), json!("istio"))]);
    if let Some(ip) = intent.static_ip {
        spec.insert("addresses".to_owned(), json!([{ "type": "IPAddress", "value": ip }]));
    }
    spec.insert("infrastructure".to_owned(), Value::Object(infrastructure));
    spec.insert("listeners".to_owned(), json!([http(), https(intent)]));
    manifest.with("spec", Value::Object(spec))
}

/// Routes of the gateway's own namespace alone may be bound to it: it is this namespace's.
fn http() -> Value {
    json!({
        "name": "http", "port": 80, "protocol": "HTTP",
        "allowedRoutes": { "namespaces": { "from": "Same" } },
    })
}

/// istiod makes a port of the Service for each listener, whatever becomes of it: so 443 is open for
/// Gateways of `networking.istio.io`, which bring their own certificates.
fn https(intent: &Intent) -> Value {
    let (protocol, tls) = match &intent.tls_secret {
        Some(secret) => (
            "HTTPS",
            json!({
                "mode": "Terminate",
                "certificateRefs": [{ "group": "", "kind": "Secret", "name": secret }],
            }),
        ),
        None => ("TLS", json!({ "mode": "Passthrough" })),
    };
    json!({
        "name": "https", "port": 443, "protocol": protocol, "tls": tls,
        "allowedRoutes": { "namespaces": { "from": "Same" } },
    })
}

/// What is laid over what istiod makes, as patches by the kind that they are of.
fn parameters(intent: &Intent) -> BTreeMap<&'static str, String> {
    let mut parameters = BTreeMap::new();
    let mut deployment = Map::new();
    match intent.scale {
        Some(Scale::Fixed(count)) => {
            deployment.insert("replicas".to_owned(), json!(count));
        }
        Some(Scale::Between { min, max }) => {
            let spec = json!({ "spec": {
                "minReplicas": min, "maxReplicas": max, "metrics": injection::metrics(),
            } });
            parameters.insert("horizontalPodAutoscaler", yaml::write(&spec));
        }
        None => {}
    }
    if intent.scale.is_some_and(|it| it.least() > 1) {
        parameters.insert("podDisruptionBudget", yaml::write(&json!({ "spec": budget() })));
    }
    let mut pods = Map::new();
    if intent.seccomp {
        let profile = json!({ "seccompProfile": { "type": "RuntimeDefault" } });
        pods.insert("securityContext".to_owned(), profile);
    }
    if intent.cpu.is_some() || intent.memory.is_some() {
        let container = json!({ "name": "istio-proxy", "resources": injection::resources(intent) });
        pods.insert("containers".to_owned(), json!([container]));
    }
    if !pods.is_empty() {
        deployment.insert("template".to_owned(), json!({ "spec": pods }));
    }
    if !deployment.is_empty() {
        parameters.insert("deployment", yaml::write(&json!({ "spec": deployment })));
    }
    parameters
}
