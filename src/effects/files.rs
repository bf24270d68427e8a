//! Files, directories and standard input, read; and files written, whole or not at all.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "files are touched here")]

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ingest::{Input, Intake, Unread, kustomization_namespace};
use crate::model::nearest::nearest;

/// The names under which kustomize looks for a kustomization.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Reads what the user named: a file, a directory with all that is in it, or `-`.
///
/// # Errors
/// Unparsed (65) where there is no such file, it may not be read, or nothing that it holds can be:
/// neither objects nor a log, or gzip that is damaged.
pub fn read(path: &str, intake: &mut Intake) -> Result<()> {
    if path == "-" {
        let reader = Box::new(io::stdin());
        return take(Input { name: "-", reader, namespace: None, is_named: true }, intake);
    }
    let metadata = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if metadata.is_dir() {
        return directory(Path::new(path), intake);
    }
    let parent = Path::new(path).parent().unwrap_or(Path::new(""));
    let namespace = kustomization(parent);
    file(path, namespace.as_deref(), true, intake)
}

fn directory(directory: &Path, intake: &mut Intake) -> Result<()> {
    let shown = directory.display().to_string();
    let entries = fs::read_dir(directory).map_err(|error| unreadable(&shown, &error))?;
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    let namespace = kustomization(directory);
    for path in entries {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // `.git` and the like; a link to a directory could lead round in a ring.
        if name.starts_with('.') || KUSTOMIZATIONS.contains(&name) {
            continue;
        }
        let Ok(kind) = fs::symlink_metadata(&path) else { continue };
        if kind.is_dir() {
            self::directory(&path, intake)?;
        } else if fs::metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
            file(&path.display().to_string(), namespace.as_deref(), false, intake)?;
        }
    }
    Ok(())
}

fn kustomization(directory: &Path) -> Option<String> {
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    KUSTOMIZATIONS
        .iter()
        .find_map(|name| fs::read_to_string(directory.join(name)).ok())
        .and_then(|text| kustomization_namespace(&text))
}

fn file(path: &str, namespace: Option<&str>, is_named: bool, intake: &mut Intake) -> Result<()> {
    let reader = File::open(path).map_err(|error| unreadable(path, &error))?;
    take(Input { name: path, reader: Box::new(reader), namespace, is_named }, intake)
}

fn take(input: Input<'_>, intake: &mut Intake) -> Result<()> {
    let name = input.name.to_owned();
    intake.read(input).map_err(|unread| match unread {
        Unread::Io(error) => unreadable(&name, &error),
        Unread::Unknown(reason) => Error::new(Exit::Unparsed, format!("{name}: {reason}")),
    })
}

fn unreadable(path: &str, error: &io::Error) -> Error {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => error.to_string(),
    };
    let unread = Error::new(Exit::Unparsed, format!("{path}: {reason}"));
    if error.kind() != io::ErrorKind::NotFound {
        return unread;
    }
    match beside(Path::new(path)) {
        Some(near) => unread.hint(format!("the nearest name is {near}")),
        None => unread.hint("a path is one from the current folder; - is standard input"),
    }
}

/// The file or folder beside a path whose name is nearest to its own.
fn beside(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let entries = fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?.flatten();
    let names: Vec<String> =
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let near = nearest(path.file_name()?.to_str()?, names.iter().map(String::as_str))?;
    Some(path.with_file_name(near).display().to_string())
}

/// The bytes of a file.
///
/// # Errors
/// Unparsed (65) where there is no such file, or it may not be read.
pub fn bytes(path: &str) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| unreadable(path, &error))
}

/// The text of a file, or of standard input for `-`.
///
/// # Errors
/// Unparsed (65) where there is no such file, it may not be read, or it is not UTF-8.
pub fn text(path: &str) -> Result<String> {
    let text = if path == "-" { io::read_to_string(io::stdin()) } else { fs::read_to_string(path) };
    text.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => {
            Error::new(Exit::Unparsed, format!("{path}: it is not a text of UTF-8"))
        }
        _ => unreadable(path, &error),
    })
}

/// Writes a file whole: beside its place first, then moved there, so that a run cut off leaves
/// either the old file or the new one. Only the owner may read it. What is there and is no file, as a
/// pipe or a device, is written to; a link stays, and what it leads to is written.
///
/// # Errors
/// Failed (3) where what is there cannot be written to, or no file can be made beside its place,
/// filled and moved there.
pub fn write(path: &str, contents: &[u8]) -> Result<()> {
    let failed = |error: io::Error| Error::new(Exit::Failed, format!("{path}: {error}"));
    let there = fs::canonicalize(path);
    if there.as_ref().is_ok_and(|it| !it.is_file()) {
        let mut open = fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
        return open.write_all(contents).map_err(failed);
    }
    let target = there.unwrap_or_else(|_| PathBuf::from(path));
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(directory).map_err(failed)?;
    file.write_all(contents).map_err(failed)?;
    file.persist(&target).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Writes a file that is not there yet, and leaves one that is. Only the owner may read it.
///
/// # Errors
/// Failed (3) where the system does not let a file be made in that directory, or be filled.
pub fn write_new(path: &Path, contents: &[u8]) -> Result<()> {
    let failed =
        |error: &io::Error| Error::new(Exit::Failed, format!("{}: {error}", path.display()));
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(directory).map_err(|error| failed(&error))?;
    file.write_all(contents).map_err(|error| failed(&error))?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => {
            Err(failed(&error.error))
        }
        _ => Ok(()),
    }
}

/// Reads a file that holds a key; `None` if there is none.
///
/// # Errors
/// Unparsed (65) where it cannot be read; failed (3) where others may read it too.
pub fn private(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let shown = path.display().to_string();
    let contents = match fs::read(path) {
        Ok(contents) => Zeroizing::new(contents),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(&shown, &error)),
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = fs::metadata(path).map_err(|error| unreadable(&shown, &error))?;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(Error::new(Exit::Failed, format!("{shown}: others may read it"))
                .hint(format!("chmod 600 {shown}, if nobody has")));
        }
    }
    Ok(Some(contents))
}

/// Makes a directory, and those above it, into which only the owner may look.
///
/// # Errors
/// Failed (3) where the system does not let it be made, as where a file has its name.
pub fn create_private_directory(path: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    let failed = |error| Error::new(Exit::Failed, format!("{}: {error}", path.display()));
    builder.create(path).map_err(failed)
}
