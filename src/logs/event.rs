//! One line's message as a sighting of its own.

use super::entry::{Entry, Refusal};
use super::envoy::{LISTENER_REFUSALS, SECRET_REFUSALS};
use super::form::Hole;
use super::istiod;
use super::lexicon::Reading;
use super::line::{self, Line};
use super::resource::{self, Credential};
use super::sighting::{Proxy, Sample, ServiceAccount, Sighting, Speaker, What};
use std::sync::Arc;

/// How much of a message is kept.
const KEPT: usize = 500;

/// What a message does besides being counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing else.
    Plain,
    /// The agent looks for a fallback secret.
    Search,
    /// The agent has no fallback secret either.
    Failed,
    /// The agent sent what the cache held: perhaps the fallback.
    Pushed,
    /// Names the secret that a refusal or time-out near in time is about.
    Names,
    /// Has no name, and may get one from a line near in time.
    Unnamed,
}

/// What a line says.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// The sighting, with one sample.
    pub(super) sighting: Sighting,
    /// What it does.
    pub(super) step: Step,
    /// Whether it is counted: a debug line that only names a secret is not.
    pub(super) counted: bool,
}

/// Makes events of a reading: one for each credential that it names.
pub(super) fn events(
    line: &Line,
    reading: &Reading<'_>,
    source: &Arc<str>,
    number: u64,
    mut push: impl FnMut(Event),
) {
    let entry = reading.entry;
    let names_only = entry.what.is_none() && entry.form.contains("SdsApi");
    if reading.what.is_none() && !names_only || !is_istio(line, reading) {
        return;
    }
    let filled = &reading.filled;
    let text = |hole| filled.get(hole).map(str::to_owned);
    let time = line::last_time(&line.text[..filled.start]).or(line.time);
    let reason = filled.get(Hole::Reason).map(|reason| trim_reason(reason.trim_start_matches(':')));
    let reason = reason.filter(|reason| !reason.is_empty());
    let what = refine(reading.what.unwrap_or(What::Changed), &line.text[filled.start..], reason);
    let mut sighting = blank(what, entry);
    sighting.reason = reason.map(|reason| scrub(cut(reason)));
    sighting.resource = text(Hole::Res);
    sighting.namespace = text(Hole::Ns);
    sighting.proxy = asker(line, reading);
    sighting.keys = filled.get(Hole::Keys).map(trim_reason).map(resource::list).unwrap_or_default();
    sighting.gateway = text(Hole::Gateway);
    sighting.port = filled.get(Hole::Port).and_then(|port| port.parse().ok());
    sighting.hosts = filled.get(Hole::Hosts).map(resource::hosts).unwrap_or_default();
    sighting.subject = text(Hole::Subject);
    sighting.fallback = text(Hole::Fallback);
    if let Some((port, path)) = reason.map(place) {
        sighting.port = sighting.port.or(port);
        sighting.subject = path.or(sighting.subject);
    }
    if let (Some(name), Some(namespace)) = (text(Hole::Sa), text(Hole::SaNs)) {
        sighting.service_account = Some(ServiceAccount { namespace, name });
    }
    sighting.first = time;
    sighting.last = time;
    sighting.samples = vec![Sample {
        source: Arc::clone(source),
        line: number,
        time,
        text: scrub(cut(trim_reason(&line.text[filled.start..]))),
    }];
    let step = step(entry, what);
    let dumped = (what == What::EmptyKeys).then(|| dumped_name(&line.text)).flatten();
    let named = dumped.map_or_else(|| credentials(reading), |dumped| vec![Some(dumped)]);
    for credential in named {
        let mut sighting = sighting.clone();
        match credential {
            Some(Credential { name, ca, namespace }) => {
                sighting.credential = Some(name);
                sighting.ca |= ca;
                sighting.namespace = sighting.namespace.or(namespace).or_else(|| {
                    // The agent looks nowhere but in its own namespace.
                    (entry.speaker == Speaker::Agent).then(|| {
                        sighting.proxy.as_ref().and_then(|proxy| proxy.namespace.clone())
                    })?
                });
                sighting.asked = asks(entry);
            }
            None => sighting.ca = false,
        }
        push(Event { sighting, step, counted: !names_only });
    }
}

/// The credentials that a message names: none gives one `None`, a proxy's own gives nothing.
fn credentials(reading: &Reading<'_>) -> Vec<Option<Credential>> {
    let filled = &reading.filled;
    if reading.what == Some(What::BadName) {
        return vec![None];
    }
    if let Some(names) = filled.get(Hole::Names) {
        return resource::list(names)
            .iter()
            .filter_map(|n| resource::credential(n))
            .map(Some)
            .collect();
    }
    if let Some(res) = filled.get(Hole::Res) {
        return resource::resource(res).map(Some).into_iter().collect();
    }
    if let Some(name) = filled.get(Hole::Name).or_else(|| filled.get(Hole::Secret)) {
        return resource::credential(name).map(Some).into_iter().collect();
    }
    vec![None]
}

/// The port that cannot be bound, and the file that is not there or not good, in Envoy's text.
fn place(reason: &str) -> (Option<u16>, Option<String>) {
    let after = |words| reason.split_once(words).map(|(_, rest)| rest);
    let port = after("cannot bind '").and_then(|rest| {
        rest.split('\'').next().and_then(|address| address.rsplit(':').next()?.parse().ok())
    });
    let files = [
        "Invalid path: ",
        "unable to read file: ",
        "Failed to load private key from ",
        "Failed to load certificate chain from ",
    ];
    let path = files.into_iter().find_map(after).and_then(|rest| rest.split_whitespace().next());
    let path = path.map(|path| path.trim_end_matches(','));
    (port, path.filter(|path| path.starts_with('/')).map(str::to_owned))
}

