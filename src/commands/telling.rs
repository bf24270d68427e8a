//! What those who change something are told: what is to be known, and what will happen.

use super::globals::Globals;
use super::publish::Prepared;
use crate::change::{Action, Object, Plan, Step};
use crate::effects::terminal;
use crate::error::Result;
use crate::model::host_name;
use crate::output;
use crate::output::style::{Tone, harmless};

/// Says what is to be known, each sentence once.
pub(super) fn warn(warnings: &[String], globals: &Globals) {
    let style = terminal::error_style(globals.color());
    for (at, warning) in warnings.iter().enumerate() {
        if !warnings[..at].contains(warning) {
            terminal::complain(&output::message(Some(Tone::Warning), "note: ", warning, &style));
        }
    }
}

/// What will become of objects, for whoever is asked whether it shall.
pub(super) fn steps(plan: &Plan) -> String {
    let line = |step: &Step| {
        let word = match step.action {
            Action::Created => "create",
            Action::Configured => "change",
            Action::Unchanged => "leave",
        };
        format!("  {word} {}\n", harmless(&step.object().to_string()))
    };
    plan.steps.iter().map(line).collect()
}

/// What will happen to applications, likewise.
pub(super) fn summary<'o>(prepared: &Prepared, pruned: impl Iterator<Item = &'o Object>) -> String {
    let mut text = steps(&prepared.plan);
    for object in pruned {
        text += &format!("  delete {}\n", harmless(&object.reference().to_string()));
    }
    for url in prepared.rendered.iter().flat_map(|it| &it.urls) {
        text += &format!("  answers at {}\n", harmless(url));
    }
    if let Some(gateway) = &prepared.gateway {
        let key = gateway.object.key();
        let address = gateway.endpoint.as_ref().map_or("no address yet".to_owned(), |endpoint| {
            let reach = match endpoint.ip.map(host_name::is_public) {
                Some(true) => "public: everybody reaches it",
                Some(false) => "not public",
                None => "whether it is public is not known",
            };
            format!("{} ({reach})", harmless(&endpoint.host))
        });
        text += &format!("  gateway {key} at {address}\n");
    }
    text
}

/// A line as kubectl prints it.
pub(super) fn say(name: &str, what: &str, suffix: &str) -> Result<()> {
    terminal::print(&format!("{} {what}{suffix}\n", harmless(name)))
}
