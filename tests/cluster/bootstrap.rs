//! `bootstrap` on a real API server: from nothing to a gateway with an address, and back.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::apply::{ends, prepared, run};
use crate::edge::{edge_node, istiod, service};
use crate::igwctl::Ran;
use crate::proxy::{Asked, Fate, Proxy};
use crate::stack::{Stack, own, shared};
use crate::teams::gateway_spec;
use crate::webhooks::injected;

/// A team's namespace, in which only pods of the strictest level may run.
const TEAM: &str = "shop";

/// The gateway.
const GATE: (&str, &str) = (TEAM, "gate");

/// The kinds that a gateway consists of, as kubectl takes them.
const KINDS: &str = "serviceaccounts,roles,rolebindings,services,deployments,\
     horizontalpodautoscalers,poddisruptionbudgets,networkpolicies,\
     gateways.gateway.networking.k8s.io,configmaps";

pub(crate) fn namespace(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {
        "name": name, "labels": {"pod-security.kubernetes.io/enforce": "restricted"},
    }})
}

/// A cluster with a node of an address, the namespace, and somebody who injects.
fn empty(stack: &Stack) {
    stack.clear();
    stack.add(&[edge_node(), namespace(TEAM)]);
    injected(stack);
}

/// What is there of a gateway, as kubectl names it.
fn made(stack: &Stack, name: &str, namespace: &str) -> Vec<String> {
    let label = format!("igwctl/gateway={name}");
    let listed = stack.kubectl(&["get", KINDS, "-n", namespace, "-l", &label, "-o", "name"]);
    listed.lines().map(str::to_owned).collect()
}

/// Plays the load balancer's controller.
pub(crate) fn balanced(stack: &Stack, key: (&str, &str), ip: &str) {
    let address = json!({"loadBalancer": {"ingress": [{"ip": ip}]}});
    stack.set_status("service", key, &address);
}

/// The objects that istiod makes for a Gateway of the Gateway API, or the operator for an entry.
fn played(stack: &Stack, name: &str, labels: &Value) {
    let template = json!({
        "metadata": {"labels": labels},
        "spec": {
            "securityContext": {
                "runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [{
                "name": "istio-proxy", "image": "docker.io/istio/proxyv2:1.30.3",
                "securityContext": {
                    "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]},
                },
            }],
        },
    });
    stack.add(&[
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"namespace": TEAM, "name": name, "labels": labels},
            "spec": {"selector": {"matchLabels": labels}, "template": template},
        }),
        service(TEAM, name, labels, json!({})),
    ]);
    balanced(stack, (TEAM, name), "127.0.0.9");
}

/// Makes a gateway, and waits for it once its pods run: the tests' webhooks leave their image as it
/// is, which in one that does not run yet says that it was not filled in.
fn awaited(stack: &Stack, name: &str, type_: &str) -> String {
    let line = format!("bootstrap {name} -n {TEAM} --type {type_} --yes");
    ends(stack, 0, &line);
    let wait = ["wait", "--for=condition=Available", "deployment", name, "--timeout=60s"];
    stack.kubectl(&[&wait[..], &["-n", TEAM]].concat());
    ends(stack, 0, &format!("{line} --wait --timeout 60s"))
}

#[test]
fn injection_goes_from_nothing_to_an_address() {
    let stack = shared();
    empty(&stack);
    let line = "bootstrap gate -n shop --min 2 --network-policy --yes";
    let ran = run(&stack, line);
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(
        ran.stdout,
        "serviceaccount/gate created\n\
         role.rbac.authorization.k8s.io/gate created\n\
         rolebinding.rbac.authorization.k8s.io/gate created\n\
         service/gate created\n\
         deployment.apps/gate created\n\
         horizontalpodautoscaler.autoscaling/gate created\n\
         poddisruptionbudget.policy/gate created\n\
         networkpolicy.networking.k8s.io/gate created\n"
    );
    for words in ["by injection", "istio=gate", "igwctl apply APP -n shop --gateway shop/gate"] {
        assert!(ran.stderr.contains(words), "{words}? {ran}");
    }
    // It is not there yet, and it is said why.
    let early =
        run(&stack, "bootstrap gate -n shop --min 2 --network-policy --yes --wait --timeout 1s");
    assert_eq!(early.code, 124, "{early}");
    assert!(
        early.stderr.contains("waited 1 s")
            && early.stderr.contains("load balancer has no address"),
        "{early}"
    );
    balanced(&stack, GATE, "127.0.0.9");
    let there = run(&stack, &format!("{line} --wait --timeout 60s"));
    assert_eq!(there.code, 0, "{there}");
    assert_eq!(there.stdout.matches(" unchanged\n").count(), 8, "{there}");
    assert!(there.stdout.ends_with("http://127.0.0.9\n"), "{there}");
    let found = ends(&stack, 0, "discover shop/gate");
    assert!(found.contains("127.0.0.9") && found.contains("shop/gate"), "{found}");
    // All that is to be said of it is that no Gateway is bound to it yet.
    let diagnosis = stack.igwctl(&["diagnose", "--no-logs"]).diagnosis();
    assert_eq!((diagnosis.codes(), diagnosis.ran.code), (vec!["IGW0200"], 0), "{}", diagnosis.ran);
    assert_eq!(diagnosis.undecided(), [""; 0], "{}", diagnosis.ran);
    // Through a port of the nodes, and inside the cluster only.
    let node = awaited(&stack, "other", "NodePort");
    assert!(node.contains("http://127.0.0.41:3"), "{node}");
    let inside = awaited(&stack, "inner", "ClusterIP");
    assert!(inside.ends_with("inner.shop.svc\n"), "{inside}");
}

