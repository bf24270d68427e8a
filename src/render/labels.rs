//! The labels by which igwctl knows what is its own, and of which application.

use crate::model::manifest::Manifest;

/// The label that says who manages an object, and what it says of igwctl.
pub const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "igwctl");

/// The label with the application's name.
pub const APP: &str = "igwctl/app";

/// The label with the application's namespace, for some of its objects are in the gateway's.
pub const NAMESPACE: &str = "igwctl/app-namespace";

/// Labels an object of one application.
pub(super) fn label(manifest: Manifest, app: &str, namespace: &str) -> Manifest {
    let (label, igwctl) = MANAGED_BY;
    manifest.label(label, igwctl).label(APP, app).label(NAMESPACE, namespace)
}

/// Labels an object that applications share, and that goes with none of them.
pub(super) fn label_shared(manifest: Manifest) -> Manifest {
    let (label, igwctl) = MANAGED_BY;
    manifest.label(label, igwctl)
}

/// The label selector of all that is of one application.
pub fn selector(app: &str, namespace: &str) -> String {
    let (label, igwctl) = MANAGED_BY;
    format!("{label}={igwctl},{APP}={app},{NAMESPACE}={namespace}")
}

/// Takes the labels of igwctl away: for objects that something else is to manage.
pub fn without(manifest: &mut Manifest) {
    use serde_json::Value;
    let Some(Value::Object(labels)) = manifest.metadata.get_mut("labels") else { return };
    for label in [MANAGED_BY.0, APP, NAMESPACE] {
        labels.remove(label);
    }
    if labels.is_empty() {
        manifest.metadata.remove("labels");
    }
}
