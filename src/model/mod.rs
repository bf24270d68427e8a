//! The field's own nouns: Kubernetes', Istio's and cert-manager's objects, as far as igwctl reads them.
//!
//! No policy and no I/O. Every type reads leniently: unknown fields are passed over, `null` counts
//! as left out, as the API server has it.

pub mod admission;
pub mod cert_manager;
pub mod credential;
pub mod destination;
pub mod gateway_api;
pub mod gateway_route;
pub mod host_name;
pub mod istio;
pub mod kubernetes;
pub mod labels;
pub mod manifest;
pub mod names;
pub mod nearest;
pub mod network;
pub mod pod;
pub mod quota;
pub mod rbac;
pub mod served_url;
pub mod stream_route;
pub mod version;
pub mod virtual_service;
pub mod writers;
pub mod yaml;

pub use names::{Key, ObjectRef, Origin, Selector};

use std::ops::Deref;

/// The version of what igwctl itself writes: reports, and the kinds of a bundle.
pub const API_VERSION: &str = "igwctl/v1";

/// An object and where it was seen.
#[derive(Clone, Debug)]
pub struct Seen<T> {
    /// Where it was read.
    pub origin: Origin,
    /// What was read of it.
    pub object: T,
}

impl<T> Deref for Seen<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.object
    }
}

/// What every kind of object has.
pub trait Object {
    /// `kind` as manifests spell it.
    const KIND: &'static str;
    /// `apiVersion` that is current for it (Istio 1.30, Kubernetes 1.34, cert-manager 1.21).
    const API_VERSION: &'static str;

    /// The object's metadata.
    fn metadata(&self) -> &kubernetes::Metadata;

    /// The same, for the reader to complete.
    fn metadata_mut(&mut self) -> &mut kubernetes::Metadata;

    /// Namespace and name.
    fn key(&self) -> Key {
        let metadata = self.metadata();
        Key { namespace: metadata.namespace.clone(), name: metadata.name.clone() }
    }
}

/// Declares `Object` for a type with a field `metadata`.
macro_rules! object {
    ($type:ty, $kind:literal, $api_version:literal) => {
        impl $crate::model::Object for $type {
            const KIND: &'static str = $kind;
            const API_VERSION: &'static str = $api_version;

            fn metadata(&self) -> &$crate::model::kubernetes::Metadata {
                &self.metadata
            }

            fn metadata_mut(&mut self) -> &mut $crate::model::kubernetes::Metadata {
                &mut self.metadata
            }
        }
    };
}
pub(crate) use object;

/// Reads `null` as the default, as the API server does for fields that are left out.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de> + Default,
{
    use serde::Deserialize as _;
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}
