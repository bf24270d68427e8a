//! The worlds of `tests/checks/`: a bundle's stream each, headed by what is expected of it.

use std::path::Path;

use super::keys::Ring;
use super::program::{Igwctl, diagnose};
use super::{files, repository};

/// One world, and what is expected of it.
pub(crate) struct Fixture {
    /// `secret-elsewhere/fires-in-three-namespaces`.
    pub(crate) name: String,
    /// The stream, keys and certificates filled in.
    pub(crate) text: String,
    /// The findings, as `IGW0301 error Gateway shop/shop`, sorted.
    pub(crate) expected: Vec<String>,
    /// The codes of what stays undecided.
    pub(crate) undecided: Vec<String>,
    /// Flags.
    pub(crate) flags: Vec<String>,
    /// What the JSON has to hold somewhere.
    pub(crate) says: Vec<String>,
}

impl Fixture {
    /// The folder that it stands in, which is a check's name.
    pub(crate) fn check(&self) -> &str {
        self.name.split_once('/').unwrap().0
    }

    /// Whether it is there to fire its check.
    pub(crate) fn fires(&self) -> bool {
        let file = self.name.split_once('/').unwrap().1;
        assert!(file.starts_with("fires-") || file.starts_with("silent-"), "{}", self.name);
        file.starts_with("fires-")
    }

    /// `diagnose`, with the world on standard input.
    pub(crate) fn diagnose(&self) -> Igwctl {
        diagnose(["-"]).args(&self.flags).stdin(&*self.text)
    }
}

/// All of them.
pub(crate) fn all() -> Vec<Fixture> {
    files(&repository("tests/checks"), ".yaml").iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Fixture {
    let raw = std::fs::read_to_string(path).unwrap();
    let folder = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
    let name = format!("{folder}/{}", path.file_stem().unwrap().to_str().unwrap());
    let heads = |label: &str| -> Vec<String> {
        let head = format!("# {label}: ");
        raw.lines().filter_map(|line| line.strip_prefix(&head)).map(str::to_owned).collect()
    };
    let words = |label| -> Vec<String> {
        heads(label).iter().flat_map(|it| it.split_whitespace()).map(str::to_owned).collect()
    };
    let mut expected = heads("expect");
    expected.sort();
    Fixture {
        name,
        expected,
        undecided: words("undecided"),
        flags: words("flags"),
        says: heads("says"),
        text: Ring::default().fill(&raw),
    }
}
