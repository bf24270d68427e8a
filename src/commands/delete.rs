//! `igwctl delete`.

use super::globals::Globals;
use super::meant;
use super::telling::{self, say};
use crate::change::{self, Object, Removal, Reply, secret};
use crate::effects::cluster::Cluster;
use crate::effects::{prompt, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::cert_manager::CERTIFICATE_NAME;
use crate::model::{Key, labels};
use crate::output::style::harmless;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  igwctl delete shop -n shop
  igwctl delete shop -n shop --yes --secrets --ignore-not-found

First goes what routes requests, then what serves, then what writes the certificate. The secret that
cert-manager wrote stays, unless --secrets says otherwise; so does an issuer that applications share.")]
pub(super) struct Args {
    /// The application
    #[arg(value_name = "APP")]
    app: String,

    /// Delete the secrets too that cert-manager wrote for its Certificates
    #[arg(long)]
    secrets: bool,

    /// Only say what would be deleted
    #[arg(long, value_name = "WHO", num_args = 0..=1, require_equals = true,
          default_missing_value = "server", value_parser = ["client", "server"])]
    dry_run: Option<String>,

    /// That nothing is there is no failure
    #[arg(long)]
    ignore_not_found: bool,

    /// Delete without asking
    #[arg(short, long)]
    yes: bool,

    /// Ask nothing, even on a terminal
    #[arg(long)]
    no_input: bool,
}

pub(super) fn run(args: Args, globals: &Globals) -> Result<Exit> {
    deleted(&args, globals).map_err(|error| meant::namespace(error, globals))
}

fn deleted(args: &Args, globals: &Globals) -> Result<Exit> {
    let may_ask = !args.no_input && prompt::is_possible();
    if args.dry_run.is_none() && !args.yes && !may_ask {
        return Err(Error::usage("nobody is there to be asked, and nothing was deleted")
            .hint("--yes deletes without asking; --dry-run only says what would go"));
    }
    let mut cluster = Cluster::connect(&globals.access()?)?;
    let namespace = globals.namespace.clone().unwrap_or_else(|| cluster.namespace().to_owned());
    let app = Key::new(namespace, &*args.app);
    let spinner = terminal::spinner();
    spinner.show("what igwctl made");
    let found = cluster.labelled(
        &labels::selector(&app.name, &app.namespace),
        std::slice::from_ref(&app.namespace),
    )?;
    drop(spinner);
    telling::warn(&found.gaps, globals);
    let Removal { mut goes, kept, secrets } = change::order(found.objects, &app);
    let kept: Vec<String> = kept
        .iter()
        .map(|(object, tool)| {
            format!("{} stays: {tool} keeps it, and would make it again", object.reference())
        })
        .collect();
    telling::warn(&kept, globals);
    if args.secrets {
        for key in secrets {
            goes.extend(written(&mut cluster, &key)?);
        }
    }
    if goes.is_empty() {
        if !found.gaps.is_empty() {
            return Err(Error::new(Exit::Forbidden, format!("nothing of {app} was seen")));
        }
        if args.ignore_not_found {
            return Ok(Exit::Done);
        }
        let error =
            Error::new(Exit::NotThere, format!("igwctl made nothing for an application {app}"));
        let all = cluster.labelled(&labels::managed(), std::slice::from_ref(&app.namespace))?;
        let mut all = change::applications(&all.objects).applications;
        all.retain(|it| it.namespace == app.namespace);
        let error = meant::near(error, &app.name, all.iter().map(|it| &*it.name));
        return Err(error.hint("igwctl list shows what it made"));
    }
    if let Some(who) = &args.dry_run {
        let suffix = if who == "client" { " (dry run)" } else { " (server dry run)" };
        for object in &goes {
            if who == "server" {
                gone(object, cluster.delete(object, true)?)?;
            }
            say(&object.resource_name(), "deleted", suffix)?;
        }
        return Ok(Exit::Done);
    }
    if !args.yes {
        let lines =
            goes.iter().map(|it| format!("  delete {}\n", harmless(&it.reference().to_string())));
        terminal::complain(&lines.collect::<String>());
        if !prompt::confirm("Delete this?")? {
            return Err(Error::new(Exit::Interrupted, "nothing was deleted"));
        }
    }
    for object in &goes {
        let spinner = terminal::spinner();
        spinner.wait_for(&format!("{} goes", object.resource_name()));
        let reply = cluster.delete(object, false)?;
        drop(spinner);
        gone(object, reply)?;
        say(&object.resource_name(), "deleted", "")?;
    }
    Ok(Exit::Done)
}

/// What was deleted already is gone all the same.
fn gone(object: &Object, reply: Reply) -> Result<()> {
    match reply {
        Reply::Done(_) => Ok(()),
        Reply::Refused(it) if it.code == 404 => Ok(()),
        Reply::Refused(it) => {
            let exit = if it.code == 403 { Exit::Forbidden } else { Exit::Failed };
            Err(Error::new(exit, format!("{}: {}", object.reference(), it.message))
                .hint("what came before it is deleted; the same command goes on"))
        }
    }
}

/// A secret that cert-manager wrote for a Certificate; another's is nobody's to delete.
fn written(cluster: &mut Cluster, key: &Key) -> Result<Option<Object>> {
    let found = cluster.found(&secret(key))?;
    // cert-manager says so on the secrets that it writes (0.11 and later).
    Ok(found.filter(|it| !it.annotation(CERTIFICATE_NAME).is_empty()))
}
