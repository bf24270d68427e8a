//! One file a subcommand: arguments in, report out. Their doc comments are the help.

mod against;
mod app;
mod apply;
mod arrival;
mod bootstrap;
mod complete;
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
mod help;
mod inputs;
mod issued;
mod late;
mod list;
mod man;
mod manifests;
mod material;
mod meant;
mod obstacle;
mod patience;
mod probe;
mod publish;
mod render;
mod sending;
mod snapshot;
mod telling;
mod tls;
mod version;
mod wizard;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::effects::terminal::Color;
use crate::effects::{arguments, prompt, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output;
use crate::output::style::Tone;
use crate::render::Intent;
use globals::Globals;
use late::Late;

/// Says what is wrong with an Istio ingress gateway: which object, why, and the fix.
#[derive(Debug, Parser)]
#[command(name = "igwctl", version, arg_required_else_help = true, max_term_width = 100)]
struct Igwctl {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    globals: Globals,
}

/// What to begin with.
const EXAMPLES: &str = "\
Examples:
  # which gateways there are, and what is wrong with them
  igwctl discover
  igwctl diagnose

  # what a client gets, and which object is to blame
  igwctl probe https://shop.example.com/

  # an application on a gateway, over TLS
  igwctl apply shop -n shop --route /=frontend:80 --tls --issuer letsencrypt";

/// Every subcommand: a new one is a file, a variant and an arm.
#[derive(Debug, Subcommand)]
enum Command {
    /// Say which ingress gateways there are, and where each is reached
    Discover(Late<discover::Args>),
    /// Say what is wrong with gateways: which object, why, and the fix
    Diagnose(Late<diagnose::Args>),
    /// Ask for a URL as a client does, and say what each stage got
    Probe(Late<probe::Args>),
    /// Write the objects that put an application on a gateway
    Render(Late<render::Args>),
    /// Put an application on a gateway of the cluster
    Apply(Late<apply::Args>),
    /// Show what apply would change, object by object
    Diff(Late<diff::Args>),
    /// Delete what apply made for an application, and nothing else
    Delete(Late<delete::Args>),
    /// List what apply made, its state, and where it answers
    List(Late<list::Args>),
    /// Have a conversation, from what is wrong or wanted until it works
    Wizard(Late<wizard::Args>),
    /// Give a namespace an ingress gateway of its own
    Bootstrap(Late<bootstrap::Args>),
    /// Show the page of a finding: what it means, why, what to do
    Explain(Late<explain::Args>),
    /// Write what diagnose sees into one file, without private material
    Snapshot(Late<snapshot::Args>),
    /// Print the completion script of a shell
    Completion(Late<completion::Args>),
    /// Print the man page of igwctl or of a subcommand
    Man(Late<man::Args>),
    /// Print the versions of igwctl, istiod and the gateways
    Version(Late<version::Args>),
}

impl Command {
    fn run(self, globals: &Globals) -> Result<Exit> {
        match self {
            Self::Discover(Late(args)) => discover::run(*args, globals),
            Self::Diagnose(Late(args)) => diagnose::run(*args, globals),
            Self::Probe(Late(args)) => probe::run(*args, globals),
            Self::Render(Late(args)) => render::run(*args, globals),
            Self::Apply(Late(args)) => apply::run(*args, globals),
            Self::Diff(Late(args)) => diff::run(*args, globals),
            Self::Delete(Late(args)) => delete::run(*args, globals),
            Self::List(Late(args)) => list::run(*args, globals),
            Self::Wizard(Late(args)) => wizard::run(*args, globals),
            Self::Bootstrap(Late(args)) => bootstrap::run(*args, globals),
            Self::Explain(Late(args)) => explain::run(*args, globals),
            Self::Snapshot(Late(args)) => snapshot::run(*args, globals),
            Self::Completion(Late(args)) => completion::run(&args),
            Self::Man(Late(args)) => man::run(&args),
            Self::Version(Late(args)) => version::run(*args, globals),
        }
    }
}

/// Parses the command line, runs the command, and says how it ended.
pub fn main() -> Exit {
    let called = arguments::called();
    if let Some(request) = complete::request(&called) {
        return complete::run(&request);
    }
    let parsed = command(&called.name).try_get_matches_from(called.arguments);
    let parsed = parsed.and_then(|matches| Igwctl::from_arg_matches(&matches));
    let igwctl = match parsed {
        Ok(igwctl) => igwctl,
        Err(error) => return refuse(&error),
    };
    let color = igwctl.globals.color();
    prompt::color(color);
    igwctl.command.run(&igwctl.globals).unwrap_or_else(|error| {
        complain(&error, color);
        error.exit
    })
}

/// Says what went wrong, and what to do next.
fn complain(error: &Error, color: Color) {
    if error.exit == Exit::BrokenPipe {
        return;
    }
    let style = terminal::error_style(color);
    let mut text = match error.exit {
        // A no, or an interrupt, is what was wanted.
        Exit::Interrupted => output::message(None, "", &error.message, &style),
        _ => output::message(Some(Tone::Error), "error: ", &error.message, &style),
    };
    for hint in &error.hints {
        text += &output::message(None, "  ", hint, &style);
    }
    terminal::complain(&text);
}

/// The whole of a command line without the program's name.
fn parsed(arguments: &[String]) -> Result<Igwctl> {
    let line = ["igwctl"].into_iter().chain(arguments.iter().map(String::as_str));
    let parsed = command("igwctl").try_get_matches_from(line);
    let parsed = parsed.and_then(|matches| Igwctl::from_arg_matches(&matches));
    parsed.map_err(|error| Error::usage(error.to_string()))
}

/// Runs a command line, its program's name left out, as if it had been typed.
fn obey(arguments: &[String]) -> Result<Exit> {
    let Igwctl { command, globals } = parsed(arguments)?;
    command.run(&globals)
}

/// What is typed to get the program that was called by this name.
fn shown(name: &str) -> &'static str {
    if name == "kubectl-igw" { "kubectl igw" } else { "igwctl" }
}

