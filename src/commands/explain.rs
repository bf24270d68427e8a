//! `igwctl explain`.

use super::globals::Globals;
use super::meant;
use crate::diagnose::{checks, explain};
use crate::effects::terminal;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  igwctl explain IGW0301")]
pub(super) struct Args {
    /// The code, such as IGW0301
    #[arg(required_unless_present_any = ["all", "list"])]
    code: Option<String>,

    /// All pages, as they stand in docs/checks.md
    #[arg(long)]
    all: bool,

    /// The codes, a line each
    #[arg(long, conflicts_with = "all")]
    list: bool,
}

pub(super) fn run(args: Args, globals: &Globals) -> Result<Exit> {
    let text = match &args.code {
        _ if args.all => explain::book(),
        _ if args.list => {
            checks::ALL.iter().map(|check| format!("{}  {}\n", check.code, check.title)).collect()
        }
        None => String::new(),
        Some(code) => explain::page(checks::find(code).ok_or_else(|| unknown(code))?),
    };
    let style = terminal::style(globals.color());
    let is_read_at_once = terminal::is_terminal();
    terminal::print(&if is_read_at_once { output::document(&text, &style) } else { text })?;
    Ok(Exit::Done)
}

fn unknown(code: &str) -> Error {
    let error = Error::usage(format!("there is no finding {code}"));
    let error = meant::near(error, code, checks::ALL.iter().map(|it| it.code));
    error.hint("igwctl explain --list names them all")
}
