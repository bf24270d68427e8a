//! `apply`, `diff` and `delete` on a real API server: what they print, and what is there then.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::edge::{INGRESS, service, usual};
use crate::igwctl::Ran;
use crate::objects::{GATEWAY_NAMESPACE, gateway};
use crate::proxy::{Asked, Fate, Proxy};
use crate::rights::{give, take};
use crate::stack::{Stack, shared};
use crate::terminal::Terminal;

/// The application's namespace, which the user `one-namespace` may write.
const APP: &str = "hipstershopv1v2";

/// The gateway with an address, and the application's Services.
pub(crate) fn prepared(stack: &Stack) {
    usual(stack, json!({}));
    let address = json!({"loadBalancer": {"ingress": [{"ip": "127.0.0.1"}]}});
    stack.set_status("service", INGRESS, &address);
    let of_app = |name: &str| {
        let ports = json!({"type": "ClusterIP", "ports": [{"name": "http", "port": 8080}]});
        service(APP, name, &json!({"app": name}), ports)
    };
    stack.add(&[
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": APP}}),
        of_app("frontend"),
        of_app("apiservice"),
    ]);
}

pub(crate) fn run(stack: &Stack, line: &str) -> Ran {
    let words: Vec<&str> = line.split_whitespace().collect();
    stack.igwctl(&words).ran()
}

/// Runs a line that is to end so, and gives what it printed.
pub(crate) fn ends(stack: &Stack, code: i32, line: &str) -> String {
    let ran = run(stack, line);
    assert_eq!(ran.code, code, "{ran}");
    ran.stdout
}

pub(crate) fn names(stack: &Stack, kind: &str, namespace: &str) -> Vec<String> {
    let listed = stack.kubectl(&["get", kind, "-n", namespace, "-o", "name"]);
    let names = listed.lines().filter_map(|line| line.split_once('/'));
    names.map(|(_, name)| name.to_owned()).collect()
}

fn spec(stack: &Stack, kind: &str, name: &str) -> Value {
    let object = stack.kubectl(&["get", kind, name, "-n", APP, "-o", "json"]);
    serde_json::from_str::<Value>(&object).unwrap()["spec"].clone()
}

pub(crate) const SHOP: &str =
    "hipstershop -n hipstershopv1v2 --route /api=apiservice:8080 --route /=frontend:8080";
const URL: &str = "http://hipstershop.127.0.0.1.sslip.io/\n";

#[test]
fn the_tutorial_goes_step_by_step_on_the_same_objects() {
    let stack = shared();
    prepared(&stack);
    // The Gateway alone, which answers 404.
    let ran = run(&stack, "apply hipstershop -n hipstershopv1v2 --yes");
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stderr.contains("404"), "{ran}");
    assert_eq!(ran.stdout, format!("gateway.networking.istio.io/hipstershop created\n{URL}"));
    // Routes.
    let printed = ends(&stack, 0, &format!("apply {SHOP} --yes"));
    assert_eq!(
        printed,
        format!(
            "gateway.networking.istio.io/hipstershop unchanged\n\
             virtualservice.networking.istio.io/hipstershop created\n{URL}"
        )
    );
    let service = spec(&stack, "virtualservices.networking.istio.io", "hipstershop");
    assert_eq!(service["http"][0]["match"][0]["uri"]["prefix"], "/api", "{service:#}");
    assert_eq!(service["http"][1]["route"][0]["destination"]["host"], "frontend", "{service:#}");
    // TLS: the certificate where the gateway looks for it.
    let printed = ends(&stack, 0, &format!("apply {SHOP} --tls --create-issuer selfsigned --yes"));
    assert_eq!(
        printed,
        "issuer.cert-manager.io/hipstershopv1v2-hipstershop-issuer created\n\
         certificate.cert-manager.io/hipstershopv1v2-hipstershop created\n\
         gateway.networking.istio.io/hipstershop configured\n\
         virtualservice.networking.istio.io/hipstershop unchanged\n\
         https://hipstershop.127.0.0.1.sslip.io/\n"
    );
    assert_eq!(
        names(&stack, "certificates.cert-manager.io", "istio-system"),
        ["hipstershopv1v2-hipstershop"]
    );
    let gateway = spec(&stack, "gateways.networking.istio.io", "hipstershop");
    assert_eq!(gateway["selector"], json!({"istio": "ingressgateway"}));
    assert_eq!(gateway["servers"][1]["tls"]["credentialName"], "hipstershopv1v2-hipstershop-cert");
    // Once more, and nothing changes.
    let again = ends(&stack, 0, &format!("apply {SHOP} --tls --create-issuer selfsigned --yes"));
    assert_eq!(again.matches(" unchanged\n").count(), 4, "{again}");
    assert_eq!(ends(&stack, 0, &format!("diff {SHOP} --tls --create-issuer selfsigned")), "");
}

