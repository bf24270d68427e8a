//! Which object is to blame for what a client got, where the way of the request by the objects
//! comes to the same.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use super::observation::Observation;
use super::{Hop, Meaning, Sense, Target};
use crate::model::istio::Gateway;
use crate::model::network::Service;
use crate::model::{Key, Object as _, ObjectRef, Seen};
use crate::report::discovery::FoundGateway;
use crate::world::routing::destination::Fate;
use crate::world::routing::hosts::{covers, server_hosts};
use crate::world::routing::{
    self, Certificate, Cluster, Lack, NotFound, Outcome, Proxy, Refused, Reset, To, Way,
};
use crate::world::{Kinds, Question, Why, World};

/// The question which objects are to blame for what requests got.
#[derive(Debug)]
pub struct Blame<'h> {
    /// The requests, with what was seen.
    pub hops: Vec<&'h Hop>,
    /// The gateway that was asked, where that is known.
    pub gateway: Option<&'h FoundGateway>,
}

impl Question for Blame<'_> {
    /// What each request means, in their order, with the objects that are to blame.
    type Answer = Vec<Vec<Meaning>>;

    fn reads(&self) -> Kinds {
        Kinds::of(routing::READS)
    }

    fn answer(&self, world: &World) -> Self::Answer {
        let blamed = self.hops.iter().map(|hop| match &hop.seen {
            Some(seen) => meanings(world, hop, seen, self.gateway),
            None => hop.meanings.clone(),
        });
        blamed.collect()
    }
}

fn meanings(
    world: &World,
    hop: &Hop,
    seen: &Observation,
    gateway: Option<&FoundGateway>,
) -> Vec<Meaning> {
    let gateway = gateway.filter(|it| it.ips().contains(&seen.address.ip()));
    let Some(way) = way(world, &hop.target, seen.address, gateway) else {
        return hop.meanings.clone();
    };
    // What files leave out is nothing to doubt for; what may not be seen could be the real cause.
    let hidden = way.gaps.iter().find(|gap| gap.why != Why::Beyond);
    let seen = hidden.map_or_else(String::new, |gap| {
        format!(", by what could be seen: {} ({} would tell)", gap.reason, gap.right)
    });
    let blamed = hop.meanings.iter().map(|meaning| match of(&way, meaning.sense) {
        Some((object, message)) => meaning.clone().blamed(object, message + &seen),
        None => meaning.clone(),
    });
    blamed.collect()
}

/// The way of a request by the objects; `None` where they do not tell which gateway it meets.
fn way<'w>(
    world: &'w World,
    target: &Target,
    address: SocketAddr,
    gateway: Option<&FoundGateway>,
) -> Option<Way<'w>> {
    let (address, port) = (address.ip(), address.port().into());
    let known = gateway.and_then(|it| by_gateway(it, port));
    let to = known
        .or_else(|| by_address(world, address, port))
        .or_else(|| by_host(world, target, port))?;
    world.way(&target.request(to, false)).ok()
}

/// The Service port of the gateway that was asked, by the kind of its address.
fn by_gateway(gateway: &FoundGateway, port: u32) -> Option<To> {
    let kind = gateway.endpoint.as_ref()?.kind;
    let reached = gateway.ports.iter().find(|it| it.number(kind) == Some(port));
    let port = reached.map_or(port, |it| it.port);
    let is_service = gateway.object.kind == Service::KIND;
    is_service.then(|| To::Service { service: gateway.object.key(), port })
}

/// The Service port that an address and port lead to: a load balancer's, an externalIP's or the
/// cluster's own with the Service's port, any other with a port of the nodes.
fn by_address(world: &World, address: IpAddr, port: u32) -> Option<To> {
    let has = |texts: &[String]| texts.iter().any(|it| it.parse() == Ok(address));
    let is_its = |service: &Seen<Service>| {
        let spec = &service.spec;
        let mut balanced = service.status.load_balancer.ingress.iter();
        balanced.any(|it| it.ip.parse() == Ok(address))
            || has(&spec.external_ips)
            || has(&spec.cluster_ips)
            || has(std::slice::from_ref(&spec.cluster_ip))
    };
    let services = || world.all::<Service>().values();
    if let Some(service) = services().find(|it| is_its(it)) {
        return Some(To::Service { service: service.key(), port });
    }
    services().find_map(|service| {
        let on_nodes = service.spec.ports.iter().find(|it| it.node_port == port)?;
        Some(To::Service { service: service.key(), port: on_nodes.port })
    })
}

