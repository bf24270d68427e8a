//! Completion of names that only the cluster knows, and kubectl's own way to it.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::apply::{SHOP, ends, prepared};
use crate::stack::{Stack, shared};

/// What answers late is left out, and the machine may be busy: who misses a name presses again.
const PATIENCE: Duration = Duration::from_secs(60);

/// The lines that the program answers with, once this one is among them.
#[track_caller]
fn offers(answer: impl Fn() -> String, line: &str) -> Vec<String> {
    let begun = Instant::now();
    loop {
        let text = answer();
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        if lines.iter().any(|it| it == line) {
            return lines;
        }
        assert!(begun.elapsed() < PATIENCE, "{line}? {text}");
    }
}

fn asked(stack: &Stack, words: &[&str]) -> String {
    let ran = stack.igwctl(&[&["__complete"], words].concat()).ran();
    assert_eq!((ran.code, &*ran.stderr), (0, ""), "{ran}");
    ran.stdout
}

#[test]
fn names_of_the_cluster_are_offered() {
    let stack = shared();
    prepared(&stack);
    let offer = |words: &[&str], line: &str| offers(|| asked(&stack, words), line);
    let namespaces = offer(&["diagnose", "-n", "hip"], "hipstershopv1v2");
    assert_eq!(namespaces, ["hipstershopv1v2", ":4"]);
    offer(&["apply", "shop", "--assume-gateway", "istio-"], "istio-system");
    let service = "istio-system/istio-ingressgateway\tService LoadBalancer";
    let gateways = offer(&["discover", ""], service);
    assert!(!gateways.iter().any(|it| it.starts_with("istio-ingressgateway")), "{gateways:?}");
    offer(&["diagnose", "--gateway", "istio-in"], "istio-ingressgateway\ta Service LoadBalancer");
    ends(&stack, 0, &format!("apply {SHOP} --tls --create-issuer selfsigned --yes"));
    let app = "hipstershop\thttps://hipstershop.127.0.0.1.sslip.io/";
    assert_eq!(offer(&["delete", "-n", "hipstershopv1v2", "h"], app), [app, ":4"]);
    // It is of another namespace than that of the context.
    assert_eq!(asked(&stack, &["delete", "h"]), ":4\n");
    let host = "hipstershop.127.0.0.1.sslip.io\thost of Gateway hipstershopv1v2/hipstershop";
    offer(&["discover", "hipstershop."], host);
    let gateway = "hipstershopv1v2/hipstershop\tGateway on istio-system/istio-ingressgateway";
    offer(&["probe", "https://a.example.com", "--gateway", "hip"], gateway);
    stack.add(&[json!({
        "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
        "metadata": {"namespace": "istio-system", "name": "shop-cert"},
    })]);
    offer(&["apply", "shop", "--tls", "--secret", "shop"], "shop-cert\tistio-system");
    offer(
        &["render", "shop", "--tls", "--issuer", "Iss"],
        "Issuer/hipstershopv1v2-hipstershop-issuer\tin istio-system",
    );
    // A gateway that igwctl made, which is what may be changed or deleted.
    let own = json!({
        "apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"port": 80}]},
        "metadata": {"namespace": "hipstershopv1v2", "name": "own", "labels": {
            "app.kubernetes.io/managed-by": "igwctl", "igwctl/gateway": "own",
        }},
    });
    stack.add(&[own]);
    let bootstrap = ["bootstrap", "-n", "hipstershopv1v2", "--delete", ""];
    assert_eq!(offer(&bootstrap, "own\tService"), ["own\tService", ":4"]);
    // With files, nothing is contacted.
    assert_eq!(asked(&stack, &["discover", "--from", "a.yaml", "istio"]), ":4\n");
}

#[test]
fn who_may_see_little_is_offered_what_may_be_seen() {
    let stack = shared();
    prepared(&stack);
    for words in [&["delete", "h"][..], &["discover", ""], &["diagnose", "-n", ""]] {
        let run = stack.igwctl(&[&["__complete", "--context", "one-namespace"], words].concat());
        let ran = run.ran();
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{ran}");
        assert!(ran.stdout.ends_with(":4\n"), "{ran}");
    }
}

/// What kubectl answers, with these names of the program in PATH.
fn kubectl(stack: &Stack, folder: &Path, words: &[&str]) -> String {
    let mut command = Command::new(stack.kubectl_path());
    command.env_clear().env("HOME", folder).env("KUBECONFIG", stack.kubeconfig());
    command.env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
    let output = command.arg("__complete").args(words).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn kubectl_completes_its_plugin() {
    let stack = shared();
    prepared(&stack);
    let folder = tempfile::tempdir().unwrap();
    for name in ["kubectl-igw", "kubectl_complete-igw"] {
        symlink(env!("CARGO_BIN_EXE_igwctl"), folder.path().join(name)).unwrap();
    }
    let asked = |words: &[&str]| kubectl(&stack, folder.path(), words);
    assert!(asked(&["ig"]).starts_with("igw\t"), "{}", asked(&["ig"]));
    let commands = asked(&["igw", ""]);
    assert!(commands.starts_with("discover\t") && commands.ends_with(":4\n"), "{commands}");
    assert!(asked(&["igw", "diagnose", "--fail"]).starts_with("--fail-on\t"));
    assert_eq!(asked(&["igw", "diagnose", "--fail-on=w"]).lines().next(), Some("warning"));
    assert!(asked(&["igw", "diagnose", "a"]).ends_with(":0\n"));
    let service = "istio-system/istio-ingressgateway\tService LoadBalancer";
    offers(|| asked(&["igw", "discover", "istio-system/"]), service);
    offers(|| asked(&["igw", "discover", "-n", "istio"]), "istio-system");
    ends(&stack, 0, &format!("apply {SHOP} --yes"));
    let app = "hipstershop\thttp://hipstershop.127.0.0.1.sslip.io/";
    offers(|| asked(&["igw", "delete", "--namespace", "hipstershopv1v2", ""]), app);
}
