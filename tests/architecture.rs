//! Floors, homes of crates, forgotten files: what holds the house together and no compiler checks.

use std::path::{Path, PathBuf};

use crate::support::fixtures;
use crate::support::{files, repository};

/// The rooms of `src/`, from the ground up. A room knows those below it, and none beside it.
const FLOORS: &[&[&str]] = &[
    &["exit", "model"],
    &["error", "logs", "validation"],
    &["world"],
    &["report"],
    &["bootstrap", "change", "diagnose", "discover", "ingest", "probe", "render"],
    &["output"],
    &["effects"],
    &["session"],
    &["commands"],
];

/// Where each crate is at home: elsewhere nobody knows it, so that it can be changed in one place.
const HOMES: &[(&str, &[&str])] = &[
    ("aho_corasick", &["logs/"]),
    ("anstyle", &["output/style.rs"]),
    ("base64", &["ingest/secret.rs", "render/secret.rs"]),
    ("clap", &["commands/"]),
    ("clap_mangen", &["commands/man/"]),
    ("comfy_table", &["output/table.rs"]),
    ("ctrlc", &["effects/prompt.rs"]),
    ("dialoguer", &["effects/prompt.rs"]),
    ("flate2", &["ingest/gzip.rs"]),
    ("futures_util", &["effects/cluster/", "effects/dns.rs"]),
    ("hickory_resolver", &["effects/dns.rs"]),
    ("http", &["effects/cluster/", "effects/dial/exchange.rs"]),
    ("http_body_util", &["effects/dial/exchange.rs"]),
    ("hyper", &["effects/dial/exchange.rs"]),
    ("hyper_util", &["effects/cluster/direct.rs", "effects/dial/exchange.rs"]),
    ("indicatif", &["effects/terminal.rs"]),
    ("kube", &["effects/cluster/"]),
    ("pkcs1", &["ingest/certificate.rs"]),
    ("pkcs8", &["ingest/certificate.rs"]),
    ("rayon", &["diagnose/", "ingest/"]),
    // Where a Secret is read, tests make one.
    ("rcgen", &["effects/keys.rs", "ingest/secret.rs"]),
    ("regex", &["world/routing/patterns.rs"]),
    ("rustls", &["effects/dial/"]),
    ("rustls_native_certs", &["effects/dial/identity.rs"]),
    ("rustls_pki_types", &["effects/cluster/connect.rs", "ingest/certificate.rs"]),
    ("schemars", &["model/", "render/", "report/", "world/"]),
    ("sec1", &["ingest/certificate.rs"]),
    ("secrecy", &["effects/cluster/connect.rs"]),
    ("serde_path_to_error", &["model/yaml.rs"]),
    ("serde_yaml", &["model/yaml.rs"]),
    ("similar", &["change/difference.rs"]),
    ("strsim", &["model/nearest.rs"]),
    ("tempfile", &["effects/compare.rs", "effects/files.rs", "effects/folder.rs"]),
    ("terminal_size", &["effects/terminal.rs"]),
    ("textwrap", &["output/"]),
    ("thiserror", &["error.rs"]),
    ("tokio", &["effects/cluster/", "effects/dial/", "effects/dns.rs"]),
    ("tokio_rustls", &["effects/dial/tls.rs"]),
    ("tower", &["effects/cluster/direct.rs"]),
    ("tower_http", &["effects/cluster/direct.rs"]),
    ("url", &["probe/target.rs"]),
    ("x509_parser", &["ingest/certificate.rs"]),
    (
        "zeroize",
        &[
            "effects/dial/identity.rs",
            "effects/files.rs",
            "effects/keys.rs",
            "ingest/secret.rs",
            "render/pair.rs",
        ],
    ),
];

/// The crates that are spoken everywhere.
const EVERYWHERE: &[&str] = &["jiff", "memchr", "serde", "serde_json"];

