//! What says something of the inputs; it goes wherever they go.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::globals::Globals;
use crate::effects::clock;
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
          value_delimiter = ',', default_missing_value = "")]
    complete: Vec<String>,

    /// Where the gateway is that the files mean, for files that show no pods: its namespace, and
    /// its pods' labels if it matters (repeatable)
    #[arg(long, value_name = "NS[:KEY=VALUE,…]")]
    assume_gateway: Vec<String>,

    /// The moment to judge by, instead of now: RFC 3339
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
}

impl Inputs {
    /// The session that reads these paths so.
    pub(super) fn session(&self, paths: Vec<String>, globals: &Globals) -> Result<Session> {
        let wishes = Wishes {
            reads: Kinds::default(),
            keeps_raw: false,
            namespace: globals.namespace.clone(),
            complete: self.complete()?,
            assumed: self.assume_gateway.iter().map(|it| assumed(it)).collect::<Result<_>>()?,
            now: self.now.as_deref().map(time).transpose()?,
            clock: clock::now(),
        };
        Ok(Session { paths, wishes })
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
                let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.plural()).collect();
                return Err(super::none_of("--complete", name, &known));
            }
            kinds = kinds.and(Kinds::of(&named));
        }
        Ok(if is_bare { Complete::Shown } else { Complete::These(kinds) })
    }
}

fn time(text: &str) -> Result<Timestamp> {
    text.parse()
        .map_err(|_| Error::usage(format!("--now {text}: not a time such as 2026-11-24T03:00:00Z")))
}

fn assumed(text: &str) -> Result<AssumedGateway> {
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
    let labels = labels.map(|labels| {
        labels
            .split(',')
            .map(|label| {
                let (key, value) = label.split_once('=')?;
                (!key.is_empty()).then(|| (key.to_owned(), value.to_owned()))
            })
            .collect::<Option<BTreeMap<_, _>>>()
            .ok_or_else(|| wrong("labels are written key=value"))
    });
    Ok(AssumedGateway { namespace: namespace.to_owned(), labels: labels.transpose()? })
}
