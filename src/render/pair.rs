//! A certificate and its key that are at hand: whether they are fit to be served.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use super::refusal::{Input, Refusal};
use crate::model::credential::{Algorithm, Certificate, Facts, Pem};

/// A certificate and its key.
#[derive(Clone)]
pub struct Pair {
    /// The certificate, those that signed it behind it, as PEM.
    pub certificate: Vec<u8>,
    /// Its key, as PEM.
    pub key: Zeroizing<Vec<u8>>,
    /// The CA that signed it, as PEM, where it is to be in the secret too.
    pub ca: Option<Vec<u8>>,
    /// What they say.
    pub facts: Facts,
    /// Where they come from, as messages name it.
    pub origin: String,
}

impl Pair {
    /// A pair of what was read, which is not checked yet.
    pub fn new(certificate: Vec<u8>, key: Vec<u8>, facts: Facts, origin: String) -> Self {
        Self { certificate, key: Zeroizing::new(key), ca: None, facts, origin }
    }
}

/// Never the key: what is printed for debugging ends in logs.
impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pair({})", self.origin)
    }
}

/// CAs that clients are checked against.
#[derive(Clone, Debug)]
pub struct ClientCa {
    /// The certificates, as PEM.
    pub pem: Vec<u8>,
    /// What they say.
    pub chain: Pem<Vec<Certificate>>,
    /// Where they come from.
    pub origin: String,
}

/// How long before its end a certificate is warned of, as `diagnose` does.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

impl Pair {
    /// Checks that the two belong together, that the certificate is valid now, and that it is for
    /// each of the hosts; else why it will not be served. Gives what is to be known of it.
    pub(super) fn check(
        &self,
        input: Input,
        hosts: &[String],
        now: Timestamp,
    ) -> Result<Option<String>, Refusal> {
        let origin = &self.origin;
        let refuse = |reason: String| Refusal::of(input, format!("{origin}: {reason}"));
        let leaf = match &self.facts.chain {
            Some(Pem::Read(chain)) => chain.first(),
            Some(Pem::Faulty(reason)) => return Err(refuse(format!("the certificate {reason}"))),
            None => None,
        };
        let Some(leaf) = leaf else {
            return Err(refuse("there is no certificate".to_owned()));
        };
        match &self.facts.key {
            Some(Pem::Faulty(reason)) => return Err(refuse(format!("the key {reason}"))),
            None => return Err(refuse("there is no key".to_owned())),
            Some(Pem::Read(Algorithm::Other)) => {
                return Err(refuse(
                    "the key is neither RSA nor ECDSA, and Envoy takes no other".to_owned(),
                ));
            }
            Some(Pem::Read(_)) => {}
        }
        if self.facts.key_fits != Some(true) {
            return Err(refuse("the key is not the certificate's".to_owned()));
        }
        let soon = self.dates(leaf, now).map_err(refuse)?;
        let bare: Vec<&str> =
            hosts.iter().map(String::as_str).filter(|host| !is_for(leaf, host)).collect();
        if !bare.is_empty() {
            let names = if leaf.names.is_empty() {
                "no host at all".to_owned()
            } else {
                leaf.names.join(", ")
            };
            return Err(refuse(format!(
                "the certificate is for {names}, not for {}",
                bare.join(", ")
            )));
        }
        Ok(soon)
    }

    fn dates(&self, leaf: &Certificate, now: Timestamp) -> Result<Option<String>, String> {
        if now < leaf.not_before {
            return Err(format!("the certificate is valid from {} on", leaf.not_before));
        }
        if now > leaf.not_after {
            return Err(format!("the certificate expired at {}", leaf.not_after));
        }
        let is_soon = leaf.not_after.duration_since(now) < SOON;
        Ok(is_soon
            .then(|| format!("{}: the certificate expires at {}", self.origin, leaf.not_after)))
    }
}

impl ClientCa {
    /// Checks that there is a certificate in it, and each is valid now.
    pub(super) fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        let origin = &self.origin;
        let refuse =
            |reason: String| Err(Refusal::of(Input::ClientCa, format!("{origin}: {reason}")));
        let chain = match &self.chain {
            Pem::Read(chain) => chain,
            Pem::Faulty(reason) => return refuse(format!("it {reason}")),
        };
        match chain.iter().find(|it| now > it.not_after || now < it.not_before) {
            None => Ok(()),
            Some(ca) => refuse(format!(
                "{} is valid from {} to {}",
                ca.subject, ca.not_before, ca.not_after
            )),
        }
    }
}

/// Whether a certificate is for all that a server's host means: a wildcard of it stands for one
/// label, and only a wildcard is for a wildcard.
fn is_for(leaf: &Certificate, host: &str) -> bool {
    let tail = |of: &str| of.split_once('.').map(|(_, tail)| tail.to_ascii_lowercase());
    leaf.names.iter().any(|name| {
        name.eq_ignore_ascii_case(host) || (name.starts_with("*.") && tail(name) == tail(host))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_for_one_label() {
        let leaf = Certificate {
            subject: String::new(),
            names: vec!["*.a.com".to_owned(), "B.com".to_owned(), "203.0.113.7".to_owned()],
            not_before: Timestamp::MIN,
            not_after: Timestamp::MAX,
        };
        for host in ["x.a.com", "*.a.com", "X.A.COM", "b.com", "203.0.113.7"] {
            assert!(is_for(&leaf, host), "{host}");
        }
        for host in ["a.com", "x.y.a.com", "*.b.com", "*", "c.com"] {
            assert!(!is_for(&leaf, host), "{host}");
        }
    }
}
