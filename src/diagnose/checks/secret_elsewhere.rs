//! The secret exists, but not where the gateway's pods live.

use crate::diagnose::check::{Answer, Check, Found, On, Trouble, consequences};
use crate::diagnose::state::{self, State};
use crate::diagnose::{evidence, remedy};
use crate::model::cert_manager::Certificate;
use crate::model::credential::Credential;
use crate::model::gateway_api::GROUP;
use crate::model::{Key, Object as _, ObjectRef, Seen};
use crate::report::{Fix, Role, Severity};
use crate::world::World;
use crate::world::demand::{Demand, Spot, Target};
use crate::world::topology::Basis;

pub(super) const CHECK: Check = Check {
    code: "IGW0301",
    title: "the secret is in another namespace than the gateway's pods",
    severity: Severity::Error,
    explain: "\
A gateway reads `credentialName` only in the namespace of its own pods, wherever the Gateway and the \
application live. Gateways select pods by labels across all namespaces, so a Gateway in the \
application's namespace is usually served by pods in istio-system: a secret beside the application \
is then never read. HTTPS is refused at first, and reset once Envoy has waited 15 seconds.

Two ways out:

- Move the certificate to the namespace of the gateway's pods. Where cert-manager writes it, make the \
  Certificate there, wait until it is Ready, delete the old Certificate, then its Secret. (Deleting \
  the Secret alone makes cert-manager write it again.)
- Give the namespace a gateway of its own, so that the certificate may stay with its team.

A secret that is copied goes stale when it is renewed. `kubernetes-gateway://namespace/name` is no \
way out: it stopped working for pods outside the Gateway's namespace in Istio 1.26.5, 1.27.2 and \
1.28.0.",
    reads: state::WHEREABOUTS,
    on: &[On::Credential(run)],
};

fn run(world: &World, demand: &Demand, spot: &Spot) -> Answer {
    let state = state::of(world, demand, spot);
    if !state.is_elsewhere(world, demand, spot) {
        return Ok(Vec::new());
    }
    let State::Lacking { key, covered, elsewhere, written_elsewhere, .. } = state else {
        return Ok(Vec::new());
    };
    let mut found = match demand.askers.first() {
        Some(asker) => CHECK.finding(
            asker.object.clone(),
            format!("secret {} is not where this gateway looks for it", key.name),
        ),
        None => CHECK.finding(
            state::secret_ref(spot, demand),
            format!("secret {} is not where a gateway looks for it", key.name),
        ),
    };
    found = found
        .because(cause(spot, &key, &elsewhere, &written_elsewhere))
        .looked_in(&key.namespace)
        .asked_by(demand)
        .seen(evidence::fields(demand))
        .seen(evidence::absence(world, spot, covered.as_ref().copied()))
        .seen(evidence::logs(world, demand, spot))
        .fix(fix(world, demand, spot, &elsewhere, &written_elsewhere))
        .is(Trouble::Missing(key.namespace.clone(), key.name.clone()))
        .explains(consequences(&key.namespace, &key.name));
    Ok(vec![places(found, &elsewhere, &written_elsewhere)])
}

fn places(
    mut found: Found,
    elsewhere: &[&Seen<Credential>],
    written: &[&Seen<Certificate>],
) -> Found {
    for secret in elsewhere {
        found = found.involving(ObjectRef::of(secret), Role::FoundHere);
    }
    for certificate in written {
        found = found.involving(ObjectRef::of(certificate), Role::WritesIt);
    }
    found
}

fn cause(
    spot: &Spot,
    key: &Key,
    elsewhere: &[&Seen<Credential>],
    written: &[&Seen<Certificate>],
) -> String {
    let place = match spot.place.basis {
        Basis::Log => format!("{}, as the log says", key.namespace),
        Basis::Assumed | Basis::Named => key.namespace.clone(),
        Basis::Pods { .. } | Basis::Deployment(_) => {
            format!("{}, the namespace of its pods", key.namespace)
        }
    };
    let there = match elsewhere {
        [] => "Certificate ".to_owned() + &list(written.iter().map(|it| it.key())),
        secrets => {
            "secret of that name is in ".to_owned()
                + &list(secrets.iter().map(|it| Key::new("", it.metadata.namespace.clone())))
        }
    };
    let there = match elsewhere {
        [] => format!("{there} writes it to its own namespace"),
        _ => format!("a {there}"),
    };
    let unready = written
        .iter()
        .find_map(|it| state::not_ready(it))
        .map(|reason| format!("; that Certificate is not Ready either: {reason}"))
        .unwrap_or_default();
    format!("the gateway reads it only in {place}; {there}{unready}")
}

fn list(keys: impl Iterator<Item = Key>) -> String {
    let keys: Vec<String> = keys.map(|key| key.to_string()).collect();
    keys.join(", ")
}

fn fix(
    world: &World,
    demand: &Demand,
    spot: &Spot,
    elsewhere: &[&Seen<Credential>],
    written: &[&Seen<Certificate>],
) -> Fix {
    let to = match &spot.target {
        Target::Secret(key) => key.namespace.clone(),
        Target::Refused(_) | Target::Malformed => spot.place.namespace.clone(),
    };
    // Pods of another namespace may serve the same Gateway and need the secret where it is.
    let is_read_there = |namespace: &str| {
        demand
            .spots
            .iter()
            .flatten()
            .any(|spot| spot.key().is_some_and(|key| key.namespace == namespace))
    };
    let is_listener = demand.askers.iter().any(|it| it.object.api_version.starts_with(GROUP));
    if let (true, Some(there)) = (is_listener, elsewhere.first()) {
        let there = &there.metadata.namespace;
        return remedy::words(format!(
            "write namespace: {there} beside the certificateRef's name, and make a ReferenceGrant in {there} from Gateways of {to} to Secrets; or put the secret into {to}"
        ));
    }
    let asker = demand.askers.first().map(|it| &it.object);
    if let Some(certificate) = written.first() {
        let from = &certificate.metadata.namespace;
        let fix = remedy::move_certificate(world, certificate, &to, is_read_there(from));
        return fix.or_own_gateway(asker, from);
    }
    let Some(secret) = elsewhere.first() else { return Fix::default() };
    let from = &secret.metadata.namespace;
    let fix = if secret.origin.live {
        remedy::copy_secret(&secret.key(), &to)
    } else {
        remedy::words(format!("set metadata.namespace of Secret {} to {to}", secret.metadata.name))
    };
    fix.or_own_gateway(asker, from)
}
