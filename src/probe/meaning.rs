//! From what was seen to what it means for an Istio gateway, without a single object.
//!
//! A meaning is whole as it is: it names what may be behind it. Where the object is known that is
//! to blame, it takes the place of the suspects: `Meaning::blamed`.

use jiff::Timestamp;

use super::observation::{AnswerTrouble, ConnectTrouble, Lookup, LookupTrouble, Observation};
use super::{Sense, Target, answer, handshake};
use crate::model::ObjectRef;
use crate::report::Severity;

/// What one thing means that was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Meaning {
    /// What it is.
    pub sense: Sense,
    /// How grave it is, here.
    pub severity: Severity,
    /// One sentence, with what is known of this case.
    pub message: String,
    /// What may be behind it, the likeliest first; one alone, with its object, where it is known.
    pub suspects: Vec<Suspect>,
}

/// What may be behind something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// What it would be.
    pub message: String,
    /// The object, where it is known and no longer suspected alone.
    pub object: Option<ObjectRef>,
}

impl Meaning {
    /// The same, where it is known which object is to blame, and for what.
    #[must_use]
    pub fn blamed(mut self, object: ObjectRef, message: String) -> Self {
        self.suspects = vec![Suspect { message, object: Some(object) }];
        self
    }

    /// A meaning in the words of its sense, with all its suspects.
    pub(super) fn of(sense: Sense) -> Self {
        let suspect = |message: &&str| Suspect { message: (*message).to_owned(), object: None };
        Self {
            sense,
            severity: sense.severity(),
            message: sense.title().to_owned(),
            suspects: sense.suspects().iter().map(suspect).collect(),
        }
    }

    /// Says more of this case, after the words of its sense.
    #[must_use]
    pub(super) fn with(mut self, more: &str) -> Self {
        self.message = format!("{}: {more}", self.message);
        self
    }

    /// Says it in other words.
    #[must_use]
    pub(super) fn saying(mut self, message: String) -> Self {
        self.message = message;
        self
    }

    /// Suspects something before all else.
    #[must_use]
    pub(super) fn suspecting(mut self, message: &str) -> Self {
        self.suspects.insert(0, Suspect { message: message.to_owned(), object: None });
        self
    }

    /// No graver than a warning, and nobody is suspected: it was asked to go on.
    #[must_use]
    pub(super) fn condoned(mut self) -> Self {
        self.severity = self.severity.max(Severity::Warning);
        self.suspects.clear();
        self
    }
}

/// How it is judged.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Now.
    pub now: Timestamp,
    /// Whether a certificate that proves nothing is put up with.
    pub insecure: bool,
}

/// What a look-up means; nothing, if there are addresses.
pub fn of_lookup(lookup: &Lookup) -> Option<Meaning> {
    let host = &lookup.host;
    Some(match lookup.found.what.as_ref().err()? {
        LookupTrouble::Unknown => {
            Meaning::of(Sense::NameUnknown).saying(format!("{host} does not resolve"))
        }
        LookupTrouble::TimedOut => Meaning::of(Sense::NameFailed)
            .saying(format!("nobody tells in time what {host} resolves to")),
        LookupTrouble::Failed(why) => Meaning::of(Sense::NameFailed)
            .saying(format!("nobody tells what {host} resolves to: {why}")),
    })
}

/// What a request means: one thing at least, in the order of the stages.
pub fn of(target: &Target, seen: &Observation, terms: Terms) -> Vec<Meaning> {
    if let Err(trouble) = &seen.connected.what {
        return vec![of_connection(seen, trouble)];
    }
    let tls = seen.tls.as_ref().map(|tls| &tls.what);
    let mut meanings = tls.map(|tls| handshake::of(target, tls, terms)).unwrap_or_default();
    if seen.is_withheld {
        meanings.push(Meaning::of(Sense::NotSent));
    }
    match seen.answered.as_ref().map(|answered| &answered.what) {
        None => {}
        Some(Ok(answered)) => meanings.extend(answer::of(target, answered)),
        Some(Err(trouble)) => {
            // Since TLS 1.3, a server says only after the handshake what it holds of the client's
            // certificate.
            let refused = tls.and_then(|tls| handshake::of_trouble_after(tls, trouble));
            meanings.push(refused.unwrap_or_else(|| of_silence(target, seen, trouble)));
        }
    }
    meanings
}

fn of_connection(seen: &Observation, trouble: &ConnectTrouble) -> Meaning {
    let address = seen.address;
    match trouble {
        ConnectTrouble::Refused => Meaning::of(Sense::Refused)
            .saying(format!("{address} refuses the connection: nothing listens there")),
        ConnectTrouble::TimedOut => {
            Meaning::of(Sense::ConnectTimedOut).saying(format!("{address} does not answer in time"))
        }
        ConnectTrouble::Unreachable(why) => Meaning::of(Sense::Unreachable)
            .saying(format!("this machine has no way to {address}: {why}")),
        ConnectTrouble::Failed(why) => Meaning::of(Sense::ConnectFailed).with(why),
    }
}

