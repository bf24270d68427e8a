//! What is reported: all, or what has to do with a namespace or a Gateway.

use std::collections::{BTreeMap, BTreeSet};

use super::judge::Open;
use crate::model::gateway_api::KubernetesGateway;
use crate::model::istio::Gateway;
use crate::model::{Key, ObjectRef};
use crate::report::{Finding, Undecided};
use crate::world::{Why, World};

/// How many objects an entry of `undecided` names.
const NAMED: usize = 10;

/// What is reported.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Only what has to do with this namespace.
    pub namespace: Option<String>,
    /// Only what has to do with this Gateway: its name, and its namespace where one was given.
    pub gateway: Option<(Option<String>, String)>,
}

impl Scope {
    /// Holds it against a world.
    pub(super) fn within(&self, world: &World) -> Within<'_> {
        Within { scope: self, gateways: self.gateways(world) }
    }

    /// The Gateways that are meant: by name, else by a host that they serve. `None`: all.
    fn gateways(&self, world: &World) -> Option<BTreeSet<Key>> {
        let (namespace, name) = self.gateway.as_ref()?;
        let is_in = |key: &Key| namespace.as_ref().is_none_or(|it| *it == key.namespace);
        let istio = world.all::<Gateway>();
        let keys = istio.keys().chain(world.all::<KubernetesGateway>().keys());
        let named: BTreeSet<Key> =
            keys.filter(|key| key.name == *name && is_in(key)).cloned().collect();
        if !named.is_empty() {
            return Some(named);
        }
        let serves = |gateway: &Gateway| {
            let mut hosts = gateway.spec.servers.iter().flat_map(|server| &server.hosts);
            hosts.any(|host| covers(host, name))
        };
        let serving = istio.iter().filter(|(key, it)| is_in(key) && serves(it));
        Some(serving.map(|(key, _)| key.clone()).collect())
    }
}

/// Whether a Gateway's host (`*.example.com`, `ns/host` …) covers a name.
fn covers(host: &str, name: &str) -> bool {
    let host = host.rsplit_once('/').map_or(host, |(_, host)| host);
    match host.strip_prefix('*') {
        Some(suffix) => !suffix.is_empty() && name.len() > suffix.len() && name.ends_with(suffix),
        None => host.eq_ignore_ascii_case(name),
    }
}

/// A scope, held against a world.
pub(super) struct Within<'s> {
    scope: &'s Scope,
    /// The Gateways that are meant; `None`: all.
    pub(super) gateways: Option<BTreeSet<Key>>,
}

impl Within<'_> {
    fn takes(&self, object: &ObjectRef) -> bool {
        let gateway = self
            .gateways
            .as_ref()
            .is_none_or(|keys| object.kind == "Gateway" && keys.contains(&object.key()));
        let namespace = self.scope.namespace.as_ref().is_none_or(|it| *it == object.namespace);
        gateway && namespace
    }

    pub(super) fn takes_finding(&self, finding: &Finding) -> bool {
        let involved = finding.cause.iter().flat_map(|cause| &cause.objects);
        let looked_in = finding.cause.iter().flat_map(|cause| &cause.looked_in);
        let is_in_namespace = self.gateways.is_none()
            && looked_in.into_iter().any(|it| self.scope.namespace.as_ref() == Some(it));
        is_in_namespace
            || self.takes(&finding.object)
            || involved.map(|it| &it.object).any(|object| self.takes(object))
    }

    /// One entry for each code and reason, however many objects and namespaces it is about.
    pub(super) fn group(&self, open: Vec<Open>) -> Vec<Undecided> {
        type Group = (BTreeSet<Option<String>>, Vec<ObjectRef>);
        let mut groups: BTreeMap<(&str, Why, String, String), Group> = BTreeMap::new();
        for Open { code, gap, object } in open {
            let asked = self.scope.namespace.as_ref().filter(|_| self.gateways.is_none());
            if self.takes(&object) || (asked.is_some() && gap.namespace.as_ref() == asked) {
                let group = (code, gap.why, gap.reason, gap.right);
                let (namespaces, objects) = groups.entry(group).or_default();
                namespaces.insert(gap.namespace);
                objects.push(object);
            }
        }
        let mut entries = Vec::new();
        for ((code, why, reason, right), (namespaces, mut objects)) in groups {
            objects.sort();
            objects.dedup();
            let count = objects.len();
            objects.truncate(NAMED);
            let places = places(&namespaces);
            let (reason, right) = (reason + &places, right + &places);
            entries.push(Undecided { code, reason, right, why, count, objects });
        }
        entries
    }
}

/// " in istio-system", " in a and b", " in 950 namespaces".
fn places(namespaces: &BTreeSet<Option<String>>) -> String {
    let named: Vec<&str> = namespaces.iter().filter_map(Option::as_deref).collect();
    match &*named {
        [] => String::new(),
        [only] => format!(" in {only}"),
        [first, second] => format!(" in {first} and {second}"),
        many => format!(" in {} namespaces", many.len()),
    }
}
