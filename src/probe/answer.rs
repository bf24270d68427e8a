//! What an HTTP answer means: who gave it, the gateway itself or what is behind it, and why.
//!
//! Envoy writes its own name over `server` in every answer (`istio-envoy` at a gateway), and
//! `x-envoy-upstream-service-time` into those that a backend gave. What it says by itself has no
//! body, or one of a few texts (Envoy 1.40.0, tried).

use super::meaning::Meaning;
use super::observation::{Answer, End};
use super::{Method, Sense, Target};

/// Who gave an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Author {
    /// A backend: Envoy says how long it took.
    Backend,
    /// Envoy itself.
    Gateway,
    /// A backend whose mesh keeps the header back, or a rule's `directResponse`.
    Route,
    /// Not Envoy.
    Another,
}

/// What Envoy says by itself, word for word, with the statuses that it says it with.
const OWN_WORDS: &[(u16, &str, Sense)] = &[
    (503, "no healthy upstream", Sense::NoEndpoint),
    (403, "RBAC: access denied", Sense::Denied),
    (504, "upstream request timeout", Sense::RouteTimedOut),
    (504, "stream timeout", Sense::RouteTimedOut),
    (426, "Upgrade Required", Sense::OldHttp),
    (400, "Bad Request", Sense::BadRequest),
    (429, "local_rate_limited", Sense::RateLimited),
];

/// How what Envoy says by itself begins, where more comes after it.
const OWN_BEGINNINGS: &[(u16, &str, Sense)] = &[
    (502, "upstream connect error or disconnect/reset before headers", Sense::EndpointFails),
    (503, "upstream connect error or disconnect/reset before headers", Sense::EndpointFails),
    (401, "Jwt ", Sense::TokenRefused),
    (403, "Jwt ", Sense::TokenRefused),
    (401, "Audiences in Jwt", Sense::TokenRefused),
    (403, "Audiences in Jwt", Sense::TokenRefused),
];

/// What a status means that Envoy gives by itself without a word.
const WITHOUT_WORDS: &[(u16, Sense)] = &[
    (404, Sense::NoRoute),
    (503, Sense::ClusterMissing),
    (500, Sense::BackendUnknown),
    (426, Sense::OldHttp),
    (400, Sense::BadRequest),
    (429, Sense::RateLimited),
];

/// What an answer means.
pub(super) fn of(target: &Target, answer: &Answer) -> Vec<Meaning> {
    let mut meanings = vec![match answer.status {
        301 | 302 | 303 | 307 | 308 => of_redirect(target, answer),
        400.. => of_failure(target, answer),
        _ => of_success(answer),
    }];
    match answer.body.end {
        End::Whole | End::Limit => {}
        End::TimedOut => {
            let bytes = answer.body.bytes;
            meanings.push(Meaning::of(Sense::BodyGoesOn).with(&format!("{bytes} bytes were read")));
        }
        End::Broken => {
            let bytes = answer.body.bytes;
            meanings
                .push(Meaning::of(Sense::CutShort).with(&format!("after {bytes} bytes of body")));
        }
    }
    meanings
}

/// Whether Envoy wrote the header; the plain name is that of an Envoy which Istio did not set up.
fn is_envoy(answer: &Answer) -> bool {
    answer.header("server").is_some_and(|it| it == "istio-envoy" || it == "envoy")
}

fn author(target: &Target, answer: &Answer) -> Author {
    if answer.header("x-envoy-upstream-service-time").is_some() {
        Author::Backend
    } else if !is_envoy(answer) {
        Author::Another
    } else if length(answer) == 0 || own_words(target, answer).is_some() {
        Author::Gateway
    } else {
        Author::Route
    }
}

/// The length of the body, also where a HEAD brings none.
fn length(answer: &Answer) -> usize {
    let told = answer.header("content-length").and_then(|it| it.parse().ok());
    answer.body.bytes.max(told.unwrap_or(0))
}

fn own_words(target: &Target, answer: &Answer) -> Option<Sense> {
    let length = length(answer);
    // All that a HEAD shows of the words is how long they are.
    let is_head = target.method == Method::Head;
    let is = |words: &str| if is_head { length == words.len() } else { answer.body.start == words };
    let begins = |words: &str| {
        if is_head { length > words.len() } else { answer.body.start.starts_with(words) }
    };
    let is_of = |status: u16| status == answer.status;
    let whole = OWN_WORDS.iter().find(|(status, words, _)| is_of(*status) && is(words));
    let found = whole.or_else(|| {
        OWN_BEGINNINGS.iter().find(|(status, words, _)| is_of(*status) && begins(words))
    });
    found.map(|(.., sense)| *sense)
}

fn of_failure(target: &Target, answer: &Answer) -> Meaning {
    let status = answer.status;
    let who = author(target, answer);
    if who == Author::Another {
        return Meaning::of(Sense::AnotherServer).saying(format!(
            "{status} of {}, not of an Istio gateway",
            answer.header("server").unwrap_or("a server without a name")
        ));
    }
    let words = own_words(target, answer);
    if let (Author::Backend, Some(sense @ (Sense::Denied | Sense::TokenRefused))) = (who, words) {
        let policy =
            if sense == Sense::Denied { "AuthorizationPolicy" } else { "RequestAuthentication" };
        return Meaning::of(sense)
            .saying(format!("{status} of the sidecar before the backend: its {policy}"));
    }
    if who != Author::Gateway {
        let sense = if status < 500 { Sense::BackendRefuses } else { Sense::BackendFails };
        let of = if who == Author::Backend {
            "of the backend"
        } else {
            "of the backend, or of the rule's directResponse"
        };
        return Meaning::of(sense).saying(format!("the route works: {status} {of}"));
    }
    let silent = WITHOUT_WORDS.iter().find(|(it, _)| *it == status).map(|(_, sense)| *sense);
    let sense = words.or(silent.filter(|_| length(answer) == 0)).unwrap_or(Sense::GatewayRefuses);
    let meaning = Meaning::of(sense);
    match sense {
        Sense::NoRoute => no_route(target, meaning),
        Sense::EndpointFails => match reset_reason(&answer.body.start) {
            Some(reason) => meaning.with(reason),
            None => meaning,
        },
        Sense::TokenRefused => meaning.with(first_line(&answer.body.start)),
        Sense::GatewayRefuses => meaning.with(&status.to_string()),
        _ => meaning,
    }
}

