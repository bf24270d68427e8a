//! Which version of which kind the cluster serves.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::request::{Failure, Requests};
use crate::world::Kind;

/// Asks for groups, versions and resources in one answer (aggregated discovery, Kubernetes 1.26
/// and later); older servers answer with groups and versions alone.
const DISCOVERY: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
     application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// What is served: by group and plural, the version to ask for.
#[derive(Debug, Default)]
pub(super) struct Served {
    resources: BTreeMap<(String, String), String>,
    /// Groups whose resources are not told, with the versions served.
    groups: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Discovery {
    #[serde(default)]
    items: Vec<Group>,
    #[serde(default)]
    groups: Vec<OldGroup>,
}

#[derive(Deserialize)]
struct Group {
    metadata: Name,
    #[serde(default)]
    versions: Vec<GroupVersion>,
}

#[derive(Deserialize)]
struct Name {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct GroupVersion {
    version: String,
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    resource: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OldGroup {
    name: String,
    preferred_version: Option<Preferred>,
}

#[derive(Deserialize)]
struct Preferred {
    version: String,
}

impl Served {
    /// Asks the cluster.
    pub(super) async fn ask(requests: &Requests) -> Result<Self, Failure> {
        let answer = match requests.get("/apis", DISCOVERY).await {
            // A user who may not even look around may still know what is usual.
            Err(Failure::Forbidden) => return Ok(Self::usual()),
            answer => answer?,
        };
        let discovery: Discovery = serde_json::from_str(&answer)
            .map_err(|_| Failure::Other("its answer is not that of a Kubernetes API".to_owned()))?;
        let mut served = Self::default();
        for group in discovery.items {
            // Versions come in the server's order of preference.
            for version in group.versions {
                for resource in version.resources {
                    let key = (group.metadata.name.clone(), resource.resource);
                    served.resources.entry(key).or_insert_with(|| version.version.clone());
                }
            }
        }
        for group in discovery.groups {
            if let Some(preferred) = group.preferred_version {
                served.groups.insert(group.name, preferred.version);
            }
        }
        Ok(served)
    }

    fn usual() -> Self {
        let version = |kind: Kind| if kind == Kind::ReferenceGrants { "v1beta1" } else { "v1" };
        let all = Kind::ALL.iter().filter(|kind| !kind.group().is_empty());
        let groups = all.map(|kind| (kind.group().to_owned(), version(*kind).to_owned()));
        Self { resources: BTreeMap::new(), groups: groups.collect() }
    }

    /// The version of a kind; `None` where the cluster does not serve it.
    pub(super) fn version(&self, kind: Kind) -> Option<String> {
        if kind.group().is_empty() {
            return Some("v1".to_owned());
        }
        let key = (kind.group().to_owned(), kind.plural().to_owned());
        self.resources.get(&key).or_else(|| self.groups.get(kind.group())).cloned()
    }

    /// The path of a kind, in a namespace or in all; `None` where the cluster does not serve it.
    pub(super) fn path(&self, kind: Kind, namespace: Option<&str>) -> Option<String> {
        let plural = kind.plural();
        let root = if kind.group().is_empty() {
            "/api/v1".to_owned()
        } else {
            let key = (kind.group().to_owned(), plural.to_owned());
            let version = self.resources.get(&key).or_else(|| self.groups.get(kind.group()))?;
            format!("/apis/{}/{version}", kind.group())
        };
        Some(match namespace {
            Some(namespace) => format!("{root}/namespaces/{namespace}/{plural}"),
            None => format!("{root}/{plural}"),
        })
    }
}
