//! Why does a URL not answer as it should, and what helps?

use super::surroundings::There;
use super::talk::{Talk, say};
use super::{own_gateway, publish};
use crate::effects::prompt::{self, Answer};
use crate::error::Result;
use crate::exit::Exit;
use crate::probe::Target;
use crate::report::{Diagnosis, Finding, Role, Step};
use crate::world::routing::hosts;

pub(super) fn of_http(talk: &mut Talk, seen: &There) -> Result<()> {
    begin(talk, seen, false)
}

pub(super) fn of_https(talk: &mut Talk, seen: &There) -> Result<()> {
    begin(talk, seen, true)
}

/// Without a URL: what is wrong at all.
pub(super) fn of_all(talk: &mut Talk, seen: &There) -> Result<()> {
    go_on(talk, seen, None)
}

fn begin(talk: &mut Talk, seen: &There, tls: bool) -> Result<()> {
    match url(seen, tls)? {
        Answer::Given(url) => go_on(talk, seen, Some(&url)),
        Answer::Back => Ok(()),
    }
}

/// The URL that is meant: one that is served, or another.
fn url(seen: &There, tls: bool) -> Result<Answer<String>> {
    let urls = seen.urls(tls);
    loop {
        if !urls.is_empty() {
            let mut items = urls.clone();
            items.push("another one".to_owned());
            match prompt::pick("Which URL?", &items, 0)? {
                Answer::Back => return Ok(Answer::Back),
                Answer::Given(chosen) if chosen < urls.len() => {
                    return Ok(Answer::Given(urls[chosen].clone()));
                }
                Answer::Given(_) => {}
            }
        }
        let given = prompt::line("Which URL?", seen.address(tls).as_deref(), &|text| {
            Target::parse(text).map(drop).map_err(|error| error.message)
        })?;
        match given {
            Answer::Back if !urls.is_empty() => {}
            given => return Ok(given),
        }
    }
}

/// What can be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    /// Apply the fixes that are safe.
    Fix,
    /// Copy secrets to where gateways read them.
    CopyKeys,
    /// Publish something: at the host, if one is meant.
    Publish,
    /// Give a namespace its own gateway.
    OwnGateway(String),
    /// Ask again, and do not mind who signed the certificate.
    Insecure,
    /// Ask again.
    Again,
    /// Something else.
    Leave,
}

impl Way {
    fn title(&self, has_host: bool) -> String {
        match self {
            Self::Fix => "Apply the fixes that are safe: each is shown first".to_owned(),
            Self::CopyKeys => "Copy the secret, with its private key, to the gateway".to_owned(),
            Self::Publish if has_host => "Publish an application at this host".to_owned(),
            Self::Publish => "Publish an application".to_owned(),
            Self::OwnGateway(namespace) => format!("Give {namespace} a gateway of its own"),
            Self::Insecure => "Ask again, and take any certificate".to_owned(),
            Self::Again => "Ask again".to_owned(),
            Self::Leave => "Something else".to_owned(),
        }
    }
}

