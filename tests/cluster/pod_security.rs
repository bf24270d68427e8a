//! What Pod Security is predicted to refuse of a pod, held against what the API server refuses.

use std::collections::BTreeSet;

use igwctl::bootstrap::forecast::security::{Policy, Security, refusals};
use serde_json::{Value, json};

use crate::forecast::{namespace, spec};
use crate::injection::create;
use crate::stack::own;

/// The reasons that Pod Security gives.
const REASONS: [&str; 12] = [
    "allowPrivilegeEscalation != false",
    "forbidden sysctls",
    "host namespaces",
    "hostPath volumes",
    "hostPort",
    "non-default capabilities",
    "privileged",
    "restricted volume types",
    "runAsNonRoot != true",
    "runAsUser=0",
    "seccompProfile",
    "unrestricted capabilities",
];

/// A change of `spec`: a field by its pointer, and what it becomes.
type Change = (&'static str, Value);

fn changes() -> Vec<Vec<Change>> {
    const POD: &str = "/securityContext";
    const OWN: &str = "/containers/0/securityContext";
    let sysctl = |name: &str| {
        json!({"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"},
               "sysctls": [{"name": name, "value": "1"}]})
    };
    let own = |more: Value| {
        let mut own = spec()["containers"][0]["securityContext"].clone();
        own.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        own
    };
    vec![
        vec![],
        vec![(POD, json!({}))],
        vec![(POD, json!({"runAsNonRoot": true}))],
        vec![(
            POD,
            json!({"runAsNonRoot": false, "seccompProfile": {"type": "Localhost",
                          "localhostProfile": "a"}}),
        )],
        vec![(POD, sysctl("net.core.somaxconn"))],
        vec![(POD, sysctl("net.ipv4.tcp_rmem"))],
        vec![(POD, sysctl("net.ipv4.tcp_keepalive_time"))],
        vec![(OWN, json!({}))],
        vec![(OWN, own(json!({"runAsNonRoot": false})))],
        vec![(OWN, own(json!({"seccompProfile": {"type": "Unconfined"}})))],
        vec![(OWN, own(json!({"allowPrivilegeEscalation": true, "privileged": true})))],
        vec![(OWN, own(json!({"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}})))],
        vec![(OWN, own(json!({"capabilities": {"drop": ["ALL"], "add": ["NET_ADMIN"]}})))],
        vec![(OWN, own(json!({"capabilities": {"add": ["CHOWN"]}})))],
        vec![(OWN, own(json!({"runAsUser": 0})))],
        vec![(POD, json!({"runAsNonRoot": true})), ("/hostNetwork", json!(true))],
        vec![("/hostPID", json!(true))],
        vec![("/containers/0/ports", json!([{"containerPort": 8443, "hostPort": 443}]))],
        vec![("/volumes", json!([{"name": "a", "hostPath": {"path": "/"}}]))],
        vec![("/volumes", json!([{"name": "a", "emptyDir": {}}]))],
        vec![(POD, json!({})), (OWN, json!({})), ("/hostNetwork", json!(true))],
    ]
}

#[test]
fn pod_security_refuses_what_was_predicted_and_for_these_reasons() {
    let stack = own(&[]);
    let enforce = "pod-security.kubernetes.io/enforce";
    let version = "pod-security.kubernetes.io/enforce-version";
    let levels = [
        ("free", json!({})),
        ("baseline", json!({enforce: "baseline"})),
        ("restricted", json!({enforce: "restricted", version: "latest"})),
        ("restricted-18", json!({enforce: "restricted", version: "v1.18"})),
        ("restricted-22", json!({enforce: "restricted", version: "v1.22"})),
        ("baseline-31", json!({enforce: "baseline", version: "v1.31"})),
    ];
    let namespaces: Vec<Value> = levels.iter().map(|(name, of)| namespace(name, of)).collect();
    stack.add(&namespaces);
    let (mut pods, mut expected) = (Vec::new(), Vec::new());
    for (level, labels) in &levels {
        for (number, changes) in changes().iter().enumerate() {
            let mut spec = spec();
            for (pointer, value) in changes {
                let (at, field) = pointer.rsplit_once('/').unwrap();
                spec.pointer_mut(at).unwrap()[field] = value.clone();
            }
            let labels = serde_json::from_value(labels.clone()).unwrap();
            let refused = refusals(Policy::of(&labels), &Security::of_pod(&spec));
            let refused: BTreeSet<&str> = refused.iter().map(|it| it.reason).collect();
            let name = format!("{level}-{number}");
            pods.push(json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"namespace": level, "name": name}, "spec": spec,
            }));
            expected.push((name, refused));
        }
    }
    let (_, complaints) = create(&stack, &pods, &["--dry-run=server"]);
    assert!(!complaints.contains("is invalid"), "{complaints}");
    let mut count = 0;
    for (name, expected) in expected {
        let line = complaints.lines().find(|it| it.contains(&format!("pods \"{name}\"")));
        let line = line.unwrap_or_default();
        let is_said = |reason: &&&str| line.contains(&format!("{reason} ("));
        let said: BTreeSet<&str> = REASONS.iter().filter(is_said).copied().collect();
        assert_eq!(said, expected, "{name}: {line}");
        assert_eq!(line.is_empty(), expected.is_empty(), "{name}: {line}");
        count += said.len();
    }
    assert!(count > 60, "{count} refusals: {complaints}");
}
