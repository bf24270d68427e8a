//! A Gateway's server listens on a port to which no Service of the gateway leads.

use std::collections::BTreeMap;

use crate::diagnose::check::{Answer, Check, Found, On};
use crate::diagnose::remedy;
use crate::model::istio::Gateway;
use crate::model::{ObjectRef, Seen};
use crate::report::{Evidence, Role, Severity};
use crate::world::routing::ports::{Target, is_on_nodes, listening, services_of, targets};
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

fn run(world: &World, gateway: &Seen<Gateway>) -> Answer {
    // One pod speaks for all that its Deployment makes.
    let mut served_by: BTreeMap<_, &Workload> = BTreeMap::new();
    for workload in world.serving(gateway) {
        served_by.entry((&workload.key.namespace, &workload.owner)).or_insert(workload);
    }
    let mut found = Vec::new();
    for workload in served_by.into_values() {
        let targets = targets(world, workload);
        let lost = gateway.spec.servers.iter().enumerate().filter(|(_, server)| {
            // A server bound to a Unix socket has no port.
            server.port.number > 0 && {
                let listening = listening(&targets, server.port.number);
                listening.led_by.is_empty() && !is_on_nodes(world, workload, listening.port)
            }
        });
        let lost: Vec<usize> = lost.map(|(position, _)| position).collect();
        if lost.is_empty() {
            continue;
        }
        // Without a Service at all, the port is not what is wrong.
        if services_of(world, workload)?.is_empty() {
            continue;
        }
        found.extend(lost.into_iter().map(|server| finding(gateway, server, workload, &targets)));
    }
    Ok(found)
}

fn finding(
    gateway: &Seen<Gateway>,
    server: usize,
    workload: &Workload,
    targets: &[Target<'_>],
) -> Found {
    let number = gateway.spec.servers[server].port.number;
    let path = format!("spec.servers[{server}].port.number");
    let namespace = &workload.key.namespace;
    let ports: Vec<String> = targets
        .iter()
        .filter(|it| it.port.name != "status-port")
        .map(|it| match it.listens {
            listens if listens == it.port.port => listens.to_string(),
            listens => format!("{}→{listens}", it.port.port),
        })
        .collect();
    let mut found = CHECK
        .finding(
            ObjectRef::of(gateway).at(&path, 0),
            format!("no Service of the gateway leads to port {number}"),
        )
        .because(format!(
            "clients come in by the gateway's Service, which has {}",
            ports.join(", ")
        ))
        .seen([Evidence::Field { object: ObjectRef::of(gateway), path, value: number.to_string() }])
        .fix(remedy::words(format!(
            "give the server a port that the Service in {namespace} has, or add port {number} to \
             the Service"
        )));
    for target in targets {
        found = found.involving(ObjectRef::of(target.service), Role::LedTo);
    }
    found
}
