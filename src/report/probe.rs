//! What `probe` says: what a client gets, stage by stage, and what that means.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::Severity;
use crate::model::ObjectRef;

/// What `probe` says.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Probe {
    /// `igwctl/v1`.
    pub api_version: &'static str,
    /// `Probe`.
    pub kind: &'static str,
    /// `GET` or `HEAD`.
    pub method: &'static str,
    /// The URL that was asked for.
    pub url: String,
    /// The gateway at whose address it was asked for, where that was looked for: its Service, or
    /// what makes its pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<ObjectRef>,
    /// How much of what.
    pub summary: ProbeSummary,
    /// What came of it: requests to one address that went alike are one entry.
    pub results: Vec<ProbeResult>,
}

/// How much of what a `Probe` holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProbeSummary {
    /// Requests, those that a redirect led to not counted.
    pub requests: usize,
    /// Requests of which something means an error.
    pub errors: usize,
    /// Requests of which something means a warning, and nothing an error.
    pub warnings: usize,
}

/// Requests that went alike.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProbeResult {
    /// The IP address of the first request; none where the host has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// How many requests went so.
    pub requests: usize,
    /// How long they took, redirects included, looking up the name not.
    pub took_ms: Spread,
    /// The first of them: one step, and one more for each redirect that was followed.
    pub hops: Vec<Hop>,
}

/// How long several requests took, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Spread {
    /// The quickest.
    pub min: f64,
    /// The one in the middle.
    pub median: f64,
    /// The slowest.
    pub max: f64,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Hop {
    /// The URL.
    pub url: String,
    /// What `Host` or `:authority` said.
    pub host: String,
    /// The name that TLS asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sni: Option<String>,
    /// The address and port that were connected to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The look-up of the name, where it was looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns: Option<Dns>,
    /// The connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcp: Option<Tcp>,
    /// The TLS handshake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<Http>,
    /// What it means.
    pub meanings: Vec<Meaning>,
}

/// What one thing means that was seen.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Meaning {
    /// What it is; `docs/probe.md` lists all.
    pub code: &'static str,
    /// How grave it is; `info` where nothing is wrong.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// What may be behind it, the likeliest first; one alone, with its object, where it is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suspects: Vec<Suspect>,
    /// Commands that tell more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub next: Vec<String>,
}

/// What may be behind something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Suspect {
    /// What it would be.
    pub message: String,
    /// The object to blame, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectRef>,
}

/// The look-up of a name.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dns {
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// The name.
    pub name: String,
    /// Its addresses, in the order in which they are tried.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A connection.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tcp {
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A TLS handshake.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tls {
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// `TLS 1.3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The cipher suite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cipher: Option<String>,
    /// What ALPN chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpn: Option<String>,
    /// What the server showed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// What the server asked of the client, if it asked for a certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<ClientCertificate>,
}

/// A certificate as a server shows it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// Subject, as OpenSSL words it.
    pub subject: String,
    /// DNS names and IP addresses among its alternative names.
    pub names: Vec<String>,
    /// Issuer, as OpenSSL words it.
    pub issuer: String,
    /// Valid from.
    #[schemars(with = "String")]
    pub not_before: Timestamp,
    /// Valid to.
    #[schemars(with = "String")]
    pub not_after: Timestamp,
    /// Whole days until then; less than 0 where it has expired.
    pub days_left: i64,
    /// The subjects of the certificates that came with it, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<String>,
    /// Whether it is for the host.
    pub is_for_host: bool,
    /// Whether it comes from a CA that is trusted.
    pub is_trusted: bool,
    /// Why it is not trusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distrust: Option<String>,
}

/// What a server asked of the client.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClientCertificate {
    /// The CAs of which it takes certificates, where it says them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub issuers: Vec<String>,
    /// Whether the client showed one.
    pub given: bool,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Http {
    /// How long it took to the end of the body, or to where no more was read, in milliseconds.
    pub took_ms: f64,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// `HTTP/1.1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The headers that say who answered, and what; no others are kept.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
}

/// A body, as far as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// How many bytes were read.
    pub bytes: usize,
    /// Whether that is all.
    pub is_whole: bool,
    /// The beginning of it, where the status says that something is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}
