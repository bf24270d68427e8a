//! What else is to be asked for, once Gateways, then pods are known: the only place that says so.

use std::collections::BTreeSet;

use super::demand::{ClientCa, Demand, demands};
use super::topology::serving;
use super::want::Kind;
use super::{GATEWAY_NAMES, World};
use crate::model::Key;
use crate::model::cert_manager::Certificate;
use crate::model::credential::Reference;
use crate::model::gateway_api::KubernetesGateway;
use crate::model::istio::Gateway;

/// The label that gateways carry, whoever installed them: charts, istioctl and Istio's documents
/// choose its value, and selectors mean it (Istio 1.1 to 1.31).
const ISTIO: &str = "istio";

/// The label selectors of the pods that serve the known Gateways, and of gateways to which none is
/// bound, each once, as the API server takes them. An empty one means every pod.
pub fn pod_selectors(world: &World) -> BTreeSet<String> {
    let mut selectors = BTreeSet::from([ISTIO.to_owned()]);
    let known = world.all::<Gateway>().values().map(|gateway| &gateway.spec.selector);
    let others = known.filter(|it| !it.0.contains_key(ISTIO));
    selectors.extend(others.map(ToString::to_string));
    if world.all::<KubernetesGateway>().values().any(|it| it.is_istios()) {
        selectors.extend(GATEWAY_NAMES.map(str::to_owned));
    }
    selectors
}

/// Whether some Gateway is served by no known pod, so that Deployments may say where it would be.
pub fn lacks_pods(world: &World) -> bool {
    world.all::<Gateway>().values().any(|it| serving(world, it).is_empty())
}

/// What the credentials need that the Gateways ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FollowUps {
    /// Names of Secrets, wherever they are: metadata only.
    pub names: BTreeSet<String>,
    /// Secrets that a gateway reads: their values' facts.
    pub secrets: BTreeSet<Key>,
    /// Config maps that a gateway reads a CA from.
    pub config_maps: BTreeSet<Key>,
    /// Service accounts that must be able to list the secrets of their namespace.
    pub accounts: BTreeSet<Key>,
    /// Namespaces of the Gateways that ask.
    pub askers: BTreeSet<String>,
    /// Namespaces in which the chain behind a Certificate is to be followed.
    pub chains: BTreeSet<String>,
}

/// What is to be asked for next.
pub fn follow_ups(world: &World) -> FollowUps {
    let mut wanted = FollowUps::default();
    for demand in demands(world) {
        of_demand(world, &demand, &mut wanted);
    }
    wanted
}

fn of_demand(world: &World, demand: &Demand, wanted: &mut FollowUps) {
    let name = demand.reference.name();
    if name.is_empty() {
        return;
    }
    wanted.names.insert(name.to_owned());
    wanted.askers.extend(demand.askers.iter().map(|asker| asker.object.namespace.clone()));
    for spot in demand.spots.iter().flatten() {
        let Some(key) = spot.key().filter(|key| !key.namespace.is_empty()) else { continue };
        wanted.secrets.insert(key.clone());
        if let Some(account) = &spot.place.service_account
            && !matches!(demand.reference, Reference::GatewayApi { .. })
        {
            wanted.accounts.insert(Key::new(spot.place.namespace.clone(), account.clone()));
        }
        match &demand.client_ca {
            None => {}
            Some(ClientCa::Derived) => {
                wanted.secrets.insert(Key::new(key.namespace.clone(), format!("{name}-cacert")));
            }
            Some(ClientCa::Named(reference)) => of_ca(reference, &key.namespace, wanted),
        }
    }
    for certificate in world.writers_of(name) {
        wanted.chains.insert(certificate.metadata.namespace.clone());
    }
}

fn of_ca(reference: &Reference, namespace: &str, wanted: &mut FollowUps) {
    let (namespace, name) = match reference {
        Reference::ConfigMap { namespace, name } => {
            let name = name.strip_suffix("-cacert").unwrap_or(name);
            wanted.config_maps.insert(Key::new(namespace.clone(), name));
            return;
        }
        Reference::Local { name } => (namespace, name),
        Reference::Explicit { namespace, name } | Reference::GatewayApi { namespace, name } => {
            (&**namespace, name)
        }
        Reference::Internal | Reference::Malformed => return,
    };
    wanted.secrets.insert(Key::new(namespace, name.clone()));
    if let Some(bare) = name.strip_suffix("-cacert") {
        wanted.secrets.insert(Key::new(namespace, bare));
    }
}

/// The namespaces whose certificates have to be looked into: those that are not Ready, and those
/// that an Issuer of their own stands behind.
pub fn chains_in_question(world: &World, wanted: &FollowUps) -> BTreeSet<String> {
    let is_open = |certificate: &Certificate| {
        let is_ready =
            certificate.status.condition("Ready").is_some_and(|ready| ready.status == "True");
        !is_ready || certificate.spec.issuer_ref.kind() == "Issuer"
    };
    wanted
        .chains
        .iter()
        .filter(|namespace| world.within::<Certificate>(namespace).any(|it| is_open(it)))
        .cloned()
        .collect()
}

/// The kinds that stand behind a Certificate.
pub const CHAIN: &[Kind] =
    &[Kind::CertificateRequests, Kind::Orders, Kind::Challenges, Kind::Issuers];
