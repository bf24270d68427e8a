//! Files held against a cluster, and how much of the logs is read.

use serde_json::json;

use crate::igwctl::NOW;
use crate::objects::{
    APP, GATEWAY_NAMESPACE, gateway, gateway_pod, gateway_role, lists_secrets, pair, secret,
};
use crate::proxy::{Fate, Proxy};
use crate::stack::{Stack, shared};

/// A gateway in order, whose Gateway asks for a secret that is in place.
fn shop(stack: &Stack) {
    stack.clear();
    let mut objects = gateway_role(lists_secrets());
    objects.extend([
        gateway_pod(GATEWAY_NAMESPACE, "gateway-0"),
        gateway(APP, "shop", "shop-cert"),
        secret(GATEWAY_NAMESPACE, "shop-cert", &pair("shop.example.com")),
        secret(GATEWAY_NAMESPACE, "next-cert", &pair("shop.example.com")),
        secret(APP, "lost-cert", &pair("shop.example.com")),
    ]);
    stack.add(&objects);
}

/// A file with that text, in a folder that goes with the value.
fn file(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("change.yaml");
    std::fs::write(&path, text).unwrap();
    let path = path.display().to_string();
    (folder, path)
}

#[test]
fn a_change_is_held_against_what_is_there() {
    let stack = shared();
    shop(&stack);
    let check = |change: &str| {
        let (_folder, path) = file(change);
        stack.igwctl(&["diagnose", "--live", "--no-logs", &path]).diagnosis()
    };
    // To a secret that is in place; to one that is elsewhere; to one that is nowhere.
    check(&gateway(APP, "shop", "next-cert").to_string()).is_clean();
    let diagnosis = check(&gateway(APP, "shop", "lost-cert").to_string());
    assert_eq!(diagnosis.codes(), ["IGW0301"], "{}", diagnosis.ran);
    let source = &diagnosis.value["findings"][0]["object"]["source"]["file"];
    assert!(source.as_str().unwrap().ends_with("change.yaml"), "{}", diagnosis.ran);
    let diagnosis = check(&gateway(APP, "shop", "no-cert").to_string());
    assert_eq!(diagnosis.codes(), ["IGW0302"], "{}", diagnosis.ran);
    // A new Gateway stands beside the cluster's.
    let diagnosis = check(&gateway(APP, "another", "no-cert").to_string());
    let expected = format!("IGW0302 Gateway {APP}/another spec.servers[0].tls.credentialName");
    assert_eq!(diagnosis.findings(), [expected], "{}", diagnosis.ran);
    // A secret that comes with the change is there.
    let pair = secret(GATEWAY_NAMESPACE, "no-cert", &pair("shop.example.com"));
    let both = format!("{}\n---\n{pair}\n", gateway(APP, "shop", "no-cert"));
    check(&both).is_clean();
}

#[test]
fn what_the_cluster_served_before_gives_way_to_what_it_serves_now() {
    let stack = shared();
    shop(&stack);
    let get = ["get", "gateways.networking.istio.io", "-n", APP, "-o", "json"];
    let (_folder, before) = file(&stack.kubectl(&get));
    let change =
        json!({"spec": {"servers": [gateway(APP, "shop", "no-cert")["spec"]["servers"][0]]}});
    let patch = ["patch", "gateways.networking.istio.io", "shop", "-n", APP, "--type=merge"];
    stack.kubectl(&[&patch[..], &["-p", &change.to_string()]].concat());
    let diagnosis = stack.igwctl(&["diagnose", "--live", "--no-logs", &before]).diagnosis();
    assert_eq!(diagnosis.codes(), ["IGW0302"], "{}", diagnosis.ran);
}

#[test]
fn without_live_files_are_read_alone() {
    let stack = shared();
    shop(&stack);
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let (_folder, path) = file(&gateway(APP, "shop", "no-cert").to_string());
    let diagnosis = proxy.igwctl(&["diagnose", &path]).diagnosis();
    assert_eq!(diagnosis.codes(), [""; 0], "{}", diagnosis.ran);
    assert!(proxy.asked().is_empty(), "{:?}", proxy.asked());
}

#[test]
fn logs_are_read_as_far_back_as_asked() {
    let stack = shared();
    stack.recording("04-secret-in-app-namespace");
    let asked = |arguments: &[&str]| {
        let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
        let run = proxy.igwctl(&["diagnose", "--now", NOW]).with(arguments);
        let diagnosis = run.diagnosis();
        assert_eq!(diagnosis.codes(), ["IGW0301"], "{}", diagnosis.ran);
        let logs = proxy.asked().into_iter().filter(|it| it.is_about("/log?"));
        (logs.map(|it| it.target).collect::<Vec<_>>(), diagnosis.log_lines().len())
    };
    let (logs, lines) = asked(&[]);
    assert!(logs.iter().all(|it| it.contains("sinceSeconds=3600")), "{logs:?}");
    assert!(logs.iter().all(|it| it.contains("limitBytes=")), "{logs:?}");
    assert_eq!((logs.len(), lines), (2, 1));
    let (logs, lines) = asked(&["--since", "90m", "--tail", "1"]);
    assert!(logs.iter().all(|it| it.contains("sinceSeconds=5400&tailLines=1")), "{logs:?}");
    assert_eq!(lines, 0, "the line is not the last one");
    let (logs, _) = asked(&["--since", "0"]);
    assert!(logs.iter().all(|it| !it.contains("sinceSeconds")), "{logs:?}");
    assert_eq!(asked(&["--no-logs"]), (Vec::new(), 0));
}

