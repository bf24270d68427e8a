//! The secret is in place, but the gateway's service account may not list secrets.

use crate::diagnose::check::{Answer, Check, Found, On, consequences};
use crate::diagnose::state::{self, State};
use crate::diagnose::{evidence, remedy};
use crate::logs::{Sighting, What};
use crate::model::credential::Reference;
use crate::report::{Evidence, Role, Severity};
use crate::world::demand::{Demand, Spot};
use crate::world::{Gap, Kind, May, World, service_account};

pub(super) const CHECK: Check = Check {
    code: "IGW0303",
    title: "the gateway's service account may not list secrets",
    severity: Severity::Error,
    explain: "\
Before istiod hands a secret to a gateway it asks the API server whether the gateway's service account \
may *list* secrets in its namespace. Helm's gateway chart and `istioctl install` make the Role for \
that; a Deployment of one's own often has none. A Role that is narrowed by `resourceNames` does not \
do: the question is about the list as a whole.

Let the service account get, watch and list secrets in its namespace. istiod remembers a no for one \
minute and a yes for five, and watches Secrets but not Roles: the new right acts at the next push \
after that, or when the gateway's pod is restarted.",
    reads: &[
        Kind::Gateways,
        Kind::Pods,
        Kind::Deployments,
        Kind::Secrets,
        Kind::Certificates,
        Kind::Roles,
        Kind::RoleBindings,
        Kind::ClusterRoles,
        Kind::ClusterRoleBindings,
    ],
    on: &[On::Credential(run), On::Sighting(on_sighting)],
};

fn run(world: &World, demand: &Demand, spot: &Spot) -> Answer {
    // What the Gateway API refers to is allowed by the reference itself.
    if matches!(demand.reference, Reference::GatewayApi { .. }) {
        return Ok(Vec::new());
    }
    let is_there = match state::of(world, demand, spot) {
        State::Present(_) => true,
        State::Lacking { covered: Err(_), .. } => false,
        State::Lacking { covered: Ok(()), .. } | State::Refused => return Ok(Vec::new()),
    };
    let told = state::told(world, demand, spot, &[What::Forbidden]);
    let namespace = &*spot.place.namespace;
    let account = spot.place.service_account.clone().or_else(|| {
        told.and_then(|it| it.service_account.as_ref()).map(|account| account.name.clone())
    });
    let Some(account) = account else {
        return match told {
            Some(told) => Ok(vec![finding(demand, spot, None, told_by(told))]),
            None if is_there => Err(Gap::beyond(
                "under which service account the gateway runs is not among the inputs",
                "list pods",
                Some(namespace),
            )),
            None => Ok(Vec::new()),
        };
    };
    match world.may_list_secrets(namespace, &account) {
        // A right that is there now ends what a log said before.
        Ok(May::Yes) => Ok(Vec::new()),
        Ok(May::No(narrowed)) => {
            let mut found = finding(demand, spot, Some(&account), Vec::new());
            if let Some(role) = narrowed {
                found = found
                    .because(format!(
                        "the role allows it only for some names, and istiod asks for the list as \
                         a whole in {namespace}"
                    ))
                    .involving(role, Role::TooLittle);
            }
            Ok(vec![found.seen(evidence::logs(world, demand, spot))])
        }
        Err(gap) => match told {
            Some(told) => Ok(vec![finding(demand, spot, Some(&account), told_by(told))]),
            None if is_there => Err(gap),
            None => Ok(Vec::new()),
        },
    }
}

fn told_by(sighting: &Sighting) -> Vec<Evidence> {
    evidence::lines(sighting).collect()
}

fn finding(demand: &Demand, spot: &Spot, account: Option<&str>, evidence: Vec<Evidence>) -> Found {
    let namespace = &*spot.place.namespace;
    let secret = state::secret_ref(spot, demand);
    let object = match account {
        Some(account) if !demand.askers.is_empty() => service_account(namespace, account),
        _ => secret.clone(),
    };
    let who = account.map_or_else(String::new, |account| format!(" {account}"));
    let mut found = CHECK
        .finding(object, format!("the gateway's service account{who} may not list secrets"))
        .because(format!(
            "istiod asks the API server for that right in {namespace} before it hands out secret \
             {}, and was told no",
            secret.name
        ))
        .looked_in(namespace)
        .involving(secret.clone(), Role::ReadHere)
        .asked_by(demand)
        .seen(evidence)
        .explains(consequences(&secret.namespace, &secret.name));
    if let Some(account) = account {
        found = found
            .involving(service_account(namespace, account), Role::MayNot)
            .fix(remedy::grant(namespace, account));
    } else {
        found = found.fix(remedy::words(
            "let the gateway's service account get, watch and list secrets in its namespace",
        ));
    }
    found
}

/// A refusal that names no credential: all of the gateway's are meant.
fn on_sighting(world: &World, demands: &[Demand], sighting: &Sighting) -> Vec<Found> {
    let (What::Forbidden, None, false) = (sighting.what, &sighting.credential, sighting.is_over())
    else {
        return Vec::new();
    };
    let account = sighting.service_account.as_ref();
    let namespace = account.map(|it| &*it.namespace).or(sighting.place());
    let (Some(namespace), Some(account)) = (namespace, account) else { return Vec::new() };
    let decided = world.may_list_secrets(namespace, &account.name);
    // Where state tells, it has told for each credential already.
    let is_told = demands.iter().flat_map(|it| it.spots.iter().flatten()).any(|spot| {
        spot.place.namespace == namespace
            && spot.place.service_account.as_deref() == Some(&account.name)
    });
    if matches!(decided, Ok(May::Yes)) || (decided.is_ok() && is_told) {
        return Vec::new();
    }
    let found = CHECK
        .finding(
            service_account(namespace, &account.name),
            format!("the gateway's service account {} may not list secrets", account.name),
        )
        .because(format!("so none of its credentials in {namespace} is served"))
        .looked_in(namespace)
        .seen(evidence::lines(sighting))
        .fix(remedy::grant(namespace, &account.name))
        .explains(
            demands
                .iter()
                .flat_map(|it| it.spots.iter().flatten())
                .filter_map(Spot::key)
                .filter(|key| key.namespace == namespace)
                .flat_map(|key| consequences(&key.namespace, &key.name)),
        );
    vec![found]
}
