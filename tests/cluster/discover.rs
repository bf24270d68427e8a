//! `discover` on a real API server: every kind of address, set as a controller sets it, comes out
//! right, and nothing is confused.

use serde_json::{Value, json};

use crate::edge::{INGRESS, edge_node, gateway, labels, pod, service, usual};
use crate::igwctl::{Ran, Run};
use crate::name_server::{Answer, NameServer};
use crate::stack::{Stack, shared};

pub(crate) fn found(run: Run) -> Value {
    let ran = run.with(&["-o", "json"]).ran();
    assert_eq!(ran.code, 0, "{ran}");
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"))
}

fn addresses(gateway: &Value) -> Vec<String> {
    let list = gateway["addresses"].as_array().unwrap().iter();
    let outside = list.filter(|it| it["kind"] != "clusterIp");
    outside.map(|it| format!("{} {}", it["kind"], it["address"]).replace('"', "")).collect()
}

fn ran(stack: &Stack, arguments: &[&str]) -> Ran {
    stack.igwctl(&["discover"]).with(arguments).ran()
}

/// What each output says of the usual gateway.
struct Said {
    addresses: &'static [&'static str],
    ip: &'static str,
    url: &'static str,
    host: &'static str,
    port: &'static str,
}

fn check(stack: &Stack, more: &[&str], said: &Said) {
    let gateways = found(stack.igwctl(&["discover"]).with(more));
    assert_eq!(gateways["gateways"].as_array().map(Vec::len), Some(1), "{gateways:#}");
    let gateway = &gateways["gateways"][0];
    assert_eq!(addresses(gateway), said.addresses, "{gateway:#}");
    assert_eq!(gateway["pods"]["ready"], 1, "{gateway:#}");
    assert_eq!(gateway["versions"], json!(["1.30.3"]), "{gateway:#}");
    let line = |asked: &str| {
        let ran = ran(stack, &[&[asked], more].concat());
        assert_eq!(ran.code, 0, "{ran}");
        ran.stdout
    };
    assert_eq!(line("--ip"), format!("{}\n", said.ip));
    assert_eq!(line("--url"), format!("{}\n", said.url));
    for format in ["table", "wide"] {
        let ran = ran(stack, &[&["-o", format], more].concat());
        let first = said.addresses[0].split(' ').nth(1).unwrap();
        assert!(ran.stdout.contains(first) && ran.stdout.contains(said.url), "{ran}");
    }
    let ran = ran(stack, &[&["-o", "yaml"], more].concat());
    assert!(ran.stdout.contains(said.url), "{ran}");
    // As people do it, in sh and in bash.
    for shell in ["sh", "bash"] {
        let script = format!(
            "set -e\n{shell} -ec 'eval \"$({} discover {} -o env)\"\n\
             echo \"$INGRESS_HOST $INGRESS_PORT $INGRESSIP $GATEWAY_URL\"'",
            env!("CARGO_BIN_EXE_igwctl"),
            more.join(" ")
        );
        let folder = tempfile::tempdir().unwrap();
        let printed = stack.shell(&script, folder.path());
        let host =
            if said.host.contains(':') { format!("[{}]", said.host) } else { said.host.to_owned() };
        let expected = format!("{} {} {} {host}:{}\n", said.host, said.port, said.ip, said.port);
        assert_eq!(printed, expected, "{shell}");
    }
}

