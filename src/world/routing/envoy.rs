//! What Envoy holds for a gateway's pods: its listeners, with the chains and routes behind them.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use jiff::Timestamp;

use super::chains::{Chain, Listener, chains};
use super::configs::{Config, configs};
use super::gateway_api;
use super::index::age;
use super::merging::{Dropped, Merged, merge};
use super::ports::{candidates, listening};
use super::proxy::Proxy;
use super::server::Server;
use super::virtual_hosts::{RouteConfig, route_config};
use crate::model::Key;
use crate::model::istio::Gateway;
use crate::world::{Gap, Kind, World};

/// What istiod makes of the objects for one proxy, and what Envoy makes of that.
#[derive(Debug)]
pub struct Envoy<'w> {
    pub(super) world: &'w World,
    /// The proxy.
    pub proxy: Proxy<'w>,
    /// The servers of all Gateways that select it, in merge order.
    pub servers: Vec<Server>,
    merged: Merged,
    pub(super) listeners: Vec<Listener<'w>>,
    bound: HashMap<Key, Rc<Vec<Config<'w>>>>,
    routes: BTreeMap<String, OnceCell<RouteConfig<'w>>>,
    /// Kinds that are not all known, and could add to it.
    pub gaps: Vec<Gap>,
}

impl<'w> Envoy<'w> {
    /// Works it out (`pilot/pkg/model/push_context.go`, `mergeGateways`;
    /// `pilot/pkg/networking/core/gateway.go`, `buildGatewayListeners`).
    pub fn of(world: &'w World, proxy: Proxy<'w>) -> Self {
        let servers = servers(world, &proxy);
        let ports: Vec<Vec<u32>> = servers.iter().map(|it| ports(it, &proxy)).collect();
        let merged = merge(&servers, &ports);
        let mut bound: HashMap<Key, Rc<Vec<Config<'w>>>> = HashMap::new();
        for server in &servers {
            bound
                .entry(server.gateway.clone())
                .or_insert_with_key(|gateway| Rc::new(configs(world, gateway, &proxy)));
        }
        let mut listeners: BTreeMap<(u32, String), Vec<Chain<'w>>> = BTreeMap::new();
        let mut taken: HashMap<u32, HashMap<String, String>> = HashMap::new();
        for group in &merged.groups {
            if proxy.is_unprivileged && group.port < 1024 {
                continue;
            }
            let taken = taken.entry(group.port).or_default();
            let bind = if group.bind.is_empty() { "0.0.0.0" } else { &group.bind };
            let made = chains(group, &servers, |key| Rc::clone(&bound[key]), taken);
            listeners.entry((group.port, bind.to_owned())).or_default().extend(made);
        }
        // One without chains is no listener at all.
        listeners.retain(|_, chains| !chains.is_empty());
        let listeners = listeners.into_iter();
        let listeners =
            listeners.map(|((port, bind), chains)| Listener::new(port, bind, chains)).collect();
        let routes = merged.routes.keys().map(|it| (it.clone(), OnceCell::new())).collect();
        let gaps = gaps(world, &proxy);
        Self { world, proxy, servers, merged, listeners, bound, routes, gaps }
    }

    /// The servers that istiod leaves out, and why.
    pub fn dropped(&self) -> &[Dropped] {
        &self.merged.dropped
    }

    /// The port on which a server listens; `None` where it was dropped.
    pub fn listens(&self, server: usize) -> Option<u32> {
        self.merged.listens.get(&server).copied()
    }

    /// What is bound to a server's Gateway.
    pub(super) fn bound(&self, server: usize) -> &[Config<'w>] {
        self.bound.get(&self.servers[server].gateway).map_or(&[], |it| it.as_slice())
    }

    /// The servers whose hosts and routes are those of a route configuration.
    pub(super) fn sharing(&self, name: &str) -> &[usize] {
        self.merged.routes.get(name).map_or(&[], Vec::as_slice)
    }

