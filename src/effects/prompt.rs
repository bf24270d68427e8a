//! Questions to a person, on standard error, so that standard output stays data.
#![expect(clippy::disallowed_methods, reason = "standard input and error are looked at here")]

use std::io::{self, IsTerminal as _};

use crate::error::{Error, Result};
use crate::exit::Exit;

/// Whether somebody is there to be asked: standard input and standard error are a terminal.
pub fn is_possible() -> bool {
    // dialoguer fails where they are not.
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Has one of several chosen; its position.
pub fn choose(question: &str, items: &[String]) -> Result<usize> {
    let chosen = dialoguer::Select::new()
        .with_prompt(question)
        .items(items)
        .default(0)
        .interact_opt()
        .map_err(|dialoguer::Error::IO(error)| match error.kind() {
            io::ErrorKind::Interrupted => Error::new(Exit::Interrupted, "interrupted"),
            _ => Error::new(Exit::Failed, format!("the question cannot be asked: {error}")),
        })?;
    chosen.ok_or_else(|| Error::new(Exit::Interrupted, "nothing was chosen"))
}

/// Asks for a yes; Enter alone means no.
pub fn confirm(question: &str) -> Result<bool> {
    let asked = dialoguer::Confirm::new().with_prompt(question).default(false).interact_opt();
    asked.map(|it| it.unwrap_or(false)).map_err(|dialoguer::Error::IO(error)| match error.kind() {
        io::ErrorKind::Interrupted => Error::new(Exit::Interrupted, "interrupted"),
        _ => Error::new(Exit::Failed, format!("the question cannot be asked: {error}")),
    })
}
