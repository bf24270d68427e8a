//! Names alone, of objects and of the kubeconfig's entries: for whoever types one.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde::Deserialize;

use super::request::{METADATA, escape};
use super::served::Served;
use super::{Access, Cluster, kubeconfig};
use crate::error::Result;
use crate::model::Key;
use crate::world::Kind;

/// The types of secrets that hold no certificate: of clusters, most secrets are of these (Kubernetes
/// 1.34, `pkg/apis/core/types.go`; Helm 3, `pkg/storage/driver/secrets.go`).
const NO_CERTIFICATE: &str = "type!=kubernetes.io/service-account-token,type!=helm.sh/release.v1,\
     type!=kubernetes.io/dockerconfigjson,type!=kubernetes.io/dockercfg,\
     type!=bootstrap.kubernetes.io/token";

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    #[serde(default)]
    namespace: String,
}

impl Cluster {
    /// The names of a kind's objects, in a namespace or in all; of Secrets those that may hold a
    /// certificate.
    ///
    /// # Errors
    /// Forbidden (5) where the kind may not be listed; failed (3) where the API server is not
    /// reached, refuses the credentials, or cannot list it. A kind that the cluster does not serve
    /// has no objects.
    pub fn names(&mut self, kind: Kind, namespace: Option<&str>) -> Result<Vec<Key>> {
        let requests = &self.requests;
        let asked = async {
            // The version of the core group needs no asking.
            let served = match kind.group() {
                "" => Rc::<Served>::default(),
                _ => requests.served().await?,
            };
            let Some(mut path) = served.path(kind, namespace) else { return Ok(Vec::new()) };
            if kind == Kind::Secrets {
                path += &format!("?fieldSelector={}", escape(NO_CERTIFICATE));
            }
            requests.list(&path, METADATA).await
        };
        let pages = self.runtime.block_on(asked);
        let pages = pages.map_err(|failure| failure.into_error(&self.requests.server))?;
        let lists = pages.iter().filter_map(|page| serde_json::from_str::<List>(page).ok());
        let items = lists.flat_map(|list| list.items);
        Ok(items.map(|it| Key::new(it.metadata.namespace, it.metadata.name)).collect())
    }
}

/// What the kubeconfig has, by name, each with what it is.
#[derive(Debug, Default)]
pub struct Entries {
    /// The contexts.
    pub contexts: Vec<(String, String)>,
    /// The clusters.
    pub clusters: Vec<(String, String)>,
    /// The users.
    pub users: Vec<(String, String)>,
    /// The namespaces of the contexts.
    pub namespaces: BTreeSet<String>,
}

/// What the kubeconfig has.
///
/// # Errors
/// Failed (3) where a kubeconfig cannot be read, or `--kubeconfig` names one that is not there.
pub fn entries(access: &Access) -> Result<Entries> {
    let mut entries = Entries::default();
    let Some(kubeconfig) = kubeconfig::load(access)? else { return Ok(entries) };
    for named in kubeconfig.contexts {
        let Some(context) = named.context else { continue };
        let user = context.user.map_or_else(String::new, |user| format!("{user} at "));
        entries.contexts.push((named.name, format!("{user}{}", context.cluster)));
        entries.namespaces.extend(context.namespace);
    }
    for named in kubeconfig.clusters {
        let server = named.cluster.and_then(|it| it.server).unwrap_or_default();
        entries.clusters.push((named.name, server));
    }
    entries.users.extend(kubeconfig.auth_infos.into_iter().map(|it| (it.name, String::new())));
    Ok(entries)
}
