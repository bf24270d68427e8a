//! Which pods serve a Gateway, in which namespaces, under which service account.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::index::Workload;
use super::want::{Gap, Kind, Why};
use super::{GATEWAY_NAMES, World};
use crate::model::Selector;
use crate::model::gateway_api::KubernetesGateway;
use crate::model::istio::Gateway;
use crate::model::version::Version;

/// A gateway that the user says is there, for files that show no pods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssumedGateway {
    /// The namespace of its pods.
    pub namespace: String,
    /// Their labels; without, every selector means them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
}

impl AssumedGateway {
    /// Whether a Gateway with that selector means these pods.
    pub fn is_selected_by(&self, selector: &Selector) -> bool {
        self.labels.as_ref().is_none_or(|labels| selector.matches(labels))
    }
}

/// A namespace in which a Gateway is served.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The namespace of the pods.
    pub namespace: String,
    /// Their service account, where it is known.
    pub service_account: Option<String>,
    /// How it is known.
    pub basis: Basis,
    /// The oldest proxy's version, where an image tells it.
    pub version: Option<Version>,
    /// When the first of the pods was started.
    pub started: Option<Timestamp>,
}

impl Place {
    /// A place of which nothing is known but where it is.
    pub fn known(namespace: &str, basis: Basis) -> Self {
        let namespace = namespace.to_owned();
        Self { namespace, service_account: None, basis, version: None, started: None }
    }
}

/// How it is known that a Gateway is served in a namespace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Pods were seen.
    Pods {
        /// How many.
        total: usize,
        /// How many of them are ready; `None` where their status says nothing.
        ready: Option<usize>,
    },
    /// A Deployment was seen, and no pod of it.
    Deployment(String),
    /// The user says so.
    Assumed,
    /// A log says that the credential was looked for there.
    Log,
    /// The reference names the namespace itself.
    Named,
}

impl Basis {
    /// As reports word it.
    pub fn words(&self) -> String {
        match self {
            Self::Pods { total, ready: Some(ready) } => {
                format!("the namespace of its pods ({ready} of {total} ready)")
            }
            Self::Pods { total: 1, ready: None } => "the namespace of its pod".to_owned(),
            Self::Pods { total, ready: None } => format!("the namespace of its {total} pods"),
            Self::Deployment(name) => format!("the namespace of Deployment {name}, no pod seen"),
            Self::Assumed => "assumed, by --assume-gateway".to_owned(),
            Self::Log => "where the log says it was looked for".to_owned(),
            Self::Named => "the namespace that the reference means".to_owned(),
        }
    }
}

/// Where an Istio Gateway is served: an empty list means that no gateway pod has its labels.
///
/// # Errors
/// The gap: no pods with its labels are known, no gateway is assumed, and not all pods were read.
pub fn places(world: &World, gateway: &Gateway) -> Result<Vec<Place>, Gap> {
    places_of(world, &gateway.spec.selector, only_in(world, gateway))
}

/// Where a Gateway API Gateway is served: by the pods that istiod made for it, which live in its
/// own namespace (Istio 1.16 and later).
///
/// # Errors
/// The gap: no such pods are known, and not all of its namespace were read.
pub fn kubernetes_places(world: &World, gateway: &KubernetesGateway) -> Result<Vec<Place>, Gap> {
    let of = |label: &str| {
        let name = gateway.metadata.name.clone();
        let selector = Selector(BTreeMap::from([(label.to_owned(), name)]));
        places_of(world, &selector, Some(&gateway.metadata.namespace))
    };
    let [now, before] = GATEWAY_NAMES.map(of);
    let has_some = |places: &Result<Vec<Place>, Gap>| matches!(places, Ok(it) if !it.is_empty());
    if has_some(&before) && !has_some(&now) { before } else { now }
}

/// The pods that serve an Istio Gateway; Deployments where they stand for theirs.
pub fn serving<'w>(world: &'w World, gateway: &Gateway) -> Vec<&'w Workload> {
    serving_in(world, &gateway.spec.selector, only_in(world, gateway))
}

/// The only namespace whose pods istiod lets serve a Gateway, where it is so set.
fn only_in<'g>(world: &World, gateway: &'g Gateway) -> Option<&'g str> {
    world.keeps_gateways_to_their_namespace().then_some(&*gateway.metadata.namespace)
}

fn serving_in<'w>(
    world: &'w World,
    selector: &Selector,
    only_in: Option<&str>,
) -> Vec<&'w Workload> {
    let mut selected = world.selected(selector);
    selected.retain(|it| only_in.is_none_or(|namespace| it.key.namespace == namespace));
    let with_pods: BTreeSet<&str> =
        selected.iter().filter(|it| it.is_pod).map(|it| &*it.key.namespace).collect();
    // A Deployment stands for its pods where none of them was seen; where the pods of its
    // namespace are all known, it has none, and those of another namespace do the serving.
    selected.retain(|it| {
        let namespace = &*it.key.namespace;
        it.is_pod
            || with_pods.is_empty()
            || (!with_pods.contains(namespace)
                && world.covers_selected(Kind::Pods, selector, Some(namespace)).is_err())
    });
    selected
}

fn places_of(world: &World, selector: &Selector, only_in: Option<&str>) -> Result<Vec<Place>, Gap> {
    let mut groups: BTreeMap<(&str, &str), Vec<&Workload>> = BTreeMap::new();
    for workload in serving_in(world, selector, only_in) {
        let group = (&*workload.key.namespace, &*workload.service_account);
        groups.entry(group).or_default().push(workload);
    }
    if !groups.is_empty() {
        return Ok(groups.into_iter().map(place).collect());
    }
    let assumed: Vec<Place> = world
        .assumed()
        .iter()
        .filter(|it| it.is_selected_by(selector))
        .filter(|it| only_in.is_none_or(|namespace| it.namespace == namespace))
        .map(|it| Place::known(&it.namespace, Basis::Assumed))
        .collect();
    if !assumed.is_empty() {
        return Ok(assumed);
    }
    let covered = world.covers_selected(Kind::Pods, selector, only_in);
    covered.map(|()| Vec::new()).map_err(|gap| match gap.why {
        Why::Beyond => Gap {
            reason: "no pods of the gateway are among the inputs, so where it is served is not \
                     known"
                .to_owned(),
            ..gap
        },
        Why::Forbidden | Why::Unreachable => gap,
    })
}

fn place(((namespace, service_account), workloads): ((&str, &str), Vec<&Workload>)) -> Place {
    let pods: Vec<&&Workload> = workloads.iter().filter(|it| it.is_pod).collect();
    let basis = if pods.is_empty() {
        Basis::Deployment(workloads[0].key.name.clone())
    } else {
        let known = pods.iter().any(|it| it.ready.is_some());
        let ready = pods.iter().filter(|it| it.ready == Some(true)).count();
        Basis::Pods { total: pods.len(), ready: known.then_some(ready) }
    };
    Place {
        namespace: namespace.to_owned(),
        service_account: Some(service_account.to_owned()),
        basis,
        version: workloads.iter().filter_map(|it| it.version).min(),
        started: workloads.iter().filter_map(|it| it.started).min(),
    }
}
