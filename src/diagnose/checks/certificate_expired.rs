//! The certificate is expired, or not valid yet.

use crate::diagnose::check::{Answer, Check, Found, On, Trouble, consequences, refusals};
use crate::diagnose::state::{self, State};
use crate::diagnose::{evidence, remedy};
use crate::logs::What;
use crate::model::ObjectRef;
use crate::model::credential::Pem;
use crate::model::version::Version;
use crate::report::{Evidence, Role, Severity};
use crate::world::demand::{Demand, Spot};
use crate::world::{Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0307",
    title: "the certificate is expired or not yet valid",
    severity: Severity::Error,
    explain:
        "\
The certificate's time is over, or has not come. Istio 1.18.0 to 1.18.3 and 1.19.0 withhold such a \
certificate, and connections are reset; other versions serve it, and clients refuse it.

Where cert-manager writes it, `kubectl describe certificate` says why it was not renewed; where it \
was made by hand, it has to be made anew. `--now` tells `diagnose` of another moment than this one.",
    reads: &[Kind::Gateways, Kind::Pods, Kind::Deployments, Kind::Secrets, Kind::Certificates],
    on: &[On::Credential(run)],
};

fn run(world: &World, demand: &Demand, spot: &Spot) -> Answer {
    let told = state::told(world, demand, spot, &[What::Expired]).is_some();
    let secret = match state::of(world, demand, spot) {
        State::Present(secret) => secret,
        State::Lacking { covered: Err(_), .. } if told => {
            let object = state::secret_ref(spot, demand);
            let what = "is expired or not yet valid".to_owned();
            return Ok(vec![finding(world, demand, spot, object, &what, Vec::new())]);
        }
        State::Lacking { .. } | State::Refused => return Ok(Vec::new()),
    };
    let object = ObjectRef::of(secret);
    let Some(Pem::Read(chain)) = &secret.facts.chain else {
        let what = "is expired or not yet valid".to_owned();
        let found = told.then(|| finding(world, demand, spot, object, &what, Vec::new()));
        return Ok(found.into_iter().collect());
    };
    let Some(leaf) = chain.first() else { return Ok(Vec::new()) };
    let now = world.now();
    let what = if leaf.not_after < now {
        format!("expired on {}", day(leaf.not_after))
    } else if leaf.not_before > now {
        format!("is not valid before {}", day(leaf.not_before))
    } else {
        return Ok(Vec::new());
    };
    let evidence = vec![Evidence::Field {
        object: object.clone(),
        path: "data".to_owned(),
        value: format!("valid from {} to {}", leaf.not_before, leaf.not_after),
    }];
    Ok(vec![finding(world, demand, spot, object, &what, evidence)])
}

fn day(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// How istiod's line begins.
const INVALID: &str = "invalid certificates: ";

fn finding(
    world: &World,
    demand: &Demand,
    spot: &Spot,
    object: ObjectRef,
    what: &str,
    evidence: Vec<Evidence>,
) -> Found {
    let (namespace, name) = (object.namespace.clone(), object.name.clone());
    let withheld = spot.place.version.map(Version::withholds_expired_certificates);
    // A line with the Secret's namespace before the resource is of 1.27.0 or later: those serve it.
    let said = demand.sightings(world, spot).filter(|it| it.what == What::Expired);
    let mut words = said.flat_map(|it| &it.samples).filter_map(|it| it.text.split_once(INVALID));
    let is_of_late = words.any(|(_, rest)| !rest.starts_with('"'));
    let withheld = withheld.or(is_of_late.then_some(false));
    let writer = world.writers_of(&name).find(|it| it.metadata.namespace == namespace);
    let fix = match writer {
        Some(writer) => format!(
            "see why it was not renewed: kubectl describe certificates.cert-manager.io {} -n {}",
            remedy::name(&writer.metadata.name),
            remedy::name(&namespace)
        ),
        None => format!("write secret {name} anew with a certificate of today"),
    };
    let mut found = CHECK
        .finding(object, format!("the certificate in secret {name} {what}"))
        .because(match withheld {
            Some(true) => "this version of Istio withholds it, and connections are reset",
            Some(false) => "it is served all the same, and clients refuse it",
            None => {
                "it is served all the same, and clients refuse it; but Istio 1.18.0 to 1.18.3 and \
                 1.19.0 withhold it, and connections are reset"
            }
        })
        .looked_in(&namespace)
        .asked_by(demand)
        .seen(evidence)
        .seen(evidence::logs(world, demand, spot))
        .fix(remedy::words(fix))
        .is(Trouble::Expired(namespace.clone(), name.clone()))
        .explains(consequences(&namespace, &name))
        .explains(refusals(&namespace));
    if let Some(writer) = writer {
        found = found.involving(ObjectRef::of(writer), Role::WritesIt);
    }
    found
}
