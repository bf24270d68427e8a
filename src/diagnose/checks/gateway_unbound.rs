//! Gateway pods to which no Gateway is bound.

use crate::diagnose::check::{Answer, Check, On, Trouble};
use crate::diagnose::{evidence, remedy};
use crate::model::gateway_api::KubernetesGateway;
use crate::model::istio::Gateway;
use crate::model::{Key, ObjectRef};
use crate::report::{Role, Severity};
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

Apply a Gateway whose `selector` means these pods. A gateway that is there for later may well have \
none, and one for egress is passed over. Ingresses of class `istio`, of which istiod makes Gateways, \
are not looked at.",
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
    if pods.gateways > 0 || pods.is_addressed || pods.is_for_egress() {
        return Ok(Vec::new());
    }
    if let Some(name) = &pods.made_for {
        let key = Key::new(pods.namespace.clone(), name.clone());
        if world.get::<KubernetesGateway>(&key)?.is_some() {
            return Ok(Vec::new());
        }
    }
    // A Deployment of which all pods are known, and none is there, is not what listens on nothing.
    if pods.count == 0 && world.covers(Kind::Pods, Some(&pods.namespace)).is_ok() {
        return Ok(Vec::new());
    }
    world.covers(Kind::Gateways, None)?;
    let cause = match world.all::<Gateway>().len() {
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
    let service = pods.services(world).first().copied();
    let object = service.map_or_else(|| pods.workload(), ObjectRef::of);
    let found = CHECK
        .finding(object, "no Gateway is bound to this gateway's pods")
        .because(cause)
        .seen([evidence::labels(pods)])
        .fix(remedy::words(format!(
            "apply a Gateway with {} as its spec.selector",
            pods.selector()
        )))
        .is(Trouble::Unbound(pods.workload()));
    Ok(vec![if service.is_some() { found.involving(pods.workload(), Role::Serves) } else { found }])
}
