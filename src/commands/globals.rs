//! The flags that every command takes; names and meanings are kubectl's.

use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use crate::effects::cluster::Access;
use crate::effects::terminal::Color;
use crate::error::{Error, Result};

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Globals {
    /// The namespace to report on, or the application's
    ///
    /// Only what has to do with it is reported; for render, apply, diff and delete it is the
    /// application's.
    #[arg(short, long, global = true, value_name = "NS")]
    pub(super) namespace: Option<String>,

    /// Report all namespaces, even if --namespace is given
    #[arg(short = 'A', long, global = true, help_heading = "All commands")]
    pub(super) all_namespaces: bool,

    #[command(flatten)]
    cluster: ClusterFlags,

    /// When to colour: auto (default), always, or never
    #[arg(hide_possible_values = true, hide_default_value = true, long, global = true, help_heading = "All commands", value_name = "WHEN", default_value = "auto", value_parser = colors())]
    color: Color,
}

/// How the cluster is found and talked to.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "All commands")]
struct ClusterFlags {
    /// The kubeconfig file
    #[arg(long, global = true, value_name = "FILE")]
    kubeconfig: Option<String>,

    /// The context of the kubeconfig
    #[arg(long, global = true, value_name = "NAME")]
    context: Option<String>,

    /// The cluster of the kubeconfig
    #[arg(long, global = true, value_name = "NAME", hide_short_help = true)]
    cluster: Option<String>,

    /// The user of the kubeconfig
    #[arg(long, global = true, value_name = "NAME", hide_short_help = true)]
    user: Option<String>,

    /// The user to impersonate
    #[arg(long = "as", global = true, value_name = "USER", hide_short_help = true)]
    impersonate: Option<String>,

    /// A group to impersonate (repeatable)
    #[arg(long = "as-group", global = true, value_name = "GROUP", hide_short_help = true)]
    impersonate_groups: Vec<String>,

    /// How long one request may take: 5s, 1m, or seconds [default: 30s]
    ///
    /// 5s, 1m, or a number of seconds; 0 means the default.
    #[arg(long, global = true, value_name = "TIME", hide_short_help = true)]
    request_timeout: Option<String>,
}

impl Globals {
    /// How the cluster is found and talked to.
    pub(super) fn access(&self) -> Result<Access> {
        let flags = self.cluster.clone();
        let timeout = flags.request_timeout.as_deref();
        Ok(Access {
            kubeconfig: flags.kubeconfig,
            context: flags.context,
            cluster: flags.cluster,
            user: flags.user,
            impersonate: flags.impersonate,
            impersonate_groups: flags.impersonate_groups,
            request_timeout: timeout.map(|it| span("--request-timeout", it)).transpose()?,
            asks_nobody: false,
        })
    }

    /// The flags that say the same of the cluster, for a command line of its own.
    pub(super) fn to_argv(&self) -> Vec<String> {
        let it = &self.cluster;
        let flags = [
            ("--kubeconfig", &it.kubeconfig),
            ("--context", &it.context),
            ("--cluster", &it.cluster),
            ("--user", &it.user),
            ("--as", &it.impersonate),
            ("--request-timeout", &it.request_timeout),
        ];
        let flags = flags.into_iter().filter_map(|(flag, value)| Some((flag, value.as_ref()?)));
        let groups = it.impersonate_groups.iter().map(|group| ("--as-group", group));
        flags.chain(groups).flat_map(|(flag, value)| [flag.to_owned(), value.clone()]).collect()
    }

    pub(super) fn color(&self) -> Color {
        self.color
    }

    /// The namespace that the report is narrowed to.
    pub(super) fn scope(&self) -> Option<String> {
        self.namespace.clone().filter(|_| !self.all_namespaces)
    }
}

/// A span of time as kubectl takes it: Go's way of writing (`1m30s`), or seconds.
pub(super) fn span(flag: &str, text: &str) -> Result<Duration> {
    let wrong = || Error::usage(format!("{flag} {text}: not a time such as 30s or 5m"));
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    let span: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(span).map_err(|_| wrong())
}

fn colors() -> impl clap::builder::TypedValueParser<Value = Color> {
    PossibleValuesParser::new(["auto", "always", "never"]).map(|it| match &*it {
        "always" => Color::Always,
        "never" => Color::Never,
        _ => Color::Auto,
    })
}
