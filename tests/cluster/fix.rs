//! `diagnose --fix` on a real API server: what is mended, what is left alone, and what is asked.

use std::collections::BTreeSet;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::apply::{SHOP, prepared, run};
use crate::fixes::{play_cert_manager, shop};
use crate::objects::{
    APP, GATEWAY_NAMESPACE, certificate, cluster_issuer, gateway, gateway_role, lists_secrets,
    pair, secret,
};
use crate::proxy::{Asked, Fate, Proxy};
use crate::stack::{Stack, shared};
use crate::terminal::Terminal;

pub(crate) const FIX: [&str; 4] = ["diagnose", "--no-logs", "--fix", "--yes"];

/// Who wrote a secret, as cert-manager says it.
pub(crate) fn written(mut secret: Value, certificate: &str) -> Value {
    secret["metadata"]["annotations"] = json!({"cert-manager.io/certificate-name": certificate});
    secret
}

/// A Certificate beside the application, with its secret, and a gateway that may read secrets.
pub(crate) fn misplaced(stack: &Stack, annotations: &Value) {
    let mut old = certificate(APP, "shop", "shop-cert");
    old["metadata"]["annotations"] = annotations.clone();
    let mut more = gateway_role(lists_secrets());
    more.extend([
        cluster_issuer(),
        old,
        written(secret(APP, "shop-cert", &pair("shop.example.com")), "shop"),
    ]);
    shop(stack, &more);
}

/// The Certificates and Secrets that are there, and the annotations of the Certificates.
pub(crate) fn left(stack: &Stack) -> String {
    let template =
        "-o=jsonpath={range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name}\n{end}";
    let all = stack.kubectl(&["get", "certificates.cert-manager.io,secrets", "-A", template]);
    let ours = |it: &&str| it.contains("shop");
    let mut lines: Vec<&str> = all.lines().filter(ours).collect();
    lines.sort_unstable();
    let marks = "-o=jsonpath={.items[*].metadata.annotations}";
    let marks = stack.kubectl(&["get", "certificates.cert-manager.io", "-A", marks]);
    assert!(!marks.contains("igwctl"), "no mark is left: {marks}");
    lines.join(", ")
}

pub(crate) const MOVED: &str = "Certificate istio-system/shop, Secret istio-system/shop-cert";
pub(crate) const NOT_MOVED: &str =
    "Certificate hipstershopv1v2/shop, Secret hipstershopv1v2/shop-cert";

#[test]
fn a_certificate_is_moved_and_the_report_is_of_what_is_left() {
    let stack = shared();
    misplaced(&stack, &Value::Null);
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let diagnosis = thread::scope(|scope| {
        scope.spawn(|| play_cert_manager(&stack, "shop"));
        proxy.igwctl(&FIX).diagnosis()
    });
    diagnosis.is_clean();
    let told = &diagnosis.ran.stderr;
    for part in
        ["(IGW0301)", "+  secretName: shop-cert", "certificate.cert-manager.io/shop is Ready"]
    {
        assert!(told.contains(part), "{part}? {}", diagnosis.ran);
    }
    assert_eq!(left(&stack), MOVED, "{}", diagnosis.ran);
    // In this order, and nothing else: made, deleted, its secret deleted, the mark taken off.
    let asked: Vec<String> =
        proxy.asked().iter().filter(|it| it.writes()).map(Asked::line).collect();
    let certificates = "/apis/cert-manager.io/v1/namespaces";
    assert_eq!(
        asked,
        [
            format!("PATCH {certificates}/{GATEWAY_NAMESPACE}/certificates/shop"),
            format!("DELETE {certificates}/{APP}/certificates/shop"),
            format!("DELETE /api/v1/namespaces/{APP}/secrets/shop-cert"),
            format!("PATCH {certificates}/{GATEWAY_NAMESPACE}/certificates/shop"),
        ]
    );
    // No value is asked for of what is moved: of these secrets only the metadata.
    let values = proxy.asked().into_iter().filter(|it| {
        let is_whole = !it.headers["accept"].contains("PartialObjectMetadata");
        it.is_about(&format!("/{APP}/secrets")) && it.method == "GET" && is_whole
    });
    assert_eq!(values.map(|it| it.line()).collect::<Vec<_>>(), [""; 0]);
    let again = stack.igwctl(&FIX).ran();
    assert_eq!((again.code, left(&stack).as_str()), (0, MOVED), "{again}");
}

