//! What is predicted of injection, held against what the API server does with the same pods, the
//! same namespaces and the same webhooks.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use igwctl::effects::cluster::{Access, LogWishes};
use igwctl::ingest::{Complete, Wishes};
use igwctl::session::Session;
use igwctl::world::injection::{self, Candidate, Injection, Missed, Mute, Relabel};
use igwctl::world::{Kinds, Question, Want, World};
use serde_json::{Value, json};

use crate::objects::GATEWAY_NAMESPACE;
use crate::stack::{Stack, own};
use crate::webhooks::{Injectors, Installed, MARKED, asked};

type Labels = &'static [(&'static str, &'static str)];

const INJECTION: &str = "istio-injection";
const REV: &str = "istio.io/rev";
const INJECT: &str = "sidecar.istio.io/inject";

/// The namespaces, by their labels.
const NAMESPACES: [(&str, Labels); 9] = [
    ("plain", &[]),
    ("enabled", &[(INJECTION, "enabled")]),
    ("disabled", &[(INJECTION, "disabled")]),
    ("odd", &[(INJECTION, "maybe")]),
    ("canary", &[(REV, "canary")]),
    ("prod", &[(REV, "prod")]),
    ("default-revision", &[(REV, "default")]),
    ("gone", &[(REV, "gone")]),
    ("both", &[(INJECTION, "enabled"), (REV, "canary")]),
];

/// The pods, likewise.
const PODS: [(&str, Labels); 11] = [
    ("bare", &[]),
    ("wants", &[(INJECT, "true")]),
    ("declines", &[(INJECT, "false")]),
    ("canary", &[(REV, "canary")]),
    ("prod", &[(REV, "prod")]),
    ("default-revision", &[(REV, "default")]),
    ("gone", &[(REV, "gone")]),
    ("wants-canary", &[(INJECT, "true"), (REV, "canary")]),
    ("wants-prod", &[(INJECT, "true"), (REV, "prod")]),
    ("wants-gone", &[(INJECT, "true"), (REV, "gone")]),
    ("declines-canary", &[(INJECT, "false"), (REV, "canary")]),
];

const CANARY: Installed = Installed {
    name: "istio-sidecar-injector-canary",
    asked: "canary",
    revision: "canary",
    is_default: false,
    service: "istiod-canary",
    ..Installed::DEFAULT
};

const PROD: Installed = Installed { name: "istio-revision-tag-prod", asked: "prod", ..CANARY };

const DEFAULT_TAG: Installed =
    Installed { name: "istio-revision-tag-default", asked: "default", is_default: true, ..CANARY };

/// What is asked of the cluster: what becomes of each of these.
struct Outlook(Vec<Candidate>);

impl Question for Outlook {
    type Answer = Vec<(Injection, Vec<Relabel>)>;

    fn reads(&self) -> Kinds {
        injection::READS
    }

    fn wants(&self, world: &World) -> BTreeSet<Want> {
        injection::wants(world)
    }

    fn answer(&self, world: &World) -> Self::Answer {
        let of = |pod: &Candidate| {
            (injection::injection(world, pod).unwrap(), injection::remedies(world, pod))
        };
        self.0.iter().map(of).collect()
    }
}

/// Asks the cluster as the administrator, as a command does.
pub(crate) fn ask<Q: Question>(stack: &Stack, question: &Q) -> Q::Answer {
    let kubeconfig = stack.kubeconfig().display().to_string();
    let access = Access { kubeconfig: Some(kubeconfig), ..Access::default() };
    let wishes = Wishes {
        reads: question.reads(),
        keeps_raw: false,
        namespace: None,
        complete: Complete::Nothing,
        assumed: Vec::new(),
        now: None,
        clock: "2026-11-24T09:00:00Z".parse().unwrap(),
    };
    let cluster = Some((access, LogWishes::NONE));
    let session = Session { paths: Vec::new(), cluster, names: None, wishes };
    session.ask(question).unwrap_or_else(|error| panic!("{}", error.message)).0
}

