//! `wizard` on a real API server, by somebody at a terminal: certificates, addresses, what is wanted.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rcgen::CertifiedKey;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::apply::{SHOP, names, prepared, run};
use crate::bootstrap::balanced;
use crate::edge::{INGRESS, service};
use crate::fixes::play_cert_manager;
use crate::objects::{
    APP, GATEWAY_NAMESPACE, certificate, cluster_issuer, gateway_pod, gateway_role, lists_secrets,
    pair, secret,
};
use crate::stack::{Stack, shared};
use crate::terminal::Terminal;
use crate::webhooks::injected;

pub(crate) const WELL: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
pub(crate) const ESCAPE: &str = "\u{1b}";
pub(crate) const INTERRUPT: &str = "\u{3}";
pub(crate) const GATEWAYS: &str = "gateways.networking.istio.io";

/// The wizard, and the folder that is somebody's home.
pub(crate) fn wizard(kubeconfig: &std::path::Path, more: &[&str]) -> (Terminal, TempDir) {
    let home = tempfile::tempdir().unwrap();
    let variables =
        [("KUBECONFIG", kubeconfig.to_str().unwrap()), ("HOME", home.path().to_str().unwrap())];
    let terminal = Terminal::igwctl(&[&["wizard"], more].concat(), &variables, home.path());
    (terminal, home)
}

/// The commands that it printed last, for a script.
pub(crate) fn script(shown: &str) -> Vec<String> {
    let (_, lines) = shown.rsplit_once("for a script:").expect("it ends with what was done");
    let lines = lines.lines().map(str::trim).filter(|it| it.starts_with("igwctl "));
    lines.map(|it| it.trim_start_matches("igwctl ").to_owned()).collect()
}

/// One more namespace in which something could be published, so that it is asked which.
pub(crate) fn elsewhere(stack: &Stack) {
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}});
    let ports = json!({"type": "ClusterIP", "ports": [{"name": "http", "port": 8080}]});
    stack.add(&[namespace, service("other", "web", &json!({"app": "web"}), ports)]);
}

/// Says that there is nothing more, which ends it well; all that was shown.
pub(crate) fn parts(mut terminal: Terminal) -> String {
    terminal.answers("What is it about?", "Nothing more\r");
    let (code, shown) = terminal.ended();
    assert_eq!(code, 0, "{shown}");
    shown
}

/// Goes through all questions about an application, up to the one that apply asks.
fn publishes(terminal: &mut Terminal) {
    terminal.answers("What is it about?", "publish\r");
    // Nothing is asked that has one answer: the gateway, and the namespace.
    terminal.answers("Name of the application?", "hipstershop\r");
    terminal.answers("Where to?", "apiservice\r");
    terminal.answers("Which paths", "/api\r");
    terminal.answers("Where else?", "frontend\r");
    terminal.answers("Which paths", "\r");
    terminal.answers("Where else?", "nowhere\r");
    terminal.answers("Under which host name?", "\r");
}

fn specs(stack: &Stack) -> Value {
    let of =
        ["gateways.networking.istio.io,virtualservices.networking.istio.io,secrets", "-n", APP];
    let listed = stack.kubectl(&[&["get", "-o", "json"][..], &of].concat());
    let list: Value = serde_json::from_str(&listed).unwrap();
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|it| json!({"kind": it["kind"], "name": it["metadata"]["name"], "spec": it["spec"]}))
        .collect()
}

#[test]
fn an_application_is_published_and_its_script_does_the_same() {
    let stack = shared();
    prepared(&stack);
    let (mut terminal, _home) = wizard(stack.kubeconfig(), &[]);
    publishes(&mut terminal);
    terminal.answers("How?", "plain\r");
    terminal.answers("Apply this?", "y");
    terminal.comes("hipstershop created");
    // Nothing answers at the address, and waiting is ended like all else.
    terminal.comes("waiting");
    terminal.types(INTERRUPT);
    let (code, shown) = terminal.ended();
    assert_eq!(code, 130, "{shown}");
    assert!(shown.contains(&format!("$ igwctl apply hipstershop --namespace {APP}")), "{shown}");
    let made = specs(&stack);
    assert_eq!(made.as_array().unwrap().len(), 2, "{made:#}");

    prepared(&stack);
    let line = shown.lines().find_map(|it| it.split_once("$ igwctl apply ")).unwrap().1;
    let line = line.trim().replace(" --wait", "");
    let ran = run(&stack, &format!("apply {line} --yes"));
    assert_eq!((ran.code, specs(&stack)), (0, made), "{ran}");
    // The words of the tutorial come to the same.
    let ran = run(&stack, &format!("apply {SHOP} --yes"));
    assert!(!ran.stdout.contains("configured"), "{ran}");
}

