//! What routing looks for again and again, put in order once, when it is first asked for: linear.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use jiff::Timestamp;

use super::attachment::{Attached, gateway_of};
use super::hosts::full_name;
use super::mesh::Domain;
use super::served::Served;
use crate::model::destination::{DestinationRule, ServiceEntry, WorkloadEntry};
use crate::model::gateway_route::{GrpcRoute, HttpRoute, RouteSpec};
use crate::model::istio::Gateway;
use crate::model::kubernetes::Metadata;
use crate::model::network::{EndpointSlice, Service};
use crate::model::pod::Pod;
use crate::model::virtual_service::VirtualService;
use crate::model::{Key, Seen, Selector};
use crate::world::{Store, Stored, World};

/// The indexes, each made when it is first asked for.
#[derive(Debug, Default)]
pub(in crate::world) struct Indexes {
    served: Served,
    domain: OnceLock<Domain>,
    virtual_services: OnceLock<HashMap<Key, Vec<Attached>>>,
    entries: OnceLock<HashMap<String, Vec<Key>>>,
    rules: OnceLock<HashMap<(String, String), Vec<Key>>>,
    slices: OnceLock<HashMap<Key, Vec<Key>>>,
    services: OnceLock<ByLabel>,
    pods: OnceLock<ByLabel>,
    workload_entries: OnceLock<ByLabel>,
    routes: OnceLock<HashMap<Key, Vec<RouteRef>>>,
    services_by_name: OnceLock<HashMap<String, Vec<Key>>>,
    gateways_by_name: OnceLock<HashMap<String, Vec<Key>>>,
    pods_anywhere: OnceLock<HashMap<(String, String), Vec<Key>>>,
}

/// A route of the Gateway API, by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RouteRef {
    Http(Key),
    Grpc(Key),
}

/// The keys of a kind, by name.
fn by_name<T: Stored>(store: &Store<T>) -> HashMap<String, Vec<Key>> {
    let mut index: HashMap<String, Vec<Key>> = HashMap::new();
    for key in store.keys() {
        index.entry(key.name.clone()).or_default().push(key.clone());
    }
    index
}

/// Keys of one kind, by namespace and label.
#[derive(Debug, Default)]
pub(super) struct ByLabel(HashMap<(String, String, String), Vec<Key>>);

impl ByLabel {
    fn add<'l>(&mut self, key: &Key, labels: impl Iterator<Item = (&'l String, &'l String)>) {
        for (name, value) in labels {
            let at = (key.namespace.clone(), name.clone(), value.clone());
            self.0.entry(at).or_default().push(key.clone());
        }
    }

    /// Those of a namespace with that label.
    pub(super) fn with(&self, namespace: &str, name: &str, value: &str) -> &[Key] {
        let at = (namespace.to_owned(), name.to_owned(), value.to_owned());
        self.0.get(&at).map_or(&[], Vec::as_slice)
    }

    /// Those of a namespace that may have all labels of a selector: those with its rarest.
    pub(super) fn candidates(&self, namespace: &str, selector: &Selector) -> &[Key] {
        let with = selector.0.iter().map(|(name, value)| self.with(namespace, name, value));
        with.min_by_key(|keys| keys.len()).unwrap_or(&[])
    }
}

/// The order in which istiod takes objects of one kind: creation, name, namespace
/// (`pilot/pkg/model/config.go`, `sortConfigByCreationTime`). One that was never created is first.
pub(super) fn age(metadata: &Metadata) -> (Option<Timestamp>, &str, &str) {
    (metadata.creation_timestamp, &metadata.name, &metadata.namespace)
}

/// The objects of a kind, the oldest first.
pub(super) fn by_age<T: Stored>(store: &Store<T>) -> Vec<&Seen<T>> {
    let mut objects: Vec<&Seen<T>> = store.values().collect();
    objects.sort_by(|one, other| age(one.metadata()).cmp(&age(other.metadata())));
    objects
}

impl World {
    fn indexes(&self) -> &Indexes {
        &self.index.routing
    }

    pub(super) fn served(&self) -> &Served {
        &self.indexes().served
    }

    /// The gateway pods, and what Deployments make of them.
    pub(super) fn workload_pods(&self) -> impl Iterator<Item = &Pod> {
        let pods = Pod::store(self);
        self.index
            .workloads()
            .iter()
            .filter(|it| it.is_pod)
            .filter_map(|workload| pods.get(&workload.key).map(|seen| &seen.object))
    }

