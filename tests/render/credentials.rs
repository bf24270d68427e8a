//! Certificates and secrets: where they land, under which names, and what is in them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{names, objects, of, render, rendered, run};
use crate::support::keys::{self, NOW, Valid};
use crate::support::{Igwctl, Ran, Scratch};

const SHOP: &str = "shop -n shop --host shop.example.com --route /=a:80";

#[test]
fn the_certificate_lands_where_the_gateway_looks() {
    let of_line = |line: &str| names(&rendered(&format!("{SHOP} {line}")));
    let both = ["Gateway shop/shop", "VirtualService shop/shop"];
    // In a namespace that is not the application's, the name says whose it is.
    let expected = [&["Certificate istio-system/shop-shop"], &both[..]].concat();
    assert_eq!(of_line("--tls --issuer i"), expected);
    let expected = [&["Certificate shop/shop"], &both[..]].concat();
    assert_eq!(of_line("--tls --issuer i --assume-gateway shop"), expected);
    // In all of them, under one name, for the Gateway says it once.
    let line =
        "--tls --issuer i --create-issuer selfsigned --assume-gateway shop --assume-gateway b";
    let certificates = ["Certificate b/shop-shop", "Certificate shop/shop-shop"];
    let expected = [&["ClusterIssuer -/i"], &certificates[..], &both[..]].concat();
    assert_eq!(of_line(line), expected);
    let errors = run(&format!("{SHOP} {line}")).errors();
    assert!(errors.contains("the secret is needed in b, shop"), "{errors}");
}

#[test]
fn names_are_the_tutorials_unless_said() {
    let secret = |line: &str| {
        let objects = rendered(&format!("{SHOP} --tls {line}"));
        let server = &of(&objects, "Gateway")["spec"]["servers"][1];
        let named = server["tls"]["credentialName"].as_str().unwrap().to_owned();
        let certificate = objects.iter().find(|it| it["kind"] == "Certificate");
        if let Some(certificate) = certificate {
            assert_eq!(certificate["spec"]["secretName"], named.as_str());
        }
        named
    };
    assert_eq!(secret("--issuer i"), "shop-shop-cert");
    assert_eq!(secret("--issuer i --assume-gateway shop"), "shop-cert");
    assert_eq!(secret("--issuer i --secret-name no"), "no");
    assert_eq!(secret("--secret 1e3"), "1e3");
}

#[test]
fn a_certificate_says_what_was_asked_for_in_each_version() {
    let spec = |line: &str| {
        let objects = rendered(&format!("{SHOP} --tls --issuer Issuer/i {line}"));
        of(&objects, "Certificate")["spec"].clone()
    };
    let more = "--organization a --organization b --key-size 4096 --key-encoding pkcs8";
    let v1 = json!({
        "secretName": "shop-shop-cert", "duration": "2160h", "renewBefore": "360h",
        "subject": {"organizations": ["a", "b"]},
        "commonName": "shop.example.com", "isCA": false,
        "privateKey": {"algorithm": "RSA", "encoding": "PKCS8", "size": 4096},
        "usages": ["server auth", "client auth"],
        "dnsNames": ["shop.example.com"],
        "issuerRef": {"name": "i", "kind": "Issuer"},
    });
    assert_eq!(spec(more), v1);
    assert_eq!(spec(&format!("{more} --cert-manager-api v1beta1")), v1);
    let mut old = v1;
    let old = old.as_object_mut().unwrap();
    old.remove("privateKey");
    old.insert("keySize".to_owned(), json!(4096));
    old.insert("keyAlgorithm".to_owned(), json!("rsa"));
    old.insert("keyEncoding".to_owned(), json!("pkcs8"));
    assert_eq!(spec(&format!("{more} --cert-manager-api v1alpha3")), json!(old));
    old.remove("subject");
    old.insert("organization".to_owned(), json!(["a", "b"]));
    assert_eq!(spec(&format!("{more} --cert-manager-api v1alpha2")), json!(old));
}

