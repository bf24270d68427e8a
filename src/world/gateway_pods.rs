//! Which gateways run, by which labels they are known, and how many Gateways are bound to each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::World;
use super::index::Workload;
use super::routing::hosts::{full_name, service_of};
use crate::model::gateway_api::KubernetesGateway;
use crate::model::istio::Gateway;
use crate::model::kubernetes::OwnerReference;
use crate::model::network::Service;
use crate::model::{Key, ObjectRef, Seen, Selector};

/// The pods of one gateway: those of one Deployment, or what else makes them.
#[derive(Clone, Debug)]
pub struct GatewayPods {
    /// Their namespace.
    pub namespace: String,
    /// What makes them: a Deployment, another owner, or a pod that stands for itself.
    pub owner: OwnerReference,
    /// How many pods were seen.
    pub count: usize,
    /// Labels that all of them have.
    pub labels: BTreeMap<String, String>,
    /// The Gateway API Gateway that they were made for.
    pub made_for: Option<String>,
    /// How many Gateways of `networking.istio.io` select them.
    pub gateways: usize,
    /// Whether a Gateway API Gateway names a Service of theirs as its address.
    pub is_addressed: bool,
}

/// The gateways that run, put in order once.
#[derive(Debug, Default)]
pub(super) struct Running {
    all: OnceLock<Vec<GatewayPods>>,
    by_labels: OnceLock<BTreeMap<Selector, Vec<usize>>>,
}

/// The label that tells the `ReplicaSet`s of one Deployment apart (`apps/v1`, Kubernetes 1.34).
const TEMPLATE: &str = "pod-template-hash";

type Group = (String, OwnerReference);

impl World {
    /// Every gateway that runs, by namespace and name.
    pub fn gateway_pods(&self) -> &[GatewayPods] {
        self.index.running.all.get_or_init(|| gateway_pods(self))
    }

    /// The labels by which the gateways that run are known, and which gateways have them.
    pub fn gateways_by_labels(&self) -> impl Iterator<Item = (&Selector, Vec<&GatewayPods>)> {
        let all = self.gateway_pods();
        let index = self.index.running.by_labels.get_or_init(|| {
            let mut index: BTreeMap<Selector, Vec<usize>> = BTreeMap::new();
            for (at, pods) in all.iter().enumerate() {
                index.entry(pods.selector()).or_default().push(at);
            }
            index
        });
        index.iter().map(|(labels, at)| (labels, at.iter().map(|at| &all[*at]).collect()))
    }
}

fn gateway_pods(world: &World) -> Vec<GatewayPods> {
    let mut groups: BTreeMap<Group, GatewayPods> = BTreeMap::new();
    for workload in world.selected(&Selector::default()) {
        let group = groups.entry(group_of(workload)).or_insert_with(|| GatewayPods {
            namespace: workload.key.namespace.clone(),
            owner: workload.owner.clone(),
            count: 0,
            labels: workload.labels.clone(),
            made_for: workload.gateway_name().map(str::to_owned),
            gateways: 0,
            is_addressed: false,
        });
        group.count += usize::from(workload.is_pod);
        group.labels.retain(|label, value| workload.labels.get(label) == Some(value));
    }
    let mut selectors: BTreeMap<&Selector, BTreeMap<&str, usize>> = BTreeMap::new();
    for (key, gateway) in world.all::<Gateway>() {
        let of = selectors.entry(&gateway.spec.selector).or_default();
        *of.entry(&key.namespace).or_default() += 1;
    }
    for (selector, gateways) in selectors {
        let selected: BTreeSet<Group> =
            world.selected(selector).into_iter().map(group_of).collect();
        for group in selected {
            if let Some(group) = groups.get_mut(&group) {
                let served = gateways.iter();
                let served = served.filter(|it| world.may_serve(&group.namespace, it.0));
                group.gateways += served.map(|(_, count)| count).sum::<usize>();
            }
        }
    }
    let addressed = addressed(world);
    let mut all: Vec<GatewayPods> = groups.into_values().collect();
    for pods in all.iter_mut().filter(|_| !addressed.is_empty()) {
        let services = pods.services(world);
        pods.is_addressed = services.iter().any(|it| {
            let metadata = &it.metadata;
            addressed.contains(&Key::new(metadata.namespace.clone(), metadata.name.clone()))
        });
    }
    all
}

/// The Services that the Gateway API's Gateways of Istio's name as their addresses: their pods
/// serve them (Istio 1.30, `pilot/pkg/config/kube/gateway`, `extractGatewayServices`).
fn addressed(world: &World) -> BTreeSet<Key> {
    let domain = &world.domain().name;
    let gateways = world.all::<KubernetesGateway>().values().filter(|it| it.is_istios());
    let hosts = gateways.flat_map(|it| {
        let named = it.spec.addresses.iter().filter(|address| address.type_ == "Hostname");
        named.map(|address| full_name(&address.value, &it.metadata.namespace, domain))
    });
    let services = hosts.filter_map(|host| {
        service_of(&host, domain).map(|(namespace, name)| Key::new(namespace, name))
    });
    services.collect()
}

fn group_of(workload: &Workload) -> Group {
    (workload.key.namespace.clone(), workload.owner.clone())
}

impl GatewayPods {
    /// A selector that means these pods, as short as people write it; that no others have the
    /// labels is not vouched for.
    pub fn selector(&self) -> Selector {
        let own = |label: &str| {
            let value = self.labels.get(label)?;
            Some(Selector(BTreeMap::from([(label.to_owned(), value.clone())])))
        };
        own("istio").or_else(|| own("app")).unwrap_or_else(|| {
            let labels = self.labels.iter().filter(|(label, _)| *label != TEMPLATE);
            Selector(labels.map(|(label, value)| (label.clone(), value.clone())).collect())
        })
    }

    /// The Services that lead to them, the oldest first.
    pub fn services<'w>(&self, world: &'w World) -> Vec<&'w Seen<Service>> {
        world.services_selecting(&self.namespace, &self.labels)
    }

    /// Whether they are there to let traffic out, by their name: so the charts and `istioctl`
    /// label them (Istio 1.1 to 1.31).
    pub fn is_for_egress(&self) -> bool {
        let mut values = ["istio", "app"].into_iter().filter_map(|label| self.labels.get(label));
        values.any(|value| value.contains("egress"))
    }

    /// What makes the pods, as an object.
    pub fn workload(&self) -> ObjectRef {
        ObjectRef::named(&self.owner.kind, &self.namespace, &self.owner.name)
    }
}