/// Else the Service of the gateway that has the host, or of the only one.
fn by_host(world: &World, target: &Target, port: u32) -> Option<To> {
    let host = target.asked_host();
    let serves = |gateway: &Gateway| {
        let servers = gateway.spec.servers.iter();
        let hosts = servers.flat_map(|it| server_hosts(&it.hosts, &gateway.metadata.namespace));
        hosts.into_iter().any(|it| covers(&it.host, &host))
    };
    let serving = world.all::<Gateway>().values().filter(|it| serves(it));
    let mut workloads = serving.flat_map(|it| world.selected(&it.spec.selector));
    let proxies = Proxy::all(world);
    let proxy = if let Some(workload) = workloads.next() {
        proxies.into_iter().find(|it| it.workload.is_some_and(|own| own.key == workload.key))?
    } else {
        let targets = proxies.iter().flat_map(|it| &it.targets);
        let services: BTreeSet<Key> = targets.map(|it| it.service.key()).collect();
        proxies.into_iter().next().filter(|_| services.len() == 1)?
    };
    let has_port = proxy.targets.iter().find(|it| it.port.port == port);
    let service = has_port.or(proxy.targets.first()).map(|it| it.service.key());
    Some(service.map_or(To::Pods { port }, |service| To::Service { service, port }))
}

/// The object that is to blame and for what, where the way comes to what was seen.
fn of(way: &Way<'_>, sense: Sense) -> Option<(ObjectRef, String)> {
    use Sense::{
        BackendUnknown, CertificateExpired, CertificateName, CertificateNotYet,
        CertificateUntrusted, ClientCertificateMissing, Closed, ClusterMissing, NoEndpoint,
        NoRoute, PlainToTls, RedirectKeepsPort, RedirectLoop, TlsClosed, TlsNoSni, TlsReset,
        TlsToPlain,
    };
    let is_cut = matches!(sense, TlsReset | TlsClosed | TlsNoSni | Sense::Reset | Closed);
    let last = || way.hops.iter().rev().find_map(|it| it.object.clone());
    match (&way.outcome, sense) {
        (_, CertificateName | CertificateExpired | CertificateNotYet | CertificateUntrusted) => {
            let (secret, _) = way.tls.as_ref()?.secret.as_ref()?;
            let object = ObjectRef::named("Secret", &secret.namespace, &secret.name);
            Some((object, "the certificate is read from there".to_owned()))
        }
        (Outcome::Refused(why), Sense::Refused) => refused(why, last()),
        // A listener waits for its first secret, and is not there until then.
        (Outcome::Reset(Reset::NoCertificate(lack)), Sense::Refused) => {
            Some((last()?, lacking(way, *lack)))
        }
        (Outcome::Reset(Reset::NoCertificate(lack)), _) if is_cut => {
            Some((last()?, lacking(way, *lack)))
        }
        (Outcome::Reset(Reset::NoChain { names }), _) if is_cut => {
            let names = if names.is_empty() { "no name".to_owned() } else { names.join(", ") };
            Some((last()?, format!("its port takes TLS for {names} and nothing else")))
        }
        (Outcome::Closed, PlainToTls | Closed | Sense::Reset) => {
            Some((last()?, "its server on this port ends TLS, and takes no plain HTTP".to_owned()))
        }
        (Outcome::NotTls, TlsToPlain) => {
            Some((last()?, "its server on this port speaks plain HTTP".to_owned()))
        }
        (Outcome::CertificateRequired, ClientCertificateMissing) => {
            Some((last()?, "its mode asks for a certificate of the client".to_owned()))
        }
        (Outcome::NotFound(why), NoRoute) => not_found(why, last()),
        (Outcome::Redirect { route, .. }, RedirectLoop | RedirectKeepsPort) => Some(match route {
            Some(route) => (route.at.clone(), "this rule redirects".to_owned()),
            None => (last()?, "its httpsRedirect comes before every route".to_owned()),
        }),
        (Outcome::Routed { route, clusters, .. }, ClusterMissing | BackendUnknown) => {
            let missing = clusters.iter().find(|it| !it.destination.fate.has_cluster())?;
            Some((route.at.clone(), unknown(missing)))
        }
        (Outcome::Routed { route, clusters, .. }, NoEndpoint) => {
            let empty = clusters.iter().find(|it| is_empty(it))?;
            let owner = empty.destination.owner.as_ref().map(routing::destination::Owner::object);
            let message = format!("no ready endpoint stands behind {}", empty.destination.cluster);
            Some((owner.unwrap_or_else(|| route.at.clone()), message))
        }
        (Outcome::Connected { rule, clusters }, _) if is_cut => {
            let missing = clusters.iter().find(|it| it.status().is_some())?;
            Some((rule.clone(), unknown(missing)))
        }
        _ => None,
    }
}

