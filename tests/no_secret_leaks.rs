//! No value of a Secret comes out: marked keys in well-formed and broken files, and every byte of
//! what every command writes of them is searched. (The runner searches what all other tests print.)

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::keys::{self, MARK};
use crate::support::worlds::{World, gateway, head, pod};
use crate::support::{Igwctl, Ran, Scratch, diagnose, worldly};

/// The mark as base64 of a longer text, which has it at each of the three offsets.
fn packed(offset: usize) -> String {
    STANDARD.encode(format!("{}{MARK}-end", "x".repeat(offset)))
}

/// What must be found nowhere, whatever stands around it.
fn traces() -> Vec<String> {
    let mut traces = vec![MARK.to_owned(), MARK[4..16].to_owned()];
    for offset in 0..3 {
        traces.push(packed(offset)[8..24].to_owned());
    }
    traces
}

fn assert_clean(bytes: &[u8], place: &str) {
    let bytes = worldly(bytes);
    keys::assert_none_in(&bytes, place);
    for trace in traces() {
        let found = memchr::memmem::find(&bytes, trace.as_bytes());
        assert!(found.is_none(), "{place} holds {trace}:\n{}", String::from_utf8_lossy(&bytes));
    }
}

/// Every way to have the file written of.
fn everything_of(scratch: &Scratch, name: &str, contents: &str) {
    let path = scratch.write(name, contents);
    let check = |ran: &Ran, what: &str| {
        assert!(ran.code.is_some(), "{name} {what}: {}", ran.errors());
        assert_clean(&ran.stdout, &format!("{name}: standard output of {what}"));
        assert_clean(&ran.stderr, &format!("{name}: standard error of {what}"));
    };
    for format in ["table", "json", "yaml", "name"] {
        check(&diagnose([&path]).args(["-o", format]).run(), format);
    }
    check(
        &diagnose([&path]).args(["--color", "always", "--complete", "--fail-on", "none"]).run(),
        "color",
    );
    check(&diagnose(["-", "-n", "shop", "--gateway", "shop"]).stdin(contents).run(), "-");
    let bundle = scratch.path("bundle");
    let ran =
        Igwctl::new(["snapshot", "--from"]).args([&path]).args(["--to"]).args([&bundle]).run();
    check(&ran, "snapshot");
    if ran.code == Some(0) {
        assert_clean(&std::fs::read(&bundle).unwrap(), &format!("{name}: the bundle"));
        check(&diagnose([&bundle]).run(), "the bundle's diagnosis");
    }
    check(&Igwctl::new(["snapshot", "--from", "-"]).stdin(contents).run(), "snapshot of -");
}

/// Secrets that are read, with a Gateway that asks for them.
fn with_gateway(secret: &str) -> String {
    World::new()
        .and(head(&["pods"]))
        .and(gateway("shop", "shop", "mode: SIMPLE, credentialName: shop-cert"))
        .and(pod("istio-system"))
        .and(secret)
        .text()
}

const HEAD: &str =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: shop-cert, namespace: istio-system}\n";