/// Plays a gateway that resets each connection until it has its secret.
fn play_gateway(pair: &CertifiedKey<rcgen::KeyPair>, has_secret: &Arc<AtomicBool>) -> u16 {
    let key = PrivateKeyDer::try_from(pair.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![pair.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let has_secret = Arc::clone(has_secret);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if !has_secret.load(Ordering::SeqCst) {
                continue;
            }
            let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(tls, stream);
            // A client that does not like the certificate goes without a word.
            if stream.read(&mut [0; 4096]).is_ok_and(|count| count > 0) {
                drop(stream.write_all(WELL.as_bytes()));
                stream.conn.send_close_notify();
                drop(stream.flush());
            }
        }
    });
    port
}

/// Takes the gateway's pod away, and gives it anew with a Role: under the service account that may
/// list secrets.
fn entitled(stack: &Stack) -> Vec<Value> {
    let of = ["pod", "gateway-0", "-n", GATEWAY_NAMESPACE];
    stack.kubectl(&[&["delete", "--force", "--grace-period=0"][..], &of].concat());
    let mut objects = gateway_role(lists_secrets());
    objects.push(gateway_pod(GATEWAY_NAMESPACE, "gateway-0"));
    objects
}

/// Gives the gateway's Service this port, and no other.
pub(crate) fn listens(stack: &Stack, port: Value) {
    let ports = json!({"spec": {"ports": [port]}}).to_string();
    let of = ["service", INGRESS.1, "-n", INGRESS.0];
    stack.kubectl(&[&["patch", "--type=merge", "-p", &*ports][..], &of].concat());
}

/// The tutorial's failure: a Certificate beside the application, and https that is reset. What it
/// gives is the port of the gateway that is played.
fn tutorials_failure(stack: &Stack, has_secret: &Arc<AtomicBool>) -> u16 {
    prepared(stack);
    let pair = pair("shop.example.com");
    let port = play_gateway(&pair, has_secret);
    listens(stack, json!({"name": "https", "port": port, "targetPort": 8443}));
    let mut more = entitled(stack);
    let mut misplaced = secret(APP, "shop-cert", &pair);
    misplaced["metadata"]["annotations"] = json!({"cert-manager.io/certificate-name": "shop"});
    let mut gateway = crate::objects::gateway(APP, "shop", "shop-cert");
    gateway["spec"]["servers"][0]["port"]["number"] = json!(port);
    more.extend([cluster_issuer(), certificate(APP, "shop", "shop-cert"), misplaced, gateway]);
    stack.add(&more);
    port
}

/// What is there of the move of the Certificate.
fn certificates(stack: &Stack) -> (Vec<String>, Vec<String>) {
    let of = |namespace| names(stack, "certificates.cert-manager.io", namespace);
    (of(GATEWAY_NAMESPACE), of(APP))
}

#[test]
fn the_tutorials_failure_is_mended_until_the_url_answers() {
    let stack = shared();
    let has_secret = Arc::new(AtomicBool::new(false));
    let port = tutorials_failure(&stack, &has_secret);
    let (mut terminal, _home) = wizard(stack.kubeconfig(), &[]);
    let shown = thread::scope(|scope| {
        scope.spawn(|| {
            play_cert_manager(&stack, "shop");
            has_secret.store(true, Ordering::SeqCst);
        });
        terminal.answers("What is it about?", "https is reset\r");
        terminal.answers("Which URL?", "\r");
        terminal.comes(&format!("$ igwctl probe https://shop.example.com:{port}/"));
        terminal.comes("IGW0301");
        terminal.answers("What next?", "fixes that are safe\r");
        // What would be changed, as lines that differ.
        terminal.comes("+  secretName: shop-cert");
        terminal.answers("Apply this fix?", "y");
        terminal.comes("certificate.cert-manager.io/shop is Ready");
        // Nobody knows who signed it, which is the tutorial's way.
        terminal.answers("What next?", "any certificate\r");
        terminal.comes(&format!("https://shop.example.com:{port}/ answers"));
        parts(terminal)
    });
    assert_eq!(script(&shown), ["diagnose --fix --gateway shop.example.com --yes"], "{shown}");
    assert_eq!(certificates(&stack), (vec!["shop".to_owned()], vec![]), "{shown}");

    // On a cluster of the same state the script does the same.
    has_secret.store(false, Ordering::SeqCst);
    tutorials_failure(&stack, &has_secret);
    let ran = thread::scope(|scope| {
        scope.spawn(|| play_cert_manager(&stack, "shop"));
        run(&stack, &script(&shown)[0])
    });
    assert_eq!(certificates(&stack), (vec!["shop".to_owned()], vec![]), "{ran}");
}

