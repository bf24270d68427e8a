//! `igwctl completion`.

use crate::effects::terminal;
use crate::error::Result;
use crate::exit::Exit;

/// The script of each shell, as it stands in `completions/`. They know nothing of igwctl: what a
/// line is completed with they ask of it, at each press of Tab.
const SCRIPTS: [(&str, &str); 4] = [
    ("bash", include_str!("../../completions/igwctl.bash")),
    ("zsh", include_str!("../../completions/_igwctl")),
    ("fish", include_str!("../../completions/igwctl.fish")),
    ("powershell", include_str!("../../completions/igwctl.ps1")),
];

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # for this shell
  source <(igwctl completion bash)
  source <(igwctl completion zsh)
  igwctl completion fish | source
  igwctl completion powershell | Out-String | Invoke-Expression

  # for those to come
  igwctl completion bash > ~/.local/share/bash-completion/completions/igwctl
  igwctl completion fish > ~/.config/fish/completions/igwctl.fish

Names of the cluster are asked of the cluster, and left out where it does not answer at once. For
kubectl igw, kubectl_complete-igw has to be in PATH: a link to igwctl.")]
pub(super) struct Args {
    /// The shell
    #[arg(value_parser = SCRIPTS.map(|(name, _)| name))]
    shell: String,
}

pub(super) fn run(args: &Args) -> Result<Exit> {
    let script = SCRIPTS.iter().find(|(name, _)| *name == args.shell);
    terminal::print(script.map_or("", |(_, script)| script))?;
    Ok(Exit::Done)
}
