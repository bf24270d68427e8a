//! What findings about a route's destination have in common: how it is known, and what a client gets.

use serde_json::Value;

use super::check::{Check, Found};
use super::{evidence, remedy};
use crate::model::ObjectRef;
use crate::model::gateway_api::KubernetesGateway;
use crate::model::istio::Gateway;
use crate::report::{Fix, Role};
use crate::world::routing::uses::Use;
use crate::world::topology::Place;
use crate::world::{Gap, World};

/// Begins a finding about a destination, with the route that names it and the Gateways of that.
pub(super) fn finding(
    check: &Check,
    world: &World,
    used: &Use<'_>,
    object: ObjectRef,
    message: impl Into<String>,
) -> Found {
    let found = check.finding(object, message).seen(evidence::written(used));
    gateways(world, used).into_iter().fold(found, |found, it| found.involving(it, Role::Bound))
}

/// The Gateways that a route is bound to, as they were read, or as the route names them.
fn gateways(world: &World, used: &Use<'_>) -> Vec<ObjectRef> {
    let is_istios = used.object.kind == "VirtualService";
    let refer = |key| {
        let read = if is_istios {
            world.all::<Gateway>().get(key).map(ObjectRef::of)
        } else {
            world.all::<KubernetesGateway>().get(key).map(ObjectRef::of)
        };
        read.unwrap_or_else(|| ObjectRef::named("Gateway", &key.namespace, &key.name))
    };
    used.gateways.iter().map(refer).collect()
}

/// Where the gateway's pods are that see the destination, or that it is not known.
pub(super) fn place<'u>(used: &'u Use<'_>) -> Result<&'u Place, Gap> {
    used.place.as_ref().ok_or_else(|| {
        let reason = "no pods of the gateway are among the inputs, so what they see is not known";
        Gap::beyond(reason, "list pods", None)
    })
}

/// What a client gets where Envoy knows no cluster for the destination.
pub(super) fn answer(used: &Use<'_>) -> &'static str {
    match (&*used.object.kind, used.object.path.split(['[', '.']).nth(1)) {
        ("VirtualService", Some("tls" | "tcp")) => "connections are closed",
        ("VirtualService", _) => "requests are answered 503",
        // Routes of the Gateway API (Istio 1.30).
        _ => "requests are answered 500",
    }
}

/// Changes a field of the destination, `host` for one of a VirtualService.
pub(super) fn change(
    used: &Use<'_>,
    message: impl Into<String>,
    field: &str,
    value: &Value,
) -> Fix {
    let pointer = format!("{}/{field}", remedy::pointer(&used.object.path));
    // "add" replaces what is there.
    let operations = serde_json::json!([{ "op": "add", "path": pointer, "value": value }]);
    remedy::patch_at(&used.object, used.is_live, message, &operations)
}
