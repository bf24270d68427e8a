//! `diagnose --fix`: which fixes are applied, what is shown of them, who agrees to it, and whether they
//! help.
//!
//! | file | answers |
//! | --- | --- |
//! | `look.rs` | what a step will do, by dry runs |
//! | `mend.rs` | the steps, one after the other |
//! | `undo.rs` | what was done, and how it is undone |

mod look;
mod mend;
mod undo;

use std::time::Duration;

use self::look::Look;
use self::mend::{BETWEEN, Mender};
use super::consent::{Consent, DryRun};
use super::globals::{Globals, span};
use super::telling::warn;
use crate::change::difference;
use crate::diagnose::recheck;
use crate::effects::clock::{self, Deadline};
use crate::effects::cluster::Cluster;
use crate::effects::{prompt, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output;
use crate::output::style::Style;
use crate::report::{Diagnosis, Finding, Fix, Step};
use crate::session::Known;

/// How long a change may take to be seen everywhere: rights are cached, and watches lag behind.
const SETTLES: Duration = Duration::from_secs(10);

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Fixing")]
pub(super) struct Fixing {
    /// Apply what is safe, each shown as a diff; undo what does not help
    ///
    /// After each it is diagnosed again.
    #[arg(long, conflicts_with_all = ["complete", "assume_gateway"])]
    pub(super) fix: bool,

    /// Copy secrets too, with their private keys, to where a gateway reads them: all who may read
    /// secrets there may then read these
    #[arg(long, requires = "fix", hide_short_help = true)]
    copy_private_keys: bool,

    #[command(flatten)]
    consent: Consent,

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
}

/// A report, and what is to be known of its inputs.
pub(super) type Asked = (Diagnosis, Known);

/// Asks the cluster again.
type Ask<'a> = &'a dyn Fn() -> Result<Asked>;

/// A fix that is applied, and what for.
struct Chosen {
    title: String,
    /// What it is for; nothing where it is the end of what was begun before.
    finding: Option<Finding>,
    fix: Fix,
}

/// What was tried, or is not to be tried, so that nothing is twice.
#[derive(Default)]
struct Tried {
    fixes: Vec<(String, String)>,
    steps: Vec<Vec<Step>>,
    notes: Vec<String>,
}

impl Fixing {
    /// Refuses what cannot be fixed, before anything is read.
    pub(super) fn check(&self, paths: &[String]) -> Result<()> {
        if !self.fix {
            let is_given = self.consent.is_given();
            return if is_given {
                Err(Error::usage("--yes, --dry-run and --no-input are for --fix"))
            } else {
                Ok(())
            };
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
        self.consent.check()
    }

    /// Applies the fixes of a diagnosis, one after the other, and asks again after each. One that
    /// fails does not keep the others from being applied.
    pub(super) fn run(
        &self,
        first: Asked,
        ask: Ask<'_>,
        globals: &Globals,
    ) -> Result<(Asked, Vec<Error>)> {
        let mut now = first;
        let mut tried = Tried::default();
        let mut failed = Vec::new();
        let mut mender: Option<Mender> = None;
        let style = terminal::error_style(globals.color());
        while let Some(chosen) = self.next(&now.0, &mut tried, globals) {
            let mender = match &mut mender {
                Some(mender) => mender,
                none => none.insert(Mender {
                    cluster: Cluster::connect(&globals.access()?)?,
                    ignores_repository: self.ignore_repository,
                    limit: span("--timeout", &self.timeout)?,
                }),
            };
            let Chosen { title, fix, .. } = &chosen;
            let shown = output::message(None, "", title, &style)
                + &output::message(None, "  ", &fix.message, &style);
            terminal::complain(&shown);
            match self.apply(mender, &chosen, &now.0, ask, &style) {
                Ok(false) => {}
                Ok(true) => now = ask()?,
                Err(error) if error.exit == Exit::Interrupted => return Err(error),
                Err(error) => {
                    let why = output::message(None, "  not done: ", &error.message, &style);
                    terminal::complain(&why);
                    for hint in &error.hints {
                        terminal::complain(&output::message(None, "    ", hint, &style));
                    }
                    failed.push(error);
                    if self.consent.dry_run().is_none() {
                        now = ask()?;
                    }
                }
            }
        }
        if !tried.fixes.is_empty() {
            // The report comes after it.
            terminal::complain("\n");
        }
        Ok((now, failed))
    }

    /// The next fix that is to be applied; last what was begun before.
    fn next(&self, diagnosis: &Diagnosis, tried: &mut Tried, globals: &Globals) -> Option<Chosen> {
        let mut notes = Vec::new();
        let mut chosen = None;
        for finding in &diagnosis.findings {
            let Some(fix) = &finding.fix else { continue };
            let title = format!("{}: {} ({})", finding.object, finding.message, finding.code);
            match self.reason_against(fix) {
                Some(reason) => notes.push(format!("{title} is not fixed: {reason}")),
                None if chosen.is_none() && tried.is_new(&title, fix) => {
                    let finding = Some(finding.clone());
                    chosen = Some(Chosen { title, finding, fix: fix.clone() });
                }
                None => {}
            }
        }
        notes.retain(|it| !tried.notes.contains(it));
        warn(&notes, globals);
        tried.notes.append(&mut notes);
        chosen.or_else(|| {
            let title = "a move that was begun before";
            let fix = diagnosis.unfinished.iter().find(|fix| tried.is_new(title, fix))?;
            Some(Chosen { title: title.to_owned(), finding: None, fix: fix.clone() })
        })
    }

    /// Why a fix is not applied, as a clause.
    fn reason_against(&self, fix: &Fix) -> Option<String> {
        if let (Some(tool), false) = (fix.kept_by, self.ignore_repository) {
            return Some(format!(
                "{tool} keeps what would be changed, and would change it back; change the source, \
                 or use --ignore-repository"
            ));
        }
        if fix.steps.iter().any(Step::moves_key) {
            let is_asked_for = self.copy_private_keys;
            let how = "its fix copies a private key, which --copy-private-keys does".to_owned();
            return (!is_asked_for).then_some(how);
        }
        let is_safe = !fix.steps.is_empty() && (fix.safe || fix.kept_by.is_some());
        (!is_safe).then(|| "no fix of it is safe in every case".to_owned())
    }

    /// Shows a fix, and does it once somebody agreed; whether it is done.
    fn apply(
        &self,
        mender: &mut Mender,
        chosen: &Chosen,
        before: &Diagnosis,
        ask: Ask<'_>,
        style: &Style,
    ) -> Result<bool> {
        let fix = &chosen.fix;
        let tell = |text: String| terminal::complain(&output::message(None, "  ", &text, style));
        let dry_run = self.consent.dry_run();
        let suffix = dry_run.map_or("", DryRun::suffix);
        if dry_run == Some(DryRun::Client) {
            for step in &fix.steps {
                tell(format!("{}{suffix}", words(step)));
            }
            return Ok(false);
        }
        for step in &fix.steps {
            let look = mender.look(step, fix);
            match look.map_err(|error| error.hint("nothing was sent for it"))? {
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
                    tell(format!("leave: {why}"));
                    continue;
                }
            }
            tell(format!("{}{suffix}", words(step)));
        }
        if dry_run.is_some() {
            return Ok(false);
        }
        if !self.consent.yes && !prompt::confirm("Apply this fix?")? {
            tell("nothing was sent".to_owned());
            return Ok(false);
        }
        let limit = mender.limit.min(SETTLES);
        let mut verify = || verify(before, chosen.finding.as_ref(), ask, limit);
        mender.mend(fix, &|name, what| tell(format!("{name} {what}")), &mut verify)?;
        Ok(true)
    }
}

impl Tried {
    /// Whether a fix was not tried yet; from now on it was.
    fn is_new(&mut self, title: &str, fix: &Fix) -> bool {
        let fixed = (title.to_owned(), fix.message.clone());
        if self.fixes.contains(&fixed) || self.steps.contains(&fix.steps) {
            return false;
        }
        self.fixes.push(fixed);
        self.steps.push(fix.steps.clone());
        true
    }
}

/// Asks again until a fix is seen to help; an error, if it does not within this time.
fn verify(
    before: &Diagnosis,
    finding: Option<&Finding>,
    ask: Ask<'_>,
    limit: Duration,
) -> Result<()> {
    let deadline = Deadline::after(limit);
    loop {
        let (after, _) = ask()?;
        let Some(why) = recheck::failure(before, &after, finding) else { return Ok(()) };
        let Some(left) = deadline.left() else {
            return Err(Error::new(Exit::Failed, format!("it does not help: {why}")));
        };
        clock::rest(BETWEEN.min(left));
    }
}

/// A step as a clause.
fn words(step: &Step) -> String {
    match step {
        Step::Patch { object, .. } => format!("change {object}"),
        Step::Apply { manifest } => format!("apply {}", manifest.object()),
        Step::Copy { from, to } => format!("copy {from} to {to}, with its private key"),
        Step::WaitReady { certificate } => format!("wait until {certificate} is Ready"),
        Step::Delete { object, written_for: Some(of), .. } => {
            format!("delete {object}, if cert-manager wrote it for Certificate {of}")
        }
        Step::Delete { object, .. } => format!("delete {object}"),
    }
}
