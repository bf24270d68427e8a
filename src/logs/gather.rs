//! Gathers what lines say into sightings, and tells which failures are over.

use super::event::{Event, Step};
use super::scan::Start;
use super::sighting::{Ending, Over, Proxy, Sighting, Speaker, What};
use super::tally::{Requests, Tally};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap};

/// How many things are told apart; what comes after is counted only.
const DISTINCT: usize = 20_000;

/// How many lines without a name, and with one, are kept to be put together.
const PAIRS: usize = 4_096;

/// How far apart in time a nameless refusal and the line that names the secret may be.
const NEAR: SignedDuration = SignedDuration::from_secs(1);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    what: What,
    speaker: Speaker,
    credential: Option<String>,
    ca: bool,
    namespace: Option<String>,
    about: Option<String>,
    port: Option<u16>,
    asker: Option<Proxy>,
}

impl Key {
    fn of(sighting: &Sighting) -> Self {
        let about = match (&sighting.credential, &sighting.gateway, &sighting.subject) {
            (Some(_), ..) => None,
            (None, Some(gateway), _) => Some(gateway.clone()),
            (None, None, Some(subject)) => Some(subject.clone()),
            (None, None, None) => sighting.resource.clone(),
        };
        // Where the namespace is not told, it may be the one of the proxy that asks.
        let asker = match (&sighting.credential, &sighting.namespace) {
            (None, _) => sighting.proxy.clone(),
            (Some(_), None) => sighting
                .proxy
                .as_ref()
                .map(|proxy| Proxy { pod: String::new(), namespace: proxy.namespace.clone() }),
            _ => None,
        };
        Self {
            asker,
            what: sighting.what,
            speaker: sighting.speaker,
            credential: sighting.credential.clone(),
            ca: sighting.ca,
            namespace: sighting.namespace.clone(),
            about,
            port: sighting.port,
        }
    }
}

/// What the agent was last seen doing for a name.
#[derive(Debug, Default)]
struct Search {
    /// The API gave a secret that has no key pair.
    unusable: bool,
    /// It looks for the fallback, and nothing says that there is none.
    fallback: Option<String>,
    /// What the search came to.
    verdict: Option<What>,
}

/// A line that names a secret, for nameless ones near it.
#[derive(Debug)]
struct Name {
    time: Timestamp,
    speaker: Speaker,
    credential: String,
    ca: bool,
    namespace: Option<String>,
    resource: Option<String>,
}

/// Gathers over several logs; its memory is bounded by what is told apart, not by lines.
#[derive(Debug, Default)]
pub struct Gatherer {
    index: HashMap<Key, usize>,
    sightings: Vec<Sighting>,
    by_name: HashMap<(String, bool), Vec<usize>>,
    searches: HashMap<(String, bool), Search>,
    names: Vec<Name>,
    nameless: Vec<(Timestamp, usize)>,
    requests: Requests,
    dropped: u64,
}

