//! Several requests over several addresses: counted, and told apart where they go apart.

use serde_json::json;

use super::case::{BOTH, json, squeezed};
use super::{gateway, servers};
use crate::support::Igwctl;

fn probe(args: &[&str]) -> Igwctl {
    let port = gateway::port("http", BOTH[0]).to_string();
    let places = ["--address", "127.0.0.1", "--address", "::1", "--http-port", &port];
    Igwctl::new(["probe", "http://shop.test/"]).args(places).args(args)
}

#[test]
fn every_address_is_asked_once_and_as_often_as_wished() {
    // Over IPv6 the port is another one: nobody listens there.
    let value = json(probe(&["-o", "json"]).run().exits(1));
    assert_eq!(value["summary"], json!({"requests": 2, "errors": 1, "warnings": 0}));
    let value = json(probe(&["--times", "7", "-o", "json"]).run().exits(1));
    assert_eq!(value["summary"], json!({"requests": 7, "errors": 3, "warnings": 0}));
    let results = value["results"].as_array().unwrap();
    let counts: Vec<_> = results.iter().map(|it| (&it["address"], &it["requests"])).collect();
    assert_eq!(counts, [(&json!("127.0.0.1"), &json!(4)), (&json!("::1"), &json!(3))]);
    for result in results {
        let took = ["min", "median", "max"].map(|it| result["tookMs"][it].as_f64().unwrap());
        assert!(took.is_sorted(), "{took:?}");
    }
}

#[test]
fn the_spread_is_a_line_for_each_address() {
    let text = probe(&["--times", "4"]).run().exits(1).text();
    let lines: Vec<String> = text.lines().map(squeezed).collect();
    let starts = |start: &str| lines.iter().any(|line| line.starts_with(start));
    assert!(starts("127.0.0.1 2 requests"), "{text}");
    assert!(starts("::1 2 requests"), "{text}");
    assert_eq!(lines.last().unwrap(), "4 requests: 2 errors, 0 warnings");
}

#[test]
fn requests_to_one_address_that_go_apart_are_told_apart() {
    // Every other one is cut off.
    let port = servers::serve(|mut stream| {
        use std::io::Write as _;
        use std::sync::atomic::{AtomicBool, Ordering};
        static IS_WELL: AtomicBool = AtomicBool::new(false);
        servers::asked(&mut stream)?;
        if IS_WELL.fetch_xor(true, Ordering::SeqCst) {
            return stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        }
        stream.write_all(b"HTTP/1.1 200 O")
    });
    let ran = super::case::of_server("http", port, &["--times", "6", "-o", "json"]).run().exits(1);
    let value = json(ran);
    let results = value["results"].as_array().unwrap();
    let counts: Vec<_> = results.iter().map(|it| (&it["address"], &it["requests"])).collect();
    let each = (&json!("127.0.0.1"), &json!(3));
    assert_eq!(counts, [each, each]);
}
