//! The reference leads into another namespace, in a way that istiod refuses.

use crate::diagnose::check::{Answer, Check, Found, On, consequences};
use crate::diagnose::state;
use crate::diagnose::{evidence, remedy};
use crate::logs::{Sighting, What};
use crate::model::credential::Reference;
use crate::model::{Key, ObjectRef};
use crate::report::{Role, Severity};
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

Put the secret into the namespace of the gateway's pods, and name it alone.

istiod's words for it, `cross namespace secret reference requires ReferenceGrant` (`… \
ReferencePolicy` up to 1.26), are said of every reference that it did not verify, and neither the \
namespace nor the Gateway is told. So they are also said of secrets in the right place: of the CA of \
a Gateway API listener, as for `OPTIONAL_MUTUAL` (seen in 1.28), of a second `certificateRef`, and of \
one of a ListenerSet (seen in 1.27 to 1.29). A log alone does not tell which of them it is.",
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
            let told = state::told_of_either(world, demand, spot, &[What::CrossNamespace]);
            // State that shows a plain reference knows better than a log of the past.
            let (Some(told), true) = (told, demand.askers.is_empty()) else {
                return Ok(Vec::new());
            };
            return Ok(vec![unverified(world, demand, spot, key, told)]);
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

/// What a log alone tells: that istiod did not verify the reference, not where it leads
/// (`pilot/pkg/xds/sds.go`, `filterAuthorizedResources`, Istio 1.12 to 1.31). Up to 1.11 the line
/// has both namespaces.
fn unverified(world: &World, demand: &Demand, spot: &Spot, key: &Key, told: &Sighting) -> Found {
    let name = if told.ca { format!("{}-cacert", key.name) } else { key.name.clone() };
    let what = if told.ca { "the CA for clients, secret" } else { "secret" };
    let pods = match told.proxy_namespace() {
        Some(namespace) => format!("the gateway's pods, in {namespace}"),
        None => "the gateway's pods".to_owned(),
    };
    let leads_out = told.namespace.as_deref().filter(|it| Some(*it) != told.proxy_namespace());
    let (cause, fix) = match (leads_out, told.ca) {
        (Some(there), _) => (
            format!("it leads into {there}, which is another namespace than that of {pods}"),
            format!("put the secret into the namespace of {pods}, and name it alone"),
        ),
        (None, true) => (
            format!(
                "istiod did not verify this reference for {pods}, so they never get the CA, and \
                 every connection to its server is reset. It leads into another namespace, or it is \
                 the CA of a Gateway API listener, as for OPTIONAL_MUTUAL, which 1.28 was seen to \
                 refuse in the right namespace too"
            ),
            format!(
                "see whether secret {name} is in the namespace of the pods: if not, put it there; \
                 if so, the Gateway is sound, and another version of Istio, or a ConfigMap for the \
                 CA, is the way"
            ),
        ),
        (None, false) => (
            format!(
                "istiod did not verify this reference for {pods}, so they never get the secret. It \
                 leads into another namespace, without a ReferenceGrant or to pods outside the \
                 Gateway's (refused since 1.26.5, 1.27.2 and 1.28.0); or it is a second \
                 certificateRef, or one of a ListenerSet, which 1.27 to 1.29 were seen to refuse in \
                 the right namespace too"
            ),
            format!(
                "see whether secret {name} is in the namespace of the pods: if not, put it there, \
                 and name it alone; if so, name it as the first certificateRef of a listener of the \
                 Gateway itself"
            ),
        ),
    };
    let here = &*spot.place.namespace;
    let object = ObjectRef {
        api_version: "v1".to_owned(),
        ..ObjectRef::named("Secret", leads_out.unwrap_or_default(), &name)
    };
    let mut found = CHECK
        .finding(object, format!("istiod refuses the reference to {what} {name}"))
        .because(cause)
        .seen(evidence::logs(world, demand, spot))
        .fix(remedy::words(fix))
        .explains(consequences(here, &key.name));
    if let Some(proxy) = &told.proxy {
        let namespace = proxy.namespace.as_deref().unwrap_or_default();
        let pod = ObjectRef {
            api_version: "v1".to_owned(),
            ..ObjectRef::named("Pod", namespace, &proxy.pod)
        };
        found = found.involving(pod, Role::Serves);
    }
    found
}

/// Whether the reference stands in a Gateway API listener.
fn is_gateway_apis(demand: &Demand) -> bool {
    matches!(demand.reference, Reference::GatewayApi { .. })
        && demand.askers.iter().any(|it| it.object.api_version.starts_with("gateway.networking"))
}
