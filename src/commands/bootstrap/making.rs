//! The gateway made: planned, asked for, and sent.

use super::mesh::Mesh;
use super::operator::{self, Entry};
use super::{Args, arrival};
use crate::bootstrap::{Method, Rendered};
use crate::change::owner::Owner;
use crate::change::{self, Plan};
use crate::commands::globals::Globals;
use crate::commands::obstacle::{self, Sender};
use crate::commands::sending;
use crate::commands::telling::{self, say};
use crate::effects::cluster::Applying;
use crate::effects::terminal;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::Key;
use crate::model::manifest::Manifest;
use crate::output::style::harmless;

/// What will be done.
struct Prepared {
    rendered: Rendered,
    /// Objects that are applied.
    plan: Plan,
    /// An entry that is put into an object of others.
    entry: Option<Entry>,
}

pub(super) fn run(args: &Args, globals: &Globals) -> Result<Exit> {
    let sending = &args.sending;
    let limit = sending.patience.limit()?;
    sending.consent.check()?;
    let mut mesh = Mesh::ask(globals)?;
    let intent = args.wanted.intent(&mesh.namespace, &args.name)?;
    let own = intent.key();
    let (method, rendered) = mesh.rendered(intent, args.wanted.method, sending.anyway)?;
    let applying = Applying {
        force: sending.force_conflicts,
        client: sending.consent.is_by_client(),
        ..Applying::default()
    };
    let prepared = prepare(args, &mut mesh, method, rendered, applying, &own)?;
    telling::warn(&prepared.rendered.notes, globals);
    let error = |object: &_, it: &_| obstacle::error(object, it, Sender::Bootstrap);
    sending::refuse_obstacles(&prepared.plan, globals, &error)?;
    if let Some(suffix) = sending.consent.suffix() {
        sending::tell(&prepared.plan, suffix)?;
        if let Some(entry) = &prepared.entry {
            say(&entry.step.resource_name(), entry.step.action.word(), suffix)?;
        }
        return Ok(Exit::Done);
    }
    let is_there = prepared.plan.is_empty() && prepared.entry.as_ref().is_none_or(Entry::is_there);
    if !is_there {
        let mut summary = telling::steps(&prepared.plan);
        if let Some(entry) = &prepared.entry {
            summary += &entry.summary(globals);
        }
        sending.consent.ask(&summary, "Make this?")?;
    }
    sending::send(&mut mesh.cluster, &prepared.plan, applying, &error)?;
    if let Some(entry) = &prepared.entry {
        entry.send(&mut mesh.cluster)?;
    }
    if sending.wait {
        let address = arrival::wait(globals, &prepared.rendered.service, limit)?;
        terminal::print(&format!("{}\n", harmless(&address)))?;
    }
    go_on(&prepared.rendered.service, &own);
    Ok(Exit::Done)
}

/// Asks what would come of it. Nothing is written.
fn prepare(
    args: &Args,
    mesh: &mut Mesh,
    method: Method,
    mut rendered: Rendered,
    applying: Applying,
    own: &Key,
) -> Result<Prepared> {
    let waived = args.sending.waived();
    let (mut plan, mut entry) = (Plan::default(), None);
    if method == Method::IstioOperator {
        let of = operator::target(&mut mesh.cluster)?;
        if let Some(object) = of {
            let manifest = &rendered.manifests[0];
            entry = Some(operator::put(&mut mesh.cluster, &object, manifest, own, waived)?);
        }
    }
    if entry.is_none() {
        let manifests: Vec<&Manifest> = rendered.manifests.iter().collect();
        let looked = mesh.cluster.look(&manifests, applying)?;
        let whose = Owner::Gateway(own.clone());
        for (manifest, look) in rendered.manifests.iter().zip(looked) {
            plan.steps.push(change::plan(manifest.clone(), &whose, look));
        }
        waived.waive(&mut plan, &mut rendered.notes);
    }
    Ok(Prepared { rendered, plan, entry })
}

/// What is to be done next.
fn go_on(service: &Key, own: &Key) {
    let namespace = &own.namespace;
    terminal::complain(&format!(
        "to put an application on it:\n  igwctl apply APP -n {namespace} --gateway {service} \
         --route /=SERVICE:PORT\n"
    ));
}
