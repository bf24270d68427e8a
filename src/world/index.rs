//! What is looked for again and again, put in order once: linear, when the world is complete.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::gateway_pods::Running;
use super::routing::Indexes;
use super::{Stored, World};
use crate::model::cert_manager::Certificate;
use crate::model::credential::Credential;
use crate::model::kubernetes::{Deployment, Metadata, OwnerReference};
use crate::model::pod::{Pod, PodSpec};
use crate::model::rbac::ClusterRoleBinding;
use crate::model::version::Version;
use crate::model::writers::{ExternalSecret, SealedSecret};
use crate::model::{Key, Seen, Selector, writers};

/// The label that istiod puts on what it makes for a Gateway API Gateway (Istio 1.21 and later,
/// `files/kube-gateway.yaml`).
pub(crate) const GATEWAY_NAME: &str = "gateway.networking.k8s.io/gateway-name";

/// That label, and the one of Istio 1.16 to 1.23.
pub(crate) const GATEWAY_NAMES: [&str; 2] = [GATEWAY_NAME, "istio.io/gateway-name"];

/// The Gateway API Gateway that what has these labels was made for, or leads to.
pub(crate) fn made_for(labels: &BTreeMap<String, String>) -> Option<&str> {
    GATEWAY_NAMES.iter().find_map(|it| labels.get(*it)).map(|it| &**it)
}

/// The switch of istiod that lets a Gateway be served by pods of its own namespace only
/// (`pilot/pkg/features/pilot.go`, Istio 1.3 to 1.31).
const SCOPES_GATEWAYS: &str = "PILOT_SCOPE_GATEWAY_TO_NAMESPACE";

/// Pods, or a Deployment's template, that run as a gateway.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Whether it is a pod; else a Deployment.
    pub is_pod: bool,
    /// Its namespace and name.
    pub key: Key,
    /// What makes it: the Deployment, else its owner, else itself.
    pub owner: OwnerReference,
    /// Labels of the pods.
    pub labels: BTreeMap<String, String>,
    /// Their service account.
    pub service_account: String,
    /// The proxy's version, by its image.
    pub version: Option<Version>,
    /// Whether the pod is ready; `None` where its status says nothing.
    pub ready: Option<bool>,
    /// When the pod was started.
    pub started: Option<Timestamp>,
}

impl Workload {
    /// The Gateway API Gateway that it was made for.
    pub fn gateway_name(&self) -> Option<&str> {
        made_for(&self.labels)
    }
}

#[derive(Debug, Default)]
pub(super) struct Index {
    /// What routing looks for, made when it is first asked for.
    pub(super) routing: Indexes,
    /// Which gateways run, likewise.
    pub(super) running: Running,
    workloads: Vec<Workload>,
    /// For each istiod that is known, whether it keeps Gateways to their own namespace.
    istiods: Vec<bool>,
    by_label: HashMap<(String, String), Vec<usize>>,
    secrets: HashMap<String, Vec<Key>>,
    writers: HashMap<String, Vec<Key>>,
    sightings: HashMap<String, Vec<usize>>,
    /// The same, by the namespace too; an empty one where none is told.
    sightings_at: HashMap<(String, String), Vec<usize>>,
    /// What the API server answered, by user and namespace.
    reviews: HashMap<(String, String), bool>,
    /// Names of cluster role bindings, by the service account that they mean.
    bindings: HashMap<Key, Vec<String>>,
    /// Names of those that mean users or groups.
    wide_bindings: Vec<String>,
}

impl Index {
    pub(super) fn of(world: &World) -> Self {
        let mut index = Self::default();
        for pod in Pod::store(world).values().filter(|pod| !pod.has_ended()) {
            index.add(true, pod.metadata.namespace.clone(), &pod.metadata, &pod.spec, |workload| {
                workload.ready = pod.is_ready();
                workload.started = pod.status.start_time;
            });
        }
        for deployment in Deployment::store(world).values() {
            let template = &deployment.spec.template;
            let namespace = deployment.metadata.namespace.clone();
            index.add(false, namespace, &template.metadata, &template.spec, |workload| {
                workload.key.name.clone_from(&deployment.metadata.name);
                workload.owner = named("Deployment", &deployment.metadata.name);
            });
        }
        for key in Credential::store(world).keys() {
            index.secrets.entry(key.name.clone()).or_default().push(key.clone());
        }
        for (key, certificate) in Certificate::store(world) {
            let name = certificate.spec.secret_name.clone();
            index.writers.entry(name).or_default().push(key.clone());
        }
        for (position, sighting) in world.sightings.iter().enumerate() {
            if let Some(name) = &sighting.credential {
                index.sightings.entry(name.clone()).or_default().push(position);
                let place = sighting.place().unwrap_or_default().to_owned();
                index.sightings_at.entry((name.clone(), place)).or_default().push(position);
            }
        }
        for review in &world.reviews {
            let asked = (review.user.clone(), review.namespace.clone());
            index.reviews.entry(asked).or_insert(review.allowed);
        }
        for binding in ClusterRoleBinding::store(world).values() {
            index.bind(binding);
        }
        index
    }

