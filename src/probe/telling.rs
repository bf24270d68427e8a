//! What was asked, seen and made of it as a report, requests that went alike as one.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use jiff::{Timestamp, Unit};

use super::meaning::excerpt;
use super::observation::{
    Answer, AnswerTrouble, ConnectTrouble, End, Handshake, LookupTrouble, ServerCertificate, Timed,
    TlsTrouble, Trust,
};
use super::{Lookup, Meaning, Observation, Sense, Target};
use crate::exit::Exit;
use crate::report::discovery::FoundGateway;
use crate::report::{API_VERSION, Severity, probe as told};

/// One request, what was seen of it and what it means.
#[derive(Clone, Debug, PartialEq)]
pub struct Hop {
    /// What was asked for.
    pub target: Target,
    /// The look-up of its name, where it was looked up.
    pub lookup: Option<Lookup>,
    /// What was seen; nothing where the name has no address.
    pub seen: Option<Observation>,
    /// What it means.
    pub meanings: Vec<Meaning>,
}

/// One request, with those that its redirects led to.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// The requests, in their order.
    pub hops: Vec<Hop>,
}

impl Visit {
    fn address(&self) -> Option<IpAddr> {
        self.hops.first()?.seen.as_ref().map(|seen| seen.address.ip())
    }

    fn severity(&self) -> Severity {
        let all = self.hops.iter().flat_map(|hop| &hop.meanings).map(|it| it.severity);
        all.min().unwrap_or(Severity::Info)
    }

    fn took(&self) -> Duration {
        self.hops.iter().map(Hop::took).sum()
    }

    /// Whether it says of the gateway nothing at all, because this machine gets nowhere.
    fn is_idle(&self) -> bool {
        self.hops.last().is_some_and(|hop| {
            let is_ours = |it: &Meaning| match it.sense {
                Sense::Unreachable => true,
                // The gateway may have been asked all the same.
                Sense::NameFailed => hop.seen.is_none(),
                _ => false,
            };
            hop.meanings.iter().any(is_ours)
        })
    }

    /// Whether two went alike: to the same addresses, with the same outcome.
    fn is_like(&self, other: &Self) -> bool {
        let key = |hop: &Hop| {
            let status = hop.answer().map(|it| it.status);
            let address = hop.seen.as_ref().map(|it| it.address);
            let senses: Vec<(Sense, Severity)> =
                hop.meanings.iter().map(|it| (it.sense, it.severity)).collect();
            (hop.target.url().to_owned(), address, status, senses)
        };
        self.hops.iter().map(key).eq(other.hops.iter().map(key))
    }
}

impl Hop {
    /// Whether something is wrong with what came of it.
    pub fn is_wrong(&self) -> bool {
        self.meanings.iter().any(|it| it.severity == Severity::Error)
    }

    fn answer(&self) -> Option<&Answer> {
        self.seen.as_ref()?.answered.as_ref()?.what.as_ref().ok()
    }

    /// From the connection to the end of the answer; a name is looked up once for many requests.
    fn took(&self) -> Duration {
        let Some(seen) = &self.seen else { return Duration::ZERO };
        let tls = seen.tls.as_ref().map_or(Duration::ZERO, |it| it.took);
        let answered = seen.answered.as_ref().map_or(Duration::ZERO, |it| it.took);
        seen.connected.took + tls + answered
    }
}

/// How `probe` ends: something that a client gets is wrong, or nothing is, or this machine got
/// nowhere.
pub fn exit(visits: &[Visit]) -> Exit {
    if visits.iter().all(Visit::is_idle) {
        return Exit::Failed;
    }
    let is_wrong = visits.iter().any(|visit| visit.severity() == Severity::Error);
    if is_wrong { Exit::Findings } else { Exit::Done }
}

