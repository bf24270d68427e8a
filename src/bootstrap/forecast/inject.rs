//! Whether istiod fills the pods in.

use super::pods::Pods;
use super::{About, Concern, Forecast};
use crate::model::ObjectRef;
use crate::world::World;
use crate::world::injection::{
    self, Candidate, INJECT, Injection, Injector, Missed, Mute, NAMESPACE_INJECTION, REVISION,
    Relabel,
};

/// Says who fills the pods in, or why nobody does. Pods that bring their image need nobody.
pub(super) fn weigh(world: &World, pods: &Pods, forecast: &mut Forecast) {
    if !pods.is_auto {
        return;
    }
    match injection::injection(world, &pods.candidate) {
        Err(gap) => forecast.open(gap),
        Ok(Injection::Done(injectors)) => {
            for gap in injectors.iter().filter_map(|it| it.unsure.clone()) {
                forecast.open(gap);
            }
            forecast.injector = injectors.into_iter().next_back();
        }
        Ok(Injection::Refused(injector, mute)) => {
            forecast.concerns.push(mute_concern(&injector, &mute, true));
        }
        Ok(Injection::Missed(Missed::Mute(injector, mute))) => {
            forecast.concerns.push(mute_concern(&injector, &mute, false));
        }
        // Said of the namespace.
        Ok(Injection::Missed(Missed::NoNamespace)) => {}
        Ok(Injection::Missed(missed)) => {
            let namespace = pods.namespace();
            let is_of_namespace = matches!(
                missed,
                Missed::NamespaceDeclines(_) | Missed::NoSuchRevision { by_namespace: true, .. }
            );
            let object = if is_of_namespace {
                ObjectRef::named("Namespace", "", namespace)
            } else {
                ObjectRef::named("Pod", namespace, "")
            };
            let mut hints = hints(world, &pods.candidate);
            if missed == Missed::NoWebhook {
                hints.push(
                    "a mesh that injects nothing has --method gateway-api, where it serves that"
                        .to_owned(),
                );
            }
            forecast.concerns.push(Concern {
                about: About::Injection,
                is_fatal: true,
                object,
                message: format!(
                    "istiod will not fill the pods in, and image auto is none: {}",
                    words(&missed, namespace)
                ),
                hints,
            });
        }
    }
}

/// What would have a pod filled in.
fn hints(world: &World, pod: &Candidate) -> Vec<String> {
    let remedies = injection::remedies(world, pod);
    remedies.iter().map(|it| hint(it, &pod.namespace)).collect()
}

/// Why a pod was not filled in that is there, as a clause, and what to do; by what would become of
/// it now.
pub(super) fn afterwards(world: &World, pod: &Candidate) -> (String, Vec<String>) {
    match injection::injection(world, pod) {
        Err(gap) => (gap.reason, Vec::new()),
        Ok(Injection::Done(_)) => (
            "a webhook takes such pods now, and did not when this one was made".to_owned(),
            vec![format!(
                "delete the pod: the next one is filled in; kubectl delete pod -n {} NAME",
                pod.namespace
            )],
        ),
        Ok(Injection::Refused(_, mute)) => (mute_words(&mute), Vec::new()),
        Ok(Injection::Missed(missed)) => (words(&missed, &pod.namespace), hints(world, pod)),
    }
}

/// Why nobody fills a pod in, as a clause.
fn words(missed: &Missed, namespace: &str) -> String {
    match missed {
        Missed::NoNamespace => format!("there is no namespace {namespace}"),
        Missed::NoWebhook => {
            "no MutatingWebhookConfiguration of istiod's is in the cluster".to_owned()
        }
        Missed::Declined => format!("they have {INJECT}: \"false\""),
        Missed::HostNetwork => "istiod leaves pods with hostNetwork as they are".to_owned(),
        Missed::SystemNamespace => {
            format!("istiod leaves pods of {namespace} as they are, which is the system's")
        }
        Missed::NamespaceDeclines(value) => {
            format!("namespace {namespace} has {NAMESPACE_INJECTION}={value}")
        }
        Missed::NoSuchRevision { asked, by_namespace, served } => {
            let who = if *by_namespace {
                format!("namespace {namespace} asks")
            } else {
                "they ask".to_owned()
            };
            let served: Vec<&str> = served.iter().map(|it| &**it).collect();
            let served = match &*served {
                [] => "none is served".to_owned(),
                served => format!("there is {}", served.join(", ")),
            };
            format!("{who} for revision {asked}, which no webhook serves; {served}")
        }
        Missed::NotAsked => format!("neither they nor namespace {namespace} ask for it"),
        Missed::Mute(injector, mute) => {
            format!("{} does not answer: {}", injector.configuration, mute_words(mute))
        }
    }
}

fn mute_words(mute: &Mute) -> String {
    match mute {
        Mute::NoService(service) => format!("there is no Service {service}"),
        Mute::NoEndpoint(service) => {
            format!("nobody stands behind Service {service}: no pod of istiod is ready")
        }
    }
}

fn mute_concern(injector: &Injector, mute: &Mute, is_refused: bool) -> Concern {
    let Injector { configuration, webhook, revision, .. } = injector;
    let outcome = if is_refused {
        "no pod can be made"
    } else {
        "pods are made without their proxy, and image auto is none"
    };
    Concern {
        about: About::Webhook,
        is_fatal: true,
        object: configuration.clone(),
        message: format!(
            "webhook {webhook} of {configuration} does not answer, so {outcome}: {}",
            mute_words(mute)
        ),
        hints: vec![
            format!("bring istiod of revision {revision} up"),
            format!("if that istiod is gone for good, take away what it left: {configuration}"),
        ],
    }
}

/// What to do, as a command where it is one.
fn hint(relabel: &Relabel, namespace: &str) -> String {
    if relabel.of_namespace {
        let labels = relabel.labels.iter().map(|(label, value)| match value {
            Some(value) => format!("{label}={value}"),
            None => format!("{label}-"),
        });
        let labels: Vec<String> = labels.collect();
        return format!("kubectl label namespace {namespace} --overwrite {}", labels.join(" "));
    }
    let revision = relabel.labels.iter().find(|(label, _)| *label == REVISION);
    match revision {
        Some((_, Some(revision))) => format!("--revision {revision}"),
        Some((_, None)) => "leave --revision out".to_owned(),
        None => format!("give the pods the label {INJECT}: \"true\""),
    }
}
