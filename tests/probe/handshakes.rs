//! TLS at the gateway: chains by SNI, certificates of each kind, versions, MUTUAL.

use rayon::prelude::*;

use super::case::{BOTH, Case, case, codes, json};

/// Every way in which a handshake with a real gateway ends.
pub(super) const CASES: &[Case] = &[
    case(
        "tls-reset",
        "https://unknown.test/",
        1,
        &[
            "tls reset",
            "no filter chain is for this SNI",
            "next igwctl diagnose --gateway unknown.test",
        ],
    ),
    case("tls-reset", "https://pending.test/", 1, &["its server's secret never came"]),
    case(
        "tls-closed",
        "https://tcp.test/",
        1,
        &["a TCP or PASSTHROUGH route leads to a destination"],
    ),
    case(
        "tls-to-plain-http",
        "https://shop.test/",
        1,
        &["not TLS: \"HTTP/1.1 400 Bad Request", "TLS was spoken to a port of plain HTTP"],
    )
    .at("http"),
    case("plain-http-to-tls", "http://shop.test/", 1, &["http reset", "ask with https://"])
        .at("https"),
    case("plain-http-to-tls", "http://shop.test/", 1, &["http closed", "ask with https://"])
        .at("all"),
    case("reset", "http://shop.test/", 1, &["a TCP route leads to a destination"]).at("tcp"),
    case(
        "certificate-name certificate-untrusted no-route",
        "https://unknown.test/",
        1,
        &["not for this host, not trusted"],
    )
    .at("all"),
    case("tls-version", "https://ancient.test/", 1, &["alert protocol_version"]),
    case("tls-version", "https://new.test/", 1, &["minProtocolVersion is above"])
        .with(&["--tls-max", "1.2"]),
    case("tls-refused", "https://cipher.test/", 1, &["alert handshake_failure", "cipherSuites"]),
    case("no-http2", "https://one.wild.test/", 1, &["the server does not choose HTTP/2"])
        .with(&["--http2", "--ca", "{ca}"]),
    case("answered", "https://one.wild.test/", 0, &["200 (HTTP/1.1)"]).with(&["--ca", "{ca}"]),
    case("answered", "https://mutual.test/", 0, &["asked for, and given", "CN=The clients' CA"])
        .with(&["--ca", "{ca}", "--cert", "{client.crt}", "--key", "{client.key}"]),
    case("answered", "https://mutual12.test/", 0, &["TLS 1.2", "asked for, and given"]).with(&[
        "--ca",
        "{ca}",
        "--cert",
        "{client.crt}",
        "--key",
        "{client.key}",
    ]),
    case(
        "client-certificate-missing",
        "https://mutual.test/",
        1,
        &["asked for, and not given; taken from CN=The clients' CA", "give --cert and --key"],
    )
    .with(&["--ca", "{ca}"]),
    case("client-certificate-missing", "https://mutual12.test/", 1, &["alert handshake_failure"])
        .with(&["--ca", "{ca}"]),
    case("client-certificate-refused", "https://mutual.test/", 1, &["alert unknown_ca"]).with(&[
        "--ca",
        "{ca}",
        "--cert",
        "{stranger.crt}",
        "--key",
        "{stranger.key}",
    ]),
    case("client-certificate-refused", "https://mutual12.test/", 1, &["alert unknown_ca"]).with(&[
        "--ca",
        "{ca}",
        "--cert",
        "{stranger.crt}",
        "--key",
        "{stranger.key}",
    ]),
    case(
        "certificate-name answered",
        "https://wrong.test/",
        1,
        &[
            "not for this host, trusted",
            "the certificate is not for wrong.test: it is for",
            "shop.test, secure.test, alone.test, other.test and 11 more",
        ],
    )
    .with(&["--ca", "{ca}"]),
    // One label stands for one.
    case("certificate-name answered", "https://two.one.wild.test/", 1, &["not for this host"])
        .with(&["--ca", "{ca}"]),
    case(
        "certificate-expired answered",
        "https://old.test/",
        1,
        &[
            "2001-01-01 to 2002-01-01, expired",
            "the certificate has expired: it ended 2002-01-01 00:00:00Z",
            "for this host, trusted",
        ],
    )
    .with(&["--ca", "{ca}"]),
    case(
        "certificate-not-yet-valid answered",
        "https://later.test/",
        1,
        &["not yet valid: it begins 2090-01-01 00:00:00Z"],
    )
    .with(&["--ca", "{ca}"]),
    case(
        "certificate-untrusted answered",
        "https://strange.test/",
        1,
        &["clients do not trust the certificate: it signed itself"],
    )
    .with(&["--ca", "{ca}"]),
    case("answered", "https://strange.test/", 0, &["for this host, trusted"])
        .with(&["--ca", "{strange}"]),
    case(
        "certificate-untrusted answered",
        "https://alone.test/",
        1,
        &["no CA of --ca signed it, or one between them is missing"],
    )
    .with(&["--ca", "{ca}"]),
    case("certificate-untrusted answered", "https://shop.test/", 1, &["no CA of --ca signed it"])
        .with(&["--ca", "{strange}"]),
    // What is wrong is told, and put up with.
    case(
        "certificate-expired certificate-untrusted answered",
        "https://old.test/",
        0,
        &["has expired", "0 errors, 1 warning"],
    )
    .with(&["-k"]),
    case(
        "certificate-untrusted not-sent",
        "https://strange.test/",
        1,
        &["the request was not sent"],
    )
    .with(&["-H", "Authorization: Bearer t0ken"]),
    case("certificate-untrusted answered", "https://strange.test/", 0, &["the backend answers"])
        .with(&["-k", "-H", "Authorization: Bearer t0ken"]),
];

