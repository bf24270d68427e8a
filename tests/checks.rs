//! For each code, worlds that fire it and worlds that do not, in `tests/checks/`.

use std::fmt::Write as _;

use crate::support::fixtures::{self, Fixture};

#[test]
fn every_world_gives_what_it_is_there_for() {
    let mut faults = String::new();
    for fixture in fixtures::all() {
        if let Err(fault) = holds(&fixture) {
            writeln!(faults, "{}: {fault}\n", fixture.name).unwrap();
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

fn holds(fixture: &Fixture) -> Result<(), String> {
    let ran = fixture.diagnose().args(["-o", "json"]).run();
    let diagnosis = ran.diagnosis();
    let mut lines = diagnosis.lines();
    lines.sort();
    if lines != fixture.expected {
        let messages: Vec<&str> = diagnosis.findings.iter().map(|it| &*it.message).collect();
        return Err(format!("expected {:?}, found {lines:?} {messages:?}", fixture.expected));
    }
    if diagnosis.open() != fixture.undecided {
        return Err(format!("undecided {:?}, not {:?}", diagnosis.undecided, fixture.undecided));
    }
    let fails = lines.iter().any(|line| line.contains(" error "));
    if ran.code != Some(i32::from(fails)) {
        return Err(format!("exits {:?} with {lines:?}", ran.code));
    }
    let text = ran.text();
    match fixture.says.iter().find(|words| !text.contains(&***words)) {
        Some(words) => Err(format!("does not say {words:?}:\n{text}")),
        None => Ok(()),
    }
}

#[test]
fn a_world_is_named_after_what_it_does() {
    let checks = igwctl::diagnose::checks::ALL;
    for fixture in fixtures::all() {
        let code = code_of(fixture.check());
        assert!(checks.iter().any(|check| check.code == code), "{}: {code}", fixture.name);
        let is_expected = fixture.expected.iter().any(|line| line.starts_with(&code));
        assert_eq!(is_expected, fixture.fires(), "{}: {:?}", fixture.name, fixture.expected);
    }
}

/// The code of a check, out of its file, which has the name of the folder.
fn code_of(check: &str) -> String {
    let file = format!("src/diagnose/checks/{}.rs", check.replace('-', "_"));
    let text = std::fs::read_to_string(crate::support::repository(&file)).unwrap();
    let (_, rest) = text.split_once("code: \"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}