/// The name in Envoy's dump of a secret that it refused.
fn dumped_name(text: &str) -> Option<Credential> {
    let (_, dump) = text.split_once("SecretValidationError")?;
    let (_, name) = dump.split_once("name: \"")?;
    let name = name.split('"').next()?;
    resource::resource(name).or_else(|| resource::credential(name))
}

/// Whether the line can be Istio's, where the words alone do not tell.
fn is_istio(line: &Line, reading: &Reading<'_>) -> bool {
    let head = &line.text[..reading.filled.start];
    if reading.entry.form.starts_with("Failed to") && reading.what == Some(What::Forbidden) {
        // klog's own header, `E0505 08:14:03.329011       1 reflector.go:156]`, is another program's.
        let klog = head.trim_end().ends_with(']');
        let sa = reading.filled.get(Hole::Sa).unwrap_or("");
        let istiod =
            ["istiod", "istio-pilot", "istio-reader"].iter().any(|own| sa.starts_with(own));
        return !klog && (reading.entry.speaker == Speaker::Agent || istiod);
    }
    if reading.filled.get(Hole::Node).is_some_and(|node| node.starts_with("sidecar~")) {
        // No gateway: an application's own proxy.
        return false;
    }
    if reading.what == Some(What::FetchTimedOut) {
        // Istio's Envoys wrote their native form to 1.5; this message came with 1.10.
        return !head.contains("][warning][config]");
    }
    true
}

fn asker(line: &Line, reading: &Reading<'_>) -> Option<Proxy> {
    let filled = &reading.filled;
    let told = filled.get(Hole::Proxy).and_then(resource::proxy).or_else(|| {
        let node = filled.get(Hole::Node)?;
        resource::connection(node).or_else(|| resource::proxy(node))
    });
    if told.is_some() || reading.entry.speaker == Speaker::Istiod {
        return told;
    }
    let pod = line.pod.clone()?;
    Some(Proxy { pod, namespace: line.namespace.clone() })
}

fn asks(entry: &Entry) -> bool {
    let any_secret = [
        "Secret object",
        "failed load",
        "skip loading",
        "secret {name}",
        "scrt",
        "unexpected",
        "Push debounce",
    ];
    !any_secret.iter().any(|lead| entry.form.starts_with(lead))
}

fn step(entry: &Entry, what: What) -> Step {
    match entry.form {
        form if form.starts_with("Cannot find secret") => Step::Search,
        form if form.contains("annot find secret") && entry.speaker == Speaker::Agent => {
            Step::Failed
        }
        form if form.starts_with("{pre}pushed") => Step::Pushed,
        form if form.starts_with("invalid certificates") || form.contains("SdsApi") => Step::Names,
        form if form.contains("ACK ERROR") && !form.contains("SDS: ACK") => Step::Plain,
        form if form.contains("ACK ERROR") || form.contains(".Secret") => {
            if what == What::Changed {
                Step::Plain
            } else {
                Step::Unnamed
            }
        }
        _ => Step::Plain,
    }
}

fn refusals(what: What) -> &'static [Refusal] {
    match what {
        What::Refused => SECRET_REFUSALS,
        What::ListenerRejected | What::CannotBind => LISTENER_REFUSALS,
        What::Withheld => istiod::WITHHELD,
        _ => &[],
    }
}

/// What a refusal means, by Envoy's text.
fn refine(what: What, text: &str, reason: Option<&str>) -> What {
    let table = refusals(what);
    let reason = reason.unwrap_or(text);
    table.iter().find(|refusal| reason.contains(refusal.words)).map_or(what, |refusal| refusal.what)
}

/// How well a refusal's reason is told apart: the tables go from the particular to the general.
pub(super) fn particularity(reading: &Reading<'_>) -> usize {
    let reason = reading.filled.get(Hole::Reason).unwrap_or_default();
    let table = reading.what.map_or(&[][..], refusals);
    let at = table.iter().position(|refusal| reason.contains(refusal.words));
    at.map_or(0, |at| table.len() - at)
}

fn trim_reason(reason: &str) -> &str {
    // Behind this mark Envoy dumps the whole configuration.
    let reason = reason.split("goo.gle/debugonly").next().unwrap_or(reason);
    let end = reason.find("\tthread=").or_else(|| reason.find(" thread=")).unwrap_or(reason.len());
    reason[..end].trim_matches(|c: char| c.is_whitespace() || matches!(c, '`' | '│' | '┃' | '║'))
}

/// Cuts a text at a character's boundary.
pub(super) fn cut(text: &str) -> &str {
    let mut end = text.len().min(KEPT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Replaces private material.
pub(super) fn scrub(text: &str) -> String {
    match text.find("-----BEGIN").or_else(|| text.find("PRIVATE KEY")) {
        Some(at) if text.contains("PRIVATE KEY") => {
            format!("{}[private key left out]", &text[..at])
        }
        _ => text.to_owned(),
    }
}

fn blank(what: What, entry: &Entry) -> Sighting {
    Sighting { ca: entry.ca, ..Sighting::new(what, entry.speaker) }
}
