//! The writers' own forms through the versions.

use super::super::Speaker;
use super::{entries, said, short};

const NODE: &str = "router~10.8.1.6~gw-0.edge~edge.svc.cluster.local-12";

#[test]
fn each_form_of_the_agents_prefix() {
    for entry in
        entries::all().filter(|entry| entry.form.starts_with("{pre}") && entry.what.is_some())
    {
        let (_, message) = entry.sample.split_once("hipstershop-cert").unwrap();
        let message = message
            .trim_start_matches("-cacert")
            .trim_start_matches(", EVENT:")
            .trim_start()
            .replace("~istio-ingressgateway-0.istio-system~istio-system.", "~gw-0.edge~edge.");
        let forms = [
            (format!("CONNECTION ID: {NODE}, RESOURCE NAME: shop, EVENT: {message}"), true),
            (format!("node:{NODE} resource:shop {message}"), true),
            (format!("resource:shop {message}"), message.contains("gw-0.edge")),
        ];
        for (text, proxy) in forms {
            let log = format!("2020-04-06T08:14:03.329041Z\twarn\tsds\t{text}\n\n");
            let seen = said(&log);
            let what = if entry.form.contains("Close connection") {
                super::super::What::MissingOrUnusable
            } else {
                entry.what.unwrap()
            };
            let namespace = if proxy { "edge/" } else { "" };
            assert_eq!(short(&seen), [format!("{what:?} {namespace}shop")], "{log}");
            assert_eq!(seen[0].proxy.is_some(), proxy, "{log}");
            assert!(seen[0].samples[0].text.starts_with(&text[..12]), "{:?}", seen[0].samples[0]);
        }
    }
}

#[test]
fn each_form_of_envoys_lines() {
    for entry in
        entries::all().filter(|entry| entry.speaker == Speaker::Envoy && entry.what.is_some())
    {
        let at = super::super::lexicon::read(entry.sample).unwrap().filled.start;
        let message = entry.sample[at..].split('\t').next().unwrap();
        let timed_out = message.contains("timed out");
        for (head, native) in [
            (
                "[2019-06-20 08:14:03.329][18][warning][config] [external/envoy/source/a.h:86] ",
                true,
            ),
            ("[Envoy (Epoch 0)] [2019-06-20 08:14:03.329][18][warning][config] [a.cc:86] ", true),
            (
                "2019-06-20T08:14:03.329000Z\twarning\tenvoy config\t[external/envoy/source/a.cc:101] ",
                false,
            ),
            ("2019-06-20T08:14:03.329000Z\twarning\tenvoy config\t", false),
            (
                "2019-06-20T08:14:03.329000Z\twarning\tenvoy config external/envoy/source/a.cc:101\t",
                false,
            ),
            ("2019-06-20T08:14:03.329000Zwarningenvoy config", false),
        ] {
            let seen = said(&format!("{head}{message}\n"));
            if timed_out && native {
                assert_eq!(short(&seen), Vec::<String>::new(), "{head}");
                continue;
            }
            assert_eq!(seen.len(), 1, "{head}{message}");
            assert_eq!(Some(seen[0].what), entry.what, "{head}{message}");
            assert_eq!(seen[0].first, "2019-06-20T08:14:03.329Z".parse().ok(), "{head}");
            assert_eq!(seen[0].samples[0].text, message);
        }
    }
}

#[test]
fn dump_names_the_secret_with_an_empty_chain() {
    let log = "[2019-06-20 08:14:03.329][18][warning][config] [a.h:86] gRPC config for type.googleapis.com/envoy.api.v2.auth.Secret rejected: Proto constraint validation failed (SecretValidationError.TlsCertificate: [\"embedded message failed validation\"]): name: \"shop\"\ntls_certificate {\n  certificate_chain {\n    inline_bytes: \"\"\n  }\n}\n\n2019-06-20T08:14:03.4Z\tinfo\tx\n";
    assert_eq!(short(&said(log)), ["EmptyKeys shop"]);
    let wrapped = log.replace("): name:", "):\nname:");
    assert_eq!(short(&said(&wrapped)), ["EmptyKeys shop"]);
}

#[test]
fn listeners_tell_gateway_port_and_hosts() {
    let seen = said(
        "2024-11-24T02:31:00.300856Z\twarn\tmodel\tskipping server on gateway a/b, duplicate host names: [x.example.com y.example.com]",
    );
    assert_eq!(seen[0].gateway.as_deref(), Some("a/b"));
    assert_eq!(seen[0].hosts, ["x.example.com", "y.example.com"]);
    let seen = said(
        "2024-11-24T02:31:00.300856Z\tinfo\tmodel\tskipping server on gateway b port https.443.HTTPS: conflict with existing server 443.HTTPS",
    );
    assert_eq!((seen[0].gateway.as_deref(), seen[0].port), (Some("b"), Some(443)));
    let seen = said(
        "2024-11-24T02:31:00.300856Z\twarn\tbuildGatewayListeners: skipping privileged gateway port 443 for node gw-0.edge as it is an unprivileged pod",
    );
    let proxy = seen[0].proxy.as_ref().unwrap();
    assert_eq!((proxy.pod.as_str(), proxy.namespace.as_deref()), ("gw-0", Some("edge")));
    let seen = said(
        "2026-11-24T02:27:32.424146Z\twarning\tenvoy config\tgRPC config for type.googleapis.com/envoy.config.listener.v3.Listener rejected: Error adding/updating listener(s) 0.0.0.0_80: cannot bind '0.0.0.0:80': Permission denied\n0.0.0.0_443: cannot bind '0.0.0.0:443': Permission denied\n\n2026-11-24T02:27:33.424146Z\tinfo\tx",
    );
    assert_eq!((seen.len(), seen[0].port), (1, Some(80)));
    assert!(seen[0].reason.as_ref().unwrap().contains("0.0.0.0_443"), "{:?}", seen[0].reason);
}

