//! What goes wrong between igwctl and the API server: one clear error, the right code, in time.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::apply::{SHOP, prepared};
use crate::igwctl::Run;
use crate::proxy::{Fate, Proxy};
use crate::stack::{Stack, shared};

/// Time that a loaded machine may need beside what it is told to wait.
const SLACK: Duration = Duration::from_secs(8);

/// igwctl with the stack's kubeconfig, changed.
fn changed(stack: &Stack, change: impl FnOnce(&mut Value)) -> (Run, TempDir) {
    let mut kubeconfig = stack.kubeconfig_value();
    change(&mut kubeconfig);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kubeconfig");
    std::fs::write(&path, kubeconfig.to_string()).unwrap();
    let run = Run::new(&["diagnose", "--kubeconfig", path.to_str().unwrap()]);
    (run, folder)
}

fn server(kubeconfig: &mut Value, port: u16) {
    kubeconfig["clusters"][0]["cluster"]["server"] = json!(format!("https://127.0.0.1:{port}"));
}

/// A port on which somebody listens and never says a word.
fn dead() -> (TcpListener, u16) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

#[test]
fn an_api_server_that_is_gone_is_said_at_once() {
    let stack = shared();
    let (listener, port) = dead();
    drop(listener);
    let (run, _folder) = changed(&stack, |it| server(it, port));
    let ran = run.ran();
    ran.fails(3, &[&format!("https://127.0.0.1:{port} cannot be reached"), "refused"]);
    assert!(ran.took < SLACK, "{ran}");
}

#[test]
fn an_api_server_that_is_dead_is_waited_for_as_long_as_asked() {
    let stack = shared();
    let (_listener, port) = dead();
    let (run, _folder) = changed(&stack, |it| server(it, port));
    let ran = run.with(&["--request-timeout", "2s"]).ran();
    ran.fails(3, &["cannot be reached", "no answer within 2 s"]);
    assert!(ran.took >= Duration::from_secs(2) && ran.took < SLACK, "{ran}");
}

#[test]
fn an_api_server_that_goes_in_the_middle_leaves_an_error_and_no_half_report() {
    let stack = shared();
    stack.recording("04-secret-in-app-namespace");
    // After discovery, among the lists, and before the last of what is asked for.
    for after in [1, 3, 8] {
        let proxy = Proxy::before(
            &stack,
            move |count, _| {
                if count < after { Fate::Passed } else { Fate::Cut }
            },
        );
        for command in ["diagnose", "snapshot"] {
            let ran = proxy.igwctl(&[command, "--no-logs"]).ran();
            ran.fails(3, &["cannot be reached"]);
        }
    }
}

#[test]
fn an_api_server_that_dies_in_the_middle_is_waited_for_as_long_as_asked() {
    let stack = shared();
    stack.recording("04-secret-in-app-namespace");
    let proxy =
        Proxy::before(
            &stack,
            |_, asked| {
                if asked.is_about("/pods") { Fate::Hung } else { Fate::Passed }
            },
        );
    let ran = proxy.igwctl(&["diagnose", "--no-logs", "--request-timeout", "2"]).ran();
    ran.fails(3, &["cannot be reached", "no answer within 2 s"]);
    assert!(ran.took < SLACK, "{ran}");
}

#[test]
fn a_server_that_is_full_is_asked_again_also_where_something_is_written() {
    let stack = shared();
    prepared(&stack);
    let (lists, writes) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let proxy = Proxy::before(&stack, move |_, asked| {
        let counted = if asked.writes() {
            &writes
        } else if asked.is_about("/services") {
            &lists
        } else {
            return Fate::Passed;
        };
        let is_full = counted.fetch_add(1, Ordering::SeqCst) < 2;
        if is_full { Fate::Answered(429, "too many requests") } else { Fate::Passed }
    });
    let line = format!("apply {SHOP} --yes");
    let ran = proxy.igwctl(&line.split(' ').collect::<Vec<_>>()).ran();
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(ran.stdout.matches(" created\n").count(), 2, "{ran}");
}

#[test]
fn one_kind_that_fails_leaves_the_rest_and_exits_with_3() {
    let stack = shared();
    stack.recording("05-secret-moved-to-gateway-namespace");
    let proxy = Proxy::before(&stack, |_, asked| {
        let is_it = asked.line() == "GET /apis/networking.istio.io/v1/gateways";
        if is_it { Fate::Answered(500, "conversion webhook failed") } else { Fate::Passed }
    });
    let diagnosis = proxy.igwctl(&["diagnose"]).diagnosis();
    assert_eq!(diagnosis.ran.code, 3, "{}", diagnosis.ran);
    let undecided = diagnosis.undecided().join("\n");
    assert!(undecided.contains("could not list gateways in all namespaces"), "{undecided}");
    let notices = diagnosis.notices().join("\n");
    assert!(notices.contains("could not list gateways: 500"), "{notices}");
    assert!(notices.contains("conversion webhook failed"), "{notices}");
}

