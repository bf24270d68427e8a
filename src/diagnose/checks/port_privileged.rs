//! The gateway would have to bind a port below 1024, and may not.

use std::collections::BTreeSet;

use crate::diagnose::check::{Check, Found, On};
use crate::diagnose::evidence;
use crate::diagnose::{remedy, whose};
use crate::logs::{Sighting, Speaker, What};
use crate::report::Severity;
use crate::world::World;
use crate::world::demand::Demand;
use crate::world::routing::READS;

pub(super) const CHECK: Check = Check {
    code: "IGW0108",
    title: "the gateway may not bind a port below 1024",
    severity: Severity::Error,
    explain: "\
A process that is not root needs a right of its own to bind a port below 1024. Where a gateway's pods \
lack it, nothing listens on such a port, and clients are refused. Envoy then says `cannot bind \
'0.0.0.0:443': Permission denied` in the gateway's log, and in istiod's as `ACK ERROR`; or istiod \
leaves the port out from the start, because the pod says of itself that it is unprivileged \
(`ISTIO_META_UNPRIVILEGED_POD`), and says `skipping privileged gateway port` (Istio 1.8 and later).

Let the gateway's Service lead the port to one of 1024 or above, as Istio's own gateways do: port 443 \
with `targetPort: 8443`. The pods then listen on 8443, and the Gateway keeps its port 443. Or let the \
container bind low ports: a sysctl `net.ipv4.ip_unprivileged_port_start` of 0, as the chart gateway \
has it since Istio 1.12.

The lines are of their time: where the objects show that no server of a Gateway leads to the port any \
more, nothing is reported.",
    reads: READS,
    on: &[On::Sighting(run)],
};

/// The first port that needs no right, where no sysctl says another (Linux).
const FREE: u32 = 1024;

fn run(world: &World, _: &[Demand], sighting: &Sighting) -> Vec<Found> {
    if sighting.is_over() {
        return Vec::new();
    }
    let Some(all) = whose::alike(world, sighting, |it| is_one(world, it)) else {
        return Vec::new();
    };
    let ports: BTreeSet<u32> = all.iter().flat_map(|it| ports(it)).collect();
    let ports: Vec<String> =
        ports.into_iter().filter(|it| is_wanted(world, *it)).map(|it| it.to_string()).collect();
    let which = match &*ports {
        [] => return Vec::new(),
        [only] => format!("port {only}"),
        [many @ .., last] => format!("ports {} and {last}", many.join(", ")),
    };
    let by_istiod = all.iter().all(|it| it.what == What::PrivilegedPort);
    let cause = if by_istiod {
        "the pod says that it is unprivileged, so istiod leaves out what is below 1024, and clients \
         are refused"
    } else {
        "ports below 1024 need a right that the container lacks: Envoy refuses the listener, and \
         clients are refused"
    };
    let found = CHECK
        .finding(whose::pod(sighting), format!("the gateway may not bind {which}"))
        .because(cause)
        .seen(all.iter().flat_map(|it| evidence::lines(it)))
        .fix(remedy::words(
            "let the gateway's Service lead the port to one of 1024 or above (targetPort 8443 for \
             443, 8080 for 80), on which the pods then listen; the Gateway keeps its port. Or let \
             the container bind low ports: sysctl net.ipv4.ip_unprivileged_port_start=0",
        ));
    vec![whose::with_pods(found, &all)]
}

fn is_one(world: &World, sighting: &Sighting) -> bool {
    let is_it = match sighting.what {
        What::PrivilegedPort => true,
        What::CannotBind => matches!(sighting.speaker, Speaker::Envoy | Speaker::Istiod),
        _ => false,
    };
    is_it && !ports(sighting).is_empty() && whose::is_gateways(world, sighting) != Some(false)
}

/// The ports below 1024 that it names: of Envoy's, those for which it lacks the right.
fn ports(sighting: &Sighting) -> Vec<u32> {
    let low = |port: &u32| *port < FREE;
    if sighting.what == What::PrivilegedPort {
        return sighting.port.map(u32::from).filter(low).into_iter().collect();
    }
    let texts = sighting.reason.iter().chain(sighting.samples.iter().map(|it| &it.text));
    let pieces = texts.flat_map(|it| it.split("cannot bind '").skip(1));
    let named = pieces.filter_map(|piece| {
        let (address, reason) = piece.split_once('\'')?;
        let is_a_right = reason.trim_start_matches([':', ' ']).starts_with("Permission denied");
        address.rsplit(':').next()?.parse().ok().filter(|_| is_a_right)
    });
    named.filter(low).collect()
}

/// Whether the objects leave it open that a server leads to the port.
fn is_wanted(world: &World, port: u32) -> bool {
    whose::may_be(world, |envoy| {
        (0..envoy.servers.len()).any(|server| envoy.listens(server) == Some(port))
    })
}