#[test]
fn a_mark_that_somebody_else_wrote_takes_nothing_away() {
    let stack = shared();
    let pair = pair("shop.example.com");
    let (mark, spared) = ("igwctl/moved-from", ("other", "prod", "prod-cert"));
    let mut more = gateway_role(lists_secrets());
    more.extend([
        cluster_issuer(),
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": spared.0}}),
        certificate(spared.0, spared.1, spared.2),
        written(secret(spared.0, spared.2, &pair), spared.1),
        certificate(GATEWAY_NAMESPACE, "shop", "shop-cert"),
        written(secret(GATEWAY_NAMESPACE, "shop-cert", &pair), "shop"),
    ]);
    shop(&stack, &more);
    let key = (GATEWAY_NAMESPACE, "shop");
    stack.set_status("certificates.cert-manager.io", key, &crate::objects::ready());
    let uid = |kind: &str, name: &str| {
        stack.kubectl(&["get", kind, name, "-n", spared.0, "-o=jsonpath={.metadata.uid}"])
    };
    let uids = (uid("certificates.cert-manager.io", spared.1), uid("secret", spared.2));
    for forged in [
        "other/prod/".to_owned(),
        "other/prod//".to_owned(),
        format!("other/prod/{}/", uids.0),
        // It is not that one that was moved: the two are not equal.
        format!("other/prod/{}/{}", uids.0, uids.1),
    ] {
        let mark = format!("{mark}={forged}");
        let of = ["annotate", "--overwrite", "certificates.cert-manager.io/shop"];
        stack.kubectl(&[&of[..], &["-n", GATEWAY_NAMESPACE, &*mark]].concat());
        let ran = stack.igwctl(&FIX).ran();
        assert_eq!(ran.code, 0, "{forged}: {ran}");
        let now = (uid("certificates.cert-manager.io", spared.1), uid("secret", spared.2));
        assert_eq!(now, uids, "{forged}: {ran}");
        assert!(!ran.stderr.contains("delete"), "{forged}: {ran}");
    }
}

#[test]
fn a_secret_that_cert_manager_did_not_write_stays() {
    let stack = shared();
    misplaced(&stack, &Value::Null);
    stack.kubectl(&[
        "annotate",
        "secret",
        "shop-cert",
        "-n",
        APP,
        "cert-manager.io/certificate-name-",
    ]);
    let diagnosis = thread::scope(|scope| {
        scope.spawn(|| play_cert_manager(&stack, "shop"));
        stack.igwctl(&FIX).diagnosis()
    });
    diagnosis.is_clean();
    assert!(diagnosis.ran.stderr.contains("cert-manager did not write it"), "{}", diagnosis.ran);
    assert_eq!(left(&stack), format!("{MOVED_ONE}, Secret {APP}/shop-cert, {MOVED_TWO}"));
}

const MOVED_ONE: &str = "Certificate istio-system/shop";
const MOVED_TWO: &str = "Secret istio-system/shop-cert";

#[test]
fn what_a_repository_keeps_is_changed_only_if_asked_for() {
    let stack = shared();
    misplaced(
        &stack,
        &json!({"argocd.argoproj.io/tracking-id": "shop:cert-manager.io/Certificate"}),
    );
    let ran = stack.igwctl(&FIX).ran();
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stderr.contains("Argo CD") && ran.stderr.contains("--ignore-repository"), "{ran}");
    assert_eq!(left(&stack), NOT_MOVED);
    thread::scope(|scope| {
        scope.spawn(|| play_cert_manager(&stack, "shop"));
        stack.igwctl(&FIX).with(&["--ignore-repository"]).diagnosis().is_clean();
    });
    assert_eq!(left(&stack), MOVED);
}

#[test]
fn a_private_key_is_not_moved_unasked() {
    let stack = shared();
    let mut more = gateway_role(lists_secrets());
    more.push(secret(APP, "shop-cert", &pair("shop.example.com")));
    shop(&stack, &more);
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let diagnosis = proxy.igwctl(&FIX).diagnosis();
    assert_eq!(diagnosis.codes(), ["IGW0301"], "{}", diagnosis.ran);
    assert_eq!(diagnosis.ran.code, 1, "{}", diagnosis.ran);
    assert!(diagnosis.ran.stderr.contains("--copy-private-keys"), "{}", diagnosis.ran);
    assert!(!proxy.asked().iter().any(Asked::writes));
}

#[test]
fn without_a_yes_off_a_terminal_and_for_files_nothing_is_sent() {
    let stack = shared();
    misplaced(&stack, &Value::Null);
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    proxy.igwctl(&["diagnose", "--fix"]).ran().fails(2, &["nothing was sent", "--yes"]);
    let files = ["diagnose", "--fix", "--yes", "some.yaml"];
    proxy.igwctl(&files).ran().fails(2, &["not files", "without --fix"]);
    assert!(proxy.asked().is_empty(), "{:?}", proxy.asked());
    for (flag, parts) in [
        ("--dry-run", &["+  secretName: shop-cert", "(server dry run)"][..]),
        ("--dry-run=client", &["apply Certificate istio-system/shop (dry run)"]),
    ] {
        let diagnosis = proxy.igwctl(&["diagnose", "--no-logs", "--fix", flag]).diagnosis();
        assert_eq!(diagnosis.codes(), ["IGW0301"], "{}", diagnosis.ran);
        assert_eq!(diagnosis.ran.code, 1, "{}", diagnosis.ran);
        for part in parts {
            assert!(diagnosis.ran.stderr.contains(part), "{part}? {}", diagnosis.ran);
        }
    }
    // The deletions are tried too, and nothing is gone.
    assert!(!proxy.asked().iter().any(Asked::writes));
    assert_eq!(left(&stack), NOT_MOVED);
}

