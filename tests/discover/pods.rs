//! How the pods fare, which versions run, and the fewest labels that mean one gateway.

use serde_json::{Value, json};

use super::mesh::{Mesh, pod, service, strings};

fn with(pods: Vec<Value>) -> Value {
    let ingress = json!({"ingress": [{"ip": "203.0.113.10"}]});
    let service = service("istio-system", "ingress", json!({"app": "in"}), json!({}), ingress);
    pods.into_iter().fold(Mesh::new().and(service), Mesh::and).only()
}

fn plain(name: &str) -> Value {
    pod("istio-system", name, json!({"app": "in"}))
}

fn unready(name: &str, status: Value) -> Value {
    let mut pod = plain(name);
    pod["status"] = status;
    pod
}

#[test]
fn ready_of_total_restarts_and_age_are_counted() {
    let mut second = plain("b");
    second["metadata"]["creationTimestamp"] = json!("2026-11-24T02:00:00Z");
    second["status"]["containerStatuses"][0]["restartCount"] = json!(3);
    let gateway = with(vec![plain("a"), second]);
    let pods = &gateway["pods"];
    assert_eq!(
        (&pods["total"], &pods["ready"], &pods["restarts"]),
        (&json!(2), &json!(2), &json!(3))
    );
    assert_eq!(pods["since"], "2026-11-23T19:00:00Z");
    assert_eq!(pods["list"][1]["since"], "2026-11-24T02:00:00Z");
}

#[test]
fn each_pod_that_is_not_ready_says_why() {
    let waiting = |reason: &str, message: &str| {
        json!({
            "phase": "Pending",
            "conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady"}],
            "containerStatuses": [{"name": "istio-proxy", "ready": false, "restartCount": 2,
                "state": {"waiting": {"reason": reason, "message": message}}}],
        })
    };
    let mut leaving = plain("f");
    leaving["metadata"]["deletionTimestamp"] = json!("2026-11-24T02:59:00Z");
    let gateway = with(vec![
        unready("a", waiting("ErrImagePull", "image auto cannot be pulled")),
        unready(
            "b",
            json!({"phase": "Pending", "conditions": [{
                "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                "message": "0/3 nodes are available",
            }]}),
        ),
        unready(
            "c",
            json!({"phase": "Running", "containerStatuses": [{
            "name": "istio-proxy", "ready": false, "restartCount": 0,
            "state": {"terminated": {"reason": "OOMKilled"}},
        }], "conditions": [{"type": "Ready", "status": "False"}]}),
        ),
        unready(
            "d",
            json!({"phase": "Running", "conditions": [{
                "type": "Ready", "status": "False", "reason": "ContainersNotReady",
                "message": "containers with unready status: [istio-proxy]",
            }]}),
        ),
        unready(
            "e",
            json!({"phase": "Pending", "initContainerStatuses": [{
                "name": "init", "ready": false, "restartCount": 0,
                "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
            }]}),
        ),
        leaving,
        unready("g", json!({})),
    ]);
    let pods = &gateway["pods"];
    assert_eq!((&pods["total"], &pods["ready"]), (&json!(7), &json!(0)));
    let reasons: Vec<&str> =
        pods["list"].as_array().unwrap().iter().map(|it| it["reason"].as_str().unwrap()).collect();
    let expected = [
        "ErrImagePull",
        "Unschedulable",
        "OOMKilled",
        "ContainersNotReady",
        "CrashLoopBackOff",
        "Terminating",
        "Unknown",
    ];
    assert_eq!(reasons, expected);
    let first = pods["list"][0]["message"].as_str().unwrap();
    assert_eq!(first, "istio-proxy: image auto cannot be pulled");
    let warnings = strings(&gateway["warnings"]).join("\n");
    assert!(warnings.contains("none of its pods is ready"), "{warnings}");
}

#[test]
fn pods_that_have_ended_do_not_count() {
    let gateway = with(vec![plain("a"), unready("b", json!({"phase": "Failed"}))]);
    assert_eq!(gateway["pods"]["total"], 1);
}

#[test]
fn versions_are_those_of_the_images_each_once() {
    let image = |name: &str, image: &str| {
        let mut pod = plain(name);
        pod["spec"]["containers"][0]["image"] = json!(image);
        pod
    };
    let gateway = with(vec![
        image("a", "docker.io/istio/proxyv2:1.30.3-distroless"),
        image("b", "registry.example.com/proxyv2:1.9.2"),
        image("c", "docker.io/istio/proxyv2:1.30.3"),
        image("d", "auto"),
    ]);
    assert_eq!(gateway["versions"], json!(["1.9.2", "1.30.3"]));
}

#[test]
fn the_shortest_selector_means_this_gateway_and_no_other() {
    let labels = |istio: &str, app: &str, rev: &str| json!({"istio": istio, "app": app, "rev": rev, "pod-template-hash": "abc"});
    let ip = json!({"ingress": [{"ip": "203.0.113.10"}]});
    let selector =
        |of: &str, pods: &[(&str, Value)]| {
            let mut mesh = Mesh::new();
            for (position, (namespace, labels)) in pods.iter().enumerate() {
                let own =
                    json!({"istio": labels["istio"], "app": labels["app"], "rev": labels["rev"]});
                mesh = mesh
                    .and(pod(namespace, &format!("p{position}"), labels.clone()))
                    .and(service(namespace, &format!("s{position}"), own, json!({}), ip.clone()));
            }
            let found = mesh.found(&[of]);
            found["gateways"][0]["selector"].clone()
        };
    // Alone, the label of habit is enough.
    let one = ("a", labels("ingress", "gw", "x"));
    assert_eq!(selector("s0", std::slice::from_ref(&one)), json!({"istio": "ingress"}));
    // Where another has it too, another label; where each is shared, two.
    let other_app = ("b", labels("ingress", "other", "x"));
    assert_eq!(selector("s0", &[one.clone(), other_app.clone()]), json!({"app": "gw"}));
    let other = [one.clone(), other_app, ("b", labels("own", "gw", "x"))];
    assert_eq!(selector("s0", &other), json!({"app": "gw", "istio": "ingress"}));
    // Where all are, none does.
    assert_eq!(selector("s0", &[one.clone(), ("b", one.1.clone())]), Value::Null);
    // Neither do labels that only one pod of a StatefulSet has.
    let numbered = |namespace, number: &str| {
        let mut labels = one.1.clone();
        labels["apps.kubernetes.io/pod-index"] = json!(number);
        (namespace, labels)
    };
    assert_eq!(selector("s0", &[numbered("a", "0"), numbered("b", "1")]), Value::Null);
}
