//! Each kind of address comes out as what it is, and the right one is used.

use serde_json::{Value, json};

use super::mesh::{Mesh, addresses, node, pod, service, strings};

/// A gateway with that load balancer status.
fn balanced(status: Value) -> Mesh {
    Mesh::new().gateway("istio-system", "ingress", json!({}), status)
}

/// A gateway whose Service is as given.
fn with(spec: Value) -> Mesh {
    Mesh::new().gateway("istio-system", "ingress", spec, json!({}))
}

#[test]
fn a_load_balancers_addresses_are_all_told_and_ipv4_comes_first() {
    let mesh = balanced(json!({"ingress": [
        {"ip": "2001:db8::10"}, {"ip": "203.0.113.11"}, {"ip": "203.0.113.10"},
    ]}));
    let gateway = mesh.only();
    let expected = [
        "loadBalancerIp 203.0.113.11",
        "loadBalancerIp 203.0.113.10",
        "loadBalancerIp 2001:db8::10",
        "clusterIp 10.0.0.10",
    ];
    assert_eq!(addresses(&gateway), expected);
    assert_eq!(gateway["endpoint"]["host"], "203.0.113.11");
    assert_eq!(gateway["endpoint"]["url"], "http://203.0.113.11");
    assert_eq!(gateway["pending"], Value::Null);
    assert_eq!(gateway["addresses"][0]["reach"], "public");
    assert_eq!(gateway["addresses"][3]["reach"], "cluster");
}

#[test]
fn ipv6_alone_is_used_and_stands_in_brackets_before_a_port() {
    let mesh = balanced(json!({"ingress": [{"ip": "2001:db8::10"}]}));
    assert_eq!(mesh.only()["endpoint"]["url"], "http://[2001:db8::10]");
    assert_eq!(mesh.run(&["--ip"]).exits(0).text(), "2001:db8::10\n");
    let env = mesh.run(&["-o", "env"]).exits(0).text();
    assert!(env.contains("GATEWAY_URL='[2001:db8::10]:80'"), "{env}");
    assert!(env.contains("INGRESS_HOST='2001:db8::10'"), "{env}");
    assert_eq!(mesh.run(&["--for", "shop"]).exits(0).text(), "shop.2001-db8--10.sslip.io\n");
}

#[test]
fn a_load_balancers_host_name_is_an_address_and_what_it_resolves_to_is_said_to_be_unknown() {
    let mesh = balanced(json!({"ingress": [{"hostname": "lb-1.example.com"}]}));
    let gateway = mesh.only();
    assert_eq!(addresses(&gateway)[0], "loadBalancerHostname lb-1.example.com");
    assert_eq!(gateway["endpoint"]["hostname"], "lb-1.example.com");
    assert_eq!(gateway["endpoint"]["ip"], Value::Null);
    let unknown = strings(&gateway["unknown"]).join("\n");
    assert!(unknown.contains("lb-1.example.com") && unknown.contains("--resolver"), "{unknown}");
    // The host name serves; an IP address is more than files can tell.
    let env = mesh.run(&["-o", "env"]).exits(0).text();
    assert!(env.contains("INGRESSHOST='lb-1.example.com'"), "{env}");
    assert!(env.contains("INGRESS_HOST='lb-1.example.com'"), "{env}");
    assert!(env.contains("unset INGRESSIP\n"), "{env}");
    for asked in [&["--ip"][..], &["--for", "shop"]] {
        let ran = mesh.run(asked).exits(4);
        assert!(ran.stdout.is_empty() && ran.errors().contains("--resolver"), "{}", ran.errors());
    }
}

#[test]
fn external_ips_are_used_where_no_load_balancer_is() {
    let mesh = with(json!({"type": "ClusterIP", "externalIPs": ["198.51.100.7", "2001:db8::7"]}));
    let gateway = mesh.only();
    let expected = ["externalIp 198.51.100.7", "externalIp 2001:db8::7", "clusterIp 10.0.0.10"];
    assert_eq!(addresses(&gateway), expected);
    assert_eq!(mesh.run(&["--ip"]).exits(0).text(), "198.51.100.7\n");
    // Beside a load balancer they come after it.
    let both = Mesh::new().gateway(
        "istio-system",
        "ingress",
        json!({"externalIPs": ["198.51.100.7"]}),
        json!({"ingress": [{"ip": "203.0.113.10"}]}),
    );
    assert_eq!(both.run(&["--ip"]).exits(0).text(), "203.0.113.10\n");
    assert!(addresses(&both.only()).contains(&"externalIp 198.51.100.7".to_owned()));
}

