//! What the tool writes of itself is what the repository keeps; `IGWCTL_BLESS=1` writes it anew.

use crate::support::{files, repository};

#[test]
fn the_repository_keeps_what_the_tool_writes() {
    let is_to_write = std::env::var_os("IGWCTL_BLESS").is_some_and(|it| it == "1");
    for (path, contents) in igwctl::commands::generated() {
        let file = repository(&path);
        if is_to_write {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, &contents).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(kept == contents, "{path} is not what the tool writes: run with IGWCTL_BLESS=1");
    }
}

#[test]
fn nothing_stands_beside_it_that_the_tool_no_longer_writes() {
    let written: Vec<_> =
        igwctl::commands::generated().into_iter().map(|(path, _)| repository(&path)).collect();
    for folder in ["man", "docs/roles", "docs/schema"] {
        for file in files(&repository(folder), "") {
            assert!(written.contains(&file), "{} is written by nobody", file.display());
        }
    }
}
