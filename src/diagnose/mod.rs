//! What is wrong: every check asked about everything it is for, and symptoms folded into causes.
//!
//! A check is a file in `checks/`; it is registered by one line in `checks/mod.rs`.

pub mod check;
pub mod checks;
mod evidence;
pub mod explain;
mod fold;
pub mod policy;
mod remedy;
mod state;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::model::gateway_api::KubernetesGateway;
use crate::model::istio::Gateway;
use crate::model::{Key, ObjectRef};
use crate::report::{Diagnosis, Finding, LookedAt, Undecided};
use crate::world::demand::{Demand, demands};
use crate::world::{Gap, Kind, Kinds, Question, Why, World};
use check::Found;

/// How many objects an entry of `undecided` names.
const NAMED: usize = 10;

/// The question "what is wrong?".
#[derive(Clone, Debug, Default)]
pub struct Diagnose {
    /// What is reported; what is read does not depend on it.
    pub scope: Scope,
}

/// What is reported.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Only what has to do with this namespace.
    pub namespace: Option<String>,
    /// Only what has to do with this Gateway: its name, and its namespace where one was given.
    pub gateway: Option<(Option<String>, String)>,
}

impl Scope {
    /// The Gateways that are meant: by name, else by a host that they serve. `None`: all.
    fn gateways(&self, world: &World) -> Option<BTreeSet<Key>> {
        let (namespace, name) = self.gateway.as_ref()?;
        let is_in = |key: &Key| namespace.as_ref().is_none_or(|it| *it == key.namespace);
        let istio = world.all::<Gateway>();
        let keys = istio.keys().chain(world.all::<KubernetesGateway>().keys());
        let named: BTreeSet<Key> =
            keys.filter(|key| key.name == *name && is_in(key)).cloned().collect();
        if !named.is_empty() {
            return Some(named);
        }
        let serves = |gateway: &Gateway| {
            let mut hosts = gateway.spec.servers.iter().flat_map(|server| &server.hosts);
            hosts.any(|host| covers(host, name))
        };
        let serving = istio.iter().filter(|(key, it)| is_in(key) && serves(it));
        Some(serving.map(|(key, _)| key.clone()).collect())
    }
}

/// Whether a Gateway's host (`*.example.com`, `ns/host` …) covers a name.
fn covers(host: &str, name: &str) -> bool {
    let host = host.rsplit_once('/').map_or(host, |(_, host)| host);
    match host.strip_prefix('*') {
        Some(suffix) => !suffix.is_empty() && name.len() > suffix.len() && name.ends_with(suffix),
        None => host.eq_ignore_ascii_case(name),
    }
}

/// A scope, held against a world.
struct Within<'s> {
    scope: &'s Scope,
    gateways: Option<BTreeSet<Key>>,
}

impl Within<'_> {
    fn takes(&self, object: &ObjectRef) -> bool {
        let gateway = self
            .gateways
            .as_ref()
            .is_none_or(|keys| object.kind == "Gateway" && keys.contains(&object.key()));
        let namespace = self.scope.namespace.as_ref().is_none_or(|it| *it == object.namespace);
        gateway && namespace
    }

    fn takes_finding(&self, finding: &Finding) -> bool {
        let involved = finding.cause.iter().flat_map(|cause| &cause.objects);
        let looked_in = finding.cause.iter().flat_map(|cause| &cause.looked_in);
        let is_in_namespace = self.gateways.is_none()
            && looked_in.into_iter().any(|it| self.scope.namespace.as_ref() == Some(it));
        is_in_namespace
            || self.takes(&finding.object)
            || involved.map(|it| &it.object).any(|object| self.takes(object))
    }
}

impl Question for Diagnose {
    type Answer = Diagnosis;

    fn reads(&self) -> Kinds {
        checks::ALL.iter().fold(Kinds::default(), |kinds, check| kinds.and(Kinds::of(check.reads)))
    }

