//! What is reported: all, or what has to do with a namespace or a Gateway.

use std::collections::{BTreeMap, BTreeSet};

use super::judge::Open;
use crate::model::cert_manager::Certificate;
use crate::model::gateway_api::{KubernetesGateway, Listener};
use crate::model::gateway_route::HttpRoute;
use crate::model::istio::Gateway;
use crate::model::nearest::nearest;
use crate::model::network::Service;
use crate::model::pod::Pod;
use crate::model::virtual_service::VirtualService;
use crate::model::{Key, Object as _, ObjectRef};
use crate::report::{Finding, Undecided};
use crate::world::routing::hosts::closeness;
use crate::world::{Why, World, made_for};

/// How many objects an entry of `undecided` names.
const NAMED: usize = 10;

/// What is reported.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Only what has to do with this namespace.
    pub namespace: Option<String>,
    /// Only what has to do with these Gateways: by their name, by that of the Service that they are
    /// bound to, or by a host that they serve; and the namespace where one was given.
    pub gateway: Option<(Option<String>, String)>,
}

impl Scope {
    /// Holds it against a world.
    pub(super) fn within(&self, world: &World) -> Within<'_> {
        let gateways = self.gateways(world);
        let bound = gateways.iter().flatten().flat_map(|key| world.bound_to(key));
        let bound = bound.map(|it| it.object.key()).collect();
        Within { scope: self, gateways, bound }
    }

    /// The Gateways that are meant, as `discover` takes a name: those of that name and those that
    /// are bound to the Service of that name, else those that mean the host most closely. `None`:
    /// all.
    fn gateways(&self, world: &World) -> Option<BTreeSet<Key>> {
        let (namespace, name) = self.gateway.as_ref()?;
        let is_in = |key: &&Key| namespace.as_ref().is_none_or(|it| *it == key.namespace);
        let istio = world.all::<Gateway>();
        let kubernetes = world.all::<KubernetesGateway>();
        let keys = || istio.keys().chain(kubernetes.keys()).filter(is_in);
        let mut named: BTreeSet<Key> = keys().filter(|key| key.name == *name).cloned().collect();
        let services = world.all::<Service>().iter();
        for (_, service) in services.filter(|(key, _)| key.name == *name && is_in(key)) {
            named.extend(bound(world, service));
        }
        if !named.is_empty() {
            return Some(named);
        }
        let hosts = |key: &Key| {
            let of_istio = istio.get(key).into_iter().flat_map(|it| &it.spec.servers);
            let of_istio = of_istio.flat_map(|it| &it.hosts).map(|it| &**it);
            let listeners = kubernetes.get(key).into_iter().flat_map(|it| &it.spec.listeners);
            of_istio.chain(listeners.map(Listener::host)).collect::<Vec<_>>()
        };
        let close = |key: &Key| hosts(key).iter().filter_map(|it| closeness(it, name)).max();
        let closest = keys().filter_map(close).max();
        Some(keys().filter(|key| closest.is_some() && close(key) == closest).cloned().collect())
    }
}

impl Scope {
    /// What it is called that was meant by the gateway's name.
    pub(super) fn nearest(&self, world: &World) -> Option<String> {
        let (namespace, name) = self.gateway.as_ref()?;
        let keys = world.all::<Gateway>().keys().chain(world.all::<KubernetesGateway>().keys());
        let services = world.all::<Service>().iter();
        let services = services.filter(|(_, it)| !bound(world, it).is_empty()).map(|(key, _)| key);
        let keys: Vec<&Key> = keys.chain(services).collect();
        let Some(namespace) = namespace else {
            let istio = world.all::<Gateway>().values().flat_map(|it| &it.spec.servers);
            let hosts =
                istio.flat_map(|it| &it.hosts).map(|it| it.rsplit('/').next().unwrap_or(it));
            let names = keys.iter().map(|it| &*it.name).chain(hosts);
            return nearest(name, names).map(str::to_owned);
        };
        let whole: Vec<String> = keys.iter().map(ToString::to_string).collect();
        nearest(&format!("{namespace}/{name}"), whole.iter().map(|it| &**it)).map(str::to_owned)
    }

    /// Whether nothing was seen in the namespace that is asked about: a report that is narrowed to a
    /// slip of the pen would find nothing wrong.
    pub(super) fn is_of_no_namespace(&self, world: &World) -> bool {
        let written = self.namespace.as_deref();
        written.is_some_and(|it| !seen_namespaces(world).contains(it))
    }

    /// The namespace that is called almost so, where nothing was seen in the one that is asked about.
    pub(super) fn nearest_namespace(&self, world: &World) -> Option<String> {
        let written = self.namespace.as_deref()?;
        nearest(written, seen_namespaces(world).into_iter()).map(str::to_owned)
    }
}

