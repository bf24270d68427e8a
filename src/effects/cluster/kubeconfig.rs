//! Which kubeconfig, by kubectl's rules.
#![expect(clippy::disallowed_methods, reason = "the environment and the kubeconfig are read here")]

use std::path::{Path, PathBuf};

use kube::config::{AuthInfo, Cluster, Context, ExecAuthCluster, ExecInteractiveMode, Kubeconfig};

use super::Access;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::nearest::nearest;

/// The merged kubeconfig; `None` where there is none, so that a pod's own account is left.
///
/// As client-go's loading rules have it (Kubernetes 1.34): `--kubeconfig` alone, and it must be
/// there; else the files of `KUBECONFIG`, missing ones skipped, the first that sets a thing wins;
/// else the default file. (kube's own loader fails on a missing file of the list.)
pub(super) fn load(access: &Access) -> Result<Option<Kubeconfig>> {
    if let Some(path) = &access.kubeconfig {
        if !Path::new(path).exists() {
            return Err(Error::new(Exit::Failed, format!("{path}: there is no such kubeconfig"))
                .hint("without --kubeconfig, KUBECONFIG names it, or it is ~/.kube/config"));
        }
        return read(Path::new(path)).map(Some);
    }
    let mut merged: Option<Kubeconfig> = None;
    for path in files() {
        if !path.is_file() {
            continue;
        }
        let next = read(&path)?;
        merged = Some(match merged {
            None => next,
            Some(first) => first.merge(next).map_err(|error| {
                Error::new(Exit::Failed, format!("{}: {error}", path.display()))
            })?,
        });
    }
    Ok(merged)
}

/// What a context comes to.
pub(super) struct Chosen {
    pub(super) name: String,
    pub(super) context: Context,
    pub(super) cluster: Cluster,
    pub(super) user: AuthInfo,
}

/// The context, with its cluster and user, each replaced where a flag says so. A user that is not
/// there is nobody in particular, as in client-go. The error is a clause.
pub(super) fn choose(
    kubeconfig: Kubeconfig,
    access: &Access,
) -> std::result::Result<Chosen, String> {
    let name = access.context.clone().or(kubeconfig.current_context);
    let name = name.filter(|name| !name.is_empty()).ok_or("it has no current-context")?;
    let names: Vec<String> = kubeconfig.contexts.iter().map(|it| it.name.clone()).collect();
    let mut contexts = kubeconfig.contexts.into_iter();
    let context = contexts
        .find(|it| it.name == name)
        .and_then(|it| it.context)
        .ok_or_else(|| format!("there is no context {name} in it{}", near(&name, &names)))?;
    let cluster = access.cluster.as_ref().unwrap_or(&context.cluster);
    let names: Vec<String> = kubeconfig.clusters.iter().map(|it| it.name.clone()).collect();
    let mut clusters = kubeconfig.clusters.into_iter();
    let cluster = clusters
        .find(|it| it.name == *cluster)
        .and_then(|it| it.cluster)
        .ok_or_else(|| format!("there is no cluster {cluster} in it{}", near(cluster, &names)))?;
    let user = access.user.as_ref().or(context.user.as_ref());
    let mut users = kubeconfig.auth_infos.into_iter();
    let user = users.find(|it| Some(&it.name) == user).and_then(|it| it.auth_info);
    let mut user = user.unwrap_or_default();
    if let Some(program) = &mut user.exec {
        if program.provide_cluster_info {
            program.cluster = Some(whole(&cluster)?);
        }
        if access.asks_nobody {
            program.interactive_mode = Some(ExecInteractiveMode::Never);
        }
    }
    Ok(Chosen { name, context, cluster, user })
}

/// What it is called that was meant, as the end of a clause.
fn near(written: &str, names: &[String]) -> String {
    let near = nearest(written, names.iter().map(|it| &**it));
    near.map_or_else(String::new, |near| format!("; the nearest name is {near}"))
}

/// The cluster with its certificate authority's bytes, from wherever the kubeconfig has them.
pub(super) fn whole(cluster: &Cluster) -> std::result::Result<ExecAuthCluster, String> {
    ExecAuthCluster::try_from(cluster).map_err(|error| error.to_string())
}

/// Whether there is one, or a pod's own account.
pub(super) fn is_there(access: &Access) -> bool {
    access.kubeconfig.is_some()
        || files().iter().any(|path| path.is_file())
        || std::env::var_os("KUBERNETES_SERVICE_HOST").is_some()
}

fn files() -> Vec<PathBuf> {
    if let Some(list) = std::env::var_os("KUBECONFIG").filter(|list| !list.is_empty()) {
        return std::env::split_paths(&list).filter(|it| !it.as_os_str().is_empty()).collect();
    }
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    home.map(|home| PathBuf::from(home).join(".kube").join("config")).into_iter().collect()
}

/// A parser's words may quote the file, and with it a token: they are not passed on.
fn read(path: &Path) -> Result<Kubeconfig> {
    Kubeconfig::read_from(path).map_err(|error| {
        let (reason, next) = match error {
            kube::config::KubeconfigError::ReadConfig(error, _) => {
                (error.to_string(), "--kubeconfig or KUBECONFIG names another")
            }
            _ => (
                "it is not a kubeconfig that can be read".to_owned(),
                "kubectl config view says what is wrong with it",
            ),
        };
        Error::new(Exit::Failed, format!("{}: {reason}", path.display())).hint(next)
    })
}
