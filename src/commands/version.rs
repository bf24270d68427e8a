//! `igwctl version`.

use serde::Serialize;

use super::globals::Globals;
use super::telling;
use crate::effects::cluster::{self, Cluster};
use crate::effects::terminal;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::yaml;
use crate::output;
use crate::report::API_VERSION;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  igwctl version\n  igwctl version --client -o json")]
pub(super) struct Args {
    /// Only igwctl's own version; nothing is contacted
    #[arg(long)]
    client: bool,

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
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<cluster::Versions>,
}

pub(super) fn run(args: Args, globals: &Globals) -> Result<Exit> {
    let access = globals.access()?;
    // Without any kubeconfig there is no cluster to ask, and nothing amiss.
    let asks = !args.client && Cluster::is_configured(&access);
    let cluster = if asks { ask(&access) } else { Ok(None) };
    let (cluster, outcome) = match cluster {
        Ok(cluster) => (cluster, Ok(Exit::Done)),
        Err(error) => (None, Err(error)),
    };
    let client = env!("CARGO_PKG_VERSION");
    let versions = Versions { api_version: API_VERSION, kind: "Version", client, cluster };
    let text = match &*args.output {
        "json" => output::json(&versions),
        "yaml" => yaml::write(&versions),
        _ => table(&versions),
    };
    terminal::print(&text)?;
    if let Some(cluster) = &versions.cluster {
        telling::warn(&cluster.notices, globals);
    }
    outcome
}

fn ask(access: &cluster::Access) -> Result<Option<cluster::Versions>> {
    let spinner = terminal::spinner();
    spinner.show("versions");
    Cluster::connect(access)?.versions().map(Some)
}

fn table(versions: &Versions) -> String {
    let mut text = format!("igwctl      {}\n", versions.client);
    if let Some(cluster) = &versions.cluster {
        let list = |versions: &std::collections::BTreeSet<String>| {
            let list: Vec<&str> = versions.iter().map(String::as_str).collect();
            match &*list {
                [] if cluster.notices.is_empty() => "not found".to_owned(),
                [] => "not known".to_owned(),
                list => list.join(", "),
            }
        };
        text += &format!("kubernetes  {}\n", cluster.kubernetes);
        text += &format!("istiod      {}\n", list(&cluster.istiod));
        text += &format!("gateways    {}\n", list(&cluster.proxies));
    }
    text
}
