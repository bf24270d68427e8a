//! Which proxy leads to the API server, by kubectl's rules.
#![expect(clippy::disallowed_methods, reason = "the environment is read here")]

use std::net::IpAddr;

use http::Uri;

use crate::error::{Error, Result};
use crate::exit::Exit;

/// The proxy for a server: the kubeconfig's `proxy-url`, which holds for every server; else the
/// environment's, less what `NO_PROXY` and loopback take out.
///
/// As client-go 0.34 has it, and Go's `golang.org/x/net/http/httpproxy` (0.51) below it. (kube 5 holds
/// `NO_PROXY` against the proxy's own address, and fails on what it cannot read in it.)
pub(super) fn to(server: &Uri, configured: Option<&str>) -> Result<Option<Uri>> {
    choose(server, configured, |name| std::env::var(name).ok())
}

/// The proxy without the password that may stand in it.
pub(super) fn shown(proxy: &Uri) -> String {
    let authority = proxy.authority().map(http::uri::Authority::as_str).unwrap_or_default();
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    format!("{}://{place}", proxy.scheme_str().unwrap_or_default())
}

fn choose(
    server: &Uri,
    configured: Option<&str>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<Uri>> {
    if let Some(url) = configured.filter(|url| !url.is_empty()) {
        return read(url, "proxy-url of the kubeconfig").map(Some);
    }
    let first = |names: [&'static str; 2]| {
        let mut set = names.into_iter().filter_map(|name| Some((name, variable(name)?)));
        set.find(|(_, value)| !value.is_empty())
    };
    let names = if server.scheme_str() == Some("http") {
        ["HTTP_PROXY", "http_proxy"]
    } else {
        ["HTTPS_PROXY", "https_proxy"]
    };
    let Some((name, url)) = first(names) else { return Ok(None) };
    let exceptions = first(["NO_PROXY", "no_proxy"]).map(|(_, list)| list).unwrap_or_default();
    if is_excepted(server, &exceptions) { Ok(None) } else { read(&url, name).map(Some) }
}

/// Reads a proxy's URL. No error quotes it: a password may stand in it.
fn read(url: &str, from: &str) -> Result<Uri> {
    let url = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    // Names are the proxy's to resolve in both, so one stands for the other.
    let url = url.replacen("socks5h://", "socks5://", 1);
    let uri = url.parse::<Uri>().ok().filter(|uri| uri.host().is_some());
    uri.filter(|uri| matches!(uri.scheme_str(), Some("http" | "https" | "socks5"))).ok_or_else(
        || {
            Error::new(Exit::Failed, format!("{from} is not the URL of a proxy"))
                .hint("it takes http://, https:// or socks5://, a host and a port")
        },
    )
}

/// Whether a server is reached without the environment's proxy.
fn is_excepted(server: &Uri, exceptions: &str) -> bool {
    let host = server.host().unwrap_or_default().trim_matches(['[', ']']).to_ascii_lowercase();
    let address: Option<IpAddr> = host.parse().ok();
    if host == "localhost" || address.is_some_and(|it| it.is_loopback()) {
        return true;
    }
    let default = if server.scheme_str() == Some("http") { 80 } else { 443 };
    let port = server.port_u16().unwrap_or(default);
    let mut exceptions = exceptions.split(',').map(|it| it.trim().to_ascii_lowercase());
    exceptions.any(|exception| means(&exception, &host, address, port))
}

/// Whether an entry of `NO_PROXY` means a host: `*`, an address, a network, or a name that stands
/// for those below it too; one that begins with a dot stands for those alone.
fn means(exception: &str, host: &str, address: Option<IpAddr>, port: u16) -> bool {
    if exception == "*" {
        return true;
    }
    if let Some((network, bits)) = exception.split_once('/') {
        let (Ok(network), Ok(bits)) = (network.parse(), bits.parse()) else { return false };
        return address.is_some_and(|address| is_within(address, network, bits));
    }
    let (name, only_port) = match exception.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => {
            (name.trim_matches(['[', ']']), Some(port))
        }
        _ => (exception, None),
    };
    if only_port.is_some_and(|only| only.parse() != Ok(port)) {
        return false;
    }
    if let Ok(excepted) = name.parse::<IpAddr>() {
        return address == Some(excepted);
    }
    if address.is_some() {
        return false;
    }
    let name = name.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(name);
    let is_below = |parent| host.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'));
    match name.strip_prefix('.') {
        Some(parent) => is_below(parent),
        None => !name.is_empty() && (host == name || is_below(name)),
    }
}

