//! The control planes: one that all tests share, and others for clusters of another kind.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::Value;

use crate::igwctl::Run;

/// Where this crate is.
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A control plane. The shared one ends with this process, by `--owner-pid`; the others when they
/// are dropped.
pub(crate) struct Stack {
    about: Value,
    is_shared: bool,
}

/// One test at a time has the machine: what one loads, another would find.
static TURN: Mutex<()> = Mutex::new(());

/// A stack, as long as it is this test's turn.
pub(crate) struct Turn<'a> {
    _turn: MutexGuard<'static, ()>,
    stack: Held<'a>,
}

enum Held<'a> {
    Shared(&'a Stack),
    Own(Box<Stack>),
}

impl std::ops::Deref for Turn<'_> {
    type Target = Stack;

    fn deref(&self) -> &Stack {
        match &self.stack {
            Held::Shared(stack) => stack,
            Held::Own(stack) => stack,
        }
    }
}

/// The stack that all tests share, with whatever the last one left in it.
pub(crate) fn shared() -> Turn<'static> {
    static SHARED: OnceLock<Stack> = OnceLock::new();
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let stack = SHARED.get_or_init(|| Stack::up(&[], true));
    Turn { _turn: turn, stack: Held::Shared(stack) }
}

/// A stack of another kind, for one test.
pub(crate) fn own(options: &[&str]) -> Turn<'static> {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    Turn { _turn: turn, stack: Held::Own(Box::new(Stack::up(options, false))) }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if !self.is_shared {
            stack(&["down", "--dir", self.dir()]);
        }
    }
}

impl Stack {
    fn up(options: &[&str], is_shared: bool) -> Self {
        let owner = std::process::id().to_string();
        let line = stack(&[&["up", "--owner-pid", &owner], options].concat());
        let about = serde_json::from_str(&line).expect("`stack up` prints a line of JSON");
        Self { about, is_shared }
    }

    fn field(&self, name: &str) -> &str {
        self.about[name].as_str().unwrap_or_else(|| panic!("`stack up` tells {name}"))
    }

    fn dir(&self) -> &str {
        self.field("dir")
    }

    pub(crate) fn kubeconfig(&self) -> &Path {
        Path::new(self.field("kubeconfig"))
    }

    /// The kubeconfig, to make another of.
    pub(crate) fn kubeconfig_value(&self) -> Value {
        let text = std::fs::read_to_string(self.kubeconfig()).unwrap();
        serde_json::from_str(&text).expect("the stack's kubeconfig is JSON")
    }

    pub(crate) fn token(&self, user: &str) -> &str {
        self.about["users"][user]["token"].as_str().unwrap()
    }

    /// The port of the API server.
    pub(crate) fn port(&self) -> u16 {
        let port = self.about["ports"]["api"].as_u64().unwrap();
        u16::try_from(port).unwrap()
    }

    /// The same, with backends that are ready, which no recording has: what is wrong is then the one
    /// thing that it was made for.
    pub(crate) fn recording(&self, name: &str) {
        self.recorded(name);
        self.add_file(&format!("{ROOT}/tests/cluster/objects/backends.yaml"));
    }

    /// Takes away all that was loaded, and loads a recording, with the Role that its gateway had.
    pub(crate) fn recorded(&self, name: &str) {
        let folder = format!("{ROOT}/tests/captures/{name}");
        stack(&["load", "--dir", self.dir(), "--replace", &folder]);
        self.add_file(&format!("{ROOT}/tests/cluster/objects/gateway-role.yaml"));
    }

    /// Ends the API server and starts it anew.
    pub(crate) fn restart(&self) {
        stack(&["restart", "--dir", self.dir()]);
    }

    /// Sets part of an object's status, as its controller does.
    pub(crate) fn set_status(&self, kind: &str, key: (&str, &str), status: &Value) {
        let patch = serde_json::json!({"status": status}).to_string();
        let of = ["patch", kind, key.1, "-n", key.0, "--subresource=status", "--type=merge", "-p"];
        self.kubectl(&[&of[..], &[&patch]].concat());
    }

    /// Takes away all that was loaded.
    pub(crate) fn clear(&self) {
        stack(&["load", "--dir", self.dir(), "--replace"]);
    }

    /// Loads objects, beside what is there.
    pub(crate) fn add(&self, objects: &[Value]) {
        let mut text = String::new();
        for object in objects {
            let _: std::fmt::Result = write!(text, "{object}\n---\n");
        }
        let mut file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        self.add_file(file.path().to_str().unwrap());
    }

    fn add_file(&self, path: &str) {
        stack(&["load", "--dir", self.dir(), "--objects", path]);
    }

    /// Makes a text the log of a container.
    pub(crate) fn log(&self, pod: (&str, &str), container: &str, text: &str, previous: &str) {
        let file = |text: &str| {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(text.as_bytes()).unwrap();
            file
        };
        let (log, before) = (file(text), file(previous));
        let log = log.path().to_str().unwrap();
        let mut arguments = vec!["log", "--dir", self.dir(), pod.0, pod.1, container, log];
        if !previous.is_empty() {
            arguments.extend(["--previous", before.path().to_str().unwrap()]);
        }
        stack(&arguments);
    }

    /// igwctl, as the administrator.
    pub(crate) fn igwctl(&self, arguments: &[&str]) -> Run {
        Run::new(arguments).env("KUBECONFIG", self.field("kubeconfig"))
    }

    pub(crate) fn kubectl_path(&self) -> PathBuf {
        self.field("kubectl").into()
    }

    /// What kubectl prints, as the administrator.
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(self.field("kubectl"));
        command.arg("--kubeconfig").arg(self.kubeconfig()).args(arguments);
        succeed(command.stdin(Stdio::null()).output().unwrap(), &arguments.join(" "))
    }

    /// A command line as a report prints it, in a shell that has kubectl, in an empty folder.
    pub(crate) fn shell(&self, script: &str, folder: &Path) -> String {
        let kubectl = self.kubectl_path();
        let path = format!("{}:/usr/bin:/bin", kubectl.parent().unwrap().display());
        let output = Command::new("sh")
            .args(["-e", "-c", script])
            .env_clear()
            .env("PATH", path)
            .env("HOME", folder)
            .env("KUBECONFIG", self.kubeconfig())
            .current_dir(folder)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        succeed(output, script)
    }
}

/// What `tests/stack/stack` prints.
fn stack(arguments: &[&str]) -> String {
    let program = format!("{ROOT}/tests/stack/stack");
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    let output = output.expect("the test stack needs Python, and Go where it is not built yet");
    succeed(output, &format!("stack {}", arguments.join(" ")))
}

fn succeed(output: Output, what: &str) -> String {
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}
