//! What of an object is private, and so stays out of a bundle: keys, tokens, passwords. Secrets
//! themselves are never kept (`ingest/secret.rs`).
//!
//! What names things stays, also where its name has a word in it that is suspicious: labels and
//! selectors, and the fields that refer to objects.

use serde_json::{Value, json};

use super::Kind;
use crate::model::kubernetes::LAST_APPLIED;

/// What stands in place of a value that is not for others.
const REDACTED: &str = "REDACTED";

/// What the name of a field, a header or a parameter has in it that holds something private, in small
/// letters and digits alone.
const PRIVATE: [&str; 11] = [
    "password",
    "passwd",
    "passphrase",
    "token",
    "apikey",
    "accesskey",
    "secretkey",
    "clientsecret",
    "authorization",
    "cookie",
    "bearer",
];

/// The same as one word of several: `x-auth`, `session_id`. As whole names of fields these say other
/// things: `secret` of a volume, `key` of a reference.
const PRIVATE_WORDS: [&str; 8] =
    ["auth", "secret", "session", "sid", "key", "jwt", "credential", "pass"];

/// Fields whose keys are names that the owner chose, for things that anybody may know.
const LABELS: [&str; 5] = ["labels", "matchLabels", "selector", "sourceLabels", "annotations"];

/// An object of that kind without what is private, and without what is only bulk.
pub(super) fn without(kind: Kind, mut value: Value) -> Value {
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
    match kind {
        Kind::ConfigMaps => {
            if let Some(data) = value.get_mut("data").and_then(Value::as_object_mut) {
                for (key, value) in data {
                    // istiod hands out these two to whoever asks (Istio 1.26 and later).
                    if !matches!(&**key, "cacert" | "ca.crt") {
                        *value = json!(REDACTED);
                    }
                }
            }
            if let Some(object) = value.as_object_mut() {
                object.remove("binaryData");
            }
        }
        Kind::Pods | Kind::Deployments => hide_environment(&mut value),
        Kind::Challenges => {
            if let Some(spec) = value.get_mut("spec").and_then(Value::as_object_mut) {
                spec.remove("key");
            }
        }
        _ => {}
    }
    hide_private(&mut value, true);
    value
}

/// Environment variables and arguments hold passwords; Istio's own variables say how a proxy
/// behaves.
fn hide_environment(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match &**key {
                    "args" | "command" => hide_arguments(value),
                    "env" => hide_variables(value),
                    _ => hide_environment(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(hide_environment),
        _ => {}
    }
}

fn hide_variables(value: &mut Value) {
    for variable in value.as_array_mut().into_iter().flatten() {
        let name = variable.get("name").and_then(Value::as_str).unwrap_or_default();
        let is_istios = ["ISTIO_", "PILOT_"].iter().any(|it| name.starts_with(it));
        if let (false, Some(value)) = (is_istios, variable.get_mut("value")) {
            *value = json!(REDACTED);
        }
    }
}

/// Leaves of arguments what igwctl goes by: what Istio's images run as (Istio 1.30, `pilot-agent` and
/// `pilot-discovery`), and the cluster's domain.
fn hide_arguments(value: &mut Value) {
    let mut is_domain = false;
    for argument in value.as_array_mut().into_iter().flatten() {
        let is_value = is_domain;
        is_domain = argument.as_str() == Some("--domain");
        let is_role =
            matches!(argument.as_str(), Some("proxy" | "router" | "sidecar" | "discovery"));
        if !is_role && !is_domain && !is_value {
            *argument = json!(REDACTED);
        }
    }
}

/// What cert-manager, Istio, the Gateway API, replicators and the tools of repositories say of an
/// object or of the pods that it makes; other annotations may hold anything.
pub(super) fn is_known_annotation(key: &str) -> bool {
    const KNOWN: [&str; 9] = [
        "cert-manager.io/",
        "reflector.",
        "istio.io/",
        "networking.k8s.io/",
        "argoproj.io/",
        "fluxcd.io/",
        "helm.sh/",
        "deployment.kubernetes.io/",
        "igwctl",
    ];
    key != LAST_APPLIED && KNOWN.iter().any(|known| key.contains(known))
}

/// Whether a field, a header or a parameter of that name holds a password or a token, and not the
/// name of an object that does.
fn is_private(name: &str) -> bool {
    let small = name.to_ascii_lowercase();
    let letters: String = small.chars().filter(char::is_ascii_alphanumeric).collect();
    let refers = ["ref", "refs", "name", "names"].iter().any(|end| letters.ends_with(end));
    let words = || small.split(['-', '_', '.']);
    let has_word = words().count() > 1 && words().any(|word| PRIVATE_WORDS.contains(&word));
    !refers && (has_word || PRIVATE.iter().any(|part| letters.contains(part)))
}

/// Whatever holds a private key, or is named as something private, anywhere: by its field, as the
/// headers of a `VirtualService` are, or by `name` beside `value`, as those of an `HTTPRoute`.
fn hide_private(value: &mut Value, do_names_tell: bool) {
    match value {
        Value::String(text) if text.contains("PRIVATE KEY") => REDACTED.clone_into(text),
        Value::Object(map) => {
            let name = map.get("name").and_then(Value::as_str).unwrap_or_default();
            if is_private(name)
                && let Some(value) = map.get_mut("value")
            {
                hide(value);
            }
            for (key, value) in map {
                if key == "annotations"
                    && let Some(annotations) = value.as_object_mut()
                {
                    annotations.retain(|key, _| is_known_annotation(key));
                }
                if do_names_tell && is_private(key) {
                    hide(value);
                } else {
                    hide_private(value, !LABELS.contains(&&**key));
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|it| hide_private(it, do_names_tell)),
        _ => {}
    }
}

/// Every text below.
fn hide(value: &mut Value) {
    match value {
        Value::String(text) => REDACTED.clone_into(text),
        Value::Object(map) => map.values_mut().for_each(hide),
        Value::Array(values) => values.iter_mut().for_each(hide),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn what_is_private_is_told_by_its_name() {
        for name in [
            "authorization",
            "X-Api-Key",
            "x-auth-token",
            "x-auth",
            "Cookie",
            "set-cookie",
            "api_key",
            "clientSecret",
            "x-session-id",
            "accessKeyID",
        ] {
            assert!(is_private(name), "{name}");
        }
        for name in [
            "credentialName",
            "credentialNames",
            "secretName",
            "secret",
            "key",
            "authority",
            "privateKey",
            "tokenSecretRef",
            "secretTemplate",
            "privateKeySecretRef",
            "name",
            "keystores",
            "keySize",
        ] {
            assert!(!is_private(name), "{name}");
        }
    }
}
