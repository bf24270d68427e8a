//! Where a gateway is reached, and what kind of address each is.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::bound::is_bound;
use super::find::Found;
use crate::model::gateway_api::KubernetesGateway;
use crate::model::host_name;
use crate::model::network::{LoadBalancerIngress, Node};
use crate::report::reach::{Address, AddressKind, PortError, Reach};
use crate::world::{Kind, Resolution, World};

/// All addresses of a gateway, the best first.
pub(super) fn addresses(world: &World, found: &Found<'_>) -> Vec<Address> {
    let mut addresses = Vec::new();
    if let Some(service) = found.service {
        let ingress = &service.status.load_balancer.ingress;
        addresses.extend(
            by_family(ingress.iter().filter(|it| !it.ip.is_empty()), |it| &it.ip).map(|it| {
                Address { port_errors: errors(it), ..plain(AddressKind::LoadBalancerIp, &it.ip) }
            }),
        );
        addresses.extend(ingress.iter().filter(|it| !it.hostname.is_empty()).map(|it| {
            let kind = AddressKind::LoadBalancerHostname;
            Address { port_errors: errors(it), ..named(world, kind, &it.hostname) }
        }));
    }
    for value in of_gateway_api(world, found) {
        if !addresses.iter().any(|it| it.address == *value) {
            addresses.push(named(world, AddressKind::GatewayStatus, value));
        }
    }
    if let Some(service) = found.service {
        let external = service.spec.external_ips.iter();
        addresses.extend(by_family(external, |it| it).map(|it| plain(AddressKind::ExternalIp, it)));
        addresses.extend(node_ports(world, found));
    }
    addresses.extend(host_ports(world, found));
    if let Some(service) = found.service {
        let spec = &service.spec;
        let one = std::slice::from_ref(&spec.cluster_ip);
        let all = if spec.cluster_ips.is_empty() { one } else { &spec.cluster_ips };
        let is_one = |it: &&String| !it.is_empty() && *it != "None";
        addresses.extend(all.iter().filter(is_one).map(|it| {
            let reach = Reach::Cluster;
            Address { reach, ..plain(AddressKind::ClusterIp, it) }
        }));
    }
    addresses
}

/// The host names whose addresses matter.
pub(super) fn hosts(world: &World, found: &Found<'_>) -> Vec<String> {
    let ingress = found.service.map(|it| &it.status.load_balancer.ingress).into_iter().flatten();
    let of_balancer = ingress.map(|it| &it.hostname);
    let of_gateway = of_gateway_api(world, found).into_iter();
    let is_host = |it: &&String| is_host_name(it) && it.parse::<IpAddr>().is_err();
    of_balancer.chain(of_gateway).filter(is_host).cloned().collect()
}

/// Whether a text may stand where a host name does; it is a load balancer's word, not ours.
pub(super) fn is_host_name(text: &str) -> bool {
    let is_letter = |it: u8| it.is_ascii_alphanumeric() || it == b'-' || it == b'_';
    let is_label =
        |label: &str| !label.is_empty() && !label.starts_with('-') && label.bytes().all(is_letter);
    text.len() <= 253 && text.strip_suffix('.').unwrap_or(text).split('.').all(is_label)
}

/// IPv4 before the others; within a family as they stand.
fn by_family<'t, T: 't>(
    all: impl Iterator<Item = &'t T> + Clone,
    address: fn(&T) -> &str,
) -> impl Iterator<Item = &'t T> {
    let is_v4 = move |it: &&T| address(it).contains('.');
    all.clone().filter(is_v4).chain(all.filter(move |it| !is_v4(it)))
}

fn plain(kind: AddressKind, address: &str) -> Address {
    let reach = address.parse().map_or(Reach::Unknown, reach);
    Address {
        kind,
        address: address.to_owned(),
        reach,
        node: None,
        resolved: Vec::new(),
        unresolved: None,
        port_errors: Vec::new(),
    }
}

fn reach(ip: IpAddr) -> Reach {
    if host_name::is_public(ip) { Reach::Public } else { Reach::Private }
}

/// An address that may be a host name.
fn named(world: &World, kind: AddressKind, host: &str) -> Address {
    let mut address = plain(kind, host);
    match world.resolution(host) {
        Some(Resolution::Addresses(addresses)) => {
            address.reach = addresses.first().copied().map_or(Reach::Unknown, reach);
            address.resolved.clone_from(addresses);
        }
        Some(Resolution::Nothing(reason) | Resolution::Unknown(reason)) => {
            address.unresolved = Some(reason.clone());
        }
        None => {}
    }
    address
}

fn errors(ingress: &LoadBalancerIngress) -> Vec<PortError> {
    let failing = ingress.ports.iter().filter(|it| !it.error.is_empty());
    failing
        .map(|it| PortError {
            port: it.port,
            protocol: if it.protocol.is_empty() { "TCP".to_owned() } else { it.protocol.clone() },
            error: it.error.clone(),
        })
        .collect()
}

