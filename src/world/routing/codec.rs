//! What Envoy's codec makes of a request before any route is looked at: what it refuses by itself,
//! and the path, host and headers by which routes are matched.

use super::request::{Request, Scheme, Version};

/// A request as routes see it.
#[derive(Clone, Debug)]
pub(super) struct View {
    /// `:scheme`: that of an absolute-form target, else that of the connection.
    pub(super) scheme: &'static str,
    /// `X-Forwarded-Proto`, which is that of the connection.
    pub(super) forwarded: &'static str,
    pub(super) method: String,
    /// `:authority`, as sent.
    pub(super) authority: String,
    /// The path, normalized, without query.
    pub(super) path: String,
    /// The query with its `?`; empty without one.
    pub(super) query: String,
    /// Headers, their names in lower case.
    pub(super) headers: Vec<(String, String)>,
}

/// An answer of Envoy's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    /// The status code.
    pub status: u32,
    /// Why, as `RESPONSE_CODE_DETAILS` has it.
    pub details: &'static str,
}

const fn own(status: u32, details: &'static str) -> Own {
    Own { status, details }
}

/// The methods that Envoy's HTTP/1 parser takes (Envoy 1.40, `balsa_parser.cc`).
const METHODS: &[&str] = &[
    "ACL",
    "BIND",
    "CHECKOUT",
    "CONNECT",
    "COPY",
    "DELETE",
    "GET",
    "HEAD",
    "LINK",
    "LOCK",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKCOL",
    "MOVE",
    "MSEARCH",
    "NOTIFY",
    "OPTIONS",
    "PATCH",
    "POST",
    "PROPFIND",
    "PROPPATCH",
    "PURGE",
    "PUT",
    "REBIND",
    "REPORT",
    "SEARCH",
    "SOURCE",
    "SUBSCRIBE",
    "TRACE",
    "UNBIND",
    "UNLINK",
    "UNLOCK",
    "UNSUBSCRIBE",
];

/// How a request ends before any route is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Envoy answers by itself.
    Answered(Own),
    /// The stream is reset: HTTP/2 does not allow such a header.
    Reset,
}

impl From<Own> for Refusal {
    fn from(own: Own) -> Self {
        Self::Answered(own)
    }
}

/// The request as routes see it, or how it ends before (Envoy 1.40, `http1/balsa_parser.cc`,
/// `http/conn_manager_impl.cc`, with the settings that Istio makes).
pub(super) fn view(request: &Request) -> Result<View, Refusal> {
    let forwarded = if request.scheme == Scheme::Https { "https" } else { "http" };
    let is_http2 = request.version == Version::Http2;
    let mut target =
        Target { scheme: forwarded, host: request.host.as_deref(), path: &request.path };
    if is_http2 {
        let is_allowed = target.path.starts_with('/') || is_asterisk(request);
        let is_host = request.host.as_deref().is_some_and(|it| !it.is_empty());
        if !is_allowed || !is_host {
            return Err(Refusal::Reset);
        }
    } else {
        target = of_http1(request, target)?;
    }
    let Some(authority) = target.host else { return Err(own(400, "missing_host_header").into()) };
    if !authority.bytes().all(is_of_authority) {
        let refused = own(400, "http.invalid_authority").into();
        return Err(if is_http2 { Refusal::Reset } else { refused });
    }
    if target.scheme == "https" && forwarded == "http" {
        return Err(own(403, "scheme_mismatch").into());
    }
    let whole = target.path.split_once('#').map_or(target.path, |(before, _)| before);
    if !whole.starts_with('/') {
        return Err(own(404, "absolute_path_rejected").into());
    }
    let (path, query) = whole.find('?').map_or((whole, ""), |at| whole.split_at(at));
    let path = normalized(path).ok_or(own(400, "path_normalization_failed"))?;
    Ok(View {
        scheme: target.scheme,
        forwarded,
        method: request.method.clone(),
        authority: authority.to_owned(),
        path,
        query: query.to_owned(),
        headers: headers(request, forwarded),
    })
}

/// What a request line asks for.
#[derive(Clone, Copy)]
struct Target<'r> {
    scheme: &'static str,
    host: Option<&'r str>,
    path: &'r str,
}

