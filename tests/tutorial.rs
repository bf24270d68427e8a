//! The failure that the tool was made for: the tutorial's own log lines of Istio 1.5, and objects
//! in the shape of that time.

use crate::support::worlds::SOUND;
use crate::support::{Diagnosis, Scratch, diagnose, keys};

/// As the tutorial shows them: cut off at the front.
const FAILS: &str = "...
        info\tsds\tresource:hipstershop-cert new connection
        warn\tsecretfetcher\tCannot find secret hipstershop-cert, searching for fallback secret gateway-fallback
        error\tsecretfetcher\tcannot find secret hipstershop-cert and cannot find fallback secret gateway-fallback
        warn\tcache\tresource:hipstershop-cert SecretFetcher cannot find secret hipstershop-cert from cache
";

/// What the log says once the secret is where it belongs.
const WORKS: &str = "        info\tsds\tresource:hipstershop-cert pushed key/cert pair to proxy
        info\tsds\tDynamic push for secret hipstershop-cert
";

/// The lines with the times that a real log of 1.5 has in front of them.
fn timed(lines: &str, hour: u32) -> String {
    let lines = lines.lines().filter(|line| *line != "...").enumerate();
    lines
        .map(|(at, line)| {
            format!("2020-04-06T{hour:02}:14:03.3290{at:02}Z\t{}\n", line.trim_start())
        })
        .collect()
}

fn read(log: &str) -> Diagnosis {
    diagnose(["-"]).stdin(log).json()
}

#[test]
fn the_log_as_pasted_says_that_the_secret_was_not_found() {
    let diagnosis = read(FAILS);
    diagnosis.exits(1).finds(&["IGW0300 error Secret hipstershop-cert"]);
    assert!(diagnosis.only().log_lines()[0].contains("annot find secret hipstershop-cert"));
}

#[test]
fn the_log_as_written_says_so_with_its_time() {
    let diagnosis = read(&timed(FAILS, 8));
    diagnosis.exits(1).finds(&["IGW0300 error Secret hipstershop-cert"]);
    let times = diagnosis.only().log_times();
    assert!(times[0].starts_with("2020-04-06T08:14:03"), "{times:?}");
}

#[test]
fn with_what_came_later_the_failure_is_over() {
    read(&format!("{FAILS}{WORKS}")).exits(0).finds(&[]);
    read(&(timed(FAILS, 8) + &timed(WORKS, 9))).exits(0).finds(&[]);
}

#[test]
fn a_failure_after_a_success_is_not_over() {
    read(&(timed(WORKS, 8) + &timed(FAILS, 9)))
        .exits(1)
        .finds(&["IGW0300 error Secret hipstershop-cert"]);
}

#[test]
fn the_two_parts_may_come_in_two_files_in_any_order() {
    let scratch = Scratch::new();
    let fails = scratch.write("monday.log", timed(FAILS, 8));
    let works = scratch.write("tuesday.log", timed(WORKS, 9));
    diagnose([&fails, &works]).json().exits(0).finds(&[]);
    diagnose([&works, &fails]).json().exits(0).finds(&[]);
}

/// The objects, in the shape of Istio 1.5 and cert-manager 0.14.
const OBJECTS: &str = r"
apiVersion: networking.istio.io/v1alpha3
kind: Gateway
metadata:
  name: hipstershop
  namespace: hipstershopv1v2
spec:
  selector: {istio: ingressgateway}
  servers:
  - hosts: [hipstershop.203.0.113.7.sslip.io]
    port: {number: 80, name: http, protocol: HTTP}
  - hosts: [hipstershop.203.0.113.7.sslip.io]
    port: {number: 443, name: https, protocol: HTTPS}
    tls:
      mode: SIMPLE
      credentialName: hipstershop-cert
---
apiVersion: cert-manager.io/v1alpha2
kind: Certificate
metadata:
  name: hipstershop
  namespace: hipstershopv1v2
