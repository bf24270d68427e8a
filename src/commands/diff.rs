//! `igwctl diff`.

use super::globals::Globals;
use super::obstacle::{self, Sender};
use super::publish::{self, Asking, Publish};
use super::{meant, telling};
use crate::change::{Obstacle, Step, difference};
use crate::effects::{compare, terminal};
use crate::error::Result;
use crate::exit::Exit;
use crate::output;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  igwctl diff shop -n shop --host shop.example.com --route /=frontend:80
  igwctl diff -f apps.yaml

What would come of it is the API server's word, by a dry run of server-side apply. KUBECTL_EXTERNAL_DIFF
names a program that is called with two folders instead, as kubectl diff does. Of a Secret's values it
is only shown that they differ.")]
pub(super) struct Args {
    #[command(flatten)]
    publish: Publish,

    /// Show too what apply --prune would delete
    #[arg(long, help_heading = None)]
    prune: bool,

    /// Ask nothing, even on a terminal
    #[arg(long)]
    no_input: bool,
}

pub(super) fn run(args: Args, globals: &Globals) -> Result<Exit> {
    differs(&args, globals).map_err(|error| meant::namespace(error, globals))
}

fn differs(args: &Args, globals: &Globals) -> Result<Exit> {
    let asking = Asking { client: false, may_ask: !args.no_input };
    let mut prepared = publish::prepare(&args.publish, globals, asking)?;
    telling::warn(&prepared.warnings, globals);
    // That somebody else set a field, or made the object, is part of what is to be seen.
    let is_seen = |it: &Obstacle| {
        matches!(it, Obstacle::Foreign { .. } | Obstacle::Repository(_) | Obstacle::Conflict(_))
    };
    for step in &prepared.plan.steps {
        for it in &step.obstacles {
            let error = obstacle::error(&step.object(), it, Sender::Apply(&prepared.apps));
            if !is_seen(it) {
                return Err(error);
            }
            telling::warn(&[error.message], globals);
        }
    }
    let old = if args.prune { publish::outdated(&mut prepared)? } else { Vec::new() };
    let steps: Vec<&Step> = prepared.plan.steps.iter().collect();
    if prepared.plan.is_empty() && old.is_empty() {
        return Ok(Exit::Done);
    }
    if let Some(program) = compare::program() {
        let files = steps.iter().map(|it| (difference::file_name(it), difference::texts(it)));
        let gone = old.iter().map(difference::removed);
        return compare::run(&program, files.chain(gone).collect());
    }
    let style = terminal::style(globals.color());
    for step in steps {
        terminal::print(&output::changes::colored(&difference::unified(step), &style))?;
    }
    for object in &old {
        terminal::print(&output::changes::colored(&difference::of_removed(object), &style))?;
    }
    Ok(Exit::Findings)
}
