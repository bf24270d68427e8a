//! `igwctl man`.

use crate::effects::terminal;
use crate::error::{Error, Result};
use crate::exit::Exit;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  igwctl man diagnose | man -l -")]
pub(super) struct Args {
    /// The subcommand
    subcommand: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<Exit> {
    let name = match &args.subcommand {
        None => "igwctl.1".to_owned(),
        Some(subcommand) => format!("igwctl-{subcommand}.1"),
    };
    let pages = pages();
    let Some((_, page)) = pages.iter().find(|(file, _)| *file == name) else {
        let known: Vec<&str> = pages.iter().map(|(file, _)| file.trim_end_matches(".1")).collect();
        return Err(Error::usage(format!("there is no page {name}"))
            .hint(format!("there are {}", known.join(", "))));
    };
    terminal::print(page)?;
    Ok(Exit::Done)
}

/// Every page, with the name of its file.
pub(super) fn pages() -> Vec<(String, String)> {
    let mut command = super::command("igwctl").disable_help_subcommand(true);
    command.build();
    let render = |command: clap::Command| {
        let mut page = Vec::new();
        // Writing into a Vec does not fail.
        drop(clap_mangen::Man::new(command).render(&mut page));
        String::from_utf8_lossy(&page).into_owned()
    };
    let mut pages = vec![("igwctl.1".to_owned(), render(command.clone()))];
    for subcommand in command.get_subcommands() {
        let name = format!("igwctl-{}", subcommand.get_name());
        let file = format!("{name}.1");
        pages.push((file, render(subcommand.clone().name(name).bin_name("igwctl"))));
    }
    pages
}