#[test]
fn a_no_changes_nothing_and_the_talk_goes_on() {
    let stack = shared();
    let has_secret = Arc::new(AtomicBool::new(false));
    tutorials_failure(&stack, &has_secret);
    let (mut terminal, _home) = wizard(stack.kubeconfig(), &[]);
    terminal.answers("What is it about?", "look at everything\r");
    terminal.answers("What next?", "fixes that are safe\r");
    terminal.answers("Apply this fix?", "n");
    terminal.comes("nothing was sent");
    terminal.answers("What next?", "Something else\r");
    terminal.answers("What is it about?", "publish\r");
    terminal.answers("Name of the application?", "\r");
    terminal.answers("Where to?", "none\r");
    terminal.answers("Under which host name?", "\r");
    terminal.answers("How?", "plain\r");
    terminal.answers("Apply this?", "n");
    let shown = parts(terminal);
    assert!(shown.contains("nothing was changed"), "{shown}");
    assert_eq!(certificates(&stack), (vec![], vec!["shop".to_owned()]), "{shown}");
    assert_eq!(names(&stack, GATEWAYS, APP), ["shop"], "{shown}");
}

#[test]
fn a_lone_secret_is_copied_only_by_who_chooses_that() {
    let stack = shared();
    prepared(&stack);
    let mut more = entitled(&stack);
    more.extend([
        crate::objects::gateway(APP, "shop", "shop-cert"),
        secret(APP, "shop-cert", &pair("shop.example.com")),
    ]);
    stack.add(&more);
    let (mut terminal, _home) = wizard(stack.kubeconfig(), &[]);
    terminal.answers("What is it about?", "look at everything\r");
    terminal.comes("IGW0301");
    terminal.answers("What next?", "private key\r");
    terminal.answers("Apply this fix?", "y");
    terminal.answers("What next?", "Something else\r");
    let shown = parts(terminal);
    assert_eq!(script(&shown), ["diagnose --fix --copy-private-keys --yes"], "{shown}");
    assert!(names(&stack, "secrets", GATEWAY_NAMESPACE).contains(&"shop-cert".to_owned()));
}

#[test]
fn an_address_is_waited_for() {
    let stack = shared();
    prepared(&stack);
    stack.set_status("service", INGRESS, &json!({"loadBalancer": null}));
    let (mut terminal, _home) = wizard(stack.kubeconfig(), &[]);
    terminal.answers("What is it about?", "address, or it has none\r");
    terminal.comes("$ igwctl discover istio-system/istio-ingressgateway -o wide");
    terminal.answers("Wait until it has an address?", "y");
    terminal.comes("waiting: istio-system/istio-ingressgateway has no address outside");
    let address = json!({"loadBalancer": {"ingress": [{"ip": "127.0.0.9"}]}});
    stack.set_status("service", INGRESS, &address);
    terminal.comes("127.0.0.9");
    let shown = parts(terminal);
    assert!(shown.contains("nothing was changed"), "{shown}");
}

#[test]
fn a_namespace_gets_its_own_gateway() {
    let stack = shared();
    prepared(&stack);
    elsewhere(&stack);
    injected(&stack);
    let (mut terminal, _home) = wizard(stack.kubeconfig(), &[]);
    terminal.answers("What is it about?", "gateway of my own\r");
    terminal.answers("For which namespace?", "hipstershopv1v2\r");
    terminal.answers("Name of the gateway?", "own\r");
    terminal.comes("$ igwctl bootstrap own --namespace hipstershopv1v2 --wait");
    terminal.answers("Make this?", "y");
    terminal.comes("deployment.apps/own created");
    balanced(&stack, (APP, "own"), "127.0.0.9");
    let shown = parts(terminal);
    let line = "bootstrap own --namespace hipstershopv1v2 --wait --yes";
    assert_eq!(script(&shown), [line], "{shown}");
    assert!(names(&stack, "deployments", APP).contains(&"own".to_owned()), "{shown}");
}
