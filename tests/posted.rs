//! What a log alone says of credentials, in lines that people posted: neither more nor less than it
//! proves.

use crate::support::{Diagnosis, Scratch, diagnose, keys::NOW};

fn read(log: &str) -> Diagnosis {
    diagnose(["-", "--now", NOW]).stdin(log).json()
}

const REFUSED: &str = "cross namespace secret reference requires ReferenceGrant";

#[test]
fn a_refused_client_ca_is_an_error() {
    for (line, object) in [
        // Wrapped in the post, its pod a placeholder.
        (
            "proxy <pod>.istio-system attempted to access unauthorized certificates\n  \
             client-ca-cacert: ",
            "IGW0314 error Secret client-ca-cacert",
        ),
        (
            "proxy <pod>.<ns> attempted to access unauthorized certificates <cred>-cacert: ",
            "IGW0314 error Secret <cred>-cacert",
        ),
        (
            "proxy <pod> attempted to access unauthorized certificates <name>-cacert: ",
            "IGW0314 error Secret <name>-cacert",
        ),
        (
            "2026-03-01T00:00:00.000000Z\twarn\tads\tproxy gw-0.istio-ingress attempted to access \
             unauthorized certificates shop-cert-cacert: ",
            "IGW0314 error Secret shop-cert-cacert",
        ),
    ] {
        let diagnosis = read(&format!("{line}{REFUSED}\n"));
        diagnosis.exits(1).finds(&[object]);
        let finding = diagnosis.only();
        assert!(finding.message.contains("the CA for clients"), "{}", finding.message);
        assert!(finding.cause.message.contains("OPTIONAL_MUTUAL"), "{}", finding.cause.message);
        assert!(diagnosis.not_judged.is_empty(), "{:?}", diagnosis.not_judged);
    }
}

#[test]
fn a_client_ca_that_may_not_be_read_is_told_with_its_account() {
    read(
        "2024-03-01T00:00:00.000000Z\twarn\tads\tproxy gw-0.istio-system attempted to access \
         unauthorized certificates shop-cert-cacert: gw/istio-system is not authorized to read \
         secrets: \n",
    )
    .exits(1)
    .finds(&["IGW0303 error ServiceAccount istio-system/gw"]);
    let diagnosis = read(
        "2026-03-01T00:00:00.000000Z\twarn\tads\tfailed to fetch ca certificate for \
         configmap://istio-system/shop-ca: configmap access not enabled for remote clusters\n",
    );
    diagnosis.exits(1).finds(&["IGW0310 error Secret istio-system/shop-ca"]);
    assert!(diagnosis.only().message.contains("not enabled"), "{}", diagnosis.only().message);
}

#[test]
fn a_refused_reference_is_not_said_to_lead_anywhere() {
    for (proxy, name) in [
        // Each of these secrets was in the namespace of the gateway's pods.
        ("nginx-istio-6d8c47969f-56trm.i2gw-k7hw8-app", "tls-conflict-kcl4p"),
        ("gw-hostnet-xxxxx.connlink-ingress", "shard1-paas-demo"),
        (
            "istio-gateway-ingress-istio-6d986769db-22f9n.istio-gateway-ingress",
            "httpbin-domain-tls",
        ),
        // A ReferenceGrant was there.
        ("aux-5vv65.d8-alb-istio", "getheaders-example-tls"),
    ] {
        let diagnosis = read(&format!(
            "2026-02-27T16:18:23.483182Z\twarn\tads\tproxy {proxy} attempted to access unauthorized \
             certificates {name}: {REFUSED}\n"
        ));
        diagnosis.exits(1).finds(&[&format!("IGW0314 error Secret {name}")]);
        let finding = diagnosis.only();
        let cause = &finding.cause;
        assert!(cause.message.contains("did not verify this reference"), "{}", cause.message);
        for way in ["another namespace", "second certificateRef", "ListenerSet", "1.27 to 1.29"] {
            assert!(cause.message.contains(way), "{way}: {}", cause.message);
        }
        assert!(cause.looked_in.is_empty(), "istiod looked nowhere: {:?}", cause.looked_in);
        let (pod, namespace) = proxy.rsplit_once('.').unwrap();
        assert_eq!(finding.involved("serves it"), [format!("Pod {namespace}/{pod}")]);
        assert!(finding.fix.message.starts_with("see whether secret"), "{}", finding.fix.message);
    }
}

