//! What is expected of a gateway's pods before they are made, held against what the API server and
//! its controllers make of them; and what is said of the gateway then.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use igwctl::bootstrap::forecast::standing::{self, Cause, Standing};
use igwctl::bootstrap::forecast::{self, About, Forecast, Pods, ServiceToBe};
use igwctl::discover::{self, Discover};
use igwctl::model::Key;
use igwctl::world::{Kinds, Question, Want, World};
use serde_json::{Value, json};

use crate::edge::{node, service};
use crate::injection::{ask, create};
use crate::stack::{Stack, own};

/// What is asked before.
struct Before(Value, u32, Option<ServiceToBe>);

impl Question for Before {
    type Answer = Forecast;

    fn reads(&self) -> Kinds {
        forecast::READS
    }

    fn wants(&self, world: &World) -> BTreeSet<Want> {
        forecast::wants(world, self.0["metadata"]["namespace"].as_str().unwrap())
    }

    fn answer(&self, world: &World) -> Forecast {
        let pods = Pods::of_deployment(&self.0, self.1);
        forecast::forecast(world, &pods, self.2.as_ref())
    }
}

/// What is asked afterwards, of a Deployment of that namespace and name.
struct After(Key);

impl Question for After {
    type Answer = Standing;

    fn reads(&self) -> Kinds {
        standing::READS.and(discover::READS)
    }

    fn wants(&self, world: &World) -> BTreeSet<Want> {
        let mut wants = standing::wants(world, &self.0.namespace);
        wants.extend(Discover::default().wants(world));
        wants
    }

    fn answer(&self, world: &World) -> Standing {
        let found = Discover::default().answer(world).discovery.gateways;
        let own = found.iter().find(|it| it.object.key().namespace == self.0.namespace);
        standing::standing(world, &self.0, own)
    }
}

/// Asks until it stands as expected.
fn stands(stack: &Stack, namespace: &str, is_so: impl Fn(&Standing) -> bool) -> Standing {
    let begun = Instant::now();
    loop {
        let standing = ask(stack, &After(Key::new(namespace, "shop-gateway")));
        if is_so(&standing) {
            assert_eq!(standing.open, [], "{standing:#?}");
            return standing;
        }
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(60), "{namespace} never stands so: {standing:#?}");
    }
}

fn about(forecast: &Forecast) -> Vec<(About, bool)> {
    assert_eq!(forecast.open, [], "{forecast:#?}");
    forecast.concerns.iter().map(|it| (it.about, it.is_fatal)).collect()
}

pub(crate) fn namespace(name: &str, labels: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
}

/// A pod's spec that `restricted` takes, as a gateway has it once it is filled in.
pub(crate) fn spec() -> Value {
    json!({
        "securityContext": {
            "runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"},
            "sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}],
        },
        "containers": [{
            "name": "istio-proxy", "image": "docker.io/istio/proxyv2:1.30.3",
            "ports": [{"containerPort": 8443}],
            "securityContext": {
                "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]},
                "runAsUser": 1337,
            },
        }],
    })
}

/// A dedicated gateway's Deployment.
fn deployment(namespace: &str, replicas: u32, spec: &Value) -> Value {
    let labels = json!({
        "app": "shop-gateway", "istio": "shop-gateway", "sidecar.istio.io/inject": "true",
    });
    let annotations = json!({"inject.istio.io/templates": "gateway"});
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"namespace": namespace, "name": "shop-gateway"},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"istio": "shop-gateway"}},
            "template": {
                "metadata": {"labels": labels, "annotations": annotations}, "spec": spec,
            },
        },
    })
}

/// A Deployment's spec with these requests and limits.
fn asking(requests: Value, limits: Value) -> Value {
    let mut spec = spec();
    spec["containers"][0]["resources"] = json!({"requests": requests, "limits": limits});
    spec
}

