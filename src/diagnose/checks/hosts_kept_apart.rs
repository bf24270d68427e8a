//! A Gateway's `ns/host`, or the VirtualService's `exportTo`, keeps the two apart.

use std::collections::BTreeSet;

use serde_json::json;

use crate::diagnose::check::{Answer, Check, Found, On, Trouble};
use crate::diagnose::{evidence, remedy};
use crate::model::istio::Gateway;
use crate::model::virtual_service::VirtualService;
use crate::model::yaml::Placed;
use crate::model::{Object as _, ObjectRef, Seen};
use crate::report::{Evidence, Fix, Role, Severity};
use crate::world::routing::attachment::{full_hosts, has_rules, named_gateways, reach};
use crate::world::routing::served::{ServedHost, takers};
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
    let named = named_gateways(service);
    let gateways = named.iter().filter_map(|key| world.all::<Gateway>().get(key));
    let found = gateways.filter_map(|gateway| {
        by_host(world, gateway, service).or_else(|| by_export(world, gateway, service))
    });
    Ok(found.collect())
}

/// The Gateway has the hosts, or some, for VirtualServices of another namespace.
fn by_host(
    world: &World,
    gateway: &Seen<Gateway>,
    service: &Seen<VirtualService>,
) -> Option<Found> {
    let (key, own) = (gateway.key(), &service.metadata.namespace);
    let served = world.served_hosts(&key)?;
    let mut apart: Vec<String> = Vec::new();
    let mut barred: Vec<&ServedHost> = Vec::new();
    let hosts = full_hosts(world, service);
    for host in &hosts {
        // Hosts that they do not share are another finding.
        let shared: Vec<&ServedHost> = served.overlapping(host).collect();
        if !shared.is_empty() && !shared.iter().any(|it| it.host.is_for(own)) {
            apart.push(host.clone());
            barred.extend(shared.into_iter().take(MANY - barred.len().min(MANY)));
        }
    }
    if apart.is_empty() {
        return None;
    }
    let message = if apart.len() == hosts.len() {
        format!("Gateway {key} takes nothing of this VirtualService")
    } else {
        format!("Gateway {key} does not take {} of this VirtualService", evidence::few(&apart))
    };
    let object = ObjectRef::of(service).at("spec.hosts", line(service, service.spec.hosts.first()));
    let found = CHECK
        .finding(object, message)
        .because(format!(
            "the Gateway has {} for VirtualServices of another namespace than {own}",
            if apart.len() == 1 { "this host" } else { "these hosts" }
        ))
        .involving(ObjectRef::of(gateway), Role::Bound)
        .seen([evidence::hosts(gateway, barred.iter().map(|it| &it.host))])
        .fix(let_in(gateway, own, &barred));
    Some(explaining(found, world, gateway, service))
}

/// How many of a Gateway's hosts are looked at that are barred to one VirtualService.
const MANY: usize = 20;

/// Lets every namespace have the hosts that one had for itself.
fn let_in(gateway: &Seen<Gateway>, own: &str, barred: &[&ServedHost]) -> Fix {
    let hosts: BTreeSet<&str> = barred.iter().map(|it| &*it.host.host).collect();
    let mut operations = Vec::new();
    for (server, it) in gateway.spec.servers.iter().enumerate() {
        for (position, written) in it.hosts.iter().enumerate() {
            let Some((namespace, host)) = written.split_once('/') else { continue };
            if namespace != "*" && hosts.contains(host) {
                let path = format!("/spec/servers/{server}/hosts/{position}");
                let value = format!("*/{host}");
                operations.push(json!({ "op": "replace", "path": path, "value": value }));
            }
        }
    }
    let message = format!(
        "move the VirtualService, or write */ (any namespace) or {own}/ before {} in Gateway {}",
        evidence::few(hosts),
        gateway.key()
    );
    remedy::patch(gateway, message, &json!(operations))
}

/// The VirtualService is not for the namespace of the gateway's pods.
fn by_export(
    world: &World,
    gateway: &Seen<Gateway>,
    service: &Seen<VirtualService>,
) -> Option<Found> {
    let own = &service.metadata.namespace;
    let exports = &service.spec.export_to;
    let places = places(world, gateway).ok()?;
    let is_seen = places.iter().any(|it| reach(exports, own, &it.namespace).is_some());
    let place = places.first().filter(|_| !is_seen)?;
    // What it would not take anyhow is another finding.
    if takers(world, gateway, service).is_empty() {
        return None;
    }
    let (key, pods) = (gateway.key(), &place.namespace);
    let object = ObjectRef::of(service);
    let found = CHECK
        .finding(
            object.clone().at("spec.exportTo", 0),
            format!("Gateway {key} takes nothing of this VirtualService"),
        )
        .because(format!("its exportTo does not reach {pods}, where the gateway's pods are"))
        .resting_on(place)
        .involving(ObjectRef::of(gateway), Role::Bound)
        .seen([Evidence::Field {
            object,
            path: "spec.exportTo".to_owned(),
            value: exports.join(", "),
        }])
        .fix(remedy::patch(
            service,
            format!("add {pods} to spec.exportTo"),
            &json!([{ "op": "add", "path": "/spec/exportTo/-", "value": pods }]),
        ));
    Some(explaining(found, world, gateway, service))
}

/// Brought together, they would route all that nothing routes there now, unless it is more.
fn explaining(
    found: Found,
    world: &World,
    gateway: &Seen<Gateway>,
    service: &Seen<VirtualService>,
) -> Found {
    let key = gateway.key();
    let shared = world.served_hosts(&key).map_or_else(BTreeSet::new, |served| {
        let hosts = full_hosts(world, service);
        hosts.iter().flat_map(|host| served.overlapping(host)).map(|it| it.server).collect()
    });
    let servers = &gateway.spec.servers;
    let mut bare = world.unrouted(&key).iter();
    let ends_it = bare.all(|it| shared.contains(it) && has_rules(service, &key, &servers[*it]));
    found.explains(ends_it.then_some(Trouble::Unrouted(key)))
}

fn line(service: &Seen<VirtualService>, field: Option<&Placed>) -> u64 {
    field.map_or(0, |it| service.origin.line_of(it.line))
}
