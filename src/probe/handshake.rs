//! What a TLS handshake means: why it failed, and whether the certificate proves the host.

use super::meaning::{Meaning, Terms, excerpt};
use super::observation::{AnswerTrouble, Handshake, ServerCertificate, TlsTrouble, Trust};
use super::{Sense, Target};

/// What a handshake means; nothing, if all is as it should be.
pub(super) fn of(target: &Target, seen: &Handshake, terms: Terms) -> Vec<Meaning> {
    let certificate = seen.certificate.as_ref();
    let mut meanings: Vec<Meaning> =
        certificate.map(|it| of_certificate(target, it, terms)).unwrap_or_default();
    if terms.insecure {
        meanings = meanings.into_iter().map(Meaning::condoned).collect();
    }
    if let Err(trouble) = &seen.result {
        meanings.push(of_trouble(target, seen, trouble));
    }
    meanings
}

fn of_trouble(target: &Target, seen: &Handshake, trouble: &TlsTrouble) -> Meaning {
    let has_sni = target.sni().is_some();
    match trouble {
        TlsTrouble::Reset | TlsTrouble::Closed if !has_sni => Meaning::of(Sense::TlsNoSni),
        TlsTrouble::Reset => Meaning::of(Sense::TlsReset),
        TlsTrouble::Closed => Meaning::of(Sense::TlsClosed),
        TlsTrouble::TimedOut => Meaning::of(Sense::TlsTimedOut),
        TlsTrouble::Alert(name) => of_alert(seen, name),
        TlsTrouble::Incompatible(why) => Meaning::of(Sense::TlsVersion).with(why),
        TlsTrouble::NotTls(first) if first.starts_with(b"HTTP/") => Meaning::of(Sense::TlsToPlain),
        TlsTrouble::NotTls(first) => {
            Meaning::of(Sense::NotTls).with(&format!("it begins {}", excerpt(first)))
        }
        TlsTrouble::NoHttp2 => Meaning::of(Sense::NoHttp2),
        TlsTrouble::Failed(why) => Meaning::of(Sense::TlsFailed).with(why),
    }
}

/// Alerts as BoringSSL sends them for Envoy, by their names in RFC 8446.
fn of_alert(seen: &Handshake, name: &str) -> Meaning {
    const OF_A_CERTIFICATE: [&str; 9] = [
        "access_denied",
        "bad_certificate",
        "certificate_expired",
        "certificate_revoked",
        "certificate_unknown",
        "decrypt_error",
        "handshake_failure",
        "unknown_ca",
        "unsupported_certificate",
    ];
    let sense = match name {
        "certificate_required" => Sense::ClientCertificateMissing,
        // What an older TLS says in its place.
        it if OF_A_CERTIFICATE.contains(&it) && seen.asked.is_some() => {
            if seen.gave {
                Sense::ClientCertificateRefused
            } else {
                Sense::ClientCertificateMissing
            }
        }
        "protocol_version" => Sense::TlsVersion,
        "handshake_failure" | "insufficient_security" => Sense::TlsRefused,
        "unrecognized_name" => Sense::UnknownName,
        "no_application_protocol" => Sense::NoHttp2,
        _ => Sense::TlsFailed,
    };
    Meaning::of(sense).with(&format!("alert {name}"))
}

/// What it means for a client's certificate that the server ends what was already agreed on.
pub(super) fn of_trouble_after(seen: &Handshake, trouble: &AnswerTrouble) -> Option<Meaning> {
    match trouble {
        AnswerTrouble::Alert(name) => Some(of_alert(seen, name)),
        AnswerTrouble::Reset | AnswerTrouble::Closed if seen.asked.is_some() => {
            let sense = if seen.gave {
                Sense::ClientCertificateRefused
            } else {
                Sense::ClientCertificateMissing
            };
            Some(Meaning::of(sense).with("it ends the connection right after the handshake"))
        }
        _ => None,
    }
}

fn of_certificate(target: &Target, shown: &ServerCertificate, terms: Terms) -> Vec<Meaning> {
    let Some(Some(own)) = shown.chain.first() else {
        return vec![Meaning::of(Sense::CertificateUnread)];
    };
    let mut meanings = Vec::new();
    if !shown.is_for_host {
        let names = &own.certificate.names;
        let of = match &**names {
            [] => "it has no alternative names, and clients look at no others".to_owned(),
            names => format!("it is for {}", list(names)),
        };
        let host = target.host();
        meanings.push(
            Meaning::of(Sense::CertificateName)
                .saying(format!("the certificate is not for {host}: {of}")),
        );
    }
    let certificate = &own.certificate;
    if certificate.not_after < terms.now {
        let when = certificate.not_after.strftime("%Y-%m-%d %H:%M:%SZ");
        meanings.push(Meaning::of(Sense::CertificateExpired).with(&format!("it ended {when}")));
    } else if certificate.not_before > terms.now {
        let when = certificate.not_before.strftime("%Y-%m-%d %H:%M:%SZ");
        meanings.push(Meaning::of(Sense::CertificateNotYet).with(&format!("it begins {when}")));
    }
    if let Trust::Untrusted(why) = &shown.trust {
        let mut meaning = Meaning::of(Sense::CertificateUntrusted).with(why);
        if own.is_own_issuer() {
            meaning.suspects.clear();
            meaning = meaning.suspecting("--ca with the certificate trusts it, -k goes on without");
        }
        meanings.push(meaning);
    }
    meanings
}

/// The first few of a list of names.
fn list(names: &[String]) -> String {
    const MOST: usize = 4;
    let first = names.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
