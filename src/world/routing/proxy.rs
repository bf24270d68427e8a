//! The gateway's pods as istiod knows them: a proxy, with the Service ports that lead to it.

use std::collections::BTreeMap;

use super::ports::{Target, is_unprivileged, targets};
use crate::model::network::Service;
use crate::model::pod::Pod;
use crate::model::{Key, Selector};
use crate::world::{Gap, Kind, Workload, World};

/// A gateway's proxy: one pod, or what a Deployment or the user says is there.
#[derive(Clone, Debug)]
pub struct Proxy<'w> {
    /// The namespace of its pods.
    pub namespace: &'w str,
    /// The pod or Deployment; `None` where only the user says that it is there.
    pub workload: Option<&'w Workload>,
    /// Labels of its pods; `None` where they are not known, and every selector means them.
    labels: Option<&'w BTreeMap<String, String>>,
    /// The Service ports that lead to it, in istiod's order.
    pub targets: Vec<Target<'w>>,
    /// Whether it may not bind ports below 1024.
    pub is_unprivileged: bool,
    /// Its address; empty where it is not known.
    pub address: &'w str,
}

impl<'w> Proxy<'w> {
    /// The proxy of a gateway's pod or Deployment.
    pub fn of(world: &'w World, workload: &'w Workload) -> Self {
        let pod = workload.is_pod.then(|| world.all::<Pod>().get(&workload.key)).flatten();
        Self {
            namespace: &workload.key.namespace,
            workload: Some(workload),
            labels: Some(&workload.labels),
            targets: targets(world, workload),
            is_unprivileged: is_unprivileged(world, workload),
            address: pod.map_or("", |it| &it.status.pod_ip),
        }
    }

    /// Every gateway that is known: pods, Deployments of which no pod is seen, and those that the
    /// user says are there.
    pub fn all(world: &'w World) -> Vec<Self> {
        let everything = Selector::default();
        let workloads = world.selected(&everything);
        let has_pod = |it: &Workload| {
            let mut pods = workloads.iter().filter(|pod| pod.is_pod);
            pods.any(|pod| {
                pod.key.namespace == it.key.namespace
                    && it.labels.iter().all(|(name, value)| pod.labels.get(name) == Some(value))
            })
        };
        let seen = workloads.iter().filter(|it| it.is_pod || !has_pod(it));
        let mut proxies: Vec<Self> = seen.map(|it| Self::of(world, it)).collect();
        proxies.extend(world.assumed().iter().map(|assumed| Self {
            namespace: &assumed.namespace,
            workload: None,
            labels: assumed.labels.as_ref(),
            targets: Vec::new(),
            is_unprivileged: false,
            address: "",
        }));
        proxies
    }

    /// The proxies to which a Service leads.
    ///
    /// # Errors
    /// The gap: the Service is not known, or no pods are and not all of its namespace were read.
    pub fn behind(world: &'w World, service: &Key) -> Result<Vec<Self>, Gap> {
        let Some(seen) = world.get::<Service>(service)? else { return Ok(Vec::new()) };
        let selector = &seen.spec.selector;
        let mut proxies = Self::all(world);
        proxies.retain(|it| it.namespace == service.namespace && it.is_selected_by(selector));
        if selector.0.is_empty() {
            proxies.clear();
        }
        if proxies.is_empty() {
            world.covers(Kind::Pods, Some(&service.namespace))?;
        }
        Ok(proxies)
    }

    /// Whether a selector means its pods (`pkg/config/labels`, `SubsetOf`).
    pub fn is_selected_by(&self, selector: &Selector) -> bool {
        self.labels.is_none_or(|labels| selector.matches(labels))
    }

    /// Whether its pods carry the labels that a route asks of its source.
    pub(super) fn is_source(&self, labels: &Selector, namespace: &str) -> bool {
        self.is_selected_by(labels) && (namespace.is_empty() || namespace == self.namespace)
    }
}
