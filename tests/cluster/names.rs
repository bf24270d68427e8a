//! A load balancer's host name in a cluster, and a name server that answers in every way there is.

use std::time::Duration;

use serde_json::{Value, json};

use crate::edge::{INGRESS, usual};
use crate::name_server::{Answer, Asked, NameServer};
use crate::stack::shared;

const V4: &[&str] = &["127.0.0.7"];

/// An answer, and what is told then: the addresses, or a part of the reason why there are none.
type Told = (&'static str, fn(&Asked) -> Answer, Result<&'static [&'static str], &'static str>);

const ALL: &[Told] = &[
    ("right", |_| Answer::addresses(V4, &["::1"]), Ok(&["127.0.0.7", "::1"])),
    (
        "late",
        |_| Answer::Late(Duration::from_secs(1), Box::new(Answer::addresses(V4, &[]))),
        Ok(V4),
    ),
    ("never", |_| Answer::Never, Err("no answer from")),
    ("NXDOMAIN", |_| Answer::NoSuchName, Err("there is no such name (NXDOMAIN")),
    ("SERVFAIL", |_| Answer::Fails, Err("Server Failure")),
    (
        "truncated",
        |asked| if asked.is_tcp { Answer::addresses(V4, &[]) } else { Answer::Truncated },
        Ok(V4),
    ),
    (
        "a chain of aliases",
        |_| Answer::Chain {
            aliases: vec!["a.example.net.", "b.example.net."],
            v4: vec!["127.0.0.7"],
        },
        Ok(V4),
    ),
    ("rubbish", |_| Answer::Rubbish, Err("")),
];

#[test]
fn however_a_name_server_answers_it_is_told_right_and_in_time() {
    let stack = shared();
    usual(&stack, json!({}));
    let status = json!({"loadBalancer": {"ingress": [{"hostname": "lb-1.example.com"}]}});
    stack.set_status("service", INGRESS, &status);
    for (what, answer, told) in ALL {
        let server = NameServer::answering(answer);
        let arguments = ["discover", "-o", "json", "--resolver", &server.address()];
        let ran = stack.igwctl(&arguments).ran();
        assert_eq!(ran.code, 0, "{what}: {ran}");
        assert!(ran.took < Duration::from_secs(20), "{what}: {ran}");
        assert!(!server.asked().is_empty(), "{what}: the server that is named is asked");
        let found: Value = serde_json::from_str(&ran.stdout).unwrap();
        let address = &found["gateways"][0]["addresses"][0];
        match told {
            Ok(addresses) => assert_eq!(address["resolved"], json!(addresses), "{what}"),
            Err(reason) => {
                let said =
                    address["unresolved"].as_str().unwrap_or_else(|| panic!("{what}: {ran}"));
                assert!(said.contains(reason), "{what}: {said}");
                let run = stack.igwctl(&["discover", "--ip", "--resolver", &server.address()]);
                run.ran().fails(4, &["lb-1.example.com", reason]);
            }
        }
    }
}
