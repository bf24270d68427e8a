//! What is refused of a VirtualService on a gateway.

use std::net::IpAddr;

use super::{Fault, names, pattern, port};
use crate::model::virtual_service::{
    Destination, HttpMatch, HttpRoute, Redirect, RouteDestination, StringMatch, TlsRoute,
    VirtualService,
};

/// The codes of a redirect that Envoy takes; of any other it refuses all routes of the port, though
/// istiod lets it through (Envoy 1.40).
pub const REDIRECTS: [u32; 5] = [301, 302, 303, 307, 308];

/// All that is refused, in the order of the fields.
pub fn faults(service: &VirtualService) -> Vec<Fault> {
    let spec = &service.spec;
    let mut faults = Vec::new();
    let hosts: Vec<&str> = spec.hosts.iter().map(|it| &*it.value).collect();
    for (position, host) in hosts.iter().enumerate() {
        if let Err(reason) = names::host(host) {
            faults.push(Fault::new(format!("spec.hosts[{position}]"), reason));
            continue;
        }
        if let Some(other) = hosts[..position].iter().find(|it| overlap(it, host)) {
            let reason = format!("{host} and {other} cover one another");
            faults.push(Fault::new(format!("spec.hosts[{position}]"), reason));
        }
    }
    for (position, gateway) in spec.gateways.iter().enumerate() {
        if let Err(reason) = gateway_name(&gateway.value) {
            faults.push(Fault::new(format!("spec.gateways[{position}]"), reason));
        }
    }
    if spec.http.is_empty() && spec.tls.is_empty() && spec.tcp.is_empty() {
        faults.push(Fault::new("spec", "there is no route"));
    }
    for (position, route) in spec.http.iter().enumerate() {
        of_http(route, &format!("spec.http[{position}]"), &mut faults);
    }
    for (position, route) in spec.tls.iter().enumerate() {
        of_tls(route, &hosts, &format!("spec.tls[{position}]"), &mut faults);
    }
    faults
}

/// Whether one of two hosts covers the other (`host.Name.Matches`).
fn overlap(one: &str, other: &str) -> bool {
    let covers = |wide: &str, narrow: &str| match wide.strip_prefix('*') {
        Some(suffix) => narrow.strip_prefix('*').unwrap_or(narrow).ends_with(suffix),
        None => wide == narrow,
    };
    covers(one, other) || covers(other, one)
}

/// A Gateway as a VirtualService names it.
fn gateway_name(text: &str) -> names::Checked {
    match text.split_once('/') {
        Some((namespace, name)) => {
            if namespace != "." {
                names::label(namespace).map_err(|reason| format!("its namespace: {reason}"))?;
            }
            names::label(name)
        }
        // A name alone is checked as a host is, and a number is none.
        None if text.bytes().all(|it| it.is_ascii_digit()) => {
            Err("a name of digits alone is taken only as NAMESPACE/NAME".to_owned())
        }
        None => names::subdomain(text),
    }
}

fn of_http(route: &HttpRoute, path: &str, faults: &mut Vec<Fault>) {
    for (position, matched) in route.matches.iter().enumerate() {
        of_match(matched, &format!("{path}.match[{position}]"), faults);
    }
    let actions = [
        !route.route.is_empty(),
        route.redirect.is_some(),
        route.direct_response.is_some(),
        route.delegate.is_some(),
    ];
    if actions.iter().filter(|it| **it).count() != 1 {
        faults.push(Fault::new(path, "a route leads to exactly one of its kinds of ends"));
    }
    if let Some(redirect) = &route.redirect {
        if route.rewrite.is_some() {
            faults.push(Fault::new(format!("{path}.rewrite"), "a redirect rewrites nothing"));
        }
        of_redirect(redirect, &format!("{path}.redirect"), faults);
    }
    if let Some(rewrite) = &route.rewrite {
        let parts = [&rewrite.uri, &rewrite.authority];
        if parts.iter().all(|it| it.is_empty()) && rewrite.uri_regex_rewrite.is_none() {
            faults.push(Fault::new(format!("{path}.rewrite"), "it says nothing"));
        }
    }
    of_destinations(&route.route, &format!("{path}.route"), faults);
}

