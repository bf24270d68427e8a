//! What a server showed and asked for in a handshake, taken down whatever it was; and whether the
//! certificate proves the host.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{
    ResolvesClientCert, verify_server_cert_signed_by_trust_anchor, verify_server_name,
};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};

use super::identity::Identity;
use crate::ingest;
use crate::model::credential::Shown;
use crate::probe::observation::{ServerCertificate, Trust};

/// Takes down what a server shows. Nothing is refused: whether the certificate proves the host is
/// judged afterwards, and told. That the server has the certificate's key is verified as ever.
#[derive(Debug)]
pub(super) struct Witness {
    algorithms: WebPkiSupportedAlgorithms,
    chain: Mutex<Vec<CertificateDer<'static>>>,
}

impl Witness {
    pub(super) fn new(identity: &Identity) -> Self {
        let algorithms = identity.provider.signature_verification_algorithms;
        Self { algorithms, chain: Mutex::default() }
    }

    /// What was shown, judged for this host.
    pub(super) fn judged(
        &self,
        host: &ServerName<'_>,
        identity: &Identity,
    ) -> Option<ServerCertificate> {
        let chain = self.chain.lock().unwrap_or_else(PoisonError::into_inner);
        let (own, between) = chain.split_first()?;
        let read: Vec<Option<Shown>> = chain.iter().map(|der| ingest::shown(der)).collect();
        let parsed = ParsedCertificate::try_from(own);
        let is_for_host = parsed.as_ref().is_ok_and(|it| verify_server_name(it, host).is_ok());
        let own_days = read.first().and_then(Option::as_ref).map(|it| &it.certificate);
        let is_in_time = own_days
            .is_some_and(|it| it.not_before <= identity.now && identity.now <= it.not_after);
        // Its own days are told beside it; what its CAs say of it is asked for one of them.
        let then =
            own_days.map_or(identity.now, |it| identity.now.clamp(it.not_before, it.not_after));
        let trust = match parsed {
            _ if identity.trusted.contains(own) => Trust::Trusted,
            Err(error) => Trust::Untrusted(reason(&error, identity)),
            Ok(parsed) => self.trust(&parsed, between, then, identity),
        };
        let is_own_issuer = read.first().and_then(Option::as_ref).is_some_and(Shown::is_own_issuer);
        let trust = match trust {
            Trust::Untrusted(_) if is_own_issuer => Trust::Untrusted("it signed itself".to_owned()),
            trust => trust,
        };
        Some(ServerCertificate { chain: read, is_for_host, is_in_time, trust })
    }

    fn trust(
        &self,
        own: &ParsedCertificate<'_>,
        between: &[CertificateDer<'_>],
        then: jiff::Timestamp,
        identity: &Identity,
    ) -> Trust {
        if let Some(why) = &identity.without_roots {
            return Trust::Untrusted(why.clone());
        }
        let seconds = u64::try_from(then.as_second()).unwrap_or_default();
        let then = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        let verified = verify_server_cert_signed_by_trust_anchor(
            own,
            &identity.roots,
            between,
            then,
            self.algorithms.all,
        );
        match verified {
            Ok(()) => Trust::Trusted,
            Err(error) => Trust::Untrusted(reason(&error, identity)),
        }
    }
}

fn reason(error: &Error, identity: &Identity) -> String {
    let whose = identity.whose;
    match error {
        Error::InvalidCertificate(error) => match error {
            CertificateError::UnknownIssuer => {
                format!("{whose} signed it, or one between them is missing")
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => {
                "a certificate of its chain is not of these days".to_owned()
            }
            CertificateError::Other(OtherError(error)) => match &*error.to_string() {
                "CaUsedAsEndEntity" => "it is a CA's own, and no server's".to_owned(),
                words => words.to_owned(),
            },
            error => format!("{error:?}"),
        },
        error => error.to_string(),
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let all = std::iter::once(own).chain(between).map(|it| it.clone().into_owned());
        *self.chain.lock().unwrap_or_else(PoisonError::into_inner) = all.collect();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Shows the client's certificate where it is asked for, and takes down that it was.
#[derive(Debug)]
pub(super) struct Shower {
    own: Option<Arc<CertifiedKey>>,
    asked: Mutex<Option<Asked>>,
}

/// What a server asked of the client.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// The CAs that it takes, by name.
    pub(super) of: Vec<String>,
    /// Whether a certificate was shown.
    pub(super) gave: bool,
}

impl Shower {
    pub(super) fn new(identity: &Identity) -> Self {
        Self { own: identity.own.clone(), asked: Mutex::default() }
    }

    pub(super) fn asked(&self) -> Option<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ResolvesClientCert for Shower {
    fn resolve(&self, issuers: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let own = self.own.as_ref().filter(|own| own.key.choose_scheme(schemes).is_some()).cloned();
        let of = issuers.iter().filter_map(|der| ingest::distinguished_name(der)).collect();
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Asked { of, gave: own.is_some() });
        own
    }

    fn has_certs(&self) -> bool {
        self.own.is_some()
    }
}
