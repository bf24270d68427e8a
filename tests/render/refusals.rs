//! What is refused: each with the flag, and the field of the object where it is about one.

use super::{render, run};
use crate::support::keys::{Valid, pair};
use crate::support::{Igwctl, Scratch};

const SHOP: &str = "shop -n shop --host shop.example.com";

#[test]
fn each_refusal_names_its_flag_and_field() {
    let long = "x".repeat(64);
    let cases = [
        // The application and its place.
        ("Shop -n shop --host a.example.com", "APP: Shop"),
        (&format!("{long} -n shop --host a.example.com"), "APP: "),
        ("shop -n Shop --host a.example.com", "--namespace: Shop"),
        ("shop -n shop", "--host: there is neither a host nor an address"),
        ("1.2.3.4 -n shop --address 203.0.113.7", "APP: 1.2.3.4"),
        // Hosts, as istiod has them.
        ("shop -n shop --host shop", "--host: Gateway shop/shop spec.servers[0].hosts[0]: "),
        ("shop -n shop --host '*x.example.com'", "spec.servers[0].hosts[0]: a wildcard"),
        ("shop -n shop --host a/b.example.com", "--host: a/b.example.com: "),
        ("shop -n shop --host a.7", "spec.servers[0].hosts[0]: its last label 7"),
        ("shop -n shop --host ::1", "spec.servers[0].hosts[0]"),
        (
            "shop -n shop --host '*.example.com' --host a.example.com --route /=a:80",
            "--host: VirtualService shop/shop spec.hosts[1]: ",
        ),
        ("shop -n shop --host a.example.com --host A.example.com. --route /=a:80", "spec.hosts[1]"),
        ("shop -n shop --host 203.0.113.7 --tls --secret s", "--host: 203.0.113.7"),
        // Where the gateway is.
        (&format!("{SHOP} --gateway-selector istio"), "--gateway-selector istio: "),
        (&format!("{SHOP} --gateway-selector istio=~"), "--gateway-selector: istio=~"),
        (&format!("{SHOP} --assume-gateway A"), "--assume-gateway A"),
        (&format!("{SHOP} --assume-gateway a:b=c --assume-gateway d:b=e"), "--assume-gateway: "),
        (&format!("{SHOP} --assume-gateway a:b=c --gateway-selector b=d"), "--gateway-selector: "),
        // Ports.
        (&format!("{SHOP} --http-port 0"), "--http-port: "),
        (&format!("{SHOP} --https-port 443"), "--https-port: "),
        (&format!("{SHOP} --tls --secret s --https-port 0"), "--https-port: "),
        (&format!("{SHOP} --tls --secret s --https-port 80"), "--https-port: 80"),
        (&format!("{SHOP} --tls --secret s --http-port 0 --https-redirect"), "--https-redirect: "),
        (&format!("{SHOP} --tls=PASSTHROUGH --http-port 80"), "--http-port: "),
        // Routes, as istiod has them.
        (
            &format!("{SHOP} --route 'regex:/(=a:80'"),
            "--route: VirtualService shop/shop spec.http[0].match[0].uri.regex: ",
        ),
        (
            &format!("{SHOP} --route /=a:80 --route 'regex:\"/x(?=y)\"=b:80'"),
            "spec.http[0].match[0].uri.regex: ",
        ),
        (
            &format!("{SHOP} --route '/=a:80 header:x=prefix:'"),
            "spec.http[0].match[0].headers[x].prefix: ",
        ),
        (&format!("{SHOP} --route '/=a:80 header:x=regex:*'"), "spec.http[0].match[0].headers[x]"),
        (&format!("{SHOP} --route /=a.7:80"), "spec.http[0].route[0].destination.host: "),
        (&format!("{SHOP} --route /=redirect:/x"), "--route: /=redirect:/x"),
        (&format!("{SHOP} --tls=PASSTHROUGH --route /x=a:80"), "--route: /x=a:80"),
        (&format!("{SHOP} --tls=PASSTHROUGH --route /=redirect:https://b.c"), "--route: "),
        (&format!("{SHOP} --tls=PASSTHROUGH --route /=a:80 --route /=b:80"), "--route: /=b:80"),
    ];
    are_refused(&cases);
}