#[test]
fn what_is_no_longer_wanted_is_shown_pruned_and_deleted() {
    let stack = shared();
    prepared(&stack);
    ends(&stack, 0, &format!("apply {SHOP} --tls --create-issuer selfsigned --yes"));
    ends(&stack, 0, "apply other -n hipstershopv1v2 --host o.example.com --yes");

    let shown = ends(&stack, 1, &format!("diff {SHOP}"));
    assert!(shown.contains("-      credentialName: hipstershopv1v2-hipstershop-cert"), "{shown}");
    assert!(!shown.contains("Certificate"), "{shown}");
    let shown = ends(&stack, 1, &format!("diff {SHOP} --prune"));
    assert!(shown.contains("-kind: Certificate") && shown.contains("-kind: Issuer"), "{shown}");

    let ran = run(&stack, &format!("apply {SHOP} --yes"));
    assert!(ran.stderr.contains("2 objects of the application are no longer wanted"), "{ran}");
    assert_eq!(names(&stack, "certificates.cert-manager.io", "istio-system").len(), 1);
    let printed = ends(&stack, 0, &format!("apply {SHOP} --prune --yes"));
    assert!(printed.contains("certificate.cert-manager.io/hipstershopv1v2-hipstershop pruned"));
    assert_eq!(names(&stack, "certificates.cert-manager.io", "istio-system").len(), 0);
    assert_eq!(names(&stack, "issuers.cert-manager.io", "istio-system").len(), 0);

    let would = ends(&stack, 0, "delete hipstershop -n hipstershopv1v2 --dry-run");
    assert_eq!(
        would,
        "virtualservice.networking.istio.io/hipstershop deleted (server dry run)\n\
         gateway.networking.istio.io/hipstershop deleted (server dry run)\n"
    );
    assert_eq!(names(&stack, "gateways.networking.istio.io", APP), ["hipstershop", "other"]);
    ends(&stack, 0, "delete hipstershop -n hipstershopv1v2 --yes");
    assert_eq!(names(&stack, "gateways.networking.istio.io", APP), ["other"]);
    run(&stack, "delete hipstershop -n hipstershopv1v2 --yes")
        .fails(4, &["hipstershopv1v2/hipstershop"]);
    ends(&stack, 0, "delete hipstershop -n hipstershopv1v2 --yes --ignore-not-found");
}

