//! Which destinations the routes of gateways name, and which object names them.

use std::collections::{BTreeMap, BTreeSet};

use super::attachment::{gateway_of, hold_at};
use super::destination::{Asked, Destination, Viewer, destination};
use super::served::takers;
use crate::model::gateway_api::KubernetesGateway;
use crate::model::gateway_route::{BackendRef, GrpcRoute, HttpRoute, RouteSpec};
use crate::model::istio::Gateway;
use crate::model::virtual_service::{
    Bounds, Delegate, Destination as NamedDestination, HttpMatch, HttpRoute as HttpRule,
    RouteDestination, StringMatch, VirtualService,
};
use crate::model::{Key, Object, ObjectRef, Seen};
use crate::world::topology::{Basis, Place, places};
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
    /// The Gateways that the route is bound to: Istio's for a VirtualService, else the Gateway
    /// API's.
    pub gateways: BTreeSet<Key>,
    /// Where the gateway's pods are that see it; `None` where that is not known.
    pub place: Option<Place>,
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

/// From where a VirtualService's destinations are seen.
struct Sight {
    /// The Gateways that it names, each with the ports of its servers that take something of it;
    /// none where the Gateway is not known.
    gateways: BTreeMap<Key, BTreeSet<u32>>,
    /// Where the pods are of the first that is served.
    place: Option<Place>,
}

fn sight(world: &World, service: &Seen<VirtualService>) -> Sight {
    let own = &service.metadata.namespace;
    let mut sight = Sight { gateways: BTreeMap::new(), place: None };
    for key in service.spec.gateways.iter().filter_map(|entry| gateway_of(&entry.value, own)) {
        let mut ports = BTreeSet::new();
        if let Some(gateway) = world.all::<Gateway>().get(&key) {
            let takers = takers(world, gateway, service).into_iter();
            ports.extend(takers.map(|server| gateway.spec.servers[server].port.number));
            sight.place = sight.place.or_else(|| places(world, gateway).ok()?.into_iter().next());
        }
        sight.gateways.insert(key, ports);
    }
    sight
}

fn of_virtual_service<'w>(
    world: &'w World,
    service: &'w Seen<VirtualService>,
    uses: &mut Vec<Use<'w>>,
) {
    let sight = sight(world, service);
    if sight.gateways.is_empty() {
        return;
    }
    let mut ledger = Ledger { world, root: service, sight, named: BTreeSet::new(), uses };
    for (position, rule) in service.spec.http.iter().enumerate() {
        let gateways = ledger.holding(service, &rule.matches);
        ledger.add(service, &format!("spec.http[{position}]"), &gateways, &rule.route);
        if let Some(delegate) = &rule.delegate {
            ledger.add_delegate(delegate, &gateways);
        } else if catches_all(rule) {
            break;
        }
    }
    for (position, rule) in service.spec.tls.iter().enumerate() {
        let gateways = ledger.holding(service, &rule.matches);
        ledger.add(service, &format!("spec.tls[{position}]"), &gateways, &rule.route);
    }
    for (position, rule) in service.spec.tcp.iter().enumerate() {
        let gateways = ledger.holding(service, &rule.matches);
        ledger.add(service, &format!("spec.tcp[{position}]"), &gateways, &rule.route);
    }
}

/// Whether no rule after this one is ever made into a route: it takes whatever comes
/// (`pilot/pkg/networking/core/route/route.go`, `BuildHTTPRoutesForVirtualService`).
fn catches_all(rule: &HttpRule) -> bool {
    let takes_all = |it: &HttpMatch| {
        let path = match &it.uri {
            None => true,
            Some(StringMatch::Prefix(prefix)) => prefix == "/",
            Some(StringMatch::Regex(pattern)) => pattern == ".*",
            Some(StringMatch::Exact(_) | StringMatch::Present) => false,
        };
        path && it.scheme.is_none()
            && it.method.is_none()
            && it.authority.is_none()
            && it.headers.is_empty()
            && it.without_headers.is_empty()
            && it.query_params.is_empty()
            && it.source_labels.0.is_empty()
            && it.source_namespace.is_empty()
            && it.gateways.is_empty()
            && it.port == 0
    };
    rule.matches.is_empty() || rule.matches.iter().any(takes_all)
}