fn of_silence(target: &Target, seen: &Observation, trouble: &AnswerTrouble) -> Meaning {
    let is_plain = !target.is_tls();
    if is_plain && seen.speaks_tls {
        return Meaning::of(Sense::PlainToTls);
    }
    match trouble {
        AnswerTrouble::Reset => without_tls(Sense::Reset, is_plain),
        AnswerTrouble::Closed => without_tls(Sense::Closed, is_plain),
        AnswerTrouble::TimedOut(0) => Meaning::of(Sense::Unanswered),
        AnswerTrouble::TimedOut(bytes) => {
            Meaning::of(Sense::Unanswered).with(&format!("only {bytes} bytes came"))
        }
        // An alert of TLS (RFC 8446, 5.1), as most servers answer plain HTTP; Envoy says nothing.
        AnswerTrouble::NotHttp(first) if is_plain && first.starts_with(&[0x15, 0x03]) => {
            Meaning::of(Sense::PlainToTls)
        }
        AnswerTrouble::NotHttp(first) => {
            let begins = format!("it begins {}", excerpt(first));
            Meaning::of(Sense::NotHttp).with(&begins)
        }
        AnswerTrouble::TooLong => Meaning::of(Sense::HeadTooLong),
        AnswerTrouble::CutShort => Meaning::of(Sense::CutShort),
        AnswerTrouble::Alert(name) => {
            Meaning::of(Sense::HttpFailed).with(&format!("the server ends TLS with {name}"))
        }
        AnswerTrouble::Failed(why) => Meaning::of(Sense::HttpFailed).with(why),
    }
}

/// Over TLS nobody suspects that it should have been TLS.
fn without_tls(sense: Sense, is_plain: bool) -> Meaning {
    let mut meaning = Meaning::of(sense);
    if !is_plain {
        meaning.suspects.remove(0);
    }
    meaning
}

/// The first bytes of something, as a sentence can hold them.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    const MOST: usize = 24;
    let (mut shown, mut length) = (String::new(), 0);
    for byte in bytes {
        let byte = byte.escape_ascii().to_string();
        if shown.len() + byte.len() > MOST {
            break;
        }
        shown += &byte;
        length += 1;
    }
    let more = if bytes.len() > length { "…" } else { "" };
    format!("\"{shown}{more}\"")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::probe::observation::{
        Agreed, Handshake, ServerCertificate, Timed, TlsTrouble, Trust,
    };
    use crate::probe::{Hop, Visit, report};

    fn timed<T>(what: T) -> Timed<T> {
        Timed { took: Duration::from_millis(1), what }
    }

    fn target() -> Target {
        Target::parse("https://shop.test/").unwrap()
    }

    /// What is seen of a handshake, and no more.
    fn seen(handshake: Handshake) -> Observation {
        Observation {
            address: "192.0.2.1:443".parse().unwrap(),
            connected: timed(Ok(())),
            tls: Some(timed(handshake)),
            answered: None,
            is_withheld: false,
            speaks_tls: false,
        }
    }

    fn terms() -> Terms {
        Terms { now: "2026-11-24T03:00:00Z".parse().unwrap(), insecure: false }
    }

    #[test]
    fn a_name_that_nobody_tells_of_is_no_name_that_is_not_there() {
        let lookup = |trouble| Lookup { host: "a.test".to_owned(), found: timed(Err(trouble)) };
        let sense = |trouble| of_lookup(&lookup(trouble)).unwrap().sense;
        assert_eq!(sense(LookupTrouble::Unknown), Sense::NameUnknown);
        assert_eq!(sense(LookupTrouble::TimedOut), Sense::NameFailed);
        assert_eq!(sense(LookupTrouble::Failed("refused".to_owned())), Sense::NameFailed);
    }

    #[test]
    fn a_certificate_that_cannot_be_read_is_told_alone() {
        let certificate = ServerCertificate {
            chain: vec![None],
            is_for_host: false,
            is_in_time: false,
            trust: Trust::Untrusted("bad encoding".to_owned()),
        };
        let handshake = Handshake {
            result: Ok(Agreed::default()),
            certificate: Some(certificate),
            asked: None,
            gave: false,
        };
        let senses: Vec<Sense> =
            of(&target(), &seen(handshake), terms()).iter().map(|it| it.sense).collect();
        assert_eq!(senses, [Sense::CertificateUnread]);
    }

    #[test]
    fn an_object_that_is_to_blame_takes_the_place_of_the_suspects() {
        let handshake = Handshake {
            result: Err(TlsTrouble::Reset),
            certificate: None,
            asked: None,
            gave: false,
        };
        let seen = seen(handshake);
        let meaning = of(&target(), &seen, terms()).remove(0);
        assert!(
            meaning.suspects.len() > 1 && meaning.suspects.iter().all(|it| it.object.is_none())
        );
        let object = ObjectRef::named("Gateway", "shop", "shop");
        let meaning = meaning.blamed(object, "its secret is in shop".to_owned());
        let hop = Hop { target: target(), lookup: None, seen: Some(seen), meanings: vec![meaning] };
        let visits = [Visit { hops: vec![hop] }];
        let report = report(&target(), &visits, None, terms().now);
        let told = &report.results[0].hops[0].meanings[0].suspects;
        assert_eq!(told.len(), 1);
        assert_eq!(
            told[0].object.as_ref().map(ToString::to_string).as_deref(),
            Some("Gateway shop/shop")
        );
    }
}
