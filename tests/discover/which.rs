//! Which gateways are found, and which of them is meant.

use serde_json::{Value, json};

use super::mesh::{Mesh, gateway, names, pod, service, sidecar, strings};

fn ip(ip: &str) -> Value {
    json!({"ingress": [{"ip": ip}]})
}

/// The ports of an application that is reached from outside.
fn web() -> Value {
    json!({"ports": [{"port": 80}, {"port": 443}]})
}

/// Ten gateways in five namespaces, two of them with one name, each with a Gateway of its own; and
/// what is none.
fn ten() -> Mesh {
    let mut mesh = Mesh::new();
    for number in 0..10 {
        let namespace = format!("team-{}", number % 5);
        // team-0 and team-3 both have an `ingress`.
        let name =
            if matches!(number, 0 | 3) { "ingress".to_owned() } else { format!("edge-{number}") };
        let labels = json!({"gateway": format!("{namespace}-{name}")});
        let host = format!("{name}.{namespace}.example.com");
        mesh = mesh
            .and(pod(&namespace, &format!("{name}-0"), labels.clone()))
            .and(service(
                &namespace,
                &name,
                labels.clone(),
                json!({}),
                ip(&format!("203.0.113.{number}")),
            ))
            .and(gateway(&format!("app-{number}"), "web", labels, &[&host]));
    }
    // Egress in the mesh's own namespace, an application with a sidecar, and one without.
    mesh.and(sidecar("team-0", "shop-0", json!({"app": "shop"})))
        .and(service("team-0", "shop", json!({"app": "shop"}), web(), ip("203.0.113.99")))
        .and(service("team-1", "nginx", json!({"app": "nginx"}), web(), ip("203.0.113.98")))
}

#[test]
fn ten_gateways_are_found_and_none_is_confused() {
    let found = ten().found(&[]);
    let expected = [
        "team-0/edge-5",
        "team-0/ingress",
        "team-1/edge-1",
        "team-1/edge-6",
        "team-2/edge-2",
        "team-2/edge-7",
        "team-3/edge-8",
        "team-3/ingress",
        "team-4/edge-4",
        "team-4/edge-9",
    ];
    assert_eq!(names(&found), expected);
    for gateway in found["gateways"].as_array().unwrap() {
        let name = gateway["object"]["name"].as_str().unwrap();
        let namespace = gateway["object"]["namespace"].as_str().unwrap();
        let number = match (namespace, name) {
            ("team-0", "ingress") => "0",
            ("team-3", "ingress") => "3",
            (_, name) => name.strip_prefix("edge-").unwrap(),
        };
        assert_eq!(gateway["endpoint"]["host"], format!("203.0.113.{number}"), "{gateway:#}");
        assert_eq!(gateway["pods"]["total"], 1, "{gateway:#}");
        let bound = gateway["gateways"].as_array().unwrap();
        assert_eq!(bound.len(), 1, "{gateway:#}");
        assert_eq!(bound[0]["object"]["namespace"], format!("app-{number}"), "{gateway:#}");
        let selector = json!({"gateway": format!("{namespace}-{name}")});
        assert_eq!(gateway["selector"], selector, "{gateway:#}");
    }
    assert!(found.get("lookalikes").is_none(), "{found:#}");
}

#[test]
fn one_is_asked_for_by_service_by_gateway_by_host_and_by_namespace() {
    let mesh = ten();
    let ip = |arguments: &[&str]| {
        let ran = mesh.run(&[arguments, &["--ip"]].concat()).exits(0);
        ran.text().trim().to_owned()
    };
    assert_eq!(ip(&["edge-7"]), "203.0.113.7");
    assert_eq!(ip(&["team-3/ingress"]), "203.0.113.3");
    assert_eq!(ip(&["ingress", "-n", "team-0"]), "203.0.113.0");
    assert_eq!(ip(&["app-4/web"]), "203.0.113.4");
    assert_eq!(ip(&["web", "-n", "app-8"]), "203.0.113.8");
    assert_eq!(ip(&["ingress.team-3.example.com"]), "203.0.113.3");
    assert_eq!(ip(&["Edge-9.Team-4.Example.com"]), "203.0.113.9");
    // An application's namespace has no gateway: those that serve its Gateways are meant.
    assert_eq!(ip(&["-n", "app-2"]), "203.0.113.2");
    let found = mesh.found(&["-n", "team-1"]);
    assert_eq!(names(&found), ["team-1/edge-1", "team-1/edge-6"]);
    assert_eq!(names(&mesh.found(&["-n", "team-1", "-A"])).len(), 10);
}

