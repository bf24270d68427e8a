//! How a gateway stands once it is made: how many of its pods are ready, and what keeps the others.

use std::collections::BTreeSet;

use super::inject;
use super::pods::AUTO;
use crate::bootstrap::gateway_api;
use crate::model::gateway_api::KubernetesGateway;
use crate::model::kubernetes::{Deployment, Event};
use crate::model::pod::Pod;
use crate::model::{Key, Object as _, ObjectRef, Seen, Selector};
use crate::report::discovery::{FoundGateway, PodState};
use crate::report::reach::PendingReason;
use crate::world::injection::{self, Candidate};
use crate::world::{Gap, Kind, Kinds, Want, World};

/// The kinds that the answer depends on, beside those of `discover`.
pub const READS: Kinds = injection::READS.and(Kinds::of(&[
    Kind::Deployments,
    Kind::Pods,
    Kind::Events,
    Kind::KubernetesGateways,
]));

/// How a gateway stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many pods there are.
    pub pods: usize,
    /// How many of them are ready.
    pub ready: usize,
    /// What keeps it, the worst first.
    pub hindrances: Vec<Hindrance>,
    /// What could not be seen, and could be more of that.
    pub open: Vec<Gap>,
}

/// What keeps a gateway from serving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Nothing makes its pods.
    NotMade,
    /// Its pods are refused: the quota is used up.
    Quota,
    /// Its pods are refused by Pod Security.
    PodSecurity,
    /// Its pods are refused, for a webhook does not answer.
    Webhook,
    /// Its pods are refused: their service account is not there.
    ServiceAccount,
    /// Its pods are refused for another reason.
    Refused,
    /// istiod did not fill a pod in.
    NotInjected,
    /// A node refuses a pod's sysctl.
    Sysctl,
    /// No node takes a pod.
    Unscheduled,
    /// An image cannot be pulled.
    Image,
    /// A pod crashes again and again.
    Crash,
    /// A pod is on its way, or its proxy is not ready.
    NotReady,
    /// Nothing outside the cluster reaches it.
    NoAddress,
}

/// Something that keeps a gateway from serving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hindrance {
    /// What it is.
    pub cause: Cause,
    /// Whether it stays so until somebody does something: waiting alone is in vain.
    pub is_stuck: bool,
    /// The object that shows it.
    pub object: ObjectRef,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do.
    pub hints: Vec<String>,
}

/// What has to be known: asked for until nothing is new.
pub fn wants(world: &World, namespace: &str) -> BTreeSet<Want> {
    let mut wants = injection::wants(world);
    let kinds = [Kind::Deployments, Kind::Pods, Kind::Events];
    wants.extend(kinds.map(|kind| Want::all(kind, Some(namespace))));
    wants
}

/// How a gateway stands, by the name of its Deployment, and what `discover` found of it.
pub fn standing(world: &World, deployment: &Key, found: Option<&FoundGateway>) -> Standing {
    let mut standing = Standing::default();
    let pods = found.and_then(|it| it.pods.as_ref());
    if let Some(pods) = pods {
        (standing.pods, standing.ready) = (pods.total, pods.ready);
    }
    match world.get::<Deployment>(deployment) {
        Ok(Some(made)) => {
            standing.hindrances.extend(refused(world, made, standing.pods));
            standing.hindrances.extend(forbidden(world, made));
        }
        Ok(None) if standing.pods == 0 => standing.hindrances.push(not_made(world, deployment)),
        Ok(None) => {}
        Err(gap) => standing.open.push(gap),
    }
    let list = pods.into_iter().flat_map(|it| &it.list).filter(|it| !it.ready);
    standing.hindrances.extend(list.filter_map(|it| of_pod(world, &deployment.namespace, it)));
    if let Err(gap) = world.covers(Kind::Pods, Some(&deployment.namespace))
        && pods.is_none()
    {
        standing.open.push(gap);
    }
    if let Some((found, pending)) = found.and_then(|it| Some((it, it.pending.as_ref()?)))
        // Whoever asked for a Service that is reached from inside only has what was asked for.
        && pending.reason != PendingReason::ServiceType
    {
        standing.hindrances.push(Hindrance {
            cause: Cause::NoAddress,
            is_stuck: false,
            object: found.object.clone(),
            message: pending.message.clone(),
            hints: Vec::new(),
        });
    }
    standing.hindrances.sort_by_key(|it| it.cause);
    standing
}