/// The addresses that Gateways of the Gateway API say they have; istiod writes the Service's own
/// name there where it has none outside (Istio 1.16 to 1.31).
fn of_gateway_api<'w>(world: &'w World, found: &Found<'_>) -> Vec<&'w String> {
    let gateways = world.all::<KubernetesGateway>().values();
    let bound = gateways.filter(|it| it.is_istios() && is_bound(it, found));
    let own = format!("{}.{}.svc", found.key.name, found.key.namespace);
    let cluster: Vec<&String> = found
        .service
        .iter()
        .flat_map(|it| it.spec.cluster_ips.iter().chain([&it.spec.cluster_ip]))
        .collect();
    let values = bound.flat_map(|it| &it.status.addresses).map(|it| &it.value);
    values.filter(|it| !it.is_empty() && !it.starts_with(&own) && !cluster.contains(it)).collect()
}

/// An address of a node, and which of its addresses it is: those from outside come first.
type OfNode = (bool, String, String);

/// The nodes' addresses, where a port of every node leads to the gateway.
fn node_ports(world: &World, found: &Found<'_>) -> Vec<Address> {
    let Some(service) = found.service else { return Vec::new() };
    if !needs_nodes(found) || service.spec.ports.iter().all(|port| port.node_port == 0) {
        return Vec::new();
    }
    // With `Local`, a node leads to its own pods alone, and drops all else.
    let is_local = service.spec.external_traffic_policy == "Local";
    let ready = || found.pods(world).filter(|it| it.is_ready() != Some(false));
    let own: BTreeSet<&str> = ready().map(|it| &*it.spec.node_name).collect();
    let leads = |name: &str| !is_local || own.contains(name);
    let nodes = world.all::<Node>();
    let mut all: Vec<OfNode> = Vec::new();
    for node in nodes.values().filter(|it| is_ready(it) && leads(&it.metadata.name)) {
        all.extend(of_node(node));
    }
    // Nodes that may not be listed are known by what their pods say.
    if nodes.is_empty() && world.covers(Kind::Nodes, None).is_err() {
        let pods = ready().filter(|it| !it.status.host_ip.is_empty());
        all.extend(pods.map(|it| (false, it.spec.node_name.clone(), it.status.host_ip.clone())));
    }
    as_addresses(AddressKind::NodePort, all)
}

/// Whether nodes lead to the gateway, as far as its Service tells: by its type, or because its load
/// balancer has no address yet.
pub(super) fn needs_nodes(found: &Found<'_>) -> bool {
    found.service.is_some_and(|service| {
        let ingress = &service.status.load_balancer.ingress;
        let is_pending = ingress.iter().all(|it| it.ip.is_empty() && it.hostname.is_empty());
        match &*service.spec.type_ {
            "NodePort" => true,
            "LoadBalancer" => is_pending,
            _ => false,
        }
    })
}

/// The addresses of the nodes on which pods have ports of their own.
fn host_ports(world: &World, found: &Found<'_>) -> Vec<Address> {
    let mut ports: Vec<OfNode> = Vec::new();
    let mut network: Vec<OfNode> = Vec::new();
    for pod in found.pods(world) {
        let has_port = pod.spec.containers.iter().flat_map(|it| &it.ports).any(|it| {
            // The one for readiness leads nowhere.
            it.host_port > 0 && it.container_port != 15021
        });
        if !pod.spec.host_network && !has_port {
            continue;
        }
        let into = if pod.spec.host_network { &mut network } else { &mut ports };
        let name = crate::model::Key::new("", pod.spec.node_name.clone());
        match world.all::<Node>().get(&name) {
            Some(node) => into.extend(of_node(node)),
            None if pod.status.host_ip.is_empty() => {}
            None => into.push((false, pod.spec.node_name.clone(), pod.status.host_ip.clone())),
        }
    }
    let mut addresses = as_addresses(AddressKind::HostPort, ports);
    addresses.extend(as_addresses(AddressKind::HostNetwork, network));
    addresses
}

fn is_ready(node: &Node) -> bool {
    let mut conditions = node.status.conditions.iter();
    conditions.find(|it| it.type_ == "Ready").is_none_or(|it| it.status == "True")
}

fn of_node(node: &Node) -> impl Iterator<Item = OfNode> {
    let is_ip = |type_: &str| matches!(type_, "ExternalIP" | "InternalIP");
    node.status
        .addresses
        .iter()
        .filter(move |it| is_ip(&it.type_))
        .map(|it| (it.type_ == "ExternalIP", node.metadata.name.clone(), it.address.clone()))
}

/// Addresses from outside before those from inside, IPv4 before IPv6, by the nodes' names.
fn as_addresses(kind: AddressKind, mut all: Vec<OfNode>) -> Vec<Address> {
    all.sort_by_key(|(is_external, node, address)| {
        (!is_external, address.contains(':'), node.clone(), address.clone())
    });
    all.dedup();
    let address = |(_, node, address): OfNode| Address {
        node: Some(node).filter(|it| !it.is_empty()),
        ..plain(kind, &address)
    };
    all.into_iter().map(address).collect()
}