#[test]
fn where_the_line_has_both_namespaces_it_is_said_to_lead_out() {
    let diagnosis = read(
        "2021-04-06T08:14:03.329011Z\twarn\tads\trequested secret kubernetes://shop/shop-cert not \
         accessible for proxy gw-0.istio-system: SDS is currently only supporting accessing secret \
         within the same namespace. Secret namespace \"shop\" does not match proxy namespace \
         \"istio-system\"\n",
    );
    diagnosis.exits(1).finds(&["IGW0314 error Secret shop/shop-cert"]);
    let cause = &diagnosis.only().cause.message;
    assert!(cause.contains("leads into shop"), "{cause}");
}

const FORBIDDEN: &str = "attempted to access unauthorized certificates";

#[test]
fn an_answer_that_did_not_come_is_no_no() {
    let line = |reason: &str| {
        format!(
            "2026-03-01T00:00:00.000000Z\twarn\tads\tproxy gw-0.istio-ingress {FORBIDDEN} shop-cert: \
             {reason}\n"
        )
    };
    let asked = "Post \"https://10.96.0.1:443/apis/authorization.k8s.io/v1/subjectaccessreviews\"";
    let diagnosis = read(&line(&format!("{asked}: context deadline exceeded")));
    diagnosis.exits(1).finds(&["IGW0303 error Secret istio-ingress/shop-cert"]);
    let finding = diagnosis.only();
    assert!(finding.message.contains("could not find out"), "{}", finding.message);
    assert!(finding.cause.message.contains("was not told no"), "{}", finding.cause.message);
    assert!(finding.fix.commands.is_empty(), "{:?}", finding.fix.commands);
    // Of what has to do with no right, it is said that istiod does not hand the secret out.
    let scratch = Scratch::new();
    let log = scratch.write("istiod.log", line("no auth controller"));
    let ran = diagnose([log]).run().exits(0);
    assert!(ran.text().contains("istiod does not hand out secret shop-cert"), "{}", ran.text());
}

#[test]
fn istiods_own_account_needs_more_than_a_role() {
    let diagnosis = read(
        "2023-11-06T08:14:02.100000Z\terror\tk8s.io/client-go@v0.26.1/tools/cache/reflector.go:140: \
         Failed to watch *v1.Secret: failed to list *v1.Secret: secrets is forbidden: User \
         \"system:serviceaccount:istio-system:istiod\" cannot list resource \"secrets\" in API group \
         \"\" at the cluster scope\n",
    );
    diagnosis.exits(1).finds(&["IGW0303 error ServiceAccount istio-system/istiod"]);
    let finding = diagnosis.only();
    assert!(finding.message.contains("istiod's own service account"), "{}", finding.message);
    assert!(finding.fix.message.contains("ClusterRoleBinding"), "{}", finding.fix.message);
    assert!(finding.fix.commands.is_empty() && !finding.fix.safe, "{:?}", finding.fix);
}

#[test]
fn the_agents_account_is_told_with_what_the_api_server_adds() {
    let line = |end: &str| {
        format!(
            "error\tistio.io/istio/security/pkg/nodeagent/secretfetcher/secretfetcher.go:150: Failed \
             to list *v1.Secret: secrets is forbidden: User \
             \"system:serviceaccount:istio-system:istio-ingressgateway-service-account\" cannot list \
             resource \"secrets\" in API group \"\" in the namespace \"istio-system\"{end}\n"
        )
    };
    let account = "ServiceAccount istio-system/istio-ingressgateway-service-account";
    let plain = read(&line(""));
    plain.exits(1).finds(&[&format!("IGW0303 error {account}")]);
    let fix = &plain.only().fix;
    assert!(!fix.message.contains("istiod"), "the agent asks by itself: {}", fix.message);
    assert!(fix.commands.join("\n").contains("kubectl create role"), "{:?}", fix.commands);
    let told = read(&line(
        ": RBAC: role.rbac.authorization.k8s.io \"istio-ingressgateway-sds\" not found",
    ));
    let cause = &told.only().cause.message;
    assert!(cause.contains("\"istio-ingressgateway-sds\" not found"), "{cause}");
}

#[test]
fn many_credentials_of_one_account_are_one_error() {
    let diagnosis = read(&format!(
        "2026-03-01T00:00:00.000000Z\twarn\tads\tproxy gw-0.istio-system {FORBIDDEN} a-cert, b-cert, \
         and 4 others: default/istio-system is not authorized to read secrets: \n"
    ));
    diagnosis.exits(1).finds(&["IGW0303 error ServiceAccount istio-system/default"]);
    let finding = diagnosis.only();
    assert!(finding.cause.message.contains("4 more credentials"), "{}", finding.cause.message);
    let secrets = finding.involved("read here");
    assert_eq!(secrets, ["Secret istio-system/a-cert", "Secret istio-system/b-cert"]);
    assert_eq!(finding.log_lines().len(), 1);
}

