//! A Deployment whose only container istiod completes (`image: auto`, Istio 1.10 and later), with the
//! objects that go with it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::intent::{Intent, PodPorts, Scale};
use super::labels::Labels;
use super::method::Method;
use super::quantity::Amount;
use super::service;
use crate::model::manifest::Manifest;
use crate::model::version::Version;

const RBAC: &str = "rbac.authorization.k8s.io";

/// istiod's template says which user the proxy runs as since 1.20
/// (`files/gateway-injection-template.yaml`); before, the pod has to.
const SETS_USER: Version = Version { major: 1, minor: 20, patch: 0 };

/// The user that Istio's images and templates have for the proxy (Istio 1.10 to 1.30).
const USER: u32 = 1337;

/// The least that the container asks for and the most that it may have, as Istio's chart
/// `gateway` has it (Istio 1.30, `manifests/charts/gateway/values.yaml`).
const CPU: (&str, &str) = ("100m", "2000m");
const MEMORY: (&str, &str) = ("128Mi", "1024Mi");

/// The ports of the proxy that a scraper asks: the agent's, which has the metrics of all together,
/// and Envoy's own (Istio 1.30, `templates/networkpolicy.yaml` of the chart `gateway`).
const METRICS: [u16; 2] = [15020, 15090];

/// Annotations of the pods that igwctl makes: which template completes them.
pub fn pod_annotations() -> BTreeMap<String, String> {
    BTreeMap::from([("inject.istio.io/templates".to_owned(), "gateway".to_owned())])
}

/// The labels of the pods.
pub fn pod_labels(intent: &Intent, labels: &Labels) -> BTreeMap<String, String> {
    let mut all = labels.pod.clone();
    all.insert("sidecar.istio.io/inject".to_owned(), "true".to_owned());
    if let Some(revision) = &intent.revision {
        all.insert("istio.io/rev".to_owned(), revision.clone());
    }
    all
}

/// Renders all of it, what the pods need before the pods.
pub(super) fn manifests(intent: &Intent, labels: &Labels) -> Vec<Manifest> {
    let mut manifests = rights(intent);
    manifests.push(service(intent, labels));
    manifests.push(deployment(intent, labels));
    if let Scale::Between { min, max } = intent.scale() {
        manifests.push(autoscaler(intent, min, max));
    }
    // With one pod a budget would keep its node from ever being drained.
    if intent.scale().least() > 1 {
        let mut spec = budget();
        spec["selector"] = json!({ "matchLabels": labels.workload });
        manifests.push(of(intent, "policy/v1", "PodDisruptionBudget").with("spec", spec));
    }
    if intent.network_policy {
        manifests.push(network_policy(intent, labels, Method::Injection));
    }
    let known_by = |it: Manifest| labels.workload.iter().fold(it, |it, (k, v)| it.label(k, v));
    manifests.into_iter().map(known_by).collect()
}

/// How many pods stay while nodes are drained.
pub(super) fn budget() -> Value {
    json!({ "minAvailable": 1 })
}

fn of(intent: &Intent, api_version: &str, kind: &str) -> Manifest {
    Manifest::new(api_version, kind, &intent.namespace, &intent.name)
}

/// The service account, and its right to the namespace's secrets: istiod hands a secret out only
/// to who may list all of the namespace, so no `resourceNames` (Istio 1.30,
/// `pilot/pkg/credentials/kube`).
fn rights(intent: &Intent) -> Vec<Manifest> {
    let version = format!("{RBAC}/v1");
    let (namespace, name) = (&intent.namespace, &intent.name);
    vec![
        of(intent, "v1", "ServiceAccount"),
        of(intent, &version, "Role").with(
            "rules",
            json!([{
                "apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "watch", "list"],
            }]),
        ),
        of(intent, &version, "RoleBinding")
            .with("roleRef", json!({ "apiGroup": RBAC, "kind": "Role", "name": name }))
            .with(
                "subjects",
                json!([{ "kind": "ServiceAccount", "name": name, "namespace": namespace }]),
            ),
    ]
}

