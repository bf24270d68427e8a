//! One file a subcommand: arguments in, report out. Their doc comments are the help.

mod against;
mod app;
mod apply;
mod arrival;
mod completion;
mod consent;
mod delete;
mod deletion;
mod diagnose;
mod diff;
mod discover;
mod explain;
mod fix;
mod gateway;
mod globals;
mod inputs;
mod issued;
mod list;
mod man;
mod material;
mod obstacle;
mod probe;
mod publish;
mod render;
mod snapshot;
mod telling;
mod tls;
mod version;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::effects::{arguments, terminal};
use crate::error::{Error, Result};
use crate::exit::{self, Exit};
use crate::output::style::{Tone, harmless};
use crate::render::Intent;
use globals::Globals;

/// The command-line tool for Istio ingress gateways: says which object is wrong, why, how it
/// knows, and the exact fix.
#[derive(Debug, Parser)]
#[command(name = "igwctl", version, arg_required_else_help = true, max_term_width = 100)]
struct Igwctl {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    globals: Globals,
}

/// Every subcommand: a new one is a file, a variant and an arm.
#[derive(Debug, Subcommand)]
enum Command {
    Discover(discover::Args),
    Diagnose(diagnose::Args),
    Probe(Box<probe::Args>),
    Render(Box<render::Args>),
    Apply(Box<apply::Args>),
    Diff(Box<diff::Args>),
    Delete(delete::Args),
    List(list::Args),
    Explain(explain::Args),
    Snapshot(snapshot::Args),
    Completion(completion::Args),
    Man(man::Args),
    Version(version::Args),
}

impl Command {
    fn run(self, globals: &Globals) -> Result<Exit> {
        match self {
            Self::Discover(args) => discover::run(args, globals),
            Self::Diagnose(args) => diagnose::run(args, globals),
            Self::Probe(args) => probe::run(*args, globals),
            Self::Render(args) => render::run(*args, globals),
            Self::Apply(args) => apply::run(*args, globals),
            Self::Diff(args) => diff::run(*args, globals),
            Self::Delete(args) => delete::run(args, globals),
            Self::List(args) => list::run(args, globals),
            Self::Explain(args) => explain::run(args),
            Self::Snapshot(args) => snapshot::run(args, globals),
            Self::Completion(args) => completion::run(&args),
            Self::Man(args) => man::run(&args),
            Self::Version(args) => version::run(args, globals),
        }
    }
}

/// Parses the command line, runs the command, and says how it ended.
pub fn main() -> Exit {
    let called = arguments::called();
    let parsed = command(&called.name).try_get_matches_from(called.arguments);
    let parsed = parsed.and_then(|matches| Igwctl::from_arg_matches(&matches));
    let igwctl = match parsed {
        Ok(igwctl) => igwctl,
        Err(error) => return refuse(&error),
    };
    let color = igwctl.globals.color();
    igwctl.command.run(&igwctl.globals).unwrap_or_else(|error| {
        if error.exit != Exit::BrokenPipe {
            let style = terminal::error_style(color);
            let label = style.paint(Tone::Error, "error:");
            let mut text = format!("{label} {}\n", harmless(&error.message));
            for hint in &error.hints {
                text += &format!("  {}\n", harmless(hint));
            }
            terminal::complain(&text);
        }
        error.exit
    })
}

/// The whole command line, under the name by which it was called.
pub fn command(name: &str) -> clap::Command {
    let shown = if name == "kubectl-igw" { "kubectl igw" } else { "igwctl" };
    let command = Igwctl::command().bin_name(shown).after_help(exit::help());
    command.mut_subcommands(|command| {
        let own = command.get_after_help().map_or_else(String::new, |it| format!("{it}\n\n"));
        command.max_term_width(100).after_help(own + &exit::help())
    })
}

/// What is wanted by the arguments of `igwctl render`, the command's name left out: what
/// `Intent::to_argv` gives is read back so.
pub fn intent(arguments: &[String]) -> Result<Intent> {
    let line = ["igwctl", "render"].into_iter().chain(arguments.iter().map(String::as_str));
    let parsed = command("igwctl").try_get_matches_from(line);
    let parsed = parsed.and_then(|matches| Igwctl::from_arg_matches(&matches));
    match parsed.map_err(|error| Error::usage(error.to_string()))? {
        Igwctl { command: Command::Render(args), globals } => args.intent(&globals),
        _ => Err(Error::usage("not the arguments of render")),
    }
}

/// What the tool writes of itself and the repository keeps: path and contents of each file.
pub fn generated() -> Vec<(String, String)> {
    use clap_complete::Shell;
    let mut files = vec![
        ("docs/checks.md".to_owned(), crate::diagnose::explain::book()),
        ("docs/probe.md".to_owned(), crate::probe::book()),
        ("docs/schema/app.json".to_owned(), crate::render::app_file::schema()),
    ];
    for (file, roles) in crate::effects::cluster::rights::roles() {
        files.push((format!("docs/roles/{file}"), roles));
    }
    for (file, schema) in crate::report::schemas() {
        files.push((format!("docs/schema/{file}"), schema));
    }
    for (shell, file) in [
        (Shell::Bash, "igwctl.bash"),
        (Shell::Zsh, "_igwctl"),
        (Shell::Fish, "igwctl.fish"),
        (Shell::PowerShell, "igwctl.ps1"),
    ] {
        files.push((format!("completions/{file}"), completion::script(shell)));
    }
    files.extend(man::pages().into_iter().map(|(file, page)| (format!("man/{file}"), page)));
    files
}

/// Help and version are asked for; all else is a wrong command line.
fn refuse(error: &clap::Error) -> Exit {
    use clap::error::ErrorKind;
    let text = error.render();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let style = terminal::style(terminal::Color::Auto);
            let text = if style.color { text.ansi().to_string() } else { text.to_string() };
            match terminal::print(&text) {
                Ok(()) => Exit::Done,
                Err(error) => error.exit,
            }
        }
        _ => {
            let style = terminal::error_style(terminal::Color::Auto);
            let text = if style.color { text.ansi().to_string() } else { text.to_string() };
            terminal::complain(&text);
            Exit::Usage
        }
    }
}

/// The error of a value that is none of those that are taken.
fn none_of(what: &str, given: &str, taken: &[&str]) -> Error {
    Error::usage(format!("{what} {given}: none of {}", taken.join(", ")))
}
