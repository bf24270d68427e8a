//! `wizard` on a real API server, by somebody whose URL does not answer by http.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::json;
use tokio::net::TcpSocket;

use crate::apply::{names, prepared};
use crate::edge::INGRESS;
use crate::objects::APP;
use crate::stack::{Stack, shared};
use crate::terminal::Terminal;
use crate::wizard::{ESCAPE, WELL, elsewhere, listens, parts, script, wizard};

/// What a gateway says that knows no route.
const NOT_FOUND: &str = "HTTP/1.1 404 Not Found\r\nserver: istio-envoy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
/// What it says that knows no such destination.
const NO_CLUSTER: &str = "HTTP/1.1 503 Service Unavailable\r\nserver: istio-envoy\r\n\
                          connection: close\r\ncontent-length: 0\r\n\r\n";

/// A port where nobody listens yet, and nobody else will.
fn bound() -> (TcpSocket, u16) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

/// From now on somebody listens there.
fn listening(socket: TcpSocket) -> TcpListener {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _inside = runtime.enter();
    let listener = socket.listen(8).unwrap().into_std().unwrap();
    listener.set_nonblocking(false).unwrap();
    listener
}

/// Plays a gateway that answers every request so.
fn play_answer(answer: &'static str) -> u16 {
    play_answers(answer, &Arc::default())
}

/// The same, until it is mended: from then on it answers well.
fn play_answers(answer: &'static str, is_mended: &Arc<AtomicBool>) -> u16 {
    let is_mended = Arc::clone(is_mended);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            drop(stream.read(&mut [0; 4096]));
            let answer = if is_mended.load(Ordering::SeqCst) { WELL } else { answer };
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    port
}

/// Binds a Gateway without routes to that port of the gateway, and no other.
fn serves(stack: &Stack, port: u16) {
    listens(stack, json!({"name": "http2", "port": port}));
    let labels = crate::edge::labels();
    let mut gateway = crate::edge::gateway(APP, "shop", &labels, "shop.example.com");
    gateway["spec"]["servers"][0]["port"]["number"] = json!(port);
    stack.add(&[gateway]);
}

/// Says what the application is, and agrees to it: one route, to the frontend, by plain HTTP.
fn publishes(terminal: &mut Terminal, app: &str) {
    terminal.answers("Name of the application?", &format!("{app}\r"));
    terminal.answers("Where to?", "frontend\r");
    terminal.answers("Which paths", "\r");
    terminal.answers("Where else?", "nowhere\r");
    terminal.answers("Under which host name?", "\r");
    terminal.answers("How?", "plain\r");
    terminal.answers("Apply this?", "y");
    terminal.comes(&format!("virtualservice.networking.istio.io/{app} created"));
}

#[test]
fn a_host_without_routes_is_given_one_until_the_url_answers() {
    let stack = shared();
    prepared(&stack);
    elsewhere(&stack);
    let is_mended = Arc::new(AtomicBool::new(false));
    let port = play_answers(NOT_FOUND, &is_mended);
    serves(&stack, port);
    let (mut terminal, _home) = wizard(stack.kubeconfig(), &[]);
    terminal.answers("What is it about?", "I get 404\r");
    terminal.answers("Which URL?", "\r");
    terminal.comes("404 of the gateway itself");
    terminal.answers("What next?", "Publish an application at this host\r");
    // Where the host is served already is what is meant first, and the host is known.
    terminal.answers("Namespace of the application?", "\r");
    publishes(&mut terminal, "web");
    is_mended.store(true, Ordering::SeqCst);
    let url = format!("http://shop.example.com:{port}/ answers");
    terminal.comes(&url);
    // The URL that was asked for is asked again.
    terminal.comes("$ igwctl probe");
    terminal.comes(&url);
    let shown = parts(terminal);
    let line = format!(
        "apply web --namespace {APP} --gateway {}/{} --route /=frontend:8080 \
         --host shop.example.com --http-port {port} --wait --yes",
        INGRESS.0, INGRESS.1
    );
    assert_eq!(script(&shown), [line], "{shown}");
    assert_eq!(names(&stack, "virtualservices.networking.istio.io", APP), ["web"], "{shown}");
}

