//! The command line.
#![expect(clippy::disallowed_methods, reason = "the command line is read here")]

use std::ffi::OsString;
use std::path::Path;

/// How the program was called.
#[derive(Debug)]
pub struct Called {
    /// The name of its file: `igwctl`, or `kubectl-igw` as a plugin of kubectl.
    pub name: String,
    /// The arguments, the name first.
    pub arguments: Vec<OsString>,
}

/// Reads the command line.
pub fn called() -> Called {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let name = arguments.first().and_then(|it| Path::new(it).file_stem()?.to_str());
    // kubectl writes the dashes of a plugin's name as it likes.
    let name = name.unwrap_or("igwctl").replace('_', "-");
    Called { name, arguments }
}
