//! A program on a terminal: what it shows, and what is typed. Both test binaries have it.

use std::io::{Read as _, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// More than anything here takes on a loaded machine; what ends later has hung.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program on a terminal of its own, of 24 lines and 100 columns.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    shown: Arc<Mutex<Vec<u8>>>,
    /// As much of it as was waited for.
    read: usize,
    screen: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
}

impl Terminal {
    /// igwctl with these arguments and variables, and no others.
    pub(crate) fn igwctl(arguments: &[&str], variables: &[(&str, &str)], folder: &Path) -> Self {
        Self::of(env!("CARGO_BIN_EXE_igwctl"), arguments, variables, folder)
    }

    /// Another program.
    pub(crate) fn of(
        program: &str,
        arguments: &[&str],
        variables: &[(&str, &str)],
        folder: &Path,
    ) -> Self {
        let size = PtySize { rows: 24, cols: 100, ..PtySize::default() };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(folder);
        command.env_clear();
        for (name, value) in [("TERM", "xterm"), ("LC_ALL", "C.UTF-8")].iter().chain(variables) {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let mut screen = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let shown = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&shown);
        thread::spawn(move || {
            let mut piece = [0; 4096];
            // The end of the program is an error to the terminal's other side.
            while let Ok(count @ 1..) = screen.read(&mut piece) {
                into.lock().unwrap().extend(&piece[..count]);
            }
        });
        Self { child, shown, read: 0, screen: pair.master, keyboard }
    }

    /// All that was shown so far, with what steers the terminal.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().unwrap()).into_owned()
    }

    /// Waits until that is shown.
    pub(crate) fn shows(&self, part: &str) {
        let begun = Instant::now();
        while !self.text().contains(part) {
            assert!(begun.elapsed() < PATIENCE, "{part}? {}", self.text());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until that is shown after what was waited for before.
    pub(crate) fn comes(&mut self, part: &str) {
        let begun = Instant::now();
        loop {
            let text = self.text();
            if let Some(at) = text.get(self.read..).and_then(|rest| rest.find(part)) {
                self.read += at + part.len();
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{part}? {text}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits for a question, and answers it.
    pub(crate) fn answers(&mut self, question: &str, keys: &str) {
        self.comes(question);
        self.types(keys);
    }

    /// Makes the window larger or smaller.
    pub(crate) fn resizes(&self, rows: u16, cols: u16) {
        self.screen.resize(PtySize { rows, cols, ..PtySize::default() }).unwrap();
    }

    pub(crate) fn types(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// How it ended, and all that was shown.
    pub(crate) fn ended(mut self) -> (u32, String) {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                // What it wrote last may still be on its way.
                thread::sleep(Duration::from_millis(200));
                return (status.exit_code(), self.text());
            }
            if begun.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("it does not end: {}", self.text());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}
