//! What every test stands on: the program run in a clean room, and the worlds it is shown.

mod diagnosis;
pub(crate) mod fixtures;
pub(crate) mod keys;
pub(crate) mod line;
pub(crate) mod name_server;
mod program;
pub(crate) mod terminal;
pub(crate) mod worlds;

pub(crate) use diagnosis::{Diagnosis, Evidence, Finding};
pub(crate) use program::{Igwctl, Ran, Scratch, diagnose, worldly};

use std::path::{Path, PathBuf};

use igwctl::ingest::{Complete, Input, Intake, Wishes};
use igwctl::world::{Kinds, World};

/// A place in the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The files of a folder and of those in it, sorted, whose names end so.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().unwrap().ends_with(ending) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The world of a text, for what is asked without the program.
pub(crate) fn read_world(text: &str) -> World {
    read(text, Complete::Nothing)
}

/// The same, of a text that shows all objects of the kinds that it shows.
pub(crate) fn read_whole_world(text: &str) -> World {
    read(text, Complete::Shown)
}

fn read(text: &str, complete: Complete) -> World {
    let mut intake = Intake::new(Wishes {
        reads: Kinds::EVERY,
        keeps_raw: false,
        namespace: None,
        complete,
        assumed: Vec::new(),
        now: None,
        clock: "2026-11-24T09:00:00Z".parse().unwrap(),
    });
    let reader = Box::new(text.as_bytes());
    let input = Input { name: "world.yaml", reader, namespace: None, is_named: true };
    intake.read(input).unwrap_or_else(|error| panic!("{error:?}"));
    let (world, notices) = intake.finish();
    assert!(notices.is_empty(), "{notices:?}");
    world
}
