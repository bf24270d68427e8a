//! The reference leads into another namespace, in a way that istiod refuses.

use crate::diagnose::check::{Answer, Check, On, consequences};
use crate::diagnose::state;
use crate::diagnose::{evidence, remedy};
use crate::logs::What;
use crate::model::credential::Reference;
use crate::report::Severity;
use crate::world::demand::{Demand, Spot, Target};
use crate::world::{Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0314",
    title: "the reference to the secret is refused",
    severity: Severity::Error,
    explain: "\
`credentialName: namespace/name`, `kubernetes://namespace/name` and \
`kubernetes-gateway://namespace/name` look as if they led into any namespace. They do not: for the \
first two istiod allows only the namespace of the gateway's own pods. The third, with a \
ReferenceGrant, stopped working for pods outside the Gateway's namespace in Istio 1.26.5, 1.27.2 and \
1.28.0. A Gateway API listener may refer into another namespace only with a ReferenceGrant there.

Put the secret into the namespace of the gateway's pods, and name it alone.",
    reads: &[
        Kind::Gateways,
        Kind::KubernetesGateways,
        Kind::ReferenceGrants,
        Kind::Pods,
        Kind::Deployments,
        Kind::Secrets,
        Kind::Certificates,
    ],
    on: &[On::Credential(run)],
};

fn run(world: &World, demand: &Demand, spot: &Spot) -> Answer {
    let here = &*spot.place.namespace;
    let asker = demand.askers.first();
    let written = asker.map_or(demand.reference.name(), |asker| &asker.written);
    let (message, cause, fix) = match &spot.target {
        Target::Refused(key) if is_gateway_apis(demand) => (
            format!("no ReferenceGrant in {} allows this reference to secret {key}", key.namespace),
            "a Gateway may refer to a secret of another namespace only if that namespace grants it"
                .to_owned(),
            format!(
                "make a ReferenceGrant in {} from Gateways of {} to Secrets, or put the secret \
                 beside the Gateway",
                key.namespace,
                asker.map_or(here, |asker| &asker.object.namespace)
            ),
        ),
        Target::Refused(key) => (
            format!("the reference {written} leads out of {here}, and istiod refuses it"),
            format!("the gateway's pods are in {here}, and get secrets of that namespace only"),
            format!("put secret {} into {here}, and write credentialName: {}", key.name, key.name),
        ),
        Target::Malformed => (
            format!("istiod cannot read the reference {written}"),
            "it takes a name, or a scheme with namespace and name".to_owned(),
            "write the secret's name alone".to_owned(),
        ),
        Target::Secret(key) => {
            let told = state::told(world, demand, spot, &[What::CrossNamespace, What::BadName]);
            // State that shows a plain reference knows better than a log of the past.
            let (Some(_), true) = (told, demand.askers.is_empty()) else { return Ok(Vec::new()) };
            (
                format!("istiod refuses the reference to secret {}", key.name),
                "it leads into another namespace than the gateway's pods".to_owned(),
                "put the secret into the namespace of the gateway's pods, and name it alone"
                    .to_owned(),
            )
        }
    };
    let object =
        asker.map_or_else(|| state::secret_ref(spot, demand), |asker| asker.object.clone());
    let found = CHECK
        .finding(object, message)
        .because(cause)
        .looked_in(here)
        .asked_by(demand)
        .seen(evidence::fields(demand))
        .seen(evidence::logs(world, demand, spot))
        .fix(remedy::words(fix))
        .explains(consequences(here, demand.reference.name()));
    Ok(vec![found])
}

/// Whether the reference stands in a Gateway API listener.
fn is_gateway_apis(demand: &Demand) -> bool {
    matches!(demand.reference, Reference::GatewayApi { .. })
        && demand.askers.iter().any(|it| it.object.api_version.starts_with("gateway.networking"))
}