#[test]
fn each_kind_of_address_comes_out_right_in_each_output() {
    let stack = shared();
    usual(&stack, json!({}));
    let balancer = |ingress: Value| {
        stack.set_status("service", INGRESS, &json!({"loadBalancer": {"ingress": ingress}}));
    };
    balancer(json!([{"ip": "127.0.0.7"}]));
    let v4 = Said {
        addresses: &["loadBalancerIp 127.0.0.7"],
        ip: "127.0.0.7",
        url: "http://127.0.0.7",
        host: "127.0.0.7",
        port: "80",
    };
    check(&stack, &[], &v4);
    balancer(json!([{"ip": "::1"}]));
    let v6 = Said {
        addresses: &["loadBalancerIp ::1"],
        ip: "::1",
        url: "http://[::1]",
        host: "::1",
        port: "80",
    };
    check(&stack, &[], &v6);
    balancer(json!([{"ip": "::1"}, {"ip": "127.0.0.9"}, {"ip": "127.0.0.8"}]));
    let several = Said {
        addresses: &["loadBalancerIp 127.0.0.9", "loadBalancerIp 127.0.0.8", "loadBalancerIp ::1"],
        ip: "127.0.0.9",
        url: "http://127.0.0.9",
        host: "127.0.0.9",
        port: "80",
    };
    check(&stack, &[], &several);
    let server =
        NameServer::answering(|_| Answer::addresses(&["127.0.0.12", "127.0.0.11"], &["::1"]));
    balancer(json!([{"hostname": "lb-1.example.com"}]));
    let named = Said {
        addresses: &["loadBalancerHostname lb-1.example.com"],
        ip: "127.0.0.11",
        url: "http://lb-1.example.com",
        host: "lb-1.example.com",
        port: "80",
    };
    check(&stack, &["--resolver", &server.address()], &named);
}

#[test]
fn addresses_that_no_balancer_gives_come_out_right_too() {
    let stack = shared();
    let ports = json!([
        {"name": "http2", "port": 80, "targetPort": 8080, "nodePort": 30480},
        {"name": "https", "port": 443, "targetPort": 8443, "nodePort": 30443},
    ]);
    usual(&stack, json!({"type": "NodePort", "ports": ports}));
    let nodes = Said {
        addresses: &[
            "nodePort 127.0.0.41",
            "nodePort 127.0.0.31",
            "nodePort 127.0.0.32",
            "nodePort 127.0.0.1",
        ],
        ip: "127.0.0.41",
        url: "http://127.0.0.41:30480",
        host: "127.0.0.41",
        port: "30480",
    };
    check(&stack, &[], &nodes);
    usual(&stack, json!({"type": "ClusterIP", "externalIPs": ["198.51.100.7"]}));
    let external = Said {
        addresses: &["externalIp 198.51.100.7"],
        ip: "198.51.100.7",
        url: "http://198.51.100.7",
        host: "198.51.100.7",
        port: "80",
    };
    check(&stack, &[], &external);
    // Pods with ports of their nodes.
    usual(&stack, json!({"type": "ClusterIP"}));
    stack.kubectl(&["delete", "pod", "gateway-0", "-n", INGRESS.0, "--force", "--grace-period=0"]);
    let mut edge = pod(INGRESS.0, "gateway-0", &labels(), true);
    edge["spec"]["containers"][0]["ports"] = json!([
        {"containerPort": 8080, "hostPort": 8880}, {"containerPort": 8443, "hostPort": 8843},
    ]);
    stack.add(&[edge]);
    let host = Said {
        addresses: &["hostPort 127.0.0.41", "hostPort 127.0.0.31"],
        ip: "127.0.0.41",
        url: "http://127.0.0.41:8880",
        host: "127.0.0.41",
        port: "8880",
    };
    check(&stack, &[], &host);
}

#[test]
fn a_gateway_of_the_gateway_api_is_reached_where_it_says() {
    let stack = shared();
    stack.clear();
    let labels = json!({"gateway.networking.k8s.io/gateway-name": "web"});
    stack.add(&[
        edge_node(),
        pod("shop", "web-istio-0", &labels, true),
        service("shop", "web-istio", &labels, json!({})),
        json!({
            "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
            "metadata": {"namespace": "shop", "name": "web"},
            "spec": {"gatewayClassName": "istio", "listeners": [
                {"name": "http", "port": 80, "protocol": "HTTP"},
            ]},
        }),
    ]);
    let kind = "gateways.gateway.networking.k8s.io";
    let status = json!({"addresses": [{"type": "IPAddress", "value": "127.0.0.61"}]});
    stack.set_status(kind, ("shop", "web"), &status);
    let gateways = found(stack.igwctl(&["discover", "web"]));
    let gateway = &gateways["gateways"][0];
    assert_eq!(gateway["object"]["name"], "web-istio", "{gateway:#}");
    assert_eq!(addresses(gateway)[0], "gatewayStatus 127.0.0.61", "{gateway:#}");
    assert_eq!(ran(&stack, &["shop/web", "--ip"]).stdout, "127.0.0.61\n");
}

