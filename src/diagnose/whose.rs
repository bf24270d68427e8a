//! Whose line it is: a gateway's, a sidecar's, or that of a pod that is gone.

use super::check::Found;
use crate::logs::{Sighting, What};
use crate::model::pod::Pod;
use crate::model::{Key, ObjectRef, Selector};
use crate::report::Role;
use crate::world::{Kind, World};

/// What these functions read.
pub(super) const READS: &[Kind] = &[Kind::Pods, Kind::Deployments];

/// What istiod says of gateways alone.
const GATEWAYS_ALONE: &[What] = &[What::PrivilegedPort, What::NoListeners, What::NoGateway];

/// Whether the proxy that it is about is a gateway; `None` where that is not known. Up to 1.10
/// istiod's connection ids tell the proxy's type (`pilot/pkg/model/context.go`, `ServiceNode`); since
/// 1.11 they hold the pod's name alone, and Envoy's own lines never tell.
pub(super) fn is_gateways(world: &World, sighting: &Sighting) -> Option<bool> {
    let says = |word: &str| sighting.samples.iter().any(|it| it.text.contains(word));
    if says("sidecar~") {
        return Some(false);
    }
    if says("router~") {
        return Some(true);
    }
    let proxy = sighting.proxy.as_ref().filter(|it| !it.pod.is_empty())?;
    let is_told =
        |it: &Sighting| GATEWAYS_ALONE.contains(&it.what) && it.proxy.as_ref() == Some(proxy);
    if world.sightings().iter().any(is_told) {
        return Some(true);
    }
    let key = Key::new(proxy.namespace.as_deref()?, &*proxy.pod);
    let gateways = world.selected(&Selector::default());
    if gateways.iter().any(|it| it.is_pod && it.key == key) {
        return Some(true);
    }
    world.all::<Pod>().contains_key(&key).then_some(false)
}

/// Whether the pod that it is about is gone.
pub(super) fn is_past(world: &World, sighting: &Sighting) -> bool {
    let Some(proxy) = &sighting.proxy else { return false };
    let Some(namespace) = &proxy.namespace else { return false };
    let key = Key::new(&**namespace, &*proxy.pod);
    !proxy.pod.is_empty() && matches!(world.get::<Pod>(&key), Ok(None))
}

/// All sightings that are alike, of pods of one namespace: what several pods of a gateway say is one
/// mistake. `None`, unless this one is the first of them.
pub(super) fn alike<'w>(
    world: &'w World,
    sighting: &Sighting,
    is: impl Fn(&Sighting) -> bool,
) -> Option<Vec<&'w Sighting>> {
    let place = sighting.proxy_namespace();
    let all: Vec<&Sighting> = world
        .sightings()
        .iter()
        .filter(|it| it.proxy_namespace() == place && is(it) && !is_past(world, it))
        .collect();
    all.first().is_some_and(|it| std::ptr::eq(*it, sighting)).then_some(all)
}

/// The pod that it is about, which may have no name.
pub(super) fn pod(sighting: &Sighting) -> ObjectRef {
    let proxy = sighting.proxy.as_ref();
    let namespace = proxy.and_then(|it| it.namespace.as_deref()).unwrap_or_default();
    let name = proxy.map_or("", |it| &it.pod);
    ObjectRef { api_version: "v1".to_owned(), ..ObjectRef::named("Pod", namespace, name) }
}

/// Names the pods that it is about, beside its object.
pub(super) fn with_pods(found: Found, all: &[&Sighting]) -> Found {
    all.iter().map(|it| pod(it)).fold(found, |found, pod| {
        let is_new = pod != found.finding.object && !pod.name.is_empty();
        if is_new { found.involving(pod, Role::Serves) } else { found }
    })
}
