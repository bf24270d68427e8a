//! The page of a finding, and the book of all pages; projections of the checks' own text.

use std::fmt::Write as _;

use super::check::Check;
use super::checks;
use crate::report::Severity;

/// The page of one check, as Markdown.
pub fn page(check: &Check) -> String {
    let severity = match check.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    format!("## {}\n\n**{}** · {severity}\n\n{}\n", check.code, check.title, check.explain)
}

/// `docs/checks.md`: the pages of all checks.
pub fn book() -> String {
    let mut book = String::from(
        "# Findings\n\nWhat `igwctl diagnose` can find. A code keeps its meaning once it is \
         published. This file is written by the tool (`igwctl explain --all`).\n\n",
    );
    for check in checks::ALL {
        let code = check.code.to_lowercase();
        let _: std::fmt::Result = writeln!(book, "- [{}](#{code}) {}", check.code, check.title);
    }
    for check in checks::ALL {
        book.push('\n');
        book.push_str(&page(check));
    }
    book
}