#[test]
fn without_an_address_the_reason_comes_with_its_events_and_eval_fails() {
    let stack = shared();
    usual(&stack, json!({"type": "ClusterIP"}));
    let at = ran(&stack, &["--ip"]);
    at.fails(4, &["of type ClusterIP", "from inside the cluster only"]);
    usual(&stack, json!({}));
    ran(&stack, &["--ip"]).fails(4, &["nothing shows that a controller has taken it up"]);
    stack.add(&[json!({
        "apiVersion": "v1", "kind": "Event", "type": "Warning", "reason": "SyncLoadBalancerFailed",
        "metadata": {"namespace": INGRESS.0, "name": "ingress.1"},
        "involvedObject": {"kind": "Service", "namespace": INGRESS.0, "name": INGRESS.1},
        "message": "Error syncing load balancer: quota 'exceeded' $(touch harm)",
        "lastTimestamp": "2026-11-24T02:00:00Z",
    })]);
    let failed = ran(&stack, &["--url"]);
    failed.fails(4, &["SyncLoadBalancerFailed", "quota 'exceeded'"]);
    for shell in ["sh", "bash"] {
        let folder = tempfile::tempdir().unwrap();
        let script = format!(
            "INGRESS_HOST=stale {shell} -c 'eval \"$({} discover -o env 2>/dev/null)\"; \
             echo \"$? [${{INGRESS_HOST-unset}}]\"'; ls",
            env!("CARGO_BIN_EXE_igwctl")
        );
        assert_eq!(stack.shell(&script, folder.path()), "1 [unset]\n", "{shell}");
    }
    // The error of one port of a balancer that has an address.
    let ports = json!([
        {"port": 443, "protocol": "TCP", "error": "PortsExhausted"}, {"port": 80, "protocol": "TCP"},
    ]);
    let ingress = json!([{"ip": "127.0.0.7", "ports": ports}]);
    stack.set_status("service", INGRESS, &json!({"loadBalancer": {"ingress": ingress}}));
    let found = found(stack.igwctl(&["discover"]));
    let error = &found["gateways"][0]["addresses"][0]["portErrors"];
    assert_eq!(*error, json!([{"port": 443, "protocol": "TCP", "error": "PortsExhausted"}]));
}

