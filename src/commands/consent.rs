//! Whether somebody agrees to a change: flags that all commands share that change something.

use crate::effects::{prompt, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Consent {
    /// Do it without asking
    #[arg(short, long)]
    pub(super) yes: bool,

    /// Only say what would be done
    ///
    /// server: by the API server's word; client: by what is known here.
    #[arg(long, hide_possible_values = true, value_name = "WHO", num_args = 0..=1, require_equals = true,
          default_missing_value = "server", value_parser = ["client", "server"])]
    dry_run: Option<String>,

    /// Ask nothing, even on a terminal
    #[arg(long, hide_short_help = true)]
    no_input: bool,
}

/// By whose word it is only said what would be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DryRun {
    /// That of what is known here.
    Client,
    /// The API server's.
    Server,
}

impl DryRun {
    /// What stands behind each line, as kubectl has it.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }
}

impl Consent {
    /// Whether any of the flags is given.
    pub(super) fn is_given(&self) -> bool {
        self.yes || self.no_input || self.dry_run.is_some()
    }

    /// Whether it is only to be said what would be done, and by whose word.
    pub(super) fn dry_run(&self) -> Option<DryRun> {
        let client = |who: &String| if who == "client" { DryRun::Client } else { DryRun::Server };
        self.dry_run.as_ref().map(client)
    }

    /// Whether not even a dry run is to be sent.
    pub(super) fn is_by_client(&self) -> bool {
        self.dry_run() == Some(DryRun::Client)
    }

    /// What is appended to what would happen, if it does not.
    pub(super) fn suffix(&self) -> Option<&'static str> {
        self.dry_run().map(DryRun::suffix)
    }

    /// Asks, unless that was answered on the command line.
    pub(super) fn ask(&self, summary: &str, question: &str) -> Result<()> {
        if self.yes {
            return Ok(());
        }
        terminal::complain(summary);
        if prompt::confirm(question)? {
            return Ok(());
        }
        Err(Error::new(Exit::Interrupted, "nothing was sent"))
    }

    /// Whether somebody may be asked, and is there.
    pub(super) fn may_ask(&self) -> bool {
        !self.no_input && prompt::is_possible()
    }

    /// Refuses what nobody can agree to, before anything is read.
    pub(super) fn check(&self) -> Result<()> {
        if self.yes || self.dry_run.is_some() || self.may_ask() {
            return Ok(());
        }
        Err(Error::usage("nobody is there to be asked, and nothing was sent")
            .hint("--yes does it without asking; --dry-run only says what would be done"))
    }
}
