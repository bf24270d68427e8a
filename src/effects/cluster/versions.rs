//! What runs in the cluster, in which version.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::logs;
use super::request::{Failure, Requests};
use crate::error::Result;

/// The versions of what runs in the cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Versions {
    /// Kubernetes.
    pub kubernetes: String,
    /// istiod, by the images of its pods.
    pub istiod: BTreeSet<String>,
    /// The gateways' proxies, by the images of their pods.
    pub proxies: BTreeSet<String>,
    /// What could not be seen, so that an empty set does not mean that nothing runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
}

/// Asks for the versions.
pub(super) async fn versions(requests: &Requests) -> Result<Versions> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Version {
        git_version: String,
    }
    let failed = |failure: Failure| failure.into_error(&requests.server);
    let version = requests.get("/version", "application/json").await.map_err(failed)?;
    let served = requests.served().await.map_err(failed)?;
    let kubernetes = serde_json::from_str::<Version>(&version).map(|it| it.git_version);
    let istiod = logs::istiod(requests, &served).await;
    // Gateways carry the label `istio`, by charts and by habit (Istio 1.1 to 1.30).
    let pods = requests.list("/api/v1/pods?labelSelector=istio", "application/json").await;
    let mut notices = Vec::new();
    if let Some(reason) = &istiod.unknown {
        notices.push(format!("istiod's version is not known: {reason}"));
    }
    if let Err(failure) = &pods {
        let reason = match failure {
            Failure::Forbidden => "may not list pods",
            _ => "could not list pods",
        };
        notices.push(format!("the gateways' versions are not known: {reason}"));
    }
    let pods = pods.unwrap_or_default();
    let proxies = pods.iter().flat_map(|page| logs::images(page, "istio-proxy"));
    Ok(Versions {
        kubernetes: kubernetes.unwrap_or_default(),
        istiod: istiod.versions(),
        proxies: proxies.filter_map(|image| logs::version(&image)).collect(),
        notices,
    })
}