/// The namespaces in which something was seen.
fn seen_namespaces(world: &World) -> BTreeSet<&str> {
    let gateways = world.all::<Gateway>().keys().chain(world.all::<KubernetesGateway>().keys());
    let routes = world.all::<VirtualService>().keys().chain(world.all::<HttpRoute>().keys());
    let rest = world.all::<Service>().keys().chain(world.all::<Pod>().keys());
    let certificates = world.all::<Certificate>().keys();
    let keys = gateways.chain(routes).chain(rest).chain(certificates);
    keys.map(|key| &*key.namespace).collect()
}

/// The Gateways that are bound to the pods that a Service leads to; where none are known, those
/// whose labels are the Service's.
fn bound(world: &World, service: &Service) -> Vec<Key> {
    let (namespace, selector) = (&service.metadata.namespace, &service.spec.selector);
    if selector.0.is_empty() {
        return Vec::new();
    }
    let mut led_to = world.selected(selector);
    led_to.retain(|it| it.key.namespace == *namespace);
    let is_bound = |gateway: &Gateway| {
        let own = &gateway.spec.selector;
        if led_to.is_empty() {
            return !own.0.is_empty() && own.matches(&selector.0);
        }
        world.selected(own).iter().any(|it| led_to.iter().any(|led| led.key == it.key))
    };
    let named = [&service.metadata.labels, &selector.0].map(|it| made_for(it));
    let own = Key::new(&**namespace, &*service.metadata.name);
    let is_made_for = |gateway: &KubernetesGateway| {
        if let Some(is_named) = gateway.names_service(&own) {
            return is_named;
        }
        gateway.metadata.namespace == *namespace && named.contains(&Some(&*gateway.metadata.name))
    };
    let istio = world.all::<Gateway>().iter().filter(|(_, it)| is_bound(it)).map(|(key, _)| key);
    let kubernetes = world.all::<KubernetesGateway>().iter();
    let kubernetes = kubernetes.filter(|(_, it)| is_made_for(it)).map(|(key, _)| key);
    istio.chain(kubernetes).cloned().collect()
}

/// A scope, held against a world.
pub(super) struct Within<'s> {
    scope: &'s Scope,
    /// The Gateways that are meant; `None`: all.
    pub(super) gateways: Option<BTreeSet<Key>>,
    /// The VirtualServices that name them.
    bound: BTreeSet<Key>,
}

impl Within<'_> {
    /// The namespace that is asked about.
    pub(super) fn namespace(&self) -> Option<&str> {
        self.scope.namespace.as_deref()
    }

    fn takes(&self, object: &ObjectRef) -> bool {
        let gateway = self
            .gateways
            .as_ref()
            .is_none_or(|keys| object.kind == "Gateway" && keys.contains(&object.key()));
        let namespace = self.scope.namespace.as_ref().is_none_or(|it| *it == object.namespace);
        gateway && namespace
    }

    pub(super) fn takes_finding(&self, finding: &Finding) -> bool {
        let involved = finding.cause.iter().flat_map(|cause| &cause.objects);
        let looked_in = finding.cause.iter().flat_map(|cause| &cause.looked_in);
        let is_in_namespace = self.gateways.is_none()
            && looked_in.into_iter().any(|it| self.scope.namespace.as_ref() == Some(it));
        is_in_namespace
            || self.takes(&finding.object)
            || involved.map(|it| &it.object).any(|object| self.takes(object))
    }

    /// One entry for each code and reason, however many objects and namespaces it is about.
    pub(super) fn group(&self, open: Vec<Open>) -> Vec<Undecided> {
        type Group = (BTreeSet<Option<String>>, Vec<ObjectRef>);
        let mut groups: BTreeMap<(&str, Why, String, String), Group> = BTreeMap::new();
        for Open { code, gap, object } in open {
            let asked = self.scope.namespace.as_ref().filter(|_| self.gateways.is_none());
            let is_bound = object.kind == "VirtualService" && self.bound.contains(&object.key());
            if is_bound
                || self.takes(&object)
                || (asked.is_some() && gap.namespace.as_ref() == asked)
            {
                let group = (code, gap.why, gap.reason, gap.right);
                let (namespaces, objects) = groups.entry(group).or_default();
                namespaces.insert(gap.namespace);
                objects.push(object);
            }
        }
        let mut entries = Vec::new();
        for ((code, why, reason, right), (namespaces, mut objects)) in groups {
            objects.sort();
            objects.dedup();
            let count = objects.len();
            objects.truncate(NAMED);
            let places = places(&namespaces);
            let (reason, right) = (reason + &places, right + &places);
            entries.push(Undecided { code, reason, right, why, count, objects });
        }
        entries
    }
}

/// " in istio-system", " in a and b", " in 950 namespaces".
fn places(namespaces: &BTreeSet<Option<String>>) -> String {
    let named: Vec<&str> = namespaces.iter().filter_map(Option::as_deref).collect();
    match &*named {
        [] => String::new(),
        [only] => format!(" in {only}"),
        [first, second] => format!(" in {first} and {second}"),
        many => format!(" in {} namespaces", many.len()),
    }
}