/// Why pods of a Deployment are refused: by its own word, and where it has none yet by the Events of
/// its `ReplicaSet`s (Kubernetes 1.34, `pkg/controller/deployment/util`, `ReplicaFailure`).
fn refused(world: &World, deployment: &Seen<Deployment>, pods: usize) -> Option<Hindrance> {
    let conditions = &deployment.status.conditions;
    let failure = conditions.iter().find(|it| it.type_ == "ReplicaFailure" && it.status == "True");
    let message = match failure {
        Some(condition) => condition.message.clone(),
        None if pods == 0 => failed_to_create(world, deployment)?.message.clone(),
        None => return None,
    };
    let namespace = &deployment.metadata.namespace;
    let (cause, hint) = if message.contains("exceeded quota") || message.contains("failed quota") {
        let hint = format!(
            "raise the quota, or ask for less; kubectl describe resourcequota -n {namespace} shows \
             what uses it"
        );
        (Cause::Quota, Some(hint))
    } else if message.contains("violates PodSecurity") {
        (Cause::PodSecurity, None)
    } else if message.contains("failed calling webhook") {
        (
            Cause::Webhook,
            Some("bring up what answers that webhook: istiod, if it is its".to_owned()),
        )
    } else if message.contains("error looking up service account") {
        (Cause::ServiceAccount, None)
    } else {
        (Cause::Refused, None)
    };
    Some(Hindrance {
        cause,
        // A service account may be made after what uses it, and a webhook come back.
        is_stuck: !matches!(cause, Cause::ServiceAccount | Cause::Webhook),
        object: ObjectRef::of(deployment),
        message: format!("its pods are refused: {}", message.trim()),
        hints: hint.into_iter().collect(),
    })
}

/// The last Event that says that a `ReplicaSet` of a Deployment could not make a pod. Events outlive
/// what they are about by an hour, so those count that came after the Deployment.
fn failed_to_create<'w>(
    world: &'w World,
    deployment: &Seen<Deployment>,
) -> Option<&'w Seen<Event>> {
    let name = &deployment.metadata.name;
    let is_its = |replica_set: &str| {
        let hash = replica_set.strip_prefix(&**name).and_then(|it| it.strip_prefix('-'));
        hash.is_some_and(|hash| !hash.contains('-'))
    };
    let made = deployment.metadata.creation_timestamp;
    let is_older = |event: &Event| event.time().zip(made).is_some_and(|(time, made)| time < made);
    let events = world.within::<Event>(&deployment.metadata.namespace).filter(|it| {
        it.reason == "FailedCreate"
            && it.involved_object.kind == "ReplicaSet"
            && is_its(&it.involved_object.name)
            && !is_older(it)
    });
    events.max_by_key(|it| it.time())
}

/// A pod that its node refused, for it sets a sysctl: it has failed, and the next one will (Kubernetes
/// 1.34, `pkg/kubelet/sysctl/allowlist.go`).
fn forbidden(world: &World, deployment: &Seen<Deployment>) -> Option<Hindrance> {
    let labels = Selector(deployment.spec.template.metadata.labels.clone());
    let mut pods = world.within::<Pod>(&deployment.metadata.namespace);
    let pod = pods
        .find(|it| it.status.reason == "SysctlForbidden" && labels.matches(&it.metadata.labels))?;
    Some(Hindrance {
        cause: Cause::Sysctl,
        is_stuck: true,
        object: ObjectRef::of(pod),
        message: format!(
            "node {} refuses a sysctl of pod {}: {}",
            pod.spec.node_name,
            pod.metadata.name,
            pod.status.message.trim()
        ),
        hints: vec![
            "use ports above 1024 in the pods, or nodes of Kubernetes 1.22 or later".to_owned(),
        ],
    })
}