fn is_within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    let (address, network, width) = match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            (u128::from(address.to_bits()), u128::from(network.to_bits()), 32)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => (address.to_bits(), network.to_bits(), 128),
        _ => return false,
    };
    let Some(host_bits) = u32::checked_sub(width, bits) else { return false };
    // A shift by all bits there are is none to Rust.
    let cut = |value: u128| value.checked_shr(host_bits).unwrap_or_default();
    cut(address) == cut(network)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(server: &str, configured: Option<&str>, env: &[(&str, &str)]) -> Option<String> {
        let variable = |name: &str| {
            env.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
        };
        let server = server.parse().unwrap();
        choose(&server, configured, variable).unwrap().map(|proxy| shown(&proxy))
    }

    #[test]
    fn the_server_and_the_environment_decide_and_the_kubeconfig_before_them() {
        let all = [
            ("HTTPS_PROXY", "http://user:secret@one:3128"),
            ("https_proxy", "http://two:3128"),
            ("HTTP_PROXY", "three:3128"),
            ("NO_PROXY", "api.example"),
        ];
        assert_eq!(chosen("https://api", None, &all).as_deref(), Some("http://one:3128"));
        assert_eq!(chosen("https://api", None, &all[1..]).as_deref(), Some("http://two:3128"));
        assert_eq!(chosen("http://api", None, &all).as_deref(), Some("http://three:3128"));
        assert_eq!(chosen("https://api", None, &all[2..]), None);
        assert_eq!(chosen("https://api.example", None, &all), None);
        assert_eq!(chosen("https://127.0.0.1:6443", None, &all), None, "as Go has it");
        assert_eq!(chosen("https://[::1]:6443", None, &all), None);
        let socks = Some("socks5h://four:1080");
        assert_eq!(
            chosen("https://api.example", socks, &all).as_deref(),
            Some("socks5://four:1080")
        );
        assert_eq!(chosen("https://localhost", socks, &all).as_deref(), Some("socks5://four:1080"));
        assert_eq!(chosen("https://api", Some(""), &[("HTTPS_PROXY", "")]), None);
    }

    #[test]
    fn what_no_proxy_excepts_is_what_go_excepts() {
        let excepts =
            |exceptions: &str, server: &str| is_excepted(&server.parse().unwrap(), exceptions);
        for (exceptions, server) in [
            ("*", "https://api"),
            ("example.com", "https://example.com"),
            ("example.com", "https://api.example.com"),
            (".example.com", "https://api.example.com:6443"),
            ("*.example.com", "https://api.example.com"),
            ("EXAMPLE.com:6443", "https://api.example.com:6443"),
            ("example.com:443", "https://example.com"),
            ("10.0.0.1", "https://10.0.0.1:6443"),
            ("10.0.0.1:6443", "https://10.0.0.1:6443"),
            ("10.0.0.0/8", "https://10.96.0.1"),
            ("0.0.0.0/0", "https://10.96.0.1"),
            ("fd00::/8", "https://[fd12::1]:6443"),
            ("[fd12::1]:6443", "https://[fd12::1]:6443"),
            ("fd12::1", "https://[fd12::1]"),
            ("*.local, 169.254/16,, <local> ,example.com", "https://example.com"),
        ] {
            assert!(excepts(exceptions, server), "{exceptions} {server}");
        }
        for (exceptions, server) in [
            ("", "https://api"),
            (",", "https://api"),
            (".example.com", "https://example.com"),
            ("*.example.com", "https://example.com"),
            ("example.com", "https://badexample.com"),
            ("example.com:6443", "https://example.com"),
            ("10.0.0.1:443", "https://10.0.0.1:6443"),
            ("10.0.0.0/8", "https://11.0.0.1"),
            ("10.0.0.0/33", "https://10.0.0.1"),
            ("10.0.0.0/8", "https://[fd12::1]"),
            ("10.0.0.1", "https://10.0.0.10"),
            ("0.1", "https://10.0.0.1"),
        ] {
            assert!(!excepts(exceptions, server), "{exceptions} {server}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_said_without_its_password() {
        let server = "https://api".parse().unwrap();
        for url in ["ftp://me:secret@proxy", "http://", "me:secret@ proxy:1"] {
            let error = choose(&server, Some(url), |_| None).unwrap_err();
            assert!(error.message.contains("proxy-url of the kubeconfig"), "{}", error.message);
            assert!(!error.message.contains("secret"), "{}", error.message);
        }
    }
}