fn no_route(target: &Target, meaning: Meaning) -> Meaning {
    let host = target.authority();
    let path = target.path();
    let meaning =
        meaning.saying(format!("404 of the gateway itself: it has no route for {host} and {path}"));
    if target.asked_host().ends_with('.') {
        return meaning.suspecting("the host ends in a dot, which Envoy does not take away");
    }
    if target.ip().is_some() && target.given_host().is_none() {
        return meaning.suspecting(
            "the request asks for the address itself, which only the host * takes: ask by name, and \
             give the address with --address",
        );
    }
    match target.sni() {
        Some(sni) if sni != target.asked_host() => meaning.suspecting(&format!(
            "the routes are those of the server that the SNI {sni} chose, and the request asks for \
             another host"
        )),
        _ => meaning,
    }
}

/// What Envoy says of the connection to the endpoint.
fn reset_reason(words: &str) -> Option<&str> {
    let (_, reason) = words.split_once("reset reason: ")?;
    Some(first_line(reason))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn of_success(answer: &Answer) -> Meaning {
    let status = answer.status;
    let server = answer.header("server");
    Meaning::of(Sense::Answered).saying(
        if answer.header("x-envoy-upstream-service-time").is_some() {
            format!("{status}: the route works, and the backend answers")
        } else if is_envoy(answer) {
            format!("{status}: the route works")
        } else {
            let server = server.unwrap_or("a server without a name");
            format!("{status} of {server}, which says nothing of an Istio gateway")
        },
    )
}

fn of_redirect(target: &Target, answer: &Answer) -> Meaning {
    let status = answer.status;
    let location = answer.header("location");
    let Some(next) = location.and_then(|it| target.redirected(it)) else {
        return Meaning::of(Sense::RedirectNowhere)
            .with(&format!("{status} to {}", location.unwrap_or("nowhere")));
    };
    let to = next.url();
    if to == target.url() && next.authority() == target.authority() {
        return Meaning::of(Sense::RedirectLoop)
            .saying(format!("{status} back to the same URL, {to}"));
    }
    let is_upgrade = !target.is_tls() && next.is_tls() && next.is_same_host(target);
    if !is_upgrade {
        return Meaning::of(Sense::Redirected).saying(format!("{status} to {to}"));
    }
    if target.named_port().is_some() && next.named_port() == target.named_port() {
        return Meaning::of(Sense::RedirectKeepsPort)
            .saying(format!("{status} to https on the port of plain HTTP: {to}"));
    }
    Meaning::of(Sense::RedirectedToTls).saying(format!("{status} to {to}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::observation::Body;

    /// What an answer with these headers and this body means to a GET.
    fn sense(status: u16, headers: &[(&str, &str)], body: &str) -> Sense {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let body = Body { bytes: body.len(), start: body.to_owned(), end: End::Whole };
        let answer = Answer { version: String::new(), status, headers: headers.collect(), body };
        of(&Target::parse("http://shop.test:8080/").unwrap(), &answer)[0].sense
    }

    const OURS: (&str, &str) = ("server", "istio-envoy");
    const TOOK: (&str, &str) = ("x-envoy-upstream-service-time", "3");

    #[test]
    fn who_gave_an_answer_decides_what_it_means() {
        assert_eq!(sense(404, &[OURS], ""), Sense::NoRoute);
        assert_eq!(sense(404, &[OURS, TOOK], ""), Sense::BackendRefuses);
        assert_eq!(sense(404, &[OURS], "by design"), Sense::BackendRefuses);
        assert_eq!(sense(404, &[("server", "nginx")], ""), Sense::AnotherServer);
        assert_eq!(sense(404, &[], ""), Sense::AnotherServer);
        assert_eq!(sense(503, &[OURS, TOOK], "no healthy upstream"), Sense::BackendFails);
    }

    #[test]
    fn tokens_and_limits_are_told_by_envoys_words() {
        assert_eq!(sense(401, &[OURS], "Jwt is expired"), Sense::TokenRefused);
        assert_eq!(sense(403, &[OURS], "Audiences in Jwt are not allowed"), Sense::TokenRefused);
        assert_eq!(sense(403, &[OURS, TOOK], "RBAC: access denied"), Sense::Denied);
        assert_eq!(sense(429, &[OURS], "local_rate_limited"), Sense::RateLimited);
        assert_eq!(sense(413, &[OURS], ""), Sense::GatewayRefuses);
    }

    #[test]
    fn a_redirect_to_https_on_the_port_of_plain_http_is_told() {
        let to = |location| sense(301, &[OURS, ("location", location)], "");
        assert_eq!(to("https://shop.test:8080/"), Sense::RedirectKeepsPort);
        assert_eq!(to("https://shop.test/"), Sense::RedirectedToTls);
        assert_eq!(to("http://shop.test:8080/"), Sense::RedirectLoop);
        assert_eq!(to("/login"), Sense::Redirected);
        assert_eq!(to("mailto:ann"), Sense::RedirectNowhere);
    }
}
