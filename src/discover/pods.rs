//! How the pods of a gateway fare: the tutorial's preliminary check.

use std::collections::BTreeSet;

use super::find::Found;
use crate::model::Seen;
use crate::model::pod::{ContainerStatus, Pod};
use crate::model::version::Version;
use crate::report::discovery::{PodState, Pods};
use crate::world::{Kind, World};

/// How its pods fare; `None` where they are not known.
pub(super) fn pods(world: &World, found: &Found<'_>) -> Option<Pods> {
    let list: Vec<PodState> = found.pods(world).map(state).collect();
    let namespace = Some(&*found.key.namespace);
    if list.is_empty() && world.covers(Kind::Pods, namespace).is_err() {
        return None;
    }
    Some(Pods {
        total: list.len(),
        ready: list.iter().filter(|it| it.ready).count(),
        restarts: list.iter().map(|it| it.restarts).sum(),
        since: list.iter().filter_map(|it| it.since).min(),
        list,
    })
}

/// The versions of its proxies, the oldest first.
pub(super) fn versions(found: &Found<'_>) -> Vec<String> {
    let versions: BTreeSet<Version> = found.workloads.iter().filter_map(|it| it.version).collect();
    versions.iter().map(Version::to_string).collect()
}

fn state(pod: &Seen<Pod>) -> PodState {
    let is_going = pod.metadata.deletion_timestamp.is_some();
    let ready = pod.is_ready() == Some(true) && !is_going;
    let (reason, message) = if ready { <_>::default() } else { why(pod, is_going) };
    let proxy = pod.spec.containers.iter().find(|it| it.name == "istio-proxy");
    let version = proxy.and_then(|it| Version::of_image(&it.image));
    PodState {
        name: pod.metadata.name.clone(),
        node: pod.spec.node_name.clone(),
        ready,
        restarts: pod.status.container_statuses.iter().map(|it| it.restart_count).sum(),
        since: pod.metadata.creation_timestamp.or(pod.status.start_time),
        version: version.map_or_else(String::new, |it| it.to_string()),
        reason,
        message,
    }
}

/// Why a pod is not ready, in the order in which it would have to be mended.
fn why(pod: &Pod, is_going: bool) -> (String, String) {
    if is_going {
        return ("Terminating".to_owned(), String::new());
    }
    let condition = |type_: &str| {
        let of = pod.status.conditions.iter().find(|it| it.type_ == type_ && it.status != "True");
        of.map(|it| (it.reason.clone(), it.message.clone()))
    };
    if let Some(unscheduled) = condition("PodScheduled") {
        return unscheduled;
    }
    let statuses = pod.status.init_container_statuses.iter();
    let mut statuses = statuses.chain(&pod.status.container_statuses);
    if let Some(halted) = statuses.find_map(halt) {
        return halted;
    }
    if !pod.status.reason.is_empty() {
        return (pod.status.reason.clone(), pod.status.message.clone());
    }
    if let Some(unready) = condition("Ready") {
        return unready;
    }
    let phase = if pod.status.phase.is_empty() { "Unknown" } else { &pod.status.phase };
    (phase.to_owned(), String::new())
}

fn halt(status: &ContainerStatus) -> Option<(String, String)> {
    if status.ready {
        return None;
    }
    let state = &status.state;
    // An init container that is done has ended, and nothing is wrong with it.
    let ended = state.terminated.as_ref().filter(|it| it.reason != "Completed");
    let halt = state.waiting.as_ref().or(ended)?;
    let of = format!("{}: {}", status.name, halt.message);
    let message = if halt.message.is_empty() { String::new() } else { of };
    Some((halt.reason.clone(), message))
}