fn map(labels: Labels) -> BTreeMap<String, String> {
    labels.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect()
}

fn pod(namespace: &str, name: &str, labels: &BTreeMap<String, String>) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"namespace": namespace, "name": name, "labels": labels},
        "spec": {"containers": [{"name": "istio-proxy", "image": "auto"}]},
    })
}

/// Creates objects, each on its own: what kubectl says of those that are refused.
pub(crate) fn create(stack: &Stack, objects: &[Value], more: &[&str]) -> (String, String) {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.json");
    std::fs::write(&path, list).unwrap();
    let mut command = Command::new(stack.kubectl_path());
    command.arg("--kubeconfig").arg(stack.kubeconfig()).args(["create", "-f"]).arg(&path);
    let output = command.args(more).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

/// Installs these webhooks and no others, and waits until the API server knows them.
fn install(stack: &Stack, injectors: &Injectors, mark: &str, installed: &[Installed]) {
    stack.kubectl(&["delete", "mutatingwebhookconfigurations", "--all"]);
    let mut objects: Vec<Value> = installed.iter().map(|it| injectors.configuration(it)).collect();
    objects.push(injectors.marker(mark));
    let (_, complaint) = create(stack, &objects, &[]);
    assert_eq!(complaint, "");
    let begun = Instant::now();
    let marked = pod("marked", "marked", &BTreeMap::new());
    loop {
        let dry = ["--dry-run=server", "-o", "json"];
        let (stdout, complaint) = create(stack, std::slice::from_ref(&marked), &dry);
        let shown: Value = serde_json::from_str(&stdout).unwrap_or_default();
        if asked(&shown) == [mark] {
            return;
        }
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(30), "webhooks never come: {shown} {complaint}");
    }
}

/// What becomes of every pod in every namespace: by prediction, and on the API server: the
/// webhooks that were asked, or `None` where the pod was refused.
type Both =
    BTreeMap<(&'static str, &'static str), ((Injection, Vec<Relabel>), Option<Vec<String>>)>;

fn outcomes(stack: &Stack, pods: &[(&'static str, Labels)]) -> Both {
    let mut keys = Vec::new();
    let mut candidates = Vec::new();
    let mut objects = Vec::new();
    for (namespace, _) in NAMESPACES {
        for (name, labels) in pods {
            keys.push((namespace, *name));
            objects.push(pod(namespace, name, &map(labels)));
            candidates.push(Candidate {
                namespace: namespace.to_owned(),
                labels: map(labels),
                ..Candidate::default()
            });
        }
    }
    let predicted = ask(stack, &Outlook(candidates));
    create(stack, &objects, &[]);
    let list = stack.kubectl(&["get", "pods", "-A", "-o", "json"]);
    let list: Value = serde_json::from_str(&list).unwrap();
    let there: BTreeMap<(&str, &str), Vec<String>> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let text = |field: &str| it["metadata"][field].as_str().unwrap();
            ((text("namespace"), text("name")), asked(it))
        })
        .collect();
    let real = keys.iter().map(|key| there.get(key).cloned());
    let both = keys.iter().copied().zip(predicted.into_iter().zip(real)).collect();
    stack.kubectl(&[
        "delete",
        "pods",
        "-A",
        "--all",
        "--force",
        "--grace-period=0",
        "--wait=false",
    ]);
    both
}

