//! Which gateways there are, and where each is reached. Pure: what it needs is in the World.
//!
//! | file | answers |
//! | --- | --- |
//! | `find.rs` | which gateways there are, by what their pods are |
//! | `address.rs` | where each is reached, with which kind of address |
//! | `endpoint.rs` | which address and ports a client outside uses |
//! | `pending.rs` | why there is none |
//! | `port.rs` | its ports, and what is spoken on each |
//! | `pods.rs` | how its pods fare |
//! | `selector.rs` | the fewest labels that mean it alone |
//! | `bound.rs` | which Gateways are bound to it, and which serves a host |
//! | `choice.rs` | which of several is meant |
//! | `names.rs` | the names by which gateways can be asked for |
//! | `wants.rs` | what is to be asked for, once the first lists are known |

mod address;
mod bound;
pub mod choice;
mod endpoint;
mod find;
mod names;
mod pending;
mod pods;
mod port;
mod selector;
mod wants;

use std::collections::BTreeSet;

use crate::model::{Key, host_name};
use crate::report::discovery::{Basis, Bound, Discovery, FoundGateway};
use crate::world::{Gap, Kind, Kinds, Question, Want, Why, World};
use find::{Finds, Found};
pub use names::Names;

/// The name that a gateway is asked for by: a Service, a Gateway, or a host served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The namespace, where one was given.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

