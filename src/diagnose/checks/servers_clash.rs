//! Protocols clash on one port of the same pods: istiod leaves one server out.

use std::collections::BTreeSet;

use crate::diagnose::check::{Check, Found, On};
use crate::diagnose::{evidence, remedy, whose};
use crate::logs::{Sighting, What};
use crate::model::gateway_api::KubernetesGateway;
use crate::model::istio::Gateway;
use crate::model::{Key, ObjectRef};
use crate::report::Severity;
use crate::world::World;
use crate::world::demand::Demand;
use crate::world::routing::{Clash, READS};

pub(super) const CHECK: Check = Check {
    code: "IGW0210",
    title: "protocols clash on one port, and a server is left out",
    severity: Severity::Error,
    explain: "\
All servers on one port of the same pods are merged into one listener: plain HTTP with plain HTTP, and \
TLS with TLS. Where a plain text server has the port, only plain HTTP may join one of plain HTTP: \
HTTPS beside HTTP, or TCP beside anything, istiod leaves out, of whatever Gateway it is. It says \
`skipping server on gateway … conflict with existing server`, at level info since Istio 1.10 and only \
at debug before. Both numbers and protocols in that line are of the server that is left out; the one \
that has the port is not told, and neither is the Gateway's namespace.

Give one of the two another port, or take one away. Of two Gateways the older one wins.",
    reads: READS,
    on: &[On::Sighting(run)],
};

/// The line is written for a plain text server that has the port, and for no other
/// (`pilot/pkg/model/gateway.go`, `mergeGateways`, Istio 1.5 to 1.28).
fn run(world: &World, _: &[Demand], sighting: &Sighting) -> Vec<Found> {
    let (What::PortConflict, Some(written)) = (sighting.what, &sighting.gateway) else {
        return Vec::new();
    };
    let of_it =
        |it: &&Sighting| it.what == What::PortConflict && it.gateway.as_ref() == Some(written);
    let all: Vec<&Sighting> = world.sightings().iter().filter(of_it).collect();
    if !all.first().is_some_and(|it| std::ptr::eq(*it, sighting)) {
        return Vec::new();
    }
    let ports: BTreeSet<u16> = all.iter().filter_map(|it| it.port).collect();
    let ports: Vec<String> = ports
        .into_iter()
        .filter(|it| may_clash(world, whose::own_name(written), *it))
        .map(|it| it.to_string())
        .collect();
    if ports.is_empty() {
        return Vec::new();
    }
    let ports = ports.join(" and ");
    let found = CHECK
        .finding(
            object(world, written),
            format!("istiod leaves out a server of this Gateway on port {ports}"),
        )
        .because(
            "a plain text server of the same pods has the port, with which only plain HTTP can be \
             merged, and only if that is HTTP too; the line does not tell which it is",
        )
        .seen(all.iter().flat_map(|it| evidence::lines(it)))
        .fix(remedy::words(format!(
            "look for the plain text server on port {ports} in every Gateway with these pods: give \
             one of the two another port, or take one away"
        )));
    vec![found]
}

/// The Gateway of that name, if there is one alone.
fn object(world: &World, written: &str) -> ObjectRef {
    let name = whose::own_name(written);
    let is_made = name != written;
    let named = |key: &&Key| key.name == name;
    let istio = world.all::<Gateway>().iter().filter(|(key, _)| !is_made && named(key));
    let istio = istio.map(|(_, it)| ObjectRef::of(it));
    let kubernetes = world.all::<KubernetesGateway>().iter();
    let kubernetes = kubernetes.filter(|(key, _)| is_made && named(key));
    let mut all = istio.chain(kubernetes.map(|(_, it)| ObjectRef::of(it)));
    match (all.next(), all.next()) {
        (Some(only), None) => only,
        _ => ObjectRef::named("Gateway", "", name),
    }
}

/// Whether the objects leave it open that such a server is left out.
fn may_clash(world: &World, name: &str, port: u16) -> bool {
    whose::may_be(world, |envoy| {
        envoy.dropped().iter().any(|it| {
            matches!(it.why, Clash::Protocol { .. })
                && it.port == u32::from(port)
                && envoy.servers[it.server].gateway.name.starts_with(name)
        })
    })
}
