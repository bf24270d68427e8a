//! What lines mean together.

use super::super::{Ending, Ends, Gatherer, Proxy, Start, What, scan};
use super::{said, short};

const SEARCH: &str = "2020-04-06T08:14:03.000001Z\twarn\tsecretfetcher\tCannot find secret shop, searching for fallback secret gateway-fallback\n";
const NO_FALLBACK: &str = "2020-04-06T08:14:03.000002Z\terror\tsecretfetcher\tcannot find secret shop and cannot find fallback secret gateway-fallback\n";
const NOT_IN_CACHE: &str = "2020-04-06T08:14:03.000003Z\twarn\tcache\tresource:shop SecretFetcher cannot find secret shop from cache\n";
const EXTRACT: &str = "2020-04-06T08:14:03.000000Z\tinfo\tsecretfetcher\tFail to extract secret shop found by direct api call\n";
const PUSHED: &str =
    "2020-04-06T08:15:03.000000Z\tinfo\tsds\tresource:shop pushed key/cert pair to proxy\n";
const DYNAMIC: &str = "2020-04-06T08:16:03.000000Z\tinfo\tsds\tDynamic push for secret shop\n";
const DELETED: &str = "2020-04-06T08:17:03.000000Z\tinfo\tsecretfetcher\tsecret shop is deleted\n";
const NO_PAIR: &str = "2020-04-06T08:13:03.000000Z\twarn\tsecretfetcher\tfailed load server cert/key pair from secret shop: server cert or private key is empty\n";

fn log(lines: &[&str]) -> String {
    lines.concat()
}

#[test]
fn unusable_secrets_count_where_asked_for() {
    let seen = said(NO_PAIR);
    assert_eq!(short(&seen), ["EmptyKeys shop"]);
    assert!(!seen[0].asked);
    let seen = said(&log(&[NO_PAIR, SEARCH, NO_FALLBACK]));
    assert!(seen.iter().all(|seen| seen.asked), "{seen:?}");
}

#[test]
fn wrong_keys_where_extraction_failed() {
    let seen = said(&log(&[EXTRACT, SEARCH, NO_FALLBACK, NOT_IN_CACHE]));
    assert_eq!(short(&seen), ["WrongKeys shop"]);
    assert_eq!(seen[0].count, 4);
    let seen =
        said(&log(&[EXTRACT, SEARCH, NO_FALLBACK, NOT_IN_CACHE, DELETED, SEARCH, NO_FALLBACK]));
    assert_eq!(short(&seen), ["WrongKeys shop", "Deleted shop", "Missing shop"]);
}

#[test]
fn fallback_is_no_recovery() {
    let seen = said(&log(&[SEARCH, PUSHED]));
    assert_eq!(short(&seen), ["Missing shop"]);
    assert_eq!(seen[0].fallback.as_deref(), Some("gateway-fallback"));
    assert_eq!(seen[0].over, None);
    let seen = said(&log(&[SEARCH, PUSHED, DYNAMIC]));
    assert_eq!(seen[0].over.as_ref().map(|over| over.ending), Some(Ending::Served));
    assert_eq!(seen[0].fallback, None);
}

#[test]
fn pushed_ends_and_deleted_begins() {
    let seen = said(&log(&[SEARCH, NO_FALLBACK, PUSHED]));
    assert_eq!(seen[0].over.as_ref().map(|over| over.sample.line), Some(3));
    let seen = said(&log(&[SEARCH, NO_FALLBACK, PUSHED, DELETED]));
    assert_eq!(
        seen.last().map(|seen| (seen.what, seen.over.is_some())),
        Some((What::Deleted, false))
    );
    let seen = said(&log(&[DELETED, &DYNAMIC.replace("08:16", "08:19")]));
    assert!(seen[0].over.is_some());
    let again = [SEARCH, NO_FALLBACK].map(|line| line.replace("08:14", "08:18"));
    let seen = said(&log(&[SEARCH, NO_FALLBACK, PUSHED, &again[0], &again[1]]));
    assert_eq!(seen[0].over, None, "it failed anew");
    assert_eq!(seen[0].samples.len(), 3);
    assert_eq!(seen[0].samples.iter().map(|sample| sample.line).collect::<Vec<_>>(), [1, 4, 5]);
}

