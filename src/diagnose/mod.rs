//! What is wrong: every check asked about everything it is for, and symptoms folded into causes.
//!
//! A check is a file in `checks/`; two lines of `checks/mod.rs` register it.

mod chain;
pub mod check;
pub mod checks;
mod evidence;
pub mod explain;
mod fold;
mod judge;
mod meaning;
pub mod policy;
pub mod recheck;
mod remedy;
mod route;
mod scope;
mod state;
mod unjudged;
mod whose;

use std::collections::BTreeSet;

use crate::model::gateway_api::KubernetesGateway;
use crate::model::gateway_route::HttpRoute;
use crate::model::istio::Gateway;
use crate::model::virtual_service::VirtualService;
use crate::report::{Diagnosis, LookedAt, Undecided};
use crate::world::demand::demands;
use crate::world::{Kind, Kinds, Question, Why, World};
pub use chain::WhyNotReady;
pub use scope::Scope;

/// The question "what is wrong?".
#[derive(Clone, Debug, Default)]
pub struct Diagnose {
    /// What is reported; what is read does not depend on it.
    pub scope: Scope,
}

impl Question for Diagnose {
    type Answer = Diagnosis;

    fn reads(&self) -> Kinds {
        checks::ALL.iter().fold(Kinds::default(), |kinds, check| kinds.and(Kinds::of(check.reads)))
    }

    fn answer(&self, world: &World) -> Diagnosis {
        let within = self.scope.within(world);
        let demands = demands(world);
        let judgement = judge::judge(world, &demands);
        let not_judged = unjudged::unjudged(world, &demands, &judgement.found, &within);
        let mut findings = fold::fold(judgement.found);
        findings.retain(|finding| within.takes_finding(finding));
        let mut undecided = self.unseen(world);
        // Where Gateways could not be seen, the one that was asked about may still be there.
        let is_of_no_namespace = findings.is_empty() && self.scope.is_of_no_namespace(world);
        let is_nothing_in_scope = undecided.is_empty()
            && (within.gateways.as_ref().is_some_and(BTreeSet::is_empty) || is_of_no_namespace);
        undecided.extend(within.group(judgement.open));
        debug_assert_eq!(
            world.noted().without(self.reads()),
            Kinds::default(),
            "a check read a kind that no check declares"
        );
        let looked_at = LookedAt {
            gateways: world.all::<Gateway>().len() + world.all::<KubernetesGateway>().len(),
            credentials: demands.len(),
            is_nothing_known: is_nothing_known(world),
            is_nothing_in_scope,
        };
        let mut diagnosis =
            Diagnosis::new(findings, undecided, Vec::new(), looked_at).beside(not_judged);
        if is_nothing_in_scope {
            diagnosis.nearest = match &self.scope.gateway {
                Some(_) => self.scope.nearest(world),
                None => self.scope.nearest_namespace(world),
            };
        }
        diagnosis.unfinished = remedy::unfinished(world, &demands);
        diagnosis
    }
}

/// Whether nothing that was read is about a gateway: neither objects nor lines of a log. Where the
/// inputs show all Gateways, that there is none is known.
fn is_nothing_known(world: &World) -> bool {
    world.sightings().is_empty()
        && world.all::<Gateway>().is_empty()
        && world.all::<KubernetesGateway>().is_empty()
        && world.all::<VirtualService>().is_empty()
        && world.all::<HttpRoute>().is_empty()
        && world.gateway_pods().is_empty()
        && world.covers(Kind::Gateways, None).is_err_and(|gap| gap.why == Why::Beyond)
}

impl Diagnose {
    /// Gateways that could not be seen may be wrong in any way. What the inputs do not reach is
    /// another matter: files never promise to show them all.
    fn unseen(&self, world: &World) -> Vec<Undecided> {
        let namespace = self.scope.namespace.as_deref();
        let mut entries: Vec<Undecided> = Vec::new();
        for kind in [Kind::Gateways, Kind::KubernetesGateways] {
            let Err(gap) = world.covers(kind, namespace) else { continue };
            let place = namespace.map_or_else(String::new, |namespace| format!(" in {namespace}"));
            let entry = Undecided {
                code: checks::WHERE_IT_IS_LOOKED_FOR,
                reason: gap.reason + &place,
                right: gap.right + &place,
                why: gap.why,
                count: 0,
                objects: Vec::new(),
            };
            if gap.why != Why::Beyond && !entries.contains(&entry) {
                entries.push(entry);
            }
        }
        entries
    }
}