    /// A route configuration, made when it is first asked for.
    pub(super) fn routes(&self, name: &str) -> Option<&RouteConfig<'w>> {
        let cell = self.routes.get(name)?;
        Some(cell.get_or_init(|| {
            let sharing = self.sharing(name).iter();
            let servers: Vec<(usize, &Server)> =
                sharing.map(|it| (*it, &self.servers[*it])).collect();
            route_config(&servers, &self.bound, &self.proxy)
        }))
    }

    /// The listener that a connection to the pods meets: one for the pods' own address before
    /// one for every address; others are not reached from outside.
    pub(super) fn listener(&self, port: u32) -> Option<&Listener<'w>> {
        let on = |bind: &str| self.listeners.iter().find(|it| it.port == port && it.bind == bind);
        let own = Some(self.proxy.address).filter(|it| !it.is_empty()).and_then(on);
        own.or_else(|| on("0.0.0.0")).or_else(|| on("::"))
    }
}

/// The servers of the Gateways that select a proxy, Istio's and the Gateway API's, by age.
fn servers(world: &World, proxy: &Proxy<'_>) -> Vec<Server> {
    type Aged<'s> = ((Option<Timestamp>, String, String), Vec<Server>);
    let mut gateways: Vec<Aged<'_>> = Vec::new();
    for gateway in world.all::<Gateway>().values() {
        let may_serve = world.may_serve(proxy.namespace, &gateway.metadata.namespace);
        if may_serve && proxy.is_selected_by(&gateway.spec.selector) {
            let (created, name, namespace) = age(&gateway.metadata);
            let at = (created, name.to_owned(), namespace.to_owned());
            gateways.push((at, Server::of(gateway).collect()));
        }
    }
    for (created, server) in gateway_api::servers(world) {
        let Key { namespace, name } = server.gateway.clone();
        gateways.push(((created, name, namespace), vec![server]));
    }
    gateways.sort_by(|(one, _), (other, _)| one.cmp(other));
    let servers = gateways.into_iter().flat_map(|(_, servers)| servers);
    // A server without a port is passed over.
    servers.filter(|it| it.number > 0 && is_for(it, proxy, world)).collect()
}

/// Whether a server is for the proxy: one of the Gateway API only behind its Service.
fn is_for(server: &Server, proxy: &Proxy<'_>, world: &World) -> bool {
    let Some(services) = &server.services else { return true };
    proxy.namespace == server.gateway.namespace
        && proxy.targets.iter().any(|it| leads(it, services, world))
}

fn leads(target: &super::ports::Target<'_>, services: &[String], world: &World) -> bool {
    let metadata = &target.service.metadata;
    let domain = &world.domain().name;
    let host = format!("{}.{}.svc.{domain}", metadata.name, metadata.namespace);
    services.contains(&host)
}

/// The ports on which a server would listen. One of the Gateway API listens only where its Service
/// leads (`pilot/pkg/model/gateway.go`, `resolvePorts`).
fn ports(server: &Server, proxy: &Proxy<'_>) -> Vec<u32> {
    let Some(services) = &server.services else {
        return vec![listening(&proxy.targets, server.number).port];
    };
    let is_ours = |name: &str, namespace: &str| {
        let start = format!("{name}.{namespace}.");
        services.iter().any(|it| it.starts_with(&start))
    };
    let mut ports: Vec<u32> = candidates(&proxy.targets, false)
        .filter(|it| {
            let metadata = &it.service.metadata;
            it.port.port == server.number && is_ours(&metadata.name, &metadata.namespace)
        })
        .map(|it| it.listens)
        .collect();
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// What is not all known, and could add Gateways, ports or routes. Kinds of the Gateway API, which
/// many clusters lack, are held against it only where one is known or may not be read.
fn gaps(world: &World, proxy: &Proxy<'_>) -> Vec<Gap> {
    let needed = [Kind::Gateways, Kind::VirtualServices];
    let mut gaps: Vec<Gap> =
        needed.into_iter().filter_map(|kind| world.covers(kind, None).err()).collect();
    gaps.extend(world.covers(Kind::Services, Some(proxy.namespace)).err());
    gaps.extend(gateway_api::gaps(world));
    gaps
}
