//! A VirtualService's hosts lie outside those of the Gateway that it names.

use std::collections::BTreeSet;

use crate::diagnose::check::{Answer, Check, On, Trouble};
use crate::diagnose::remedy;
use crate::model::istio::Gateway;
use crate::model::virtual_service::VirtualService;
use crate::model::{Key, ObjectRef, Seen};
use crate::report::{Evidence, Role, Severity};
use crate::world::routing::attachment::{full_hosts, gateway_of};
use crate::world::routing::hosts::{overlap, server_hosts};
use crate::world::{Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0206",
    title: "a VirtualService's hosts lie outside its Gateway's",
    severity: Severity::Warning,
    explain: "\
A Gateway's server takes of a VirtualService only the hosts that both have: the same name, or one \
that the other's wildcard covers. A host that no server of the Gateway has is served nowhere there, and \
requests for it are answered 404, however right its routes are (Istio 1.1 to 1.31). Upper and \
lower case count in this comparison, and `*.example.com` does not cover `example.com`.

Add the host to the Gateway's server, or take it out of the VirtualService.",
    reads: &[Kind::Gateways, Kind::VirtualServices],
    on: &[On::VirtualService(run)],
};

fn run(world: &World, service: &Seen<VirtualService>) -> Answer {
    let own = &service.metadata.namespace;
    let entries = &service.spec.gateways;
    let named: BTreeSet<Key> = entries.iter().filter_map(|it| gateway_of(&it.value, own)).collect();
    let gateways: Vec<&Seen<Gateway>> =
        named.iter().filter_map(|key| world.all::<Gateway>().get(key)).collect();
    if gateways.is_empty() {
        return Ok(Vec::new());
    }
    let hosts = full_hosts(world, service);
    let is_taken = |gateway: &Seen<Gateway>, host: &str| {
        let servers = gateway.spec.servers.iter();
        let of = servers.flat_map(|it| server_hosts(&it.hosts, &gateway.metadata.namespace));
        // That a namespace keeps them apart is another finding.
        of.into_iter().any(|it| overlap(&it.host, host))
    };
    let mut found = Vec::new();
    // One that takes none of the hosts is named in vain.
    for gateway in &gateways {
        if !hosts.is_empty() && !hosts.iter().any(|host| is_taken(gateway, host)) {
            let key = Key::new(gateway.metadata.namespace.clone(), gateway.metadata.name.clone());
            let message = format!("none of its hosts is among those of Gateway {key}");
            let one = finding(service, &message, &hosts, &[gateway]);
            found.push(one.explains([Trouble::Unrouted(key.namespace, key.name)]));
        }
    }
    // A host that some other Gateway may have, or the mesh, is not outside.
    let is_known = gateways.len() == named.len() && named.len() == entries.len();
    if is_known && found.is_empty() {
        let outside = |host: &&String| !gateways.iter().any(|it| is_taken(it, host));
        let outside: Vec<String> = hosts.iter().filter(outside).cloned().collect();
        if !outside.is_empty() {
            let message = format!("no Gateway that it names has {}", outside.join(", "));
            found.push(finding(service, &message, &outside, &gateways));
        }
    }
    Ok(found)
}

fn finding(
    service: &Seen<VirtualService>,
    message: &str,
    hosts: &[String],
    gateways: &[&Seen<Gateway>],
) -> crate::diagnose::check::Found {
    let line = service.spec.hosts.first().map_or(0, |it| it.line);
    let object = ObjectRef::of(service).at("spec.hosts", service.origin.line_of(line));
    let mut found = CHECK
        .finding(object, message)
        .because("requests for them are answered 404")
        .fix(remedy::words(format!(
            "add {} to the hosts of a server of the Gateway, or take it out of the VirtualService",
            hosts.join(", ")
        )));
    for gateway in gateways {
        let served: BTreeSet<&str> =
            gateway.spec.servers.iter().flat_map(|it| &it.hosts).map(String::as_str).collect();
        let value = served.into_iter().collect::<Vec<_>>().join(", ");
        let path = "spec.servers[].hosts".to_owned();
        found = found
            .seen([Evidence::Field { object: ObjectRef::of(gateway), path, value }])
            .involving(ObjectRef::of(gateway), Role::Bound);
    }
    found
}
