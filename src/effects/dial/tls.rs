//! A TLS handshake: what was agreed on, or why nothing was, and what was shown either way.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, Error, InvalidMessage, PeerIncompatible, ProtocolVersion, version};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::identity::Identity;
use super::tap::{Came, Tap};
use super::witness::{Shower, Witness};
use crate::probe::observation::{Agreed, Handshake, TlsTrouble};
use crate::probe::{Target, Version};

/// A connection with TLS on it.
pub(super) type Secured = TlsStream<Tap<TcpStream>>;

/// What the client says first.
pub(super) struct Hello {
    /// The host: a name goes into SNI, an address does not.
    host: String,
    protocols: Vec<Vec<u8>>,
    must_be_two: bool,
}

impl Hello {
    pub(super) fn of(target: &Target) -> Self {
        let protocols: &[&[u8]] = match target.version {
            Version::Best => &[b"h2", b"http/1.1"],
            Version::Two => &[b"h2"],
            Version::One | Version::OneOne => &[b"http/1.1"],
        };
        Self {
            host: target.sni().unwrap_or_else(|| target.host()),
            protocols: protocols.iter().map(|it| it.to_vec()).collect(),
            must_be_two: target.version == Version::Two,
        }
    }

    /// What it would have said, had TLS been asked for.
    pub(super) fn instead(target: &Target) -> Self {
        let host = target.asked_host();
        let host = host.trim_start_matches('[').trim_end_matches([']', '.']).to_owned();
        Self { host, protocols: vec![b"h2".to_vec(), b"http/1.1".to_vec()], must_be_two: false }
    }
}

/// Shakes hands.
pub(super) async fn shake(
    stream: TcpStream,
    hello: &Hello,
    identity: &Identity,
    limit: Duration,
) -> (Handshake, Option<Secured>) {
    let failed = |why: String| {
        let result = Err(TlsTrouble::Failed(why));
        (Handshake { result, certificate: None, asked: None, gave: false }, None)
    };
    let Ok(host) = ServerName::try_from(hello.host.clone()) else {
        return failed(format!("{} is no name that TLS can ask for", hello.host));
    };
    let (witness, shower) = (Arc::new(Witness::new(identity)), Arc::new(Shower::new(identity)));
    let config = match config(identity, hello, witness.clone(), shower.clone()) {
        Ok(config) => config,
        Err(error) => return failed(error.to_string()),
    };
    let (tap, came) = Tap::new(stream);
    let connector = TlsConnector::from(Arc::new(config));
    let (result, stream) = match timeout(limit, connector.connect(host.clone(), tap)).await {
        Err(_) => (Err(TlsTrouble::TimedOut), None),
        Ok(Err(error)) => (Err(trouble(&error, &came)), None),
        Ok(Ok(stream)) => {
            let agreed = agreed(&stream);
            if hello.must_be_two && agreed.alpn.as_deref() != Some("h2") {
                (Err(TlsTrouble::NoHttp2), None)
            } else {
                (Ok(agreed), Some(stream))
            }
        }
    };
    let certificate = witness.judged(&host, identity);
    let asked = shower.asked();
    let gave = asked.as_ref().is_some_and(|it| it.gave);
    (Handshake { result, certificate, asked: asked.map(|it| it.of), gave }, stream)
}

fn config(
    identity: &Identity,
    hello: &Hello,
    witness: Arc<Witness>,
    shower: Arc<Shower>,
) -> Result<ClientConfig, Error> {
    let both: &[&rustls::SupportedProtocolVersion] = &[&version::TLS13, &version::TLS12];
    let versions = if identity.only_tls_1_2 { &both[1..] } else { both };
    let mut config = ClientConfig::builder_with_provider(identity.provider.clone())
        .with_protocol_versions(versions)?
        .dangerous()
        .with_custom_certificate_verifier(witness)
        .with_client_cert_resolver(shower);
    config.alpn_protocols.clone_from(&hello.protocols);
    // Each is seen as a client sees it that comes for the first time.
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn agreed(stream: &Secured) -> Agreed {
    let (_, connection) = stream.get_ref();
    let version = match connection.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3".to_owned(),
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2".to_owned(),
        other => format!("{other:?}"),
    };
    let cipher = connection.negotiated_cipher_suite();
    Agreed {
        version,
        cipher: cipher.map_or_else(String::new, |it| format!("{:?}", it.suite())),
        alpn: connection.alpn_protocol().map(|it| String::from_utf8_lossy(it).into_owned()),
    }
}

fn trouble(error: &io::Error, came: &Came) -> TlsTrouble {
    let first = came.first();
    // A record begins with its type, alert and handshake among them (RFC 8446, 5.1).
    let is_tls = first.first().is_none_or(|byte| (0x14..=0x17).contains(byte));
    match error_of_tls(error) {
        Some(Error::AlertReceived(alert)) => TlsTrouble::Alert(alert_name(*alert)),
        Some(Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            TlsTrouble::NotTls(first)
        }
        Some(Error::InvalidMessage(_)) if !is_tls => TlsTrouble::NotTls(first),
        Some(Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        )) => TlsTrouble::Incompatible("it chooses one that the client does not speak".to_owned()),
        Some(error) => TlsTrouble::Failed(error.to_string()),
        None => match error.kind() {
            _ if !is_tls => TlsTrouble::NotTls(first),
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => TlsTrouble::Reset,
            io::ErrorKind::UnexpectedEof => TlsTrouble::Closed,
            _ => TlsTrouble::Failed(super::words(error)),
        },
    }
}

/// What rustls says, where an error is of its making.
fn error_of_tls(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref::<Error>()
}

/// The name of the alert, where an error is one.
pub(super) fn alert_of(error: &io::Error) -> Option<String> {
    match error_of_tls(error) {
        Some(Error::AlertReceived(alert)) => Some(alert_name(*alert)),
        _ => None,
    }
}

/// An alert by its name in RFC 8446: `UnknownCA` is `unknown_ca`.
fn alert_name(alert: rustls::AlertDescription) -> String {
    if alert == rustls::AlertDescription::UnrecognisedName {
        return "unrecognized_name".to_owned();
    }
    let mut name = String::new();
    let mut was_small = false;
    for letter in format!("{alert:?}").chars() {
        if letter.is_ascii_uppercase() && was_small {
            name.push('_');
        }
        was_small = letter.is_ascii_lowercase();
        name.push(letter.to_ascii_lowercase());
    }
    name
}
