//! Fixes that do not help: all that was done for them is undone, and nothing of others.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::{Value, json};

use crate::fix::{FIX, MOVED, NOT_MOVED, left, misplaced, modeless, written};
use crate::fixes::{play_cert_manager, plays_with, shop};
use crate::objects::{APP, GATEWAY_NAMESPACE, gateway, gateway_role, lists_secrets, pair, secret};
use crate::proxy::{Asked, Fate, Proxy};
use crate::stack::{Stack, shared};

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part}? {text}");
    }
}

#[test]
fn a_certificate_that_is_never_ready_is_taken_back_and_the_old_one_stays() {
    let stack = shared();
    misplaced(&stack, &Value::Null);
    // Its issuer was there once.
    stack.kubectl(&["delete", "clusterissuers.cert-manager.io", "selfsigned"]);
    let diagnosis = stack.igwctl(&FIX).with(&["--timeout", "1s"]).diagnosis();
    assert_eq!(diagnosis.codes(), ["IGW0301"], "{}", diagnosis.ran);
    assert_eq!(diagnosis.ran.code, 1, "{}", diagnosis.ran);
    let told = &diagnosis.ran.stderr;
    says(told, &["waited 1 s", "deleted again", "what was done for it is undone"]);
    says(told, &["ClusterIssuer selfsigned does not exist"]);
    assert_eq!(left(&stack), NOT_MOVED, "{}", diagnosis.ran);
    // With an issuer the same command moves it.
    stack.add(&[crate::objects::cluster_issuer()]);
    thread::scope(|scope| {
        scope.spawn(|| play_cert_manager(&stack, "shop"));
        stack.igwctl(&FIX).diagnosis().is_clean();
    });
    assert_eq!(left(&stack), MOVED);
}

/// Plays a cert-manager that issues for another host.
fn play_wrongly(stack: &Stack) {
    let other = secret(GATEWAY_NAMESPACE, "shop-cert", &pair("other.example.com"));
    plays_with(stack, "shop", written(other, "shop"));
}

#[test]
fn a_certificate_that_brings_a_new_error_is_taken_back_with_its_secret() {
    let stack = shared();
    misplaced(&stack, &Value::Null);
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let diagnosis = thread::scope(|scope| {
        scope.spawn(|| play_wrongly(&stack));
        proxy.igwctl(&FIX).with(&["--timeout", "60s"]).diagnosis()
    });
    assert_eq!(diagnosis.codes(), ["IGW0301"], "{}", diagnosis.ran);
    says(
        &diagnosis.ran.stderr,
        &["IGW0309", "would come of it", "secret/shop-cert deleted again", "is undone"],
    );
    assert_eq!(left(&stack), NOT_MOVED, "{}", diagnosis.ran);
    let lines: Vec<String> =
        proxy.asked().iter().filter(|it| it.writes()).map(Asked::line).collect();
    assert!(!lines.iter().any(|it| it.starts_with("DELETE") && it.contains(APP)), "{lines:#?}");
}

/// A Gateway whose server has no mode, and whose secret is nowhere.
fn modeless_without_secret(stack: &Stack) -> Value {
    modeless(stack);
    stack.kubectl(&["delete", "secret", "shop-cert", "-n", GATEWAY_NAMESPACE]);
    spec(stack)
}

fn spec(stack: &Stack) -> Value {
    let get = ["get", "gateways.networking.istio.io", "shop", "-n", APP, "-o", "json"];
    serde_json::from_str::<Value>(&stack.kubectl(&get)).unwrap()["spec"].take()
}

#[test]
fn a_patch_that_brings_a_new_error_is_put_back() {
    let stack = shared();
    let before = modeless_without_secret(&stack);
    let diagnosis = stack.igwctl(&FIX).with(&["--timeout", "2s"]).diagnosis();
    says(
        &diagnosis.ran.stderr,
        &["patched", "IGW0302", "would come of it", "put back", "is undone"],
    );
    assert_eq!(spec(&stack), before, "{}", diagnosis.ran);
    assert_eq!(diagnosis.codes(), ["IGW0213"], "{}", diagnosis.ran);
}

#[test]
fn what_somebody_changed_since_stays() {
    let stack = shared();
    modeless_without_secret(&stack);
    let (kubectl, kubeconfig) = (stack.kubectl_path(), stack.kubeconfig().to_owned());
    let (is_patched, is_changed) = (AtomicBool::new(false), AtomicBool::new(false));
    let proxy = Proxy::before(&stack, move |_, asked| {
        let was = is_patched.load(Ordering::SeqCst);
        if was && !is_changed.swap(true, Ordering::SeqCst) {
            let patch = r#"{"spec":{"servers":[{"port":{"number":443,"name":"https","protocol":"HTTPS"},"hosts":["new.example.com"],"tls":{"mode":"SIMPLE","credentialName":"shop-cert"}}]}}"#;
            let line = ["patch", "gateways.networking.istio.io", "shop", "-n", APP, "--type=merge"];
            let mut command = Command::new(&kubectl);
            command.arg("--kubeconfig").arg(&kubeconfig).args(line).args(["-p", patch]);
            assert!(command.output().unwrap().status.success());
        }
        is_patched.fetch_or(asked.writes(), Ordering::SeqCst);
        Fate::Passed
    });
    let diagnosis = proxy.igwctl(&FIX).with(&["--timeout", "2s"]).diagnosis();
    says(
        &diagnosis.ran.stderr,
        &["was changed by somebody since", "not all that was done for it is undone"],
    );
    assert_eq!(spec(&stack)["servers"][0]["hosts"], json!(["new.example.com"]));
}

