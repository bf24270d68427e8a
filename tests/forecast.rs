//! What is expected of a gateway's pods, and what is said of them afterwards, where no API server of
//! the tests brings it about: by worlds in text.

use igwctl::bootstrap::Intent;
use igwctl::bootstrap::forecast::standing::{Cause, Standing, standing};
use igwctl::bootstrap::forecast::{About, Forecast, Pods, forecast};
use igwctl::discover::Discover;
use igwctl::model::Key;
use igwctl::world::injection::{self, Candidate, Injection, Missed};
use igwctl::world::{Question as _, World};
use serde_json::json;

use crate::support::{read_whole_world, read_world};

/// A namespace with these labels, and the default revision's webhook for it, with more fields.
fn mesh(labels: &str, more: &str) -> String {
    format!(
        "apiVersion: v1
kind: Namespace
metadata: {{name: shop, labels: {{{labels}}}}}
---
apiVersion: v1
kind: Namespace
metadata: {{name: kube-system, labels: {{istio-injection: enabled}}}}
---
apiVersion: v1
kind: Node
metadata: {{name: node-1}}
status: {{nodeInfo: {{kubeletVersion: v1.34.3}}}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {{name: istio-sidecar-injector, labels: {{istio.io/rev: default}}}}
webhooks:
- name: namespace.sidecar-injector.istio.io
  clientConfig: {{url: 'https://istiod.example.com/inject'}}
  rules: [{{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}}]
  namespaceSelector: {{matchExpressions: [{{key: istio-injection, operator: In, values: [enabled]}}]}}
  {more}
"
    )
}

const ENABLED: &str = "istio-injection: enabled";

fn pod(namespace: &str) -> Candidate {
    Candidate { namespace: namespace.to_owned(), ..Candidate::default() }
}

fn missed(world: &World, pod: &Candidate) -> Missed {
    match injection::injection(world, pod).unwrap() {
        Injection::Missed(missed) => missed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn istiod_declines_some_pods_that_it_is_asked_about() {
    let world = read_whole_world(&mesh(ENABLED, ""));
    let of = |label: &str| [(injection::INJECT.to_owned(), label.to_owned())].into();
    let Injection::Done(injectors) = injection::injection(&world, &pod("shop")).unwrap() else {
        panic!("somebody fills it in");
    };
    assert_eq!((injectors.len(), &*injectors[0].revision), (1, "default"));
    assert_eq!(injectors[0].unsure, None);
    let on_node = Candidate { host_network: true, ..pod("shop") };
    assert_eq!(missed(&world, &on_node), Missed::HostNetwork);
    assert_eq!(missed(&world, &pod("kube-system")), Missed::SystemNamespace);
    let annotated = Candidate { annotations: of("false"), ..pod("shop") };
    assert_eq!(missed(&world, &annotated), Missed::Declined);
    // The label has the say where both are.
    let both = Candidate { labels: of("true"), ..annotated };
    assert!(matches!(injection::injection(&world, &both), Ok(Injection::Done(_))));
    assert_eq!(missed(&world, &pod("elsewhere")), Missed::NoNamespace);
}

#[test]
fn what_is_not_known_is_not_taken_for_a_no() {
    let conditions = "matchConditions: [{name: a, expression: 'true'}]";
    let world = read_whole_world(&mesh(ENABLED, conditions));
    let gap = injection::injection(&world, &pod("shop")).unwrap_err();
    assert!(gap.reason.contains("matchConditions"), "{gap:?}");
    // Where the selectors say no, conditions do not matter.
    let world = read_whole_world(&mesh("", conditions));
    assert_eq!(missed(&world, &pod("shop")), Missed::NotAsked);
    // Files that do not show all webhooks may lack the one that counts.
    let world = read_world(&mesh(ENABLED, ""));
    let gap = injection::injection(&world, &pod("shop")).unwrap_err();
    assert_eq!(gap.right, "list mutatingwebhookconfigurations");
    // A Service whose endpoints are not known is taken to answer, and that is said.
    let service = "---
apiVersion: v1
kind: Service
metadata: {name: istiod, namespace: istio-system}
spec: {selector: {app: istiod}, ports: [{port: 443}]}
";
    let mesh = mesh(ENABLED, "").replace(
        "{url: 'https://istiod.example.com/inject'}",
        "{service: {name: istiod, namespace: istio-system}}",
    );
    let world = read_whole_world(&(mesh + service));
    let Injection::Done(injectors) = injection::injection(&world, &pod("shop")).unwrap() else {
        panic!("it is taken to answer");
    };
    let unsure = injectors[0].unsure.as_ref().map(|it| &*it.right);
    assert_eq!(unsure, Some("list endpointslices"));
}

fn expected(world: &World, image: &str, labels: serde_json::Value) -> Forecast {
    let deployment = json!({
        "metadata": {"namespace": "shop", "name": "shop-gateway"},
        "spec": {"template": {
            "metadata": {"labels": labels},
            "spec": {"containers": [{"name": "istio-proxy", "image": image}]},
        }},
    });
    forecast(world, &Pods::of_deployment(&deployment, 1), None)
}

#[test]
fn the_forecast_says_what_to_label() {
    let of = |labels: &str, pod: serde_json::Value| {
        let forecast = expected(&read_whole_world(&mesh(labels, "")), "auto", pod);
        let concern = forecast.concerns.into_iter().find(|it| it.about == About::Injection);
        concern.map_or_else(Vec::new, |it| [vec![it.message], it.hints].concat())
    };
    let label = "kubectl label namespace shop --overwrite istio-injection=enabled";
    let nobody = "istiod will not fill the pods in, and image auto is none: ";
    assert_eq!(of(ENABLED, json!({})), [""; 0]);
    let asks = "neither they nor namespace shop ask for it";
    assert_eq!(of("", json!({})), [&format!("{nobody}{asks}"), label]);
    let has = "namespace shop has istio-injection=disabled";
    let disabled = of("istio-injection: disabled", json!({"sidecar.istio.io/inject": "true"}));
    assert_eq!(disabled, [&format!("{nobody}{has}"), label]);
    // Pods that bring their image need nobody.
    let world = read_whole_world(&mesh("", ""));
    assert_eq!(expected(&world, "proxyv2:1.30.3", json!({})).concerns, []);
}

#[test]
fn what_istiod_makes_for_the_gateway_api_lacks_a_seccomp_profile_unless_it_is_given() {
    let restricted = "pod-security.kubernetes.io/enforce: restricted";
    let world = read_whole_world(&mesh(restricted, ""));
    let of = |seccomp| {
        let intent = Intent { namespace: "shop".to_owned(), seccomp, ..Intent::default() };
        forecast(&world, &Pods::of_gateway_api(&intent), None)
    };
    assert_eq!(of(true).concerns, []);
    let forecast = of(false);
    let [concern] = &forecast.concerns[..] else { panic!("{forecast:#?}") };
    assert_eq!((concern.about, concern.is_fatal), (About::PodSecurity, true));
    assert!(
        concern.message.ends_with("seccompProfile.type must be RuntimeDefault or Localhost"),
        "{}",
        concern.message
    );
    assert!(concern.hints[0].contains("values.gateways.seccompProfile"), "{:?}", concern.hints);
}

/// A gateway whose one pod has this image and status.
fn stands(image: &str, status: &str) -> Standing {
    let world = read_whole_world(&format!(
        "{}---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: shop-gateway, namespace: shop}}
spec:
  template:
    metadata: {{labels: {{istio: shop}}}}
    spec: {{containers: [{{name: istio-proxy, image: {image}}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: shop-gateway-0, namespace: shop, labels: {{istio: shop}}}}
spec: {{nodeName: node-1, containers: [{{name: istio-proxy, image: {image}}}]}}
status: {status}
---
apiVersion: v1
kind: Service
metadata: {{name: shop-gateway, namespace: shop}}
spec: {{type: ClusterIP, clusterIP: 10.0.0.1, selector: {{istio: shop}}, ports: [{{port: 443}}]}}
---
apiVersion: v1
kind: Event
metadata: {{name: a, namespace: shop}}
type: Warning
reason: Failed
message: 'Failed to pull image: manifest unknown'
involvedObject: {{kind: Pod, name: shop-gateway-0, namespace: shop}}
",
        mesh(ENABLED, "")
    ));
    let found = Discover::default().answer(&world).discovery.gateways;
    standing(&world, &Key::new("shop", "shop-gateway"), found.first())
}

#[test]
fn each_state_of_a_pod_has_its_word_and_says_whether_waiting_helps() {
    let waiting = |reason: &str, message: &str| {
        format!(
            "{{phase: Pending, containerStatuses: [{{name: istio-proxy, restartCount: 4, state: \
             {{waiting: {{reason: {reason}, message: {message}}}}}}}]}}"
        )
    };
    let image = "docker.io/istio/proxyv2:1.30.3";
    let unschedulable = "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', \
                         reason: Unschedulable, message: 0/3 nodes are available}]}";
    let forbidden = "{phase: Failed, reason: SysctlForbidden, message: forbidden sysctl}";
    let unready = "{phase: Running, conditions: [{type: Ready, status: 'False', reason: \
                   ContainersNotReady, message: not ready}]}";
    for (image, status, cause, is_stuck, words) in [
        ("auto", &*waiting("ImagePullBackOff", "back-off"), Cause::NotInjected, true, "auto"),
        (image, &waiting("ImagePullBackOff", "back-off"), Cause::Image, false, "manifest unknown"),
        (image, &waiting("CrashLoopBackOff", "back-off"), Cause::Crash, false, "4 restarts"),
        (image, unschedulable, Cause::Unscheduled, false, "0/3 nodes are available"),
        (image, unready, Cause::NotReady, false, "ContainersNotReady"),
    ] {
        let standing = stands(image, status);
        assert_eq!((standing.pods, standing.ready), (1, 0), "{standing:#?}");
        let [hindrance] = &standing.hindrances[..] else { panic!("{standing:#?}") };
        assert_eq!((hindrance.cause, hindrance.is_stuck), (cause, is_stuck), "{hindrance:#?}");
        assert!(hindrance.message.contains(words), "{hindrance:#?}");
    }
    let stood = stands(image, "{phase: Running, conditions: [{type: Ready, status: 'True'}]}");
    assert_eq!((stood.ready, stood.hindrances), (1, vec![]));
    // A pod that its node refused is there no more for anybody else.
    let refused = stands(image, forbidden);
    let causes: Vec<Cause> = refused.hindrances.iter().map(|it| it.cause).collect();
    assert_eq!((refused.pods, causes), (0, vec![Cause::Sysctl]), "{refused:#?}");
}

#[test]
fn what_was_refused_of_an_earlier_deployment_counts_no_more() {
    let of = |time: &str| {
        let world = read_whole_world(&format!(
            "{}---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: shop-gateway, namespace: shop, creationTimestamp: '2026-11-27T10:00:00Z'}}
spec:
  template:
    metadata: {{labels: {{istio: shop}}}}
    spec: {{containers: [{{name: istio-proxy, image: auto}}]}}
---
apiVersion: v1
kind: Event
metadata: {{name: a, namespace: shop}}
type: Warning
reason: FailedCreate
message: 'pods \"shop-gateway-1a2b3c\" is forbidden: exceeded quota: few'
lastTimestamp: '{time}'
involvedObject: {{kind: ReplicaSet, name: shop-gateway-1a2b3c, namespace: shop}}
",
            mesh(ENABLED, "")
        ));
        let standing = standing(&world, &Key::new("shop", "shop-gateway"), None);
        standing.hindrances.iter().any(|it| it.cause == Cause::Quota)
    };
    assert!(of("2026-11-27T10:00:05Z"), "its own");
    assert!(!of("2026-11-27T09:59:00Z"), "the one's before it");
}