/// `OPTIONS *`, which is allowed and routed nowhere.
fn is_asterisk(request: &Request) -> bool {
    request.path == "*" && request.method == "OPTIONS"
}

/// What the parser of HTTP/1 makes of a request line: an absolute-form target brings its own
/// scheme and host.
fn of_http1<'r>(request: &'r Request, target: Target<'r>) -> Result<Target<'r>, Own> {
    let path = target.path;
    let is_printable = |it: u8| it == b'\t' || it == 0x0c || (b'!'..=b'~').contains(&it);
    let absolute = absolute(path);
    let is_target = path.starts_with('/') || is_asterisk(request) || absolute.is_some();
    let is_connect = request.method == "CONNECT";
    let is_valid = METHODS.contains(&&*request.method) && path.bytes().all(is_printable);
    if !is_valid || !(is_target || is_connect) {
        return Err(own(400, "http1.codec_error"));
    }
    if request.version == Version::Http10 {
        return Err(own(426, "low_version"));
    }
    if is_connect {
        return Err(own(404, "route_not_found"));
    }
    let Some((scheme, host, path)) = absolute else { return Ok(target) };
    Ok(Target { scheme, host: Some(host), path })
}

/// The headers that routes see: those sent, and those that Envoy sets before it looks.
fn headers(request: &Request, scheme: &str) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for (name, value) in &request.headers {
        let name = name.to_ascii_lowercase();
        if matches!(&*name, "x-forwarded-proto" | "host") {
            continue;
        }
        // HTTP/2 may cut cookies into crumbs; Envoy puts them together again.
        if name == "cookie"
            && request.version == Version::Http2
            && let Some((_, crumbs)) = headers.iter_mut().find(|(it, _)| it == "cookie")
        {
            crumbs.push_str("; ");
            crumbs.push_str(value);
            continue;
        }
        headers.push((name, value.clone()));
    }
    headers.push(("x-forwarded-proto".to_owned(), scheme.to_owned()));
    for set in ["x-forwarded-for", "x-request-id"] {
        if !headers.iter().any(|(name, _)| name == set) {
            headers.push((set.to_owned(), String::new()));
        }
    }
    headers
}

/// Scheme, host and path of an absolute-form target; the path of a bare host is `/`.
fn absolute(target: &str) -> Option<(&'static str, &str, &str)> {
    let (scheme, rest) = target.split_once("://")?;
    let known = ["http", "https"].into_iter().find(|it| scheme.eq_ignore_ascii_case(it))?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    (!host.is_empty()).then_some((known, host, if path.is_empty() { "/" } else { path }))
}

fn is_of_authority(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!$%&'()*+,-.:;=@[]_~".contains(&byte)
}

/// The path as Istio's default (`pathNormalization: DEFAULT`, that is BASE) has it: dots resolved,
/// backslashes turned, needless escapes undone and others made; `None` for a NUL. Slashes are
/// neither merged nor decoded (Envoy 1.40, `http/path_utility.cc`, with googleurl).
fn normalized(path: &str) -> Option<String> {
    let bytes = path.as_bytes();
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let dot = dot(bytes, at);
        if dot > 0 && out.last() == Some(&b'/') {
            let after = at + dot;
            let second = self::dot(bytes, after);
            if let Some(consumed) = slash_or_end(bytes, after) {
                at = after + consumed;
            } else if second > 0
                && let Some(consumed) = slash_or_end(bytes, after + second)
            {
                back_up(&mut out);
                at = after + second + consumed;
            } else {
                out.push(b'.');
                at = after;
            }
            continue;
        }
        if dot > 0 {
            out.push(b'.');
            at += dot;
            continue;
        }
        at += step(bytes, at, &mut out)?;
    }
    String::from_utf8(out).ok()
}

/// Copies one character, escaped or not; how many bytes it took.
fn step(bytes: &[u8], at: usize, out: &mut Vec<u8>) -> Option<usize> {
    match (bytes[at], escaped(bytes, at)) {
        (b'\\', _) => out.push(b'/'),
        (b'%', Some(0)) => return None,
        (b'%', Some(byte)) => {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(byte);
            } else {
                out.extend_from_slice(&bytes[at..at + 3]);
            }
            return Some(3);
        }
        (byte, _) if byte <= b' ' || byte >= 0x7f || b"\"<>^`{|}".contains(&byte) => {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
        (byte, _) => out.push(byte),
    }
    Some(1)
}

