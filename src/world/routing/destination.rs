//! Which cluster a destination means, and whether it is there, with somebody behind it.

use super::attachment::reach;
use super::endpoints::{self, Endpoints, refused};
use super::hosts::{full_name, service_of};
use super::subsets;
use crate::model::destination::{EntryPort, ServiceEntry};
use crate::model::network::{Service, ServicePort};
use crate::model::{Key, ObjectRef, Seen, Selector};
use crate::world::{Gap, Kind, World};

/// What these functions read.
pub const READS: &[Kind] = &[
    Kind::Services,
    Kind::ServiceEntries,
    Kind::DestinationRules,
    Kind::EndpointSlices,
    Kind::Pods,
    Kind::WorkloadEntries,
];

/// A destination, as a route names it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The host as it is written.
    pub host: &'a str,
    /// The port; 0 where none is named.
    pub port: u32,
    /// The subset; empty where none is named.
    pub subset: &'a str,
    /// The namespace of the VirtualService or delegate that names it.
    pub namespace: &'a str,
}

/// Where it is seen from.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// The namespace of the gateway's pods, by which `exportTo` is judged.
    pub namespace: &'a str,
    /// The port number of the Gateway's server, which a destination without a port means where
    /// its Service has several.
    pub server_port: u32,
}

/// Whose host it is.
#[derive(Clone, Debug)]
pub enum Owner<'w> {
    /// A Service.
    Service(&'w Seen<Service>),
    /// `ServiceEntries` of one namespace, of which the first names the host first.
    Entries(Vec<&'w Seen<ServiceEntry>>),
}

/// A destination, worked out.
#[derive(Clone, Debug)]
pub struct Destination<'w> {
    /// The host's full name.
    pub host: String,
    /// The port that is meant.
    pub port: u32,
    /// Envoy's name for the cluster: `outbound|port|subset|host`.
    pub cluster: String,
    /// Whose host it is, as far as the gateway sees it.
    pub owner: Option<Owner<'w>>,
    /// What becomes of a request that is sent there.
    pub fate: Fate,
    /// What is not known and could make it another.
    pub gap: Option<Gap>,
}

/// What becomes of a request that is sent to a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing has that host: 503 NC.
    UnknownHost,
    /// Something has that host, and its `exportTo` keeps it from the gateway's pods: 503 NC.
    Hidden(ObjectRef),
    /// The Service has no such port, or only with UDP: 503 NC.
    UnknownPort {
        /// Those that it has.
        ports: Vec<u32>,
    },
    /// No port is named, the Service has several, and none of them is the server's number: 503 NC.
    PortNotNamed {
        /// Those that it has.
        ports: Vec<u32>,
    },
    /// An `ExternalName` for a host that no Service or `ServiceEntry` has with that port: 503 NC.
    Alias {
        /// What it stands for.
        of: String,
    },
    /// No `DestinationRule` that the gateway sees defines the subset: 503 NC.
    UnknownSubset,
    /// Nobody stands behind it: 503 UH.
    NoEndpoints(Endpoints),
    /// Somebody does.
    Ready(Endpoints),
}

impl Fate {
    /// Whether Envoy has a cluster for it; without, the answer is 503 NC.
    pub fn has_cluster(&self) -> bool {
        matches!(self, Self::NoEndpoints(_) | Self::Ready(_))
    }
}

impl Destination<'_> {
    /// What becomes of it, or why that is not known.
    ///
    /// # Errors
    /// The gap that its fate hangs on.
    pub fn known(&self) -> Result<&Fate, Gap> {
        self.gap.clone().map_or(Ok(&self.fate), Err)
    }
}

impl<'w> Owner<'w> {
    /// The object that names the host.
    pub fn object(&self) -> ObjectRef {
        match self {
            Self::Service(service) => ObjectRef::of(service),
            Self::Entries(entries) => {
                entries.first().map(|it| ObjectRef::of(it)).unwrap_or_default()
            }
        }
    }

