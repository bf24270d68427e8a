//! A route's destination does not exist.

use serde_json::json;

use crate::diagnose::check::{Answer, Check, Found, On};
use crate::diagnose::{remedy, route};
use crate::model::destination::ServiceEntry;
use crate::model::nearest::nearest;
use crate::model::network::Service;
use crate::model::{Key, ObjectRef};
use crate::report::{Fix, Role, Severity};
use crate::world::World;
use crate::world::routing::destination::{EXPORT_TO, Fate, Owner};
use crate::world::routing::hosts::service_of;
use crate::world::routing::uses::{self, Use};

pub(super) const CHECK: Check = Check {
    code: "IGW0401",
    title: "a route's destination does not exist, or not for the gateway",
    severity: Severity::Error,
    explain: "\
A route leads to a host that no Service and no ServiceEntry has. istiod does not drop the route: \
Envoy gets one to a cluster that it does not know, and answers 503 with an empty body (`NC \
cluster_not_found` in the access log; a Gateway API route answers 500).

A host without a dot is a Service of the *VirtualService's* namespace. One with a dot is taken as it \
is: `frontend.shop` is not completed, and only `frontend.shop.svc.cluster.local` means Service \
`frontend` of namespace `shop` (Istio 1.1 to 1.31). A Service's annotation \
`networking.istio.io/exportTo`, or a ServiceEntry's `exportTo`, may hide it from the gateway's pods, with \
the same result; and an `ExternalName` Service leads somewhere only if a ServiceEntry or Service has \
the host that it stands for (Istio 1.21 and later).",
    reads: uses::READS,
    on: &[On::Destination(run)],
};

fn run(world: &World, used: &Use<'_>) -> Answer {
    let object = used.object.clone();
    match &used.destination.fate {
        Fate::UnknownHost => {
            used.destination.known()?;
            Ok(vec![unknown(world, used)])
        }
        Fate::Alias { of } => {
            used.destination.known()?;
            let message = format!("the destination {} stands for nothing", used.written);
            let cause = format!(
                "it is an ExternalName for {of}, which no Service and no ServiceEntry has; {}",
                route::answer(used)
            );
            let words = format!(
                "make a ServiceEntry with the host {of} and the port, or set spec.externalName to a \
                 host that is known"
            );
            let found = route::finding(&CHECK, world, used, object, message).because(cause);
            let owner = used.destination.owner.as_ref().map(Owner::object);
            Ok(vec![
                owner
                    .into_iter()
                    .fold(found, |it, owner| it.involving(owner, Role::LedTo))
                    .fix(remedy::words(words)),
            ])
        }
        Fate::Hidden(by) => {
            let place = route::place(used)?;
            let message = format!("the destination {} is hidden from the gateway", used.written);
            let cause = format!(
                "{} of {by} does not reach {}, where the gateway's pods are; {}",
                if by.kind == "Service" { EXPORT_TO } else { "spec.exportTo" },
                place.namespace,
                route::answer(used)
            );
            let found = route::finding(&CHECK, world, used, object, message).because(cause);
            let found = found.resting_on(place).involving(by.clone(), Role::LedTo);
            Ok(vec![found.fix(show(world, by, &place.namespace))])
        }
        _ => Ok(Vec::new()),
    }
}

fn unknown(world: &World, used: &Use<'_>) -> Found {
    let host = &used.destination.host;
    let meant = meant(world, used);
    let nobody = format!("no Service and no ServiceEntry has the host {host}");
    let domain = &world.domain().name;
    let is_of_another = host.split_once(".svc.").is_some_and(|(_, it)| it != domain);
    let nobody = if is_of_another {
        format!("the cluster's domain is {domain}, and {nobody}")
    } else if meant.is_some() && used.written.contains('.') && used.written == *host {
        // People expect it of name.namespace.
        match service_of(host, domain) {
            Some(_) => nobody,
            None => format!("a name with a dot is not completed, and {nobody}"),
        }
    } else {
        nobody
    };
    let cause = format!("{nobody}; {}", route::answer(used));
    let message = format!("the destination {} does not exist", used.written);
    let found = route::finding(&CHECK, world, used, used.object.clone(), message).because(cause);
    let near = meant.as_ref().and_then(|key| world.all::<Service>().get(key)).map(ObjectRef::of);
    near.into_iter().fold(found, |it, near| it.involving(near, Role::Near)).fix(fix(
        world,
        used,
        meant.as_ref(),
    ))
}

/// The Service that was meant, as it seems: where only the namespace is wrong, that of the name
/// elsewhere; else one of a name like it.
fn meant(world: &World, used: &Use<'_>) -> Option<Key> {
    let services = world.all::<Service>();
    // `name.namespace` and `name.namespace.svc`.
    let mut parts = used.written.split('.');
    let (name, namespace) = (parts.next()?, parts.next());
    if let Some(namespace) = namespace {
        let key = Key::new(namespace, name);
        if services.contains_key(&key) {
            return Some(key);
        }
    }
    // A host that is not of the cluster's form is no Service's.
    let (place, _) = service_of(&used.destination.host, &world.domain().name)?;
    if let [only] = world.services_named(name) {
        return Some(only.clone());
    }
    let beside = world.within::<Service>(place).map(|it| &*it.metadata.name);
    nearest(name, beside).map(|near| Key::new(place, near))
}

fn fix(world: &World, used: &Use<'_>, meant: Option<&Key>) -> Fix {
    let is_gateway_api = used.object.kind != "VirtualService";
    let own = &used.object.namespace;
    match meant {
        None if service_of(&used.destination.host, &world.domain().name).is_none() => {
            remedy::words(format!(
                "make a ServiceEntry with the host {} and port {}, or put the host right",
                used.written, used.destination.port
            ))
        }
        None => remedy::words(format!("make Service {}, or put the host right", used.written)),
        Some(Key { namespace, name }) if namespace == own => {
            let field = if is_gateway_api { "name" } else { "host" };
            let message =
                format!("set the {field} to {name}, if that is the Service that is meant");
            route::change(used, message, field, &json!(name))
        }
        Some(Key { namespace, name }) if is_gateway_api => remedy::words(format!(
            "name {name} of namespace {namespace}, if that is the Service that is meant, with a \
             ReferenceGrant there"
        )),
        Some(Key { namespace, name }) => {
            let host = format!("{name}.{namespace}.svc.{}", world.domain().name);
            let message = format!("set the host to {host}, if that is the Service that is meant");
            route::change(used, message, "host", &json!(host))
        }
    }
}

/// Lets a namespace see what has the host.
fn show(world: &World, by: &ObjectRef, pods: &str) -> Fix {
    let message = |field: &str| format!("add {pods} to {field} of {} {}", by.kind, by.name);
    if let Some(service) = world.all::<Service>().get(&by.key()).filter(|_| by.kind == "Service") {
        let written = service.metadata.annotations.get(EXPORT_TO).map_or("", |it| it);
        let path = format!("/metadata/annotations/{}", remedy::part(EXPORT_TO));
        let operations =
            json!([{ "op": "add", "path": path, "value": format!("{written},{pods}") }]);
        return remedy::patch(
            service,
            message(&format!("the annotation {EXPORT_TO}")),
            &operations,
        );
    }
    let operations = json!([{ "op": "add", "path": "/spec/exportTo/-", "value": pods }]);
    let is_live = world.all::<ServiceEntry>().get(&by.key()).is_some_and(|it| it.origin.live);
    remedy::patch_at(by, is_live, message("spec.exportTo"), &operations)
}