/// Asks for the URL, says what is wrong, and does what is chosen, until the URL answers.
fn go_on(talk: &mut Talk, seen: &There, url: Option<&str>) -> Result<()> {
    let target = url.map(Target::parse).transpose()?;
    let host = target.as_ref().filter(|it| it.ip().is_none()).map(Target::host);
    let host = host.as_deref();
    let is_tls = target.as_ref().is_some_and(Target::is_tls);
    let mut insecure = false;
    let mut newer = None;
    loop {
        let seen = newer.as_ref().unwrap_or(seen);
        if let Some(url) = url {
            let mut line = probe(talk, seen, url, host);
            if insecure {
                line.push("-k".to_owned());
            }
            if talk.read(line)? == Exit::Done {
                say(&format!("{url} answers"));
                return Ok(());
            }
        }
        let diagnosis = match talk.diagnose(host) {
            Ok(diagnosis) => Some(diagnosis),
            Err(error) if prompt::is_interrupted() => return Err(error),
            Err(error) => {
                talk.regret(&error);
                None
            }
        };
        if url.is_none() && diagnosis.as_ref().is_some_and(|it| it.findings.is_empty()) {
            return Ok(());
        }
        let mut ways = ways(diagnosis.as_ref(), talk.is_of_files());
        if is_tls && !insecure {
            ways.insert(ways.len() - 2, Way::Insecure);
        }
        let titles: Vec<String> = ways.iter().map(|it| it.title(host.is_some())).collect();
        let Answer::Given(chosen) = prompt::pick("What next?", &titles, 0)? else { return Ok(()) };
        let mut fix = vec!["diagnose".to_owned(), "--fix".to_owned()];
        if let Some(host) = host {
            fix.extend(["--gateway".to_owned(), host.to_owned()]);
        }
        match &ways[chosen] {
            Way::Fix => {
                talk.change(fix)?;
            }
            Way::CopyKeys => {
                fix.push("--copy-private-keys".to_owned());
                talk.change(fix)?;
            }
            Way::Publish => {
                let answers = publish::at(talk, seen, target.as_ref())?;
                if answers && host.is_none() {
                    return Ok(());
                }
                newer = Some(talk.look()?);
            }
            Way::OwnGateway(namespace) => {
                own_gateway::of(talk, namespace)?;
                newer = Some(talk.look()?);
            }
            Way::Insecure => insecure = true,
            Way::Again => {}
            Way::Leave => return Ok(()),
        }
    }
}

/// The line that asks for the URL: at the gateway that serves it, where one does, since its name may
/// not resolve yet.
fn probe(talk: &Talk, seen: &There, url: &str, host: Option<&str>) -> Vec<String> {
    let mut line = vec!["probe".to_owned(), url.to_owned()];
    let serving = |host: &str| {
        let mut all = seen.gateways.iter().filter(|it| it.endpoint.is_some());
        all.find(|it| {
            let servers = it.gateways.iter().flat_map(|bound| &bound.servers);
            servers.flat_map(|it| &it.hosts).any(|it| hosts::closeness(it, host).is_some())
        })
    };
    let serving = host.and_then(serving).or_else(|| match &*seen.gateways {
        [one] if one.endpoint.is_some() && host.is_some() => Some(one),
        _ => None,
    });
    if let Some(gateway) = serving {
        line.extend(["--gateway".to_owned(), gateway.object.key().to_string()]);
    }
    line.extend(talk.files());
    line
}

/// What can be done about what was found, the best first.
fn ways(diagnosis: Option<&Diagnosis>, is_of_files: bool) -> Vec<Way> {
    let mut ways = Vec::new();
    let findings = diagnosis.map_or(&[] as &[Finding], |it| &it.findings);
    if !is_of_files {
        let is_safe =
            |it: &Finding| it.fix.as_ref().is_some_and(|it| it.safe && !it.steps.is_empty());
        if findings.iter().any(is_safe) {
            ways.push(Way::Fix);
        }
        let mut fixes = findings.iter().filter_map(|it| it.fix.as_ref());
        if fixes.any(|it| it.steps.iter().any(Step::moves_key)) {
            ways.push(Way::CopyKeys);
        }
        ways.extend(strays(findings).map(Way::OwnGateway));
    }
    if strays(findings).next().is_none() {
        ways.push(Way::Publish);
    }
    ways.extend([Way::Again, Way::Leave]);
    ways
}

/// The namespaces in which a Secret stands that the gateway looks for elsewhere.
fn strays(findings: &[Finding]) -> impl Iterator<Item = String> {
    let involved = findings.iter().filter_map(|it| it.cause.as_ref()).flat_map(|it| &it.objects);
    let mut namespaces: Vec<String> = involved
        .filter(|it| it.role == Role::FoundHere)
        .map(|it| it.object.namespace.clone())
        .collect();
    namespaces.sort_unstable();
    namespaces.dedup();
    namespaces.into_iter()
}
