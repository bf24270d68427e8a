//! A Gateway's `ns/host`, or the VirtualService's `exportTo`, keeps the two apart.

use std::collections::BTreeSet;

use crate::diagnose::check::{Answer, Check, On, Trouble};
use crate::diagnose::remedy;
use crate::model::istio::Gateway;
use crate::model::virtual_service::VirtualService;
use crate::model::{Key, ObjectRef, Seen};
use crate::report::{Evidence, Role, Severity};
use crate::world::routing::attachment::{full_hosts, gateway_of, reach};
use crate::world::routing::hosts::{ServerHost, overlap, server_hosts};
use crate::world::topology::places;
use crate::world::{Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0207",
    title: "a Gateway's host or a VirtualService's exportTo keeps the two apart",
    severity: Severity::Warning,
    explain: "\
Two fields can keep a Gateway and a VirtualService apart that name each other and share a host. A \
server's host may begin with a namespace (`shop/www.example.com`, `./www.example.com`): it is then for \
VirtualServices of that namespace alone. And a VirtualService's `exportTo` must reach the namespace of \
the *gateway's pods*, not that of the Gateway (Istio 1.1 to 1.31). Requests are answered 404, and \
nothing says why.",
    reads: &[Kind::Gateways, Kind::VirtualServices, Kind::Pods, Kind::Deployments],
    on: &[On::VirtualService(run)],
};

fn run(world: &World, service: &Seen<VirtualService>) -> Answer {
    let own = &service.metadata.namespace;
    let entries = &service.spec.gateways;
    let named: BTreeSet<Key> = entries.iter().filter_map(|it| gateway_of(&it.value, own)).collect();
    let hosts = full_hosts(world, service);
    let mut found = Vec::new();
    for key in named {
        let Some(gateway) = world.all::<Gateway>().get(&key) else { continue };
        let servers = gateway.spec.servers.iter();
        let shared: Vec<ServerHost> = servers
            .flat_map(|server| server_hosts(&server.hosts, &key.namespace))
            .filter(|it| hosts.iter().any(|host| overlap(&it.host, host)))
            .collect();
        // Hosts that they do not share are another finding.
        if shared.is_empty() {
            continue;
        }
        let (cause, path, value, fix) = if !shared.iter().any(|it| it.is_for(own)) {
            let written: Vec<String> = shared.iter().map(ToString::to_string).collect();
            (
                format!(
                    "the Gateway has these hosts for VirtualServices of another namespace than {own}"
                ),
                None,
                written.join(", "),
                format!(
                    "put {own}/ or */ before the host in the Gateway, or move the VirtualService"
                ),
            )
        } else if let Some(pods) = hidden_from(world, gateway, service) {
            (
                format!("its exportTo does not reach {pods}, where the gateway's pods are"),
                Some("spec.exportTo"),
                service.spec.export_to.join(", "),
                format!("add {pods} to spec.exportTo"),
            )
        } else {
            continue;
        };
        let object = ObjectRef::of(service);
        let evidence = match path {
            Some(path) => Evidence::Field { object: object.clone(), path: path.to_owned(), value },
            None => Evidence::Field {
                object: ObjectRef::of(gateway),
                path: "spec.servers[].hosts".to_owned(),
                value,
            },
        };
        found.push(
            CHECK
                .finding(
                    object.at(path.unwrap_or("spec.hosts"), 0),
                    format!("Gateway {key} takes nothing of this VirtualService"),
                )
                .because(cause)
                .involving(ObjectRef::of(gateway), Role::Bound)
                .seen([evidence])
                .fix(remedy::words(fix))
                .explains([Trouble::Unrouted(key.namespace, key.name)]),
        );
    }
    Ok(found)
}

/// The namespace of the gateway's pods, where none of them sees the VirtualService.
fn hidden_from(world: &World, gateway: &Gateway, service: &Seen<VirtualService>) -> Option<String> {
    let places = places(world, gateway).ok()?;
    let own = &service.metadata.namespace;
    let sees = |pods: &str| reach(&service.spec.export_to, own, pods).is_some();
    let is_hidden = !places.iter().any(|place| sees(&place.namespace));
    places.first().filter(|_| is_hidden).map(|place| place.namespace.clone())
}
