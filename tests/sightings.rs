//! What logs say of failures: a line that a check judges is a finding, any other is told beside the
//! findings, and nothing that was understood passes for clean. The lines are those that people posted.

use crate::support::worlds::{SOUND, World, gateway, secret};
use crate::support::{Diagnosis, diagnose, keys::NOW, repository};

fn read(log: &str) -> Diagnosis {
    diagnose(["-", "--now", NOW]).stdin(log).json()
}

fn text(log: &str) -> String {
    // What is said is looked for in one line, wherever it was broken.
    let text = diagnose(["-", "--now", NOW]).stdin(log).run().text();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const CLEAN: &str = "nothing wrong found";

/// Lines that speak of a failure and that alone prove no code, with words of what is told.
const NOT_JUDGED: &[(&str, &str)] = &[
    (
        "ADS:LDS: ACK ERROR istio-ingressgateway-588b68dbb6-l89ss.istio-system-8 Internal:Error \
         adding/updating listener(s) 0.0.0.0_8443: Failed to initialize cipher suites fake. The \
         following ciphers were rejected when tried individually: fake",
        "Envoy refused a listener: Error adding/updating listener(s) 0.0.0.0_8443: Failed to \
         initialize cipher suites fake",
    ),
    (
        "2020-08-24T18:29:55.068571Z\twarning\tenvoy config\tgRPC config for \
         type.googleapis.com/envoy.config.listener.v3.Listener rejected: Error adding/updating \
         listener(s) 0.0.0.0_8443: Invalid path: /etc/istio/ingressgateway-certs/tls.crt",
        "the mounted file /etc/istio/ingressgateway-certs/tls.crt is not there",
    ),
    (
        "2020-07-09T09:36:54.670022Z\twarn\tEnvoy proxy is NOT ready: config not received from Pilot \
         (is Pilot running?): cds updates: 7 successful, 0 rejected; lds updates: 0 successful, 7 \
         rejected",
        "the proxy is not ready: config not received from Pilot",
    ),
    ("buildGatewayListeners: Have zero listeners: 1 error occurred", "makes no listener"),
    (
        "2021-11-29T07:24:21.703924Z\tdebug\tmodel\tskipping server on gateway default/test2, \
         duplicate host names: [test1.example.com]",
        "leaves out a server of Gateway default/test2",
    ),
    (
        "2018-09-14T19:02:31.916960Z\tinfo\tmodel\tskipping server on gateway mygateway2 port \
         https.443.HTTPS: non unique port name for HTTPS port",
        "leaves out an HTTPS server of Gateway mygateway2",
    ),
    (
        "2022-11-23T10:00:00.000000Z\twarn\tconstructed http route config for route http.8080 on \
         port 80 with no vhosts; Setting up a default 404 vhost",
        "route http.8080 has no host, so it answers 404",
    ),
    (
        "2024-11-24T02:31:00.294860Z\twarn\tads\tproxy istio-ingressgateway-0.istio-system is not \
         authorized to receive credscontroller. Ensure you are connecting over TLS port and are \
         authenticated.",
        "is not authenticated, so it gets no secrets",
    ),
    (
        "2020-04-06T08:14:03.329011Z\twarn\tsds\tresource:shop-cert waiting for gateway secret for \
         proxy \"router~10.0.0.1~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local\"",
        "the gateway waits for secret shop-cert",
    ),
    (
        "[2022-01-20T22:36:12.361Z] \"GET / HTTP/1.1\" 404 NR route_not_found - \"-\" 0 0 0 - \
         \"10.244.0.0\" \"curl/7.68.0\" \"a8d2\" \"138.68.127.3\" \"-\" - - 10.244.0.25:8080 \
         10.244.0.0:53180 - -",
        "404 NR route_not_found) [host 138.68.127.3]",
    ),
    (
        "[2024-03-01T10:15:20.000Z] \"GET /catalog HTTP/1.1\" 503 NC cluster_not_found - \"-\" 0 0 0 - \
         \"172.17.0.1\" \"curl/7.81.0\" \"36de\" \"catalog.istioinaction.io\" \"-\" \
         outbound|80|version-v2|catalog.istioinaction.svc.cluster.local - 10.10.0.7:8080 \
         172.17.0.1:55542 - -",
        "does not exist (503 NC cluster_not_found) [host catalog.istioinaction.io, cluster \
         outbound|80|version-v2|catalog.istioinaction.svc.cluster.local]",
    ),
    (
        "[2022-01-20T22:38:26.054Z] \"GET / HTTP/1.1\" 503 UH no_healthy_upstream - \"-\" 0 19 0 - \
         \"10.244.0.0\" \"curl/7.68.0\" \"c2f1\" \"app.test.com\" \"-\" \
         outbound|80||my-app.default.svc.cluster.local - 10.244.0.25:8080 10.244.0.0:6213 - -",
        "no healthy upstream (503 UH no_healthy_upstream) [host app.test.com",
    ),
];

#[test]
fn what_no_check_judges_is_told_and_never_passes_for_clean() {
    for (line, words) in NOT_JUDGED {
        let diagnosis = read(line);
        diagnosis.exits(0).finds(&[]);
        assert_eq!(diagnosis.not_judged.len(), 1, "{line}");
        let it = &diagnosis.not_judged[0];
        assert_eq!((it.count, &*it.source), (1, "-:1"), "{line}");
        let shown = text(line);
        assert!(shown.contains("seen in the logs, and not judged:"), "{shown}");
        assert!(shown.contains(words), "{words} is not in {shown}");
        assert!(shown.contains("the logs tell of 1 failure that is not judged"), "{shown}");
        assert!(shown.contains("0 errors, 0 warnings, 1 not judged"), "{shown}");
        assert!(!shown.contains(CLEAN), "{shown}");
    }
}

#[test]
fn it_is_told_how_often_when_and_where() {
    let line = |second| {
        format!(
            "[2024-01-25T06:55:{second}.000Z] \"GET / HTTP/1.1\" 404 NR route_not_found - \"-\" 0 0 0 - \
             \"-\" \"curl\" \"x\" \"shop.example.com\" \"-\" - - 10.0.0.1:8080 10.0.0.2:1 - -\n"
        )
    };
    let log = format!("{}\n{}{}", line(47), line(49), line(58));
    let diagnosis = read(&log);
    let it = &diagnosis.not_judged[0];
    assert_eq!((it.count, &*it.hosts.join(" ")), (3, "shop.example.com"));
    assert_eq!(it.first.as_deref(), Some("2024-01-25T06:55:47Z"));
    assert_eq!(it.last.as_deref(), Some("2024-01-25T06:55:58Z"));
    assert!(it.text.contains("route_not_found"), "{}", it.text);
    let shown = text(&log);
    assert!(
        shown.contains("3 times, 2024-01-25 06:55:47Z to 2024-01-25 06:55:58Z, -:1"),
        "{shown}"
    );
}

#[test]
fn a_sidecars_line_is_laid_to_no_gateways_charge() {
    let log = "[2026-10-09T22:26:48.103Z] \"- - -\" 0 NR filter_chain_not_found - \"-\" 0 0 0 - \"-\" \
               \"-\" \"-\" \"-\" \"-\" - - 10.244.0.9:8080 10.244.0.7:41000 - -\n\
               ADS:RDS: ACK ERROR provider-v0-0-2-5b577b8f-jdph2.sm-11 Internal:Only unique values \
               for domains are permitted. Duplicate entry of domain \
               prometheus-node-exporter.kube-system.svc.cluster.local in route 9100.ipv6\n";
    let diagnosis = read(log);
    diagnosis.exits(0).finds(&[]);
    assert_eq!(diagnosis.not_judged.len(), 2);
    for it in &diagnosis.not_judged {
        assert!(!it.message.contains("ateway"), "{}", it.message);
        assert_eq!(it.gateway, None);
    }
}

#[test]
fn many_are_counted_and_the_first_are_told() {
    let log: String = (0..30)
        .map(|at| {
            format!(
                "[2024-01-25T06:55:47.000Z] \"GET / HTTP/1.1\" 404 NR route_not_found - \"-\" 0 0 0 - \
                 \"-\" \"curl\" \"x\" \"h{at}.example.com\" \"-\" - - 10.0.0.1:8080 10.0.0.2:1 - -\n"
            )
        })
        .collect();
    assert_eq!(read(&log).not_judged.len(), 30);
    let shown = text(&log);
    assert!(shown.contains("and 20 more; -o json tells all"), "{shown}");
}

#[test]
fn what_starts_a_proxy_and_ends_a_connection_is_no_failure() {
    let start = "2020-04-06T08:14:03.329011Z\twarn\tEnvoy proxy is NOT ready: config not received \
                 from XDS server (is Istiod running?): cds updates: 0 successful, 0 rejected; lds \
                 updates: 0 successful, 0 rejected\n";
    let gone = "[2024-01-25T06:55:47.000Z] \"GET / HTTP/1.1\" 0 DC downstream_remote_disconnect - \"-\" \
                0 0 9 - \"-\" \"curl\" \"x\" \"shop.example.com\" \"10.0.0.9:80\" \
                outbound|80||shop.shop.svc.cluster.local - 10.0.0.1:8080 10.0.0.2:1 - -\n";
    for log in [start, gone] {
        let diagnosis = read(log);
        assert!(diagnosis.not_judged.is_empty(), "{:?}", diagnosis.not_judged);
    }
    let long = start.repeat(10);
    assert_eq!(read(&long).not_judged.len(), 1, "a start does not take so long");
}

#[test]
fn where_nothing_is_about_a_gateway_that_is_said() {
    let silent = "2026-11-24T02:27:17.4Z\tinfo\tads\tXDS: Pushing Services:4\n";
    for log in ["", "hello world\n", silent, "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n"] {
        let shown = text(log);
        assert!(shown.contains("nothing in these inputs is known to be about"), "{log}: {shown}");
        assert!(!shown.contains(CLEAN), "{log}: {shown}");
        read(log).exits(0).finds(&[]);
    }
}

#[test]
fn objects_decide_over_what_a_log_said_before() {
    let line = "2020-04-06T08:14:03.329011Z\twarn\tsds\tresource:shop-cert waiting for gateway secret \
                for proxy \"router~10.0.0.1~ingressgateway-0.istio-system~istio-system.svc.cluster.local\"";
    let world = World::mesh()
        .and(gateway("shop", "shop", "mode: SIMPLE, credentialName: shop-cert"))
        .and(secret("istio-system", "shop-cert", SOUND))
        .and(format!("{line}\n"));
    let shown = diagnose(["-"]).stdin(world.text()).run().exits(0).text();
    assert!(shown.contains(CLEAN), "{shown}");
    // So does a pod that is gone.
    let refused = |pod: &str| {
        let line = format!(
            "2024-11-24T02:31:00.300856Z\twarn\tads\tADS:LDS: ACK ERROR {pod}.istio-system-8 \
             Internal:Error adding/updating listener(s) 0.0.0.0_8443: filter chain is empty\n"
        );
        read(&World::mesh().and(line).text()).not_judged.len()
    };
    assert_eq!((refused("ingressgateway-0"), refused("ingressgateway-old")), (1, 0));
}

#[test]
fn recordings_of_a_sound_gateway_tell_of_no_refusal() {
    for recording in ["01-no-gateway", "05-secret-moved-to-gateway-namespace"] {
        for log in ["istiod.log", "gw-main.log"] {
            let path = format!("tests/captures/{recording}/{log}");
            let diagnosis = diagnose([repository(&path)]).args(["--now", NOW]).json();
            for it in &diagnosis.not_judged {
                assert!(!it.message.contains("refused a"), "{path}: {}", it.message);
            }
        }
    }
}

#[test]
fn a_request_whose_destination_has_a_finding_is_told_by_that() {
    let folder = "tests/captures/05-secret-moved-to-gateway-namespace";
    let complete = "--complete=secrets,pods,services,gateways,virtualservices,certificates";
    let both = diagnose([folder]).args([complete, "--now", NOW]).json();
    assert!(both.lines().iter().any(|it| it.starts_with("IGW0403")), "{:?}", both.lines());
    assert!(both.not_judged.is_empty(), "{:?}", both.not_judged);
    let log = diagnose([format!("{folder}/gw-main.log")]).args(["--now", NOW]).json();
    assert_eq!(log.not_judged.len(), 1, "one line for what is said alike: {:?}", log.not_judged);
    assert_eq!(log.not_judged[0].count, 3);
}

#[test]
fn what_a_line_alone_proves_is_a_finding() {
    let rejected = "gRPC config for type.googleapis.com/envoy.config.listener.v3.Listener rejected: \
                    Error adding/updating listener(s) 0.0.0.0_443: cannot bind '0.0.0.0:443': \
                    Permission denied 0";
    for (line, found, words) in [
        (rejected, "IGW0108 error Pod -", "the gateway may not bind port 443"),
        (
            "warn    buildGatewayListeners: skipping privileged gateway port 587 for node \
             internal-istio-ingressgateway-84cbdf4ffc-d4gz2.istio-system as it is an unprivileged pod",
            "IGW0108 error Pod istio-system/internal-istio-ingressgateway-84cbdf4ffc-d4gz2",
            "the gateway may not bind port 587",
        ),
        (
            "{\"level\":\"info\",\"time\":\"2026-01-08T19:08:56.944540Z\",\"scope\":\"model\",\"msg\":\
             \"skipping server on gateway mongodb-opsmanager-gateway port https-443.443.https: \
             conflict with existing server 443.https\"}",
            "IGW0210 error Gateway mongodb-opsmanager-gateway",
            "istiod leaves out a server of this Gateway on port 443",
        ),
        (
            "ADS:LDS: ACK ERROR \
             router~10.60.53.62~gw-h6fbg.istio-system~istio-system.svc.cluster.local-3 \
             Internal:Error adding/updating listener(s) 0.0.0.0_443: error adding listener \
             '0.0.0.0:443': multiple filter chains with the same matching rules are defined",
            "IGW0214 error Pod istio-system/gw-h6fbg",
            "Envoy refuses the gateway's listener 0.0.0.0:443",
        ),
        (
            "ADS:RDS: ACK ERROR istio-ingressgateway-0.istio-system-11 Internal:Only unique values \
             for domains are permitted. Duplicate entry of domain shop.example.com in route http.8080",
            "IGW0412 error Pod istio-system/istio-ingressgateway-0",
            "Envoy refuses the gateway's routes: Only unique values for domains",
        ),
    ] {
        let diagnosis = read(line);
        diagnosis.exits(1).finds(&[found]);
        assert!(diagnosis.only().message.contains(words), "{}", diagnosis.only().message);
        assert!(diagnosis.not_judged.is_empty(), "it is judged: {:?}", diagnosis.not_judged);
        assert!(text(line).contains("1 error, 0 warnings · igwctl explain IGW0"));
    }
}

#[test]
fn what_is_asked_about_narrows_it() {
    let line = |gateway: &str| {
        format!(
            "2024-11-24T02:31:00.300856Z\twarn\tmodel\tskipping server on gateway {gateway}, duplicate \
             host names: [a.example.com]\n"
        )
    };
    let world = World::mesh()
        .and(gateway("shop", "shop", "mode: SIMPLE, credentialName: shop-cert"))
        .and(gateway("blog", "blog", "mode: SIMPLE, credentialName: shop-cert"))
        .and(secret("istio-system", "shop-cert", SOUND))
        .and(line("shop/shop") + &line("blog/blog") + &line("mail/gone"));
    let told = |flags: &[&str]| -> Vec<String> {
        let diagnosis = diagnose(["-"]).args(flags).stdin(world.text()).json();
        diagnosis.not_judged.into_iter().filter_map(|it| it.gateway).collect()
    };
    assert_eq!(
        told(&[]),
        ["shop/shop", "blog/blog"],
        "a Gateway that is gone takes its line along"
    );
    assert_eq!(told(&["-n", "blog"]), ["blog/blog"]);
    assert_eq!(told(&["--gateway", "shop"]), ["shop/shop"]);
    assert_eq!(told(&["--gateway", "shop.example.com"]), ["shop/shop"], "a host is a name too");
}
