//! How something is known, put into words: log lines, fields, absence.

use crate::logs::{Sample, Sighting};
use crate::model::istio::Gateway;
use crate::model::{Key, ObjectRef};
use crate::report::Evidence;
use crate::world::demand::{Demand, Spot, Target};
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
        value: format!("{} → {}", used.written, used.destination.cluster),
    }]
}

/// A Gateway that a route names, as it was read, if it was.
pub(super) fn gateway(world: &World, key: &Key) -> ObjectRef {
    let istio = world.all::<Gateway>().get(key).map(ObjectRef::of);
    istio.unwrap_or_else(|| ObjectRef::named("Gateway", &key.namespace, &key.name))
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
