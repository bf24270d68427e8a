//! Intent → manifests; the same intent gives the same bytes. Nothing is asked of anybody here: what a
//! cluster knows, and what was read from files, comes in as a `Setting`.
//!
//! | file | answers |
//! | --- | --- |
//! | `intent.rs` | what is wanted, as flags and files say it |
//! | `words.rs` | words that are one of a few, and spans of time |
//! | `route.rs`, `route_spec.rs` | one route; one route in one line |
//! | `order.rs` | which route is asked first, and which is never reached |
//! | `argv.rs` | the command line that says the same |
//! | `app_file.rs` | the file that says the same |
//! | `resolved.rs` | the intent with its defaults filled in |
//! | `source.rs` | where the certificate comes from |
//! | `gateway.rs`, `virtual_service.rs`, `certificate.rs`, `issuer.rs`, `secret.rs` | an object each |
//! | `versions.rs` | a Certificate's fields in each version |
//! | `pair.rs` | a certificate and key at hand: whether they are fit |
//! | `several.rs` | what several applications come to |
//! | `labels.rs` | what is igwctl's own |
//! | `validate.rs` | what istiod would refuse |
//! | `refusal.rs` | what will not be rendered, and which input says so |

pub mod app_file;
mod argv;
mod certificate;
mod gateway;
pub mod intent;
mod issuer;
pub mod labels;
mod order;
mod pair;
mod refusal;
mod resolved;
pub mod route;
pub mod route_spec;
mod secret;
pub mod several;
mod source;
mod validate;
mod versions;
mod virtual_service;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use jiff::Timestamp;

pub use certificate::Contents;
pub use intent::Intent;
pub use pair::{ClientCa, Pair};
pub use refusal::{Input, Refusal};

use crate::model::manifest::Manifest;
use crate::model::{Key, served_url};
use resolved::Resolved;
use route::{Destination, End};
use source::Source;
use words::{CertManagerApi, IstioApi, Mode};

/// What is known beside the intent. Offline that is the time, and what was read from files.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// The gateway that was found; what the intent says of it stands before this.
    pub gateway: Option<FoundGateway>,
    /// The address that was found; likewise.
    pub address: Option<IpAddr>,
    /// The version of networking.istio.io that is served; likewise.
    pub istio: Option<IstioApi>,
    /// The version of cert-manager.io that is served; likewise.
    pub cert_manager: Option<CertManagerApi>,
    /// Whether the issuer that is named is an ACME one, where that was looked up.
    pub is_acme: Option<bool>,
    /// The certificate and its key, where they come from files or are made here.
    pub pair: Option<Pair>,
    /// The CAs that clients are checked against, where they come from a file.
    pub client_ca: Option<ClientCa>,
    /// The moment by which certificates are judged.
    pub now: Timestamp,
}

/// A gateway as it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundGateway {
    /// The namespaces of its pods.
    pub namespaces: Vec<String>,
    /// Labels that select them, and no others.
    pub selector: BTreeMap<String, String>,
}

/// What an intent comes to.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// The objects, in the order in which they are applied. A Secret among them holds its key.
    pub manifests: Vec<Manifest>,
    /// What was assumed, a sentence each.
    pub assumptions: Vec<String>,
    /// What is to be known, a sentence each.
    pub warnings: Vec<String>,
    /// Where the application answers then, a URL for each host that is one.
    pub urls: Vec<String>,
    /// The secrets that the gateway will look for.
    pub secrets: Vec<Key>,
    /// What is served, and by which gateway.
    pub serves: Serves,
}

/// What is served, and by which gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serves {
    /// The application, as `namespace/name`.
    pub app: String,
    /// The namespaces of the gateway's pods.
    pub namespaces: Vec<String>,
    /// The labels that select them.
    pub selector: BTreeMap<String, String>,
    /// The hosts.
    pub hosts: Vec<String>,
    /// Whether they are served over TLS.
    pub has_tls: bool,
}

