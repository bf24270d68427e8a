//! A Gateway's selector means no gateway pod.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::diagnose::check::{Answer, Check, Found, On, Trouble};
use crate::diagnose::remedy;
use crate::model::istio::Gateway;
use crate::model::pod::Pod;
use crate::model::{ObjectRef, Seen, Selector};
use crate::report::{Evidence, Fix, Severity};
use crate::world::topology::places;
use crate::world::{Kind, Workload, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0201",
    title: "the Gateway's selector matches no gateway pod",
    severity: Severity::Error,
    explain: "\
A Gateway applies to the gateway pods that carry all labels of its `selector`, in any namespace; in \
its own only, where istiod runs with `PILOT_SCOPE_GATEWAY_TO_NAMESPACE` (Istio 1.3 and later). Where there is none, nobody serves it: istiod says nothing, and clients are refused, or get what \
another Gateway has for them. Pods of applications with a sidecar do not count, whatever their \
labels (Istio 1.1 to 1.31).

The label `istio` depends on how the gateway was installed: `ingressgateway` by istioctl and \
IstioOperator, the release's name without `istio-` by the Helm chart. Set the selector to the labels \
that the pods have.",
    reads: &[Kind::Gateways, Kind::Pods, Kind::Deployments],
    on: &[On::Gateway(run)],
};

fn run(world: &World, gateway: &Seen<Gateway>) -> Answer {
    if !places(world, gateway)?.is_empty() {
        return Ok(Vec::new());
    }
    let selector = &gateway.spec.selector;
    let others: BTreeSet<String> =
        world.selected(selector).into_iter().map(|it| it.key.namespace.clone()).collect();
    if !others.is_empty() {
        return Ok(vec![kept_apart(gateway, &others)]);
    }
    let nothing = world.all::<Pod>().values().filter(|pod| selector.matches(&pod.metadata.labels));
    let cause = match nothing.count() {
        _ if selector.0.is_empty() => "there is no gateway pod at all".to_owned(),
        0 => format!("no pod in any namespace has {selector}"),
        _ => format!("only pods that are no gateways have {selector}"),
    };
    let near = near(world, selector);
    let has = near.iter().map(|(labels, namespaces)| Evidence::Absence {
        text: format!("gateway pods in {} have {labels}", join(namespaces)),
    });
    let found = CHECK
        .finding(
            ObjectRef::of(gateway).at("spec.selector", 0),
            "no gateway pod has the labels that this Gateway selects",
        )
        .because(cause)
        .seen([Evidence::Field {
            object: ObjectRef::of(gateway),
            path: "spec.selector".to_owned(),
            value: selector.to_string(),
        }])
        .seen(has)
        .fix(fix(gateway, &near))
        .explains(meant(world, near.keys()).map(Trouble::Unbound));
    Ok(vec![found])
}

/// Pods have the labels, in namespaces whose pods istiod does not let serve this Gateway.
fn kept_apart(gateway: &Seen<Gateway>, namespaces: &BTreeSet<String>) -> Found {
    let own = &gateway.metadata.namespace;
    let others = join(namespaces);
    CHECK
        .finding(
            ObjectRef::of(gateway).at("spec.selector", 0),
            format!("no gateway pod in {own} has the labels that this Gateway selects"),
        )
        .because(format!(
            "istiod runs with PILOT_SCOPE_GATEWAY_TO_NAMESPACE, so pods of other namespaces, as \
             those in {others}, do not serve it"
        ))
        .seen([Evidence::Field {
            object: ObjectRef::of(gateway),
            path: "spec.selector".to_owned(),
            value: gateway.spec.selector.to_string(),
        }])
        .fix(remedy::words(format!(
            "make the Gateway in {others}, or give {own} a gateway of its own"
        )))
}

/// What gateway pods have under the selector's own keys, and in which namespaces.
fn near(world: &World, selector: &Selector) -> BTreeMap<Selector, BTreeSet<String>> {
    let mut near: BTreeMap<Selector, BTreeSet<String>> = BTreeMap::new();
    for workload in world.selected(&Selector::default()) {
        let labels = selector
            .0
            .keys()
            .filter_map(|key| workload.labels.get(key).map(|value| (key.clone(), value.clone())));
        let labels = Selector(labels.collect());
        if !labels.0.is_empty() {
            near.entry(labels).or_default().insert(workload.key.namespace.clone());
        }
    }
    near
}

/// The pods that were meant, as it seems: those of the only gateway that comes near.
fn meant<'s>(world: &World, mut near: impl Iterator<Item = &'s Selector>) -> Option<ObjectRef> {
    let (only, None) = (near.next()?, near.next()) else { return None };
    let pods = world.selected(only);
    let first = pods.first()?;
    let is_one =
        pods.iter().all(|it| it.owner == first.owner && it.key.namespace == first.key.namespace);
    let Workload { owner, key, .. } = first;
    is_one.then(|| ObjectRef::named(&owner.kind, &key.namespace, &owner.name))
}

fn fix(gateway: &Seen<Gateway>, near: &BTreeMap<Selector, BTreeSet<String>>) -> Fix {
    let mut candidates = near.keys();
    match (candidates.next(), candidates.next()) {
        (Some(only), None) => remedy::patch(
            gateway,
            format!("set spec.selector to {only}, if that is the gateway that is meant"),
            &json!([{ "op": "replace", "path": "/spec/selector", "value": only }]),
        ),
        (None, _) => remedy::words(
            "install a gateway with these labels, or set spec.selector to the labels of one that \
             is there",
        ),
        (Some(_), Some(_)) => {
            remedy::words("set spec.selector to the labels of the gateway that is meant")
        }
    }
}

fn join(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
