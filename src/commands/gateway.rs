//! The gateway that a command line means: how it is named, and which it is of those that are found.

use std::net::SocketAddr;

use super::meant;
use crate::discover::choice::{self, Choice};
use crate::discover::{Answer, Discover, Name};
use crate::effects::{dns, prompt};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output::style::harmless;
use crate::report::discovery::FoundGateway;
use crate::session::Wait;
use crate::world::Why;

/// A Service, a Gateway or a host, with the namespace where one is given.
pub(super) fn name(given: &str) -> Result<Name> {
    let (namespace, name) = match given.split_once('/') {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, given),
    };
    let is_part = |part: &str| !part.is_empty() && !part.contains('/');
    if is_part(name) && namespace.is_none_or(is_part) {
        return Ok(Name { namespace: namespace.map(str::to_owned), name: name.to_owned() });
    }
    Err(Error::usage(format!("{given}: not a name or NS/NAME")))
}

/// The name server of `--resolver`.
pub(super) fn server(given: &str) -> Result<dns::Server> {
    let address = given.parse::<SocketAddr>().or_else(|_| {
        let ip = given.trim_start_matches('[').trim_end_matches(']').parse();
        ip.map(|ip| SocketAddr::new(ip, 53))
    });
    address.map(dns::Server::At).map_err(|_| {
        Error::usage(format!("--resolver {given}: not an IP address, or one with a port"))
            .hint("for example: --resolver 1.1.1.1, or --resolver [::1]:5353")
    })
}

/// Why there is nothing to report, if there is nothing, or not all of it.
pub(super) fn missing(question: &Discover, answer: &Answer) -> Option<Error> {
    let Answer { discovery, gap, others, names } = answer;
    if !discovery.gateways.is_empty() {
        // A list that failed on the way is another matter than one that may not be asked for: what
        // was found may be the wrong gateway.
        let failed = gap.as_ref().filter(|gap| gap.why == Why::Unreachable)?;
        return Some(Error::new(Exit::Failed, format!("not all was seen: {}", failed.reason)));
    }
    let hidden = gap.as_ref().filter(|gap| gap.why != Why::Beyond);
    let exit = match hidden.map(|gap| gap.why) {
        Some(Why::Forbidden) => Exit::Forbidden,
        Some(Why::Unreachable) => Exit::Failed,
        Some(Why::Beyond) | None => Exit::NotThere,
    };
    let seen =
        hidden.map_or_else(String::new, |gap| format!(" in what could be seen: {}", gap.reason));
    let what = match (&question.name, &question.namespace) {
        (Some(name), None) => format!("there is no gateway {name}{seen}"),
        (Some(name), Some(namespace)) => {
            format!("there is no gateway {name} that has to do with {namespace}{seen}")
        }
        (None, Some(namespace)) => format!("no gateway has to do with namespace {namespace}{seen}"),
        (None, None) => format!("no gateway was found{seen}"),
    };
    let mut error = Error::new(exit, what);
    if let Some(name) = &question.name {
        error = near(error, name, names);
    } else if let Some(namespace) = &question.namespace {
        let places = names.iter().filter_map(|it| Some(it.split_once('/')?.0));
        error = meant::near(error, namespace, places);
    }
    Some(match &**others {
        [] if question.name.is_none() => error,
        [] => error.hint("no gateway was found at all"),
        others => error.hint(format!("there are {}", others.join(", "))),
    })
}

/// The error with the name that is nearest to the one that was given: with the namespace if that was
/// given too, else whichever is called so.
fn near(error: Error, given: &Name, names: &[String]) -> Error {
    if given.namespace.is_some() {
        return meant::near(error, &given.to_string(), names.iter().map(|it| &**it));
    }
    let bare = |it: &'_ String| it.rsplit('/').next().unwrap_or_default().to_owned();
    let bare: Vec<String> = names.iter().map(bare).collect();
    meant::near(error, &given.name, bare.iter().map(|it| &**it))
}

/// The one gateway that is meant; of several, one is chosen on a terminal, if it may be asked.
pub(super) fn one<'a>(
    question: &Discover,
    answer: &'a Answer,
    may_ask: bool,
) -> Result<&'a FoundGateway> {
    if let Some(error) = missing(question, answer) {
        return Err(error);
    }
    match choice::choose(&answer.discovery) {
        Choice::One(gateway) => Ok(gateway),
        Choice::None => Err(Error::new(Exit::NotThere, "no gateway was found")),
        Choice::Several(gateways) => {
            let lines: Vec<String> = gateways.iter().map(|it| harmless(&it.line())).collect();
            if may_ask && prompt::is_possible() {
                let chosen = prompt::choose("Which gateway?", &lines)?;
                return Ok(gateways[chosen]);
            }
            let error = Error::usage(format!("{} gateways are meant: say which", lines.len()));
            Err(lines.into_iter().fold(error, Error::hint))
        }
    }
}

/// What a client would need of a gateway and it does not have: an address outside, and where one is
/// needed, one that is an IP address.
pub(super) fn lacks(gateway: &FoundGateway, needs_ip: bool) -> Option<String> {
    let name = gateway.object.key();
    let Some(endpoint) = &gateway.endpoint else {
        let why = gateway.pending.as_ref().map_or("it is not known why", |it| &*it.message);
        return Some(format!("{name} has no address outside: {why}"));
    };
    if needs_ip && endpoint.ip.is_none() {
        let why = gateway.addresses.iter().find_map(|it| it.unresolved.as_deref());
        let why = why.unwrap_or("names are asked for only with a cluster, or with --resolver");
        return Some(format!("{name} is at {}, which has no IP address: {why}", endpoint.host));
    }
    None
}

/// What is still missing before a gateway can be used.
pub(super) fn state(gateway: &FoundGateway, needs_ip: bool) -> Wait {
    if let Some(lack) = lacks(gateway, false) {
        return Wait::For(lack);
    }
    let name = gateway.object.key();
    let unresolved = gateway.endpoint.as_ref().filter(|it| needs_ip && it.ip.is_none());
    if let Some(endpoint) = unresolved {
        let why = gateway.addresses.iter().find_map(|it| it.unresolved.as_deref());
        let why = why.unwrap_or("its name is not known yet");
        return Wait::For(format!("{} has no IP address: {why}", endpoint.host));
    }
    match &gateway.pods {
        Some(pods) if pods.ready == 0 => {
            let first = pods.list.first().map_or_else(String::new, |it| format!(": {}", it.reason));
            Wait::For(format!("{name} has no pod that is ready ({} in all{first})", pods.total))
        }
        _ => Wait::Over,
    }
}
