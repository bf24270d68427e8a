//! `apply --wait`: until the certificate is there, the secret too, and the gateway answers.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use jiff::Timestamp;

use super::globals::Globals;
use super::publish::Prepared;
use super::{gateway, issued, telling};
use crate::discover::Discover;
use crate::effects::clock::{self, Deadline};
use crate::effects::cluster::Cluster;
use crate::effects::dial::{Dialer, Files, Identity};
use crate::effects::dns;
use crate::effects::terminal;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::{Key, ObjectRef};
use crate::output::style::harmless;
use crate::probe::Target;
use crate::probe::meaning::{self, Terms};
use crate::report::Severity;
use crate::report::discovery::FoundGateway;
use crate::session::Session;
use crate::world::Question as _;

/// Between two looks.
const BETWEEN: Duration = Duration::from_secs(1);

/// How long one stage of a request may take.
const STAGE: Duration = Duration::from_secs(5);

/// One thing that has to come.
enum Step {
    /// A Certificate that is Ready.
    Certificate(ObjectRef),
    /// A secret in the gateway's namespace.
    Secret(Key),
    /// An answer.
    Answer { url: String, at: SocketAddr },
}

/// Waits for all of it, one after the other, and tells each that came.
pub(super) fn wait(prepared: &mut Prepared, globals: &Globals, limit: Duration) -> Result<()> {
    let deadline = Deadline::after(limit);
    let mut steps = objects(prepared);
    if let Some(gateway) = reached(prepared.gateway.take(), globals, limit)? {
        steps.extend(answers(prepared, &gateway));
    }
    for step in steps {
        let spinner = terminal::spinner();
        let mut why = String::new();
        let came = loop {
            match look(&mut prepared.cluster, &step)? {
                Look::Came(what) => break Some(what),
                Look::Not(reason) => why = reason,
            }
            spinner.wait_for(&why);
            let Some(left) = deadline.left() else { break None };
            clock::rest(BETWEEN.min(left));
        };
        drop(spinner);
        let Some(came) = came else {
            if let Step::Certificate(object) = &step {
                why = issued::explained(&mut prepared.cluster, object, why);
            }
            let seconds = limit.as_secs();
            let error = Error::new(Exit::TimedOut, format!("waited {seconds} s, and still: {why}"));
            return Err(error.hint("igwctl diagnose says what is wrong, and why"));
        };
        terminal::complain(&format!("{}\n", harmless(&came)));
    }
    Ok(())
}

/// The objects that have to come.
fn objects(prepared: &Prepared) -> Vec<Step> {
    let mut steps = Vec::new();
    for one in &prepared.rendered {
        let certificates = one.manifests.iter().filter(|it| it.kind == "Certificate");
        steps.extend(certificates.map(|it| Step::Certificate(it.object())));
        steps.extend(one.secrets.iter().cloned().map(Step::Secret));
    }
    steps
}

/// The gateway, once it has an address. Where none will come, that is told.
fn reached(
    gateway: Option<FoundGateway>,
    globals: &Globals,
    limit: Duration,
) -> Result<Option<FoundGateway>> {
    let nowhere = |why: &str| {
        telling::warn(&[format!("whether it answers is not waited for: {why}")], globals);
        Ok(None)
    };
    let Some(gateway) = gateway else {
        return nowhere("where the gateway is was said, and not looked for");
    };
    let Some(lack) = gateway::lacks(&gateway, true) else { return Ok(Some(gateway)) };
    // A load balancer, or its name, may be on its way; to other gateways nothing comes.
    if gateway.type_ != "LoadBalancer" {
        return nowhere(&lack);
    }
    let name = Some(gateway.object.key().into());
    let question = Discover { namespace: None, name, called: None };
    let session =
        Session::of_cluster(globals.access()?, Some(dns::Server::System), question.reads());
    let (answer, _) = session.wait(&question, limit, &|answer| {
        gateway::one(&question, answer, false).map(|it| gateway::state(it, true))
    })?;
    let found = gateway::one(&question, &answer, false)?.clone();
    let at = found.endpoint.as_ref().map_or("", |it| &*it.host);
    terminal::complain(&format!("{} is at {}\n", found.object.key(), harmless(at)));
    Ok(Some(found))
}

/// The answers that have to come of a gateway.
fn answers(prepared: &Prepared, gateway: &FoundGateway) -> Vec<Step> {
    let Some(ip) = gateway.endpoint.as_ref().and_then(|it| it.ip) else { return Vec::new() };
    let urls = prepared.rendered.iter().flat_map(|it| &it.urls);
    urls.filter_map(|url| at(url, ip, |is_tls, named| gateway.port_of(is_tls, named))).collect()
}

/// Where a URL is asked for.
fn at(url: &str, ip: IpAddr, port: impl Fn(bool, Option<u16>) -> Option<u16>) -> Option<Step> {
    let target = Target::parse(url).ok()?;
    let port = port(target.is_tls(), target.port_given())?;
    Some(Step::Answer { url: url.to_owned(), at: SocketAddr::new(ip, port) })
}

enum Look {
    /// It is there, in words.
    Came(String),
    /// It is not, and why.
    Not(String),
}

fn look(cluster: &mut Cluster, step: &Step) -> Result<Look> {
    match step {
        Step::Certificate(object) => {
            let why = issued::unready(cluster, object)?;
            Ok(why.map_or_else(|| Look::Came(format!("{object} is Ready")), Look::Not))
        }
        Step::Secret(key) => match cluster.found(&ObjectRef::secret(key)) {
            Ok(Some(_)) => Ok(Look::Came(format!("Secret {key} is there"))),
            Ok(None) => Ok(Look::Not(format!("Secret {key} is not there"))),
            // Who may not look has to take the Certificate's word for it.
            Err(error) if error.exit == Exit::Forbidden => {
                Ok(Look::Came(format!("Secret {key} may not be looked at")))
            }
            Err(error) => Err(error),
        },
        Step::Answer { url, at } => answer(url, *at, clock::now()),
    }
}

/// Whether the gateway answers for a URL; who signed its certificate is not asked here.
fn answer(url: &str, at: SocketAddr, now: Timestamp) -> Result<Look> {
    let target = Target::parse(url)?;
    let identity = Identity::read(&Files::default(), false, now)?;
    let dialer = Dialer::new(identity, STAGE, true, None)?;
    let seen = dialer.dial(&target, at);
    let meanings = meaning::of(&target, &seen, Terms { now, insecure: true });
    Ok(match meanings.iter().find(|it| it.severity == Severity::Error) {
        Some(meaning) => Look::Not(format!("{url} at {at}: {}", meaning.message)),
        None => Look::Came(format!("{url} answers")),
    })
}
