//! Keys and certificates that are made here, and the CA that signs them: kept in files that only
//! their owner may read.
#![expect(clippy::disallowed_methods, reason = "the environment says where a user's data are kept")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType,
};
use serde_json::json;
use zeroize::Zeroizing;

use super::files;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ingest;
use crate::model::Key;
use crate::model::credential::Pem;
use crate::render::{Contents, Pair};

/// How long a CA is valid, in days.
const CA_DAYS: u64 = 3650;

/// How far a clock may be behind for a certificate to be valid there at once.
const SKEW: Duration = Duration::from_secs(300);

/// The file with the CA's key and certificate.
const CA: &str = "ca.pem";

/// The file with its certificate alone: what clients trust.
pub const CA_CERTIFICATE: &str = "ca.crt";

/// Where the CA is kept unless said: where the user's data are (XDG), of Windows in its place.
///
/// # Errors
/// Usage (2) where no variable tells where the user's data are, so that `--ca-dir` has to.
pub fn directory() -> Result<PathBuf> {
    let variable = |name: &str| {
        let value = std::env::var_os(name).map(PathBuf::from);
        value.filter(|path| path.is_absolute())
    };
    let data = variable("XDG_DATA_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".local/share")))
        .or_else(|| variable("LOCALAPPDATA"));
    data.map(|data| data.join("igwctl")).ok_or_else(|| {
        Error::usage(
            "where the CA is to be kept is not known: neither XDG_DATA_HOME nor HOME is set",
        )
        .hint("--ca-dir says where")
    })
}

/// A certificate of an application, signed by the CA of that directory; each is made where it is not
/// there. One that was made before is taken again while it says the same and has time left.
///
/// # Errors
/// Unparsed (65) where a file cannot be read, or the CA's is damaged or expired; failed (3) where
/// one cannot be written, or others may read it; usage (2) where `now` is no time for a
/// certificate.
pub fn self_signed(
    directory: &Path,
    app: &Key,
    contents: &Contents,
    now: Timestamp,
) -> Result<Pair> {
    files::create_private_directory(directory)?;
    let ca = Authority::of(directory, now)?;
    let path = directory.join(format!("{}.{}.pem", app.namespace, app.name));
    let head = head(contents, &ca);
    let kept = files::private(&path)?.filter(|kept| kept.starts_with(head.as_bytes()));
    let kept =
        kept.and_then(|kept| pair(&kept, &path)).filter(|pair| has_time(pair, contents, now));
    let mut pair = match kept {
        Some(pair) => pair,
        None => make(&path, &head, &ca, contents, now)?,
    };
    pair.ca = Some(ca.certificate.into_bytes());
    Ok(pair)
}

/// The first line of the file, by which it is told that the same is wanted.
fn head(contents: &Contents, ca: &Authority) -> String {
    let wanted = json!({
        "ca": ca.name,
        "organizations": contents.organizations,
        "commonName": contents.common_name,
        "dnsNames": contents.dns_names,
        "ipAddresses": contents.ip_addresses,
        "duration": contents.duration.to_string(),
    });
    format!("# igwctl {wanted}\n")
}

/// The pair in a file: its key comes first, its certificate behind it.
fn pair(text: &[u8], path: &Path) -> Option<Pair> {
    const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
    let at = memchr::memmem::find(text, BEGIN)?;
    let (key, certificate) = text.split_at(at);
    let from = memchr::memmem::find(key, b"-----BEGIN ")?;
    let facts = ingest::facts_of_pair(certificate, &key[from..]);
    let origin = path.display().to_string();
    Some(Pair::new(certificate.to_vec(), key[from..].to_vec(), facts, origin))
}

/// Whether it is sound, and not yet to be renewed.
fn has_time(pair: &Pair, contents: &Contents, now: Timestamp) -> bool {
    let Some(Pem::Read(chain)) = &pair.facts.chain else { return false };
    let left = chain.first().map(|leaf| leaf.not_after.duration_since(now).as_secs());
    let needed = i64::try_from(contents.renew_before.as_seconds()).unwrap_or(i64::MAX);
    pair.facts.key_fits == Some(true) && left.is_some_and(|left| left > needed)
}

fn make(
    path: &Path,
    head: &str,
    ca: &Authority,
    contents: &Contents,
    now: Timestamp,
) -> Result<Pair> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    for organization in &contents.organizations {
        params.distinguished_name.push(DnType::OrganizationName, organization);
    }
    if let Some(name) = &contents.common_name {
        params.distinguished_name.push(DnType::CommonName, name);
    }
    for name in &contents.dns_names {
        let name = name.as_str().try_into().map_err(failed)?;
        params.subject_alt_names.push(SanType::DnsName(name));
    }
    let addresses = contents.ip_addresses.iter().copied().map(SanType::IpAddress);
    params.subject_alt_names.extend(addresses);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    params.use_authority_key_identifier_extension = true;
    let seconds = contents.duration.as_seconds();
    validity(&mut params, now, Duration::from_secs(seconds))?;
    let key = KeyPair::generate().map_err(failed)?;
    let issuer = Issuer::new(ca.params.clone(), &ca.key);
    let certificate = params.signed_by(&key, &issuer).map_err(failed)?.pem();
    let key = Zeroizing::new(key.serialize_pem());
    let text = Zeroizing::new(format!("{head}{}{certificate}", *key));
    files::write(&path.display().to_string(), text.as_bytes())?;
    pair(text.as_bytes(), path).ok_or_else(|| damaged(path, "cannot be read back"))
}

