//! A snapshot is the world that it was made of: the same findings, and nothing that is private.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::support::fixtures;
use crate::support::keys::{self, NOW};
use crate::support::worlds::{SOUND, World, gateway, secret};
use crate::support::{Diagnosis, Igwctl, Scratch, diagnose, repository, worldly};

const AS_RECORDED: [&str; 3] = [
    "--complete=secrets,pods,services,gateways,virtualservices,certificates",
    "--now",
    "2026-11-24T03:00:00Z",
];

/// What a Diagnosis says, but for where in which file it was read.
fn said(diagnosis: &Diagnosis) -> Vec<String> {
    let findings = diagnosis.findings.iter().map(|finding| {
        let symptoms: Vec<String> =
            finding.symptoms.iter().map(|it| format!("{} {}", it.code, it.object)).collect();
        let objects: Vec<String> =
            finding.cause.objects.iter().map(|it| format!("{} {it}", it.role)).collect();
        format!(
            "{} {} | {} | {:?} | {objects:?} | {symptoms:?} | {:?} | {} {:?} {:?}",
            finding.line(),
            finding.object.path,
            finding.message,
            finding.cause.looked_in,
            finding.log_lines(),
            without_place(&finding.fix.message),
            finding.fix.commands,
            finding.fix.manifests,
        )
    });
    let open =
        diagnosis.undecided.iter().map(|it| format!("{} {} {}", it.code, it.reason, it.count));
    findings.chain(open).collect()
}

/// A sentence without the file and line in brackets.
fn without_place(message: &str) -> String {
    let mut parts = message.split(" (");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |before, part| match part.split_once(')') {
        Some((inside, after)) if inside.contains(".yaml") || inside.starts_with("-:") => {
            before + after
        }
        _ => before + " (" + part,
    })
}

fn snapshot(scratch: &Scratch, paths: &[PathBuf], flags: &[&str]) -> PathBuf {
    let bundle = scratch.path("bundle.yaml.gz");
    let mut command = Igwctl::new(["snapshot", "--to"]).args([&bundle]).args(flags);
    for path in paths {
        command = command.args(["--from"]).args([path]);
    }
    let ran = command.run().exits(0);
    assert!(ran.stdout.is_empty(), "{}", ran.text());
    scratch.read("bundle.yaml.gz");
    bundle
}

#[test]
fn every_recordings_bundle_gives_the_recordings_findings() {
    let scratch = Scratch::new();
    for entry in std::fs::read_dir(repository("tests/captures")).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        let names = ["cluster.yaml", "secrets.json", "gw-main.log", "istiod.log"];
        let paths = names.map(|name| folder.join(name));
        let direct = diagnose(&paths).args(AS_RECORDED).json();
        let bundle = snapshot(&scratch, &paths, &AS_RECORDED);
        let again = diagnose([&bundle]).json();
        assert_eq!(said(&again), said(&direct), "{}", folder.display());
        assert_eq!(again.exit, direct.exit);
    }
}

#[test]
fn every_worlds_bundle_gives_the_worlds_findings() {
    let scratch = Scratch::new();
    for fixture in fixtures::all() {
        let world = scratch.write("world.yaml", &fixture.text);
        let flags: Vec<&str> = fixture.flags.iter().map(String::as_str).collect();
        let direct = diagnose([&world]).args(&flags).json();
        let bundle = snapshot(&scratch, &[world], &flags);
        let again = diagnose([&bundle]).json();
        assert_eq!(said(&again), said(&direct), "{}", fixture.name);
        let bundle_of_bundle = Igwctl::new(["snapshot", "--from"]).args([&bundle]).run().exits(0);
        let twice = diagnose(["-"]).stdin(bundle_of_bundle.stdout).json();
        assert_eq!(said(&twice), said(&direct), "{} again", fixture.name);
    }
}

fn mesh() -> World {
    World::mesh()
        .and(gateway("shop", "shop", "mode: SIMPLE, credentialName: shop-cert"))
        .and(secret("shop", "shop-cert", SOUND))
}

#[test]
fn a_bundle_is_for_its_owner_alone_and_the_same_each_time() {
    let scratch = Scratch::new();
    let world = scratch.write("world.yaml", mesh().text());
    let bundle = snapshot(&scratch, std::slice::from_ref(&world), &[]);
    let first = std::fs::read(&bundle).unwrap();
    assert_eq!(std::fs::metadata(&bundle).unwrap().permissions().mode() & 0o777, 0o600);
    snapshot(&scratch, &[world], &[]);
    assert_eq!(std::fs::read(&bundle).unwrap(), first);
    assert!(first.starts_with(&[0x1f, 0x8b]), "it is gzip");
}

#[test]
fn an_old_bundle_is_replaced_whole_and_a_place_that_is_not_there_is_told() {
    let scratch = Scratch::new();
    let world = scratch.write("world.yaml", mesh().text());
    let old = scratch.write("bundle.yaml.gz", vec![b'x'; 100_000]);
    snapshot(&scratch, std::slice::from_ref(&world), &[]);
    assert!(std::fs::metadata(old).unwrap().len() < 10_000);
    let ran = Igwctl::new(["snapshot", "--from"])
        .args([&world])
        .args(["--to"])
        .args([scratch.path("no/such/folder/bundle")])
        .run()
        .exits(3);
    assert!(ran.errors().contains("no/such/folder"), "{}", ran.errors());
}

