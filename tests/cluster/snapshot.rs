//! A bundle of the cluster, diagnosed elsewhere, gives the live report byte for byte.

use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use serde_json::Value;

use crate::igwctl::{NOW, Ran, Run};
use crate::objects::{
    APP, GATEWAY_NAMESPACE, gateway, gateway_pod, gateway_role, lists_secrets, pair, secret,
};
use crate::stack::{Stack, shared};

fn snapshot(stack: &Stack, user: &str, folder: &Path) -> (String, Ran) {
    let bundle = folder.join("bundle.yaml.gz").display().to_string();
    let arguments = ["snapshot", "--to", &bundle, "--now", NOW];
    let ran = stack.igwctl(&arguments).user(user).ran();
    assert_eq!(ran.code, 0, "{ran}");
    (bundle, ran)
}

fn unpacked(bundle: &str) -> String {
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(bundle).unwrap()).read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_bundle_repeats_the_live_report_whoever_asked() {
    let stack = shared();
    let folder = tempfile::tempdir().unwrap();
    for recording in ["04-secret-in-app-namespace", "05-secret-moved-to-gateway-namespace"] {
        stack.recording(recording);
        // A Gateway whose other labels mean the same pods: they are listed twice.
        let mut other = gateway(APP, "other", "hipstershop-cert");
        other["spec"]["selector"] = serde_json::json!({"app": "istio-ingressgateway"});
        stack.add(&[other]);
        for user in ["everything", "no-gateway-secrets", "no-logs", "one-namespace", "nothing"] {
            let (bundle, made) = snapshot(&stack, user, folder.path());
            for format in ["table", "json", "yaml", "name"] {
                let arguments = ["diagnose", "-o", format];
                let live = stack.igwctl(&arguments).user(user).with(&["--now", NOW]).ran();
                // Elsewhere: no kubeconfig, and another moment.
                let elsewhere = Run::new(&arguments).with(&[&bundle]).ran();
                assert_eq!(elsewhere.stdout, live.stdout, "{recording}, {user}: {made}");
                assert_eq!(elsewhere.code, live.code, "{recording}, {user}: {elsewhere}\n{live}");
            }
        }
    }
}

#[test]
fn a_bundle_says_where_it_is_from_and_what_could_not_be_seen() {
    let stack = shared();
    stack.recording("04-secret-in-app-namespace");
    let folder = tempfile::tempdir().unwrap();
    let (bundle, _) = snapshot(&stack, "no-gateway-secrets", folder.path());
    let text = unpacked(&bundle);
    let header = text.split("---\n").next().unwrap();
    assert!(header.contains("context: no-gateway-secrets"), "{header}");
    assert!(header.contains("why: forbidden"), "{header}");
    assert!(!text.contains(&*folder.path().to_string_lossy()), "no path travels");
    assert!(!text.contains(stack.kubeconfig().parent().unwrap().to_str().unwrap()));
}

#[test]
fn a_bundle_claims_no_pods_but_those_that_were_asked_for() {
    let stack = shared();
    stack.recording("04-secret-in-app-namespace");
    let folder = tempfile::tempdir().unwrap();
    // Without logs, which tell where a secret was looked for.
    let bundle = folder.path().join("bundle.yaml.gz").display().to_string();
    let made = stack.igwctl(&["snapshot", "--no-logs", "--to", &bundle, "--now", NOW]).ran();
    assert_eq!(made.code, 0, "{made}");
    let text = unpacked(&bundle);
    let header = text.split("---\n").next().unwrap();
    let (covered, selected) = header.split_once("selected:").unwrap();
    assert!(covered.contains("gateways.networking.istio.io"), "{header}");
    assert!(!covered.contains("pods"), "{header}");
    assert!(selected.contains("pods:") && selected.contains("istio:"), "{header}");
    // A change that means other pods is held against the bundle: whether there are any, it does
    // not tell. One that means the same pods is decided.
    let open = "no pods of the gateway are among the inputs";
    for (label, selector, is_open) in
        [("app", "eastwest", true), ("istio", "ingressgateway", false)]
    {
        let mut other = gateway(APP, "other", "hipstershop-cert");
        other["spec"]["selector"] = serde_json::json!({label: selector});
        let change = folder.path().join("change.yaml");
        std::fs::write(&change, other.to_string()).unwrap();
        let arguments = ["diagnose", "--now", NOW, &bundle, change.to_str().unwrap()];
        let diagnosis = Run::new(&arguments).diagnosis();
        assert_eq!(diagnosis.codes(), ["IGW0301"], "{selector}: {}", diagnosis.ran);
        let undecided = diagnosis.undecided();
        assert_ne!(undecided.is_empty(), is_open, "{selector}: {}", diagnosis.ran);
        assert!(undecided.iter().all(|it| it.contains(open)), "{undecided:?}");
    }
}