/// From a little before now, so long.
fn validity(params: &mut CertificateParams, now: Timestamp, length: Duration) -> Result<()> {
    let since = u64::try_from(now.as_second()).ok().and_then(|it| it.checked_sub(SKEW.as_secs()));
    let Some(since) = since else {
        return Err(Error::usage(format!("{now} is no time to make a certificate at")));
    };
    let begin = rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(since);
    let end = begin.checked_add(length.try_into().map_err(failed)?);
    // "No expiry" is the last year that a certificate can name (RFC 5280, 4.1.2.5).
    let last = rcgen::date_time_ymd(9999, 12, 31);
    (params.not_before, params.not_after) = (begin, end.map_or(last, |end| end.min(last)));
    Ok(())
}

/// The CA.
struct Authority {
    /// Its common name, which is of its key: no two CAs share one.
    name: String,
    params: CertificateParams,
    key: KeyPair,
    certificate: String,
}

impl Authority {
    fn of(directory: &Path, now: Timestamp) -> Result<Self> {
        let path = directory.join(CA);
        if files::private(&path)?.is_none() {
            let key = KeyPair::generate().map_err(failed)?;
            let mut params = params(&key);
            validity(&mut params, now, Duration::from_secs(CA_DAYS * 24 * 3600))?;
            let certificate = params.self_signed(&key).map_err(failed)?.pem();
            let text =
                Zeroizing::new(format!("{}{certificate}", *Zeroizing::new(key.serialize_pem())));
            // Of two that make one at once, one is first, and the other takes what is there.
            files::write_new(&path, text.as_bytes())?;
        }
        let text = files::private(&path)?.ok_or_else(|| damaged(&path, "is not there any more"))?;
        let ca = Self::read(&text, &path, now)?;
        let public = directory.join(CA_CERTIFICATE);
        let shown = public.display().to_string();
        if files::bytes(&shown).ok().as_deref() != Some(ca.certificate.as_bytes()) {
            files::write(&shown, ca.certificate.as_bytes())?;
        }
        Ok(ca)
    }

    fn read(text: &[u8], path: &Path, now: Timestamp) -> Result<Self> {
        let pair =
            pair(text, path).ok_or_else(|| damaged(path, "is not a CA's key and certificate"))?;
        let chain = match &pair.facts.chain {
            Some(Pem::Read(chain)) if pair.facts.key_fits == Some(true) => chain,
            _ => return Err(damaged(path, "is not a CA's key and the certificate of that key")),
        };
        let end = chain.first().map_or(Timestamp::MIN, |ca| ca.not_after);
        if end < now {
            return Err(damaged(path, &format!("is a CA that expired at {end}")));
        }
        let unread = || damaged(path, "holds a key that cannot be read");
        let key = std::str::from_utf8(&pair.key).map_err(|_| unread())?;
        let key = KeyPair::from_pem(key).map_err(|_| unread())?;
        let certificate = String::from_utf8(pair.certificate).map_err(|_| unread())?;
        Ok(Self { name: name(&key), params: params(&key), key, certificate })
    }
}

/// The CA's name: of its public key, so that it needs no file of its own.
fn name(key: &KeyPair) -> String {
    let public = key.public_key_raw();
    let hex: String = public.iter().skip(1).take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("igwctl local CA {hex}")
}

fn params(key: &KeyPair) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name(key));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::new(Exit::Failed, format!("no certificate can be made: {error}"))
}

fn damaged(path: &Path, what: &str) -> Error {
    Error::new(Exit::Unparsed, format!("{}: {what}", path.display()))
        .hint("take it away, and a new CA is made; what it signed is then trusted by nobody")
}
