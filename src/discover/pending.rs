//! Why nothing outside the cluster reaches a gateway: never an empty string.

use super::find::Found;
use crate::model::gateway_api::KubernetesGateway;
use crate::model::kubernetes::{Event, Metadata};
use crate::model::network::Service;
use crate::model::{Object as _, Seen};
use crate::report::discovery::Port;
use crate::report::reach::{Address, AddressKind, Pending, PendingEvent, PendingReason};
use crate::world::{Kind, Want, Why, World};

/// The finalizer by which a cloud's controller holds a Service that it has taken up (Kubernetes
/// 1.16 and later).
const CLEANUP: &str = "service.kubernetes.io/load-balancer-cleanup";

/// How many Events are told.
const EVENTS: usize = 5;

/// Why there is no endpoint.
pub(super) fn pending(
    world: &World,
    found: &Found<'_>,
    addresses: &[Address],
    ports: &[Port],
) -> Pending {
    let Some(service) = found.service else {
        let message = match world.covers(Kind::Services, Some(&found.key.namespace)) {
            Ok(()) => "no Service leads to its pods, nor does a port of their nodes".to_owned(),
            Err(gap) => format!("no Service is known that leads to its pods: {}", gap.reason),
        };
        return Pending { reason: PendingReason::NoService, message, events: Vec::new() };
    };
    match &*service.spec.type_ {
        "LoadBalancer" => balancer(world, found, service, ports),
        "NodePort" => {
            let reason = match world.covers(Kind::Nodes, None) {
                Err(gap) => gap.reason,
                Ok(()) if service.spec.external_traffic_policy == "Local" => {
                    "no node has a ready pod of it, and others lead nowhere \
                     (externalTrafficPolicy: Local)"
                        .to_owned()
                }
                Ok(()) => "no node that is ready has an address".to_owned(),
            };
            let message = format!("its Service is of type NodePort, and {reason}");
            Pending { reason: PendingReason::NoNodeAddress, message, events: Vec::new() }
        }
        type_ => {
            let type_ = if type_.is_empty() { "ClusterIP" } else { type_ };
            let inside = addresses.iter().find(|it| it.kind == AddressKind::ClusterIp);
            let at = inside.map_or_else(String::new, |it| format!(", at {}", it.address));
            let mut message = format!(
                "its Service is of type {type_}, which is reached from inside the cluster only{at}"
            );
            message += &programmed(world, found);
            Pending { reason: PendingReason::ServiceType, message, events: Vec::new() }
        }
    }
}

fn balancer(world: &World, found: &Found<'_>, service: &Seen<Service>, ports: &[Port]) -> Pending {
    let events = events(world, service);
    let class = match &*service.spec.load_balancer_class {
        "" => String::new(),
        class => format!(" for the class {class}"),
    };
    let told = |event: &PendingEvent| format!("{}: {}", event.reason, event.message);
    let failed = events.iter().find(|it| it.type_ == "Warning");
    let condition = service.status.conditions.iter().find(|it| it.status == "True");
    let (reason, mut message) = if let Some(event) = failed {
        let message = format!("its load balancer could not be made: {}", told(event));
        (PendingReason::LoadBalancerFailed, message)
    } else if let Some(condition) = condition.filter(|it| it.type_.contains("Error")) {
        let message =
            format!("its load balancer has an error: {}: {}", condition.reason, condition.message);
        (PendingReason::LoadBalancerFailed, message)
    } else if let Some(event) = events.first() {
        let message = format!("its load balancer is being made: {}", told(event));
        (PendingReason::LoadBalancerInProgress, message)
    } else if service.metadata.finalizers.iter().any(|it| it == CLEANUP) {
        let message = "a controller has taken its load balancer up, and has given it no address \
                       yet"
        .to_owned();
        (PendingReason::LoadBalancerInProgress, message)
    } else {
        let seen = match events_gap(world, service) {
            None => "no Event tells of one".to_owned(),
            Some(reason) => format!("its Events are not known: {reason}"),
        };
        let message = format!(
            "its load balancer has no address, and nothing shows that a controller{class} has taken \
             it up ({seen}): a cluster without one for load balancers, such as kind or bare metal, \
             needs MetalLB or the like"
        );
        (PendingReason::NoController, message)
    };
    let node_ports: Vec<String> = ports
        .iter()
        .filter_map(|it| Some(format!("{} {}", it.speaks.words(), it.node_port?)))
        .filter(|it| !it.starts_with("status"))
        .collect();
    if !node_ports.is_empty() {
        message += &format!("; its nodes lead to it at {}", node_ports.join(", "));
    }
    message += &programmed(world, found);
    Pending { reason, message, events }
}

/// What a Gateway API Gateway says that is not programmed.
fn programmed(world: &World, found: &Found<'_>) -> String {
    let bound = world.all::<KubernetesGateway>().values();
    let mut bound = bound.filter(|it| it.is_istios() && super::bound::is_bound(it, found));
    let said = bound.find_map(|gateway| {
        let conditions = &gateway.status.conditions;
        let condition = conditions.iter().find(|it| it.type_ == "Programmed")?;
        (condition.status == "False").then(|| {
            let name = &gateway.metadata.name;
            format!("; Gateway {name} is not programmed: {}", condition.message)
        })
    });
    said.unwrap_or_default()
}

/// The Events of a Service, the last one first.
fn events(world: &World, service: &Seen<Service>) -> Vec<PendingEvent> {
    let metadata = &service.metadata;
    let is_about = |it: &&Seen<Event>| {
        it.involved_object.kind == "Service" && it.involved_object.name == metadata.name
    };
    let mut events: Vec<PendingEvent> = world
        .within::<Event>(&metadata.namespace)
        .filter(is_about)
        .map(|it| PendingEvent {
            time: it.time(),
            type_: it.type_.clone(),
            reason: it.reason.clone(),
            message: it.message.trim().to_owned(),
        })
        .collect();
    events.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| a.reason.cmp(&b.reason)));
    events.truncate(EVENTS);
    events
}

/// Why the Events of a Service are not known.
fn events_gap(world: &World, service: &Seen<Service>) -> Option<String> {
    let Metadata { namespace, name, .. } = &service.metadata;
    let about = Want::events_of(Service::KIND, name);
    let gap = world.covers_selected(Kind::Events, &about, Some(namespace)).err()?;
    Some(match gap.why {
        Why::Beyond => "they are not among the inputs".to_owned(),
        Why::Forbidden | Why::Unreachable => gap.reason,
    })
}