#[test]
fn ten_gateways_in_five_namespaces_are_told_apart() {
    let stack = shared();
    stack.clear();
    let mut objects = vec![edge_node()];
    let name = |number: usize| match number {
        0 | 3 => "ingress".to_owned(),
        number => format!("edge-{number}"),
    };
    for number in 0..10 {
        let namespace = format!("team-{}", number % 5);
        // Half of them by labels that are no habit, which Gateways or Services lead to.
        let label = if number % 2 == 0 { "istio" } else { "gateway" };
        let labels = json!({label: format!("own-{number}")});
        objects.push(pod(&namespace, &format!("pod-{number}"), &labels, true));
        objects.push(service(&namespace, &name(number), &labels, json!({})));
        let host = format!("app-{number}.example.com");
        objects.push(gateway(&format!("app-{number}"), "web", &labels, &host));
    }
    // What is none: an application with a proxy beside it, behind a balancer of its own.
    let app = json!({"app": "shop"});
    let mut sidecar = pod("team-0", "shop-0", &app, true);
    sidecar["spec"]["containers"][0]["args"] = json!(["proxy", "sidecar"]);
    let beside = json!({"name": "app", "image": "app"});
    sidecar["spec"]["containers"].as_array_mut().unwrap().push(beside);
    let web = json!({"ports": [{"name": "http", "port": 80}]});
    objects.extend([sidecar, service("team-0", "shop", &app, web)]);
    // And one that looks like a gateway's, and leads to nothing.
    objects.push(service("team-4", "lost", &json!({"istio": "ingressgateway"}), json!({})));
    stack.add(&objects);
    for number in 0..10 {
        let ingress = json!([{"ip": format!("127.0.1.{number}")}]);
        let namespace = format!("team-{}", number % 5);
        let status = json!({"loadBalancer": {"ingress": ingress}});
        stack.set_status("service", (&namespace, &name(number)), &status);
    }
    let gateways = found(stack.igwctl(&["discover"]));
    let list = gateways["gateways"].as_array().unwrap();
    assert_eq!(list.len(), 10, "{gateways:#}");
    for gateway in list {
        let ip = gateway["endpoint"]["ip"].as_str().unwrap();
        let number = ip.rsplit('.').next().unwrap();
        let own = &gateway["gateways"];
        assert_eq!(own[0]["object"]["namespace"], format!("app-{number}"), "{gateway:#}");
        assert_eq!(own.as_array().map(Vec::len), Some(1), "{gateway:#}");
        assert_eq!(gateway["pods"]["list"][0]["name"], format!("pod-{number}"), "{gateway:#}");
    }
    let lookalikes = &gateways["lookalikes"];
    assert_eq!(lookalikes.as_array().map(Vec::len), Some(1), "{gateways:#}");
    assert_eq!(lookalikes[0]["object"]["name"], "lost");
    assert_eq!(ran(&stack, &["team-3/ingress", "--ip"]).stdout, "127.0.1.3\n");
    assert_eq!(ran(&stack, &["app-7.example.com", "--ip"]).stdout, "127.0.1.7\n");
    let several = ran(&stack, &["ingress", "--ip"]);
    several.fails(2, &["2 gateways", "team-0/ingress", "team-3/ingress"]);
    ran(&stack, &["shop", "--ip"]).fails(4, &["there is no gateway shop"]);
}

#[test]
fn a_probe_is_sent_to_where_the_cluster_says_that_the_gateway_is() {
    let stack = shared();
    usual(&stack, json!({}));
    let probe = |arguments: &[&str]| {
        stack.igwctl(&["probe", "http://shop.example.com/"]).with(arguments).ran()
    };
    let by_service = ["--gateway", "istio-system/istio-ingressgateway", "-o", "json"];
    probe(&by_service).fails(4, &["has no address outside", "nothing shows that a controller"]);
    // Nobody listens there: what is told is of that address, and of the Service that has it.
    let status = json!({"loadBalancer": {"ingress": [{"ip": "127.0.0.7"}]}});
    stack.set_status("service", INGRESS, &status);
    let ran = probe(&by_service);
    assert_eq!(ran.code, 1, "{ran}");
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(told["gateway"]["name"], INGRESS.1, "{told:#}");
    let hop = &told["results"][0]["hops"][0];
    assert_eq!(
        (&hop["address"], &hop["host"]),
        (&json!("127.0.0.7:80"), &json!("shop.example.com"))
    );
    let suspects = &hop["meanings"][0]["suspects"];
    assert_eq!(suspects[0]["object"]["name"], INGRESS.1, "{told:#}");
    // By a host that is served too; also where that host does not resolve.
    stack.add(&[gateway("shop", "web", &labels(), "shop.example.com")]);
    let ran = probe(&["--gateway", "shop.example.com"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stdout.contains("127.0.0.7:80: refused"), "{ran}");
    let nobody = NameServer::answering(|_| Answer::NoSuchName);
    let ran = probe(&["--resolver", &nobody.address()]);
    assert_eq!(ran.code, 1, "{ran}");
    for words in ["shop.example.com does not resolve", "127.0.0.7:80: refused"] {
        assert!(ran.stdout.contains(words), "{ran}");
    }
    probe(&["--gateway", "gone"]).fails(4, &["there is no gateway gone"]);
}
