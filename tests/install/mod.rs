//! `install.sh`, in the shells that it will meet: dash, and busybox with nothing but its own tools.

mod machine;

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use crate::support::{files, repository};
use machine::{Machine, SHELLS, Shell, TARGET, tree};

#[test]
fn the_binary_its_names_completions_and_pages_are_installed() {
    for shell in SHELLS {
        let machine = Machine::new(shell);
        machine.release("1.2.3");
        machine.install(&["--version", "v1.2.3"]).exits(0);
        let pages = files(&repository("man"), ".1").len();
        let installed = machine.installed();
        let others: Vec<&str> =
            installed.iter().map(|it| &**it).filter(|it| !it.starts_with("share/man/")).collect();
        assert_eq!(
            others,
            [
                "bin/igwctl",
                "bin/kubectl-igw",
                "bin/kubectl_complete-igw",
                "share/bash-completion/completions/igwctl",
                "share/fish/vendor_completions.d/igwctl.fish",
                "share/zsh/site-functions/_igwctl",
            ]
        );
        assert_eq!(installed.len(), others.len() + pages, "{installed:?}");
        assert_eq!(machine.says("igwctl"), "igwctl 1.2.3 as igwctl\n");
        for name in ["kubectl-igw", "kubectl_complete-igw"] {
            assert_eq!(machine.says(name), format!("igwctl 1.2.3 as {name}\n"));
        }
    }
}

