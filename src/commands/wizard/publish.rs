//! What is to be published, and how?

use super::address;
use super::surroundings::{Backend, There};
use super::talk::{Talk, say};
use crate::effects::prompt::{self, Answer};
use crate::error::Result;
use crate::exit::Exit;
use crate::model::host_name;
use crate::probe::Target;
use crate::render::route::Route;
use crate::validation;

/// What was answered so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Draft {
    gateway: String,
    namespace: String,
    app: String,
    routes: Vec<String>,
    /// Empty: the name that resolves to the gateway's address by itself.
    host: String,
    /// The ports of the gateway's Service, where they are not the usual ones.
    http_port: Option<u32>,
    https_port: Option<u32>,
    tls: Tls,
}

/// Where the certificate comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Tls {
    #[default]
    None,
    Issuer(String),
    NewIssuer,
    Here,
    Secret(String),
}

/// Whether a question was answered, had nothing to ask, or the one before is to be asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Next,
    Skipped,
    Back,
}

/// A question about what is wanted.
type Ask = fn(&mut Draft, &There) -> Result<Turn>;

const QUESTIONS: &[Ask] = &[gateway, namespace, app, routes, host, tls];

pub(super) fn begin(talk: &mut Talk, seen: &There) -> Result<()> {
    at(talk, seen, None).map(drop)
}

/// The same, where a URL is to answer; whether one does.
pub(super) fn at(talk: &mut Talk, seen: &There, target: Option<&Target>) -> Result<bool> {
    let mut draft = Draft::of(target, seen);
    if let Some(namespace) = talk.namespace() {
        namespace.clone_into(&mut draft.namespace);
    }
    if !answered(&mut draft, seen)? {
        return Ok(false);
    }
    if talk.is_of_files() {
        let mut line = draft.line("render");
        line.extend(talk.files());
        talk.read(line)?;
        return Ok(false);
    }
    let mut line = draft.line("apply");
    line.push("--wait".to_owned());
    let exit = talk.change(line)?;
    if exit == Exit::TimedOut {
        say("what was sent stays; \"I do not know: look at everything\" says what is wrong");
    }
    Ok(exit == Exit::Done)
}

/// Asks all questions, back and forth; whether they were answered.
fn answered(draft: &mut Draft, seen: &There) -> Result<bool> {
    let mut at = 0;
    let mut is_going_back = false;
    while let Some(ask) = QUESTIONS.get(at) {
        match ask(draft, seen)? {
            Turn::Next => is_going_back = false,
            Turn::Skipped => {}
            Turn::Back => is_going_back = true,
        }
        match (is_going_back, at) {
            (false, _) => at += 1,
            (true, 0) => return Ok(false),
            (true, _) => at -= 1,
        }
    }
    Ok(true)
}

impl Draft {
    /// What a URL says already, and who serves its host.
    fn of(target: Option<&Target>, seen: &There) -> Self {
        let Some(target) = target else { return Self::default() };
        let host = if target.ip().is_some() { String::new() } else { target.host() };
        let site = seen.site(&host);
        let port = target.named_port().map(|it| seen.service_port(it));
        Self {
            namespace: site.map(|it| it.namespace.clone()).unwrap_or_default(),
            app: site.and_then(|it| it.app.clone()).unwrap_or_default(),
            tls: match seen.issuers.first() {
                _ if !target.is_tls() => Tls::None,
                Some(issuer) => Tls::Issuer(issuer.clone()),
                None => Tls::Here,
            },
            host,
            http_port: port.filter(|_| !target.is_tls()),
            https_port: port.filter(|_| target.is_tls()),
            ..Self::default()
        }
    }

    /// The command line that says the same.
    fn line(&self, command: &str) -> Vec<String> {
        let mut line = vec![command.to_owned(), self.app.clone()];
        let mut flag = |name: &str, value: &str| line.extend([name.to_owned(), value.to_owned()]);
        flag("--namespace", &self.namespace);
        if command == "apply" && !self.gateway.is_empty() {
            flag("--gateway", &self.gateway);
        }
        for route in &self.routes {
            flag("--route", route);
        }
        if !self.host.is_empty() {
            flag("--host", &self.host);
        }
        if let Some(port) = self.http_port {
            flag("--http-port", &port.to_string());
        }
        if let Some(port) = self.https_port.filter(|_| self.tls != Tls::None) {
            flag("--https-port", &port.to_string());
        }
        match &self.tls {
            Tls::None => {}
            Tls::Issuer(name) => flag("--issuer", name),
            Tls::NewIssuer => flag("--create-issuer", "selfsigned"),
            Tls::Secret(name) => flag("--secret", name),
            Tls::Here => line.push("--self-signed".to_owned()),
        }
        if self.tls != Tls::None {
            line.push("--tls".to_owned());
        }
        line
    }
}

fn gateway(draft: &mut Draft, seen: &There) -> Result<Turn> {
    let is_asked = seen.gateways.len() > 1;
    match address::gateway(seen)? {
        Some(gateway) => draft.gateway = gateway.object.key().to_string(),
        None if is_asked => return Ok(Turn::Back),
        None => {}
    }
    Ok(if is_asked { Turn::Next } else { Turn::Skipped })
}

fn namespace(draft: &mut Draft, seen: &There) -> Result<Turn> {
    let namespaces = seen.namespaces();
    let is_named = !draft.namespace.is_empty() && !namespaces.contains(&draft.namespace);
    if let ([only], false) = (&*namespaces, is_named) {
        draft.namespace.clone_from(only);
        return Ok(Turn::Skipped);
    }
    if namespaces.is_empty() || is_named {
        let default = Some(&*draft.namespace).filter(|it| !it.is_empty());
        let given = prompt::line("Namespace of the application?", default, &name)?;
        return Ok(take(given, |it| draft.namespace = it));
    }
    let default = namespaces.iter().position(|it| *it == draft.namespace).unwrap_or_default();
    let chosen = prompt::pick("Namespace of the application?", &namespaces, default)?;
    Ok(take(chosen, |it| draft.namespace.clone_from(&namespaces[it])))
}

