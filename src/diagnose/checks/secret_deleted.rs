//! The secret is gone, and the gateway still serves what it had.

use jiff::Timestamp;

use crate::diagnose::check::{Answer, Check, On, Trouble, consequences};
use crate::diagnose::state::{self, State};
use crate::diagnose::{evidence, remedy};
use crate::logs::What;
use crate::model::credential::Credential;
use crate::model::kubernetes::Event;
use crate::model::{Key, ObjectRef, Seen};
use crate::report::{Evidence, Severity};
use crate::world::demand::{Demand, Spot};
use crate::world::{Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0313",
    title: "the secret is gone; the gateway serves what it had until it restarts",
    severity: Severity::Warning,
    explain: "\
The secret was deleted while the gateway ran. Envoy keeps the certificate that it has, so HTTPS goes \
on working, with a certificate that nobody renews; the next restart of a gateway pod ends it. It is \
said only where a log or an Event shows that these pods had the secret; else a missing secret is \
IGW0302.",
    reads: &[
        Kind::Gateways,
        Kind::Pods,
        Kind::Deployments,
        Kind::Secrets,
        Kind::Certificates,
        Kind::Events,
    ],
    on: &[On::Credential(run)],
};

fn run(world: &World, demand: &Demand, spot: &Spot) -> Answer {
    let state = state::of(world, demand, spot);
    let (State::Lacking { key, .. }, Some(evidence)) = (&state, deletion(world, demand, spot))
    else {
        return Ok(Vec::new());
    };
    if state.is_elsewhere(world, demand, spot) {
        return Ok(Vec::new());
    }
    let found = CHECK
        .finding(
            state::secret_ref(spot, demand),
            format!("secret {} was deleted; the gateway serves what it had of it", key.name),
        )
        .because("the next restart of a gateway pod ends that, and nobody renews the certificate")
        .looked_in(&key.namespace)
        .asked_by(demand)
        .seen(evidence)
        .fix(remedy::create_secret(key))
        .is(Trouble::Missing(key.namespace.clone(), key.name.clone()))
        .explains(consequences(&key.namespace, &key.name));
    Ok(vec![found])
}

/// Whether it is so.
pub(super) fn is(world: &World, demand: &Demand, spot: &Spot) -> bool {
    deletion(world, demand, spot).is_some()
}

/// What shows that the pods had the secret when it was deleted.
fn deletion(world: &World, demand: &Demand, spot: &Spot) -> Option<Vec<Evidence>> {
    let key = spot.key()?;
    let started = spot.place.started;
    let before = |time: Option<Timestamp>| match (started, time) {
        (Some(started), Some(time)) => started < time,
        _ => true,
    };
    by_log(world, demand, spot, before).or_else(|| by_event(world, key, before))
}

/// A line that says so, where the gateway did not ask again: one that did and was told no has it
/// no more.
fn by_log(
    world: &World,
    demand: &Demand,
    spot: &Spot,
    before: impl Fn(Option<Timestamp>) -> bool,
) -> Option<Vec<Evidence>> {
    let deleted =
        demand.sightings(world, spot).find(|it| it.what == What::Deleted && before(it.last))?;
    let asked_again = demand.sightings(world, spot).any(|it| {
        matches!(it.what, What::Missing | What::MissingOrUnusable) && it.last >= deleted.last
    });
    (!asked_again).then(|| evidence::lines(deleted).collect())
}

/// An Event that says so of the Secret, which is gone: an Event tells nothing of what came after.
fn by_event(
    world: &World,
    key: &Key,
    before: impl Fn(Option<Timestamp>) -> bool,
) -> Option<Vec<Evidence>> {
    let is_gone = matches!(world.get::<Credential>(key), Ok(None));
    let says_so = |it: &&Seen<Event>| {
        it.involved_object.kind == "Secret"
            && it.involved_object.name == key.name
            && it.reason.contains("Delete")
            && before(it.time())
    };
    let events = world.within::<Event>(&key.namespace).filter(says_so);
    let event = events.max_by_key(|it| it.time()).filter(|_| is_gone)?;
    let when = event.time().map_or_else(String::new, |time| format!(" ({time})"));
    Some(vec![Evidence::Field {
        object: ObjectRef::of(event),
        path: "message".to_owned(),
        value: format!("{}{when}", event.message),
    }])
}