#[test]
fn node_ports_are_reached_at_external_addresses_before_internal_ones() {
    let mesh = with(json!({"type": "NodePort"}))
        .and(node("node-b", &[("InternalIP", "172.18.0.3"), ("Hostname", "node-b")]))
        .and(node("node-a", &[("InternalIP", "172.18.0.2"), ("ExternalIP", "198.51.100.2")]));
    let gateway = mesh.only();
    let expected = [
        "nodePort 198.51.100.2",
        "nodePort 172.18.0.2",
        "nodePort 172.18.0.3",
        "clusterIp 10.0.0.10",
    ];
    assert_eq!(addresses(&gateway), expected);
    assert_eq!(gateway["addresses"][0]["node"], "node-a");
    assert_eq!(gateway["endpoint"]["url"], "http://198.51.100.2:30080");
    let env = mesh.run(&["-o", "env"]).exits(0).text();
    for line in ["INGRESS_PORT='30080'", "SECURE_INGRESS_PORT='30443'"] {
        assert!(env.contains(line), "{env}");
    }
    assert!(env.contains("GATEWAY_URL='198.51.100.2:30080'"), "{env}");
}

#[test]
fn nodes_that_lead_nowhere_are_left_out() {
    let mut broken = node("node-c", &[("ExternalIP", "198.51.100.4")]);
    broken["status"]["conditions"][0]["status"] = json!("Unknown");
    let nodes = |mesh: Mesh| {
        mesh.and(node("node-a", &[("InternalIP", "172.18.0.2")]))
            .and(node("node-b", &[("InternalIP", "172.18.0.3")]))
            .and(broken.clone())
    };
    let mesh = nodes(with(json!({"type": "NodePort"})));
    let all = ["nodePort 172.18.0.2", "nodePort 172.18.0.3", "clusterIp 10.0.0.10"];
    assert_eq!(addresses(&mesh.only()), all);
    // With Local a node leads to its own pods only; the pod is on node-a.
    let local = json!({"type": "NodePort", "externalTrafficPolicy": "Local"});
    let mesh = nodes(with(local.clone()));
    assert_eq!(addresses(&mesh.only()), ["nodePort 172.18.0.2", "clusterIp 10.0.0.10"]);
    let mesh = with(local).and(node("node-b", &[("InternalIP", "172.18.0.3")]));
    let ran = mesh.run(&["--ip"]).exits(4);
    assert!(ran.errors().contains("externalTrafficPolicy: Local"), "{}", ran.errors());
}

#[test]
fn nodes_that_are_not_shown_are_known_by_their_pods() {
    let mesh = Mesh::showing(&["services", "pods"]).gateway(
        "istio-system",
        "ingress",
        json!({"type": "NodePort"}),
        json!({}),
    );
    let gateway = mesh.only();
    assert_eq!(addresses(&gateway)[0], "nodePort 172.18.0.2");
    let unknown = strings(&gateway["unknown"]).join("\n");
    assert!(unknown.contains("addresses of the nodes"), "{unknown}");
}

#[test]
fn a_cluster_ip_is_told_and_not_used() {
    let mesh = with(json!({
        "type": "ClusterIP", "clusterIPs": ["10.0.0.10", "fd00::10"],
    }));
    let gateway = mesh.only();
    assert_eq!(addresses(&gateway), ["clusterIp 10.0.0.10", "clusterIp fd00::10"]);
    assert_eq!(gateway["pending"]["reason"], "serviceType");
    for asked in [&["--ip"][..], &["--url"], &["--for", "shop"]] {
        let ran = mesh.run(asked).exits(4);
        let errors = ran.errors();
        assert!(ran.stdout.is_empty(), "{}", ran.text());
        assert!(errors.contains("of type ClusterIP") && errors.contains("10.0.0.10"), "{errors}");
    }
}