fn of_match(matched: &HttpMatch, path: &str, faults: &mut Vec<Fault>) {
    if let Some(StringMatch::Regex(regex)) = &matched.uri {
        let reason = pattern::check(regex).err();
        faults.extend(reason.map(|it| Fault::new(format!("{path}.uri.regex"), it)));
    }
    let strings = [("method", &matched.method), ("scheme", &matched.scheme)];
    for (field, text) in strings.into_iter().chain([("authority", &matched.authority)]) {
        if let Some(text) = text {
            of_string(text, &format!("{path}.{field}"), faults);
        }
    }
    for (name, text) in &matched.headers {
        let path = format!("{path}.headers[{name}]");
        let is_claim = name.starts_with("@request.auth.claims");
        let is_pseudo = [":method", ":scheme", ":authority", ":path", ":status"].contains(&&**name);
        match names::header(name) {
            Err(reason) if !is_claim && !is_pseudo => faults.push(Fault::new(&*path, reason)),
            _ => {}
        }
        of_string(text, &path, faults);
    }
    if matched.port != 0 {
        port(matched.port, &format!("{path}.port"), faults);
    }
}

fn of_string(text: &StringMatch, path: &str, faults: &mut Vec<Fault>) {
    match text {
        StringMatch::Prefix(prefix) if prefix.is_empty() => {
            faults.push(Fault::new(format!("{path}.prefix"), "the prefix is empty"));
        }
        StringMatch::Regex(regex) => {
            let reason = pattern::check(regex).err();
            faults.extend(reason.map(|it| Fault::new(format!("{path}.regex"), it)));
        }
        _ => {}
    }
}

fn of_redirect(redirect: &Redirect, path: &str, faults: &mut Vec<Fault>) {
    let parts = [&redirect.uri, &redirect.prefix_rewrite, &redirect.authority, &redirect.scheme];
    let is_empty = parts.iter().all(|it| it.is_empty());
    if is_empty && redirect.port == 0 && redirect.derive_port.is_empty() {
        faults.push(Fault::new(path, "it says nothing"));
    }
    let code = redirect.redirect_code;
    if code != 0 && !REDIRECTS.contains(&code) {
        let reason = format!("{code} is no redirect that Envoy sends: 301, 302, 303, 307 or 308");
        faults.push(Fault::new(format!("{path}.redirectCode"), reason));
    }
    if !matches!(&*redirect.scheme, "" | "http" | "https") {
        faults.push(Fault::new(format!("{path}.scheme"), "neither http nor https"));
    }
    if redirect.port != 0 {
        port(redirect.port, &format!("{path}.port"), faults);
    }
}

fn of_destinations(routes: &[RouteDestination], path: &str, faults: &mut Vec<Fault>) {
    for (position, route) in routes.iter().enumerate() {
        of_destination(&route.destination, &format!("{path}[{position}].destination"), faults);
    }
    if routes.len() > 1 && routes.iter().all(|it| it.weight == 0) {
        faults.push(Fault::new(path, "of several destinations, one at least has a weight"));
    }
}

fn of_destination(destination: &Destination, path: &str, faults: &mut Vec<Fault>) {
    let host = &destination.host.value;
    let checked = match names::host(host) {
        Ok(()) if host == "*" || host.parse::<IpAddr>().is_ok() => {
            Err("a destination is a Service's name or a host".to_owned())
        }
        checked => checked,
    };
    faults.extend(checked.err().map(|reason| Fault::new(format!("{path}.host"), reason)));
    if destination.port.number != 0 {
        port(destination.port.number, &format!("{path}.port.number"), faults);
    }
    if !destination.subset.is_empty() {
        let reason = names::label(&destination.subset).err();
        faults.extend(reason.map(|it| Fault::new(format!("{path}.subset"), it)));
    }
}

