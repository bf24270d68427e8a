//! The labels by which igwctl knows what is its own, and of which application.

use crate::model::labels::{APP, APP_NAMESPACE, MANAGED_BY};
use crate::model::manifest::Manifest;

/// Labels an object of one application.
pub(super) fn label(manifest: Manifest, app: &str, namespace: &str) -> Manifest {
    let (label, igwctl) = MANAGED_BY;
    manifest.label(label, igwctl).label(APP, app).label(APP_NAMESPACE, namespace)
}

/// Labels an object that applications share, and that goes with none of them.
pub(super) fn label_shared(manifest: Manifest) -> Manifest {
    let (label, igwctl) = MANAGED_BY;
    manifest.label(label, igwctl)
}

/// Takes the labels of igwctl away: for objects that something else is to manage.
pub fn without(manifest: &mut Manifest) {
    use serde_json::Value;
    let Some(Value::Object(labels)) = manifest.metadata.get_mut("labels") else { return };
    for label in [MANAGED_BY.0, APP, APP_NAMESPACE] {
        labels.remove(label);
    }
    if labels.is_empty() {
        manifest.metadata.remove("labels");
    }
}
