//! The secret exists nowhere.

use crate::diagnose::check::{Answer, Check, On, Trouble, consequences};
use crate::diagnose::state::{self, State};
use crate::diagnose::{evidence, remedy};
use crate::logs::What;
use crate::report::{Role, Severity};
use crate::world::demand::{Demand, Spot};
use crate::world::{Gap, Kind, Why, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0302",
    title: "the secret exists nowhere",
    severity: Severity::Error,
    explain: "\
The Gateway names a secret in `credentialName`, and no secret of that name is in the namespace of \
the gateway's pods, nor anywhere else that could be seen. Most often the name is mistyped, the secret \
was deleted, or its Certificate was never made. istiod serves nothing for it, and TLS connections \
are refused or reset.

Make the secret in the namespace of the gateway's pods, or put the name right.",
    reads: state::WHEREABOUTS,
    on: &[On::Credential(run)],
};

fn run(world: &World, demand: &Demand, spot: &Spot) -> Answer {
    let state = state::of(world, demand, spot);
    if state.is_elsewhere(world, demand, spot) {
        return Ok(Vec::new());
    }
    let State::Lacking { key, covered, writer, .. } = state else { return Ok(Vec::new()) };
    let covered = match covered {
        Ok(()) => Ok(()),
        Err(gap) => {
            let is_written = writer.is_some() || world.is_written_otherwise(&key);
            return undecided(world, demand, spot, is_written, gap);
        }
    };
    if writer.is_some_and(|it| !it.origin.live) || super::secret_deleted::is(world, demand, spot) {
        // The Certificate is on its way, or the gateway still serves what it had.
        return Ok(Vec::new());
    }
    let (object, whose) = match demand.askers.first() {
        Some(asker) => (asker.object.clone(), "this gateway"),
        None => (state::secret_ref(spot, demand), "a gateway"),
    };
    let cause = match writer {
        Some(_) => "its Certificate has not written it, or somebody deleted it".to_owned(),
        None if world.covers_name(Kind::Secrets, &key.name) => {
            "no secret of that name is anywhere, and no Certificate writes one".to_owned()
        }
        None => format!(
            "there is none in {}, nor among what could be seen of other namespaces",
            key.namespace
        ),
    };
    let mut found = CHECK
        .finding(object, format!("secret {}, which {whose} asks for, does not exist", key.name))
        .because(cause)
        .looked_in(&key.namespace)
        .asked_by(demand)
        .seen(evidence::fields(demand))
        .seen(evidence::absence(world, spot, covered))
        .seen(evidence::logs(world, demand, spot))
        .fix(remedy::create_secret(&key))
        .is(Trouble::Missing(key.namespace.clone(), key.name.clone()))
        .explains(consequences(&key.namespace, &key.name));
    if let Some(writer) = writer {
        found = found.involving(crate::model::ObjectRef::of(writer), Role::WritesIt);
    }
    Ok(vec![found])
}

/// Whether the question is open, or another check has the answer.
fn undecided(world: &World, demand: &Demand, spot: &Spot, has_writer: bool, gap: Gap) -> Answer {
    // That a CA was not found says nothing of the pair.
    let is_about_it =
        |it: &crate::logs::Sighting| it.is_failure() && (!it.ca || demand.askers.is_empty());
    let told = demand.sightings(world, spot).any(is_about_it)
        || demand.sightings(world, spot).any(|it| it.what == What::Deleted);
    let will_be_written = has_writer && gap.why == Why::Beyond;
    if told || will_be_written || state::is_served(world, demand, spot) {
        Ok(Vec::new())
    } else {
        Err(gap)
    }
}
