//! Which hosts a server means, and which of them another host covers.

use std::fmt;
use std::net::IpAddr;

/// A host of a Gateway's server, as istiod rewrites it: `./h` to the Gateway's own namespace,
/// `*/h` to `h` (`pilot/pkg/model/gateway.go`, `sanitizeServerHostNamespace`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerHost {
    /// The namespace of the VirtualServices that it is for; `None`: of any.
    pub namespace: Option<String>,
    /// The host: a name, `*.suffix` or `*`.
    pub host: String,
}

impl ServerHost {
    /// Whether VirtualServices of that namespace may take it.
    pub fn is_for(&self, namespace: &str) -> bool {
        self.namespace.as_deref().is_none_or(|it| it == namespace)
    }
}

impl fmt::Display for ServerHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{namespace}/{}", self.host),
            None => f.write_str(&self.host),
        }
    }
}

/// The hosts of a server of a Gateway in that namespace. One `*/*` makes the whole list `*`.
pub fn server_hosts(hosts: &[String], gateway_namespace: &str) -> Vec<ServerHost> {
    let every = || ServerHost { namespace: None, host: "*".to_owned() };
    let mut read = Vec::with_capacity(hosts.len());
    for written in hosts {
        let mut parts = written.split('/');
        let (first, second) = (parts.next().unwrap_or_default(), parts.next());
        read.push(match (first, second) {
            (_, None) => ServerHost { namespace: None, host: written.clone() },
            ("*", Some("*")) => return vec![every()],
            ("*", Some(host)) => ServerHost { namespace: None, host: host.to_owned() },
            (namespace, Some(host)) => {
                let namespace = if namespace == "." { gateway_namespace } else { namespace };
                ServerHost { namespace: Some(namespace.to_owned()), host: host.to_owned() }
            }
        });
    }
    read
}

/// Whether a host is `*` or `*.suffix`.
pub fn is_wildcard(host: &str) -> bool {
    host.starts_with('*')
}

/// Whether `wide` covers `narrow`: the same, or of its suffix, at any depth. `*.foo.com` does not
/// cover `foo.com`. The case counts (`pkg/config/host/name.go`, `SubsetOf`).
pub fn covers(wide: &str, narrow: &str) -> bool {
    match (wide.strip_prefix('*'), narrow.strip_prefix('*')) {
        (None, _) => wide == narrow,
        (Some(suffix), None) => narrow.ends_with(suffix),
        (Some(suffix), Some(rest)) => rest.len() >= suffix.len() && rest.ends_with(suffix),
    }
}

/// How closely a host of a server, as it is written, means the host that somebody names: exactly is
/// more than by a wildcard, and of wildcards the longer one is. `None`: not at all.
pub fn closeness(written: &str, host: &str) -> Option<usize> {
    // `ns/host`: from which namespace a VirtualService may come.
    let written = written.rsplit_once('/').map_or(written, |(_, host)| host).to_ascii_lowercase();
    let host = host.to_ascii_lowercase();
    match written.strip_prefix('*') {
        // Every host is served by `*`, and a word without a dot is hardly meant as one.
        Some("") => host.contains('.').then_some(0),
        Some(suffix) => {
            (host.len() > suffix.len() && host.ends_with(suffix)).then_some(suffix.len())
        }
        None => (written == host).then_some(usize::MAX),
    }
}

/// Whether one of the two covers the other.
pub fn overlap(one: &str, other: &str) -> bool {
    covers(one, other) || covers(other, one)
}

/// The narrower of each pair of which one covers the other, in the order of `hosts`, each once
/// (`pkg/config/host/names.go`, `Intersection`).
pub fn intersection<'h>(hosts: impl Iterator<Item = &'h str>, others: &[String]) -> Vec<String> {
    let mut result: Vec<String> = Vec::new();
    for host in hosts {
        for other in others {
            let narrower = if covers(other, host) {
                host
            } else if covers(host, other) {
                other
            } else {
                continue;
            };
            if !result.iter().any(|it| it == narrower) {
                result.push(narrower.to_owned());
            }
        }
    }
    result
}

/// The order in which istiod lists hosts: names before wildcards, longer before shorter, then by
/// the alphabet (`pkg/config/host/names.go`, `MoreSpecific`).
pub fn by_specificity(one: &str, other: &str) -> std::cmp::Ordering {
    let rank = |host: &str| (is_wildcard(host), std::cmp::Reverse(host.len()));
    rank(one).cmp(&rank(other)).then_with(|| one.cmp(other))
}