#[test]
fn each_refusal_of_a_certificate_names_its_flag_and_field() {
    let long = "x".repeat(64);
    let cases: [(&str, &str); _] = [
        // Where it comes from.
        (&format!("{SHOP} --tls"), "--tls: SIMPLE needs a certificate"),
        (&format!("{SHOP} --tls --secret s --self-signed"), "--self-signed: "),
        (&format!("{SHOP} --tls=PASSTHROUGH --secret s"), "--secret: "),
        (&format!("{SHOP} --tls=PASSTHROUGH --min-tls 1.3"), "--min-tls: "),
        (&format!("{SHOP} --tls --secret S"), "--secret: S"),
        (&format!("{SHOP} --tls --secret s --secret-name t"), "--secret-name: "),
        (&format!("{SHOP} --tls --secret s --duration 1h"), "--duration: "),
        (&format!("{SHOP} --tls --self-signed --usage any"), "--usage: "),
        (&format!("{SHOP} --tls --self-signed --certificate-name c"), "--certificate-name: "),
        (&format!("{SHOP} --tls --secret s --client-ca Cargo.toml"), "--client-ca: "),
        (
            &format!("{SHOP} --tls=MUTUAL --secret s --client-ca Cargo.toml"),
            "--client-ca: Cargo.toml",
        ),
        // What is in it, as cert-manager has it.
        (&format!("{SHOP} --tls --issuer i --duration 59m"), "--duration: 59m"),
        (&format!("{SHOP} --tls --issuer i --renew-before 4m"), "--renew-before: 4m"),
        (&format!("{SHOP} --tls --issuer i --renew-before 2160h"), "--renew-before: 2160h"),
        (&format!("{SHOP} --tls --issuer i --usage 'server'"), "--usage: server"),
        (&format!("{SHOP} --tls --issuer i --key-size 1024"), "--key-size: 1024"),
        (&format!("{SHOP} --tls --issuer i --key-algorithm ecdsa --key-size 2048"), "--key-size: "),
        (&format!("{SHOP} --tls --issuer i --common-name {long}x"), "--common-name: "),
        (&format!("{SHOP} --tls --issuer i --dns-name 'a b'"), "--dns-name: a b"),
        (
            &format!("{SHOP} --tls --issuer i --certificate-name C"),
            "Certificate istio-system/C metadata",
        ),
        ("shop -n shop --host '*' --tls --issuer i", "--host: no certificate is for *"),
        // ACME takes names alone.
        (&format!("{SHOP} --tls --issuer i --acme --organization o"), "--organization: "),
        (&format!("{SHOP} --tls --issuer i --acme --ip-address 203.0.113.7"), "--ip-address: "),
        (&format!("{SHOP} --tls --issuer i --acme --usage 'client auth'"), "--usage: "),
        (&format!("{SHOP} --tls --issuer i --acme --common-name x.y"), "--common-name: x.y"),
        (&format!("{SHOP} --tls=MUTUAL --issuer i --acme"), "--client-ca: "),
        (&format!("{SHOP} --tls --create-issuer acme --acme-server http://x"), "--acme-server: "),
        ("shop -n shop --host '*.a.com' --tls --create-issuer acme", "--host: *.a.com: HTTP-01"),
        (&format!("{SHOP} --tls --issuer i --create-issuer ca --ca-secret s --acme"), "--acme: "),
        (&format!("{SHOP} --tls --create-issuer ca --ca-secret S"), "--ca-secret: S"),
    ];
    are_refused(&cases);
}

#[track_caller]
fn are_refused(cases: &[(&str, &str)]) {
    for (line, words) in cases {
        let ran = run(line).exits(2);
        let errors = ran.errors();
        assert!(ran.stdout.is_empty(), "{line}: {}", ran.text());
        assert_eq!(errors.matches("error:").count(), 1, "{line}: {errors}");
        assert!(errors.contains(words), "{line}: {errors}");
    }
}

