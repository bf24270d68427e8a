//! The ports of a gateway, and what is spoken on each.

use std::collections::BTreeMap;

use super::find::Found;
use crate::model::network::{ServicePort, TargetPort};
use crate::model::pod::{Container, ContainerPort};
use crate::report::discovery::{Bound, Port, Speaks};
use crate::world::World;

/// The ports by which istiod and the kubelet ask a proxy how it is (Istio 1.1 to 1.31).
const STATUS: [u32; 3] = [15020, 15021, 15090];

/// The ports of a gateway, in the order of its Service.
pub(super) fn ports(world: &World, found: &Found<'_>, bound: &[Bound]) -> Vec<Port> {
    let hosts = HostPorts::of(world, found);
    let Some(service) = found.service else {
        return hosts.as_ports(bound);
    };
    let port = |it: &ServicePort| {
        let target = match &it.target_port {
            TargetPort::Same => it.port.to_string(),
            TargetPort::Number(number) => number.to_string(),
            TargetPort::Name(name) => name.clone(),
        };
        Port {
            name: it.name.clone(),
            speaks: speaks(it, bound),
            protocol: if it.protocol.is_empty() { "TCP".to_owned() } else { it.protocol.clone() },
            port: it.port,
            node_port: Some(it.node_port).filter(|port| *port > 0),
            host_port: hosts.host_port(&target),
            target_port: target,
        }
    };
    service.spec.ports.iter().map(port).collect()
}

/// What is spoken on a port: as its name and `appProtocol` say, in Istio's way of naming (1.0 to
/// 1.31), else as the Gateways say that are bound to it, else as its number has it.
fn speaks(port: &ServicePort, bound: &[Bound]) -> Speaks {
    if STATUS.contains(&port.port) || port.name == "status-port" {
        return Speaks::Status;
    }
    if !port.is_tcp() {
        return Speaks::Other;
    }
    let app = port.app_protocol.rsplit('/').next().unwrap_or_default();
    let said = by_word(app).or_else(|| by_word(&port.name));
    said.or_else(|| by_gateways(port, bound)).unwrap_or(by_number(port.port))
}

fn by_word(name: &str) -> Option<Speaks> {
    let name = name.to_ascii_lowercase();
    let word = name.split('-').next().unwrap_or_default();
    Some(match word {
        "http" | "http2" | "h2c" | "grpc" | "ws" => Speaks::Http,
        "https" | "wss" => Speaks::Https,
        "tls" => Speaks::Tls,
        "tcp" => Speaks::Tcp,
        _ => return None,
    })
}

fn by_gateways(port: &ServicePort, bound: &[Bound]) -> Option<Speaks> {
    let target = match port.target_port {
        TargetPort::Number(number) => number,
        TargetPort::Same | TargetPort::Name(_) => port.port,
    };
    // A server's port names the Service's port or the pods' (Istio 1.10 and later).
    let servers = bound.iter().flat_map(|it| &it.servers);
    let server = servers.clone().find(|it| it.port == port.port);
    let server = server.or_else(|| servers.clone().find(|it| it.port == target))?;
    by_protocol(&server.protocol)
}

fn by_protocol(protocol: &str) -> Option<Speaks> {
    match &*protocol.to_ascii_uppercase() {
        "HTTP" | "HTTP2" | "GRPC" | "GRPC-WEB" => Some(Speaks::Http),
        "HTTPS" => Some(Speaks::Https),
        "TLS" => Some(Speaks::Tls),
        "TCP" => Some(Speaks::Tcp),
        _ => None,
    }
}

fn by_number(port: u32) -> Speaks {
    match port {
        80 | 8080 => Speaks::Http,
        443 | 8443 => Speaks::Https,
        _ => Speaks::Other,
    }
}

/// The ports that the pods have on their nodes, as their containers and their network say.
struct HostPorts {
    ports: Vec<ContainerPort>,
    /// Whether every port of the pods is one of their node.
    is_whole: bool,
}

impl HostPorts {
    fn of(world: &World, found: &Found<'_>) -> Self {
        let mut ports: BTreeMap<u32, ContainerPort> = BTreeMap::new();
        let mut is_whole = false;
        for pod in found.pods(world) {
            is_whole |= pod.spec.host_network;
            let containers: &[Container] = &pod.spec.containers;
            for port in containers.iter().flat_map(|it| &it.ports) {
                if port.host_port > 0 || pod.spec.host_network {
                    ports.entry(port.container_port).or_insert_with(|| port.clone());
                }
            }
        }
        Self { ports: ports.into_values().collect(), is_whole }
    }

    /// The port of the node that a Service's target port is.
    fn host_port(&self, target: &str) -> Option<u32> {
        let number = target.parse().ok();
        let of_container = self.ports.iter().find(|it| match number {
            Some(number) => it.container_port == number,
            None => it.name == target,
        });
        match of_container {
            Some(port) if port.host_port > 0 => Some(port.host_port),
            Some(port) if self.is_whole => Some(port.container_port),
            _ => number.filter(|_| self.is_whole),
        }
    }

    /// The ports of a gateway that no Service leads to; where its containers name none and use
    /// their node's network, those that the Gateways have it listen on.
    fn as_ports(&self, bound: &[Bound]) -> Vec<Port> {
        let named = self.ports.iter().map(|it| {
            let port = if it.host_port > 0 { it.host_port } else { it.container_port };
            (it.name.clone(), it.protocol.clone(), port, it.container_port)
        });
        let mut all: Vec<(String, String, u32, u32)> = named.collect();
        if all.iter().all(|(.., target)| STATUS.contains(target)) && self.is_whole {
            let mut served: BTreeMap<u32, &str> = BTreeMap::new();
            for server in bound.iter().flat_map(|it| &it.servers) {
                served.entry(server.port).or_insert(&server.protocol);
            }
            all.extend(served.into_iter().map(|(port, protocol)| {
                (protocol.to_ascii_lowercase(), "TCP".to_owned(), port, port)
            }));
        }
        let port = |(name, protocol, port, target): (String, String, u32, u32)| {
            let as_service = ServicePort {
                name: name.clone(),
                protocol: protocol.clone(),
                port: target,
                ..ServicePort::default()
            };
            Port {
                speaks: speaks(&as_service, bound),
                name,
                protocol: if protocol.is_empty() { "TCP".to_owned() } else { protocol },
                port,
                target_port: target.to_string(),
                node_port: None,
                host_port: Some(port),
            }
        };
        all.into_iter().map(port).collect()
    }
}
