//! Which VirtualServices name a Gateway, which of them its pods see, and what a server takes of them.

use super::hosts::{ServerHost, full_name, intersection};
use crate::model::istio::{Rules, Server};
use crate::model::virtual_service::{Bounds, VirtualService};
use crate::model::yaml::Placed;
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
}

/// Of hosts of a server, what a VirtualService of that namespace with these full names gets: of each
/// pair the narrower.
pub fn taken_by(hosts: &[ServerHost], namespace: &str, own: &[String]) -> Vec<String> {
    let hosts = hosts.iter().filter(|it| it.is_for(namespace)).map(|it| &*it.host);
    intersection(hosts, own)
}

/// Whether a VirtualService has rules that a server of a Gateway uses.
pub fn has_rules(object: &Seen<VirtualService>, gateway: &Key, server: &Server) -> bool {
    let port = Some(server.port.number);
    let (spec, own) = (&object.spec, &object.metadata.namespace);
    match server.rules() {
        Rules::Http => spec.http.iter().any(|it| hold_at(&it.matches, own, gateway, port)),
        Rules::Tls => spec.tls.iter().any(|it| hold_at(&it.matches, own, gateway, port)),
        Rules::Tcp => spec.tcp.iter().any(|it| hold_at(&it.matches, own, gateway, port)),
        Rules::Nothing => false,
    }
}

/// Whether a rule with these matches holds at a Gateway, and on that port of its servers: without a
/// match it does, else one of them must name that Gateway or none, and that port or none
/// (`pilot/pkg/networking/core/route/route.go`, `TranslateRoute`).
pub(super) fn hold_at<M: Bounds>(
    matches: &[M],
    namespace: &str,
    gateway: &Key,
    port: Option<u32>,
) -> bool {
    matches.is_empty()
        || matches.iter().any(|it| {
            let names = |it: &Placed| gateway_of(&it.value, namespace).as_ref() == Some(gateway);
            (it.gateways().is_empty() || it.gateways().iter().any(names))
                && (it.port() == 0 || port.is_none_or(|port| port == it.port()))
        })
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
