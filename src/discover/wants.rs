//! What is to be asked for, once the first lists are known: few requests, and only what is needed.

use std::collections::BTreeSet;

use super::find::{Found, looks_like_one};
use super::{Discover, address};
use crate::model::gateway_api::KubernetesGateway;
use crate::model::istio::Gateway;
use crate::model::network::Service;
use crate::model::{Object as _, Selector};
use crate::world::{GATEWAY_NAMES, Kind, Want, World};

/// The label that gateways carry by charts and by habit (Istio 1.0 to 1.31).
const ISTIO: &str = "istio";

/// With more selectors than this, one list of all costs less than a list each.
const FEW: usize = 32;

/// What is wanted, by what is known so far; in an empty world, what is wanted whatever comes.
pub(super) fn wants(question: &Discover, world: &World) -> BTreeSet<Want> {
    let mut wants = everywhere(world);
    wants.extend(behind_services(question, world));
    let (finds, _) = question.in_scope(world);
    for found in &finds.gateways {
        of_gateway(world, found, &mut wants);
    }
    for lookalike in finds.lookalikes.iter().take(FEW) {
        wants.insert(Want::all(Kind::Deployments, Some(&lookalike.object.namespace)));
    }
    wants
}

/// The pods that carry the label of gateways, and those that Gateways mean by other labels.
fn everywhere(world: &World) -> BTreeSet<Want> {
    let pods = |selector: &str| Want::Selected {
        kind: Kind::Pods,
        namespace: None,
        selector: selector.to_owned(),
    };
    let mut wants = BTreeSet::from([pods(ISTIO)]);
    let selectors = world.all::<Gateway>().values().map(|it| &it.spec.selector);
    let others = selectors.filter(|it| !it.0.is_empty() && !it.0.contains_key(ISTIO));
    wants.extend(others.map(|it| pods(&it.to_string())));
    if world.all::<KubernetesGateway>().values().any(|it| it.is_istios()) {
        wants.extend(GATEWAY_NAMES.map(pods));
    }
    if wants.len() > FEW {
        BTreeSet::from([pods(ISTIO), Want::all(Kind::Pods, None)])
    } else {
        wants
    }
}

/// The pods behind the Services that may be a gateway's and of which none is known: those that are
/// reached from outside, those that look like one, and those that are called as was asked for.
fn behind_services(question: &Discover, world: &World) -> BTreeSet<Want> {
    let mut wants = BTreeSet::new();
    for service in world.all::<Service>().values() {
        let selector = &service.spec.selector;
        let is_called = question.name.as_ref().is_some_and(|it| it.name == service.metadata.name);
        let may_be = is_called || is_reached_from_outside(service) || looks_like_one(service);
        if !may_be || selector.0.is_empty() || is_listed(world, selector) {
            continue;
        }
        wants.insert(Want::Selected {
            kind: Kind::Pods,
            namespace: Some(service.metadata.namespace.clone()),
            selector: selector.to_string(),
        });
    }
    if wants.len() <= FEW {
        return wants;
    }
    let namespaces: BTreeSet<&str> = wants.iter().filter_map(Want::namespace).collect();
    if namespaces.len() > FEW {
        return BTreeSet::from([Want::all(Kind::Pods, None)]);
    }
    namespaces.into_iter().map(|namespace| Want::all(Kind::Pods, Some(namespace))).collect()
}

/// Whether the pods with these labels are all among those that are asked for everywhere.
fn is_listed(world: &World, selector: &Selector) -> bool {
    let mut gateways = world.all::<Gateway>().values().map(|it| &it.spec.selector);
    selector.0.contains_key(ISTIO) || gateways.any(|it| !it.0.is_empty() && it.matches(&selector.0))
}

/// By its type or its addresses; or by the two ports of the web, behind whatever leads there.
fn is_reached_from_outside(service: &Service) -> bool {
    let spec = &service.spec;
    let has = |port: u32| spec.ports.iter().any(|it| it.port == port);
    matches!(&*spec.type_, "LoadBalancer" | "NodePort")
        || !spec.external_ips.is_empty()
        || (has(80) && has(443))
}

fn of_gateway(world: &World, found: &Found<'_>, wants: &mut BTreeSet<Want>) {
    let uses_nodes = found.pods(world).any(|pod| {
        let mut ports = pod.spec.containers.iter().flat_map(|it| &it.ports);
        pod.spec.host_network || ports.any(|it| it.host_port > 0)
    });
    if uses_nodes || address::needs_nodes(found) {
        wants.insert(Want::all(Kind::Nodes, None));
    }
    let Some(service) = found.service else { return };
    if service.spec.type_ == "LoadBalancer" && address::needs_nodes(found) {
        wants.insert(Want::EventsOf { kind: Service::KIND.to_owned(), key: service.key() });
    }
    if found.workloads.is_empty() {
        wants.insert(Want::all(Kind::Deployments, Some(&found.key.namespace)));
    }
}
