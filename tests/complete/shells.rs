//! The scripts, in the shells that they are for: what is typed, and what becomes of it.

use std::os::unix::fs::symlink;
use std::process::Command;

use super::kubeconfig;
use crate::support::terminal::Terminal;
use crate::support::{Scratch, repository};

/// What is typed, and the line once Tab was pressed.
fn lines() -> Vec<(String, String)> {
    let codes: Vec<&str> = igwctl::diagnose::checks::ALL.iter().map(|it| it.code).collect();
    let is_alone = |it: &&&str| codes.iter().filter(|other| other[..6] == it[..6]).count() == 1;
    let code = codes.iter().find(is_alone).unwrap();
    let lines = [
        ("igwctl diagn", "igwctl diagnose "),
        ("igwctl diagnose --fail", "igwctl diagnose --fail-on "),
        ("igwctl diagnose --fail-on warn", "igwctl diagnose --fail-on warning "),
        ("igwctl diagnose --fail-on=warn", "igwctl diagnose --fail-on=warning "),
        ("igwctl diagnose --complete=pods,secr", "igwctl diagnose --complete=pods,secrets "),
        ("igwctl list --context on", "igwctl list --context one "),
        (
            "igwctl list --context arn:aws:e",
            "igwctl list --context arn:aws:eks:eu-west-1:1:cluster/two ",
        ),
        (
            "igwctl list --context=arn:aws:e",
            "igwctl list --context=arn:aws:eks:eu-west-1:1:cluster/two ",
        ),
        ("igwctl list -n sh", "igwctl list -n shop "),
        ("igwctl diagnose objec", "igwctl diagnose objects.yaml "),
        ("igwctl render shop --output-dir fold", "igwctl render shop --output-dir folder/"),
        ("kubectl-igw snaps", "kubectl-igw snapshot "),
        // Nothing that would do.
        ("igwctl probe objec", "igwctl probe objec"),
        ("igwctl frobnicate objec", "igwctl frobnicate objec"),
    ];
    let mut lines: Vec<_> = lines.map(|(typed, line)| (typed.into(), line.into())).into();
    lines.push((format!("igwctl explain {}", &code[..6]), format!("igwctl explain {code} ")));
    lines
}

/// A home with the program, a kubeconfig of a cluster that is gone, files and folders.
struct Home {
    scratch: Scratch,
    variables: Vec<(&'static str, String)>,
}

impl Home {
    fn new() -> Self {
        let scratch = Scratch::new();
        std::fs::create_dir_all(scratch.path("bin")).unwrap();
        for name in ["igwctl", "kubectl-igw"] {
            symlink(env!("CARGO_BIN_EXE_igwctl"), scratch.path("bin").join(name)).unwrap();
        }
        scratch.write("objects.yaml", "");
        scratch.write("folder/inside", "");
        let kubeconfig = kubeconfig(&scratch, "https://127.0.0.1:1", "{}");
        let variables = vec![
            ("HOME", scratch.path("").to_str().unwrap().to_owned()),
            ("PATH", format!("{}:/usr/bin:/bin", scratch.path("bin").display())),
            ("KUBECONFIG", kubeconfig),
        ];
        Self { scratch, variables }
    }

    fn terminal(&self, program: &str, arguments: &[&str]) -> Terminal {
        let variables: Vec<(&str, &str)> =
            self.variables.iter().map(|(name, value)| (*name, &**value)).collect();
        let terminal = Terminal::of(program, arguments, &variables, &self.scratch.path(""));
        terminal.shows("ready> ");
        terminal
    }
}

/// Types each line, presses Tab, and a key that shows the line between brackets.
fn type_all(mut terminal: Terminal) {
    for (typed, line) in lines() {
        terminal.types(&format!("{typed}\t\u{14}"));
        terminal.shows(&format!("<{line}>"));
        terminal.types("\u{15}");
    }
    terminal.types("exit\r");
    terminal.ended();
}

#[test]
fn bash_completes() {
    let home = Home::new();
    let script = repository("completions/igwctl.bash");
    let setup = format!(
        "source {}\nPS1='ready> '\nbind 'set enable-bracketed-paste off'\n\
         show() {{ printf '<%s>\\n' \"$READLINE_LINE\"; }}\nbind -x '\"\\C-t\": show'\n",
        script.display()
    );
    let setup = home.scratch.write("bashrc", setup);
    let arguments = ["--noprofile", "--rcfile", setup.to_str().unwrap(), "-i"];
    type_all(home.terminal("bash", &arguments));
}

#[test]
fn zsh_completes() {
    let home = Home::new();
    let folder = home.scratch.path("site-functions");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(repository("completions/_igwctl"), folder.join("_igwctl")).unwrap();
    home.scratch.write(
        ".zshrc",
        format!(
            "fpath=({} $fpath)\nautoload -Uz compinit\ncompinit -u\n\
             show() {{ print -r -- \"<$BUFFER>\" }}\nzle -N show\nbindkey -e\nbindkey '^T' show\n\
             unsetopt beep list_beep\nPS1='ready> '\n",
            folder.display()
        ),
    );
    type_all(home.terminal("zsh", &["-i"]));
}

/// fish says itself what it would offer.
#[test]
fn fish_completes() {
    let home = Home::new();
    let script = repository("completions/igwctl.fish");
    for (typed, line) in lines() {
        let code = format!("source {}; complete -C '{typed}'", script.display());
        let mut command = Command::new("fish");
        command.args(["--no-config", "-c", &code]).env_clear().current_dir(home.scratch.path(""));
        let output = command.envs(home.variables.iter().map(|(name, value)| (name, value)));
        let output = output.output().expect("fish is needed: apt-get install fish");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(errors, "", "{typed}");
        let values: Vec<&str> = said.lines().map(|it| it.split('\t').next().unwrap()).collect();
        if typed == line {
            assert_eq!(values, [""; 0], "{typed}");
        } else {
            let word = line.trim_end().rsplit(' ').next().unwrap();
            assert_eq!(values, [word], "{typed}");
        }
    }
}
