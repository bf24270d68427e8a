//! A secret that is gone while the gateway runs: an Event in the cluster tells.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::igwctl::{Diagnosis, Run};
use crate::objects::{
    APP, GATEWAY_NAMESPACE, gateway, gateway_pod, gateway_role, lists_secrets, pair, secret,
};
use crate::proxy::{Asked, Fate, Proxy};
use crate::stack::{Stack, shared};

/// A name of this test's own: Events stay in the cluster for others to see.
const CREDENTIAL: &str = "deleted-cert";

/// A gateway that runs, whose secret is there.
fn shop(stack: &Stack) {
    stack.clear();
    let mut objects = gateway_role(lists_secrets());
    objects.extend([
        gateway_pod(GATEWAY_NAMESPACE, "gateway-0"),
        gateway(APP, "shop", CREDENTIAL),
        secret(GATEWAY_NAMESPACE, CREDENTIAL, &pair("shop.example.com")),
    ]);
    stack.add(&objects);
    let wait = ["wait", "pod/gateway-0", "-n", GATEWAY_NAMESPACE, "--for=condition=Ready"];
    stack.kubectl(&wait);
}

fn delete_secret(stack: &Stack) {
    stack.kubectl(&["delete", "secret", CREDENTIAL, "-n", GATEWAY_NAMESPACE]);
}

/// An Event that the secret was deleted, so many minutes after the pod was started.
fn event(stack: &Stack, minutes: i64) {
    let get = ["get", "pod", "gateway-0", "-n", GATEWAY_NAMESPACE, "-o"];
    let started = stack.kubectl(&[&get[..], &["jsonpath={.status.startTime}"]].concat());
    let started: Timestamp = started.parse().unwrap();
    let time = started + SignedDuration::from_mins(minutes);
    stack.add(&[json!({
        "apiVersion": "v1", "kind": "Event", "type": "Normal",
        "metadata": {"namespace": GATEWAY_NAMESPACE, "name": CREDENTIAL},
        "involvedObject": {
            "apiVersion": "v1", "kind": "Secret",
            "namespace": GATEWAY_NAMESPACE, "name": CREDENTIAL,
        },
        "reason": "Deleted", "message": "deleted by its operator",
        "lastTimestamp": time.to_string(),
    })]);
}

fn forget(stack: &Stack) {
    let delete = ["delete", "events", CREDENTIAL, "-n", GATEWAY_NAMESPACE, "--ignore-not-found"];
    stack.kubectl(&delete);
}

fn lists_events(asked: &Asked) -> bool {
    asked.line().ends_with("/events")
}

#[test]
fn an_event_tells_that_the_gateway_serves_what_it_had() {
    let stack = shared();
    shop(&stack);
    let run = || stack.igwctl(&["diagnose", "--no-logs"]);
    // Where nothing is missing, nobody asks.
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    proxy.igwctl(&["diagnose", "--no-logs"]).diagnosis().is_clean();
    assert!(!proxy.asked().iter().any(lists_events));

    delete_secret(&stack);
    assert_eq!(run().diagnosis().codes(), ["IGW0302"]);
    event(&stack, -1);
    assert_eq!(run().diagnosis().codes(), ["IGW0302"], "the pod is younger than that");
    event(&stack, 1);
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let diagnosis = proxy.igwctl(&["diagnose", "--no-logs"]).diagnosis();
    assert_eq!(diagnosis.codes(), ["IGW0313"], "{}", diagnosis.ran);
    assert_eq!(diagnosis.ran.code, 0, "a warning: {}", diagnosis.ran);
    assert!(diagnosis.ran.stdout.contains("deleted by its operator"), "{}", diagnosis.ran);
    let asked: Vec<Asked> = proxy.asked().into_iter().filter(lists_events).collect();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0].line(), format!("GET /api/v1/namespaces/{GATEWAY_NAMESPACE}/events"));
    assert!(asked[0].is_about("fieldSelector=involvedObject.kind%3DSecret"), "{asked:?}");

    // A bundle holds the Event too.
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("bundle.yaml.gz").display().to_string();
    let made = stack.igwctl(&["snapshot", "--no-logs", "--to", &bundle]).ran();
    assert_eq!(made.code, 0, "{made}");
    let elsewhere = Run::new(&["diagnose", &bundle]).ran();
    assert_eq!(elsewhere.stdout, run().ran().stdout, "{elsewhere}");
    forget(&stack);
}

#[test]
fn events_that_do_not_come_are_done_without() {
    let stack = shared();
    shop(&stack);
    delete_secret(&stack);
    event(&stack, 1);
    let check = |fate: fn() -> Fate| -> Diagnosis {
        let rule = move |_, asked: &Asked| if lists_events(asked) { fate() } else { Fate::Passed };
        let proxy = Proxy::before(&stack, rule);
        let run = proxy.igwctl(&["diagnose", "--no-logs", "--request-timeout", "5s"]);
        let diagnosis = run.diagnosis();
        assert_eq!(proxy.asked().iter().filter(|it| lists_events(it)).count(), 1);
        diagnosis
    };
    for fate in [
        || Fate::Answered(403, "forbidden"),
        || Fate::Answered(500, "etcd is slow"),
        || Fate::Hung,
        || Fate::Cut,
    ] {
        let diagnosis = check(fate);
        assert_eq!(diagnosis.codes(), ["IGW0302"], "{}", diagnosis.ran);
        assert_eq!(diagnosis.undecided(), [""; 0], "{}", diagnosis.ran);
        assert_eq!(diagnosis.notices(), [""; 0], "{}", diagnosis.ran);
        assert_eq!((diagnosis.ran.code, &*diagnosis.ran.stderr), (1, ""), "{}", diagnosis.ran);
    }
    forget(&stack);
}
