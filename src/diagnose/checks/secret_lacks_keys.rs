//! The secret is there, without the keys that a gateway reads.

use crate::diagnose::check::{Answer, Check, On, consequences};
use crate::diagnose::state::{self, State};
use crate::diagnose::{evidence, remedy};
use crate::logs::What;
use crate::model::ObjectRef;
use crate::model::credential::Keys;
use crate::report::{Evidence, Severity};
use crate::world::demand::{Demand, Spot};
use crate::world::{Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0304",
    title: "the secret lacks the keys that a gateway reads",
    severity: Severity::Error,
    explain: "\
A gateway takes certificate and key from `tls.crt` and `tls.key`, or from `cert` and `key`, and both \
must hold something. Any type of secret will do, but for Helm's releases and service account tokens, \
which istiod does not see at all.

Make the secret anew with `kubectl create secret tls`, or let cert-manager write it.",
    reads: &[Kind::Gateways, Kind::Pods, Kind::Deployments, Kind::Secrets, Kind::Certificates],
    on: &[On::Credential(run)],
};

/// Types that istiod leaves out when it watches secrets (Istio 1.12 and later).
const UNSEEN: [&str; 2] = ["helm.sh/release.v1", "kubernetes.io/service-account-token"];

fn run(world: &World, demand: &Demand, spot: &Spot) -> Answer {
    let secret = state::secret_ref(spot, demand);
    let told = state::told(world, demand, spot, &[What::WrongKeys, What::EmptyKeys]);
    let (object, what, evidence) = match state::of(world, demand, spot) {
        State::Present(seen) => {
            let object = ObjectRef::of(seen);
            let keys = seen.facts.key_names().join(", ");
            let field = |path: &str, value: String| Evidence::Field {
                object: object.clone(),
                path: path.to_owned(),
                value,
            };
            let type_ = &*seen.facts.type_;
            if UNSEEN.contains(&type_) {
                let what = format!("is of type {type_}, which istiod does not read");
                (object.clone(), what, vec![field("type", type_.to_owned())])
            } else {
                match seen.facts.pair() {
                    Some(Err(Keys::Empty(key))) => {
                        let what = format!("has nothing under its key {key}");
                        (object.clone(), what, vec![field("data", keys)])
                    }
                    Some(Err(_)) => {
                        let what = lacking(&keys);
                        (object.clone(), what, vec![field("data", keys)])
                    }
                    Some(Ok(_)) => return Ok(Vec::new()),
                    None => match told {
                        Some(told) => (object, by_log(told), Vec::new()),
                        None => return Err(world.value_gap(&object.namespace)),
                    },
                }
            }
        }
        State::Lacking { covered: Err(_), .. } => match told {
            Some(told) => (secret.clone(), by_log(told), Vec::new()),
            None => return Ok(Vec::new()),
        },
        State::Lacking { .. } | State::Refused => return Ok(Vec::new()),
    };
    let fix = remedy::words(format!(
        "put certificate and key under tls.crt and tls.key of secret {} in {}",
        secret.name,
        if secret.namespace.is_empty() { "its namespace" } else { &secret.namespace }
    ));
    let found = CHECK
        .finding(object, format!("secret {} {what}", secret.name))
        .because(
            "a gateway reads tls.crt and tls.key, or cert and key, and both must hold something",
        )
        .looked_in(&secret.namespace)
        .asked_by(demand)
        .seen(evidence)
        .seen(evidence::logs(world, demand, spot))
        .fix(fix)
        .explains(consequences(&secret.namespace, &secret.name));
    Ok(vec![found])
}

fn lacking(keys: &str) -> String {
    match keys {
        "" => "has no keys at all".to_owned(),
        keys => format!("lacks the keys that a gateway reads; it has {keys}"),
    }
}

fn by_log(sighting: &crate::logs::Sighting) -> String {
    match sighting.what {
        What::EmptyKeys => "has nothing under one of its keys".to_owned(),
        // The agent up to 1.7 does not say which it found.
        _ if sighting.keys.is_empty() => "lacks the keys that a gateway reads".to_owned(),
        _ => lacking(&sighting.keys.join(", ")),
    }
}
