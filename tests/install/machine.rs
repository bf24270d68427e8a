//! A machine to install on, and what comes of a run of the script.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::{Scratch, files, repository};

pub(super) const TARGET: &str = "x86_64-unknown-linux-musl";

/// A shell, and the tools that are there with it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shell {
    Dash,
    Busybox,
}

pub(super) const SHELLS: [Shell; 2] = [Shell::Dash, Shell::Busybox];

/// A machine: its shell, a folder with releases, and one to install into.
pub(super) struct Machine {
    shell: Shell,
    pub(super) scratch: Scratch,
    pub(super) path: String,
}

impl Machine {
    pub(super) fn new(shell: Shell) -> Self {
        let scratch = Scratch::new();
        // Also for a user who is not root.
        std::fs::set_permissions(scratch.path(""), Permissions::from_mode(0o755)).unwrap();
        std::fs::create_dir(scratch.path("home")).unwrap();
        std::fs::copy(repository("install.sh"), scratch.path("install.sh")).unwrap();
        let mut path = "/usr/bin:/bin".to_owned();
        if matches!(shell, Shell::Busybox) {
            let tools = scratch.path("tools");
            std::fs::create_dir(&tools).unwrap();
            let made = Command::new("busybox").arg("--install").arg("-s").arg(&tools).status();
            assert!(made.expect("busybox is needed: apt-get install busybox").success());
            tools.to_str().unwrap().clone_into(&mut path);
        }
        Self { shell, scratch, path }
    }

    /// A release of that version, in the folder `release`.
    pub(super) fn release(&self, version: &str) {
        let program = format!("#!/bin/sh\necho igwctl {version} as \"${{0##*/}}\"\n");
        self.release_with(version, program.as_bytes());
    }

    pub(super) fn release_with(&self, version: &str, program: &[u8]) {
        let name = format!("igwctl-{version}-{TARGET}");
        let folder = self.scratch.path("trees").join(&name);
        tree(&folder, program);
        let archive = self.archive();
        std::fs::create_dir_all(archive.parent().unwrap()).unwrap();
        let trees = folder.parent().unwrap();
        let mut tar = Command::new("tar");
        tar.args(["-I", "gzip -1", "-cf"]).arg(&archive);
        assert!(tar.arg("-C").arg(trees).arg(&name).status().unwrap().success());
        let sum = Command::new("sha256sum").arg(&archive).output().unwrap().stdout;
        std::fs::write(self.sum(), sum).unwrap();
    }

    pub(super) fn archive(&self) -> PathBuf {
        self.scratch.path(&format!("release/igwctl-{TARGET}.tar.gz"))
    }

    pub(super) fn sum(&self) -> PathBuf {
        self.scratch.path(&format!("release/igwctl-{TARGET}.tar.gz.sha256"))
    }

    /// The script with these arguments.
    pub(super) fn script(&self, script: &Path, arguments: &[&str]) -> Ran {
        self.ran(script, arguments, &self.path, false)
    }

    pub(super) fn ran(
        &self,
        script: &Path,
        arguments: &[&str],
        path: &str,
        is_nobody: bool,
    ) -> Ran {
        let mut words = Vec::new();
        if is_nobody && std::fs::metadata("/proc/self").unwrap().uid() == 0 {
            words.extend(["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]);
        }
        words.extend(match self.shell {
            Shell::Dash => &["/usr/bin/dash"][..],
            Shell::Busybox => &["/usr/bin/busybox", "sh"],
        });
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).arg(script).args(arguments).env_clear().env("PATH", path);
        command.env("HOME", self.scratch.path("home")).current_dir(self.scratch.path(""));
        let output = command.output();
        let output = output.unwrap_or_else(|error| {
            panic!("{} is needed: apt-get install dash busybox: {error}", words[0])
        });
        Ran(self.shell, output)
    }

    /// Installs what is in the folder `release`.
    pub(super) fn install(&self, more: &[&str]) -> Ran {
        let base = format!("--base-url=file://{}", self.scratch.path("release").display());
        let usual = ["--to", "there", "--target", TARGET, &*base];
        self.script(&self.scratch.path("install.sh"), &[&usual, more].concat())
    }

    /// What is installed, as paths.
    pub(super) fn installed(&self) -> Vec<String> {
        self.below("there")
    }

    pub(super) fn below(&self, folder: &str) -> Vec<String> {
        let folder = self.scratch.path(folder);
        if !folder.exists() {
            return Vec::new();
        }
        let paths = files(&folder, "");
        let of = |it: PathBuf| it.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
        paths.into_iter().map(of).collect()
    }

    /// What a program prints that was installed.
    pub(super) fn says(&self, program: &str) -> String {
        let output = Command::new(self.scratch.path("there/bin").join(program)).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

/// What an archive holds, and a checkout too.
pub(super) fn tree(folder: &Path, program: &[u8]) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("igwctl"), program).unwrap();
    std::fs::set_permissions(folder.join("igwctl"), Permissions::from_mode(0o755)).unwrap();
    for kept in ["completions", "man"] {
        std::fs::create_dir_all(folder.join(kept)).unwrap();
        for file in files(&repository(kept), "") {
            std::fs::copy(&file, folder.join(kept).join(file.file_name().unwrap())).unwrap();
        }
    }
}

pub(super) struct Ran(Shell, pub(super) Output);

impl Ran {
    #[track_caller]
    pub(super) fn exits(self, code: i32) -> Self {
        assert_eq!(self.1.status.code(), Some(code), "{:?}: {}", self.0, self.said());
        self
    }

    #[track_caller]
    pub(super) fn says(&self, words: &[&str]) {
        for word in words {
            assert!(self.said().contains(word), "{:?}: {word}? {}", self.0, self.said());
        }
    }

    pub(super) fn said(&self) -> String {
        String::from_utf8_lossy(&self.1.stderr).into_owned()
    }
}
