//! A VirtualService's hosts lie outside those of the Gateway that it names.

use serde_json::{Value, json};

use crate::diagnose::check::{Answer, Check, Found, On, Trouble};
use crate::diagnose::{evidence, remedy};
use crate::model::istio::Gateway;
use crate::model::nearest::nearest;
use crate::model::virtual_service::VirtualService;
use crate::model::{Object as _, ObjectRef, Seen};
use crate::report::{Evidence, Fix, Role, Severity};
use crate::world::routing::attachment::{full_hosts, gateway_of, has_rules, named_gateways};
use crate::world::routing::hosts::is_wildcard;
use crate::world::routing::served::ServedHosts;
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
    reads: &[Kind::Gateways, Kind::VirtualServices, Kind::Pods, Kind::Deployments],
    on: &[On::VirtualService(run)],
};

fn run(world: &World, service: &Seen<VirtualService>) -> Answer {
    let entries = &service.spec.gateways;
    let own = &service.metadata.namespace;
    let named = named_gateways(service);
    let gateways: Vec<&Seen<Gateway>> =
        named.iter().filter_map(|key| world.all::<Gateway>().get(key)).collect();
    let hosts = full_hosts(world, service);
    let lacks = |gateway: &Seen<Gateway>, host: &str| {
        // That a namespace keeps them apart is another finding.
        let served = world.served_hosts(&gateway.key());
        served.is_none_or(|it| it.overlapping(host).next().is_none())
    };
    // A Gateway that has none of the hosts is named in vain.
    let in_vain = gateways.iter().filter(|gateway| hosts.iter().all(|host| lacks(gateway, host)));
    let mut found: Vec<Found> = in_vain
        .filter(|_| !hosts.is_empty())
        .map(|gateway| {
            let key = gateway.key();
            let message = format!("none of its hosts is among those of Gateway {key}");
            let servers = &gateway.spec.servers;
            let bare = world.unrouted(&key);
            let ends_it = bare.iter().all(|it| has_rules(service, &key, &servers[*it]));
            finding(world, service, message, &hosts, &[gateway])
                .explains(ends_it.then_some(Trouble::Unrouted(key)))
        })
        .collect();
    // A host that some other Gateway may have, or the mesh, is not outside.
    let is_known = gateways.len() == named.len()
        && entries.iter().all(|it| gateway_of(&it.value, own).is_some());
    if found.is_empty() && is_known && !gateways.is_empty() {
        let is_outside = |host: &&String| gateways.iter().all(|it| lacks(it, host));
        let outside: Vec<String> = hosts.iter().filter(is_outside).cloned().collect();
        if !outside.is_empty() {
            let message = format!("no Gateway that it names has {}", evidence::few(&outside));
            found.push(finding(world, service, message, &outside, &gateways));
        }
    }
    Ok(found)
}

fn finding(
    world: &World,
    service: &Seen<VirtualService>,
    message: String,
    hosts: &[String],
    gateways: &[&Seen<Gateway>],
) -> Found {
    let line = service.spec.hosts.first().map_or(0, |it| it.line);
    let object = ObjectRef::of(service).at("spec.hosts", service.origin.line_of(line));
    let mut found = CHECK
        .finding(object, message)
        .because("a Gateway takes only hosts of its own, so requests for them are answered 404")
        .seen([Evidence::Field {
            object: ObjectRef::of(service),
            path: "spec.hosts".to_owned(),
            value: evidence::few(service.spec.hosts.iter().map(|it| &it.value)),
        }])
        .fix(fix(world, service, hosts, gateways));
    for gateway in gateways {
        let served = world.served_hosts(&gateway.key());
        found = found
            .seen(served.map(|it| evidence::hosts(gateway, it.texts().iter())))
            .involving(ObjectRef::of(gateway), Role::Bound);
    }
    found
}

/// One host for which a Gateway has one like it is a slip; else the Gateway lacks them.
fn fix(
    world: &World,
    service: &Seen<VirtualService>,
    hosts: &[String],
    gateways: &[&Seen<Gateway>],
) -> Fix {
    let listed = evidence::few(hosts);
    if let [host] = hosts
        && let Some(fix) = slip(world, service, host, gateways)
    {
        return fix;
    }
    let [gateway] = gateways else {
        return remedy::words(format!(
            "take {listed} out of the VirtualService, or add it to the hosts of a server of a \
             Gateway"
        ));
    };
    let key = gateway.key();
    let servers = gateway.spec.servers.iter().enumerate();
    let using = servers.filter(|(_, server)| has_rules(service, &key, server));
    let operations = using.flat_map(|(position, _)| {
        let path = format!("/spec/servers/{position}/hosts/-");
        hosts.iter().map(move |it| json!({ "op": "add", "path": path, "value": it }))
    });
    let operations: Vec<Value> = operations.collect();
    let message = format!(
        "take {listed} out of the VirtualService, or add it to the hosts of a server of Gateway \
         {key}"
    );
    if operations.is_empty() {
        return remedy::words(message);
    }
    remedy::patch(gateway, message, &json!(operations))
}

/// Writes the host that was meant, as it seems: one like it, and no wildcard unless it is one.
fn slip(
    world: &World,
    service: &Seen<VirtualService>,
    host: &str,
    gateways: &[&Seen<Gateway>],
) -> Option<Fix> {
    let served = gateways.iter().filter_map(|it| world.served_hosts(&it.key()));
    let names = served.flat_map(ServedHosts::all).map(|it| &*it.host.host);
    let near = nearest(host, names.filter(|it| is_wildcard(it) == is_wildcard(host)))?;
    let position = service.spec.hosts.iter().position(|it| it.value == *host)?;
    let line = service.origin.line_of(service.spec.hosts[position].line);
    let path = format!("spec.hosts[{position}]");
    let message = if near.eq_ignore_ascii_case(host) {
        format!("write {near} for {host}: the case counts")
    } else {
        format!("write {near} for {host}, if that is what is meant, or add {host} to the Gateway")
    };
    let operations = json!([{ "op": "replace", "path": remedy::pointer(&path), "value": near }]);
    let object = ObjectRef::of(service).at(path, line);
    Some(remedy::patch_at(&object, service.origin.live, message, &operations))
}