#[test]
fn a_role_that_could_not_be_bound_is_taken_back() {
    let stack = shared();
    shop(&stack, &[secret(GATEWAY_NAMESPACE, "shop-cert", &pair("shop.example.com"))]);
    let roles =
        || stack.kubectl(&["get", "roles,rolebindings", "-n", GATEWAY_NAMESPACE, "-o", "name"]);
    let before = roles();
    let proxy = Proxy::before(&stack, |_, asked| {
        let is_binding = asked.writes() && asked.is_about("/rolebindings/");
        if is_binding { Fate::Answered(500, "played") } else { Fate::Passed }
    });
    let diagnosis = proxy.igwctl(&FIX).diagnosis();
    assert_eq!(diagnosis.codes(), ["IGW0303"], "{}", diagnosis.ran);
    says(&diagnosis.ran.stderr, &["deleted again", "what was done for it is undone"]);
    assert_eq!(roles(), before, "{}", diagnosis.ran);
}

const COPY: &str = "--copy-private-keys";

fn lone(stack: &Stack, host: &str) -> Value {
    let mut more = gateway_role(lists_secrets());
    more.push(secret(APP, "shop-cert", &pair(host)));
    shop(stack, &more);
    kept(stack, APP)
}

fn kept(stack: &Stack, namespace: &str) -> Value {
    let get = ["get", "secret", "shop-cert", "-n", namespace, "-o", "json"];
    serde_json::from_str(&stack.kubectl(&get)).unwrap()
}

#[test]
fn a_lone_secret_is_copied_when_asked_in_so_many_words_and_its_key_shown_nowhere() {
    let stack = shared();
    let old = lone(&stack, "shop.example.com");
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let tried = proxy.igwctl(&FIX).with(&[COPY, "--dry-run"]).diagnosis();
    assert_eq!(tried.codes(), ["IGW0301"], "{}", tried.ran);
    assert!(!proxy.asked().iter().any(Asked::writes), "{}", tried.ran);
    let diagnosis = stack.igwctl(&FIX).with(&[COPY]).diagnosis();
    diagnosis.is_clean();
    let key = old["data"]["tls.key"].as_str().unwrap();
    for ran in [&tried.ran, &diagnosis.ran] {
        says(&ran.stderr, &["tls.key: (not shown)", "with its private key"]);
        let all = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!all.contains(&key[..40]) && !all.contains("PRIVATE KEY"), "{ran}");
    }
    let new = kept(&stack, GATEWAY_NAMESPACE);
    assert_eq!((&old["data"], &old["type"]), (&new["data"], &new["type"]));
    assert_eq!(new["metadata"]["annotations"], Value::Null, "no annotation holds the key");
}

#[test]
fn a_secret_that_comes_in_between_is_not_written_over() {
    let stack = shared();
    lone(&stack, "shop.example.com");
    let (kubectl, kubeconfig) = (stack.kubectl_path(), stack.kubeconfig().to_owned());
    let (is_tried, has_come) = (AtomicBool::new(false), AtomicBool::new(false));
    // Once the copy was tried, somebody makes a secret of that name.
    let proxy = Proxy::before(&stack, move |_, asked| {
        let tries = asked.is_about("dryRun=All") && asked.is_about("/secrets/shop-cert");
        if is_tried.fetch_or(tries, Ordering::SeqCst) && !has_come.swap(true, Ordering::SeqCst) {
            let line = ["create", "secret", "generic", "shop-cert", "-n", GATEWAY_NAMESPACE];
            let mut command = Command::new(&kubectl);
            command.arg("--kubeconfig").arg(&kubeconfig).args(line).arg("--from-literal=of=others");
            assert!(command.output().unwrap().status.success());
        }
        Fate::Passed
    });
    let ran = proxy.igwctl(&FIX).with(&[COPY]).ran();
    assert_eq!(ran.code, 1, "{ran}");
    says(&ran.stderr, &["has come meanwhile", "nothing of it was done"]);
    assert_eq!(kept(&stack, GATEWAY_NAMESPACE)["data"], json!({"of": "b3RoZXJz"}), "{ran}");
}

#[test]
fn a_copy_that_brings_a_new_error_is_taken_back() {
    let stack = shared();
    let old = lone(&stack, "other.example.com");
    let diagnosis = stack.igwctl(&FIX).with(&[COPY, "--timeout", "2s"]).diagnosis();
    assert_eq!(diagnosis.codes(), ["IGW0301"], "{}", diagnosis.ran);
    says(&diagnosis.ran.stderr, &["IGW0309", "secret/shop-cert deleted again", "is undone"]);
    let get = ["get", "secrets", "-n", GATEWAY_NAMESPACE, "-o", "name"];
    assert_eq!(stack.kubectl(&get), "");
    assert_eq!(kept(&stack, APP)["data"], old["data"]);
}

#[test]
fn two_servers_of_one_gateway_are_mended_one_after_the_other() {
    let stack = shared();
    modeless(&stack);
    let mut two = gateway(APP, "shop", "shop-cert");
    let server = |port: u16, host: &str| {
        json!({
            "port": {"name": format!("https-{port}"), "number": port, "protocol": "HTTPS"},
            "hosts": [host], "tls": {"credentialName": "shop-cert"},
        })
    };
    two["spec"]["servers"] =
        json!([server(443, "shop.example.com"), server(8443, "shop.example.com")]);
    stack.add(&[two]);
    let diagnosis = stack.igwctl(&FIX).diagnosis();
    assert!(!diagnosis.codes().contains(&"IGW0213"), "{}", diagnosis.ran);
    let spec = spec(&stack);
    for server in spec["servers"].as_array().unwrap() {
        assert_eq!(server["tls"]["mode"], "SIMPLE", "{}", diagnosis.ran);
    }
}
