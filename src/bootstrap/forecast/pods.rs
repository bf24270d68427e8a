//! What a gateway's pods are to be, as far as that decides whether they run.

use std::collections::BTreeMap;

use serde_json::Value;

use super::security::Security;
use crate::bootstrap::{Intent, injection};
use crate::model::quota::Quantity;
use crate::world::injection::{Candidate, INJECT};

/// The image that says: istiod is to put one here (Istio 1.10 and later).
pub const AUTO: &str = "auto";

/// The pods of one Deployment, each with one container.
#[derive(Clone, Debug, Default)]
pub struct Pods {
    /// What injection depends on, and the namespace.
    pub candidate: Candidate,
    /// Whether istiod has to fill in the image.
    pub is_auto: bool,
    /// How many there are at first.
    pub count: u32,
    /// What each asks for, by name: `cpu`, `memory`.
    pub requests: BTreeMap<String, Quantity>,
    /// The most that each may use.
    pub limits: BTreeMap<String, Quantity>,
    /// Its priority class; empty where none is named.
    pub priority_class: String,
    /// What Pod Security looks at.
    pub security: Security,
}

impl Pods {
    /// Their namespace.
    pub fn namespace(&self) -> &str {
        &self.candidate.namespace
    }

    /// The pods of a Deployment as it is written, so many of them at first. Injection changes what
    /// is looked at here in two places: the image, and the user, which is never root (Istio 1.30.3,
    /// `files/gateway-injection-template.yaml`).
    pub fn of_deployment(deployment: &Value, count: u32) -> Self {
        let text = |pointer: &str| {
            deployment.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let spec = &deployment["spec"]["template"]["spec"];
        let container = &spec["containers"][0];
        Self {
            candidate: Candidate {
                namespace: text("/metadata/namespace"),
                labels: strings(&deployment["spec"]["template"]["metadata"]["labels"]),
                annotations: strings(&deployment["spec"]["template"]["metadata"]["annotations"]),
                host_network: spec["hostNetwork"] == true,
            },
            is_auto: container["image"] == AUTO,
            count,
            requests: quantities(&container["resources"]["requests"]),
            limits: quantities(&container["resources"]["limits"]),
            priority_class: text("/spec/template/spec/priorityClassName"),
            security: Security::of_pod(spec),
        }
    }

    /// The pods that istiod makes for a Gateway API Gateway (Istio 1.30.3,
    /// `files/kube-gateway.yaml`, with the values of its charts, which may be set otherwise).
    pub fn of_gateway_api(intent: &Intent) -> Self {
        let resources = injection::resources(intent);
        Self {
            candidate: Candidate {
                namespace: intent.namespace.clone(),
                labels: [(INJECT.to_owned(), "false".to_owned())].into(),
                ..Candidate::default()
            },
            is_auto: false,
            count: intent.scale().least(),
            requests: quantities(&resources["requests"]),
            limits: quantities(&resources["limits"]),
            priority_class: String::new(),
            security: Security::of_gateway_api(intent.seccomp),
        }
    }
}

/// A Service that is to be, as far as quotas count it.
#[derive(Clone, Debug, Default)]
pub struct ServiceToBe {
    /// `ClusterIP`, `NodePort` or `LoadBalancer`.
    pub type_: String,
    /// How many ports it has: each takes a node port, where its type does.
    pub ports: u32,
}

fn strings(map: &Value) -> BTreeMap<String, String> {
    let entries = map.as_object().into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

fn quantities(map: &Value) -> BTreeMap<String, Quantity> {
    let entries = map.as_object().into_iter().flatten();
    let read = |value: &Value| match value {
        Value::String(text) => Quantity::parse(text),
        number => Quantity::parse(&number.to_string()),
    };
    entries.filter_map(|(key, value)| Some((key.clone(), read(value)?))).collect()
}
