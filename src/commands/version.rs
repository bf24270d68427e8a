//! `igwctl version`.

use serde::Serialize;

use crate::effects::terminal;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::yaml;
use crate::output;
use crate::report::API_VERSION;

/// Print the version of igwctl
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How to write it
    #[arg(short, long, value_name = "FORMAT", default_value = "table",
          value_parser = ["table", "json", "yaml"])]
    output: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Versions {
    api_version: &'static str,
    kind: &'static str,
    client: &'static str,
}

pub(super) fn run(args: Args) -> Result<Exit> {
    let versions =
        Versions { api_version: API_VERSION, kind: "Version", client: env!("CARGO_PKG_VERSION") };
    let text = match &*args.output {
        "json" => output::json(&versions),
        "yaml" => yaml::write(&versions),
        _ => format!("igwctl {}\n", versions.client),
    };
    terminal::print(&text)?;
    Ok(Exit::Done)
}
