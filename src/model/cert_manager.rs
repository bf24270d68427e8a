//! cert-manager's Certificate and the chain behind it (v1 since 1.0; older versions read alike).

use serde::Deserialize;

use super::kubernetes::{Condition, Metadata};
use super::{nullable, object};

/// The annotation that ties a `CertificateRequest` to its Certificate (cert-manager 0.11 and later).
pub const CERTIFICATE_NAME: &str = "cert-manager.io/certificate-name";

/// A Certificate.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Certificate {
    /// Metadata.
    pub metadata: Metadata,
    /// What is wanted.
    #[serde(deserialize_with = "nullable")]
    pub spec: CertificateSpec,
    /// How far it is.
    #[serde(deserialize_with = "nullable")]
    pub status: Status,
}
object!(Certificate, "Certificate", "cert-manager.io/v1");

/// `spec` of a Certificate, kept whole so that the object can be made anew elsewhere.
#[derive(Clone, Debug, Default)]
pub struct CertificateSpec {
    /// The Secret that it writes.
    pub secret_name: String,
    /// Who issues.
    pub issuer_ref: IssuerRef,
    /// All of `spec`, as read.
    pub whole: serde_json::Map<String, serde_json::Value>,
}

impl<'de> Deserialize<'de> for CertificateSpec {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let whole = serde_json::Map::deserialize(deserializer)?;
        let text = |value: Option<&serde_json::Value>| {
            value.and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
        };
        let issuer = whole.get("issuerRef");
        let part = |name: &str| text(issuer.and_then(|issuer| issuer.get(name)));
        Ok(Self {
            secret_name: text(whole.get("secretName")),
            issuer_ref: IssuerRef { name: part("name"), kind: part("kind"), group: part("group") },
            whole,
        })
    }
}

/// Who issues.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct IssuerRef {
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// `Issuer` unless said.
    #[serde(deserialize_with = "nullable")]
    pub kind: String,
    /// API group; another one is an external issuer.
    #[serde(deserialize_with = "nullable")]
    pub group: String,
}

impl IssuerRef {
    /// The kind, with its default.
    pub fn kind(&self) -> &str {
        if self.kind.is_empty() { "Issuer" } else { &self.kind }
    }

    /// Whether cert-manager itself has the issuer.
    pub fn is_cert_managers(&self) -> bool {
        matches!(&*self.group, "" | "cert-manager.io" | "certmanager.k8s.io")
    }
}

/// `status` of the objects with conditions.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Status {
    /// Conditions.
    #[serde(deserialize_with = "nullable")]
    pub conditions: Vec<Condition>,
    /// How often a Certificate was issued (cert-manager 0.16 and later); 0 for all others.
    #[serde(deserialize_with = "nullable")]
    pub revision: u64,
}

impl Status {
    /// The condition of that type.
    pub fn condition(&self, type_: &str) -> Option<&Condition> {
        self.conditions.iter().find(|it| it.type_ == type_)
    }
}

macro_rules! with_conditions {
    ($($type:ident $kind:literal $doc:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(default)]
        pub struct $type {
            /// Metadata.
            pub metadata: Metadata,
            /// How far it is.
            #[serde(deserialize_with = "nullable")]
            pub status: Status,
        }
        object!($type, $kind, "cert-manager.io/v1");
    )*};
}
with_conditions! {
    CertificateRequest "CertificateRequest" "One request of a Certificate to its issuer.";
    Issuer "Issuer" "An issuer of its namespace.";
    ClusterIssuer "ClusterIssuer" "An issuer of all namespaces.";
}

macro_rules! with_state {
    ($($type:ident $kind:literal $doc:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(default)]
        pub struct $type {
            /// Metadata.
            pub metadata: Metadata,
            /// How far it is.
            #[serde(deserialize_with = "nullable")]
            pub status: AcmeStatus,
        }
        object!($type, $kind, "acme.cert-manager.io/v1");
    )*};
}
with_state! {
    Order "Order" "An ACME order.";
    Challenge "Challenge" "A challenge of an ACME order.";
}

/// `status` of an Order or Challenge.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AcmeStatus {
    /// `valid`, `pending`, `invalid`, `errored` …
    #[serde(deserialize_with = "nullable")]
    pub state: String,
    /// A sentence for people.
    #[serde(deserialize_with = "nullable")]
    pub reason: String,
}
