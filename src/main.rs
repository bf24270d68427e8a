//! Parses, runs, and ends.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(igwctl::commands::main().code())
}