/// Renders an intent.
///
/// # Errors
/// What istiod or cert-manager would refuse, and what would not do what it seems to, by the input
/// and the field of the object.
pub fn manifests(intent: &Intent, setting: &Setting) -> Result<Rendered, Refusal> {
    let source = source::of(intent)?;
    let mut it = Resolved::of(intent, setting)?;
    let mut warnings = std::mem::take(&mut it.warnings);
    let mut manifests = credentials(&it, intent, setting, source, &mut warnings)?;
    manifests.push(gateway::manifest(&it));
    manifests.extend(virtual_service::manifest(&it));
    for manifest in &manifests {
        validate::check(manifest)?;
    }
    warnings.extend(about_routes(&it));
    warnings.extend(about_places(&it));
    let is_looked_for = !matches!(source, Source::Nowhere);
    let namespaces = it.namespaces.iter().filter(|_| is_looked_for);
    let secrets = namespaces.map(|namespace| Key::new(namespace, &it.secret)).collect();
    let urls = urls(&it);
    let serves = Serves {
        app: Key::new(it.namespace, it.app).to_string(),
        namespaces: it.namespaces,
        selector: it.selector,
        hosts: it.hosts,
        has_tls: it.tls.is_some(),
    };
    Ok(Rendered { manifests, assumptions: it.assumptions, warnings, urls, secrets, serves })
}

/// What is in the certificate that is to be made here, if one is: `Setting::pair` has to hold one
/// that was made so.
///
/// # Errors
/// What the intent lacks or contradicts itself in, by the input: no source of a certificate or two
/// of them, no host that a certificate can be for, a span that cert-manager would refuse too.
pub fn self_signed(intent: &Intent, setting: &Setting) -> Result<Option<Contents>, Refusal> {
    let (Source::SelfSigned, Some(tls)) = (source::of(intent)?, &intent.spec.tls) else {
        return Ok(None);
    };
    let it = Resolved::of(intent, setting)?;
    certificate::contents(&it, &tls.certificate, false).map(Some)
}

/// The namespaces of the gateway's pods, where the secret lands: as the intent says, else as they were
/// found; none where neither says.
pub fn gateway_namespaces(intent: &Intent, found: Option<&FoundGateway>) -> BTreeSet<String> {
    let said = &intent.spec.gateway.namespaces;
    let found = found.into_iter().flat_map(|it| &it.namespaces).filter(|_| said.is_empty());
    said.iter().chain(found).cloned().collect()
}

/// The Services that routes lead to, to be looked for in the application's namespace.
pub fn destinations(intent: &Intent) -> impl Iterator<Item = &Destination> {
    intent.spec.routes.iter().flat_map(|route| match &route.end {
        End::To { destinations, .. } => &**destinations,
        End::Redirect { .. } => &[],
    })
}

/// What writes the secret, or the secret itself.
fn credentials(
    it: &Resolved<'_>,
    intent: &Intent,
    setting: &Setting,
    source: Source,
    warnings: &mut Vec<String>,
) -> Result<Vec<Manifest>, Refusal> {
    let Some(tls) = &intent.spec.tls else { return Ok(Vec::new()) };
    let client_ca = setting.client_ca.as_ref();
    client_ca.map_or(Ok(()), |ca| ca.check(setting.now))?;
    let beside =
        |ca: Option<&ClientCa>| ca.map(|ca| secret::of_client_ca(it, ca)).unwrap_or_default();
    let mut manifests = match source {
        Source::Nowhere => Vec::new(),
        Source::Secret => beside(client_ca),
        Source::Files | Source::SelfSigned => {
            let (input, what) = match source {
                Source::SelfSigned => (Input::SelfSigned, "no certificate was made"),
                _ => (Input::Files, "the files were not read"),
            };
            let pair = setting.pair.as_ref().ok_or_else(|| Refusal::of(input, what))?;
            warnings.extend(pair.check(input, &it.hosts, setting.now)?);
            secret::of_pair(it, pair, client_ca)
        }
        Source::Issuer => {
            let Some((name, is_acme)) = &it.issuer else { return Ok(Vec::new()) };
            let mut manifests = Vec::new();
            if let Some(created) = &tls.certificate.create_issuer {
                manifests = issuer::manifests(it, created, name)?;
                warnings.extend(issuer::warnings(it, created, name));
            }
            manifests.extend(certificate::manifests(it, &tls.certificate, name, *is_acme)?);
            manifests.extend(beside(client_ca));
            manifests
        }
    };
    if it.tls.is_some_and(|(mode, _)| mode == Mode::Mutual) && client_ca.is_none() {
        warnings.extend(about_clients(it, setting, source)?);
    }
    manifests.retain(|manifest| !manifest.rest.is_empty());
    Ok(manifests)
}

