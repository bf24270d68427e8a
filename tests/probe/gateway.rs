//! The Envoy, as istiod would have set it up, with every way to fail; all tests share one.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};

use super::pki::{PKI, Pair};
use super::servers;
use crate::support::repository;

/// What became of it.
#[derive(Deserialize)]
struct Started {
    /// A folder that goes with it.
    folder: PathBuf,
    /// The port of each listener, by its name and address.
    listeners: BTreeMap<String, BTreeMap<IpAddr, u16>>,
}

static ENVOY: LazyLock<Started> = LazyLock::new(|| {
    let mut envoy = Command::new(repository("tests/probe/envoy"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Envoy is started by Python");
    let mut stdin = envoy.stdin.take().unwrap();
    writeln!(stdin, "{}", bootstrap(servers::serve(servers::backend))).unwrap();
    let mut line = String::new();
    BufReader::new(envoy.stdout.take().unwrap()).read_line(&mut line).unwrap();
    // It ends when this process, and with it the other end of its standard input, is gone.
    std::mem::forget((envoy, stdin));
    serde_json::from_str(&line).expect("Envoy starts, and says where it listens")
});

/// The port of a listener at an address.
pub(super) fn port(listener: &str, address: IpAddr) -> u16 {
    ENVOY.listeners[listener][&address]
}

/// The folder for files of this run.
pub(super) fn folder() -> &'static Path {
    &ENVOY.folder
}

fn bootstrap(backend: u16) -> Value {
    json!({
        "admin": {"address": socket("127.0.0.1", 0)},
        "static_resources": {
            "listeners": [
                // Servers of protocol HTTP, HTTPS by their hosts, HTTPS for the host *, and TCP.
                listener("http", &json!([{"filters": [http(&plain_routes())]}])),
                listener("https", &json!(chains())),
                listener("all", &json!([chain(&[], &tls(&PKI.shop), &tls_routes())])),
                listener("tcp", &json!([{"filters": [tcp_to_nowhere()]}])),
            ],
            "clusters": [
                cluster("backend", Some(backend)),
                cluster("dead", Some(*servers::CLOSED)),
                cluster("empty", None),
                with(cluster("sds", Some(*servers::CLOSED)), "http2_protocol_options", json!({})),
            ],
        },
    })
}

fn with(mut value: Value, key: &str, it: Value) -> Value {
    value[key] = it;
    value
}

fn socket(address: &str, port: u16) -> Value {
    json!({"socket_address": {"address": address, "port_value": port}})
}

fn typed(name: &str, type_: &str, mut config: Value) -> Value {
    config["@type"] = json!(format!("type.googleapis.com/envoy.extensions.{type_}"));
    json!({"name": name, "typed_config": config})
}

fn listener(name: &str, chains: &Value) -> Value {
    let inspector = "filters.listener.tls_inspector.v3.TlsInspector";
    json!({
        "name": name,
        "address": socket("127.0.0.1", 0),
        "additional_addresses": [{"address": socket("::1", 0)}],
        "listener_filters": [typed("tls_inspector", inspector, json!({}))],
        "filter_chains": chains,
    })
}

fn cluster(name: &str, port: Option<u16>) -> Value {
    let endpoint = |port| json!({"endpoint": {"address": socket("127.0.0.1", port)}});
    let endpoints: Vec<Value> = port.map(endpoint).into_iter().collect();
    let assignment = json!({"cluster_name": name, "endpoints": [{"lb_endpoints": endpoints}]});
    json!({"name": name, "type": "STATIC", "connect_timeout": "1s", "load_assignment": assignment})
}

/// The filter of a server of protocol HTTP or HTTPS, as istiod sets it up.
fn http(hosts: &Value) -> Value {
    let denied = json!({"permissions": [{"url_path": {"path": {"exact": "/denied"}}}],
        "principals": [{"any": true}]});
    let rbac = json!({"rules": {"action": "DENY", "policies": {"denied": denied}}});
    typed(
        "http",
        "filters.network.http_connection_manager.v3.HttpConnectionManager",
        json!({
            "stat_prefix": "gateway", "server_name": "istio-envoy", "normalize_path": true,
            "http_filters": [
                typed("rbac", "filters.http.rbac.v3.RBAC", rbac),
                typed("router", "filters.http.router.v3.Router", json!({})),
            ],
            "route_config": {"name": "routes", "validate_clusters": false,
                "ignore_port_in_host_matching": true, "virtual_hosts": hosts},
        }),
    )
}

fn tcp_to_nowhere() -> Value {
    let config =
        json!({"stat_prefix": "tcp", "cluster": "outbound|9000||gone.shop.svc.cluster.local"});
    typed("tcp", "filters.network.tcp_proxy.v3.TcpProxy", config)
}

/// The routes of shop.test: each an outcome.
fn shop() -> Value {
    let to = |prefix: &str, cluster: &str| json!({"match": {"prefix": prefix}, "route": {"cluster": cluster}});
    let redirect =
        |prefix: &str, redirect: Value| json!({"match": {"prefix": prefix}, "redirect": redirect});
    json!({"name": "shop", "domains": ["shop.test", "shop.test:*", "127.0.0.1", "[::1]", "localhost"], "routes": [
        {"match": {"path": "/"}, "route": {"cluster": "backend"}},
        {"match": {"prefix": "/backend/"}, "route": {"cluster": "backend", "timeout": "0s", "prefix_rewrite": "/"}},
        {"match": {"prefix": "/timeout"}, "route": {"cluster": "backend", "timeout": "0.2s", "prefix_rewrite": "/slow"}},
        to("/missing", "outbound|80||gone.shop.svc.cluster.local"),
        // A route of the Gateway API.
        {"match": {"prefix": "/unknown"}, "route": {"cluster": "UnknownService",
            "cluster_not_found_response_code": "INTERNAL_SERVER_ERROR"}},
        to("/empty", "empty"),
        to("/dead", "dead"),
        {"match": {"prefix": "/direct"}, "direct_response": {"status": 404, "body": {"inline_string": "by design"}}},
        redirect("/moved", json!({"path_redirect": "/"})),
        redirect("/elsewhere", json!({"host_redirect": "other.test", "path_redirect": "/"})),
        redirect("/ring/a", json!({"path_redirect": "/ring/b", "response_code": "FOUND"})),
        redirect("/ring/b", json!({"path_redirect": "/ring/a", "response_code": "FOUND"})),
        redirect("/stairs", json!({"regex_rewrite": {"pattern": {"regex": "^(.*)$"}, "substitution": "\\1/x"}})),
        // VirtualService `redirect: {scheme: https}`.
        redirect("/scheme", json!({"scheme_redirect": "https", "path_redirect": "/"})),
    ]})
}

fn plain_routes() -> Value {
    let to_backend = json!([{"match": {"prefix": "/"}, "route": {"cluster": "backend"}}]);
    json!([
        shop(),
        // httpsRedirect of a server.
        {"name": "secure", "domains": ["secure.test", "round.test"], "require_tls": "ALL", "routes": to_backend},
    ])
}

fn tls_routes() -> Value {
    let to_backend = json!([{"match": {"prefix": "/"}, "route": {"cluster": "backend"}}]);
    let others = [
        "secure.test",
        "other.test",
        "wrong.test",
        "old.test",
        "later.test",
        "strange.test",
        "alone.test",
        "mutual.test",
        "mutual12.test",
        "new.test",
        "*.wild.test",
    ];
    json!([
        shop(),
        {"name": "others", "domains": others, "routes": to_backend},
        {"name": "round", "domains": ["round.test"], "routes": [
            {"match": {"prefix": "/"}, "redirect": {"https_redirect": true}}]},
    ])
}

/// The TLS of a server: a certificate, and what ALPN offers.
fn tls(pair: &Pair) -> Value {
    let inline = |text: &str| json!({"inline_string": text});
    json!({"common_tls_context": {"alpn_protocols": ["h2", "http/1.1"], "tls_certificates": [
        {"certificate_chain": inline(&pair.certificate), "private_key": inline(&pair.key)}]}})
}

fn chain(hosts: &[&str], tls: &Value, routes: &Value) -> Value {
    let type_ = "transport_sockets.tls.v3.DownstreamTlsContext";
    let mut chain =
        json!({"filters": [http(routes)], "transport_socket": typed("tls", type_, tls.clone())});
    if !hosts.is_empty() {
        chain["filter_chain_match"] = json!({"server_names": hosts});
    }
    chain
}

/// The filter chains of the servers of protocol HTTPS, one for each way to be.
fn chains() -> Vec<Value> {
    let routes = tls_routes();
    let of = |hosts: &[&str], tls: Value| chain(hosts, &tls, &routes);
    let common = |key: &str, value: Value| {
        let mut tls = tls(&PKI.shop);
        tls["common_tls_context"][key] = value;
        tls
    };
    let params = |params: Value| common("tls_params", params);
    let mutual = |mut tls: Value| {
        tls["require_client_certificate"] = json!(true);
        tls["common_tls_context"]["validation_context"] =
            json!({"trusted_ca": {"inline_string": PKI.client_ca}});
        tls
    };
    let mut tcp = of(&["tcp.test"], tls(&PKI.shop));
    tcp["filters"] = json!([tcp_to_nowhere()]);
    vec![
        of(
            &["shop.test", "secure.test", "round.test", "other.test", "*.wild.test"],
            tls(&PKI.shop),
        ),
        of(&["wrong.test"], tls(&PKI.shop)),
        of(&["alone.test"], tls(&PKI.alone)),
        of(&["old.test"], tls(&PKI.old)),
        of(&["later.test"], tls(&PKI.later)),
        of(&["strange.test"], tls(&PKI.strange)),
        of(&["mutual.test"], mutual(tls(&PKI.shop))),
        of(&["mutual12.test"], mutual(params(json!({"tls_maximum_protocol_version": "TLSv1_2"})))),
        of(
            &["ancient.test"],
            params(json!({
            "tls_minimum_protocol_version": "TLSv1_0", "tls_maximum_protocol_version": "TLSv1_1"})),
        ),
        of(&["new.test"], params(json!({"tls_minimum_protocol_version": "TLSv1_3"}))),
        of(
            &["cipher.test"],
            params(json!({
            "tls_maximum_protocol_version": "TLSv1_2", "cipher_suites": ["AES128-SHA"]})),
        ),
        of(&["one.wild.test"], common("alpn_protocols", json!(["http/1.1"]))),
        // Its secret never comes.
        of(
            &["pending.test"],
            json!({"common_tls_context": {"tls_certificate_sds_secret_configs": [{
            "name": "kubernetes://gone",
            "sds_config": {"resource_api_version": "V3", "initial_fetch_timeout": "0.1s",
                "api_config_source": {"api_type": "GRPC", "transport_api_version": "V3",
                    "grpc_services": [{"envoy_grpc": {"cluster_name": "sds"}}]}}}]}}),
        ),
        tcp,
    ]
}
