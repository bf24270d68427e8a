//! What is learned of a Secret: which keys it has, what its certificate says, whether the key fits.
//!
//! A credential never holds a private key, nor any other value of a Secret; `ingest/secret.rs`
//! makes it and lets the bytes go.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::kubernetes::Metadata;
use super::object;

/// A Secret, as far as it is safe to know it. Read as such only from a bundle.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Credential {
    /// Metadata.
    pub metadata: Metadata,
    /// What was learned.
    pub facts: Facts,
}
object!(Credential, "Secret", "v1");

/// What was learned of a Secret.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Facts {
    /// `type` of the Secret.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub type_: String,
    /// The keys under `data` and `stringData`, and what is known of their values. `None`: only
    /// the Secret's metadata was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<BTreeMap<String, Value>>,
    /// The certificate chain, under the keys that istiod takes; `None` without such keys, or
    /// where the value is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain: Option<Pem<Vec<Certificate>>>,
    /// The private key: its algorithm, nothing else of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Pem<Algorithm>>,
    /// Whether the key belongs to the chain's first certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_fits: Option<bool>,
    /// The CA under `cacert` or `ca.crt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<Pem<Vec<Certificate>>>,
}

/// What is known of the value under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Value {
    /// There, and not empty.
    Present,
    /// There, and empty.
    Empty,
    /// There; the value was taken out before igwctl saw it.
    Redacted,
    /// There, and not base64.
    NotBase64,
}

/// PEM that could be read, or why not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Pem<T> {
    /// What it holds.
    Read(T),
    /// Why it could not be read; no part of it is quoted.
    Faulty(String),
}

/// A private key's algorithm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Algorithm {
    /// RSA.
    Rsa,
    /// An elliptic curve.
    Ec,
    /// Another one.
    Other,
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// Subject, as OpenSSL words it.
    pub subject: String,
    /// DNS names and IP addresses among its alternative names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Valid from.
    pub not_before: Timestamp,
    /// Valid to.
    pub not_after: Timestamp,
}

/// A certificate as a server shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// What it says of itself.
    pub certificate: Certificate,
    /// Its issuer, as OpenSSL words it.
    pub issuer: String,
}

impl Shown {
    /// Whether it names itself as its issuer.
    pub fn is_own_issuer(&self) -> bool {
        self.certificate.subject == self.issuer
    }
}

/// The two pairs of keys that istiod takes, in its order (Istio 1.12 to 1.31,
/// `pilot/pkg/credentials/kube/secrets.go`): the first pair without an empty value wins.
pub const PAIRS: [(&str, &str); 2] = [("cert", "key"), ("tls.crt", "tls.key")];

/// The two keys under which istiod looks for a CA, in its order (as above).
pub const CA_KEYS: [&str; 2] = ["cacert", "ca.crt"];

/// How a Secret stands with a set of keys that is wanted of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// All are there, with values.
    There,
    /// All of one set are there, one of them empty.
    Empty(&'static str),
    /// No set is complete.
    Lacking,
}

impl Facts {
    /// The pair that istiod would serve; `None` where it would serve none. `Err` where only the
    /// Secret's metadata is known.
    pub fn pair(&self) -> Option<Result<(&'static str, &'static str), Keys>> {
        let keys = self.keys.as_ref()?;
        Some(first_of(keys, &PAIRS.map(|(cert, key)| [cert, key])).map(|[cert, key]| (cert, key)))
    }

    /// The key that istiod would take the CA from.
    pub fn ca_key(&self) -> Option<Result<&'static str, Keys>> {
        let keys = self.keys.as_ref()?;
        Some(first_of(keys, &CA_KEYS.map(|key| [key])).map(|[key]| key))
    }

    /// The names of the keys, sorted.
    pub fn key_names(&self) -> Vec<&str> {
        self.keys.iter().flat_map(|keys| keys.keys()).map(String::as_str).collect()
    }
}