    fn add(
        &mut self,
        is_pod: bool,
        namespace: String,
        metadata: &Metadata,
        spec: &PodSpec,
        complete: impl FnOnce(&mut Workload),
    ) {
        let istiods = spec.containers.iter().filter(|it| it.name == "discovery");
        self.istiods.extend(istiods.map(|it| it.has_on(SCOPES_GATEWAYS)));
        if !is_gateway(metadata, spec) {
            return;
        }
        let proxy = spec.containers.iter().find(|it| it.name == "istio-proxy");
        let mut workload = Workload {
            is_pod,
            key: Key::new(namespace, metadata.name.clone()),
            owner: owner(metadata),
            labels: metadata.labels.clone(),
            service_account: spec.service_account().to_owned(),
            version: proxy.and_then(|it| Version::of_image(&it.image)),
            ready: None,
            started: None,
        };
        complete(&mut workload);
        let position = self.workloads.len();
        for label in &workload.labels {
            let label = (label.0.clone(), label.1.clone());
            self.by_label.entry(label).or_default().push(position);
        }
        self.workloads.push(workload);
    }

    fn bind(&mut self, binding: &ClusterRoleBinding) {
        let name = &binding.metadata.name;
        for subject in &binding.subjects {
            if subject.kind == "ServiceAccount" {
                let account = Key::new(subject.namespace.clone(), subject.name.clone());
                self.bindings.entry(account).or_default().push(name.clone());
            } else if self.wide_bindings.last() != Some(name) {
                self.wide_bindings.push(name.clone());
            }
        }
    }

    /// The gateway pods, and the Deployments that make some.
    pub(super) fn workloads(&self) -> &[Workload] {
        &self.workloads
    }

    fn selected(&self, selector: &Selector) -> Vec<&Workload> {
        let mut rarest: Option<&[usize]> = None;
        for (key, value) in &selector.0 {
            let Some(with) = self.by_label.get(&(key.clone(), value.clone())) else {
                return Vec::new();
            };
            if rarest.is_none_or(|rarest| with.len() < rarest.len()) {
                rarest = Some(with);
            }
        }
        match rarest {
            None => self.workloads.iter().collect(),
            Some(rarest) => rarest
                .iter()
                .map(|position| &self.workloads[*position])
                .filter(|workload| selector.matches(&workload.labels))
                .collect(),
        }
    }
}

/// What makes a pod. A `ReplicaSet` is named after its Deployment and the template's hash
/// (Kubernetes 1.34, deployment controller).
fn owner(metadata: &Metadata) -> OwnerReference {
    let Some(owner) = metadata.owner_references.first() else {
        return named("Pod", &metadata.name);
    };
    let hash = metadata.labels.get("pod-template-hash");
    let deployment = hash.and_then(|hash| owner.name.strip_suffix(&**hash)?.strip_suffix('-'));
    deployment.map_or_else(|| owner.clone(), |name| named("Deployment", name))
}

fn named(kind: &str, name: &str) -> OwnerReference {
    OwnerReference { kind: kind.to_owned(), name: name.to_owned() }
}

/// Whether a pod runs as a gateway rather than beside an application: its only ordinary container
/// is `istio-proxy`, or it runs `proxy router`, or it carries the gateway template's annotation or
/// the Gateway API's label (Istio 1.1 to 1.30; native sidecars are init containers).
fn is_gateway(metadata: &Metadata, spec: &PodSpec) -> bool {
    // Waypoints carry the Gateway API's label too, and serve no Gateway of `networking.istio.io`
    // (Istio 1.22 and later).
    let is_waypoint = metadata
        .labels
        .get("gateway.istio.io/managed")
        .is_some_and(|managed| managed == "istio.io-mesh-controller");
    if is_waypoint {
        return false;
    }
    let alone = matches!(&*spec.containers, [only] if only.name == "istio-proxy");
    let routes = spec.containers.iter().any(|container| {
        let mut args = container.args.iter().map(String::as_str);
        args.next() == Some("proxy") && args.next() == Some("router")
    });
    let injected = metadata
        .annotations
        .get("inject.istio.io/templates")
        .is_some_and(|templates| templates.split(',').any(|it| it.trim() == "gateway"));
    alone || routes || injected || made_for(&metadata.labels).is_some()
}