#[test]
fn a_secret_that_cert_manager_left_goes_only_when_asked_for() {
    let stack = shared();
    prepared(&stack);
    let line = format!("apply {SHOP} --tls --create-issuer selfsigned --yes");
    let written = |name: &str, annotations: Value| {
        json!({
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": {"namespace": "istio-system", "name": name, "annotations": annotations},
        })
    };
    let secret = "hipstershopv1v2-hipstershop-cert";
    let signs = json!({"cert-manager.io/certificate-name": "hipstershopv1v2-hipstershop"});
    ends(&stack, 0, &line);
    stack.add(&[written(secret, signs)]);
    ends(&stack, 0, "delete hipstershop -n hipstershopv1v2 --yes");
    assert_eq!(names(&stack, "secrets", "istio-system"), [secret]);
    ends(&stack, 0, &line);
    let printed = ends(&stack, 0, "delete hipstershop -n hipstershopv1v2 --yes --secrets");
    assert!(printed.contains(&format!("secret/{secret} deleted")), "{printed}");
    assert_eq!(names(&stack, "secrets", "istio-system").len(), 0);
    // Another's secret of that name is nobody's to delete.
    stack.add(&[written(secret, json!({}))]);
    ends(&stack, 0, &line);
    ends(&stack, 0, "delete hipstershop -n hipstershopv1v2 --yes --secrets");
    assert_eq!(names(&stack, "secrets", "istio-system"), [secret]);
}

#[test]
fn nothing_is_sent_where_something_stands_in_the_way() {
    let stack = shared();
    prepared(&stack);
    let nothing = || {
        assert_eq!(names(&stack, "virtualservices.networking.istio.io", APP).len(), 0);
        assert_eq!(names(&stack, "certificates.cert-manager.io", "istio-system").len(), 0);
    };
    let fails = |code: i32, line: &str, words: &[&str]| {
        let ran = run(&stack, line);
        ran.fails(code, words);
        nothing();
    };
    fails(2, &format!("apply {SHOP}"), &["--yes", "nothing was sent"]);
    let route = |route: &str| format!("apply shop -n {APP} --yes --route {route}");
    fails(4, &route("/=nothere:80"), &["hipstershopv1v2/nothere", "apiservice, frontend"]);
    fails(4, &route("/=frontend:81"), &["port 81", "it has 8080"]);
    fails(4, &format!("apply {SHOP} --tls --issuer nobody --yes"), &["ClusterIssuer nobody"]);
    let away =
        "apply shop -n nowhere --host a.example.com --route /=frontend.hipstershopv1v2 --yes";
    fails(4, away, &["namespaces \"nowhere\" not found", "kubectl create namespace nowhere"]);
    fails(2, &format!("apply {SHOP} --host Not_A_Host --yes"), &["--host"]);

    // The gateway's namespace may not be written, which only the Secret there shows.
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().display().to_string();
    let placed = format!(
        "--context one-namespace apply {SHOP} --host a.example.com --assume-gateway istio-system \
         --gateway-selector istio=ingressgateway --tls --self-signed --ca-dir {kept} --yes"
    );
    let ran = run(&stack, &placed);
    assert_eq!((ran.code, &*ran.stdout), (5, ""), "{ran}");
    assert!(ran.stderr.contains("istio-system is where the gateway's pods are"), "{ran}");
    let own = "igwctl bootstrap hipstershop-ingressgateway -n hipstershopv1v2";
    assert!(ran.stderr.contains(own), "{ran}");
    nothing();
}