#[test]
fn the_gateway_api_goes_from_nothing_to_an_address() {
    let stack = shared();
    empty(&stack);
    let line = "bootstrap gate -n shop --method gateway-api --min 2 --cpu 200m --yes";
    // What istiod makes by itself is not for the strictest level of Pod Security, and an old one
    // cannot be told to make it otherwise.
    stack.add(&[istiod("1.25.3")]);
    let plain = run(&stack, "bootstrap gate -n shop --method gateway-api --yes");
    plain.fails(3, &["enforces Pod Security restricted", "--anyway"]);
    run(&stack, line).fails(2, &["istiod 1.25.3 has no place for them (1.26 has)"]);
    stack.kubectl(&["delete", "pod", "istiod-0", "-n", "istio-system", "--force"]);
    let printed = ends(&stack, 0, line);
    assert_eq!(printed, "configmap/gate created\ngateway.gateway.networking.k8s.io/gate created\n");
    let laid = stack.kubectl(&[
        "get",
        "configmap",
        "gate",
        "-n",
        TEAM,
        "-o",
        "jsonpath={.data.deployment}",
    ]);
    assert!(laid.contains("seccompProfile:\n          type: RuntimeDefault"), "{laid}");
    let labels = json!({
        "gateway.networking.k8s.io/gateway-name": "gate", "istio": "gate",
        "gateway.networking.k8s.io/gateway-class-name": "istio",
        "service.istio.io/canonical-name": "gate",
    });
    played(&stack, "gate-istio", &labels);
    let there = ends(&stack, 0, &format!("{line} --wait --timeout 60s"));
    assert!(there.ends_with("http://127.0.0.9\n"), "{there}");
    let found = ends(&stack, 0, "discover gate");
    assert!(found.contains("shop/gate-istio") && found.contains("127.0.0.9"), "{found}");
    stack.igwctl(&["diagnose", "--no-logs"]).diagnosis().is_clean();
    // An application with Gateways of networking.istio.io goes on it as on any other.
    let app = "apply web -n shop --gateway shop/gate-istio --host web.example.com --yes";
    ends(&stack, 0, app);
    let spec = gateway_spec(&stack, TEAM, "web");
    assert_eq!(spec["selector"], json!({"istio": "gate"}));
    let kept = run(&stack, "bootstrap gate -n shop --delete --yes");
    kept.fails(3, &["Gateway shop/web", "nothing was deleted"]);
    ends(&stack, 0, "delete web -n shop --yes");
    let gone = ends(&stack, 0, "bootstrap gate -n shop --delete --yes");
    assert_eq!(gone, "gateway.gateway.networking.k8s.io/gate deleted\nconfigmap/gate deleted\n");
}

