//! PEM → names and dates of certificates, and whether a key is the one a certificate was made for.

use std::str::FromStr as _;

use jiff::Timestamp;
use pkcs8::der::Decode as _;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate, X509Name};

use crate::model::credential::{Algorithm, Certificate, Facts, Pem, Shown};

/// What a chain and a key come to, taken together.
pub(super) struct Pair {
    pub(super) chain: Pem<Vec<Certificate>>,
    pub(super) key: Pem<Algorithm>,
    /// Whether the key is the first certificate's; `None` where that cannot be told.
    pub(super) fits: Option<bool>,
}

/// Reads a chain and its key. Nothing of the key is kept.
pub(super) fn pair(chain: &[u8], key: &[u8]) -> Pair {
    let ders = ders(chain);
    let certificates = ders.as_deref().map(certificates);
    let read = read_key(key);
    let fits = match (&certificates, &read) {
        (Ok(certificates), Ok(key)) => {
            certificates.first().and_then(Option::as_ref).and_then(|first| fits(first, key))
        }
        _ => None,
    };
    let key = match read {
        Ok(key) => Pem::Read(key.algorithm),
        Err(reason) => Pem::Faulty(reason),
    };
    Pair { chain: facts(certificates), key, fits }
}

/// Reads a chain, or a bundle of CAs.
pub fn chain(pem: &[u8]) -> Pem<Vec<Certificate>> {
    facts(ders(pem).as_deref().map(certificates))
}

/// What a chain and its key, both PEM, come to; nothing of the key is kept.
pub fn facts_of_pair(chain: &[u8], key: &[u8]) -> Facts {
    let Pair { chain, key, fits } = pair(chain, key);
    Facts { chain: Some(chain), key: Some(key), key_fits: fits, ..Facts::default() }
}

/// Reads a key alone.
pub(super) fn key(pem: &[u8]) -> Pem<Algorithm> {
    match read_key(pem) {
        Ok(key) => Pem::Read(key.algorithm),
        Err(reason) => Pem::Faulty(reason),
    }
}

/// Reads a certificate that a server showed.
pub fn shown(der: &[u8]) -> Option<Shown> {
    let (_, read) = X509Certificate::from_der(der).ok()?;
    Some(Shown { certificate: certificate(&read)?, issuer: read.issuer().to_string() })
}

/// Reads a distinguished name, as OpenSSL words it.
pub fn distinguished_name(der: &[u8]) -> Option<String> {
    X509Name::from_der(der).ok().map(|(_, name)| name.to_string())
}

fn ders(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let ders: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match ders {
        Ok(ders) if ders.is_empty() => Err("is not a PEM certificate".to_owned()),
        Ok(ders) => Ok(ders),
        Err(_) => Err("is damaged PEM".to_owned()),
    }
}

/// Each certificate, where it can be read.
fn certificates<'a>(ders: &'a [CertificateDer<'_>]) -> Vec<Option<X509Certificate<'a>>> {
    let read = |der: &'a CertificateDer<'_>| X509Certificate::from_der(der).ok();
    ders.iter().map(|der| read(der).map(|(_, certificate)| certificate)).collect()
}

fn facts(certificates: Result<Vec<Option<X509Certificate<'_>>>, &String>) -> Pem<Vec<Certificate>> {
    let certificates = match certificates {
        Ok(certificates) => certificates,
        Err(reason) => return Pem::Faulty(reason.clone()),
    };
    let mut chain = Vec::with_capacity(certificates.len());
    for (position, read) in certificates.iter().enumerate() {
        match read.as_ref().and_then(certificate) {
            Some(certificate) => chain.push(certificate),
            None if position == 0 => {
                return Pem::Faulty("is PEM, but holds no certificate".to_owned());
            }
            None => {
                return Pem::Faulty(format!(
                    "is PEM, but its certificate number {} cannot be read",
                    position + 1
                ));
            }
        }
    }
    Pem::Read(chain)
}

fn certificate(certificate: &X509Certificate<'_>) -> Option<Certificate> {
    let validity = certificate.validity();
    // "No expiry" is the last second of the year 9999 (RFC 5280, 4.1.2.5), which jiff cannot hold.
    let time = |seconds| {
        Some(Timestamp::from_second(seconds).unwrap_or(if seconds > 0 {
            Timestamp::MAX
        } else {
            Timestamp::MIN
        }))
    };
    Some(Certificate {
        subject: certificate.subject().to_string(),
        names: names(certificate),
        not_before: time(validity.not_before.timestamp())?,
        not_after: time(validity.not_after.timestamp())?,
    })
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(alternative)) = certificate.subject_alternative_name() else { return Vec::new() };
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(octets) => address(octets),
        _ => None,
    };
    alternative.value.general_names.iter().filter_map(name).collect()
}

