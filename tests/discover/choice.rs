//! Where several gateways are left, a person on a terminal is asked, and nobody else.

use serde_json::json;

use super::mesh::Mesh;
use crate::support::Scratch;
use crate::support::terminal::Terminal;

const DOWN: &str = "\u{1b}[B";

fn two() -> Scratch {
    let ip = |ip: &str| json!({"ingress": [{"ip": ip}]});
    let mesh = Mesh::new().gateway("shop", "first", json!({}), ip("203.0.113.1")).gateway(
        "shop",
        "second",
        json!({}),
        ip("203.0.113.2"),
    );
    let scratch = Scratch::new();
    scratch.write("mesh.yaml", mesh.text());
    scratch
}

fn on_terminal(scratch: &Scratch, more: &[&str]) -> Terminal {
    let arguments = [&["discover", "--from", "mesh.yaml"], more].concat();
    Terminal::igwctl(&arguments, &[], &scratch.path(""))
}

#[test]
fn a_person_chooses() {
    let scratch = two();
    for (keys, ip) in [("\r", "203.0.113.1"), (&*format!("{DOWN}\r"), "203.0.113.2")] {
        let mut terminal = on_terminal(&scratch, &["--ip"]);
        terminal.shows("Which gateway?");
        terminal.shows("shop/second (LoadBalancer, 203.0.113.2)");
        terminal.types(keys);
        let (code, text) = terminal.ended();
        assert_eq!(code, 0, "{text}");
        assert!(text.trim_end().ends_with(ip), "{text:?}");
    }
}

#[test]
fn a_person_who_chooses_nothing_has_broken_off() {
    let scratch = two();
    let mut terminal = on_terminal(&scratch, &["--url"]);
    terminal.shows("Which gateway?");
    terminal.types("\u{1b}");
    let (code, text) = terminal.ended();
    assert_eq!(code, 130, "{text}");
    assert!(!text.contains("http://"), "{text}");
}

#[test]
fn nobody_is_asked_who_does_not_want_to_be_and_a_list_needs_no_choice() {
    let scratch = two();
    let (code, text) = on_terminal(&scratch, &["--ip", "--no-input"]).ended();
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("2 gateways") && !text.contains("Which gateway?"), "{text}");
    let (code, text) = on_terminal(&scratch, &[]).ended();
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("shop/first") && !text.contains("Which gateway?"), "{text}");
    let (code, text) = on_terminal(&scratch, &["second", "--ip"]).ended();
    assert_eq!(code, 0, "{text}");
    assert!(!text.contains("Which gateway?"), "{text}");
}
