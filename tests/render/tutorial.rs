//! The tutorial's manifests, written by hand field for field: each is what one line gives.

use serde_json::{Value, json};

use super::{of, rendered};

const HOST: &str = "hipstershop.35.221.16.159.sslip.io";

/// The arguments that all of its steps share: the versions of its time, and its address.
const COMMON: &str = "hipstershop -n hipstershopv1v2 --address 35.221.16.159 --istio-api v1alpha3 \
                      --cert-manager-api v1alpha2 --no-labels";

const ROUTES: &str = "--route /api=apiservice:8080 --route /=frontend:8080";

const TLS: &str = "--tls --issuer selfsigned-issuer";

fn line(more: &str) -> Vec<Value> {
    rendered(&format!("{COMMON} {more}"))
}

fn gateway(selector: &Value, has_tls: bool) -> Value {
    let mut servers = vec![json!({
        "port": {"number": 80, "name": "http", "protocol": "HTTP"},
        "hosts": [HOST],
    })];
    if has_tls {
        servers.push(json!({
            "port": {"number": 443, "name": "https", "protocol": "HTTPS"},
            "tls": {"mode": "SIMPLE", "credentialName": "hipstershop-cert"},
            "hosts": [HOST],
        }));
    }
    json!({
        "apiVersion": "networking.istio.io/v1alpha3",
        "kind": "Gateway",
        "metadata": {"name": "hipstershop", "namespace": "hipstershopv1v2"},
        "spec": {"selector": selector, "servers": servers},
    })
}

fn virtual_service() -> Value {
    let to = |host: &str| json!([{"destination": {"host": host, "port": {"number": 8080}}}]);
    json!({
        "apiVersion": "networking.istio.io/v1alpha3",
        "kind": "VirtualService",
        "metadata": {"name": "hipstershop", "namespace": "hipstershopv1v2"},
        "spec": {
            "hosts": [HOST],
            "gateways": ["hipstershop"],
            "http": [
                {"match": [{"uri": {"prefix": "/api"}}], "route": to("apiservice")},
                {"route": to("frontend")},
            ],
        },
    })
}

fn cluster_issuer() -> Value {
    // The tutorial gives it a namespace, which a ClusterIssuer has not.
    json!({
        "apiVersion": "cert-manager.io/v1alpha2",
        "kind": "ClusterIssuer",
        "metadata": {"name": "selfsigned-issuer"},
        "spec": {"selfSigned": {}},
    })
}

fn certificate(namespace: &str) -> Value {
    json!({
        "apiVersion": "cert-manager.io/v1alpha2",
        "kind": "Certificate",
        "metadata": {"name": "hipstershop", "namespace": namespace},
        "spec": {
            "secretName": "hipstershop-cert",
            "duration": "2160h",
            "renewBefore": "360h",
            "organization": ["hipstershop"],
            "commonName": HOST,
            "isCA": false,
            "keySize": 2048,
            "keyAlgorithm": "rsa",
            "keyEncoding": "pkcs1",
            "usages": ["server auth", "client auth"],
            "dnsNames": [HOST],
            "ipAddresses": ["35.221.16.159"],
            "issuerRef": {"name": "selfsigned-issuer", "kind": "ClusterIssuer"},
        },
    })
}

fn usual() -> Value {
    json!({"istio": "ingressgateway"})
}

#[test]
fn the_gateway_alone() {
    assert_eq!(line(""), [gateway(&usual(), false)]);
}

#[test]
fn the_gateway_and_its_virtual_service() {
    assert_eq!(line(ROUTES), [gateway(&usual(), false), virtual_service()]);
}

#[test]
fn the_issuer() {
    let objects = line(&format!("{TLS} --create-issuer selfsigned"));
    assert_eq!(*of(&objects, "ClusterIssuer"), cluster_issuer());
}

#[test]
fn the_certificate_where_the_tutorial_first_puts_it_and_the_gateway_with_https() {
    // The mistake of the tutorial, which must be asked for: the gateway is said to be beside the
    // application.
    let objects = line(&format!("{TLS} --assume-gateway hipstershopv1v2"));
    assert_eq!(objects, [certificate("hipstershopv1v2"), gateway(&usual(), true)]);
}

#[test]
fn the_certificate_where_it_belongs() {
    let names = "--certificate-name hipstershop --secret-name hipstershop-cert";
    let objects = line(&format!("{ROUTES} {TLS} {names}"));
    let expected = [certificate("istio-system"), gateway(&usual(), true), virtual_service()];
    assert_eq!(objects, expected);
}

#[test]
fn a_gateway_of_its_own() {
    let label = "service.istio.io/canonical-name";
    let place = format!(
        "--assume-gateway hipstershopv1v2:istio=ingressgateway,{label}=hipstershop-ingressgateway"
    );
    let selector = json!({"istio": "ingressgateway", label: "hipstershop-ingressgateway"});
    let objects = line(&format!("{ROUTES} {TLS} {place}"));
    let expected = [certificate("hipstershopv1v2"), gateway(&selector, true), virtual_service()];
    assert_eq!(objects, expected);
}

#[test]
fn all_of_it_bears_the_labels_unless_they_are_left_out() {
    let line = format!("{COMMON} {ROUTES} {TLS} --create-issuer selfsigned");
    for object in rendered(&line.replace("--no-labels", "")) {
        let labels = object["metadata"]["labels"].as_object().unwrap();
        assert_eq!(labels["app.kubernetes.io/managed-by"], "igwctl");
        // An issuer of the whole cluster is everybody's.
        let is_shared = object["kind"] == "ClusterIssuer";
        assert_eq!(labels.get("igwctl/app").is_none(), is_shared);
        assert_eq!(labels.get("igwctl/app-namespace").is_none(), is_shared);
    }
    for object in rendered(&line) {
        assert!(object["metadata"].get("labels").is_none(), "{object}");
    }
}