    /// The cluster's domain.
    pub fn domain(&self) -> &Domain {
        self.indexes().domain.get_or_init(|| Domain::of(self))
    }

    /// The VirtualServices that name a Gateway, the oldest first.
    pub(super) fn naming(&self, gateway: &Key) -> &[Attached] {
        self.note(VirtualService::READ);
        let index = self.indexes().virtual_services.get_or_init(|| {
            let mut index: HashMap<Key, Vec<Attached>> = HashMap::new();
            for seen in by_age(VirtualService::store(self)) {
                let namespace = &seen.metadata.namespace;
                for (position, entry) in seen.spec.gateways.iter().enumerate() {
                    let Some(gateway) = gateway_of(&entry.value, namespace) else { continue };
                    let named = index.entry(gateway).or_default();
                    let key = Key::new(namespace.clone(), seen.metadata.name.clone());
                    if named.last().is_none_or(|it| it.key != key) {
                        named.push(Attached { key, position });
                    }
                }
            }
            index
        });
        index.get(gateway).map_or(&[], Vec::as_slice)
    }

    /// The Gateway API's routes that name a Gateway.
    pub(super) fn routes_of(&self, gateway: &Key) -> &[RouteRef] {
        self.note(HttpRoute::READ);
        self.note(GrpcRoute::READ);
        let index = self.indexes().routes.get_or_init(|| {
            let mut index: HashMap<Key, Vec<RouteRef>> = HashMap::new();
            let mut add = |route: RouteRef, own: &str, spec: &RouteSpec| {
                for parent in &spec.parent_refs {
                    let namespace =
                        if parent.namespace.is_empty() { own } else { &parent.namespace };
                    let gateway = Key::new(namespace, parent.name.value.clone());
                    let named = index.entry(gateway).or_default();
                    if named.last() != Some(&route) {
                        named.push(route.clone());
                    }
                }
            };
            for (key, seen) in HttpRoute::store(self) {
                add(RouteRef::Http(key.clone()), &key.namespace, &seen.spec);
            }
            for (key, seen) in GrpcRoute::store(self) {
                add(RouteRef::Grpc(key.clone()), &key.namespace, &seen.spec);
            }
            index
        });
        index.get(gateway).map_or(&[], Vec::as_slice)
    }

    /// How many of the Gateway API's routes name a Gateway.
    pub fn routes_naming(&self, gateway: &Key) -> usize {
        self.routes_of(gateway).len()
    }

    /// The Services of that name, in any namespace.
    pub fn services_named(&self, name: &str) -> &[Key] {
        self.note(Service::READ);
        let index = self.indexes().services_by_name.get_or_init(|| by_name(Service::store(self)));
        index.get(name).map_or(&[], Vec::as_slice)
    }

