//! What was seen of one request, stage by stage, and how long each stage took.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::model::credential::Shown;

/// What came of something, and how long it took.
#[derive(Clone, Debug, PartialEq)]
pub struct Timed<T> {
    /// How long.
    pub took: Duration,
    /// What.
    pub what: T,
}

/// What came of looking up a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// The name.
    pub host: String,
    /// Its addresses, in the order in which they are tried.
    pub found: Timed<Result<Vec<IpAddr>, LookupTrouble>>,
}

/// Why a name has no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookupTrouble {
    /// There is no such name, or it has no address.
    Unknown,
    /// Nobody answered in time.
    TimedOut,
    /// The name could not be asked for, in the system's words.
    Failed(String),
}

/// What was seen of one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// Where.
    pub address: SocketAddr,
    /// The connection.
    pub connected: Timed<Result<(), ConnectTrouble>>,
    /// TLS, where it is spoken and there was a connection.
    pub tls: Option<Timed<Handshake>>,
    /// The answer, where it was asked for.
    pub answered: Option<Timed<Result<Answer, AnswerTrouble>>>,
    /// The request was not sent: its headers are for nobody whom the certificate does not prove.
    pub is_withheld: bool,
    /// Plain HTTP got no answer, and then the same port took up a TLS handshake.
    pub speaks_tls: bool,
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectTrouble {
    /// Refused.
    Refused,
    /// No answer in time.
    TimedOut,
    /// This machine knows no way there, in the system's words.
    Unreachable(String),
    /// Anything else, in the system's words.
    Failed(String),
}

/// What was seen of a TLS handshake.
#[derive(Clone, Debug, PartialEq)]
pub struct Handshake {
    /// What was agreed on, or why nothing was.
    pub result: Result<Agreed, TlsTrouble>,
    /// What the server showed, if it came that far.
    pub certificate: Option<ServerCertificate>,
    /// Whether the server asked for a certificate of the client, and of whom: the names of the CAs
    /// that it takes, where it says them.
    pub asked: Option<Vec<String>>,
    /// Whether the client showed one.
    pub gave: bool,
}

/// What a handshake agreed on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreed {
    /// `TLS 1.3`.
    pub version: String,
    /// The cipher suite.
    pub cipher: String,
    /// What ALPN chose, `h2` or `http/1.1`; none where the server does not choose.
    pub alpn: Option<String>,
}

/// A certificate as a server shows it, and whether it proves who the server is.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerCertificate {
    /// The certificates as they came, the server's own first; none of one that cannot be read.
    pub chain: Vec<Option<Shown>>,
    /// Whether it is for the host of the URL (RFC 6125).
    pub is_for_host: bool,
    /// Whether it is of these days.
    pub is_in_time: bool,
    /// Whether it comes from a CA that is trusted.
    pub trust: Trust,
}

/// Whether a certificate comes from a CA that is trusted, its own days aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It does.
    Trusted,
    /// It does not, and why.
    Untrusted(String),
}

/// Why there is no TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsTrouble {
    /// The connection was reset.
    Reset,
    /// The connection was closed.
    Closed,
    /// No answer in time.
    TimedOut,
    /// The server ended it with an alert, by its name (RFC 8446).
    Alert(String),
    /// The server shares no version or feature with this client.
    Incompatible(String),
    /// What came is not TLS: its first bytes.
    NotTls(Vec<u8>),
    /// HTTP/2 was asked for, and the server did not choose it.
    NoHttp2,
    /// Anything else.
    Failed(String),
}

/// What was answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// `HTTP/1.1`.
    pub version: String,
    /// The status.
    pub status: u16,
    /// The headers that say who answered and what, by lower-case name; no others are kept, for
    /// they may hold what is nobody's to see.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
}

/// What was read of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// How many bytes were read.
    pub bytes: usize,
    /// The first of them, as text.
    pub start: String,
    /// Whether that is all.
    pub end: End,
}

/// How the reading of a body ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// It was whole.
    #[default]
    Whole,
    /// There is more, and no more is read.
    Limit,
    /// It had not ended in time.
    TimedOut,
    /// It was broken off.
    Broken,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerTrouble {
    /// The connection was reset before a byte came.
    Reset,
    /// The connection was closed before a byte came.
    Closed,
    /// No whole head of an answer in time; the number of bytes that had come.
    TimedOut(u64),
    /// The server ended TLS with an alert.
    Alert(String),
    /// What came is not HTTP, or not the HTTP that was spoken: its first bytes.
    NotHttp(Vec<u8>),
    /// The head of the answer is too long to be one.
    TooLong,
    /// The answer broke off.
    CutShort,
    /// Anything else.
    Failed(String),
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| &**value)
    }
}

/// Whether a header says who answered, and what; others are not kept.
pub fn is_telling(name: &str) -> bool {
    const TELLING: [&str; 8] = [
        "content-length",
        "content-type",
        "location",
        "retry-after",
        "server",
        "via",
        "www-authenticate",
        "x-request-id",
    ];
    TELLING.contains(&name) || name.starts_with("x-envoy-")
}
