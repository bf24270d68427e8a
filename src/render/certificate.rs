//! The Certificate, by which cert-manager writes the secret: one in each namespace where the gateway
//! looks for it.

use serde_json::{Map, Value, json};

use super::intent::{Certificate, IssuerName};
use super::refusal::{Input, Refusal};
use super::resolved::Resolved;
use super::versions;
use super::words::{Algorithm, Encoding, Span};
use crate::model::manifest::Manifest;

/// How long it is valid unless said.
pub(super) const DURATION: Span = Span::hours(2160);

/// How long before its end it is renewed unless said.
pub(super) const RENEW_BEFORE: Span = Span::hours(360);

/// The longest common name, in bytes (X.520; cert-manager 1.21 refuses more).
const COMMON_NAME: usize = 64;

/// What a key may be used for, as cert-manager names it (v1alpha2 to v1).
pub(super) const USAGES: [&str; 23] = [
    "signing",
    "digital signature",
    "content commitment",
    "key encipherment",
    "key agreement",
    "data encipherment",
    "cert sign",
    "crl sign",
    "encipher only",
    "decipher only",
    "any",
    "server auth",
    "client auth",
    "code signing",
    "email protection",
    "s/mime",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "timestamping",
    "ocsp signing",
    "microsoft sgc",
    "netscape sgc",
];

const CLIENT_AUTH: &str = "client auth";

/// What is in a certificate that is made: by cert-manager, or here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The organizations of its subject.
    pub organizations: Vec<String>,
    /// Its common name.
    pub common_name: Option<String>,
    /// Its DNS names.
    pub dns_names: Vec<String>,
    /// Its IP addresses.
    pub ip_addresses: Vec<std::net::IpAddr>,
    /// How long it is valid.
    pub duration: Span,
    /// How long before its end it is renewed.
    pub renew_before: Span,
}

/// What is in the certificate, defaults filled in; ACME's servers take names alone.
pub(super) fn contents(
    it: &Resolved<'_>,
    given: &Certificate,
    is_acme: bool,
) -> Result<Contents, Refusal> {
    let not_acme =
        |input, what: &str| Err(Refusal::of(input, format!("an ACME issuer takes no {what}")));
    let organizations = match &given.organizations {
        Some(given) if is_acme && !given.is_empty() => {
            return not_acme(Input::Organizations, "organization");
        }
        Some(given) => given.clone(),
        None if is_acme => Vec::new(),
        None => vec![it.app.to_owned()],
    };
    let ip_addresses = match &given.ip_addresses {
        Some(given) if is_acme && !given.is_empty() => {
            return not_acme(Input::IpAddresses, "IP addresses");
        }
        Some(given) => given.clone(),
        None if is_acme => Vec::new(),
        None => it.address.into_iter().collect(),
    };
    let dns_names: Vec<String> = if given.dns_names.is_empty() {
        // No certificate is for every host there is.
        it.hosts.iter().filter(|host| *host != "*").cloned().collect()
    } else {
        given.dns_names.clone()
    };
    if dns_names.is_empty() {
        return Err(Refusal::of(
            Input::Hosts,
            "no certificate is for *: it needs names of its own",
        )
        .hint("--dns-name says which"));
    }
    let common_name = match given.common_name.as_deref() {
        Some("") => None,
        Some(given) if given.len() > COMMON_NAME => {
            let reason = format!("it has {} bytes, and {COMMON_NAME} are the most", given.len());
            return Err(Refusal::of(Input::CommonName, reason));
        }
        Some(given) if is_acme && !dns_names.iter().any(|it| it == given) => {
            let reason = format!("{given}: an ACME issuer takes one that is among the DNS names");
            return Err(Refusal::of(Input::CommonName, reason));
        }
        Some(given) => Some(given.to_owned()),
        None => dns_names.first().filter(|it| it.len() <= COMMON_NAME).cloned(),
    };
    let duration = given.duration.unwrap_or(DURATION);
    let renew_before = given.renew_before.unwrap_or(RENEW_BEFORE);
    spans(duration, renew_before)?;
    Ok(Contents { organizations, common_name, dns_names, ip_addresses, duration, renew_before })
}

