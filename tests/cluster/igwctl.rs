//! One run of the binary, and what a user sees of it.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use serde_json::Value;
use tempfile::TempDir;

/// The moment that the recordings are judged by: their certificates last a month.
pub(crate) const NOW: &str = "2026-11-24T03:00:00Z";

/// A run to be made, with nothing of the environment of whoever runs the tests.
pub(crate) struct Run {
    command: Command,
    home: TempDir,
    line: String,
}

/// A run that was made.
pub(crate) struct Ran {
    line: String,
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Run {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        Self::of(Command::new(env!("CARGO_BIN_EXE_igwctl")), arguments)
    }

    /// As the last arguments of another program, which runs it.
    pub(crate) fn by(program: &[&str], arguments: &[&str]) -> Self {
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).arg(env!("CARGO_BIN_EXE_igwctl"));
        Self::of(command, arguments)
    }

    fn of(mut command: Command, arguments: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        command
            .env_clear()
            .env("HOME", home.path())
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .current_dir(home.path())
            .args(arguments)
            .stdin(Stdio::null());
        Self { command, home, line: arguments.join(" ") }
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// With more arguments.
    pub(crate) fn with(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self.line = format!("{} {}", self.line, arguments.join(" "));
        self
    }

    /// As a user of the stack.
    pub(crate) fn user(self, user: &str) -> Self {
        self.with(&["--context", user])
    }

    pub(crate) fn ran(mut self) -> Ran {
        let begun = Instant::now();
        let output = self.command.output().unwrap();
        let took = begun.elapsed();
        drop(self.home);
        let ran = Ran {
            line: self.line,
            code: output.status.code().expect("igwctl is not killed"),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            took,
        };
        assert!(!ran.stderr.contains("panicked"), "{ran}");
        ran
    }

    /// Runs `snapshot`, and unpacks what it writes to standard output.
    pub(crate) fn unpacked(mut self) -> String {
        let output = self.command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut text = String::new();
        GzDecoder::new(&*output.stdout).read_to_string(&mut text).unwrap();
        text
    }

    /// Runs it, and reads the Diagnosis that it prints with `-o json`.
    pub(crate) fn diagnosis(self) -> Diagnosis {
        let ran = self.with(&["-o", "json"]).ran();
        let value =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"));
        Diagnosis { ran, value }
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, code, stdout, stderr, took } = self;
        write!(f, "igwctl {line} → {code} in {took:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}

impl Ran {
    /// Asserts that it ended so, and said so in one error and nothing else.
    pub(crate) fn fails(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{self}");
        assert_eq!(self.stdout, "", "nothing half-printed: {self}");
        assert_eq!(self.stderr.matches("error:").count(), 1, "one error: {self}");
        for word in words {
            assert!(self.stderr.contains(word), "{word}? {self}");
        }
    }
}

/// A report in JSON, as a script reads it.
pub(crate) struct Diagnosis {
    pub(crate) ran: Ran,
    pub(crate) value: Value,
}

impl Diagnosis {
    /// `CODE Kind namespace/name path` of each finding, but that a Gateway has no routes: those of
    /// most tests have none, and it is a warning. The recordings are held to theirs by `all_codes`.
    pub(crate) fn findings(&self) -> Vec<String> {
        let list = self.value["findings"].as_array().unwrap().iter();
        let of = list.filter(|it| text(it, "/code") != "IGW0204");
        of.map(|it| format!("{} {}", text(it, "/code"), object(&it["object"]))).collect()
    }

    /// The codes of these.
    pub(crate) fn codes(&self) -> Vec<&str> {
        self.all_codes().into_iter().filter(|it| *it != "IGW0204").collect()
    }

    /// The codes of all findings.
    pub(crate) fn all_codes(&self) -> Vec<&str> {
        let list = self.value["findings"].as_array().unwrap();
        list.iter().map(|it| text(it, "/code")).collect()
    }

    /// `CODE: reason; right` of each question that is open.
    pub(crate) fn undecided(&self) -> Vec<String> {
        let list = self.value["undecided"].as_array().unwrap();
        let words = |it: &Value| {
            format!("{}: {}; {}", text(it, "/code"), text(it, "/reason"), text(it, "/right"))
        };
        list.iter().map(words).collect()
    }

    pub(crate) fn notices(&self) -> Vec<&str> {
        let list = self.value["notices"].as_array();
        list.into_iter().flatten().map(|it| it.as_str().unwrap()).collect()
    }

    /// What the first finding prints to be run.
    pub(crate) fn commands(&self) -> Vec<&str> {
        let list = self.value.pointer("/findings/0/fix/commands").and_then(Value::as_array);
        let list = list.unwrap_or_else(|| panic!("a fix with commands: {}", self.ran));
        list.iter().map(|it| it.as_str().unwrap()).collect()
    }

    /// The lines of logs that the first finding shows.
    pub(crate) fn log_lines(&self) -> Vec<&str> {
        let list = self.value.pointer("/findings/0/evidence").and_then(Value::as_array);
        let is_log = |it: &&Value| it["kind"] == "log";
        list.into_iter().flatten().filter(is_log).map(|it| text(it, "/text")).collect()
    }

    /// Asserts that all could be seen: nothing to be told, and nothing open but what the recorded
    /// secrets hold back, which were written down without their keys.
    pub(crate) fn is_all_seen(&self) {
        let open: Vec<String> = self.undecided();
        let is_recorded = |it: &String| it.contains("the inputs hold back values of the secret");
        assert!(open.iter().all(is_recorded), "{}", self.ran);
        assert_eq!(self.notices(), [""; 0], "{}", self.ran);
    }

    /// Asserts that nothing is wrong, nothing open, and nothing to be told.
    pub(crate) fn is_clean(&self) {
        assert_eq!(self.findings(), [""; 0], "{}", self.ran);
        assert_eq!(self.undecided(), [""; 0], "{}", self.ran);
        assert_eq!(self.notices(), [""; 0], "{}", self.ran);
        assert_eq!(self.ran.code, 0, "{}", self.ran);
    }
}

fn object(object: &Value) -> String {
    let path = object["path"].as_str().map_or_else(String::new, |path| format!(" {path}"));
    let namespace = object["namespace"].as_str().unwrap_or_default();
    format!("{} {namespace}/{}{path}", text(object, "/kind"), text(object, "/name"))
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