    /// The namespace of the object that names the host.
    pub fn namespace(&self) -> &'w str {
        match self {
            Self::Service(service) => &service.metadata.namespace,
            Self::Entries(entries) => {
                entries.first().map_or("", |it| &it.object.metadata.namespace)
            }
        }
    }

    /// Its ports, in order, UDP ones included.
    pub fn ports(&self) -> Vec<u32> {
        match self {
            Self::Service(service) => service.spec.ports.iter().map(|it| it.port).collect(),
            Self::Entries(entries) => entry_ports(entries).map(|it| it.number).collect(),
        }
    }

    /// Who stands behind a port; `None` where there is no cluster for it.
    fn endpoints(&self, world: &World, port: u32, subset: Option<&Selector>) -> Option<Endpoints> {
        match self {
            Self::Service(service) => {
                let is_it = |it: &&ServicePort| it.port == port && it.protocol != "UDP";
                let port = service.spec.ports.iter().find(is_it)?;
                Some(endpoints::of_service(world, service, port, subset))
            }
            Self::Entries(entries) => {
                let is_udp = |it: &EntryPort| it.protocol.eq_ignore_ascii_case("UDP");
                let port = entry_ports(entries).find(|it| it.number == port && !is_udp(it))?;
                Some(endpoints::of_entries(world, entries, port, subset))
            }
        }
    }
}

/// The ports of `ServiceEntries` that make up one service, each number once.
fn entry_ports<'e>(entries: &'e [&Seen<ServiceEntry>]) -> impl Iterator<Item = &'e EntryPort> {
    let ports = entries.iter().flat_map(|it| it.object.spec.ports.iter());
    ports.clone().enumerate().filter_map(move |(at, port)| {
        let is_first = !ports.clone().take(at).any(|it| it.number == port.number);
        is_first.then_some(port)
    })
}

/// Works a destination out (`pilot/pkg/networking/core/route/route.go`, `GetDestinationCluster`;
/// `pilot/pkg/networking/core/cluster.go`, `buildOutboundClusters`).
pub fn destination<'w>(world: &'w World, asked: Asked<'_>, viewer: Viewer<'_>) -> Destination<'w> {
    // A backend of the Gateway API that may not be used, or is of no known kind.
    if asked.host.is_empty() {
        return Destination {
            host: String::new(),
            port: asked.port,
            cluster: "UnknownService".to_owned(),
            owner: None,
            fate: Fate::UnknownHost,
            gap: None,
        };
    }
    let host = full_name(asked.host, asked.namespace, &world.domain().name);
    let found = owner(world, &host, viewer.namespace);
    let ports = found.owner.as_ref().map(Owner::ports).unwrap_or_default();
    let port = match (asked.port, &*ports) {
        (0, [only]) => *only,
        (0, _) => viewer.server_port,
        (port, _) => port,
    };
    let alias = match &found.owner {
        Some(Owner::Service(it)) if it.spec.type_ == "ExternalName" => &*it.spec.external_name,
        _ => "",
    };
    let real = if alias.is_empty() { &*host } else { alias };
    let cluster = format!("outbound|{port}|{}|{real}", asked.subset);
    let (fate, gap) = if alias.is_empty() {
        fate(world, &host, port, asked, viewer, &found)
    } else {
        let behind = owner(world, alias, viewer.namespace);
        match fate(world, alias, port, asked, viewer, &behind) {
            (Fate::UnknownHost | Fate::Hidden(_), gap) => {
                (Fate::Alias { of: alias.to_owned() }, gap)
            }
            known => known,
        }
    };
    Destination { host, port, cluster, owner: found.owner, fate, gap }
}

fn fate(
    world: &World,
    host: &str,
    port: u32,
    asked: Asked<'_>,
    viewer: Viewer<'_>,
    found: &Found<'_>,
) -> (Fate, Option<Gap>) {
    let Some(owner) = &found.owner else {
        let hidden = found.hidden.clone().map_or(Fate::UnknownHost, Fate::Hidden);
        return (hidden, found.gap.clone());
    };
    let ports = || owner.ports();
    let Some(all) = owner.endpoints(world, port, None) else {
        let fate = if asked.port == 0 && ports().len() > 1 {
            Fate::PortNotNamed { ports: ports() }
        } else {
            Fate::UnknownPort { ports: ports() }
        };
        return (fate, found.gap.clone());
    };
    if asked.subset.is_empty() {
        return judged(all);
    }
    let subset = subsets::subset(world, host, owner.namespace(), viewer.namespace, asked.subset);
    let Some(subset) = subset else {
        return (Fate::UnknownSubset, world.covers(Kind::DestinationRules, None).err());
    };
    let some = owner.endpoints(world, port, Some(&subset.labels)).unwrap_or_default();
    judged(some)
}