#[test]
fn several_that_are_left_are_2_with_the_list_and_a_list_is_a_list() {
    let mesh = ten();
    for asked in [&["--ip"][..], &["--url"], &["--for", "shop"], &["-o", "env"]] {
        let ran = mesh.run(&[&["ingress"], asked].concat()).exits(2);
        let errors = ran.errors();
        for word in ["2 gateways", "team-0/ingress", "team-3/ingress", "203.0.113.3"] {
            assert!(errors.contains(word), "{word}? {errors}");
        }
        assert!(!errors.contains("edge"), "{errors}");
    }
    let found = mesh.found(&["ingress"]);
    assert_eq!(names(&found), ["team-0/ingress", "team-3/ingress"]);
    assert_eq!(mesh.run(&[]).exits(0).text().lines().count(), 11);
}

#[test]
fn what_is_not_there_is_4_and_the_others_are_named() {
    let mesh = ten();
    for name in ["nothing", "team-9/ingress", "shop", "nginx", "shop.example.org"] {
        let ran = mesh.run(&[name]).exits(4);
        assert!(ran.stdout.is_empty(), "{}", ran.text());
        let errors = ran.errors();
        assert!(errors.contains(name) && errors.contains("team-0/ingress"), "{errors}");
        // A script gets its Discovery all the same.
        let ran = mesh.run(&[name, "-o", "json"]).exits(4);
        let found: Value = serde_json::from_slice(&ran.stdout).unwrap();
        assert_eq!(found["gateways"], json!([]), "{found:#}");
    }
    let ran = Mesh::new().run(&[]).exits(4);
    assert!(ran.errors().contains("no gateway was found"), "{}", ran.errors());
}

#[test]
fn of_a_host_that_several_serve_the_closest_counts() {
    let mesh = Mesh::new()
        .gateway("a", "exact", json!({}), ip("203.0.113.1"))
        .gateway("a", "wide", json!({}), ip("203.0.113.2"))
        .gateway("a", "all", json!({}), ip("203.0.113.3"))
        .and(gateway("a", "one", json!({"istio": "exact"}), &["shop.example.com"]))
        .and(gateway("a", "two", json!({"istio": "wide"}), &["./*.example.com"]))
        .and(gateway("a", "three", json!({"istio": "all"}), &["*"]));
    let ip = |host| mesh.run(&[host, "--ip"]).exits(0).text();
    assert_eq!(ip("shop.example.com"), "203.0.113.1\n");
    assert_eq!(ip("other.example.com"), "203.0.113.2\n");
    assert_eq!(ip("example.org"), "203.0.113.3\n");
    let found = mesh.found(&["other.example.com"]);
    let bound = &found["gateways"][0]["gateways"];
    assert_eq!(bound[0]["object"]["name"], "two");
    assert_eq!(bound[0]["servesHost"], true, "{found:#}");
    // A word without a dot is a name, and not one of all hosts.
    mesh.run(&["al", "--ip"]).exits(4);
}

#[test]
fn of_several_those_that_are_reached_from_outside_count() {
    // Istio's demo profile: ingress and egress.
    let mesh = Mesh::new()
        .gateway("istio-system", "ingressgateway", json!({}), ip("203.0.113.1"))
        .gateway("istio-system", "egressgateway", json!({"type": "ClusterIP"}), json!({}));
    assert_eq!(names(&mesh.found(&[])).len(), 2);
    assert_eq!(mesh.run(&["--ip"]).exits(0).text(), "203.0.113.1\n");
    // One whose load balancer has no address yet is meant all the same.
    let mesh = Mesh::new().gateway("istio-system", "ingressgateway", json!({}), json!({})).gateway(
        "istio-system",
        "egressgateway",
        json!({"type": "ClusterIP"}),
        json!({}),
    );
    let ran = mesh.run(&["--ip"]).exits(4);
    assert!(ran.errors().contains("istio-system/ingressgateway"), "{}", ran.errors());
}

