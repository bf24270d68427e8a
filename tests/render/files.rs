//! The app file: what it gives, and how it is told what is wrong with it.

use serde_json::Value;

use super::{names, objects, of, rendered, run};
use crate::support::{Igwctl, Ran, Scratch, repository};

/// `render -f` of a text.
fn of_text(text: &str) -> Ran {
    Igwctl::new(["render", "-f", "-"]).stdin(text).run()
}

const HEAD: &str = "apiVersion: igwctl/v1\nkind: App\nmetadata: {name: shop, namespace: shop}\n";

/// The same as flags and as a file.
const SAME: [(&str, &str); 7] = [
    ("--host a.example.com", "hosts: [a.example.com]"),
    ("--address 203.0.113.7 --http-port 8080", "address: 203.0.113.7\n  ports: {http: 8080}"),
    (
        "--host a.b --route /api=api:80@9,b:80@1 --route '/=front:80 timeout=5s method=GET header:x=1'",
        "hosts: [a.b]\n  routes:\n  - {prefix: /api, to: ['api:80@9', 'b:80@1']}\n  - {to: ['front:80'], \
         timeout: 5s, method: GET, headers: {x: {exact: '1'}}}",
    ),
    (
        "--host a.b --route 'exact:/x=redirect:/y code=302' --route 'regex:/z=a header:p' --route \
         '/w/=a rewrite=/'",
        "hosts: [a.b]\n  routes:\n  - {exact: /x, redirect: /y, redirectCode: 302}\n  - {regex: /z, to: [a], \
         headers: {p: present}}\n  - {prefix: /w/, to: [a], rewrite: /}",
    ),
    (
        "--host a.b --assume-gateway g:istio=x --assume-gateway h --tls --issuer Issuer/i --acme \
         --min-tls 1.3 --https-redirect --istio-api v1beta1 --cert-manager-api v1beta1",
        "hosts: [a.b]\n  gateway: {namespaces: [g, h], selector: {istio: x}}\n  api: {istio: v1beta1, \
         certManager: v1beta1}\n  tls: {minVersion: '1.3', httpsRedirect: true, certificate: {issuer: \
         Issuer/i, acme: true}}",
    ),
    (
        "--host a.b --tls=SIMPLE --create-issuer acme --acme-email a@b --certificate-name c \
         --secret-name s --duration 48h --renew-before 1h --organization= --common-name= --dns-name \
         a.b --dns-name c.d --usage any --key-algorithm ECDSA --key-size 256 --key-encoding PKCS8",
        "hosts: [a.b]\n  tls:\n    mode: SIMPLE\n    certificate:\n      createIssuer: {acme: {email: \
         a@b}}\n      name: c\n      secretName: s\n      duration: 48h\n      renewBefore: 1h\n      \
         organizations: []\n      commonName: ''\n      dnsNames: [a.b, c.d]\n      usages: [any]\n      \
         key: {algorithm: ECDSA, size: 256, encoding: PKCS8}",
    ),
    (
        "--host a.b --tls --create-issuer ca --ca-secret c --issuer x --ip-address 203.0.113.7",
        "hosts: [a.b]\n  tls: {certificate: {issuer: x, createIssuer: {ca: {secretName: c}}, ipAddresses: \
         [203.0.113.7]}}",
    ),
];

#[test]
fn a_file_says_the_same_as_flags() {
    for (flags, spec) in SAME {
        let text = format!("{HEAD}spec:\n  {spec}\n");
        let file = objects(&of_text(&text).exits(0).text());
        assert_eq!(file, rendered(&format!("shop -n shop {flags}")), "{text}");
    }
}

