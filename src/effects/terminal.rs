//! The streams: what they can show, and writing to them.
#![expect(clippy::disallowed_methods, reason = "streams and their environment are read here")]

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::error::Error;
use crate::exit::Exit;
use crate::output::style::{Style, harmless};

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` says otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The width off a terminal, and where a terminal does not tell.
const WIDTH: usize = 80;

/// Whether standard output is a terminal.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether standard input is a terminal, so that nothing is waiting there to be read.
pub fn has_input() -> bool {
    !io::stdin().is_terminal()
}

/// How text for standard output is to look.
pub fn style(color: Color) -> Style {
    of(color, io::stdout().is_terminal())
}

/// How text for standard error is to look.
pub fn error_style(color: Color) -> Style {
    of(color, io::stderr().is_terminal())
}

fn of(color: Color, is_terminal: bool) -> Style {
    let forbids = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => is_terminal && !forbids && !is_dumb,
    };
    let width = if is_terminal {
        terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0))
    } else {
        WIDTH
    };
    Style { color, unicode: is_unicode(), width, is_read: is_terminal }
}

/// Whether the locale is one of UTF-8, by the variables in their order (POSIX).
pub(super) fn is_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// Says on a terminal what is being waited for, once that takes a while, and nothing elsewhere; gone
/// when it is dropped.
pub struct Spinner(Option<Turning>);

/// How long nothing is said: what is done by then needs no progress.
const PATIENCE: Duration = Duration::from_millis(500);

/// A spinner, and who brings it to sight unless it is told before that all is done.
struct Turning {
    bar: ProgressBar,
    done: mpsc::Sender<()>,
    showing: JoinHandle<()>,
}

/// A spinner on standard error.
pub fn spinner() -> Spinner {
    Spinner(io::stderr().is_terminal().then(|| {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let bar = bar.with_style(ProgressStyle::default_spinner().tick_chars(ticks(is_unicode())));
        let (done, is_done) = mpsc::channel();
        let shown = bar.clone();
        let showing = thread::spawn(move || {
            if is_done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(Duration::from_millis(120));
            }
        });
        Turning { bar, done, showing }
    }))
}

/// What turns; the last is the sign of an end, which is never shown.
fn ticks(unicode: bool) -> &'static str {
    if unicode { "⠁⠂⠄⡀⢀⠠⠐⠈ " } else { "|/-\\ " }
}

impl Spinner {
    /// Says what is being waited for.
    pub fn show(&self, what: &str) {
        self.say(format!("reading {}", harmless(what)));
    }

    /// Says what has to happen before it goes on.
    pub fn wait_for(&self, what: &str) {
        self.say(format!("waiting: {}", harmless(what)));
    }

    /// Does something that writes to the terminal, with the spinner out of its way.
    pub fn aside<T>(&self, writes: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(turning) => turning.bar.suspend(writes),
            None => writes(),
        }
    }

    fn say(&self, message: String) {
        if let Some(turning) = &self.0 {
            turning.bar.set_message(message);
        }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        if let Some(Turning { bar, done, showing }) = self.0.take() {
            drop(done);
            // It has nothing to fail in.
            drop(showing.join());
            bar.finish_and_clear();
        }
    }
}

/// Writes text to standard output.
///
/// # Errors
/// As of `write`.
pub fn print(text: &str) -> Result<(), Error> {
    write(text.as_bytes())
}

/// Writes bytes to standard output.
///
/// # Errors
/// Broken pipe (141) where the reader has gone away; failed (3) where it cannot be written to
/// otherwise, as with a disk that is full.
pub fn write(bytes: &[u8]) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Error::new(Exit::BrokenPipe, "broken pipe"),
        _ => Error::new(Exit::Failed, format!("standard output: {error}")),
    })
}

/// Writes to standard error; that it cannot be written is nobody's to know.
pub fn complain(text: &str) {
    drop(io::stderr().lock().write_all(text.as_bytes()));
}
