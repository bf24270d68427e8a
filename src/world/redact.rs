//! A bundle without the names of its owner: each is replaced by a stand-in, the same wherever it
//! stands, so that what belongs together still does.
//!
//! Names are known by the fields that hold them; texts lose those names and no others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// Fields whose strings are names, or hosts, beside those that end in `Name`.
const NAMES: &[&str] = &[
    "namespace",
    "namespaces",
    "context",
    "credential",
    "credentialNames",
    "serviceAccount",
    "hostname",
    "pod",
    "resource",
    "fallback",
    "gateway",
    "user",
    "authority",
    "cluster",
    "sni",
    "hosts",
    "dnsNames",
    "names",
    "matchLabels",
    "selector",
    "labels",
];

/// Lists whose items have a `name` that is Kubernetes', Istio's or nobody's.
const NAMELESS: &[&str] = &[
    "containers",
    "initContainers",
    "ephemeralContainers",
    "containerStatuses",
    "initContainerStatuses",
    "port",
    "ports",
    "volumes",
    "volumeMounts",
    "conditions",
    "env",
];

/// Fields whose strings mean something to igwctl and are never names.
const FIXED: &[&str] = &[
    "apiVersion",
    "kind",
    "type",
    "what",
    "speaker",
    "ending",
    "why",
    "verb",
    "verbs",
    "apiGroups",
    "apiGroup",
    "group",
    "keys",
    "key",
    "reason",
    "uid",
    "mode",
    "protocol",
    "inputs",
];

/// Fields that may hold anything, and decide nothing.
const DROPPED: &[&str] = &["args", "command", "envFrom", "managedFields", "subject", "details"];

/// Words that everybody's mesh has in common; who sees them learns nothing.
const COMMON: &[&str] = &[
    "cert-manager",
    "cluster",
    "com",
    "default",
    "discovery",
    "gateway",
    "http",
    "https",
    "ingress",
    "ingressgateway",
    "io",
    "istio",
    "istio-gateway",
    "istio-ingress",
    "istio-ingressgateway",
    "istio-proxy",
    "istio-system",
    "istiod",
    "kube-system",
    "kubernetes",
    "local",
    "mesh",
    "net",
    "org",
    "pilot",
    "proxyv2",
    "svc",
    "system",
    "tls",
    "true",
    "false",
    "serviceaccount",
    "serviceaccounts",
    "authenticated",
];

/// Replaces the names in a bundle's documents.
pub(super) fn redact(documents: &mut [Value]) {
    let mut names = BTreeSet::new();
    for document in documents.iter_mut() {
        if is_head(document) {
            head(document, &mut |text| {
                words(text, &mut names);
                text.to_owned()
            });
        } else {
            strip(document);
            collect(document, "", false, &mut names);
        }
    }
    // In the order of the names, and all of one length, so that what was sorted still is.
    let width = names.len().to_string().len();
    let numbered = names.into_iter().enumerate();
    let stand_ins: BTreeMap<String, String> =
        numbered.map(|(at, name)| (name, format!("n{at:0width$}"))).collect();
    for document in documents {
        if is_head(document) {
            head(document, &mut |text| rewritten(text, &stand_ins));
            let notices = document.get_mut("notices").and_then(Value::as_array_mut);
            for notice in notices.into_iter().flatten() {
                replace(notice, "", &stand_ins);
            }
        } else {
            replace(document, "", &stand_ins);
        }
    }
}

fn is_head(document: &Value) -> bool {
    document["kind"] == "Snapshot"
}

