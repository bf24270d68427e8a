//! Nobody stands behind a route's destination.

use serde_json::json;

use crate::diagnose::check::{Answer, Check, On};
use crate::diagnose::{remedy, route};
use crate::model::nearest::nearest;
use crate::model::network::Service;
use crate::model::pod::Pod;
use crate::model::{ObjectRef, Seen};
use crate::report::{Evidence, Role, Severity};
use crate::world::routing::destination::{Fate, Owner};
use crate::world::routing::endpoints::Endpoints;
use crate::world::routing::uses::{self, Use};
use crate::world::{Why, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0403",
    title: "a route's destination has no ready endpoint",
    severity: Severity::Error,
    explain: "\
The route is fine and the Service exists, but no ready pod stands behind the port: none runs, none is \
ready, or the Service's selector means none. Envoy answers 503 `no healthy upstream` (`UH` in the \
access log). A pod that is not ready does not count, nor one that is being terminated.

`kubectl get endpointslices -l kubernetes.io/service-name=NAME` shows who is behind a Service.",
    reads: uses::READS,
    on: &[On::Destination(run)],
};

fn run(world: &World, used: &Use<'_>) -> Answer {
    let Fate::NoEndpoints(endpoints) = &used.destination.fate else { return Ok(Vec::new()) };
    match used.destination.known() {
        // Files hardly ever show who runs: to say so of each would help nobody.
        Err(gap) if gap.why == Why::Beyond => return Ok(Vec::new()),
        known => known?,
    };
    let Some(owner) = &used.destination.owner else { return Ok(Vec::new()) };
    let object = owner.object();
    let answer = match route::answer(used) {
        closed @ "connections are closed" => closed,
        _ => "requests are answered 503 \"no healthy upstream\"",
    };
    let message = "no ready endpoint stands behind this destination of a route";
    let found = route::finding(&CHECK, world, used, object.clone(), message)
        .involving(used.object.clone(), Role::LeadsHere);
    let service = match owner {
        Owner::Service(service) if !service.spec.selector.0.is_empty() => service,
        _ => {
            let cause = cause(endpoints, &used.subset, "it has no endpoint at all");
            let fix = remedy::words("give it endpoints that are ready");
            return Ok(vec![found.because(format!("{cause}; {answer}")).fix(fix)]);
        }
    };
    let selector = &service.spec.selector;
    let nobody = format!("no pod in {} has {selector}", service.metadata.namespace);
    let cause = cause(endpoints, &used.subset, &nobody);
    let is_nobody_there = endpoints.unready + endpoints.outside + endpoints.beside == 0;
    let near = is_nobody_there.then(|| near(world, service)).flatten();
    let found = found.because(format!("{cause}; {answer}")).seen([Evidence::Field {
        object,
        path: "spec.selector".to_owned(),
        value: selector.to_string(),
    }]);
    Ok(vec![match near {
        Some((pod, label, value)) => found
            .involving(ObjectRef::of(pod), Role::Near)
            .seen([Evidence::Field {
                object: ObjectRef::of(pod),
                path: "metadata.labels".to_owned(),
                value: format!("{label}={value}"),
            }])
            .fix(remedy::patch(
                service,
                format!("set spec.selector to {label}={value}, if these pods are meant"),
                &json!([{
                    "op": "replace",
                    "path": format!("/spec/selector/{}", remedy::part(label)),
                    "value": value,
                }]),
            )),
        None => found.fix(remedy::words(words(service, used, endpoints))),
    }])
}

fn words(service: &Seen<Service>, used: &Use<'_>, endpoints: &Endpoints) -> String {
    let (namespace, selector) = (&service.metadata.namespace, &service.spec.selector);
    match (endpoints.unready, endpoints.outside, endpoints.beside) {
        (0, 0, 0) => format!("run pods with {selector} that become ready, or mend the selector"),
        (0, 0, _) => {
            let port = used.destination.port;
            format!(
                "name a container's port as targetPort of port {port} does, or set that to a number"
            )
        }
        (0, _, _) => {
            let subset = &used.subset;
            format!("give pods the labels of subset {subset}, or lead the route to another subset")
        }
        (_, _, _) => format!(
            "make its pods ready; kubectl describe pods -n {} tells why they are not",
            remedy::name(namespace)
        ),
    }
}

/// Why nobody stands there.
fn cause(endpoints: &Endpoints, subset: &str, nobody: &str) -> String {
    match (endpoints.unready, endpoints.outside, endpoints.beside) {
        (0, 0, 0) => nobody.to_owned(),
        (0, 0, _) => "its pods have no port of the name that its targetPort means".to_owned(),
        (0, _, _) => format!("none of its pods is of subset {subset}"),
        (1, _, _) => "its one pod is not ready".to_owned(),
        (unready, _, _) => format!("none of its {unready} pods is ready"),
    }
}

/// A pod beside the Service whose label is like the only one of the selector.
fn near<'w>(
    world: &'w World,
    service: &'w Seen<Service>,
) -> Option<(&'w Seen<Pod>, &'w str, &'w str)> {
    let mut labels = service.spec.selector.0.iter();
    let (Some((label, written)), None) = (labels.next(), labels.next()) else { return None };
    let value = |pod: &'w Seen<Pod>| pod.metadata.labels.get(label).map(String::as_str);
    let pods = || world.within::<Pod>(&service.metadata.namespace);
    let near = nearest(written, pods().filter_map(value))?;
    let pod = pods().find(|pod| value(pod) == Some(near))?;
    Some((pod, label, near))
}
