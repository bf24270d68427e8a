//! A route's destination has no such port, or its port must be named.

use serde_json::json;

use crate::diagnose::check::{Answer, Check, On};
use crate::diagnose::{evidence, remedy, route};
use crate::model::Object as _;
use crate::model::network::{ServicePort, TargetPort};
use crate::model::virtual_service::VirtualService;
use crate::report::{Evidence, Fix, Role, Severity};
use crate::world::World;
use crate::world::routing::destination::{Fate, Owner};
use crate::world::routing::uses::{self, Use};

pub(super) const CHECK: Check = Check {
    code: "IGW0402",
    title: "a route's destination has no such port",
    severity: Severity::Error,
    explain: "\
The Service that a route leads to exists, but not the port. It is the *Service's* port number that \
counts, neither the targetPort nor the container's. Where no port is named, a Service with one port is \
unambiguous; with several, istiod takes the number of the *Gateway's server* (Istio 1.1 to 1.31), \
which is rarely among them. Envoy then knows no such cluster, and answers 503 with an empty body (`NC \
cluster_not_found`).",
    reads: uses::READS,
    on: &[On::Destination(run)],
};

fn run(world: &World, used: &Use<'_>) -> Answer {
    let to = &used.destination;
    let answer = route::answer(used);
    let (message, cause, ports) = match &to.fate {
        Fate::UnknownPort { ports } => (
            format!("the destination {} has no port {}", used.written, to.port),
            if ports.contains(&to.port) {
                format!("it has that port for UDP only, which Envoy has no cluster for; {answer}")
            } else {
                format!("Envoy knows no such cluster; {answer}")
            },
            ports,
        ),
        // Which number would be taken is known only where a server takes the route.
        Fate::PortNotNamed { ports } if to.port > 0 => (
            format!("the destination {} has several ports, and the route names none", used.written),
            format!("the number of the Gateway's server, {}, is then taken; {answer}", to.port),
            ports,
        ),
        _ => return Ok(Vec::new()),
    };
    to.known()?;
    let Some(owner) = &to.owner else { return Ok(Vec::new()) };
    let ports: Vec<u32> = match owner {
        Owner::Service(it) => {
            it.spec.ports.iter().filter(|it| it.is_tcp()).map(|it| it.port).collect()
        }
        Owner::Entries(_) => ports.clone(),
    };
    let listed = if ports.is_empty() { "none".to_owned() } else { evidence::few(&ports) };
    let object = owner.object();
    let found = route::finding(&CHECK, world, used, used.object.clone(), message)
        .because(cause)
        .seen([Evidence::Field {
            object: object.clone(),
            path: "spec.ports".to_owned(),
            value: listed.clone(),
        }])
        .involving(object, Role::LedTo)
        .fix(match meant(owner, to.port, &ports) {
            Some(port) => name_port(world, used, port, &ports),
            None => remedy::words(format!("name one of these ports in the route: {listed}")),
        });
    Ok(vec![found])
}

/// The port that was meant, as it seems: the only one, or that which leads to the number written.
fn meant(owner: &Owner<'_>, written: u32, ports: &[u32]) -> Option<u32> {
    if let [only] = ports {
        return Some(*only);
    }
    let Owner::Service(service) = owner else { return None };
    let leads = |it: &&ServicePort| it.target_port == TargetPort::Number(written);
    let mut leading = service.spec.ports.iter().filter(leads);
    let first = leading.next()?;
    leading.next().is_none().then_some(first.port)
}

/// The route with that port: safe where it is the only one, since no other could be meant.
fn name_port(world: &World, used: &Use<'_>, port: u32, ports: &[u32]) -> Fix {
    let is_only = ports == [port];
    let why = if is_only { "the only one there is" } else { "if that is the one that is meant" };
    let message = format!("set the port to {port}, {why}");
    if used.object.kind != VirtualService::KIND {
        return route::change(used, message, "port", &json!(port));
    }
    let fix = route::change(used, message, "port", &json!({ "number": port }));
    match world.all::<VirtualService>().get(&used.object.key()) {
        Some(service) if is_only => fix.held_to(&service.metadata.resource_version).safe(),
        _ => fix,
    }
}
