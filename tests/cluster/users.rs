//! People with fewer rights: what a report says is right, and it names what it could not see, and
//! which right would show it.

use crate::igwctl::{Diagnosis, NOW};
use crate::objects::{
    APP, GATEWAY_NAMESPACE, certificate, cluster_issuer, gateway, gateway_pod, gateway_role,
    lists_secrets, pair, secret,
};
use crate::stack::{Stack, shared};

/// What somebody is told.
struct Told {
    user: &'static str,
    more: &'static [&'static str],
    codes: &'static [&'static str],
    /// Parts of what is open, one an entry; what recorded secrets hold back is not among it.
    open: &'static [&'static str],
    /// Parts of the notices, one each.
    notices: &'static [&'static str],
    code: i32,
}

const NO_LIST: &str = "IGW0302: may not list secrets in istio-system; list secrets in istio-system";
const NO_GATEWAYS: &str = "IGW0301: may not list gateways in all namespaces; list gateways in all";
const NO_PODS: &str = "IGW0301: may not list pods in all namespaces; list pods in all namespaces";
const NO_SELECTED: &str = "IGW0201: may not list pods in all namespaces; list pods in all";
const NO_LOGS: &str = "logs of pods in istio-system were not read: may not get pods/log there";
const NO_ISTIOD: &str = "istiod's log was not read: may not get services or list pods in istio";

/// The secret is misplaced, and istiod's log says that it is missing.
const MISPLACED: &[Told] = &[
    told("everything", &[], &["IGW0301"], &[], &[], 1),
    told("no-secrets", &[], &["IGW0300"], &[], &[], 1),
    told("no-secrets", &["--no-logs"], &[], &[NO_LIST], &[], 5),
    told("no-gateway-secrets", &[], &["IGW0301"], &[], &[], 1),
    told("no-gateway-secrets", &["--no-logs"], &[], &[NO_LIST], &[], 5),
    told("no-logs", &[], &["IGW0301"], &[], &[NO_LOGS], 1),
    told("no-reviews", &[], &["IGW0301"], &[], &[], 1),
    told("one-namespace", &[], &[], &[NO_GATEWAYS, NO_SELECTED, NO_PODS], &[NO_ISTIOD], 5),
    told("one-namespace", &["-n", APP], &[], &[NO_SELECTED, NO_PODS], &[NO_ISTIOD], 5),
    told("nothing", &[], &[], &[NO_GATEWAYS], &[NO_ISTIOD], 5),
    told("nothing", &["--fail-on", "undecided"], &[], &[NO_GATEWAYS], &[NO_ISTIOD], 1),
    told("nothing", &["--fail-on", "none"], &[], &[NO_GATEWAYS], &[NO_ISTIOD], 0),
];

/// The secret is in place, and the gateway may read it.
const IN_PLACE: &[Told] = &[
    told("everything", &[], &[], &[], &[], 0),
    told("no-secrets", &[], &[], &[NO_LIST], &[], 5),
    told("no-gateway-secrets", &[], &[], &[NO_LIST], &[], 5),
    told("no-logs", &[], &[], &[], &[NO_LOGS], 0),
    told("no-logs", &["--no-logs"], &[], &[], &[], 0),
    told("no-reviews", &[], &[], &[], &[], 0),
    told("one-namespace", &[], &[], &[NO_GATEWAYS, NO_SELECTED, NO_PODS], &[NO_ISTIOD], 5),
    told("nothing", &[], &[], &[NO_GATEWAYS], &[NO_ISTIOD], 5),
];

const fn told(
    user: &'static str,
    more: &'static [&'static str],
    codes: &'static [&'static str],
    open: &'static [&'static str],
    notices: &'static [&'static str],
    code: i32,
) -> Told {
    Told { user, more, codes, open, notices, code }
}

fn open(diagnosis: &Diagnosis) -> Vec<String> {
    let mut open = diagnosis.undecided();
    open.retain(|it| !it.contains("the inputs hold back values of the secret"));
    open
}

/// Each of the texts has its part.
fn match_up(texts: &[impl AsRef<str>], parts: &[&str]) -> bool {
    let has = |(text, part): (&_, &&str)| AsRef::<str>::as_ref(text).contains(*part);
    texts.len() == parts.len() && texts.iter().zip(parts).all(has)
}

