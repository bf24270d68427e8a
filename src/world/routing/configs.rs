//! What is bound to a Gateway for a gateway's pods, in the order of its routes: VirtualServices,
//! and what istiod makes of the Gateway API's routes.

use std::rc::Rc;

use jiff::Timestamp;

use super::attachment::{Reach, full_hosts, reach};
use super::index::age;
use super::proxy::Proxy;
use super::routes::Owner;
use super::rules::{Lost, Rule, rules};
use super::{gateway_api, gateway_routes};
use crate::model::virtual_service::VirtualService;
use crate::model::{Key, ObjectRef, Seen};
use crate::world::World;

/// What is bound to a Gateway: a VirtualService, as istiod has it.
#[derive(Clone, Debug)]
pub(super) struct Config<'w> {
    pub(super) owner: Rc<Owner>,
    /// The namespace by which a server's hosts are judged.
    pub(super) namespace: String,
    /// Its hosts, with full names.
    pub(super) hosts: Vec<String>,
    pub(super) rules: Vec<Rc<Rule<'w>>>,
    /// Rules of it that delegate to nothing.
    pub(super) lost: Vec<Lost>,
    /// The VirtualService itself; `None` for the Gateway API's routes.
    pub(super) object: Option<&'w Seen<VirtualService>>,
    pub(super) created: Option<Timestamp>,
}

/// What is bound to a Gateway and seen by a proxy: private, exported by name, then public ones, of
/// which routes of the Gateway API in the proxy's namespace come first; each by age
/// (`pilot/pkg/model/push_context.go`, `VirtualServicesForGateway`).
pub(super) fn configs<'w>(world: &'w World, gateway: &Key, proxy: &Proxy<'_>) -> Vec<Config<'w>> {
    let mut ranked: Vec<(u8, Config<'w>)> = Vec::new();
    for bound in world.bound_to(gateway) {
        let own = &bound.object.metadata.namespace;
        let rank = match reach(&bound.object.spec.export_to, own, proxy.namespace) {
            None => continue,
            Some(Reach::Private) => 0,
            Some(Reach::Exported) => 1,
            Some(Reach::Public) => 3,
        };
        // Without hosts it is a delegate, and bound to nothing.
        if !bound.object.spec.hosts.is_empty() {
            ranked.push((rank, of_virtual_service(world, bound.object)));
        }
    }
    if let Some(listener) = gateway_api::listener_of(world, gateway) {
        for config in gateway_routes::configs(world, &listener) {
            let rank = if config.namespace == proxy.namespace { 2 } else { 3 };
            ranked.push((rank, config));
        }
        ranked.sort_by(|(_, one), (_, other)| by_age(one).cmp(&by_age(other)));
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, config)| config).collect()
}

fn by_age<'c>(config: &'c Config<'_>) -> (Option<Timestamp>, &'c str, &'c str) {
    (config.created, &config.owner.key.name, &config.owner.key.namespace)
}

fn of_virtual_service<'w>(world: &'w World, object: &'w Seen<VirtualService>) -> Config<'w> {
    let (rules, lost) = rules(world, object);
    let (created, name, namespace) = age(&object.metadata);
    let owner = Owner { key: Key::new(namespace, name), object: ObjectRef::of(object) };
    Config {
        owner: Rc::new(owner),
        namespace: namespace.to_owned(),
        hosts: full_hosts(world, object),
        rules: rules.into_iter().map(Rc::new).collect(),
        lost,
        object: Some(object),
        created,
    }
}
