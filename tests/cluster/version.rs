//! `version`, with a cluster and without.

use serde_json::{Value, json};

use crate::igwctl::Run;
use crate::proxy::{Fate, Proxy};
use crate::stack::shared;

#[test]
fn the_cluster_says_which_versions_run_in_it() {
    let stack = shared();
    stack.recording("05-secret-moved-to-gateway-namespace");
    let ran = stack.igwctl(&["version", "-o", "json"]).ran();
    assert_eq!(ran.code, 0, "{ran}");
    let value: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(value["kind"], "Version");
    assert_eq!(value["client"], env!("CARGO_PKG_VERSION"));
    assert_eq!(value["cluster"]["istiod"], json!(["1.30.3"]), "{ran}");
    assert_eq!(value["cluster"]["proxies"], json!(["1.30.3"]), "{ran}");
    let server: Value = serde_json::from_str(&stack.kubectl(&["version", "-o", "json"])).unwrap();
    assert_eq!(value["cluster"]["kubernetes"], server["serverVersion"]["gitVersion"], "{ran}");
    let ran = stack.igwctl(&["version"]).ran();
    assert!(ran.stdout.contains("istiod      1.30.3\n"), "{ran}");
    // Who may not look is told so, and not that nothing runs.
    let ran = stack.igwctl(&["version"]).user("nothing").ran();
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.contains("kubernetes"), "{ran}");
    assert!(!ran.stdout.contains("not found"), "{ran}");
}

#[test]
fn the_client_alone_contacts_nobody() {
    let stack = shared();
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let ran = proxy.igwctl(&["version", "--client"]).ran();
    assert_eq!((ran.code, &*ran.stderr), (0, ""), "{ran}");
    assert_eq!(ran.stdout, format!("igwctl      {}\n", env!("CARGO_PKG_VERSION")));
    assert!(proxy.asked().is_empty());
    // Nor does it ask where there is no kubeconfig, and nothing is amiss then.
    let ran = Run::new(&["version"]).ran();
    assert_eq!((ran.code, &*ran.stderr), (0, ""), "{ran}");
}

#[test]
fn a_cluster_that_cannot_be_reached_leaves_the_clients_version_and_an_error() {
    let stack = shared();
    let proxy = Proxy::before(&stack, |_, _| Fate::Cut);
    let ran = proxy.igwctl(&["version"]).ran();
    assert_eq!(ran.code, 3, "{ran}");
    assert_eq!(ran.stdout, format!("igwctl      {}\n", env!("CARGO_PKG_VERSION")), "{ran}");
    assert!(ran.stderr.contains("cannot be reached"), "{ran}");
}
