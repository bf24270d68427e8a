//! The mesh's settings, as far as objects show them.

use crate::model::pod::Pod;
use crate::world::World;

/// The domain of a cluster where nothing is said (kubeadm 1.34, and Istio's `--domain`, 1.1 to 1.31).
pub const CLUSTER_DOMAIN: &str = "cluster.local";

/// The root namespace where `meshConfig` does not name another (Istio 1.1 to 1.31).
pub const ROOT_NAMESPACE: &str = "istio-system";

/// The cluster's domain, and whether an object says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// The domain, such as `cluster.local`.
    pub name: String,
    /// Whether a gateway's own arguments name it.
    pub is_told: bool,
}

impl Default for Domain {
    fn default() -> Self {
        Self { name: CLUSTER_DOMAIN.to_owned(), is_told: false }
    }
}

impl Domain {
    /// As a gateway pod's arguments tell it: `proxy router --domain $(POD_NAMESPACE).svc.DOMAIN`
    /// (the injector's gateway template and the older charts, Istio 1.1 to 1.31).
    pub(super) fn of(world: &World) -> Self {
        let told = world.workload_pods().find_map(told_by);
        told.map_or_else(Self::default, |name| Self { name, is_told: true })
    }
}

fn told_by(pod: &Pod) -> Option<String> {
    pod.spec.containers.iter().find_map(|container| {
        let at = container.args.iter().position(|it| it == "--domain")?;
        let (_, domain) = container.args.get(at + 1)?.split_once(".svc.")?;
        (!domain.is_empty()).then(|| domain.to_owned())
    })
}
