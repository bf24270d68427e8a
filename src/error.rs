//! What goes wrong in igwctl itself, as opposed to what it finds: a kind, a sentence, what next.

use crate::exit::Exit;

/// Something that could not be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// How the command ends for it.
    pub exit: Exit,
    /// What and why, lower case, without a full stop; names file and line where there are any.
    pub message: String,
    /// What to do next.
    pub hints: Vec<String>,
}

/// The result of what can fail for such a reason.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error that ends the command so.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hints: Vec::new() }
    }

    /// The command line is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Says what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}
