//! `render --from`: an application held against files, before anything is printed.

use super::{names, objects, of};
use crate::support::{Igwctl, Ran};

/// A gateway in a namespace of its own, its address, and the Services of the shop.
const THERE: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: gateway-0, namespace: edge, labels: {istio: edge}}
spec:
  containers: [{name: istio-proxy, image: 'docker.io/istio/proxyv2:1.30.3'}]
status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}
---
apiVersion: v1
kind: Service
metadata: {name: edge, namespace: edge}
spec: {type: LoadBalancer, selector: {istio: edge}, ports: [{name: http, port: 80}, {name: https, port: 443}]}
status: {loadBalancer: {ingress: [{ip: 203.0.113.7}]}}
---
apiVersion: v1
kind: Service
metadata: {name: frontend, namespace: shop}
spec: {selector: {app: frontend}, ports: [{name: http, port: 8080}]}
";

const OTHER: &str = "\
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: other, namespace: other}
spec:
  selector: {istio: edge}
  servers:
  - {port: {number: 443, name: https, protocol: HTTPS}, hosts: ['other/shop.example.com'], tls: {mode: SIMPLE, credentialName: c}}
  - {port: {number: 80, name: http, protocol: HTTP}, hosts: ['plain.example.com']}
";

fn against(there: &str, line: &str) -> Ran {
    Igwctl::new(["render", "shop", "-n", "shop", "--from", "-"])
        .args(line.split(' '))
        .stdin(there)
        .run()
}

#[track_caller]
fn fails(ran: Ran, code: i32, words: &[&str]) {
    let ran = ran.exits(code);
    assert!(ran.stdout.is_empty(), "nothing is printed");
    for word in words {
        assert!(ran.errors().contains(word), "{word}? {}", ran.errors());
    }
}

#[test]
fn the_gateway_and_its_address_are_taken_from_the_files() {
    let ran = against(THERE, "--route /=frontend:8080 --tls --issuer ours").exits(0);
    assert!(!ran.errors().contains("assumed"), "{}", ran.errors());
    let objects = objects(&ran.text());
    let expected = ["Certificate edge/shop-shop", "Gateway shop/shop", "VirtualService shop/shop"];
    assert_eq!(names(&objects), expected);
    let spec = &of(&objects, "Gateway")["spec"];
    assert_eq!(spec["selector"]["istio"], "edge");
    assert_eq!(spec["servers"][0]["hosts"][0], "shop.203.0.113.7.sslip.io");
}

#[test]
fn what_is_not_there_is_told_and_nothing_is_printed() {
    fails(
        against(THERE, "--route /=frontend:80"),
        4,
        &["port 80 of Service shop/frontend", "8080"],
    );
    // Files that do not say that they show all Services leave others possible.
    against(THERE, "--route /=backend:80").exits(0);
    let complete = against(THERE, "--route /=backend:80 --complete=services");
    fails(complete, 4, &["Service shop/backend, which is not there", "there are frontend"]);
    fails(against(THERE, "--gateway nobody --host a.example.com"), 4, &["no gateway nobody"]);
    let unread = ["render", "shop", "--from", "no-such.yaml", "--host", "a.example.com"];
    fails(Igwctl::new(unread).run(), 65, &["no-such.yaml: there is no such file"]);
}

#[test]
fn a_host_that_is_served_already_is_refused_or_told() {
    let there = THERE.to_owned() + OTHER;
    let tls = "--route /=frontend:8080 --tls --issuer ours --host";
    let ran = against(&there, &format!("{tls} shop.example.com"));
    fails(ran, 2, &["--host", "shop.example.com is served by Gateway other/other too"]);
    let ran = against(&there, "--route /=frontend:8080 --host plain.example.com").exits(0);
    assert!(ran.errors().contains("plain.example.com is served by"), "{}", ran.errors());
    let ran = against(&there, &format!("{tls} new.example.com")).exits(0);
    assert!(!ran.errors().contains("is served by"), "{}", ran.errors());
    // Its own Gateway is the one that is written anew.
    let own = there.replace("name: other, namespace: other", "name: shop, namespace: shop");
    against(&own, &format!("{tls} shop.example.com")).exits(0);
}

#[test]
fn of_several_gateways_one_is_to_be_named() {
    let second = THERE
        .replace("edge", "inner")
        .replace("203.0.113.7", "203.0.113.8")
        .split("---\n")
        .take(2)
        .collect::<Vec<_>>()
        .join("---\n");
    let there = format!("{THERE}---\n{second}");
    fails(against(&there, "--route /=frontend:8080"), 2, &["2 gateways", "--gateway says which"]);
    let ran = against(&there, "--route /=frontend:8080 --gateway inner/inner").exits(0);
    assert_eq!(of(&objects(&ran.text()), "Gateway")["spec"]["selector"]["istio"], "inner");
    // Where the line says it all, nobody needs to be asked.
    against(&there, "--assume-gateway edge:istio=edge --host a.example.com").exits(0);
}

#[test]
fn a_gateway_can_be_named_only_where_there_is_something_to_look_into() {
    let ran = Igwctl::new(["render", "shop", "--host", "a.example.com", "--gateway", "edge"]).run();
    fails(ran, 2, &["--from or --live"]);
}
