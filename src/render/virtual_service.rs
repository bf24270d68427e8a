//! The VirtualService: which request goes to which Service.

use serde_json::{Map, Value, json};

use super::gateway::redirects_here;
use super::resolved::Resolved;
use super::route::{Destination, End, Match, Path, Redirect, Route};
use super::words::Mode;
use crate::model::manifest::Manifest;

/// Renders it; without routes and a redirect to https there is none.
pub(super) fn manifest(it: &Resolved<'_>) -> Option<Manifest> {
    let is_passthrough = it.tls.is_some_and(|(mode, _)| mode == Mode::Passthrough);
    let mut http = Vec::new();
    if let Some(port) = it.http_port.filter(|_| it.redirects() && !redirects_here(it.istio)) {
        http.push(to_https(port, it.https_port));
    }
    let mut tls = Vec::new();
    for rendered in &it.routes {
        if is_passthrough {
            tls.push(passed_through(it, rendered));
        } else {
            http.push(route(rendered));
        }
    }
    if http.is_empty() && tls.is_empty() {
        return None;
    }
    // A name of digits alone is taken only behind a namespace.
    let gateway = if it.app.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("{}/{}", it.namespace, it.app)
    } else {
        it.app.to_owned()
    };
    let mut spec = Map::from_iter([
        ("hosts".to_owned(), json!(it.hosts)),
        ("gateways".to_owned(), json!([gateway])),
    ]);
    for (field, routes) in [("http", http), ("tls", tls)] {
        if !routes.is_empty() {
            spec.insert(field.to_owned(), Value::Array(routes));
        }
    }
    let manifest = it.manifest(&it.istio_api(), "VirtualService", it.namespace, it.app);
    Some(manifest.with("spec", Value::Object(spec)))
}

/// Sends all that comes in by plain HTTP to https. For every path and nothing else, so istiod puts it
/// behind the solver's exact path, and HTTP-01 is answered (Istio 1.30, `SortVHostRoutes`).
fn to_https(port: u16, https_port: u16) -> Value {
    let mut redirect = Map::from_iter([("scheme".to_owned(), json!("https"))]);
    if https_port != 443 {
        redirect.insert("port".to_owned(), json!(https_port));
    }
    json!({ "match": [{ "port": port }], "redirect": redirect })
}

fn route(route: &Route) -> Value {
    let mut rendered = Map::new();
    if !route.is_default() {
        rendered.insert("match".to_owned(), json!([matched(route)]));
    }
    match &route.end {
        End::Redirect { to, code } => {
            rendered.insert("redirect".to_owned(), redirect(to, *code));
        }
        End::To { destinations, rewrite, timeout } => {
            if let Some(rewrite) = rewrite {
                rendered.insert("rewrite".to_owned(), json!({ "uri": rewrite }));
            }
            rendered.insert("route".to_owned(), self::destinations(destinations));
            if let Some(timeout) = timeout {
                rendered.insert("timeout".to_owned(), json!(timeout.in_seconds()));
            }
        }
    }
    Value::Object(rendered)
}

fn matched(route: &Route) -> Value {
    let mut matched = Map::new();
    match &route.path {
        Path::Every => {}
        Path::Prefix(text) => drop(matched.insert("uri".to_owned(), json!({ "prefix": text }))),
        Path::Exact(text) => drop(matched.insert("uri".to_owned(), json!({ "exact": text }))),
        Path::Regex(text) => drop(matched.insert("uri".to_owned(), json!({ "regex": text }))),
    }
    if let Some(method) = &route.method {
        matched.insert("method".to_owned(), json!({ "exact": method }));
    }
    if !route.headers.is_empty() {
        let header = |(name, matched): (&String, &Match)| {
            let value = match matched {
                Match::Present => json!({}),
                Match::Exact(text) => json!({ "exact": text }),
                Match::Prefix(text) => json!({ "prefix": text }),
                Match::Regex(text) => json!({ "regex": text }),
            };
            (name.clone(), value)
        };
        let headers: Map<String, Value> = route.headers.iter().map(header).collect();
        matched.insert("headers".to_owned(), Value::Object(headers));
    }
    Value::Object(matched)
}

fn destinations(destinations: &[Destination]) -> Value {
    let rendered = destinations.iter().map(|it| {
        let mut destination = Map::from_iter([("host".to_owned(), json!(it.service))]);
        if let Some(port) = it.port {
            destination.insert("port".to_owned(), json!({ "number": port }));
        }
        let mut route = Map::from_iter([("destination".to_owned(), Value::Object(destination))]);
        if let Some(weight) = it.weight {
            route.insert("weight".to_owned(), json!(weight));
        }
        Value::Object(route)
    });
    rendered.collect()
}

fn redirect(to: &Redirect, code: Option<u16>) -> Value {
    let mut redirect = Map::new();
    if let Some((scheme, authority)) = &to.site {
        redirect.insert("scheme".to_owned(), json!(scheme));
        redirect.insert("authority".to_owned(), json!(authority));
    }
    if let Some(path) = &to.path {
        redirect.insert("uri".to_owned(), json!(path));
    }
    if let Some(code) = code {
        redirect.insert("redirectCode".to_owned(), json!(code));
    }
    Value::Object(redirect)
}

/// TLS that goes through, told by the name that the client asks for.
fn passed_through(it: &Resolved<'_>, route: &Route) -> Value {
    let destinations = match &route.end {
        End::To { destinations, .. } => self::destinations(destinations),
        End::Redirect { .. } => Value::Array(Vec::new()),
    };
    json!({
        "match": [{ "port": it.https_port, "sniHosts": it.hosts }],
        "route": destinations,
    })
}
