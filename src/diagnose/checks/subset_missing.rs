//! A route leads to a subset that no `DestinationRule` defines.

use crate::diagnose::check::{Answer, Check, On};
use crate::diagnose::{evidence, remedy};
use crate::report::{Role, Severity};
use crate::world::World;
use crate::world::routing::destination::{self, Fate};
use crate::world::routing::uses::Use;

pub(super) const CHECK: Check = Check {
    code: "IGW0406",
    title: "a route leads to a subset that no DestinationRule defines",
    severity: Severity::Error,
    explain: "\
A subset exists only where a DestinationRule for that host defines it, and the gateway's pods see that \
rule: it is looked for in their own namespace, then in the Service's, then in the root namespace \
(Istio 1.30). Without it Envoy knows no such cluster, and answers 503 with an empty body (`NC \
cluster_not_found`).",
    reads: destination::READS,
    on: &[On::Destination(run)],
};

fn run(world: &World, used: &Use<'_>) -> Answer {
    if used.destination.fate != Fate::UnknownSubset {
        return Ok(Vec::new());
    }
    used.destination.known()?;
    let subset = &used.subset;
    let mut found = CHECK
        .finding(used.object.clone(), format!("no DestinationRule defines subset {subset}"))
        .because("Envoy knows no such cluster; requests are answered 503")
        .seen(evidence::written(used))
        .fix(remedy::words(format!(
            "define subset {subset} in a DestinationRule for {}, or take it out of the route",
            used.destination.host
        )));
    if let Some(owner) = &used.destination.owner {
        found = found.involving(owner.object(), Role::LedTo);
    }
    for gateway in &used.gateways {
        found = found.involving(evidence::gateway(world, gateway), Role::Bound);
    }
    Ok(vec![found])
}