#[test]
fn what_a_file_says_is_in_its_schema() {
    let schema = std::fs::read_to_string(repository("docs/schema/app.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let value = |text: &str| igwctl::model::yaml::read::<Value>(text).unwrap();
    for (_, spec) in SAME {
        let document = value(&format!("{HEAD}spec:\n  {spec}\n"));
        assert!(schema.validate(&document).is_ok(), "{spec}: {:?}", schema.validate(&document));
    }
    for spec in ["host: [a.b]", "routes: [/=a:80]", "tls: {mode: OFF}", "ports: {http: 70000}"] {
        assert!(!schema.is_valid(&value(&format!("{HEAD}spec: {{{spec}}}\n"))), "{spec}");
    }
}

#[test]
fn several_applications_share_a_file_and_what_is_everybodys() {
    let app = |name: &str, namespace: &str| {
        format!(
            "apiVersion: igwctl/v1\nkind: App\nmetadata: {{name: {name}{namespace}}}\nspec:\n  hosts: \
             [{name}.example.com]\n  routes: [{{to: ['a:80']}}]\n  tls: {{certificate: {{issuer: ours, \
             createIssuer: selfSigned}}}}\n"
        )
    };
    let text = format!("# ours\n{}---\n{}", app("a", ", namespace: no"), app("b", ""));
    let ran = of_text(&text).exits(0);
    let expected = [
        "ClusterIssuer -/ours",
        "Certificate istio-system/no-a",
        "Gateway no/a",
        "VirtualService no/a",
        "Certificate istio-system/default-b",
        "Gateway default/b",
        "VirtualService default/b",
    ];
    assert_eq!(names(&objects(&ran.text())), expected);
    assert!(ran.errors().contains("the namespace is taken to be default"), "{}", ran.errors());
    let ran = Igwctl::new(["render", "-n", "1e3", "-f", "-"]).stdin(text).run().exits(0);
    assert!(names(&objects(&ran.text())).contains(&"Gateway 1e3/b".to_owned()));
    assert!(!ran.errors().contains("the namespace is taken"), "{}", ran.errors());
}

#[test]
fn what_flags_say_of_the_cluster_is_for_applications_that_do_not_say_it() {
    let app = |name: &str, spec: &str| {
        format!(
            "apiVersion: igwctl/v1\nkind: App\nmetadata: {{name: {name}, namespace: shop}}\nspec: \
             {{tls: {{certificate: {{issuer: ours}}}}{spec}}}\n---\n"
        )
    };
    let own = ", address: 203.0.113.9, gateway: {namespaces: [own]}, api: {istio: v1beta1}";
    let ran = Igwctl::new(["render", "-f", "-", "--assume-gateway", "theirs:istio=x"])
        .args(["--address", "203.0.113.7", "--istio-api", "v1alpha3"])
        .stdin(app("a", "") + &app("b", own))
        .run()
        .exits(0);
    assert_eq!(ran.errors().matches("assumed").count(), 0, "{}", ran.errors());
    let objects = objects(&ran.text());
    let expected =
        ["Certificate theirs/shop-a", "Gateway shop/a", "Certificate own/shop-b", "Gateway shop/b"];
    assert_eq!(names(&objects), expected);
    for (gateway, version, host) in [
        (&objects[1], "v1alpha3", "a.203.0.113.7.sslip.io"),
        (&objects[3], "v1beta1", "b.203.0.113.9.sslip.io"),
    ] {
        assert_eq!(gateway["apiVersion"], format!("networking.istio.io/{version}"));
        assert_eq!(gateway["spec"]["servers"][0]["hosts"][0], host);
        assert_eq!(gateway["spec"]["selector"]["istio"], "x");
    }
}

#[test]
fn applications_do_not_get_in_each_others_way() {
    let app = |name: &str, spec: &str| {
        format!(
            "apiVersion: igwctl/v1\nkind: App\nmetadata: {{name: {name}, namespace: shop}}\nspec: \
             {{hosts: [shop.example.com], routes: [{{to: [a]}}]{spec}}}\n---\n"
        )
    };
    let tls = ", tls: {certificate: {secret: s}}";
    let ran = of_text(&(app("a", tls) + &app("b", tls))).exits(2);
    assert!(ran.errors().contains("-:9: spec.hosts: shop.example.com"), "{}", ran.errors());
    assert!(ran.stdout.is_empty());
    let ran = of_text(&(app("a", "") + &app("b", ""))).exits(0);
    assert!(ran.errors().contains("served by shop/a and by shop/b"), "{}", ran.errors());
    let elsewhere = ", gateway: {namespaces: [x]}, tls: {certificate: {secret: s}}";
    of_text(&(app("a", tls) + &app("b", elsewhere))).exits(0);
    let ran = of_text(&(app("a", "") + &app("a", ", ports: {http: 8080}"))).exits(2);
    assert!(ran.errors().contains("Gateway shop/a is another application's"), "{}", ran.errors());
}

#[test]
fn what_is_wrong_is_told_with_file_line_and_field() {
    let unread = [
        ("spec: {host: [a.b]}", "-:4: spec.host: no such field is known here, only hosts, "),
        ("spec:\n  hosts: [a.b]\n  routes:\n  - {to: [A:1]}", "-:7: spec.routes[0].to[0]: A:1"),
        (
            "spec:\n  routes:\n  - {to: [a]}\n  - {to: [b], prefix: x}",
            "-:7: spec.routes[1]: x: a path",
        ),
        ("spec: {routes: [{to: [a], redirect: /x}]}", "both to and redirect"),
        ("spec: {routes: [{}]}", "leads nowhere"),
        ("spec: {tls: {certificate: {duration: 1d}}}", "spec.tls.certificate.duration: "),
        ("spec: {tls: {mode: OFF}}", "spec.tls.mode: "),
        ("spec: {tls: {certificate: {issuer: Foo/a}}}", "spec.tls.certificate.issuer: "),
        ("spec: {address: 1.2.3}", "spec.address: "),
        ("spec: [", "-:"),
        ("", "missing field"),
    ];
    for (spec, words) in unread {
        let ran = of_text(&format!("{HEAD}{spec}\n")).exits(65);
        assert!(ran.errors().contains(words), "{spec}: {}", ran.errors());
        assert!(ran.stdout.is_empty());
    }
    let refused = [
        (
            "spec:\n  hosts:\n  - shop",
            "-:5: spec.hosts: Gateway shop/shop spec.servers[0].hosts[0]: ",
        ),
        ("spec:\n  ports: {}", "-:4: spec.hosts: there is neither"),
        ("spec:\n  hosts: [a.b]\n  tls:\n    mode: SIMPLE", "-:6: spec.tls: SIMPLE needs"),
        (
            "spec:\n  hosts: [a.b]\n  tls:\n    certificate:\n      issuer: i\n      duration: 5m",
            "-:9: spec.tls.certificate.duration: 5m",
        ),
        (
            "spec:\n  hosts: [a.b]\n  tls:\n    certificate:\n      selfSigned: true\n      secret: s",
            "-:8: spec.tls.certificate.selfSigned: ",
        ),
    ];
    for (spec, words) in refused {
        let ran = of_text(&format!("{HEAD}{spec}\n")).exits(2);
        assert!(ran.errors().contains(words), "{spec}: {}", ran.errors());
    }
    let other = of_text("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {}\n").exits(65);
    assert!(other.errors().contains("apiVersion"), "{}", other.errors());
    of_text("# nothing\n").exits(65);
    Igwctl::new(["render", "-f", "-"]).stdin(b"\xff\xfe".to_vec()).run().exits(65);
    run("-f no-such-file.yaml").exits(65);
}

#[test]
fn files_that_an_app_file_names_are_beside_it() {
    let scratch = Scratch::new();
    let made = rcgen::generate_simple_self_signed(vec!["a.example.com".to_owned()]).unwrap();
    scratch.write("deploy/tls.crt", made.cert.pem());
    scratch.write("deploy/tls.key", made.signing_key.serialize_pem());
    let spec = "spec: {hosts: [a.example.com], tls: {certificate: {files: {certificate: tls.crt, key: \
                tls.key}}}}\n";
    let file = scratch.write("deploy/app.yaml", format!("{HEAD}{spec}"));
    let ran = Igwctl::new(["render", "-f"]).args([file]).run().exits(0);
    let objects = objects(&ran.text());
    assert!(of(&objects, "Secret")["data"]["tls.crt"].is_string());
}

#[test]
fn diagnose_passes_over_an_app_file() {
    let scratch = Scratch::new();
    let file = scratch.write("app.yaml", format!("{HEAD}spec: {{hosts: [a.b]}}\n"));
    let diagnosis = crate::support::diagnose([file]).json();
    diagnosis.exits(0).finds(&[]);
    assert_eq!(diagnosis.notices, [""; 0]);
}