#[test]
fn well_formed_secrets() {
    let scratch = Scratch::new();
    let (raw, base64) = (MARK, packed(0));
    let pem = format!("-----BEGIN PRIVATE KEY-----\\n{raw}\\n-----END PRIVATE KEY-----\\n");
    let cases = [
        ("data", format!("{HEAD}data: {{tls.crt: {base64}, tls.key: {base64}}}\n")),
        ("string-data", format!("{HEAD}stringData: {{tls.crt: {raw}, tls.key: \"{pem}\"}}\n")),
        ("raw-in-data", format!("{HEAD}data: {{tls.crt: {raw}, tls.key: \"{pem}\"}}\n")),
        ("other-keys", format!("{HEAD}type: Opaque\ndata: {{password: {base64}}}\n")),
        ("ca", format!("{HEAD}data: {{tls.crt: {base64}, tls.key: {base64}, ca.crt: {base64}}}\n")),
        (
            "last-applied",
            format!(
                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop-cert\n  namespace: \
                 istio-system\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: \
                 |\n      {{\"data\":{{\"tls.key\":\"{base64}\"}}}}\n    note: {raw}\ndata: {{}}\n"
            ),
        ),
        (
            "folded",
            format!("{HEAD}data:\n  tls.key: |\n    {}\n    {}\n", &base64[..20], &base64[20..]),
        ),
        (
            "a-list",
            format!(
                "apiVersion: v1\nkind: SecretList\nitems:\n- metadata: {{name: shop-cert, namespace: istio-system}}\n  data: {{tls.key: {base64}}}\n"
            ),
        ),
        (
            "json",
            format!(
                "{{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{{\"name\":\"shop-cert\",\"namespace\":\"istio-system\"}},\"data\":{{\"tls.key\":\"{base64}\"}},\"stringData\":{{\"x\":\"{pem}\"}}}}\n"
            ),
        ),
    ];
    for (name, secret) in cases {
        everything_of(&scratch, name, &with_gateway(&secret));
    }
}

#[test]
fn secrets_broken_in_yaml() {
    let scratch = Scratch::new();
    let (raw, base64) = (MARK, packed(1));
    let cases = [
        ("data-is-text", format!("{HEAD}data: {base64}\n")),
        ("data-is-a-list", format!("{HEAD}data: [{base64}, {raw}]\n")),
        ("value-is-a-map", format!("{HEAD}data: {{tls.key: {{pem: {raw}}}}}\n")),
        (
            "name-is-the-key",
            format!(
                "apiVersion: v1\nkind: Secret\nmetadata: {{name: {{x: {raw}}}, namespace: a}}\ndata: {{a: {base64}}}\n"
            ),
        ),
        (
            "labels-are-text",
            format!(
                "apiVersion: v1\nkind: Secret\nmetadata: {{name: a, namespace: a, labels: \"{raw}\"}}\n"
            ),
        ),
        (
            "time-is-text",
            format!(
                "apiVersion: v1\nkind: Secret\nmetadata: {{name: a, namespace: a, creationTimestamp: \"{raw}\"}}\n"
            ),
        ),
        ("not-closed", format!("{HEAD}data: {{tls.key: \"{raw}\n")),
        (
            "bad-indent",
            format!("{HEAD}data:\n  tls.key: |\n    {base64}\n {raw}: x\n   y: {base64}\n"),
        ),
        ("bad-escape", format!("{HEAD}stringData: {{tls.key: \"\\q{raw}\"}}\n")),
        ("tab", format!("{HEAD}data:\n\ttls.key: {base64}\n")),
        ("anchor", format!("{HEAD}data: {{a: &x {base64}, tls.key: *y, b: *x}}\n")),
        ("twice", format!("{HEAD}data: {{tls.key: {base64}, tls.key: {raw}}}\n")),
        ("tag", format!("{HEAD}data: {{tls.key: !!binary {base64}, tls.crt: !secret {raw}}}\n")),
    ];
    broken(&scratch, &cases);
}

#[test]
fn secrets_broken_in_other_ways() {
    let scratch = Scratch::new();
    let (raw, base64) = (MARK, packed(1));
    let cases = [
        (
            "json-ends-early",
            format!(
                "{{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{{\"tls.key\":\"{base64}"
            ),
        ),
        (
            "json-wrong-type",
            format!(
                "{{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{{\"name\":\"a\"}},\"data\":[\"{raw}\"]}}"
            ),
        ),
        (
            "json-bad-comma",
            format!(
                "{{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\n\"data\":{{\"tls.key\":\"{raw}\",,}}}}"
            ),
        ),
        (
            "no-kind",
            format!("apiVersion: v1\nmetadata: {{name: a}}\ndata: {{tls.key: {base64}}}\n"),
        ),
        (
            "kind-misspelt",
            format!(
                "apiVersion: v1\nkind: Secrets\nmetadata: {{name: a}}\ndata: {{tls.key: {base64}}}\n"
            ),
        ),
        (
            "pem-after-it",
            format!("{HEAD}data:\n-----BEGIN PRIVATE KEY-----\n{raw}\n-----END PRIVATE KEY-----\n"),
        ),
        (
            "pem-alone",
            format!(
                "-----BEGIN RSA PRIVATE KEY-----\n{raw}\n{base64}\n-----END RSA PRIVATE KEY-----\n"
            ),
        ),
        (
            "list-not-closed",
            format!(
                "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: [\n  data: {{tls.key: {raw}}}\n"
            ),
        ),
        (
            "a-bundles-own",
            format!(
                "apiVersion: igwctl/v1\nkind: Credential\nmetadata: {{name: a, namespace: a}}\nfacts: {{keys: {{tls.key: {raw}}}}}\n"
            ),
        ),
        ("a-bundles-own-too", format!("apiVersion: igwctl/v1\nkind: LogSighting\nwhat: {raw}\n")),
    ];
    broken(&scratch, &cases);
}

/// Each alone, and among documents that can be read.
fn broken(scratch: &Scratch, cases: &[(&str, String)]) {
    for (name, secret) in cases {
        everything_of(scratch, name, secret);
        everything_of(scratch, &format!("{name}-among-others"), &with_gateway(secret));
    }
}

#[test]
fn what_else_holds_keys_and_passwords() {
    let scratch = Scratch::new();
    let (raw, base64) = (MARK, packed(2));
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: gw\n  namespace: istio-system\n  labels: {{istio: \
         ingressgateway}}\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: \
         '{{\"env\":\"{raw}\"}}'\nspec:\n  containers:\n  - name: istio-proxy\n    env: [{{name: \
         DB_PASSWORD, value: {raw}}}]\n  initContainers:\n  - name: init\n    env: [{{name: TOKEN, \
         value: {base64}}}]\n"
    );
    let config_map = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: keys, namespace: shop}}\ndata:\n  tls.key: \
         |\n    -----BEGIN PRIVATE KEY-----\n    {raw}\n    -----END PRIVATE KEY-----\n  config: \
         password={raw}\nbinaryData: {{key: {base64}}}\n"
    );
    let certificate = format!(
        "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata:\n  name: shop\n  namespace: \
         shop\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: \
         '{{\"x\":\"-----BEGIN PRIVATE KEY-----{raw}\"}}'\nspec:\n  secretName: shop-cert\n  issuerRef: \
         {{name: x}}\n"
    );
    let arguments = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: gw, namespace: istio-system}}\nspec:\n  \
         selector: {{matchLabels: {{istio: ingressgateway}}}}\n  template:\n    metadata:\n      labels: \
         {{istio: ingressgateway}}\n      annotations: {{vault.example.com/x: {raw}}}\n    spec:\n      \
         containers:\n      - name: app\n        command: [/bin/app, --password={raw}]\n        args: \
         [--token={raw}, {raw}, {raw}]\n        readinessProbe: {{httpGet: {{port: 80, httpHeaders: \
         [{{name: Authorization, value: {raw}}}]}}}}\n"
    );
    // What a route asks of a request's headers, and gives to it.
    let route = format!(
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: shop, namespace: \
         shop}}\nspec:\n  hosts: [shop.example.com]\n  gateways: [shop]\n  http:\n  - match:\n    - \
         headers: {{authorization: {{exact: Bearer {raw}}}, x-api-key: {{regex: {raw}}}}}\n      \
         queryParams: {{access_token: {{exact: {raw}}}}}\n    headers: {{request: {{set: \
         {{x-auth-token: {raw}}}, add: {{Cookie: {raw}}}}}}}\n    route: [{{destination: {{host: a}}}}]\n"
    );
    let http_route = format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: shop, namespace: \
         shop}}\nspec:\n  parentRefs: [{{name: shop}}]\n  rules:\n  - matches: [{{headers: [{{name: \
         X-Session-Id, value: {raw}}}], queryParams: [{{name: api_key, value: {raw}}}]}}]\n    \
         filters: [{{type: RequestHeaderModifier, requestHeaderModifier: {{set: [{{name: \
         Authorization, value: {raw}}}]}}}}]\n    backendRefs: [{{name: a, port: 80}}]\n"
    );
    for (name, document) in [
        ("pod", pod),
        ("config-map", config_map),
        ("certificate", certificate),
        ("arguments", arguments),
        ("route", route),
        ("http-route", http_route),
    ] {
        everything_of(&scratch, name, &with_gateway(&document));
    }
}

