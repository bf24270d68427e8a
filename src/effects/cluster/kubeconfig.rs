//! Which kubeconfig, by kubectl's rules.
#![expect(clippy::disallowed_methods, reason = "the environment and the kubeconfig are read here")]

use std::path::{Path, PathBuf};

use kube::config::Kubeconfig;

use super::Access;
use crate::error::{Error, Result};
use crate::exit::Exit;

/// The merged kubeconfig; `None` where there is none, so that a pod's own account is left.
///
/// As client-go's loading rules have it (Kubernetes 1.34): `--kubeconfig` alone, and it must be
/// there; else the files of `KUBECONFIG`, missing ones skipped, the first that sets a thing wins;
/// else the default file. (kube's own loader fails on a missing file of the list.)
pub(super) fn load(access: &Access) -> Result<Option<Kubeconfig>> {
    if let Some(path) = &access.kubeconfig {
        if !Path::new(path).exists() {
            return Err(Error::new(Exit::Failed, format!("{path}: there is no such kubeconfig")));
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
        let reason = match error {
            kube::config::KubeconfigError::ReadConfig(error, _) => error.to_string(),
            _ => "it is not a kubeconfig that can be read".to_owned(),
        };
        Error::new(Exit::Failed, format!("{}: {reason}", path.display()))
    })
}
