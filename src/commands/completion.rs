//! `igwctl completion`.

use clap_complete::Shell;

use crate::effects::terminal;
use crate::error::Result;
use crate::exit::Exit;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  source <(igwctl completion bash)")]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: &Args) -> Result<Exit> {
    terminal::print(&script(args.shell))?;
    Ok(Exit::Done)
}

/// The script of a shell.
pub(super) fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut super::command("igwctl"), "igwctl", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