#[test]
fn off_a_terminal_it_may_go_to_standard_output() {
    let scratch = Scratch::new();
    let world = scratch.write("world.yaml", mesh().text());
    let ran = Igwctl::new(["snapshot", "--from"]).args([&world]).run().exits(0);
    let file = snapshot(&scratch, &[world], &[]);
    assert_eq!(ran.stdout, std::fs::read(file).unwrap());
    keys::assert_none_in(&worldly(&ran.stdout), "the bundle");
}

#[test]
fn a_bundle_can_be_unpacked_and_edited() {
    let scratch = Scratch::new();
    let world = scratch.write("world.yaml", mesh().text());
    let bundle = snapshot(&scratch, &[world], &[]);
    let text = String::from_utf8(worldly(&std::fs::read(bundle).unwrap())).unwrap();
    assert!(text.starts_with("apiVersion: igwctl/v1\nkind: Snapshot\n"), "{text}");
    diagnose(["-"]).stdin(&*text).json().exits(1).finds(&["IGW0301 error Gateway shop/shop"]);
    let (before, credential) = text.split_once("kind: Credential").unwrap();
    let moved = credential.replacen("namespace: shop", "namespace: istio-system", 1);
    let edited = format!("{before}kind: Credential{moved}");
    assert_ne!(edited, text);
    diagnose(["-"]).stdin(edited).json().exits(0).finds(&[]);
}

#[test]
fn a_bundle_is_of_its_moment() {
    let scratch = Scratch::new();
    let world = mesh().text().replace(&format!("now: {NOW}\n"), "");
    let world = world.replacen("namespace: shop\ntype", "namespace: istio-system\ntype", 1);
    let world = world.split_once("---\n").unwrap().1;
    let world = scratch.write("world.yaml", world);
    let bundle = snapshot(&scratch, &[world], &["--now", "2029-01-01T00:00:00Z"]);
    let expired = ["IGW0307 error Secret istio-system/shop-cert"];
    diagnose([&bundle]).json().exits(1).finds(&expired);
    diagnose([&bundle]).args(["--now", NOW]).json().exits(0).finds(&[]);
}

#[test]
fn an_object_without_a_namespace_keeps_the_one_that_it_was_given() {
    let scratch = Scratch::new();
    let bare = gateway("shop", "shop", "mode: SIMPLE, credentialName: shop-cert")
        .replace("  namespace: shop\n", "");
    let bare = scratch.write("gateway.yaml", bare);
    let mesh = scratch.write("mesh.yaml", World::mesh().text());
    let bundle = snapshot(&scratch, &[bare, mesh], &["-n", "mail"]);
    diagnose([&bundle]).json().exits(1).finds(&["IGW0302 error Gateway mail/shop"]);
}

#[test]
fn a_bundle_does_not_tell_where_the_files_lay() {
    let scratch = Scratch::new();
    let log = "2026-11-24T02:27:17.428674Z\twarn\tads\tfailed to fetch key and certificate for \
               kubernetes://shop-cert: secret istio-system/shop-cert not found\n";
    let world = scratch.write("home/me/world.yaml", mesh().text());
    let log = scratch.write("home/me/istiod.log", log);
    let bundle = snapshot(&scratch, &[world, log], &[]);
    let text = String::from_utf8(worldly(&std::fs::read(bundle).unwrap())).unwrap();
    assert!(text.contains("istiod.log") && text.contains("kind: LogSighting"), "{text}");
    assert!(!text.contains("home/me"), "{text}");
}

#[test]
fn the_gateway_that_was_assumed_is_assumed_again() {
    let scratch = Scratch::new();
    let world = World::new()
        .and(gateway("shop", "shop", "mode: SIMPLE, credentialName: shop-cert"))
        .and(secret("shop", "shop-cert", SOUND));
    let world = scratch.write("world.yaml", world.text());
    let flags = ["--assume-gateway", "istio-system:istio=ingressgateway"];
    let bundle = snapshot(&scratch, &[world], &flags);
    let diagnosis = diagnose([&bundle]).json();
    diagnosis.exits(1).finds(&["IGW0301 error Gateway shop/shop"]);
    assert!(diagnosis.only().cause.message.contains("--assume-gateway"));
}

#[test]
#[cfg(unix)]
fn a_link_stays_one_and_a_pipe_is_written_to() {
    let scratch = Scratch::new();
    let (there, link, pipe) = (scratch.path("there"), scratch.path("link"), scratch.path("pipe"));
    let to = |path: &std::path::Path| {
        let from = "tests/captures/04-secret-in-app-namespace";
        Igwctl::new(["snapshot", "--from", from, "--to"]).args([path])
    };
    std::fs::write(&there, "old").unwrap();
    std::os::unix::fs::symlink(&there, &link).unwrap();
    to(&link).run().exits(0);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    let written = std::fs::read(&there).unwrap();
    assert!(written.len() > 1000);
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let read = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read(pipe).unwrap()
    });
    to(&pipe).run().exits(0);
    assert!(read.join().unwrap().len() > 1000);
    assert!(!std::fs::symlink_metadata(&pipe).unwrap().is_file());
}
