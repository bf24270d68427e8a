//! A route's destination has no such port, or its port must be named.

use crate::diagnose::check::{Answer, Check, On};
use crate::diagnose::{evidence, remedy};
use crate::report::{Evidence, Role, Severity};
use crate::world::World;
use crate::world::routing::destination::{self, Fate};
use crate::world::routing::uses::Use;

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
    reads: destination::READS,
    on: &[On::Destination(run)],
};

fn run(world: &World, used: &Use<'_>) -> Answer {
    let to = &used.destination;
    let (message, cause, ports) = match &to.fate {
        Fate::UnknownPort { ports } => (
            format!("the destination {} has no port {}", used.written, to.port),
            "Envoy knows no such cluster; requests are answered 503".to_owned(),
            ports,
        ),
        Fate::PortNotNamed { ports } => (
            format!("the destination {} has several ports, and the route names none", used.written),
            format!(
                "the number of the Gateway's server, {}, is then taken; requests are answered 503",
                to.port
            ),
            ports,
        ),
        _ => return Ok(Vec::new()),
    };
    to.known()?;
    let Some(owner) = to.owner.as_ref().map(destination::Owner::object) else {
        return Ok(Vec::new());
    };
    let listed: Vec<String> = ports.iter().map(ToString::to_string).collect();
    let listed = if listed.is_empty() { "none".to_owned() } else { listed.join(", ") };
    let field = if used.object.kind == "VirtualService" { "port.number" } else { "port" };
    let mut found = CHECK
        .finding(used.object.clone(), message)
        .because(cause)
        .seen(evidence::written(used))
        .seen([Evidence::Field {
            object: owner.clone(),
            path: "spec.ports".to_owned(),
            value: listed.clone(),
        }])
        .involving(owner, Role::LedTo)
        .fix(remedy::words(format!("set {field} of the destination to one of these: {listed}")));
    for gateway in &used.gateways {
        found = found.involving(evidence::gateway(world, gateway), Role::Bound);
    }
    Ok(vec![found])
}
