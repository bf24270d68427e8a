//! What a route does with a request: where a redirect sends the client, and what the backend gets.

use super::codec::View;
use super::patterns;
use super::routes::Route;
use crate::model::virtual_service::{HeaderOperations, Redirect};

/// The `Location` of a redirect. What is left out comes from the request; an authority stands for
/// host and port; the Host's port stays, but :80 leaving http and :443 leaving https
/// (`pilot/pkg/networking/core/route/route.go`, `ApplyRedirect`; Envoy 1.40, `http/utility.cc`,
/// `newUri`).
pub(super) fn location(redirect: &Redirect, route: &Route<'_>, view: &View) -> String {
    let scheme = if redirect.scheme.is_empty() { view.scheme } else { &*redirect.scheme };
    let asked = match &*redirect.derive_port {
        "FROM_REQUEST_PORT" => route.server_port,
        _ => redirect.port,
    };
    // The scheme by which a port goes without saying is that of the server, not of the request.
    let usual = match (&*redirect.scheme, route.has_tls) {
        ("", true) => "https",
        ("", false) => "http",
        (scheme, _) => scheme,
    };
    let port = match (asked, usual) {
        (0, _) | (80, "http") | (443, "https") => String::new(),
        (port, _) => format!(":{port}"),
    };
    let host = if redirect.authority.is_empty() {
        kept_host(&view.authority, view.forwarded, scheme, !port.is_empty())
    } else {
        &redirect.authority
    };
    let path = new_path(redirect, route, view);
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("{scheme}://{host}{port}{slash}{path}")
}

fn new_path(redirect: &Redirect, route: &Route<'_>, view: &View) -> String {
    let View { path, query, .. } = view;
    if !redirect.prefix_rewrite.is_empty() {
        let rest = &path[route.matched(path).len()..];
        return format!("{}{rest}{query}", redirect.prefix_rewrite);
    }
    if redirect.uri.is_empty() {
        return format!("{path}{query}");
    }
    let query = if redirect.uri.contains('?') { "" } else { query };
    format!("{}{query}", redirect.uri)
}

/// The Host as it was sent, without the port where another takes its place, or where it is the
/// usual one of the scheme that is left.
fn kept_host<'h>(host: &'h str, from: &str, to: &str, is_replaced: bool) -> &'h str {
    let at =
        if host.starts_with('[') { host.rfind("]:").map(|it| it + 1) } else { host.rfind(':') };
    let Some(at) = at else { return host };
    let is_usual = from != to && matches!((from, &host[at..]), ("http", ":80") | ("https", ":443"));
    if is_replaced || is_usual { &host[..at] } else { host }
}

/// The `Location` of a server's `httpsRedirect`: the Host as sent, its port too.
pub(super) fn https_location(view: &View) -> String {
    format!("https://{}{}{}", view.authority, view.path, view.query)
}

/// The path that the backend gets: a rewritten prefix stands for what was matched, an expression
/// is applied to the path without its query (`applyHTTPRouteDestination`).
pub(super) fn sent_path(route: &Route<'_>, view: &View) -> String {
    let View { path, query, .. } = view;
    let Some(rewrite) = &route.rule.http.rewrite else { return format!("{path}{query}") };
    if let Some(by) = &rewrite.uri_regex_rewrite {
        let rewritten = patterns::replaced(&by.pattern, &by.substitution, path);
        return format!("{rewritten}{query}");
    }
    if rewrite.uri.is_empty() {
        return format!("{path}{query}");
    }
    let rest = &path[route.matched(path).len()..];
    if route.rule.is_gateway_api && rewrite.uri == "/" {
        return format!("/{}{query}", rest.strip_prefix('/').unwrap_or(rest));
    }
    format!("{}{rest}{query}", rewrite.uri)
}

/// The host that the backend gets: `rewrite.authority`, else what the rule's headers set, else
/// the destination's, else the client's own.
pub(super) fn sent_host(route: &Route<'_>, of: &HeaderOperations, view: &View) -> String {
    let rule = &route.rule.http;
    let rewritten = rule.rewrite.as_ref().map(|it| &*it.authority).filter(|it| !it.is_empty());
    let set = rewritten.or_else(|| authority(&rule.headers.request)).or_else(|| authority(of));
    set.unwrap_or(&view.authority).to_owned()
}

fn authority(headers: &HeaderOperations) -> Option<&str> {
    let is_it = |name: &str| [":authority", "host"].iter().any(|it| name.eq_ignore_ascii_case(it));
    let mut all = headers.set.iter().chain(&headers.add);
    all.find(|(name, value)| is_it(name) && !value.is_empty()).map(|(_, value)| &**value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_port_stays_but_where_its_scheme_goes() {
        assert_eq!(kept_host("a.com:8080", "http", "https", false), "a.com:8080");
        assert_eq!(kept_host("a.com:80", "http", "https", false), "a.com");
        assert_eq!(kept_host("a.com:80", "http", "http", false), "a.com:80");
        assert_eq!(kept_host("a.com:443", "http", "https", false), "a.com:443");
        assert_eq!(kept_host("a.com:443", "https", "http", false), "a.com");
        assert_eq!(kept_host("a.com:80", "http", "http", true), "a.com");
        assert_eq!(kept_host("[::1]:80", "http", "https", false), "[::1]");
        assert_eq!(kept_host("[::1]", "http", "https", false), "[::1]");
    }
}
