//! Where the gateway is, taken from objects: by its name, by a host that it serves, and where the
//! host of the URL does not resolve.

use std::time::Duration;

use serde_json::{Value, json};

use super::case::{BOTH, codes, filled, json, squeezed};
use super::{gateway, servers};
use crate::discover::mesh::{self, Mesh, node};
use crate::support::Igwctl;
use crate::support::name_server::{Answer, NameServer};

const HOSTS: &[&str] = &["shop.test", "secure.test"];

fn listener(name: &str) -> u16 {
    gateway::port(name, BOTH[0])
}

fn ports(http: u16, https: u16) -> Value {
    json!([
        {"name": "http2", "port": 80, "targetPort": 8080, "nodePort": http},
        {"name": "https", "port": 443, "targetPort": 8443, "nodePort": https},
    ])
}

/// The tests' Envoy as a gateway at the ports of a node, with a Gateway that serves two hosts.
fn at_nodes() -> Mesh {
    let spec = json!({"type": "NodePort", "ports": ports(listener("http"), listener("https"))});
    Mesh::new()
        .gateway("edge", "ingress", spec, json!({}))
        .and(node("node-a", &[("InternalIP", "127.0.0.1")]))
        .and(mesh::gateway("web", "shops", json!({"istio": "ingress"}), HOSTS))
}

fn probe(mesh: &Mesh, args: &[&str]) -> Igwctl {
    Igwctl::new(["probe", "--from", "-"]).args(args).stdin(mesh.text())
}

#[test]
fn a_gateway_is_asked_by_its_service_a_gateway_or_a_host_at_its_nodes_ports() {
    let mesh = at_nodes();
    for name in ["ingress", "edge/ingress", "shops", "web/shops", "shop.test"] {
        let args = ["http://shop.test/", "--gateway", name];
        let value = json(probe(&mesh, &args).args(["-o", "json"]).run().exits(0));
        assert_eq!(codes(&value), ["answered"], "{name}");
        assert_eq!(value["gateway"]["kind"], "Service", "{value:#}");
        assert_eq!(value["gateway"]["name"], "ingress", "{value:#}");
        let hop = &value["results"][0]["hops"][0];
        assert_eq!(hop["host"], "shop.test");
        assert_eq!(hop["address"], format!("127.0.0.1:{}", listener("http")));
        assert_eq!(hop["dns"], Value::Null, "the name is not looked up");
        let text = probe(&mesh, &args).run().exits(0).text();
        assert!(squeezed(&text).contains("gateway Service edge/ingress"), "{text}");
    }
}

#[test]
fn host_and_sni_are_the_urls_and_a_redirect_meets_the_other_port() {
    let args = ["http://secure.test/", "--gateway", "ingress", "--follow", "--ca", &filled("{ca}")];
    let value = json(probe(&at_nodes(), &args).args(["-o", "json"]).run().exits(0));
    assert_eq!(codes(&value), ["answered"]);
    let hops = value["results"][0]["hops"].as_array().unwrap();
    let place = |listener_| json!(format!("127.0.0.1:{}", listener(listener_)));
    assert_eq!([&hops[0]["address"], &hops[1]["address"]], [&place("http"), &place("https")]);
    assert_eq!(hops[1]["sni"], "secure.test");
    // A port that the URL names is the Service's.
    let args = ["http://shop.test:80/", "https://shop.test:443/"];
    for url in args {
        let args = [url, "--gateway", "ingress", "--ca", &filled("{ca}")];
        probe(&at_nodes(), &args).run().exits(0);
    }
}

