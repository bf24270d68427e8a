//! `igwctl explain`.

use crate::diagnose::{checks, explain};
use crate::effects::terminal;
use crate::error::{Error, Result};
use crate::exit::Exit;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  igwctl explain IGW0301")]
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

pub(super) fn run(args: Args) -> Result<Exit> {
    let text = match &args.code {
        _ if args.all => explain::book(),
        _ if args.list => {
            checks::ALL.iter().map(|check| format!("{}  {}\n", check.code, check.title)).collect()
        }
        None => String::new(),
        Some(code) => match checks::find(code) {
            Some(check) => explain::page(check),
            None => {
                return Err(Error::usage(format!("there is no finding {code}"))
                    .hint("igwctl explain --list names them all"));
            }
        },
    };
    terminal::print(&text)?;
    Ok(Exit::Done)
}
