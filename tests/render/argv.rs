//! The command line that an intent is told by is read back as that intent.

use std::collections::BTreeMap;

use igwctl::render::route::Route;
use proptest::prelude::*;
use serde_json::json;

use super::clean::lines;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "(exact|prefix|regex):[ -~]{0,6}",
        Just("a=b, c".to_owned()),
        Just("\"\\".to_owned()),
        Just("~".to_owned()),
        "\\PC{0,6}",
    ]
}

proptest! {
    #[test]
    fn an_intent_is_read_back(line in lines()) {
        let intent = igwctl::commands::intent(&line).unwrap();
        let argv = intent.to_argv();
        let read = igwctl::commands::intent(&argv);
        prop_assert_eq!(read, Ok(intent), "{:?}", argv);
    }

    #[test]
    fn a_route_is_read_back(
        regex in text(),
        headers in prop::collection::btree_map("[a-z0-9!#$%&'*+.^_`|~-]{1,8}", (0..4, text()), 0..3),
        method in prop::option::of("[A-Z]{1,7}"),
        port in prop::option::of(1..=u16::MAX),
        weights in prop::collection::vec(1..=100u16, 1..3),
        timeout in prop::option::of(1..=9_000_000u64),
    ) {
        let matched = |(kind, text): &(i32, String)| match kind {
            0 => json!("present"),
            1 => json!({"exact": text}),
            2 => json!({"prefix": text}),
            _ => json!({"regex": text}),
        };
        let headers: BTreeMap<_, _> = headers.iter().map(|(name, it)| (name, matched(it))).collect();
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        let to: Vec<_> = weights.iter().map(|weight| format!("svc{port}@{weight}")).collect();
        let route = json!({
            "regex": regex, "headers": headers, "method": method, "to": to,
            "timeout": timeout.map(|it| format!("{it}ms")), "rewrite": "/a=b",
        });
        let route: Route = serde_json::from_value(route).unwrap();
        let line = route.to_string();
        prop_assert_eq!(line.parse::<Route>(), Ok(route), "{}", line);
    }
}
