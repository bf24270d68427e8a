//! One request, or one connection, as a client makes it.

use crate::model::Key;

/// What is spoken on the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// HTTP in plain text.
    #[default]
    Http,
    /// HTTP in TLS.
    Https,
    /// Bytes in plain text.
    Tcp,
    /// Bytes in TLS.
    Tls,
}

impl Scheme {
    /// Whether the client begins with a TLS handshake.
    pub fn is_tls(self) -> bool {
        matches!(self, Self::Https | Self::Tls)
    }

    /// Whether HTTP is spoken.
    pub fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Https)
    }
}

/// The version of HTTP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.0.
    Http10,
    /// HTTP/1.1.
    #[default]
    Http11,
    /// HTTP/2.
    Http2,
}

/// Where the client connects to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// A port of a Service, by any of its addresses.
    Service {
        /// Namespace and name.
        service: Key,
        /// Its port.
        port: u32,
    },
    /// A port of the gateway's pods themselves.
    Pods {
        /// The port.
        port: u32,
    },
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is spoken.
    pub scheme: Scheme,
    /// Where to.
    pub to: To,
    /// The Host header or `:authority` exactly as sent; `None`: none was sent.
    pub host: Option<String>,
    /// The name asked for in the TLS handshake; `None`: none.
    pub sni: Option<String>,
    /// The method.
    pub method: String,
    /// The path exactly as sent, with its query.
    pub path: String,
    /// Headers as sent, in order.
    pub headers: Vec<(String, String)>,
    /// The version of HTTP.
    pub version: Version,
    /// Whether the client shows a certificate that the server's CA has signed.
    pub has_certificate: bool,
}

impl Request {
    /// A GET of a path with HTTP/1.1 and no headers; over TLS the host is asked for by its name.
    pub fn get(scheme: Scheme, to: To, host: &str, path: &str) -> Self {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        Self {
            scheme,
            to,
            host: Some(host.to_owned()),
            sni: scheme.is_tls().then(|| name.to_owned()),
            method: "GET".to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            version: Version::default(),
            has_certificate: false,
        }
    }
}
