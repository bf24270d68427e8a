//! Every check asked about everything it is for: what was found, and what stays open.

use rayon::prelude::*;

use super::check::{Answer, Found, On};
use super::checks;
use crate::model::gateway_api::KubernetesGateway;
use crate::model::gateway_route::{GrpcRoute, HttpRoute};
use crate::model::istio::Gateway;
use crate::model::virtual_service::VirtualService;
use crate::model::{ObjectRef, Seen};
use crate::report::Severity;
use crate::world::demand::{Demand, Spot};
use crate::world::routing::uses::{self, Use};
use crate::world::{Gap, Stored, Why, World};

/// A question that could not be answered.
pub(super) struct Open {
    /// The check's code.
    pub(super) code: &'static str,
    /// Why.
    pub(super) gap: Gap,
    /// What it was asked about.
    pub(super) object: ObjectRef,
}

/// What was found, and what stays open.
#[derive(Default)]
pub(super) struct Judgement {
    pub(super) found: Vec<Found>,
    pub(super) open: Vec<Open>,
}

impl Judgement {
    fn and(mut self, mut other: Self) -> Self {
        self.found.append(&mut other.found);
        self.open.append(&mut other.open);
        self
    }
}

/// Asks every check about everything that it is for.
pub(super) fn judge(world: &World, demands: &[Demand]) -> Judgement {
    let sightings = world.sightings().iter().map(|sighting| {
        ask(&[], |on| match on {
            On::Sighting(run) => Some(Ok(run(world, demands, sighting))),
            _ => None,
        })
    });
    each(demands, |demand| of_demand(world, demand))
        .and(sightings.fold(Judgement::default(), Judgement::and))
        .and(of_objects::<Gateway>(world, |on, it| match on {
            On::Gateway(run) => Some(run(world, it)),
            _ => None,
        }))
        .and(of_objects::<KubernetesGateway>(world, |on, it| match on {
            On::KubernetesGateway(run) => Some(run(world, it)),
            _ => None,
        }))
        .and(of_objects::<VirtualService>(world, |on, it| match on {
            On::VirtualService(run) => Some(run(world, it)),
            _ => None,
        }))
        .and(of_uses::<VirtualService>(world, uses::of_virtual_service))
        .and(of_uses::<HttpRoute>(world, uses::of_http_route))
        .and(of_uses::<GrpcRoute>(world, uses::of_grpc_route))
        .and(each(world.gateway_pods(), |pods| {
            ask(&[pods.workload()], |on| match on {
                On::GatewayPods(run) => Some(run(world, pods)),
                _ => None,
            })
        }))
}

/// Every check that is for objects of a kind, asked about each of them.
fn of_objects<T: Stored + Sync>(
    world: &World,
    run: impl Fn(&On, &Seen<T>) -> Option<Answer> + Sync + Send,
) -> Judgement {
    let objects: Vec<&Seen<T>> = world.all::<T>().values().collect();
    each(&objects, |it| ask(&[ObjectRef::of(it)], |on| run(on, it)))
}

/// Every check that is for destinations, asked about those that the objects of a kind name.
fn of_uses<'w, T: Stored + Sync + 'w>(
    world: &'w World,
    named_by: impl Fn(&'w World, &'w Seen<T>) -> Vec<Use<'w>> + Sync + Send,
) -> Judgement {
    let objects: Vec<&Seen<T>> = world.all::<T>().values().collect();
    each(&objects, |it| {
        let uses = named_by(world, it);
        let of_use = |used: &Use<'_>| {
            ask(std::slice::from_ref(&used.object), |on| match on {
                On::Destination(run) => Some(run(world, used)),
                _ => None,
            })
        };
        uses.iter().map(of_use).fold(Judgement::default(), Judgement::and)
    })
}

/// All of these, in parallel, in their order.
fn each<T: Sync>(subjects: &[T], of: impl Fn(&T) -> Judgement + Sync + Send) -> Judgement {
    subjects.par_iter().map(of).reduce(Judgement::default, Judgement::and)
}

/// Every check that is for such a subject, asked about one; what stays open does so for `objects`.
fn ask(objects: &[ObjectRef], run: impl Fn(&On) -> Option<Answer>) -> Judgement {
    let mut judgement = Judgement::default();
    for check in checks::ALL {
        for answer in check.on.iter().filter_map(&run) {
            match answer {
                Ok(found) => judgement.found.extend(found),
                // What the inputs do not reach would be said of every file, were it about more
                // than what does not work.
                Err(gap) if gap.why == Why::Beyond && check.severity != Severity::Error => {}
                Err(gap) => judgement.open.extend(objects.iter().map(|object| Open {
                    code: check.code,
                    gap: gap.clone(),
                    object: object.clone(),
                })),
            }
        }
    }
    judgement
}

fn of_demand(world: &World, demand: &Demand) -> Judgement {
    let objects: Vec<ObjectRef> = if demand.askers.is_empty() {
        vec![ObjectRef::named("Secret", "", demand.reference.name())]
    } else {
        demand.askers.iter().map(|asker| asker.object.clone()).collect()
    };
    let spots = match &demand.spots {
        Ok(spots) => spots,
        // Nobody knows where it is looked for, so the first question is already open.
        Err(gap) => {
            let code = checks::WHERE_IT_IS_LOOKED_FOR;
            let open = objects.into_iter().map(|object| Open { code, gap: gap.clone(), object });
            return Judgement { open: open.collect(), ..Judgement::default() };
        }
    };
    let at = |spot: &Spot| {
        let mut failures = demand.sightings(world, spot).filter(|it| it.is_failure());
        let fallback = failures.find_map(|it| it.fallback.as_deref());
        let whole = |it: Found| it.resting_on(&spot.place).with_fallback(fallback);
        ask(&objects, |on| match on {
            On::Credential(run) => {
                let answer = run(world, demand, spot);
                Some(answer.map(|found| found.into_iter().map(whole).collect()))
            }
            _ => None,
        })
    };
    spots.iter().map(at).fold(Judgement::default(), Judgement::and)
}
