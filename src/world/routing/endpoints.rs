//! Who stands behind a Service's or `ServiceEntry`'s port, as a gateway sees it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::index::labels_of;
use crate::model::destination::{EntryPort, ServiceEntry, WorkloadEntrySpec};
use crate::model::network::{Endpoint, EndpointSlice, Service, ServicePort, TargetPort};
use crate::model::pod::Pod;
use crate::model::{Key, Seen, Selector};
use crate::world::{Gap, Kind, Why, World};

/// What was found behind a port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// How many are ready, and of the subset where one is asked for.
    pub ready: usize,
    /// How many are there, and not ready.
    pub unready: usize,
    /// How many are ready, and not of the subset.
    pub outside: usize,
    /// What could not be seen, and could be among them.
    pub gap: Option<Gap>,
}

impl Endpoints {
    fn count(&mut self, ready: Option<bool>, is_of_subset: bool) {
        match (ready, is_of_subset) {
            (Some(false), _) => self.unready += 1,
            (_, false) => self.outside += 1,
            (_, true) => self.ready += 1,
        }
    }
}

type Labels = BTreeMap<String, String>;

fn is_of(subset: Option<&Selector>, labels: &Labels) -> bool {
    subset.is_none_or(|it| it.matches(labels))
}

/// Of gaps, those that are held against what depends on them: a kind that hardly any cluster has,
/// and that the inputs merely do not show, is taken to be absent; one that may not be read is not.
pub(super) fn refused(gap: Gap) -> Option<Gap> {
    (gap.why != Why::Beyond).then_some(gap)
}

/// Who stands behind a port of a Service: the entries of its `EndpointSlices` that are ready, by
/// the name of the port, and `WorkloadEntries` that its selector means
/// (`pilot/pkg/serviceregistry/kube/controller/endpointslice.go`). Where slices are not known, the
/// pods of its selector speak for them.
pub(super) fn of_service(
    world: &World,
    service: &Seen<Service>,
    port: &ServicePort,
    subset: Option<&Selector>,
) -> Endpoints {
    let namespace = &*service.metadata.namespace;
    let key = Key::new(namespace, service.metadata.name.clone());
    let mut found = Endpoints::default();
    for slice in world.slices_of(&key).filter(|it| it.address_type != "FQDN") {
        if slice.ports.iter().any(|it| it.name == port.name) {
            for endpoint in &slice.endpoints {
                count_endpoint(world, slice, endpoint, subset, &mut found);
            }
        }
    }
    let selector = &service.spec.selector;
    // A headless Service has no endpoints but its slices'.
    let is_headless = service.spec.cluster_ip == "None";
    for entry in world.workload_entries_with(namespace, selector).filter(|_| !is_headless) {
        let has_port = match &port.target_port {
            TargetPort::Name(name) => entry.spec.ports.contains_key(name),
            TargetPort::Same | TargetPort::Number(_) => true,
        };
        if has_port && is_address(&entry.spec) {
            found.count(Some(true), is_of(subset, &labels_of(entry)));
        }
    }
    let entries = world.covers(Kind::WorkloadEntries, Some(namespace)).err().and_then(refused);
    let Err(gap) = world.covers(Kind::EndpointSlices, Some(namespace)) else {
        found.gap = found.gap.take().or(entries);
        return found;
    };
    if found.ready > 0 {
        return found;
    }
    if selector.0.is_empty() {
        found.gap = Some(gap);
        return found;
    }
    found.gap = of_pods(world, namespace, selector, subset, &mut found, gap).or(entries);
    found
}