fn judged(found: Endpoints) -> (Fate, Option<Gap>) {
    if found.ready > 0 {
        (Fate::Ready(found), None)
    } else {
        let gap = found.gap.clone();
        (Fate::NoEndpoints(found), gap)
    }
}

/// Who has a host, as far as a namespace sees it.
struct Found<'w> {
    owner: Option<Owner<'w>>,
    hidden: Option<ObjectRef>,
    gap: Option<Gap>,
}

/// Who has a host: a Service before `ServiceEntries`, then what is for that namespace alone, then
/// the oldest (`pilot/pkg/model/sidecar.go`, `appendSidecarServices`).
fn owner<'w>(world: &'w World, host: &str, viewer: &str) -> Found<'w> {
    let mut found = Found { owner: None, hidden: None, gap: None };
    let is_of_cluster = service_of(host, &world.domain().name);
    if let Some((namespace, name)) = is_of_cluster {
        match world.get::<Service>(&Key::new(namespace, name)) {
            Ok(Some(service)) if is_visible(service, viewer) => {
                found.owner = Some(Owner::Service(service));
                return found;
            }
            Ok(Some(service)) => found.hidden = Some(ObjectRef::of(service)),
            Ok(None) => {}
            Err(gap) => found.gap = Some(gap),
        }
    }
    let entries = entries(world, host, viewer);
    if !entries.is_empty() {
        found.owner = Some(Owner::Entries(entries));
        return found;
    }
    if found.hidden.is_none() {
        let mut keys = world.entries_of(host).iter();
        let hidden = keys.find_map(|key| world.all::<ServiceEntry>().get(key));
        found.hidden = hidden.map(ObjectRef::of);
    }
    let uncovered = world.covers(Kind::ServiceEntries, None).err();
    // Hardly any ServiceEntry has a host of the cluster's own form.
    let uncovered = if is_of_cluster.is_some() { uncovered.and_then(refused) } else { uncovered };
    found.gap = found.gap.or(uncovered).or_else(|| other_domain(world, host));
    found
}

/// A name of the form of a Service, under a domain that may be the cluster's: only a gateway's
/// own arguments tell.
fn other_domain(world: &World, host: &str) -> Option<Gap> {
    let domain = world.domain();
    let (name, rest) = host.split_once('.')?;
    let (namespace, rest) = rest.split_once('.')?;
    let under = rest.strip_prefix("svc.")?;
    let may_be = under != domain.name && !domain.is_told;
    let is_there = world.all::<Service>().contains_key(&Key::new(namespace, name));
    (may_be && is_there).then(|| {
        Gap::beyond("the inputs do not tell the cluster's domain", "get pods", Some(namespace))
    })
}

/// The annotation that is a Service's `exportTo` (Istio 1.1 to 1.31).
pub const EXPORT_TO: &str = "networking.istio.io/exportTo";

/// Whether a namespace sees a Service.
pub fn is_visible(service: &Service, viewer: &str) -> bool {
    let written = service.metadata.annotations.get(EXPORT_TO).map_or("", |it| it);
    let names: Vec<&str> = written.split(',').filter(|it| !it.trim().is_empty()).collect();
    reach(&names, &service.metadata.namespace, viewer).is_some()
}

/// The `ServiceEntries` that make up one host's service for a namespace: the first that it sees,
/// and others of its namespace that are like it but for their ports.
fn entries<'w>(world: &'w World, host: &str, viewer: &str) -> Vec<&'w Seen<ServiceEntry>> {
    let entries = world.entries_of(host).iter();
    let entries = entries.filter_map(|key| world.all::<ServiceEntry>().get(key));
    let mut seen: Vec<_> = entries
        .filter_map(|it| Some((reach(&it.spec.export_to, &it.metadata.namespace, viewer)?, it)))
        .collect();
    seen.sort_by_key(|(reach, _)| *reach == super::attachment::Reach::Public);
    let Some((_, first)) = seen.first().copied() else { return Vec::new() };
    let is_like = |it: &Seen<ServiceEntry>| {
        let labels = |it: &Seen<ServiceEntry>| {
            it.spec.workload_selector.as_ref().map(|it| it.labels.clone()).unwrap_or_default()
        };
        it.metadata.namespace == first.metadata.namespace
            && it.spec.resolution == first.spec.resolution
            && it.spec.export_to == first.spec.export_to
            && it.metadata.labels == first.metadata.labels
            && labels(it) == labels(first)
    };
    seen.into_iter().map(|(_, it)| it).filter(|it| is_like(it)).collect()
}