/// As cert-manager's webhook has it (1.21, `ValidateDuration`).
fn spans(duration: Span, renew_before: Span) -> Result<(), Refusal> {
    if duration < Span::hours(1) {
        return Err(Refusal::of(Input::Duration, format!("{duration}: 1h is the least")));
    }
    if renew_before < Span::minutes(5) {
        return Err(Refusal::of(Input::RenewBefore, format!("{renew_before}: 5m is the least")));
    }
    if renew_before >= duration {
        let reason = format!("{renew_before} is not less than the duration, {duration}");
        return Err(Refusal::of(Input::RenewBefore, reason));
    }
    Ok(())
}

fn usages(given: &Certificate, is_acme: bool) -> Result<Vec<String>, Refusal> {
    if let Some(wrong) = given.usages.iter().find(|it| !USAGES.contains(&it.as_str())) {
        let reason = format!("{wrong}: none of {}", USAGES.join(", "));
        return Err(Refusal::of(Input::Usages, reason));
    }
    if is_acme && given.usages.iter().any(|it| it == CLIENT_AUTH) {
        return Err(Refusal::of(Input::Usages, "an ACME issuer gives no client auth"));
    }
    if !given.usages.is_empty() {
        return Ok(given.usages.clone());
    }
    let both = ["server auth", CLIENT_AUTH].map(str::to_owned);
    Ok(if is_acme { both[..1].to_vec() } else { both.to_vec() })
}

fn key(given: &Certificate) -> Result<versions::Key, Refusal> {
    let algorithm = given.key.algorithm.unwrap_or(Algorithm::Rsa);
    let size = given.key.size.unwrap_or(match algorithm {
        Algorithm::Rsa => 2048,
        Algorithm::Ecdsa => 256,
    });
    let (is_size, sizes) = match algorithm {
        Algorithm::Rsa => ((2048..=8192).contains(&size), "2048 to 8192"),
        Algorithm::Ecdsa => ([256, 384, 521].contains(&size), "256, 384 or 521"),
    };
    if !is_size {
        let reason = format!("{size}: a key of {algorithm} has {sizes} bits");
        return Err(Refusal::of(Input::KeySize, reason));
    }
    // The tutorial's key is written as PKCS #1, which is RSA's.
    let usual = Some(Encoding::Pkcs1).filter(|_| algorithm == Algorithm::Rsa);
    Ok(versions::Key { algorithm, encoding: given.key.encoding.or(usual), size })
}

/// Renders one for each namespace.
pub(super) fn manifests(
    it: &Resolved<'_>,
    given: &Certificate,
    issuer: &IssuerName,
    is_acme: bool,
) -> Result<Vec<Manifest>, Refusal> {
    let contents = contents(it, given, is_acme)?;
    let (usages, key) = (usages(given, is_acme)?, key(given)?);
    let mut spec = Map::from_iter([
        ("secretName".to_owned(), json!(it.secret)),
        ("duration".to_owned(), json!(contents.duration.to_string())),
        ("renewBefore".to_owned(), json!(contents.renew_before.to_string())),
    ]);
    versions::organizations(&mut spec, it.cert_manager, &contents.organizations);
    if let Some(common_name) = &contents.common_name {
        spec.insert("commonName".to_owned(), json!(common_name));
    }
    spec.insert("isCA".to_owned(), json!(false));
    versions::key(&mut spec, it.cert_manager, key);
    spec.insert("usages".to_owned(), json!(usages));
    spec.insert("dnsNames".to_owned(), json!(contents.dns_names));
    if !contents.ip_addresses.is_empty() {
        spec.insert("ipAddresses".to_owned(), json!(contents.ip_addresses));
    }
    let reference = json!({ "name": issuer.name, "kind": issuer.kind.word() });
    spec.insert("issuerRef".to_owned(), reference);
    let manifest = |namespace: &String| {
        it.manifest(&it.cert_manager_api(), "Certificate", namespace, &it.certificate)
            .with("spec", Value::Object(spec.clone()))
    };
    Ok(it.namespaces.iter().map(manifest).collect())
}