/// What one VirtualService, and its delegates, have named so far.
struct Ledger<'w, 'l> {
    world: &'w World,
    root: &'w Seen<VirtualService>,
    sight: Sight,
    named: BTreeSet<(Key, String)>,
    uses: &'l mut Vec<Use<'w>>,
}

impl<'w> Ledger<'w, '_> {
    /// The Gateways at which a rule holds, of those that the root names.
    fn holding<M: Bounds>(&self, of: &Seen<VirtualService>, matches: &[M]) -> BTreeSet<Key> {
        let own = &of.metadata.namespace;
        let gateways = self.sight.gateways.keys();
        gateways.filter(|key| hold_at(matches, own, key, None)).cloned().collect()
    }

    fn add_delegate(&mut self, delegate: &Delegate, at: &BTreeSet<Key>) {
        let own = &self.root.metadata.namespace;
        let namespace = if delegate.namespace.is_empty() { own } else { &delegate.namespace };
        let key = Key::new(namespace, delegate.name.clone());
        let Some(delegate) = self.world.all::<VirtualService>().get(&key) else { return };
        for (position, rule) in delegate.spec.http.iter().enumerate() {
            let holding = self.holding(delegate, &rule.matches);
            let gateways = holding.intersection(at).cloned().collect();
            self.add(delegate, &format!("spec.http[{position}]"), &gateways, &rule.route);
            if catches_all(rule) {
                break;
            }
        }
    }

    fn add(
        &mut self,
        service: &'w Seen<VirtualService>,
        rule: &str,
        gateways: &BTreeSet<Key>,
        routes: &[RouteDestination],
    ) {
        if gateways.is_empty() {
            return;
        }
        for (position, route) in routes.iter().enumerate() {
            // Among several destinations one without a weight gets nothing.
            if routes.len() > 1 && route.weight == 0 {
                continue;
            }
            let path = format!("{rule}.route[{position}].destination");
            for port in self.ports(gateways, &route.destination) {
                self.lead(service, &path, gateways, &route.destination, port);
            }
        }
    }

    /// The ports of servers that may matter to a destination: all where it names none itself. A 0
    /// stands for a server that is not known.
    fn ports(&self, gateways: &BTreeSet<Key>, to: &NamedDestination) -> BTreeSet<u32> {
        let ports = gateways.iter().filter_map(|it| self.sight.gateways.get(it)).flatten().copied();
        let ports: BTreeSet<u32> = if to.port.number == 0 { ports.collect() } else { [0].into() };
        if ports.is_empty() { [0].into() } else { ports }
    }

    fn lead(
        &mut self,
        service: &'w Seen<VirtualService>,
        path: &str,
        gateways: &BTreeSet<Key>,
        to: &NamedDestination,
        server_port: u32,
    ) {
        let namespace = &*service.metadata.namespace;
        let asked =
            Asked { host: &to.host.value, port: to.port.number, subset: &to.subset, namespace };
        let viewer = self.sight.place.as_ref().map_or(namespace, |it| &it.namespace);
        let viewer = Viewer { namespace: viewer, server_port };
        let destination = destination(self.world, asked, viewer);
        if !self.named.insert((service.key(), destination.cluster.clone())) {
            return;
        }
        let line = service.origin.line_of(to.host.line);
        self.uses.push(Use {
            object: ObjectRef::of(service).at(path, line),
            is_live: service.origin.live,
            written: to.host.value.clone(),
            subset: to.subset.clone(),
            gateways: gateways.clone(),
            place: self.sight.place.clone(),
            destination,
        });
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
                    place: Some(Place::known(&first.namespace, Basis::Named)),
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
