//! `discover --wait`: watches, ends when there is something to end for, and is not thrown off by what
//! goes wrong on the way.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::edge::{INGRESS, edge_node, labels, pod, service, usual};
use crate::igwctl::Ran;
use crate::name_server::{Answer, NameServer};
use crate::proxy::{Asked, Fate, Proxy};
use crate::stack::{Stack, own, shared};
use crate::terminal::Terminal;

/// More than any of this takes on a loaded machine; what ends later has hung.
const PATIENCE: Duration = Duration::from_secs(60);

fn is_watch(asked: &Asked) -> bool {
    asked.is_about("watch=1")
}

fn is_service_watch(asked: &Asked) -> bool {
    is_watch(asked) && asked.is_about("/services?")
}

fn is_service_list(asked: &Asked) -> bool {
    !is_watch(asked) && asked.is_about("/api/v1/services?")
}

fn count(proxy: &Proxy, is_one: fn(&Asked) -> bool) -> usize {
    proxy.asked().iter().filter(|it| is_one(it)).count()
}

/// Waits until so many such requests have come.
fn until(proxy: &Proxy, is_one: fn(&Asked) -> bool, number: usize) {
    let begun = Instant::now();
    while count(proxy, is_one) < number {
        assert!(begun.elapsed() < PATIENCE, "{number} requests did not come: {:#?}", proxy.asked());
        thread::sleep(Duration::from_millis(20));
    }
}

/// Runs `discover --wait --ip` through the proxy, does something meanwhile, and says how it ended.
fn meanwhile(proxy: &Proxy, more: &[&str], then: impl FnOnce()) -> Ran {
    thread::scope(|scope| {
        let run = proxy.igwctl(&["discover", "--wait", "--timeout", "50s"]).with(more);
        let waiting = scope.spawn(move || run.ran());
        then();
        waiting.join().unwrap()
    })
}

fn give_address(stack: &Stack) {
    let status = json!({"loadBalancer": {"ingress": [{"ip": "127.0.0.7"}]}});
    stack.set_status("service", INGRESS, &status);
}

fn has_come(ran: &Ran) {
    assert_eq!((ran.code, &*ran.stdout), (0, "127.0.0.7\n"), "{ran}");
    assert!(ran.took < PATIENCE, "{ran}");
}

#[test]
fn an_address_is_waited_for_without_asking_again_and_again() {
    let stack = shared();
    usual(&stack, json!({}));
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let ran = meanwhile(&proxy, &["--ip"], || {
        until(&proxy, is_service_watch, 1);
        let lists = |proxy: &Proxy| count(proxy, |it| !is_watch(it));
        let before = lists(&proxy);
        // Nothing changes, so nothing is asked.
        thread::sleep(Duration::from_secs(2));
        assert_eq!(lists(&proxy), before, "{:#?}", proxy.asked());
        give_address(&stack);
    });
    has_come(&ran);
    assert!(count(&proxy, is_service_list) <= 3, "{:#?}", proxy.asked());
    let watched: Vec<Asked> = proxy.asked().into_iter().filter(is_watch).collect();
    assert!(watched.iter().all(|it| it.is_about("resourceVersion=")), "{watched:#?}");
    assert!(
        !watched.iter().any(|it| it.is_about("/nodes")),
        "heartbeats are no news: {watched:#?}"
    );
    // What is there already is not waited for.
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    has_come(&meanwhile(&proxy, &["--ip"], || {}));
    assert_eq!(count(&proxy, is_watch), 0);
}

#[test]
fn a_gateway_that_is_not_there_yet_and_a_pod_that_is_not_ready_are_waited_for() {
    let stack = shared();
    stack.clear();
    stack.add(&[edge_node()]);
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let name = format!("{}/{}", INGRESS.0, INGRESS.1);
    let ran = meanwhile(&proxy, &[&name, "--ip"], || {
        until(&proxy, is_service_watch, 1);
        stack.add(&[service(INGRESS.0, INGRESS.1, &labels(), json!({}))]);
        until(&proxy, is_service_watch, 2);
        stack.add(&[pod(INGRESS.0, "gateway-0", &labels(), false)]);
        give_address(&stack);
        // An address alone leads nowhere.
        thread::sleep(Duration::from_secs(2));
        let ready = json!({"conditions": [{"type": "Ready", "status": "True"}]});
        stack.set_status("pod", (INGRESS.0, "gateway-0"), &ready);
    });
    has_come(&ran);
    assert!(ran.took >= Duration::from_secs(2), "{ran}");
}

