//! A Gateway's server with no VirtualService, or a listener with no route.

use crate::diagnose::check::{Answer, Check, On, Trouble};
use crate::diagnose::remedy;
use crate::model::gateway_api::KubernetesGateway;
use crate::model::gateway_route::{GrpcRoute, HttpRoute, ParentRef};
use crate::model::istio::{Gateway, Server};
use crate::model::virtual_service::VirtualService;
use crate::model::{Key, Object as _, ObjectRef, Seen};
use crate::report::{Evidence, Role, Severity};
use crate::world::routing::attachment::{Bound, overlaps, taken};
use crate::world::topology::places;
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
    let places = places(world, gateway).unwrap_or_default();
    let mut bound: Vec<Bound<'_>> = match &*places {
        [] => world.bound_to(&key).collect(),
        places => places.iter().flat_map(|place| world.bound_for(&key, &place.namespace)).collect(),
    };
    bound.dedup_by_key(|it| it.object.key());
    let servers = gateway.spec.servers.iter();
    let bare: Vec<&Server> = servers
        .filter(|server| is_to_be_routed(server))
        .filter(|server| !bound.iter().any(|it| takes(world, server, &key.namespace, it.object)))
        .collect();
    if bare.is_empty() {
        return Ok(Vec::new());
    }
    world.covers(Kind::VirtualServices, None)?;
    let ports: Vec<String> = bare.iter().map(|it| it.port.number.to_string()).collect();
    let ports = ports.join(" and ");
    let is_whole = bare.len() == gateway.spec.servers.len();
    let naming: Vec<Bound<'_>> = world.bound_to(&key).collect();
    let cause = match naming.len() {
        0 => "no VirtualService names it, so every request is answered 404".to_owned(),
        _ => "none of the VirtualServices that name it has a host and a route for that, so \
              requests are answered 404"
            .to_owned(),
    };
    let message = if is_whole {
        "no VirtualService routes what this Gateway takes in".to_owned()
    } else {
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

/// A redirect to https answers by itself; a TLS server without a mode is another finding.
fn is_to_be_routed(server: &Server) -> bool {
    server.tls.as_ref().is_none_or(|tls| !tls.https_redirect && tls.mode.is_some())
}

/// Whether a VirtualService has something to say for a server (Istio 1.30,
/// `pilot/pkg/networking/core/gateway.go`).
fn takes(world: &World, server: &Server, gateway: &str, service: &Seen<VirtualService>) -> bool {
    let protocol = server.port.protocol.to_ascii_uppercase();
    let terminates = server.tls.as_ref().is_none_or(|tls| {
        use crate::model::istio::TlsMode;
        !matches!(tls.mode(), TlsMode::Passthrough | TlsMode::AutoPassthrough)
    });
    let spec = &service.spec;
    match &*protocol {
        "HTTP" | "HTTP2" | "GRPC" | "GRPC-WEB" => {
            !spec.http.is_empty() && !taken(world, server, gateway, service).is_empty()
        }
        "HTTPS" if terminates => {
            !spec.http.is_empty() && !taken(world, server, gateway, service).is_empty()
        }
        // AUTO_PASSTHROUGH leads to every Service by its name.
        _ if server
            .tls
            .as_ref()
            .is_some_and(|tls| tls.mode() == crate::model::istio::TlsMode::AutoPassthrough) =>
        {
            true
        }
        "HTTPS" | "TLS" if !terminates => {
            !spec.tls.is_empty() && overlaps(world, server, gateway, service)
        }
        _ => !spec.tcp.is_empty() && overlaps(world, server, gateway, service),
    }
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
