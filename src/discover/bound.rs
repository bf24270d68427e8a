//! Which Gateways are bound to a gateway, and which of them serves a host.

use std::collections::BTreeMap;

use super::find::Found;
use crate::model::gateway_api::{KubernetesGateway, Listener};
use crate::model::istio::Gateway;
use crate::model::{Key, ObjectRef, Seen, Selector};
use crate::report::discovery::{Bound, Served};
use crate::world::routing::hosts;
use crate::world::{World, made_for};

/// The Gateways that are bound to each gateway, in the order of the gateways.
pub(super) fn bound(world: &World, found: &[Found<'_>]) -> Vec<Vec<Bound>> {
    let mut bound = vec![Vec::new(); found.len()];
    // By their pods; a gateway whose pods are not known is bound by what its Service leads to.
    let mut by_pod: BTreeMap<&Key, Vec<usize>> = BTreeMap::new();
    for (position, it) in found.iter().enumerate() {
        for workload in &it.workloads {
            by_pod.entry(&workload.key).or_default().push(position);
        }
    }
    let unseen: Vec<usize> =
        (0..found.len()).filter(|it| found[*it].workloads.is_empty()).collect();
    for gateway in world.all::<Gateway>().values() {
        let selected = world.selected(&gateway.spec.selector);
        let mut positions: Vec<usize> =
            selected.iter().filter_map(|it| by_pod.get(&it.key)).flatten().copied().collect();
        let is_meant = |it: &&usize| means_unseen(world, &found[**it], &gateway.spec.selector);
        positions.extend(unseen.iter().filter(is_meant));
        positions.sort_unstable();
        positions.dedup();
        for position in positions {
            bound[position].push(of_istio(gateway));
        }
    }
    for gateway in world.all::<KubernetesGateway>().values().filter(|it| it.is_istios()) {
        for (position, it) in found.iter().enumerate() {
            if is_bound(gateway, it) {
                bound[position].push(of_gateway_api(gateway));
            }
        }
    }
    bound
}

/// Whether a Gateway means a gateway of which no pods are known.
fn means_unseen(world: &World, found: &Found<'_>, selector: &Selector) -> bool {
    let Some(service) = found.service else { return false };
    let is_assumed = || {
        let mut assumed = world.assumed().iter();
        assumed.any(|it| it.namespace == found.key.namespace && it.is_selected_by(selector))
    };
    selector.matches(&service.spec.selector.0) || is_assumed()
}

/// Whether a Gateway API Gateway is served by a gateway: one that istiod made for it, or one whose
/// Service it names.
pub(super) fn is_bound(gateway: &KubernetesGateway, found: &Found<'_>) -> bool {
    let (name, namespace) = (&gateway.metadata.name, &gateway.metadata.namespace);
    if let Some(is_named) = gateway.names_service(&found.key) {
        return is_named;
    }
    *namespace == found.key.namespace
        && match found.workloads.first() {
            Some(workload) => workload.gateway_name() == Some(name),
            None => found.service.is_some_and(|it| {
                let labels = [&it.metadata.labels, &it.spec.selector.0];
                labels.into_iter().any(|labels| made_for(labels) == Some(name))
            }),
        }
}

fn of_istio(gateway: &Seen<Gateway>) -> Bound {
    let servers = gateway.spec.servers.iter().map(|server| Served {
        port: server.port.number,
        protocol: server.port.protocol.clone(),
        hosts: server.hosts.clone(),
    });
    Bound { object: ObjectRef::of(gateway), servers: servers.collect(), serves_host: false }
}

fn of_gateway_api(gateway: &Seen<KubernetesGateway>) -> Bound {
    let servers = gateway.spec.listeners.iter().map(|listener: &Listener| Served {
        port: listener.port,
        protocol: listener.protocol.clone(),
        hosts: vec![listener.host().to_owned()],
    });
    Bound { object: ObjectRef::of(gateway), servers: servers.collect(), serves_host: false }
}

/// How closely a Gateway's hosts mean a host: exactly is more than by a wildcard, and of wildcards
/// the longer one is. `None`: not at all.
pub(super) fn closeness(bound: &Bound, host: &str) -> Option<usize> {
    let hosts = bound.servers.iter().flat_map(|server| &server.hosts);
    hosts.filter_map(|it| hosts::closeness(it, host)).max()
}