#[test]
fn the_program_itself_runs_under_each_of_its_names() {
    let machine = Machine::new(Shell::Dash);
    let program = std::fs::read(env!("CARGO_BIN_EXE_igwctl")).unwrap();
    machine.release_with(env!("CARGO_PKG_VERSION"), &program);
    machine.install(&[]).exits(0);
    let run = |name: &str, arguments: &[&str]| {
        let program = machine.scratch.path("there/bin").join(name);
        let output = Command::new(program).args(arguments).env_clear().output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(run("igwctl", &["--help"]).contains("Usage: igwctl"));
    assert!(run("kubectl-igw", &["--help"]).contains("Usage: kubectl igw"));
    assert!(run("kubectl_complete-igw", &["diag"]).starts_with("diagnose\t"));
}

#[test]
fn a_second_run_changes_nothing_and_an_upgrade_replaces_it() {
    for shell in SHELLS {
        let machine = Machine::new(shell);
        machine.release("1.2.3");
        machine.install(&[]).exits(0);
        let before = machine.installed();
        machine.install(&[]).exits(0);
        assert_eq!(machine.installed(), before);
        machine.release("1.3.0");
        machine.install(&[]).exits(0);
        assert_eq!(machine.installed(), before);
        assert_eq!(machine.says("kubectl-igw"), "igwctl 1.3.0 as kubectl-igw\n");
        // What is in the archive is not what was asked for.
        let ran = machine.install(&["--version", "1.2.3"]).exits(1);
        ran.says(&["is version 1.3.0, not 1.2.3", "nothing is installed"]);
        assert_eq!(machine.says("igwctl"), "igwctl 1.3.0 as igwctl\n");
    }
}

#[test]
fn uninstalling_takes_away_what_was_installed_and_nothing_else() {
    for shell in SHELLS {
        let machine = Machine::new(shell);
        machine.release("1.2.3");
        let foreign = machine.scratch.write("there/bin/kubectl-igw", "not ours");
        machine.scratch.write("there/share/man/man1/other.1", "not ours");
        let ran = machine.install(&[]).exits(0);
        ran.says(&["kubectl-igw is a file of others and stays"]);
        assert_eq!(std::fs::read_to_string(foreign).unwrap(), "not ours");
        for _ in 0..2 {
            let ran = machine.install(&["--uninstall"]).exits(0);
            ran.says(&["igwctl is gone from"]);
            assert_eq!(machine.installed(), ["bin/kubectl-igw", "share/man/man1/other.1"]);
        }
    }
}

#[test]
fn without_the_right_checksum_nothing_is_installed() {
    for shell in SHELLS {
        let machine = Machine::new(shell);
        machine.release("1.2.3");
        let right = std::fs::read_to_string(machine.sum()).unwrap();
        for wrong in [&format!("0{}", &right[1..]), "", "rubbish\n", &right[1..]] {
            if right == wrong {
                continue;
            }
            std::fs::write(machine.sum(), wrong).unwrap();
            let ran = machine.install(&[]).exits(1);
            ran.says(&["the checksum of igwctl-", "nothing is installed"]);
            assert_eq!(machine.installed(), [""; 0], "{wrong}");
        }
        std::fs::remove_file(machine.sum()).unwrap();
        machine.install(&[]).exits(1).says(&["has no checksum beside it"]);
        assert_eq!(machine.installed(), [""; 0]);
        // An archive that was cut off is another one.
        std::fs::write(machine.sum(), &right).unwrap();
        let whole = std::fs::read(machine.archive()).unwrap();
        std::fs::write(machine.archive(), &whole[..whole.len() / 2]).unwrap();
        machine.install(&[]).exits(1).says(&["the checksum of"]);
        assert_eq!(machine.installed(), [""; 0]);
        std::fs::remove_file(machine.archive()).unwrap();
        machine.install(&[]).exits(1).says(&["no such release to be had"]);
        assert_eq!(machine.installed(), [""; 0]);
    }
}

#[test]
fn a_script_that_was_cut_off_anywhere_does_nothing() {
    let script = std::fs::read(repository("install.sh")).unwrap();
    let end = script.iter().rposition(|it| *it == b'}').unwrap();
    for shell in SHELLS {
        let machine = Machine::new(shell);
        machine.release("1.2.3");
        let base = format!("file://{}", machine.scratch.path("release").display());
        // Some places in all of it, and each of the last line's.
        let places = (0..end).step_by(61).chain(end.saturating_sub(60)..end);
        for place in places {
            let cut = machine.scratch.write("cut.sh", &script[..place]);
            machine.script(&cut, &["--to", "there", "--target", TARGET, "--base-url", &base]);
            assert_eq!(machine.installed(), [""; 0], "{shell:?}: cut off at {place}");
        }
        let whole = machine.scratch.write("cut.sh", &script[..=end]);
        let arguments = ["--to", "there", "--target", TARGET, "--base-url", &base];
        machine.script(&whole, &arguments).exits(0);
        assert!(!machine.installed().is_empty());
    }
}

#[test]
fn where_nothing_may_be_written_nothing_is_begun() {
    for shell in SHELLS {
        let machine = Machine::new(shell);
        machine.release("1.2.3");
        let closed = machine.scratch.path("closed");
        std::fs::create_dir(&closed).unwrap();
        std::fs::set_permissions(&closed, Permissions::from_mode(0o555)).unwrap();
        let script = machine.scratch.path("install.sh");
        let base = format!("--base-url=file://{}", machine.scratch.path("release").display());
        let to = closed.join("igwctl");
        let arguments = ["--to", to.to_str().unwrap(), "--target", TARGET, &*base];
        // Of busybox alone there is no path for another user: its folder is this one's.
        let ran = machine.ran(&script, &arguments, &machine.path, true).exits(1);
        ran.says(&["closed may not be written to", "--to names another folder"]);
        assert!(!ran.said().contains("reading"), "{}", ran.said());
        assert_eq!(machine.below("closed"), [""; 0]);
    }
}

#[test]
fn it_says_how_to_get_it_into_path() {
    for shell in SHELLS {
        let machine = Machine::new(shell);
        machine.release("1.2.3");
        let there = machine.scratch.path("there/bin");
        let hint = format!("export PATH=\"{}:$PATH\"", there.display());
        machine.install(&[]).exits(0).says(&["is not in PATH", &hint, "fish_add_path"]);
        let base = format!("--base-url=file://{}", machine.scratch.path("release").display());
        let arguments = ["--to", "there", "--target", TARGET, &*base];
        let script = machine.scratch.path("install.sh");
        let path = format!("{}:{}", there.display(), machine.path);
        let ran = machine.ran(&script, &arguments, &path, false).exits(0);
        assert!(!ran.said().contains("PATH"), "{}", ran.said());
        // Another one comes first.
        let other = machine.scratch.write("other/igwctl", "#!/bin/sh\n");
        std::fs::set_permissions(&other, Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{path}", other.parent().unwrap().display());
        let ran = machine.ran(&script, &arguments, &path, false).exits(0);
        ran.says(&["other/igwctl comes before it in PATH"]);
    }
}

#[test]
fn a_wrong_command_line_is_told() {
    for shell in SHELLS {
        let machine = Machine::new(shell);
        let script = machine.scratch.path("install.sh");
        let run = |arguments: &[&str]| machine.script(&script, arguments);
        run(&["--nonsense"]).exits(2).says(&["--nonsense: not an option", "--help says"]);
        run(&["--to"]).exits(2).says(&["--to needs a value"]);
        run(&["--base-url", "http://example.com"]).exits(2).says(&["neither https: nor file:"]);
        let help = run(&["--help"]).exits(0);
        let shown = String::from_utf8_lossy(&help.1.stdout).into_owned();
        for option in ["--to", "--version", "--target", "--base-url", "--uninstall"] {
            assert!(shown.contains(option), "{shown}");
        }
        assert_eq!(machine.below("home"), [""; 0]);
    }
}

/// Plays cargo, which would take minutes, and the server without a release.
#[test]
fn without_a_release_a_checkout_is_built() {
    for shell in SHELLS {
        let machine = Machine::new(shell);
        let checkout = machine.scratch.path("checkout");
        tree(&checkout, b"");
        std::fs::copy(repository("install.sh"), checkout.join("install.sh")).unwrap();
        std::fs::copy(repository("Cargo.toml"), checkout.join("Cargo.toml")).unwrap();
        let played = machine.scratch.path("played");
        std::fs::create_dir(&played).unwrap();
        for (name, program) in [
            (
                "cargo",
                "#!/bin/sh\necho \"$@\" > cargo.said\nwhile [ $# -gt 1 ]; do shift; done\n\
                 mkdir -p \"$1/bin\"; echo built > \"$1/bin/igwctl\"\n",
            ),
            ("curl", "#!/bin/sh\nexit 22\n"),
        ] {
            let file = machine.scratch.write(&format!("played/{name}"), program);
            std::fs::set_permissions(&file, Permissions::from_mode(0o755)).unwrap();
        }
        let path = format!("{}:{}", played.display(), machine.path);
        let script = checkout.join("install.sh");
        let ran = machine.ran(&script, &["--to", "there"], &path, false).exits(0);
        ran.says(&["no release for this system to be had", "building"]);
        let said = String::from_utf8(machine.scratch.read("cargo.said")).unwrap();
        assert!(said.starts_with("install --path") && said.contains("--locked"), "{said}");
        assert_eq!(machine.scratch.read("there/bin/igwctl"), b"built\n");
        assert!(machine.installed().contains(&"share/man/man1/igwctl.1".to_owned()));
        // Whoever names a version wants a release.
        let arguments = ["--to", "elsewhere", "--version", "9.9.9"];
        let ran = machine.ran(&script, &arguments, &path, false).exits(1);
        ran.says(&["no such release to be had", "--from-source"]);
        // And outside a checkout there is nothing to build.
        let alone = machine.scratch.path("install.sh");
        let arguments = ["--to", "elsewhere", "--from-source"];
        machine.ran(&alone, &arguments, &path, false).exits(1).says(&["stands in no checkout"]);
        assert_eq!(machine.below("elsewhere"), [""; 0]);
    }
}

#[test]
fn a_link_of_another_version_is_led_anew() {
    let machine = Machine::new(Shell::Dash);
    machine.release("1.2.3");
    std::fs::create_dir_all(machine.scratch.path("there/bin")).unwrap();
    symlink("/no/such/igwctl", machine.scratch.path("there/bin/kubectl-igw")).unwrap();
    machine.install(&[]).exits(0);
    assert_eq!(machine.says("kubectl-igw"), "igwctl 1.2.3 as kubectl-igw\n");
}
