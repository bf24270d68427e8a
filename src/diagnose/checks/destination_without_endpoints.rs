//! Nobody stands behind a route's destination.

use crate::diagnose::check::{Answer, Check, On};
use crate::diagnose::{evidence, remedy};
use crate::model::Selector;
use crate::report::{Evidence, Role, Severity};
use crate::world::routing::destination::{self, Fate, Owner};
use crate::world::routing::endpoints::Endpoints;
use crate::world::routing::uses::Use;
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
    reads: destination::READS,
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
    let selector = match owner {
        Owner::Service(service) => Some(&service.spec.selector).filter(|it| !it.0.is_empty()),
        Owner::Entries(_) => None,
    };
    let subset = &used.subset;
    let mut found = CHECK
        .finding(object.clone(), "no ready endpoint stands behind this destination of a route")
        .because(cause(endpoints, selector, subset))
        .seen(evidence::written(used))
        .involving(used.object.clone(), Role::LeadsHere)
        .fix(remedy::words(match selector {
            Some(selector) => {
                format!("run pods with {selector} that become ready, or mend the selector")
            }
            None => "give it endpoints that are ready".to_owned(),
        }));
    if let Some(selector) = selector {
        let (path, value) = ("spec.selector".to_owned(), selector.to_string());
        found = found.seen([Evidence::Field { object, path, value }]);
    }
    for gateway in &used.gateways {
        found = found.involving(evidence::gateway(world, gateway), Role::Bound);
    }
    Ok(vec![found])
}

fn cause(endpoints: &Endpoints, selector: Option<&Selector>, subset: &str) -> String {
    let answer = "requests are answered 503 \"no healthy upstream\"";
    match (endpoints.unready, endpoints.outside) {
        (0, 0) if selector.is_some() => {
            format!("no pod that its selector means is there; {answer}")
        }
        (0, 0) => format!("it has no endpoint at all; {answer}"),
        (0, _) => format!("none of its pods is of subset {subset}; {answer}"),
        (1, _) => format!("its one pod is not ready; {answer}"),
        (unready, _) => format!("none of its {unready} pods is ready; {answer}"),
    }
}