fn service(intent: &Intent, labels: &Labels) -> Manifest {
    let mut manifest = of(intent, "v1", "Service");
    if let Some(annotations) = service::annotations(intent) {
        manifest.metadata.insert("annotations".to_owned(), annotations);
    }
    let ports = intent.ports(Method::Injection);
    let mut spec = Map::from_iter([
        ("type".to_owned(), json!(intent.type_.word())),
        ("selector".to_owned(), json!(labels.workload)),
        ("ports".to_owned(), service::ports(ports)),
    ]);
    if let Some(ip) = intent.static_ip {
        spec.insert("loadBalancerIP".to_owned(), json!(ip));
    }
    manifest.with("spec", Value::Object(spec))
}

fn deployment(intent: &Intent, labels: &Labels) -> Manifest {
    let mut spec = Map::new();
    // Where an autoscaler owns the number, nobody else says it.
    if let Scale::Fixed(count) = intent.scale() {
        spec.insert("replicas".to_owned(), json!(count));
    }
    spec.insert("selector".to_owned(), json!({ "matchLabels": labels.workload }));
    let template = json!({
        "metadata": {
            "annotations": pod_annotations(),
            "labels": pod_labels(intent, labels),
        },
        "spec": {
            "serviceAccountName": intent.name,
            "securityContext": pod_security(intent),
            "containers": [container(intent)],
        },
    });
    spec.insert("template".to_owned(), template);
    of(intent, "apps/v1", "Deployment").with("spec", Value::Object(spec))
}

/// What Pod Security's level `restricted` asks for, and the sysctl that lets ports below 1024 be
/// bound without a capability (safe, so allowed at every level, since Kubernetes 1.22).
fn pod_security(intent: &Intent) -> Value {
    let mut security =
        Map::from_iter([("seccompProfile".to_owned(), json!({ "type": "RuntimeDefault" }))]);
    if intent.ports(Method::Injection) == PodPorts::Privileged {
        let sysctl = json!([{ "name": "net.ipv4.ip_unprivileged_port_start", "value": "0" }]);
        security.insert("sysctls".to_owned(), sysctl);
    }
    Value::Object(security)
}

fn container(intent: &Intent) -> Value {
    let mut security = json!({
        "allowPrivilegeEscalation": false,
        "capabilities": { "drop": ["ALL"] },
        "privileged": false,
        "readOnlyRootFilesystem": true,
        "runAsNonRoot": true,
    });
    if intent.istiod.is_some_and(|version| version < SETS_USER) {
        security["runAsUser"] = json!(USER);
        security["runAsGroup"] = json!(USER);
    }
    json!({
        "name": "istio-proxy",
        "image": "auto",
        "securityContext": security,
        "resources": resources(intent),
    })
}

pub(super) fn resources(intent: &Intent) -> Value {
    let of = |given: &Option<Amount>, (request, limit): (&str, &str)| {
        let amount = given.clone().unwrap_or_else(|| Amount::of(request, Some(limit)));
        (amount.request.to_string(), amount.limit_or(limit).to_string())
    };
    let (cpu, memory) = (of(&intent.cpu, CPU), of(&intent.memory, MEMORY));
    json!({
        "requests": { "cpu": cpu.0, "memory": memory.0 },
        "limits": { "cpu": cpu.1, "memory": memory.1 },
    })
}

fn autoscaler(intent: &Intent, min: u32, max: u32) -> Manifest {
    of(intent, "autoscaling/v2", "HorizontalPodAutoscaler").with(
        "spec",
        json!({
            "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": intent.name },
            "minReplicas": min,
            "maxReplicas": max,
            "metrics": metrics(),
        }),
    )
}

/// By what the number of pods goes.
pub(super) fn metrics() -> Value {
    json!([{
        "type": "Resource",
        "resource": {
            "name": "cpu", "target": { "type": "Utilization", "averageUtilization": 80 },
        },
    }])
}

/// Lets everybody in on the ports that are served, load balancers' health checks and scrapers too,
/// and nobody on any other.
pub(super) fn network_policy(intent: &Intent, labels: &Labels, method: Method) -> Manifest {
    let served = intent.ports(method).numbers();
    let ports: Vec<Value> = served
        .into_iter()
        .chain([service::STATUS])
        .chain(METRICS)
        .map(|port| json!({ "port": port, "protocol": "TCP" }))
        .collect();
    of(intent, "networking.k8s.io/v1", "NetworkPolicy").with(
        "spec",
        json!({
            "podSelector": { "matchLabels": labels.workload },
            "policyTypes": ["Ingress"],
            "ingress": [{ "ports": ports }],
        }),
    )
}
