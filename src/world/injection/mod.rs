//! Who fills in a pod that leaves its proxy to istiod (`image: auto`), or why nobody does.
//!
//! The API server decides by the webhooks' rules and selectors alone (apiserver 0.34,
//! `pkg/admission/plugin/webhook/generic/webhook.go`, `ShouldCallHook`), so these are evaluated, and
//! not what Istio's documents make of them. A webhook that is called may still decline: what istiod
//! looks at then is in `pkg/kube/inject/inject.go`, `injectRequired` (Istio 1.30.3).

mod labels;

use std::collections::{BTreeMap, BTreeSet};

pub use labels::{Relabel, remedies, served};

use super::want::{Gap, Kind, Want};
use super::{Kinds, World};
use crate::model::admission::{
    MutatingWebhookConfiguration, ServiceReference, Webhook, WebhookRule,
};
use crate::model::network::{Endpoint, Namespace, Service};
use crate::model::{Key, ObjectRef, Seen, Selector};
use labels::{DEFAULT, uncalled};

/// The label (of the webhooks' selectors, Istio 1.10 to 1.31), and of old the annotation, by which a pod
/// asks for injection or declines it.
pub const INJECT: &str = "sidecar.istio.io/inject";

/// The label of pods and namespaces that names a revision or a tag (Istio 1.6 to 1.31).
pub const REVISION: &str = "istio.io/rev";

/// The label of namespaces that asks for the default revision, or for nobody (Istio 1.1 to 1.31).
pub const NAMESPACE_INJECTION: &str = "istio-injection";

/// The label of a webhook configuration that is a tag's (Istio 1.10 to 1.31).
const TAG: &str = "istio.io/tag";

/// What the names of istiod's webhooks end in (`istioctl/pkg/tag/generate.go`, Istio 1.30.3).
const SUFFIX: &str = "sidecar-injector.istio.io";

/// Namespaces in which istiod never injects (`pkg/kube/inject/initializer.go`, Istio 1.30.3).
const NEVER: [&str; 4] = ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"];

/// The label of `EndpointSlices` with the Service that they are of (`discovery.k8s.io/v1`, Kubernetes
/// 1.34).
const SERVICE_NAME: &str = "kubernetes.io/service-name";

/// The kinds that the answer depends on.
pub const READS: Kinds = Kinds::of(&[
    Kind::MutatingWebhookConfigurations,
    Kind::Namespaces,
    Kind::Services,
    Kind::EndpointSlices,
]);

/// A pod that is to be, as far as injection depends on it.
#[derive(Clone, Debug, Default)]
pub struct Candidate {
    /// Its namespace.
    pub namespace: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// Whether it uses the node's own network.
    pub host_network: bool,
}

/// What becomes of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Injection {
    /// It is filled in by these, in the order in which they are called. istiod fills in anew what
    /// another has filled in before, so the last one has the last word (Istio 1.30.3,
    /// `pkg/kube/inject/webhook.go`, `reapplyOverwrittenContainers`).
    Done(Vec<Injector>),
    /// Nobody fills it in.
    Missed(Missed),
    /// It is refused: a webhook that has to answer cannot.
    Refused(Box<Injector>, Mute),
}

/// A webhook of istiod's that is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injector {
    /// Its configuration.
    pub configuration: ObjectRef,
    /// Its own name.
    pub webhook: String,
    /// istiod's revision, `default` where it has none.
    pub revision: String,
    /// The tag that leads to that revision.
    pub tag: Option<String>,
    /// Why it is not known whether it answers.
    pub unsure: Option<Gap>,
}

/// Why a webhook does not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mute {
    /// Its Service is not there.
    NoService(Key),
    /// Nobody stands behind its Service.
    NoEndpoint(Key),
}

/// Why nobody fills a pod in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missed {
    /// Its namespace is not there.
    NoNamespace,
    /// istiod has no webhook in the cluster.
    NoWebhook,
    /// It declines by its label or annotation.
    Declined,
    /// It uses the node's network, and istiod leaves such pods alone.
    HostNetwork,
    /// It is in a namespace of the system's.
    SystemNamespace,
    /// Its namespace has `istio-injection` with a value that no webhook takes: `disabled`.
    NamespaceDeclines(String),
    /// A revision is asked for, by the pod or its namespace, that no webhook serves; these are
    /// served.
    NoSuchRevision {
        /// What is asked for.
        asked: String,
        /// Whether the namespace asks for it.
        by_namespace: bool,
        /// What there is to ask for, revisions and tags.
        served: BTreeSet<String>,
    },
    /// Webhooks are there, and neither the pod nor its namespace asks for one.
    NotAsked,
    /// The webhook cannot answer, and the API server goes on without it.
    Mute(Box<Injector>, Mute),
}

/// What has to be known, beside the kinds that are read whole: asked for until nothing is new.
pub fn wants(world: &World) -> BTreeSet<Want> {
    let mut wants = BTreeSet::from([
        Want::all(Kind::MutatingWebhookConfigurations, None),
        Want::all(Kind::Namespaces, None),
    ]);
    for service in webhooks(world).filter_map(|(_, it)| it.client_config.service.as_ref()) {
        wants.insert(Want::Selected {
            kind: Kind::EndpointSlices,
            namespace: Some(service.namespace.clone()),
            selector: of_service(service).to_string(),
        });
    }
    wants
}

