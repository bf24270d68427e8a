//! Which destinations the routes of gateways name, and which object names them.

use std::collections::BTreeSet;

use super::attachment::{gateway_of, overlaps, taken};
use super::destination::{Asked, Destination, Viewer, destination};
use crate::model::gateway_api::KubernetesGateway;
use crate::model::gateway_route::{BackendRef, GrpcRoute, HttpRoute, RouteSpec};
use crate::model::istio::Gateway;
use crate::model::virtual_service::{RouteDestination, VirtualService};
use crate::model::{Key, Object, ObjectRef, Seen};
use crate::world::topology::places;
use crate::world::{Kind, Stored, World};

/// What these functions read, besides what destinations are worked out from.
pub const READS: &[Kind] = &[
    Kind::Gateways,
    Kind::KubernetesGateways,
    Kind::VirtualServices,
    Kind::HttpRoutes,
    Kind::GrpcRoutes,
    Kind::Pods,
    Kind::Deployments,
];

/// A destination that a route of a gateway names.
#[derive(Clone, Debug)]
pub struct Use<'w> {
    /// The route's object, at the field.
    pub object: ObjectRef,
    /// Whether an API server holds that object.
    pub is_live: bool,
    /// The host as it is written.
    pub written: String,
    /// The subset; empty where none is named.
    pub subset: String,
    /// The Gateways that the route is bound to.
    pub gateways: BTreeSet<Key>,
    /// Where it leads.
    pub destination: Destination<'w>,
}

/// All of them, object by object; an object that names one twice names it once.
pub fn uses(world: &World) -> Vec<Use<'_>> {
    let mut uses = Vec::new();
    for service in world.all::<VirtualService>().values() {
        of_virtual_service(world, service, &mut uses);
    }
    of_routes::<HttpRoute>(world, |route| &route.spec, &mut uses);
    of_routes::<GrpcRoute>(world, |route| &route.spec, &mut uses);
    uses
}

/// From where a VirtualService's destinations are seen: the namespace of the pods of its first
/// Gateway that is served, else its own, and the port of the first server that takes it.
struct Sight {
    gateways: BTreeSet<Key>,
    namespace: String,
    server_port: u32,
}

fn sight(world: &World, service: &Seen<VirtualService>) -> Option<Sight> {
    let own = &service.metadata.namespace;
    let named = service.spec.gateways.iter().filter_map(|entry| gateway_of(&entry.value, own));
    let gateways: BTreeSet<Key> = named.collect();
    if gateways.is_empty() {
        return None;
    }
    let mut sight = Sight { gateways, namespace: String::new(), server_port: 0 };
    for key in &sight.gateways {
        let Some(gateway) = world.all::<Gateway>().get(key) else { continue };
        let Some(place) = places(world, gateway).ok().and_then(|it| it.into_iter().next()) else {
            continue;
        };
        let takes = gateway.spec.servers.iter().find(|server| {
            !taken(world, server, &key.namespace, service).is_empty()
                || overlaps(world, server, &key.namespace, service)
        });
        sight.namespace = place.namespace;
        if let Some(server) = takes {
            sight.server_port = server.port.number;
            break;
        }
    }
    if sight.namespace.is_empty() {
        sight.namespace.clone_from(own);
    }
    Some(sight)
}

fn of_virtual_service<'w>(
    world: &'w World,
    service: &'w Seen<VirtualService>,
    uses: &mut Vec<Use<'w>>,
) {
    let Some(sight) = sight(world, service) else { return };
    let mut ledger = Ledger { world, sight: &sight, named: BTreeSet::new(), uses };
    for (position, route) in service.spec.http.iter().enumerate() {
        ledger.add(service, &format!("spec.http[{position}]"), &route.route);
        if let Some(delegate) = &route.delegate {
            let namespace = match &*delegate.namespace {
                "" => &service.metadata.namespace,
                namespace => namespace,
            };
            let key = Key::new(namespace, delegate.name.clone());
            let Some(delegate) = world.all::<VirtualService>().get(&key) else { continue };
            for (position, route) in delegate.spec.http.iter().enumerate() {
                ledger.add(delegate, &format!("spec.http[{position}]"), &route.route);
            }
        }
    }
    for (position, route) in service.spec.tls.iter().enumerate() {
        ledger.add(service, &format!("spec.tls[{position}]"), &route.route);
    }
    for (position, route) in service.spec.tcp.iter().enumerate() {
        ledger.add(service, &format!("spec.tcp[{position}]"), &route.route);
    }
}