#[test]
fn what_is_somebody_elses_is_shown_and_left() {
    let stack = shared();
    prepared(&stack);
    let mut theirs = gateway(APP, "hipstershop", "theirs");
    theirs["spec"]["servers"][0]["hosts"] = json!(["theirs.example.com"]);
    stack.add(&[theirs]);
    let line = format!("apply {SHOP} --yes");
    let ran = run(&stack, &line);
    assert_eq!((ran.code, &*ran.stdout), (3, ""), "{ran}");
    assert!(ran.stderr.contains("-    - theirs.example.com"), "the difference: {ran}");
    assert!(
        ran.stderr.contains("was not made by igwctl") && ran.stderr.contains("--adopt"),
        "{ran}"
    );
    // Who set the fields is named.
    let ran = run(&stack, &format!("{line} --adopt"));
    assert_eq!((ran.code, &*ran.stdout), (3, ""), "{ran}");
    assert!(ran.stderr.contains("conflict with") && ran.stderr.contains(".spec.servers"), "{ran}");
    let shown = ends(&stack, 1, &format!("diff {SHOP}"));
    assert!(shown.contains("-    - theirs.example.com"), "{shown}");
    ends(&stack, 0, &format!("{line} --adopt --force-conflicts"));
    assert_eq!(ends(&stack, 0, &format!("diff {SHOP}")), "");

    // A repository would change it back.
    let sign = "argocd.argoproj.io/instance=shop";
    stack.kubectl(&["label", "gateways.networking.istio.io", "hipstershop", "-n", APP, sign]);
    let changed = format!("apply {SHOP} --host new.example.com --yes");
    let ran = run(&stack, &changed);
    assert_eq!((ran.code, &*ran.stdout), (3, ""), "{ran}");
    assert!(ran.stderr.contains("Argo CD") && ran.stderr.contains("--ignore-repository"), "{ran}");
    let ran = run(&stack, "delete hipstershop -n hipstershopv1v2 --yes");
    ran.fails(3, &["Argo CD keeps Gateway hipstershopv1v2/hipstershop", "--ignore-repository"]);
    assert_eq!(names(&stack, "gateways.networking.istio.io", APP), ["hipstershop"]);
    let routes = names(&stack, "virtualservices.networking.istio.io", APP);
    assert_eq!(routes, ["hipstershop"], "half of it would serve nobody");
    ends(&stack, 0, &format!("{changed} --ignore-repository"));
    // Another application of that name in another namespace is not this one.
    let secret = format!("apply two -n {APP} --host two.example.com --tls --secret x --yes");
    ends(&stack, 0, &secret);
}

#[test]
fn a_secret_that_is_served_from_now_on_by_a_certificate_is_not_pruned() {
    let stack = shared();
    prepared(&stack);
    let kept = tempfile::tempdir().unwrap();
    let made_here =
        format!("apply {SHOP} --tls --self-signed --ca-dir {} --yes", kept.path().display());
    ends(&stack, 0, &made_here);
    let secrets = || names(&stack, "secrets", GATEWAY_NAMESPACE);
    let before = secrets();
    assert!(before.contains(&"hipstershopv1v2-hipstershop-cert".to_owned()), "{before:?}");
    let ran = run(&stack, &format!("apply {SHOP} --tls --create-issuer selfsigned --yes --prune"));
    assert_eq!((ran.code, secrets()), (0, before), "{ran}");
    assert!(!ran.stdout.contains("pruned"), "{ran}");
}

#[test]
fn a_route_without_a_port_to_a_service_with_several_is_not_sent() {
    let stack = shared();
    prepared(&stack);
    let ports = json!([{"name": "a", "port": 8080}, {"name": "b", "port": 9090}]);
    let ports = json!({"type": "ClusterIP", "ports": ports});
    stack.add(&[service(APP, "several", &json!({"app": "several"}), ports)]);
    let ran = run(&stack, &format!("apply web -n {APP} --route /=several --yes"));
    ran.fails(4, &["without a port, and it has several", "it has 8080, 9090"]);
    assert_eq!(names(&stack, "gateways.networking.istio.io", APP).len(), 0);
}

#[test]
fn a_key_is_written_and_never_shown() {
    let stack = shared();
    prepared(&stack);
    let folder = tempfile::tempdir().unwrap();
    let line = |command: &str, host: &str, kept: &TempDir| {
        let kept = kept.path().display();
        format!(
            "{command} shop -n {APP} --host {host} --route /=frontend:8080 --tls --self-signed \
             --ca-dir {kept}"
        )
    };
    let shown = ends(&stack, 1, &line("diff", "a.example.com", &folder));
    assert!(shown.contains("tls.key: (not shown)"), "{shown}");
    ends(&stack, 0, &(line("apply", "a.example.com", &folder) + " --yes"));
    let key = stack.kubectl(&[
        "get",
        "secret",
        "hipstershopv1v2-shop-cert",
        "-n",
        "istio-system",
        "-o",
        "jsonpath={.data.tls\\.key}",
    ]);
    assert!(key.len() > 100, "a key is there");
    assert_eq!(ends(&stack, 0, &line("diff", "a.example.com", &folder)), "", "it is kept");
    let other = tempfile::tempdir().unwrap();
    let shown = ends(&stack, 1, &line("diff", "b.example.com", &other));
    assert!(shown.contains("(not shown, another one)"), "{shown}");
    for text in [&shown, &ends(&stack, 0, "list -o json")] {
        assert!(!text.contains(&key[..40]) && !text.contains("PRIVATE KEY"), "{text}");
    }
}