fn check(stack: &Stack, expected: &[Told]) {
    for Told { user, more, codes, open: entries, notices, code } in expected {
        let run = stack.igwctl(&["diagnose", "--now", NOW]).user(user).with(more);
        let diagnosis = run.diagnosis();
        assert_eq!(diagnosis.codes(), *codes, "{}", diagnosis.ran);
        assert!(match_up(&open(&diagnosis), entries), "{entries:?}? {}", diagnosis.ran);
        assert!(match_up(&diagnosis.notices(), notices), "{notices:?}? {}", diagnosis.ran);
        assert_eq!(diagnosis.ran.code, *code, "{}", diagnosis.ran);
    }
}

#[test]
fn everybody_is_told_what_they_may_know_of_a_misplaced_secret() {
    let stack = shared();
    stack.recording("04-secret-in-app-namespace");
    check(&stack, MISPLACED);
    // What rests on a log alone says so, and why.
    for (user, words) in [
        ("no-secrets", "whether it is anywhere now is not known: may not list secrets in istio"),
        ("no-gateway-secrets", "may not list secrets in istio-system: only the log tells of"),
    ] {
        let ran = stack.igwctl(&["diagnose", "-o", "json"]).user(user).ran();
        assert!(ran.stdout.contains(words), "{ran}");
    }
    // For people, nothing is vouched for that could not be seen.
    let ran = stack.igwctl(&["diagnose"]).user("nothing").ran();
    assert!(ran.stdout.contains("nothing wrong found in what could be seen: 0 Gateways"), "{ran}");
}

#[test]
fn everybody_is_told_what_they_may_know_of_a_secret_in_place() {
    let stack = shared();
    stack.recording("05-secret-moved-to-gateway-namespace");
    check(&stack, IN_PLACE);
}

#[test]
fn a_certificate_tells_where_its_secret_is_even_those_who_may_not_see_secrets() {
    let stack = shared();
    stack.recording("04-secret-in-app-namespace");
    stack.add(&[cluster_issuer(), certificate(APP, "hipstershop", "hipstershop-cert")]);
    let diagnosis = stack.igwctl(&["diagnose", "--now", NOW]).user("no-secrets").diagnosis();
    assert_eq!(diagnosis.codes(), ["IGW0301"], "{}", diagnosis.ran);
    assert_eq!(diagnosis.ran.code, 1, "{}", diagnosis.ran);
}

#[test]
fn a_namespace_that_is_forbidden_leaves_the_others_decided() {
    let stack = shared();
    stack.clear();
    let mut own_pod = gateway_pod("team", "gateway-0");
    own_pod["metadata"]["labels"] = serde_json::json!({"istio": "team"});
    let own = |name: &str, credential: &str| {
        let mut gateway = gateway("team", name, credential);
        gateway["spec"]["selector"] = serde_json::json!({"istio": "team"});
        gateway
    };
    let mut role = gateway_role(lists_secrets());
    for object in &mut role {
        object["metadata"]["namespace"] = serde_json::json!("team");
    }
    role[1]["subjects"][0]["namespace"] = serde_json::json!("team");
    let mut objects = gateway_role(lists_secrets());
    objects.extend(role);
    objects.extend([
        gateway_pod(GATEWAY_NAMESPACE, "gateway-0"),
        gateway(APP, "shop", "shop-cert"),
        secret(GATEWAY_NAMESPACE, "shop-cert", &pair("shop.example.com")),
        own_pod,
        own("sound", "sound-cert"),
        own("lost", "lost-cert"),
        secret("team", "sound-cert", &pair("sound.example.com")),
    ]);
    stack.add(&objects);
    let run = stack.igwctl(&["diagnose", "--no-logs"]).user("no-gateway-secrets");
    let diagnosis = run.diagnosis();
    let expected = "IGW0302 Gateway team/lost spec.servers[0].tls.credentialName";
    assert_eq!(diagnosis.findings(), [expected], "{}", diagnosis.ran);
    assert!(match_up(&diagnosis.undecided(), &[NO_LIST]), "{}", diagnosis.ran);
    let object = &diagnosis.value["undecided"][0]["objects"];
    assert_eq!(object.as_array().map(Vec::len), Some(1), "{}", diagnosis.ran);
    assert_eq!(object[0]["name"], "shop", "{}", diagnosis.ran);
    assert_eq!(diagnosis.ran.code, 1, "{}", diagnosis.ran);
}