fn count_endpoint(
    world: &World,
    slice: &EndpointSlice,
    endpoint: &Endpoint,
    subset: Option<&Selector>,
    found: &mut Endpoints,
) {
    let Some(pod) = endpoint.target_ref.as_ref().filter(|it| it.kind == "Pod") else {
        found.count(endpoint.conditions.ready, is_of(subset, &Labels::new()));
        return;
    };
    let namespace =
        if pod.namespace.is_empty() { &slice.metadata.namespace } else { &pod.namespace };
    match world.get::<Pod>(&Key::new(namespace.clone(), pod.name.clone())) {
        Ok(Some(pod)) => {
            found.count(endpoint.conditions.ready, is_of(subset, &pod.metadata.labels));
        }
        // istiod passes over an address whose pod it does not know.
        Ok(None) => {}
        Err(gap) if subset.is_some_and(|it| !it.0.is_empty()) => found.gap = Some(gap),
        Err(_) => found.count(endpoint.conditions.ready, true),
    }
}

/// Counts the pods of a selector; what keeps them from deciding comes back.
fn of_pods(
    world: &World,
    namespace: &str,
    selector: &Selector,
    subset: Option<&Selector>,
    found: &mut Endpoints,
    gap: Gap,
) -> Option<Gap> {
    let mut is_unknown = false;
    for pod in world.pods_with(namespace, selector) {
        let ready = pod.is_ready();
        is_unknown |= ready.is_none();
        if ready.is_some() {
            found.count(ready, is_of(subset, &pod.metadata.labels));
        }
    }
    // A slice that is merely not shown leaves it to the pods; they speak only where all are known.
    if found.ready > 0 {
        return None;
    }
    let is_covered = world.covers(Kind::Pods, Some(namespace)).is_ok();
    (is_unknown || !is_covered).then_some(gap)
}

/// Who stands behind a port of the `ServiceEntries` that make up one service: their endpoints, or
/// the workloads that they select, or with DNS the host itself
/// (`pilot/pkg/serviceregistry/serviceentry/conversion.go`). At a gateway NONE has nobody
/// (`pilot/pkg/networking/core/cluster.go`, `convertResolution`).
pub(super) fn of_entries(
    world: &World,
    entries: &[&Seen<ServiceEntry>],
    port: &EntryPort,
    subset: Option<&Selector>,
) -> Endpoints {
    let mut found = Endpoints::default();
    for entry in entries {
        let is_dns = entry.spec.resolution.starts_with("DNS")
            || entry.spec.resolution.starts_with("DYNAMIC");
        if matches!(&*entry.spec.resolution, "" | "NONE") {
            continue;
        }
        if !entry.spec.ports.iter().any(|it| it.number == port.number) {
            continue;
        }
        let Some(selector) = &entry.spec.workload_selector else {
            for endpoint in &entry.spec.endpoints {
                if is_dns || is_address(endpoint) {
                    found.count(Some(true), is_of(subset, &endpoint.labels.0));
                }
            }
            if entry.spec.endpoints.is_empty() && is_dns {
                found.count(Some(true), is_of(subset, &Labels::new()));
            }
            continue;
        };
        of_workloads(world, entry, &selector.labels, is_dns, subset, &mut found);
    }
    found
}

fn of_workloads(
    world: &World,
    entry: &ServiceEntry,
    selector: &Selector,
    is_dns: bool,
    subset: Option<&Selector>,
    found: &mut Endpoints,
) {
    let namespace = &*entry.metadata.namespace;
    for workload in world.workload_entries_with(namespace, selector) {
        if is_dns || is_address(&workload.spec) {
            found.count(Some(true), is_of(subset, &labels_of(workload)));
        }
    }
    for pod in world.pods_with(namespace, selector) {
        found.count(pod.is_ready().or(Some(false)), is_of(subset, &pod.metadata.labels));
    }
    let kinds = [Kind::WorkloadEntries, Kind::Pods];
    found.gap = kinds.into_iter().find_map(|kind| world.covers(kind, Some(namespace)).err());
}

/// Whether an endpoint is an IP address or a socket; names are left out unless they are looked up.
fn is_address(spec: &WorkloadEntrySpec) -> bool {
    spec.address.starts_with("unix://") || spec.address.parse::<IpAddr>().is_ok()
}
