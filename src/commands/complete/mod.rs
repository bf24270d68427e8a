//! `igwctl __complete`: what the shells' scripts and kubectl ask for at a press of Tab.
//!
//! The protocol is cobra's (1.10): the words of the command line are arguments, the last being what
//! is typed so far, empty where nothing is; the answer is a line a value, with a tab and what it is
//! where that is known, and `:N` at the end, which says what the shell is to do about files. kubectl
//! (1.26 and later) runs `kubectl_complete-igw` with the same arguments and reads the same answer.
//! Whatever goes wrong, nothing is said of it and the exit code is 0: somebody is typing.
//!
//! | file | answers |
//! | --- | --- |
//! | `line.rs` | what of the line is to be completed |
//! | `source.rs` | where the values of an argument come from |
//! | `values.rs` | the values, from clap, the kubeconfig and the cluster |

mod line;
mod source;
mod values;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::time::Duration;

use clap::{Arg, ArgAction, Command};

use crate::effects::arguments::Called;
use crate::effects::terminal;
use crate::exit::Exit;
use line::{Asked, What};
use source::Source;

/// How long the answers may take of which not everything is known here. More is felt at the keys.
const LIMIT: Duration = Duration::from_millis(250);

/// What the shell is to do beside offering the values: cobra's `ShellCompDirective`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Directive {
    /// Files, where there are no values.
    Files = 0,
    /// No files.
    NoFiles = 4,
    /// Folders alone.
    Folders = 16,
}

/// A value that would do, and what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Candidate {
    value: String,
    about: String,
}

impl Candidate {
    fn new(value: impl Into<String>, about: impl Into<String>) -> Self {
        Self { value: value.into(), about: about.into() }
    }

    /// As the protocol has it. Text from outside may hold anything.
    fn line(&self, lead: &str, is_described: bool) -> Option<String> {
        if self.value.is_empty() || self.value.contains(char::is_control) {
            return None;
        }
        let about = self.about.lines().next().unwrap_or_default();
        let about: String = about.chars().filter(|it| !it.is_control()).collect();
        Some(match (&*about, is_described) {
            ("", _) | (_, false) => format!("{lead}{}\n", self.value),
            (about, true) => format!("{lead}{}\t{about}\n", self.value),
        })
    }
}

/// A command line that is to be completed.
pub(super) struct Request {
    words: Vec<String>,
    is_described: bool,
}

/// What is asked, where that is what the program was called for: by its first argument, as cobra
/// has it, or by the name under which kubectl looks for completions of `kubectl igw`.
pub(super) fn request(called: &Called) -> Option<Request> {
    let text = |it: &OsString| it.to_string_lossy().into_owned();
    let arguments: Vec<String> = called.arguments.iter().skip(1).map(text).collect();
    if called.name == "kubectl-complete-igw" {
        return Some(Request { words: arguments, is_described: true });
    }
    let is_described = match &**arguments.first()? {
        "__complete" => true,
        "__completeNoDesc" => false,
        _ => return None,
    };
    Some(Request { words: arguments[1..].to_vec(), is_described })
}

/// Answers.
pub(super) fn run(request: &Request) -> Exit {
    let mut program = super::command("igwctl");
    program.build();
    let asked = line::asked(&program, &request.words);
    let (candidates, directive) = candidates(&asked);
    let begun = asked.begun.to_lowercase();
    let mut seen = BTreeSet::new();
    let mut text = String::new();
    for it in candidates {
        if it.value.to_lowercase().starts_with(&begun) && seen.insert(it.value.clone()) {
            text += &it.line(&asked.lead, request.is_described).unwrap_or_default();
        }
    }
    text += &format!(":{}\n", directive as u8);
    // A reader that has gone away asks for nothing more.
    drop(terminal::print(&text));
    Exit::Done
}

/// All that could stand there, and what the shell may add.
fn candidates(asked: &Asked<'_>) -> (Vec<Candidate>, Directive) {
    let arg = match asked.what {
        What::Flag => return (flags(asked), Directive::NoFiles),
        What::Subcommand => return (subcommands(asked.command), Directive::NoFiles),
        What::Nothing => return (Vec::new(), Directive::NoFiles),
        What::Value(arg) => arg,
    };
    let possible = arg.get_possible_values();
    if !possible.is_empty() {
        let shown = possible.iter().filter(|it| !it.is_hide_set());
        let about = |it: Option<&clap::builder::StyledStr>| it.map(ToString::to_string);
        let candidates =
            shown.map(|it| Candidate::new(it.get_name(), about(it.get_help()).unwrap_or_default()));
        return (candidates.collect(), Directive::NoFiles);
    }
    match source::of(asked.command.get_name(), arg) {
        Some(Source::Files) => (Vec::new(), Directive::Files),
        Some(Source::Folders) => (Vec::new(), Directive::Folders),
        Some(source) => (values::of(source, asked), Directive::NoFiles),
        None => (Vec::new(), Directive::NoFiles),
    }
}

/// The flags of a command that may still be given.
fn flags(asked: &Asked<'_>) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    // What all commands take, their helps do not show.
    let is_shown = |it: &&Arg| !it.is_positional() && (!it.is_hide_set() || it.is_global_set());
    for arg in asked.command.get_arguments().filter(is_shown) {
        let repeats = matches!(arg.get_action(), ArgAction::Append | ArgAction::Count);
        let is_given = asked.given.iter().any(|(it, _)| it.get_id() == arg.get_id());
        if is_given && !repeats {
            continue;
        }
        candidates.extend(written(arg, &asked.begun).map(|name| Candidate::new(name, about(arg))));
    }
    candidates
}

/// The ways to write a flag: its short one only where that is what is typed.
fn written(arg: &Arg, begun: &str) -> impl Iterator<Item = String> {
    let is_short = begun.len() <= 2 && !begun.starts_with("--");
    let short = arg.get_short().filter(|_| is_short).map(|it| format!("-{it}"));
    arg.get_long().map(|it| format!("--{it}")).into_iter().chain(short)
}

fn about(arg: &Arg) -> String {
    arg.get_help().map(ToString::to_string).unwrap_or_default()
}

fn subcommands(command: &Command) -> Vec<Candidate> {
    let shown = command.get_subcommands().filter(|it| !it.is_hide_set());
    let about = |it: &Command| it.get_about().map(ToString::to_string).unwrap_or_default();
    shown.map(|it| Candidate::new(it.get_name(), about(it))).collect()
}
