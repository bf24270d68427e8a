//! `igwctl diagnose`.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use super::fix::Fixing;
use super::globals::Globals;
use super::inputs::{Inputs, LogFlags};
use crate::diagnose::policy::{self, FailOn};
use crate::diagnose::{Diagnose, Scope};
use crate::effects::terminal;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output::{self, Format};
use crate::session::Known;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # the cluster of the current context
  igwctl diagnose

  # objects and istiod's log; the pipe keeps secrets off the disk
  kubectl logs -n istio-system deploy/istiod > istiod.log
  kubectl get gateways.networking.istio.io,pods,secrets -A -o yaml |
    igwctl diagnose - istiod.log

  # a pull request: manifests alone, and where the gateway is that they mean
  igwctl diagnose deploy/ --assume-gateway istio-system

  # a log alone, in JSON
  kubectl logs -n istio-system deploy/istiod | igwctl diagnose - -o json

  # apply what is safe, each change shown and asked for
  igwctl diagnose --fix

What the bytes are is told by content: YAML, JSON, Lists, bundles, gzip, logs, Markdown.
A Secret's values are never shown, and a private key is not kept past its reading.

--fix asks before each change, and moves no private key unless --copy-private-keys says so. A
Certificate in the wrong namespace is made in the right one and waited for; then the old one goes, and
last its Secret. Before anything goes, and at the end, it diagnoses again: what does not help is
undone. A run that is cut off is brought to its end by the next one.")]
pub(super) struct Args {
    /// Files, directories, -: objects, bundles, logs. Without, the cluster
    #[arg(value_name = "PATH")]
    paths: Vec<String>,

    /// Report only on this Service, Gateway, or host
    ///
    /// What has to do with this gateway alone: a Service, a Gateway, as NAME or NS/NAME, or a host
    /// that is served.
    #[arg(long, value_name = "GATEWAY")]
    gateway: Option<String>,

    /// Exit with 1 from: error, warning, info, undecided, none
    ///
    /// From which severity on to exit with 1.
    #[arg(long, hide_possible_values = true, value_name = "SEVERITY", default_value = "error", value_parser = fail_on())]
    fail_on: FailOn,

    /// How to write the report
    #[arg(short, long, value_name = "FORMAT", default_value = "table", value_parser = formats())]
    output: Format,

    #[command(flatten)]
    inputs: Inputs,

    #[command(flatten)]
    logs: LogFlags,

    #[command(flatten)]
    fixing: Fixing,
}

fn formats() -> impl clap::builder::TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.iter().map(|(name, _)| *name)).map(|given| {
        Format::ALL.iter().find(|(name, _)| *name == given).map_or_else(Format::default, |it| it.1)
    })
}

fn fail_on() -> impl clap::builder::TypedValueParser<Value = FailOn> {
    PossibleValuesParser::new(FailOn::ALL.iter().map(|(name, _)| *name)).map(|given| {
        FailOn::ALL.iter().find(|(name, _)| *name == given).map_or_else(FailOn::default, |it| it.1)
    })
}

pub(super) fn run(args: Args, globals: &Globals) -> Result<Exit> {
    let question = Diagnose { scope: scope(&args, globals)? };
    let paths = args.paths.len();
    args.fixing.check(&args.paths)?;
    let session = args.inputs.session(args.paths, args.logs.wishes()?, globals)?;
    let style = terminal::style(globals.color());
    let again = args.fixing.fix.then(|| session.clone());
    let (mut diagnosis, mut known) = session.ask(&question)?;
    let mut failed = Vec::new();
    if let Some(again) = again {
        let ask = || again.clone().ask(&question);
        ((diagnosis, known), failed) = args.fixing.run((diagnosis, known), &ask, globals)?;
    }
    let Known { notices, unread } = known;
    diagnosis.notices.extend(notices);
    if diagnosis.looked_at.is_nothing_in_scope {
        return Err(nothing_in_scope(args.gateway, globals, diagnosis.nearest));
    }
    // A report of nothing but an input that could not be read is the error itself, except to a
    // script, which gets a Diagnosis whatever happens to the inputs.
    let is_worth_it = args.output != Format::Table || paths > 1;
    if unread.is_none() || is_worth_it {
        terminal::print(&output::diagnosis(&diagnosis, args.output, &style))?;
    }
    match (policy::exit(&diagnosis, args.fail_on), unread) {
        (Exit::Findings, _) => Ok(Exit::Findings),
        (_, Some(error)) => Err(error),
        (exit, None) => failed.into_iter().next().map_or(Ok(exit), Err),
    }
}

/// There is nothing that the report could be about.
fn nothing_in_scope(gateway: Option<String>, globals: &Globals, nearest: Option<String>) -> Error {
    let namespace = globals.namespace.as_deref().unwrap_or_default();
    let what = gateway.as_ref().map_or_else(
        || format!("nothing was seen in namespace {namespace}"),
        |gateway| format!("there is no Gateway that {gateway} means"),
    );
    let mut error = Error::new(Exit::NotThere, what);
    if let Some(near) = nearest {
        error = error.hint(format!("the nearest name is {near}"));
    }
    if gateway.is_none() {
        return error;
    }
    error.hint(
        "what --gateway takes is a Service, a Gateway, or a host that is served: NAME or NS/NAME",
    )
}

fn scope(args: &Args, globals: &Globals) -> Result<Scope> {
    let named = args.gateway.as_deref().map(|given| {
        super::gateway::name(given)
            .map_err(|error| Error::usage(format!("--gateway {}", error.message)))
    });
    let gateway = named.transpose()?.map(|it| (it.namespace, it.name));
    Ok(Scope { namespace: globals.scope(), gateway })
}