#[test]
fn a_route_that_leads_nowhere_is_mended_until_the_url_answers() {
    let stack = shared();
    prepared(&stack);
    let is_mended = Arc::new(AtomicBool::new(false));
    let port = play_answers(NO_CLUSTER, &is_mended);
    serves(&stack, port);
    let destination = json!({"host": "frontend", "port": {"number": 9999}});
    stack.add(&[
        json!({
            "apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
            "metadata": {"name": "shop", "namespace": APP},
            "spec": {
                "hosts": ["shop.example.com"], "gateways": ["shop"],
                "http": [{"route": [{"destination": destination}]}],
            },
        }),
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"namespace": APP, "name": "frontend", "labels": {"app": "frontend"}},
            "spec": {"nodeName": "kwok-1", "containers": [{"name": "app", "image": "app"}]},
        }),
    ]);
    stack.kubectl(&["wait", "pod/frontend", "-n", APP, "--for=condition=Ready", "--timeout=60s"]);
    let (mut terminal, _home) = wizard(stack.kubeconfig(), &[]);
    terminal.answers("What is it about?", "I get 503\r");
    terminal.answers("Which URL?", "\r");
    terminal.comes("IGW0402");
    terminal.answers("What next?", "fixes that are safe\r");
    terminal.comes("the only one there is");
    terminal.answers("Apply this fix?", "y");
    terminal.comes("virtualservice.networking.istio.io/shop patched");
    is_mended.store(true, Ordering::SeqCst);
    terminal.comes(&format!("http://shop.example.com:{port}/ answers"));
    let shown = parts(terminal);
    assert_eq!(script(&shown), ["diagnose --fix --gateway shop.example.com --yes"], "{shown}");
}

#[test]
fn where_nothing_listens_something_is_published() {
    let stack = shared();
    prepared(&stack);
    let (socket, port) = bound();
    listens(&stack, json!({"name": "http2", "port": port}));
    let (mut terminal, _home) = wizard(stack.kubeconfig(), &[]);
    terminal.answers("What is it about?", "connection is refused\r");
    // Nothing is served, but the gateway's address was found.
    terminal.answers("Which URL?", "\r");
    terminal.comes(&format!("$ igwctl probe http://127.0.0.1:{port}/"));
    terminal.comes("refused");
    terminal.answers("What next?", "Publish an application\r");
    publishes(&mut terminal, "hipstershop");
    terminal.comes("waiting");
    let listener = listening(socket);
    let played = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        drop(client.read(&mut [0; 4096]));
        drop(client.write_all(WELL.as_bytes()));
    });
    terminal.comes(&format!("http://hipstershop.127.0.0.1.sslip.io:{port}/ answers"));
    let shown = parts(terminal);
    played.join().unwrap();
    assert!(script(&shown)[0].contains(&format!("--http-port {port}")), "{shown}");
}

#[test]
fn what_a_client_gets_is_said_of_each_symptom() {
    let unhealthy = "HTTP/1.1 503 Unavailable\r\nserver: istio-envoy\r\nconnection: close\r\n\
                     content-length: 19\r\n\r\nno healthy upstream";
    let symptoms = [
        ("I get 404", NOT_FOUND, "404 of the gateway itself"),
        ("I get 503", unhealthy, "no-endpoint"),
    ];
    let stack = shared();
    for (symptom, answer, code) in symptoms {
        prepared(&stack);
        let port = play_answer(answer);
        serves(&stack, port);
        let (mut terminal, _home) = wizard(stack.kubeconfig(), &[]);
        terminal.answers("What is it about?", &format!("{symptom}\r"));
        terminal.answers("Which URL?", "\r");
        terminal.comes(&format!("$ igwctl probe http://shop.example.com:{port}/"));
        terminal.comes(code);
        terminal.comes("$ igwctl diagnose --gateway shop.example.com");
        terminal.answers("What next?", ESCAPE);
        parts(terminal);
    }
}