#[test]
fn a_container_that_was_restarted_is_asked_for_what_it_said_before() {
    let stack = shared();
    shop(&stack);
    let line = "2026-11-24T02:27:32.424146Z\twarning\tenvoy config \
                source/extensions/config_subscription/grpc/grpc_subscription_impl.cc:152\t\
                gRPC config: initial fetch timed out for \
                type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret\tthread=17\n";
    let status = json!({"status": {"containerStatuses": [{
        "name": "istio-proxy", "restartCount": 1, "ready": true, "image": "a", "imageID": "a",
    }]}});
    let patch = ["patch", "pod", "gateway-0", "-n", GATEWAY_NAMESPACE, "--subresource=status"];
    stack.kubectl(&[&patch[..], &["--type=merge", "-p", &status.to_string()]].concat());
    stack.log((GATEWAY_NAMESPACE, "gateway-0"), "istio-proxy", "", line);
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let bundle = proxy.igwctl(&["snapshot"]).unpacked();
    let asked = proxy.asked();
    let previous = asked.iter().filter(|it| it.is_about("previous=true")).count();
    assert_eq!(previous, 1, "{asked:?}");
    let source = format!("source: pod/{GATEWAY_NAMESPACE}/gateway-0/istio-proxy (previous)");
    assert!(bundle.contains(&source), "{bundle}");
}

#[test]
fn an_istiod_that_keeps_gateways_to_their_namespace_is_heeded() {
    let stack = shared();
    shop(&stack);
    // Pods beside the Gateway have the labels too, and only there the secret is missing.
    let beside = gateway_pod(APP, "gateway-0");
    let mut role = gateway_role(lists_secrets());
    for object in &mut role {
        object["metadata"]["namespace"] = json!(APP);
    }
    role[1]["subjects"][0]["namespace"] = json!(APP);
    stack.add(&[&[beside][..], &role].concat());
    let diagnosis = |arguments: &[&str]| {
        let run = stack.igwctl(&["diagnose"]).with(arguments);
        let diagnosis = run.diagnosis();
        let findings = diagnosis.value["findings"].as_array().unwrap();
        let missing = findings.iter().find(|it| it["code"] == "IGW0301").unwrap();
        let looked_in = &missing["cause"]["lookedIn"];
        (diagnosis.codes().join(" "), looked_in.to_string())
    };
    let missing = ("IGW0301".to_owned(), json!([APP]).to_string());
    assert_eq!(diagnosis(&[]), missing, "pods of both namespaces serve the Gateway");

    let objects = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stack/objects/istiod.yaml");
    stack.kubectl(&["apply", "-f", objects]);
    let istiod = |value: &str| {
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "namespace": GATEWAY_NAMESPACE, "name": "istiod-0",
                "labels": {"app": "istiod", "istio": "pilot"},
            },
            "spec": {
                "nodeName": "kwok-1",
                "containers": [{
                    "name": "discovery", "image": "docker.io/istio/pilot:1.30.3",
                    "env": [
                        {"name": "PASSWORD", "value": "s3cret"},
                        {"name": "PILOT_SCOPE_GATEWAY_TO_NAMESPACE", "value": value},
                    ],
                }],
            },
        })
    };
    // Both namespaces' pods have the labels that this one selects, and neither is its own.
    let mut own = gateway("team", "own", "lost-cert");
    own["spec"]["servers"][0]["hosts"] = json!(["own.example.com"]);
    stack.add(&[istiod("true"), own]);
    let (codes, looked_in) = diagnosis(&[]);
    assert_eq!(codes, "IGW0201 IGW0301", "no pods serve the Gateway of team");
    assert_eq!(looked_in, missing.1);
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&[][..], &["--redact"]] {
        let bundle = folder.path().join("bundle.yaml.gz").display().to_string();
        let run = stack.igwctl(&["snapshot", "--to", &bundle]).with(arguments);
        assert_eq!(run.ran().code, 0);
        let elsewhere = crate::igwctl::Run::new(&["diagnose", &bundle]).diagnosis();
        assert_eq!(elsewhere.codes(), ["IGW0201", "IGW0301"], "{}", elsewhere.ran);
    }
    let text = stack.igwctl(&["snapshot"]).unpacked();
    assert!(text.contains("PILOT_SCOPE_GATEWAY_TO_NAMESPACE"), "{text}");
    assert!(!text.contains("s3cret"), "{text}");
    // Off, as it is unless somebody wants it on.
    stack.kubectl(&["delete", "pod", "istiod-0", "-n", GATEWAY_NAMESPACE]);
    stack.add(&[istiod("false")]);
    let (codes, _) = diagnosis(&[]);
    // The secret that is there is for the other Gateway's host.
    assert_eq!(codes, "IGW0301 IGW0301 IGW0309", "both namespaces' pods serve both Gateways");
}
