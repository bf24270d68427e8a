//! A certificate that was made here, loaded by a real Envoy: a client that trusts the kept CA is
//! content with it, and no other.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{objects, of, render};
use crate::support::{Igwctl, Scratch, repository};

/// An Envoy with one server of TLS, which has this secret.
fn bootstrap(secret: &Value) -> Value {
    let inline = |key: &str| {
        let bytes = STANDARD.decode(secret["data"][key].as_str().unwrap()).unwrap();
        json!({"inline_string": String::from_utf8(bytes).unwrap()})
    };
    let typed = |name: &str, type_: &str, mut config: Value| {
        config["@type"] = json!(format!("type.googleapis.com/envoy.extensions.{type_}"));
        json!({"name": name, "typed_config": config})
    };
    let pair = json!({"certificate_chain": inline("tls.crt"), "private_key": inline("tls.key")});
    let tls = json!({"common_tls_context": {"tls_certificates": [pair]}});
    let host = json!({"name": "all", "domains": ["*"], "routes": [
        {"match": {"prefix": "/"}, "direct_response": {"status": 200}}]});
    let manager = json!({
        "stat_prefix": "gateway", "server_name": "istio-envoy",
        "http_filters": [typed("router", "filters.http.router.v3.Router", json!({}))],
        "route_config": {"name": "routes", "virtual_hosts": [host]},
    });
    let manager_type = "filters.network.http_connection_manager.v3.HttpConnectionManager";
    let tls_type = "transport_sockets.tls.v3.DownstreamTlsContext";
    let socket = json!({"socket_address": {"address": "127.0.0.1", "port_value": 0}});
    json!({
        "admin": {"address": socket},
        "static_resources": {"listeners": [{
            "name": "https",
            "address": socket,
            "filter_chains": [{
                "filters": [typed("http", manager_type, manager)],
                "transport_socket": typed("tls", tls_type, tls),
            }],
        }]},
    })
}

#[test]
fn a_client_that_trusts_the_kept_ca_is_content() {
    let scratch = Scratch::new();
    let folder = scratch.path("ca").display().to_string();
    let ran = render(["shop", "-n", "shop", "--host", "shop.test", "--address", "127.0.0.1"])
        .args(["--tls", "--self-signed", "--ca-dir", &folder])
        .run()
        .exits(0);
    let told = format!("who is given {folder}/ca.crt trusts it");
    assert!(ran.errors().contains(&told), "{}", ran.errors());
    let secret = of(&objects(&ran.text()), "Secret").clone();
    let mut envoy = Command::new(repository("tests/probe/envoy"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = envoy.stdin.take().unwrap();
    writeln!(stdin, "{}", bootstrap(&secret)).unwrap();
    let mut line = String::new();
    BufReader::new(envoy.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let started: Value = serde_json::from_str(&line).expect("Envoy takes the pair");
    let port = started["listeners"]["https"]["127.0.0.1"].as_u64().unwrap().to_string();
    let probe = |url: &str, ca: &str| Igwctl::new(["probe", url, "--ca", ca]);
    let at = ["--address", "127.0.0.1", "--https-port", &port];
    let ca = scratch.path("ca/ca.crt").display().to_string();
    probe("https://shop.test/", &ca).args(at).run().exits(0);
    probe(&format!("https://127.0.0.1:{port}/"), &ca).run().exits(0);
    let other = crate::support::keys::pair("other", crate::support::keys::Valid::Now);
    let other = scratch.write("other.crt", other.certificate).display().to_string();
    probe("https://shop.test/", &other).args(at).run().exits(1);
    // It ends with its standard input.
    drop(stdin);
    envoy.wait().unwrap();
}
