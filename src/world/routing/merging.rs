//! Which servers of a gateway's Gateways are served, on which port, and which are dropped.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::server::{Protocol, Server};

/// A port, what is written as its protocol, and the address that is bound.
type Slot = (u32, String, String);

/// A server that istiod leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Which of the servers.
    pub server: usize,
    /// On which port it would have listened.
    pub port: u32,
    /// Why.
    pub why: Clash,
}

/// Why a server is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clash {
    /// One of its hosts is another TLS server's on that port.
    Host {
        /// The host, as istiod compares it.
        host: String,
        /// The server that has it.
        by: usize,
    },
    /// A server of another protocol has the port.
    Protocol {
        /// That server.
        by: usize,
    },
    /// Another HTTPS server of the same Gateway has the name of its port.
    PortName {
        /// That server.
        by: usize,
    },
    /// Its port is on no Service of a Gateway API Gateway.
    NoServicePort,
}

/// The servers of one port, address and protocol.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) port: u32,
    pub(super) bind: String,
    pub(super) protocol: Protocol,
    pub(super) servers: Vec<usize>,
}

/// The Gateways of a proxy, merged.
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub(super) groups: Vec<Group>,
    /// The servers of each route configuration, in order.
    pub(super) routes: BTreeMap<String, Vec<usize>>,
    pub(super) dropped: Vec<Dropped>,
    /// Where each server listens.
    pub(super) listens: HashMap<usize, u32>,
}

/// Merges servers in istiod's order, each with the ports on which it would listen
/// (`pilot/pkg/model/gateway.go`, `mergeGateways`): on a clash the first wins.
pub(super) fn merge(servers: &[Server], ports: &[Vec<u32>]) -> Merged {
    let mut merging = Merging { servers, ..Merging::default() };
    for (position, ports) in ports.iter().enumerate() {
        if ports.is_empty() {
            merging.drop(position, servers[position].number, Clash::NoServicePort);
        }
        for port in ports {
            merging.add(position, *port);
        }
    }
    merging.merged
}

#[derive(Default)]
struct Merging<'s> {
    servers: &'s [Server],
    used: BTreeSet<u32>,
    /// The plain server of a port that came last with an address of its own.
    plain: HashMap<u32, Slot>,
    slots: HashMap<Slot, usize>,
    /// Hosts of TLS servers: with the address bound and the server that has them.
    hosts: HashMap<(u32, String), (String, usize)>,
    merged: Merged,
}

impl Merging<'_> {
    fn add(&mut self, position: usize, port: u32) {
        let server = &self.servers[position];
        if server.tls.is_some() && !self.takes_hosts(position, port) {
            return;
        }
        let slot: Slot = (port, server.written.clone(), server.bind.clone());
        if self.used.insert(port) {
            self.open(position, slot);
            return;
        }
        if let Some(current) = self.plain.get(&port).cloned() {
            self.beside_plain(position, slot, &current);
        } else if !server.is_tls() {
            // Plain text beside TLS (kept since 1.26.8, 1.27.4, 1.28.1 and 1.29).
            self.open(position, slot);
        } else {
            self.beside_tls(position, slot);
        }
    }

    /// Whether none of a TLS server's hosts is taken; then they are its own. The comparison is of
    /// the text, and the whole server goes for one of them (`CheckDuplicates`).
    fn takes_hosts(&mut self, position: usize, port: u32) -> bool {
        let server = &self.servers[position];
        for host in &server.hosts {
            let at = (port, host.to_string());
            if let Some((bind, by)) = self.hosts.get(&at)
                && *bind == server.bind
            {
                let clash = Clash::Host { host: at.1, by: *by };
                self.drop(position, port, clash);
                return false;
            }
        }
        for host in &server.hosts {
            self.hosts.insert((port, host.to_string()), (server.bind.clone(), position));
        }
        true
    }

    fn beside_plain(&mut self, position: usize, slot: Slot, current: &Slot) {
        let first = self.first_of(current);
        let is_http = |it: usize| self.servers[it].protocol == Protocol::Http;
        let are_http = is_http(position) && is_http(first);
        if current.2 == slot.2 {
            if are_http {
                let group = self.slots[current];
                self.join(group, position);
            } else {
                self.drop(position, slot.0, Clash::Protocol { by: first });
            }
        } else if let Some(group) = self.slots.get(&slot).copied() {
            self.join(group, position);
        } else {
            self.open(position, slot);
        }
    }

    fn beside_tls(&mut self, position: usize, slot: Slot) {
        let server = &self.servers[position];
        if server.serves_http() {
            let name = server.route_config(slot.0);
            if let Some(by) = self.merged.routes.get(&name).and_then(|it| it.first()).copied() {
                self.drop(position, slot.0, Clash::PortName { by });
                return;
            }
            self.merged.routes.insert(name, vec![position]);
        }
        self.merged.listens.insert(position, slot.0);
        match self.slots.get(&slot).copied() {
            Some(group) => self.merged.groups[group].servers.push(position),
            None => self.group(position, slot),
        }
    }

    /// Opens a group for a server.
    fn open(&mut self, position: usize, slot: Slot) {
        let server = &self.servers[position];
        if !server.is_tls() {
            self.plain.insert(slot.0, slot.clone());
        }
        if server.serves_http() {
            self.merged.routes.insert(server.route_config(slot.0), vec![position]);
        }
        self.merged.listens.insert(position, slot.0);
        self.group(position, slot);
    }

    fn group(&mut self, position: usize, slot: Slot) {
        self.slots.insert(slot.clone(), self.merged.groups.len());
        let protocol = self.servers[position].protocol;
        let (port, _, bind) = slot;
        self.merged.groups.push(Group { port, bind, protocol, servers: vec![position] });
    }

    fn join(&mut self, group: usize, position: usize) {
        let port = self.merged.groups[group].port;
        self.merged.groups[group].servers.push(position);
        self.merged.listens.insert(position, port);
        let name = self.servers[position].route_config(port);
        self.merged.routes.entry(name).or_default().push(position);
    }

    fn first_of(&self, slot: &Slot) -> usize {
        self.merged.groups[self.slots[slot]].servers[0]
    }

    fn drop(&mut self, server: usize, port: u32, why: Clash) {
        self.merged.dropped.push(Dropped { server, port, why });
    }
}