#[test]
fn an_operator_gets_an_entry_in_what_it_acts_on() {
    let stack = own(&["--istio-operator"]);
    stack.clear();
    stack.add(&[edge_node(), namespace(TEAM)]);
    let line = "bootstrap gate -n shop --method istiooperator --yes";
    // Nothing would act on it.
    let ran = run(&stack, line);
    ran.fails(4, &["no operator runs in the cluster", "1.24", "istioctl install -f"]);
    let installed = json!({
        "apiVersion": "install.istio.io/v1alpha1", "kind": "IstioOperator",
        "metadata": {"namespace": "istio-system", "name": "installed-state"},
        "spec": {
            "hub": "docker.io/istio", "unknown": [3, 1, 2],
            "components": {"ingressGateways": [
                {"name": "istio-ingressgateway", "enabled": true, "z": 1, "a": 2},
            ]},
        },
    });
    let operator = json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"namespace": "istio-operator", "name": "istio-operator"},
        "spec": {
            "replicas": 0, "selector": {"matchLabels": {"name": "istio-operator"}},
            "template": {
                "metadata": {"labels": {"name": "istio-operator"}},
                "spec": {"containers": [
                    {"name": "istio-operator", "image": "docker.io/istio/operator:1.14.3"},
                ]},
            },
        },
    });
    stack.add(&[installed.clone(), operator]);
    let before = installed_spec(&stack);
    let would = ends(&stack, 0, &line.replace("--yes", "--dry-run"));
    assert_eq!(
        would,
        "istiooperator.install.istio.io/installed-state configured (server dry run)\n"
    );
    assert_eq!(installed_spec(&stack), before);
    ends(&stack, 0, line);
    let mut after = installed_spec(&stack);
    let list = after["components"]["ingressGateways"].as_array_mut().unwrap();
    let entry = list.pop().unwrap();
    assert_eq!((&entry["name"], &entry["namespace"]), (&json!("gate"), &json!("shop")));
    assert_eq!(after, before, "nothing else is touched");
    let again = ends(&stack, 0, line);
    assert_eq!(again, "istiooperator.install.istio.io/installed-state unchanged\n");
    let mut labels = entry["label"].clone();
    labels["service.istio.io/canonical-name"] = json!("gate");
    played(&stack, "gate", &labels);
    let there = ends(&stack, 0, &format!("{line} --wait --timeout 60s"));
    assert!(there.ends_with("http://127.0.0.9\n"), "{there}");
    assert!(ends(&stack, 0, "discover shop/gate").contains("127.0.0.9"));
    ends(&stack, 0, "bootstrap gate -n shop --delete --yes");
    assert_eq!(installed_spec(&stack), before);
    run(&stack, "bootstrap gate -n shop --delete --yes").fails(4, &["no gateway shop/gate"]);
    let theirs =
        run(&stack, "bootstrap istio-ingressgateway -n istio-system --method istiooperator --yes");
    theirs.fails(3, &["igwctl did not make it", "--adopt"]);
}

fn installed_spec(stack: &Stack) -> Value {
    let get = ["get", "istiooperator", "installed-state", "-n", "istio-system", "-o", "json"];
    serde_json::from_str::<Value>(&stack.kubectl(&get)).unwrap()["spec"].clone()
}

#[test]
fn what_is_rendered_passes_the_api_server_and_the_strictest_pod_security() {
    let stack = shared();
    empty(&stack);
    let folder = tempfile::tempdir().unwrap();
    for (at, flags) in [
        "--method injection",
        "--method injection --replicas 3 --ports unprivileged --network-policy --internal",
        "--method injection --min 2 --static-ip 192.0.2.7 --cpu 1:2 --memory 1Gi --revision canary",
        "--method gateway-api",
        "--method gateway-api --type NodePort --min 2 --tls-secret gate-cert",
    ]
    .into_iter()
    .enumerate()
    {
        let rendered = ends(&stack, 0, &format!("bootstrap gate -n shop {flags} --render"));
        let path = folder.path().join(format!("{at}.yaml"));
        std::fs::write(&path, rendered).unwrap();
        // What Pod Security would keep out is a warning of a Deployment, here an error.
        let file = path.to_str().unwrap();
        stack.kubectl(&["apply", "--dry-run=server", "--warnings-as-errors", "-f", file]);
        assert_eq!(made(&stack, "gate", TEAM), [""; 0], "nothing was sent");
    }
}

/// Whether a request changes something.
fn writes(asked: &Asked) -> bool {
    ["PATCH", "DELETE", "POST"].contains(&&*asked.method)
        && !asked.is_about("dryRun")
        && !asked.is_about("subjectaccessreviews")
}

/// Runs a line cut at its nth change, and again.
fn cut_at(stack: &Stack, last: usize, line: &str) -> (Ran, Ran) {
    let met = AtomicUsize::new(0);
    let proxy = Proxy::before(stack, move |_, asked| {
        let before = met.load(Ordering::SeqCst);
        if before > last || (writes(asked) && met.fetch_add(1, Ordering::SeqCst) == last) {
            return Fate::Cut;
        }
        Fate::Passed
    });
    let words: Vec<&str> = line.split_whitespace().collect();
    let first = proxy.igwctl(&words).ran();
    (first, run(stack, line))
}

#[test]
fn cut_off_at_any_request_and_run_again_it_ends_the_same() {
    let stack = shared();
    let make = "bootstrap gate -n shop --min 2 --yes";
    let delete = "bootstrap gate -n shop --delete --yes";
    empty(&stack);
    ends(&stack, 0, make);
    let all = made(&stack, "gate", TEAM);
    assert_eq!(all.len(), 7, "{all:?}");
    for last in 0..all.len() {
        empty(&stack);
        let (first, again) = cut_at(&stack, last, make);
        assert_ne!(first.code, 0, "cut at {last}: {first}");
        assert_eq!(again.code, 0, "cut at {last}: {again}");
        assert_eq!(again.stdout.matches(" unchanged\n").count(), last, "cut at {last}: {again}");
        assert_eq!(made(&stack, "gate", TEAM), all, "cut at {last}");
        let (first, again) = cut_at(&stack, last, delete);
        assert_ne!(first.code, 0, "cut at {last}: {first}");
        assert_eq!(again.code, 0, "cut at {last}: {again}");
        assert_eq!(made(&stack, "gate", TEAM), [""; 0], "cut at {last}");
    }
}