fn of_tls(route: &TlsRoute, hosts: &[&str], path: &str, faults: &mut Vec<Fault>) {
    if route.matches.is_empty() {
        faults.push(Fault::new(format!("{path}.match"), "there is no match"));
    }
    for (position, matched) in route.matches.iter().enumerate() {
        let path = format!("{path}.match[{position}].sniHosts");
        if matched.sni_hosts.is_empty() {
            faults.push(Fault::new(&*path, "there is no host"));
        }
        for (position, sni) in matched.sni_hosts.iter().enumerate() {
            let path = format!("{path}[{position}]");
            let is_covered = |host: &&&str| match host.strip_prefix('*') {
                Some(suffix) => sni.ends_with(suffix),
                None => *host == sni,
            };
            match names::host(sni) {
                Err(reason) => faults.push(Fault::new(path, reason)),
                Ok(()) if !hosts.iter().any(|host| is_covered(&host)) => {
                    faults.push(Fault::new(path, "no host of the VirtualService covers it"));
                }
                Ok(()) => {}
            }
        }
    }
    if route.route.is_empty() {
        faults.push(Fault::new(format!("{path}.route"), "there is no destination"));
    }
    of_destinations(&route.route, &format!("{path}.route"), faults);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::yaml;

    fn paths(spec: &str) -> Vec<String> {
        let service: VirtualService = yaml::read(&format!("spec: {{{spec}}}\n")).unwrap();
        faults(&service).into_iter().map(|it| it.path).collect()
    }

    const TO: &str = "route: [{destination: {host: a}}]";

    #[test]
    fn a_service_as_the_tutorial_writes_it_is_taken() {
        let match_ = "match: [{uri: {prefix: /api}, headers: {x: {}, ':path': {regex: a}}}]";
        let spec =
            format!("hosts: [a.com, '*.b.com'], gateways: [a, b/c], http: [{{{match_}, {TO}}}]");
        assert_eq!(paths(&spec), [""; 0]);
        let tls = format!("{{match: [{{sniHosts: ['*', a.com]}}], {TO}}}");
        assert_eq!(paths(&format!("hosts: ['*'], gateways: [a], tls: [{tls}]")), [""; 0]);
    }

    #[test]
    fn each_fault_is_told_at_its_field() {
        let http = |route: &str| format!("hosts: [a.com], gateways: [g], http: [{{{route}}}]");
        let matched = |it: &str| http(&format!("match: [{it}], {TO}"));
        let tls = |it: &str| format!("hosts: [a.com], gateways: [g], tls: [{{{it}}}]");
        let cases = [
            (format!("hosts: [a..b], http: [{{{TO}}}]"), "hosts[0]"),
            (format!("hosts: ['*.a.com', b.a.com], http: [{{{TO}}}]"), "hosts[1]"),
            (format!("hosts: [a.com, a.com], http: [{{{TO}}}]"), "hosts[1]"),
            (format!("hosts: [a.com], gateways: [a/], http: [{{{TO}}}]"), "gateways[0]"),
            (format!("hosts: [a.com], gateways: ['7'], http: [{{{TO}}}]"), "gateways[0]"),
            (matched("{uri: {regex: '('}}"), "http[0].match[0].uri.regex"),
            (matched("{method: {prefix: ''}}"), "http[0].match[0].method.prefix"),
            (matched("{headers: {'a b': {}}}"), "http[0].match[0].headers[a b]"),
            (matched("{headers: {a: {regex: '*'}}}"), "http[0].match[0].headers[a].regex"),
            (matched("{port: 70000}"), "http[0].match[0].port"),
            (http("match: [{uri: {exact: /}}]"), "http[0]"),
            (http(&format!("redirect: {{uri: /}}, {TO}")), "http[0]"),
            (http("redirect: {}"), "http[0].redirect"),
            (http("redirect: {uri: /, redirectCode: 305}"), "http[0].redirect.redirectCode"),
            (http("redirect: {scheme: ftp}"), "http[0].redirect.scheme"),
            (http("redirect: {port: 70000}"), "http[0].redirect.port"),
            (http("redirect: {uri: /}, rewrite: {uri: /}"), "http[0].rewrite"),
            (http(&format!("rewrite: {{}}, {TO}")), "http[0].rewrite"),
            (http("route: [{destination: {host: '*'}}]"), "http[0].route[0].destination.host"),
            (http("route: [{destination: {host: ''}}]"), "http[0].route[0].destination.host"),
            (
                http("route: [{destination: {host: a, port: {number: 70000}}}]"),
                "http[0].route[0].destination.port.number",
            ),
            (
                http("route: [{destination: {host: a, subset: A}}]"),
                "http[0].route[0].destination.subset",
            ),
            (http("route: [{destination: {host: a}}, {destination: {host: b}}]"), "http[0].route"),
            (tls(TO), "tls[0].match"),
            (tls(&format!("match: [{{}}], {TO}")), "tls[0].match[0].sniHosts"),
            (tls(&format!("match: [{{sniHosts: [b.com]}}], {TO}")), "tls[0].match[0].sniHosts[0]"),
            (tls("match: [{sniHosts: [a.com]}]"), "tls[0].route"),
        ];
        for (spec, field) in cases {
            assert_eq!(paths(&spec), [format!("spec.{field}")], "{spec}");
        }
        assert_eq!(paths("hosts: [a.com]"), ["spec"]);
    }
}