/// The report.
pub fn report(
    target: &Target,
    visits: &[Visit],
    gateway: Option<&FoundGateway>,
    now: Timestamp,
) -> told::Probe {
    let mut groups: Vec<Vec<&Visit>> = Vec::new();
    for visit in visits {
        match groups.iter_mut().find(|group| group[0].is_like(visit)) {
            Some(group) => group.push(visit),
            None => groups.push(vec![visit]),
        }
    }
    // What went to one address stands together.
    let order = |visit: &Visit| visits.iter().position(|it| it.address() == visit.address());
    groups.sort_by_key(|group| order(group[0]));
    let count = |severity| visits.iter().filter(|it| it.severity() == severity).count();
    told::Probe {
        api_version: API_VERSION,
        kind: "Probe",
        method: target.method.name(),
        url: target.url().to_owned(),
        gateway: gateway.map(|it| it.object.clone()),
        summary: told::ProbeSummary {
            requests: visits.len(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
        },
        results: groups.iter().map(|group| result(group, now)).collect(),
    }
}

fn result(group: &[&Visit], now: Timestamp) -> told::ProbeResult {
    let mut took: Vec<Duration> = group.iter().map(|it| it.took()).collect();
    took.sort_unstable();
    let at = |position: usize| took.get(position).copied().map_or(0.0, milliseconds);
    told::ProbeResult {
        address: group[0].address().map(|it| it.to_string()),
        requests: group.len(),
        took_ms: told::Spread { min: at(0), median: at(took.len() / 2), max: at(took.len() - 1) },
        hops: group[0].hops.iter().map(|it| hop(it, now)).collect(),
    }
}

fn hop(hop: &Hop, now: Timestamp) -> told::Hop {
    let Hop { target, lookup, seen, meanings } = hop;
    let tls = seen.as_ref().and_then(|it| it.tls.as_ref());
    let answered = seen.as_ref().and_then(|it| it.answered.as_ref());
    told::Hop {
        url: target.url().to_owned(),
        host: target.authority(),
        sni: target.sni(),
        address: seen.as_ref().map(|it| it.address.to_string()),
        dns: lookup.as_ref().map(dns),
        tcp: seen.as_ref().map(|seen| told::Tcp {
            took_ms: milliseconds(seen.connected.took),
            error: seen.connected.what.as_ref().err().map(connect_error),
        }),
        tls: tls.map(|it| handshake(it, now)),
        http: answered.map(http),
        meanings: meanings.iter().map(|it| meaning(it, target)).collect(),
    }
}

fn meaning(meaning: &Meaning, target: &Target) -> told::Meaning {
    let suspect = |it: &super::Suspect| told::Suspect {
        message: it.message.clone(),
        object: it.object.clone(),
    };
    told::Meaning {
        code: meaning.sense.code(),
        severity: meaning.severity,
        message: meaning.message.clone(),
        suspects: meaning.suspects.iter().map(suspect).collect(),
        next: if meaning.severity == Severity::Error {
            next(meaning.sense, target)
        } else {
            Vec::new()
        },
    }
}

/// What tells more of such a thing.
fn next(sense: Sense, target: &Target) -> Vec<String> {
    let host = target.asked_host();
    let is_name = host.bytes().all(|it| it.is_ascii_alphanumeric() || b".-".contains(&it));
    let is_of_credentials = matches!(
        sense,
        Sense::TlsReset
            | Sense::CertificateName
            | Sense::CertificateExpired
            | Sense::CertificateUntrusted
            | Sense::ClientCertificateRefused
            | Sense::Refused
    );
    let is_told = is_of_credentials && is_name && target.ip().is_none();
    is_told.then(|| format!("igwctl diagnose --gateway {host}")).into_iter().collect()
}

fn dns(lookup: &Lookup) -> told::Dns {
    let (addresses, error) = match &lookup.found.what {
        Ok(addresses) => (addresses.iter().map(IpAddr::to_string).collect(), None),
        Err(trouble) => (Vec::new(), Some(lookup_error(trouble))),
    };
    told::Dns {
        took_ms: milliseconds(lookup.found.took),
        name: lookup.host.clone(),
        addresses,
        error,
    }
}

fn handshake(timed: &Timed<Handshake>, now: Timestamp) -> told::Tls {
    let Handshake { result, certificate, asked, gave } = &timed.what;
    let agreed = result.as_ref().ok();
    told::Tls {
        took_ms: milliseconds(timed.took),
        error: result.as_ref().err().map(tls_error),
        version: agreed.map(|it| it.version.clone()),
        cipher: agreed.map(|it| it.cipher.clone()),
        alpn: agreed.and_then(|it| it.alpn.clone()),
        certificate: certificate.as_ref().and_then(|it| shown(it, now)),
        client_certificate: asked
            .as_ref()
            .map(|issuers| told::ClientCertificate { issuers: issuers.clone(), given: *gave }),
    }
}

fn shown(shown: &ServerCertificate, now: Timestamp) -> Option<told::Certificate> {
    let own = shown.chain.first()?.as_ref()?;
    let certificate = &own.certificate;
    let left = certificate.not_after.since((Unit::Hour, now)).map_or(0, |span| span.get_hours());
    Some(told::Certificate {
        subject: certificate.subject.clone(),
        names: certificate.names.clone(),
        issuer: own.issuer.clone(),
        not_before: certificate.not_before,
        not_after: certificate.not_after,
        days_left: i64::from(left).div_euclid(24),
        chain: shown
            .chain
            .iter()
            .skip(1)
            .map(|it| match it {
                Some(it) => it.certificate.subject.clone(),
                None => "(cannot be read)".to_owned(),
            })
            .collect(),
        is_for_host: shown.is_for_host,
        is_trusted: shown.trust == Trust::Trusted,
        distrust: match &shown.trust {
            Trust::Trusted => None,
            Trust::Untrusted(why) => Some(why.clone()),
        },
    })
}

fn http(timed: &Timed<Result<Answer, AnswerTrouble>>) -> told::Http {
    let took_ms = milliseconds(timed.took);
    match &timed.what {
        Err(trouble) => told::Http {
            took_ms,
            error: Some(answer_error(trouble)),
            version: None,
            status: None,
            headers: BTreeMap::new(),
            body: None,
        },
        Ok(answer) => told::Http {
            took_ms,
            error: None,
            version: Some(answer.version.clone()),
            status: Some(answer.status),
            headers: answer.headers.iter().cloned().collect(),
            body: Some(told::Body {
                bytes: answer.body.bytes,
                is_whole: answer.body.end == End::Whole,
                text: Some(&answer.body.start)
                    .filter(|text| answer.status >= 400 && !text.is_empty())
                    .cloned(),
            }),
        },
    }
}

/// Milliseconds to a tenth.
fn milliseconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 10_000.0).round() / 10.0
}

