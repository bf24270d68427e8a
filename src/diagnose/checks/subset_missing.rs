//! A route leads to a subset that no `DestinationRule` defines.

use serde_json::json;

use crate::diagnose::check::{Answer, Check, On};
use crate::diagnose::{evidence, remedy, route};
use crate::model::destination::DestinationRule;
use crate::model::nearest::nearest;
use crate::model::{ObjectRef, Seen};
use crate::report::{Evidence, Fix, Role, Severity};
use crate::world::World;
use crate::world::routing::attachment::reach;
use crate::world::routing::destination::{Fate, Owner};
use crate::world::routing::mesh::ROOT_NAMESPACE;
use crate::world::routing::subsets::rules_in;
use crate::world::routing::uses::{self, Use};
use crate::world::topology::Place;

pub(super) const CHECK: Check = Check {
    code: "IGW0406",
    title: "a route leads to a subset that no DestinationRule defines",
    severity: Severity::Error,
    explain: "\
A subset exists only where a DestinationRule for that host defines it, and the gateway's pods see that \
rule: it is looked for in their own namespace, then in the Service's, then in the root namespace \
(Istio 1.30). Without it Envoy knows no such cluster, and answers 503 with an empty body (`NC \
cluster_not_found`).",
    reads: uses::READS,
    on: &[On::Destination(run)],
};

fn run(world: &World, used: &Use<'_>) -> Answer {
    if used.destination.fate != Fate::UnknownSubset {
        return Ok(Vec::new());
    }
    used.destination.known()?;
    let place = route::place(used)?;
    let (host, subset) = (&used.destination.host, &used.subset);
    let owner = used.destination.owner.as_ref();
    let beside = owner.map_or(&*used.object.namespace, Owner::namespace);
    let rules = rules_in(world, host, &[&used.object.namespace, &place.namespace, beside]);
    let defining =
        |it: &&Seen<DestinationRule>| it.spec.subsets.iter().any(|it| it.name == *subset);
    let defined = rules.iter().copied().find(defining).map(|rule| (rule, why(rule, place, beside)));
    let (message, cause, fix) = match defined {
        Some((rule, why)) => (
            format!("the gateway does not see the DestinationRule that defines subset {subset}"),
            why.words(rule, place, beside),
            why.fix(rule, place, beside),
        ),
        None => (
            format!("no DestinationRule defines subset {subset}"),
            "Envoy knows no such cluster".to_owned(),
            define(used, &rules),
        ),
    };
    let mut found = route::finding(&CHECK, world, used, used.object.clone(), message)
        .because(format!("{cause}; {}", route::answer(used)))
        .fix(fix);
    if defined.is_some() {
        found = found.resting_on(place);
    }
    if let Some(owner) = owner {
        found = found.involving(owner.object(), Role::LedTo);
    }
    for rule in rules {
        let names: Vec<&str> = rule.spec.subsets.iter().map(|it| &*it.name).collect();
        found = found.involving(ObjectRef::of(rule), Role::Near).seen([Evidence::Field {
            object: ObjectRef::of(rule),
            path: "spec.subsets[].name".to_owned(),
            value: evidence::few(names),
        }]);
    }
    Ok(vec![found])
}

/// Why a rule that defines the subset does not hold.
#[derive(Clone, Copy)]
enum Why {
    /// It is in a namespace where none is looked for.
    Elsewhere,
    /// Its `exportTo` keeps it from the gateway's pods.
    Hidden,
    /// Another rule for the host is found first.
    Second,
}

fn why(rule: &DestinationRule, place: &Place, beside: &str) -> Why {
    let own = &*rule.metadata.namespace;
    if ![&*place.namespace, beside, ROOT_NAMESPACE].contains(&own) {
        Why::Elsewhere
    } else if reach(&rule.spec.export_to, own, &place.namespace).is_none() {
        Why::Hidden
    } else {
        Why::Second
    }
}

impl Why {
    fn words(self, rule: &Seen<DestinationRule>, place: &Place, beside: &str) -> String {
        let (rule, pods) = (ObjectRef::of(rule), &place.namespace);
        match self {
            Self::Elsewhere => format!(
                "rules are looked for where the gateway's pods are ({pods}), where the Service is \
                 ({beside}) and in {ROOT_NAMESPACE}, and {rule} is in none of them"
            ),
            Self::Hidden => {
                format!("exportTo of {rule} does not reach {pods}, where the gateway's pods are")
            }
            Self::Second => format!("another rule for the host is found before {rule}"),
        }
    }

    fn fix(self, rule: &Seen<DestinationRule>, place: &Place, beside: &str) -> Fix {
        let (name, pods) = (&rule.metadata.name, &place.namespace);
        match self {
            Self::Elsewhere => remedy::words(format!(
                "move DestinationRule {name} to {beside}, and write its host in full"
            )),
            Self::Hidden => remedy::patch(
                rule,
                format!("add {pods} to spec.exportTo of DestinationRule {name}"),
                &json!([{ "op": "add", "path": "/spec/exportTo/-", "value": pods }]),
            ),
            Self::Second => remedy::words(
                "define the subset in the rule that is found first: where the gateway's pods are, \
                 else where the Service is",
            ),
        }
    }
}

fn define(used: &Use<'_>, rules: &[&Seen<DestinationRule>]) -> Fix {
    let (host, subset) = (&used.destination.host, &used.subset);
    let names = rules.iter().flat_map(|it| &it.spec.subsets).map(|it| &*it.name);
    if let Some(near) = nearest(subset, names) {
        let message = format!("set the subset to {near}, if that is the one that is meant");
        return route::change(used, message, "subset", &json!(near));
    }
    remedy::words(format!(
        "define subset {subset} in a DestinationRule for {host}, or take it out of the route"
    ))
}
