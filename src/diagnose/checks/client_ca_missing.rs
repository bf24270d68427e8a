//! Clients are to be checked, and there is no CA to check them against.

use crate::diagnose::check::{Answer, Check, On, Trouble};
use crate::diagnose::state::{self, State};
use crate::diagnose::{evidence, remedy};
use crate::logs::{Sighting, What};
use crate::model::credential::{Credential, Pem, Reference};
use crate::model::kubernetes::ConfigMap;
use crate::model::{Key, ObjectRef};
use crate::report::{Evidence, Role, Severity};
use crate::world::demand::{ClientCa, Demand, Spot};
use crate::world::{Gap, Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0310",
    title: "MUTUAL without a CA for the clients",
    severity: Severity::Error,
    explain: "\
A server with `mode: MUTUAL` or `OPTIONAL_MUTUAL` checks its clients' certificates, and needs the CA \
that issued them. It is looked for in the secret `NAME-cacert`, then in the credential itself, under \
`cacert` or `ca.crt`, in the namespace of the gateway's pods; or where `caCertCredentialName` (1.28 \
and later) points: a secret there whose name ends in `-cacert`, or `configmap://namespace/name`. Without it the gateway never gets its configuration whole, and \
every connection is reset.",
    reads: &[
        Kind::Gateways,
        Kind::Pods,
        Kind::Deployments,
        Kind::Secrets,
        Kind::ConfigMaps,
        Kind::Certificates,
    ],
    on: &[On::Credential(run)],
};

/// The suffix by which istiod knows that a CA is asked for (Istio 1.1 to 1.31).
const SUFFIX: &str = "-cacert";

enum Ca {
    There,
    Lacking { object: ObjectRef, what: String },
    Nowhere(String),
}

fn run(world: &World, demand: &Demand, spot: &Spot) -> Answer {
    let (Some(client_ca), Some(key)) = (&demand.client_ca, spot.key()) else {
        return Ok(Vec::new());
    };
    let told = demand.sightings(world, spot).find(|it| is_about_the_ca(it));
    let ca = match client_ca {
        ClientCa::Derived => derived(world, key),
        ClientCa::Named(reference) => named(world, reference, &key.namespace),
    };
    let (object, what) = match (ca, told) {
        (Ok(Ca::There), _) => return Ok(Vec::new()),
        (Ok(Ca::Lacking { object, what }), _) => (Some(object), what),
        (Ok(Ca::Nowhere(what)), _) => (None, what),
        (Err(_), Some(told)) => {
            let reason = told.reason.as_deref().unwrap_or(NOT_ENABLED);
            let what = match &*told.keys.join(", ") {
                _ if told.what == What::Forbidden => format!("istiod says: {reason}"),
                "" => format!("no CA for {} was found", key.name),
                keys => format!("secret {} was found to have {keys}", key.name),
            };
            (None, what)
        }
        (Err(gap), None) => {
            let is_open = matches!(state::of(world, demand, spot), State::Present(_));
            return if is_open { Err(gap) } else { Ok(Vec::new()) };
        }
    };
    let at = match demand.askers.first() {
        Some(asker) => asker.object.clone(),
        None => state::secret_ref(spot, demand),
    };
    let mut found = CHECK
        .finding(at, format!("clients are to be checked against a CA that is not there: {what}"))
        .because(format!(
            "it is looked for in {}, under cacert or ca.crt, and every connection waits for it",
            place(&key.namespace)
        ))
        .looked_in(&key.namespace)
        .asked_by(demand)
        .seen(told.into_iter().flat_map(evidence::lines))
        .fix(remedy::words(format!(
            "put the CA that issued the clients' certificates under ca.crt of secret \
             {}{SUFFIX} in {}",
            key.name,
            place(&key.namespace)
        )))
        .is(Trouble::NoCa(key.namespace.clone(), key.name.clone()))
        .explains([Trouble::TimedOut(key.namespace.clone()), Trouble::TimedOut(String::new())]);
    if let Some(object) = object {
        found = found
            .seen([Evidence::Field {
                object: object.clone(),
                path: "data".to_owned(),
                value: what,
            }])
            .involving(object, Role::ReadHere);
    }
    Ok(vec![found])
}

fn place(namespace: &str) -> &str {
    if namespace.is_empty() { "the namespace of the gateway's pods" } else { namespace }
}

fn is_about_the_ca(sighting: &Sighting) -> bool {
    sighting.ca
        && !sighting.is_over()
        && (matches!(
            sighting.what,
            What::Missing | What::MissingOrUnusable | What::WrongKeys | What::EmptyKeys
        ) || is_not_enabled(sighting))
}

