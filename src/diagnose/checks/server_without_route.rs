//! A Gateway's server with no VirtualService, or a listener with no route.

use crate::diagnose::check::{Answer, Check, On, Trouble};
use crate::diagnose::remedy;
use crate::model::gateway_api::KubernetesGateway;
use crate::model::gateway_route::{GrpcRoute, HttpRoute, ParentRef};
use crate::model::istio::Gateway;
use crate::model::{Key, Object as _, ObjectRef, Seen};
use crate::report::{Evidence, Role, Severity};
use crate::world::routing::attachment::Bound;
use crate::world::{Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0204",
    title: "a Gateway's server has no VirtualService or route",
    severity: Severity::Warning,
    explain: "\
A Gateway opens ports and says for which hosts; where requests go, only a VirtualService says that \
names the Gateway in `gateways` and has a host in common with the server. Until there is one, every \
HTTP request is answered 404 by `istio-envoy`, with no body, and a TLS or TCP port passes nothing on. \
For the Gateway API it is an HTTPRoute or GRPCRoute whose `parentRefs` names the Gateway.

A server with `httpsRedirect` needs none: it sends every client to https.",
    reads: &[
        Kind::Gateways,
        Kind::KubernetesGateways,
        Kind::VirtualServices,
        Kind::HttpRoutes,
        Kind::GrpcRoutes,
        Kind::Pods,
        Kind::Deployments,
    ],
    on: &[On::Gateway(run), On::KubernetesGateway(on_gateway_api)],
};

fn run(world: &World, gateway: &Seen<Gateway>) -> Answer {
    let key = gateway.key();
    let bare = world.unrouted(&key);
    if bare.is_empty() {
        return Ok(Vec::new());
    }
    world.covers(Kind::VirtualServices, None)?;
    let naming: Vec<Bound<'_>> = world.bound_to(&key).collect();
    let cause = match naming.len() {
        0 => "no VirtualService names it, so every request is answered 404".to_owned(),
        _ => "none of the VirtualServices that name it has a host and a route for that, so \
              requests are answered 404"
            .to_owned(),
    };
    let ports: Vec<String> =
        bare.iter().map(|it| gateway.spec.servers[*it].port.number.to_string()).collect();
    let message = if bare.len() == gateway.spec.servers.len() {
        "no VirtualService routes what this Gateway takes in".to_owned()
    } else {
        let ports = ports.join(" and ");
        format!("no VirtualService routes what this Gateway takes in on port {ports}")
    };
    let mut found = CHECK
        .finding(ObjectRef::of(gateway), message)
        .because(cause)
        .fix(remedy::words(format!(
            "apply a VirtualService with spec.gateways [{key}] and one of the server's hosts"
        )))
        .is(Trouble::Unrouted(key.namespace.clone(), key.name.clone()));
    for bound in naming.iter().take(3) {
        found = found.involving(ObjectRef::of(bound.object), Role::Bound);
    }
    Ok(vec![found])
}

fn on_gateway_api(world: &World, gateway: &Seen<KubernetesGateway>) -> Answer {
    let key = gateway.key();
    let is_http = |protocol: &str| matches!(protocol, "HTTP" | "HTTPS");
    if !gateway.is_istios() || !gateway.spec.listeners.iter().any(|it| is_http(&it.protocol)) {
        return Ok(Vec::new());
    }
    let names = |own: &str, parents: &[ParentRef]| {
        parents.iter().any(|it| {
            let namespace = if it.namespace.is_empty() { own } else { &it.namespace };
            matches!(&*it.kind, "" | "Gateway") && Key::new(namespace, it.name.value.clone()) == key
        })
    };
    let by_http = world.all::<HttpRoute>().values();
    let by_grpc = world.all::<GrpcRoute>().values();
    let is_routed = by_http
        .map(|it| (&it.metadata.namespace, &it.spec.parent_refs))
        .chain(by_grpc.map(|it| (&it.metadata.namespace, &it.spec.parent_refs)))
        .any(|(own, parents)| names(own, parents));
    if is_routed {
        return Ok(Vec::new());
    }
    world.covers(Kind::HttpRoutes, None)?;
    world.covers(Kind::GrpcRoutes, None)?;
    let found = CHECK
        .finding(ObjectRef::of(gateway), "no route names this Gateway")
        .because("so every request is answered 404")
        .seen([Evidence::Absence {
            text: "no HTTPRoute and no GRPCRoute has it among its parentRefs".to_owned(),
        }])
        .fix(remedy::words(format!("apply an HTTPRoute with {key} among its parentRefs")))
        .is(Trouble::Unrouted(key.namespace, key.name));
    Ok(vec![found])
}
