//! How a credential stands where it is looked for; what several checks need to tell apart.

use std::collections::BTreeSet;

use crate::logs::{Sighting, What};
use crate::model::cert_manager::Certificate;
use crate::model::credential::{Credential, Keys};
use crate::model::{Key, ObjectRef, Seen};
use crate::world::demand::{Demand, Spot};
use crate::world::{Gap, Kind, May, Why, World};

/// What tells where a secret is that is not in its place, and what will write it.
pub(super) const WHEREABOUTS: &[Kind] = &[
    Kind::Gateways,
    Kind::KubernetesGateways,
    Kind::ReferenceGrants,
    Kind::Pods,
    Kind::Deployments,
    Kind::Secrets,
    Kind::Certificates,
    Kind::Issuers,
    Kind::Events,
    Kind::SealedSecrets,
    Kind::ExternalSecrets,
];

/// How a credential stands in one place.
pub(super) enum State<'w> {
    /// The Secret is there.
    Present(&'w Seen<Credential>),
    /// It is not there, as far as the inputs tell.
    Lacking {
        /// The Secret that is read.
        key: Key,
        /// `Err`: the inputs do not show all secrets there.
        covered: Result<(), Gap>,
        /// Secrets of that name elsewhere, the Gateway's own namespace first.
        elsewhere: Vec<&'w Seen<Credential>>,
        /// Certificates that write it elsewhere, likewise.
        written_elsewhere: Vec<&'w Seen<Certificate>>,
        /// The Certificate that writes it there.
        writer: Option<&'w Seen<Certificate>>,
    },
    /// The reference leads nowhere that istiod would look.
    Refused,
}

/// How many places a Secret is reported in.
const PLACES: usize = 10;

/// Looks at a credential in a place.
pub(super) fn of<'w>(world: &'w World, demand: &Demand, spot: &Spot) -> State<'w> {
    let Some(key) = spot.key() else { return State::Refused };
    let covered = match spot.secret(world) {
        Ok(Some(secret)) => return State::Present(secret),
        Ok(None) => Ok(()),
        Err(gap) => Err(gap),
    };
    let own: BTreeSet<&str> = demand.askers.iter().map(|asker| &*asker.object.namespace).collect();
    let rank = |namespace: &str| !own.contains(namespace);
    let mut elsewhere: Vec<_> = world
        .secrets_named(&key.name)
        .filter(|it| it.metadata.namespace != key.namespace)
        // What holds something else under that name is no certificate that went astray.
        .filter(|it| !matches!(it.facts.pair(), Some(Err(Keys::Lacking))))
        .collect();
    elsewhere.sort_by_cached_key(|it| rank(&it.metadata.namespace));
    elsewhere.truncate(PLACES);
    let (here, mut written_elsewhere): (Vec<_>, Vec<_>) =
        world.writers_of(&key.name).partition(|it| it.metadata.namespace == key.namespace);
    written_elsewhere.sort_by_cached_key(|it| rank(&it.metadata.namespace));
    written_elsewhere.truncate(PLACES);
    let writer = here.into_iter().next();
    State::Lacking { key: key.clone(), covered, elsewhere, written_elsewhere, writer }
}

impl State<'_> {
    /// Whether the Secret is in another namespace, so that this is the one thing to say. Where the
    /// user may not look, a Secret elsewhere proves nothing, unless a log says that it is missing.
    pub(super) fn is_elsewhere(&self, world: &World, demand: &Demand, spot: &Spot) -> bool {
        match self {
            Self::Lacking { key, covered, elsewhere, written_elsewhere, writer: None } => {
                let may_be_there = covered.as_ref().err().is_some_and(|gap| {
                    gap.why != Why::Beyond && !says_missing(world, demand, spot)
                });
                let is_known = !key.namespace.is_empty();
                // In files, what is on its way there is as good as there.
                let will_be_written = covered.is_err() && world.is_written_otherwise(key);
                is_known
                    && !will_be_written
                    && !may_be_there
                    && !is_served(world, demand, spot)
                    && (!elsewhere.is_empty() || !written_elsewhere.is_empty())
            }
            _ => false,
        }
    }
}

/// Whether a log says that it is missing there.
pub(super) fn says_missing(world: &World, demand: &Demand, spot: &Spot) -> bool {
    let is = |it: &Sighting| matches!(it.what, What::Missing | What::MissingOrUnusable);
    demand.sightings(world, spot).any(|it| is(it) && !it.ca)
}