/// istiod's words where the CA is in a ConfigMap of a remote cluster (Istio 1.27 to 1.31).
const NOT_ENABLED: &str = "configmap access not enabled for remote clusters";

fn is_not_enabled(sighting: &Sighting) -> bool {
    sighting.what == What::Forbidden
        && sighting.samples.iter().any(|it| it.text.contains(NOT_ENABLED))
}

/// `NAME-cacert` if there is one, whatever it holds; else the credential itself
/// (`pilot/pkg/credentials/kube/secrets.go`, Istio 1.12 to 1.31).
fn derived(world: &World, key: &Key) -> Result<Ca, Gap> {
    let own = Key::new(key.namespace.clone(), format!("{}{SUFFIX}", key.name));
    let secret = match world.get::<Credential>(&own) {
        Ok(Some(secret)) => Some(secret),
        Ok(None) => world.get::<Credential>(key)?,
        // Where the first cannot be ruled out, a CA in the second still does.
        Err(gap) => match world.get::<Credential>(key)? {
            Some(secret) if matches!(secret.facts.ca_key(), Some(Ok(_))) => Some(secret),
            _ => return Err(gap),
        },
    };
    holds_ca(world, secret, &format!("secrets {} and {} are not there", own.name, key.name))
}

fn named(world: &World, reference: &Reference, namespace: &str) -> Result<Ca, Gap> {
    match reference {
        Reference::ConfigMap { namespace, name } => {
            // The end of the name is for istiod alone, which looks without it.
            let name = name.strip_suffix(SUFFIX).unwrap_or(name);
            let key = Key::new(namespace.clone(), name);
            let nowhere = || Ca::Nowhere(format!("there is no ConfigMap {key}"));
            Ok(world.get::<ConfigMap>(&key)?.map_or_else(nowhere, |seen| {
                if seen.data.cacert.is_empty() && seen.data.ca_crt.is_empty() {
                    let what = "it has neither cacert nor ca.crt".to_owned();
                    Ca::Lacking { object: ObjectRef::of(seen), what }
                } else {
                    Ca::There
                }
            }))
        }
        // istiod takes a Secret for a CA by the end of its name, and then also tries without it
        // (`pilot/pkg/xds/sds.go`, Istio 1.28 to 1.31).
        Reference::Local { name } if !name.ends_with(SUFFIX) => Ok(Ca::Nowhere(format!(
            "caCertCredentialName {name} does not end in {SUFFIX}, so istiod reads a key pair"
        ))),
        Reference::Explicit { namespace: there, name } if there != namespace => {
            Ok(Ca::Nowhere(format!("caCertCredentialName {there}/{name} leads out of {namespace}")))
        }
        Reference::Local { name }
        | Reference::Explicit { name, .. }
        | Reference::GatewayApi { name, .. } => {
            let namespace = match reference {
                Reference::GatewayApi { namespace, .. } => namespace,
                _ => namespace,
            };
            let own = Key::new(namespace, name.clone());
            let secret = match world.get::<Credential>(&own)? {
                Some(secret) => Some(secret),
                None => match name.strip_suffix(SUFFIX) {
                    Some(bare) => world.get::<Credential>(&Key::new(namespace, bare))?,
                    None => None,
                },
            };
            holds_ca(world, secret, &format!("there is no secret {own}"))
        }
        Reference::Internal | Reference::Malformed => Ok(Ca::There),
    }
}

fn holds_ca(
    world: &World,
    secret: Option<&crate::model::Seen<Credential>>,
    nowhere: &str,
) -> Result<Ca, Gap> {
    let Some(secret) = secret else { return Ok(Ca::Nowhere(nowhere.to_owned())) };
    let object = ObjectRef::of(secret);
    match secret.facts.ca_key() {
        Some(Ok(key)) => Ok(match &secret.facts.ca {
            Some(Pem::Faulty(reason)) => {
                let what = format!("{key} of secret {} {reason}", object.name);
                Ca::Lacking { object, what }
            }
            _ => Ca::There,
        }),
        Some(Err(_)) => {
            let what = match &*secret.facts.key_names().join(", ") {
                "" => format!("secret {} has no keys at all", object.name),
                keys => format!("secret {} has {keys}", object.name),
            };
            Ok(Ca::Lacking { object, what })
        }
        None => Err(world.value_gap(&object.namespace)),
    }
}