    /// The Gateways of `networking.istio.io` of that name, in any namespace.
    pub fn gateways_named(&self, name: &str) -> &[Key] {
        self.note(Gateway::READ);
        let index = self.indexes().gateways_by_name.get_or_init(|| by_name(Gateway::store(self)));
        index.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether some pod, of any namespace and gateway or not, is meant by a selector.
    pub fn selects_any_pod(&self, selector: &Selector) -> bool {
        self.note(Pod::READ);
        let index = self.indexes().pods_anywhere.get_or_init(|| {
            let mut index: HashMap<(String, String), Vec<Key>> = HashMap::new();
            for (key, seen) in Pod::store(self).iter().filter(|(_, it)| !it.has_ended()) {
                for (name, value) in &seen.metadata.labels {
                    index.entry((name.clone(), value.clone())).or_default().push(key.clone());
                }
            }
            index
        });
        let with = selector.0.iter().map(|(name, value)| {
            index.get(&(name.clone(), value.clone())).map_or(&[][..], Vec::as_slice)
        });
        let candidates = with.min_by_key(|keys| keys.len()).unwrap_or(&[]).iter();
        let mut pods = candidates.filter_map(|key| Pod::store(self).get(key));
        pods.any(|pod| selector.matches(&pod.metadata.labels))
    }

    /// The `ServiceEntries` of a host, the oldest first.
    pub(super) fn entries_of(&self, host: &str) -> &[Key] {
        self.note(ServiceEntry::READ);
        let index = self.indexes().entries.get_or_init(|| {
            let mut index: HashMap<String, Vec<Key>> = HashMap::new();
            for seen in by_age(ServiceEntry::store(self)) {
                let key = Key::new(seen.metadata.namespace.clone(), seen.metadata.name.clone());
                for host in &seen.spec.hosts {
                    index.entry(host.clone()).or_default().push(key.clone());
                }
            }
            index
        });
        index.get(host).map_or(&[], Vec::as_slice)
    }

    /// The `DestinationRules` of a namespace for exactly that host, the oldest first.
    pub(super) fn rules_for(&self, namespace: &str, host: &str) -> &[Key] {
        self.note(DestinationRule::READ);
        let index = self.indexes().rules.get_or_init(|| {
            let mut index: HashMap<(String, String), Vec<Key>> = HashMap::new();
            for seen in by_age(DestinationRule::store(self)) {
                let namespace = &seen.metadata.namespace;
                let host = full_name(&seen.spec.host, namespace, &self.domain().name);
                let key = Key::new(namespace.clone(), seen.metadata.name.clone());
                index.entry((namespace.clone(), host)).or_default().push(key);
            }
            index
        });
        let at = (namespace.to_owned(), host.to_owned());
        index.get(&at).map_or(&[], Vec::as_slice)
    }

    /// The `EndpointSlices` of a Service.
    pub(in crate::world) fn slices_of(
        &self,
        service: &Key,
    ) -> impl Iterator<Item = &Seen<EndpointSlice>> {
        let index = self.indexes().slices.get_or_init(|| {
            let mut index: HashMap<Key, Vec<Key>> = HashMap::new();
            for (key, seen) in EndpointSlice::store(self) {
                let service = Key::new(key.namespace.clone(), seen.service());
                index.entry(service).or_default().push(key.clone());
            }
            index
        });
        let keys = index.get(service).map_or(&[][..], Vec::as_slice);
        keys.iter().filter_map(|key| self.all::<EndpointSlice>().get(key))
    }

    /// The Services whose selector means pods with these labels, the oldest first.
    pub fn services_selecting(
        &self,
        namespace: &str,
        labels: &BTreeMap<String, String>,
    ) -> Vec<&Seen<Service>> {
        let index = self.indexes().services.get_or_init(|| {
            let mut index = ByLabel::default();
            for (key, seen) in Service::store(self) {
                // Every pod that is meant has the first label too.
                index.add(key, seen.spec.selector.0.iter().take(1));
            }
            index
        });
        let keys = labels.iter().flat_map(|(name, value)| index.with(namespace, name, value));
        let mut services: Vec<&Seen<Service>> = keys
            .filter_map(|key| self.all::<Service>().get(key))
            .filter(|it| it.spec.selector.matches(labels) && it.spec.type_ != "ExternalName")
            .collect();
        services.sort_by(|one, other| age(&one.metadata).cmp(&age(&other.metadata)));
        services
    }

    /// The pods of a namespace that a selector means; none for an empty one.
    pub(super) fn pods_with<'w>(
        &'w self,
        namespace: &str,
        selector: &'w Selector,
    ) -> impl Iterator<Item = &'w Seen<Pod>> {
        let index = self.indexes().pods.get_or_init(|| {
            let mut index = ByLabel::default();
            for (key, seen) in Pod::store(self) {
                index.add(key, seen.metadata.labels.iter());
            }
            index
        });
        let keys = index.candidates(namespace, selector).iter();
        keys.filter_map(|key| self.all::<Pod>().get(key))
            .filter(|pod| selector.matches(&pod.metadata.labels) && !pod.has_ended())
    }

    /// The `WorkloadEntries` of a namespace that a selector means; none for an empty one.
    pub(super) fn workload_entries_with<'w>(
        &'w self,
        namespace: &str,
        selector: &'w Selector,
    ) -> impl Iterator<Item = &'w Seen<WorkloadEntry>> {
        let index = self.indexes().workload_entries.get_or_init(|| {
            let mut index = ByLabel::default();
            for (key, seen) in WorkloadEntry::store(self) {
                index.add(key, labels_of(seen).iter());
            }
            index
        });
        let keys = index.candidates(namespace, selector).iter();
        keys.filter_map(|key| self.all::<WorkloadEntry>().get(key))
            .filter(|entry| selector.matches(&labels_of(entry)))
    }
}

/// The labels of a `WorkloadEntry`: those of its spec, and those of its metadata before them
/// (`pilot/pkg/serviceregistry/serviceentry/conversion.go`).
pub(super) fn labels_of(entry: &WorkloadEntry) -> BTreeMap<String, String> {
    let mut labels = entry.spec.labels.0.clone();
    let own = entry.metadata.labels.iter();
    labels.extend(own.map(|(name, value)| (name.clone(), value.clone())));
    labels
}
