//! Which VirtualServices name a Gateway, which of them its pods see, and what a server takes of them.

use super::hosts::{ServerHost, full_name, intersection, overlap, server_hosts};
use crate::model::istio::Server;
use crate::model::virtual_service::VirtualService;
use crate::model::{Key, Seen};
use crate::world::{Kind, World};

/// What these functions read.
pub const READS: &[Kind] = &[Kind::VirtualServices];

/// A VirtualService that names a Gateway, and the first entry of `spec.gateways` that does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attached {
    pub(super) key: Key,
    pub(super) position: usize,
}

/// A VirtualService bound to a Gateway.
#[derive(Clone, Copy, Debug)]
pub struct Bound<'w> {
    /// The VirtualService.
    pub object: &'w Seen<VirtualService>,
    /// Which entry of its `spec.gateways` names the Gateway, counted from 0.
    pub position: usize,
}

/// The Gateway that an entry of `gateways` means in a VirtualService of that namespace; `None` for
/// `mesh`. `name` and `./name` are of its own namespace, `ns/name` says it, and the legacy forms
/// `name.ns` and `name.ns.svc…` too (`pilot/pkg/model/config.go`, `resolveGatewayName`).
pub fn gateway_of(entry: &str, namespace: &str) -> Option<Key> {
    if entry == "mesh" {
        return None;
    }
    if let Some((first, name)) = entry.split_once('/') {
        let namespace = if first == "." { namespace } else { first };
        return Some(Key::new(namespace, name));
    }
    Some(match entry.split_once('.') {
        Some((name, rest)) => Key::new(rest.split('.').next().unwrap_or_default(), name),
        None => Key::new(namespace, entry),
    })
}

/// How an object's `exportTo` lets a namespace see it, in the order in which istiod takes
/// VirtualServices (`pilot/pkg/model/push_context.go`, `VirtualServicesForGateway`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// It is of that namespace, and for it alone or for it by name.
    Private,
    /// It names that namespace.
    Exported,
    /// It is for every namespace.
    Public,
}

/// How a namespace sees an object of `own` with that `exportTo`; `None` where it does not. Without
/// one it is for all, as `meshConfig` has it unless it is changed.
pub fn reach<S: AsRef<str>>(export_to: &[S], own: &str, viewer: &str) -> Option<Reach> {
    let mut names = export_to.iter().map(|it| it.as_ref().trim());
    if export_to.is_empty() || names.clone().any(|it| it == "*") {
        return Some(Reach::Public);
    }
    if names.clone().any(|it| it == "~") {
        return None;
    }
    let sees = names.any(|it| if it == "." { own == viewer } else { it == viewer });
    sees.then_some(if own == viewer { Reach::Private } else { Reach::Exported })
}

/// The hosts of a VirtualService with their full names.
pub fn full_hosts(world: &World, object: &VirtualService) -> Vec<String> {
    let domain = &world.domain().name;
    let hosts = object.spec.hosts.iter();
    hosts.map(|it| full_name(&it.value, &object.metadata.namespace, domain)).collect()
}

impl World {
    /// The VirtualServices that name a Gateway, the oldest first, whoever sees them. Whether there
    /// are more, `covers` tells.
    pub fn bound_to(&self, gateway: &Key) -> impl Iterator<Item = Bound<'_>> {
        self.naming(gateway).iter().filter_map(|attached| {
            let object = self.all::<VirtualService>().get(&attached.key)?;
            Some(Bound { object, position: attached.position })
        })
    }

    /// Those of them that gateway pods of a namespace see, in the order of their routes: private
    /// ones, those exported to it by name, public ones; each by age.
    pub fn bound_for(&self, gateway: &Key, pods_namespace: &str) -> Vec<Bound<'_>> {
        let seen = self.bound_to(gateway).filter_map(|bound| {
            let object = &bound.object.object;
            let own = &object.metadata.namespace;
            Some((reach(&object.spec.export_to, own, pods_namespace)?, bound))
        });
        let mut seen: Vec<(Reach, Bound<'_>)> = seen.collect();
        seen.sort_by_key(|(reach, _)| *reach);
        seen.into_iter().map(|(_, bound)| bound).collect()
    }
}

/// Of a VirtualService's hosts, what an HTTP or terminating HTTPS server of a Gateway in that
/// namespace takes: of each pair the narrower. Nothing: the server leaves it out.
pub fn taken(
    world: &World,
    server: &Server,
    gateway_namespace: &str,
    object: &VirtualService,
) -> Vec<String> {
    let hosts = server_hosts(&server.hosts, gateway_namespace);
    taken_by(&hosts, &object.metadata.namespace, &full_hosts(world, object))
}

/// The same, of hosts read before.
pub(super) fn taken_by(hosts: &[ServerHost], namespace: &str, own: &[String]) -> Vec<String> {
    let hosts = hosts.iter().filter(|it| it.is_for(namespace)).map(|it| &*it.host);
    intersection(hosts, own)
}

/// Whether a PASSTHROUGH, TLS or TCP server takes a VirtualService at all: a host of each overlap,
/// either way (`pilot/pkg/networking/core/gateway.go`, `pickMatchingGatewayHosts`).
pub fn overlaps(
    world: &World,
    server: &Server,
    gateway_namespace: &str,
    object: &VirtualService,
) -> bool {
    let hosts = server_hosts(&server.hosts, gateway_namespace);
    let own = full_hosts(world, object);
    let mut hosts = hosts.iter().filter(|it| it.is_for(&object.metadata.namespace));
    hosts.any(|host| own.iter().any(|own| overlap(&host.host, own)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gateways_are_named_in_five_ways() {
        let of = |entry| gateway_of(entry, "shop").map(|it| it.to_string());
        assert_eq!(of("gw").unwrap(), "shop/gw");
        assert_eq!(of("./gw").unwrap(), "shop/gw");
        assert_eq!(of("infra/gw").unwrap(), "infra/gw");
        assert_eq!(of("gw.infra").unwrap(), "infra/gw");
        assert_eq!(of("gw.infra.svc.cluster.local").unwrap(), "infra/gw");
        assert_eq!(of("mesh"), None);
    }

    #[test]
    fn export_to_is_judged_from_the_viewers_namespace() {
        assert_eq!(reach::<&str>(&[], "a", "b"), Some(Reach::Public));
        assert_eq!(reach(&["~", "*"], "a", "b"), Some(Reach::Public));
        assert_eq!(reach(&["."], "a", "b"), None);
        assert_eq!(reach(&["."], "a", "a"), Some(Reach::Private));
        assert_eq!(reach(&["b", "."], "a", "b"), Some(Reach::Exported));
        assert_eq!(reach(&["~", "b"], "a", "b"), None);
    }
}
