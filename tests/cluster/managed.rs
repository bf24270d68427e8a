//! `list`, `apply --wait` and a program of the user's for `diff`, on a real API server.

use serde_json::{Value, json};

use crate::apply::{SHOP, ends, prepared, run};
use crate::objects::{cluster_issuer, ready};
use crate::stack::shared;

#[test]
fn list_says_how_each_application_stands() {
    let stack = shared();
    prepared(&stack);
    let ran = run(&stack, "list");
    assert_eq!((ran.code, &*ran.stdout), (0, ""), "{ran}");
    ends(&stack, 0, &format!("apply {SHOP} --tls --create-issuer selfsigned --yes"));
    ends(&stack, 0, "apply bare -n hipstershopv1v2 --host bare.example.com --yes");
    let rows = |output: &str| -> Vec<String> {
        let text = ends(&stack, 0, &format!("list {output}"));
        text.lines().map(|it| it.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    };
    assert_eq!(
        rows(""),
        [
            "NAMESPACE NAME STATE URLS",
            "hipstershopv1v2 bare NoRoutes http://bare.example.com/",
            "hipstershopv1v2 hipstershop CertificateNotReady https://hipstershop.127.0.0.1.sslip.io/",
        ]
    );
    let key = ("istio-system", "hipstershopv1v2-hipstershop");
    let mut status = ready();
    status["notAfter"] = json!("2027-02-22T03:00:00Z");
    stack.set_status("certificates.cert-manager.io", key, &status);
    let wide = rows("-o wide");
    assert!(wide[2].contains("Applied") && wide[2].contains("2027-02-22T03:00:00Z"), "{wide:?}");
    assert_eq!(rows("-o name"), ["hipstershopv1v2/bare", "hipstershopv1v2/hipstershop"]);
    assert_eq!(rows("-n default").len(), 0);
    let json: Value = serde_json::from_str(&ends(&stack, 0, "list -o json")).unwrap();
    assert_eq!(json["kind"], "Applications");
    assert_eq!(json["applications"][1]["certificates"][0]["ready"], true, "{json:#}");
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/schema/applications.json")).unwrap();
    assert!(jsonschema::is_valid(&schema, &json), "{json:#}");
}

#[test]
fn waiting_tells_what_is_still_missing() {
    let stack = shared();
    prepared(&stack);
    let issuer = cluster_issuer();
    let name = issuer["metadata"]["name"].as_str().unwrap();
    let line = format!("apply {SHOP} --tls --issuer {name} --yes --wait --timeout 2s");
    stack.add(std::slice::from_ref(&issuer));
    let ran = run(&stack, &line);
    assert_eq!(ran.code, 124, "{ran}");
    assert!(
        ran.stderr.contains("Certificate istio-system/hipstershopv1v2-hipstershop is not Ready")
    );
    // Its own Certificate is Ready, its secret is not there; then nothing listens at the address.
    let key = ("istio-system", "hipstershopv1v2-hipstershop");
    stack.set_status("certificates.cert-manager.io", key, &ready());
    let ran = run(&stack, &line);
    assert_eq!(ran.code, 124, "{ran}");
    assert!(ran.stderr.contains("Secret istio-system/hipstershopv1v2-hipstershop-cert"), "{ran}");
    stack.add(&[json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {"namespace": "istio-system", "name": "hipstershopv1v2-hipstershop-cert"},
    })]);
    let ran = run(&stack, &line);
    assert_eq!(ran.code, 124, "{ran}");
    assert!(ran.stderr.contains("is there") && ran.stderr.contains("127.0.0.1:443"), "{ran}");
}

#[test]
fn a_program_of_the_users_shows_what_differs() {
    let stack = shared();
    prepared(&stack);
    let words: Vec<&str> = "diff hipstershop -n hipstershopv1v2".split(' ').collect();
    let by = |program: &str| stack.igwctl(&words).env("KUBECTL_EXTERNAL_DIFF", program).ran();
    let ran = by("diff -r -N");
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stdout.contains("> kind: Gateway"), "{ran}");
    assert_eq!(by("true").code, 0);
    let ran = by("no-such-program");
    assert_eq!(ran.code, 3, "{ran}");
}
