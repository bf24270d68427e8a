//! Gateway pods to which no Gateway is bound.

use crate::diagnose::check::{Answer, Check, On, Trouble};
use crate::diagnose::remedy;
use crate::model::gateway_api::KubernetesGateway;
use crate::model::istio::Gateway;
use crate::model::{Key, ObjectRef};
use crate::report::{Evidence, Role, Severity};
use crate::world::gateway_pods::GatewayPods;
use crate::world::{Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0200",
    title: "no Gateway is bound to the gateway's pods",
    severity: Severity::Warning,
    explain: "\
The pods of a gateway listen on a port only once a Gateway that selects them has a server there. \
Until then connections are refused, although the load balancer has an address and the pods are \
ready: the first thing that a newcomer to Istio meets.

Apply a Gateway whose `selector` means these pods. A gateway that is there for egress, or for later, \
may well have none.",
    reads: &[
        Kind::Gateways,
        Kind::KubernetesGateways,
        Kind::Pods,
        Kind::Deployments,
        Kind::Services,
    ],
    on: &[On::GatewayPods(run)],
};

fn run(world: &World, pods: &GatewayPods) -> Answer {
    if !pods.gateways.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(name) = &pods.made_for {
        let key = Key::new(pods.namespace.clone(), name.clone());
        if world.get::<KubernetesGateway>(&key)?.is_some() {
            return Ok(Vec::new());
        }
    }
    world.covers(Kind::Gateways, None)?;
    let elsewhere = world.all::<Gateway>().len();
    let cause = match elsewhere {
        0 => {
            "there is no Gateway at all, so nothing listens and connections are refused".to_owned()
        }
        1 => "the one Gateway there is selects other pods, so nothing listens here and \
              connections are refused"
            .to_owned(),
        many => format!(
            "none of the {many} Gateways selects these pods, so nothing listens here and \
             connections are refused"
        ),
    };
    let selector = pods.selector();
    let service = pods.services(world).first().copied();
    let object = service.map_or_else(|| pods.workload(), ObjectRef::of);
    let found = CHECK
        .finding(object, "no Gateway is bound to this gateway's pods")
        .because(cause)
        .seen([Evidence::Absence {
            text: format!("pods of {} with {selector}: {}", pods.namespace, pods.count),
        }])
        .fix(remedy::words(format!("apply a Gateway with spec.selector {selector}")))
        .is(Trouble::Unbound(pods.workload()));
    Ok(vec![if service.is_some() { found.involving(pods.workload(), Role::Serves) } else { found }])
}
