//! Whose logs: the gateways' pods and istiod's, found by what they are; and the logs themselves.

use std::collections::BTreeSet;

use futures_util::StreamExt as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::request::{Failure, Requests, escape};
use super::served::Served;
use super::{LOG_LIMIT, LogWishes};
use crate::logs::Proxy;
use crate::model::istio::Gateway;
use crate::model::pod::Pod;
use crate::model::version::Version;
use crate::model::{Key, Selector};
use crate::world::topology::serving;
use crate::world::{Kind, World};

/// The most gateway pods whose logs are read: replicas say the same.
const PODS: usize = 200;

/// Logs read at once.
const AT_ONCE: usize = 8;

/// A container's log.
pub(super) struct Log {
    /// As evidence names it.
    pub(super) source: String,
    /// The gateway whose log it is; none for istiod.
    pub(super) pod: Option<Proxy>,
    pub(super) bytes: Vec<u8>,
}

/// A log to be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wanted {
    pod: Key,
    container: String,
    is_gateway: bool,
    /// The container before its last restart.
    previous: bool,
}

/// istiod's pods, or why none of them is known.
#[derive(Default)]
pub(super) struct Istiod {
    pods: Vec<Wanted>,
    images: Vec<String>,
    /// The pods, as they were served.
    pub(super) pages: Vec<String>,
    /// As a clause.
    pub(super) unknown: Option<String>,
}

impl Istiod {
    /// The versions of its images.
    pub(super) fn versions(&self) -> BTreeSet<String> {
        self.images.iter().filter_map(|image| version(image)).collect()
    }
}

/// The version in an image's tag.
pub(super) fn version(image: &str) -> Option<String> {
    Version::of_image(image).map(|version| version.to_string())
}

/// The gateway pods of the known Gateways, with what they were before a restart.
pub(super) fn gateways(world: &World) -> Vec<Wanted> {
    let mut wanted = BTreeSet::new();
    for gateway in world.all::<Gateway>().values() {
        for workload in serving(world, gateway).into_iter().filter(|it| it.is_pod) {
            let Some(pod) = world.all::<Pod>().get(&workload.key) else { continue };
            let status = pod.status.container_statuses.iter().find(|it| it.name == "istio-proxy");
            let restarts = status.map_or(0, |status| status.restart_count);
            for previous in [false, true].into_iter().take(if restarts > 0 { 2 } else { 1 }) {
                wanted.insert(Wanted {
                    pod: workload.key.clone(),
                    container: "istio-proxy".to_owned(),
                    is_gateway: true,
                    previous,
                });
            }
        }
    }
    wanted.into_iter().take(PODS).collect()
}

#[derive(Deserialize)]
struct Service {
    #[serde(default)]
    spec: ServiceSpec,
}

#[derive(Default, Deserialize)]
struct ServiceSpec {
    #[serde(default)]
    selector: Selector,
}

/// Finds istiod as the API server does: by the webhook that injects proxies, the Service that it
/// names, and the pods behind that (Istio 1.5 to 1.31; a remote istiod has a URL instead).
pub(super) async fn istiod(requests: &Requests, served: &Served) -> Istiod {
    let services = match services(requests).await {
        Ok(services) => services,
        Err(reason) => return Istiod { unknown: Some(reason), ..Istiod::default() },
    };
    let mut istiod = Istiod::default();
    for service in services {
        let Some(path) = served.path(Kind::Services, Some(&service.namespace)) else { continue };
        let found: Result<Service, _> =
            answer(requests, &format!("{path}/{}", escape(&service.name))).await;
        let selector = match found {
            Ok(found) if !found.spec.selector.0.is_empty() => found.spec.selector,
            Ok(_) => {
                istiod.unknown = Some(format!(
                    "it runs outside this cluster (Service {service} has no pods of its own)"
                ));
                continue;
            }
            Err(failure) => {
                istiod.unknown = Some(unseen(&service, &failure));
                continue;
            }
        };
        let path = format!(
            "/api/v1/namespaces/{}/pods?labelSelector={}",
            service.namespace,
            escape(&selector.to_string())
        );
        match requests.list(&path, "application/json").await {
            Ok(pages) => {
                for page in &pages {
                    istiod.images.extend(images(page, "discovery"));
                    istiod.pods.extend(names(page).into_iter().map(|name| Wanted {
                        pod: Key::new(service.namespace.clone(), name),
                        container: "discovery".to_owned(),
                        is_gateway: false,
                        previous: false,
                    }));
                }
                istiod.pages.extend(pages);
            }
            Err(failure) => istiod.unknown = Some(unseen(&service, &failure)),
        }
    }
    istiod
}

fn unseen(service: &Key, failure: &Failure) -> String {
    match failure {
        Failure::Forbidden => {
            format!("may not get services or list pods in {}", service.namespace)
        }
        Failure::NotFound => format!("its Service {service} does not exist"),
        failure => failure.words(),
    }
}

