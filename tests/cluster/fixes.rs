//! What a report prints to be run, run: the next report is clean.

use std::path::Path;
use std::thread;

use serde_json::Value;

use crate::objects::{
    ACCOUNT, APP, GATEWAY_NAMESPACE, certificate, cluster_issuer, gateway, gateway_pod,
    gateway_role, lists_one_secret, lists_secrets, pair, ready, secret,
};
use crate::stack::{Stack, shared, until};

/// A gateway in istio-system that may list secrets, and a Gateway of the shop that asks for one.
pub(crate) fn shop(stack: &Stack, more: &[Value]) {
    stack.clear();
    let mut objects =
        vec![gateway_pod(GATEWAY_NAMESPACE, "gateway-0"), gateway(APP, "shop", "shop-cert")];
    objects.extend(more.iter().cloned());
    stack.add(&objects);
}

/// Waits until the new Certificate is there, and does what cert-manager does.
pub(crate) fn play_cert_manager(stack: &Stack, name: &str) {
    plays_with(stack, name, secret(GATEWAY_NAMESPACE, "shop-cert", &pair("shop.example.com")));
}

/// The same, with that Secret.
pub(crate) fn plays_with(stack: &Stack, name: &str, secret: Value) {
    let wanted = format!("certificates.cert-manager.io/{name}");
    let get = ["get", &wanted, "-n", GATEWAY_NAMESPACE, "--ignore-not-found", "-o", "name"];
    until(|| !stack.kubectl(&get).is_empty(), || "the new Certificate never comes".to_owned());
    stack.add(&[secret]);
    stack.set_status("certificates.cert-manager.io", (GATEWAY_NAMESPACE, name), &ready());
}

#[test]
fn a_misplaced_certificate_is_moved_by_what_is_printed() {
    let stack = shared();
    let mut more = gateway_role(lists_secrets());
    more.push(cluster_issuer());
    more.push(certificate(APP, "shop", "shop-cert"));
    more.push(secret(APP, "shop-cert", &pair("shop.example.com")));
    shop(&stack, &more);
    let before = stack.igwctl(&["diagnose", "--no-logs"]).diagnosis();
    assert_eq!(before.codes(), ["IGW0301"], "{}", before.ran);
    assert_eq!(before.value["findings"][0]["fix"]["safe"], true, "{}", before.ran);
    let folder = tempfile::tempdir().unwrap();
    // As the report of a terminal prints it, in one piece.
    let printed = stack.igwctl(&["diagnose", "--no-logs"]).ran();
    let script = before.commands().join("\n");
    for line in script.lines() {
        assert!(printed.stdout.lines().any(|it| it.trim_start() == line.trim_start()), "{line}");
    }
    thread::scope(|scope| {
        scope.spawn(|| play_cert_manager(&stack, "shop"));
        stack.shell(&script, folder.path());
    });
    stack.igwctl(&["diagnose", "--no-logs"]).diagnosis().is_clean();
    let left = stack.kubectl(&["get", "certificates.cert-manager.io,secrets", "-n", APP]);
    assert_eq!(left, "", "the old Certificate and its secret are gone");
}

/// What stands in any file under a folder.
fn texts(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            texts(&entry.path(), all);
        } else {
            *all += &String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap());
        }
    }
}

#[test]
fn a_misplaced_secret_is_copied_by_what_is_printed_and_its_key_stays_nowhere_else() {
    let stack = shared();
    let mut more = gateway_role(lists_secrets());
    let pair = pair("shop.example.com");
    more.push(secret(APP, "shop-cert", &pair));
    shop(&stack, &more);
    let before = stack.igwctl(&["diagnose", "--no-logs"]).diagnosis();
    assert_eq!(before.codes(), ["IGW0301"], "{}", before.ran);
    assert_eq!(before.value["findings"][0]["fix"]["safe"], false, "{}", before.ran);
    let folder = tempfile::tempdir().unwrap();
    stack.shell(&before.commands().join("\n"), folder.path());
    stack.igwctl(&["diagnose", "--no-logs"]).diagnosis().is_clean();

    let get = |namespace: &str| -> Value {
        let get = ["get", "secret", "shop-cert", "-n", namespace, "-o", "json"];
        serde_json::from_str(&stack.kubectl(&get)).unwrap()
    };
    let (old, new) = (get(APP), get(GATEWAY_NAMESPACE));
    assert_eq!((&old["data"], &old["type"]), (&new["data"], &new["type"]));
    assert_eq!(new["metadata"]["annotations"], Value::Null, "no annotation holds the key");
    let mut files = String::new();
    texts(folder.path(), &mut files);
    assert!(!files.contains(new["data"]["tls.key"].as_str().unwrap()), "no file holds the key");
    let key = pair.signing_key.serialize_pem();
    assert!(!files.contains(key.lines().nth(1).unwrap()), "no file holds the key");
}

#[test]
fn a_right_that_is_missing_or_too_narrow_is_given_by_what_is_printed() {
    let stack = shared();
    let cert = secret(GATEWAY_NAMESPACE, "shop-cert", &pair("shop.example.com"));
    for role in [Vec::new(), gateway_role(lists_one_secret("shop-cert"))] {
        let mut more = role;
        more.push(cert.clone());
        shop(&stack, &more);
        let before = stack.igwctl(&["diagnose", "--no-logs"]).diagnosis();
        let expected = format!("IGW0303 ServiceAccount {GATEWAY_NAMESPACE}/{ACCOUNT}");
        assert_eq!(before.findings(), [expected], "{}", before.ran);
        let folder = tempfile::tempdir().unwrap();
        stack.shell(&before.commands().join("\n"), folder.path());
        stack.igwctl(&["diagnose", "--no-logs"]).diagnosis().is_clean();
    }
}
