//! Objects as they are written out: one YAML stream, or a `List`.

use serde_json::{Value, json};

use crate::model::manifest::Manifest;

/// One YAML stream in the order of applying; each group begins with its comments.
pub(super) fn stream<'m>(groups: impl Iterator<Item = (String, &'m [Manifest])>) -> String {
    let mut text = String::new();
    for (comments, manifests) in groups {
        for (position, manifest) in manifests.iter().enumerate() {
            if !text.is_empty() {
                text += "---\n";
            }
            if position == 0 {
                text += &comments;
            }
            text += &manifest.to_yaml();
        }
    }
    text
}

/// A `List` of them.
pub(super) fn list<'m>(manifests: impl Iterator<Item = &'m Manifest>) -> Value {
    let items: Vec<&Manifest> = manifests.collect();
    json!({ "apiVersion": "v1", "kind": "List", "items": items })
}
