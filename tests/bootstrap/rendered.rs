//! What each way comes to, and what is refused.

use serde_json::{Value, json};

use super::{object, rendered};
use crate::support::Igwctl;

fn kinds(objects: &[(String, Value)]) -> Vec<&str> {
    objects.iter().map(|it| &*it.0).collect()
}

#[test]
fn injection_makes_a_deployment_that_istiod_completes_and_all_that_it_needs() {
    let objects = rendered("gate -n shop --method injection");
    assert_eq!(
        kinds(&objects),
        [
            "ServiceAccount",
            "Role",
            "RoleBinding",
            "Service",
            "Deployment",
            "HorizontalPodAutoscaler"
        ]
    );
    for (kind, it) in &objects {
        assert_eq!(it["metadata"]["namespace"], "shop", "{kind}");
        assert_eq!(it["metadata"]["labels"]["app.kubernetes.io/managed-by"], "igwctl", "{kind}");
        assert_eq!(it["metadata"]["labels"]["igwctl/gateway"], "gate", "{kind}");
    }
    let role = object(&objects, "Role");
    assert_eq!(role["rules"][0]["verbs"], json!(["get", "watch", "list"]));
    assert!(role["rules"][0].get("resourceNames").is_none(), "istiod would hand out nothing");
    let service = object(&objects, "Service");
    assert_eq!(service["spec"]["ports"][0]["port"], 15021, "what a classic ELB asks first");
    assert_eq!(service["spec"]["ports"][2]["targetPort"], 443);
    let deployment = object(&objects, "Deployment");
    assert!(deployment["spec"].get("replicas").is_none(), "the autoscaler's");
    let template = &deployment["spec"]["template"];
    assert_eq!(template["metadata"]["annotations"]["inject.istio.io/templates"], "gateway");
    assert_eq!(
        template["metadata"]["labels"],
        json!({
            "app": "gate", "istio": "gate", "service.istio.io/canonical-name": "gate",
            "sidecar.istio.io/inject": "true",
        })
    );
    let container = &template["spec"]["containers"][0];
    assert_eq!((&container["name"], &container["image"]), (&json!("istio-proxy"), &json!("auto")));
    assert_eq!(template["spec"]["serviceAccountName"], "gate");
    let sysctl = &template["spec"]["securityContext"]["sysctls"][0];
    assert_eq!(sysctl["name"], "net.ipv4.ip_unprivileged_port_start");
    let scale = object(&objects, "HorizontalPodAutoscaler");
    let bounds = (&scale["spec"]["minReplicas"], &scale["spec"]["maxReplicas"]);
    assert_eq!(bounds, (&json!(1), &json!(5)));
}

