//! The virtual hosts of a route configuration, and which of them a Host means.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::attachment::taken_by;
use super::configs::Config;
use super::proxy::Proxy;
use super::routes::{Route, routes};
use super::server::Server;
use crate::model::{Key, ObjectRef};

/// One of Envoy's virtual hosts, for one domain.
#[derive(Debug)]
pub(super) struct VirtualHost<'w> {
    pub(super) domain: String,
    pub(super) routes: Vec<Route<'w>>,
    /// The server whose `httpsRedirect` comes before every route.
    pub(super) redirected_by: Option<usize>,
    /// The server for which it was made first.
    pub(super) server: usize,
}

/// A route configuration: what one listener's HTTP, or one HTTPS server, serves.
#[derive(Debug, Default)]
pub(super) struct RouteConfig<'w> {
    hosts: BTreeMap<String, VirtualHost<'w>>,
    /// The first route for which Envoy refuses the whole: the object, at the field.
    pub(super) fault: Option<ObjectRef>,
}

/// Builds it for servers in merge order: all routes for one domain, whoever brings them, are one
/// list, in which those that take everything come last
/// (`pilot/pkg/networking/core/gateway.go`, `buildGatewayHTTPRouteConfig`).
pub(super) fn route_config<'w>(
    servers: &[(usize, &Server)],
    configs: &HashMap<Key, Rc<Vec<Config<'w>>>>,
    proxy: &Proxy<'_>,
) -> RouteConfig<'w> {
    let mut hosts: BTreeMap<String, VirtualHost<'w>> = BTreeMap::new();
    // Two servers of one Gateway share a VirtualService's routes, made for the first of them.
    let mut made: HashMap<(&Key, usize), Vec<Route<'w>>> = HashMap::new();
    for (position, server) in servers {
        let gateway = &server.gateway;
        let bound = configs.get(gateway).map_or(&[][..], |it| it.as_slice());
        for (which, config) in bound.iter().enumerate() {
            let taken = taken_by(&server.hosts, &config.namespace, &config.hosts);
            if taken.is_empty() {
                continue;
            }
            let made = made.entry((gateway, which)).or_default();
            if made.is_empty() {
                *made = routes(&config.rules, &config.owner, server, proxy);
            }
            // Without a route here it makes no virtual host, and a wider one may take its place.
            if made.is_empty() {
                continue;
            }
            for domain in taken {
                let host = open(&mut hosts, &domain, *position);
                host.routes.extend(made.iter().cloned());
                if server.redirects_to_https() {
                    host.redirected_by.get_or_insert(*position);
                }
            }
        }
        if server.redirects_to_https() {
            for host in &server.hosts {
                let host = open(&mut hosts, &host.to_string(), *position);
                host.redirected_by.get_or_insert(*position);
            }
        }
    }
    for host in hosts.values_mut() {
        host.routes.sort_by_key(Route::takes_everything);
    }
    let fault = hosts.values().flat_map(|it| &it.routes).find_map(|route| {
        let rule = route.rule.at.clone();
        let path = format!("{}.{}", rule.path, route.fault()?);
        Some(rule.at(path, 0))
    });
    RouteConfig { hosts, fault }
}

fn open<'h, 'w>(
    hosts: &'h mut BTreeMap<String, VirtualHost<'w>>,
    domain: &str,
    server: usize,
) -> &'h mut VirtualHost<'w> {
    let domain = domain.to_ascii_lowercase();
    hosts.entry(domain.clone()).or_insert_with(|| VirtualHost {
        domain,
        routes: Vec::new(),
        redirected_by: None,
        server,
    })
}

impl<'w> RouteConfig<'w> {
    /// The virtual host that a Host means: exact, then the longest suffix, then `*`; its case and
    /// port do not count, a dot at its end does (Envoy 1.40, `router/config_impl.cc`).
    pub(super) fn find(&self, host: &str) -> Option<&VirtualHost<'w>> {
        let name = without_port(host).to_ascii_lowercase();
        if let Some(exact) = self.hosts.get(&name).filter(|_| !name.starts_with('*')) {
            return Some(exact);
        }
        // The suffix must be shorter than the name: `*.foo.com` is not for `.foo.com`.
        let suffixes = name.char_indices().skip(1).map(|(at, _)| &name[at..]);
        let mut wide = suffixes.filter_map(|suffix| self.hosts.get(&format!("*{suffix}")));
        wide.next().or_else(|| self.hosts.get("*"))
    }

    /// Whether nothing at all is served: 404 for every Host.
    pub(super) fn is_empty(&self) -> bool {
        self.hosts.is_empty()
    }

    /// The domains, sorted.
    pub(super) fn domains(&self) -> Vec<String> {
        self.hosts.keys().cloned().collect()
    }
}

/// A Host without its port; an IPv6 address keeps its brackets.
fn without_port(host: &str) -> &str {
    match host.rfind(':') {
        Some(at) if host.rfind(']').is_none_or(|end| end < at) => &host[..at],
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(domains: &[&str], host: &str) -> Option<String> {
        let mut hosts = BTreeMap::new();
        for domain in domains {
            open(&mut hosts, domain, 0);
        }
        RouteConfig { hosts, fault: None }.find(host).map(|it| it.domain.clone())
    }

    #[test]
    fn exact_before_the_longest_suffix_before_any() {
        let domains = ["b.a.com", "*.a.com", "*.com", "*"];
        let found = |host| found(&domains, host).unwrap();
        assert_eq!(found("B.A.com:80"), "b.a.com");
        assert_eq!(found("c.a.com"), "*.a.com");
        assert_eq!(found("x.b.a.com"), "*.a.com");
        assert_eq!(found("a.com"), "*.com");
        assert_eq!(found("b.a.com."), "*");
        assert_eq!(found(".a.com"), "*.com");
        assert_eq!(found(""), "*");
        assert_eq!(found("[::1]:80"), "*");
    }

    #[test]
    fn no_virtual_host_is_none() {
        assert_eq!(found(&["a.com"], "b.com"), None);
        assert_eq!(found(&["*.a.com"], "*.a.com"), Some("*.a.com".to_owned()));
        assert_eq!(found(&["*.a.com"], ".a.com"), None);
    }
}
