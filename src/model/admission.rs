//! Who is asked before an object is stored (`admissionregistration.k8s.io/v1`, Kubernetes 1.34).

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::kubernetes::{LabelSelector, Metadata};
use super::{nullable, object};

/// Webhooks that may change what is to be stored.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct MutatingWebhookConfiguration {
    /// Metadata.
    pub metadata: Metadata,
    /// The webhooks, in the order in which they are called.
    #[serde(deserialize_with = "nullable")]
    pub webhooks: Vec<Webhook>,
}
object!(
    MutatingWebhookConfiguration,
    "MutatingWebhookConfiguration",
    "admissionregistration.k8s.io/v1"
);

/// One of `webhooks`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Webhook {
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Who answers.
    #[serde(deserialize_with = "nullable")]
    pub client_config: ClientConfig,
    /// What it is asked about: any of these.
    #[serde(deserialize_with = "nullable")]
    pub rules: Vec<WebhookRule>,
    /// `Fail` (also where nothing is said): without an answer the request is refused; `Ignore`.
    #[serde(deserialize_with = "nullable")]
    pub failure_policy: String,
    /// In namespaces with these labels.
    #[serde(deserialize_with = "nullable")]
    pub namespace_selector: LabelSelector,
    /// About objects with these labels.
    #[serde(deserialize_with = "nullable")]
    pub object_selector: LabelSelector,
    /// And where all of these expressions hold, which are not read.
    #[serde(deserialize_with = "nullable")]
    pub match_conditions: Vec<IgnoredCondition>,
}

/// One of `matchConditions`: that there is one is all that is known of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct IgnoredCondition;

impl<'de> Deserialize<'de> for IgnoredCondition {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// `clientConfig` of a webhook.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ClientConfig {
    /// A Service of the cluster; else the webhook is somewhere else.
    pub service: Option<ServiceReference>,
}

/// `clientConfig.service` of a webhook.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ServiceReference {
    /// The Service's namespace.
    #[serde(deserialize_with = "nullable")]
    pub namespace: String,
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
}

/// One of a webhook's `rules`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WebhookRule {
    /// `CREATE`, `UPDATE` …, or `*`.
    #[serde(deserialize_with = "nullable")]
    pub operations: Vec<String>,
    /// API groups, `""` for the core, or `*`.
    #[serde(deserialize_with = "nullable")]
    pub api_groups: Vec<String>,
    /// Versions, or `*`.
    #[serde(deserialize_with = "nullable")]
    pub api_versions: Vec<String>,
    /// Resources, with a slash before a subresource; `*` for either.
    #[serde(deserialize_with = "nullable")]
    pub resources: Vec<String>,
    /// `Namespaced`, `Cluster`, or `*` (also where nothing is said).
    #[serde(deserialize_with = "nullable")]
    pub scope: String,
}

impl WebhookRule {
    /// Whether it is about the creation of pods (apiserver 0.34,
    /// `pkg/admission/plugin/webhook/predicates/rules/rules.go`).
    pub fn is_about_new_pods(&self) -> bool {
        let has = |list: &[String], word: &str| list.iter().any(|it| it == "*" || it == word);
        let is_pods = |resource: &String| {
            let (resource, sub) = resource.split_once('/').unwrap_or((resource, ""));
            matches!(resource, "*" | "pods") && matches!(sub, "" | "*")
        };
        has(&self.operations, "CREATE")
            && has(&self.api_groups, "")
            && has(&self.api_versions, "v1")
            && matches!(&*self.scope, "" | "*" | "Namespaced")
            && self.resources.iter().any(is_pods)
    }
}

impl Webhook {
    /// Whether what it is asked about is refused where it does not answer.
    pub fn must_answer(&self) -> bool {
        self.failure_policy != "Ignore"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_about_new_pods_by_operation_group_version_and_resource() {
        let rule = |operation: &str, group: &str, version: &str, resource: &str| WebhookRule {
            operations: vec![operation.to_owned()],
            api_groups: vec![group.to_owned()],
            api_versions: vec![version.to_owned()],
            resources: vec![resource.to_owned()],
            scope: String::new(),
        };
        for resource in ["pods", "*", "*/*", "pods/*"] {
            assert!(rule("CREATE", "", "v1", resource).is_about_new_pods(), "{resource}");
        }
        assert!(rule("*", "*", "*", "*").is_about_new_pods());
        for resource in ["pods/exec", "*/exec", "services"] {
            assert!(!rule("CREATE", "", "v1", resource).is_about_new_pods(), "{resource}");
        }
        assert!(!rule("UPDATE", "", "v1", "pods").is_about_new_pods());
        assert!(!rule("CREATE", "apps", "v1", "pods").is_about_new_pods());
        assert!(!rule("CREATE", "", "v1beta1", "pods").is_about_new_pods());
        let cluster = WebhookRule { scope: "Cluster".into(), ..rule("*", "*", "*", "*") };
        assert!(!cluster.is_about_new_pods());
    }
}