#[test]
fn a_wrong_command_line_is_told_at_its_flag() {
    let cases = [
        ("", "APP"),
        (&format!("{SHOP} --route api=a:80"), "--route"),
        (&format!("{SHOP} --route 'regex:/a=b=c:80'"), "quoted: \"/a=b\"=SERVICE:PORT"),
        (&format!("{SHOP} --address 1.2.3"), "--address"),
        (&format!("{SHOP} --secret s"), "--tls"),
        (&format!("{SHOP} --tls=OFF --secret s"), "PASSTHROUGH"),
        (&format!("{SHOP} --tls --cert a"), "--key"),
        (&format!("{SHOP} --tls --issuer Secret/a"), "--issuer"),
        (&format!("{SHOP} --tls --issuer i --duration soon"), "--duration"),
        (&format!("{SHOP} --tls --create-issuer ca"), "--ca-secret"),
        (&format!("{SHOP} --tls --create-issuer ca --ca-secret s --acme-email a"), "acme"),
        (&format!("{SHOP} --tls --create-issuer selfsigned --ca-secret s"), "ca"),
        (&format!("{SHOP} --acme"), "--issuer"),
        (&format!("{SHOP} -f x.yaml"), "--file"),
        (&format!("{SHOP} --istio-api v2"), "v1alpha3"),
        (&format!("{SHOP} --now yesterday"), "--now"),
        (&format!("{SHOP} -o table"), "yaml"),
    ];
    for (line, words) in cases {
        let ran = run(line).exits(2);
        assert!(ran.stdout.is_empty() && ran.errors().contains(words), "{line}: {}", ran.errors());
    }
}

/// `render` of a host with a certificate and key from files.
fn with_files(scratch: &Scratch, certificate: &str, key: &str, now: &str) -> Igwctl {
    let path = |name: &str| scratch.path(name).display().to_string();
    let (certificate, key) = (path(certificate), path(key));
    let tls = ["--tls", "--cert", &certificate, "--key", &key, "--now", now];
    render(["shop", "-n", "shop", "--host", "shop.example.com"]).args(tls)
}

#[test]
fn a_pair_that_cannot_be_served_is_refused() {
    let scratch = Scratch::new();
    for (name, host, valid) in [
        ("good", "shop.example.com", Valid::Now),
        ("other", "shop.example.com", Valid::Now),
        ("old", "shop.example.com", Valid::Before),
        ("new", "shop.example.com", Valid::Later),
        ("host", "x.example.com", Valid::Now),
    ] {
        let pair = pair(host, valid);
        scratch.write(&format!("{name}.crt"), pair.certificate);
        scratch.write(&format!("{name}.key"), pair.key);
    }
    scratch.write("not.pem", "no PEM");
    let now = crate::support::keys::NOW;
    let cases = [
        ("good.crt", "other.key", "the key is not the certificate's"),
        ("old.crt", "old.key", "expired at 2025-"),
        ("new.crt", "new.key", "valid from 2031-"),
        ("host.crt", "host.key", "for x.example.com, not for shop.example.com"),
        ("not.pem", "good.key", "is not a PEM certificate"),
        ("good.crt", "not.pem", "is not a PEM private key"),
    ];
    for (certificate, key, words) in cases {
        let ran = with_files(&scratch, certificate, key, now).run().exits(2);
        assert!(ran.errors().contains(words), "{certificate} {key}: {}", ran.errors());
        assert!(ran.errors().contains("--cert: "), "{}", ran.errors());
        assert!(ran.stdout.is_empty());
    }
    with_files(&scratch, "good.crt", "none.key", now).run().exits(65);
    let path = scratch.path("good.crt").display().to_string();
    let mutual = ["--tls=MUTUAL", "--cert", &path, "--key", &path.replace(".crt", ".key")];
    let ran = render(["shop", "-n", "shop", "--host", "shop.example.com", "--now", now]);
    let ran = ran.args(mutual).run().exits(2);
    assert!(ran.errors().contains("--client-ca: "), "{}", ran.errors());
}
