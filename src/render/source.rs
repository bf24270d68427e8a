//! Where the certificate comes from: which of the sources is meant, and whether what is said beside
//! it goes with it.

use super::intent::{Certificate, Intent, NewIssuer, Tls};
use super::refusal::{Input, Refusal};
use super::words::Mode;
use crate::validation::names;

/// Where the certificate comes from.
#[derive(Clone, Copy)]
pub(super) enum Source {
    /// From nowhere: TLS goes through.
    Nowhere,
    /// From a secret that is there.
    Secret,
    /// From files.
    Files,
    /// It is made here.
    SelfSigned,
    /// cert-manager makes it.
    Issuer,
}

/// Where the certificate of an application comes from.
pub(super) fn of(intent: &Intent) -> Result<Source, Refusal> {
    match &intent.spec.tls {
        Some(tls) => of_tls(tls),
        None => Ok(Source::Nowhere),
    }
}

fn of_tls(tls: &Tls) -> Result<Source, Refusal> {
    let given = &tls.certificate;
    let mode = tls.mode.unwrap_or(Mode::Simple);
    let mut sources = Vec::new();
    sources.extend(given.secret.is_some().then_some((Input::Secret, Source::Secret)));
    sources.extend(given.files.is_some().then_some((Input::Files, Source::Files)));
    sources.extend(given.self_signed.then_some((Input::SelfSigned, Source::SelfSigned)));
    let issuer = if given.create_issuer.is_some() { Input::CreateIssuer } else { Input::Issuer };
    let is_issued = given.issuer.is_some() || given.create_issuer.is_some();
    sources.extend(is_issued.then_some((issuer, Source::Issuer)));
    let source = match (&*sources, mode) {
        ([], Mode::Passthrough) => Source::Nowhere,
        ([], _) => {
            return Err(Refusal::of(Input::Tls, format!("{mode} needs a certificate")).hint(
                "from --issuer, --create-issuer, --secret, --cert with --key, or --self-signed",
            ));
        }
        ([(input, _), ..], Mode::Passthrough) => {
            return Err(Refusal::of(*input, "with PASSTHROUGH the application shows its own"));
        }
        ([(_, source)], _) => *source,
        ([(first, _), (second, _), ..], _) => {
            return Err(Refusal::of(
                *second,
                format!("the certificate comes from {} already", first.flag()),
            ));
        }
    };
    beside(given, source)?;
    if mode != Mode::Mutual && tls.client_ca.is_some() {
        return Err(Refusal::of(
            Input::ClientCa,
            "clients are asked for a certificate by MUTUAL alone",
        ));
    }
    if mode == Mode::Passthrough && tls.min_version.is_some() {
        return Err(Refusal::of(Input::MinVersion, "with PASSTHROUGH it is the application's"));
    }
    for (name, input) in [(&given.secret, Input::Secret), (&given.secret_name, Input::SecretName)] {
        if let Some(name) = name {
            names::subdomain(name)
                .map_err(|reason| Refusal::of(input, format!("{name}: {reason}")))?;
        }
    }
    for name in &given.dns_names {
        let checked = if name == "*" { Err("not a host".to_owned()) } else { names::host(name) };
        checked.map_err(|reason| Refusal::of(Input::DnsNames, format!("{name}: {reason}")))?;
    }
    Ok(source)
}

/// What is said of the certificate must be for a source that heeds it.
fn beside(given: &Certificate, source: Source) -> Result<(), Refusal> {
    let is_issued = matches!(source, Source::Issuer);
    let is_made = is_issued || matches!(source, Source::SelfSigned);
    let is_written = is_made || matches!(source, Source::Files);
    let key = &given.key;
    let rules = [
        (given.secret_name.is_some(), is_written, Input::SecretName, "the secret is there already"),
        (given.name.is_some(), is_issued, Input::CertificateName, ISSUED),
        (given.acme, is_issued, Input::Acme, ISSUED),
        (!given.usages.is_empty(), is_issued, Input::Usages, ISSUED),
        (key.algorithm.is_some(), is_issued, Input::KeyAlgorithm, ISSUED),
        (key.size.is_some() || key.encoding.is_some(), is_issued, Input::KeySize, ISSUED),
        (given.duration.is_some(), is_made, Input::Duration, MADE),
        (given.renew_before.is_some(), is_made, Input::RenewBefore, MADE),
        (given.organizations.is_some(), is_made, Input::Organizations, MADE),
        (given.common_name.is_some(), is_made, Input::CommonName, MADE),
        (!given.dns_names.is_empty(), is_made, Input::DnsNames, MADE),
        (given.ip_addresses.is_some(), is_made, Input::IpAddresses, MADE),
    ];
    let is_other = given.create_issuer.as_ref().is_some_and(|it| !matches!(it, NewIssuer::Acme(_)));
    if given.acme && is_other {
        return Err(Refusal::of(Input::Acme, "the issuer that is made is none"));
    }
    match rules.into_iter().find(|(is_given, is_heeded, ..)| *is_given && !is_heeded) {
        Some((_, _, input, reason)) => Err(Refusal::of(input, reason)),
        None => Ok(()),
    }
}

const ISSUED: &str = "it is for a certificate that cert-manager makes";
const MADE: &str = "it is for a certificate that is made, not for one that is there";
