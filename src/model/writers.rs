//! What else writes a Secret, where no Certificate does: sealed and external secrets, replicators.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::kubernetes::Metadata;
use super::{nullable, object};

/// A Secret that stands in Git encrypted (Sealed Secrets 0.30); its controller writes the Secret
/// of the same namespace and name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SealedSecret {
    /// Metadata.
    pub metadata: Metadata,
}
object!(SealedSecret, "SealedSecret", "bitnami.com/v1alpha1");

/// A Secret that is fetched from a store (External Secrets 0.9 and later).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ExternalSecret {
    /// Metadata.
    pub metadata: Metadata,
    /// What is to be written.
    #[serde(deserialize_with = "nullable")]
    pub spec: ExternalSecretSpec,
}
object!(ExternalSecret, "ExternalSecret", "external-secrets.io/v1");

/// `spec` of an external secret.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ExternalSecretSpec {
    /// Where to.
    #[serde(deserialize_with = "nullable")]
    pub target: Target,
}

/// `target` of an external secret.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Target {
    /// The Secret's name; the external secret's own unless said.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
}

impl ExternalSecret {
    /// The Secret that it writes, in its own namespace.
    pub fn secret_name(&self) -> &str {
        let name = &self.spec.target.name;
        if name.is_empty() { &self.metadata.name } else { name }
    }
}

/// Whether a Secret's annotations have it copied into a namespace: reflector's (emberstack, 7 and
/// later; a list of names or patterns, empty for all) and kubernetes-replicator's (mittwald, 2).
pub fn is_copied_to(annotations: &BTreeMap<String, String>, namespace: &str) -> bool {
    let lists = [
        "reflector.v1.k8s.emberstack.com/reflection-auto-namespaces",
        "replicator.v1.mittwald.de/replicate-to",
    ];
    let means = |list: &String| {
        list.trim().is_empty()
            || list.split(',').map(str::trim).any(|it| {
                it == namespace
                    || it == ".*"
                    || it.strip_suffix(".*").is_some_and(|start| namespace.starts_with(start))
                    || it.strip_suffix('*').is_some_and(|start| namespace.starts_with(start))
            })
    };
    let is_auto = annotations
        .get("reflector.v1.k8s.emberstack.com/reflection-auto-enabled")
        .is_some_and(|value| value == "true");
    lists.iter().filter_map(|list| annotations.get(*list)).any(means)
        || (is_auto && !annotations.contains_key(lists[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replicators_are_told_where_to() {
        let with = |key: &str, value: &str| {
            let annotations = BTreeMap::from([(key.to_owned(), value.to_owned())]);
            is_copied_to(&annotations, "istio-system")
        };
        let list = "reflector.v1.k8s.emberstack.com/reflection-auto-namespaces";
        assert!(with(list, "istio-system"));
        assert!(with(list, "a, istio-.*"));
        assert!(!with(list, "a,b"));
        assert!(with("replicator.v1.mittwald.de/replicate-to", "istio-*"));
        assert!(!with("example.com/other", "istio-system"));
    }
}
