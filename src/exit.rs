//! The one table of exit codes; main, `--help`, the man pages and the tests read it.

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, and nothing to fail on.
    Done,
    /// Findings, differences, or a client that gets what it should not.
    Findings,
    /// The command line was wrong.
    Usage,
    /// It could not be done.
    Failed,
    /// What was asked for is not there.
    NotThere,
    /// The user may not.
    Forbidden,
    /// Input could not be parsed.
    Unparsed,
    /// `--wait` ran out of time.
    TimedOut,
    /// Interrupted.
    Interrupted,
    /// The reader of the output went away.
    BrokenPipe,
}

/// Every way to end, with its code, a word or two, and its meaning, in the order of the codes.
pub const TABLE: &[(Exit, u8, &str, &str)] = &[
    (Exit::Done, 0, "done", "done; nothing at or above --fail-on"),
    (
        Exit::Findings,
        1,
        "findings or differences",
        "findings at or above --fail-on, differences, or what a client gets is wrong",
    ),
    (Exit::Usage, 2, "usage", "the command line is wrong"),
    (
        Exit::Failed,
        3,
        "failed",
        "it could not be done: cluster unreachable, credentials refused, conflict",
    ),
    (Exit::NotThere, 4, "not there", "what was asked for is not there"),
    (Exit::Forbidden, 5, "forbidden", "forbidden"),
    (Exit::Unparsed, 65, "not parsed", "input could not be parsed"),
    (Exit::TimedOut, 124, "timed out", "--wait ran out of time"),
    (Exit::Interrupted, 130, "interrupted", "interrupted, or a no where it asked"),
    (Exit::BrokenPipe, 141, "broken pipe", "broken pipe"),
];

impl Exit {
    /// The code for the shell.
    pub fn code(self) -> u8 {
        TABLE.iter().find(|(exit, ..)| *exit == self).map_or(3, |(_, code, ..)| *code)
    }
}

/// The table as text.
pub fn help() -> String {
    let rows = TABLE.iter().map(|(_, code, _, meaning)| format!("  {code:<4} {meaning}\n"));
    format!("Exit codes:\n{}", rows.collect::<String>())
}

/// The columns that the codes in a sentence take at most.
const BRIEF: usize = 78;

/// The codes in a sentence, for a help of one screen.
pub fn brief() -> String {
    let mut text = "Exit codes:".to_owned();
    let mut length = text.len();
    for (position, (_, code, word, _)) in TABLE.iter().enumerate() {
        let comma = if position + 1 == TABLE.len() { "" } else { "," };
        let way = format!(" {code} {word}{comma}");
        // A code and its word stay together.
        if length + way.len() > BRIEF {
            text += "\n ";
            length = 1;
        }
        text += &way;
        length += way.len();
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_end_has_a_code_of_its_own() {
        let codes: Vec<u8> = TABLE.iter().map(|(_, code, ..)| *code).collect();
        assert!(codes.is_sorted_by(|a, b| a < b));
        assert_eq!(Exit::Unparsed.code(), 65);
    }
}
