//! Everything that `probe` can say, as `docs/probe.md`.

use std::fmt::Write as _;

use super::Sense;
use crate::report::Severity;

/// The table of what a client may get, and what may be behind it.
pub fn book() -> String {
    let mut book = String::from(
        "# What `igwctl probe` says\n\nEach thing that a client may get at an Istio gateway, with \
         its code, and what may be behind it, the likeliest first. At an error, `probe` exits 1; \
         with `-k`, what is wrong with a certificate is a warning. What Istio and Envoy do is that \
         of Istio 1.30 and Envoy 1.40. This file is written by the tool.\n",
    );
    for sense in Sense::ALL {
        let severity = match sense.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        let (code, title) = (sense.code(), sense.title());
        let _: std::fmt::Result = write!(book, "\n## {code}\n\n{title} · {severity}\n");
        for (position, suspect) in sense.suspects().iter().enumerate() {
            let start = if position == 0 { "\n- " } else { "- " };
            let _: std::fmt::Result = writeln!(book, "{start}{suspect}");
        }
    }
    book
}