/// Whether a log shows it as served there, and nothing later against it.
pub(super) fn is_served(world: &World, demand: &Demand, spot: &Spot) -> bool {
    !demand.sightings(world, spot).any(Sighting::is_failure)
        && demand.sightings(world, spot).any(|it| it.what == What::Served)
}

/// Why a Certificate is not Ready; `None` where it is, or where that is not known.
pub(super) fn not_ready(certificate: &Seen<Certificate>) -> Option<String> {
    match certificate.spec_ready() {
        Some(true) => None,
        Some(false) => {
            let condition = certificate.status.condition("Ready")?;
            Some(match (&*condition.reason, &*condition.message) {
                ("", "") => "it is not Ready".to_owned(),
                (reason, "") => reason.to_owned(),
                ("", message) => message.to_owned(),
                (reason, message) => format!("{reason}: {message}"),
            })
        }
        // A manifest has no status; a live one without has never been looked at.
        None => certificate
            .origin
            .live
            .then(|| "it has no status, as if cert-manager were not running".to_owned()),
    }
}

impl Certificate {
    fn spec_ready(&self) -> Option<bool> {
        self.status.condition("Ready").map(|it| it.status == "True")
    }
}

/// A sighting of the credential that the log does not take back, and that state cannot decide.
pub(super) fn told<'w>(
    world: &'w World,
    demand: &'w Demand,
    spot: &'w Spot,
    what: &'static [What],
) -> Option<&'w Sighting> {
    all_told(world, demand, spot, what).find(|it| !it.ca)
}

/// The same, also of the CA that clients are checked against, where nothing is said of the
/// credential itself.
pub(super) fn told_of_either<'w>(
    world: &'w World,
    demand: &'w Demand,
    spot: &'w Spot,
    what: &'static [What],
) -> Option<&'w Sighting> {
    let told = told(world, demand, spot, what);
    told.or_else(|| all_told(world, demand, spot, what).next())
}

fn all_told<'w>(
    world: &'w World,
    demand: &'w Demand,
    spot: &'w Spot,
    what: &'static [What],
) -> impl Iterator<Item = &'w Sighting> {
    demand.sightings(world, spot).filter(|it| what.contains(&it.what))
}

/// The Secret of a place, as an object, whether it was seen or not.
pub(super) fn secret_ref(spot: &Spot, demand: &Demand) -> ObjectRef {
    let key = spot.key().cloned().unwrap_or_else(|| Key::new("", demand.reference.name()));
    ObjectRef {
        api_version: "v1".to_owned(),
        ..ObjectRef::named("Secret", &key.namespace, &key.name)
    }
}

/// The Secret that a line of Envoy's means, which names none: the only one that is asked for in
/// that namespace, else one without a name.
pub(super) fn nameless(demands: &[Demand], namespace: &str) -> ObjectRef {
    let spots = demands
        .iter()
        .flat_map(|demand| demand.spots.iter().flatten().map(move |spot| (demand, spot)));
    let mut candidates =
        spots.filter(|(_, spot)| namespace.is_empty() || spot.place.namespace == namespace);
    match (candidates.next(), candidates.next()) {
        (Some((demand, spot)), None) => secret_ref(spot, demand),
        _ => {
            ObjectRef { api_version: "v1".to_owned(), ..ObjectRef::named("Secret", namespace, "") }
        }
    }
}

/// Whether nothing is known against a credential: it is there, its pair is complete and sound, or
/// as sound as the inputs tell, and it may be read.
pub(super) fn is_sound(world: &World, demand: &Demand, spot: &Spot) -> bool {
    use crate::model::credential::Pem;
    let State::Present(secret) = of(world, demand, spot) else { return false };
    let facts = &secret.facts;
    let forbidden = spot.place.service_account.as_ref().is_some_and(|account| {
        matches!(world.may_list_secrets(&spot.place.namespace, account), Ok(May::No(_)))
    });
    matches!(facts.pair(), Some(Ok(_)))
        && !matches!(facts.chain, Some(Pem::Faulty(_)))
        && !matches!(facts.key, Some(Pem::Faulty(_)))
        && facts.key_fits != Some(false)
        && !forbidden
}
