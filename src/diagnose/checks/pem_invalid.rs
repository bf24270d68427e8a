//! Certificate or key cannot be read.

use crate::diagnose::check::{Answer, Check, Found, On, Trouble, consequences, refusals};
use crate::diagnose::state::{self, State};
use crate::diagnose::{evidence, remedy};
use crate::logs::{Sighting, Speaker, What};
use crate::model::ObjectRef;
use crate::model::credential::Pem;
use crate::report::{Evidence, Severity};
use crate::world::demand::{Demand, Spot};
use crate::world::{Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0305",
    title: "certificate or key is not valid PEM",
    severity: Severity::Error,
    explain: "\
The secret is where it should be and has the keys, but what is under them cannot be read as PEM: a \
file of another kind, base64 applied twice, a certificate cut off, an encrypted key. istiod says \
`invalid certificates` and, since 1.18.5 and 1.19.1, sends it all the same; Envoy refuses it \
(`Failed to load certificate chain`, `Failed to load private key`), and TLS connections are reset.",
    reads: &[Kind::Gateways, Kind::Pods, Kind::Deployments, Kind::Secrets, Kind::Certificates],
    on: &[On::Credential(run), On::Sighting(on_sighting)],
};

const SAID: &[What] = &[What::BadCertificate, What::BadKey, What::Refused];

fn run(world: &World, demand: &Demand, spot: &Spot) -> Answer {
    let told = state::told(world, demand, spot, SAID);
    let by_log = |object: ObjectRef, told: &Sighting| {
        let part = if told.what == What::BadKey { "the private key" } else { "the certificate" };
        let reason = told.reason.as_ref().map_or_else(String::new, |it| format!(": {it}"));
        let expired = Trouble::Expired(object.namespace.clone(), object.name.clone());
        let fault = format!("{part} cannot be read{reason}");
        let mut found = finding(world, demand, spot, object, fault);
        // Of one pair, Envoy's refusal is what clients see.
        if state::told(world, demand, spot, &[What::Expired]).is_some() {
            found = found.because(
                "Envoy refuses it, and connections are reset; istiod says that the certificate is \
                 expired or not yet valid besides",
            );
        }
        vec![found.explains([expired])]
    };
    let secret = match state::of(world, demand, spot) {
        State::Present(secret) => secret,
        State::Lacking { covered: Err(_), .. } => {
            return Ok(told
                .map(|told| by_log(state::secret_ref(spot, demand), told))
                .unwrap_or_default());
        }
        State::Lacking { .. } | State::Refused => return Ok(Vec::new()),
    };
    let Some(Ok((cert, key))) = secret.facts.pair() else { return Ok(Vec::new()) };
    let object = ObjectRef::of(secret);
    let mut faults = Vec::new();
    if let Some(Pem::Faulty(reason)) = &secret.facts.chain {
        faults.push(format!("{cert} {reason}"));
    }
    if let Some(Pem::Faulty(reason)) = &secret.facts.key {
        faults.push(format!("{key} {reason}"));
    }
    if !faults.is_empty() {
        return Ok(vec![finding(world, demand, spot, object, faults.join(", "))]);
    }
    // What was taken out of the inputs, a log may still speak of.
    let is_known = secret.facts.chain.is_some() && secret.facts.key.is_some();
    match told {
        Some(told) if !is_known => Ok(by_log(object, told)),
        _ => Ok(Vec::new()),
    }
}

fn finding(world: &World, demand: &Demand, spot: &Spot, object: ObjectRef, fault: String) -> Found {
    let (namespace, name) = (object.namespace.clone(), object.name.clone());
    let field = object.source.as_ref().map(|_| Evidence::Field {
        object: object.clone(),
        path: "data".to_owned(),
        value: fault.clone(),
    });
    CHECK
        .finding(object, format!("secret {name} holds no usable pair: {fault}"))
        .because("Envoy refuses it, and connections are reset")
        .looked_in(&namespace)
        .asked_by(demand)
        .seen(field)
        .seen(evidence::logs(world, demand, spot))
        .fix(remedy::words(format!(
            "write secret {name} anew from PEM files: a certificate chain and its unencrypted key"
        )))
        .explains(consequences(&namespace, &name))
        .explains(refusals(&namespace))
}

/// Envoy's own lines name no secret; where no credential of that namespace is known to be at
/// fault, they are all there is.
fn on_sighting(_: &World, demands: &[Demand], sighting: &Sighting) -> Vec<Found> {
    let is_one = SAID.contains(&sighting.what) && sighting.credential.is_none();
    if !is_one || sighting.is_over() {
        return Vec::new();
    }
    let namespace = sighting.place().unwrap_or_default();
    let object = state::nameless(demands, namespace);
    let reason = sighting.reason.as_ref().map_or_else(String::new, |it| format!(": {it}"));
    let found = CHECK
        .finding(object, format!("Envoy refused a credential{reason}"))
        .because(who_names_it(sighting))
        .looked_in(namespace)
        .seen(evidence::lines(sighting))
        .fix(remedy::words(if is_encrypted(sighting) {
            "write the secret anew with its key decrypted"
        } else {
            "write the secret anew from PEM files"
        }))
        .is(Trouble::Refused(namespace.to_owned()))
        .explains([Trouble::TimedOut(namespace.to_owned())]);
    vec![found]
}

/// Where its name may be found. istiod looks into certificates since 1.14, and never at a key; up to
/// 1.7 the agent beside Envoy fetched the secret.
fn who_names_it(sighting: &Sighting) -> &'static str {
    let is_agents = sighting.samples.iter().any(|it| it.text.contains("envoy.api.v2.auth.Secret"));
    match sighting.what {
        _ if is_encrypted(sighting) => {
            "the line does not name it, and no other does, for only Envoy looks at a key: this one \
             is encrypted"
        }
        _ if is_agents => {
            "the line does not name it; the agent's may, in the same pod (`skip loading secret`, \
             Istio 1.3 to 1.8)"
        }
        What::BadKey => {
            "the line does not name it, and no other does, for only Envoy looks at a key"
        }
        _ if sighting.speaker == Speaker::Istiod => {
            "the line does not name it; another of istiod's of the same time may (`invalid \
             certificates`, Istio 1.14 and later)"
        }
        _ => {
            "the line does not name it; istiod's log of the same time may (`invalid certificates`, \
             Istio 1.14 and later)"
        }
    }
}

/// Whether the key wants a password, which nobody gives it.
fn is_encrypted(sighting: &Sighting) -> bool {
    sighting.reason.as_ref().is_some_and(|it| it.contains("BAD_PASSWORD_READ"))
}