#[test]
fn no_value_of_a_secret_is_in_a_bundle_or_on_a_stream() {
    let stack = shared();
    stack.clear();
    let pair = pair("shop.example.com");
    let cert = secret(GATEWAY_NAMESPACE, "shop-cert", &pair);
    let mut elsewhere = secret(APP, "shop-cert", &pair);
    // As `kubectl apply` leaves it behind.
    elsewhere["metadata"]["annotations"] = serde_json::json!({
        "kubectl.kubernetes.io/last-applied-configuration": cert.to_string(),
    });
    let mut objects = gateway_role(lists_secrets());
    objects.extend([
        gateway_pod(GATEWAY_NAMESPACE, "gateway-0"),
        gateway(APP, "shop", "shop-cert"),
        cert,
        elsewhere,
    ]);
    stack.add(&objects);
    let folder = tempfile::tempdir().unwrap();
    let (bundle, made) = snapshot(&stack, "everything", folder.path());
    let report = stack.igwctl(&["diagnose", "-o", "json"]).ran();
    let get = ["get", "secret", "shop-cert", "-n", GATEWAY_NAMESPACE, "-o", "json"];
    let stored: Value = serde_json::from_str(&stack.kubectl(&get)).unwrap();
    let key = pair.signing_key.serialize_pem();
    let body = key.lines().nth(1).unwrap();
    for text in [unpacked(&bundle), made.stderr, report.stdout, report.stderr] {
        assert!(!text.contains("PRIVATE KEY") && !text.contains(body));
        for value in ["tls.crt", "tls.key"] {
            let packed = stored["data"][value].as_str().unwrap();
            assert!(!text.contains(&packed[..60]), "{value}");
        }
    }
    // The facts are there all the same: that the pair fits, and for which host.
    let text = unpacked(&bundle);
    assert!(text.contains("kind: Credential") && text.contains("shop.example.com"), "{text}");
}

#[test]
fn a_redacted_bundle_says_the_same_of_nobody_in_particular() {
    let stack = shared();
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("redacted.yaml.gz").display().to_string();
    for recording in
        ["04-secret-in-app-namespace", "07-secret-wrong-keys", "19-certificate-issuer-missing"]
    {
        stack.recording(recording);
        for user in ["everything", "no-secrets", "one-namespace"] {
            let live = stack.igwctl(&["diagnose", "--now", NOW]).user(user).diagnosis();
            let arguments = ["snapshot", "--redact", "--to", &bundle, "--now", NOW];
            let made = stack.igwctl(&arguments).user(user).ran();
            assert_eq!(made.code, 0, "{made}");
            let elsewhere = Run::new(&["diagnose", &bundle]).diagnosis();
            assert_eq!(elsewhere.codes(), live.codes(), "{user}: {}", elsewhere.ran);
            assert_eq!(elsewhere.ran.code, live.ran.code, "{user}: {}", elsewhere.ran);
            assert_eq!(elsewhere.undecided().len(), live.undecided().len(), "{}", elsewhere.ran);
            assert_eq!(elsewhere.log_lines().len(), live.log_lines().len(), "{}", elsewhere.ran);
            for text in [unpacked(&bundle), elsewhere.ran.stdout] {
                let at = text.find("hipster").map(|at| &text[at.saturating_sub(200)..]);
                assert_eq!(at, None, "{recording}, {user}");
            }
        }
    }
}