#[test]
fn a_namespace_that_is_not_known_leaves_no_gap_in_a_sentence() {
    let diagnosis = read(&format!(
        "proxy istio-ingressgateway/<ns> {FORBIDDEN}\ngw-wildcard-cert: ... is not authorized to read \
         secrets\n"
    ));
    let cause = &diagnosis.only().cause.message;
    assert!(cause.contains("in the namespace of the gateway's pods before"), "{cause}");
    assert!(!cause.contains("  "), "{cause}");
}

#[test]
fn that_a_name_is_found_elsewhere_is_not_promised() {
    let v3 = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";
    for (line, words) in [
        (
            format!(
                "gRPC config for {v3} rejected: Failed to load private key from <inline>, Cause: \
                 error:09000068:PEM routines:OPENSSL_internal:BAD_PASSWORD_READ\n"
            ),
            "only Envoy looks at a key: this one is encrypted",
        ),
        (
            "2021-06-10T18:24:34.000000Z\twarning\tenvoy config\tgRPC config for \
             type.googleapis.com/envoy.api.v2.auth.Secret rejected: Failed to load certificate chain \
             from <inline>\n"
                .to_owned(),
            "the agent's may, in the same pod",
        ),
        (
            "2026-11-24T02:31:00.300856Z\twarn\tdelta\tADS:SDS: ACK ERROR \
             istio-ingressgateway-0.istio-system-16 Internal:Failed to load certificate chain from \
             <inline>\n"
                .to_owned(),
            "another of istiod's of the same time may",
        ),
        (
            format!("gRPC config for {v3} rejected: Failed to load certificate chain from <inline>\n"),
            "istiod's log of the same time may",
        ),
    ] {
        let diagnosis = read(&line);
        diagnosis.exits(1);
        let finding = diagnosis.finding("IGW0305");
        let cause = &finding.cause.message;
        assert!(cause.contains(words), "{words}: {cause}");
        assert!(!cause.contains("says which"), "{cause}");
    }
    let waited = read(&format!("gRPC config: initial fetch timed out for {v3}\n"));
    let cause = &waited.finding("IGW0318").cause.message;
    assert!(cause.ends_with("istiod's log of the same time may"), "{cause}");
}

#[test]
fn whether_an_expired_certificate_is_served_depends_on_a_version_that_a_log_may_not_tell() {
    let cause = |place: &str, time: &str| {
        let diagnosis = read(&format!(
            "{time}T10:00:00.000000Z\twarn\tads\tinvalid certificates: \
             {place}\"kubernetes://istio-system/custom-cert\": certificate is expired or not yet valid\n"
        ));
        diagnosis.exits(1);
        diagnosis.finding("IGW0307").cause.message.clone()
    };
    let open = cause("", "2023-09-25");
    assert!(open.contains("1.18.0 to 1.18.3 and 1.19.0 withhold it"), "{open}");
    // The namespace in front came with 1.27.0.
    let known = cause("istio-system/custom-cert ", "2026-09-25");
    assert!(!known.contains("withhold"), "{known}");
}

#[test]
fn what_clients_get_in_its_place_is_told() {
    let log = "2020-04-06T08:14:03.329011Z\twarn\tsecretfetcher\tCannot find secret shop-cert, searching \
               for fallback secret gateway-fallback\n2020-04-06T08:14:03.329061Z\tinfo\tsds\t\
               resource:shop-cert pushed key/cert pair to proxy\n";
    let diagnosis = read(log);
    diagnosis.exits(1).finds(&["IGW0300 error Secret shop-cert"]);
    let cause = &diagnosis.only().cause.message;
    assert!(cause.contains("clients get the certificate of secret gateway-fallback"), "{cause}");
    let first = log.lines().next().unwrap();
    let cause = &read(first).only().cause.message.clone();
    assert!(!cause.contains("clients get"), "that it was found is not told: {cause}");
}

#[test]
fn one_pair_is_one_error() {
    let diagnosis = read(
        "2026-11-24T02:31:00.294860Z\twarn\tads\tinvalid certificates: istio-system/shop-cert \
         \"kubernetes://shop-cert\": certificate is expired or not yet valid\n\
         2026-11-24T02:31:00.300856Z\twarn\tdelta\tADS:SDS: ACK ERROR gw-0.istio-system-16 \
         Internal:Failed to load certificate chain from <inline>\n",
    );
    diagnosis.exits(1).finds(&["IGW0305 error Secret istio-system/shop-cert"]);
    let finding = diagnosis.only();
    assert_eq!(finding.symptom_codes(), ["IGW0307"]);
    assert!(finding.cause.message.contains("expired"), "{}", finding.cause.message);
}