spec:
  secretName: hipstershop-cert
  organization: [hipstershop]
  commonName: hipstershop.203.0.113.7.sslip.io
  keySize: 2048
  keyAlgorithm: rsa
  keyEncoding: pkcs1
  duration: 2160h
  renewBefore: 360h
  dnsNames: [hipstershop.203.0.113.7.sslip.io]
  ipAddresses: [203.0.113.7]
  issuerRef: {kind: ClusterIssuer, name: selfsigned-issuer}
";

/// What `kubectl get pods -n istio-system -o yaml` printed of the gateway.
const PODS: &str = r#"apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: istio-ingressgateway-69bb66cb4b-xvctp
    namespace: istio-system
    uid: 0d3bbc9a-0b6e-4a7e-8d60-0a0d9a4e8f11
    resourceVersion: "4711"
    labels: {app: istio-ingressgateway, istio: ingressgateway}
  spec:
    serviceAccountName: istio-ingressgateway-service-account
    containers:
    - name: istio-proxy
      image: docker.io/istio/proxyv2:1.5.1
      args: [proxy, router, --domain, istio-system.svc.cluster.local]
  status:
    phase: Running
    conditions: [{type: Ready, status: "True"}]
kind: List
"#;

#[test]
fn the_objects_name_the_certificate_that_writes_the_secret_elsewhere() {
    let scratch = Scratch::new();
    let objects = scratch.write("hipstershop.yaml", OBJECTS);
    let pods = scratch.write("pods.yaml", PODS);
    let diagnosis = diagnose([objects, pods]).json();
    diagnosis.exits(1).finds(&["IGW0301 error Gateway hipstershopv1v2/hipstershop"]);
    let finding = diagnosis.only();
    assert_eq!(finding.involved("writes it"), ["Certificate hipstershopv1v2/hipstershop"]);
    assert_eq!(finding.cause.looked_in, ["istio-system"]);
    assert_eq!(finding.object.path, "spec.servers[1].tls.credentialName");
    let instead = finding.fix.instead.clone().unwrap();
    assert!(instead.message.contains("hipstershopv1v2 a gateway of its own"), "{instead:?}");
    let own = "igwctl bootstrap hipstershop-ingressgateway -n hipstershopv1v2";
    assert_eq!(instead.commands, [own]);
}

#[test]
fn the_way_out_keeps_the_fields_of_that_version() {
    let scratch = Scratch::new();
    let objects = scratch.write("hipstershop.yaml", OBJECTS);
    let pods = scratch.write("pods.yaml", PODS);
    let diagnosis = diagnose([objects, pods]).json();
    let manifest = &diagnosis.only().fix.manifests[0];
    for kept in ["cert-manager.io/v1alpha2", "organization:", "keySize: 2048", "ipAddresses:"] {
        assert!(manifest.contains(kept), "{kept} is not in\n{manifest}");
    }
    assert!(manifest.contains("namespace: istio-system"), "{manifest}");
}

#[test]
fn the_log_beside_the_objects_is_evidence_of_the_same_finding() {
    let scratch = Scratch::new();
    let objects = scratch.write("hipstershop.yaml", OBJECTS);
    let pods = scratch.write("pods.yaml", PODS);
    let log = scratch.write("gateway.log", timed(FAILS, 8));
    let diagnosis = diagnose([objects, pods, log]).json();
    diagnosis.exits(1).finds(&["IGW0301 error Gateway hipstershopv1v2/hipstershop"]);
    assert!(!diagnosis.only().log_lines().is_empty());
}

#[test]
fn a_secret_seen_beside_its_certificate_changes_nothing() {
    let scratch = Scratch::new();
    let secret = crate::support::worlds::secret("hipstershopv1v2", "hipstershop-cert", SOUND);
    let secret = keys::Ring::default().fill(&secret);
    let objects = scratch.write("hipstershop.yaml", OBJECTS);
    let pods = scratch.write("pods.yaml", PODS);
    let secret = scratch.write("secret.yaml", secret);
    let diagnosis = diagnose([objects, pods, secret]).args(["--now", keys::NOW]).json();
    diagnosis.exits(1).finds(&["IGW0301 error Gateway hipstershopv1v2/hipstershop"]);
    assert_eq!(
        diagnosis.only().involved("found here"),
        ["Secret hipstershopv1v2/hipstershop-cert"]
    );
}