#[test]
fn dump_of_a_route_configuration_is_left_out() {
    let seen = said(
        "2024-02-02T10:00:00.123456Z\twarn\tdelta\tADS:RDS: ACK ERROR gw-0.edge-3 Internal:Only unique domains in route http.80goo.gle/debugonly name: \"http.80\"\nvirtual_hosts {\n  domains: \"*\"\n}\n\n",
    );
    assert_eq!(short(&seen), ["RouteRejected -"]);
    assert_eq!(seen[0].reason.as_deref(), Some("Only unique domains in route http.80"));
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let seen = said(
        "2026-11-24T02:27:32.424146Z\twarning\tenvoy config\tgRPC config for type.googleapis.com/envoy.config.listener.v3.Listener rejected: Error adding/updating listener(s) 0.0.0.0_8443: Invalid path: /etc/istio/ingressgateway-certs/tls.crt\tthread=2",
    );
    assert_eq!(seen[0].subject.as_deref(), Some("/etc/istio/ingressgateway-certs/tls.crt"));
}

#[test]
fn json_of_a_sighting_has_no_empty_fields() {
    let seen =
        said("2024-11-24T02:31:00.300856Z\twarn\tgateway has zero listeners for node gw-0.edge");
    let json = serde_json::to_value(&seen[0]).unwrap();
    let mut keys: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["count", "first", "last", "proxy", "samples", "speaker", "what"]);
    assert_eq!(json["what"], "noListeners");
    let back: super::super::Sighting = serde_json::from_value(json).unwrap();
    assert_eq!(back, seen[0]);
}

#[test]
fn pilots_answers_of_a_sidecar_are_no_gateways() {
    let line = "2019-07-19T14:47:33.405832Z\twarn\tads\tADS:LDS: ACK ERROR 10.28.1.51:38978 sidecar~10.28.1.51~svc-0.graph~graph.svc.cluster.local-140 (svc-0.graph) version_info:\"2019-07-19T14:43:20Z/9311\" node:<id:\"sidecar~10.28.1.51~svc-0.graph~graph.svc.cluster.local\" > type_url:\"type.googleapis.com/envoy.api.v2.Listener\" error_detail:<code:13 message:\"Error adding/updating listener(s) 10.0.0.1_8080: duplicate listener 10.0.0.1_8080 found\" >";
    assert_eq!(short(&said(line)), Vec::<String>::new());
    let router = line.replace("sidecar~", "router~");
    let seen = said(&router);
    assert_eq!(short(&seen), ["ListenerRejected -"]);
    let reason =
        "Error adding/updating listener(s) 10.0.0.1_8080: duplicate listener 10.0.0.1_8080 found";
    assert_eq!(seen[0].reason.as_deref(), Some(reason));
    assert_eq!(seen[0].proxy.as_ref().unwrap().pod, "svc-0");
    let (cut, _) = router.split_once(" message:").unwrap();
    assert_eq!(short(&said(cut)), ["ListenerRejected -"]);
}

#[test]
fn what_a_refusal_says_of_ports_and_files() {
    for (answer, what, port, file) in [
        (
            "warn\tads\tADS:LDS: ACK ERROR 10.244.0.93:47436 router~10.244.0.93~gw-0.edge~edge.svc.cluster.local-2 Internal:Error adding/updating listener(s) 0.0.0.0_443: cannot bind '0.0.0.0:443': Permission denied",
            "CannotBind -",
            Some(443),
            None,
        ),
        (
            "warning\tenvoy config\tgRPC config for type.googleapis.com/envoy.api.v2.Listener rejected: Error adding/updating listener 0.0.0.0_443: unable to read file: /etc/certs/root-certs.pem",
            "MissingFile -",
            None,
            Some("/etc/certs/root-certs.pem"),
        ),
        (
            "warning\tenvoy config\tgRPC config for type.googleapis.com/envoy.api.v2.Listener rejected: Error adding/updating listener 0.0.0.0_443: Failed to load private key from /etc/istio/ingressgateway-certs/tls.key",
            "BadKey -",
            None,
            Some("/etc/istio/ingressgateway-certs/tls.key"),
        ),
        (
            "warn\tads\tADS:CDS: ACK ERROR 10.244.0.93:47436 router~10.244.0.93~gw-0.edge~edge.svc.cluster.local-2 Internal:Error adding/updating cluster(s) outbound|443||kubernetes.default.svc.cluster.local: Invalid path: /etc/certs/cert-chain.pem, outbound|53||kube-dns: Invalid path: /etc/certs/cert-chain.pem",
            "ClusterRejected -",
            None,
            Some("/etc/certs/cert-chain.pem"),
        ),
    ] {
        let seen = said(&format!("2020-11-28T00:22:43.481190Z\t{answer}\n"));
        assert_eq!(short(&seen), [what], "{answer}");
        assert_eq!((seen[0].port, seen[0].subject.as_deref()), (port, file), "{answer}");
    }
}

#[test]
fn services_on_a_port_are_counted() {
    let line = "2020-11-25T07:29:17.148720Z\twarn\tbuildGatewayListeners: found 0 services on port 15017: map[]\n";
    assert_eq!(short(&said(line)), Vec::<String>::new());
    let two = line.replace("found 0", "found 2").replace("map[]", "map[a.b.svc:{} c.b.svc:{}]");
    let seen = said(&two);
    assert_eq!(short(&seen), ["SeveralServices -"]);
    assert_eq!(
        (seen[0].port, &*seen[0].hosts),
        (Some(15017), &["a.b.svc".into(), "c.b.svc".into()][..])
    );
}
