//! The URL under which a server of a Gateway answers.

/// The URL of a host on a server of that protocol and port. `None`: a browser has none for the
/// protocol, or the host is no single one.
///
/// The host is as a Gateway has it: it may begin with the namespace of its VirtualServices, and a
/// slash. Protocols are Istio's (1.30, `pkg/config/protocol`).
pub fn of(protocol: &str, port: u32, host: &str) -> Option<String> {
    let (scheme, usual) = match &*protocol.to_ascii_uppercase() {
        "HTTPS" | "TLS" => ("https", 443),
        "HTTP" | "HTTP2" | "GRPC" | "GRPC-WEB" => ("http", 80),
        _ => return None,
    };
    let host = host.rsplit('/').next().filter(|it| !it.is_empty() && !it.contains('*'))?;
    let port = if port == usual { String::new() } else { format!(":{port}") };
    Some(format!("{scheme}://{host}{port}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_served_is_a_url() {
        let url = |protocol, port, host| of(protocol, port, host);
        assert_eq!(url("HTTPS", 443, "shop/a.example.com").unwrap(), "https://a.example.com/");
        assert_eq!(url("http", 8080, "a.example.com").unwrap(), "http://a.example.com:8080/");
        assert_eq!(url("HTTP", 80, "*.example.com"), None);
        assert_eq!(url("TCP", 5432, "a.example.com"), None);
    }
}
