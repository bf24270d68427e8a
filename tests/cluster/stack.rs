//! The control planes: one that all tests share, and others for clusters of another kind.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::igwctl::Run;

/// Where this crate is.
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A control plane. It ends when it is dropped, or with this process, by `--owner-pid`.
pub(crate) struct Stack {
    about: Value,
}

/// How many tests have a control plane at once. A test waits for about half of its time; with more
/// at once they would wait for the machine. A cluster from outside is one.
fn at_once() -> usize {
    if std::env::var_os("IGWCTL_TEST_KUBECONFIG").is_some() { 1 } else { 2 }
}

/// The usual control planes, for one test after the other.
struct Pool {
    idle: Vec<Stack>,
    taken: usize,
}

static POOL: Mutex<Pool> = Mutex::new(Pool { idle: Vec::new(), taken: 0 });

/// Told when a control plane is given back.
static GIVEN_BACK: Condvar = Condvar::new();

/// A control plane that is this test's alone, as long as it holds it: what one test loads, another
/// would find.
pub(crate) struct Turn {
    stack: Option<Stack>,
    is_usual: bool,
}

impl Turn {
    /// Waits for its turn.
    fn wait() -> MutexGuard<'static, Pool> {
        let pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |pool: &mut Pool| pool.taken >= at_once();
        let mut pool = GIVEN_BACK.wait_while(pool, is_full).unwrap_or_else(PoisonError::into_inner);
        pool.taken += 1;
        pool
    }
}

impl std::ops::Deref for Turn {
    type Target = Stack;

    fn deref(&self) -> &Stack {
        self.stack.as_ref().expect("it is given back at the end alone")
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // One of another kind ends here, and one that a test failed on, with whatever that left.
        let is_kept = self.is_usual && !thread::panicking();
        let usual = self.stack.take().filter(|_| is_kept);
        let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        pool.idle.extend(usual);
        pool.taken -= 1;
        GIVEN_BACK.notify_one();
    }
}

/// A usual control plane, with whatever the last test left in it.
pub(crate) fn shared() -> Turn {
    let mut turn = Turn { stack: None, is_usual: true };
    let idle = Turn::wait().idle.pop();
    turn.stack = Some(idle.unwrap_or_else(|| Stack::up(&[])));
    turn
}

/// A control plane of another kind, for one test.
pub(crate) fn own(options: &[&str]) -> Turn {
    let mut turn = Turn { stack: None, is_usual: false };
    drop(Turn::wait());
    turn.stack = Some(Stack::up(options));
    turn
}

impl Drop for Stack {
    fn drop(&mut self) {
        stack(&["down", "--dir", self.dir()]);
    }
}

impl Stack {
    fn up(options: &[&str]) -> Self {
        let owner = std::process::id().to_string();
        let line = stack(&[&["up", "--owner-pid", &owner], options].concat());
        let about = serde_json::from_str(&line).expect("`stack up` prints a line of JSON");
        Self { about }
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
        succeed(self.kubectl_output(arguments), &arguments.join(" "))
    }

    /// What kubectl says on its error stream, as the administrator, however it ends.
    pub(crate) fn kubectl_says(&self, arguments: &[&str]) -> String {
        String::from_utf8_lossy(&self.kubectl_output(arguments).stderr).into_owned()
    }

    /// Whether kubectl ends well, as the administrator.
    pub(crate) fn kubectl_succeeds(&self, arguments: &[&str]) -> bool {
        self.kubectl_output(arguments).status.success()
    }

    fn kubectl_output(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(self.field("kubectl"));
        command.arg("--kubeconfig").arg(self.kubeconfig()).args(arguments);
        command.stdin(Stdio::null()).output().unwrap()
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

/// Asks again and again until it is so; `what` says what it was that never came.
pub(crate) fn until(is_so: impl Fn() -> bool, what: impl Fn() -> String) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{}", what());
        thread::sleep(Duration::from_millis(100));
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