impl Gatherer {
    /// Nothing gathered yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many lines were left out, because too many different things are said.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(super) fn requests(&mut self, tally: Tally<'_>, start: &Start, line: u64) {
        self.requests.add(tally, start, line);
    }

    pub(super) fn add(&mut self, event: Event, pod: Option<&Proxy>) {
        let Event { mut sighting, step, counted } = event;
        if sighting.speaker != Speaker::Istiod && sighting.proxy.is_none() {
            sighting.proxy = pod.cloned();
            if sighting.speaker == Speaker::Agent && sighting.credential.is_some() {
                let namespace = pod.and_then(|pod| pod.namespace.clone());
                sighting.namespace = sighting.namespace.or(namespace);
            }
        }
        if step == Step::Names {
            self.note_name(&sighting);
        }
        if !counted {
            return;
        }
        if sighting.speaker == Speaker::Agent && !self.follow_agent(&mut sighting, step) {
            return;
        }
        match sighting.what {
            What::Served => self.end(&sighting, Ending::Served),
            What::Changed if sighting.speaker == Speaker::Istiod => {
                self.end(&sighting, Ending::Changed);
            }
            _ => {}
        }
        let time = sighting.first;
        let Some(at) = self.merge(sighting) else { return };
        if step == Step::Unnamed
            && let Some(time) = time
            && self.nameless.len() < PAIRS
        {
            self.nameless.push((time, at));
        }
    }

    /// Follows the agent's search for a name; whether the line counts.
    fn follow_agent(&mut self, sighting: &mut Sighting, step: Step) -> bool {
        let fallback = sighting.fallback.take();
        let Some(name) = sighting.credential.clone() else { return true };
        let key = (name, sighting.ca);
        if !self.searches.contains_key(&key) && (!sighting.asked || self.searches.len() >= DISTINCT)
        {
            return true;
        }
        let search = self.searches.entry(key.clone()).or_default();
        match (step, sighting.what) {
            (Step::Search, _) => {
                let unusable = std::mem::take(&mut search.unusable);
                sighting.what = if unusable { What::WrongKeys } else { What::Missing };
                search.verdict = Some(sighting.what);
                search.fallback = fallback;
            }
            (Step::Failed, _) => {
                search.fallback = None;
                sighting.what = search.verdict.unwrap_or(What::Missing);
            }
            (Step::Pushed, _) if search.fallback.is_some() => {
                let fallback = search.fallback.take();
                for &at in self.by_name.get(&key).into_iter().flatten() {
                    self.sightings[at].fallback.clone_from(&fallback);
                }
                return false;
            }
            (_, What::WrongKeys) if sighting.asked => search.unusable = true,
            (_, What::MissingOrUnusable) => {
                sighting.what = search.verdict.unwrap_or(What::MissingOrUnusable);
            }
            (_, What::Deleted) => *search = Search::default(),
            _ => {}
        }
        true
    }

    /// Marks failures of the name as over.
    fn end(&mut self, by: &Sighting, ending: Ending) {
        let Some(name) = by.credential.clone() else { return };
        let Some(sample) = by.samples.first() else { return };
        // A change of NAME may mend the CA too, which is looked for in NAME and NAME-cacert.
        let both = ending == Ending::Changed && !by.ca;
        let cas = if both { &[false, true][..] } else { std::slice::from_ref(&by.ca) };
        for ca in cas {
            for &at in self.by_name.get(&(name.clone(), *ca)).into_iter().flatten() {
                let failure = &mut self.sightings[at];
                let there = match ending {
                    Ending::Served => failure.speaker == by.speaker,
                    Ending::Changed => {
                        failure.speaker == by.speaker && failure.namespace == by.namespace
                    }
                };
                // Logs of several pods come one after the other, not by time.
                let later = by.last.is_none() || by.last >= failure.last;
                if there && later {
                    failure.fallback = None;
                    failure.over = Some(Over { ending, sample: sample.clone() });
                }
            }
        }
    }

    fn merge(&mut self, sighting: Sighting) -> Option<usize> {
        let key = Key::of(&sighting);
        let failure = sighting.what.is_credential_failure() || sighting.what == What::Waiting;
        if let Some(&at) = self.index.get(&key) {
            let known = &mut self.sightings[at];
            let ended = known.over.as_ref().and_then(|over| over.sample.time);
            if ended.is_none() || sighting.last.is_none() || sighting.last > ended {
                known.over = None;
            }
            known.merge(sighting);
            return Some(at);
        }
        // Ordinary changes of many secrets leave room for what fails.
        let room = if failure && sighting.asked { DISTINCT } else { DISTINCT / 2 };
        if self.sightings.len() >= room {
            self.dropped += 1;
            return None;
        }
        let at = self.sightings.len();
        if let (true, Some(name)) = (failure, &sighting.credential) {
            self.by_name.entry((name.clone(), sighting.ca)).or_default().push(at);
        }
        self.index.insert(key, at);
        self.sightings.push(sighting);
        Some(at)
    }

    fn note_name(&mut self, sighting: &Sighting) {
        let (Some(time), Some(credential)) = (sighting.first, &sighting.credential) else { return };
        if self.names.len() < PAIRS {
            self.names.push(Name {
                time,
                speaker: sighting.speaker,
                credential: credential.clone(),
                ca: sighting.ca,
                namespace: sighting.namespace.clone(),
                resource: sighting.resource.clone(),
            });
        }
    }

    /// All that was gathered: in the order in which it was first said, requests last.
    pub fn finish(mut self) -> Vec<Sighting> {
        self.name_the_nameless();
        self.join_namespaces();
        self.settle();
        for sighting in &mut self.sightings {
            if let (Speaker::Agent, Some(name)) = (sighting.speaker, &sighting.credential) {
                sighting.asked |= self.searches.contains_key(&(name.clone(), sighting.ca));
            }
        }
        self.sightings.retain(|sighting| sighting.count > 0);
        self.sightings.extend(std::mem::take(&mut self.requests).finish());
        self.sightings
    }

    /// Logs may be read in another order than they were written (`x.log` before `x.log.1`): where
    /// times tell that a secret was served after the last failure, that is over.
    fn settle(&mut self) {
        let is_told = |it: &&Sighting| it.what == What::Served && it.last.is_some();
        let served: Vec<Sighting> = self.sightings.iter().filter(is_told).cloned().collect();
        for by in &served {
            let Some(sample) = by.samples.iter().rev().find(|it| it.time == by.last) else {
                continue;
            };
            let Some(name) = by.credential.clone() else { continue };
            for &at in self.by_name.get(&(name, by.ca)).into_iter().flatten() {
                let failure = &mut self.sightings[at];
                let is_later = failure.last.is_some() && by.last > failure.last;
                if failure.over.is_none() && failure.speaker == by.speaker && is_later {
                    failure.over = Some(Over { ending: Ending::Served, sample: sample.clone() });
                }
            }
        }
    }

    /// Gives refusals and time-outs the name that a line near in time tells, if only one does.
    fn name_the_nameless(&mut self) {
        self.names.sort_by_key(|name| name.time);
        for (time, at) in std::mem::take(&mut self.nameless) {
            let from = self.names.partition_point(|name| name.time < time - NEAR);
            let near = self.names[from..].iter().take_while(|name| name.time <= time + NEAR);
            let what = self.sightings[at].what;
            let fits =
                near.filter(|name| what != What::FetchTimedOut || name.speaker == Speaker::Envoy);
            let said: BTreeSet<_> = fits.clone().map(|name| (&name.credential, name.ca)).collect();
            let namespace = fits.clone().find_map(|name| name.namespace.clone());
            let resource = fits.clone().find_map(|name| name.resource.clone());
            let (Some(&(credential, ca)), 1) = (said.first(), said.len()) else { continue };
            let mut named = self.sightings[at].clone();
            named.credential = Some(credential.clone());
            named.ca = ca;
            named.namespace = namespace;
            named.resource = resource;
            named.asked = true;
            named.count = 1;
            (named.first, named.last) = (Some(time), Some(time));
            named.samples.retain(|sample| sample.time == Some(time));
            self.sightings[at].count = self.sightings[at].count.saturating_sub(1);
            self.merge(named);
        }
    }

    /// The agent looks in one namespace: what lines without it say is said of it.
    fn join_namespaces(&mut self) {
        for at in 0..self.sightings.len() {
            let sighting = &self.sightings[at];
            if sighting.speaker != Speaker::Agent || sighting.namespace.is_some() {
                continue;
            }
            let mut others = (0..self.sightings.len()).filter(|&other| {
                let other = &self.sightings[other];
                other.namespace.is_some()
                    && other.speaker == Speaker::Agent
                    && other.what == sighting.what
                    && other.credential.is_some()
                    && other.credential == sighting.credential
                    && other.ca == sighting.ca
            });
            let (Some(other), None) = (others.next(), others.next()) else { continue };
            let (first, second) = (at.min(other), at.max(other));
            let empty = Sighting { count: 0, ..Sighting::new(What::Waiting, Speaker::Agent) };
            let later = std::mem::replace(&mut self.sightings[second], empty);
            let known = &mut self.sightings[first];
            if later.last >= known.last {
                known.over.clone_from(&later.over);
            }
            known.merge(later);
        }
    }
}