#[test]
fn a_watch_that_is_cut_is_taken_up_where_it_was() {
    let stack = shared();
    usual(&stack, json!({}));
    let proxy = Proxy::before(&stack, |_, asked| {
        // Every watch, again and again: before it answers, and after a while.
        match is_watch(asked) {
            true if asked.is_about("/pods") => Fate::Cut,
            true => Fate::CutAfter(Duration::from_millis(300)),
            false => Fate::Passed,
        }
    });
    let ran = meanwhile(&proxy, &["--ip"], || {
        until(&proxy, is_service_watch, 4);
        assert_eq!(count(&proxy, is_service_list), 1, "{:#?}", proxy.asked());
        give_address(&stack);
    });
    has_come(&ran);
}

#[test]
fn a_version_that_is_too_old_is_asked_for_anew() {
    let stack = shared();
    // As the API server says it: in the stream, or as the answer.
    let told = "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\
                \"status\":\"Failure\",\"reason\":\"Expired\",\"code\":410}}\n";
    for fate in [|told| Fate::Told(told), |_| Fate::Answered(410, "too old resource version")] {
        usual(&stack, json!({}));
        let is_first = std::sync::atomic::AtomicBool::new(true);
        let proxy = Proxy::before(&stack, move |_, asked| {
            let is_it = is_service_watch(asked);
            if is_it && is_first.swap(false, std::sync::atomic::Ordering::SeqCst) {
                fate(told)
            } else {
                Fate::Passed
            }
        });
        let ran = meanwhile(&proxy, &["--ip"], || {
            until(&proxy, is_service_watch, 2);
            assert!(count(&proxy, is_service_list) >= 2, "{:#?}", proxy.asked());
            give_address(&stack);
        });
        has_come(&ran);
    }
}

#[test]
fn an_api_server_that_restarts_is_waited_for_too() {
    let stack = own(&[]);
    usual(&stack, json!({}));
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let ran = meanwhile(&proxy, &["--ip"], || {
        until(&proxy, is_service_watch, 1);
        stack.restart();
        give_address(&stack);
    });
    has_come(&ran);
}

#[test]
fn an_api_server_that_is_gone_for_a_while_is_asked_again() {
    let stack = shared();
    usual(&stack, json!({}));
    let gone = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let is_gone = std::sync::Arc::clone(&gone);
    let proxy = Proxy::before(&stack, move |_, asked| {
        // A change comes through; what is asked then is not answered for a while.
        let is_gone = is_gone.load(std::sync::atomic::Ordering::SeqCst);
        if is_gone && !is_watch(asked) { Fate::Cut } else { Fate::Passed }
    });
    let ran = meanwhile(&proxy, &["--ip"], || {
        until(&proxy, is_service_watch, 1);
        let before = proxy.asked().len();
        gone.store(true, std::sync::atomic::Ordering::SeqCst);
        give_address(&stack);
        let begun = Instant::now();
        while proxy.asked().len() < before + 3 && begun.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(20));
        }
        gone.store(false, std::sync::atomic::Ordering::SeqCst);
    });
    has_come(&ran);
}

#[test]
fn lists_that_fail_for_a_while_are_asked_for_again() {
    let stack = shared();
    usual(&stack, json!({}));
    // The server is there and lists nothing, as one whose etcd chooses a leader.
    let down = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let is_down = std::sync::Arc::clone(&down);
    let proxy = Proxy::before(&stack, move |_, asked| {
        let is_list = asked.is_about("limit=") && !is_watch(asked);
        let is_down = is_down.load(std::sync::atomic::Ordering::SeqCst);
        if is_down && is_list { Fate::Answered(500, "no leader") } else { Fate::Passed }
    });
    let ran = meanwhile(&proxy, &["--ip"], || {
        until(&proxy, is_service_watch, 1);
        let lists = count(&proxy, is_service_list);
        down.store(true, std::sync::atomic::Ordering::SeqCst);
        give_address(&stack);
        until(&proxy, is_service_list, lists + 1);
        down.store(false, std::sync::atomic::Ordering::SeqCst);
    });
    has_come(&ran);
}

