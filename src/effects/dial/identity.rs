//! Whom the client trusts, and who it says it is: CAs, and a certificate with its key.

use std::sync::Arc;

use jiff::Timestamp;
use rustls::RootCertStore;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use crate::effects::files;
use crate::error::{Error, Result};
use crate::exit::Exit;

/// The files that the user named.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// CAs to trust, rather than the system's: PEM.
    pub ca: Option<String>,
    /// The client's certificate, with those between it and its CA: PEM.
    pub certificate: Option<String>,
    /// Its key: PEM.
    pub key: Option<String>,
    /// The newest TLS that is spoken is 1.2.
    pub only_tls_1_2: bool,
}

/// Whom the client trusts, and who it is. The key is in memory alone.
pub struct Identity {
    pub(super) provider: Arc<CryptoProvider>,
    pub(super) roots: RootCertStore,
    /// What is trusted as it is, without anybody's signature: a certificate that signed itself, as
    /// OpenSSL has it.
    pub(super) trusted: Vec<CertificateDer<'static>>,
    /// What may be the matter with the roots.
    pub(super) without_roots: Option<String>,
    pub(super) own: Option<Arc<CertifiedKey>>,
    pub(super) only_tls_1_2: bool,
    /// The moment that certificates are judged by.
    pub(super) now: Timestamp,
    /// Of whose CAs none signed what is not trusted.
    pub(super) whose: &'static str,
}

impl Identity {
    /// Reads the files; the system's CAs where none are named, and where TLS is spoken at all.
    ///
    /// # Errors
    /// Unparsed (65): a file that cannot be read or parsed, by its name; nothing in it is quoted.
    pub fn read(given: &Files, needs_roots: bool, now: Timestamp) -> Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let mut identity = Self {
            provider,
            roots: RootCertStore::empty(),
            trusted: Vec::new(),
            without_roots: None,
            own: None,
            only_tls_1_2: given.only_tls_1_2,
            now,
            whose: if given.ca.is_some() { "no CA of --ca" } else { "no CA of this machine" },
        };
        match &given.ca {
            Some(path) => identity.trust(path)?,
            None if needs_roots => identity.trust_the_system(),
            None => {}
        }
        if let (Some(certificate), Some(key)) = (&given.certificate, &given.key) {
            identity.own = Some(Arc::new(own(certificate, key, &identity.provider)?));
        }
        Ok(identity)
    }

    fn trust(&mut self, path: &str) -> Result<()> {
        for certificate in certificates(path)? {
            // One that is no CA is none of the roots, and trusted as it is.
            drop(self.roots.add(certificate.clone()));
            self.trusted.push(certificate);
        }
        Ok(())
    }

    fn trust_the_system(&mut self) {
        let found = rustls_native_certs::load_native_certs();
        self.roots.add_parsable_certificates(found.certs);
        if self.roots.is_empty() {
            let why = found.errors.first().map_or_else(String::new, |error| format!(": {error}"));
            self.without_roots = Some(format!("this machine has no CAs{why}"));
        }
    }
}

fn unparsed(path: &str, what: &str) -> Error {
    Error::new(Exit::Unparsed, format!("{path}: {what}"))
}

fn certificates(path: &str) -> Result<Vec<CertificateDer<'static>>> {
    let bytes = files::bytes(path)?;
    let read: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match read {
        Ok(certificates) if certificates.is_empty() => {
            Err(unparsed(path, "there is no PEM certificate in it"))
        }
        Ok(certificates) => Ok(certificates),
        Err(_) => Err(unparsed(path, "is damaged PEM")),
    }
}

fn own(certificate: &str, key: &str, provider: &CryptoProvider) -> Result<CertifiedKey> {
    let chain = certificates(certificate)?;
    let bytes = zeroize::Zeroizing::new(files::bytes(key)?);
    let der = PrivateKeyDer::from_pem_slice(&bytes)
        .map_err(|_| unparsed(key, "there is no private key in PEM in it, or an encrypted one"))?;
    CertifiedKey::from_der(chain, der, provider).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => {
            unparsed(key, &format!("the key does not belong to the certificate of {certificate}"))
        }
        _ => unparsed(key, "the key cannot be read, or is of a kind that is not supported"),
    })
}
