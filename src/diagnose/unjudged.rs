//! What logs say of a failure, and no check judges: a report that passes over it in silence would
//! pass for clean.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::check::{Found, Trouble};
use super::evidence;
use super::meaning;
use super::scope::Within;
use super::whose;
use crate::logs::{Sighting, What};
use crate::model::Key;
use crate::model::gateway_api::KubernetesGateway;
use crate::model::istio::Gateway;
use crate::report::{Evidence, Unjudged};
use crate::world::demand::Demand;
use crate::world::{Kind, World};

/// All of it: what is said of servers and credentials first, then requests, the most frequent first.
pub(super) fn unjudged(
    world: &World,
    demands: &[Demand],
    found: &[Found],
    within: &Within<'_>,
) -> Vec<Unjudged> {
    let told = Told::of(found);
    let all = world.sightings().iter();
    let mut left: Vec<&Sighting> = all
        .filter(|it| speaks_of_failure(it) && !it.is_over() && is_within(within, it))
        .filter(|it| !told.has(it) && !is_decided(world, demands, it) && !whose::is_past(world, it))
        .collect();
    left.sort_by_key(|it| match it.what {
        What::Request => (true, Reverse(it.count)),
        _ => (false, Reverse(0)),
    });
    let mut entries: Vec<Unjudged> = Vec::new();
    let mut positions: HashMap<Unjudged, usize> = HashMap::new();
    for it in left.into_iter().map(entry) {
        match positions.entry(it.subject()) {
            Entry::Occupied(at) => entries[*at.get()].merge(&it),
            Entry::Vacant(at) => {
                at.insert(entries.len());
                entries.push(it);
            }
        }
    }
    entries
}

/// How often a proxy says that it is not ready before that is more than a start: it says so every
/// two seconds.
const OFTEN: u64 = 10;

/// Whether it speaks of a failure, and of one that has to do with a gateway.
fn speaks_of_failure(sighting: &Sighting) -> bool {
    match sighting.what {
        What::Changed | What::Served => false,
        // The agent of 1.1 to 1.8 speaks of every secret in its namespace.
        What::Deleted => sighting.asked,
        What::NotReady => {
            let rejected = |it: &String| it.contains(" rejected") && !has_no_rejection(it);
            sighting.count >= OFTEN || sighting.reason.as_ref().is_some_and(rejected)
        }
        // One Service or none on a port is not several.
        What::SeveralServices => sighting.hosts.len() > 1,
        // A client that goes away is no failure.
        What::Request => sighting.request.as_ref().is_none_or(|it| it.flags != "DC"),
        what if what.is_credential_failure() => sighting.credential.is_none() || sighting.asked,
        _ => true,
    }
}

/// Whether each count of rejected updates is 0: `lds updates: 2 successful, 0 rejected`.
fn has_no_rejection(reason: &str) -> bool {
    let mut words = reason.split_whitespace();
    let mut before = "";
    words.all(|word| {
        let is_none = !word.starts_with("rejected") || before == "0";
        before = word;
        is_none
    })
}

/// What has been told already.
struct Told<'f> {
    lines: HashSet<(&'f str, &'f str)>,
    credentials: HashSet<(&'f str, &'f str)>,
    /// The clusters that a finding's route leads to.
    clusters: HashSet<&'f str>,
}

impl<'f> Told<'f> {
    fn of(found: &'f [Found]) -> Self {
        let evidence = found.iter().flat_map(|it| &it.finding.evidence);
        let lines = evidence.filter_map(|it| match it {
            Evidence::Log { source, text, .. } => Some((&**source, &**text)),
            _ => None,
        });
        let troubles = found.iter().flat_map(|it| it.explains.iter().chain([&it.is]));
        let credentials = troubles.filter_map(|it| match it {
            Trouble::Logged(namespace, name)
            | Trouble::Missing(namespace, name)
            | Trouble::NoCa(namespace, name) => Some((&**namespace, &**name)),
            _ => None,
        });
        let fields = found.iter().flat_map(|it| &it.finding.evidence);
        let clusters = fields.filter_map(|it| match it {
            Evidence::Field { value, .. } => evidence::cluster(value),
            _ => None,
        });
        Self {
            lines: lines.collect(),
            credentials: credentials.collect(),
            clusters: clusters.collect(),
        }
    }