/// Why there is no Deployment: a Gateway API Gateway says what its controller made of it.
fn not_made(world: &World, deployment: &Key) -> Hindrance {
    let made_for = |it: &&Seen<KubernetesGateway>| {
        let name = &it.metadata.name;
        it.is_istios()
            && (*name == deployment.name || gateway_api::service_name(name) == deployment.name)
    };
    let Some(gateway) = world.within(&deployment.namespace).find(made_for) else {
        return Hindrance {
            cause: Cause::NotMade,
            is_stuck: true,
            object: ObjectRef::named("Deployment", &deployment.namespace, &deployment.name),
            message: format!("there is no Deployment {deployment}"),
            hints: Vec::new(),
        };
    };
    let conditions = &gateway.status.conditions;
    let failed = conditions.iter().find(|it| it.status == "False");
    let (message, hints) = match failed {
        Some(it) => {
            (format!("istiod has made no pods for it: {}: {}", it.reason, it.message), vec![])
        }
        None => (
            "no controller has taken it up".to_owned(),
            vec![
                "istiod makes gateways of class istio since 1.16, unless its \
                 PILOT_ENABLE_GATEWAY_API_DEPLOYMENT_CONTROLLER is false"
                    .to_owned(),
            ],
        ),
    };
    Hindrance {
        cause: Cause::NotMade,
        is_stuck: failed.is_some(),
        object: ObjectRef::of(gateway),
        message,
        hints,
    }
}

/// What keeps a pod from being ready; `None` for one that is on its way out.
fn of_pod(world: &World, namespace: &str, state: &PodState) -> Option<Hindrance> {
    let key = Key::new(namespace, state.name.clone());
    let object = ObjectRef::named(Pod::KIND, namespace, &state.name);
    let reason = &*state.reason;
    if reason == "Terminating" {
        return None;
    }
    let told = |what: &str, message: &str| match message.trim() {
        "" => format!("pod {}: {what}", state.name),
        message => format!("pod {}: {what}: {message}", state.name),
    };
    let pod = world.all::<Pod>().get(&key);
    let hindrance = |cause: Cause, is_stuck: bool, message: String, hints: Vec<String>| {
        Some(Hindrance { cause, is_stuck, object: object.clone(), message, hints })
    };
    if let Some(pod) = pod.filter(|it| it.spec.containers.iter().any(|it| it.image == AUTO)) {
        let (why, hints) = inject::afterwards(world, &candidate(pod));
        let message = format!(
            "pod {} was not filled in by istiod, and image auto is none ({reason}): {why}",
            state.name
        );
        return hindrance(Cause::NotInjected, true, message, hints);
    }
    match reason {
        "Unschedulable" => {
            let message = told("no node takes it", &state.message);
            hindrance(Cause::Unscheduled, false, message, Vec::new())
        }
        "ErrImagePull" | "ImagePullBackOff" | "InvalidImageName" | "ErrImageNeverPull" => {
            // While the kubelet backs off, only an Event has the registry's words.
            let words = event_of(world, &key, "Failed").unwrap_or(&state.message);
            let message = told(&format!("its image cannot be pulled ({reason})"), words);
            hindrance(Cause::Image, reason == "InvalidImageName", message, Vec::new())
        }
        "CrashLoopBackOff" | "Error" | "RunContainerError" | "OOMKilled" => {
            let times = match state.restarts {
                0 => format!("it ends ({reason})"),
                times => format!("it ends again and again ({reason}, {times} restarts)"),
            };
            let logs = format!("kubectl logs -n {namespace} {} --previous", state.name);
            hindrance(Cause::Crash, false, told(&times, &state.message), vec![logs])
        }
        _ => {
            let words = event_of(world, &key, "").unwrap_or(&state.message);
            hindrance(Cause::NotReady, false, told(reason, words), Vec::new())
        }
    }
}

fn candidate(pod: &Pod) -> Candidate {
    Candidate {
        namespace: pod.metadata.namespace.clone(),
        labels: pod.metadata.labels.clone(),
        annotations: pod.metadata.annotations.clone(),
        host_network: pod.spec.host_network,
    }
}

/// The words of the last warning about a pod, with that reason; an empty one means any.
fn event_of<'w>(world: &'w World, pod: &Key, reason: &str) -> Option<&'w str> {
    let events = world.within::<Event>(&pod.namespace).filter(|it| {
        it.type_ == "Warning"
            && it.involved_object.kind == Pod::KIND
            && it.involved_object.name == pod.name
            && (reason.is_empty() || it.reason == reason)
    });
    events.max_by_key(|it| it.time()).map(|it| &*it.message)
}