    fn answer(&self, world: &World) -> Diagnosis {
        let within = Within { scope: &self.scope, gateways: self.scope.gateways(world) };
        let demands = demands(world);
        let mut judgement: Judgement = demands
            .par_iter()
            .map(|demand| judge_demand(world, demand))
            .reduce(Judgement::default, Judgement::and);
        for sighting in world.sightings() {
            for check in checks::ALL {
                if let Some(run) = check.on_sighting {
                    judgement.found.extend(run(world, &demands, sighting));
                }
            }
        }
        let mut findings = fold::fold(judgement.found);
        findings.retain(|finding| within.takes_finding(finding));
        let mut undecided = self.unseen(world);
        // Where Gateways could not be seen, the one that was asked about may still be there.
        let is_nothing_in_scope =
            undecided.is_empty() && within.gateways.as_ref().is_some_and(BTreeSet::is_empty);
        undecided.extend(within.group(judgement.undecided));
        debug_assert_eq!(
            world.noted().without(self.reads()),
            Kinds::default(),
            "a check read a kind that no check declares"
        );
        let looked_at = LookedAt {
            gateways: world.all::<Gateway>().len() + world.all::<KubernetesGateway>().len(),
            credentials: demands.len(),
            sightings: world.sightings().len(),
            is_nothing_in_scope,
        };
        Diagnosis::new(findings, undecided, Vec::new(), looked_at)
    }
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

impl Within<'_> {
    /// One entry for each code and reason, however many objects and namespaces it is about.
    fn group(&self, undecided: Vec<(&'static str, Gap, ObjectRef)>) -> Vec<Undecided> {
        type Group = (BTreeSet<Option<String>>, Vec<ObjectRef>);
        let mut groups: BTreeMap<(&str, Why, String, String), Group> = BTreeMap::new();
        for (code, gap, object) in undecided {
            let asked = self.scope.namespace.as_ref().filter(|_| self.gateways.is_none());
            if self.takes(&object) || (asked.is_some() && gap.namespace.as_ref() == asked) {
                let group = (code, gap.why, gap.reason, gap.right);
                let (namespaces, objects) = groups.entry(group).or_default();
                namespaces.insert(gap.namespace);
                objects.push(object);
            }
        }
        let mut entries = Vec::new();
        for ((code, why, reason, right), (namespaces, mut objects)) in groups {
            objects.sort();
            objects.dedup();
            let count = objects.len();
            objects.truncate(NAMED);
            let places = places(&namespaces);
            let (reason, right) = (reason + &places, right + &places);
            entries.push(Undecided { code, reason, right, why, count, objects });
        }
        entries
    }
}

/// " in istio-system", " in a and b", " in 950 namespaces".
fn places(namespaces: &BTreeSet<Option<String>>) -> String {
    let named: Vec<&str> = namespaces.iter().filter_map(Option::as_deref).collect();
    match &*named {
        [] => String::new(),
        [only] => format!(" in {only}"),
        [first, second] => format!(" in {first} and {second}"),
        many => format!(" in {} namespaces", many.len()),
    }
}

#[derive(Default)]
struct Judgement {
    found: Vec<Found>,
    undecided: Vec<(&'static str, Gap, ObjectRef)>,
}

impl Judgement {
    fn and(mut self, mut other: Self) -> Self {
        self.found.append(&mut other.found);
        self.undecided.append(&mut other.undecided);
        self
    }
}

fn judge_demand(world: &World, demand: &Demand) -> Judgement {
    let mut judgement = Judgement::default();
    let objects: Vec<ObjectRef> = if demand.askers.is_empty() {
        vec![ObjectRef::named("Secret", "", demand.reference.name())]
    } else {
        demand.askers.iter().map(|asker| asker.object.clone()).collect()
    };
    match &demand.spots {
        // Nobody knows where it is looked for, so the first question is already open.
        Err(gap) => {
            for object in objects {
                judgement.undecided.push((checks::WHERE_IT_IS_LOOKED_FOR, gap.clone(), object));
            }
        }
        Ok(spots) => {
            for spot in spots {
                for check in checks::ALL {
                    let Some(run) = check.on_credential else { continue };
                    match run(world, demand, spot) {
                        Ok(found) => {
                            judgement.found.extend(found.into_iter().map(|it| it.resting_on(spot)));
                        }
                        Err(gap) => judgement.undecided.extend(
                            objects.iter().map(|object| (check.code, gap.clone(), object.clone())),
                        ),
                    }
                }
            }
        }
    }
    judgement
}