/// Puts the names in a bundle's head through a function: there, kinds are fields, and namespaces
/// stand where others have fields.
fn head(document: &mut Value, through: &mut impl FnMut(&str) -> String) {
    let Some(map) = document.as_object_mut() else { return };
    let mut each = |value: &mut Value| {
        if let Value::String(text) = value {
            *text = through(text);
        }
    };
    for field in ["covered", "names", "keys"] {
        let kinds = map.get_mut(field).and_then(Value::as_object_mut);
        for list in kinds.into_iter().flat_map(|kinds| kinds.values_mut()) {
            list.as_array_mut().into_iter().flatten().for_each(&mut each);
        }
    }
    let selected = map.get_mut("selected").and_then(Value::as_object_mut);
    let selectors = selected.into_iter().flat_map(|kinds| kinds.values_mut());
    for list in selectors.filter_map(Value::as_object_mut).flat_map(|it| it.values_mut()) {
        list.as_array_mut().into_iter().flatten().for_each(&mut each);
    }
    let gaps = map.get_mut("gaps").and_then(Value::as_array_mut);
    gaps.into_iter().flatten().filter_map(|gap| gap.get_mut("namespace")).for_each(&mut each);
    map.get_mut("context").into_iter().for_each(&mut each);
    let selected = map.get_mut("selected").and_then(Value::as_object_mut);
    let selectors = selected.into_iter().flat_map(|kinds| kinds.values_mut());
    for selectors in selectors.filter_map(Value::as_object_mut) {
        let entries = std::mem::take(selectors).into_iter();
        selectors.extend(entries.map(|(selector, places)| (terms(&selector, through), places)));
    }
    if let Some(values) = map.get_mut("values").and_then(Value::as_object_mut) {
        let entries = std::mem::take(values).into_iter();
        values.extend(entries.map(|(namespace, why)| (through(&namespace), why)));
    }
}

/// A selector with its values put through a function; labels are nobody's names.
fn terms(selector: &str, through: &mut impl FnMut(&str) -> String) -> String {
    let terms = selector.split(',').map(|term| match term.split_once('=') {
        Some((label, value)) => format!("{label}={}", through(value)),
        None => term.to_owned(),
    });
    terms.collect::<Vec<_>>().join(",")
}

/// The words that a name or a host is made of, less what everybody has.
fn words(text: &str, names: &mut BTreeSet<String>) {
    for word in text.split(|it| !is_of_word(it) || it == '.') {
        let is_number = word.bytes().all(|it| it.is_ascii_digit());
        if !is_number && !COMMON.contains(&word) {
            names.insert(word.to_owned());
        }
    }
}

/// Takes away what may hold anything.
fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|field, _| !DROPPED.contains(&field.as_str()));
            if let Some(env) = map.get_mut("env").and_then(Value::as_array_mut) {
                env.retain(is_switch);
            }
            if let Some(annotations) = map.get_mut("annotations").and_then(Value::as_object_mut) {
                annotations.retain(|key, _| key.contains("cert-manager.io/"));
            }
            if map.get("kind") == Some(&json!("ConfigMap")) {
                map.remove("data");
            }
            map.values_mut().for_each(strip);
        }
        Value::Array(values) => values.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Whether a variable is on or off, which is nobody's name.
fn is_switch(variable: &Value) -> bool {
    let value = variable.get("value").and_then(Value::as_str);
    value.is_some_and(|value| ["true", "false"].contains(&value))
}

/// Gathers the names; `is_name` where a field above says that all below are.
fn collect(value: &Value, field: &str, is_name: bool, names: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if is_name => words(text, names),
        Value::Object(map) => {
            for (below, value) in map {
                if is_fixed(field, below) {
                    continue;
                }
                let is_theirs = below == "name" && !NAMELESS.contains(&field);
                let is_named = below.ends_with("Name") || NAMES.contains(&below.as_str());
                let is_name = is_name || is_theirs || is_named;
                collect(value, below, is_name, names);
            }
        }
        Value::Array(values) => {
            for value in values {
                collect(value, field, is_name, names);
            }
        }
        _ => {}
    }
}

/// Whether a field means something to igwctl: a word of its own, or a kind.
fn is_fixed(above: &str, field: &str) -> bool {
    FIXED.contains(&field) || (above == "resourceAttributes" && field == "resource")
}

