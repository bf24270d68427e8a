//! `list`, `apply --wait` and a program of the user's for `diff`, on a real API server.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::apply::{SHOP, ends, prepared, run};
use crate::bootstrap::balanced;
use crate::edge::INGRESS;
use crate::objects::{cluster_issuer, ready};
use crate::proxy::{Fate, Proxy};
use crate::stack::{shared, until};
use crate::webhooks::injected;
use crate::wizard::WELL;

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
fn list_says_how_each_gateway_stands_that_igwctl_made() {
    let stack = shared();
    prepared(&stack);
    injected(&stack);
    ends(&stack, 0, "bootstrap own -n hipstershopv1v2 --method injection --yes");
    ends(&stack, 0, "bootstrap by-istiod -n hipstershopv1v2 --method gateway-api --yes");
    let rows = || -> Vec<String> {
        let text = ends(&stack, 0, "list");
        text.lines().map(|it| it.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    };
    let comes = |row: &str| {
        until(|| rows().iter().any(|it| it == row), || format!("{row}? {:?}", rows()));
    };
    // Its pods get ready, but nobody gives it an address.
    comes("hipstershopv1v2 own NoAddress <none>");
    assert_eq!(rows()[0], "NAMESPACE GATEWAY STATE ADDRESSES");
    assert_eq!(rows()[1], "hipstershopv1v2 by-istiod NotProgrammed <none>");
    let scale = ["scale", "deployment/own", "-n", "hipstershopv1v2"];
    stack.kubectl(&[&scale[..], &["--replicas=0"]].concat());
    comes("hipstershopv1v2 own PodsNotReady <none>");
    stack.kubectl(&[&scale[..], &["--replicas=1"]].concat());
    comes("hipstershopv1v2 own NoAddress <none>");
    let key = ("hipstershopv1v2", "own");
    balanced(&stack, key, "127.0.0.9");
    let programmed = json!({
        "addresses": [{"type": "IPAddress", "value": "127.0.0.10"}],
        "conditions": [{
            "type": "Programmed", "status": "True", "reason": "Programmed", "message": "",
            "lastTransitionTime": "2026-11-27T00:00:00Z",
        }],
    });
    stack.set_status("gateways.gateway.networking.k8s.io", (key.0, "by-istiod"), &programmed);
    ends(&stack, 0, "apply bare -n hipstershopv1v2 --gateway hipstershopv1v2/own --yes");
    assert_eq!(
        rows(),
        [
            "NAMESPACE NAME STATE URLS",
            "hipstershopv1v2 bare NoRoutes http://bare.127.0.0.9.sslip.io/",
            "",
            "NAMESPACE GATEWAY STATE ADDRESSES",
            "hipstershopv1v2 by-istiod Ready 127.0.0.10",
            "hipstershopv1v2 own Ready 127.0.0.9",
        ]
    );
    assert_eq!(ends(&stack, 0, "list -o name"), "hipstershopv1v2/bare\n");
    let json: Value = serde_json::from_str(&ends(&stack, 0, "list -o json")).unwrap();
    assert_eq!(json["gateways"][1]["state"], "ready", "{json:#}");
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
    // Why, stands behind it.
    let made = |api: &str, kind: &str, name: &str, status: &Value| {
        json!({
            "apiVersion": api, "kind": kind,
            "metadata": {
                "namespace": "istio-system", "name": name,
                "annotations": {"cert-manager.io/certificate-name": "hipstershopv1v2-hipstershop"},
            },
            "spec": {"request": "eA==", "issuerRef": {"name": name}},
            "status": status,
        })
    };
    let refused = json!({"state": "invalid", "reason": "the CA says no to this name"});
    let (cert_manager, acme) = ("cert-manager.io/v1", "acme.cert-manager.io/v1");
    let waits = json!({"conditions": [{
        "type": "Ready", "status": "False", "reason": "Pending", "message": "waiting on Order x-1",
    }]});
    // Loading puts the real uid in this one's place.
    let uid = "7b1c9a52-2f0e-4f0e-9d4c-0d8a7c1f5e11";
    let mut request = made(cert_manager, "CertificateRequest", "x", &waits);
    request["metadata"]["uid"] = json!(uid);
    let mut order = made(acme, "Order", "x-1", &refused);
    order["metadata"]["ownerReferences"] = json!([{
        "apiVersion": cert_manager, "kind": "CertificateRequest", "name": "x", "uid": uid,
    }]);
    stack.add(&[request, order]);
    let ran = run(&stack, &line);
    assert_eq!(ran.code, 124, "{ran}");
    assert!(ran.stderr.contains("Order istio-system/x-1: the CA says no to this name"), "{ran}");
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
fn waiting_goes_on_until_the_gateway_has_an_address() {
    let stack = shared();
    prepared(&stack);
    stack.set_status("service", INGRESS, &json!({"loadBalancer": null}));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let ports = json!({"spec": {"ports": [{"name": "http2", "port": port, "targetPort": 8080}]}});
    let of = ["service", INGRESS.1, "-n", INGRESS.0];
    stack.kubectl(&[&["patch", "--type=merge", "-p", &*ports.to_string()][..], &of].concat());
    let line = format!("apply {SHOP} --host a.example.com --http-port {port} --yes --wait");
    let ran = run(&stack, &format!("{line} --timeout 2s"));
    assert_eq!(ran.code, 124, "{ran}");
    assert!(ran.stderr.contains("istio-ingressgateway has no address outside"), "{ran}");
    let played = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        drop(client.read(&mut [0; 4096]));
        client.write_all(WELL.as_bytes()).unwrap();
    });
    let ran = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(700));
            balanced(&stack, INGRESS, "127.0.0.1");
        });
        run(&stack, &format!("{line} --timeout 60s"))
    });
    played.join().unwrap();
    let url = format!("http://a.example.com:{port}/");
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stderr.contains("istio-system/istio-ingressgateway is at 127.0.0.1"), "{ran}");
    assert!(ran.stderr.contains(&format!("{url} answers")), "{ran}");
    // To one that is of the cluster's inside alone, no address comes.
    let inside = json!({"spec": {"type": "ClusterIP", "ports": [{"name": "http2", "port": port}]}});
    stack.kubectl(&[&["patch", "--type=merge", "-p", &*inside.to_string()][..], &of].concat());
    let ran = run(&stack, &line);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stderr.contains("whether it answers is not waited for"), "{ran}");
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

