//! Which request goes where: one route, as flags and files have it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::words::{Span, as_string};
use crate::validation::names;
use crate::validation::virtual_service::REDIRECTS;

/// One route.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Fields")]
pub struct Route {
    /// Which paths.
    pub path: Path,
    /// Which method; without, any.
    pub method: Option<String>,
    /// Which headers it must have, by their names in lower case.
    pub headers: BTreeMap<String, Match>,
    /// Where it goes.
    pub end: End,
}

/// Which paths; never with the query.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Path {
    /// Every path.
    #[default]
    Every,
    /// Those that begin so, letter by letter: `/api` means `/apiary` too.
    Prefix(String),
    /// This one.
    Exact(String),
    /// Those that the regular expression matches as a whole.
    Regex(String),
}

/// How a header is matched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Match {
    /// It is there, whatever it says.
    Present,
    /// It says this.
    Exact(String),
    /// It begins so.
    Prefix(String),
    /// The regular expression matches it as a whole.
    Regex(String),
}

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// To Services.
    To {
        /// The Services, each with its share where they are several.
        destinations: Vec<Destination>,
        /// What stands in the place of the path that was matched.
        rewrite: Option<String>,
        /// How long the answer may take.
        timeout: Option<Span>,
    },
    /// The client is sent elsewhere.
    Redirect {
        /// Where to.
        to: Redirect,
        /// With which code; without, 301.
        code: Option<u16>,
    },
}

/// A Service, its port, its share: `apiservice:8080@90`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    /// The Service's name, beside the application, or a whole host name.
    pub service: String,
    /// The port; without, the only one that the Service has.
    pub port: Option<u16>,
    /// The share of the requests, relative to the others'.
    pub weight: Option<u16>,
}

/// Where a client is sent: `/path`, `https://host`, `https://host:port/path`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// Scheme and host, with its port if one is given; without, those of the request.
    pub site: Option<(String, String)>,
    /// The path, in place of the whole one; without, that of the request.
    pub path: Option<String>,
}

/// A route as a file has it.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Route")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Fields {
    /// The paths that begin so, letter by letter: `/api` means `/apiary` too. Without prefix, exact
    /// and regex: every path.
    prefix: Option<String>,
    /// This path alone.
    exact: Option<String>,
    /// The paths that the regular expression (RE2) matches as a whole.
    regex: Option<String>,
    /// The method, in upper case.
    method: Option<String>,
    /// The headers that it must have.
    #[serde(default)]
    headers: BTreeMap<String, Match>,
    /// The Services that it goes to.
    #[serde(default)]
    to: Vec<Destination>,
    /// What stands in the place of the path that was matched.
    rewrite: Option<String>,
    /// How long the answer may take.
    timeout: Option<Span>,
    /// Where the client is sent instead: `/path`, `https://host` or `https://host/path`.
    redirect: Option<Redirect>,
    /// The code of the redirect: 301 (unless said), 302, 303, 307 or 308.
    redirect_code: Option<u16>,
}

impl JsonSchema for Route {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Route".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Fields::json_schema(generator)
    }
}

impl TryFrom<Fields> for Route {
    type Error = String;

    fn try_from(fields: Fields) -> Result<Self, String> {
        let path = match (fields.prefix, fields.exact, fields.regex) {
            (None, None, None) => Path::Every,
            (Some(prefix), None, None) => Path::prefix(prefix)?,
            (None, Some(exact), None) => Path::exact(exact)?,
            (None, None, Some(regex)) => Path::Regex(regex),
            _ => return Err("prefix, exact, regex: one of them is all that is taken".to_owned()),
        };
        let end = match (fields.redirect, fields.redirect_code) {
            (Some(to), code) if fields.to.is_empty() => End::Redirect { to, code },
            (Some(_), _) => return Err("it has both to and redirect".to_owned()),
            (None, Some(_)) => return Err("redirectCode is for a redirect".to_owned()),
            (None, None) => End::To { destinations: fields.to, rewrite: None, timeout: None },
        };
        let mut route = Self { path, method: None, headers: BTreeMap::new(), end };
        if let Some(method) = fields.method {
            route.set_method(method)?;
        }
        for (name, matched) in fields.headers {
            route.add_header(&name, matched)?;
        }
        if let Some(rewrite) = fields.rewrite {
            route.set_rewrite(rewrite)?;
        }
        if let Some(timeout) = fields.timeout {
            route.set_timeout(timeout)?;
        }
        route.check()?;
        Ok(route)
    }
}