#[test]
fn what_the_flags_ask_for_is_rendered() {
    let objects = rendered(
        "gate -n shop --method injection --min 3 --ports unprivileged --network-policy --internal \
         --annotation example.com/pool=a=b --static-ip 192.0.2.7 --cpu 4 --memory 256Mi:512Mi \
         --revision canary --istio-label shop-gate",
    );
    assert_eq!(object(&objects, "PodDisruptionBudget")["spec"]["minAvailable"], 1);
    assert_eq!(object(&objects, "HorizontalPodAutoscaler")["spec"]["maxReplicas"], 5);
    let policy = object(&objects, "NetworkPolicy");
    let ports: Vec<&Value> = policy["spec"]["ingress"][0]["ports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["port"])
        .collect();
    assert_eq!(ports, [8080, 8443, 15021, 15020, 15090]);
    let service = object(&objects, "Service");
    assert_eq!(service["metadata"]["annotations"]["example.com/pool"], "a=b");
    assert_eq!(
        service["metadata"]["annotations"]["networking.gke.io/load-balancer-type"],
        "Internal"
    );
    assert_eq!(service["spec"]["loadBalancerIP"], "192.0.2.7");
    assert_eq!(service["spec"]["ports"][1]["targetPort"], 8080);
    let deployment = object(&objects, "Deployment");
    let template = &deployment["spec"]["template"];
    assert!(template["spec"]["securityContext"].get("sysctls").is_none());
    assert_eq!(template["metadata"]["labels"]["istio.io/rev"], "canary");
    assert_eq!(template["metadata"]["labels"]["istio"], "shop-gate");
    assert!(
        deployment["spec"]["selector"]["matchLabels"].get("istio.io/rev").is_none(),
        "a selector never changes, a revision does"
    );
    assert_eq!(
        template["spec"]["containers"][0]["resources"],
        json!({
            "requests": {"cpu": "4", "memory": "256Mi"}, "limits": {"cpu": "4", "memory": "512Mi"},
        })
    );

    let fixed = rendered("gate -n shop --method injection --replicas 2 --type nodeport");
    assert_eq!(object(&fixed, "Deployment")["spec"]["replicas"], 2);
    assert!(!kinds(&fixed).contains(&"HorizontalPodAutoscaler"), "nobody else says how many");
    assert!(kinds(&fixed).contains(&"PodDisruptionBudget"));
    assert_eq!(object(&fixed, "Service")["spec"]["type"], "NodePort");
}

#[test]
fn the_gateway_api_gets_one_gateway_and_what_completes_it() {
    let objects = rendered("gate -n shop --method gateway-api");
    assert_eq!(kinds(&objects), ["Gateway"]);
    let gateway = object(&objects, "Gateway");
    assert_eq!(gateway["apiVersion"], "gateway.networking.k8s.io/v1");
    assert_eq!(gateway["spec"]["gatewayClassName"], "istio");
    assert_eq!(gateway["spec"]["infrastructure"]["labels"]["istio"], "gate");
    assert_eq!(gateway["spec"]["listeners"][1]["tls"]["mode"], "Passthrough");

    let objects = rendered(
        "gate -n shop --method gateway-api --type ClusterIP --tls-secret gate-cert --min 2 --max 3 \
         --cpu 200m --annotation a/b=c --revision canary",
    );
    assert_eq!(kinds(&objects), ["ConfigMap", "Gateway"]);
    let gateway = object(&objects, "Gateway");
    let annotations = &gateway["metadata"]["annotations"];
    assert_eq!(annotations["networking.istio.io/service-type"], "ClusterIP");
    assert_eq!(gateway["metadata"]["labels"]["istio.io/rev"], "canary");
    assert_eq!(gateway["spec"]["infrastructure"]["annotations"]["a/b"], "c");
    assert_eq!(gateway["spec"]["infrastructure"]["parametersRef"]["name"], "gate");
    let tls = &gateway["spec"]["listeners"][1]["tls"];
    assert_eq!(tls["certificateRefs"][0]["name"], "gate-cert");
    let data = object(&objects, "ConfigMap")["data"].clone();
    let part = |key: &str| -> Value {
        igwctl::model::yaml::read(data[key].as_str().unwrap_or_else(|| panic!("{key}: {data}")))
            .unwrap()
    };
    assert_eq!(part("horizontalPodAutoscaler")["spec"]["maxReplicas"], 3);
    assert_eq!(part("podDisruptionBudget")["spec"]["minAvailable"], 1);
    let container = &part("deployment")["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["resources"]["requests"]["cpu"], "200m");
}

#[test]
fn what_cannot_be_is_refused_by_the_flag_that_asks_for_it() {
    for (line, words) in [
        ("Gate --method injection", "NAME Gate"),
        ("1gate --method injection", "NAME 1gate"),
        ("gate --method injection --internal --type NodePort", "--internal"),
        ("gate --method injection --static-ip 192.0.2.7 --type ClusterIP", "--static-ip"),
        ("gate --method injection --min 4 --max 2", "--min 4 is more than --max 2"),
        ("gate --method injection --replicas 0", "--replicas 0"),
        ("gate --method injection --replicas 2 --min 1", "--min"),
        ("gate --method injection --cpu lots", "--cpu"),
        ("gate --method injection --memory 1Gi:1Mi", "less than the request"),
        ("gate --method injection --istio-label=-x-", "--istio-label"),
        ("gate --method injection --annotation a", "KEY=VALUE"),
        ("gate --method injection --annotation a=1 --annotation a=2", "given twice"),
        ("gate --method injection --tls-secret a", "--tls-secret"),
        ("gate --method gateway-api --ports unprivileged", "--ports"),
        ("gate --method istiooperator --network-policy", "--network-policy"),
        ("gate --method helm", "injection, gateway-api, istiooperator"),
    ] {
        let words_of = format!("bootstrap {line} -n shop --render");
        let ran = Igwctl::new(words_of.split_whitespace().collect::<Vec<_>>()).run().exits(2);
        assert!(ran.stdout.is_empty(), "{line}: {}", ran.text());
        assert!(ran.errors().contains(words), "{line}: {}", ran.errors());
    }
    let long = "a".repeat(60);
    let line = |method: &str| ["bootstrap".to_owned(), long.clone(), format!("--method={method}")];
    let ran = |method: &str| {
        Igwctl::new([&line(method)[..], &["-nshop".to_owned(), "--render".to_owned()]].concat())
            .run()
    };
    ran("injection").exits(0);
    assert!(ran("gateway-api").exits(2).errors().contains("57"), "NAME-istio is a Service's name");
}

#[test]
fn what_is_to_be_known_is_said_beside_the_objects() {
    let said = |line: &str| {
        let words = format!("bootstrap {line} --render");
        let ran = Igwctl::new(words.split_whitespace().collect::<Vec<_>>()).run().exits(0);
        assert!(ran.text().starts_with("apiVersion: "), "{}", ran.text());
        ran.errors()
    };
    let errors = said("gate --method injection");
    assert!(errors.contains("Gateways select it by istio=gate"), "{errors}");
    assert!(errors.contains("namespace is taken to be default"), "{errors}");
    let errors = said("gate -n shop --method injection --istio-label ingressgateway");
    assert!(
        errors.contains("istio=ingressgateway,service.istio.io/canonical-name=gate")
            && errors.contains("whosever it is"),
        "{errors}"
    );
    assert!(said("gate -n shop --method gateway-api").contains("opens port 443"));
}
