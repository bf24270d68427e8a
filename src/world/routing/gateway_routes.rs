//! The Gateway API's routes as istiod takes them: for each listener and host one VirtualService.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::configs::Config;
use super::gateway_api::ListenerRef;
use super::gateway_rules::{rank, rules};
use super::hosts::{ServerHost, covers, overlap};
use super::index::RouteRef;
use super::routes::Owner;
use super::rules::Rule;
use crate::model::gateway_route::{GrpcRoute, HttpRoute, RouteSpec};
use crate::model::kubernetes::Metadata;
use crate::model::{Key, Object, ObjectRef};
use crate::world::World;

/// A route, whatever its kind.
#[derive(Clone, Debug)]
pub(super) struct AnyRoute<'w> {
    pub(super) object: ObjectRef,
    pub(super) metadata: &'w Metadata,
    pub(super) spec: &'w RouteSpec,
    /// `HTTPRoute` or `GRPCRoute`.
    pub(super) kind: &'static str,
}

/// A route with its rules.
type Ruled<'r, 'w> = (&'r AnyRoute<'w>, Rc<[Rc<Rule<'w>>]>);

impl<'w> AnyRoute<'w> {
    fn of(world: &'w World, reference: &RouteRef) -> Option<Self> {
        Some(match reference {
            RouteRef::Http(key) => {
                let seen = world.all::<HttpRoute>().get(key)?;
                let object = ObjectRef::of(seen);
                let route = &seen.object;
                Self { object, metadata: &route.metadata, spec: &route.spec, kind: HttpRoute::KIND }
            }
            RouteRef::Grpc(key) => {
                let seen = world.all::<GrpcRoute>().get(key)?;
                let object = ObjectRef::of(seen);
                let route = &seen.object;
                Self { object, metadata: &route.metadata, spec: &route.spec, kind: GrpcRoute::KIND }
            }
        })
    }
}

/// What the routes of a listener come to, one config a host; routes for one host are one list, by
/// age and then as the Gateway API ranks them
/// (`pilot/pkg/config/kube/gateway/route_collections.go`, `mergeHTTPRoutes`).
pub(super) fn configs<'w>(world: &'w World, listener: &ListenerRef<'w>) -> Vec<Config<'w>> {
    let metadata = &listener.gateway.metadata;
    let gateway = Key::new(metadata.namespace.clone(), metadata.name.clone());
    let attached = world.routes_of(&gateway).iter().filter_map(|it| AnyRoute::of(world, it));
    let mut attached: Vec<AnyRoute<'w>> =
        attached.filter(|it| attaches(world, it, listener)).collect();
    attached.sort_by(|one, other| by_age(one).cmp(&by_age(other)));
    let mut by_host: BTreeMap<&str, Vec<Ruled<'_, 'w>>> = BTreeMap::new();
    for route in &attached {
        let rules: Rc<[Rc<Rule<'w>>]> = rules(world, route).into_iter().map(Rc::new).collect();
        if rules.is_empty() {
            continue;
        }
        let hosts: BTreeSet<&str> = if route.spec.hostnames.is_empty() {
            BTreeSet::from(["*"])
        } else {
            route.spec.hostnames.iter().map(String::as_str).collect()
        };
        for host in hosts.into_iter().filter(|host| !is_withheld(host, listener)) {
            by_host.entry(host).or_default().push((route, Rc::clone(&rules)));
        }
    }
    by_host.into_iter().map(|(host, routes)| config(listener, host, &routes)).collect()
}

fn by_age<'r>(route: &'r AnyRoute<'_>) -> (Option<jiff::Timestamp>, &'r str, &'r str) {
    (route.metadata.creation_timestamp, &route.metadata.namespace, &route.metadata.name)
}

fn config<'w>(listener: &ListenerRef<'w>, host: &str, routes: &[Ruled<'_, 'w>]) -> Config<'w> {
    let first = routes[0].0;
    let mut rules: Vec<Rc<Rule<'w>>> =
        routes.iter().flat_map(|(_, rules)| rules.iter().cloned()).collect();
    rules.sort_by_key(|it| rank(&it.http));
    let name = format!("{}/{host}", listener.internal()).replace('/', "~");
    let namespace = first.metadata.namespace.clone();
    let key = Key::new(namespace.clone(), name);
    Config {
        owner: Rc::new(Owner { key, object: first.object.clone() }),
        namespace,
        hosts: vec![host.to_owned()],
        rules,
        lost: Vec::new(),
        object: None,
        created: first.metadata.creation_timestamp,
    }
}

/// Whether a route attaches to a listener: a parentRef means it, its kind and namespace are
/// allowed, and a host of each overlap (`conversion.go`, `referenceAllowed`).
fn attaches(world: &World, route: &AnyRoute<'_>, listener: &ListenerRef<'_>) -> bool {
    let own = &route.metadata.namespace;
    let gateway = &listener.gateway.metadata;
    let means = route.spec.parent_refs.iter().any(|it| {
        let namespace = if it.namespace.is_empty() { own } else { &it.namespace };
        matches!(&*it.kind, "" | "Gateway")
            && it.name.value == gateway.name
            && *namespace == gateway.namespace
            && (it.port == 0 || it.port == listener.listener.port)
            && (it.section_name.is_empty() || it.section_name == listener.listener.name)
    });
    let kinds = &listener.listener.allowed_routes.kinds;
    let is_http = matches!(&*listener.listener.protocol, "HTTP" | "HTTPS");
    let is_kind = is_http && (kinds.is_empty() || kinds.iter().any(|it| it.kind == route.kind));
    let hosts = listener.hosts(world);
    let fits = |it: &ServerHost| {
        let mut hostnames = route.spec.hostnames.iter();
        it.is_for(own)
            && (route.spec.hostnames.is_empty() || hostnames.any(|own| overlap(&it.host, own)))
    };
    means && is_kind && hosts.iter().any(fits)
}

/// Whether another listener of that port and protocol has a narrower host that covers a route's:
/// then the wider listener does not serve it (`hostnameAllowedByIsolation`).
fn is_withheld(host: &str, listener: &ListenerRef<'_>) -> bool {
    let own = &*listener.listener.hostname;
    if !own.is_empty() && !own.starts_with('*') {
        return false;
    }
    if !own.is_empty() && !overlap(own, host) {
        return true;
    }
    listener.gateway.spec.listeners.iter().any(|other| {
        other.port == listener.listener.port
            && other.protocol == listener.listener.protocol
            && other.hostname != own
            && own.len() <= other.hostname.len()
            && !other.hostname.is_empty()
            && covers(&other.hostname, host)
    })
}

/// Names of the rules, for one that has none: the route's, and its place in it.
pub(super) fn rule_name(route: &AnyRoute<'_>, position: usize, name: &str) -> String {
    if name.is_empty() {
        format!("{}.{}.{position}", route.metadata.namespace, route.metadata.name)
    } else {
        name.to_owned()
    }
}

/// A rule made of a route's.
pub(super) fn made<'w>(
    route: &AnyRoute<'w>,
    position: usize,
    rule: crate::model::virtual_service::HttpRoute,
) -> Rule<'w> {
    Rule {
        http: Cow::Owned(rule),
        namespace: route.metadata.namespace.clone(),
        at: route.object.clone().at(format!("spec.rules[{position}]"), 0),
        is_gateway_api: true,
    }
}
