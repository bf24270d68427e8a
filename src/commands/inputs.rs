//! What says something of the inputs; it goes wherever they go.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::globals::Globals;
use crate::effects::clock;
use crate::effects::cluster::LogWishes;
use crate::error::{Error, Result};
use crate::ingest::{Complete, Wishes};
use crate::session::Session;
use crate::world::{AssumedGateway, Kind, Kinds};

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Inputs")]
pub(super) struct Inputs {
    /// The inputs show all objects of these kinds (kubectl's names), or of every kind shown, so
    /// that one which is not there does not exist
    #[arg(long, value_name = "KINDS", num_args = 0..=1, require_equals = true,
          value_delimiter = ',', default_missing_value = "", hide_short_help = true)]
    complete: Vec<String>,

    /// Where the gateway is, for files that show no pods (repeatable)
    ///
    /// Its namespace, and its pods' labels if it matters.
    #[arg(long, value_name = "NS[:KEY=VALUE,…]")]
    assume_gateway: Vec<String>,

    /// Ask the cluster too, and hold the files against what is there
    #[arg(long)]
    live: bool,

    /// The moment to judge by, instead of now: RFC 3339
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    now: Option<String>,
}

/// How far back logs are read where nobody says.
const SINCE: &str = "1h";

/// How much of the cluster's logs is read.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Inputs")]
pub(super) struct LogFlags {
    /// How far back the cluster's logs are read; 0 means all
    #[arg(long, value_name = "TIME", default_value = SINCE, hide_short_help = true)]
    since: String,

    /// Read only the last lines of each of the cluster's logs
    #[arg(long, value_name = "LINES", hide_short_help = true)]
    tail: Option<u64>,

    /// Read none of the cluster's logs
    #[arg(long, hide_short_help = true)]
    no_logs: bool,
}

/// How much is read where nobody says.
pub(super) fn usual_logs() -> Result<LogWishes> {
    LogFlags { since: SINCE.to_owned(), tail: None, no_logs: false }.wishes()
}

impl LogFlags {
    pub(super) fn wishes(&self) -> Result<LogWishes> {
        let since = super::globals::span("--since", &self.since)?;
        Ok(LogWishes { none: self.no_logs, since, tail: self.tail })
    }
}

impl Inputs {
    /// Those of a command that says itself where the gateway is.
    pub(super) fn of(complete: &[String], live: bool, now: Option<&str>) -> Self {
        let (complete, now) = (complete.to_vec(), now.map(str::to_owned));
        Self { complete, assume_gateway: Vec::new(), live, now }
    }

    /// The session that reads these paths so: without paths, or with `--live`, the cluster.
    pub(super) fn session(
        &self,
        paths: Vec<String>,
        logs: LogWishes,
        globals: &Globals,
    ) -> Result<Session> {
        let is_asked = paths.is_empty() || self.live;
        let cluster = if is_asked { Some((globals.access()?, logs)) } else { None };
        let wishes = Wishes {
            namespace: globals.namespace.clone(),
            complete: self.complete()?,
            assumed: self.assume_gateway.iter().map(|it| assumed(it)).collect::<Result<_>>()?,
            now: self.now.as_deref().map(time).transpose()?,
            ..Wishes::of(Kinds::default(), clock::now())
        };
        Ok(Session { paths, cluster, names: None, wishes })
    }

    fn complete(&self) -> Result<Complete> {
        if self.complete.is_empty() {
            return Ok(Complete::Nothing);
        }
        let mut kinds = Kinds::default();
        let mut is_bare = true;
        for name in self.complete.iter().map(|it| it.trim()).filter(|it| !it.is_empty()) {
            is_bare = false;
            let named = Kind::named(name);
            if named.is_empty() {
                let known: Vec<&str> = Kind::ALL
                    .iter()
                    .filter(|it| it.is_telling())
                    .map(|kind| kind.plural())
                    .collect();
                return Err(super::none_of("--complete", name, &known));
            }
            kinds = kinds.and(Kinds::of(&named));
        }
        Ok(if is_bare { Complete::Shown } else { Complete::These(kinds) })
    }
}

/// The moment that `--now` names.
pub(super) fn time(text: &str) -> Result<Timestamp> {
    text.parse()
        .map_err(|_| Error::usage(format!("--now {text}: not a time such as 2026-11-24T03:00:00Z")))
}

/// A gateway that is said to be there: `NS`, or `NS:key=value,…`.
pub(super) fn assumed(text: &str) -> Result<AssumedGateway> {
    let (namespace, labels) = match text.split_once(':') {
        None => (text, None),
        Some((namespace, labels)) => (namespace, Some(labels)),
    };
    let wrong = |what: &str| {
        Error::usage(format!("--assume-gateway {text}: {what}"))
            .hint("for example: --assume-gateway istio-system:istio=ingressgateway")
    };
    let is_name = !namespace.is_empty()
        && namespace.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
    if !is_name {
        return Err(wrong("the namespace is not one"));
    }
    let labels =
        labels.map(|it| self::labels(it).ok_or_else(|| wrong("labels are written key=value")));
    Ok(AssumedGateway { namespace: namespace.to_owned(), labels: labels.transpose()? })
}

/// Labels, as `key=value,…`.
pub(super) fn labels(text: &str) -> Option<BTreeMap<String, String>> {
    let labels = text.split(',').map(|label| {
        let (key, value) = label.split_once('=')?;
        (!key.is_empty()).then(|| (key.to_owned(), value.to_owned()))
    });
    labels.collect()
}
