//! `igwctl apply`.

use super::arrival;
use super::consent::{Consent, DryRun};
use super::delete;
use super::globals::{Globals, span};
use super::publish::{self, Asking, Prepared, Publish};
use super::telling::{self, say};
use super::{meant, obstacle};
use crate::change::{Action, Object, Reply, difference};
use crate::effects::cluster::Applying;
use crate::effects::{prompt, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output;
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

    /// Delete what igwctl made for the application before and is no longer wanted
    #[arg(long)]
    prune: bool,

    /// Wait until the certificate is there and the gateway answers
    #[arg(long)]
    wait: bool,

    /// How long to wait
    #[arg(long, value_name = "TIME", default_value = "5m", requires = "wait")]
    timeout: String,
}

const HELP: &str = "\
Routes are written as for render: igwctl render --help.

Examples:
  # the tutorial, from nothing to https
  igwctl apply hipstershop -n hipstershopv1v2 --route /api=apiservice:8080 \\
    --route /=frontend:8080 --tls --create-issuer selfsigned --wait

  # on a gateway of its own, in a script
  igwctl apply shop -n shop --gateway shop/shop-gateway --host shop.example.com \\
    --route /=frontend:80 --yes

  # what would change
  igwctl diff shop -n shop --host shop.example.com --route /=frontend:80

The gateway is found as by discover; the host is by default a name of sslip.io that resolves to its
address. Objects are sent by server-side apply, as igwctl: nothing of anybody else is overwritten.
Nothing is sent before all of it was accepted in a dry run.";

pub(super) fn run(args: Args, globals: &Globals) -> Result<Exit> {
    applied(args, globals).map_err(|error| meant::namespace(error, globals))
}

fn applied(args: Args, globals: &Globals) -> Result<Exit> {
    let sending = args.sending;
    let limit = span("--timeout", &sending.timeout)?;
    let consent = &sending.consent;
    consent.check()?;
    let by_client = consent.dry_run() == Some(DryRun::Client);
    let asking = Asking { client: by_client, may_ask: consent.may_ask() };
    let mut prepared = publish::prepare(&args.publish, globals, asking)?;
    telling::warn(&prepared.warnings, globals);
    refuse_obstacles(&prepared, globals)?;
    let old = publish::outdated(&mut prepared)?;
    if let Some(who) = consent.dry_run() {
        let suffix = who.suffix();
        for step in &prepared.plan.steps {
            say(&step.resource_name(), step.action.word(), suffix)?;
        }
        for object in old.iter().filter(|_| sending.prune) {
            say(&object.resource_name(), "pruned", suffix)?;
        }
        return Ok(Exit::Done);
    }
    let changes = !prepared.plan.is_empty() || (sending.prune && !old.is_empty());
    if changes && !consent.yes {
        terminal::complain(&telling::summary(&prepared, old.iter().filter(|_| sending.prune)));
        if !prompt::confirm("Apply this?")? {
            return Err(Error::new(Exit::Interrupted, "nothing was sent"));
        }
    }
    send(&mut prepared)?;
    if sending.prune {
        delete::take_away(&mut prepared.cluster, &old, "pruned")?;
    } else if !old.is_empty() {
        telling::warn(&[outdated(&old)], globals);
    }
    if sending.wait {
        arrival::wait(&mut prepared, limit)?;
    }
    let urls: Vec<&String> = prepared.rendered.iter().flat_map(|it| &it.urls).collect();
    for url in urls {
        terminal::print(&format!("{}\n", harmless(url)))?;
    }
    Ok(Exit::Done)
}

/// Stops before anything is sent where something stands in the way, and shows what it is about.
fn refuse_obstacles(prepared: &Prepared, globals: &Globals) -> Result<()> {
    let mut steps = prepared.plan.steps.iter();
    let stuck = steps.find_map(|it| Some((it, it.obstacles.first()?)));
    let Some((step, first)) = stuck else { return Ok(()) };
    if step.before.is_some() && step.action == Action::Configured {
        let style = terminal::error_style(globals.color());
        terminal::complain(&output::changes::colored(&difference::unified(step), &style));
    }
    Err(obstacle::error(&step.object(), first, &prepared.apps).hint("nothing was sent"))
}

/// Sends what is to be changed, in order. What is as it is to be is told, and not sent.
fn send(prepared: &mut Prepared) -> Result<()> {
    let how = Applying { dry_run: false, ..prepared.applying };
    for step in &prepared.plan.steps {
        if step.action != Action::Unchanged {
            let spinner = terminal::spinner();
            spinner.wait_for(&step.resource_name());
            let sent = prepared.cluster.apply(&step.manifest, how)?;
            drop(spinner);
            match sent {
                Reply::Done(_) => {}
                Reply::Refused(refusal) => {
                    let error = obstacle::refused(&step.object(), refusal, &prepared.apps);
                    return Err(
                        error.hint("what came before it was sent; the same command goes on")
                    );
                }
            }
        }
        say(&step.resource_name(), step.action.word(), "")?;
    }
    Ok(())
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