/// What becomes of a pod that is to be.
///
/// # Errors
/// The gap: the webhooks' configurations are not known, or the namespace's labels. What is not
/// known of a webhook that is called is in its `Injector::unsure`.
pub fn injection(world: &World, pod: &Candidate) -> Result<Injection, Gap> {
    world.covers(Kind::MutatingWebhookConfigurations, None)?;
    let Some(labels) = namespace_labels(world, &pod.namespace)? else {
        return Ok(Injection::Missed(Missed::NoNamespace));
    };
    let called = called(world, &labels, &pod.labels)?;
    if called.is_empty() {
        return Ok(Injection::Missed(uncalled(world, &labels, &pod.labels)));
    }
    let mut injectors = Vec::new();
    let mut passed_over = None;
    for (configuration, webhook) in called {
        let mut injector = injector(configuration, webhook);
        match mute(world, webhook) {
            Ok(None) => injectors.push(injector),
            Ok(Some(mute)) if webhook.must_answer() => {
                return Ok(Injection::Refused(Box::new(injector), mute));
            }
            Ok(Some(mute)) => passed_over = Some(Missed::Mute(Box::new(injector), mute)),
            Err(gap) => {
                injector.unsure = Some(gap);
                injectors.push(injector);
            }
        }
    }
    if let Some(declined) = declined(pod) {
        return Ok(Injection::Missed(declined));
    }
    Ok(match passed_over {
        Some(missed) if injectors.is_empty() => Injection::Missed(missed),
        _ => Injection::Done(injectors),
    })
}

/// istiod's webhooks for new pods, in the order in which the API server calls them: by the names of
/// their configurations, then as they stand (apiserver 0.34,
/// `pkg/admission/configuration/mutating_webhook_manager.go`).
fn webhooks(
    world: &World,
) -> impl Iterator<Item = (&Seen<MutatingWebhookConfiguration>, &Webhook)> {
    let configurations = world.all::<MutatingWebhookConfiguration>().values();
    configurations.flat_map(|it| it.webhooks.iter().map(move |webhook| (it, webhook))).filter(
        |(_, webhook)| {
            webhook.name.ends_with(SUFFIX)
                && webhook.rules.iter().any(WebhookRule::is_about_new_pods)
        },
    )
}

type Called<'w> = Vec<(&'w Seen<MutatingWebhookConfiguration>, &'w Webhook)>;

/// The webhooks that are called for a pod with these labels, in a namespace with those.
fn called<'w>(
    world: &'w World,
    namespace: &BTreeMap<String, String>,
    pod: &BTreeMap<String, String>,
) -> Result<Called<'w>, Gap> {
    let mut called = Vec::new();
    for (configuration, webhook) in webhooks(world) {
        if !webhook.namespace_selector.matches(namespace) || !webhook.object_selector.matches(pod) {
            continue;
        }
        if !webhook.match_conditions.is_empty() {
            let name = &configuration.metadata.name;
            return Err(Gap::beyond(
                format!(
                    "webhook {} of MutatingWebhookConfiguration {name} has matchConditions, which \
                     only the API server evaluates",
                    webhook.name
                ),
                "create pods",
                None,
            ));
        }
        called.push((configuration, webhook));
    }
    Ok(called)
}

fn injector(configuration: &Seen<MutatingWebhookConfiguration>, webhook: &Webhook) -> Injector {
    let label = |label: &str| configuration.metadata.labels.get(label).cloned();
    Injector {
        configuration: ObjectRef::of(configuration),
        webhook: webhook.name.clone(),
        revision: label(REVISION).unwrap_or_else(|| DEFAULT.to_owned()),
        tag: label(TAG),
        unsure: None,
    }
}

/// The labels of a namespace; `None` where it is not there. Kubernetes 1.21 and later give each its
/// name as a label, which files leave out.
fn namespace_labels(
    world: &World,
    namespace: &str,
) -> Result<Option<BTreeMap<String, String>>, Gap> {
    let found = world.get::<Namespace>(&Key::new("", namespace))?;
    Ok(found.map(|found| {
        let mut labels = found.metadata.labels.clone();
        labels.insert("kubernetes.io/metadata.name".to_owned(), namespace.to_owned());
        labels
    }))
}

/// Why a webhook does not answer; `None` where nothing speaks against it. A Service of type
/// `ExternalName` leads out of the cluster, and the API server follows it (apiserver 0.34,
/// `pkg/util/proxy/proxy.go`, `ResolveCluster`).
fn mute(world: &World, webhook: &Webhook) -> Result<Option<Mute>, Gap> {
    let Some(reference) = &webhook.client_config.service else { return Ok(None) };
    let key = Key::new(reference.namespace.clone(), reference.name.clone());
    let Some(service) = world.get::<Service>(&key)? else {
        return Ok(Some(Mute::NoService(key)));
    };
    if service.spec.type_ == "ExternalName" {
        return Ok(None);
    }
    let is_ready = |it: &Endpoint| it.conditions.ready != Some(false);
    if world.slices_of(&key).any(|slice| slice.endpoints.iter().any(is_ready)) {
        return Ok(None);
    }
    let selector = of_service(reference);
    world.covers_selected(Kind::EndpointSlices, &selector, Some(&key.namespace))?;
    Ok(Some(Mute::NoEndpoint(key)))
}

fn of_service(service: &ServiceReference) -> Selector {
    Selector([(SERVICE_NAME.to_owned(), service.name.clone())].into())
}

/// Why istiod leaves a pod as it is that it is asked about. That it injects where the pod says
/// nothing is its policy (`enabled`), which can be set otherwise.
fn declined(pod: &Candidate) -> Option<Missed> {
    if pod.host_network {
        return Some(Missed::HostNetwork);
    }
    if NEVER.contains(&&*pod.namespace) {
        return Some(Missed::SystemNamespace);
    }
    // The annotation counts only where there is no such label.
    let said = pod.labels.get(INJECT).or_else(|| pod.annotations.get(INJECT));
    said.is_some_and(|said| said == "false").then_some(Missed::Declined)
}
