//! `igwctl delete`.

use super::consent::Consent;
use super::deletion;
use super::globals::Globals;
use super::meant;
use super::sending;
use super::telling;
use crate::change::{self, Object, Removal};
use crate::effects::cluster::Cluster;
use crate::effects::terminal;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::cert_manager::CERTIFICATE_NAME;
use crate::model::{Key, ObjectRef, labels};
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

    /// Delete objects too that a repository keeps (Argo CD, Flux, Helm): they may be made again
    #[arg(long)]
    ignore_repository: bool,

    /// That nothing is there is no failure
    #[arg(long)]
    ignore_not_found: bool,

    #[command(flatten)]
    consent: Consent,
}

/// Where the rights are written down.
pub(super) const ROLES: &str = "docs/roles/apply.yaml";

pub(super) fn run(args: Args, globals: &Globals) -> Result<Exit> {
    deleted(&args, globals).map_err(|error| meant::namespace(error, globals))
}

fn deleted(args: &Args, globals: &Globals) -> Result<Exit> {
    args.consent.check()?;
    let mut cluster = Cluster::connect(&globals.access()?)?;
    let namespace = globals.namespace.clone().unwrap_or_else(|| cluster.namespace().to_owned());
    let app = Key::new(namespace, &*args.app);
    let spinner = terminal::spinner();
    spinner.show("what igwctl made");
    let found = cluster.labelled(
        change::KINDS,
        &labels::selector(&app.name, &app.namespace),
        std::slice::from_ref(&app.namespace),
    )?;
    drop(spinner);
    telling::warn(&found.gaps, globals);
    let Removal { mut goes, kept, secrets } =
        change::order(found.objects, &app, args.ignore_repository);
    deletion::kept(&format!("application {app}"), &kept)?;
    if args.secrets {
        for (key, certificate) in secrets {
            goes.extend(written(&mut cluster, &key, &certificate)?);
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
        let all = cluster.labelled(
            change::KINDS,
            &labels::managed(),
            std::slice::from_ref(&app.namespace),
        )?;
        let mut all = change::applications(&all.objects).applications;
        all.retain(|it| it.namespace == app.namespace);
        let error = meant::near(error, &app.name, all.iter().map(|it| &*it.name));
        return Err(error.hint("igwctl list shows what it made"));
    }
    if args.consent.suffix().is_none() {
        let lines =
            goes.iter().map(|it| format!("  delete {}\n", harmless(&it.reference().to_string())));
        args.consent.ask(&lines.collect::<String>(), "Delete this?")?;
    }
    sending::delete(&mut cluster, &goes, "deleted", &args.consent, ROLES)?;
    if !found.gaps.is_empty() {
        let message =
            format!("not all that igwctl made for {app} could be seen, so some may be left");
        return Err(Error::new(Exit::Forbidden, message)
            .hint(format!("{ROLES} has the rights that it takes")));
    }
    Ok(Exit::Done)
}

/// The secret that cert-manager wrote for that Certificate; another's is nobody's to delete.
fn written(cluster: &mut Cluster, key: &Key, certificate: &str) -> Result<Option<Object>> {
    let found = cluster.found(&ObjectRef::secret(key))?;
    // cert-manager says so on the secrets that it writes (0.11 and later).
    Ok(found.filter(|it| it.annotation(CERTIFICATE_NAME) == certificate))
}