fn first_of<const N: usize>(
    keys: &BTreeMap<String, Value>,
    sets: &[[&'static str; N]],
) -> Result<[&'static str; N], Keys> {
    let filled = |key: &&str| keys.get(*key).is_some_and(|value| *value != Value::Empty);
    if let Some(set) = sets.iter().find(|set| set.iter().all(filled)) {
        return Ok(*set);
    }
    for set in sets {
        if set.iter().all(|key| keys.contains_key(*key)) {
            let empty = set.iter().find(|key| !filled(key)).copied().unwrap_or_default();
            return Err(Keys::Empty(empty));
        }
    }
    Err(Keys::Lacking)
}

/// What a `credentialName` asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// A Secret in the namespace of the pods: `name` or `kubernetes://name`.
    Local {
        /// The Secret's name.
        name: String,
    },
    /// A Secret in a namespace of its own: `ns/name` or `kubernetes://ns/name`; istiod reads it
    /// only for pods of that namespace.
    Explicit {
        /// The namespace.
        namespace: String,
        /// The Secret's name.
        name: String,
    },
    /// `kubernetes-gateway://ns/name`, the Gateway API's form.
    GatewayApi {
        /// The namespace.
        namespace: String,
        /// The Secret's name.
        name: String,
    },
    /// `configmap://ns/name`, for a CA only (1.26 and later).
    ConfigMap {
        /// The namespace.
        namespace: String,
        /// The name.
        name: String,
    },
    /// The proxy's own certificate, or none at all: no Secret is asked for.
    Internal,
    /// A form that istiod refuses.
    Malformed,
}

impl Reference {
    /// Reads a `credentialName` as istiod does (Istio 1.12 to 1.31,
    /// `pilot/pkg/model/credentials/resource.go`).
    pub fn parse(credential_name: &str) -> Self {
        let parts = |rest: &str| {
            let mut parts = rest.split('/');
            match (parts.next(), parts.next()) {
                (Some(namespace), Some(name)) if !namespace.is_empty() && !name.is_empty() => {
                    Some((namespace.to_owned(), name.to_owned()))
                }
                _ => None,
            }
        };
        // `sds://` is a provider's own socket (Istio 1.16 and later, `pkg/security/security.go`).
        if ["builtin://", "invalid://", "sds://"].iter().any(|it| credential_name.starts_with(it)) {
            return Self::Internal;
        }
        if let Some(rest) = credential_name.strip_prefix("configmap://") {
            return parts(rest)
                .map_or(Self::Malformed, |(namespace, name)| Self::ConfigMap { namespace, name });
        }
        if let Some(rest) = credential_name.strip_prefix("kubernetes-gateway://") {
            return parts(rest)
                .map_or(Self::Malformed, |(namespace, name)| Self::GatewayApi { namespace, name });
        }
        let rest = credential_name.strip_prefix("kubernetes://").unwrap_or(credential_name);
        if rest.contains('/') {
            return parts(rest)
                .map_or(Self::Malformed, |(namespace, name)| Self::Explicit { namespace, name });
        }
        Self::Local { name: rest.to_owned() }
    }

    /// The name asked for; empty where none is.
    pub fn name(&self) -> &str {
        match self {
            Self::Local { name }
            | Self::Explicit { name, .. }
            | Self::GatewayApi { name, .. }
            | Self::ConfigMap { name, .. } => name,
            Self::Internal | Self::Malformed => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credential_names_are_read_as_istiod_reads_them() {
        let local = Reference::Local { name: "tls".to_owned() };
        assert_eq!(Reference::parse("tls"), local);
        assert_eq!(Reference::parse("kubernetes://tls"), local);
        let explicit = Reference::Explicit { namespace: "a".to_owned(), name: "tls".to_owned() };
        assert_eq!(Reference::parse("a/tls"), explicit);
        assert_eq!(Reference::parse("kubernetes://a/tls"), explicit);
        assert_eq!(
            Reference::parse("kubernetes-gateway://a/tls"),
            Reference::GatewayApi { namespace: "a".to_owned(), name: "tls".to_owned() }
        );
        assert_eq!(Reference::parse("kubernetes-gateway://tls"), Reference::Malformed);
        assert_eq!(Reference::parse("builtin://"), Reference::Internal);
        assert_eq!(Reference::parse("sds://vault"), Reference::Internal);
    }

    #[test]
    fn the_first_pair_without_an_empty_value_wins() {
        let facts = |keys: &[(&str, Value)]| Facts {
            keys: Some(keys.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect()),
            ..Facts::default()
        };
        let both = facts(&[
            ("cert", Value::Present),
            ("key", Value::Empty),
            ("tls.crt", Value::Present),
            ("tls.key", Value::Redacted),
        ]);
        assert_eq!(both.pair(), Some(Ok(("tls.crt", "tls.key"))));
        let empty = facts(&[("tls.crt", Value::Present), ("tls.key", Value::Empty)]);
        assert_eq!(empty.pair(), Some(Err(Keys::Empty("tls.key"))));
        assert_eq!(facts(&[("foo", Value::Present)]).pair(), Some(Err(Keys::Lacking)));
        assert_eq!(Facts::default().pair(), None);
    }
}
