//! Where nothing outside reaches a gateway, the reason is told, never an empty string.

use serde_json::{Value, json};

use super::mesh::{Mesh, pod, service};

fn event(type_: &str, reason: &str, message: &str, time: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Event", "type": type_,
        "metadata": {"namespace": "istio-system", "name": format!("ingress.{reason}")},
        "involvedObject": {"kind": "Service", "namespace": "istio-system", "name": "ingress"},
        "reason": reason, "message": message, "lastTimestamp": time,
    })
}

fn pending(mesh: &Mesh) -> (String, String) {
    let gateway = mesh.only();
    let pending = &gateway["pending"];
    let message = pending["message"].as_str().unwrap();
    // Each way of asking tells the same, and none prints an empty line.
    for asked in [&["--ip"][..], &["--url"], &["--for", "shop"]] {
        let ran = mesh.run(asked).exits(4);
        assert!(ran.stdout.is_empty(), "{}", ran.text());
        assert!(ran.errors().contains(message), "{}", ran.errors());
    }
    let env = mesh.run(&["-o", "env"]).exits(4);
    assert!(env.text().ends_with("unset INGRESSHOST\nfalse\n"), "{}", env.text());
    assert!(env.errors().contains(message), "{}", env.errors());
    (pending["reason"].as_str().unwrap().to_owned(), message.to_owned())
}

fn waiting() -> Mesh {
    Mesh::new().gateway("istio-system", "ingress", json!({}), json!({}))
}

#[test]
fn the_controllers_last_word_is_the_reason() {
    let mesh = waiting()
        .and(event(
            "Normal",
            "EnsuringLoadBalancer",
            "Ensuring load balancer",
            "2026-11-24T02:59:00Z",
        ))
        .and(event(
            "Warning",
            "SyncLoadBalancerFailed",
            "Error syncing load balancer: no free subnet",
            "2026-11-24T02:58:00Z",
        ));
    let (reason, message) = pending(&mesh);
    assert_eq!(reason, "loadBalancerFailed");
    assert!(message.contains("SyncLoadBalancerFailed"), "{message}");
    assert!(message.contains("no free subnet"), "{message}");
    let events = mesh.only()["pending"]["events"].as_array().unwrap().len();
    assert_eq!(events, 2);
}

#[test]
fn a_controller_at_work_is_told_from_one_that_is_not_there() {
    let event = event("Normal", "EnsuringLoadBalancer", "Ensuring", "2026-11-24T02:59:00Z");
    assert_eq!(pending(&waiting().and(event)).0, "loadBalancerInProgress");
    let mut taken_up = service("istio-system", "ingress", json!({"a": "b"}), json!({}), json!({}));
    taken_up["metadata"]["finalizers"] = json!(["service.kubernetes.io/load-balancer-cleanup"]);
    let mesh = Mesh::new().and(pod("istio-system", "ingress-0", json!({"a": "b"}))).and(taken_up);
    assert_eq!(pending(&mesh).0, "loadBalancerInProgress");
    let (reason, message) = pending(&waiting());
    assert_eq!(reason, "noController");
    assert!(message.contains("no Event tells of one"), "{message}");
    assert!(message.contains("http 30080"), "the nodes' ports are told: {message}");
}

#[test]
fn the_class_that_is_asked_for_is_named() {
    let spec = json!({"loadBalancerClass": "example.com/internal"});
    let mesh = Mesh::new().gateway("istio-system", "ingress", spec, json!({}));
    assert!(pending(&mesh).1.contains("example.com/internal"));
}

#[test]
fn events_that_are_not_shown_are_not_said_to_be_missing() {
    let mesh = Mesh::showing(&["services", "pods"]).gateway(
        "istio-system",
        "ingress",
        json!({}),
        json!({}),
    );
    let (reason, message) = pending(&mesh);
    assert_eq!(reason, "noController");
    assert!(message.contains("its Events are not known"), "{message}");
    assert!(!message.contains("no Event"), "{message}");
}

#[test]
fn an_empty_status_and_one_with_empty_entries_are_none() {
    for status in [json!({}), json!({"ingress": []}), json!({"ingress": [{}]}), json!(null)] {
        let mesh = Mesh::new().gateway("istio-system", "ingress", json!({}), status);
        assert_eq!(pending(&mesh).0, "noController");
    }
}

#[test]
fn pods_that_nothing_leads_to_are_told() {
    let mesh = Mesh::new().and(pod("edge", "gateway-0", json!({"app": "gateway"})));
    let (reason, message) = pending(&mesh);
    assert_eq!(reason, "noService");
    assert!(message.contains("no Service leads to its pods"), "{message}");
    let pod = pod("edge", "gateway-0", json!({"app": "gateway"}));
    let message = pending(&Mesh::showing(&["pods"]).and(pod)).1;
    assert!(message.contains("no Service is known"), "what is not shown is not missing: {message}");
}

#[test]
fn a_gateway_that_is_not_programmed_says_why() {
    let labels = json!({"gateway.networking.k8s.io/gateway-name": "web"});
    let gateway = json!({
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
        "metadata": {"namespace": "shop", "name": "web"},
        "spec": {"gatewayClassName": "istio", "listeners": []},
        "status": {"conditions": [{
            "type": "Programmed", "status": "False", "reason": "AddressNotAssigned",
            "message": "address pending for hostname web-istio",
        }]},
    });
    let mesh = Mesh::new()
        .and(pod("shop", "web-istio-0", labels.clone()))
        .and(service("shop", "web-istio", labels, json!({}), json!({})))
        .and(gateway);
    assert!(pending(&mesh).1.contains("address pending for hostname web-istio"));
}
