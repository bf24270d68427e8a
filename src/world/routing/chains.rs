//! The filter chains of a listener, and which of them a connection gets.

use std::collections::{BTreeSet, HashMap};

use super::configs::Config;
use super::merging::Group;
use super::server::{Protocol, Server};
use super::tcp::{Backends, passthrough_chains, tcp_backends};
use crate::model::Key;
use crate::model::istio::TlsMode;

/// One of a listener's filter chains.
#[derive(Debug)]
pub(super) struct Chain<'w> {
    /// The names by which clients choose it; empty for any, and for plain text.
    pub(super) names: Vec<String>,
    /// The server that it is made for; of HTTP the first.
    pub(super) server: usize,
    /// Whether TLS ends here.
    pub(super) ends_tls: bool,
    pub(super) leads: Leads<'w>,
}

/// Where a chain leads.
#[derive(Debug)]
pub(super) enum Leads<'w> {
    /// To the routes of that configuration.
    Http(String),
    /// To backends, without a look at HTTP.
    Tcp(Backends<'w>),
    /// By its name to the cluster of that name, between clusters only.
    Auto,
}

/// A listener of Envoy's.
#[derive(Debug)]
pub(super) struct Listener<'w> {
    pub(super) port: u32,
    /// The address that it binds.
    pub(super) bind: String,
    pub(super) chains: Vec<Chain<'w>>,
    /// Why Envoy refuses it.
    pub(super) refused: Option<Overlap>,
    /// The chain of each name, in lower case; of the empty one, that for any.
    by_name: HashMap<String, usize>,
}

/// Why Envoy refuses a listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The name that two chains claim, empty where both are for any; or one that is no name.
    pub name: String,
    /// The servers in question.
    pub servers: Vec<usize>,
    /// Whether it is refused for the name itself: a wildcard that is no whole label.
    pub is_partial: bool,
}

/// The chains that a group of servers adds to its listener
/// (`pilot/pkg/networking/core/gateway.go`, `buildGatewayTCPBasedFilterChains`).
pub(super) fn chains<'w>(
    group: &Group,
    servers: &[Server],
    mut bound: impl FnMut(&Key) -> std::rc::Rc<Vec<Config<'w>>>,
    taken: &mut HashMap<String, String>,
) -> Vec<Chain<'w>> {
    if group.protocol == Protocol::Http {
        let first = group.servers[0];
        let leads = Leads::Http(servers[first].route_config(group.port));
        return vec![Chain { names: Vec::new(), server: first, ends_tls: false, leads }];
    }
    let mut chains = Vec::new();
    for position in &group.servers {
        let server = &servers[*position];
        let ends_tls = server.is_tls() && !server.passes_through();
        let names = server.server_names();
        let chain = |leads| Chain { names, server: *position, ends_tls, leads };
        if ends_tls && server.protocol == Protocol::Https {
            chains.push(chain(Leads::Http(server.route_config(group.port))));
        } else if !server.passes_through() {
            let backends = tcp_backends(server, &bound(&server.gateway));
            chains.extend(backends.map(|it| chain(Leads::Tcp(it))));
        } else if server.tls.as_ref().is_some_and(|it| it.mode == TlsMode::AutoPassthrough) {
            chains.push(chain(Leads::Auto));
        } else {
            let bound = bound(&server.gateway);
            chains.extend(passthrough_chains(*position, server, &bound, taken));
        }
    }
    chains
}

/// Why Envoy refuses a listener with these chains: a name twice, whatever its case, two chains
/// for any name, or a wildcard that is no whole first label (Envoy 1.40,
/// `listener_manager/filter_chain_manager_impl.cc`).
fn overlap(chains: &[Chain<'_>]) -> Option<Overlap> {
    let mut claimed: HashMap<String, usize> = HashMap::new();
    for chain in chains.iter().filter(|it| !matches!(it.leads, Leads::Auto)) {
        let names = chain.names.iter().map(|it| it.to_ascii_lowercase());
        let names: Vec<String> =
            if chain.names.is_empty() { vec![String::new()] } else { names.collect() };
        for name in names {
            let rest = name.strip_prefix("*.").unwrap_or(&name);
            if rest.contains('*') {
                return Some(Overlap { name, servers: vec![chain.server], is_partial: true });
            }
            if let Some(by) = claimed.insert(name.clone(), chain.server) {
                let servers: BTreeSet<usize> = [by, chain.server].into_iter().collect();
                let servers = servers.into_iter().collect();
                return Some(Overlap { name, servers, is_partial: false });
            }
        }
    }
    None
}

impl<'w> Listener<'w> {
    /// A listener with these chains.
    pub(super) fn new(port: u32, bind: String, chains: Vec<Chain<'w>>) -> Self {
        let refused = overlap(&chains);
        let mut by_name = HashMap::new();
        for (position, chain) in chains.iter().enumerate() {
            if chain.names.is_empty() && !matches!(chain.leads, Leads::Auto) {
                by_name.entry(String::new()).or_insert(position);
            }
            for name in &chain.names {
                by_name.entry(name.to_ascii_lowercase()).or_insert(position);
            }
        }
        Self { port, bind, chains, refused, by_name }
    }

    /// The names for which it has a chain, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        let names = self.by_name.keys().filter(|it| !it.is_empty());
        let mut names: Vec<String> = names.cloned().collect();
        names.sort();
        names
    }

    /// The chain of a connection: by the exact name asked for, then the longest suffix, then the
    /// one for any; there is no going back. Plain text asks for none.
    pub(super) fn chain(&self, name: Option<&str>) -> Option<&Chain<'w>> {
        let find = |wanted: &str| self.by_name.get(wanted).map(|it| &self.chains[*it]);
        let name = name.unwrap_or_default().to_ascii_lowercase();
        if !name.is_empty()
            && !name.starts_with('*')
            && let Some(exact) = find(&name)
        {
            return Some(exact);
        }
        let mut rest = &*name;
        while let Some((_, suffix)) = rest.split_once('.') {
            if let Some(wide) = find(&format!("*.{suffix}")) {
                return Some(wide);
            }
            rest = suffix;
        }
        find("")
    }
}
