//! `bootstrap --delete`: the gateway taken away, once nothing depends on it.

use super::mesh::Mesh;
use super::operator;
use super::{Args, ROLES};
use crate::bootstrap::labels::{dependents, unseen};
use crate::change::owner::{self, Owner};
use crate::change::{GATEWAY_KINDS, Object};
use crate::commands::globals::Globals;
use crate::commands::telling::{self, say};
use crate::commands::{deletion, sending};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::{Key, ObjectRef, labels};
use crate::output::style::harmless;
use crate::world::Kind;

/// How many dependents are named at most.
const NAMED: usize = 10;

pub(super) fn run(args: &Args, globals: &Globals) -> Result<Exit> {
    let sending = &args.sending;
    let consent = &sending.consent;
    consent.check()?;
    let mut mesh = Mesh::ask(globals)?;
    let own = Key::new(&*mesh.namespace, &*args.name);
    let selector = labels::selector_of_gateway(&own.name);
    let found = mesh.cluster.labelled_in(GATEWAY_KINDS, &selector, &own.namespace)?;
    telling::warn(&found.gaps, globals);
    let (mut goes, mut kept) = (Vec::new(), Vec::new());
    for object in found.objects {
        match owner::of(&object) {
            Owner::Gateway(of) if of == own => goes.push(object),
            Owner::Repository(_) if sending.ignore_repository => goes.push(object),
            Owner::Repository(tool) => kept.push((object, tool)),
            _ => {}
        }
    }
    deletion::kept(&format!("gateway {own}"), &kept)?;
    let entries = if mesh.has_operators() {
        operator::take_out(&mut mesh.cluster, &own, sending.waived())?
    } else {
        Vec::new()
    };
    if goes.is_empty() && entries.is_empty() {
        if !found.gaps.is_empty() {
            return Err(Error::new(Exit::Forbidden, format!("nothing of {own} was seen")));
        }
        return Err(Error::new(Exit::NotThere, format!("igwctl made no gateway {own}")));
    }
    if let Err(gap) = mesh.world.covers(Kind::Gateways, Some(&own.namespace)) {
        let message = format!("what depends on {own} is not known: {}", gap.reason);
        return Err(Error::new(Exit::Forbidden, message)
            .hint("docs/roles/discover.yaml and bootstrap.yaml have the rights that it takes"));
    }
    telling::warn(&unseen(&mesh.world).into_iter().collect::<Vec<_>>(), globals);
    refuse(&own, &dependents(&mesh.world, &own))?;
    if consent.suffix().is_none() {
        consent.ask(&summary(&goes, &entries, globals), "Delete this?")?;
    }
    if let Some(suffix) = consent.suffix() {
        for entry in &entries {
            say(&entry.step.resource_name(), entry.step.action.word(), suffix)?;
        }
    } else {
        for entry in &entries {
            entry.send(&mut mesh.cluster)?;
        }
    }
    sending::delete(&mut mesh.cluster, &goes, "deleted", consent, ROLES)?;
    Ok(Exit::Done)
}

/// Stops where something would have no gateway any more.
fn refuse(own: &Key, dependents: &[ObjectRef]) -> Result<()> {
    if dependents.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = dependents.iter().take(NAMED).map(ToString::to_string).collect();
    let more = dependents.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!("{own} is what serves {}{more}: nothing was deleted", names.join(", "));
    Err(Error::new(Exit::Failed, message).hint(
        "igwctl delete APP, or igwctl apply APP --gateway OTHER, takes an application off it",
    ))
}

fn summary(goes: &[Object], entries: &[operator::Entry], globals: &Globals) -> String {
    let entries: String = entries.iter().map(|it| it.summary(globals)).collect();
    let goes =
        goes.iter().map(|it| format!("  delete {}\n", harmless(&it.reference().to_string())));
    entries + &goes.collect::<String>()
}
