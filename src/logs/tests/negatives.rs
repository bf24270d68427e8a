//! Lines that sound alike and are not: they give nothing.

use super::{said, short};

const OTHERS: &[&str] = &[
    r#"secret "x" not found"#,
    r#"Warning  FailedMount  3m  kubelet  MountVolume.SetUp failed for volume "certs": secret "x" not found"#,
    r#"E0406 08:14:03.329041       1 sync.go:190] cert-manager/controller/certificates "msg"="re-queuing" Error getting certificate 'x': secret "x" not found"#,
    r#"certificate.cert-manager.io "x" not found"#,
    "W0406 08:14:03.329041 7 controller.go:1387] error obtaining PEM from secret shop/x: secret shop/x was not found",
    "local SSL certificate shop/x was not found. Using default certificate",
    r#"time="2020-04-06T08:14:03Z" level=error msg="failed to fetch secret: Secret shop/x not found""#,
    "found no certificate in secret x in namespace y, ignoring...",
    r#"E0406 08:14:03.329041       1 reflector.go:138] pkg/mod/k8s.io/client-go@v0.22.1/tools/cache/reflector.go:167: Failed to watch *v1.Secret: failed to list *v1.Secret: secrets is forbidden: User "system:serviceaccount:traefik:traefik" cannot list resource "secrets" in API group "" at the cluster scope"#,
    r#"E0406 08:14:03.329041       1 reflector.go:138] Failed to watch *v1.Secret: failed to list *v1.Secret: secrets is forbidden: User "system:serviceaccount:traefik:traefik" cannot list resource "secrets" in API group "" in the namespace "traefik""#,
    "2022-04-06T08:14:03.329041Z\terror\twatch error in cluster remote-1: failed to list *v1.Secret: Unauthorized",
    "2022-04-06T08:14:03.329041Z\twarn\tsds\tfailed to warm certificate: failed to generate workload certificate: create certificate: rpc error",
    "2022-04-06T08:14:03.329041Z\terror\tcache\tfailed to generate secret for default: rpc error",
    "2022-04-06T08:14:03.329041Z\twarn\tca\tca request failed, starting attempt 1 in 94.8ms",
    "User is not authorized to read secrets from vault https://x.vault.azure.net",
    "[2026-11-24 02:27:32.424][1][warning][config] [source/common/config/grpc_subscription_impl.cc:127] gRPC config: initial fetch timed out for type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
    "2022-04-06T08:14:03.329041Z\tinfo\tads\tSDS: PUSH request for node:gw-0.istio-system resources:1 size:4.0kB resource:default",
    "2020-06-06T08:20:03.329041Z\tinfo\tsds\tresource:default pushed key/cert pair to proxy",
    "2020-06-06T08:20:03.329041Z\tinfo\tsds\tresource:ROOTCA pushed root cert to proxy",
    "2020-06-06T08:20:03.329041Z\tinfo\tsds\tresource:file-cert:/etc/certs/a.pem~/etc/certs/k.pem pushed key/cert pair to proxy",
    "2020-06-06T08:20:03.329041Z\twarn\tsds\tresource:default waiting for gateway secret for proxy \"sidecar~10.0.0.1~a.b~b.svc.cluster.local\"",
    "2024-11-24T02:27:32.424146Z\twarning\tenvoy config\tStreamSecrets gRPC config stream to sds-grpc closed since 40s ago: 14, connection error\tthread=20",
    "2024-11-24T02:27:32.424146Z\twarning\tenvoy config\tgRPC config: initial fetch timed out for type.googleapis.com/envoy.config.route.v3.RouteConfiguration\tthread=20",
    "2020-06-06T08:20:03Z INFO billing: the secret x is deleted",
    "2020-06-06T08:20:03Z INFO operator: the secret x is updated",
    "the docs say an error like secret x not found, or secret x is deleted, means trouble",
    "2020-06-06T08:20:03Z ERROR app.Vault secret orders/db not found; resource:db new connection",
    "ERROR Cannot find secret in vault",
    "2026-11-24T02:27:17Z info proxy request to 10.0.0.1 without credential rejected",
    "\"GET /secret HTTP/1.1\" 200 - via_upstream - \"-\" 0 19 0 -",
    "2024-11-24T02:31:00.294860Z\twarn\tads\tfailed to fetch key and certificate for vault://hipstershop-cert",
    "2024-11-24T02:31:00.294860Z\twarn\tads\tfailed to fetch key and certificate for kubernetes://hipstersh...",
    "10.0.0.1 - - [24/Nov/2026:02:27:17 +0000] \"GET / HTTP/1.1\" 404 153 \"-\" \"curl/7.88.1\" NR ",
    "the flag NR means no route, UH no healthy upstream",
];

#[test]
fn nothing() {
    for line in OTHERS {
        for line in [(*line).to_owned(), format!("2026-11-24T02:27:17.123456789Z {line}")] {
            let seen: Vec<_> = said(&line)
                .into_iter()
                .filter(|seen| seen.what != super::super::What::Changed)
                .collect();
            assert_eq!(short(&seen), Vec::<String>::new(), "{line}");
        }
    }
    assert_eq!(short(&said(&OTHERS.join("\n"))), Vec::<String>::new());
}