#[test]
fn agent_looks_in_its_own_namespace() {
    let mut gather = Gatherer::new();
    let pod = Proxy { pod: "gw-0".into(), namespace: Some("edge".into()) };
    let start = Start { source: "gw.log".into(), line: 1, pod: Some(pod), ends: Ends::AtEnd };
    scan(&mut SEARCH.as_bytes(), start, &mut gather).unwrap();
    assert_eq!(short(&gather.finish()), ["Missing edge/shop"]);
    let request =
        "[2026-11-24T02:27:19.442Z] \"GET / HTTP/1.1\" 404 NR route_not_found - \"-\" 0 0 0 -\n";
    let pod = Proxy { pod: "gw-0".into(), namespace: Some("edge".into()) };
    let start =
        Start { source: "gw.log".into(), line: 1, pod: Some(pod.clone()), ends: Ends::AtEnd };
    let mut gather = Gatherer::new();
    scan(&mut request.as_bytes(), start, &mut gather).unwrap();
    assert_eq!(gather.finish()[0].proxy, Some(pod));
    let node = "2020-04-06T08:14:03.000003Z\twarn\tcache\tnode:router~10.8.1.6~gw-0.edge~edge.svc.cluster.local-12 resource:shop SecretFetcher cannot find secret shop from cache\n";
    let seen = said(&log(&[SEARCH, NO_FALLBACK, node]));
    assert_eq!(short(&seen), ["Missing edge/shop"]);
    let lines: Vec<_> = seen[0].samples.iter().map(|sample| sample.line).collect();
    assert_eq!(lines, [1, 2, 3]);
    assert_eq!((seen[0].count, seen[0].proxy.as_ref().unwrap().pod.as_str()), (3, "gw-0"));
}

const FETCH: &str = "2026-11-24T02:27:17.428674Z\twarn\tads\tfailed to fetch key and certificate for kubernetes://shop: secret istio-system/shop not found\n";
const CHANGE: &str = "2026-11-24T02:28:17.317786Z\tinfo\tads\tPush debounce stable[94] 1 for config Secret/istio-system/shop: 100.279566ms since last change, 100.279516ms since last push, full=false\n";

#[test]
fn change_of_the_very_secret_may_end_it() {
    let seen = said(&log(&[FETCH, CHANGE]));
    assert_eq!(seen[0].over.as_ref().map(|over| over.ending), Some(Ending::Changed));
    let again = FETCH.replace("02:27", "02:29");
    assert_eq!(said(&log(&[FETCH, CHANGE, &again]))[0].over, None);
    assert_eq!(said(&log(&[CHANGE, &again]))[1].over, None);
    let ca = "2026-11-24T02:27:17.428674Z\twarn\tads\tfailed to fetch ca certificate for kubernetes://shop-cacert: secret istio-system/shop not found\n";
    assert!(said(&log(&[ca, CHANGE]))[0].over.is_some());
}

#[test]
fn logs_are_compared_by_time() {
    let mut gather = Gatherer::new();
    let early = CHANGE.replace("02:28:17", "02:20:17");
    for log in [FETCH, early.as_str()] {
        let start = Start { source: "a.log".into(), line: 1, pod: None, ends: Ends::AtEnd };
        scan(&mut log.as_bytes(), start, &mut gather).unwrap();
    }
    assert_eq!(gather.finish()[0].over, None, "the change came before the failure");
    let mut gather = Gatherer::new();
    for log in [FETCH, CHANGE, FETCH] {
        let start = Start { source: "a.log".into(), line: 1, pod: None, ends: Ends::AtEnd };
        scan(&mut log.as_bytes(), start, &mut gather).unwrap();
    }
    assert!(gather.finish()[0].over.is_some(), "the failure came before the change");
}

#[test]
fn askers_in_two_namespaces_are_told_apart() {
    let denied = "2024-11-24T02:31:00.294860Z\twarn\tads\tproxy gw-0.edge attempted to access unauthorized certificates a: gw/edge is not authorized to read secrets: \n";
    let seen = said(&log(&[
        denied,
        denied,
        &denied.replace("edge", "core"),
        &denied.replace("gw-0", "gw-1"),
    ]));
    assert_eq!(seen.iter().map(|seen| seen.count).collect::<Vec<_>>(), [3, 1]);
}