/// Asserts that what was predicted came to be, and so did what was said to help.
fn hold(both: &Both, installed: &str) -> usize {
    let mut helped = 0;
    for (key, ((predicted, remedies), real)) in both {
        let expected = match predicted {
            Injection::Done(injectors) => {
                let path =
                    |it: &injection::Injector| format!("{}/{}", it.configuration.name, it.webhook);
                Some(injectors.iter().map(path).collect())
            }
            Injection::Missed(_) => Some(Vec::new()),
            Injection::Refused(..) => None,
        };
        assert_eq!(expected, *real, "{key:?}, {installed}: {predicted:?}");
        if !matches!(predicted, Injection::Missed(_)) {
            continue;
        }
        // Where a pod or a namespace is as the remedy makes this one, it came out as it says.
        for remedy in remedies {
            let labels = |of: &[(&'static str, Labels)], name: &str| {
                map(of.iter().find(|(it, _)| *it == name).unwrap().1)
            };
            let named = |of: &[(&'static str, Labels)], wanted: BTreeMap<String, String>| {
                of.iter().find(|(_, labels)| map(labels) == wanted).map(|(name, _)| *name)
            };
            let other = if remedy.of_namespace {
                let namespace = remedy.applied(&labels(&NAMESPACES, key.0));
                named(&NAMESPACES, namespace).map(|it| (it, key.1))
            } else {
                named(&PODS, remedy.applied(&labels(&PODS, key.1))).map(|it| (key.0, it))
            };
            let Some((_, real)) = other.and_then(|it| both.get(&it)) else { continue };
            let is_injected = real.as_ref().is_some_and(|it| !it.is_empty());
            assert!(is_injected, "{key:?}, {installed}: {remedy:?} does not help: {real:?}");
            helped += 1;
        }
    }
    helped
}

/// The revision that a pod gets, as its prediction says; `-` for nobody, `refused`.
fn revision(both: &Both, namespace: &'static str, pod: &'static str) -> String {
    match &both[&(namespace, pod)].0.0 {
        Injection::Done(injectors) => injectors.last().unwrap().revision.clone(),
        Injection::Missed(_) => "-".to_owned(),
        Injection::Refused(..) => "refused".to_owned(),
    }
}

fn missed(both: &Both, namespace: &'static str, pod: &'static str) -> Missed {
    match &both[&(namespace, pod)].0.0 {
        Injection::Missed(missed) => missed.clone(),
        other => panic!("{namespace}/{pod}: {other:?}"),
    }
}

fn prepared() -> (crate::stack::Turn, Injectors) {
    let stack = own(&[]);
    let injectors = Injectors::serving();
    let mut objects: Vec<Value> = NAMESPACES
        .iter()
        .map(|(name, labels)| (*name, map(labels)))
        .chain([("marked", map(&[(MARKED, "yes")]))])
        .map(|(name, labels)| {
            json!({
                "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels},
            })
        })
        .collect();
    objects.extend(["istiod", "istiod-canary"].map(Injectors::service));
    stack.add(&objects);
    (stack, injectors)
}

#[test]
fn every_row_of_the_table_comes_out_as_predicted() {
    let (stack, injectors) = prepared();

    install(&stack, &injectors, "all", &[Installed::DEFAULT, CANARY, PROD]);
    let all = outcomes(&stack, &PODS);
    assert!(hold(&all, "all") > 30);
    for (namespace, pod, expected) in [
        ("enabled", "bare", "default"),
        ("enabled", "wants", "default"),
        ("enabled", "declines", "-"),
        ("enabled", "canary", "default"),
        ("plain", "wants", "default"),
        ("plain", "bare", "-"),
        ("plain", "declines", "-"),
        ("plain", "canary", "canary"),
        ("plain", "wants-canary", "canary"),
        ("plain", "declines-canary", "-"),
        ("plain", "prod", "canary"),
        ("plain", "default-revision", "default"),
        ("canary", "bare", "canary"),
        ("canary", "wants", "canary"),
        ("canary", "declines", "-"),
        ("prod", "wants", "canary"),
        ("default-revision", "bare", "default"),
        ("disabled", "wants", "-"),
        ("disabled", "wants-canary", "-"),
        ("gone", "wants", "-"),
        ("plain", "wants-gone", "-"),
        // The older label has the say where both are.
        ("both", "bare", "default"),
    ] {
        assert_eq!(revision(&all, namespace, pod), expected, "{namespace}/{pod}");
    }
    assert_eq!(missed(&all, "enabled", "declines"), Missed::Declined);
    assert_eq!(missed(&all, "plain", "bare"), Missed::NotAsked);
    assert_eq!(missed(&all, "disabled", "wants"), Missed::NamespaceDeclines("disabled".into()));
    let served = ["canary", "default", "prod"].map(str::to_owned).into();
    let gone = |by_namespace| Missed::NoSuchRevision {
        asked: "gone".to_owned(),
        by_namespace,
        served: BTreeSet::clone(&served),
    };
    assert_eq!(missed(&all, "gone", "wants"), gone(true));
    assert_eq!(missed(&all, "plain", "wants-gone"), gone(false));

    install(&stack, &injectors, "none", &[]);
    let none = outcomes(&stack, &PODS);
    assert_eq!(hold(&none, "none"), 0);
    assert_eq!(missed(&none, "enabled", "wants"), Missed::NoWebhook);

    // istiod has a revision, and nobody made it the default.
    install(&stack, &injectors, "canary", &[CANARY]);
    let canary = outcomes(&stack, &PODS);
    assert!(hold(&canary, "canary") > 10);
    assert_eq!(revision(&canary, "plain", "wants"), "-");
    assert_eq!(revision(&canary, "enabled", "wants"), "-");
    assert_eq!(revision(&canary, "plain", "wants-canary"), "canary");

    // `istioctl tag set default --revision canary` takes the place of the first istiod's webhooks.
    let deactivated = Installed { is_deactivated: true, ..Installed::DEFAULT };
    install(&stack, &injectors, "tag", &[deactivated, CANARY, DEFAULT_TAG]);
    let tag = outcomes(&stack, &PODS);
    assert!(hold(&tag, "tag") > 20);
    assert_eq!(revision(&tag, "enabled", "bare"), "canary");
    assert_eq!(revision(&tag, "plain", "wants"), "canary");

    // Both at once, as after a mistake: both are asked, by their names' order.
    install(&stack, &injectors, "twice", &[Installed::DEFAULT, CANARY, DEFAULT_TAG]);
    let twice = outcomes(&stack, &PODS);
    hold(&twice, "twice");
    let (_, real) = &twice[&("enabled", "wants")];
    assert_eq!(real.as_ref().map(Vec::len), Some(2));
    assert_eq!(revision(&twice, "enabled", "wants"), "default");
}

#[test]
fn a_webhook_that_does_not_answer_refuses_pods_or_is_passed_over() {
    let (stack, injectors) = prepared();
    let wants = &PODS[1..2];
    let lost = Installed { service: "istiod-lost", ..Installed::DEFAULT };
    install(&stack, &injectors, "lost", &[lost, CANARY]);
    let both = outcomes(&stack, &PODS);
    hold(&both, "lost");
    assert_eq!(revision(&both, "enabled", "wants"), "refused");
    assert_eq!(revision(&both, "canary", "wants"), "canary");

    let lost = Installed { service: "istiod-lost", failure_policy: "Ignore", ..Installed::DEFAULT };
    install(&stack, &injectors, "ignored", &[lost, CANARY]);
    let both = outcomes(&stack, &PODS);
    hold(&both, "ignored");
    let Missed::Mute(injector, Mute::NoService(service)) = missed(&both, "plain", "wants") else {
        panic!("{both:?}");
    };
    assert_eq!(injector.configuration.name, Installed::DEFAULT.name);
    assert_eq!(service.to_string(), "istio-system/istiod-lost");

    // The Service is there, and no pod of istiod behind it.
    let port = json!([{"port": injectors.port, "targetPort": 15017}]);
    let empty = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"namespace": GATEWAY_NAMESPACE, "name": "istiod-empty"},
        "spec": {"selector": {"app": "istiod"}, "ports": port},
    });
    stack.add(&[empty]);
    let empty = Installed { service: "istiod-empty", ..Installed::DEFAULT };
    install(&stack, &injectors, "empty", &[empty]);
    let both = outcomes(&stack, wants);
    hold(&both, "empty");
    let ((Injection::Refused(_, mute), _), _) = &both[&("enabled", "wants")] else {
        panic!("{both:?}");
    };
    assert!(matches!(mute, Mute::NoEndpoint(_)), "{mute:?}");
    assert_eq!(revision(&both, "disabled", "wants"), "-");
}
