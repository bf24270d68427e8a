//! The program, run as a user runs it, with nothing of the surroundings let in.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::diagnosis::Diagnosis;
use super::keys;

/// One call of the program.
pub(crate) struct Igwctl {
    command: Command,
    stdin: Option<Vec<u8>>,
}

/// `igwctl diagnose` on these paths.
pub(crate) fn diagnose<I: IntoIterator<Item: AsRef<OsStr>>>(paths: I) -> Igwctl {
    Igwctl::new(["diagnose"]).args(paths)
}

impl Igwctl {
    /// The program with these arguments, at the root of the repository.
    pub(crate) fn new<I: IntoIterator<Item: AsRef<OsStr>>>(args: I) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_igwctl"));
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8");
        command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args);
        Self { command, stdin: None }
    }

    /// More arguments.
    pub(crate) fn args<I: IntoIterator<Item: AsRef<OsStr>>>(mut self, args: I) -> Self {
        self.command.args(args);
        self
    }

    /// What it reads on standard input.
    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// A variable of its environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it. Whatever it prints is searched for the keys that tests have made or planted.
    pub(crate) fn run(mut self) -> Ran {
        let shown: Vec<OsString> = self.command.get_args().map(OsStr::to_owned).collect();
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let has_input = self.stdin.is_some();
        self.command.stdin(if has_input { Stdio::piped() } else { Stdio::null() });
        let mut child = self.command.spawn().unwrap();
        let writer = self.stdin.take().map(|bytes| {
            let mut stdin = child.stdin.take().unwrap();
            // A program that ends before it has read everything is not the writer's failure.
            std::thread::spawn(move || drop(stdin.write_all(&bytes)))
        });
        let output = child.wait_with_output().unwrap();
        if let Some(writer) = writer {
            writer.join().unwrap();
        }
        keys::assert_none_in(&output.stdout, "standard output");
        keys::assert_none_in(&output.stderr, "standard error");
        Ran { shown, code: output.status.code(), stdout: output.stdout, stderr: output.stderr }
    }

    /// Runs it with JSON asked for, and reads that.
    pub(crate) fn json(self) -> Diagnosis {
        let ran = self.args(["-o", "json"]).run();
        ran.diagnosis()
    }

    /// Runs it such that whoever reads its output has gone before it writes; how it ended.
    pub(crate) fn run_unheard(mut self) -> Option<i32> {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = self.command.spawn().unwrap();
        drop(child.stdout.take());
        child.stdin.take().unwrap().write_all(&self.stdin.unwrap()).unwrap();
        child.wait().unwrap().code()
    }
}

/// What a run came to.
pub(crate) struct Ran {
    shown: Vec<OsString>,
    /// The exit code.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) stdout: Vec<u8>,
    /// Standard error.
    pub(crate) stderr: Vec<u8>,
}

impl Ran {
    /// Ends the test unless it exited so.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "{:?}\n--- standard output\n{}\n--- standard error\n{}",
            self.shown,
            self.text(),
            self.errors()
        );
        self
    }

    /// Standard output as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error as text.
    pub(crate) fn errors(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Standard output as a Diagnosis.
    #[track_caller]
    pub(crate) fn diagnosis(&self) -> Diagnosis {
        let read = serde_json::from_slice(&self.stdout);
        let mut diagnosis: Diagnosis = read.unwrap_or_else(|error| {
            panic!("{:?}: {error}\n{}\n{}", self.shown, self.text(), self.errors())
        });
        diagnosis.exit = self.code;
        diagnosis
    }
}

/// A folder of a test's own, gone with it.
pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Its path, or that of something in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, with the folders above it.
    pub(crate) fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, contents).unwrap();
        path
    }

    /// Reads a file that the program wrote, searched like all that it prints.
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        let bytes = std::fs::read(self.path(name)).unwrap();
        keys::assert_none_in(&worldly(&bytes), name);
        bytes
    }
}

/// A bundle's text, where the bytes are one.
pub(crate) fn worldly(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let mut text = Vec::new();
    if flate2::read::GzDecoder::new(bytes).read_to_end(&mut text).is_ok() {
        return text;
    }
    bytes.to_vec()
}
