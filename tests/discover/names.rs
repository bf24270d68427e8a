//! A load balancer's host name, asked of a name server of the test's own, on loopback.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::mesh::{Mesh, strings};
use crate::support::name_server::{Answer, NameServer};

/// Longer than a name may take, and a loaded machine.
const SLACK: Duration = Duration::from_secs(20);

fn balanced() -> Mesh {
    Mesh::new().gateway(
        "istio-system",
        "ingress",
        json!({}),
        json!({"ingress": [{"hostname": "lb-1.example.com"}]}),
    )
}

fn found(server: &NameServer) -> Value {
    let found = balanced().found(&["--resolver", &server.address()]);
    found["gateways"][0].clone()
}

#[test]
fn a_name_is_resolved_to_all_its_addresses_in_a_stable_order() {
    let orders = [
        (&["203.0.113.9", "203.0.113.10"][..], &["2001:db8::2", "2001:db8::1"][..]),
        (&["203.0.113.10", "203.0.113.9"], &["2001:db8::1", "2001:db8::2"]),
    ];
    for (v4, v6) in orders {
        let server = NameServer::answering(move |_| Answer::addresses(v4, v6));
        let gateway = found(&server);
        let expected = json!(["203.0.113.9", "203.0.113.10", "2001:db8::1", "2001:db8::2"]);
        assert_eq!(gateway["addresses"][0]["resolved"], expected);
        assert_eq!(gateway["endpoint"]["ip"], "203.0.113.9");
        assert_eq!(gateway["endpoint"]["host"], "lb-1.example.com");
        let run = |more: &[&str]| {
            let address = server.address();
            let arguments = [&["--resolver", &*address], more].concat();
            balanced().run(&arguments).exits(0)
        };
        assert_eq!(run(&["--ip"]).text(), "203.0.113.9\n");
        let ran = run(&["--for", "shop"]);
        assert_eq!(ran.text(), "shop.203.0.113.9.sslip.io\n");
        // Such addresses move: what to do is said, on standard error.
        assert!(
            ran.errors().contains("move") && ran.errors().contains("CNAME"),
            "{}",
            ran.errors()
        );
        let env = run(&["-o", "env"]).text();
        for line in ["INGRESSIP='203.0.113.9'", "INGRESSHOST='lb-1.example.com'"] {
            assert!(env.contains(line), "{env}");
        }
        let text = run(&[]).text();
        assert!(
            text.contains("lb-1.example.com (load balancer) resolves to 203.0.113.9"),
            "{text}"
        );
        assert!(server.asked().iter().all(|it| it.name == "lb-1.example.com."), "the whole name");
    }
}

#[test]
fn one_family_is_enough() {
    let server = NameServer::answering(|_| Answer::addresses(&[], &["2001:db8::1"]));
    assert_eq!(found(&server)["endpoint"]["ip"], "2001:db8::1");
    // And one that is never answered for does not take the other along.
    let server = NameServer::answering(|asked| {
        if asked.is_v6 { Answer::Never } else { Answer::addresses(&["203.0.113.9"], &[]) }
    });
    assert_eq!(found(&server)["endpoint"]["ip"], "203.0.113.9");
}

#[test]
fn a_late_answer_is_waited_for_and_one_that_never_comes_is_not_waited_for_long() {
    let late = NameServer::answering(|_| {
        Answer::Late(Duration::from_secs(1), Box::new(Answer::addresses(&["203.0.113.9"], &[])))
    });
    assert_eq!(found(&late)["endpoint"]["ip"], "203.0.113.9");
    let never = NameServer::answering(|_| Answer::Never);
    let begun = Instant::now();
    let gateway = found(&never);
    assert!(begun.elapsed() < SLACK);
    let why = gateway["addresses"][0]["unresolved"].as_str().unwrap();
    assert!(why.contains("no answer") && why.contains(&never.address()), "{why}");
    let ran = balanced().run(&["--ip", "--resolver", &never.address()]).exits(4);
    assert!(ran.stdout.is_empty() && ran.errors().contains("no answer"), "{}", ran.errors());
}

#[test]
fn a_name_that_does_not_exist_is_told_from_one_without_addresses() {
    let why = |answer: fn() -> Answer| {
        let server = NameServer::answering(move |_| answer());
        let gateway = found(&server);
        let warnings = strings(&gateway["warnings"]).join("\n");
        assert!(warnings.contains("does not resolve"), "{warnings}");
        gateway["addresses"][0]["unresolved"].as_str().unwrap().to_owned()
    };
    assert!(why(|| Answer::NoSuchName).contains("NXDOMAIN"));
    assert!(why(|| Answer::addresses(&[], &[])).contains("it has no address"));
    assert!(why(|| Answer::Fails).contains("Server Failure"));
}

#[test]
fn a_truncated_answer_is_asked_for_again_over_tcp() {
    let server = NameServer::answering(|asked| {
        if asked.is_tcp { Answer::addresses(&["203.0.113.9"], &[]) } else { Answer::Truncated }
    });
    assert_eq!(found(&server)["endpoint"]["ip"], "203.0.113.9");
    assert!(server.asked().iter().any(|it| it.is_tcp), "{:?}", server.asked());
}

#[test]
fn aliases_are_followed_to_their_addresses() {
    // All in one answer, as name servers do it.
    let server = NameServer::answering(|_| Answer::Chain {
        aliases: vec!["a.elb.example.net.", "b.elb.example.net."],
        v4: vec!["203.0.113.9"],
    });
    assert_eq!(found(&server)["addresses"][0]["resolved"], json!(["203.0.113.9"]));
    // An alias alone, whose addresses have to be asked for.
    let server = NameServer::answering(|asked| match &*asked.name {
        "lb-1.example.com." => Answer::Chain { aliases: vec!["a.elb.example.net."], v4: vec![] },
        _ => Answer::addresses(&["203.0.113.9"], &[]),
    });
    assert_eq!(found(&server)["addresses"][0]["resolved"], json!(["203.0.113.9"]));
    // One that leads in a ring ends.
    let server = NameServer::answering(|asked| match &*asked.name {
        "lb-1.example.com." => Answer::Chain { aliases: vec!["a.example.com."], v4: vec![] },
        _ => Answer::Chain { aliases: vec!["lb-1.example.com."], v4: vec![] },
    });
    let begun = Instant::now();
    assert_eq!(found(&server)["endpoint"]["ip"], Value::Null);
    assert!(begun.elapsed() < SLACK);
}

#[test]
fn a_server_that_is_not_there_or_sends_rubbish_is_told() {
    let gone = NameServer::answering(|_| Answer::Never).address();
    let mesh = balanced();
    let found = mesh.found(&["--resolver", &gone]);
    assert_eq!(found["gateways"][0]["endpoint"]["ip"], Value::Null);
    let server = NameServer::answering(|_| Answer::Rubbish);
    let begun = Instant::now();
    let gateway = self::found(&server);
    assert!(begun.elapsed() < SLACK);
    assert!(gateway["addresses"][0]["unresolved"].is_string(), "{gateway:#}");
}
