//! What `discover` asks the API server for: few requests, and with fewer rights or answers it says so.

use serde_json::{Value, json};

use crate::discover::found;
use crate::edge::{INGRESS, gateway, pod, service, usual};
use crate::igwctl::Ran;
use crate::objects::APP;
use crate::proxy::{Asked, Fate, Proxy};
use crate::stack::shared;

fn lines(asked: &[Asked]) -> Vec<String> {
    let mut lines: Vec<String> = asked
        .iter()
        .map(|it| {
            let query = it.target.split_once('?').map_or("", |(_, query)| query);
            let by = query.split('&').find(|part| part.contains("Selector"));
            by.map_or_else(|| it.line(), |by| format!("{} {by}", it.line()))
        })
        .collect();
    lines.sort();
    lines
}

/// What a cluster is asked where the balancer has its address.
const USUAL: &[&str] = &[
    "GET /api/v1/pods labelSelector=istio",
    "GET /api/v1/services",
    "GET /apis",
    "GET /apis/gateway.networking.k8s.io/v1/gateways",
    "GET /apis/networking.istio.io/v1/gateways",
];

#[test]
fn a_run_asks_for_what_it_needs_and_for_no_more() {
    let stack = shared();
    usual(&stack, json!({}));
    stack.add(&[gateway(APP, "shop", &json!({"istio": "ingressgateway"}), "shop.example.com")]);
    let asked = |more: &[&str]| {
        let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
        let ran = proxy.igwctl(&["discover"]).with(more).ran();
        assert!([0, 4].contains(&ran.code), "{ran}");
        lines(&proxy.asked())
    };
    let events = "GET /api/v1/namespaces/istio-system/events fieldSelector=\
                  involvedObject.kind%3DService%2CinvolvedObject.name%3Distio-ingressgateway";
    // Without an address: why, and the nodes that lead there meanwhile.
    let mut expected = USUAL.to_vec();
    expected.extend([events, "GET /api/v1/nodes"]);
    expected.sort_unstable();
    assert_eq!(asked(&[]), expected);
    let ingress = json!([{"ip": "127.0.0.7"}]);
    stack.set_status("service", INGRESS, &json!({"loadBalancer": {"ingress": ingress}}));
    for more in [&[][..], &["-o", "json"], &["-o", "env"], &["--ip"], &["shop.example.com"]] {
        assert_eq!(asked(more), USUAL, "{more:?}");
    }
}

#[test]
fn with_the_written_rights_nothing_is_left_unseen_and_with_fewer_it_is_said() {
    let stack = shared();
    usual(&stack, json!({}));
    let roles = igwctl::effects::cluster::rights::roles();
    let (_, text) = roles.iter().find(|(file, _)| *file == "discover.yaml").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roles.yaml");
    std::fs::write(&path, text).unwrap();
    stack.kubectl(&["apply", "-f", path.to_str().unwrap()]);
    let bind = |kind: &str, more: &[&str]| {
        let create = ["create", kind, "igwctl-discover", "--user=somebody"];
        stack.kubectl(&[&create[..], more].concat());
    };
    bind("clusterrolebinding", &["--clusterrole=igwctl-discover"]);
    bind("rolebinding", &["--role=igwctl-discover", "-n", INGRESS.0]);
    let run = |arguments: &[&str]| {
        stack.igwctl(&["discover", "--as", "somebody", "-o", "json"]).with(arguments).ran()
    };
    let text = |ran: Ran| {
        let mut value: Value = serde_json::from_str(&ran.stdout).unwrap();
        // Its age goes on.
        value["gateways"][0]["pods"]["since"].take();
        value
    };
    let full = text(stack.igwctl(&["discover", "-o", "json"]).ran());
    assert_eq!(text(run(&[])), full);
    let waited = run(&["--wait", "--timeout", "1s"]);
    assert_eq!(waited.code, 124, "{waited}");
    stack.kubectl(&["delete", "rolebinding", "igwctl-discover", "-n", INGRESS.0]);
    let ran = run(&[]);
    assert!(ran.stdout.contains("its Events are not known: may not list events"), "{ran}");
    stack.kubectl(&["delete", "clusterrolebinding,clusterrole", "igwctl-discover"]);
    // Who may see nothing is told so, and not that there is none.
    let ran = stack.igwctl(&["discover"]).user("nothing").ran();
    ran.fails(5, &["no gateway was found in what could be seen", "may not list services"]);
    // Who may see one namespace sees what is in it.
    let own = json!({"istio": "own"});
    stack.add(&[pod(APP, "own-0", &own, true), service(APP, "own", &own, json!({}))]);
    let found = found(stack.igwctl(&["discover"]).user("one-namespace"));
    assert_eq!(found["gateways"].as_array().map(Vec::len), Some(1), "{found:#}");
    assert_eq!(found["gateways"][0]["object"]["name"], "own", "{found:#}");
    assert_eq!(found["gateways"][0]["pods"]["ready"], 1, "{found:#}");
    let notices = found["notices"].to_string();
    assert!(notices.contains("there may be more gateways"), "{notices}");
}

#[test]
fn an_api_server_that_does_not_answer_is_3_and_never_an_empty_list() {
    let stack = shared();
    usual(&stack, json!({}));
    let proxy =
        Proxy::before(
            &stack,
            |_, asked| {
                if asked.is_about("/services") { Fate::Hung } else { Fate::Passed }
            },
        );
    let ran = proxy.igwctl(&["discover", "--request-timeout", "2s"]).ran();
    ran.fails(3, &["cannot be reached", "no answer within 2 s"]);
    let proxy = Proxy::before(&stack, |_, asked| {
        if asked.is_about("/services") { Fate::Answered(500, "etcd") } else { Fate::Passed }
    });
    proxy.igwctl(&["discover", "--ip"]).ran().fails(3, &["could not list services"]);
    let ran = proxy.igwctl(&["discover", "-o", "json"]).ran();
    assert_eq!(ran.code, 3, "{ran}");
    // Nor is a Service said to be missing that could not be seen.
    assert!(ran.stdout.contains("no Service is known that leads to its pods"), "{ran}");
    let env = proxy.igwctl(&["discover", "-o", "env"]).ran();
    assert_eq!(env.code, 3, "{env}");
    assert!(env.stdout.ends_with("false\n"), "{env}");
}