/// What one VirtualService, and its delegates, have named so far.
struct Ledger<'w, 'l> {
    world: &'w World,
    sight: &'l Sight,
    named: BTreeSet<(Key, String)>,
    uses: &'l mut Vec<Use<'w>>,
}

impl<'w> Ledger<'w, '_> {
    fn add(&mut self, service: &'w Seen<VirtualService>, rule: &str, routes: &[RouteDestination]) {
        let namespace = &service.metadata.namespace;
        for (position, route) in routes.iter().enumerate() {
            // Among several destinations one without a weight gets nothing.
            if routes.len() > 1 && route.weight == 0 {
                continue;
            }
            let to = &route.destination;
            let asked =
                Asked { host: &to.host.value, port: to.port.number, subset: &to.subset, namespace };
            let viewer =
                Viewer { namespace: &self.sight.namespace, server_port: self.sight.server_port };
            let destination = destination(self.world, asked, viewer);
            if !self.named.insert((service.key(), destination.cluster.clone())) {
                continue;
            }
            let path = format!("{rule}.route[{position}].destination");
            let line = service.origin.line_of(to.host.line);
            self.uses.push(Use {
                object: ObjectRef::of(service).at(path, line),
                is_live: service.origin.live,
                written: to.host.value.clone(),
                subset: to.subset.clone(),
                gateways: self.sight.gateways.clone(),
                destination,
            });
        }
    }
}

fn of_routes<'w, T: Stored + 'w>(
    world: &'w World,
    spec: fn(&T) -> &RouteSpec,
    uses: &mut Vec<Use<'w>>,
) {
    for route in world.all::<T>().values() {
        let gateways = parents(world, route, spec(&route.object));
        let Some(first) = gateways.first() else { continue };
        let mut named = BTreeSet::new();
        for (position, rule) in spec(&route.object).rules.iter().enumerate() {
            for (place, backend) in rule.backend_refs.iter().enumerate() {
                let Some(destination) = of_backend(world, route, backend, &first.namespace) else {
                    continue;
                };
                if !named.insert(destination.cluster.clone()) {
                    continue;
                }
                let path = format!("spec.rules[{position}].backendRefs[{place}]");
                let line = route.origin.line_of(backend.name.line);
                uses.push(Use {
                    object: ObjectRef::of(route).at(path, line),
                    is_live: route.origin.live,
                    written: backend.name.value.clone(),
                    subset: String::new(),
                    gateways: gateways.clone(),
                    destination,
                });
            }
        }
    }
}

/// The Gateways of Istio's that a route names, as far as they are known.
fn parents<T: Object>(world: &World, route: &Seen<T>, spec: &RouteSpec) -> BTreeSet<Key> {
    let named = spec.parent_refs.iter().filter(|it| matches!(&*it.kind, "" | "Gateway"));
    let keys = named.map(|it| {
        let own = &route.metadata().namespace;
        let namespace = if it.namespace.is_empty() { own } else { &it.namespace };
        Key::new(namespace.clone(), it.name.value.clone())
    });
    let gateways = world.all::<KubernetesGateway>();
    keys.filter(|key| gateways.get(key).is_some_and(|it| it.is_istios())).collect()
}

/// A backend that is a Service of the route's own namespace: whether another may be referred to
/// is a grant's matter.
fn of_backend<'w, T: Object>(
    world: &'w World,
    route: &Seen<T>,
    backend: &BackendRef,
    viewer: &str,
) -> Option<Destination<'w>> {
    let own = &*route.metadata().namespace;
    let is_service = backend.group.is_empty() && matches!(&*backend.kind, "" | "Service");
    let is_own = backend.namespace.is_empty() || backend.namespace == own;
    let is_plain = is_service && is_own && !backend.name.value.contains('.');
    if !is_plain || backend.port == 0 || backend.weight == Some(0) {
        return None;
    }
    let asked = Asked { host: &backend.name.value, port: backend.port, subset: "", namespace: own };
    Some(destination(world, asked, Viewer { namespace: viewer, server_port: backend.port }))
}