/// A Gateway whose server has no mode.
pub(crate) fn modeless(stack: &Stack) {
    let mut more = gateway_role(lists_secrets());
    more.push(secret(GATEWAY_NAMESPACE, "shop-cert", &pair("shop.example.com")));
    shop(stack, &more);
    let mut gateway = gateway(APP, "shop", "shop-cert");
    gateway["spec"]["servers"][0]["tls"] = json!({"credentialName": "shop-cert"});
    stack.add(&[gateway]);
}

#[test]
fn a_field_is_set_unless_the_object_was_changed_in_between() {
    let stack = shared();
    modeless(&stack);
    let (kubectl, kubeconfig) = (stack.kubectl_path(), stack.kubeconfig().to_owned());
    let proxy = Proxy::before(&stack, move |_, asked| {
        if asked.writes() {
            let annotate = ["annotate", "gateways.networking.istio.io", "shop", "-n", APP, "a=b"];
            let mut command = Command::new(&kubectl);
            command.arg("--kubeconfig").arg(&kubeconfig).args(annotate).arg("--overwrite");
            command.output().unwrap();
        }
        Fate::Passed
    });
    let diagnosis = proxy.igwctl(&FIX).diagnosis();
    assert_eq!(diagnosis.ran.code, 1, "{}", diagnosis.ran);
    assert!(diagnosis.ran.stderr.contains("was changed in between"), "{}", diagnosis.ran);
    assert_eq!(diagnosis.codes(), ["IGW0213"], "{}", diagnosis.ran);
    let diagnosis = stack.igwctl(&FIX).diagnosis();
    diagnosis.is_clean();
    assert!(diagnosis.ran.stderr.contains("+      mode: SIMPLE"), "{}", diagnosis.ran);
}

#[test]
fn somebody_at_a_terminal_is_asked_for_each() {
    let stack = shared();
    let cert = secret(GATEWAY_NAMESPACE, "shop-cert", &pair("shop.example.com"));
    shop(&stack, &[cert]);
    let kubeconfig = stack.kubeconfig().to_str().unwrap();
    let ask = |answer: &str| {
        let home = tempfile::tempdir().unwrap();
        let arguments = ["diagnose", "--no-logs", "--fix"];
        let mut terminal = Terminal::igwctl(&arguments, &[("KUBECONFIG", kubeconfig)], home.path());
        terminal.shows("Apply this fix?");
        terminal.types(answer);
        terminal.ended()
    };
    let roles =
        || stack.kubectl(&["get", "roles,rolebindings", "-n", GATEWAY_NAMESPACE, "-o", "name"]);
    let (code, shown) = ask("n");
    assert_eq!(code, 1, "{shown}");
    assert!(shown.contains("+kind: Role") && shown.contains("nothing was sent"), "{shown}");
    assert!(!roles().contains("-secrets"));
    let (code, shown) = ask("y");
    assert_eq!(code, 0, "{shown}");
    let made: BTreeSet<String> = roles().lines().map(str::to_owned).collect();
    assert_eq!(made.iter().filter(|it| it.contains("-secrets")).count(), 2, "{made:?}");
    stack.igwctl(&["diagnose", "--no-logs"]).diagnosis().is_clean();
}

#[test]
fn a_route_is_led_to_the_only_port_there_is() {
    let stack = shared();
    prepared(&stack);
    assert_eq!(run(&stack, &format!("apply {SHOP} --yes")).code, 0);
    // What is behind the port must be well, or the fix brings that to light, and is undone.
    for name in ["frontend", "apiservice"] {
        stack.add(&[json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"namespace": APP, "name": name, "labels": {"app": name}},
            "spec": {"nodeName": "kwok-1", "containers": [{"name": "app", "image": "app"}]},
        })]);
    }
    let begun = Instant::now();
    while run(&stack, "diagnose --no-logs").code != 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "the endpoints never come");
        thread::sleep(Duration::from_millis(200));
    }
    let route = "/spec/http/0/route/0/destination/port/number";
    let wrong = json!([{"op": "replace", "path": route, "value": 9999}]).to_string();
    let of = ["virtualservices.networking.istio.io", "hipstershop", "-n", APP];
    stack.kubectl(&[&["patch", "--type=json", "-p", &*wrong][..], &of].concat());
    let diagnosis = stack.igwctl(&["diagnose", "--no-logs", "--fix", "--yes"]).diagnosis();
    diagnosis.is_clean();
    assert!(diagnosis.ran.stderr.contains("the only one there is"), "{}", diagnosis.ran);
    let spec = stack.kubectl(&[&["get", "-o", "json"][..], &of].concat());
    let spec: Value = serde_json::from_str(&spec).unwrap();
    let port = &spec["spec"]["http"][0]["route"][0]["destination"]["port"]["number"];
    assert_eq!(port, 8080, "{}", diagnosis.ran);
}