#[test]
fn each_end_of_a_handshake_is_told_from_the_others() {
    CASES.par_iter().for_each(Case::holds);
}

#[test]
fn a_client_that_asks_for_an_address_sends_no_name() {
    for (address, url) in BOTH.into_iter().zip(["https://127.0.0.1/", "https://[::1]/"]) {
        let probe = |listener: &str| {
            let port = super::gateway::port(listener, address).to_string();
            crate::support::Igwctl::new(["probe", url, "--https-port", &port, "-o", "json"])
                .args(["--ca", &super::case::filled("{ca}")])
        };
        let refused = json(probe("https").run().exits(1));
        assert_eq!(codes(&refused), ["tls-no-sni"]);
        let taken = json(probe("all").run().exits(0));
        let hop = &taken["results"][0]["hops"][0];
        assert_eq!(hop["sni"], serde_json::Value::Null);
        assert_eq!(hop["tls"]["certificate"]["isForHost"], true);
    }
}

#[test]
fn the_certificate_is_shown_as_it_came() {
    let probe =
        case("answered", "https://shop.test/", 0, &[]).with(&["--ca", "{ca}", "-o", "json"]);
    let value = json(probe.probe(BOTH[0]).run().exits(0));
    let certificate = &value["results"][0]["hops"][0]["tls"]["certificate"];
    assert_eq!(certificate["subject"], "CN=shop");
    assert_eq!(certificate["issuer"], "CN=The tests' CA between");
    assert_eq!(certificate["chain"], serde_json::json!(["CN=The tests' CA between"]));
    assert_eq!(certificate["notAfter"], "2090-01-01T00:00:00Z");
    assert_eq!(
        (&certificate["isForHost"], &certificate["isTrusted"]),
        (&true.into(), &true.into())
    );
    let names = certificate["names"].as_array().unwrap();
    assert!(names.contains(&"shop.test".into()) && names.contains(&"::1".into()), "{names:?}");
}

#[test]
fn the_cas_of_the_machine_are_trusted_where_none_are_named() {
    let probe = |ca: &str| {
        case("answered", "https://shop.test/", 0, &[])
            .probe(BOTH[0])
            .env("SSL_CERT_FILE", &super::case::filled(ca))
    };
    probe("{ca}").run().exits(0);
    let text = probe("{strange}").run().exits(1).text();
    assert!(text.contains("no CA of this machine signed it"), "{text}");
}

#[test]
fn files_that_are_no_pair_are_65_and_are_not_quoted() {
    let scratch = crate::support::Scratch::new();
    let broken = scratch.write("broken.pem", "-----BEGIN PRIVATE KEY-----\nkGb7-planted-mark-q0Zx");
    let broken = broken.to_str().unwrap();
    let wrong: [(&[&str], &str); 6] = [
        (&["--ca", "/nowhere/ca.crt"], "/nowhere/ca.crt: there is no such file"),
        (&["--ca", broken], "damaged PEM"),
        (&["--ca", "{client.key}"], "there is no PEM certificate in it"),
        (&["--cert", "{client.crt}", "--key", broken], "no private key in PEM"),
        (&["--cert", "{client.crt}", "--key", "{client.crt}"], "no private key in PEM"),
        (
            &["--cert", "{client.crt}", "--key", "{stranger.key}"],
            "does not belong to the certificate",
        ),
    ];
    for (args, says) in wrong {
        let args = args.iter().map(|it| super::case::filled(it));
        let ran = crate::support::Igwctl::new(["probe", "https://127.0.0.1:1/"])
            .args(args)
            .run()
            .exits(65);
        assert!(ran.errors().contains(says), "{}", ran.errors());
        assert!(ran.stdout.is_empty(), "{}", ran.text());
    }
}