#[test]
fn nothing_is_sent_where_something_stands_in_the_way() {
    let stack = shared();
    empty(&stack);
    let fails = |code: i32, line: &str, words: &[&str]| {
        let ran = run(&stack, line);
        assert_eq!((ran.code, &*ran.stdout), (code, ""), "{ran}");
        for word in words {
            assert!(ran.stderr.contains(word), "{word}? {ran}");
        }
        assert_eq!(made(&stack, "gate", TEAM), [""; 0]);
    };
    fails(2, "bootstrap gate -n shop", &["--yes", "nothing was sent"]);
    fails(2, "bootstrap gate -n shop --delete --internal", &["--delete"]);
    let missing = ["there is no namespace nowhere", "kubectl create namespace nowhere"];
    fails(4, "bootstrap gate -n nowhere --yes", &missing);
    // A Service of that name is another's.
    stack.add(&[service(TEAM, "gate", &json!({"app": "web"}), json!({"type": "ClusterIP"}))]);
    let taken = ["Service shop/gate is there, and was not made by igwctl", "another NAME"];
    fails(3, "bootstrap gate -n shop --yes", &taken);
    fails(
        5,
        "--context one-namespace bootstrap gate -n shop --yes",
        &["docs/roles/bootstrap.yaml"],
    );
    stack.kubectl(&["delete", "service", "gate", "-n", TEAM]);
    // Nobody would fill its pods in: it is said before, and made only if that is wanted.
    stack.kubectl(&["delete", "mutatingwebhookconfiguration", "istio-sidecar-injector"]);
    fails(3, "bootstrap gate -n shop --yes", &["its pods would not run", "--anyway"]);
    fails(3, "bootstrap gate -n shop --dry-run", &["its pods would not run"]);
    let quota = json!({
        "apiVersion": "v1", "kind": "ResourceQuota",
        "metadata": {"namespace": TEAM, "name": "small"}, "spec": {"hard": {"pods": "0"}},
    });
    injected(&stack);
    stack.add(&[quota]);
    fails(3, "bootstrap gate -n shop --yes", &["its pods would not run", "small"]);
    // The usual gateway's label would bring along what others have on it.
    prepared(&stack);
    stack.add(&[namespace(TEAM)]);
    injected(&stack);
    ends(&stack, 0, "apply other -n hipstershopv1v2 --host o.example.com --yes");
    let line = "bootstrap gate -n shop --istio-label ingressgateway --yes";
    fails(3, line, &["Gateway hipstershopv1v2/other", "istio=ingressgateway"]);
    for line in ["bootstrap gate -n shop --dry-run", "bootstrap gate -n shop --dry-run=client"] {
        let would = ends(&stack, 0, line);
        assert!(would.contains("deployment.apps/gate created ("), "{would}");
        assert_eq!(made(&stack, "gate", TEAM), [""; 0]);
    }
}

#[test]
fn the_written_rights_suffice() {
    let stack = shared();
    empty(&stack);
    let folder = tempfile::tempdir().unwrap();
    let roles = igwctl::effects::cluster::rights::roles();
    for (name, file) in [("discover", "discover.yaml"), ("bootstrap", "bootstrap.yaml")] {
        let (_, text) = roles.iter().find(|it| it.0 == file).unwrap();
        let path = folder.path().join(file);
        std::fs::write(&path, text.replace("namespace: istio-system", "namespace: shop")).unwrap();
        stack.kubectl(&["apply", "-f", path.to_str().unwrap()]);
        let role = format!("igwctl-{name}");
        let user = "--user=somebody";
        stack.kubectl(&["create", "clusterrolebinding", &role, "--clusterrole", &role, user]);
        stack.kubectl(&["create", "rolebinding", &role, "-n", TEAM, "--role", &role, user]);
    }
    let line = "--as somebody bootstrap gate -n shop --min 2 --network-policy --yes";
    ends(&stack, 0, line);
    balanced(&stack, GATE, "127.0.0.9");
    let there = ends(&stack, 0, &format!("{line} --wait --timeout 60s"));
    assert!(there.ends_with("http://127.0.0.9\n"), "{there}");
    ends(&stack, 0, "--as somebody bootstrap gate -n shop --delete --yes");
    assert_eq!(made(&stack, "gate", TEAM), [""; 0]);
    for name in ["igwctl-discover", "igwctl-bootstrap"] {
        stack.kubectl(&["delete", "clusterrole,clusterrolebinding", name]);
    }
}