    /// Whether one of its lines is shown, or its credential or its cluster has a finding.
    fn has(&self, sighting: &Sighting) -> bool {
        let mut samples = sighting.samples.iter();
        let is_shown = samples.any(|it| {
            let source = format!("{}:{}", it.source, it.line);
            self.lines.contains(&(&*source, &*it.text))
        });
        let name = sighting.credential.as_deref();
        let cluster = sighting.request.as_ref().and_then(|it| it.cluster.as_deref());
        is_shown
            || cluster.is_some_and(|it| self.clusters.contains(it))
            || name.is_some_and(|name| {
                let place = sighting.place().unwrap_or_default();
                let of_place = self.credentials.contains(&(place, name));
                let mut all = self.credentials.iter();
                of_place || (place.is_empty() && all.any(|(_, it)| *it == name))
            })
    }
}

/// Whether the objects decide the matter, whatever a log said before.
fn is_decided(world: &World, demands: &[Demand], sighting: &Sighting) -> bool {
    let shows = |kind| world.covers(kind, None).is_ok();
    let shows_gateways = || shows(Kind::Gateways) && shows(Kind::KubernetesGateways);
    match sighting.what {
        // Whether istiod takes a reference, the objects alone do not tell.
        What::CrossNamespace | What::BadName | What::NotAuthenticated | What::UnknownCluster => {
            false
        }
        What::FetchTimedOut => sighting.credential.is_none() && !demands.is_empty(),
        What::NoRoute | What::NoFilter | What::NoGateway | What::NoListeners => {
            shows_gateways() && shows(Kind::VirtualServices)
        }
        What::DuplicateHost
        | What::DuplicateSni
        | What::PortConflict
        | What::DuplicatePortName
        | What::BadServer
        | What::NoTlsBlock => shows_gateways() && !names_a_gateway(world, sighting),
        what if what.is_credential_failure() || what == What::Waiting => {
            let Some(name) = &sighting.credential else { return false };
            let mut of_name = demands.iter().filter(|it| it.reference.name() == name).peekable();
            if of_name.peek().is_none() {
                return shows_gateways();
            }
            let place = sighting.place();
            let mut spots = of_name.flat_map(|it| it.spots.iter().flatten());
            spots.any(|spot| {
                place.is_none_or(|it| it == spot.place.namespace) && spot.secret(world).is_ok()
            })
        }
        _ => false,
    }
}

/// Whether the Gateway that it names, with or without its namespace, is still there.
fn names_a_gateway(world: &World, sighting: &Sighting) -> bool {
    let Some(written) = &sighting.gateway else { return true };
    world
        .all::<Gateway>()
        .keys()
        .chain(world.all::<KubernetesGateway>().keys())
        .any(|key| is_called(key, written))
}

/// Whether a Gateway is called so by istiod, with its namespace or without.
fn is_called(key: &Key, written: &str) -> bool {
    let name = whose::own_name(written);
    key.to_string() == name || key.name == name
}

/// Whether it may have to do with what is asked about: a line that names neither a namespace nor a
/// Gateway may.
fn is_within(within: &Within<'_>, sighting: &Sighting) -> bool {
    let whose = sighting.gateway.as_ref().and_then(|it| it.split_once('/'));
    let namespace = whose.map(|it| it.0).or(sighting.place());
    let is_asked = within.gateways.as_ref().is_none_or(|keys| {
        sighting.gateway.as_ref().is_none_or(|it| keys.iter().any(|key| is_called(key, it)))
    });
    is_asked && within.namespace().is_none_or(|wanted| namespace.is_none_or(|it| it == wanted))
}

fn entry(sighting: &Sighting) -> Unjudged {
    let request = sighting.request.as_ref();
    let asked_for = request.and_then(|it| it.authority.clone().or_else(|| it.sni.clone()));
    let sample = sighting.samples.first();
    let proxy = sighting.proxy.as_ref().filter(|it| !it.pod.is_empty());
    Unjudged {
        message: meaning::of(sighting),
        count: sighting.count,
        first: sighting.first,
        last: sighting.last,
        source: sample.map_or_else(String::new, |it| format!("{}:{}", it.source, it.line)),
        text: sample.map_or_else(String::new, |it| it.text.clone()),
        pod: proxy.map(|it| match &it.namespace {
            Some(namespace) => format!("{namespace}/{}", it.pod),
            None => it.pod.clone(),
        }),
        gateway: sighting.gateway.clone(),
        credential: sighting.credential.clone(),
        hosts: if sighting.hosts.is_empty() {
            asked_for.into_iter().collect()
        } else {
            sighting.hosts.clone()
        },
        port: sighting.port,
        cluster: request.and_then(|it| it.cluster.clone()),
    }
}