impl From<Key> for Name {
    fn from(Key { namespace, name }: Key) -> Self {
        Self { namespace: Some(namespace), name }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{namespace}/{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// The name that an application is to be reached by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// The application.
    pub app: String,
    /// The domain that answers for the addresses in its names.
    pub domain: String,
}

/// The question.
#[derive(Clone, Debug, Default)]
pub struct Discover {
    /// Only what has to do with this namespace.
    pub namespace: Option<String>,
    /// Only what is called so.
    pub name: Option<Name>,
    /// The name that an application is to be reached by.
    pub called: Option<Called>,
}

/// The kinds that the answer depends on.
pub const READS: Kinds = Kinds::of(&[
    Kind::Services,
    Kind::Pods,
    Kind::Deployments,
    Kind::Gateways,
    Kind::KubernetesGateways,
    Kind::Nodes,
    Kind::Events,
]);

/// What was found, and why it may not be all.
#[derive(Debug)]
pub struct Answer {
    /// What was found.
    pub discovery: Discovery,
    /// Why there may be more: Services that could not be seen.
    pub gap: Option<Gap>,
    /// The names of all gateways, those too that were not asked about.
    pub others: Vec<String>,
    /// All names by which one could have been asked for.
    pub names: Vec<String>,
}

impl Question for Discover {
    type Answer = Answer;

    fn reads(&self) -> Kinds {
        READS
    }

    fn wants(&self, world: &World) -> BTreeSet<Want> {
        wants::wants(self, world)
    }

    fn hosts(&self, world: &World) -> BTreeSet<String> {
        let (finds, _) = self.in_scope(world);
        finds.gateways.iter().flat_map(|found| address::hosts(world, found)).collect()
    }

    fn answer(&self, world: &World) -> Answer {
        let (finds, bound) = self.in_scope(world);
        let gateways = finds.gateways.iter().zip(bound);
        let gateways = gateways.map(|(found, bound)| self.gateway(world, found, bound)).collect();
        let mut discovery = Discovery::new(gateways, finds.lookalikes, world.now());
        let gap = world.covers(Kind::Services, None).err();
        if let Some(gap) = gap.as_ref().filter(|gap| gap.why != Why::Beyond) {
            discovery.notices.push(format!("there may be more gateways: {}", gap.reason));
        }
        let all = find::find(world).gateways;
        let others = all.iter().map(|it| it.key.to_string()).collect();
        let names = Names.answer(world).into_iter().map(|(name, _)| name).collect();
        Answer { discovery, gap, others, names }
    }
}

impl Discover {
    /// The gateways that are asked about, with the Gateways that are bound to each.
    fn in_scope<'w>(&self, world: &'w World) -> (Finds<'w>, Vec<Vec<Bound>>) {
        let Finds { gateways, mut lookalikes } = find::find(world);
        let mut bound = bound::bound(world, &gateways);
        if let Some(host) = self.name.as_ref().filter(|it| it.namespace.is_none()) {
            mark_host(&mut bound, &host.name);
        }
        let is_meant = self.meant(&gateways, &bound);
        let kept = gateways.into_iter().zip(bound).zip(is_meant).filter(|(_, is_meant)| *is_meant);
        let (gateways, bound) = kept.map(|(gateway, _)| gateway).unzip();
        lookalikes.retain(|it| {
            let key = it.object.key();
            self.namespace.as_ref().is_none_or(|namespace| key.namespace == *namespace)
                && self.name.as_ref().is_none_or(|name| name.name == key.name)
        });
        (Finds { gateways, lookalikes }, bound)
    }

    /// Which gateways are asked about.
    fn meant(&self, gateways: &[Found<'_>], bound: &[Vec<Bound>]) -> Vec<bool> {
        let pairs = || gateways.iter().zip(bound);
        let Some(Name { namespace, name }) = &self.name else {
            let Some(namespace) = &self.namespace else { return vec![true; gateways.len()] };
            // The namespace's own; where it has none, those that serve its Gateways.
            let own = || gateways.iter().map(|it| it.key.namespace == *namespace);
            if own().any(|it| it) {
                return own().collect();
            }
            let serves =
                |bound: &Vec<Bound>| bound.iter().any(|it| it.object.namespace == *namespace);
            return bound.iter().map(serves).collect();
        };
        let namespace = namespace.as_ref().or(self.namespace.as_ref());
        let is_called = |it_is: &str, in_: &str| {
            it_is == name && namespace.is_none_or(|namespace| in_ == namespace)
        };
        let by_name = |(found, bound): (&Found<'_>, &Vec<Bound>)| {
            is_called(&found.key.name, &found.key.namespace)
                || bound.iter().any(|it| is_called(&it.object.name, &it.object.namespace))
        };
        if pairs().any(by_name) {
            return pairs().map(by_name).collect();
        }
        let is_in = |it: &Bound| {
            self.namespace.as_ref().is_none_or(|namespace| it.object.namespace == *namespace)
        };
        pairs().map(|(_, bound)| bound.iter().any(|it| it.serves_host && is_in(it))).collect()
    }

    fn gateway(&self, world: &World, found: &Found<'_>, bound: Vec<Bound>) -> FoundGateway {
        let type_ = found.service.map_or_else(String::new, |service| {
            let type_ = &*service.spec.type_;
            if type_.is_empty() { "ClusterIP".to_owned() } else { type_.to_owned() }
        });
        let addresses = address::addresses(world, found);
        let ports = port::ports(world, found, &bound);
        let endpoint = endpoint::endpoint(&type_, &addresses, &ports);
        let pending = match &endpoint {
            Some(_) => None,
            None => Some(pending::pending(world, found, &addresses, &ports)),
        };
        let pods = pods::pods(world, found);
        let ip = endpoint.as_ref().and_then(|it| it.ip);
        let mut gateway = FoundGateway {
            object: found.object(),
            basis: found.basis,
            type_,
            host_name: self
                .called
                .as_ref()
                .zip(ip)
                .map(|(it, ip)| host_name::host_name(&it.app, ip, &it.domain)),
            addresses,
            pending,
            endpoint,
            ports,
            pods,
            versions: pods::versions(found),
            selector: selector::shortest(world, found),
            gateways: bound,
            warnings: Vec::new(),
            unknown: Vec::new(),
        };
        gateway.warnings = warnings(&gateway);
        gateway.unknown = unknown(world, found, &gateway);
        gateway
    }
}

/// Marks the Gateways that serve a host: of all that do, those that mean it most closely.
fn mark_host(bound: &mut [Vec<Bound>], host: &str) {
    let closeness = |it: &Bound| bound::closeness(it, host);
    let Some(closest) = bound.iter().flatten().filter_map(closeness).max() else { return };
    for it in bound.iter_mut().flatten() {
        it.serves_host = bound::closeness(it, host) == Some(closest);
    }
}

/// What the reader should know before relying on it.
fn warnings(gateway: &FoundGateway) -> Vec<String> {
    let mut warnings = Vec::new();
    for address in &gateway.addresses {
        let name = &address.address;
        if !endpoint::is_address(name) {
            warnings
                .push(format!("{name:?} stands where an address does and is none: it is not used"));
        }
        for error in &address.port_errors {
            warnings.push(format!(
                "the load balancer {name} says of port {}/{}: {}",
                error.port, error.protocol, error.error
            ));
        }
        if let Some(reason) = &address.unresolved {
            warnings.push(format!("{name} does not resolve here: {reason}"));
        }
        if !address.resolved.is_empty() {
            warnings.push(format!(
                "the addresses of {name} move: for a name that lasts, make your own a CNAME to it"
            ));
        }
    }
    let pods = gateway.pods.as_ref().filter(|_| gateway.endpoint.is_some());
    if let Some(pods) = pods.filter(|it| it.ready == 0) {
        let why = if pods.total == 0 { "it has no pod" } else { "none of its pods is ready" };
        warnings.push(format!("{why}: nothing answers there"));
    }
    warnings
}

/// What the inputs do not tell, and what would.
fn unknown(world: &World, found: &Found<'_>, gateway: &FoundGateway) -> Vec<String> {
    let mut unknown = Vec::new();
    let namespace = &found.key.namespace;
    if let (None, Err(gap)) = (&gateway.pods, world.covers(Kind::Pods, Some(namespace))) {
        unknown.push(match found.basis {
            Basis::Deployment => {
                format!("how its pods fare: only the Deployment was seen ({})", gap.reason)
            }
            _ => format!("whether pods run behind it, and how they fare: {}", gap.reason),
        });
    }
    if let (true, Err(gap)) = (address::needs_nodes(found), world.covers(Kind::Nodes, None)) {
        unknown.push(format!("addresses of the nodes: {}", gap.reason));
    }
    let hosts = address::hosts(world, found);
    for host in hosts.iter().filter(|host| world.resolution(host).is_none()) {
        unknown.push(format!(
            "what {host} resolves to: names are asked for only with a cluster, or with --resolver"
        ));
    }
    unknown
}