#[test]
fn what_is_in_a_certificate_has_defaults_that_can_be_taken_away() {
    let spec = |line: &str| {
        let objects = rendered(&format!("shop -n shop --tls {line}"));
        of(&objects, "Certificate")["spec"].clone()
    };
    let it = spec("--address 203.0.113.7 --issuer i");
    assert_eq!(it["ipAddresses"], json!(["203.0.113.7"]));
    assert_eq!(it["subject"]["organizations"], json!(["shop"]));
    let none = "--organization= --common-name= --ip-address=";
    let it = spec(&format!("--address 203.0.113.7 --issuer i {none}"));
    for field in ["ipAddresses", "subject", "commonName"] {
        assert!(it.get(field).is_none(), "{field}: {it}");
    }
    // A common name of more than 64 bytes no certificate takes.
    let long = format!("{}.{}.example.com", "a".repeat(40), "b".repeat(20));
    assert!(spec(&format!("--host {long} --issuer i")).get("commonName").is_none());
    let it = spec("--host a.com --issuer i --key-algorithm ecdsa");
    assert_eq!(it["privateKey"], json!({"algorithm": "ECDSA", "size": 256}));
    // ACME's servers take names alone.
    for line in ["--issuer i --acme", "--create-issuer acme"] {
        let it = spec(&format!("--address 203.0.113.7 {line}"));
        assert!(it.get("ipAddresses").is_none() && it.get("subject").is_none(), "{it}");
        assert_eq!(it["usages"], json!(["server auth"]));
    }
    let it = spec("--address 2001:db8::1 --issuer i");
    assert_eq!(it["dnsNames"], json!(["shop.2001-db8--1.sslip.io"]));
    assert_eq!(it["ipAddresses"], json!(["2001:db8::1"]));
}

#[test]
fn an_issuer_is_made_beside_its_certificate() {
    let of_line = |line: &str| rendered(&format!("{SHOP} --tls {line}"));
    let objects = of_line("--create-issuer selfsigned");
    assert_eq!(names(&objects)[0], "Issuer istio-system/shop-shop-issuer");
    assert_eq!(objects[0]["spec"], json!({"selfSigned": {}}));
    let reference = json!({"name": "shop-shop-issuer", "kind": "Issuer"});
    assert_eq!(of(&objects, "Certificate")["spec"]["issuerRef"], reference);
    let objects = of_line("--create-issuer ca --ca-secret our-ca --issuer ours");
    assert_eq!(names(&objects)[0], "ClusterIssuer -/ours");
    assert_eq!(objects[0]["spec"], json!({"ca": {"secretName": "our-ca"}}));
    let objects = of_line("--create-issuer acme --acme-email a@example.com --issuer le");
    let solver = json!({"http01": {"ingress": {"class": "istio"}}});
    let acme = json!({
        "server": "https://acme-v02.api.letsencrypt.org/directory",
        "email": "a@example.com",
        "privateKeySecretRef": {"name": "le-account-key"},
        "solvers": [solver],
    });
    assert_eq!(objects[0]["spec"], json!({"acme": acme}));
    let line = "--create-issuer acme --acme-server letsencrypt-staging --acme-ingress-class x";
    let acme = &of_line(line)[0]["spec"]["acme"];
    assert!(acme["server"].as_str().unwrap().contains("staging"), "{acme}");
    assert_eq!(acme["solvers"][0]["http01"]["ingress"]["class"], "x");
    // Ingresses come to other pods than these.
    let line = format!("{SHOP} --tls --create-issuer acme --gateway-selector istio=ingress");
    assert!(run(&line).errors().contains("ingressSelector"));
}

#[test]
fn clients_are_checked_against_a_ca_that_is_there() {
    let scratch = Scratch::new();
    let ca = keys::pair("clients", Valid::Now).certificate;
    let path = scratch.write("ca.crt", &ca).display().to_string();
    let line = |source: &str| {
        let arguments = format!("{SHOP} --tls=MUTUAL {source} --client-ca {path} --now {NOW}");
        rendered(&arguments)
    };
    for (source, name) in [("--issuer i", "shop-shop-cert-cacert"), ("--secret s", "s-cacert")] {
        let objects = line(source);
        let secret = of(&objects, "Secret");
        assert_eq!(secret["metadata"]["name"], name);
        assert_eq!(secret["data"], json!({"ca.crt": STANDARD.encode(&ca)}));
        assert_eq!(of(&objects, "Gateway")["spec"]["servers"][1]["tls"]["mode"], "MUTUAL");
    }
    for (source, words) in [("--issuer i", "writes to ca.crt"), ("--secret s", "s-cacert")] {
        let errors = run(&format!("{SHOP} --tls=MUTUAL {source}")).exits(0).errors();
        assert!(errors.contains(words), "{errors}");
    }
    let old = keys::pair("clients", Valid::Before).certificate;
    scratch.write("ca.crt", old);
    let ran = run(&format!("{SHOP} --tls=MUTUAL --secret s --client-ca {path} --now {NOW}"));
    assert!(ran.exits(2).errors().contains("--client-ca: "));
}

/// A pair whose key tests do not look out for, since it is to be in a Secret.
fn pair(scratch: &Scratch) -> [String; 2] {
    let made = rcgen::generate_simple_self_signed(vec!["shop.example.com".to_owned()]).unwrap();
    let certificate = scratch.write("tls.crt", made.cert.pem());
    let key = scratch.write("tls.key", made.signing_key.serialize_pem());
    [certificate, key].map(|path| path.display().to_string())
}

