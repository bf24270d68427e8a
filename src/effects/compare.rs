//! `KUBECTL_EXTERNAL_DIFF`: a program of the user's shows what differs.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a program is run, and its folders are written here"
)]

use std::process::Command;

use crate::error::{Error, Result};
use crate::exit::Exit;

/// The program and its arguments, as kubectl takes them (Kubernetes 1.34).
pub fn program() -> Option<Vec<String>> {
    let given = std::env::var("KUBECTL_EXTERNAL_DIFF").ok()?;
    let words: Vec<String> = given.split_whitespace().map(str::to_owned).collect();
    (!words.is_empty()).then_some(words)
}

/// Runs it on two folders, each with a file for each object, before and after.
///
/// # Errors
/// Failed (3) where it cannot be run, is killed, or ends with more than 1.
pub fn run(program: &[String], files: Vec<(String, (String, String))>) -> Result<Exit> {
    let failed = |error: std::io::Error| {
        Error::new(Exit::Failed, format!("KUBECTL_EXTERNAL_DIFF={}: {error}", program.join(" ")))
    };
    let folder = tempfile::tempdir().map_err(failed)?;
    let (live, merged) = (folder.path().join("LIVE"), folder.path().join("MERGED"));
    for place in [&live, &merged] {
        std::fs::create_dir(place).map_err(failed)?;
    }
    for (name, (before, after)) in files {
        // What is not there has no file, so that it shows as new, or gone.
        if !before.is_empty() {
            std::fs::write(live.join(&name), before).map_err(failed)?;
        }
        if !after.is_empty() {
            std::fs::write(merged.join(&name), after).map_err(failed)?;
        }
    }
    let status = Command::new(&program[0])
        .args(&program[1..])
        .args([&live, &merged])
        .status()
        .map_err(failed)?;
    match status.code() {
        Some(0) => Ok(Exit::Done),
        Some(1) => Ok(Exit::Findings),
        _ => Err(Error::new(
            Exit::Failed,
            format!("KUBECTL_EXTERNAL_DIFF={} failed: {status}", program.join(" ")),
        )),
    }
}
