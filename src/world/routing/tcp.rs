//! Where connections go on which no HTTP is looked at: TCP servers, and TLS that goes through.

use std::collections::HashMap;

use super::chains::{Chain, Leads};
use super::configs::Config;
use super::hosts::overlap;
use super::routes::is_gateway;
use super::server::Server;
use crate::model::virtual_service::RouteDestination;
use crate::model::yaml::Placed;
use crate::model::{ObjectRef, Seen, virtual_service::VirtualService};

/// The backends of a connection.
#[derive(Clone, Debug)]
pub(super) struct Backends<'w> {
    /// The rule's destinations.
    pub(super) route: &'w [RouteDestination],
    /// The object, at the rule.
    pub(super) at: ObjectRef,
    /// The namespace of short names.
    pub(super) namespace: &'w str,
    /// The number of the server.
    pub(super) server_port: u32,
}

/// The one set of backends of a TCP server, or of a TLS server that ends TLS: the first
/// VirtualService with an overlapping host and a `tcp` rule that fits, of which only port and
/// gateways count (`pilot/pkg/networking/core/gateway.go`,
/// `buildGatewayNetworkFiltersFromTCPRoutes`).
pub(super) fn tcp_backends<'w>(server: &Server, bound: &[Config<'w>]) -> Option<Backends<'w>> {
    for config in bound.iter().filter(|it| overlaps(server, it)) {
        let Some(object) = config.object else { continue };
        let namespace = &*object.object.metadata.namespace;
        for (position, rule) in object.object.spec.tcp.iter().enumerate() {
            let fits = rule.matches.is_empty()
                || rule.matches.iter().any(|it| is_for(it.port, &it.gateways, namespace, server));
            if fits && !rule.route.is_empty() {
                let at = at(object, &format!("spec.tcp[{position}]"));
                let (route, server_port) = (&*rule.route, server.number);
                return Some(Backends { route, at, namespace, server_port });
            }
        }
    }
    None
}

/// The chains of a server through which TLS goes: one for each match of a `tls` rule, by its
/// sniHosts, which the server's own hosts do not narrow. One that names a host which is taken on
/// that port is left out whole (`buildGatewayNetworkFiltersFromTLSRoutes`).
pub(super) fn passthrough_chains<'w>(
    position: usize,
    server: &Server,
    bound: &[Config<'w>],
    taken: &mut HashMap<String, String>,
) -> Vec<Chain<'w>> {
    let mut chains = Vec::new();
    for config in bound.iter().filter(|it| overlaps(server, it)) {
        let Some(object) = config.object else { continue };
        let namespace = &*object.object.metadata.namespace;
        for (which, rule) in object.object.spec.tls.iter().enumerate() {
            if rule.route.is_empty() {
                continue;
            }
            for asked in &rule.matches {
                if !is_for(asked.port, &asked.gateways, namespace, server) {
                    continue;
                }
                let is_taken = |it: &String| taken.get(it).is_some_and(|bind| *bind == server.bind);
                if asked.sni_hosts.iter().any(is_taken) {
                    continue;
                }
                for host in &asked.sni_hosts {
                    taken.insert(host.clone(), server.bind.clone());
                }
                let mut names = asked.sni_hosts.clone();
                names.sort();
                if names.iter().any(|it| it == "*") {
                    names.clear();
                }
                let backends = Backends {
                    route: &rule.route,
                    at: at(object, &format!("spec.tls[{which}]")),
                    namespace,
                    server_port: server.number,
                };
                let leads = Leads::Tcp(backends);
                chains.push(Chain { names, server: position, ends_tls: false, leads });
            }
        }
    }
    chains
}

fn at(object: &Seen<VirtualService>, path: &str) -> ObjectRef {
    ObjectRef::of(object).at(path, 0)
}

fn is_for(port: u32, gateways: &[Placed], namespace: &str, server: &Server) -> bool {
    let is_port = port == 0 || port == server.number;
    let mut gateways = gateways.iter().peekable();
    is_port
        && (gateways.peek().is_none()
            || gateways.any(|it| is_gateway(&it.value, namespace, &server.gateway)))
}

/// Whether a host of the server and one of the VirtualService overlap, either way
/// (`pickMatchingGatewayHosts`).
fn overlaps(server: &Server, config: &Config<'_>) -> bool {
    let mut hosts = server.hosts.iter().filter(|it| it.is_for(&config.namespace));
    hosts.any(|host| config.hosts.iter().any(|own| overlap(&host.host, own)))
}