#[test]
fn files_become_the_secret() {
    let scratch = Scratch::new();
    let [certificate, key] = pair(&scratch);
    let line = format!("{SHOP} --tls --cert {certificate} --key {key}");
    let ran = run(&line).exits(0);
    let objects = objects(&ran.text());
    let expected =
        ["Secret istio-system/shop-shop-cert", "Gateway shop/shop", "VirtualService shop/shop"];
    assert_eq!(names(&objects), expected);
    let secret = of(&objects, "Secret");
    assert_eq!(secret["type"], "kubernetes.io/tls");
    let data = |key: &str| STANDARD.decode(secret["data"][key].as_str().unwrap()).unwrap();
    assert_eq!(data("tls.crt"), std::fs::read(certificate).unwrap());
    assert_eq!(data("tls.key"), std::fs::read(key).unwrap());
    assert!(secret["data"].get("ca.crt").is_none());
    assert!(!ran.errors().contains("PRIVATE"));
}

/// `render --self-signed` with its CA in the scratch folder.
fn self_signed(scratch: &Scratch, more: &[&str]) -> Igwctl {
    let folder = scratch.path("ca").display().to_string();
    render(["shop", "-n", "shop", "--tls", "--self-signed", "--ca-dir", &folder]).args(more)
}

fn secret(ran: &Ran) -> Value {
    of(&objects(&ran.text()), "Secret").clone()
}

#[test]
fn a_certificate_that_is_made_here_is_kept_with_its_ca_and_made_anew_in_time() {
    let scratch = Scratch::new();
    let host = ["--host", "shop.example.com", "--now"];
    let at = |now: &str| self_signed(&scratch, &host).args([now]).run().exits(0);
    let first = at(NOW);
    assert_eq!(first.stdout, at(NOW).stdout, "the same intent, the same bytes");
    let first = secret(&first);
    // 2160h less 360h after it was made it is to be renewed; the CA stays.
    let kept = secret(&at("2027-02-06T03:00:00Z"));
    assert_eq!(kept, first);
    let renewed = secret(&at("2027-02-08T03:00:00Z"));
    assert_ne!(renewed["data"]["tls.key"], first["data"]["tls.key"]);
    assert_eq!(renewed["data"]["ca.crt"], first["data"]["ca.crt"]);
    // Another one is made for other names.
    let other = ["--host", "x.example.com", "--now", "2027-02-08T03:00:00Z"];
    let other = secret(&self_signed(&scratch, &other).run().exits(0));
    assert_ne!(other["data"]["tls.crt"], renewed["data"]["tls.crt"]);
    assert_eq!(other["data"]["ca.crt"], first["data"]["ca.crt"]);
    // Once the CA is past its end, nothing is signed with it.
    let ran = self_signed(&scratch, &host).args(["2037-01-01T00:00:00Z"]).run().exits(65);
    assert!(ran.errors().contains("expired") && ran.stdout.is_empty(), "{}", ran.errors());
}

#[test]
fn keys_are_kept_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new();
    let host = ["--host", "shop.example.com", "--now", NOW];
    self_signed(&scratch, &host).run().exits(0);
    let folder = scratch.path("ca");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let names = ["ca.crt", "ca.pem", "shop.shop.pem"];
    for name in names {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
    let ca = std::fs::read_to_string(folder.join("ca.crt")).unwrap();
    assert!(ca.contains("BEGIN CERTIFICATE") && !ca.contains("PRIVATE KEY"));
    // A key that others could read is no key to sign with.
    let opened = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(folder.join("ca.pem"), opened).unwrap();
    let ran = self_signed(&scratch, &host).run().exits(3);
    assert!(ran.errors().contains("others may read it") && ran.stdout.is_empty());
    std::fs::write(folder.join("ca.pem"), "not a key").unwrap();
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(folder.join("ca.pem"), private).unwrap();
    self_signed(&scratch, &host).run().exits(65);
}

#[test]
fn without_a_directory_the_ca_is_kept_among_the_users_data() {
    let scratch = Scratch::new();
    let home = scratch.path("home").display().to_string();
    let line =
        ["render", "shop", "-n", "shop", "--host", "a.example.com", "--tls", "--self-signed"];
    Igwctl::new(line).env("HOME", &home).run().exits(0);
    assert!(scratch.path("home/.local/share/igwctl/ca.pem").is_file());
    let data = scratch.path("data").display().to_string();
    Igwctl::new(line).env("HOME", &home).env("XDG_DATA_HOME", &data).run().exits(0);
    assert!(scratch.path("data/igwctl/ca.pem").is_file());
    let ran = Igwctl::new(line).run().exits(2);
    assert!(ran.errors().contains("--ca-dir"), "{}", ran.errors());
}
