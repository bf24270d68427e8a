//! How is asked, run and told, and what was done.

use super::surroundings::{Surroundings, There};
use crate::commands::globals::Globals;
use crate::commands::{self, inputs};
use crate::diagnose::{Diagnose, Scope};
use crate::effects::cluster::LogWishes;
use crate::effects::terminal::Color;
use crate::effects::{arguments, clock, dns, prompt, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ingest::Wishes;
use crate::output::style::{Tone, harmless};
use crate::output::{self, Format, shell};
use crate::report::Diagnosis;
use crate::session::Session;
use crate::world::{Kinds, Question};

/// A conversation.
pub(super) struct Talk<'a> {
    globals: &'a Globals,
    /// The files that stand for the cluster, if there are any.
    from: &'a [String],
    /// What was changed, as command lines.
    done: Vec<Vec<String>>,
}

impl<'a> Talk<'a> {
    pub(super) fn new(globals: &'a Globals, from: &'a [String]) -> Self {
        Self { globals, from, done: Vec::new() }
    }

    /// Whether there is no cluster, but files.
    pub(super) fn is_of_files(&self) -> bool {
        !self.from.is_empty()
    }

    /// The namespace that was named.
    pub(super) fn namespace(&self) -> Option<&str> {
        self.globals.namespace.as_deref()
    }

    /// Says that something failed.
    pub(super) fn regret(&self, error: &Error) {
        commands::complain(error, self.globals.color());
    }

    /// What is there.
    pub(super) fn look(&self) -> Result<There> {
        let mut session = self.session()?;
        session.names = Some(dns::Server::System);
        Ok(session.ask(&Surroundings)?.0)
    }

    /// What is wrong with what serves a host; where nothing serves it, what is wrong at all. The
    /// report is shown.
    pub(super) fn diagnose(&self, host: Option<&str>) -> Result<Diagnosis> {
        let of = |gateway: Option<&str>| {
            let gateway = gateway.map(|it| (None, it.to_owned()));
            let question = Diagnose { scope: Scope { namespace: None, gateway } };
            let mut session = self.session()?;
            session.wishes.reads = question.reads();
            if let Some((_, logs)) = &mut session.cluster {
                *logs = inputs::usual_logs()?;
            }
            session.ask(&question).map(|(it, known)| (it, known.notices))
        };
        self.show(&self.reading("diagnose", host.map(|it| ["--gateway", it])));
        let (mut diagnosis, mut notices) = of(host)?;
        if diagnosis.looked_at.is_nothing_in_scope {
            say(&format!("no Gateway serves {}", host.unwrap_or_default()));
            (diagnosis, notices) = of(None)?;
        }
        diagnosis.notices = notices;
        let style = terminal::style(self.globals.color());
        terminal::print(&output::diagnosis(&diagnosis, Format::Table, &style))?;
        Ok(diagnosis)
    }

    /// A line of a command that takes files as its arguments.
    fn reading(&self, command: &str, flag: Option<[&str; 2]>) -> Vec<String> {
        let paths = self.from.iter().map(String::as_str);
        let line = [command].into_iter().chain(paths).chain(flag.into_iter().flatten());
        line.map(str::to_owned).collect()
    }

    /// The files as they are named to the commands that do something beside reading.
    pub(super) fn files(&self) -> Vec<String> {
        self.from.iter().flat_map(|path| ["--from".to_owned(), path.clone()]).collect()
    }

    fn session(&self) -> Result<Session> {
        let cluster =
            if self.is_of_files() { None } else { Some((self.globals.access()?, LogWishes::NONE)) };
        let wishes = Wishes {
            namespace: self.globals.namespace.clone(),
            ..Wishes::of(Kinds::default(), clock::now())
        };
        Ok(Session { paths: self.from.to_vec(), cluster, names: None, wishes })
    }

    /// Runs a command that reads.
    pub(super) fn read(&mut self, line: Vec<String>) -> Result<Exit> {
        self.show(&line);
        self.run(&line)
    }

    /// Runs a command that changes something, and asks before it does.
    pub(super) fn change(&mut self, line: Vec<String>) -> Result<Exit> {
        self.show(&line);
        prompt::has_agreed();
        let exit = self.run(&line)?;
        // What was agreed to is done, whatever is still wrong or did not come in time.
        if prompt::has_agreed() || exit == Exit::Done {
            let mut line = line;
            line.push("--yes".to_owned());
            self.done.push(line);
        }
        Ok(exit)
    }

    /// A command as it is typed, before it is run.
    fn show(&self, line: &[String]) {
        let style = terminal::error_style(self.globals.color());
        let text = format!("\n$ {}\n", harmless(&self.written(line)));
        terminal::complain(&style.paint(Tone::Strong, &text));
    }

    fn written(&self, line: &[String]) -> String {
        let mut words = vec![commands::shown(&arguments::called().name).to_owned()];
        words.extend(line.iter().chain(&self.globals.to_argv()).map(|it| shell::word(it)));
        words.join(" ")
    }

    fn run(&self, line: &[String]) -> Result<Exit> {
        let line: Vec<String> = line.iter().cloned().chain(self.globals.to_argv()).collect();
        match commands::obey(&line) {
            Ok(exit) => Ok(exit),
            Err(error) if prompt::is_interrupted() => Err(error),
            Err(error) => {
                self.regret(&error);
                Ok(error.exit)
            }
        }
    }

    /// Says what was done, and how a script does it.
    pub(super) fn part(&self) {
        if self.done.is_empty() {
            return say("nothing was changed");
        }
        say("\nwhat was done, for a script:");
        for line in &self.done {
            // A command is never broken: it is there to be copied.
            terminal::complain(&format!("  {}\n", harmless(&self.written(line))));
        }
    }
}

/// Says something, broken at words.
pub(super) fn say(text: &str) {
    let style = terminal::error_style(Color::Auto);
    let line = |line: &str| match line {
        "" => "\n".to_owned(),
        line => output::message(None, "", line, &style),
    };
    terminal::complain(&text.lines().map(line).collect::<String>());
}
