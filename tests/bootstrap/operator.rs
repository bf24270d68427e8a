//! An entry for an `IstioOperator`: alone, and merged into an object of an old cluster.

use igwctl::bootstrap::istio_operator::{self, Taken};
use igwctl::bootstrap::{Intent, Labels, Method};
use igwctl::model::{Key, yaml};
use serde_json::{Value, json};

use super::{object, rendered};

const PLACE: &str = "/spec/components/ingressGateways";

fn entry(name: &str) -> Value {
    let intent =
        Intent { name: name.to_owned(), namespace: "shop".to_owned(), ..Intent::default() };
    istio_operator::entry(&intent, &Labels::of(&intent, Method::IstioOperator))
}

/// An object such as `istioctl install` left behind for its operator: thousands of lines, other
/// components, lists whose order means something, and fields that nobody knows.
fn installed() -> Value {
    let overlay = |number: usize| {
        json!({"kind": "Deployment", "name": format!("istiod-{number}"), "patches": [
            {"path": format!("spec.template.spec.containers.[name:c{number}].args.[{number}]"), "value": number},
            {"path": "spec.strategy", "value": {"b": null, "a": [3, 1, 2]}},
        ]})
    };
    let gateway = |number: usize| {
        json!({
            "name": format!("gateway-{number}"), "enabled": !number.is_multiple_of(3),
            "namespace": if number.is_multiple_of(2) { json!("istio-system") } else { json!("team") },
            "unknownToUs": {"z": [number, {"y": "no"}], "a": null},
            "k8s": {
                "env": [{"name": "Z", "value": "1"}, {"name": "A", "value": "2"}],
                "service": {"ports": [
                    {"name": "status-port", "port": 15021}, {"name": "tcp", "port": 31400 + number},
                ]},
                "overlays": (0..5).map(overlay).collect::<Vec<_>>(),
            },
        })
    };
    let values: serde_json::Map<String, Value> = (0..400)
        .map(|it| (format!("value{it}"), json!({"on": it % 2 == 0, "list": [it, 0, it + 1]})))
        .collect();
    json!({
        "apiVersion": "install.istio.io/v1alpha1", "kind": "IstioOperator",
        "metadata": {"name": "installed-state", "namespace": "istio-system", "resourceVersion": "7"},
        "spec": {
            "zone": "kept", "hub": "docker.io/istio", "tag": "1.6.3",
            "components": {
                "pilot": {"enabled": true, "k8s": {"overlays": (0..40).map(overlay).collect::<Vec<_>>()}},
                "ingressGateways": (0..40).map(gateway).collect::<Vec<_>>(),
                "egressGateways": [{"name": "istio-egressgateway", "enabled": false}],
            },
            "values": values,
        },
        "status": {"componentStatus": {"Pilot": {"status": "HEALTHY"}}},
    })
}

#[test]
fn the_file_is_one_for_istioctl_with_this_gateway_alone() {
    let file = object(&rendered("gate -n shop --method istiooperator"), "IstioOperator");
    assert_eq!(file["spec"]["profile"], "empty", "the control plane stays as it is");
    let entry = &file["spec"]["components"]["ingressGateways"][0];
    assert_eq!(
        (&entry["name"], &entry["namespace"], &entry["enabled"]),
        (&json!("gate"), &json!("shop"), &json!(true))
    );
    assert_eq!(entry["k8s"]["resources"], json!({"requests": {"cpu": "10m", "memory": "40Mi"}}));
    let ports = entry["k8s"]["service"]["ports"].as_array().unwrap().iter();
    let ports: Vec<_> = ports.map(|it| (&it["name"], &it["port"], &it["targetPort"])).collect();
    assert_eq!(ports[1], (&json!("http2"), &json!(80), &json!(8080)));
    assert_eq!(ports[2], (&json!("https"), &json!(443), &json!(8443)));
    assert_eq!(entry["label"]["istio"], "gate");
}