fn is_empty(cluster: &Cluster<'_>) -> bool {
    matches!(cluster.destination.fate, Fate::NoEndpoints(_))
}

fn refused(why: &Refused, last: Option<ObjectRef>) -> Option<(ObjectRef, String)> {
    let (object, message) = match why {
        Refused::NoServicePort => (last?, "it has no such port, or none that leads to the pods"),
        Refused::NoGateway => (last?, "no Gateway selects the pods that it leads to"),
        Refused::NoServer => (last?, "no server of its pods' Gateways is on this port"),
        Refused::Unserved(unserved) => {
            let secret = &unserved.secret;
            let why = match unserved.why {
                Certificate::Missing => "does not exist",
                Certificate::NotGranted => "is in a namespace that no ReferenceGrant opens",
                Certificate::NoPair => "lacks the keys",
                Certificate::Unreadable => "cannot be read",
                Certificate::Mismatch => "has a key that is not its certificate's",
                Certificate::NoSecret => "is no Secret",
            };
            let message = format!("the listener is not served: its secret {secret} {why}");
            return Some((unserved.at.clone(), message));
        }
        Refused::NoRule(servers) => {
            (servers.first()?.clone(), "no VirtualService says where its connections go")
        }
        Refused::Unprivileged => (last?, "the proxy may not bind ports below 1024"),
        Refused::ByEnvoy(_) => (last?, "Envoy refuses the listener that its servers make"),
    };
    Some((object, message.to_owned()))
}

fn not_found(why: &NotFound, last: Option<ObjectRef>) -> Option<(ObjectRef, String)> {
    Some(match why {
        NotFound::Nothing { servers, .. } => (
            servers.first().cloned().or(last)?,
            "no VirtualService or route is bound to it, so every request is answered 404"
                .to_owned(),
        ),
        NotFound::NoHost { domains } => {
            (last?, format!("only these hosts are served here: {}", domains.join(", ")))
        }
        NotFound::NoRoute { domain, tried, .. } => (
            tried.first().cloned().or(last)?,
            format!("none of the rules for {domain} is for this request"),
        ),
        NotFound::RefusedRoutes => {
            (last?, "Envoy refuses the routes of this port, so there are none".to_owned())
        }
    })
}

fn lacking(way: &Way<'_>, lack: Lack) -> String {
    let tls = way.tls.as_ref();
    let secret = match tls.and_then(|it| it.secret.as_ref()) {
        Some((key, _)) => format!("secret {key}"),
        None => format!("secret {}", tls.map_or("", |it| &it.written)),
    };
    match lack {
        Lack::Missing => format!("its {secret} does not exist"),
        Lack::Refused => format!("istiod refuses its {secret}: it is of another namespace"),
        Lack::NoPair => format!("its {secret} lacks the keys"),
        Lack::Unreadable => format!("its {secret} holds no certificate or key that can be read"),
        Lack::Mismatch => format!("the key in its {secret} is not the certificate's"),
        Lack::Forbidden => format!("the gateway's service account may not list secrets: {secret}"),
    }
}

fn unknown(cluster: &Cluster<'_>) -> String {
    let to = &cluster.destination;
    match &to.fate {
        Fate::UnknownHost | Fate::Alias { .. } => {
            format!("nothing has the host {} that it leads to", to.host)
        }
        Fate::Hidden(owner) => format!("{owner} does not export to the gateway's namespace"),
        Fate::UnknownPort { .. } | Fate::PortNotNamed { .. } => {
            format!("{} has no port {}", to.host, to.port)
        }
        Fate::UnknownSubset => format!("no DestinationRule defines the subset of {}", to.cluster),
        Fate::NoEndpoints(_) => format!("no ready endpoint stands behind {}", to.cluster),
        Fate::Ready(_) => format!("it leads to {}", to.cluster),
    }
}
