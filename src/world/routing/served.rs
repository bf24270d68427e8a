//! Which servers of a Gateway take something of which VirtualService, told without a look at every pair of hosts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::sync::OnceLock;

use super::attachment::{Bound, full_hosts, has_rules, reach};
use super::hosts::{ServerHost, is_wildcard, server_hosts};
use crate::model::istio::{Gateway, Rules, Server};
use crate::model::virtual_service::VirtualService;
use crate::model::{Key, Object as _, Seen};
use crate::world::topology::places;
use crate::world::{Stored as _, World};

/// What is known of every Gateway's servers, made when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct Served {
    hosts: OnceLock<HashMap<Key, ServedHosts>>,
    unrouted: OnceLock<HashMap<Key, Vec<usize>>>,
}

/// The hosts of a Gateway's servers, such that those that overlap another one are found at once.
#[derive(Debug, Default)]
pub struct ServedHosts {
    hosts: Vec<ServedHost>,
    /// Names, read backwards, so that those of one suffix stand together.
    names: BTreeMap<String, Vec<usize>>,
    /// Wildcards, likewise, without their star.
    wildcards: BTreeMap<String, Vec<usize>>,
}

/// A host of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedHost {
    /// Which of the Gateway's servers, counted from 0.
    pub server: usize,
    /// The host, as istiod has it.
    pub host: ServerHost,
}

impl ServedHosts {
    fn of(gateway: &Gateway) -> Self {
        let mut served = Self::default();
        for (server, it) in gateway.spec.servers.iter().enumerate() {
            for host in server_hosts(&it.hosts, &gateway.metadata.namespace) {
                let by_text =
                    if is_wildcard(&host.host) { &mut served.wildcards } else { &mut served.names };
                let positions = by_text.entry(backwards(&host.host)).or_default();
                positions.push(served.hosts.len());
                served.hosts.push(ServedHost { server, host });
            }
        }
        served
    }

    /// All of them.
    pub fn all(&self) -> &[ServedHost] {
        &self.hosts
    }

    /// Those that cover that host, or are covered by it (`hosts::overlap`), whomever they are for.
    pub fn overlapping(&self, host: &str) -> impl Iterator<Item = &ServedHost> {
        let text = backwards(host);
        let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let mut positions: Vec<usize> = Vec::new();
        // What covers it has a beginning of its text: the suffix that both end with.
        for start in starts {
            positions.extend(self.wildcards.get(&text[..start]).into_iter().flatten());
        }
        if is_wildcard(host) {
            let begins = |it: &(&String, &Vec<usize>)| it.0.starts_with(&text);
            let names =
                self.names.range::<str, _>((Included(&*text), Unbounded)).take_while(begins);
            let longer = self.wildcards.range::<str, _>((Excluded(&*text), Unbounded));
            positions.extend(names.flat_map(|(_, at)| at));
            positions.extend(longer.take_while(begins).flat_map(|(_, at)| at));
        } else {
            positions.extend(self.names.get(&text).into_iter().flatten());
        }
        positions.into_iter().map(|at| &self.hosts[at])
    }
}

/// A host from its end, without a star before it.
fn backwards(host: &str) -> String {
    host.strip_prefix('*').unwrap_or(host).chars().rev().collect()
}

impl World {
    /// The hosts of a known Gateway's servers.
    pub fn served_hosts(&self, gateway: &Key) -> Option<&ServedHosts> {
        self.note(Gateway::READ);
        let index = self.served().hosts.get_or_init(|| {
            let gateways = Gateway::store(self).iter();
            gateways.map(|(key, gateway)| (key.clone(), ServedHosts::of(gateway))).collect()
        });
        index.get(gateway)
    }

    /// The servers of a Gateway, by position, to which none of the VirtualServices that its pods
    /// see has anything to say, and that answer nothing by themselves: a redirect to https does,
    /// `AUTO_PASSTHROUGH` leads to Services by their names, and what would be served without a mode
    /// was meant to end TLS.
    pub fn unrouted(&self, gateway: &Key) -> &[usize] {
        let index = self.served().unrouted.get_or_init(|| {
            let gateways = Gateway::store(self).iter();
            gateways.map(|(key, gateway)| (key.clone(), unrouted(self, gateway))).collect()
        });
        index.get(gateway).map_or(&[], Vec::as_slice)
    }
}

fn unrouted(world: &World, gateway: &Seen<Gateway>) -> Vec<usize> {
    let is_open = |server: &Server| {
        let tls = server.tls.as_ref();
        server.rules() != Rules::Nothing
            && !tls.is_some_and(|it| it.https_redirect || it.lacks_mode())
    };
    let servers = gateway.spec.servers.iter().enumerate();
    let mut open: BTreeSet<usize> =
        servers.filter(|(_, it)| is_open(it)).map(|(server, _)| server).collect();
    for bound in seen_by_its_pods(world, gateway) {
        if open.is_empty() {
            break;
        }
        for server in takers(world, gateway, bound.object) {
            open.remove(&server);
        }
    }
    open.into_iter().collect()
}

/// The VirtualServices that name a Gateway and that its pods see, in some place where it is
/// served; where that is not known, all that name it.
pub fn seen_by_its_pods<'w>(world: &'w World, gateway: &Seen<Gateway>) -> Vec<Bound<'w>> {
    let places = places(world, gateway).unwrap_or_default();
    let is_seen = |bound: &Bound<'_>| {
        let (exports, own) = (&bound.object.spec.export_to, &bound.object.metadata.namespace);
        places.is_empty() || places.iter().any(|it| reach(exports, own, &it.namespace).is_some())
    };
    world.bound_to(&gateway.key()).filter(is_seen).collect()
}

/// The servers of a Gateway that take something of a VirtualService that names it, whoever sees
/// it: a host of each overlaps, the server's is for that namespace, and there are rules that the
/// server uses (`pilot/pkg/networking/core/gateway.go`).
pub fn takers(
    world: &World,
    gateway: &Seen<Gateway>,
    service: &Seen<VirtualService>,
) -> BTreeSet<usize> {
    let key = gateway.key();
    let Some(served) = world.served_hosts(&key) else { return BTreeSet::new() };
    let own = &service.metadata.namespace;
    let mut takers = BTreeSet::new();
    for host in full_hosts(world, service) {
        let hosts = served.overlapping(&host).filter(|it| it.host.is_for(own));
        takers.extend(hosts.map(|it| it.server));
    }
    takers.retain(|server| has_rules(service, &key, &gateway.spec.servers[*server]));
    takers
}

#[cfg(test)]
mod tests {
    use super::super::hosts::overlap;
    use super::*;

    const HOSTS: &[&str] = &[
        "*",
        "com",
        "foo.com",
        "a.foo.com",
        "b.a.foo.com",
        "afoo.com",
        "*.com",
        "*.foo.com",
        "*.a.foo.com",
        "*foo.com",
        "Foo.com",
        "*.Foo.com",
        "oo.com",
        "bücher.example",
        "",
    ];

    #[test]
    fn what_is_found_at_once_is_what_every_pair_would_tell() {
        let all = Server {
            hosts: HOSTS.iter().map(|it| (*it).to_owned()).collect(),
            ..Server::default()
        };
        let mut gateway = Gateway::default();
        gateway.spec.servers.push(all);
        let served = ServedHosts::of(&gateway);
        for host in HOSTS {
            let mut found: Vec<&str> = served.overlapping(host).map(|it| &*it.host.host).collect();
            let mut expected: Vec<&str> =
                HOSTS.iter().copied().filter(|it| overlap(it, host)).collect();
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{host}");
        }
    }
}
