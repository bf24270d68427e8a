//! What is asked for: one URL, the way in which a client asks for it, and where a redirect leads.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::error::{Error, Result};
use crate::world::routing::{self, Request, Scheme, To};

/// The method of the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// The whole answer.
    #[default]
    Get,
    /// Its head.
    Head,
}

impl Method {
    /// As a request line has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
        }
    }
}

/// Which HTTP is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// Over TLS the best that the server offers, else HTTP/1.1.
    #[default]
    Best,
    /// HTTP/1.0.
    One,
    /// HTTP/1.1.
    OneOne,
    /// HTTP/2; without TLS, by prior knowledge.
    Two,
}

/// The ports that are connected to, where they are not those of the URL: a Service may be reached
/// by its node ports, and a URL does not say so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    /// For `http`.
    pub http: Option<u16>,
    /// For `https`.
    pub https: Option<u16>,
}

/// One request, as it is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    url: Url,
    /// The method.
    pub method: Method,
    /// Which HTTP.
    pub version: Version,
    /// Headers beside those of every request; `Host` is among them where it was given.
    pub headers: Vec<(String, String)>,
    /// The ports that are connected to.
    pub ports: Ports,
}

/// Headers that say something of a body, or of the connection; a request has none of its own.
const NOT_TAKEN: [&str; 5] = ["connection", "content-length", "te", "transfer-encoding", "upgrade"];

