//! A folder of manifests, written whole or not at all.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "files are touched here")]

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::exit::Exit;

/// A file of the folder.
#[derive(Clone)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub contents: String,
    /// Whether only the owner may read it.
    pub is_private: bool,
}

/// The file that lists the others.
const LIST: &str = "kustomization.yaml";

/// Its first line, by which a folder is known to be igwctl's.
const MARK: &str = "# written by igwctl render\n";

/// Writes the parts, and a kustomization that lists them in their order.
///
/// All of it is written beside its place, then moved there: a run cut off leaves what was there. A
/// folder that igwctl wrote is replaced; it stands aside for the moment between two moves.
///
/// # Errors
/// Failed (3) where the folder holds anything that igwctl did not write, or the system does not let
/// it be made or moved.
pub fn write(path: &str, parts: &[Part]) -> Result<()> {
    let failed = |error: io::Error| Error::new(Exit::Failed, format!("{path}: {error}"));
    let (target, stands) = match fs::canonicalize(path) {
        Ok(target) => (target, true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (PathBuf::from(path), false),
        Err(error) => return Err(failed(error)),
    };
    if stands {
        check(path, &target)?;
    }
    let above = match target.parent() {
        Some(above) if !above.as_os_str().is_empty() => above,
        _ => Path::new("."),
    };
    fs::create_dir_all(above).map_err(failed)?;
    // Nobody else looks into it, and it is gone at the end, with what it holds.
    let aside = tempfile::Builder::new().prefix(".igwctl-").tempdir_in(above).map_err(failed)?;
    let new = aside.path().join("new");
    fs::create_dir(&new).map_err(failed)?;
    for part in parts {
        create(&new.join(&part.name), &part.contents, part.is_private).map_err(failed)?;
    }
    create(&new.join(LIST), &list(parts), false).map_err(failed)?;
    let old = aside.path().join("old");
    if stands {
        fs::rename(&target, &old).map_err(failed)?;
    }
    fs::rename(&new, &target).map_err(|error| {
        // What stood there comes back.
        if stands {
            drop(fs::rename(&old, &target));
        }
        failed(error)
    })
}

fn list(parts: &[Part]) -> String {
    let mut text = MARK.to_owned();
    text += "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n";
    for Part { name, .. } in parts {
        text += &format!("- {name}\n");
    }
    text
}

/// Readable to the owner alone from the first moment, if it is private.
fn create(path: &Path, contents: &str, is_private: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_private {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _: bool = is_private;
    let mut file = options.open(path)?;
    file.write_all(contents.as_bytes())?;
    file.sync_all()
}

/// Whether a folder is empty, or holds only what igwctl wrote into it.
fn check(shown: &str, folder: &Path) -> Result<()> {
    let refuse = |what: &str| {
        Err(Error::new(Exit::Failed, format!("{shown}: {what}"))
            .hint("name a folder that is not there yet, is empty, or was written by igwctl render"))
    };
    let Ok(entries) = fs::read_dir(folder) else { return refuse("it is not a folder") };
    let list = fs::read_to_string(folder.join(LIST)).unwrap_or_default();
    let listed: Vec<&str> = match list.strip_prefix(MARK) {
        Some(list) => list.lines().filter_map(|line| line.strip_prefix("- ")).collect(),
        None => Vec::new(),
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_list = name == LIST && list.starts_with(MARK);
        if !is_list && !listed.contains(&&*name) {
            return refuse(&format!("it holds {name}, which igwctl did not write"));
        }
    }
    Ok(())
}
