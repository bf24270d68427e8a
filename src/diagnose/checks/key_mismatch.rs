//! The private key does not belong to the certificate.

use crate::diagnose::check::{Answer, Check, Found, On, Trouble, consequences, refusals};
use crate::diagnose::state::{self, State};
use crate::diagnose::{evidence, remedy};
use crate::logs::{Sighting, What};
use crate::model::ObjectRef;
use crate::model::credential::{Algorithm, Pem};
use crate::report::Severity;
use crate::world::demand::{Demand, Spot};
use crate::world::{Gap, Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0306",
    title: "the key does not belong to the certificate",
    severity: Severity::Error,
    explain: "\
Certificate and key are each valid, but the key is another certificate's. istiod passes such a pair \
on without a word; Envoy refuses it (`KEY_VALUES_MISMATCH` in the gateway's log, `ACK ERROR` in \
istiod's), and TLS connections are reset, or served with the pair from before.

It happens where a certificate was renewed by hand and the key left as it was, or where the chain \
is in the wrong order: the server's own certificate must come first.",
    reads: &[Kind::Gateways, Kind::Pods, Kind::Deployments, Kind::Secrets, Kind::Certificates],
    on: &[On::Credential(run), On::Sighting(on_sighting)],
};

fn run(world: &World, demand: &Demand, spot: &Spot) -> Answer {
    let told = state::told(world, demand, spot, &[What::KeyMismatch]).is_some();
    let secret = match state::of(world, demand, spot) {
        State::Present(secret) => secret,
        State::Lacking { covered: Err(_), .. } if told => {
            let object = state::secret_ref(spot, demand);
            return Ok(vec![finding(world, demand, spot, object)]);
        }
        State::Lacking { .. } | State::Refused => return Ok(Vec::new()),
    };
    let facts = &secret.facts;
    let is_faulty = matches!(facts.chain, Some(Pem::Faulty(_)))
        || matches!(facts.key, Some(Pem::Faulty(_)))
        || !matches!(facts.pair(), Some(Ok(_)));
    match facts.key_fits {
        Some(true) => Ok(Vec::new()),
        Some(false) => Ok(vec![finding(world, demand, spot, ObjectRef::of(secret))]),
        // That its values could not be read is told once, by the check of its keys.
        None if is_faulty => Ok(Vec::new()),
        None if told => Ok(vec![finding(world, demand, spot, ObjectRef::of(secret))]),
        None if matches!(facts.key, Some(Pem::Read(Algorithm::Other))) => Err(Gap::beyond(
            "a key of this kind cannot be held against its certificate",
            "compare their public keys, for example with openssl",
            None,
        )),
        None => Err(Gap::beyond(
            "the inputs hold back values of the secret, so whether its key fits is not known",
            "get secrets",
            Some(&secret.metadata.namespace),
        )),
    }
}

fn finding(world: &World, demand: &Demand, spot: &Spot, object: ObjectRef) -> Found {
    let (namespace, name) = (object.namespace.clone(), object.name.clone());
    CHECK
        .finding(object, format!("the key in secret {name} does not belong to its certificate"))
        .because("Envoy refuses the pair, and connections are reset or get the pair from before")
        .looked_in(&namespace)
        .asked_by(demand)
        .seen(evidence::logs(world, demand, spot))
        .fix(remedy::words(format!(
            "write secret {name} anew with a certificate and the key it was made for, the \
             server's own certificate first in the chain"
        )))
        .explains(consequences(&namespace, &name))
        .explains(refusals(&namespace))
}

/// Envoy's own line names no secret.
fn on_sighting(_: &World, demands: &[Demand], sighting: &Sighting) -> Vec<Found> {
    if sighting.what != What::KeyMismatch || sighting.credential.is_some() || sighting.is_over() {
        return Vec::new();
    }
    let namespace = sighting.place().unwrap_or_default();
    let object = state::nameless(demands, namespace);
    let found = CHECK
        .finding(object, "Envoy refused a pair whose key does not belong to its certificate")
        .because(
            "the line does not name it, and no other does, for only Envoy holds the two against \
             each other",
        )
        .looked_in(namespace)
        .seen(evidence::lines(sighting))
        .fix(remedy::words("write the secret anew with a certificate and the key it was made for"))
        .is(Trouble::Refused(namespace.to_owned()));
    vec![found]
}