/// The byte that an escape at that place stands for.
fn escaped(bytes: &[u8], at: usize) -> Option<u8> {
    let hex = bytes.get(at..at + 3).filter(|it| it[0] == b'%')?;
    let digit = |it: u8| char::from(it).to_digit(16);
    u8::try_from(digit(hex[1])? * 16 + digit(hex[2])?).ok()
}

/// How long a dot at that place is, plain or escaped; 0 for none.
fn dot(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'.') => 1,
        Some(b'%') if escaped(bytes, at) == Some(b'.') => 3,
        _ => 0,
    }
}

/// Whether a segment ends there: the length of its slash, or 0 at the end.
fn slash_or_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at) {
        None => Some(0),
        Some(b'/' | b'\\') => Some(1),
        Some(_) => None,
    }
}

/// Takes the last segment away, of a path that ends in a slash.
fn back_up(out: &mut Vec<u8>) {
    if out.len() > 1 {
        out.pop();
        while out.len() > 1 && out.last() != Some(&b'/') {
            out.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::request::To;
    use super::*;

    fn status(refusal: Refusal) -> u32 {
        match refusal {
            Refusal::Answered(own) => own.status,
            Refusal::Reset => 0,
        }
    }

    fn seen(path: &str) -> Result<(String, String), u32> {
        let request = Request::get(Scheme::Http, To::Pods { port: 80 }, "a.com", path);
        view(&request).map(|it| (it.path, it.query)).map_err(status)
    }

    #[test]
    fn paths_are_normalized() {
        let path = |path| seen(path).unwrap().0;
        assert_eq!(path("/x/../api"), "/api");
        assert_eq!(path("/./a/."), "/a/");
        assert_eq!(path("/a/%2e%2E/b"), "/b");
        assert_eq!(path("/../../a"), "/a");
        assert_eq!(path("//../x"), "/x");
        assert_eq!(path("/api//../x"), "/api/x");
        assert_eq!(path("/a//b"), "/a//b");
        assert_eq!(path("/a\\b"), "/a/b");
        assert_eq!(path("/%61pi%2Fx%3F"), "/api%2Fx%3F");
        assert_eq!(path("/...x/.y"), "/...x/.y");
        assert_eq!(path("/a%zz{"), "/a%zz%7B");
    }

    #[test]
    fn query_and_fragment_are_cut_off() {
        let both = |path: &str, query: &str| Ok((path.to_owned(), query.to_owned()));
        assert_eq!(seen("/a?x=/../y"), both("/a", "?x=/../y"));
        assert_eq!(seen("/a#b?c"), both("/a", ""));
        assert_eq!(seen("http://b.com/?x"), both("/", "?x"));
        assert_eq!(seen("http://b.com"), both("/", ""));
    }

    #[test]
    fn what_the_codec_refuses() {
        assert_eq!(seen("/a%00"), Err(400));
        assert_eq!(seen("a"), Err(400));
        assert_eq!(seen(""), Err(400));
        assert_eq!(seen("*"), Err(400));
        assert_eq!(seen("http://b.com?x"), Err(404));
        assert_eq!(seen("https://b.com/"), Err(403));
        assert_eq!(seen("ftp://b.com/"), Err(400));
        let mut request = Request::get(Scheme::Http, To::Pods { port: 80 }, "a.com", "/");
        let status = |request: &Request| view(request).map(|_| ()).map_err(status);
        request.method = "get".to_owned();
        assert_eq!(status(&request), Err(400));
        request.method = "GET".to_owned();
        request.version = Version::Http10;
        assert_eq!(status(&request), Err(426));
        request.version = Version::Http11;
        request.host = None;
        assert_eq!(status(&request), Err(400));
        request.version = Version::Http2;
        assert_eq!(status(&request), Err(0));
        request.version = Version::Http11;
        request.path = "http://b.com/x".to_owned();
        assert_eq!(view(&request).unwrap().authority, "b.com");
        request.path = "*".to_owned();
        request.method = "OPTIONS".to_owned();
        request.host = Some("a.com".to_owned());
        assert_eq!(status(&request), Err(404));
    }
}