fn app(draft: &mut Draft, _: &There) -> Result<Turn> {
    let default = if draft.app.is_empty() { &draft.namespace } else { &draft.app };
    let given = prompt::line("Name of the application?", Some(default), &name)?;
    Ok(take(given, |it| draft.app = it))
}

/// Routes, one after the other; without any the Gateway alone is made.
fn routes(draft: &mut Draft, seen: &There) -> Result<Turn> {
    let here: Vec<&Backend> =
        seen.backends.iter().filter(|it| it.namespace == draft.namespace).collect();
    draft.routes.clear();
    loop {
        let (question, enough) = if draft.routes.is_empty() {
            ("Where to?", "none: no route yet, so that it answers 404")
        } else {
            ("Where else?", "nowhere else")
        };
        let services = here.iter().map(|it| format!("{}:{}", it.service, it.port));
        let items: Vec<String> = services.chain([enough.to_owned()]).collect();
        let default = if draft.routes.is_empty() { 0 } else { items.len() - 1 };
        let Answer::Given(chosen) = prompt::pick(question, &items, default)? else {
            if draft.routes.pop().is_some() {
                continue;
            }
            return Ok(Turn::Back);
        };
        let Some(backend) = here.get(chosen) else { return Ok(Turn::Next) };
        let to = format!("{}:{}", backend.service, backend.port);
        let is_route = |path: &str| format!("{path}={to}").parse::<Route>().map(drop);
        let path = prompt::line("Which paths, by their prefix?", Some("/"), &is_route)?;
        if let Answer::Given(path) = path {
            draft.routes.push(format!("{path}={to}"));
        }
    }
}

fn host(draft: &mut Draft, seen: &There) -> Result<Turn> {
    let gateway = seen.gateways.iter().find(|it| it.object.key().to_string() == draft.gateway);
    let ip = gateway.and_then(|it| it.endpoint.as_ref()).and_then(|it| it.ip);
    let own = ip.map(|ip| host_name::host_name(&draft.app, ip, host_name::DOMAIN));
    let default = if draft.host.is_empty() { own.clone() } else { Some(draft.host.clone()) };
    let given = prompt::line("Under which host name?", default.as_deref(), &|text| {
        validation::names::host(text)
    })?;
    Ok(take(given, |it| {
        // That name is what is taken without one, and then follows the address.
        draft.host = if Some(&it) == own.as_ref() { String::new() } else { it };
    }))
}

fn tls(draft: &mut Draft, seen: &There) -> Result<Turn> {
    let mut ways = vec![(Tls::None, "plain HTTP".to_owned())];
    let issued = |it: &String| (Tls::Issuer(it.clone()), format!("https, by issuer {it}"));
    ways.extend(seen.issuers.iter().map(issued));
    ways.extend([
        (Tls::NewIssuer, "https, by a self-signed issuer of cert-manager, made too".to_owned()),
        (Tls::Here, "https, with a certificate made here, without cert-manager".to_owned()),
        (Tls::Secret(String::new()), "https, with a secret that is there".to_owned()),
    ]);
    let titles: Vec<String> = ways.iter().map(|(_, title)| title.clone()).collect();
    let default = ways.iter().position(|(it, _)| *it == draft.tls).unwrap_or_default();
    let Answer::Given(chosen) = prompt::pick("How?", &titles, default)? else {
        return Ok(Turn::Back);
    };
    draft.tls = ways.swap_remove(chosen).0;
    if let Tls::Secret(into) = &mut draft.tls {
        let Answer::Given(given) =
            prompt::line("Which secret?", None, &validation::names::subdomain)?
        else {
            return tls(draft, seen);
        };
        *into = given;
    }
    Ok(Turn::Next)
}

fn take<T>(answer: Answer<T>, into: impl FnOnce(T)) -> Turn {
    match answer {
        Answer::Given(it) => {
            into(it);
            Turn::Next
        }
        Answer::Back => Turn::Back,
    }
}

/// Whether it is the name of an object.
pub(super) fn name(text: &str) -> std::result::Result<(), String> {
    validation::names::label(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_answered_is_a_line_that_apply_takes() {
        let draft = Draft {
            gateway: "istio-system/ingress".to_owned(),
            namespace: "shop".to_owned(),
            app: "shop".to_owned(),
            routes: vec!["/api=api:8080".to_owned(), "/=web:80".to_owned()],
            host: "shop.example.com".to_owned(),
            http_port: Some(8080),
            https_port: Some(8443),
            tls: Tls::Issuer("Issuer/ca".to_owned()),
        };
        let line = draft.line("apply").join(" ");
        assert_eq!(
            line,
            "apply shop --namespace shop --gateway istio-system/ingress --route /api=api:8080 \
             --route /=web:80 --host shop.example.com --http-port 8080 --https-port 8443 \
             --issuer Issuer/ca --tls"
        );
        for tls in [Tls::None, Tls::NewIssuer, Tls::Here, Tls::Secret("s".to_owned())] {
            let line = Draft { tls, ..draft.clone() }.line("apply");
            let parsed = crate::commands::command("igwctl")
                .try_get_matches_from(["igwctl".to_owned()].into_iter().chain(line));
            assert!(parsed.is_ok(), "{parsed:?}");
        }
    }
}