#[test]
fn a_log_that_never_comes_is_left_out_and_said() {
    let stack = shared();
    stack.recording("04-secret-in-app-namespace");
    let proxy =
        Proxy::before(
            &stack,
            |_, asked| {
                if asked.is_about("/log?") { Fate::Hung } else { Fate::Passed }
            },
        );
    let diagnosis = proxy.igwctl(&["diagnose", "--request-timeout", "3s"]).diagnosis();
    assert_eq!(diagnosis.codes(), ["IGW0301"], "{}", diagnosis.ran);
    assert_eq!(diagnosis.notices().len(), 2, "{}", diagnosis.ran);
    assert!(diagnosis.notices().iter().all(|it| it.contains("no answer within 3 s")));
    assert!(diagnosis.ran.took < Duration::from_secs(3) + SLACK, "{}", diagnosis.ran);
}

#[test]
fn credentials_that_are_refused_are_said_to_be() {
    let stack = shared();
    let (run, _folder) = changed(&stack, |it| it["users"][0]["user"] = json!({"token": "wrong"}));
    run.ran().fails(3, &["does not accept the credentials (401)", "log in again"]);
}

#[test]
fn a_token_that_ends_on_the_way_is_an_error_and_no_half_report() {
    let stack = shared();
    stack.recording("04-secret-in-app-namespace");
    stack.kubectl(&["create", "serviceaccount", "passer-by", "-n", "default"]);
    let binding = ["--clusterrole=cluster-admin", "--serviceaccount=default:passer-by"];
    let name = ["create", "clusterrolebinding", "igwctl-test:passer-by"];
    stack.kubectl(&[&name[..], &binding].concat());
    let token = stack.kubectl(&["create", "token", "passer-by", "-n", "default"]);
    let config = stack.kubeconfig().to_str().unwrap().to_owned();
    let kubectl = std::sync::Mutex::new(Some(stack.kubectl_path()));
    // The account is deleted while igwctl reads, and its token ends with it.
    let proxy = Proxy::before(&stack, move |_, asked| {
        if asked.is_about("/pods?labelSelector=istio") {
            if let Some(kubectl) = kubectl.lock().unwrap().take() {
                let mut command = std::process::Command::new(kubectl);
                command.args(["--kubeconfig", &config, "delete", "serviceaccount", "passer-by"]);
                assert!(command.args(["-n", "default"]).output().unwrap().status.success());
            }
            // The API server remembers a token for ten seconds.
            std::thread::sleep(Duration::from_secs(11));
        }
        Fate::Passed
    });
    let path = proxy.kubeconfig();
    let mut kubeconfig: Value =
        serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    kubeconfig["users"][0]["user"] = json!({"token": token.trim()});
    std::fs::write(&path, kubeconfig.to_string()).unwrap();
    let ran = proxy.igwctl(&["diagnose", "--no-logs"]).ran();
    stack.kubectl(&["delete", "clusterrolebinding", "igwctl-test:passer-by"]);
    ran.fails(3, &["does not accept the credentials (401)", "log in again"]);
}

#[test]
fn a_server_that_is_another_than_the_kubeconfig_says_is_not_talked_to() {
    let stack = shared();
    let other = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let (run, _folder) = changed(&stack, |it| {
        let authority = json!(STANDARD.encode(other.cert.pem()));
        it["clusters"][0]["cluster"]["certificate-authority-data"] = authority;
    });
    run.ran().fails(3, &["cannot be reached", "certificate"]);
}

#[test]
fn a_kubeconfig_that_is_not_there_or_none_is_said_by_its_name() {
    let run = |arguments: &[&str]| Run::new(&[&["diagnose"], arguments].concat());
    run(&["--kubeconfig", "nowhere/config"]).ran().fails(3, &["nowhere/config: there is no such"]);
    let ran = run(&[]).ran();
    ran.fails(3, &["there is no kubeconfig", "--kubeconfig"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    std::fs::write(&path, "users: [{name: a, user: {token: s3cret\n").unwrap();
    let ran = run(&["--kubeconfig", path.to_str().unwrap()]).ran();
    ran.fails(3, &["it is not a kubeconfig that can be read"]);
    assert!(!ran.stderr.contains("s3cret"), "{ran}");
}
