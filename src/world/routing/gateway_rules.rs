//! A rule of the Gateway API, put in the words of a VirtualService.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::gateway_routes::{AnyRoute, made, rule_name};
use super::rules::Rule;
use crate::model::gateway_api::ReferenceGrant;
use crate::model::gateway_route::{
    BackendRef, MethodMatch, NamedMatch, PathModifier, RequestRedirect, RouteMatch, RouteRule,
    UrlRewrite,
};
use crate::model::virtual_service::{
    Destination, DirectResponse, HttpMatch, HttpRoute, PortSelector, Redirect, RegexRewrite,
    Rewrite, RouteDestination, StringMatch,
};
use crate::model::yaml::Placed;
use crate::world::World;

/// The rules of a route, one for each match; none at all where one of them cannot be taken
/// (`pilot/pkg/config/kube/gateway/conversion.go`, `convertHTTPRoute`, `convertGRPCRoute`).
pub(super) fn rules<'w>(world: &World, route: &AnyRoute<'w>) -> Vec<Rule<'w>> {
    let mut rules = Vec::new();
    for (position, rule) in route.spec.rules.iter().enumerate() {
        let Some(action) = action(world, route, position, rule) else { return Vec::new() };
        let is_grpc = route.kind == "GRPCRoute";
        if rule.matches.is_empty() {
            // The API server would have written the prefix that stands for everything.
            let default =
                if is_grpc { HttpMatch::default() } else { http_match(&RouteMatch::default()) };
            let matches = if is_grpc { Vec::new() } else { vec![default] };
            rules.push(made(route, position, HttpRoute { matches, ..action }));
            continue;
        }
        for asked in &rule.matches {
            let asked = if is_grpc { grpc_match(asked) } else { http_match(asked) };
            let action = action.clone();
            rules.push(made(route, position, HttpRoute { matches: vec![asked], ..action }));
        }
    }
    rules.sort_by_key(|it| rank(&it.http));
    rules
}

/// The Gateway API's order: exact before prefix before regex, the longer path, a method, more
/// headers, more parameters; what asks for nothing comes last (`sortHTTPRoutes`).
pub(super) fn rank(rule: &HttpRoute) -> impl Ord + use<> {
    let Some(asked) = rule.matches.first() else {
        return (true, Reverse(-1), Reverse(0), true, Reverse(0), Reverse(0));
    };
    let (kind, length) = match &asked.uri {
        None | Some(StringMatch::Present) => (-1, 0),
        Some(StringMatch::Exact(path)) => (3, path.len()),
        Some(StringMatch::Prefix(path)) => (2, path.len()),
        Some(StringMatch::Regex(path)) => (1, path.len()),
    };
    (
        false,
        Reverse(kind),
        Reverse(length),
        asked.method.is_none(),
        Reverse(asked.headers.len()),
        Reverse(asked.query_params.len()),
    )
}

/// What a rule does, without its matches; `None` where istiod takes the whole route for invalid.
fn action(
    world: &World,
    route: &AnyRoute<'_>,
    position: usize,
    rule: &RouteRule,
) -> Option<HttpRoute> {
    let mut action =
        HttpRoute { name: rule_name(route, position, &rule.name), ..HttpRoute::default() };
    for filter in &rule.filters {
        match &*filter.type_ {
            "RequestRedirect" => action.redirect = filter.request_redirect.as_ref().map(redirect),
            "URLRewrite" => action.rewrite = filter.url_rewrite.as_ref().and_then(rewrite),
            "RequestHeaderModifier" | "ResponseHeaderModifier" | "RequestMirror" | "CORS" => {}
            _ => return None,
        }
    }
    let taken: Vec<&BackendRef> =
        rule.backend_refs.iter().filter(|it| it.weight != Some(0)).collect();
    if taken.is_empty() && action.redirect.is_none() {
        // No backend at all is a 404 (a 500 up to 1.29), none with a weight a 500.
        let status = if rule.backend_refs.is_empty() { 404 } else { 500 };
        action.direct_response = Some(DirectResponse { status, ..DirectResponse::default() });
        return Some(action);
    }
    let is_only = taken.len() == 1;
    for backend in taken {
        let weight = if is_only { 0 } else { backend.weight.unwrap_or(1) };
        let destination = destination(world, route, backend)?;
        action.route.push(RouteDestination { destination, weight, ..RouteDestination::default() });
    }
    Some(action)
}