/// The full name of a host of a VirtualService, destination or `DestinationRule` in that namespace:
/// one without a dot is a Service beside it, any other is taken as it stands
/// (`pilot/pkg/model/config.go`, `ResolveShortnameToFQDN`).
pub fn full_name(host: &str, namespace: &str, domain: &str) -> String {
    if host.is_empty() || host == "*" || host.contains('.') || host.parse::<IpAddr>().is_ok() {
        return host.to_owned();
    }
    format!("{host}.{namespace}.svc.{domain}")
}

/// The Service, as namespace and name, that a full name means under the cluster's domain.
pub fn service_of<'h>(host: &'h str, domain: &str) -> Option<(&'h str, &'h str)> {
    let (name, rest) = host.split_once('.')?;
    let (namespace, rest) = rest.split_once('.')?;
    (rest.strip_prefix("svc.")? == domain).then_some((namespace, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(hosts: &[&str]) -> Vec<String> {
        let hosts: Vec<String> = hosts.iter().map(|it| (*it).to_owned()).collect();
        server_hosts(&hosts, "own").iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_servers_hosts_are_rewritten() {
        assert_eq!(read(&["a.com", "./b.com", "*/c.com"]), ["a.com", "own/b.com", "c.com"]);
        assert_eq!(read(&["n/*", "n/*.d.com"]), ["n/*", "n/*.d.com"]);
        assert_eq!(read(&["a.com", "*/*", "b.com"]), ["*"]);
    }

    #[test]
    fn a_wildcard_covers_any_depth_and_not_its_own_suffix() {
        assert!(covers("*.foo.com", "a.foo.com") && covers("*.foo.com", "b.a.foo.com"));
        assert!(!covers("*.foo.com", "foo.com") && !covers("*.foo.com", "A.FOO.COM"));
        assert!(covers("*", "*.com") && covers("*", "*") && covers("*.com", "*.foo.com"));
        assert!(!covers("a.com", "*.com") && overlap("a.com", "*.com"));
        assert!(!covers("Foo.com", "foo.com"));
    }

    #[test]
    fn an_exact_host_is_closer_than_a_wildcard_and_a_long_one_closer_than_a_short_one() {
        assert_eq!(closeness("shop.example.com", "shop.example.com"), Some(usize::MAX));
        assert_eq!(closeness("team/shop.example.com", "shop.example.com"), Some(usize::MAX));
        let close = |written| closeness(written, "shop.example.com");
        assert!(close("*.example.com") > close("*.com"));
        assert_eq!(closeness("*.example.com", "example.com"), None);
        assert_eq!(close("*"), Some(0));
        assert_eq!(closeness("*", "istio-ingressgateway"), None);
        assert_eq!(close("./Shop.Example.com"), Some(usize::MAX));
    }

    #[test]
    fn the_narrower_of_each_pair_is_taken() {
        let others = ["a.foo.com".to_owned(), "*".to_owned()];
        let hosts = ["*.foo.com", "b.org", "a.foo.com"];
        let taken = intersection(hosts.into_iter(), &others);
        assert_eq!(taken, ["a.foo.com", "*.foo.com", "b.org"]);
    }

    #[test]
    fn names_come_before_wildcards_and_long_before_short() {
        let mut hosts = ["*", "b.com", "*.a.com", "a.com", "www.a.com"];
        hosts.sort_by(|one, other| by_specificity(one, other));
        assert_eq!(hosts, ["www.a.com", "a.com", "b.com", "*.a.com", "*"]);
    }

    #[test]
    fn only_names_without_a_dot_are_completed() {
        let full = |host| full_name(host, "shop", "cluster.local");
        assert_eq!(full("api"), "api.shop.svc.cluster.local");
        assert_eq!(full("localhost"), "localhost.shop.svc.cluster.local");
        assert_eq!(full("api.web"), "api.web");
        assert_eq!(full("*"), "*");
        assert_eq!(full("::1"), "::1");
        assert_eq!(
            service_of("api.shop.svc.cluster.local", "cluster.local"),
            Some(("shop", "api"))
        );
        assert_eq!(service_of("api.shop.svc.other", "cluster.local"), None);
    }
}
