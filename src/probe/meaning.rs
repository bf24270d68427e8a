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
    let shown: String =
        bytes.iter().take(MOST).map(|byte| byte.escape_ascii().to_string()).collect();
    let more = if bytes.len() > MOST { "…" } else { "" };
    format!("\"{shown}{more}\"")
}
