//! When a report fails: `--fail-on`, and what may not pass for clean.

use crate::exit::Exit;
use crate::report::{Diagnosis, Severity};
use crate::world::Why;

/// From which severity on findings make `diagnose` exit 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailOn {
    /// Errors.
    #[default]
    Error,
    /// Errors and warnings.
    Warning,
    /// Whatever was found.
    Info,
    /// Errors, and whatever could not be decided.
    Undecided,
    /// Nothing.
    None,
}

impl FailOn {
    /// What `--fail-on` takes.
    pub const ALL: &[(&str, FailOn)] = &[
        ("error", FailOn::Error),
        ("warning", FailOn::Warning),
        ("info", FailOn::Info),
        ("undecided", FailOn::Undecided),
        ("none", FailOn::None),
    ];
}

/// The exit code of a diagnosis, whatever its format.
///
/// What could not be decided for want of a right or of the cluster makes it exit 5 or 3, unless
/// nothing is to fail at all; what the inputs do not reach leaves the exit code alone.
pub fn exit(diagnosis: &Diagnosis, fail_on: FailOn) -> Exit {
    let worst = match fail_on {
        FailOn::None => None,
        FailOn::Error | FailOn::Undecided => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Info => Some(Severity::Info),
    };
    let found = worst.is_some_and(|worst| diagnosis.findings.iter().any(|it| it.severity <= worst));
    let open = fail_on == FailOn::Undecided && !diagnosis.undecided.is_empty();
    if found || open {
        return Exit::Findings;
    }
    let lacks = |why| fail_on != FailOn::None && diagnosis.undecided.iter().any(|it| it.why == why);
    if lacks(Why::Forbidden) {
        Exit::Forbidden
    } else if lacks(Why::Unreachable) {
        Exit::Failed
    } else {
        Exit::Done
    }
}