#[test]
fn logs_that_quote_a_key() {
    let scratch = Scratch::new();
    let head = "2026-11-24T02:27:17.428674Z\twarn\tads\t";
    let pem = format!("-----BEGIN RSA PRIVATE KEY-----\\n{MARK}");
    let log = format!(
        "{head}failed to fetch key and certificate for kubernetes://shop-cert: {pem}\n{head}invalid \
         certificates: \"kubernetes://shop-cert\": {pem}\n{head}delta config for \
         type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret rejected: Failed to \
         load private key from {pem}\n"
    );
    everything_of(&scratch, "istiod.log", &log);
}

/// Breaks a text somewhere: cuts it, doubles a piece, or puts a letter of YAML's own in.
fn spoilt(text: &str, at: usize, how: u8) -> String {
    let at = (0..=at % text.len()).rev().find(|at| text.is_char_boundary(*at)).unwrap();
    let (before, after) = text.split_at(at);
    match how % 8 {
        0 => before.to_owned(),
        1 => format!("{before}\n{after}"),
        2 => format!("{before}\"{after}"),
        3 => format!("{before}: {after}"),
        4 => format!("{before}\n- {after}"),
        5 => format!("{before}{{{after}"),
        6 => format!("{before}\t{after}"),
        _ => format!("{before}{}", after.replacen(['\n', '}', '"', ':'], "", 1)),
    }
}

#[test]
fn secrets_broken_anywhere() {
    let scratch = Scratch::new();
    let (raw, base64) = (MARK, packed(0));
    let yaml = with_gateway(&format!(
        "{HEAD}data:\n  tls.crt: {base64}\n  tls.key: {base64}\nstringData:\n  a: \"{raw}\"\n"
    ));
    let json = format!(
        "{{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{{\"apiVersion\":\"v1\",\"kind\":\
         \"Secret\",\n\"metadata\":{{\"name\":\"a\",\"namespace\":\"b\"}},\n\"data\":{{\"tls.key\":\n\
         \"{base64}\"}},\"stringData\":{{\"x\":\"{raw}\"}}}}]}}\n"
    );
    let config = Config { cases: 150, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let cases = (any::<bool>(), any::<usize>(), any::<u8>());
    let result = runner.run(&cases, |(is_yaml, at, how)| {
        let text = spoilt(if is_yaml { &yaml } else { &json }, at, how);
        let path = scratch.write("broken", &text);
        for args in [["diagnose", "-o", "json"], ["snapshot", "--to", "/dev/null"]] {
            let mut command = Igwctl::new(&args[..]);
            command = if args[0] == "snapshot" {
                Igwctl::new(["snapshot", "--from"]).args([&path])
            } else {
                command.args([&path])
            };
            let ran = command.run();
            assert_clean(&ran.stdout, &format!("standard output of {args:?} of\n{text}"));
            assert_clean(&ran.stderr, &format!("standard error of {args:?} of\n{text}"));
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
