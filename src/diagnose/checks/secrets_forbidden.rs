//! The secret is in place, but the gateway's service account may not list secrets.

use crate::diagnose::check::{Answer, Check, Found, On, Trouble, consequences};
use crate::diagnose::remedy::By;
use crate::diagnose::state::{self, State};
use crate::diagnose::{evidence, remedy};
use crate::logs::{ServiceAccount, Sighting, Speaker, What};
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
after that, or when the gateway's pod is restarted. In Istio 1.1 to 1.7 the gateway's own agent lists \
secrets, under the same account, and goes on trying.

Where the API server does not answer that question, istiod hands out nothing either, and says the \
API server's words. And where its own account may not list secrets at the cluster scope, none of its \
gateways gets one: that right is of the ClusterRole that comes with istiod.",
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
    let told = state::told_of_either(world, demand, spot, &[What::Forbidden, What::Withheld])
        .filter(|it| !is_of_config_map(it) && !is_cut(it));
    let namespace = &*spot.place.namespace;
    let account = spot.place.service_account.clone().or_else(|| {
        told.and_then(|it| it.service_account.as_ref()).map(|account| account.name.clone())
    });
    let Some(account) = account else {
        return match told {
            Some(told) => Ok(vec![by_log(demand, spot, None, told)]),
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
            Some(told) => Ok(vec![by_log(demand, spot, Some(&account), told)]),
            None if is_there => Err(gap),
            None => Ok(Vec::new()),
        },
    }
}

/// A ConfigMap is no secret: that it may not be read is told where the CA is missed.
fn is_of_config_map(sighting: &Sighting) -> bool {
    sighting.resource.as_ref().is_some_and(|it| it.starts_with("configmap://"))
}

/// A line that breaks off before the reason says that there is one, and no more.
fn is_cut(sighting: &Sighting) -> bool {
    sighting.what == What::Withheld && sighting.reason.is_none()
}

fn by_log(demand: &Demand, spot: &Spot, account: Option<&str>, told: &Sighting) -> Found {
    let namespace = &*spot.place.namespace;
    let lines = evidence::lines(told);
    // Anything else is an answer of the API server's that did not come
    // (`pilot/pkg/credentials/kube/secrets.go`, `Authorize`, Istio 1.12 to 1.31).
    if told.what == What::Forbidden {
        let mut found = finding(demand, spot, account, lines.collect());
        if let Some(others) = others(told) {
            found.finding.cause.get_or_insert_default().message +=
                &format!("; the line counts {others} more credentials that it does not name");
        }
        return found;
    }
    let object = match account {
        Some(account) => service_account(namespace, account),
        None => state::secret_ref(spot, demand),
    };
    let reason = told.reason.as_deref().unwrap_or("no reason is given");
    let secret = state::secret_ref(spot, demand);
    CHECK
        .finding(object, "istiod could not find out whether the gateway may list secrets")
        .because(format!(
            "so it does not hand out secret {}. It was not told no; the answer was: {reason}",
            secret.name
        ))
        .looked_in(namespace)
        .asked_by(demand)
        .seen(lines)
        .fix(remedy::words(
            "see why istiod gets no answer from its API server to a SubjectAccessReview: that it \
             runs, is reached, and knows the gateway's cluster",
        ))
        .explains(consequences(&secret.namespace, &secret.name))
}

/// How many credentials a line has beside those that it names: `a, b, and 4 others` (Istio 1.12 to
/// 1.31).
fn others(told: &Sighting) -> Option<u64> {
    let counts = told.samples.iter().filter_map(|it| {
        let (before, _) = it.text.split_once(" others: ")?;
        before.rsplit_once(", and ")?.1.parse().ok()
    });
    counts.max()
}

fn finding(demand: &Demand, spot: &Spot, account: Option<&str>, evidence: Vec<Evidence>) -> Found {
    let namespace = &*spot.place.namespace;
    let secret = state::secret_ref(spot, demand);
    let object = match account {
        Some(account) => service_account(namespace, account),
        None => secret.clone(),
    };
    let who = account.map_or_else(String::new, |account| format!(" {account}"));
    let place = match namespace {
        "" => "the namespace of the gateway's pods",
        namespace => namespace,
    };
    let mut found = CHECK
        .finding(object, format!("the gateway's service account{who} may not list secrets"))
        .because(format!(
            "istiod asks the API server for that right in {place} before it hands out secret \
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
            .fix(remedy::grant(namespace, account, By::Istiod));
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
    let Some(account) = account else { return Vec::new() };
    if sighting.samples.iter().any(|it| it.text.contains(CLUSTER_SCOPE)) {
        return vec![istiods_own(account, sighting)];
    }
    let namespace = &*account.namespace;
    let decided = world.may_list_secrets(namespace, &account.name);
    // Where state tells, it has told for each credential already.
    let is_told = demands.iter().flat_map(|it| it.spots.iter().flatten()).any(|spot| {
        spot.place.namespace == namespace
            && spot.place.service_account.as_deref() == Some(&account.name)
    });
    if matches!(decided, Ok(May::Yes)) || (decided.is_ok() && is_told) {
        return Vec::new();
    }
    let by = if sighting.speaker == Speaker::Agent { By::Agent } else { By::Istiod };
    let because = match sighting.samples.iter().find_map(|it| why_not(&it.text)) {
        Some(reason) => {
            format!(
                "so none of its credentials in {namespace} is served; the API server says: {reason}"
            )
        }
        None => format!("so none of its credentials in {namespace} is served"),
    };
    let found = CHECK
        .finding(
            service_account(namespace, &account.name),
            format!("the gateway's service account {} may not list secrets", account.name),
        )
        .because(because)
        .looked_in(namespace)
        .seen(evidence::lines(sighting))
        .fix(remedy::grant(namespace, &account.name, by))
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

/// Where the line of a client of the API server ends in this, it is istiod's own account, which
/// watches the secrets of all namespaces (Istio 1.8 to 1.31).
const CLUSTER_SCOPE: &str = "at the cluster scope";

/// istiod may not list secrets itself. A Role would not do, and its `ClusterRole` belongs to the
/// installation: there is nothing to apply.
fn istiods_own(account: &ServiceAccount, sighting: &Sighting) -> Found {
    let ServiceAccount { namespace, name } = account;
    CHECK
        .finding(
            service_account(namespace, name),
            format!("istiod's own service account {name} may not list secrets in the cluster"),
        )
        .because("istiod reads every gateway's secrets under it, so no gateway gets one")
        .seen(evidence::lines(sighting))
        .fix(remedy::words(format!(
            "give service account {namespace}/{name} the ClusterRole and ClusterRoleBinding that \
             come with istiod (istiod-clusterrole-…, with get, watch and list of secrets): install \
             istiod anew, or see what took them away"
        )))
        .explains([Trouble::TimedOut(String::new())])
}

/// What the API server adds to its no, of a role that a binding names and that is not there.
fn why_not(text: &str) -> Option<&str> {
    let (_, reason) = text.split_once(": RBAC: ")?;
    let reason = reason.trim().trim_end_matches(['_', '*', '`']);
    (!reason.is_empty()).then_some(reason)
}