/// Which CA clients are checked against, where none was given.
fn about_clients(
    it: &Resolved<'_>,
    setting: &Setting,
    source: Source,
) -> Result<Option<String>, Refusal> {
    let secret = &it.secret;
    let needed = |why: &str| {
        Err(Refusal::of(Input::ClientCa, format!("MUTUAL checks clients against a CA, and {why}")))
    };
    match source {
        Source::Issuer if it.issuer.as_ref().is_some_and(|(_, is_acme)| *is_acme) => {
            needed("an ACME issuer writes none")
        }
        Source::Files if setting.pair.as_ref().is_none_or(|pair| pair.ca.is_none()) => {
            needed("the files hold none for that")
        }
        Source::Issuer => Ok(Some(format!(
            "clients are checked against the CA that the issuer writes to ca.crt of secret {secret}; \
             --client-ca gives another"
        ))),
        Source::Secret => Ok(Some(format!(
            "clients are checked against the CA in secret {secret}-cacert, else against ca.crt of \
             {secret}: one of the two has to be there"
        ))),
        _ => Ok(None),
    }
}

/// What is to be known of what answers.
fn about_routes(it: &Resolved<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    let is_passthrough = it.tls.is_some_and(|(mode, _)| mode == Mode::Passthrough);
    if it.routes.is_empty() {
        let until = if is_passthrough { "refuses TLS" } else { "answers 404" };
        warnings.push(format!(
            "there are no routes: until there are, the Gateway {until}; --route /=SERVICE:PORT is one"
        ));
    }
    let ends = it.routes.iter().flat_map(|route| match &route.end {
        End::To { destinations, .. } => &**destinations,
        End::Redirect { .. } => &[],
    });
    for Destination { service, port, .. } in ends {
        if port.is_none() {
            warnings.push(format!(
                "{service} without a port: the only port of that Service; if it has several, the \
                 Gateway's"
            ));
        }
        let labels: Vec<&str> = service.split('.').collect();
        if let [name, namespace] | [name, namespace, "svc"] = &*labels {
            warnings.push(format!(
                "{service} is a whole host name to Istio; Service {name} of namespace {namespace} is \
                 {name}.{namespace}.svc.cluster.local"
            ));
        }
    }
    if it.redirects() && it.istio != IstioApi::V1 {
        warnings.push(if gateway::redirects_here(it.istio) {
            "the Gateway sends all of plain HTTP to https, ACME's HTTP-01 too; with v1beta1 or v1 a \
             VirtualService does it, and lets that through"
                .to_owned()
        } else {
            "that plain HTTP is sent to https needs Istio 1.12 or later".to_owned()
        });
    }
    warnings
}

/// What is to be known of where things land.
fn about_places(it: &Resolved<'_>) -> Vec<String> {
    if it.namespaces.len() < 2 || it.tls.is_none_or(|(mode, _)| mode == Mode::Passthrough) {
        return Vec::new();
    }
    let namespaces = it.namespaces.join(", ");
    vec![format!(
        "the gateway's pods are in several namespaces: the secret is needed in {namespaces}"
    )]
}

fn urls(it: &Resolved<'_>) -> Vec<String> {
    let (protocol, port) = match it.tls {
        Some(_) => ("HTTPS", it.https_port),
        None => ("HTTP", it.http_port.unwrap_or(80)),
    };
    it.hosts.iter().filter_map(|host| served_url::of(protocol, port.into(), host)).collect()
}