#[test]
fn quotas_leave_room_or_not_as_predicted() {
    let stack = own(&[]);
    let small = || asking(json!({"cpu": "100m", "memory": "128Mi"}), json!({"cpu": "2000m"}));
    let cases = [
        // Room for one of two; for none; for both; and one that does not count these.
        ("one", json!({"hard": {"pods": "1"}}), small(), Some(false), 1),
        ("cpu", json!({"hard": {"requests.cpu": "0.05"}}), small(), Some(true), 0),
        ("limits", json!({"hard": {"limits.cpu": "3"}}), small(), Some(false), 1),
        ("memory", json!({"hard": {"memory": "256Mi", "pods": "2"}}), small(), None, 2),
        ("unsaid", json!({"hard": {"limits.memory": "1Gi"}}), small(), Some(false), 0),
        ("scoped", json!({"hard": {"pods": "0"}, "scopes": ["BestEffort"]}), small(), None, 2),
        ("effort", json!({"hard": {"pods": "0"}, "scopes": ["BestEffort"]}), spec(), Some(true), 0),
    ];
    let mut objects = Vec::new();
    for (name, quota, _, _, _) in &cases {
        objects.push(namespace(name, &json!({})));
        objects.push(json!({
            "apiVersion": "v1", "kind": "ResourceQuota",
            "metadata": {"namespace": name, "name": "room"}, "spec": quota,
        }));
    }
    stack.add(&objects);
    for (name, _, spec, expected, made) in &cases {
        let wanted = deployment(name, 2, spec);
        let used = ["get", "resourcequota", "room", "-n", name, "-o", "jsonpath={.status.hard}"];
        while stack.kubectl(&used).is_empty() {}
        let forecast = ask(&stack, &Before(wanted.clone(), 2, None));
        let expected: Vec<(About, bool)> =
            expected.iter().map(|is_fatal| (About::Quota, *is_fatal)).collect();
        assert_eq!(about(&forecast), expected, "{name}: {forecast:#?}");
        let (_, complaint) = create(&stack, &[wanted], &[]);
        assert_eq!(complaint, "");
        let standing = stands(&stack, name, |it| {
            let is_refused = it.hindrances.iter().any(|it| it.cause == Cause::Quota);
            it.pods == *made && it.ready == *made && is_refused == (*made < 2)
        });
        if *made < 2 {
            let refused = &standing.hindrances[0];
            assert!(refused.is_stuck && refused.message.contains("quota: room"), "{refused:#?}");
        }
        if expected.is_empty() {
            continue;
        }
        let message = &forecast.concerns[0].message;
        let words = match *name {
            "one" => "pods: 2 wanted, 0 of 1 used",
            "cpu" => "requests.cpu: 200m wanted, 0 of 50m used",
            "limits" => "limits.cpu: 4 wanted, 0 of 3 used",
            "unsaid" => "limits.memory: it counts this",
            _ => "pods: 2 wanted, 0 of 0 used",
        };
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn services_are_counted_too_and_old_nodes_and_namespaces_that_are_not_there_are_told() {
    let stack = own(&[]);
    let hard = json!({"services.loadbalancers": "0", "services.nodeports": "2"});
    stack.add(&[
        namespace("counted", &json!({})),
        json!({
            "apiVersion": "v1", "kind": "ResourceQuota",
            "metadata": {"namespace": "counted", "name": "room"}, "spec": {"hard": hard},
        }),
        node("young", json!([])),
    ]);
    let get = ["get", "resourcequota", "room", "-n", "counted", "-o", "jsonpath={.status.hard}"];
    while stack.kubectl(&get).is_empty() {}
    let before = |namespace: &str, type_: &str| {
        let service = ServiceToBe { type_: type_.to_owned(), ports: 3 };
        ask(&stack, &Before(deployment(namespace, 1, &spec()), 1, Some(service)))
    };
    for (type_, is_refused) in [("LoadBalancer", true), ("NodePort", true), ("ClusterIP", false)] {
        let forecast = before("counted", type_);
        assert_eq!(!about(&forecast).is_empty(), is_refused, "{type_}: {forecast:#?}");
        let of = json!({"istio": "shop-gateway"});
        let service = service("counted", "shop-gateway", &of, json!({"type": type_}));
        let (_, complaint) = create(&stack, &[service], &["--dry-run=server"]);
        assert_eq!(complaint.contains("exceeded quota: room"), is_refused, "{complaint}");
    }
    let absent = before("absent", "ClusterIP");
    assert_eq!(about(&absent), [(About::Namespace, true)]);
    assert_eq!(absent.concerns[0].hints, ["kubectl create namespace absent"]);

    let mut old = node("old", json!([]));
    old["status"]["nodeInfo"] = json!({"kubeletVersion": "v1.21.14-gke.100"});
    stack.add(&[old]);
    let forecast = before("counted", "ClusterIP");
    assert_eq!(about(&forecast), [(About::Nodes, false)], "{forecast:#?}");
    let message = &forecast.concerns[0].message;
    assert!(message.contains("node old has a kubelet older than 1.22"), "{message}");
    let mut high = spec();
    high["securityContext"]["sysctls"] = json!([]);
    let forecast = ask(&stack, &Before(deployment("counted", 1, &high), 1, None));
    assert_eq!(about(&forecast), [], "{forecast:#?}");
}

#[test]
fn why_a_gateway_is_not_ready_is_told_by_what_its_pods_and_their_makers_say() {
    let stack = own(&[]);
    let enforce = json!({"pod-security.kubernetes.io/enforce": "restricted"});
    let auto = || {
        let mut spec = spec();
        spec["containers"][0]["image"] = json!("auto");
        spec["nodeName"] = json!("edge-1");
        spec
    };
    let mut bare = spec();
    bare["securityContext"] = json!({});
    let mut nowhere = spec();
    nowhere["nodeSelector"] = json!({"disk": "fast"});
    stack.add(&[
        node("edge-1", json!([])),
        namespace("secured", &enforce),
        namespace("lonely", &json!({})),
        namespace("picky", &json!({})),
        namespace("ready", &json!({})),
    ]);
    let all = [
        deployment("secured", 1, &bare),
        deployment("lonely", 1, &auto()),
        deployment("picky", 1, &nowhere),
        deployment("ready", 1, &spec()),
    ];
    let before = ask(&stack, &Before(all[0].clone(), 1, None));
    assert_eq!(about(&before), [(About::PodSecurity, true)]);
    let before = ask(&stack, &Before(all[1].clone(), 1, None));
    assert_eq!(about(&before), [(About::Injection, true)]);
    let (_, complaint) = create(&stack, &all, &[]);
    assert!(!complaint.contains("rror"), "{complaint}");

    let first = |standing: &Standing| standing.hindrances.first().map(|it| it.cause);
    let secured = stands(&stack, "secured", |it| first(it) == Some(Cause::PodSecurity));
    let refused = &secured.hindrances[0];
    assert!(refused.is_stuck && refused.message.contains("runAsNonRoot != true"), "{refused:#?}");

    // No kubelet pulls here: its word is put in.
    stands(&stack, "lonely", |it| it.pods == 1);
    let name = "-o=jsonpath={.items[0].metadata.name}";
    let pod = stack.kubectl(&["get", "pods", "-n", "lonely", name]);
    let waiting = json!({"reason": "ErrImagePull", "message": "pull access denied for auto"});
    let status = json!({"phase": "Pending", "containerStatuses": [{
        "name": "istio-proxy", "image": "auto", "imageID": "", "ready": false, "restartCount": 0,
        "state": {"waiting": waiting},
    }]});
    stack.set_status("pod", ("lonely", &pod), &status);
    let lonely = stands(&stack, "lonely", |it| first(it) == Some(Cause::NotInjected));
    let hindrance = &lonely.hindrances[0];
    for words in ["image auto is none (ErrImagePull)", "no MutatingWebhookConfiguration"] {
        assert!(hindrance.is_stuck && hindrance.message.contains(words), "{hindrance:#?}");
    }

    let picky = stands(&stack, "picky", |it| first(it) == Some(Cause::Unscheduled));
    let hindrance = &picky.hindrances[0];
    assert!(hindrance.message.contains("node(s) didn't match"), "{hindrance:#?}");

    let ready = stands(&stack, "ready", |it| it.ready == 1);
    // It has no Service yet.
    assert_eq!(first(&ready), Some(Cause::NoAddress), "{ready:#?}");
    let gone = ask(&stack, &After(Key::new("ready", "another")));
    assert_eq!(gone.ready, 1, "{gone:#?}");
    let nothing = ask(&stack, &After(Key::new("hipstershopv1v2", "shop-gateway")));
    assert_eq!(first(&nothing), Some(Cause::NotMade), "{nothing:#?}");
}