#[test]
fn pods_with_host_ports_are_reached_at_their_nodes_with_a_service_and_without() {
    let mut pod = pod("edge", "gateway-x2k4j", json!({"app": "gateway"}));
    pod["metadata"]["ownerReferences"] = json!([{"kind": "DaemonSet", "name": "gateway"}]);
    pod["spec"]["containers"][0]["ports"] = json!([
        {"name": "http2", "containerPort": 8080, "hostPort": 80},
        {"name": "https", "containerPort": 8443, "hostPort": 9443},
        {"containerPort": 15090},
    ]);
    let node = node("node-a", &[("InternalIP", "172.18.0.2"), ("ExternalIP", "198.51.100.2")]);
    let alone = Mesh::new().and(pod.clone()).and(node.clone());
    let gateway = alone.only();
    assert_eq!(gateway["object"]["kind"], "DaemonSet");
    assert_eq!(gateway["object"]["name"], "gateway");
    assert_eq!(addresses(&gateway), ["hostPort 198.51.100.2", "hostPort 172.18.0.2"]);
    assert_eq!(gateway["endpoint"]["httpPort"], 80);
    assert_eq!(gateway["endpoint"]["httpsPort"], 9443);
    let spec = json!({"type": "ClusterIP"});
    let led = alone.and(service("edge", "gateway", json!({"app": "gateway"}), spec, json!({})));
    let gateway = led.only();
    assert_eq!(gateway["object"]["kind"], "Service");
    assert_eq!(addresses(&gateway)[0], "hostPort 198.51.100.2");
    assert_eq!(gateway["endpoint"]["httpsPort"], 9443);
    assert_eq!(led.run(&["--url"]).exits(0).text(), "http://198.51.100.2\n");
}

#[test]
fn pods_on_their_nodes_network_listen_where_gateways_say() {
    let mut pod = pod("edge", "gateway-0", json!({"app": "gateway"}));
    pod["spec"]["hostNetwork"] = json!(true);
    let gateway = super::mesh::gateway("edge", "web", json!({"app": "gateway"}), &["*"]);
    let mesh = Mesh::new().and(pod).and(gateway);
    let found = mesh.only();
    assert_eq!(addresses(&found), ["hostNetwork 172.18.0.2"]);
    assert_eq!(found["endpoint"]["httpPort"], 80);
    assert_eq!(found["endpoint"]["url"], "http://172.18.0.2");
}

#[test]
fn a_gateway_of_the_gateway_api_says_its_address_itself() {
    let labels = json!({"gateway.networking.k8s.io/gateway-name": "web"});
    let own = |addresses: Value| {
        let gateway = json!({
            "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
            "metadata": {"namespace": "shop", "name": "web"},
            "spec": {
                "gatewayClassName": "istio",
                "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}],
            },
            "status": {"addresses": addresses},
        });
        let spec = json!({"ports": [{"name": "http", "port": 80, "targetPort": 80}]});
        Mesh::new()
            .and(pod("shop", "web-istio-0", labels.clone()))
            .and(service("shop", "web-istio", labels.clone(), spec, json!({})))
            .and(gateway)
    };
    let mesh = own(json!([{"type": "IPAddress", "value": "203.0.113.20"}]));
    let gateway = mesh.only();
    assert_eq!(addresses(&gateway)[0], "gatewayStatus 203.0.113.20");
    assert_eq!(mesh.run(&["web", "--ip"]).exits(0).text(), "203.0.113.20\n");
    assert_eq!(gateway["gateways"][0]["object"]["name"], "web");
    // What istiod writes where there is none outside is the Service's name, which is no address.
    let mesh = own(json!([{"type": "Hostname", "value": "web-istio.shop.svc.cluster.local:80"}]));
    assert_eq!(addresses(&mesh.only()), ["clusterIp 10.0.0.10"]);
}

#[test]
fn what_the_balancer_says_of_a_port_is_passed_on() {
    let mesh = balanced(json!({"ingress": [{
        "ip": "203.0.113.10",
        "ports": [
            {"port": 80, "protocol": "TCP"},
            {"port": 443, "protocol": "TCP", "error": "QuotaExceeded"},
        ],
    }]}));
    let gateway = mesh.only();
    let error = json!([{"port": 443, "protocol": "TCP", "error": "QuotaExceeded"}]);
    assert_eq!(gateway["addresses"][0]["portErrors"], error);
    let ran = mesh.run(&["--ip"]).exits(0);
    assert_eq!(ran.text(), "203.0.113.10\n");
    let errors = ran.errors();
    assert!(errors.contains("443/TCP") && errors.contains("QuotaExceeded"), "{errors}");
}

#[test]
fn what_is_no_address_is_shown_and_not_used() {
    for odd in ["", " ", "$(reboot)", "a b", "-x.example.com", "a..b", "203.0.113.10'\n;false"] {
        let mesh = balanced(json!({"ingress": [{"ip": "", "hostname": odd}]}));
        let ran = mesh.run(&["--url"]).exits(4);
        assert!(ran.stdout.is_empty(), "{odd:?}: {}", ran.text());
        let gateway = mesh.only();
        assert_eq!(gateway["endpoint"], Value::Null, "{odd:?}");
        if !odd.is_empty() {
            let warnings = strings(&gateway["warnings"]).join("\n");
            assert!(warnings.contains("it is not used"), "{odd:?}: {warnings}");
        }
    }
}
