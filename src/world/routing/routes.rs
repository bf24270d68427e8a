//! The routes that Envoy gets of a VirtualService's rules, and which of them a request meets.

use std::rc::Rc;

use super::codec::View;
use super::patterns;
use super::proxy::Proxy;
use super::rules::Rule;
use super::server::Server;
use crate::model::virtual_service::{HttpMatch, StringMatch};
use crate::model::{Key, ObjectRef};

/// One route of Envoy's.
#[derive(Clone, Debug)]
pub(super) struct Route<'w> {
    pub(super) rule: Rc<Rule<'w>>,
    /// Which of the rule's matches; `None` where it has none.
    which: Option<usize>,
    /// The number of the server that it was made for.
    pub(super) server_port: u32,
    /// Whether that server has a `tls` block.
    pub(super) has_tls: bool,
    /// The VirtualService that the access log names.
    pub(super) owner: Rc<Owner>,
}

/// What a route belongs to.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    /// The VirtualService as the access log names it; istiod's own for the Gateway API.
    pub(super) key: Key,
    /// The object.
    pub(super) object: ObjectRef,
}

/// Adds the routes of a VirtualService's rules for a server of a Gateway; generation stops at the
/// first that takes everything (`pilot/pkg/networking/core/route/route.go`,
/// `BuildHTTPRoutesForVirtualService`, `TranslateRoute`).
pub(super) fn routes<'w>(
    rules: &[Rc<Rule<'w>>],
    owner: &Rc<Owner>,
    server: &Server,
    proxy: &Proxy<'_>,
) -> Vec<Route<'w>> {
    let mut routes = Vec::new();
    for rule in rules {
        let route = |which| Route {
            rule: Rc::clone(rule),
            which,
            server_port: server.number,
            has_tls: server.tls.is_some(),
            owner: Rc::clone(owner),
        };
        if rule.http.matches.is_empty() {
            routes.push(route(None));
            return routes;
        }
        for (which, asked) in rule.http.matches.iter().enumerate() {
            if !is_for(asked, rule, server, proxy) {
                continue;
            }
            routes.push(route(Some(which)));
            if routes.last().is_some_and(Route::takes_everything) {
                return routes;
            }
        }
    }
    routes
}

/// Whether a match is for that server: its number, its Gateway, else the gateway's own pods.
fn is_for(asked: &HttpMatch, rule: &Rule<'_>, server: &Server, proxy: &Proxy<'_>) -> bool {
    if asked.port != 0 && asked.port != server.number {
        return false;
    }
    if asked.gateways.is_empty() {
        return proxy.is_source(&asked.source_labels, &asked.source_namespace);
    }
    asked.gateways.iter().any(|it| is_gateway(&it.value, &rule.namespace, &server.gateway))
}

/// Whether an entry of a match's `gateways` means that Gateway.
pub(super) fn is_gateway(entry: &str, namespace: &str, gateway: &Key) -> bool {
    super::attachment::gateway_of(entry, namespace).is_some_and(|it| it == *gateway)
}

