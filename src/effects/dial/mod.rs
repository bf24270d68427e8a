//! A client's way to a server, stage by stage: name, connection, TLS, HTTP.
//!
//! | file | answers |
//! | --- | --- |
//! | `resolve.rs` | which addresses a name has |
//! | `tap.rs` | what came over a connection, whatever became of it |
//! | `identity.rs` | whom the client trusts, and who it says it is |
//! | `tls.rs` | the handshake |
//! | `witness.rs` | what the server showed and asked for in it |
//! | `exchange.rs` | one request and its answer |
//!
//! Each stage has a time limit of its own, and each reading an end.
#![expect(clippy::disallowed_methods, reason = "how long a stage takes is measured here")]

mod exchange;
mod identity;
mod resolve;
mod tap;
mod tls;
mod witness;

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::effects::dns;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::probe::observation::{
    AnswerTrouble, ConnectTrouble, Handshake, Lookup, Observation, Timed, Trust,
};
use crate::probe::{Target, Version};
pub use identity::{Files, Identity};

/// How a server is dialed.
pub struct Dialer {
    runtime: Option<tokio::runtime::Runtime>,
    identity: Identity,
    /// How long each stage may take.
    limit: Duration,
    /// Whether headers are sent to a server that does not prove to be the host.
    insecure: bool,
    /// Who is asked what names resolve to, instead of the system.
    names: Option<dns::Server>,
}

impl Dialer {
    /// Gets ready. Nothing is contacted yet.
    ///
    /// # Errors
    /// Failed (3) where the system gives no means to wait on sockets.
    pub fn new(
        identity: Identity,
        limit: Duration,
        insecure: bool,
        names: Option<dns::Server>,
    ) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::new(Exit::Failed, format!("cannot start: {error}")))?;
        Ok(Self { runtime: Some(runtime), identity, limit, insecure, names })
    }

    /// Looks up a name.
    pub fn look_up(&self, host: &str) -> Lookup {
        let limit = self.limit;
        let found = match self.names {
            None => self.wait(measured(resolve::by_system(host, limit))),
            Some(server) => {
                let begun = Instant::now();
                let what = resolve::by_server(host, server, limit);
                Timed { took: begun.elapsed(), what }
            }
        };
        Lookup { host: host.to_owned(), found }
    }

    /// Makes one request at an address. The connection is ended with it.
    pub fn dial(&self, target: &Target, address: SocketAddr) -> Observation {
        self.wait(self.observe(target, address))
    }

    fn wait<F: Future>(&self, future: F) -> F::Output {
        // Taken out only to be dropped.
        self.runtime.as_ref().expect("the runtime lives as long as this").block_on(future)
    }

    async fn observe(&self, target: &Target, address: SocketAddr) -> Observation {
        let (connected, stream) = split(measured(self.connect(address)).await);
        let mut seen = Observation {
            address,
            connected,
            tls: None,
            answered: None,
            is_withheld: false,
            speaks_tls: false,
        };
        let Some(stream) = stream else { return seen };
        if !target.is_tls() {
            let is_two = target.version == Version::Two;
            let answered = measured(exchange::ask(stream, target, is_two, self.limit)).await;
            let is_silent =
                matches!(answered.what, Err(AnswerTrouble::Reset | AnswerTrouble::Closed));
            seen.answered = Some(answered);
            if is_silent {
                seen.speaks_tls = self.speaks_tls(target, address).await;
            }
            return seen;
        }
        let hello = tls::Hello::of(target);
        let timed = measured(tls::shake(stream, &hello, &self.identity, self.limit)).await;
        let (handshake, stream) = timed.what;
        let is_proven = is_proven(&handshake);
        let is_two = handshake.result.as_ref().is_ok_and(|it| it.alpn.as_deref() == Some("h2"));
        seen.tls = Some(Timed { took: timed.took, what: handshake });
        let Some(stream) = stream else { return seen };
        seen.is_withheld = !is_proven && !self.insecure && has_own_headers(target);
        if !seen.is_withheld {
            let asked = exchange::ask(stream, target, is_two, self.limit);
            seen.answered = Some(measured(Box::pin(asked)).await);
        }
        seen
    }

    async fn connect(&self, address: SocketAddr) -> std::result::Result<TcpStream, ConnectTrouble> {
        match timeout(self.limit, TcpStream::connect(address)).await {
            Err(_) => Err(ConnectTrouble::TimedOut),
            Ok(Ok(stream)) => {
                // What is said in pieces is not held back; that it cannot be set hurts nobody.
                drop(stream.set_nodelay(true));
                Ok(stream)
            }
            Ok(Err(error)) => Err(match error.kind() {
                io::ErrorKind::ConnectionRefused => ConnectTrouble::Refused,
                io::ErrorKind::TimedOut => ConnectTrouble::TimedOut,
                io::ErrorKind::NetworkUnreachable
                | io::ErrorKind::HostUnreachable
                | io::ErrorKind::AddrNotAvailable => ConnectTrouble::Unreachable(words(&error)),
                _ => ConnectTrouble::Failed(words(&error)),
            }),
        }
    }

    /// Whether a port that has no word for plain HTTP takes up a TLS handshake for the same host.
    async fn speaks_tls(&self, target: &Target, address: SocketAddr) -> bool {
        let Ok(stream) = self.connect(address).await else { return false };
        let hello = tls::Hello::instead(target);
        let (handshake, _) = tls::shake(stream, &hello, &self.identity, self.limit).await;
        handshake.result.is_ok() || handshake.certificate.is_some()
    }
}

impl Drop for Dialer {
    fn drop(&mut self) {
        // A look-up that the system does not end is not waited for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Whether the server proved to be the host, and by whom it is trusted.
fn is_proven(handshake: &Handshake) -> bool {
    handshake.certificate.as_ref().is_some_and(|it| {
        let is_in_time = it.is_in_time;
        it.is_for_host && is_in_time && it.trust == Trust::Trusted
    })
}

/// Headers that the user gave, the name of the host aside.
fn has_own_headers(target: &Target) -> bool {
    target.headers.iter().any(|(name, _)| name != "host")
}

async fn measured<F: Future>(future: F) -> Timed<F::Output> {
    let begun = Instant::now();
    let what = future.await;
    Timed { took: begun.elapsed(), what }
}

/// The outcome, and beside it what it brought.
fn split<T, E>(
    timed: Timed<std::result::Result<T, E>>,
) -> (Timed<std::result::Result<(), E>>, Option<T>) {
    let (what, value) = match timed.what {
        Ok(value) => (Ok(()), Some(value)),
        Err(error) => (Err(error), None),
    };
    (Timed { took: timed.took, what }, value)
}

/// An error of the system in its words, without the number.
fn words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}