impl Target {
    /// A GET of this URL; without a scheme it is `http`, as curl has it.
    ///
    /// # Errors
    /// Usage (2), where it is no URL of a web server.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |what: &str| {
            Error::usage(format!("{text}: {what}"))
                .hint("for example: igwctl probe https://shop.example.com/")
        };
        let with_scheme = if text.contains("://") { text } else { &format!("http://{text}") };
        let url = Url::parse(with_scheme).map_err(|error| wrong(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("neither http nor https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            // Not repeated: it may be a password.
            return Err(Error::usage("the URL holds a user name or a password")
                .hint("say it with --header 'Authorization: …'"));
        }
        Ok(Self::of(url))
    }

    fn of(mut url: Url) -> Self {
        // Clients keep it for themselves.
        url.set_fragment(None);
        Self {
            url,
            method: Method::default(),
            version: Version::default(),
            headers: Vec::new(),
            ports: Ports::default(),
        }
    }

    /// Adds a header, written `Name: value`.
    ///
    /// # Errors
    /// Usage (2), where it is no header, or one that a request without a body cannot have. The value
    /// is not repeated: it may be a token.
    pub fn add_header(&mut self, text: &str) -> Result<()> {
        let Some((name, value)) = text.split_once(':') else {
            return Err(Error::usage("--header: there is no colon in it")
                .hint("a header is written 'Name: value'"));
        };
        let (name, value) = (name.trim(), value.trim());
        let is_token = |it: u8| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&it);
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(Error::usage("--header: its name is no header's name"));
        }
        if value.bytes().any(|it| it < b' ' || it == 0x7f) {
            return Err(Error::usage(format!(
                "--header {name}: a value has no control characters"
            )));
        }
        let lower = name.to_ascii_lowercase();
        if NOT_TAKEN.contains(&&*lower) {
            return Err(Error::usage(format!("--header {name}: a request of igwctl has none")));
        }
        if lower == "host" && self.headers.iter().any(|(name, _)| name == "host") {
            return Err(Error::usage("--header Host: given twice"));
        }
        self.headers.push((lower, value.to_owned()));
        Ok(())
    }

    /// Whether TLS is spoken.
    pub fn is_tls(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The host of the URL, as it is looked up: a name, or an address without brackets.
    pub fn host(&self) -> String {
        match self.url.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            None => String::new(),
        }
    }

    /// The address that the URL names, if it names none to be looked up.
    pub fn ip(&self) -> Option<IpAddr> {
        match self.url.host()? {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
        }
    }

    /// The name that TLS asks for: none for an address, and never with a dot at its end (RFC 6066).
    pub fn sni(&self) -> Option<String> {
        let is_asked = self.is_tls() && self.ip().is_none();
        is_asked.then(|| self.host().trim_end_matches('.').to_owned())
    }

    /// The port that is connected to.
    pub fn port(&self) -> u16 {
        self.port_given().or_else(|| self.url.port_or_known_default()).unwrap_or_default()
    }

    /// The port that is to be connected to whatever the URL says, if one is.
    pub fn port_given(&self) -> Option<u16> {
        if self.is_tls() { self.ports.https } else { self.ports.http }
    }

    /// The port that the URL names, if it names one that is not its scheme's own.
    pub fn named_port(&self) -> Option<u16> {
        self.url.port()
    }

    /// The header `Host`, where it was given.
    pub fn given_host(&self) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name == "host").map(|(_, value)| &**value)
    }

    /// What goes into `Host` or `:authority`.
    pub fn authority(&self) -> String {
        self.given_host().unwrap_or(self.url.authority()).to_owned()
    }

    /// The host of the authority, without its port.
    pub fn asked_host(&self) -> String {
        let authority = self.authority();
        let end = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
        authority[..end.unwrap_or(authority.len())].to_ascii_lowercase()
    }

    /// Path and query, as the request line has them.
    pub fn path(&self) -> &str {
        &self.url[url::Position::BeforePath..url::Position::AfterQuery]
    }

    /// The URL.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// The same request as the objects see it, at that port of the gateway; `has_certificate` where
    /// the client shows one that the server takes.
    pub fn request(&self, to: To, has_certificate: bool) -> Request {
        let given = self.headers.iter().filter(|(name, _)| name != "host").cloned();
        Request {
            scheme: if self.is_tls() { Scheme::Https } else { Scheme::Http },
            to,
            host: Some(self.authority()),
            sni: self.sni(),
            method: self.method.name().to_owned(),
            path: self.path().to_owned(),
            headers: given.collect(),
            version: match self.version {
                Version::One => routing::Version::Http10,
                Version::Two => routing::Version::Http2,
                // A gateway that ends TLS offers both.
                Version::Best if self.is_tls() => routing::Version::Http2,
                Version::Best | Version::OneOne => routing::Version::Http11,
            },
            has_certificate,
        }
    }

    /// Where a `Location` leads from here: the same way of asking. Headers go along to the same
    /// host only, and never from TLS to plain HTTP; they may hold what is nobody else's. None where
    /// it is no URL of a web server.
    #[must_use]
    pub fn redirected(&self, location: &str) -> Option<Self> {
        let url = self.url.join(location).ok()?;
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let mut next = Self { method: self.method, version: self.version, ..Self::of(url) };
        next.ports = self.ports;
        if self.is_same_host(&next) && (next.is_tls() || !self.is_tls()) {
            next.headers.clone_from(&self.headers);
            // The name is in the URL now.
            next.headers.retain(|(name, _)| name != "host");
        }
        Some(next)
    }

    /// A text of the server's without what headers were given: an error page may repeat a token.
    pub fn without_headers(&self, text: &str) -> String {
        let given = self.headers.iter().filter(|(name, _)| name != "host").map(|(_, value)| value);
        // The words too: `Bearer` alone is no token, and what comes after it is.
        let words = given.clone().flat_map(|value| value.split(' '));
        let told = given.map(String::as_str).chain(words).filter(|it| it.len() > 6);
        told.fold(text.to_owned(), |text, it| text.replace(it, "***"))
    }

    /// Whether another request goes to the host that this one asks for.
    pub fn is_same_host(&self, other: &Self) -> bool {
        self.asked_host() == other.asked_host()
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.name(), self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> Target {
        Target::parse(url).unwrap()
    }

    #[test]
    fn a_url_says_what_is_looked_up_connected_to_and_asked_for() {
        let target = target("shop.example.com:8080/a/../b?c=d#e");
        assert_eq!(target.url(), "http://shop.example.com:8080/b?c=d");
        assert_eq!((target.host().as_str(), target.port()), ("shop.example.com", 8080));
        assert_eq!(target.authority(), "shop.example.com:8080");
        assert_eq!((target.path(), target.sni()), ("/b?c=d", None));
    }

    #[test]
    fn an_address_is_no_sni_and_a_name_is_one_without_its_dot() {
        assert_eq!(target("https://192.0.2.1/").sni(), None);
        assert_eq!(target("https://[2001:db8::1]/").sni(), None);
        assert_eq!(target("https://[2001:db8::1]:8443/").asked_host(), "[2001:db8::1]");
        let dotted = target("https://shop.example.com./");
        assert_eq!(dotted.sni().as_deref(), Some("shop.example.com"));
        assert_eq!(dotted.authority(), "shop.example.com.");
        assert_eq!(
            target("https://bücher.example/").sni().as_deref(),
            Some("xn--bcher-kva.example")
        );
    }

    #[test]
    fn the_objects_see_what_the_gateway_is_sent() {
        let mut target = target("https://shop.test:8443/a?b=c");
        target.add_header("X-Key: 7").unwrap();
        let request = target.request(To::Pods { port: 8443 }, false);
        assert_eq!(request.host.as_deref(), Some("shop.test:8443"));
        assert_eq!(request.sni.as_deref(), Some("shop.test"));
        assert_eq!((&*request.method, &*request.path), ("GET", "/a?b=c"));
        assert_eq!(request.headers, [("x-key".to_owned(), "7".to_owned())]);
        assert_eq!(request.version, routing::Version::Http2);
    }

    #[test]
    fn other_ports_are_connected_to_and_the_url_is_still_asked_for() {
        let mut target = target("https://shop.example.com/");
        target.ports = Ports { http: Some(30080), https: Some(30443) };
        assert_eq!((target.port(), target.authority()), (30443, "shop.example.com".to_owned()));
        let plain = target.redirected("http://shop.example.com/a").unwrap();
        assert_eq!((plain.port(), plain.path()), (30080, "/a"));
    }

    #[test]
    fn what_is_no_url_of_a_web_server_is_refused_and_no_password_is_repeated() {
        for wrong in ["", "ftp://a/", "https://", "http://a:99999/", "http://a b/", "mailto:a@b"] {
            assert!(Target::parse(wrong).is_err(), "{wrong}");
        }
        let error = Target::parse("http://ann:s3cret@shop.test/").unwrap_err();
        assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
    }

    #[test]
    fn headers_go_along_to_the_same_host_alone() {
        let mut target = target("http://192.0.2.1/");
        target.add_header("Host: shop.test").unwrap();
        target.add_header("Authorization: Bearer t0ken").unwrap();
        assert_eq!(target.asked_host(), "shop.test");
        let same = target.redirected("https://SHOP.test:8443/a").unwrap();
        assert_eq!(same.headers, [("authorization".to_owned(), "Bearer t0ken".to_owned())]);
        assert_eq!(same.authority(), "shop.test:8443");
        assert!(target.redirected("https://other.test/").unwrap().headers.is_empty());
        assert!(same.redirected("http://shop.test/").unwrap().headers.is_empty());
        assert_eq!(target.redirected("javascript:alert(1)"), None);
    }

    #[test]
    fn what_a_server_repeats_of_a_header_is_taken_out() {
        let mut target = target("http://shop.test/");
        target.add_header("Host: shop.test").unwrap();
        target.add_header("Authorization: Bearer t0ken-of-ann").unwrap();
        let page = "shop.test does not know t0ken-of-ann (Bearer t0ken-of-ann)";
        assert_eq!(target.without_headers(page), "shop.test does not know *** (***)");
    }

    #[test]
    fn a_header_that_cannot_be_is_refused_without_its_value() {
        for wrong in ["t0ken", "a b: t0ken", ": t0ken", "Content-Length: 9", "x: a\nb: t0ken"] {
            let error = target("http://a/").add_header(wrong).unwrap_err();
            assert!(!format!("{error:?}").contains("t0ken"), "{error:?}");
        }
    }
}