/// The Services behind the webhooks that inject proxies.
async fn services(requests: &Requests) -> Result<BTreeSet<Key>, String> {
    #[derive(Deserialize)]
    struct List {
        #[serde(default)]
        items: Vec<Configuration>,
    }
    #[derive(Deserialize)]
    struct Configuration {
        #[serde(default)]
        webhooks: Vec<Webhook>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Webhook {
        #[serde(default)]
        name: String,
        #[serde(default)]
        client_config: ClientConfig,
    }
    #[derive(Default, Deserialize)]
    struct ClientConfig {
        service: Option<ServiceRef>,
        url: Option<String>,
    }
    #[derive(Deserialize)]
    struct ServiceRef {
        namespace: String,
        name: String,
    }
    let path = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations\
                ?labelSelector=app%3Dsidecar-injector";
    let list: List = match answer(requests, path).await {
        Ok(list) => list,
        Err(Failure::Forbidden) => {
            // The usual place, for users who may look into it but not around.
            return Ok(BTreeSet::from([Key::new("istio-system", "istiod")]));
        }
        Err(failure) => {
            return Err(unseen(&Key::new("istio-system", "istiod"), &failure));
        }
    };
    let mut services = BTreeSet::new();
    let mut is_remote = false;
    for webhook in list.items.into_iter().flat_map(|it| it.webhooks) {
        if !webhook.name.contains("istio.io") {
            continue;
        }
        is_remote |= webhook.client_config.url.is_some();
        if let Some(service) = webhook.client_config.service {
            services.insert(Key::new(service.namespace, service.name));
        }
    }
    if services.is_empty() && is_remote {
        return Err("it runs outside this cluster".to_owned());
    }
    Ok(services)
}

async fn answer<T: DeserializeOwned>(requests: &Requests, path: &str) -> Result<T, Failure> {
    let text = requests.get(path, "application/json").await?;
    serde_json::from_str(&text).map_err(|_| Failure::Other("an answer of another kind".to_owned()))
}

#[derive(Deserialize)]
struct Pods {
    #[serde(default)]
    items: Vec<Pod>,
}

fn names(page: &str) -> Vec<String> {
    let pods: Result<Pods, _> = serde_json::from_str(page);
    pods.map(|pods| pods.items.into_iter().map(|pod| pod.metadata.name).collect())
        .unwrap_or_default()
}

/// The images of the containers of that name.
pub(super) fn images(page: &str, container: &str) -> Vec<String> {
    let pods: Result<Pods, _> = serde_json::from_str(page);
    let pods = pods.map(|pods| pods.items).unwrap_or_default();
    pods.into_iter()
        .flat_map(|pod| pod.spec.containers)
        .filter(|it| it.name == container)
        .map(|it| it.image)
        .collect()
}

/// Reads the logs; with what is to be said of those that could not be read.
async fn read_all(
    requests: &Requests,
    wishes: &LogWishes,
    wanted: Vec<Wanted>,
) -> (Vec<Log>, Vec<String>) {
    let reads = wanted.into_iter().map(|wanted| async move {
        let log = requests.stream(&path(&wanted, wishes), LOG_LIMIT).await;
        (wanted, log)
    });
    let answers: Vec<_> = futures_util::stream::iter(reads).buffered(AT_ONCE).collect().await;
    let mut logs = Vec::new();
    let mut notices = BTreeSet::new();
    for (wanted, answer) in answers {
        let Wanted { pod, container, is_gateway, previous } = wanted;
        match answer {
            Ok(bytes) => logs.push(Log {
                source: format!(
                    "pod/{pod}/{container}{}",
                    if previous { " (previous)" } else { "" }
                ),
                pod: is_gateway.then_some(Proxy { pod: pod.name, namespace: Some(pod.namespace) }),
                bytes,
            }),
            Err(_) if previous => {}
            Err(Failure::Forbidden) => {
                notices.insert(format!(
                    "logs of pods in {} were not read: may not get pods/log there",
                    pod.namespace
                ));
            }
            Err(Failure::NotFound) => {
                notices.insert(format!("the log of pod {pod} was not read: it is gone"));
            }
            Err(failure) => {
                let why = failure.words();
                notices.insert(format!("the log of pod {pod} was not read: {why}"));
            }
        }
    }
    (logs, notices.into_iter().collect())
}

/// Reads the logs of gateways and istiod.
pub(super) async fn read(
    requests: &Requests,
    wishes: &LogWishes,
    mut gateways: Vec<Wanted>,
    istiod: Istiod,
) -> (Vec<Log>, Vec<String>) {
    if wishes.none {
        return (Vec::new(), Vec::new());
    }
    let unread = match istiod.unknown {
        Some(reason) => Some(format!("istiod's log was not read: {reason}")),
        None if istiod.pods.is_empty() => {
            Some("no istiod was found in this cluster: its log was not read".to_owned())
        }
        None => None,
    };
    gateways.extend(istiod.pods);
    let (logs, mut notices) = read_all(requests, wishes, gateways).await;
    notices.extend(unread);
    (logs, notices)
}

fn path(wanted: &Wanted, wishes: &LogWishes) -> String {
    let Key { namespace, name } = &wanted.pod;
    let mut path = format!(
        "/api/v1/namespaces/{namespace}/pods/{name}/log?container={}&limitBytes={LOG_LIMIT}",
        escape(&wanted.container)
    );
    if wishes.since.as_secs() > 0 {
        path += &format!("&sinceSeconds={}", wishes.since.as_secs());
    }
    if let Some(lines) = wishes.tail {
        path += &format!("&tailLines={lines}");
    }
    if wanted.previous {
        path += "&previous=true";
    }
    path
}
