//! A name that resolves to an address by itself, as magic domains such as sslip.io answer for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The domain that is used unless another is named: it answers for IPv4 and IPv6.
pub const DOMAIN: &str = "sslip.io";

/// The name of an application at an address: `shop.203.0.113.10.sslip.io`; of IPv6 the dashed form,
/// `shop.2001-db8--1.sslip.io`, for a colon cannot stand in a name.
///
/// An application's name that ends in a number would be read on into a dotted address: it gets the
/// dashed form too, `shop-2.203-0-113-10.sslip.io` (sslip.io's server takes the first four numbers
/// with dots between them that stand after a dot or a dash).
pub fn host_name(app: &str, ip: IpAddr, domain: &str) -> String {
    let ends_in_number = app.rsplit(['.', '-']).next().is_some_and(is_number);
    let ip = match ip {
        IpAddr::V4(ip) if ends_in_number => ip.to_string().replace('.', "-"),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => dashed(ip),
    };
    format!("{app}.{ip}.{domain}")
}

fn is_number(text: &str) -> bool {
    text.parse::<u8>().is_ok()
}

fn dashed(ip: Ipv6Addr) -> String {
    let text = ip.to_string();
    // One that stands for IPv4 is written with dots at its end, which would be read as that.
    let text = if text.contains('.') {
        ip.segments().map(|it| format!("{it:x}")).join("-")
    } else {
        text.replace(':', "-")
    };
    // No label of a name begins or ends with a dash.
    let before = if text.starts_with('-') { "0" } else { "" };
    let behind = if text.ends_with('-') { "0" } else { "" };
    format!("{before}{text}{behind}")
}

/// Whether an application's name can stand before the address, else why not.
///
/// # Errors
/// A clause: it is no name, or sslip.io would take a part of it for the address.
pub fn check_app(app: &str) -> Result<(), &'static str> {
    check_name(app)?;
    // What sslip.io would take for the address itself: four numbers, eight hexadecimal digits, or
    // the two dashes of IPv6 (its server as of 2025).
    let parts: Vec<&str> = app.split(['.', '-']).collect();
    let is_quad = parts.windows(4).any(|four| four.iter().all(|it| is_number(it)));
    let is_hex = |label: &str| label.len() == 8 && label.bytes().all(|it| it.is_ascii_hexdigit());
    if is_quad || app.contains("--") || app.split('.').any(is_hex) {
        return Err("a part of it would be taken for the address");
    }
    Ok(())
}

/// Whether a domain is one, else why not.
///
/// # Errors
/// A clause: it is over 200 bytes long, or not of lower-case letters, digits, dashes and dots.
pub fn check_name(name: &str) -> Result<(), &'static str> {
    let is_label = |label: &str| {
        let is_letter = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(is_letter)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if name.len() <= 200 && name.split('.').all(is_label) {
        Ok(())
    } else {
        Err("not a name of lower-case letters, digits, dashes and dots")
    }
}

/// Whether an address, or the range that it is of, is one of the internet's (IANA's registries of
/// special-purpose addresses).
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => {
            if let Some(ip) = ip.to_ipv4_mapped() {
                return is_public_v4(ip);
            }
            let first = ip.segments()[0];
            let is_unique_local = first & 0xfe00 == 0xfc00;
            let is_link_local = first & 0xffc0 == 0xfe80;
            !(ip.is_unspecified() || ip.is_loopback() || is_unique_local || is_link_local)
        }
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    // 100.64.0.0/10 is shared by the customers of a carrier.
    let is_shared = first == 100 && (64..128).contains(&second);
    !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified() || is_shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(ip: &str) -> String {
        host_name("shop", ip.parse().unwrap(), DOMAIN)
    }

    #[test]
    fn a_name_holds_its_address() {
        assert_eq!(named("203.0.113.10"), "shop.203.0.113.10.sslip.io");
        assert_eq!(named("2001:db8::1"), "shop.2001-db8--1.sslip.io");
        assert_eq!(named("2001:db8:0:1:2:3:4:5"), "shop.2001-db8-0-1-2-3-4-5.sslip.io");
    }

    #[test]
    fn no_label_begins_or_ends_with_a_dash() {
        assert_eq!(named("::1"), "shop.0--1.sslip.io");
        assert_eq!(named("2001:db8::"), "shop.2001-db8--0.sslip.io");
        assert_eq!(named("::"), "shop.0--0.sslip.io");
        assert_eq!(named("::ffff:203.0.113.10"), "shop.0-0-0-0-0-ffff-cb00-710a.sslip.io");
    }

    #[test]
    fn what_a_magic_domain_would_misread_is_refused() {
        for app in ["shop", "shop-v2", "a.b", "v1-2-3", "shop-2", "1-2-3-x", "app.5", "7"] {
            assert_eq!(check_app(app), Ok(()), "{app}");
        }
        let not_names = ["", "Shop", "a..b", "-a", "a-", "a_b", "$(id)", "a\nb", "a'b"];
        let misread = ["a-10-0-0-1", "10-0-0-1.a", "1.2.3.4", "a--b", "deadbeef", "a.cafe0123"];
        for app in not_names.iter().chain(&misread) {
            assert!(check_app(app).is_err(), "{app}");
        }
    }

    #[test]
    fn a_number_at_the_end_of_the_application_is_kept_out_of_the_address() {
        let ip = "203.0.113.10".parse().unwrap();
        assert_eq!(host_name("shop-2", ip, DOMAIN), "shop-2.203-0-113-10.sslip.io");
        assert_eq!(host_name("app.5", ip, DOMAIN), "app.5.203-0-113-10.sslip.io");
        assert_eq!(host_name("shop2", ip, "nip.io"), "shop2.203.0.113.10.nip.io");
    }

    #[test]
    fn addresses_of_private_networks_are_not_the_internets() {
        for ip in [
            "10.0.0.1",
            "172.18.0.2",
            "192.168.1.1",
            "127.0.0.2",
            "100.64.0.1",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["35.221.16.159", "100.128.0.1", "2600:1901::1"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }
}