impl Route<'_> {
    /// Its name in the access log: the rule's, and the match's after a dot.
    pub(super) fn name(&self) -> String {
        match self.asked().map(|it| &*it.name) {
            None | Some("") => self.rule.http.name.clone(),
            Some(name) => format!("{}.{name}", self.rule.http.name),
        }
    }

    /// The object, at the match or the rule that made it.
    pub(super) fn at(&self) -> ObjectRef {
        let at = self.rule.at.clone();
        let path = match self.which {
            Some(which) if !self.rule.is_gateway_api => format!("{}.match[{which}]", at.path),
            _ => at.path.clone(),
        };
        at.at(path, 0)
    }

    /// Whether its `corsPolicy` answers a request: a preflight of an origin that is allowed
    /// (Envoy 1.40, `http/cors/cors_filter.cc`).
    pub(super) fn answers_preflight(&self, view: &View) -> bool {
        let Some(cors) = &self.rule.http.cors_policy else { return false };
        let of = |name: &str| values(name, view).first().copied().unwrap_or_default();
        let origin = of("origin");
        let is_allowed = if cors.allow_origins.is_empty() {
            cors.allow_origin.iter().any(|it| it == "*" || it == origin)
        } else {
            cors.allow_origins.iter().any(|it| string(it, "*") || string(it, origin))
        };
        let is_preflight =
            view.method == "OPTIONS" && !of("access-control-request-method").is_empty();
        is_preflight && !origin.is_empty() && is_allowed
    }

    fn asked(&self) -> Option<&HttpMatch> {
        self.rule.http.matches.get(self.which?)
    }

    /// Whether it takes every request: prefix `/` or regex `.*`, and nothing else is asked
    /// (`IsCatchAllRoute`).
    pub(super) fn takes_everything(&self) -> bool {
        self.asked().is_none_or(|asked| {
            let path = match &asked.uri {
                None | Some(StringMatch::Present) => true,
                Some(StringMatch::Prefix(prefix)) => prefix == "/",
                Some(StringMatch::Regex(regex)) => regex == ".*",
                Some(StringMatch::Exact(_)) => false,
            };
            path && asked.headers.is_empty()
                && asked.without_headers.is_empty()
                && asked.query_params.is_empty()
                && asked.method.is_none()
                && asked.authority.is_none()
                && asked.scheme.is_none()
        })
    }

    /// Whether a request meets it.
    pub(super) fn meets(&self, view: &View) -> bool {
        let Some(asked) = self.asked() else { return true };
        let is_met = |asked: &Option<StringMatch>, value: &str| {
            asked.as_ref().is_none_or(|it| string(it, value))
        };
        self.meets_path(asked, &view.path)
            && is_met(&asked.method, &view.method)
            && is_met(&asked.authority, &view.authority)
            && is_met(&asked.scheme, view.scheme)
            && asked.headers.iter().all(|(name, it)| header(name, it, view))
            && asked.without_headers.iter().all(|(name, it)| !header_or_empty(name, it, view))
            && asked.query_params.iter().all(|(name, it)| query(name, it, &view.query))
    }

    fn meets_path(&self, asked: &HttpMatch, path: &str) -> bool {
        let folded = |text: &str| {
            if asked.ignore_uri_case { text.to_ascii_lowercase() } else { text.to_owned() }
        };
        match &asked.uri {
            None | Some(StringMatch::Present) => true,
            Some(StringMatch::Exact(exact)) => folded(path) == folded(exact),
            Some(StringMatch::Prefix(prefix)) => {
                let (path, prefix) = (folded(path), folded(prefix));
                let rest = path.strip_prefix(&*self.segments(&prefix));
                let by_segment = self.rule.is_gateway_api && prefix != "/";
                rest.is_some_and(|it| !by_segment || it.is_empty() || it.starts_with('/'))
            }
            Some(StringMatch::Regex(regex)) => patterns::matches(regex, path),
        }
    }

    /// A prefix as it is compared: of the Gateway API's a slash at the end is passed over.
    fn segments(&self, prefix: &str) -> String {
        if self.rule.is_gateway_api && prefix != "/" {
            prefix.strip_suffix('/').unwrap_or(prefix).to_owned()
        } else {
            prefix.to_owned()
        }
    }

    /// How much of the path it matched: what a rewritten prefix stands in the place of.
    pub(super) fn matched<'p>(&self, path: &'p str) -> &'p str {
        match self.asked().map(|it| &it.uri) {
            None | Some(None | Some(StringMatch::Present)) => &path[..1.min(path.len())],
            Some(Some(StringMatch::Prefix(prefix))) => {
                path.get(..self.segments(prefix).len()).unwrap_or(path)
            }
            Some(Some(StringMatch::Exact(_) | StringMatch::Regex(_))) => path,
        }
    }

    /// The field for which Envoy refuses the whole route configuration, if there is one
    /// (`ApplyRedirect`; Envoy 1.40, `router/config_impl.cc`).
    pub(super) fn fault(&self) -> Option<&'static str> {
        let rule = &self.rule.http;
        if let Some(redirect) = &rule.redirect {
            if !matches!(redirect.redirect_code, 0 | 301 | 302 | 303 | 307 | 308) {
                return Some("redirect.redirectCode");
            }
        } else if let Some(direct) = &rule.direct_response {
            if !(200..600).contains(&direct.status) {
                return Some("directResponse.status");
            }
        } else if rule.route.len() != 1 && rule.route.iter().all(|it| it.weight == 0) {
            return Some("route");
        } else if let Some(rewrite) =
            rule.rewrite.as_ref().and_then(|it| it.uri_regex_rewrite.as_ref())
            && !patterns::is_valid(&rewrite.pattern)
        {
            return Some("rewrite.uriRegexRewrite.match");
        }
        let asked = self.asked()?;
        if asked.uri.as_ref().is_some_and(|it| self.is_bad_path(it)) {
            return Some("match.uri");
        }
        let ones = [&asked.method, &asked.authority, &asked.scheme].into_iter().flatten();
        let maps = [&asked.headers, &asked.without_headers, &asked.query_params];
        let is_bad = ones.chain(maps.into_iter().flat_map(|it| it.values())).any(is_bad_string);
        let is_nameless = maps.into_iter().any(|it| it.contains_key(""));
        (is_bad || is_nameless).then_some("match")
    }

    fn is_bad_path(&self, asked: &StringMatch) -> bool {
        match asked {
            StringMatch::Regex(regex) => regex.is_empty() || !patterns::is_valid(regex),
            StringMatch::Prefix(prefix) if self.rule.is_gateway_api && prefix != "/" => {
                let prefix = self.segments(prefix);
                prefix.len() < 2 || prefix.ends_with('/') || prefix.contains(['?', '#'])
            }
            StringMatch::Prefix(_) | StringMatch::Exact(_) | StringMatch::Present => false,
        }
    }
}