#[test]
fn a_merge_adds_the_entry_and_touches_nothing_else() {
    let before = installed();
    assert!(yaml::write(&before).lines().count() > 5_000, "as long as an old cluster's");
    let merged = istio_operator::merge(&before, &entry("gate"), false).unwrap();
    assert_eq!(merged.operations.len(), 1);
    assert_eq!(merged.operations[0]["path"], format!("{PLACE}/-"));
    let mut after = merged.object.clone();
    let list = after.pointer_mut(PLACE).unwrap().as_array_mut().unwrap();
    assert_eq!(list.pop(), Some(entry("gate")), "the last of the list");
    // Fields keep their order too, so that a diff shows one entry and nothing else.
    assert_eq!(after.to_string(), before.to_string());

    let again = istio_operator::merge(&merged.object, &entry("gate"), false).unwrap();
    assert_eq!(again.operations, [json!(null); 0]);
    let without = istio_operator::unmerge(&merged.object, &Key::new("shop", "gate")).unwrap();
    assert_eq!(without.operations, [json!({"op": "remove", "path": format!("{PLACE}/40")})]);
    assert_eq!(without.object.to_string(), before.to_string());
    let nothing = istio_operator::unmerge(&before, &Key::new("shop", "gate")).unwrap();
    assert!(nothing.operations.is_empty());
}

#[test]
fn an_entry_of_ours_is_completed_and_keeps_what_others_put_into_it() {
    let merged = istio_operator::merge(&installed(), &entry("gate"), false).unwrap();
    let mut object = merged.object;
    object["spec"]["components"]["ingressGateways"][40]["k8s"]["tolerations"] =
        json!([{"key": "a"}]);
    object["spec"]["components"]["ingressGateways"][40]["k8s"]["resources"] = json!({});
    let merged = istio_operator::merge(&object, &entry("gate"), false).unwrap();
    assert_eq!(merged.operations[0]["op"], "replace");
    let entry = &merged.object["spec"]["components"]["ingressGateways"][40]["k8s"];
    assert_eq!(entry["tolerations"], json!([{"key": "a"}]));
    assert_eq!(entry["resources"]["requests"]["cpu"], "10m");
}

#[test]
fn an_entry_of_somebody_else_is_left_unless_it_is_adopted() {
    let mut theirs = entry("gateway-1");
    theirs["namespace"] = json!("team");
    let before = installed();
    assert_eq!(istio_operator::merge(&before, &theirs, false), Err(Taken::Foreign));
    assert_eq!(
        istio_operator::unmerge(&before, &Key::new("team", "gateway-1")),
        Err(Taken::Foreign)
    );
    let adopted = istio_operator::merge(&before, &theirs, true).unwrap();
    let entry = &adopted.object["spec"]["components"]["ingressGateways"][1];
    assert_eq!(entry["unknownToUs"]["z"], json!([1, {"y": "no"}]));
    assert_eq!(entry["label"]["igwctl/gateway"], "gateway-1");
    // The same name in another namespace is another gateway.
    let merged = istio_operator::merge(&before, &super::operator::entry("gateway-1"), false);
    assert_eq!(merged.unwrap().operations[0]["op"], "add");
}

#[test]
fn what_is_missing_above_the_entry_is_made_and_what_is_no_list_is_refused() {
    let one = entry("gate");
    for (object, path) in [
        (json!({}), "/spec"),
        (json!({"spec": {"profile": "default"}}), "/spec/components"),
        (json!({"spec": {"components": null}}), "/spec/components"),
        (json!({"spec": {"components": {"pilot": {}}}}), PLACE),
    ] {
        let merged = istio_operator::merge(&object, &one, false).unwrap();
        assert_eq!(merged.operations[0]["path"], path);
        assert_eq!(merged.object.pointer(&format!("{PLACE}/0")), Some(&one));
    }
    for object in [json!({"spec": 1}), json!({"spec": {"components": {"ingressGateways": {}}}})] {
        assert!(matches!(istio_operator::merge(&object, &one, false), Err(Taken::Malformed(_))));
    }
}