impl World {
    /// Whether istiod lets Gateways be served by pods of their own namespace only, as far as it is
    /// known; where several are, all of them.
    pub fn keeps_gateways_to_their_namespace(&self) -> bool {
        let istiods = &self.index.istiods;
        !istiods.is_empty() && istiods.iter().all(|is_set| *is_set)
    }

    /// Whether istiod lets pods of that namespace serve a Gateway of the other.
    pub fn may_serve(&self, pods: &str, gateway: &str) -> bool {
        pods == gateway || !self.keeps_gateways_to_their_namespace()
    }

    /// The gateway pods and Deployments whose labels a selector means.
    pub fn selected(&self, selector: &Selector) -> Vec<&Workload> {
        self.note(Pod::READ);
        self.note(Deployment::READ);
        self.index.selected(selector)
    }

    /// The known Secrets of that name, in any namespace.
    pub fn secrets_named<'w>(&'w self, name: &str) -> impl Iterator<Item = &'w Seen<Credential>> {
        let keys = self.index.secrets.get(name).map_or(&[][..], Vec::as_slice);
        keys.iter().filter_map(|key| self.all::<Credential>().get(key))
    }

    /// The known Certificates that write a Secret of that name, in any namespace.
    pub fn writers_of<'w>(&'w self, secret: &str) -> impl Iterator<Item = &'w Seen<Certificate>> {
        let keys = self.index.writers.get(secret).map_or(&[][..], Vec::as_slice);
        keys.iter().filter_map(|key| self.all::<Certificate>().get(key))
    }

    /// Whether something other than a Certificate writes a Secret, so that it will be there.
    pub fn is_written_otherwise(&self, key: &Key) -> bool {
        let copied = |secret: &Seen<Credential>| {
            writers::is_copied_to(&secret.metadata.annotations, &key.namespace)
        };
        self.all::<SealedSecret>().contains_key(key)
            || self.within::<ExternalSecret>(&key.namespace).any(|it| it.secret_name() == key.name)
            || self.secrets_named(&key.name).any(copied)
    }

    /// The answer of an access review about listing the secrets of a namespace, if there was one.
    pub(super) fn review(&self, user: &str, namespace: &str) -> Option<bool> {
        self.index.reviews.get(&(user.to_owned(), namespace.to_owned())).copied()
    }

    /// The cluster role bindings that may mean a service account.
    pub(super) fn cluster_bindings_of<'w>(
        &'w self,
        account: &Key,
    ) -> impl Iterator<Item = &'w Seen<ClusterRoleBinding>> {
        let own = self.index.bindings.get(account).map_or(&[][..], Vec::as_slice);
        own.iter()
            .chain(&self.index.wide_bindings)
            .filter_map(|name| self.all::<ClusterRoleBinding>().get(&Key::new("", name.clone())))
    }

    /// What the logs said of a credential of that name in these namespaces, or in none told.
    pub fn sightings_at<'w>(
        &'w self,
        name: &str,
        namespaces: &[&str],
    ) -> impl Iterator<Item = &'w crate::logs::Sighting> + use<'w> {
        let mut places: Vec<&str> = namespaces.iter().copied().chain([""]).collect();
        places.sort_unstable();
        places.dedup();
        let mut positions: Vec<usize> = places
            .into_iter()
            .filter_map(|place| self.index.sightings_at.get(&(name.to_owned(), place.to_owned())))
            .flatten()
            .copied()
            .collect();
        positions.sort_unstable();
        positions.into_iter().map(|position| &self.sightings[position])
    }

    /// What the logs said of a credential of that name.
    pub fn sightings_of<'w>(
        &'w self,
        name: &str,
    ) -> impl Iterator<Item = &'w crate::logs::Sighting> + use<'w> {
        let positions = self.index.sightings.get(name).map_or(&[][..], Vec::as_slice);
        positions.iter().map(|position| &self.sightings[*position])
    }
}
