//! What a real gateway did with a request, held against the way that the objects alone tell.

use igwctl::model::Key;
use igwctl::world::routing::destination::Fate;
use igwctl::world::routing::{Cluster, Outcome, Request, Scheme, Taken, To, Version, Way};
use serde::Deserialize;

use crate::support::{files, read_world, repository};

/// One request, and what came of it.
#[derive(Deserialize)]
struct Recorded {
    request: Asked,
    observed: Observed,
}

#[derive(Deserialize)]
struct Asked {
    scheme: String,
    port: u32,
    /// The Service's port that leads there, where it is another.
    service_port: Option<u32>,
    #[serde(default)]
    host: Option<String>,
    #[serde(default)]
    sni: Option<String>,
    #[serde(default)]
    method: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    http_version: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Observed {
    connect: Option<String>,
    tls: Option<Tls>,
    status: Option<u32>,
    location: Option<String>,
    body: Option<String>,
    error: Option<String>,
    tcp: Option<serde_json::Value>,
    upstream: Option<Upstream>,
    log: Log,
    clusters: Option<std::collections::BTreeMap<String, u32>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tls {
    ok: bool,
    error: Option<String>,
    cert: Option<Certificate>,
}

#[derive(Deserialize)]
struct Certificate {
    subject: String,
}

#[derive(Deserialize)]
struct Upstream {
    authority: String,
    path: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Log {
    flags: Option<String>,
    details: Option<String>,
    cluster: Option<String>,
    route: Option<String>,
    virtual_service: Option<String>,
}

fn request(asked: &Asked) -> Request {
    Request {
        scheme: match &*asked.scheme {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            "tcp" => Scheme::Tcp,
            "tls" => Scheme::Tls,
            other => panic!("scheme {other}"),
        },
        to: match asked.service_port {
            Some(port) => {
                let service = Key::new("istio-system", "istio-ingressgateway");
                To::Service { service, port }
            }
            None => To::Pods { port: asked.port },
        },
        host: asked.host.clone(),
        sni: asked.sni.clone(),
        method: asked.method.clone(),
        path: asked.path.clone(),
        headers: asked.headers.clone(),
        version: match &*asked.http_version {
            "1.0" => Version::Http10,
            "2" => Version::Http2,
            _ => Version::Http11,
        },
        has_certificate: false,
    }
}

/// In what a way differs from what was observed.
fn differences(way: &Way<'_>, observed: &Observed, has_body: bool) -> Vec<String> {
    let mut differ = Vec::new();
    let mut holds = |is: bool, what: String| {
        if !is {
            differ.push(what);
        }
    };
    let subject = observed.tls.as_ref().and_then(|it| it.cert.as_ref()).map(|it| &it.subject);
    if let Some(subject) = subject {
        // Some list a name's parts from its end.
        let parts = |name: &str| {
            let mut parts: Vec<String> = name.split(',').map(|it| it.trim().to_owned()).collect();
            parts.sort();
            parts
        };
        let shown = shown(way).unwrap_or_default();
        holds(parts(&shown) == parts(subject), format!("certificate {shown}, not {subject}"));
    }
    let handshake = observed.tls.as_ref().filter(|it| !it.ok).and_then(|it| it.error.as_deref());
    let broken = handshake.or(observed.error.as_deref());
    let is_alike = match (&way.outcome, broken) {
        (Outcome::Refused(_), _) => observed.connect.as_deref() == Some("refused"),
        (Outcome::Reset(_), broken) => broken == Some("reset"),
        (Outcome::Closed, broken) => broken == Some("closed"),
        (Outcome::NotTls, broken) => broken.is_some_and(|it| it.contains("WRONG_VERSION_NUMBER")),
        (Outcome::CertificateRequired, broken) => broken.is_some(),
        (Outcome::Connected { .. }, _) => observed.tcp.is_some() || broken.is_some(),
        (_, broken) => broken.is_none() && observed.connect.is_none(),
    };
    holds(is_alike, "another end of the connection".to_owned());
    let status = observed.status;
    let is_upstreams = observed.log.details.as_deref() == Some("via_upstream")
        || observed.log.flags.as_deref().is_some_and(|it| it.contains("UF"));
    if !is_upstreams && observed.clusters.is_none() {
        let told = way.status();
        holds(told == status, format!("status {told:?}, not {status:?}"));
    }
    let location = match &way.outcome {
        Outcome::Redirect { location, .. } => Some(location),
        _ => None,
    };
    let seen = observed.location.as_ref().filter(|_| !is_upstreams);
    holds(location == seen, format!("location {location:?}, not {seen:?}"));
    // An answer to HEAD has no body.
    if let (Outcome::Direct { body, .. }, true) = (&way.outcome, has_body) {
        let seen = observed.body.as_deref().unwrap_or_default();
        holds(body == seen, format!("body {body}, not {seen}"));
    }
    let (name, key) = match taken(&way.outcome) {
        Some(taken) => (Some(taken.name.clone()), Some(taken.virtual_service.to_string())),
        None => (None, None),
    };
    let name = name.filter(|it| !it.is_empty());
    let log = &observed.log;
    holds(name == log.route, format!("route {name:?}, not {:?}", log.route));
    let seen = &log.virtual_service;
    if taken(&way.outcome).is_some() || seen.is_some() {
        holds(key == *seen, format!("VirtualService {key:?}, not {seen:?}"));
    }
    differ.extend(of_clusters(way, observed));
    differ
}

fn of_clusters(way: &Way<'_>, observed: &Observed) -> Vec<String> {
    let (clusters, path) = match &way.outcome {
        Outcome::Routed { clusters, path, .. } => (&**clusters, &**path),
        Outcome::Connected { clusters, .. } => (&**clusters, ""),
        _ => (&[][..], ""),
    };
    let mut differ = Vec::new();
    let names: Vec<&str> = clusters.iter().map(|it| &*it.destination.cluster).collect();
    let seen = observed.log.cluster.as_deref().map(|it| it.trim_end_matches(';'));
    let chosen: Vec<&Cluster<'_>> =
        clusters.iter().filter(|it| Some(&*it.destination.cluster) == seen).collect();
    let has_cluster = clusters.iter().any(|it| it.destination.fate.has_cluster());
    match seen {
        Some(seen) if !names.contains(&seen) => differ.push(format!("{names:?}, not {seen}")),
        None if has_cluster && observed.clusters.is_none() => {
            differ.push(format!("{names:?}, not none"));
        }
        _ => {}
    }
    if let Some(counted) = &observed.clusters {
        let mut names: Vec<&str> = names.clone();
        let mut seen: Vec<&str> = counted.keys().map(|it| it.trim_end_matches(';')).collect();
        names.sort_unstable();
        names.dedup();
        seen.sort_unstable();
        if names != seen {
            differ.push(format!("{names:?}, not {seen:?}"));
        }
    }
    let is_empty = observed.log.flags.as_deref() == Some("UH");
    for cluster in chosen {
        let is_ready = matches!(cluster.destination.fate, Fate::Ready(_));
        if is_ready == is_empty {
            differ.push(format!("{:?}", cluster.destination.fate));
        }
        if let Some(upstream) = &observed.upstream {
            if upstream.path != path {
                differ.push(format!("the backend gets {path}, not {}", upstream.path));
            }
            if upstream.authority != cluster.host {
                differ.push(format!("its host is {}, not {}", cluster.host, upstream.authority));
            }
        }
    }
    differ
}

fn taken<'o>(outcome: &'o Outcome<'_>) -> Option<&'o Taken> {
    match outcome {
        Outcome::Redirect { route, .. } => route.as_ref(),
        Outcome::Direct { route, .. }
        | Outcome::Preflight(route)
        | Outcome::Aborted { route, .. }
        | Outcome::Routed { route, .. } => Some(route),
        _ => None,
    }
}

/// The subject of the certificate that the gateway shows.
fn shown(way: &Way<'_>) -> Option<String> {
    let (_, secret) = way.tls.as_ref()?.secret.as_ref()?;
    let igwctl::model::credential::Pem::Read(chain) = (*secret)?.facts.chain.as_ref()? else {
        return None;
    };
    Some(chain.first()?.subject.clone())
}

#[test]
fn every_request_takes_the_way_that_it_really_took() {
    let mut worlds = 0;
    let mut requests = 0;
    let mut differ = Vec::new();
    for file in files(&repository("tests/traces"), ".jsonl") {
        let folder = file.parent().unwrap();
        // What a gateway keeps that refused its configuration, no object tells.
        let started_anew = folder.join("requests-after-restart.jsonl");
        if started_anew.exists() && file != started_anew {
            continue;
        }
        worlds += 1;
        let text = std::fs::read_to_string(folder.join("world.yaml")).unwrap();
        let world = read_world(&text);
        for (line, text) in std::fs::read_to_string(&file).unwrap().lines().enumerate() {
            requests += 1;
            let recorded: Recorded = serde_json::from_str(text).unwrap();
            let way = world.way(&request(&recorded.request)).unwrap();
            let found = differences(&way, &recorded.observed, recorded.request.method != "HEAD");
            if !found.is_empty() {
                let shown = file.strip_prefix(repository("tests/traces")).unwrap().display();
                differ.push(format!("{shown}:{}: {}", line + 1, found.join("; ")));
            }
        }
    }
    assert!(worlds >= 13 && requests >= 432, "{worlds} worlds, {requests} requests");
    assert!(differ.is_empty(), "{} of {requests} differ:\n{}", differ.len(), differ.join("\n"));
}
