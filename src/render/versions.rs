//! How the fields of a Certificate are written in each version of cert-manager's API.

use serde_json::{Map, Value, json};

use super::words::{Algorithm, CertManagerApi, Encoding};

/// The key of a Certificate.
#[derive(Clone, Copy)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) encoding: Option<Encoding>,
    pub(super) size: u16,
}

/// Adds the organizations of the subject: since v1alpha3 they stand under `subject`.
pub(super) fn organizations(
    spec: &mut Map<String, Value>,
    version: CertManagerApi,
    organizations: &[String],
) {
    if organizations.is_empty() {
        return;
    }
    match version {
        CertManagerApi::V1alpha2 => spec.insert("organization".to_owned(), json!(organizations)),
        _ => spec.insert("subject".to_owned(), json!({ "organizations": organizations })),
    };
}

/// Adds the key: since v1beta1 it stands under `privateKey`, in upper case.
pub(super) fn key(spec: &mut Map<String, Value>, version: CertManagerApi, key: Key) {
    let algorithm = key.algorithm.word();
    let encoding = key.encoding.map(Encoding::word);
    if matches!(version, CertManagerApi::V1alpha2 | CertManagerApi::V1alpha3) {
        spec.insert("keySize".to_owned(), json!(key.size));
        spec.insert("keyAlgorithm".to_owned(), json!(algorithm.to_ascii_lowercase()));
        if let Some(encoding) = encoding {
            spec.insert("keyEncoding".to_owned(), json!(encoding.to_ascii_lowercase()));
        }
        return;
    }
    let mut private = Map::from_iter([("algorithm".to_owned(), json!(algorithm))]);
    if let Some(encoding) = encoding {
        private.insert("encoding".to_owned(), json!(encoding));
    }
    private.insert("size".to_owned(), json!(key.size));
    spec.insert("privateKey".to_owned(), Value::Object(private));
}
