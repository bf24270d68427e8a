//! Questions to a person, on standard error, so that standard output stays data.
#![expect(clippy::disallowed_methods, reason = "standard input and error are looked at here")]

use std::io::{self, IsTerminal as _};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use dialoguer::console::{self, Term, style};
use dialoguer::theme::ColorfulTheme;

use super::terminal::{self, Color};
use crate::error::{Error, Result};
use crate::exit::Exit;

/// Lines of a list that are shown at a time.
const SHOWN: usize = 12;

/// What a line of text is that asks for the question before.
pub const BACK: &str = "<";

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// This.
    Given(T),
    /// The question before is to be asked again.
    Back,
}

/// Whether questions are coloured, where that is said.
pub fn color(color: Color) {
    match color {
        Color::Always => console::set_colors_enabled_stderr(true),
        Color::Never => console::set_colors_enabled_stderr(false),
        // By the terminal and `NO_COLOR`, which is what console goes by.
        Color::Auto => {}
    }
}

/// How questions look: with the signs of reports, and none that a terminal may lack.
fn theme() -> ColorfulTheme {
    let signs =
        if terminal::is_unicode() { ["√", "×", "›", "·"] } else { ["ok", "x", ">", "-"] };
    let sign = |at: usize| style(signs[at].to_owned()).for_stderr();
    ColorfulTheme {
        prompt_prefix: style("?".to_owned()).for_stderr().cyan(),
        prompt_suffix: sign(2).dim(),
        success_prefix: sign(0).green(),
        success_suffix: sign(3).dim(),
        error_prefix: sign(1).red(),
        active_item_prefix: sign(2).cyan(),
        values_style: console::Style::new().for_stderr(),
        ..ColorfulTheme::default()
    }
}

/// Whether somebody is there to be asked: standard input and standard error are a terminal.
pub fn is_possible() -> bool {
    // dialoguer fails where they are not.
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Has one of several chosen; its position.
///
/// # Errors
/// Interrupted (130) by Ctrl-C or Escape; failed (3) where there is no terminal to ask on.
pub fn choose(question: &str, items: &[String]) -> Result<usize> {
    match pick(question, items, 0)? {
        Answer::Given(chosen) => Ok(chosen),
        Answer::Back => Err(Error::new(Exit::Interrupted, "nothing was chosen")),
    }
}

/// Has one of several chosen, by the arrow keys or by typing a part of it; Escape goes back.
///
/// # Errors
/// Interrupted (130) by Ctrl-C; failed (3) where there is no terminal to ask on.
pub fn pick(question: &str, items: &[String], default: usize) -> Result<Answer<usize>> {
    let chosen = asked(|| {
        let theme = theme();
        let items = fitting(items);
        let select = dialoguer::FuzzySelect::with_theme(&theme).with_prompt(question).items(&items);
        select.default(default).max_length(SHOWN).interact_opt()
    })?;
    Ok(chosen.map_or(Answer::Back, Answer::Given))
}

/// Items that are a line each: dialoguer counts them so, and a longer one would leave its rest behind.
fn fitting(items: &[String]) -> Vec<String> {
    let width = usize::from(Term::stderr().size().1).saturating_sub(4).max(8);
    let end = if terminal::is_unicode() { "…" } else { "..." };
    items.iter().map(|it| console::truncate_str(it, width, end).into_owned()).collect()
}

/// Asks for a line; an empty one is the default, if there is one. What the check refuses is asked
/// for again, with what it says.
///
/// # Errors
/// Interrupted (130) by Ctrl-C; failed (3) where there is no terminal to ask on.
pub fn line(
    question: &str,
    default: Option<&str>,
    check: &dyn Fn(&str) -> std::result::Result<(), String>,
) -> Result<Answer<String>> {
    let given = asked(|| {
        let theme = theme();
        let mut input = dialoguer::Input::<String>::with_theme(&theme).with_prompt(question);
        if let Some(default) = default {
            input = input.default(default.to_owned());
        }
        let check = |text: &String| if text == BACK { Ok(()) } else { check(text) };
        input.validate_with(check).interact_text()
    })?;
    Ok(if given == BACK { Answer::Back } else { Answer::Given(given) })
}

/// Asks for a yes or a no; Escape goes back.
///
/// # Errors
/// Interrupted (130) by Ctrl-C; failed (3) where there is no terminal to ask on.
pub fn agree(question: &str, default: bool) -> Result<Answer<bool>> {
    let given = asked(|| {
        let theme = theme();
        let confirm = dialoguer::Confirm::with_theme(&theme).with_prompt(question);
        confirm.default(default).interact_opt()
    })?;
    Ok(given.map_or(Answer::Back, Answer::Given))
}

/// Asks for a yes; Enter alone means no, and Escape too.
///
/// # Errors
/// Interrupted (130) by Ctrl-C; failed (3) where there is no terminal to ask on.
pub fn confirm(question: &str) -> Result<bool> {
    let is_agreed = agree(question, false)? == Answer::Given(true);
    HAS_AGREED.fetch_or(is_agreed, Ordering::SeqCst);
    Ok(is_agreed)
}

/// Whether somebody confirmed something since this was asked last.
pub fn has_agreed() -> bool {
    HAS_AGREED.swap(false, Ordering::SeqCst)
}

static HAS_AGREED: AtomicBool = AtomicBool::new(false);

/// Whether somebody ended a question by Ctrl-C.
pub fn is_interrupted() -> bool {
    IS_INTERRUPTED.load(Ordering::SeqCst)
}

static IS_INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Whether a question is open, which Ctrl-C then ends rather than the program.
static IS_OPEN: AtomicBool = AtomicBool::new(false);

fn asked<T>(question: impl FnOnce() -> dialoguer::Result<T>) -> Result<T> {
    outlive_interrupts();
    IS_OPEN.store(true, Ordering::SeqCst);
    let answer = question();
    // After an interrupt it stays open: the signal may come late, and the end is near.
    IS_OPEN.store(answer.is_err(), Ordering::SeqCst);
    answer.map_err(|dialoguer::Error::IO(error)| {
        // A list hides the cursor, and does not bring it back where it ends early.
        drop(Term::stderr().show_cursor());
        match error.kind() {
            io::ErrorKind::Interrupted => {
                IS_INTERRUPTED.store(true, Ordering::SeqCst);
                // What is said next has a line of its own.
                drop(Term::stderr().write_line(""));
                Error::new(Exit::Interrupted, "interrupted")
            }
            _ => Error::new(Exit::Failed, format!("the question cannot be asked: {error}")),
        }
    })
}

/// While a question is open, Ctrl-C is a key that dialoguer reads, and then a signal that it sends
/// to us: without this the terminal would be left as the list had it.
fn outlive_interrupts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Where another handler is set, that one says what happens.
        drop(ctrlc::set_handler(|| {
            if !IS_OPEN.load(Ordering::SeqCst) {
                #[expect(clippy::exit, reason = "what an interrupt does without a handler")]
                std::process::exit(Exit::Interrupted.code().into());
            }
        }));
    });
}
