//! A log says that a secret was not found; the inputs do not tell whether it is anywhere.

use crate::diagnose::check::{Answer, Check, On, Trouble, consequences};
use crate::diagnose::state::{self, State};
use crate::diagnose::{evidence, remedy};
use crate::logs::What;
use crate::report::{Role, Severity};
use crate::world::demand::{Demand, Spot};
use crate::world::{Gap, Kind, Why, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0300",
    title: "a log says that the secret was not found",
    severity: Severity::Error,
    explain: "\
A gateway asked for a credential and was told that there is none. Up to Istio 1.7 the gateway's own \
log says so (`Cannot find secret …`), since 1.8 istiod's (`failed to fetch key and certificate for \
…`). The line is knowledge of that moment: the secret may have been made since, and whether it lies \
in another namespace the log does not say.

Give `diagnose` the secrets too, and it tells which of three it is: the secret is in another \
namespace (IGW0301), nowhere (IGW0302), or not written yet because its Certificate is not Ready \
(IGW0312):

    igwctl diagnose

Without a cluster to ask, a pipe keeps the secrets off the disk:

    kubectl get gateways.networking.istio.io,pods,secrets -A -o yaml | igwctl diagnose - istiod.log

Up to Istio 1.11 the same words are said of a secret that is there and lacks the keys.",
    reads: &[Kind::Gateways, Kind::Pods, Kind::Deployments, Kind::Secrets, Kind::Certificates],
    on: &[On::Credential(run)],
};

fn run(world: &World, demand: &Demand, spot: &Spot) -> Answer {
    let state = state::of(world, demand, spot);
    let State::Lacking { key, covered: Err(gap), elsewhere, written_elsewhere, .. } = &state else {
        return Ok(Vec::new());
    };
    let missing = [What::Missing, What::MissingOrUnusable];
    let told = demand.sightings(world, spot).find(|it| missing.contains(&it.what) && !it.ca);
    // A log that found the secret there, if in another shape, has more to say than this check.
    let has_seen_it = demand.sightings(world, spot).any(|it| {
        matches!(
            it.what,
            What::WrongKeys | What::EmptyKeys | What::BadCertificate | What::BadKey | What::Expired
        )
    });
    let (Some(told), false, false) = (told, state.is_elsewhere(world, demand, spot), has_seen_it)
    else {
        return Ok(Vec::new());
    };
    let place = match &*key.namespace {
        "" => "where the gateway looks for it".to_owned(),
        namespace => format!("in {namespace}, where the gateway looks for it"),
    };
    let since = if told.what == What::MissingOrUnusable {
        "; this version says the same of a secret that is there and lacks its keys"
    } else {
        ""
    };
    let mut found = CHECK
        .finding(
            state::secret_ref(spot, demand),
            format!("secret {} was not found {place}", key.name),
        )
        .because(format!(
            "the log says that it was not there then; whether it is anywhere now{}{since}",
            now_unknown(gap)
        ))
        .looked_in(&key.namespace)
        .asked_by(demand)
        .seen(evidence::logs(world, demand, spot))
        .seen(changed_elsewhere(world, demand, spot))
        .is(Trouble::Logged(key.namespace.clone(), key.name.clone()))
        .explains(
            consequences(&key.namespace, &key.name)
                .into_iter()
                .filter(|it| !matches!(it, Trouble::Logged(..))),
        );
    for secret in elsewhere {
        found = found.involving(crate::model::ObjectRef::of(secret), Role::FoundHere);
    }
    for certificate in written_elsewhere {
        found = found.involving(crate::model::ObjectRef::of(certificate), Role::WritesIt);
    }
    let fix = if key.namespace.is_empty() {
        remedy::words(format!(
            "look for secret {} in the namespace of the gateway's pods; it has to be there",
            key.name
        ))
    } else {
        remedy::words(format!(
            "look with: kubectl get secret -A --field-selector metadata.name={}; it has to be in \
             {}",
            remedy::name(&key.name),
            key.namespace
        ))
    };
    // Whoever keeps the secret beside the application may keep it there.
    let asker = demand.askers.first().map(|it| &it.object);
    let fix = match asker.filter(|it| it.namespace != key.namespace && !key.namespace.is_empty()) {
        Some(gateway) => fix.or_own_gateway(Some(gateway), &gateway.namespace),
        None => fix,
    };
    Ok(vec![found.fix(fix)])
}

/// Why it is not known whether the Secret is there now.
fn now_unknown(gap: &Gap) -> String {
    if gap.why == Why::Beyond {
        return ", the inputs do not tell".to_owned();
    }
    let place = gap.namespace.as_ref().map_or_else(String::new, |it| format!(" in {it}"));
    format!(" is not known: {}{place}", gap.reason)
}

/// That a Secret of that name changed in another namespace: no proof that it lies there, but the
/// first place to look.
fn changed_elsewhere(world: &World, demand: &Demand, spot: &Spot) -> Vec<crate::report::Evidence> {
    let here = spot.key().map(|key| key.namespace.clone()).unwrap_or_default();
    world
        .sightings_of(demand.reference.name())
        .filter(|it| it.what == What::Changed)
        .filter(|it| it.namespace.as_ref().is_some_and(|there| *there != here))
        .flat_map(evidence::lines)
        .take(2)
        .collect()
}