/// A crate that is there only to choose the API version of another one.
const UNSPOKEN: &[&str] = &["k8s_openapi"];

/// Where code waits for more than one thing at a time, behind plain functions.
const ASYNC: &[&str] = &["effects/cluster/", "effects/dial/", "effects/dns.rs"];

/// A source file, as its path under `src/` and its code without comments.
struct Source {
    path: String,
    text: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = repository("src");
    let read = |file: PathBuf| {
        let text = std::fs::read_to_string(&file).unwrap();
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        let code = text.lines().filter(is_code).collect::<Vec<_>>().join("\n");
        let path = file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        Source { path, text, code }
    };
    files(&root, ".rs").into_iter().map(read).collect()
}

/// The room of a file: `world` of `world/mod.rs`, `session` of `session.rs`.
fn room(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The words that follow `before` in a text.
fn words_after<'t>(text: &'t str, before: &str) -> impl Iterator<Item = &'t str> {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.split(before).skip(1).map(move |rest| rest.split(|it| !is_word(it)).next().unwrap())
}

#[test]
fn rooms_know_only_those_below_them() {
    let mut arrows = Vec::new();
    for Source { path, code, .. } in sources() {
        let room = room(&path);
        if matches!(room, "main" | "lib") {
            continue;
        }
        let own = floor(room).unwrap_or_else(|| panic!("{path} stands on no floor"));
        // The way round: out of one's own room by way of the root.
        let depth = path.trim_end_matches("/mod.rs").split('/').count();
        assert!(!code.contains(&"super::".repeat(depth)) || depth == 1, "{path} climbs out");
        for other in words_after(&code, "crate::") {
            let Some(theirs) = floor(other) else { continue };
            if other != room && theirs >= own {
                arrows.push(format!("{path} (floor {own}) uses {other} (floor {theirs})"));
            }
        }
    }
    assert!(arrows.is_empty(), "{arrows:#?}");
}

#[test]
fn no_room_is_listed_that_is_not_there() {
    let sources = sources();
    for listed in FLOORS.iter().copied().flatten() {
        assert!(sources.iter().any(|it| room(&it.path) == *listed), "{listed}");
    }
}

#[test]
fn every_crate_has_one_home() {
    let sources = sources();
    for (name, homes) in HOMES {
        let using: Vec<&str> =
            sources.iter().filter(|it| uses(&it.code, name)).map(|it| &*it.path).collect();
        let strays: Vec<&&str> =
            using.iter().filter(|path| !homes.iter().any(|home| path.starts_with(home))).collect();
        assert!(strays.is_empty(), "{name} is at home in {homes:?}, and used in {strays:?}");
        for home in *homes {
            let is_used = using.iter().any(|path| path.starts_with(home));
            assert!(is_used, "{name} is not used in {home}");
        }
    }
}

/// Whether a file names a crate, as `name::` with nothing of a longer path before it.
fn uses(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = code[..at].chars().next_back().unwrap_or(' ');
        !before.is_ascii_alphanumeric() && before != '_' && before != ':'
    })
}

#[test]
fn every_dependency_is_at_home_somewhere() {
    let manifest = std::fs::read_to_string(repository("Cargo.toml")).unwrap();
    let (_, rest) = manifest.split_once("\n[dependencies]\n").unwrap();
    let (dependencies, _) = rest.split_once("\n[").unwrap();
    let lines = dependencies.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    for line in lines {
        let name = line.split_once(" = ").unwrap().0.replace('-', "_");
        let is_known = HOMES.iter().any(|(it, _)| *it == name) || EVERYWHERE.contains(&&*name);
        let is_known = is_known || UNSPOKEN.contains(&&*name);
        assert!(is_known, "{name} has no home");
    }
}

