//! A Gateway's server listens on a port to which no Service of the gateway leads.

use std::collections::BTreeMap;

use serde_json::json;

use crate::diagnose::check::{Answer, Check, Found, On};
use crate::diagnose::{evidence, remedy};
use crate::model::istio::{Gateway, Server};
use crate::model::network::{Service, TargetPort};
use crate::model::{ObjectRef, Seen};
use crate::report::{Evidence, Role, Severity};
use crate::world::routing::ports::{Target, is_on_nodes, listening, services_of, targets};
use crate::world::topology::serving;
use crate::world::{Kind, Workload, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0104",
    title: "a Gateway server's port is on no Service of the gateway",
    severity: Severity::Error,
    explain: "\
A server of a Gateway makes the gateway's pods listen, and clients come in by a Service. Its port \
number may name the Service's port or the pod's: istiod looks for a Service port of that number and \
listens on its targetPort; where there is none it listens on the number itself (Istio 1.12 to 1.31). \
If no port of the gateway's Services leads there, nobody outside ever reaches that server: connections \
are refused, or time out at the load balancer.

Give the server a port that the Service has (80 and 443, as a rule), or add the port to the Service.",
    reads: &[Kind::Gateways, Kind::Services, Kind::Pods, Kind::Deployments],
    on: &[On::Gateway(run)],
};

/// The port by which kubelets and load balancers ask whether the pod is ready (Istio 1.6 to 1.31).
const STATUS: u32 = 15021;

fn run(world: &World, gateway: &Seen<Gateway>) -> Answer {
    // One pod speaks for all that its Deployment makes.
    let mut served_by: BTreeMap<_, &Workload> = BTreeMap::new();
    for workload in serving(world, gateway) {
        served_by.entry((&workload.key.namespace, &workload.owner)).or_insert(workload);
    }
    let mut found = Vec::new();
    for workload in served_by.into_values() {
        let targets = targets(world, workload);
        let is_lost = |server: &Server| {
            let listening = listening(&targets, server.port.number);
            // A server bound to a Unix socket has no port.
            server.port.number > 0
                && listening.led_by.is_empty()
                && !is_on_nodes(world, workload, listening.port)
        };
        let servers = gateway.spec.servers.iter().enumerate();
        let lost: Vec<usize> =
            servers.filter(|(_, it)| is_lost(it)).map(|(position, _)| position).collect();
        if lost.is_empty() {
            continue;
        }
        // Without a Service at all, the port is not what is wrong.
        if let Some(service) = services_of(world, workload)?.first() {
            found.extend(lost.into_iter().map(|it| finding(gateway, it, service, &targets)));
        }
    }
    Ok(found)
}

fn finding(
    gateway: &Seen<Gateway>,
    position: usize,
    service: &Seen<Service>,
    targets: &[Target<'_>],
) -> Found {
    let number = gateway.spec.servers[position].port.number;
    let path = format!("spec.servers[{position}].port.number");
    let object = ObjectRef::of(gateway).at(&path, 0);
    let found = CHECK
        .finding(object, format!("no Service of the gateway leads to port {number}"))
        .seen([Evidence::Field { object: ObjectRef::of(gateway), path, value: number.to_string() }])
        .involving(ObjectRef::of(service), Role::LedTo);
    let name = &service.metadata.name;
    let mut ports = service.spec.ports.iter().enumerate();
    let named = ports.find_map(|(at, it)| match &it.target_port {
        TargetPort::Name(target) if it.port == number && it.is_tcp() => Some((at, target)),
        _ => None,
    });
    if let Some((at, target)) = named {
        let path = format!("/spec/ports/{at}/targetPort");
        return found
            .because(format!(
                "port {number} of Service {name} leads to the pods' port {target}, and no \
                 container of theirs names one so"
            ))
            .fix(remedy::patch(
                service,
                format!("set targetPort of port {number} in Service {name} to {number}"),
                &json!([{ "op": "replace", "path": path, "value": number }]),
            ));
    }
    let ways = targets.iter().filter(|it| it.listens != STATUS).map(|it| match it.listens {
        listens if listens == it.port.port => listens.to_string(),
        listens => format!("{}→{listens}", it.port.port),
    });
    let ways: Vec<String> = ways.collect();
    let ways = if ways.is_empty() { "no TCP port".to_owned() } else { evidence::few(ways) };
    let found = found
        .because(format!("clients come in by the gateway's Service, which has {ways}"))
        .fix(remedy::patch(
            service,
            format!(
                "give the server a port that Service {name} has, or add port {number} to the \
                 Service"
            ),
            &json!([{
                "op": "add",
                "path": "/spec/ports/-",
                "value": { "name": format!("port-{number}"), "port": number, "targetPort": number },
            }]),
        ));
    targets
        .iter()
        .fold(found, |it, target| it.involving(ObjectRef::of(target.service), Role::LedTo))
}
