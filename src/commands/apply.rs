//! `igwctl apply`.

use super::arrival;
use super::consent::Consent;
use super::delete;
use super::globals::Globals;
use super::meant;
use super::obstacle::{self, Sender};
use super::patience::Patience;
use super::publish::{self, Asking, Publish};
use super::sending;
use super::telling::{self, say};
use crate::change::Object;
use crate::effects::terminal;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::style::harmless;

#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    #[command(flatten)]
    publish: Publish,

    #[command(flatten)]
    sending: Sending,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Sending")]
struct Sending {
    #[command(flatten)]
    consent: Consent,

    /// Delete what it made before and is no longer wanted
    #[arg(long)]
    prune: bool,

    /// Wait for the certificate, and until the gateway answers
    #[arg(long)]
    wait: bool,

    #[command(flatten)]
    patience: Patience,
}

const HELP: &str = "\
Routes are written as for render: igwctl help render.

Examples:
  # the tutorial, from nothing to https
  igwctl apply hipstershop -n hipstershopv1v2 --route /api=apiservice:8080 \\
    --route /=frontend:8080 --tls --create-issuer selfsigned --wait

  # on a gateway of its own, in a script
  igwctl apply shop -n shop --host shop.example.com --route /=frontend:80 \\
    --gateway shop/shop-gateway --yes

  # what would change
  igwctl diff shop -n shop --host shop.example.com --route /=frontend:80

The gateway is found as by discover; the host is by default a name of sslip.io that resolves to its
address. Objects are sent by server-side apply, as igwctl: nothing of anybody else is overwritten.
Nothing is sent before all of it was accepted in a dry run.";

pub(super) fn run(args: Args, globals: &Globals) -> Result<Exit> {
    applied(args, globals).map_err(|error| meant::namespace(error, globals))
}

fn applied(args: Args, globals: &Globals) -> Result<Exit> {
    let Sending { consent, prune, wait, patience } = args.sending;
    let limit = patience.limit()?;
    consent.check()?;
    let asking = Asking { client: consent.is_by_client(), may_ask: consent.may_ask() };
    let mut prepared = publish::prepare(&args.publish, globals, asking)?;
    telling::warn(&prepared.warnings, globals);
    let apps = prepared.apps.clone();
    let error = |object: &_, it: &_| obstacle::error(object, it, Sender::Apply(&apps));
    sending::refuse_obstacles(&prepared.plan, globals, &error)?;
    let old = publish::outdated(&mut prepared)?;
    let pruned: &[Object] = if prune { &old } else { &[] };
    if let Some(suffix) = consent.suffix() {
        sending::tell(&prepared.plan, suffix)?;
        for object in pruned {
            say(&object.resource_name(), "pruned", suffix)?;
        }
        return Ok(Exit::Done);
    }
    if !prepared.plan.is_empty() || !pruned.is_empty() {
        consent.ask(&telling::summary(&prepared, pruned.iter()), "Apply this?")?;
    }
    sending::send(&mut prepared.cluster, &prepared.plan, prepared.applying, &error)?;
    sending::delete(&mut prepared.cluster, pruned, "pruned", &consent, delete::ROLES)?;
    if !prune && !old.is_empty() {
        telling::warn(&[outdated(&old)], globals);
    }
    if wait {
        arrival::wait(&mut prepared, globals, limit)?;
    }
    let urls: Vec<&String> = prepared.rendered.iter().flat_map(|it| &it.urls).collect();
    for url in urls {
        terminal::print(&format!("{}\n", harmless(url)))?;
    }
    Ok(Exit::Done)
}

/// What is said of objects that are no longer wanted, and stay.
fn outdated(old: &[Object]) -> String {
    let what = match old {
        [_] => "one object of the application is".to_owned(),
        old => format!("{} objects of the application are", old.len()),
    };
    let names: Vec<String> = old.iter().map(Object::resource_name).collect();
    format!("{what} no longer wanted, and --prune deletes: {}", names.join(", "))
}