fn replace(value: &mut Value, above: &str, stand_ins: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => *text = rewritten(text, stand_ins),
        Value::Object(map) => {
            for (field, value) in map {
                if !is_fixed(above, field) {
                    replace(value, field, stand_ins);
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                replace(value, above, stand_ins);
            }
        }
        _ => {}
    }
}

/// What a word of names and hosts is made of.
fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '.' || letter == '_'
}

/// A text with its names replaced, part by part of what looks like a host.
fn rewritten(text: &str, stand_ins: &BTreeMap<String, String>) -> String {
    let mut all = String::with_capacity(text.len());
    let mut word = String::new();
    for letter in text.chars().chain(['\0']) {
        if is_of_word(letter) && letter != '.' {
            word.push(letter);
            continue;
        }
        all += &stand_in(&word, stand_ins);
        word.clear();
        if letter != '\0' {
            all.push(letter);
        }
    }
    all
}

fn stand_in(word: &str, stand_ins: &BTreeMap<String, String>) -> String {
    if let Some(stand_in) = stand_ins.get(word) {
        return stand_in.clone();
    }
    // The Secret of a client CA goes by the name of the other.
    match word.strip_suffix("-cacert").and_then(|bare| stand_ins.get(bare)) {
        Some(stand_in) => format!("{stand_in}-cacert"),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_replaced_by_the_same_wherever_it_stands() {
        let mut documents = [
            json!({
                "kind": "Gateway", "apiVersion": "networking.istio.io/v1",
                "metadata": {"name": "shop", "namespace": "acme"},
                "spec": {
                    "selector": {"istio": "ingressgateway"},
                    "servers": [{
                        "port": {"name": "https", "number": 443}, "hosts": ["*.acme.example"],
                        "tls": {"mode": "SIMPLE", "credentialName": "acme-cert"},
                    }],
                },
            }),
            json!({"kind": "LogSighting", "what": "missing", "credential": "acme-cert", "samples": [
                {"text": "secret istio-system/acme-cert not found for *.acme.example"},
            ]}),
            json!({"kind": "Snapshot", "context": "acme-prod", "values": {"acme": "forbidden"},
                "gaps": [{"resource": "secrets", "namespace": "acme", "why": "forbidden"}],
                "keys": {"secrets": ["istio-system/acme-cert-cacert"]},
                "selected": {"pods": {"istio=acme-gateway,shop": ["acme"]}}}),
            json!({"kind": "Pod", "apiVersion": "v1", "metadata": {
                "name": "gateway-0", "labels": {"istio": "acme-gateway"}}}),
        ];
        redact(&mut documents);
        let text = json!(documents).to_string();
        assert!(!text.contains("acme") && !text.contains("\"shop\""), "{text}");
        let credential = documents[0].pointer("/spec/servers/0/tls/credentialName").unwrap();
        assert_eq!(documents[1]["credential"], *credential);
        let line = documents[1].pointer("/samples/0/text").and_then(Value::as_str).unwrap();
        let host = documents[0].pointer("/spec/servers/0/hosts/0").and_then(Value::as_str).unwrap();
        let credential = credential.as_str().unwrap();
        assert_eq!(line, format!("secret istio-system/{credential} not found for {host}"));
        assert!(host.starts_with("*."));
        assert_eq!(documents[2]["gaps"][0]["resource"], "secrets");
        assert_eq!(documents[0].pointer("/spec/selector/istio").unwrap(), "ingressgateway");
        // A selector's values are those of the labels, and its labels stay.
        let selected = documents[2]["selected"]["pods"].as_object().unwrap();
        let label = documents[3].pointer("/metadata/labels/istio").and_then(Value::as_str).unwrap();
        assert_eq!(selected.keys().collect::<Vec<_>>(), [&format!("istio={label},shop")]);
    }
}