#[test]
fn a_gateway_is_told_by_what_its_pods_are() {
    // The template's annotation beside another container; a proxy alone; `proxy router`.
    let mut annotated = sidecar("a", "one-0", json!({"app": "one"}));
    annotated["metadata"]["annotations"] = json!({"inject.istio.io/templates": "gateway"});
    let mut alone = pod("b", "two-0", json!({"app": "two"}));
    alone["spec"]["containers"][0]["args"] = json!([]);
    let mut old = sidecar("c", "three-0", json!({"app": "three"}));
    old["spec"]["containers"][1]["args"] = json!(["proxy", "router"]);
    let mut waypoint = pod(
        "d",
        "waypoint-0",
        json!({
            "gateway.networking.k8s.io/gateway-name": "waypoint",
            "gateway.istio.io/managed": "istio.io-mesh-controller",
        }),
    );
    waypoint["spec"]["containers"][0]["args"] = json!(["proxy", "waypoint"]);
    let none = json!({});
    let mesh = Mesh::new()
        .and(annotated)
        .and(alone)
        .and(old)
        .and(waypoint)
        .and(sidecar("e", "app-0", json!({"app": "four", "istio": "ingressgateway"})))
        .and(service("a", "one", json!({"app": "one"}), none.clone(), ip("203.0.113.1")))
        .and(service("b", "two", json!({"app": "two"}), none.clone(), ip("203.0.113.2")))
        .and(service("c", "three", json!({"app": "three"}), none.clone(), ip("203.0.113.3")))
        .and(service("e", "istio-ingressgateway", json!({"app": "four"}), none, ip("203.0.113.4")));
    let found = mesh.found(&[]);
    assert_eq!(names(&found), ["a/one", "b/two", "c/three"]);
    // The last one has the name and the look of one, and leads to an application.
    let lookalike = &found["lookalikes"][0];
    assert_eq!(lookalike["object"]["name"], "istio-ingressgateway");
    assert!(lookalike["message"].as_str().unwrap().contains("the pods that it leads to are none"));
}

#[test]
fn a_service_that_looks_like_one_and_selects_nothing_is_told() {
    let labels = json!({"istio": "ingressgateway", "version": "old"});
    let mesh = Mesh::new()
        .gateway("istio-system", "ingressgateway", json!({}), ip("203.0.113.1"))
        .and(service("istio-system", "lost", labels, json!({}), ip("203.0.113.2")));
    let found = mesh.found(&[]);
    assert_eq!(names(&found), ["istio-system/ingressgateway"]);
    let lookalike = &found["lookalikes"][0];
    assert_eq!(lookalike["object"]["name"], "lost");
    let message = lookalike["message"].as_str().unwrap();
    assert!(message.contains("leads to no pod"), "{message}");
    assert!(message.contains("istio=ingressgateway,version=old"), "{message}");
    let text = mesh.run(&[]).exits(0).text();
    assert!(text.contains("no gateway: Service istio-system/lost"), "{text}");
    // It alone is no gateway, and is told of even so.
    let ran = mesh.run(&["lost"]).exits(4);
    assert!(ran.text().contains("Service istio-system/lost"), "{}", ran.text());
}

#[test]
fn a_gateway_that_selects_sidecars_meets_no_gateway() {
    let labels = json!({"app": "shop"});
    let mesh = Mesh::new()
        .and(sidecar("shop", "shop-0", labels.clone()))
        .and(service("shop", "shop", labels.clone(), json!({}), ip("203.0.113.1")))
        .and(gateway("shop", "shop", labels, &["*"]));
    let ran = mesh.run(&["-o", "json"]).exits(4);
    let found: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let message = found["lookalikes"][0]["message"].as_str().unwrap();
    assert!(message.contains("Gateway shop/shop selects the pods"), "{message}");
}

#[test]
fn manifests_without_pods_are_told_by_gateways_deployments_and_what_the_user_says() {
    let labels = json!({"istio": "ingressgateway", "app": "istio-ingressgateway"});
    let lone = || {
        Mesh::manifests().and(service(
            "istio-system",
            "front",
            labels.clone(),
            json!({"ports": [{"name": "http2", "port": 80}]}),
            ip("203.0.113.1"),
        ))
    };
    let basis = |mesh: &Mesh, arguments: &[&str]| {
        let found = mesh.found(arguments);
        assert_eq!(names(&found), ["istio-system/front"], "{found:#}");
        let gateway = &found["gateways"][0];
        assert_eq!(gateway["pods"], Value::Null);
        let unknown = strings(&gateway["unknown"]).join("\n");
        assert!(unknown.contains("pods"), "what only a cluster tells is said: {unknown}");
        gateway["basis"].as_str().unwrap().to_owned()
    };
    assert_eq!(basis(&lone(), &[]), "service");
    let claimed = lone().and(gateway("shop", "web", json!({"istio": "ingressgateway"}), &["*"]));
    assert_eq!(basis(&claimed, &[]), "gateway");
    let pod = pod("istio-system", "x", labels.clone());
    let made = lone().and(json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"namespace": "istio-system", "name": "front"},
        "spec": {"template": {"metadata": {"labels": labels}, "spec": pod["spec"]}},
    }));
    assert_eq!(basis(&made, &[]), "deployment");
    let assumed =
        ["--assume-gateway", "istio-system:istio=ingressgateway,app=istio-ingressgateway"];
    assert_eq!(basis(&lone(), &assumed), "assumed");
    // A Service of another sort is nobody's gateway for being in a file.
    let other = Mesh::manifests().and(service(
        "shop",
        "shop",
        json!({"app": "shop"}),
        json!({"ports": [{"port": 80}]}),
        ip("203.0.113.1"),
    ));
    other.run(&[]).exits(4);
}
