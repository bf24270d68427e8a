//! A route that istiod lets pass, and that Envoy refuses.

use crate::diagnose::check::{Check, Found, On};
use crate::diagnose::evidence;
use crate::diagnose::{remedy, whose};
use crate::logs::{Sighting, What};
use crate::report::Severity;
use crate::world::World;
use crate::world::demand::Demand;

pub(super) const CHECK: Check = Check {
    code: "IGW0412",
    title: "Envoy refuses the gateway's routes",
    severity: Severity::Error,
    explain: "\
istiod does not refuse all that Envoy refuses: a `redirectCode` other than 301, 302, 303, 307 and 308, \
for instance, or one domain in two virtual hosts. Envoy then refuses the whole route configuration of \
the port, and istiod says `ADS:RDS: ACK ERROR`. All routes of the port stay as they were before, \
whatever is changed in whichever VirtualService; a pod that starts has none, and answers 404.

Envoy's text names what it does not like, if not the VirtualService. Look at what was changed when the \
line came first.

The same words are said of sidecars, whose routes are made of other things. So this is reported only \
where the line, or the objects, show that the pod is a gateway's.",
    reads: whose::READS,
    on: &[On::Sighting(run)],
};

fn run(world: &World, _: &[Demand], sighting: &Sighting) -> Vec<Found> {
    let Some(all) = whose::alike(world, sighting, |it| is_one(world, it)) else {
        return Vec::new();
    };
    let reason = sighting.reason.as_ref().map_or_else(String::new, |it| format!(": {it}"));
    let found = CHECK
        .finding(whose::pod(sighting), format!("Envoy refuses the gateway's routes{reason}"))
        .because(
            "all routes of the port stay as they were before; a pod that starts has none, and \
             answers 404",
        )
        .seen(all.iter().flat_map(|it| evidence::lines(it)))
        .fix(remedy::words(
            "take out of the VirtualService what Envoy's text names: such as a redirectCode other \
             than 301, 302, 303, 307 and 308, or a domain that is there twice",
        ));
    vec![whose::with_pods(found, &all)]
}

fn is_one(world: &World, sighting: &Sighting) -> bool {
    sighting.what == What::RouteRejected
        && !whose::is_past(world, sighting)
        && is_gateways(world, sighting)
}

/// A gateway's route configurations are `http.PORT` and `https.PORT.…` (Istio 1.1 to 1.31,
/// `gatewayRDSRouteName`); newer Envoys name theirs.
fn is_gateways(world: &World, sighting: &Sighting) -> bool {
    let named = sighting.reason.as_ref().and_then(|it| it.rsplit_once(" in route "));
    let named = named.map(|(_, route)| route.starts_with("http.") || route.starts_with("https."));
    named.or_else(|| whose::is_gateways(world, sighting)) == Some(true)
}
