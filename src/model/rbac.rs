//! Roles and their bindings (`rbac.authorization.k8s.io/v1`).

use serde::Deserialize;

use super::kubernetes::Metadata;
use super::{nullable, object};

macro_rules! roles {
    ($($type:ident $kind:literal $doc:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(default)]
        pub struct $type {
            /// Metadata.
            pub metadata: Metadata,
            /// What is allowed.
            #[serde(deserialize_with = "nullable")]
            pub rules: Vec<Rule>,
        }
        object!($type, $kind, "rbac.authorization.k8s.io/v1");
    )*};
}
roles! {
    Role "Role" "Rights in its namespace.";
    ClusterRole "ClusterRole" "Rights to be bound anywhere.";
}

macro_rules! bindings {
    ($($type:ident $kind:literal $doc:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub struct $type {
            /// Metadata.
            pub metadata: Metadata,
            /// Who gets the rights.
            #[serde(deserialize_with = "nullable")]
            pub subjects: Vec<Subject>,
            /// The rights.
            #[serde(deserialize_with = "nullable")]
            pub role_ref: RoleRef,
        }
        object!($type, $kind, "rbac.authorization.k8s.io/v1");
    )*};
}
bindings! {
    RoleBinding "RoleBinding" "Gives rights in its namespace.";
    ClusterRoleBinding "ClusterRoleBinding" "Gives rights in all namespaces.";
}

/// One of a role's rules.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Rule {
    /// API groups, `""` for the core.
    #[serde(deserialize_with = "nullable")]
    pub api_groups: Vec<String>,
    /// Resources.
    #[serde(deserialize_with = "nullable")]
    pub resources: Vec<String>,
    /// Only objects of these names, if any.
    #[serde(deserialize_with = "nullable")]
    pub resource_names: Vec<String>,
    /// Verbs.
    #[serde(deserialize_with = "nullable")]
    pub verbs: Vec<String>,
}

impl Rule {
    /// Whether the rule is about listing secrets, whatever names it is narrowed to.
    pub fn is_about_listing_secrets(&self) -> bool {
        let has = |list: &[String], word: &str| list.iter().any(|it| it == "*" || it == word);
        has(&self.api_groups, "") && has(&self.resources, "secrets") && has(&self.verbs, "list")
    }

    /// Whether the rule allows to list all secrets. One that is narrowed by `resourceNames` does
    /// not: istiod asks for the list as a whole (Istio 1.9 and later).
    pub fn allows_listing_secrets(&self) -> bool {
        self.is_about_listing_secrets() && self.resource_names.is_empty()
    }
}

/// Who gets the rights of a binding.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Subject {
    /// `ServiceAccount`, `User` or `Group`.
    #[serde(deserialize_with = "nullable")]
    pub kind: String,
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// A service account's namespace.
    #[serde(deserialize_with = "nullable")]
    pub namespace: String,
}

impl Subject {
    /// Whether it means that service account, by name, as a user or by one of the groups that
    /// the API server puts every service account in (Kubernetes 1.34).
    pub fn means(&self, namespace: &str, service_account: &str) -> bool {
        match &*self.kind {
            "ServiceAccount" => self.namespace == namespace && self.name == service_account,
            "User" => self.name == format!("system:serviceaccount:{namespace}:{service_account}"),
            "Group" => {
                matches!(&*self.name, "system:serviceaccounts" | "system:authenticated")
                    || self.name == format!("system:serviceaccounts:{namespace}")
            }
            _ => false,
        }
    }
}

/// The role of a binding.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RoleRef {
    /// `Role` or `ClusterRole`.
    #[serde(deserialize_with = "nullable")]
    pub kind: String,
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
}