#[test]
fn lists_of_names_and_keys() {
    let denied = "2024-11-24T02:31:00.294860Z\twarn\tads\tproxy gw-0.edge attempted to access unauthorized certificates a, b-cacert, and 2 others: gw/edge is not authorized to read secrets: ";
    let seen = said(denied);
    assert_eq!(short(&seen), ["Forbidden a", "Forbidden b+ca"]);
    let account = seen[0].service_account.as_ref().unwrap();
    assert_eq!((account.name.as_str(), account.namespace.as_str()), ("gw", "edge"));
    assert_eq!(seen[0].reason, None);
    assert_eq!(seen[0].proxy.as_ref().unwrap().namespace.as_deref(), Some("edge"));
    let keys = "2024-11-24T02:31:00.294860Z\twarn\tads\tfailed to fetch key and certificate for kubernetes://shop: found secret, but didn't have expected keys (cert and key) or (tls.crt and tls.key); found: a, b, c, and 0 more...";
    assert_eq!(said(keys)[0].keys, ["a", "b", "c"]);
}

#[test]
fn who_could_not_be_asked_said_no_no() {
    let line = "2026-03-01T00:00:00.000000Z\twarn\tads\tproxy gw-0.edge attempted to access unauthorized certificates shop: ";
    for reason in [
        "Post \"https://10.96.0.1:443/apis/authorization.k8s.io/v1/subjectaccessreviews\": context deadline exceeded",
        "no auth controller",
    ] {
        let seen = said(&format!("{line}{reason}\n"));
        assert_eq!(short(&seen), ["Withheld shop"]);
        assert_eq!(seen[0].reason.as_deref().unwrap_or(reason), reason);
    }
    let account = [
        "attempted to access unauthorized certificates shop: gw/edge is not authorized to read secrets",
        "proxy gw-0.edge attempted to access unauthorized certificates shop: gw/edge is not authorized to read secrets",
    ];
    for line in account {
        let seen = said(line);
        assert_eq!(short(&seen), ["Forbidden shop"]);
        assert_eq!(seen[0].service_account.as_ref().unwrap().name, "gw", "{line}");
    }
}

const WARNED: &str = "2026-11-24T02:31:00.294860Z\twarn\tads\tinvalid certificates: istio-system/shop \"kubernetes://shop\": pem decode failed\n";
const REFUSED: &str = "2026-11-24T02:31:00.300856Z\twarn\tdelta\tADS:SDS: ACK ERROR gw-0.istio-system-16 Internal:Failed to load private key from <inline>\n";

#[test]
fn refusal_takes_the_name_near_it() {
    let seen = said(&log(&[WARNED, REFUSED]));
    assert_eq!(short(&seen), ["BadCertificate istio-system/shop", "BadKey istio-system/shop"]);
    assert_eq!(seen[1].proxy.as_ref().unwrap().pod, "gw-0");
    let other = WARNED.replace("/shop", "/other");
    let seen = said(&log(&[WARNED, &other, REFUSED]));
    assert!(
        short(&seen).contains(&"BadKey -".to_owned()),
        "two names are near: {:?}",
        short(&seen)
    );
    let later = REFUSED.replace("02:31:00", "02:33:00");
    assert!(short(&said(&log(&[WARNED, &later]))).contains(&"BadKey -".to_owned()));
    let debug = "2026-11-24T02:27:32.424146Z\tdebug\tenvoy init\tshared target SdsApi kubernetes://shop initialized, notifying init manager Listener-local-init-manager 0.0.0.0_8443 12\tthread=20\n2026-11-24T02:27:32.424146Z\twarning\tenvoy config\tgRPC config: initial fetch timed out for type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret\tthread=20\n";
    assert_eq!(short(&said(debug)), ["FetchTimedOut shop"]);
}

#[test]
fn private_material_never_stays() {
    let line = "2020-06-06T08:20:03.329041Z\terror\tsds\tresource:shop received error: -----BEGIN RSA PRIVATE KEY----- MIIabc. Will not respond until next secret update";
    let seen = said(line);
    let text = format!("{seen:?}");
    assert!(!text.contains("MIIabc") && text.contains("left out"), "{text}");
}

#[test]
fn changes_of_many_secrets_leave_room_for_failures() {
    let changes: String =
        (0..12_000).map(|n| CHANGE.replace("/shop:", &format!("/s{n}:"))).collect();
    let failures: String = (0..12_000).map(|n| FETCH.replace("shop", &format!("s{n}"))).collect();
    let mut gather = Gatherer::new();
    for log in [changes, failures] {
        let start = Start { source: "a.log".into(), line: 1, pod: None, ends: Ends::AtEnd };
        scan(&mut log.as_bytes(), start, &mut gather).unwrap();
    }
    assert_eq!(gather.dropped(), 4_000);
    let seen = gather.finish();
    assert_eq!(seen.len(), 20_000);
    assert!(seen.iter().any(|seen| seen.what == What::Missing));
}