#[test]
fn effects_stay_in_their_room() {
    for Source { path, code, .. } in sources() {
        let is_at_home = room(&path) == "effects";
        assert!(is_at_home || !code.contains("clippy::disallowed"), "{path} lets an effect in");
        let is_async = ASYNC.iter().any(|home| path.starts_with(home));
        assert!(is_async || !code.contains("async "), "{path} has async code");
        assert!(!code.contains("#[allow("), "{path}: expect with a reason, not allow");
    }
}

#[test]
fn every_file_says_what_it_answers_and_is_short() {
    let root = repository("");
    let folders = ["src", "tests"].map(|folder| files(&root.join(folder), ".rs"));
    for file in folders.iter().flatten() {
        let text = std::fs::read_to_string(file).unwrap();
        let shown = file.strip_prefix(&root).unwrap().display();
        let first = text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! "), "{shown} does not say what it answers");
        let lines = text.lines().count();
        assert!(lines <= 400, "{shown} has {lines} lines");
        let stem = file.file_stem().unwrap().to_str().unwrap();
        let says_nothing = ["utils", "util", "helpers", "common", "manager", "misc"];
        assert!(!says_nothing.contains(&stem), "{shown} is a name that says nothing");
    }
}

#[test]
fn no_file_is_forgotten() {
    let sources = sources();
    let text_of = |path: &str| sources.iter().find(|it| it.path == path).map(|it| &*it.code);
    for Source { path, .. } in
        sources.iter().filter(|it| !["lib.rs", "main.rs"].contains(&&*it.path))
    {
        let file = Path::new(path);
        let (module, folder) = if file.ends_with("mod.rs") {
            let folder = file.parent().unwrap();
            (folder.file_name().unwrap().to_str().unwrap(), folder.parent().unwrap())
        } else {
            (file.file_stem().unwrap().to_str().unwrap(), file.parent().unwrap())
        };
        let parent = match folder.to_str().unwrap() {
            "" => "lib.rs".to_owned(),
            folder => format!("{folder}/mod.rs"),
        };
        let code = text_of(&parent).unwrap_or_else(|| panic!("{path} has no {parent}"));
        let is_declared = code.contains(&format!("mod {module};"));
        assert!(is_declared, "{path} is not declared in {parent}");
    }
}

#[test]
fn codes_are_unique_and_in_order_and_every_check_is_registered() {
    let checks = igwctl::diagnose::checks::ALL;
    let codes: Vec<&str> = checks.iter().map(|check| check.code).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    let files = check_files();
    assert_eq!(files.len(), codes.len(), "a file a code: {files:?}");
    for code in codes {
        assert!(code.len() == 7 && code.starts_with("IGW"), "{code}");
        assert!(code[3..].bytes().all(|it| it.is_ascii_digit()), "{code}");
    }
}

/// The names of the checks' files: `secret_elsewhere`.
fn check_files() -> Vec<String> {
    let stem = |file: &PathBuf| file.file_stem().unwrap().to_str().unwrap().to_owned();
    let files = files(&repository("src/diagnose/checks"), ".rs");
    files.iter().map(stem).filter(|stem| stem != "mod").collect()
}

#[test]
fn every_check_has_worlds_that_fire_it_and_worlds_that_do_not() {
    let fixtures = fixtures::all();
    for file in check_files() {
        let slug = file.replace('_', "-");
        let of: Vec<bool> =
            fixtures.iter().filter(|it| it.check() == slug).map(fixtures::Fixture::fires).collect();
        assert!(of.contains(&true), "no world in tests/checks/{slug}/ fires");
        assert!(of.contains(&false), "no world in tests/checks/{slug}/ is silent");
    }
}

#[test]
fn checks_do_not_know_the_outside_or_how_they_are_shown() {
    for Source { path, text, .. } in sources() {
        if !path.starts_with("diagnose/") {
            continue;
        }
        for word in ["println", "exit::", "Exit::", "\\u{1b}"] {
            let is_policy = path == "diagnose/policy.rs";
            assert!(is_policy || !text.contains(word), "{path} has to do with {word}");
        }
    }
}
