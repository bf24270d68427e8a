//! Names in messages: resource names, proxies, lists.

use super::sighting::Proxy;

/// A credential as a message names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Credential {
    /// The Secret's name without `-cacert`.
    pub(super) name: String,
    /// Whether it ended in `-cacert`.
    pub(super) ca: bool,
    /// The namespace in its name.
    pub(super) namespace: Option<String>,
}

/// Reads a Secret's name, bare or `NS/NAME`; nothing for a proxy's own certificates and files.
pub(super) fn credential(name: &str) -> Option<Credential> {
    // A name ends in a letter or digit; what follows is the sentence that it was pasted into.
    let name = name.trim_matches(['"', '`', '\'']).trim_end_matches(['.', ',', ';']);
    let (namespace, name) = match name.split_once('/') {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, name),
    };
    let own = matches!(name, "default" | "ROOTCA" | "server_cert" | "null" | "<nil>");
    if own || !is_name(name) || !namespace.is_none_or(is_name) {
        return None;
    }
    let (name, ca) = match name.strip_suffix("-cacert") {
        Some("") | None => (name, false),
        Some(name) => (name, true),
    };
    Some(Credential { name: name.to_owned(), ca, namespace: namespace.map(str::to_owned) })
}

/// Reads a resource name, `kubernetes://NS/NAME-cacert`.
pub(super) fn resource(name: &str) -> Option<Credential> {
    ["kubernetes://", "kubernetes-gateway://", "configmap://"]
        .iter()
        .find_map(|scheme| name.strip_prefix(scheme))
        .and_then(credential)
}

fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let placeholder = name.starts_with(['<', '$', '{', '*']);
    !name.is_empty()
        && name.len() <= 253
        && (placeholder || name.chars().all(allowed))
        && !name.contains([':', ' ', '/'])
}

/// Reads `POD.NS`, `POD.NS-N`, `router~IP~POD.NS~…`.
pub(super) fn proxy(node: &str) -> Option<Proxy> {
    let parts: Vec<&str> = node.split('~').collect();
    let id = match parts.as_slice() {
        [_, _, id, ..] => id,
        [id] => *id,
        _ => return None,
    };
    let (pod, namespace) = id.rsplit_once('.')?;
    (is_name(pod) && is_name(namespace))
        .then(|| Proxy { pod: pod.to_owned(), namespace: Some(namespace.to_owned()) })
}

/// Reads a connection id: a proxy, then `-N`.
pub(super) fn connection(id: &str) -> Option<Proxy> {
    if id.contains('~') {
        return proxy(id);
    }
    let (node, number) = id.rsplit_once('-')?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| proxy(node))?
}

/// Reads `a, b, and N others` and `a, b, and N more...`.
pub(super) fn list(text: &str) -> Vec<String> {
    text.split(", ")
        .map(str::trim)
        .filter(|item| !item.is_empty() && !item.starts_with("and "))
        .map(str::to_owned)
        .collect()
}

/// Reads Go's print of a list, `[a b]`, or of a map without values, `map[a:{} b:{}]`.
pub(super) fn hosts(text: &str) -> Vec<String> {
    let inside = text.trim();
    let inside = inside.strip_prefix("map").unwrap_or(inside).trim_start_matches('[');
    let inside = inside.split(']').next().unwrap_or(inside);
    inside.split_whitespace().map(|host| host.trim_end_matches(":{}").to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let of = |name: &str| resource(name).map(|c| (c.namespace, c.name, c.ca));
        let some =
            |ns: Option<&str>, name: &str, ca| Some((ns.map(str::to_owned), name.to_owned(), ca));
        assert_eq!(of("kubernetes://shop"), some(None, "shop", false));
        assert_eq!(of("kubernetes://a/shop-cacert"), some(Some("a"), "shop", true));
        assert_eq!(of("kubernetes-gateway://a/shop"), some(Some("a"), "shop", false));
        assert_eq!(of("kubernetes://shop."), some(None, "shop", false));
        assert_eq!(of("vault://shop"), None);
        for own in
            ["default", "ROOTCA", "file-cert:/etc/a~/etc/b", "file-root:/etc/c", "server_cert"]
        {
            assert_eq!(credential(own), None, "{own}");
        }
    }

    #[test]
    fn proxies() {
        let want = Some(Proxy { pod: "gw-0".into(), namespace: Some("istio-system".into()) });
        assert_eq!(proxy("gw-0.istio-system"), want);
        assert_eq!(connection("gw-0.istio-system-16"), want);
        assert_eq!(
            connection("router~10.0.0.1~gw-0.istio-system~istio-system.svc.my.domain-3"),
            want
        );
        assert_eq!(connection("gw-0.istio-system"), None);
    }

    #[test]
    fn lists() {
        assert_eq!(list("a, b, and 3 others"), ["a", "b"]);
        assert_eq!(list("a, b, c, and 0 more..."), ["a", "b", "c"]);
        assert_eq!(list(""), Vec::<String>::new());
        assert_eq!(hosts("[a.example.com b.example.com]"), ["a.example.com", "b.example.com"]);
        assert_eq!(
            hosts("map[a.example.com:{} b.example.com:{}]"),
            ["a.example.com", "b.example.com"]
        );
        assert_eq!(hosts("map[]"), Vec::<String>::new());
    }
}
