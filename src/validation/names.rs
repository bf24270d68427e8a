//! What a host, a label, a header's name and the like may be; each answers with the reason why not.

use std::net::IpAddr;

/// The longest label of a name, in bytes (RFC 1123).
const LABEL: usize = 63;

/// The longest host, in bytes (Istio 1.30, `CheckDNS1123Preconditions`).
const HOST: usize = 255;

/// The longest name of an object, in bytes (apimachinery 0.34, `pkg/util/validation`).
const NAME: usize = 253;

/// What a check comes to: why not.
pub type Checked = Result<(), String>;

/// A label of lower-case letters, digits and dashes, as Kubernetes asks of a namespace's or a
/// Service's name, and istiod of a Gateway's.
///
/// # Errors
/// A clause: it is empty, over 63 bytes long, or has other letters.
pub fn label(text: &str) -> Checked {
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    if text.len() > LABEL {
        return Err(format!("it has {} characters, and {LABEL} are the most", text.len()));
    }
    if is_label(text) && !text.bytes().any(|it| it.is_ascii_uppercase()) {
        return Ok(());
    }
    Err("not a name of lower-case letters, digits and dashes, with no dash at its ends".to_owned())
}

/// The name of an object: labels with dots between them.
///
/// # Errors
/// A clause: it is empty, over 253 bytes long, or has other letters.
pub fn subdomain(text: &str) -> Checked {
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    if text.len() > NAME {
        return Err(format!("it has {} characters, and {NAME} are the most", text.len()));
    }
    // Kubernetes bounds the whole, not the labels (`IsDNS1123Subdomain`).
    let is_part = |part: &str| is_label(part) && !part.bytes().any(|it| it.is_ascii_uppercase());
    if text.split('.').all(is_part) {
        return Ok(());
    }
    Err("not a name of lower-case letters, digits, dashes and dots".to_owned())
}

fn is_label(text: &str) -> bool {
    let is_inner = |it: u8| it.is_ascii_alphanumeric() || it == b'-';
    !text.is_empty() && text.bytes().all(is_inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// A host of a Gateway's server or of a VirtualService on a gateway: a name, `*.suffix` or `*`, or
/// (Gateway: IPv4 alone) an address. Short names are for the caller to refuse.
///
/// A wildcard that is a part of a label (`*-x.example.com`) istiod lets through, and Envoy then
/// refuses the listener; it is refused here.
///
/// # Errors
/// A clause: it is empty, over 255 bytes long, has a wildcard elsewhere than as its first label, a
/// label that is none, or a number as the last of several.
pub fn host(text: &str) -> Checked {
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    if text.len() > HOST {
        return Err(format!("it has {} characters, and {HOST} are the most", text.len()));
    }
    if text == "*" || text.parse::<IpAddr>().is_ok() {
        return Ok(());
    }
    let rest = text.strip_prefix("*.").unwrap_or(text);
    if rest.contains('*') {
        return Err("a wildcard is a whole first label: *.example.com".to_owned());
    }
    let parts: Vec<&str> = rest.split('.').collect();
    let (last, others) = parts.split_last().unwrap_or((&"", &[]));
    // `example.com.` is a whole name.
    let (last, others) = match others.split_last() {
        Some((before, others)) if last.is_empty() => (before, others),
        _ => (last, others),
    };
    let is_number = !last.is_empty() && last.bytes().all(|it| it.is_ascii_digit());
    // One label alone is not looked at as a top-level domain.
    if is_number && (!others.is_empty() || rest != text) {
        return Err(format!("its last label {last} is a number"));
    }
    match others.iter().chain([last]).find(|it| it.len() > LABEL || !is_label(it)) {
        Some(wrong) => Err(format!("its label {wrong} is not one")),
        None => Ok(()),
    }
}

/// A header's name, as a VirtualService matches it: a token of HTTP (RFC 9110, 5.6.2).
///
/// # Errors
/// A clause: it is empty, or has what no token has.
pub fn header(text: &str) -> Checked {
    let is_token = |it: u8| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&it);
    if !text.is_empty() && text.bytes().all(is_token) {
        return Ok(());
    }
    Err("not the name of a header".to_owned())
}

/// The key of a Kubernetes label, with or without a prefix.
///
/// # Errors
/// A clause: its prefix is no DNS name, or its name no label's value or empty.
pub fn label_key(text: &str) -> Checked {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    let is_named = !name.is_empty() && label_value(name).is_ok();
    if is_named && prefix.is_none_or(|it| subdomain(it).is_ok()) {
        return Ok(());
    }
    Err("not the key of a label".to_owned())
}

/// The value of a Kubernetes label.
///
/// # Errors
/// A clause: it is empty, over 63 bytes long, has other letters, or other ends than letters and
/// digits.
pub fn label_value(text: &str) -> Checked {
    let is_inner = |it: u8| it.is_ascii_alphanumeric() || b"-_.".contains(&it);
    let ends = [text.bytes().next(), text.bytes().next_back()];
    let are_ends = ends.iter().flatten().all(u8::is_ascii_alphanumeric);
    if text.len() <= LABEL && text.bytes().all(is_inner) && are_ends {
        return Ok(());
    }
    Err("not the value of a label".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_objects() {
        for good in ["no", "on", "1e3", "0x10", "a-b", "7"] {
            assert_eq!(label(good), Ok(()), "{good}");
            assert_eq!(subdomain(&format!("{good}.x")), Ok(()), "{good}");
        }
        for bad in ["", "~", "a.b", "-a", "a-", "A", "ä", "a_b", &"x".repeat(64)] {
            assert!(label(bad).is_err(), "{bad}");
        }
        assert!(subdomain("a..b").is_err() && subdomain(&"x".repeat(254)).is_err());
    }

    #[test]
    fn hosts() {
        let good =
            ["*", "a.com", "*.a.com", "A.com", "a.com.", "203.0.113.7", "a.1.sslip.io", "7", "::1"];
        for host in good {
            assert_eq!(super::host(host), Ok(()), "{host}");
        }
        let bad = ["", "a.b*.com", "*x.com", "*-x.com", "a.*.com", "**", "a..com", "a.7", "*.7"];
        for host in bad.into_iter().chain(["a_b.com", "-a.com", ".com", "a b.com", "a/b.com"]) {
            assert!(super::host(host).is_err(), "{host}");
        }
        assert!(super::host(&format!("{}.com", "x".repeat(64))).is_err());
        assert!(super::host(&"x.".repeat(128)).is_err());
    }

    #[test]
    fn headers_and_labels() {
        assert!(header("x-user").is_ok() && header("~").is_ok() && header("a b").is_err());
        assert!(header("").is_err() && header("@request.auth.claims.sub").is_err());
        assert!(label_key("service.istio.io/canonical-name").is_ok() && label_key("app").is_ok());
        assert!(label_key("/a").is_err() && label_key("a/").is_err() && label_key("a b").is_err());
        assert!(label_value("").is_ok() && label_value("1e3").is_ok() && label_value("~").is_err());
    }
}
