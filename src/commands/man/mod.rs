//! `igwctl man`.
//!
//! | file | answers |
//! | --- | --- |
//! | `outside.rs` | which variables and files a command goes by |
//! | `roff.rs` | text as man pages have it |

mod outside;
mod roff;

use clap::Command;

use super::{help, meant};
use crate::effects::terminal;
use crate::error::{Error, Result};
use crate::exit::{self, Exit};

/// The day that the pages tell: that on which this version was begun. A page that told the day of
/// its making would be another one each day.
const DAY: &str = "2026-11-24";

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  igwctl man diagnose | man -l -")]
pub(super) struct Args {
    /// The subcommand
    subcommand: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<Exit> {
    let name = args.subcommand.as_deref().map_or(String::new(), |name| format!("-{name}"));
    let file = format!("igwctl{name}.1");
    let pages = pages();
    let Some((_, page)) = pages.iter().find(|(it, _)| *it == file) else {
        let known: Vec<&str> = pages.iter().map(|(file, _)| file.trim_end_matches(".1")).collect();
        let error = Error::usage(format!("there is no page {file}"));
        let commands = known.iter().filter_map(|it| it.strip_prefix("igwctl-"));
        let error = meant::near(error, name.trim_start_matches('-'), commands);
        return Err(error.hint(format!("there are {}", known.join(", "))));
    };
    terminal::print(page)?;
    Ok(Exit::Done)
}

/// Every page, with the name of its file.
pub(super) fn pages() -> Vec<(String, String)> {
    let mut program = super::command("igwctl").disable_help_subcommand(true);
    program.build();
    let names: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
    let mut pages = vec![("igwctl.1".to_owned(), page(&program, "igwctl", &names))];
    for subcommand in program.get_subcommands() {
        let name = format!("igwctl-{}", subcommand.get_name());
        pages.push((format!("{name}.1"), page(subcommand, &name, &[])));
    }
    pages
}

/// One page; `subcommands` are those that have pages of their own.
fn page(command: &Command, name: &str, subcommands: &[&str]) -> String {
    let after = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let (examples, prose) = help::parted(after.trim_end_matches(&help::end()));
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let version = concat!("igwctl ", env!("CARGO_PKG_VERSION"));
    let mut text = format!(".TH {} 1 {DAY} \"{version}\" \"igwctl\"\n", name.to_uppercase());
    let named = about.trim_end_matches('.');
    text += &format!(".SH NAME\n{} \\- {}\n", roff::text(name), roff::text(named));
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    text += &format!(".SH SYNOPSIS\n{}", roff::verbatim(usage));
    text += &format!(".SH DESCRIPTION\n{}\n", roff::text(&about));
    for paragraph in help::paragraphs(&prose) {
        text += ".PP\n";
        text += &if help::is_laid_out(paragraph) {
            roff::verbatim(paragraph)
        } else {
            format!("{}\n", roff::text(paragraph))
        };
    }
    text += &options(command);
    if subcommands.is_empty() {
        text += ".PP\nThe options of all commands, such as \\-\\-context and \\-\\-kubeconfig, are in igwctl(1).\n";
    }
    if !subcommands.is_empty() {
        text += ".SH SUBCOMMANDS\n";
        for it in command.get_subcommands() {
            let about = it.get_about().map(ToString::to_string).unwrap_or_default();
            let name = roff::text(&format!("igwctl-{}", it.get_name()));
            text += &format!(".TP\n\\fB{name}\\fR(1)\n{}\n", roff::text(&about));
        }
    }
    text += &format!(".SH EXAMPLES\n{}", roff::verbatim(&examples));
    text += ".SH EXIT STATUS\n";
    for (_, code, _, meaning) in exit::TABLE {
        text += &format!(".TP\n\\fB{code}\\fR\n{}\n", roff::text(meaning));
    }
    for (title, entries) in [
        ("ENVIRONMENT", outside::variables(command.get_name())),
        ("FILES", outside::files(command.get_name())),
    ] {
        text += &format!(".SH {title}\n");
        for (name, meaning) in entries {
            text += &format!(".TP\n\\fB{}\\fR\n{}\n", roff::text(name), roff::text(meaning));
        }
    }
    let also = if subcommands.is_empty() { "igwctl(1), kubectl(1)" } else { "kubectl(1)" };
    text += &format!(".SH SEE ALSO\n{also}\n");
    roff::tidy(&text)
}

/// The options, as clap knows them.
fn options(command: &Command) -> String {
    let mut section = Vec::new();
    // A page has room for what a screen has none for.
    let command = command.clone().mut_args(|it| it.hide_short_help(false));
    // Writing into a Vec does not fail.
    drop(clap_mangen::Man::new(command).render_options_section(&mut section));
    String::from_utf8_lossy(&section).into_owned()
}
