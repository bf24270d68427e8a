//! Which gateways run, and which Gateways are bound to each.

use std::collections::{BTreeMap, BTreeSet};

use super::World;
use super::index::Workload;
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
    /// The Gateways of `networking.istio.io` that select them.
    pub gateways: BTreeSet<Key>,
}

/// The label that tells the `ReplicaSet`s of one Deployment apart.
const TEMPLATE: &str = "pod-template-hash";

/// Every gateway that runs, by namespace and name.
pub fn gateway_pods(world: &World) -> Vec<GatewayPods> {
    let mut groups: BTreeMap<(String, OwnerReference), GatewayPods> = BTreeMap::new();
    for workload in world.selected(&Selector::default()) {
        let group = groups.entry(group_of(workload)).or_insert_with(|| GatewayPods {
            namespace: workload.key.namespace.clone(),
            owner: workload.owner.clone(),
            count: 0,
            labels: workload.labels.clone(),
            made_for: workload.gateway_name().map(str::to_owned),
            gateways: BTreeSet::new(),
        });
        group.count += usize::from(workload.is_pod);
        group.labels.retain(|label, value| workload.labels.get(label) == Some(value));
    }
    let mut selectors: BTreeMap<&Selector, Vec<&Key>> = BTreeMap::new();
    for (key, gateway) in world.all::<Gateway>() {
        selectors.entry(&gateway.spec.selector).or_default().push(key);
    }
    for (selector, keys) in selectors {
        let selected: BTreeSet<_> = world.selected(selector).into_iter().map(group_of).collect();
        for group in selected {
            if let Some(group) = groups.get_mut(&group) {
                let served = keys.iter().copied();
                let served = served.filter(|it| world.may_serve(&group.namespace, &it.namespace));
                group.gateways.extend(served.cloned());
            }
        }
    }
    groups.into_values().collect()
}

fn group_of(workload: &Workload) -> (String, OwnerReference) {
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

    /// The Services of their namespace that lead to them.
    pub fn services<'w>(&self, world: &'w World) -> Vec<&'w Seen<Service>> {
        let leads = |selector: &Selector| !selector.0.is_empty() && selector.matches(&self.labels);
        world.within::<Service>(&self.namespace).filter(|it| leads(&it.spec.selector)).collect()
    }

    /// What makes the pods, as an object.
    pub fn workload(&self) -> ObjectRef {
        ObjectRef::named(&self.owner.kind, &self.namespace, &self.owner.name)
    }
}