#[test]
fn the_end_of_the_time_is_124_and_says_what_was_missing() {
    let stack = shared();
    usual(&stack, json!({}));
    let ran = stack.igwctl(&["discover", "--wait", "--timeout", "2s", "--ip"]).ran();
    ran.fails(124, &["waited 2 s", "istio-system/istio-ingressgateway has no address outside"]);
    assert!(ran.took >= Duration::from_secs(2) && ran.took < PATIENCE, "{ran}");
    let ran = stack.igwctl(&["discover", "--wait", "--timeout", "1s", "-o", "env"]).ran();
    assert_eq!(ran.code, 124, "{ran}");
    assert!(ran.stdout.starts_with("unset ") && ran.stdout.ends_with("false\n"), "{ran}");
    let ran = stack.igwctl(&["discover", "nothing", "--wait", "--timeout", "1s"]).ran();
    ran.fails(124, &["there is no gateway nothing"]);
    // Nor does an API server that hangs keep anybody longer.
    let proxy = Proxy::before(&stack, |_, _| Fate::Hung);
    let ran = proxy.igwctl(&["discover", "--wait", "--timeout", "2s"]).ran();
    ran.fails(124, &["did not answer in time"]);
    assert!(ran.took < Duration::from_secs(20), "{ran}");
}

#[test]
fn several_gateways_are_not_waited_for() {
    let stack = shared();
    usual(&stack, json!({}));
    let own = json!({"istio": "own"});
    stack.add(&[pod("shop", "own-0", &own, true), service("shop", "own", &own, json!({}))]);
    let ran = stack.igwctl(&["discover", "--wait", "--timeout", "30s"]).ran();
    ran.fails(2, &["2 gateways", "shop/own", "istio-system/istio-ingressgateway"]);
    assert!(ran.took < Duration::from_secs(20), "{ran}");
}

#[test]
fn who_may_list_and_not_watch_is_told_so() {
    let stack = shared();
    usual(&stack, json!({}));
    let role = ["create", "clusterrole", "igwctl-test:lists", "--verb=list"];
    let what = "--resource=services,pods,nodes,events,gateways.networking.istio.io";
    stack.kubectl(&[&role[..], &[what]].concat());
    let binding = ["create", "clusterrolebinding", "igwctl-test:lists", "--user=lister"];
    stack.kubectl(&[&binding[..], &["--clusterrole=igwctl-test:lists"]].concat());
    let ran = stack.igwctl(&["discover", "--wait", "--as", "lister", "--timeout", "30s"]).ran();
    stack.kubectl(&["delete", "clusterrole,clusterrolebinding", "igwctl-test:lists"]);
    ran.fails(5, &["may be watched", "docs/roles/discover.yaml"]);
}

#[test]
fn a_host_name_that_does_not_resolve_yet_is_asked_for_again() {
    let stack = shared();
    usual(&stack, json!({}));
    let status = json!({"loadBalancer": {"ingress": [{"hostname": "lb-1.example.com"}]}});
    stack.set_status("service", INGRESS, &status);
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let server = NameServer::answering(move |_| {
        // A balancer's name is there a while before its addresses are.
        let before = asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        if before < 4 { Answer::NoSuchName } else { Answer::addresses(&["127.0.0.7"], &[]) }
    });
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let ran = meanwhile(&proxy, &["--ip", "--resolver", &server.address()], || {});
    has_come(&ran);
}

#[test]
fn on_a_terminal_it_says_what_it_waits_for_and_leaves_nothing_behind() {
    let stack = shared();
    usual(&stack, json!({}));
    let home = tempfile::tempdir().unwrap();
    let kubeconfig = stack.kubeconfig().to_str().unwrap();
    let arguments = ["discover", "--wait", "--ip", "--timeout", "50s"];
    let mut terminal = Terminal::igwctl(&arguments, &[("KUBECONFIG", kubeconfig)], home.path());
    terminal.shows("waiting: istio-system/istio-ingressgateway has no address outside");
    // Keys that nobody asked for are no answer to anything.
    terminal.types("\r");
    give_address(&stack);
    let (code, text) = terminal.ended();
    assert_eq!(code, 0, "{text}");
    assert!(text.trim_end().ends_with("127.0.0.7"), "{text:?}");
}