#[test]
fn waiting_ends_when_the_gateway_answers() {
    let stack = shared();
    prepared(&stack);
    // Plays the gateway: what a real one's answers mean is for the tests of probe.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let service = ("istio-system", "istio-ingressgateway");
    let ports = json!({"spec": {"ports": [{"name": "http2", "port": port, "targetPort": 8080}]}});
    let ports = ports.to_string();
    let of = ["service", service.1, "-n", service.0];
    stack.kubectl(&[&["patch", "--type=merge", "-p", &*ports][..], &of].concat());
    let served = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let count = client.read(&mut request).unwrap();
        client
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .unwrap();
        String::from_utf8_lossy(&request[..count]).into_owned()
    });
    let ran = run(&stack, &format!("apply {SHOP} --http-port {port} --yes --wait --timeout 60s"));
    let url = format!("http://hipstershop.127.0.0.1.sslip.io:{port}/");
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.ends_with(&format!("{url}\n")), "{ran}");
    assert!(ran.stderr.contains(&format!("{url} answers")), "{ran}");
    let request = served.join().unwrap().to_ascii_lowercase();
    assert!(request.contains(&format!("host: hipstershop.127.0.0.1.sslip.io:{port}")), "{request}");
}

#[test]
fn a_dry_run_of_the_client_sends_nothing() {
    let stack = shared();
    prepared(&stack);
    run(&stack, "apply hipstershop -n hipstershopv1v2 --yes");
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let line = format!("apply {SHOP} --dry-run=client");
    let ran = proxy.igwctl(&line.split_whitespace().collect::<Vec<_>>()).ran();
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(
        ran.stdout,
        "gateway.networking.istio.io/hipstershop unchanged (dry run)\n\
         virtualservice.networking.istio.io/hipstershop created (dry run)\n"
    );
    assert!(proxy.asked().iter().all(|it| it.line().starts_with("GET ")), "{ran}");
}

#[test]
fn a_mistyped_name_gets_the_nearest_that_is_there() {
    let stack = shared();
    prepared(&stack);
    ends(&stack, 0, &format!("apply {SHOP} --yes"));
    let says = |line: &str, code: i32, words: &[&str]| {
        let ran = run(&stack, line);
        assert_eq!(ran.code, code, "{ran}");
        for word in words {
            assert!(ran.stderr.contains(word), "{word}? {ran}");
        }
    };
    let no_namespace =
        ["there is no namespace hipstershopv1v", "the nearest name is hipstershopv1v2"];
    says("delete hipstershop -n hipstershopv1v --yes", 4, &no_namespace);
    says("apply hipstershop -n hipstershopv1v --yes", 4, &no_namespace);
    says("diff hipstershop -n hipstershopv1v", 4, &no_namespace);
    says("list -n hipstershopv1v", 0, &no_namespace);
    let no_app = ["made nothing for an application", "the nearest name is hipstershop\n"];
    says("delete hipstersho -n hipstershopv1v2 --yes", 4, &no_app);
    says("list --context adm", 3, &["there is no context adm", "the nearest name is admin"]);
}
