//! How something is known, put into words: log lines, fields, absence.

use std::fmt::Display;

use crate::logs::{Sample, Sighting};
use crate::model::istio::Gateway;
use crate::model::{ObjectRef, Seen};
use crate::report::Evidence;
use crate::world::demand::{Demand, Spot, Target};
use crate::world::gateway_pods::GatewayPods;
use crate::world::routing::uses::Use;
use crate::world::{Gap, Why, World};

/// How many lines of a log a finding shows.
const LINES: usize = 3;

/// The lines of a sighting.
pub(super) fn lines(sighting: &Sighting) -> impl Iterator<Item = Evidence> + '_ {
    sighting.samples.iter().map(line)
}

fn line(sample: &Sample) -> Evidence {
    let source = format!("{}:{}", sample.source, sample.line);
    Evidence::Log { source, time: sample.time, text: sample.text.clone() }
}

/// What the logs say of a credential where it is looked for.
pub(super) fn logs(world: &World, demand: &Demand, spot: &Spot) -> Vec<Evidence> {
    let failures = demand.sightings(world, spot).filter(|it| it.is_failure());
    failures.flat_map(lines).take(LINES).collect()
}

/// The fields that ask for a credential.
pub(super) fn fields(demand: &Demand) -> Vec<Evidence> {
    let field = |asker: &crate::world::demand::Asker| Evidence::Field {
        object: ObjectRef { path: String::new(), ..asker.object.clone() },
        path: asker.object.path.clone(),
        value: asker.written.clone(),
    };
    demand.askers.iter().take(LINES).map(field).collect()
}

/// The destination that a route names.
pub(super) fn written(used: &Use<'_>) -> [Evidence; 1] {
    [Evidence::Field {
        object: ObjectRef { path: String::new(), ..used.object.clone() },
        path: used.object.path.clone(),
        value: format!("{}{LEADS_TO}{}", used.written, used.destination.cluster),
    }]
}

/// What stands between a destination as it is written and its cluster.
const LEADS_TO: &str = " → ";

/// The cluster of a destination, out of such a field.
pub(super) fn cluster(value: &str) -> Option<&str> {
    value.split_once(LEADS_TO).map(|(_, cluster)| cluster)
}

/// The labels by which a gateway's pods are known, where what makes them says so.
pub(super) fn labels(pods: &GatewayPods) -> Evidence {
    let path = match &*pods.owner.kind {
        "Pod" => "metadata.labels",
        _ => "spec.template.metadata.labels",
    };
    let value = pods.selector().to_string();
    Evidence::Field { object: pods.workload(), path: path.to_owned(), value }
}

/// The hosts of a Gateway's servers, or some of them.
pub(super) fn hosts<T: Display>(
    gateway: &Seen<Gateway>,
    hosts: impl ExactSizeIterator<Item = T>,
) -> Evidence {
    let path = "spec.servers[].hosts".to_owned();
    Evidence::Field { object: ObjectRef::of(gateway), path, value: few(hosts) }
}

/// How many of many things a sentence names.
const FEW: usize = 5;

/// The first of many, and how many more there are.
pub(super) fn few<T: Display>(
    all: impl IntoIterator<IntoIter: ExactSizeIterator<Item = T>>,
) -> String {
    let mut all = all.into_iter();
    let named: Vec<String> = all.by_ref().take(FEW).map(|it| it.to_string()).collect();
    match all.len() {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// That the Secret is not there, or not among the inputs.
pub(super) fn absence(world: &World, spot: &Spot, covered: Result<(), &Gap>) -> Option<Evidence> {
    let Target::Secret(key) = &spot.target else { return None };
    if key.namespace.is_empty() {
        return None;
    }
    let text = match covered {
        Ok(()) => format!("there is no secret {key}"),
        Err(gap) if gap.why != Why::Beyond => {
            format!("{} in {}: only the log tells of {key}", gap.reason, key.namespace)
        }
        Err(_) => match world.inputs() {
            1 => format!("secret {key} is not in the one input"),
            inputs => format!("secret {key} is not among the {inputs} inputs"),
        },
    };
    Some(Evidence::Absence { text })
}