impl Path {
    /// The paths that begin so.
    ///
    /// # Errors
    /// A clause: no path of a request can look so, as without a slash at its start or with a query.
    pub fn prefix(text: String) -> Result<Self, String> {
        check_path(&text)?;
        Ok(if text == "/" { Self::Every } else { Self::Prefix(text) })
    }

    /// This path.
    ///
    /// # Errors
    /// As of `prefix`.
    pub fn exact(text: String) -> Result<Self, String> {
        check_path(&text)?;
        Ok(Self::Exact(text))
    }
}

/// Whether a request's path can look so (Envoy 1.40, after Istio's normalization of it).
fn check_path(text: &str) -> Result<(), String> {
    if !text.starts_with('/') {
        return Err(format!("{text}: a path begins with a slash"));
    }
    if text.contains(['?', '#']) {
        return Err(format!("{text}: a path is matched without what follows ? or #"));
    }
    if !text.bytes().all(|it| it.is_ascii_graphic()) || text.contains('\\') {
        return Err(format!("{text}: a path has no such letter in it unless written with %"));
    }
    if text.split('/').any(|it| it == "." || it == "..") {
        return Err(format!("{text}: dots are worked out of a path before it is matched"));
    }
    Ok(())
}

impl Route {
    /// A route of these paths to this end.
    pub fn new(path: Path, end: End) -> Self {
        Self { path, method: None, headers: BTreeMap::new(), end }
    }

    /// Whether every request fits.
    pub fn is_default(&self) -> bool {
        self.path.is_every() && self.method.is_none() && self.headers.is_empty()
    }

    pub(super) fn set_method(&mut self, method: String) -> Result<(), String> {
        // Envoy answers 400 to a method in lower case.
        if names::header(&method).is_err() || method.bytes().any(|it| it.is_ascii_lowercase()) {
            return Err(format!("{method}: a method is written in upper case, such as GET"));
        }
        set(&mut self.method, method, "method")
    }

    pub(super) fn add_header(&mut self, name: &str, matched: Match) -> Result<(), String> {
        names::header(name).map_err(|reason| format!("{name}: {reason}"))?;
        // Names are matched in any case, and must be written in lower case (Istio's API).
        let name = name.to_ascii_lowercase();
        if self.headers.insert(name.clone(), matched).is_some() {
            return Err(format!("header {name} is given twice"));
        }
        Ok(())
    }

    pub(super) fn set_rewrite(&mut self, path: String) -> Result<(), String> {
        check_path(&path)?;
        match &mut self.end {
            End::To { rewrite, .. } => set(rewrite, path, "rewrite"),
            End::Redirect { .. } => Err("a redirect rewrites nothing".to_owned()),
        }
    }

    pub(super) fn set_timeout(&mut self, span: Span) -> Result<(), String> {
        if span < Span::milliseconds(1) {
            return Err("a timeout is 1 ms at least".to_owned());
        }
        match &mut self.end {
            End::To { timeout, .. } => set(timeout, span, "timeout"),
            End::Redirect { .. } => Err("a redirect has no timeout".to_owned()),
        }
    }

