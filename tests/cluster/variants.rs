//! Clusters of other kinds: old CRDs, many objects, none of Istio's or cert-manager's.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::igwctl::{Diagnosis, NOW};
use crate::objects::{
    APP, GATEWAY_NAMESPACE, gateway, gateway_pod, gateway_role, lists_secrets, pair, secret,
};
use crate::proxy::{Asked, Fate, Proxy};
use crate::stack::{Stack, own, shared};

#[test]
fn kinds_that_are_served_in_an_old_version_only_are_read_in_it() {
    for version in ["v1beta1", "v1alpha3"] {
        let stack = own(&["--old-crds", version]);
        stack.recording("04-secret-in-app-namespace");
        let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
        let diagnosis = proxy.igwctl(&["diagnose", "--now", NOW]).diagnosis();
        assert_eq!(diagnosis.codes(), ["IGW0301"], "{}", diagnosis.ran);
        assert_eq!(diagnosis.notices(), [""; 0], "{}", diagnosis.ran);
        let served = &diagnosis.value["findings"][0]["object"]["apiVersion"];
        assert_eq!(served, &format!("networking.istio.io/{version}"), "{}", diagnosis.ran);
        let path = format!("GET /apis/networking.istio.io/{version}/gateways");
        assert!(proxy.asked().iter().any(|it| it.line() == path));
    }
}

/// 1,200 Gateways that ask for one sound secret, and one that asks for another.
fn many(stack: &Stack) {
    stack.clear();
    let mut objects = vec![
        gateway_pod(GATEWAY_NAMESPACE, "gateway-0"),
        secret(GATEWAY_NAMESPACE, "shop-cert", &pair("*.example.com")),
        gateway(APP, "zzz-last", "no-such-cert"),
    ];
    objects.extend(gateway_role(lists_secrets()));
    objects.extend((0..1200).map(|number| gateway(APP, &format!("shop-{number:04}"), "shop-cert")));
    stack.add(&objects);
}

fn pages(proxy: &Proxy) -> Vec<Asked> {
    let asked = proxy.asked().into_iter();
    asked.filter(|it| it.line() == "GET /apis/networking.istio.io/v1/gateways").collect()
}

#[test]
fn a_list_of_1200_comes_in_pages_and_one_that_expires_is_asked_for_anew() {
    let stack = shared();
    many(&stack);
    let finds_the_last = |diagnosis: &Diagnosis| {
        let expected = format!("IGW0302 Gateway {APP}/zzz-last spec.servers[0].tls.credentialName");
        assert_eq!(diagnosis.findings(), [expected], "{}", diagnosis.ran);
    };
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    finds_the_last(&proxy.igwctl(&["diagnose", "--no-logs"]).diagnosis());
    let asked = pages(&proxy);
    assert_eq!(asked.len(), 3, "{asked:?}");
    assert!(asked.iter().all(|it| it.is_about("limit=500")), "{asked:?}");
    let following = asked.iter().filter(|it| it.is_about("&continue=")).count();
    assert_eq!(following, 2, "{asked:?}");

    // The API server forgets what a page belongs to after five minutes.
    let is_expired = AtomicBool::new(false);
    let proxy = Proxy::before(&stack, move |_, asked| {
        if asked.is_about("&continue=") && !is_expired.swap(true, Ordering::SeqCst) {
            Fate::Answered(410, "The provided continue parameter is too old")
        } else {
            Fate::Passed
        }
    });
    let diagnosis = proxy.igwctl(&["diagnose", "--no-logs"]).diagnosis();
    finds_the_last(&diagnosis);
    assert_eq!(diagnosis.notices(), [""; 0], "{}", diagnosis.ran);
    let asked = pages(&proxy);
    assert_eq!(asked.len(), 3, "a page, the one that expired, and all at once: {asked:?}");
    assert!(!asked[2].is_about("limit="), "{asked:?}");
}

#[test]
fn a_cluster_without_istio_is_said_to_be_one() {
    let stack = own(&["--no-istio", "--no-gateway-api"]);
    let diagnosis = stack.igwctl(&["diagnose", "--no-logs"]).diagnosis();
    assert_eq!(diagnosis.ran.code, 0, "{}", diagnosis.ran);
    assert_eq!(diagnosis.findings(), [""; 0], "{}", diagnosis.ran);
    assert_eq!(diagnosis.undecided(), [""; 0], "{}", diagnosis.ran);
    let notices = diagnosis.notices().join("\n");
    assert!(notices.contains("no Istio"), "{notices}");
    // With logs, it is also said that there is no istiod to read one of.
    let diagnosis = stack.igwctl(&["diagnose"]).diagnosis();
    let notices = diagnosis.notices().join("\n");
    assert!(notices.contains("no istiod was found in this cluster"), "{notices}");
}

#[test]
fn a_cluster_without_cert_manager_is_read_like_any_other() {
    let stack = own(&["--no-cert-manager"]);
    stack.recording("06-secret-nowhere");
    let diagnosis = stack.igwctl(&["diagnose", "--now", NOW]).diagnosis();
    assert_eq!(diagnosis.codes(), ["IGW0302"], "{}", diagnosis.ran);
    assert_eq!(diagnosis.undecided(), [""; 0], "{}", diagnosis.ran);
    assert_eq!(diagnosis.notices(), [""; 0], "{}", diagnosis.ran);
    let why = diagnosis.value.pointer("/findings/0/cause/message").and_then(Value::as_str);
    assert!(why.unwrap().contains("no secret of that name is anywhere"), "{}", diagnosis.ran);
}
