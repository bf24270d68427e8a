//! The wizard where there is no cluster: against files, and where nobody can be asked.

use crate::support::terminal::Terminal;
use crate::support::{Igwctl, Scratch, repository};

#[test]
fn where_nobody_is_there_it_names_what_a_script_uses() {
    let ran = Igwctl::new(["wizard"]).run().exits(2);
    for command in ["igwctl diagnose", "igwctl probe", "igwctl apply"] {
        assert!(ran.errors().contains(command), "{}", ran.errors());
    }
}

#[test]
fn a_recording_is_talked_about_without_a_cluster() {
    let scratch = Scratch::new();
    let recording = repository("tests/captures/04-secret-in-app-namespace");
    let recording = recording.to_str().unwrap();
    let mut terminal = Terminal::igwctl(&["wizard", "--from", recording], &[], &scratch.path(""));
    terminal.answers("What is it about?", "look at everything\r");
    terminal.resizes(30, 60);
    terminal.comes("IGW0301");
    // Nothing can be changed in files.
    terminal.comes("What next?");
    terminal.comes("Something else");
    assert!(!terminal.text().contains("fixes that are safe"), "{}", terminal.text());
    terminal.types("Something else\r");
    terminal.answers("What is it about?", "gateway's address\r");
    terminal.comes("$ igwctl discover");
    terminal.answers("What is it about?", "Nothing more\r");
    let (code, shown) = terminal.ended();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("nothing was changed"), "{shown}");
}
