//! `igwctl list`.

use super::globals::Globals;
use super::{meant, telling};
use crate::change;
use crate::effects::cluster::Cluster;
use crate::effects::terminal;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::labels;
use crate::output::style::harmless;
use crate::output::{self, ListFormat};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  igwctl list
  igwctl list -n shop -o wide
  igwctl list -o json

The state is that of the application's own objects; what a client gets is for igwctl probe to say.
Gateways that igwctl bootstrap made are listed too, but for entries of an IstioOperator. -o name has
the applications alone, as igwctl delete takes them.")]
pub(super) struct Args {
    /// How to write the list
    #[arg(short, long, value_name = "FORMAT", default_value = "table",
          value_parser = ["table", "wide", "json", "yaml", "name"])]
    output: String,
}

pub(super) fn run(args: Args, globals: &Globals) -> Result<Exit> {
    let mut cluster = Cluster::connect(&globals.access()?)?;
    let own = globals.namespace.clone().unwrap_or_else(|| cluster.namespace().to_owned());
    let spinner = terminal::spinner();
    spinner.show("what igwctl manages");
    let kinds = [change::KINDS, change::TELLING_KINDS].concat();
    let found = cluster.labelled(&kinds, &labels::managed(), &[own])?;
    drop(spinner);
    let mut applications = change::applications(&found.objects);
    if let Some(namespace) = globals.scope() {
        applications.keep(&namespace);
    }
    telling::warn(&found.gaps, globals);
    applications.notices = found.gaps;
    let is_blind = applications.is_empty() && !applications.notices.is_empty();
    let format = match &*args.output {
        "wide" => ListFormat::Wide,
        "json" => ListFormat::Json,
        "yaml" => ListFormat::Yaml,
        "name" => ListFormat::Name,
        _ => ListFormat::Table,
    };
    let is_for_people = matches!(format, ListFormat::Table | ListFormat::Wide);
    if applications.is_empty() && is_for_people {
        let nothing = Error::new(Exit::NotThere, "igwctl made nothing here");
        let nothing = meant::namespace(nothing, globals);
        let lines = [nothing.message]
            .into_iter()
            .chain(nothing.hints.into_iter().map(|it| format!("  {it}")));
        terminal::complain(&lines.map(|it| harmless(&it) + "\n").collect::<String>());
    } else {
        let style = terminal::style(globals.color());
        terminal::print(&output::applications(&applications, format, &style))?;
    }
    if is_blind {
        return Err(Error::new(Exit::Forbidden, "nothing may be listed"));
    }
    Ok(Exit::Done)
}
