//! Which gateways there are: by what the pods are that a Service leads to, never by its name.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::gateway_api::KubernetesGateway;
use crate::model::istio::Gateway;
use crate::model::network::Service;
use crate::model::pod::Pod;
use crate::model::{Key, ObjectRef, Seen, Selector};
use crate::report::discovery::{Basis, Lookalike};
use crate::world::{Kind, Workload, World, made_for};

/// A gateway: pods, and the Service that leads to them.
pub(super) struct Found<'w> {
    /// The Service; `None` where none leads to the pods.
    pub(super) service: Option<&'w Seen<Service>>,
    /// The pods, or the Deployments that would make them; none where neither is known.
    pub(super) workloads: Vec<&'w Workload>,
    /// How it is known to be a gateway.
    pub(super) basis: Basis,
    /// Namespace, and the name by which it is called.
    pub(super) key: Key,
    /// The kind of what it is called by.
    pub(super) kind: &'w str,
}

impl Found<'_> {
    /// The object that it is called by.
    pub(super) fn object(&self) -> ObjectRef {
        match self.service {
            Some(service) => ObjectRef::of(service),
            None => ObjectRef::named(self.kind, &self.key.namespace, &self.key.name),
        }
    }

    /// Its pods that were seen.
    pub(super) fn pods<'a>(&'a self, world: &'a World) -> impl Iterator<Item = &'a Seen<Pod>> {
        let pods = world.all::<Pod>();
        self.workloads.iter().filter(|it| it.is_pod).filter_map(|it| pods.get(&it.key))
    }

    /// The labels that all its pods have.
    pub(super) fn labels(&self) -> BTreeMap<String, String> {
        let mut all = self.workloads.iter().map(|it| &it.labels);
        let Some(first) = all.next() else { return BTreeMap::new() };
        let rest: Vec<_> = all.collect();
        let is_shared = |(label, value): &(&String, &String)| {
            rest.iter().all(|labels| labels.get(*label) == Some(*value))
        };
        first
            .iter()
            .filter(is_shared)
            .map(|(label, value)| (label.clone(), value.clone()))
            .collect()
    }
}

/// All that was found.
pub(super) struct Finds<'w> {
    /// The gateways, by namespace and name.
    pub(super) gateways: Vec<Found<'w>>,
    /// Services that look like a gateway's and lead to none.
    pub(super) lookalikes: Vec<Lookalike>,
}

/// What a Service turns out to be.
enum Verdict<'w> {
    Gateway(Vec<&'w Workload>, Basis),
    Lookalike(String),
    Nothing,
}

/// Finds the gateways.
pub(super) fn find(world: &World) -> Finds<'_> {
    let mut finds = Finds { gateways: Vec::new(), lookalikes: Vec::new() };
    let mut led_to: BTreeSet<&Key> = BTreeSet::new();
    for (key, service) in world.all::<Service>() {
        match verdict(world, service) {
            Verdict::Gateway(workloads, basis) => {
                led_to.extend(workloads.iter().map(|it| &it.key));
                let (key, kind) = (key.clone(), "Service");
                let service = Some(service);
                finds.gateways.push(Found { service, workloads, basis, key, kind });
            }
            Verdict::Lookalike(message) => {
                finds.lookalikes.push(Lookalike { object: ObjectRef::of(service), message });
            }
            Verdict::Nothing => {}
        }
    }
    finds.gateways.extend(without_service(world, &led_to));
    finds.gateways.sort_by(|a, b| (&a.key, a.kind).cmp(&(&b.key, b.kind)));
    finds
}

fn verdict<'w>(world: &'w World, service: &Seen<Service>) -> Verdict<'w> {
    let selector = &service.spec.selector;
    // An ExternalName leads elsewhere, a Service without a selector where somebody says; waypoints
    // serve inside the mesh (Istio 1.22 and later).
    if selector.0.is_empty() || service.spec.type_ == "ExternalName" || is_waypoint(service) {
        return Verdict::Nothing;
    }
    let namespace = &service.metadata.namespace;
    let mut workloads = world.selected(selector);
    workloads.retain(|it| it.key.namespace == *namespace);
    if workloads.iter().any(|it| it.is_pod) {
        workloads.retain(|it| it.is_pod);
        return Verdict::Gateway(workloads, Basis::Pods);
    }
    if !workloads.is_empty() {
        return Verdict::Gateway(workloads, Basis::Deployment);
    }
    if is_assumed(world, service) {
        return Verdict::Gateway(Vec::new(), Basis::Assumed);
    }
    let claimant = claimant(world, service);
    let looks = looks_like_one(service);
    if claimant.is_none() && !looks {
        return Verdict::Nothing;
    }
    // Pods that it leads to and that are no gateway decide it.
    if world.within::<Pod>(namespace).any(|it| selector.matches(&it.metadata.labels)) {
        return Verdict::Lookalike(match claimant {
            Some(gateway) => format!(
                "Gateway {gateway} selects the pods that it leads to, and they are no gateways: a \
                 proxy beside an application serves no Gateway"
            ),
            None => "it looks like a gateway's, and the pods that it leads to are none".to_owned(),
        });
    }
    match (world.covers_selected(Kind::Pods, selector, Some(namespace)), claimant) {
        (Ok(()), Some(gateway)) => Verdict::Lookalike(format!(
            "it leads to no pod: none has the labels {selector}; Gateway {gateway} means them too"
        )),
        (Ok(()), None) => Verdict::Lookalike(format!(
            "it looks like a gateway's and leads to no pod: none has the labels {selector}"
        )),
        (Err(_), Some(_)) => Verdict::Gateway(Vec::new(), Basis::Gateway),
        (Err(_), None) => Verdict::Gateway(Vec::new(), Basis::Service),
    }
}

