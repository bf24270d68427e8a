//! Which Services lead to gateway pods, and where a Gateway server's port listens.

use crate::model::kubernetes::Deployment;
use crate::model::network::{Service, ServicePort, TargetPort};
use crate::model::pod::{Pod, PodSpec};
use crate::model::{Key, Seen};
use crate::world::{Gap, Kind, Workload, World};

/// What these functions read.
pub const READS: &[Kind] = &[Kind::Services, Kind::Pods, Kind::Deployments];

/// The label by which a Service keeps out of the translation of ports (Istio 1.10 to 1.31).
const NO_TRANSLATION: &str = "experimental.istio.io/disable-gateway-port-translation";

/// A port of a Service that leads to a gateway pod.
#[derive(Clone, Copy, Debug)]
pub struct Target<'w> {
    /// The Service.
    pub service: &'w Seen<Service>,
    /// Its port.
    pub port: &'w ServicePort,
    /// Which of its `spec.ports` that is, counted from 0.
    pub position: usize,
    /// The port of the pod.
    pub listens: u32,
}

/// Where a port of a Gateway's server listens.
#[derive(Clone, Debug)]
pub struct Listening<'w> {
    /// The port on which the pods listen.
    pub port: u32,
    /// The Service port by which the number was translated; without one it is taken as it stands.
    pub translated_by: Option<Target<'w>>,
    /// The Service ports that lead there: none, and no client outside gets there.
    pub led_by: Vec<Target<'w>>,
}

/// The Services that select a gateway's pods, the oldest first.
///
/// # Errors
/// The gap: not all Services of that namespace are known.
pub fn services_of<'w>(
    world: &'w World,
    workload: &Workload,
) -> Result<Vec<&'w Seen<Service>>, Gap> {
    let namespace = &workload.key.namespace;
    let services = world.services_selecting(namespace, &workload.labels);
    world.covers(Kind::Services, Some(namespace)).map(|()| services)
}

/// The TCP ports of those Services, each with the pod's port, in istiod's order: Services by
/// age, then the order of their ports. A named targetPort that the pod lacks is left out
/// (`pilot/pkg/serviceregistry/kube/controller/controller.go`, `GetProxyServiceTargetsByPod`;
/// `pilot/pkg/model/context.go`, `SetServiceTargets`).
pub fn targets<'w>(world: &'w World, workload: &Workload) -> Vec<Target<'w>> {
    let spec = spec_of(world, &workload.key, workload.is_pod);
    let services = world.services_selecting(&workload.key.namespace, &workload.labels);
    let ports = services.into_iter().flat_map(|service| {
        let ports = service.spec.ports.iter().enumerate();
        ports.map(move |(position, port)| (service, position, port))
    });
    ports
        .filter(|(_, _, port)| port.is_tcp())
        .filter_map(|(service, position, port)| {
            let listens = match &port.target_port {
                TargetPort::Same => port.port,
                TargetPort::Number(number) => *number,
                TargetPort::Name(name) => named_port(spec?, name)?,
            };
            Some(Target { service, port, position, listens })
        })
        .collect()
}

/// Where a server's port listens, among the targets of its pods. The first Service whose port is
/// that number says where it leads; none, and the number itself counts
/// (`pilot/pkg/model/gateway.go`, `resolvePorts`; so since Istio 1.12).
pub fn listening<'w>(targets: &[Target<'w>], number: u32) -> Listening<'w> {
    let first = candidates(targets, true).find(|it| it.port.port == number).copied();
    let port = first.map_or(number, |it| it.listens);
    let led_by = targets.iter().filter(|it| it.listens == port).copied().collect();
    Listening { port, translated_by: first, led_by }
}

/// The targets that count for translation: of two ports of one Service that lead to the same port
/// and speak the same, only the first. A Service may keep out of it, but not out of the Gateway
/// API's.
pub(super) fn candidates<'t, 'w>(
    targets: &'t [Target<'w>],
    may_keep_out: bool,
) -> impl Iterator<Item = &'t Target<'w>> {
    targets.iter().enumerate().filter_map(move |(at, target)| {
        if may_keep_out && target.service.metadata.labels.contains_key(NO_TRANSLATION) {
            return None;
        }
        let is_same = |other: &Target<'w>| {
            std::ptr::eq(other.service, target.service)
                && other.listens == target.listens
                && spoken(other.port) == spoken(target.port)
        };
        (!targets[..at].iter().any(is_same)).then_some(target)
    })
}

/// Whether the pods themselves are reached on that port of their nodes: by `hostNetwork`, or by a
/// `hostPort`.
pub fn is_on_nodes(world: &World, workload: &Workload, port: u32) -> bool {
    spec_of(world, &workload.key, workload.is_pod).is_some_and(|spec| {
        let mut ports = spec.containers.iter().flat_map(|it| &it.ports);
        spec.host_network || ports.any(|it| it.container_port == port && it.host_port > 0)
    })
}

/// Whether the proxy says that it may not bind ports below 1024: the env of the charts
/// istio-ingress and istio-egress (`pilot/pkg/model/context.go`, `IsUnprivileged`).
pub fn is_unprivileged(world: &World, workload: &Workload) -> bool {
    spec_of(world, &workload.key, workload.is_pod).is_some_and(|spec| {
        let mut env = spec.containers.iter().flat_map(|it| &it.env);
        env.any(|it| it.name == "ISTIO_META_UNPRIVILEGED_POD" && it.value == "true")
    })
}

pub(super) fn spec_of<'w>(world: &'w World, key: &Key, is_pod: bool) -> Option<&'w PodSpec> {
    if is_pod {
        world.all::<Pod>().get(key).map(|it| &it.spec)
    } else {
        world.all::<Deployment>().get(key).map(|it| &it.spec.template.spec)
    }
}

/// The port of that name, of any container.
fn named_port(spec: &PodSpec, name: &str) -> Option<u32> {
    let mut ports = spec.containers.iter().flat_map(|it| &it.ports);
    let is_tcp = |protocol: &str| matches!(protocol, "" | "TCP");
    ports.find(|it| it.name == name && is_tcp(&it.protocol)).map(|it| it.container_port)
}

/// What is spoken on a Service's port: its `appProtocol`, else its name up to the first dash
/// (`pkg/config/kube/conversion.go`, `ConvertProtocol`).
pub(super) fn spoken(port: &ServicePort) -> String {
    let told = if port.app_protocol.is_empty() { &port.name } else { &port.app_protocol };
    let told = told.to_ascii_lowercase();
    match &*told {
        "kubernetes.io/h2c" => return "http2".to_owned(),
        "kubernetes.io/ws" => return "http".to_owned(),
        "kubernetes.io/wss" => return "https".to_owned(),
        _ => {}
    }
    if told.starts_with("grpc-web") {
        return "grpc-web".to_owned();
    }
    let first = told.split('-').next().unwrap_or_default();
    match first {
        "tcp" | "udp" | "grpc" | "http" | "http_proxy" | "http2" | "https" | "tls" | "mongo"
        | "redis" | "mysql" => first.to_owned(),
        _ => String::new(),
    }
}
