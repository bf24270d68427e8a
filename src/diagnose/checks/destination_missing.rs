//! A route's destination does not exist.

use serde_json::json;

use crate::diagnose::check::{Answer, Check, On};
use crate::diagnose::nearest::nearest;
use crate::diagnose::{evidence, remedy};
use crate::model::network::Service;
use crate::model::{Key, ObjectRef};
use crate::report::{Fix, Role, Severity};
use crate::world::World;
use crate::world::routing::destination::{self, Fate};
use crate::world::routing::hosts::service_of;
use crate::world::routing::uses::Use;

pub(super) const CHECK: Check = Check {
    code: "IGW0401",
    title: "a route's destination does not exist",
    severity: Severity::Error,
    explain: "\
A route leads to a host that no Service and no ServiceEntry has. istiod does not drop the route: \
Envoy gets one to a cluster that it does not know, and answers 503 with an empty body (`NC \
cluster_not_found` in the access log; a Gateway API route answers 500).

A host without a dot is a Service of the *VirtualService's* namespace. One with a dot is taken as it \
is: `frontend.shop` is not completed, and only `frontend.shop.svc.cluster.local` means Service \
`frontend` of namespace `shop` (Istio 1.1 to 1.31).",
    reads: destination::READS,
    on: &[On::Destination(run)],
};

fn run(world: &World, used: &Use<'_>) -> Answer {
    let host = &used.destination.host;
    let cause = match &used.destination.fate {
        Fate::UnknownHost => format!("no Service and no ServiceEntry has the host {host}"),
        Fate::Alias { of } => {
            format!("{host} stands for {of}, which no Service and no ServiceEntry has")
        }
        _ => return Ok(Vec::new()),
    };
    used.destination.known()?;
    let meant = meant(world, used);
    let mut found = CHECK
        .finding(used.object.clone(), format!("the destination {} does not exist", used.written))
        .because(cause + "; requests are answered 503")
        .seen(evidence::written(used))
        .fix(fix(used, meant.as_ref()));
    for gateway in &used.gateways {
        found = found.involving(evidence::gateway(world, gateway), Role::Bound);
    }
    if let Some(key) = meant {
        let near = world.all::<Service>().get(&key).map(ObjectRef::of);
        found = found.involving(near.unwrap_or_default(), Role::Near);
    }
    Ok(vec![found])
}

/// The Service that was meant, as it seems: where only the namespace is wrong, that of the name
/// elsewhere; else one of a name like it.
fn meant(world: &World, used: &Use<'_>) -> Option<Key> {
    let services = world.all::<Service>();
    let own = &*used.object.namespace;
    // `name.namespace` and `name.namespace.svc` are not completed, though people expect it.
    let mut parts = used.written.split('.');
    let (name, namespace) = (parts.next()?, parts.next());
    if let Some(namespace) = namespace {
        let key = Key::new(namespace, name);
        if services.contains_key(&key) {
            return Some(key);
        }
    }
    let place = service_of(&used.destination.host, &world.domain().name)
        .map_or(own, |(namespace, _)| namespace);
    let beside: Vec<_> = world.within::<Service>(place).collect();
    if let Some(near) = nearest(name, beside.iter().map(|it| &*it.metadata.name)) {
        return Some(Key::new(place, near));
    }
    let mut elsewhere = services.keys().filter(|key| key.name == name);
    let only = elsewhere.next()?;
    elsewhere.next().is_none().then(|| only.clone())
}

fn fix(used: &Use<'_>, meant: Option<&Key>) -> Fix {
    let Some(Key { namespace, name }) = meant else {
        return remedy::words(format!("make Service {}, or put the host right", used.written));
    };
    let host = if *namespace == used.object.namespace {
        name.clone()
    } else {
        format!("{name}.{namespace}.svc.cluster.local")
    };
    let pointer = format!("{}/host", remedy::pointer(&used.object.path));
    remedy::patch_at(
        &used.object,
        used.is_live,
        format!("set the host to {host}, if that is the Service that is meant"),
        &json!([{ "op": "replace", "path": pointer, "value": host }]),
    )
}
