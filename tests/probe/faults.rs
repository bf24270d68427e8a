//! What no Envoy gives: ports without a listener, and servers that send rubbish, nothing, or
//! without end.

use std::collections::BTreeSet;

use igwctl::probe::Sense;
use rayon::prelude::*;

use super::case::{BOTH, Case, codes, json, of_server, squeezed};
use super::{answers, handshakes, redirects, servers};
use crate::support::Igwctl;

/// A server, how it is asked, how that must end, what it must be taken for, and what must be said.
type Fault = (fn() -> u16, &'static str, &'static [&'static str], i32, &'static str, &'static str);

const SOON: &[&str] = &["--timeout", "1s"];

const FAULTS: &[Fault] = &[
    (
        || *servers::CLOSED,
        "http",
        &[],
        1,
        "refused",
        "refuses the connection: nothing listens there",
    ),
    (servers::full, "http", SOON, 1, "connect-timed-out", "does not answer in time"),
    (|| servers::serve(servers::silent), "http", SOON, 1, "unanswered", "no answer in time"),
    (|| servers::serve(servers::silent), "https", SOON, 1, "tls-timed-out", "in the TLS handshake"),
    (|| servers::serve(servers::shut), "http", &[], 1, "closed", "perhaps the port wants TLS"),
    (|| servers::serve(servers::shut), "https", &[], 1, "tls-closed", "in the TLS handshake"),
    (|| servers::serve(servers::hang_up), "http", &[], 1, "closed", "perhaps the port wants TLS"),
    (|| servers::serve(servers::hang_up), "https", &[], 1, "tls-closed", "the TLS handshake"),
    (
        || servers::serve(servers::ssh),
        "http",
        SOON,
        1,
        "not-http",
        r#"it begins "SSH-2.0-tests\r\n\x1b]0;…""#,
    ),
    (|| servers::serve(servers::ssh), "https", SOON, 1, "not-tls", r#"it begins "SSH-2.0-tests"#),
    (|| servers::serve(servers::rubbish), "http", &[], 1, "not-http", r#"it begins "\x99\x99"#),
    (|| servers::serve(servers::rubbish), "https", &[], 1, "not-tls", r#"it begins "\x99\x99"#),
    (|| servers::serve(servers::endless_head), "http", &[], 1, "head-too-long", "does not end"),
    (|| servers::serve(servers::endless_line), "http", &[], 1, "head-too-long", "does not end"),
    (|| servers::serve(servers::endless_hints), "http", &[], 1, "head-too-long", "does not end"),
    (|| servers::serve(servers::endless_body), "http", &[], 0, "answered", "bytes and more"),
    (|| servers::serve(servers::half), "http", SOON, 1, "unanswered", "only 31 bytes came"),
    (|| servers::serve(servers::half_and_shut), "http", &[], 1, "cut-short", "it breaks off"),
    (|| servers::serve(servers::balancer), "http", &[], 1, "another-server", "503 of awselb/2.0"),
    (
        || servers::serve(servers::nginx),
        "http",
        &[],
        0,
        "answered",
        "200 of nginx, which says nothing",
    ),
    (|| servers::serve(servers::limit), "http", &[], 1, "rate-limited", "429 of a rate limit"),
    (|| servers::serve(servers::token), "http", &[], 1, "token-refused", "Jwt is expired"),
    (|| servers::serve(servers::too_large), "http", &[], 1, "gateway-refuses", "the request: 431"),
    (|| servers::serve(servers::nowhere), "http", &[], 0, "redirect-nowhere", "302 to mailto:ann"),
    (
        || servers::serve(servers::unknown_name),
        "https",
        &[],
        1,
        "tls-unknown-name",
        "alert unrecognized_name",
    ),
    (
        || servers::serve(servers::internal_error),
        "https",
        &[],
        1,
        "tls-failed",
        "alert internal_error",
    ),
    (|| servers::serve(servers::internal_error), "http", &[], 1, "plain-http-to-tls", "https://"),
    (
        || servers::serve(servers::nginx),
        "http",
        &["--http2"],
        1,
        "not-http",
        r#"not HTTP: "HTTP/1.1 200 OK"#,
    ),
    (
        || servers::serve(servers::refuse_streams),
        "http",
        &["--http2"],
        1,
        "http-failed",
        "stream error",
    ),
];

#[test]
fn each_fault_is_told_and_ends() {
    FAULTS.par_iter().for_each(|(server, scheme, args, exit, code, says)| {
        let port = server();
        let text = of_server(scheme, port, args).run().exits(*exit).text();
        assert!(squeezed(&text).contains(says), "{code} does not say {says}:\n{text}");
        assert!(!text.contains('\u{1b}'), "{text:?}");
        let value = json(of_server(scheme, port, args).args(["-o", "json"]).run());
        assert_eq!(codes(&value).last().map(String::as_str), Some(*code), "{value:#}");
    });
}

#[test]
fn a_port_is_refused_over_both_loopbacks() {
    for address in BOTH {
        let url = format!("https://{}/", std::net::SocketAddr::new(address, *servers::CLOSED));
        let value = json(Igwctl::new(["probe", &url, "-o", "json"]).run().exits(1));
        assert_eq!(codes(&value), ["refused"]);
        assert_eq!(value["results"][0]["hops"][0]["tcp"]["error"], "refused");
    }
}

#[test]
fn a_name_is_looked_up_as_other_clients_do() {
    let port = servers::CLOSED.to_string();
    let args = ["probe", "localhost", "--http-port", &port, "-o", "json"];
    let value = json(Igwctl::new(args).run().exits(1));
    let dns = &value["results"][0]["hops"][0]["dns"];
    assert_eq!(dns["name"], "localhost");
    for address in dns["addresses"].as_array().unwrap() {
        assert!(["127.0.0.1", "::1"].map(Into::into).contains(address), "{address}");
    }
    assert_eq!(codes(&value), ["refused"]);
}

/// A label longer than DNS can carry, so that nobody is asked.
#[test]
fn a_name_that_is_none_is_told() {
    let url = format!("https://{}.test/", "a".repeat(64));
    let value = json(Igwctl::new(["probe", &url, "-o", "json"]).run().exits(1));
    assert_eq!(codes(&value), ["name-unknown"]);
    assert_eq!(value["results"][0]["address"], serde_json::Value::Null);
    let text = Igwctl::new(["probe", &url]).run().exits(1).text();
    assert!(squeezed(&text).contains("--address"), "{text}");
}

/// The system itself refuses these addresses, before anything is sent.
#[test]
fn where_this_machine_gets_nowhere_that_is_3() {
    let of = |address: &str| {
        let args = ["probe", "http://shop.test/", "--address", address, "-o", "json"];
        Igwctl::new(args)
    };
    let value = json(of("255.255.255.255").run().exits(3));
    assert_eq!(codes(&value), ["unreachable"]);
    assert_eq!(codes(&json(of("fe80::1").run().exits(1))), ["connect-failed"]);
    // What another address gives counts, and this machine's want is a warning.
    let port = servers::serve(servers::nginx).to_string();
    let both = of("255.255.255.255").args(["--address", "127.0.0.1", "--http-port", &port]);
    let value = json(both.run().exits(0));
    assert_eq!(value["summary"], serde_json::json!({"requests": 2, "errors": 0, "warnings": 1}));
}

/// What only a DNS server that fails, or a certificate that no library makes, brings about; unit
/// tests have them.
const ELSEWHERE: &[&str] = &["certificate-unreadable", "name-failed"];

#[test]
fn everything_that_probe_can_say_is_brought_about() {
    let mut told: BTreeSet<&str> = FAULTS.iter().map(|it| it.4).collect();
    let cases = [answers::CASES, handshakes::CASES, redirects::CASES];
    told.extend(cases.into_iter().flatten().flat_map(Case::tells));
    told.extend(["name-unknown", "unreachable", "connect-failed", "tls-no-sni"]);
    told.extend(ELSEWHERE);
    let all: BTreeSet<&str> = Sense::ALL.iter().map(|it| it.code()).collect();
    assert_eq!(all.difference(&told).collect::<Vec<_>>(), Vec::<&&str>::new());
}
