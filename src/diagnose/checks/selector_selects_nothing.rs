//! A Gateway's selector means no gateway pod.

use std::collections::BTreeSet;

use serde_json::json;

use crate::diagnose::check::{Answer, Check, Found, On, Trouble};
use crate::diagnose::{evidence, remedy};
use crate::model::istio::Gateway;
use crate::model::kubernetes::OwnerReference;
use crate::model::nearest::{MANY, nearest};
use crate::model::{ObjectRef, Seen, Selector};
use crate::report::{Evidence, Fix, Role, Severity};
use crate::world::gateway_pods::GatewayPods;
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
    reads: &[Kind::Gateways, Kind::KubernetesGateways, Kind::Services, Kind::Pods, Kind::Deployments],
    on: &[On::Gateway(run)],
};

fn run(world: &World, gateway: &Seen<Gateway>) -> Answer {
    if !places(world, gateway)?.is_empty() {
        return Ok(Vec::new());
    }
    let selector = &gateway.spec.selector;
    let others = world.selected(selector);
    if !others.is_empty() {
        return Ok(vec![kept_apart(gateway, &others)]);
    }
    let (message, cause) = if selector.0.is_empty() {
        ("no gateway pod is there to serve this Gateway", "no gateway runs at all".to_owned())
    } else {
        let cause = if world.selects_any_pod(selector) {
            format!(
                "only pods of applications have {selector}, and their sidecars serve no Gateway"
            )
        } else {
            format!("no pod in any namespace has {selector}")
        };
        ("no gateway pod has the labels that this Gateway selects", cause)
    };
    let Running { meant, others } = running(world, selector);
    let shown = meant.as_ref().map_or(&others, |(_, pods)| pods);
    let mut found = CHECK
        .finding(ObjectRef::of(gateway).at("spec.selector", 0), message)
        .because(cause)
        .seen((!selector.0.is_empty()).then(|| Evidence::Field {
            object: ObjectRef::of(gateway),
            path: "spec.selector".to_owned(),
            value: selector.to_string(),
        }))
        .seen(shown.iter().map(|pods| evidence::labels(pods)))
        .fix(fix(gateway, meant.as_ref().map(|(labels, _)| *labels), &others));
    for pods in shown {
        found = found.involving(pods.workload(), Role::Near);
    }
    Ok(vec![match meant {
        Some((_, pods)) if pods.len() == 1 => {
            found.explains([Trouble::Unbound(pods[0].workload())])
        }
        _ => found,
    }])
}

/// Pods have the labels, in namespaces whose pods istiod does not let serve this Gateway.
fn kept_apart(gateway: &Seen<Gateway>, pods: &[&Workload]) -> Found {
    let own = &gateway.metadata.namespace;
    let namespaces: BTreeSet<&str> = pods.iter().map(|it| &*it.key.namespace).collect();
    let others = evidence::few(namespaces);
    let workloads: BTreeSet<(&str, &OwnerReference)> =
        pods.iter().map(|it| (&*it.key.namespace, &it.owner)).collect();
    let unbound = workloads.into_iter().map(|(namespace, owner)| {
        Trouble::Unbound(ObjectRef::named(&owner.kind, namespace, &owner.name))
    });
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
        .explains(unbound)
}

/// The gateways that run instead.
struct Running<'w> {
    /// Those that were meant, as it seems, and the labels by which they are known.
    meant: Option<(&'w Selector, Vec<&'w GatewayPods>)>,
    /// Some, where that is not to be told.
    others: Vec<&'w GatewayPods>,
}

/// How many gateways are named where it is not clear which was meant.
const NAMED: usize = 3;

/// The only gateway that runs is meant; of several the one of a value like the selector's.
fn running<'w>(world: &'w World, selector: &Selector) -> Running<'w> {
    let is_egress_meant = selector.to_string().contains("egress");
    let all: Vec<_> = world
        .gateways_by_labels()
        .filter(|(_, pods)| is_egress_meant || !pods[0].is_for_egress())
        .take(MANY + 1)
        .collect();
    let values = |labels: &'w Selector| labels.0.values().map(String::as_str);
    let likest = || {
        let near = |value: &String| nearest(value, all.iter().flat_map(|(it, _)| values(it)));
        let value = selector.0.values().find_map(near)?;
        all.iter().position(|(labels, _)| values(labels).any(|it| it == value))
    };
    let meant = if all.len() == 1 { Some(0) } else { likest() };
    let meant = meant.map(|at| all[at].clone());
    let others = all.into_iter().flat_map(|(_, pods)| pods).take(NAMED).collect();
    Running { meant, others }
}

fn fix(gateway: &Seen<Gateway>, meant: Option<&Selector>, others: &[&GatewayPods]) -> Fix {
    match meant {
        Some(labels) => remedy::patch(
            gateway,
            format!("set spec.selector to {labels}, if that is the gateway that is meant"),
            &json!([{ "op": "add", "path": "/spec/selector", "value": labels }]),
        ),
        None if gateway.spec.selector.0.is_empty() => remedy::words("install a gateway"),
        None if others.is_empty() => {
            remedy::words("install a gateway, with the labels that the Gateway selects")
        }
        None => remedy::words(
            "set spec.selector to the labels of the gateway that is meant, or install one with \
             these labels",
        ),
    }
}