    /// Checks what can be told only of the whole.
    pub(super) fn check(&self) -> Result<(), String> {
        match &self.end {
            End::Redirect { code: Some(code), .. } if !REDIRECTS.contains(&u32::from(*code)) => {
                Err(format!("{code} is no redirect: 301, 302, 303, 307 or 308"))
            }
            End::Redirect { .. } => Ok(()),
            End::To { destinations, .. } => match &**destinations {
                [] => Err("it leads nowhere".to_owned()),
                [_] => Ok(()),
                several if several.iter().any(|it| it.weight.is_none()) => {
                    Err("of several Services, each has its share: a:80@90,b:80@10".to_owned())
                }
                several if several.iter().all(|it| it.weight == Some(0)) => {
                    Err("of several Services, one at least has a share above 0".to_owned())
                }
                _ => Ok(()),
            },
        }
    }
}

impl Path {
    /// Whether every path fits.
    pub fn is_every(&self) -> bool {
        matches!(self, Self::Every) || matches!(self, Self::Regex(regex) if regex == ".*")
    }
}

fn set<T>(slot: &mut Option<T>, value: T, what: &str) -> Result<(), String> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("{what} is given twice")),
    }
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |part: &str, what: &str| {
            let number = part.parse::<u16>().ok().filter(|_| !part.starts_with('+'));
            number.ok_or_else(|| format!("{text}: {part} is no {what}"))
        };
        let (rest, weight) = match text.split_once('@') {
            Some((rest, weight)) => (rest, Some(number(weight, "share, which is a number")?)),
            None => (text, None),
        };
        let (service, port) = match rest.split_once(':') {
            Some((service, port)) => (service, Some(number(port, "port's number")?)),
            None => (rest, None),
        };
        if port == Some(0) {
            return Err(format!("{text}: 0 is no port's number"));
        }
        if service.contains('/') {
            return Err(format!("{text}: not SERVICE:PORT"));
        }
        names::subdomain(service).map_err(|reason| format!("{text}: {reason}"))?;
        Ok(Self { service: service.to_owned(), port, weight })
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.service)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))?;
        self.weight.map_or(Ok(()), |weight| write!(f, "@{weight}"))
    }
}

as_string!(
    Destination,
    r"^[a-z0-9.-]+(:[0-9]+)?(@[0-9]+)?$",
    "A Service of the application's namespace, or a whole host name; its port; among several, its share: `apiservice:8080@90`."
);

impl FromStr for Redirect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| format!("{text}: {what}");
        let (site, rest) = match text.split_once("://") {
            None => (None, text),
            Some((scheme @ ("http" | "https"), rest)) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                check_authority(authority).map_err(|reason| wrong(&reason))?;
                (Some((scheme.to_owned(), authority.to_ascii_lowercase())), path)
            }
            Some(_) => return Err(wrong("a redirect leads to http or https")),
        };
        if rest.is_empty() && site.is_some() {
            return Ok(Self { site, path: None });
        }
        let is_path = rest.starts_with('/') && rest.bytes().all(|it| it.is_ascii_graphic());
        if !is_path || rest.contains(['#', '"', '\\']) {
            return Err(wrong("a redirect leads to /path, https://host or https://host/path"));
        }
        Ok(Self { site, path: Some(rest.to_owned()) })
    }
}

/// A host with its port or without.
fn check_authority(text: &str) -> Result<(), String> {
    let (host, port) = text.rsplit_once(':').map_or((text, None), |(it, port)| (it, Some(port)));
    if port.is_some_and(|port| !matches!(port.parse::<u16>(), Ok(1..))) {
        return Err("what follows the host's colon is no port".to_owned());
    }
    if host.contains('*') {
        return Err("a redirect leads to one host".to_owned());
    }
    names::host(host)
}

impl fmt::Display for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((scheme, authority)) = &self.site {
            write!(f, "{scheme}://{authority}")?;
        }
        f.write_str(self.path.as_deref().unwrap_or_default())
    }
}

as_string!(
    Redirect,
    r"^(https?://[^/]+)?(/.*)?$",
    "Where a client is sent: `/path`, `https://host` or `https://host/path`."
);
