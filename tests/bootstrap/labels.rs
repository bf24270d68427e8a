//! Whose Gateways a gateway's labels would bring along, and whose pods its own Gateways would mean.

use igwctl::bootstrap::{Intent, Labels, Method};
use igwctl::model::Key;

use crate::support::read_whole_world;

/// A Gateway with this selector.
fn gateway(namespace: &str, name: &str, selector: &str) -> String {
    format!(
        "---\napiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {{namespace: {namespace}, \
         name: {name}}}\nspec:\n  selector: {selector}\n  servers: []\n"
    )
}

/// A gateway's Deployment, whose pods have these labels.
fn deployment(namespace: &str, name: &str, labels: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{namespace: {namespace}, name: \
         {name}}}\nspec:\n  template:\n    metadata: {{labels: {labels}}}\n    spec:\n      containers: \
         [{{name: istio-proxy, image: auto}}]\n"
    )
}

/// What is said of a gateway `shop/gate` with this value of `istio`, in that world.
fn said(world: &str, istio: Option<&str>, method: Method) -> Result<String, String> {
    let world = read_whole_world(world);
    let intent = Intent {
        name: "gate".to_owned(),
        namespace: "shop".to_owned(),
        istio_label: istio.map(str::to_owned),
        ..Intent::default()
    };
    let labels = Labels::of(&intent, method);
    let said = labels.check(&world, &Key::new("shop", "gate"));
    said.map(|notes| notes.join("; "))
        .map_err(|error| format!("{}; {}", error.message, error.hints.join("; ")))
}

const ALL: [Method; 3] = [Method::Injection, Method::GatewayApi, Method::IstioOperator];

#[test]
fn a_value_of_its_own_brings_nobody_along() {
    let shared = deployment("istio-system", "usual", "{istio: ingressgateway}")
        + &gateway("web", "web", "{istio: ingressgateway}")
        + &gateway("shop", "old", "{istio: ingressgateway}");
    for method in ALL {
        assert_eq!(said(&shared, None, method), Ok(String::new()));
    }
    let waiting =
        shared + &gateway("shop", "shop", "{istio: gate}") + &gateway("mesh", "all", "{}");
    let notes = said(&waiting, None, Method::Injection).unwrap();
    assert!(notes.contains("serves Gateway shop/shop too"), "{notes}");
    assert!(notes.contains("Gateway mesh/all too, which select every gateway"), "{notes}");
}

#[test]
fn the_usual_gateways_value_is_refused_where_others_have_gateways_on_it() {
    let world = deployment("istio-system", "usual", "{istio: ingressgateway}")
        + &gateway("web", "web", "{istio: ingressgateway}")
        + &gateway("pay", "pay", "{istio: ingressgateway}");
    for method in ALL {
        let refused = said(&world, Some("ingressgateway"), method).unwrap_err();
        for words in ["pay/pay, web/web", "select istio=ingressgateway", "without --istio-label"] {
            assert!(refused.contains(words), "{words}? {refused}");
        }
    }
    // The namespace's own Gateways may.
    let own = deployment("istio-system", "usual", "{istio: ingressgateway}")
        + &gateway("shop", "shop", "{istio: ingressgateway}");
    let notes = said(&own, Some("ingressgateway"), Method::Injection).unwrap();
    assert!(notes.contains("Gateway shop/shop too"), "{notes}");
    // An istiod that keeps Gateways to their namespace brings nobody along.
    let scoped = world
        + "---\napiVersion: v1\nkind: Pod\nmetadata: {namespace: istio-system, name: istiod}\nspec:\n  \
           containers: [{name: discovery, env: [{name: PILOT_SCOPE_GATEWAY_TO_NAMESPACE, value: \
           \"true\"}]}]\n";
    assert_eq!(said(&scoped, Some("ingressgateway"), Method::Injection), Ok(String::new()));
}

#[test]
fn a_value_that_others_pods_bear_is_refused() {
    let theirs = deployment("web", "gate", "{istio: gate, app: gate}");
    let refused = said(&theirs, None, Method::Injection).unwrap_err();
    assert!(refused.contains("istio=gate") && refused.contains("Deployment web/gate"), "{refused}");
    assert!(refused.contains("--istio-label shop-gate"), "{refused}");
    assert_eq!(said(&theirs, Some("shop-gate"), Method::Injection), Ok(String::new()));
}

#[test]
fn once_it_runs_its_own_pods_and_those_that_mean_it_are_no_obstacle() {
    let own = deployment("shop", "gate", "{app: gate, istio: gate}");
    let elsewhere = gateway("web", "web", "{istio: gate}");
    assert_eq!(said(&own, None, Method::Injection), Ok(String::new()));
    let notes = said(&(own + &elsewhere), None, Method::Injection).unwrap();
    assert!(notes.contains("Gateway web/web of other namespaces"), "{notes}");
    // Before, nobody knows that it is meant.
    let refused = said(&elsewhere, None, Method::Injection).unwrap_err();
    assert!(refused.contains("Gateway web/web"), "{refused}");
}