fn is_bad_string(asked: &StringMatch) -> bool {
    match asked {
        StringMatch::Regex(regex) => {
            regex.is_empty() || (regex != "*" && !patterns::is_valid(regex))
        }
        StringMatch::Prefix(prefix) => prefix.is_empty(),
        StringMatch::Exact(_) | StringMatch::Present => false,
    }
}

fn string(asked: &StringMatch, value: &str) -> bool {
    match asked {
        StringMatch::Present => true,
        StringMatch::Exact(exact) => value == exact,
        StringMatch::Prefix(prefix) => value.starts_with(&**prefix),
        StringMatch::Regex(regex) => regex == "*" || patterns::matches(regex, value),
    }
}

/// Whether it is enough that a value is there (`canBeConvertedToPresentMatch`).
fn is_presence(asked: &StringMatch) -> bool {
    matches!(asked, StringMatch::Present) || *asked == StringMatch::Regex("*".to_owned())
}

/// The values of a header, each on its own.
fn values<'v>(name: &str, view: &'v View) -> Vec<&'v str> {
    let name = name.to_ascii_lowercase();
    match &*name {
        "host" | ":authority" => vec![&view.authority],
        ":method" => vec![&view.method],
        ":scheme" => vec![view.scheme],
        _ => view.headers.iter().filter(|it| it.0 == name).map(|it| &*it.1).collect(),
    }
}

/// Whether a header is as asked: of several values any. A claim is none of the request's headers,
/// and without a `RequestAuthentication` on the gateway it never matches.
fn header(name: &str, asked: &StringMatch, view: &View) -> bool {
    let values = values(name, view);
    !is_claim(name) && values.into_iter().any(|it| is_presence(asked) || string(asked, it))
}

/// The same for what must not be there: a missing header counts as an empty one.
fn header_or_empty(name: &str, asked: &StringMatch, view: &View) -> bool {
    let is_missing = values(name, view).is_empty() && !is_claim(name);
    header(name, asked, view) || (is_missing && !is_presence(asked) && string(asked, ""))
}

/// Whether a match on headers is one on claims.
pub(super) fn is_claim(name: &str) -> bool {
    name.starts_with("@request.auth.claims")
}

/// Whether a query parameter is as asked: raw, and of several values the first.
fn query(name: &str, asked: &StringMatch, query: &str) -> bool {
    let pairs = query.strip_prefix('?').unwrap_or(query).split('&').filter(|it| !it.is_empty());
    let mut pairs = pairs.map(|it| it.split_once('=').unwrap_or((it, "")));
    let value = pairs.find(|(it, _)| *it == name).map(|(_, value)| value);
    value.is_some_and(|it| is_presence(asked) || string(asked, it))
}