#[test]
fn every_address_of_a_load_balancer_is_asked_at_the_services_ports() {
    let spec = json!({"ports": [{"name": "http2", "port": listener("http"), "targetPort": 8080}]});
    let balancer = |ingress: Value| {
        Mesh::new().gateway("edge", "ingress", spec.clone(), json!({"ingress": ingress}))
    };
    // The other loopback has the listener at another port.
    let both = balancer(json!([{"ip": "127.0.0.1"}, {"ip": "::1"}]));
    let args = ["http://shop.test/", "--gateway", "ingress", "-o", "json"];
    let value = json(probe(&both, &args).run().exits(1));
    let results = value["results"].as_array().unwrap().iter();
    let addresses: Vec<&Value> = results.map(|it| &it["address"]).collect();
    assert_eq!(addresses, ["127.0.0.1", "::1"]);
    // A host name is asked of the server that is named.
    let server = NameServer::answering(|_| Answer::addresses(&["127.0.0.1"], &[]));
    let named = balancer(json!([{"hostname": "lb-1.example.com"}]));
    let value = json(probe(&named, &args).args(["--resolver", &server.address()]).run().exits(0));
    assert_eq!(value["results"][0]["address"], "127.0.0.1");
    assert!(server.asked().iter().all(|it| it.name == "lb-1.example.com."));
}

#[test]
fn without_one_gateway_and_an_address_it_says_why_not() {
    let fails = |mesh: &Mesh, args: &[&str], exit: i32, says: &[&str]| {
        let ran = probe(mesh, args).run().exits(exit);
        assert!(ran.stdout.is_empty(), "{args:?}");
        for words in says {
            assert!(ran.errors().contains(words), "{args:?}: {}", ran.errors());
        }
    };
    let url = "http://shop.test/";
    let balancer = |ip: &str| json!({"ingress": [{"ip": ip}]});
    let two = Mesh::new().gateway("one", "ingress", json!({}), balancer("127.0.0.7")).gateway(
        "two",
        "ingress",
        json!({}),
        balancer("127.0.0.8"),
    );
    let several =
        ["one/ingress (LoadBalancer, 127.0.0.7)", "two/ingress (LoadBalancer, 127.0.0.8)"];
    fails(&two, &[url, "--gateway", "ingress"], 2, &several);
    fails(&two, &[url, "--gateway", "gone"], 4, &["there is no gateway gone", "one/ingress"]);
    let inside = Mesh::new().gateway("edge", "ingress", json!({"type": "ClusterIP"}), json!({}));
    let why = ["edge/ingress has no address outside", "of type ClusterIP"];
    fails(&inside, &[url, "--gateway", "ingress"], 4, &why);
    let plain = json!({"ports": [{"name": "http2", "port": 80}, {"name": "tcp-db", "port": 5432}]});
    let plain = Mesh::new().gateway("edge", "ingress", plain, balancer("127.0.0.7"));
    let why = ["edge/ingress has no port for https: its ports are http 80, tcp 5432"];
    fails(&plain, &["https://shop.test/", "--gateway", "ingress"], 4, &why);
    fails(&plain, &[url, "--gateway", "a/b/c"], 2, &["--gateway a/b/c"]);
    fails(&plain, &["http://127.0.0.1/", "--gateway", "ingress"], 2, &["names an address already"]);
    let ran = Igwctl::new(["probe", url, "--gateway", "ingress", "--no-cluster"]).run().exits(2);
    assert!(ran.errors().contains("nothing may tell where it is"), "{}", ran.errors());
}

#[test]
fn a_host_without_an_address_is_asked_for_at_the_gateway_that_serves_it() {
    let nobody = NameServer::answering(|_| Answer::NoSuchName);
    let asked = |mesh: &Mesh| {
        probe(mesh, &["http://shop.test/", "--resolver", &nobody.address(), "-o", "json"])
    };
    // What a client gets is still that the name does not resolve.
    let value = json(asked(&at_nodes()).run().exits(1));
    assert_eq!(codes(&value), ["name-unknown", "answered"]);
    assert_eq!(value["gateway"]["name"], "ingress");
    let hop = &value["results"][0]["hops"][0];
    assert_eq!(hop["address"], format!("127.0.0.1:{}", listener("http")));
    assert_eq!(hop["dns"]["error"], "it does not resolve");
    // Where none serves it, or two do, none is asked.
    let other = Mesh::new().gateway("edge", "ingress", json!({}), json!({}));
    assert_eq!(codes(&json(asked(&other).run().exits(1))), ["name-unknown"]);
    let balancer = json!({"ingress": [{"ip": "127.0.0.7"}]});
    let two = at_nodes().gateway("two", "ingress-2", json!({}), balancer).and(mesh::gateway(
        "two",
        "shops",
        json!({"istio": "ingress-2"}),
        HOSTS,
    ));
    let ran = asked(&two).run().exits(1);
    assert!(
        ran.errors().contains("edge/ingress, two/ingress-2 serve shop.test"),
        "{}",
        ran.errors()
    );
    assert_eq!(codes(&json(ran)), ["name-unknown"]);
}

