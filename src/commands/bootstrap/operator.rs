//! The `IstioOperator` that describes the mesh, and the entry that is put into it or taken out.

use super::ROLES;
use crate::bootstrap::istio_operator::{self, INSTALLED_STATE, Merged, NAMESPACE, Taken};
use crate::change::{Action, Object, Obstacle, Reply, Step, difference, owner};
use crate::commands::globals::Globals;
use crate::commands::obstacle::{self, Sender};
use crate::commands::sending::{GOES_ON, Waived};
use crate::commands::telling::say;
use crate::effects::cluster::Cluster;
use crate::effects::terminal;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::Key;
use crate::model::manifest::Manifest;
use crate::output;
use crate::world::Kind;
use serde_json::Value;

/// An entry that is put into an object, or taken out of it.
pub(super) struct Entry {
    pub(super) step: Step,
    object: Object,
    operations: Value,
}

/// The object that an operator acts on: the one of the usual name, else the only one.
pub(super) fn target(cluster: &mut Cluster) -> Result<Option<Object>> {
    let mut all = objects(cluster)?;
    if let Some(at) = all.iter().position(|it| it.key().name == INSTALLED_STATE) {
        return Ok(Some(all.swap_remove(at)));
    }
    if all.len() > 1 {
        let names: Vec<String> = all.iter().map(|it| it.key().to_string()).collect();
        let message = format!(
            "there are several IstioOperators, and none is {INSTALLED_STATE}: {}",
            names.join(", ")
        );
        return Err(Error::new(Exit::Failed, message)
            .hint("--render writes the entry, to be put where it belongs"));
    }
    Ok(all.pop())
}

/// The `IstioOperator`s where the control plane is, but for those that igwctl made.
fn objects(cluster: &mut Cluster) -> Result<Vec<Object>> {
    let found = cluster.labelled_in(&[Kind::IstioOperators], "", NAMESPACE)?;
    if let Some(gap) = found.gaps.first() {
        return Err(Error::new(Exit::Forbidden, gap.clone())
            .hint(format!("{ROLES} has the rights that it takes")));
    }
    let is_ours = |it: &Object| matches!(owner::of(it), owner::Owner::Gateway(_));
    Ok(found.objects.into_iter().filter(|it| !is_ours(it)).collect())
}

/// The entry of a gateway, put into an object.
pub(super) fn put(
    cluster: &mut Cluster,
    object: &Object,
    manifest: &Manifest,
    own: &Key,
    waived: Waived,
) -> Result<Entry> {
    not_a_repositorys(object, waived)?;
    let entry = &manifest.rest["spec"]["components"]["ingressGateways"][0];
    let whole = whole(object);
    let merged = istio_operator::merge(&whole, entry, waived.adopt);
    let merged = merged.map_err(|it| taken(object, own, it, "--adopt takes it over"))?;
    tried(cluster, object, merged)
}

/// The entries of a gateway, each taken out of its object.
pub(super) fn take_out(cluster: &mut Cluster, own: &Key, waived: Waived) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for object in objects(cluster)? {
        match istio_operator::unmerge(&whole(&object), own) {
            Ok(merged) if !merged.operations.is_empty() => {
                not_a_repositorys(&object, waived)?;
                entries.push(tried(cluster, &object, merged)?);
            }
            // What is another's stays.
            Ok(_) | Err(_) => {}
        }
    }
    Ok(entries)
}

/// Stops where a repository keeps the object, unless that is no obstacle.
fn not_a_repositorys(object: &Object, waived: Waived) -> Result<()> {
    match owner::of(object) {
        owner::Owner::Repository(tool) if !waived.ignore_repository => {
            let obstacle = Obstacle::Repository(tool);
            Err(obstacle::error(&object.reference(), &obstacle, Sender::Bootstrap))
        }
        _ => Ok(()),
    }
}

fn whole(object: &Object) -> Value {
    object.at("").cloned().unwrap_or_default()
}

/// The change, by the word of a dry run.
fn tried(cluster: &mut Cluster, object: &Object, merged: Merged) -> Result<Entry> {
    let operations = Value::Array(merged.operations);
    let reference = object.reference();
    let is_same = operations.as_array().is_none_or(Vec::is_empty);
    if !is_same {
        let version = object.text("/metadata/resourceVersion");
        if let Reply::Refused(refusal) = cluster.patch(&reference, &operations, version, true)? {
            let exit = if refusal.code == 403 { Exit::Forbidden } else { Exit::Failed };
            return Err(Error::new(exit, format!("{reference}: {}", refusal.message))
                .hint(format!("{ROLES} has the rights that it takes")));
        }
    }
    let manifest = Manifest::new(
        &reference.api_version,
        &reference.kind,
        &reference.namespace,
        &reference.name,
    );
    let after = Object::of(merged.object).set_by_people();
    let step = Step::of(manifest, Some(object.set_by_people()), after);
    Ok(Entry { step, object: object.clone(), operations })
}

fn taken(object: &Object, own: &Key, why: Taken, hint: &str) -> Error {
    let object = object.reference();
    match why {
        Taken::Foreign => Error::new(
            Exit::Failed,
            format!("{object} has an entry for a gateway {own}, and igwctl did not make it"),
        )
        .hint("another NAME makes an entry of another name")
        .hint(hint),
        Taken::Malformed(what) => Error::new(Exit::Failed, format!("{object}: {what}")),
    }
}

impl Entry {
    /// Whether it is as it is to be.
    pub(super) fn is_there(&self) -> bool {
        self.step.action == Action::Unchanged
    }

    /// What will become of the object, line by line.
    pub(super) fn summary(&self, globals: &Globals) -> String {
        let style = terminal::error_style(globals.color());
        output::changes::colored(&difference::unified(&self.step), &style)
    }

    /// Sends it, if the object is still the one that was looked at.
    pub(super) fn send(&self, cluster: &mut Cluster) -> Result<()> {
        let reference = self.object.reference();
        if !self.is_there() {
            let version = self.object.text("/metadata/resourceVersion");
            match cluster.patch(&reference, &self.operations, version, false)? {
                Reply::Done(_) => {}
                Reply::Refused(refusal) => {
                    let error =
                        obstacle::error(&reference, &Obstacle::of(refusal), Sender::Bootstrap);
                    return Err(error.hint(GOES_ON));
                }
            }
        }
        say(&self.step.resource_name(), self.step.action.word(), "")
    }
}
