//! Worlds of a few objects, each with the requests that they decide: `tests/ways/*.yaml` begin
//! with lines `# PORT [METHOD] URL [name:value | sni=NAME] -> what becomes of it`; `to PORT` is a
//! port of the Service.

use igwctl::model::Key;
use igwctl::world::World;
use igwctl::world::routing::destination::Fate;
use igwctl::world::routing::{
    Cluster, NotFound, Outcome, Refused, Request, Reset, Scheme, Taken, To, Way,
};

use crate::support::{files, read_world, repository};

/// The request that a line asks.
fn request(line: &str) -> Request {
    let mut words = line.split_whitespace().peekable();
    let is_service = words.next_if_eq(&"to").is_some();
    let port = words.next().unwrap().parse().unwrap();
    let service = Key::new("istio-system", "ingressgateway");
    let to = if is_service { To::Service { service, port } } else { To::Pods { port } };
    let method = words.next_if(|it| !it.contains("://")).unwrap_or("GET");
    let (scheme, rest) = words.next().unwrap().split_once("://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let scheme = match scheme {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        "tcp" => Scheme::Tcp,
        "tls" => Scheme::Tls,
        other => panic!("{other}"),
    };
    let mut request = Request::get(scheme, to, host, path);
    method.clone_into(&mut request.method);
    for word in words {
        if let Some(name) = word.strip_prefix("sni=") {
            request.sni = (name != "-").then(|| name.to_owned());
        } else if let Some((name, value)) = word.split_once(':') {
            request.headers.push((name.to_owned(), value.to_owned()));
        } else {
            request.path = format!("{} {word}", request.path);
        }
    }
    request
}

/// What becomes of a request, in a line.
fn told(way: &Way<'_>, request: &Request) -> String {
    let mut told = match &way.outcome {
        Outcome::Refused(why) => format!("refused {}", refused(why)),
        Outcome::Reset(Reset::NoChain { .. }) => "reset NoChain".to_owned(),
        Outcome::Reset(Reset::NoCertificate(lack)) => format!("reset NoCertificate {lack:?}"),
        Outcome::Reset(Reset::Protocol) => "reset Protocol".to_owned(),
        Outcome::Closed => "closed".to_owned(),
        Outcome::NotTls => "not TLS".to_owned(),
        Outcome::CertificateRequired => "a certificate is wanted".to_owned(),
        Outcome::ProxysOwn => "the proxy's own".to_owned(),
        Outcome::Own(own) => format!("{} {}", own.status, own.details),
        Outcome::NotFound(why) => format!("404 {}", not_found(why)),
        Outcome::Redirect { status, location, .. } => format!("{status} {location}"),
        Outcome::Direct { status, route, .. } => format!("{status} direct{}", by(route)),
        Outcome::Preflight(route) => format!("200 preflight{}", by(route)),
        Outcome::Aborted { status, route } => format!("{status} aborted{}", by(route)),
        Outcome::Routed { route, clusters, .. } => format!("{}{}", all(clusters), by(route)),
        Outcome::Connected { clusters, .. } => format!("connected {}", all(clusters)),
    };
    if let Outcome::Routed { path, .. } = &way.outcome
        && *path != request.path
    {
        told += &format!(" path {path}");
    }
    if way.is_grpc {
        told += &format!(" status {}", way.status().unwrap_or_default());
    }
    told
}

fn refused(why: &Refused) -> &'static str {
    match why {
        Refused::NoServicePort => "NoServicePort",
        Refused::NoGateway => "NoGateway",
        Refused::NoServer => "NoServer",
        Refused::Unserved(_) => "Unserved",
        Refused::NoRule(_) => "NoRule",
        Refused::Unprivileged => "Unprivileged",
        Refused::ByEnvoy(_) => "ByEnvoy",
    }
}

fn not_found(why: &NotFound) -> &'static str {
    match why {
        NotFound::Nothing { .. } => "Nothing",
        NotFound::NoHost { .. } => "NoHost",
        NotFound::NoRoute { .. } => "NoRoute",
        NotFound::RefusedRoutes => "RefusedRoutes",
    }
}

fn by(route: &Taken) -> String {
    if route.name.is_empty() { String::new() } else { format!(" by {}", route.name) }
}

/// The clusters, short where they are plain Services.
fn all(clusters: &[Cluster<'_>]) -> String {
    let told = clusters.iter().map(|it| {
        let name = &it.destination.cluster;
        let plain = name.strip_prefix("outbound|").and_then(|it| it.split_once("||"));
        let service = plain.and_then(|(port, host)| {
            Some(format!("{}:{port}", host.strip_suffix(".svc.cluster.local")?))
        });
        let fate = match (&it.destination.fate, it.not_found) {
            (Fate::Ready(found), _) => format!("{} ready", found.ready),
            (Fate::NoEndpoints(_), _) => "UH".to_owned(),
            (_, 503) => "NC".to_owned(),
            (_, status) => format!("NC {status}"),
        };
        format!("{} {fate}", service.unwrap_or_else(|| name.clone()))
    });
    told.collect::<Vec<_>>().join(", ")
}

fn worlds() -> Vec<(String, String, World)> {
    let read = |file: &std::path::Path| std::fs::read_to_string(file).unwrap();
    let base = read(&repository("tests/ways/base.yaml"));
    let files = files(&repository("tests/ways"), ".yaml").into_iter();
    let worlds = files.filter(|it| !it.ends_with("base.yaml")).map(|file| {
        let text = read(&file);
        let world = read_world(&format!("{base}---\n{text}"));
        (file.file_stem().unwrap().to_str().unwrap().to_owned(), text, world)
    });
    worlds.collect()
}

#[test]
fn requests_take_the_way_that_the_rules_tell() {
    let mut asked = 0;
    let mut differ = Vec::new();
    for (name, text, world) in worlds() {
        let lines = text.lines().map_while(|it| it.strip_prefix("# "));
        for (line, wanted) in lines.filter_map(|it| it.split_once(" -> ")) {
            asked += 1;
            let request = request(line);
            let told = told(&world.way(&request).unwrap(), &request);
            if told != wanted {
                differ.push(format!("{name}: {line}\n  is {told}\n not {wanted}"));
            }
        }
    }
    assert!(asked > 150, "{asked}");
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}
