//! Whether the quotas of a namespace leave room for the pods, and for a Service beside them.

use std::collections::BTreeMap;

use super::pods::{Pods, ServiceToBe};
use super::{About, Concern, Forecast};
use crate::model::kubernetes::Requirement;
use crate::model::quota::{Quantity, ResourceQuota};
use crate::model::{ObjectRef, Seen};
use crate::world::{Kind, World};

/// Holds what is to be made against every quota of its namespace.
pub(super) fn weigh(
    world: &World,
    pods: &Pods,
    service: Option<&ServiceToBe>,
    forecast: &mut Forecast,
) {
    let namespace = pods.namespace();
    if let Err(gap) = world.covers(Kind::ResourceQuotas, Some(namespace)) {
        forecast.open(gap);
    }
    for quota in world.within::<ResourceQuota>(namespace) {
        let lacks = lacks(quota, pods, service);
        if lacks.is_empty() {
            continue;
        }
        let lack: Vec<&str> = lacks.iter().map(|it| &*it.words).collect();
        forecast.concerns.push(Concern {
            about: About::Quota,
            is_fatal: lacks.iter().any(|it| it.is_fatal),
            object: ObjectRef::of(quota),
            message: format!(
                "ResourceQuota {} leaves too little: {}",
                quota.metadata.name,
                lack.join("; ")
            ),
            hints: vec![format!(
                "raise the quota, or ask for less with --cpu, --memory and --replicas; \
                 kubectl describe resourcequota {} -n {namespace} shows what uses it",
                quota.metadata.name
            )],
        });
    }
}

struct Lack {
    words: String,
    /// Whether not one pod fits.
    is_fatal: bool,
}

fn lacks(quota: &Seen<ResourceQuota>, pods: &Pods, service: Option<&ServiceToBe>) -> Vec<Lack> {
    let is_scoped =
        !quota.spec.scopes.is_empty() || !quota.spec.scope_selector.match_expressions.is_empty();
    let of_pods = if is_about(quota, pods) { each(pods) } else { BTreeMap::new() };
    // Quotas with scopes count pods only.
    let of_service = service.filter(|_| !is_scoped).map(once).unwrap_or_default();
    let mut lacks = Vec::new();
    for (name, hard) in &quota.spec.hard {
        let used = quota.status.used.get(name).copied().unwrap_or_default();
        let left = hard.less(used);
        let say = |wanted: Quantity| format!("{name}: {wanted} wanted, {used} of {hard} used");
        match of_pods.get(&**name) {
            Some(Some(one)) if one.times(pods.count) > left => {
                let is_fatal = *one > left;
                lacks.push(Lack { words: say(one.times(pods.count)), is_fatal });
            }
            Some(None) => lacks.push(Lack {
                words: format!(
                    "{name}: it counts this, and the pods do not say how much, so they are refused \
                     unless a LimitRange fills it in"
                ),
                is_fatal: false,
            }),
            _ => {}
        }
        if let Some(wanted) = of_service.get(&**name).filter(|it| **it > left) {
            lacks.push(Lack { words: say(*wanted), is_fatal: true });
        }
    }
    lacks
}

/// What a pod uses, by the names of quotas; `None` where it does not say (Kubernetes 1.34,
/// `pkg/quota/v1/evaluator/core/pods.go`). Who gives a limit and no request asks for as much.
fn each(pods: &Pods) -> BTreeMap<&'static str, Option<Quantity>> {
    let request = |name: &str| pods.requests.get(name).or_else(|| pods.limits.get(name)).copied();
    let limit = |name: &str| pods.limits.get(name).copied();
    let one = Some(Quantity::of(1));
    [
        ("pods", one),
        ("count/pods", one),
        ("cpu", request("cpu")),
        ("requests.cpu", request("cpu")),
        ("memory", request("memory")),
        ("requests.memory", request("memory")),
        ("limits.cpu", limit("cpu")),
        ("limits.memory", limit("memory")),
    ]
    .into()
}

/// What a Service uses, likewise (`pkg/quota/v1/evaluator/core/services.go`).
fn once(service: &ServiceToBe) -> BTreeMap<&'static str, Quantity> {
    let one = Quantity::of(1);
    let mut uses = BTreeMap::from([("services", one), ("count/services", one)]);
    if service.type_ == "LoadBalancer" {
        uses.insert("services.loadbalancers", one);
    }
    if matches!(&*service.type_, "LoadBalancer" | "NodePort") {
        uses.insert("services.nodeports", Quantity::of(service.ports));
    }
    uses
}

/// Whether a quota counts these pods, by its scopes.
fn is_about(quota: &ResourceQuota, pods: &Pods) -> bool {
    let is_best_effort = pods.requests.is_empty() && pods.limits.is_empty();
    let holds = |scope: &str| match scope {
        "BestEffort" => is_best_effort,
        "NotBestEffort" => !is_best_effort,
        "NotTerminating" => true,
        "PriorityClass" => !pods.priority_class.is_empty(),
        // A gateway's pods have no deadline, and no affinity across namespaces.
        _ => false,
    };
    let is_met = |it: &Requirement| match &*it.operator {
        "Exists" => holds(&it.key),
        "DoesNotExist" => !holds(&it.key),
        "In" => it.values.contains(&pods.priority_class),
        "NotIn" => !it.values.contains(&pods.priority_class),
        _ => false,
    };
    quota.spec.scopes.iter().all(|it| holds(it))
        && quota.spec.scope_selector.match_expressions.iter().all(is_met)
}