/// The whole command line, under the name by which it was called.
pub fn command(name: &str) -> clap::Command {
    let help = clap::Arg::new("help").short('h').long("help").global(true);
    let help = help.action(clap::ArgAction::HelpShort).help("Print help").help_heading(None);
    let command = Igwctl::command().bin_name(shown(name)).disable_help_flag(true).arg(help);
    // clap's yellow is hard to read on white, and the quotes say it as well.
    let quoted = command.get_styles().get_literal().to_owned();
    let styles = command.get_styles().clone().invalid(quoted);
    help::told(command.styles(styles), EXAMPLES)
}

/// What is wanted by the arguments of `igwctl render`, the command's name left out: what
/// `Intent::to_argv` gives is read back so.
///
/// # Errors
/// Usage (2) where the arguments are none of `render`, or do not go together.
pub fn intent(arguments: &[String]) -> Result<Intent> {
    let line: Vec<String> =
        ["render".to_owned()].into_iter().chain(arguments.iter().cloned()).collect();
    match parsed(&line)? {
        Igwctl { command: Command::Render(args), globals } => args.0.intent(&globals),
        _ => Err(Error::usage("not the arguments of render")),
    }
}

/// What the tool writes of itself and the repository keeps: path and contents of each file.
pub fn generated() -> Vec<(String, String)> {
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
            match terminal::print(&style.spelled(&text)) {
                Ok(()) => Exit::Done,
                Err(error) => error.exit,
            }
        }
        _ => {
            let style = terminal::error_style(terminal::Color::Auto);
            let text = if style.color { text.ansi().to_string() } else { text.to_string() };
            terminal::complain(&style.spelled(&text));
            Exit::Usage
        }
    }
}

/// The error of a value that is none of those that are taken.
fn none_of(what: &str, given: &str, taken: &[&str]) -> Error {
    let mut taken = taken.to_vec();
    taken.sort_unstable();
    taken.dedup();
    let error = Error::usage(format!("{what} {given}: none of {}", taken.join(", ")));
    meant::near(error, given, taken.into_iter())
}