#[test]
fn on_a_terminal_it_asks_and_sends_nothing_without_a_yes() {
    let stack = shared();
    prepared(&stack);
    let folder = tempfile::tempdir().unwrap();
    let config = stack.kubeconfig().display().to_string();
    let variables = [("KUBECONFIG", &*config), ("HOME", folder.path().to_str().unwrap())];
    let answered = |answer: &str| {
        let words: Vec<&str> = "apply hipstershop -n hipstershopv1v2".split(' ').collect();
        let mut terminal = Terminal::igwctl(&words, &variables, folder.path());
        terminal.shows("Apply this?");
        let shown = terminal.text();
        assert!(shown.contains("create Gateway hipstershopv1v2/hipstershop"), "{shown}");
        assert!(shown.contains("not public"), "{shown}");
        terminal.types(answer);
        terminal.ended().0
    };
    assert_eq!(answered("n"), 130);
    assert_eq!(names(&stack, "gateways.networking.istio.io", APP).len(), 0);
    assert_eq!(answered("y"), 0);
    assert_eq!(names(&stack, "gateways.networking.istio.io", APP), ["hipstershop"]);
}

#[test]
fn few_requests_are_made_and_with_the_written_rights_it_goes() {
    let stack = shared();
    prepared(&stack);
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let words: Vec<&str> = "apply hipstershop -n hipstershopv1v2 --yes".split(' ').collect();
    let ran = proxy.igwctl(&words).ran();
    assert_eq!(ran.code, 0, "{ran}");
    let asked = proxy.asked();
    let lines: Vec<String> = asked.iter().map(Asked::line).collect();
    let count = |method: &str| lines.iter().filter(|it| it.starts_with(method)).count();
    assert_eq!(count("PATCH"), 2, "a dry run and the thing: {lines:#?}");
    assert_eq!(count("POST") + count("DELETE"), 0, "{lines:#?}");

    // One connection knows what the cluster serves once and for all.
    assert_eq!(lines.iter().filter(|it| *it == "GET /apis").count(), 1, "{lines:#?}");
    let reads: Vec<&Asked> = asked.iter().filter(|it| it.method == "GET").collect();
    for read in &reads {
        let alike = reads.iter().filter(|it| it.target == read.target).count();
        assert_eq!(alike, 1, "{} is asked for once: {lines:#?}", read.target);
    }

    let folder = tempfile::tempdir().unwrap();
    let files = ["discover.yaml", "apply.yaml"];
    give(&stack, &files);
    let kept = folder.path().display();
    let tls = format!("--tls --self-signed --ca-dir {kept}/ca");
    ends(&stack, 0, &format!("--as somebody apply {SHOP} {tls} --yes"));
    ends(&stack, 0, &format!("--as somebody diff {SHOP} {tls}"));
    let issued =
        format!("--as somebody apply {SHOP} --tls --create-issuer selfsigned --yes --prune");
    ends(&stack, 0, &issued);
    let listed = ends(&stack, 0, "--as somebody list");
    assert!(listed.contains("hipstershop"), "{listed}");
    ends(&stack, 0, "--as somebody delete hipstershop -n hipstershopv1v2 --yes");
    take(&stack, &files);
}