fn address(octets: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(octets) {
        return Some(std::net::Ipv4Addr::from(four).to_string());
    }
    let sixteen = <[u8; 16]>::try_from(octets).ok()?;
    Some(std::net::Ipv6Addr::from(sixteen).to_string())
}

struct Key {
    algorithm: Algorithm,
    /// The public half, as a certificate carries it in its `subjectPublicKey`; for keys that do
    /// not say it themselves it is not known.
    public: Option<Vec<u8>>,
}

fn read_key(pem: &[u8]) -> Result<Key, String> {
    let is_encrypted = memchr::memmem::find(pem, b"ENCRYPTED").is_some();
    if is_encrypted && memchr::memmem::find(pem, b"PRIVATE KEY").is_some() {
        return Err("is an encrypted key".to_owned());
    }
    let der =
        PrivateKeyDer::from_pem_slice(pem).map_err(|_| "is not a PEM private key".to_owned())?;
    let broken = || "is PEM, but its key cannot be read".to_owned();
    match &der {
        PrivateKeyDer::Pkcs1(der) => rsa(der.secret_pkcs1_der()).ok_or_else(broken),
        PrivateKeyDer::Sec1(der) => ec(der.secret_sec1_der()).ok_or_else(broken),
        PrivateKeyDer::Pkcs8(der) => {
            let info =
                pkcs8::PrivateKeyInfo::from_der(der.secret_pkcs8_der()).map_err(|_| broken())?;
            match info.algorithm.oid {
                pkcs1::ALGORITHM_OID => rsa(info.private_key).ok_or_else(broken),
                sec1::ALGORITHM_OID => ec(info.private_key).ok_or_else(broken),
                _ => Ok(Key {
                    algorithm: Algorithm::Other,
                    public: info.public_key.map(<[u8]>::to_vec),
                }),
            }
        }
        _ => Ok(Key { algorithm: Algorithm::Other, public: None }),
    }
}

fn rsa(der: &[u8]) -> Option<Key> {
    use pkcs1::der::Encode as _;
    let key = pkcs1::RsaPrivateKey::from_der(der).ok()?;
    let public = key.public_key().to_der().ok()?;
    Some(Key { algorithm: Algorithm::Rsa, public: Some(public) })
}

fn ec(der: &[u8]) -> Option<Key> {
    let key = sec1::EcPrivateKey::from_der(der).ok()?;
    Some(Key { algorithm: Algorithm::Ec, public: key.public_key.map(<[u8]>::to_vec) })
}

/// Compares the public halves, as `BoringSSL` does for Envoy (`X509_check_private_key`). That the
/// private half belongs to the public one beside it is not proved.
fn fits(certificate: &X509Certificate<'_>, key: &Key) -> Option<bool> {
    let public = key.public.as_ref()?;
    let info = certificate.public_key();
    let algorithm = pkcs8::ObjectIdentifier::from_str(&info.algorithm.algorithm.to_id_string());
    let is_of = match algorithm.ok()? {
        pkcs1::ALGORITHM_OID => Algorithm::Rsa,
        sec1::ALGORITHM_OID => Algorithm::Ec,
        _ => Algorithm::Other,
    };
    if is_of != key.algorithm {
        return Some(false);
    }
    let shown = &info.subject_public_key.data;
    if **shown == **public {
        return Some(true);
    }
    // One point of a curve may be written compressed or whole: its first coordinate decides.
    if is_of == Algorithm::Ec && shown.len() != public.len() {
        let (short, long) =
            if shown.len() < public.len() { (&**shown, &**public) } else { (&**public, &**shown) };
        return Some(short.len() > 1 && long.get(1..short.len()) == short.get(1..));
    }
    Some(false)
}