fn is_waypoint(service: &Service) -> bool {
    let managed = service.metadata.labels.get("gateway.istio.io/managed");
    managed.is_some_and(|managed| managed == "istio.io-mesh-controller")
}

/// Whether the user says that pods like those that it leads to are a gateway.
fn is_assumed(world: &World, service: &Service) -> bool {
    world.assumed().iter().any(|assumed| {
        assumed.namespace == service.metadata.namespace
            && match &assumed.labels {
                Some(labels) => service.spec.selector.matches(labels),
                None => looks_like_one(service) || claimant(world, service).is_some(),
            }
    })
}

/// A Gateway that selects whatever the Service leads to.
fn claimant(world: &World, service: &Service) -> Option<Key> {
    let labels = &service.spec.selector.0;
    let means = |selector: &Selector| !selector.0.is_empty() && selector.matches(labels);
    let of_istio = world.all::<Gateway>().iter().find(|(_, it)| means(&it.spec.selector));
    if let Some((key, _)) = of_istio {
        return Some(key.clone());
    }
    let key = Key::new(service.metadata.namespace.clone(), made_for(labels)?);
    let gateway = world.all::<KubernetesGateway>().get(&key);
    gateway.is_some_and(|it| it.is_istios()).then_some(key)
}

/// Whether a Service has the labels or ports of a gateway's, as Istio's charts (1.0 to 1.31), the
/// operator and istiod's own deployments make them, and as documents have it.
pub(crate) fn looks_like_one(service: &Service) -> bool {
    if is_waypoint(service) {
        return false;
    }
    let labels = &service.metadata.labels;
    let says = |label: &str, words: &[&str]| {
        let values = [labels.get(label), service.spec.selector.0.get(label)];
        let is_one = |value: &&String| words.iter().any(|word| value.contains(word));
        values.into_iter().flatten().any(|value| is_one(&value))
    };
    says("istio", &["gateway", "ingress"])
        || says("app", &["ingressgateway", "istio-ingress"])
        || says("operator.istio.io/component", &["IngressGateways"])
        || made_for(labels).is_some()
        || service.spec.ports.iter().any(|port| port.port == 15021 || port.name == "status-port")
}

/// Gateway pods that no Service leads to, those of one maker together.
fn without_service<'w>(world: &'w World, led_to: &BTreeSet<&Key>) -> Vec<Found<'w>> {
    let every = Selector::default();
    let mut groups: BTreeMap<(Key, &str), Vec<&Workload>> = BTreeMap::new();
    for workload in world.selected(&every) {
        if led_to.contains(&workload.key) {
            continue;
        }
        let owner = &workload.owner;
        let key = Key::new(workload.key.namespace.clone(), owner.name.clone());
        groups.entry((key, &owner.kind)).or_default().push(workload);
    }
    let found = |((key, kind), mut workloads): ((Key, &'w str), Vec<&'w Workload>)| {
        let has_pods = workloads.iter().any(|it| it.is_pod);
        workloads.retain(|it| it.is_pod || !has_pods);
        let basis = if has_pods { Basis::Pods } else { Basis::Deployment };
        Found { service: None, workloads, basis, key, kind }
    };
    let mut found: Vec<Found<'_>> = groups.into_iter().map(found).collect();
    // A Deployment whose pods a Service leads to is that gateway.
    found.retain(|it| {
        it.basis == Basis::Pods
            || !it.workloads.iter().any(|made| {
                let alike = world.selected(&Selector(without_hashes(&made.labels)));
                alike.iter().any(|it| it.is_pod && it.key.namespace == made.key.namespace)
            })
    });
    found
}

/// Labels that Kubernetes puts on the pods of one generation only, or on one pod (Kubernetes 1.34,
/// `apps/v1` and the controllers of Deployments, `DaemonSet`s and `StatefulSet`s).
pub(super) const HASHES: [&str; 5] = [
    "pod-template-hash",
    "controller-revision-hash",
    "pod-template-generation",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
];

fn without_hashes(labels: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut labels = labels.clone();
    labels.retain(|label, _| !HASHES.contains(&&**label));
    labels
}
