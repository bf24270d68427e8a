//! Envoy gave up waiting for a credential, and its log names none.

use crate::diagnose::check::{Check, Found, On, Trouble};
use crate::diagnose::state;
use crate::diagnose::{evidence, remedy};
use crate::logs::{Sighting, What};
use crate::model::ObjectRef;
use crate::report::Severity;
use crate::world::demand::{Demand, Spot};
use crate::world::{Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0318",
    title: "Envoy gave up waiting for a credential",
    severity: Severity::Warning,
    explain: "\
Since Istio 1.10 Envoy waits 15 seconds for a secret and says `initial fetch timed out`; the port then \
opens, and TLS is reset. The line says that no answer came, neither for which secret nor why. istiod's \
log of the same time may say it (`failed to fetch key and certificate for …`); where istiod was only \
slow, as with hundreds of secrets at once, it has nothing to say:

    kubectl logs -n istio-system deploy/istiod --since=1h | igwctl diagnose -

Where the secrets are all in place the cause may have passed: Envoy never takes the line back.",
    reads: &[Kind::Gateways, Kind::Pods, Kind::Deployments, Kind::Secrets, Kind::Certificates],
    on: &[On::Sighting(run)],
};

fn run(world: &World, demands: &[Demand], sighting: &Sighting) -> Vec<Found> {
    if sighting.what != What::FetchTimedOut || sighting.is_over() {
        return Vec::new();
    }
    let namespace = sighting.place().unwrap_or_default();
    let spots: Vec<(&Demand, &Spot)> = demands
        .iter()
        .flat_map(|demand| demand.spots.iter().flatten().map(move |spot| (demand, spot)))
        .filter(|(_, spot)| namespace.is_empty() || spot.place.namespace == namespace)
        .collect();
    if !spots.is_empty() && spots.iter().all(|(demand, spot)| state::is_sound(world, demand, spot))
    {
        return Vec::new();
    }
    let name = sighting.credential.as_deref().unwrap_or_default();
    let object =
        ObjectRef { api_version: "v1".to_owned(), ..ObjectRef::named("Secret", namespace, name) };
    let which = if name.is_empty() { "a credential".to_owned() } else { format!("secret {name}") };
    let found = CHECK
        .finding(object, format!("Envoy waited 15 seconds for {which}, and none came"))
        .because("its log does not say why; istiod's log of the same time may")
        .looked_in(namespace)
        .seen(evidence::lines(sighting))
        .fix(remedy::words("give diagnose istiod's log too, or the cluster's objects"))
        .is(Trouble::TimedOut(namespace.to_owned()));
    vec![found]
}