/// Where a backend leads; a host of no letters stands for one that is not allowed or not of a
/// kind that istiod knows (`buildDestination`).
fn destination(world: &World, route: &AnyRoute<'_>, backend: &BackendRef) -> Option<Destination> {
    let own = &*route.metadata.namespace;
    let name = &*backend.name.value;
    let namespace = if backend.namespace.is_empty() { own } else { &*backend.namespace };
    let mut grants = world.within::<ReferenceGrant>(namespace);
    let is_allowed = namespace == own || grants.any(|it| it.allows_backend(route.kind, own, name));
    if !is_allowed {
        return Some(Destination::default());
    }
    let domain = &world.domain().name;
    let host = match (&*backend.group, &*backend.kind) {
        ("" | "core", "" | "Service") if name.contains('.') => return None,
        ("" | "core", "" | "Service") | ("multicluster.x-k8s.io", "ServiceImport") => {
            format!("{name}.{namespace}.svc.{domain}")
        }
        ("networking.istio.io", "Hostname") if backend.namespace.is_empty() => name.to_owned(),
        ("networking.istio.io", "Hostname") => return None,
        _ => return Some(Destination::default()),
    };
    let host = Placed { value: host, line: backend.name.line };
    let port = PortSelector { number: backend.port };
    (backend.port > 0).then(|| Destination { host, port, subset: String::new() })
}

fn http_match(asked: &RouteMatch) -> HttpMatch {
    let path = asked.path.clone().unwrap_or_default();
    let value = path.value.unwrap_or_else(|| "/".to_owned());
    let uri = match &*path.type_ {
        "Exact" => StringMatch::Exact(value),
        "RegularExpression" => StringMatch::Regex(value),
        _ if value == "/" => StringMatch::Prefix(value),
        _ => StringMatch::Prefix(value.strip_suffix('/').unwrap_or(&value).to_owned()),
    };
    let method = match &asked.method {
        Some(MethodMatch::Http(method)) => Some(StringMatch::Exact(method.clone())),
        _ => None,
    };
    HttpMatch {
        uri: Some(uri),
        method,
        headers: named(&asked.headers),
        query_params: named(&asked.query_params),
        ..HttpMatch::default()
    }
}

/// A method of gRPC is a path: `/service/method` (`createGRPCURIMatch`).
fn grpc_match(asked: &RouteMatch) -> HttpMatch {
    let uri = match &asked.method {
        Some(MethodMatch::Grpc { type_, service, method }) => {
            let is_regex = type_.as_deref() == Some("RegularExpression");
            match (service, method, is_regex) {
                (Some(service), Some(method), false) => {
                    Some(StringMatch::Exact(format!("/{service}/{method}")))
                }
                (Some(service), None, false) => Some(StringMatch::Prefix(format!("/{service}/"))),
                (Some(service), Some(method), true) => {
                    Some(StringMatch::Regex(format!("/{service}/{method}")))
                }
                (Some(service), None, true) => Some(StringMatch::Regex(format!("/{service}/.+"))),
                (None, Some(method), _) => Some(StringMatch::Regex(format!("/[^/]+/{method}"))),
                (None, None, _) => None,
            }
        }
        _ => None,
    };
    HttpMatch { uri, headers: named(&asked.headers), ..HttpMatch::default() }
}

fn named(asked: &[NamedMatch]) -> BTreeMap<String, StringMatch> {
    let matches = asked.iter().map(|it| {
        let value = it.value.clone();
        let matched = if it.type_ == "RegularExpression" {
            StringMatch::Regex(value)
        } else {
            StringMatch::Exact(value)
        };
        (it.name.clone(), matched)
    });
    matches.collect()
}

/// Without a scheme or port the listener's port is kept, with a scheme its usual one
/// (`createRedirectFilter`).
fn redirect(filter: &RequestRedirect) -> Redirect {
    let derive_port = match (filter.port, &*filter.scheme) {
        (0, "") => "FROM_REQUEST_PORT",
        (0, _) => "FROM_PROTOCOL_DEFAULT",
        _ => "",
    };
    let mut redirect = Redirect {
        authority: filter.hostname.clone(),
        port: filter.port,
        derive_port: derive_port.to_owned(),
        scheme: filter.scheme.clone(),
        redirect_code: if filter.status_code == 0 { 302 } else { filter.status_code },
        ..Redirect::default()
    };
    match &filter.path {
        Some(PathModifier { type_, replace_full_path, .. }) if type_ == "ReplaceFullPath" => {
            redirect.uri.clone_from(replace_full_path);
        }
        Some(path) => redirect.prefix_rewrite.clone_from(&path.replace_prefix_match),
        None => {}
    }
    redirect
}

fn rewrite(filter: &UrlRewrite) -> Option<Rewrite> {
    let mut rewrite = Rewrite { authority: filter.hostname.clone(), ..Rewrite::default() };
    match &filter.path {
        Some(PathModifier { type_, replace_full_path, .. }) if type_ == "ReplaceFullPath" => {
            let (pattern, substitution) = ("/.*".to_owned(), replace_full_path.clone());
            rewrite.uri_regex_rewrite = Some(RegexRewrite { pattern, substitution });
        }
        Some(PathModifier { replace_prefix_match: prefix, .. }) => {
            let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
            let prefix = if prefix.is_empty() { "/" } else { prefix };
            prefix.clone_into(&mut rewrite.uri);
        }
        None => {}
    }
    let is_idle = rewrite.uri.is_empty()
        && rewrite.authority.is_empty()
        && rewrite.uri_regex_rewrite.is_none();
    (!is_idle).then_some(rewrite)
}
