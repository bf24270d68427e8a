//! Which requests a run makes: few, and a secret's body only where a Gateway names it.

use std::collections::BTreeMap;

use crate::igwctl::{Diagnosis, NOW};
use crate::objects::{APP, GATEWAY_NAMESPACE, pair, secret};
use crate::proxy::{Asked, Fate, Proxy};
use crate::stack::shared;

/// What is asked on the recording of the misplaced secret; `*` stands for a pod's name.
const ASKED: &[&str] = &[
    "GET /api/v1/namespaces/istio-system/events",
    "GET /api/v1/namespaces/istio-system/pods",
    "GET /api/v1/namespaces/istio-system/pods/*/log",
    "GET /api/v1/namespaces/istio-system/pods/*/log",
    "GET /api/v1/namespaces/istio-system/secrets/hipstershop-cert",
    "GET /api/v1/namespaces/istio-system/services/istiod",
    "GET /api/v1/pods",
    "GET /api/v1/secrets",
    "GET /api/v1/services",
    "GET /apis",
    "GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
    "GET /apis/cert-manager.io/v1/certificates",
    "GET /apis/discovery.k8s.io/v1/endpointslices",
    "GET /apis/gateway.networking.k8s.io/v1/gateways",
    "GET /apis/gateway.networking.k8s.io/v1/grpcroutes",
    "GET /apis/gateway.networking.k8s.io/v1/httproutes",
    "GET /apis/gateway.networking.k8s.io/v1/referencegrants",
    "GET /apis/networking.istio.io/v1/destinationrules",
    "GET /apis/networking.istio.io/v1/gateways",
    "GET /apis/networking.istio.io/v1/serviceentries",
    "GET /apis/networking.istio.io/v1/virtualservices",
    "GET /apis/networking.istio.io/v1/workloadentries",
    "POST /apis/authorization.k8s.io/v1/subjectaccessreviews",
];

fn lines(asked: &[Asked]) -> Vec<String> {
    let line = |it: &Asked| {
        let line = it.line();
        match line
            .split_once("/pods/")
            .and_then(|(before, after)| Some((before, after.split_once('/')?)))
        {
            Some((before, (_, after))) => format!("{before}/pods/*/{after}"),
            None => line,
        }
    };
    let mut lines: Vec<String> = asked.iter().map(line).collect();
    lines.sort();
    lines
}

#[test]
fn a_run_asks_for_what_it_needs_and_for_no_more() {
    let stack = shared();
    stack.recording("04-secret-in-app-namespace");
    // Secrets that no Gateway names are nobody's business.
    stack.add(&[
        secret(GATEWAY_NAMESPACE, "other", &pair("other.example.com")),
        secret(APP, "other", &pair("other.example.com")),
    ]);
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let diagnosis = proxy.igwctl(&["diagnose", "--now", NOW]).diagnosis();
    assert_eq!(diagnosis.codes(), ["IGW0301"], "{}", diagnosis.ran);
    let asked = proxy.asked();
    assert_eq!(lines(&asked), ASKED, "{}", diagnosis.ran);
    for it in asked.iter().filter(|it| it.line().ends_with("/secrets")) {
        assert!(it.target.contains("fieldSelector=metadata.name%3Dhipstershop-cert"), "{it:?}");
        let accept = &it.headers["accept"];
        assert!(accept.starts_with("application/json;as=PartialObjectMetadataList"), "{it:?}");
    }
    let pods: Vec<&Asked> = asked.iter().filter(|it| it.line() == "GET /api/v1/pods").collect();
    assert!(pods[0].target.contains("labelSelector=istio&"), "{pods:?}");
    assert!(asked.iter().all(|it| it.headers["user-agent"].contains("igwctl")), "{asked:?}");

    // A snapshot asks for the same.
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let ran = proxy.igwctl(&["snapshot"]).ran();
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(lines(&proxy.asked()), ASKED);
}

#[test]
fn without_logs_istiod_is_not_looked_for() {
    let stack = shared();
    stack.recording("04-secret-in-app-namespace");
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let diagnosis = proxy.igwctl(&["diagnose", "--now", NOW, "--no-logs"]).diagnosis();
    assert_eq!(diagnosis.codes(), ["IGW0301"], "{}", diagnosis.ran);
    let is_left_out = |line: &&&str| {
        let parts = ["/log", "/services/istiod", "istio-system/pods", "mutatingwebhook"];
        !parts.iter().any(|part| line.contains(part))
    };
    let expected: Vec<&str> = ASKED.iter().filter(is_left_out).copied().collect();
    assert_eq!(lines(&proxy.asked()), expected);
}

#[test]
fn many_names_cost_a_body_each_and_one_list_where_many_are_missing() {
    let stack = shared();
    stack.clear();
    let mut objects = vec![crate::objects::gateway_pod(GATEWAY_NAMESPACE, "gateway-0")];
    objects.extend(crate::objects::gateway_role(crate::objects::lists_secrets()));
    let shared_pair = pair("*.example.com");
    for number in 0..40 {
        let name = format!("shop-{number}");
        objects.push(crate::objects::gateway(APP, &name, &format!("{name}-cert")));
        objects.push(secret(GATEWAY_NAMESPACE, &format!("{name}-cert"), &shared_pair));
    }
    stack.add(&objects);
    let counts = |diagnosis: &dyn Fn(&Diagnosis)| {
        let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
        diagnosis(&proxy.igwctl(&["diagnose", "--no-logs"]).diagnosis());
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for line in lines(&proxy.asked()) {
            let line = line.split("/secrets/").next().unwrap_or_default().to_owned();
            *counts.entry(line).or_default() += 1;
        }
        counts
    };
    let review = "POST /apis/authorization.k8s.io/v1/subjectaccessreviews";
    // What is where it is looked for is looked for nowhere else.
    let all_there = counts(&Diagnosis::is_clean);
    assert_eq!(all_there.get("GET /api/v1/secrets"), None, "{all_there:?}");
    assert_eq!(all_there["GET /api/v1/namespaces/istio-system"], 40, "{all_there:?}");
    assert_eq!(all_there[review], 1, "{all_there:?}");

    let missing = (0..13).map(|number| format!("lost-{number}"));
    let missing: Vec<_> =
        missing.map(|name| crate::objects::gateway(APP, &name, &format!("{name}-cert"))).collect();
    stack.add(&missing);
    let some_missing = counts(&|diagnosis| {
        assert_eq!(diagnosis.codes(), ["IGW0302"; 13], "{}", diagnosis.ran);
    });
    assert_eq!(some_missing["GET /api/v1/secrets"], 1, "{some_missing:?}");
    assert_eq!(some_missing["GET /api/v1/namespaces/istio-system"], 53, "{some_missing:?}");
    let events = "GET /api/v1/namespaces/istio-system/events";
    assert_eq!(some_missing[events], 1, "{some_missing:?}");
}