fn lookup_error(trouble: &LookupTrouble) -> String {
    match trouble {
        LookupTrouble::Unknown => "it does not resolve".to_owned(),
        LookupTrouble::TimedOut => "no answer in time".to_owned(),
        LookupTrouble::Failed(why) => why.clone(),
    }
}

fn connect_error(trouble: &ConnectTrouble) -> String {
    match trouble {
        ConnectTrouble::Refused => "refused".to_owned(),
        ConnectTrouble::TimedOut => "no answer in time".to_owned(),
        ConnectTrouble::Unreachable(why) | ConnectTrouble::Failed(why) => why.clone(),
    }
}

fn tls_error(trouble: &TlsTrouble) -> String {
    match trouble {
        TlsTrouble::Reset => "reset".to_owned(),
        TlsTrouble::Closed => "closed".to_owned(),
        TlsTrouble::TimedOut => "no answer in time".to_owned(),
        TlsTrouble::Alert(name) => format!("alert {name}"),
        TlsTrouble::NotTls(first) => format!("not TLS: {}", excerpt(first)),
        TlsTrouble::NoHttp2 => "HTTP/2 is not chosen".to_owned(),
        TlsTrouble::Incompatible(why) | TlsTrouble::Failed(why) => why.clone(),
    }
}

fn answer_error(trouble: &AnswerTrouble) -> String {
    match trouble {
        AnswerTrouble::Reset => "reset".to_owned(),
        AnswerTrouble::Closed => "closed".to_owned(),
        AnswerTrouble::TimedOut(0) => "no answer in time".to_owned(),
        AnswerTrouble::TimedOut(bytes) => format!("no whole answer in time, {bytes} bytes"),
        AnswerTrouble::Alert(name) => format!("TLS alert {name}"),
        AnswerTrouble::NotHttp(first) => format!("not HTTP: {}", excerpt(first)),
        AnswerTrouble::TooLong => "its head does not end".to_owned(),
        AnswerTrouble::CutShort => "it breaks off".to_owned(),
        AnswerTrouble::Failed(why) => why.clone(),
    }
}
