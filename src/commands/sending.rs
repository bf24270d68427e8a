//! What those who write to a cluster share: what is told before, and the sending.

use std::time::Duration;

use super::consent::Consent;
use super::deletion;
use super::globals::Globals;
use super::telling::say;
use crate::change::{Action, Object, Obstacle, Plan, Reply, difference};
use crate::effects::clock;
use crate::effects::cluster::{Applying, Cluster};
use crate::effects::terminal;
use crate::error::{Error, Result};
use crate::model::ObjectRef;
use crate::model::manifest::Manifest;
use crate::output;

/// How often a binding is sent whose Role the API server has and does not know of yet.
const TRIES: u32 = 20;

/// Between two of these.
const BETWEEN: Duration = Duration::from_millis(250);

/// The error of what stands in an object's way.
pub(super) type Explain<'e> = &'e dyn Fn(&ObjectRef, &Obstacle) -> Error;

/// What is said of a run that ends in the middle.
pub(super) const GOES_ON: &str = "what came before it is done; the same command goes on";

/// Stops before anything is sent where something stands in the way, and shows what it is about.
pub(super) fn refuse_obstacles(plan: &Plan, globals: &Globals, error: Explain<'_>) -> Result<()> {
    let mut steps = plan.steps.iter();
    let stuck = steps.find_map(|it| Some((it, it.obstacles.first()?)));
    let Some((step, first)) = stuck else { return Ok(()) };
    if step.before.is_some() && step.action == Action::Configured {
        let style = terminal::error_style(globals.color());
        terminal::complain(&output::changes::colored(&difference::unified(step), &style));
    }
    Err(error(&step.object(), first).hint("nothing was sent"))
}

/// Tells what would happen.
pub(super) fn tell(plan: &Plan, suffix: &str) -> Result<()> {
    for step in &plan.steps {
        say(&step.resource_name(), step.action.word(), suffix)?;
    }
    Ok(())
}

/// What the user says is no obstacle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waived {
    /// That an object is another's.
    pub(super) adopt: bool,
    /// That a repository keeps it.
    pub(super) ignore_repository: bool,
}

impl Waived {
    /// Takes it out of a plan; what is to be known of that goes to the notes.
    pub(super) fn waive(self, plan: &mut Plan, notes: &mut Vec<String>) {
        for step in &mut plan.steps {
            let object = step.object();
            step.obstacles.retain(|it| match it {
                Obstacle::Foreign { .. } => !self.adopt,
                Obstacle::Repository(tool) if self.ignore_repository => {
                    notes.push(format!("{object} is kept by {tool}, which may change it back"));
                    false
                }
                _ => true,
            });
        }
    }
}

/// Applies an object. A `RoleBinding` is tried again where its Role is not found: that was made just
/// now, and the API server looks in what it remembers.
pub(super) fn applied(cluster: &mut Cluster, manifest: &Manifest, how: Applying) -> Result<Reply> {
    let mut left = if manifest.kind == "RoleBinding" { TRIES } else { 0 };
    loop {
        match cluster.apply(manifest, how)? {
            Reply::Refused(refusal) if refusal.code == 404 && left > 0 => {
                left -= 1;
                clock::rest(BETWEEN);
            }
            reply => return Ok(reply),
        }
    }
}

/// Sends what is to be changed, in order. What is as it is to be is told, and not sent.
pub(super) fn send(
    cluster: &mut Cluster,
    plan: &Plan,
    how: Applying,
    error: Explain<'_>,
) -> Result<()> {
    let how = Applying { dry_run: false, ..how };
    let spinner = terminal::spinner();
    for step in &plan.steps {
        if step.action != Action::Unchanged {
            spinner.wait_for(&step.resource_name());
            if let Reply::Refused(refusal) = applied(cluster, &step.manifest, how)? {
                return Err(error(&step.object(), &Obstacle::of(refusal)).hint(GOES_ON));
            }
        }
        spinner.aside(|| say(&step.resource_name(), step.action.word(), ""))?;
    }
    Ok(())
}

/// Deletes objects, in order: really, or with a suffix only as far as `dry_run` goes.
/// `roles` is the file with the rights.
pub(super) fn delete(
    cluster: &mut Cluster,
    objects: &[Object],
    word: &str,
    consent: &Consent,
    roles: &str,
) -> Result<()> {
    let suffix = consent.suffix();
    let spinner = terminal::spinner();
    for (at, object) in objects.iter().enumerate() {
        if !consent.is_by_client() {
            spinner.wait_for(&format!("{} goes", object.resource_name()));
            let reply = cluster.delete(object, suffix.is_some())?;
            let before = if at > 0 { GOES_ON } else { "nothing was deleted" };
            deletion::gone(object, reply, roles).map_err(|error| error.hint(before))?;
        }
        spinner.aside(|| say(&object.resource_name(), word, suffix.unwrap_or_default()))?;
    }
    Ok(())
}
