//! A namespace's own gateway, made in each of the three ways: may it have the secrets that it serves?

use serde_json::{Value, json};

use crate::objects::{
    APP, GATEWAY_NAMESPACE, gateway, lists_one_secret, lists_secrets, pair, role_of, secret,
};
use crate::stack::{Stack, shared};

/// A way to a gateway: how its pods are labelled, as whom they run, and what an Istio Gateway
/// selects them by.
struct Way {
    name: &'static str,
    account: &'static str,
    labels: Value,
    annotations: Value,
    selector: Value,
}

fn ways() -> [Way; 3] {
    let own = json!({"app": "shop-gateway", "istio": "shop-gateway"});
    let made_for = json!({"gateway.networking.k8s.io/gateway-name": "shop-gateway"});
    [
        Way {
            name: "injection",
            account: "shop-gateway",
            labels: json!({
                "app": "shop-gateway", "istio": "shop-gateway", "sidecar.istio.io/inject": "true",
            }),
            annotations: json!({"inject.istio.io/templates": "gateway"}),
            selector: json!({"istio": "shop-gateway"}),
        },
        Way {
            name: "IstioOperator",
            account: "shop-gateway-service-account",
            labels: own,
            annotations: json!({}),
            selector: json!({"app": "shop-gateway"}),
        },
        Way {
            name: "Gateway API",
            account: "shop-gateway-istio",
            labels: json!({
                "gateway.networking.k8s.io/gateway-name": "shop-gateway",
                "sidecar.istio.io/inject": "false",
            }),
            annotations: json!({}),
            selector: made_for,
        },
    ]
}

/// The pod of a gateway that was made in that way.
fn pod(way: &Way) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "namespace": APP, "name": "shop-gateway-0",
            "labels": way.labels, "annotations": way.annotations,
        },
        "spec": {
            "nodeName": "kwok-1", "serviceAccountName": way.account,
            "containers": [{"name": "istio-proxy", "image": "docker.io/istio/proxyv2:1.30.3"}],
        },
    })
}

/// The gateway, an Istio Gateway that selects it, and more.
fn load(stack: &Stack, way: &Way, more: &[Value]) {
    stack.clear();
    let mut asks = gateway(APP, "shop", "shop-cert");
    asks["spec"]["selector"] = way.selector.clone();
    stack.add(&[&[pod(way), asks][..], more].concat());
}

#[test]
fn a_right_that_its_own_gateway_lacks_is_found_and_given_by_what_is_printed() {
    let stack = shared();
    let there = secret(APP, "shop-cert", &pair("shop.example.com"));
    for way in ways() {
        let Way { name, account, .. } = &way;
        for role in [vec![], role_of(APP, account, lists_one_secret("shop-cert"))] {
            load(&stack, &way, &[&role[..], std::slice::from_ref(&there)].concat());
            let expected = format!("IGW0303 ServiceAccount {APP}/{account}");
            let before = stack.igwctl(&["diagnose", "--no-logs"]).diagnosis();
            assert_eq!(before.findings(), [&*expected], "{name}: {}", before.ran);
            // By Roles, where the API server may not be asked; these tell which comes near.
            let diagnose = stack.igwctl(&["diagnose", "--no-logs"]);
            let by_roles = diagnose.user("no-reviews").diagnosis();
            assert_eq!(by_roles.findings(), [&*expected], "{name}: {}", by_roles.ran);
            let causes = by_roles.value["findings"][0]["cause"]["objects"].to_string();
            assert_eq!(causes.contains("grants too little"), !role.is_empty(), "{name}: {causes}");
            let folder = tempfile::tempdir().unwrap();
            stack.shell(&before.commands().join("\n"), folder.path());
            stack.igwctl(&["diagnose", "--no-logs"]).diagnosis().is_clean();
        }
        let fitting = role_of(APP, account, lists_secrets());
        load(&stack, &way, &[&fitting[..], std::slice::from_ref(&there)].concat());
        stack.igwctl(&["diagnose", "--no-logs"]).diagnosis().is_clean();
    }
}

#[test]
fn a_secret_in_another_namespace_is_not_taken_for_a_missing_right() {
    let stack = shared();
    let elsewhere = secret(GATEWAY_NAMESPACE, "shop-cert", &pair("shop.example.com"));
    for way in ways() {
        for role in [vec![], role_of(APP, way.account, lists_one_secret("shop-cert"))] {
            load(&stack, &way, &[&role[..], std::slice::from_ref(&elsewhere)].concat());
            let diagnosis = stack.igwctl(&["diagnose", "--no-logs"]).diagnosis();
            assert_eq!(diagnosis.codes(), ["IGW0301"], "{}: {}", way.name, diagnosis.ran);
        }
    }
}

#[test]
fn what_a_gateway_api_gateway_refers_to_takes_no_right() {
    let stack = shared();
    stack.clear();
    let [.., way] = ways();
    let own = json!({
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
        "metadata": {"namespace": APP, "name": "shop-gateway"},
        "spec": {"gatewayClassName": "istio", "listeners": [{
            "name": "https", "port": 443, "protocol": "HTTPS", "hostname": "shop.example.com",
            "tls": {"mode": "Terminate", "certificateRefs": [{"name": "shop-cert"}]},
        }]},
    });
    let there = secret(APP, "shop-cert", &pair("shop.example.com"));
    stack.add(&[pod(&way), own.clone(), there]);
    stack.igwctl(&["diagnose", "--no-logs"]).diagnosis().is_clean();
    // Its secret may still be in the wrong place.
    stack.clear();
    let elsewhere = secret(GATEWAY_NAMESPACE, "shop-cert", &pair("shop.example.com"));
    stack.add(&[pod(&way), own, elsewhere]);
    let diagnosis = stack.igwctl(&["diagnose", "--no-logs"]).diagnosis();
    assert_eq!(diagnosis.codes(), ["IGW0301"], "{}", diagnosis.ran);
}
