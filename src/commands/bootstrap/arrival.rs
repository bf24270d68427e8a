//! `bootstrap --wait`: until the gateway's pods are ready and it has an address.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::bootstrap::forecast::standing::{self, Cause, Standing};
use crate::commands::globals::Globals;
use crate::discover::{self, Discover};
use crate::effects::dns;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::Key;
use crate::report::discovery::FoundGateway;
use crate::session::{Session, Wait};
use crate::world::{Kinds, Question, Want, World};

/// How a gateway stands, and where it is.
struct Arrival {
    discover: Discover,
    /// The Service, by whose name its Deployment is called too.
    service: Key,
}

impl Question for Arrival {
    type Answer = (Option<FoundGateway>, Standing);

    fn reads(&self) -> Kinds {
        discover::READS.and(standing::READS)
    }

    fn wants(&self, world: &World) -> BTreeSet<Want> {
        let mut wants = self.discover.wants(world);
        wants.extend(standing::wants(world, &self.service.namespace));
        wants
    }

    fn hosts(&self, world: &World) -> BTreeSet<String> {
        self.discover.hosts(world)
    }

    fn answer(&self, world: &World) -> Self::Answer {
        let found = self.discover.answer(world).discovery.gateways;
        let found = found.into_iter().find(|it| it.object.key() == self.service);
        let standing = standing::standing(world, &self.service, found.as_ref());
        (found, standing)
    }
}

/// Waits for it; where it is then.
pub(super) fn wait(globals: &Globals, service: &Key, limit: Duration) -> Result<String> {
    let discover = Discover { namespace: None, name: Some(service.clone().into()), called: None };
    let question = Arrival { discover, service: service.clone() };
    let names = Some(dns::Server::System);
    let session = Session::of_cluster(globals.access()?, names, question.reads());
    let ((found, _), _) = session
        .wait(&question, limit, &|(found, standing)| state(service, found.as_ref(), standing))?;
    Ok(found.map_or_else(String::new, |it| address(&it)))
}

/// What is still missing.
///
/// # Errors
/// It will never come.
fn state(service: &Key, found: Option<&FoundGateway>, standing: &Standing) -> Result<Wait> {
    let Some(worst) = standing.hindrances.first() else {
        return Ok(match found {
            None => Wait::For(format!("there is no Service {service} with pods of a gateway")),
            Some(_) if standing.ready == 0 => Wait::For(format!("{service} has no pod yet")),
            Some(_) => Wait::Over,
        });
    };
    // With one that is ready it serves; the others may come.
    let serves = standing.ready > 0 && worst.cause < Cause::NoAddress;
    let rest = standing.hindrances.iter().find(|it| it.cause == Cause::NoAddress);
    if serves {
        return Ok(rest.map_or(Wait::Over, |it| Wait::For(it.message.clone())));
    }
    // What makes the Deployment may have it on its way.
    if worst.is_stuck && worst.cause != Cause::NotMade {
        let error = Error::new(Exit::Failed, format!("{service} will not come: {}", worst.message));
        return Err(worst.hints.iter().cloned().fold(error, Error::hint));
    }
    let hints = worst.hints.iter().map(|it| format!("; {it}")).collect::<String>();
    Ok(Wait::For(worst.message.clone() + &hints))
}

/// Where a client finds it: outside, or else inside the cluster.
fn address(found: &FoundGateway) -> String {
    if let Some(endpoint) = &found.endpoint {
        return endpoint.url.clone().unwrap_or_else(|| endpoint.host.clone());
    }
    let Key { namespace, name } = found.object.key();
    format!("{name}.{namespace}.svc")
}