#[test]
fn the_name_server_that_is_named_is_asked_and_does_not_hold_it_up() {
    let asked = |server: &NameServer, args: &[&str]| {
        let port = listener("http").to_string();
        let server = server.address();
        Igwctl::new(["probe", "http://shop.test/", "--http-port", &port, "--resolver", &server])
            .args(["-o", "json", "--no-cluster"])
            .args(args)
    };
    let right = NameServer::answering(|_| Answer::addresses(&["127.0.0.1"], &[]));
    let value = json(asked(&right, &[]).run().exits(0));
    assert_eq!(value["results"][0]["hops"][0]["dns"]["addresses"], json!(["127.0.0.1"]));
    let fails = NameServer::answering(|_| Answer::Fails);
    assert_eq!(codes(&json(asked(&fails, &[]).run().exits(3))), ["name-failed"]);
    let never = NameServer::answering(|_| Answer::Never);
    let begun = std::time::Instant::now();
    let value = json(asked(&never, &["--timeout", "1"]).run().exits(3));
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert_eq!(codes(&value), ["name-failed"]);
    let ran = Igwctl::new(["probe", "http://shop.test/", "--resolver", "dns"]).run().exits(2);
    assert!(ran.errors().contains("--resolver dns"), "{}", ran.errors());
}

/// Two Services may have one address: which gateway was asked decides.
#[test]
fn the_gateway_that_was_asked_is_the_one_that_is_to_blame() {
    let closed = *servers::CLOSED;
    let spec = json!({"ports": [{"name": "http2", "port": closed, "targetPort": 8080}]});
    let balancer = || json!({"ingress": [{"ip": "127.0.0.1"}]});
    let mesh = Mesh::new().gateway("a", "other", spec.clone(), balancer()).gateway(
        "edge",
        "ingress",
        spec,
        balancer(),
    );
    let args = ["http://shop.test/", "--gateway", "edge/ingress", "-o", "json"];
    let value = json(probe(&mesh, &args).run().exits(1));
    assert_eq!(codes(&value), ["refused"]);
    let suspect = &value["results"][0]["hops"][0]["meanings"][0]["suspects"][0];
    assert_eq!(suspect["object"]["kind"], "Service", "{value:#}");
    assert_eq!(suspect["object"]["namespace"], "edge", "{value:#}");
}

#[test]
fn what_may_not_be_seen_is_told_with_what_is_to_blame() {
    let spec = json!({"ports": [{"name": "http2", "port": *servers::CLOSED, "targetPort": 8080}]});
    let mesh =
        Mesh::new().gateway("edge", "ingress", spec, json!({"ingress": [{"ip": "127.0.0.1"}]}));
    let blamed = |gaps: &str| {
        let header = "apiVersion: igwctl/v1\nkind: Snapshot\nnow: 2026-11-24T03:00:00Z\n";
        let args = ["http://shop.test/", "--gateway", "edge/ingress", "-o", "json"];
        let bundle = format!("{header}{gaps}---\n{}", mesh.text());
        let value =
            json(Igwctl::new(["probe", "--from", "-"]).args(args).stdin(bundle).run().exits(1));
        let suspects = &value["results"][0]["hops"][0]["meanings"][0]["suspects"];
        suspects[0]["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(blamed(""), "no Gateway selects the pods that it leads to");
    let hidden = blamed("gaps: [{resource: gateways.networking.istio.io, why: forbidden}]\n");
    assert!(hidden.contains("by what could be seen"), "{hidden}");
    assert!(hidden.contains("list gateways"), "{hidden}");
}
