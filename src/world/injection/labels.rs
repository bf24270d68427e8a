//! Why no webhook of istiod's is called for a pod, and which labels would have one called.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Candidate, INJECT, Missed, NAMESPACE_INJECTION, REVISION, TAG, called, declined, mute,
    namespace_labels, webhooks,
};
use crate::model::admission::Webhook;
use crate::world::World;

/// The revision of an istiod that was given none, and the tag that stands for it (Istio 1.30,
/// `istioctl/pkg/tag/generate.go`).
pub(super) const DEFAULT: &str = "default";

/// A change of labels that leads to injection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relabel {
    /// Whether it is the namespace that is changed; else the pod.
    pub of_namespace: bool,
    /// Labels and their values; `None` takes one away.
    pub labels: Vec<(&'static str, Option<String>)>,
}

/// The changes of labels that lead to injection where there is none: the least of those of the
/// pod, and the least of those of its namespace. Each was held against the webhooks.
pub fn remedies(world: &World, pod: &Candidate) -> Vec<Relabel> {
    let Ok(Some(labels)) = namespace_labels(world, &pod.namespace) else { return Vec::new() };
    let served = served(world);
    let on = |value: &str| Some(value.to_owned());
    let mut of_pod = vec![
        vec![(INJECT, on("true"))],
        vec![(INJECT, on("true")), (REVISION, None)],
        vec![(REVISION, None)],
    ];
    let mut of_namespace = vec![
        vec![(NAMESPACE_INJECTION, None)],
        vec![(REVISION, None)],
        vec![(NAMESPACE_INJECTION, on("enabled"))],
    ];
    for revision in &served {
        of_pod.push(vec![(INJECT, on("true")), (REVISION, on(revision))]);
        of_namespace.push(vec![(NAMESPACE_INJECTION, None), (REVISION, on(revision))]);
    }
    let helps = |it: &Relabel| {
        let changed = |of: &BTreeMap<String, String>, is_meant: bool| {
            if is_meant { it.applied(of) } else { of.clone() }
        };
        let pod_labels = changed(&pod.labels, !it.of_namespace);
        let after = Candidate { labels: pod_labels, ..pod.clone() };
        let namespace = changed(&labels, it.of_namespace);
        let called = called(world, &namespace, &after.labels).unwrap_or_default();
        let answers = |(_, webhook): &(_, &Webhook)| !matches!(mute(world, webhook), Ok(Some(_)));
        declined(&after).is_none() && !called.is_empty() && called.iter().all(answers)
    };
    let least = |of_namespace: bool, changes: Vec<Vec<(&'static str, Option<String>)>>| {
        let mut changes = changes.into_iter().map(|labels| Relabel { of_namespace, labels });
        changes.find(helps)
    };
    least(false, of_pod).into_iter().chain(least(true, of_namespace)).collect()
}

impl Relabel {
    /// The labels, changed.
    pub fn applied(&self, labels: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut labels = labels.clone();
        for (label, value) in &self.labels {
            match value {
                Some(value) => labels.insert((*label).to_owned(), value.clone()),
                None => labels.remove(*label),
            };
        }
        labels
    }
}

/// The revisions and tags that pods and namespaces can ask for: of all that webhooks name, those
/// that lead to one.
pub fn served(world: &World) -> BTreeSet<String> {
    let one = |label: &str, value: &str| BTreeMap::from([(label.to_owned(), value.to_owned())]);
    let mut named: BTreeSet<String> = BTreeSet::new();
    for (configuration, webhook) in webhooks(world) {
        let labels = &configuration.metadata.labels;
        named.extend([TAG, REVISION].iter().filter_map(|it| labels.get(*it)).cloned());
        for selector in [&webhook.namespace_selector, &webhook.object_selector] {
            let of_revision = selector.match_expressions.iter().filter(|it| it.key == REVISION);
            named.extend(of_revision.flat_map(|it| &it.values).cloned());
            named.extend(selector.match_labels.0.get(REVISION).cloned());
        }
    }
    named.retain(|revision| {
        let (asked, none, injected) =
            (one(REVISION, revision), BTreeMap::new(), one(INJECT, "true"));
        let leads = |namespace, pod| called(world, namespace, pod).is_ok_and(|it| !it.is_empty());
        leads(&asked, &injected) || leads(&none, &asked)
    });
    named
}

/// Why no webhook is called, by what the labels say.
pub(super) fn uncalled(
    world: &World,
    namespace: &BTreeMap<String, String>,
    pod: &BTreeMap<String, String>,
) -> Missed {
    if webhooks(world).next().is_none() {
        return Missed::NoWebhook;
    }
    if pod.get(INJECT).is_some_and(|it| it == "false") {
        return Missed::Declined;
    }
    let served = served(world);
    let unserved = |asked: &String, by_namespace: bool| {
        let served = served.clone();
        Missed::NoSuchRevision { asked: asked.clone(), by_namespace, served }
    };
    match (namespace.get(NAMESPACE_INJECTION), namespace.get(REVISION), pod.get(REVISION)) {
        (Some(value), _, _) if value != "enabled" => Missed::NamespaceDeclines(value.clone()),
        (None, Some(asked), _) if !served.contains(asked) => unserved(asked, true),
        (None, None, Some(asked)) if !served.contains(asked) => unserved(asked, false),
        (Some(_), _, _) => unserved(&DEFAULT.to_owned(), true),
        (None, None, None) if pod.get(INJECT).is_some_and(|it| it == "true") => {
            unserved(&DEFAULT.to_owned(), false)
        }
        _ => Missed::NotAsked,
    }
}
