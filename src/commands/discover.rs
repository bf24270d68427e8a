//! `igwctl discover`.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use super::gateway;
use super::globals::{Globals, span};
use super::inputs::Inputs;
use crate::discover::choice::{self, Choice};
use crate::discover::{Answer, Called, Discover};
use crate::effects::cluster::LogWishes;
use crate::effects::{dns, prompt, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::host_name;
use crate::output::env::Shell;
use crate::output::style::Tone;
use crate::output::{self, DiscoveryFormat};
use crate::report::discovery::FoundGateway;
use crate::session::{Known, Session, Wait};

/// How long --wait waits where --timeout does not say, as kubectl's users expect.
const PATIENCE: &str = "5m";

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # all gateways; one, by its Service, a Gateway, or a host that is served
  igwctl discover
  igwctl discover hipstershop.example.com -o wide

  # the variables of Istio's documents, for this shell
  eval \"$(igwctl discover -o env)\"
  igwctl discover -o env --shell fish | source

  # a name that resolves to the gateway by itself: shop.203.0.113.10.sslip.io
  igwctl discover --for shop

  # once the load balancer has its address
  igwctl discover istio-system/istio-ingressgateway --wait --ip

  # what kubectl prints
  kubectl get services,pods,nodes,gateways.networking.istio.io -A -o yaml |
    igwctl discover --from -

A gateway is found by what its pods are, never by a name. Where one is needed and several are left,
those count that can be reached from outside; of several of these one is chosen on a terminal, and
elsewhere the command ends with 2 and lists them.")]
pub(super) struct Args {
    /// A Service, a Gateway, or a host that is served. Without, all
    ///
    /// As NAME or NS/NAME.
    #[arg(value_name = "GATEWAY")]
    name: Option<String>,

    /// Give a name of this application that resolves by itself
    #[arg(long = "for", value_name = "APP")]
    called: Option<String>,

    /// The domain that answers for the addresses in such names
    #[arg(long, value_name = "DOMAIN", default_value = host_name::DOMAIN, hide_short_help = true)]
    magic_domain: String,

    /// Print the gateway's IP address and nothing else
    #[arg(long, conflicts_with_all = ["url", "called", "output"])]
    ip: bool,

    /// Print the gateway's URL and nothing else
    ///
    /// With --for, that of the application.
    #[arg(long, conflicts_with = "output")]
    url: bool,

    /// How to write the report [default: table]
    #[arg(short, long, value_name = "FORMAT", value_parser = formats(), hide_default_value = true)]
    output: Option<DiscoveryFormat>,

    /// The shell that -o env is for
    #[arg(long, value_name = "SHELL", default_value = "sh", value_parser = shells(), hide_short_help = true)]
    shell: Shell,

    /// Files, directories, or -, instead of the cluster
    ///
    /// For standard input -; repeatable.
    #[arg(long, value_name = "PATH")]
    from: Vec<String>,

    /// The name server to ask for a load balancer's host name, instead of the system's
    #[arg(long, value_name = "IP[:PORT]", hide_short_help = true)]
    resolver: Option<String>,

    /// Wait for an address and a pod that is ready
    #[arg(long, conflicts_with = "from")]
    wait: bool,

    /// How long to wait [default: 5m]
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    timeout: Option<String>,

    /// Ask nothing, even on a terminal
    #[arg(long, hide_short_help = true)]
    no_input: bool,

    #[command(flatten)]
    inputs: Inputs,
}

fn formats() -> impl clap::builder::TypedValueParser<Value = DiscoveryFormat> {
    let names = DiscoveryFormat::ALL.iter().map(|(name, _)| *name);
    PossibleValuesParser::new(names).map(|given| {
        let format = DiscoveryFormat::ALL.iter().find(|(name, _)| *name == given);
        format.map_or_else(DiscoveryFormat::default, |it| it.1)
    })
}

fn shells() -> impl clap::builder::TypedValueParser<Value = Shell> {
    PossibleValuesParser::new(Shell::ALL.iter().map(|(name, _)| *name)).map(|given| {
        Shell::ALL.iter().find(|(name, _)| *name == given).map_or_else(Shell::default, |it| it.1)
    })
}

pub(super) fn run(args: Args, globals: &Globals) -> Result<Exit> {
    let ended = answer(&args, globals);
    if let (Err(error), Some(DiscoveryFormat::Env)) = (&ended, args.output)
        && error.exit != Exit::BrokenPipe
    {
        // Whatever went wrong, a shell that evaluates this is told, and keeps nothing of before.
        terminal::print(&output::env::env(None, args.shell))?;
    }
    ended
}

fn answer(args: &Args, globals: &Globals) -> Result<Exit> {
    let question = question(args, globals)?;
    let session = session(args, globals)?;
    let (mut answer, known) =
        if args.wait { wait(args, session, &question)? } else { session.ask(&question)? };
    let Known { notices, unread } = known;
    answer.discovery.notices.extend(notices);
    let is_one_asked =
        args.ip || args.url || args.called.is_some() || args.output == Some(DiscoveryFormat::Env);
    let is_report = args.output.is_some_and(|it| it != DiscoveryFormat::Env);
    if is_one_asked && !is_report {
        let gateway = gateway::one(&question, &answer, !args.no_input)?;
        print_one(args, globals, gateway)?;
        return unread.map_or(Ok(Exit::Done), Err);
    }
    let missing = gateway::missing(&question, &answer);
    let discovery = answer.discovery;
    let format = args.output.unwrap_or_default();
    // For people, the error says it all; a script gets its Discovery whatever was found.
    let is_for_people = matches!(format, DiscoveryFormat::Table | DiscoveryFormat::Wide);
    let is_nothing = discovery.gateways.is_empty() && discovery.lookalikes.is_empty();
    if !is_nothing || !is_for_people {
        let style = terminal::style(globals.color());
        terminal::print(&output::discovery(&discovery, format, &style))?;
    }
    match unread.or(missing) {
        Some(error) => Err(error),
        None => Ok(Exit::Done),
    }
}

fn question(args: &Args, globals: &Globals) -> Result<Discover> {
    let name = args.name.as_deref().map(gateway::name).transpose()?;
    host_name::check_name(&args.magic_domain)
        .map_err(|why| Error::usage(format!("--magic-domain {}: {why}", args.magic_domain)))?;
    if args.timeout.is_some() && !args.wait {
        return Err(Error::usage("--timeout says how long --wait waits, which is not given"));
    }
    if let Some(app) = &args.called {
        host_name::check_app(app).map_err(|why| {
            Error::usage(format!("--for {app}: {why}")).hint("for example: --for hipstershop")
        })?;
    }
    let domain = args.magic_domain.clone();
    let called = args.called.clone().map(|app| Called { app, domain });
    Ok(Discover { namespace: globals.scope(), name, called })
}

fn session(args: &Args, globals: &Globals) -> Result<Session> {
    let logs = LogWishes::NONE;
    let mut session = args.inputs.session(args.from.clone(), logs, globals)?;
    let named = args.resolver.as_deref().map(gateway::server).transpose()?;
    let asked = session.cluster.as_ref().map(|_| dns::Server::System);
    session.names = named.or(asked);
    Ok(session)
}

/// What is asked of one gateway alone: a line, or variables.
fn print_one(args: &Args, globals: &Globals, gateway: &FoundGateway) -> Result<()> {
    if let Some(lack) = gateway::lacks(gateway, args.ip || args.called.is_some()) {
        return Err(Error::new(Exit::NotThere, lack));
    }
    let Some(endpoint) = &gateway.endpoint else { return Ok(()) };
    let text = if args.output == Some(DiscoveryFormat::Env) {
        output::env::env(Some(endpoint), args.shell)
    } else if args.url {
        let host = gateway.host_name.as_ref();
        let url = host.map_or_else(|| endpoint.url.clone(), |host| endpoint.url_of(host));
        let none = || {
            let name = gateway.object.key();
            let message = format!("{name} has no port for http or https: there is no URL");
            Error::new(Exit::NotThere, message)
        };
        format!("{}\n", url.ok_or_else(none)?)
    } else if let Some(host) = &gateway.host_name {
        format!("{host}\n")
    } else {
        endpoint.ip.map_or_else(String::new, |ip| format!("{ip}\n"))
    };
    terminal::print(&text)?;
    let style = terminal::error_style(globals.color());
    for warning in &gateway.warnings {
        terminal::complain(&output::message(Some(Tone::Warning), "warning: ", warning, &style));
    }
    Ok(())
}

/// Waits until the gateway that is meant has an address, and a pod that is ready.
fn wait(args: &Args, session: Session, question: &Discover) -> Result<(Answer, Known)> {
    let limit = span("--timeout", args.timeout.as_deref().unwrap_or(PATIENCE))?;
    let mut question = question.clone();
    if !args.no_input && prompt::is_possible() {
        // Whoever is to choose does so before the waiting.
        let (answer, _) = session.clone().ask(&question)?;
        if let Choice::Several(_) = choice::choose(&answer.discovery) {
            let key = gateway::one(&question, &answer, true)?.object.key();
            question.name = Some(key.into());
        }
    }
    let needs_ip = args.ip || args.called.is_some();
    session.wait(&question, limit, &|answer| {
        match choice::choose(&answer.discovery) {
            Choice::One(gateway) => Ok(gateway::state(gateway, needs_ip)),
            // Elsewhere than on a terminal, somebody has to say which.
            Choice::Several(_) => gateway::one(&question, answer, !args.no_input)
                .map(|it| gateway::state(it, needs_ip)),
            Choice::None => {
                let missing = gateway::missing(&question, answer);
                Ok(Wait::For(missing.map_or_else(String::new, |it| it.message)))
            }
        }
    })
}
