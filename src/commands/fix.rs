//! `diagnose --fix`: which fixes are applied, what is shown of them, and who agrees to it.

use super::globals::{Globals, span};
use super::mend::{Look, Mender};
use super::telling::warn;
use crate::change::difference;
use crate::effects::cluster::Cluster;
use crate::effects::{prompt, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output;
use crate::output::style::harmless;
use crate::report::{Diagnosis, Fix, Step};

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Fixing")]
pub(super) struct Fixing {
    /// Apply what is safe, each shown as a diff, and diagnose again
    #[arg(long, conflicts_with_all = ["complete", "assume_gateway"])]
    pub(super) fix: bool,

    /// Apply them without asking
    #[arg(short, long, requires = "fix")]
    yes: bool,

    /// Only say what would be done
    ///
    /// server: by the API server's word; client: by the steps alone.
    #[arg(long, hide_possible_values = true, value_name = "WHO", num_args = 0..=1, require_equals = true, requires = "fix",
          default_missing_value = "server", value_parser = ["client", "server"])]
    dry_run: Option<String>,

    /// Change objects too that Argo CD, Flux or Helm keeps, though they may change them back
    #[arg(long, requires = "fix", hide_short_help = true)]
    ignore_repository: bool,

    /// How long to wait until a new Certificate is Ready
    #[arg(
        long,
        value_name = "TIME",
        default_value = "5m",
        requires = "fix",
        hide_short_help = true
    )]
    timeout: String,

    /// Ask nothing, even on a terminal
    #[arg(long, requires = "fix", hide_short_help = true)]
    no_input: bool,
}

/// What came of it.
#[derive(Default)]
pub(super) struct Outcome {
    /// Whether something may have been changed.
    pub(super) changed: bool,
    /// What could not be done.
    pub(super) failed: Vec<Error>,
}

impl Fixing {
    /// Refuses what cannot be fixed, before anything is read.
    pub(super) fn check(&self, paths: &[String]) -> Result<()> {
        if !self.fix {
            return Ok(());
        }
        span("--timeout", &self.timeout)?;
        if !paths.is_empty() {
            return Err(Error::usage("--fix changes a cluster, not files, logs or bundles")
                .hint("without PATH it looks at the cluster of the context, and fixes it")
                .hint(
                    "for files, the report without --fix says what to change: commands, and \
                     manifests with -o json",
                ));
        }
        let may_ask = !self.no_input && prompt::is_possible();
        if self.dry_run.is_none() && !self.yes && !may_ask {
            return Err(Error::usage("nobody is there to be asked, and nothing was sent")
                .hint("--yes applies without asking; --dry-run only says what would be done"));
        }
        Ok(())
    }

    /// Applies the fixes of a diagnosis. One that fails does not keep the others from being applied.
    pub(super) fn run(&self, diagnosis: &Diagnosis, globals: &Globals) -> Result<Outcome> {
        let chosen = self.chosen(diagnosis, globals);
        let mut outcome = Outcome::default();
        if chosen.is_empty() {
            return Ok(outcome);
        }
        let mut mender = Mender {
            cluster: Cluster::connect(&globals.access()?)?,
            ignores_repository: self.ignore_repository,
            limit: span("--timeout", &self.timeout)?,
        };
        for (title, fix) in chosen {
            let style = terminal::error_style(globals.color());
            terminal::complain(&format!("{}\n  {}\n", harmless(&title), harmless(&fix.message)));
            match self.apply(&mut mender, fix, &style) {
                Ok(changed) => outcome.changed |= changed,
                Err(error) if error.exit == Exit::Interrupted => return Err(error),
                Err(error) => {
                    // What came before the failure is done.
                    outcome.changed |= self.dry_run.is_none();
                    terminal::complain(&format!("  not done: {}\n", harmless(&error.message)));
                    for hint in &error.hints {
                        terminal::complain(&format!("    {}\n", harmless(hint)));
                    }
                    outcome.failed.push(error);
                }
            }
        }
        Ok(outcome)
    }

    /// The fixes that are applied, each with what it is for, no two alike; last what was begun before.
    fn chosen<'d>(&self, diagnosis: &'d Diagnosis, globals: &Globals) -> Vec<(String, &'d Fix)> {
        let mut chosen: Vec<(String, &Fix)> = Vec::new();
        let mut notes = Vec::new();
        for finding in &diagnosis.findings {
            let Some(fix) = &finding.fix else { continue };
            let title = format!("{}: {} ({})", finding.object, finding.message, finding.code);
            if let (Some(tool), false) = (fix.kept_by, self.ignore_repository) {
                notes.push(format!(
                    "{title} is not fixed: {tool} keeps what would be changed, and would change it \
                     back; change the source, or use --ignore-repository"
                ));
            } else if fix.steps.is_empty() || !(fix.safe || fix.kept_by.is_some()) {
                notes.push(format!("{title} is not fixed: no fix of it is safe in every case"));
            } else if !chosen.iter().any(|(_, other)| other.steps == fix.steps) {
                chosen.push((title, fix));
            }
        }
        let begun = "a move that was begun before".to_owned();
        chosen.extend(diagnosis.unfinished.iter().map(|fix| (begun.clone(), fix)));
        warn(&notes, globals);
        chosen
    }

    /// Shows a fix, and does it once somebody agreed; whether something may have been changed.
    fn apply(&self, mender: &mut Mender, fix: &Fix, style: &output::style::Style) -> Result<bool> {
        let tell = |text: String| terminal::complain(&harmless_lines(&text));
        if self.dry_run.as_deref() == Some("client") {
            for step in &fix.steps {
                tell(format!("  {} (dry run)\n", words(step)));
            }
            return Ok(false);
        }
        let is_tried = self.dry_run.is_some();
        for step in &fix.steps {
            match mender.look(step, fix, is_tried)? {
                Look::Write(change) => {
                    let difference = difference::unified(&change);
                    terminal::complain(&output::changes::colored(&difference, style));
                }
                Look::Delete(there) => {
                    let difference = difference::of_removed(&there);
                    terminal::complain(&output::changes::colored(&difference, style));
                }
                Look::Wait => {}
                Look::Leave(why) => {
                    tell(format!("  leave: {why}\n"));
                    continue;
                }
            }
            let suffix = if is_tried { " (server dry run)" } else { "" };
            tell(format!("  {}{suffix}\n", words(step)));
        }
        if is_tried {
            return Ok(false);
        }
        if !self.yes && !prompt::confirm("Apply this fix?")? {
            tell("  nothing was sent\n".to_owned());
            return Ok(false);
        }
        mender.mend(fix, &|name, what| tell(format!("  {name} {what}\n")))?;
        Ok(true)
    }
}

/// A step as a clause.
fn words(step: &Step) -> String {
    match step {
        Step::Patch { object, .. } => format!("change {object}"),
        Step::Apply { manifest } => format!("apply {}", manifest.object()),
        Step::WaitReady { certificate } => format!("wait until {certificate} is Ready"),
        Step::Delete { object, written_for: Some(of), .. } => {
            format!("delete {object}, if cert-manager wrote it for Certificate {of}")
        }
        Step::Delete { object, .. } => format!("delete {object}"),
    }
}

fn harmless_lines(text: &str) -> String {
    text.lines().map(|line| harmless(line) + "\n").collect()
}
