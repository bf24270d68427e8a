//! A Gateway's server with no VirtualService, or a listener with no route.

use std::collections::BTreeSet;

use serde_json::json;

use crate::diagnose::check::{Answer, Check, On, Trouble};
use crate::diagnose::{evidence, remedy};
use crate::model::gateway_api::KubernetesGateway;
use crate::model::istio::{Gateway, Rules};
use crate::model::nearest::MANY;
use crate::model::virtual_service::VirtualService;
use crate::model::{Key, Object as _, ObjectRef, Seen};
use crate::report::{Evidence, Fix, Role, Severity};
use crate::world::routing::attachment::{Bound, full_hosts};
use crate::world::routing::served::takers;
use crate::world::{Kind, Why, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0204",
    title: "a Gateway's server has no VirtualService or route",
    severity: Severity::Warning,
    explain: "\
A Gateway opens ports and says for which hosts; where requests go, only a VirtualService says that \
names the Gateway in `gateways` and has a host in common with the server. Until there is one, every \
HTTP request is answered 404 by `istio-envoy`, with no body, and a TLS or TCP port passes nothing on. \
A VirtualService that names no Gateway is for sidecars only. An HTTP server uses `http` rules, one that \
passes TLS through `tls` rules, any other `tcp` rules (Istio 1.1 to 1.31). For the Gateway API it is an HTTPRoute or GRPCRoute whose `parentRefs` names the Gateway.

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
    let naming: Vec<Bound<'_>> = world.bound_to(&key).take(MANY).collect();
    let servers = bare.iter().map(|it| &gateway.spec.servers[*it]);
    let message = if bare.len() == gateway.spec.servers.len() {
        "no VirtualService routes what this Gateway takes in".to_owned()
    } else {
        let ports: BTreeSet<u32> = servers.map(|it| it.port.number).collect();
        let ports = evidence::few(ports);
        format!("no VirtualService routes what this Gateway takes in on port {ports}")
    };
    let first = bare[0];
    let mut found = CHECK
        .finding(ObjectRef::of(gateway), message)
        .because(cause(world, gateway, &naming))
        .seen([Evidence::Field {
            object: ObjectRef::of(gateway),
            path: format!("spec.servers[{first}].hosts"),
            value: evidence::few(&gateway.spec.servers[first].hosts),
        }])
        .is(Trouble::Unrouted(key.clone()));
    for Bound { object, .. } in naming.iter().take(NAMED) {
        let (path, hosts) = ("spec.hosts".to_owned(), object.spec.hosts.iter());
        let object = ObjectRef::of(object);
        found = found.involving(object.clone(), Role::Bound).seen([Evidence::Field {
            object,
            path,
            value: evidence::few(hosts.map(|it| &it.value)),
        }]);
    }
    let meshed = world.within::<VirtualService>(&key.namespace).take(MANY);
    let meshed = meshed.filter(|it| is_for_the_mesh_alone(it));
    let mut fitting =
        meshed.filter(|it| takers(world, gateway, it).iter().any(|it| bare.contains(it)));
    let found = match (fitting.next(), fitting.next()) {
        (Some(only), None) => found
            .involving(ObjectRef::of(only), Role::Near)
            .seen([Evidence::Absence {
                text: format!("{} has its host and names no Gateway", ObjectRef::of(only)),
            }])
            .fix(name_it(only, &key)),
        _ => found.fix(remedy::words(format!(
            "apply a VirtualService with {key} among its spec.gateways, one of the server's hosts \
             and a route"
        ))),
    };
    Ok(vec![found])
}

/// Why the first of a Gateway's servers that are routed nowhere is so, and what that comes to.
fn cause(world: &World, gateway: &Seen<Gateway>, naming: &[Bound<'_>]) -> String {
    let key = gateway.key();
    let first = world.unrouted(&key)[0];
    let (kind, end) = match gateway.spec.servers[first].rules() {
        Rules::Http => ("http", "requests are answered 404"),
        Rules::Tls => ("tls", "nothing is passed on"),
        Rules::Tcp | Rules::Nothing => ("tcp", "nothing is passed on"),
    };
    if naming.is_empty() {
        return format!("no VirtualService names it, so {end}");
    }
    let shares = |bound: &Bound<'_>| {
        let hosts = full_hosts(world, bound.object);
        let served = world.served_hosts(&key);
        let own = &bound.object.metadata.namespace;
        let mut shared =
            hosts.iter().flat_map(|it| served.into_iter().flat_map(move |all| all.overlapping(it)));
        shared.any(|it| it.server == first && it.host.is_for(own))
    };
    if naming.iter().any(shares) {
        format!(
            "of the VirtualServices that name it none has both its host and {kind} rules for it, so {end}"
        )
    } else {
        format!("none of the VirtualServices that name it has a host of it, so {end}")
    }
}

/// How many of the VirtualServices that name a Gateway a finding names.
const NAMED: usize = 3;

/// Whether a VirtualService is for sidecars only: where it names no Gateway, it is.
fn is_for_the_mesh_alone(service: &VirtualService) -> bool {
    !service.spec.hosts.is_empty() && service.spec.gateways.iter().all(|it| it.value == "mesh")
}

fn name_it(service: &Seen<VirtualService>, gateway: &Key) -> Fix {
    let gateway = gateway.to_string();
    // `*` is refused where sidecars are meant too (istiod's validation, Istio 1.1 to 1.31).
    let is_for_all = service.spec.hosts.iter().any(|it| it.value == "*");
    let gateways = if is_for_all { json!([gateway]) } else { json!(["mesh", gateway]) };
    remedy::patch(
        service,
        format!(
            "put {gateway} into spec.gateways of VirtualService {}, beside mesh for sidecars",
            service.metadata.name
        ),
        &json!([{ "op": "add", "path": "/spec/gateways", "value": gateways }]),
    )
}

fn on_gateway_api(world: &World, gateway: &Seen<KubernetesGateway>) -> Answer {
    let key = gateway.key();
    let is_http = |protocol: &str| matches!(protocol, "HTTP" | "HTTPS");
    let takes_http = gateway.spec.listeners.iter().any(|it| is_http(&it.protocol));
    if !gateway.is_istios() || !takes_http || world.routes_naming(&key) > 0 {
        return Ok(Vec::new());
    }
    world.covers(Kind::HttpRoutes, None)?;
    // Hardly anybody shows GRPCRoutes: that they are not shown is not held against the rest.
    match world.covers(Kind::GrpcRoutes, None) {
        Err(gap) if gap.why != Why::Beyond => return Err(gap),
        _ => {}
    }
    let found = CHECK
        .finding(ObjectRef::of(gateway), "no route names this Gateway")
        .because("until one does, every request is answered 404")
        .seen([Evidence::Absence {
            text: "no HTTPRoute and no GRPCRoute has it among its parentRefs".to_owned(),
        }])
        .fix(remedy::words(format!("apply an HTTPRoute with {key} among its parentRefs")));
    Ok(vec![found])
}
