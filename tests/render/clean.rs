//! What is rendered, with its secret, is found in order by `diagnose`, whatever was asked for.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use igwctl::diagnose::Diagnose;
use igwctl::ingest::{self, Complete, Input, Intake, Wishes};
use igwctl::model::manifest::Manifest;
use igwctl::render::{self, ClientCa, Intent, Pair, Rendered, Setting};
use igwctl::report::Severity;
use igwctl::world::Question as _;
use jiff::Timestamp;
use proptest::prelude::*;

use crate::support::keys::{self, NOW};
use crate::support::worlds::{ALL, head, review};

/// Arguments of `render` in every combination that goes together.
pub(super) fn lines() -> impl Strategy<Value = Vec<String>> {
    let app = prop::sample::select(vec!["shop", "no", "on", "1e3", "0x10", "7"]);
    let namespace = prop::sample::select(vec!["shop", "no", "1e3", "istio-system"]);
    let hosts = prop::sample::select(vec![
        "--host a.example.com",
        "--host a.example.com --host *.b.example.org --host 0x10.c",
        "--address 203.0.113.7",
        "--address 2001:db8::1",
        "--host A.example.com. --address 203.0.113.7",
    ]);
    let place = prop::sample::select(vec![
        "",
        "--assume-gateway istio-ingress:istio=ingress",
        "--assume-gateway shop",
        "--assume-gateway no:app=1e3,istio=on --assume-gateway on:app=1e3,istio=on",
        "--gateway-selector istio=no,app=1e3",
        "--assume-gateway no:app=1e3,istio=on --gateway-selector istio=on",
    ]);
    let ports = prop::sample::select(vec!["", "--http-port 8080", "--https-port 8443"]);
    let apis = prop::sample::select(vec![
        "",
        "--istio-api v1beta1 --cert-manager-api v1beta1",
        "--istio-api v1alpha3 --cert-manager-api v1alpha2",
        "--istio-api v1 --cert-manager-api v1alpha3",
    ]);
    let all = (app, namespace, hosts, place, ports, apis, routes(), tls());
    all.prop_map(|(app, namespace, hosts, place, ports, apis, routes, tls)| {
        let has_tls = !tls.is_empty();
        let is_passthrough = tls.iter().any(|it| it == "--tls=PASSTHROUGH");
        let redirects = tls.iter().any(|it| it == "--https-redirect");
        let mut line = vec![app.to_owned(), "-n".to_owned(), namespace.to_owned()];
        let mut add = |words: &str| line.extend(words.split_whitespace().map(str::to_owned));
        add(hosts);
        add(place);
        let is_https = ports.starts_with("--https");
        if (is_https && has_tls) || (!is_https && (!is_passthrough || redirects)) {
            add(ports);
        }
        add(apis);
        if is_passthrough {
            add("--route /=passed:8443");
        } else {
            line.extend(routes.into_iter().flat_map(|it| ["--route".to_owned(), it]));
        }
        line.extend(tls);
        line
    })
}

fn routes() -> impl Strategy<Value = Vec<String>> {
    const ROUTES: [&str; 12] = [
        "/api=apiservice:8080",
        "/api=apiservice:8080 header:x-user=~",
        "/api/v1=v1:80@90,v2:80@10",
        "exact:/healthz=probe:80 method=GET",
        "regex:/v[0-9]+/.*=versions:80 timeout=1.5s",
        "regex:\"/a=[b, c]+\"=versions:80",
        "/app/=app:80 rewrite=/",
        "/old=redirect:/new code=308",
        "/away=redirect:https://other.example.net:8443/x",
        "/=beta:80 header:x-group=prefix:be header:x-canary",
        "/=put:80 method=PUT",
        "/=frontend:8080 header:x=regex:0x10",
    ];
    let default = prop::sample::select(vec!["/=frontend:8080", "regex:.*=frontend:8080"]);
    let routes = prop::sample::subsequence(ROUTES.to_vec(), 0..=6).prop_shuffle();
    (routes, default).prop_map(|(routes, default)| {
        routes.into_iter().chain([default]).map(str::to_owned).collect()
    })
}

fn tls() -> impl Strategy<Value = Vec<String>> {
    let sources = vec![
        "--secret there",
        "--cert a.crt --key a.key",
        "--self-signed --duration 48h --renew-before 1h",
        "--self-signed --secret-name no --organization= --common-name=",
        "--issuer selfsigned-issuer",
        "--issuer Issuer/1e3 --certificate-name on --secret-name 0x10",
        "--issuer letsencrypt --acme",
        "--issuer a --key-algorithm ECDSA --key-size 384 --key-encoding PKCS8 --usage any",
        "--issuer a --organization no --organization 1e3 --ip-address= --dns-name *.example.net",
        "--create-issuer selfsigned",
        "--create-issuer selfsigned --issuer Issuer/no",
        "--create-issuer ca --ca-secret on --issuer everyones",
        "--issuer a --duration 90m --renew-before 5m --ip-address 203.0.113.9 --ip-address ::1",
    ];
    let flags = prop::sample::subsequence(vec!["--min-tls 1.3", "--https-redirect"], 0..=2);
    let terminated =
        (0..2_usize, prop::sample::select(sources), flags).prop_map(|(mode, source, flags)| {
            let mode = ["--tls", "--tls=MUTUAL --client-ca ca.crt"][mode];
            let line = format!("{mode} {source} {}", flags.join(" "));
            line.split_whitespace().map(str::to_owned).collect()
        });
    let passed = prop::sample::subsequence(vec!["--https-redirect"], 0..=1).prop_map(|flags| {
        ["--tls=PASSTHROUGH"].into_iter().chain(flags).map(str::to_owned).collect()
    });
    prop_oneof![1 => Just(Vec::new()), 6 => terminated, 1 => passed]
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// A certificate for these names, its key, and what they say.
fn pair_for(names: &[String]) -> Pair {
    let mut params = rcgen::CertificateParams::new(names.to_vec()).unwrap();
    params.not_before = rcgen::date_time_ymd(2026, 11, 1);
    params.not_after = rcgen::date_time_ymd(2027, 11, 1);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap().pem().into_bytes();
    let key = key.serialize_pem().into_bytes();
    let facts = ingest::facts_of_pair(&certificate, &key);
    Pair::new(certificate, key, facts, "a.crt".to_owned())
}

/// The intent rendered, with what it names of files.
fn render(intent: &Intent) -> Rendered {
    let mut setting = Setting { now: now(), ..Setting::default() };
    let tls = intent.spec.tls.as_ref();
    if tls.is_some_and(|tls| tls.client_ca.is_some()) {
        let pem = keys::pair("clients", keys::Valid::Now).certificate.into_bytes();
        let chain = ingest::chain(&pem);
        setting.client_ca = Some(ClientCa { pem, chain, origin: "ca.crt".to_owned() });
    }
    if tls.is_some_and(|tls| tls.certificate.files.is_some() || tls.certificate.self_signed) {
        let plain = Intent {
            spec: render::intent::Spec {
                tls: None,
                ports: render::intent::Ports::default(),
                ..intent.spec.clone()
            },
            ..intent.clone()
        };
        let hosts = render::manifests(&plain, &setting).unwrap().serves.hosts;
        setting.pair = Some(pair_for(&hosts));
    }
    render::manifests(intent, &setting).unwrap_or_else(|refusal| panic!("{refusal:?} {intent:?}"))
}

/// The pods of the gateway, what they may, the Services that routes lead to, and the secrets that
/// somebody else writes.
fn surroundings(intent: &Intent, rendered: &Rendered) -> String {
    let mut kinds = ALL.to_vec();
    kinds.extend([
        "services",
        "endpointslices",
        "virtualservices",
        "destinationrules",
        "serviceentries",
        "namespaces",
    ]);
    let mut text = head(&kinds);
    let serves = &rendered.serves;
    let labels = serde_json::to_string(&serves.selector).unwrap();
    let ports = &intent.spec.ports;
    let (http, https) = (ports.http.unwrap_or(80), ports.https.unwrap_or(443));
    for namespace in &serves.namespaces {
        write!(
            text,
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: gateway-0, namespace: \"{namespace}\", \
             labels: {labels}}}\nspec:\n  serviceAccountName: ingress\n  containers: [{{name: \
             istio-proxy, image: 'docker.io/istio/proxyv2:1.30.3'}}]\nstatus: {{phase: Running, \
             conditions: [{{type: Ready, status: \"True\"}}]}}\n---\napiVersion: v1\nkind: \
             Service\nmetadata: {{name: gateway, namespace: \"{namespace}\"}}\nspec:\n  type: \
             LoadBalancer\n  selector: {labels}\n  ports: [{{name: http, port: {http}}}, {{name: \
             https, port: {https}}}]\nstatus: {{loadBalancer: {{ingress: [{{ip: 203.0.113.7}}]}}}}\n"
        )
        .unwrap();
        write!(text, "---\n{}", review(namespace, true)).unwrap();
    }
    let mut services: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
    for destination in render::destinations(intent) {
        services.entry(&destination.service).or_default().extend(destination.port);
    }
    for (name, mut ports) in services {
        ports.sort_unstable();
        ports.dedup();
        let ports: Vec<_> = ports.iter().map(|it| format!("{{name: p{it}, port: {it}}}")).collect();
        write!(
            text,
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: \
             \"{namespace}\"}}\nspec: {{selector: {{app: {name}}}, ports: [{ports}]}}\n---\napiVersion: \
             discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {{name: {name}-x, namespace: \
             \"{namespace}\", labels: {{kubernetes.io/service-name: {name}}}}}\naddressType: \
             IPv4\nendpoints: [{{addresses: [10.0.0.7], conditions: {{ready: true}}}}]\nports: \
             [{ports}]\n",
            namespace = intent.namespace,
            ports = ports.join(", "),
        )
        .unwrap();
    }
    let is_rendered = |namespace: &str, name: &str| {
        let is_it = |it: &&Manifest| it.kind == "Secret" && it.key().namespace == namespace;
        rendered.manifests.iter().filter(is_it).any(|it| it.key().name == name)
    };
    for secret in &rendered.secrets {
        if !is_rendered(&secret.namespace, &secret.name) {
            let pair = pair_for(&serves.hosts);
            let (certificate, key) =
                (STANDARD.encode(&pair.certificate), STANDARD.encode(&*pair.key));
            write!(
                text,
                "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: \"{}\", namespace: \
                 \"{}\"}}\ntype: kubernetes.io/tls\ndata: {{tls.crt: {certificate}, tls.key: {key}}}\n",
                secret.name, secret.namespace
            )
            .unwrap();
        }
    }
    text
}

fn diagnosed(text: &str) -> igwctl::report::Diagnosis {
    let question = Diagnose::default();
    let mut intake = Intake::new(Wishes {
        reads: question.reads(),
        keeps_raw: false,
        namespace: None,
        complete: Complete::Nothing,
        assumed: Vec::new(),
        now: Some(now()),
        clock: now(),
    });
    let reader = Box::new(text.as_bytes());
    intake.read(Input { name: "-", reader, namespace: None, is_named: true }).unwrap();
    let (world, notices) = intake.finish();
    let mut diagnosis = question.answer(&world);
    diagnosis.notices = notices;
    diagnosis
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn what_is_rendered_is_in_order(line in lines()) {
        let intent = igwctl::commands::intent(&line).unwrap();
        let rendered = render(&intent);
        let stream: String =
            rendered.manifests.iter().map(|it| format!("---\n{}", it.to_yaml())).collect();
        let text = surroundings(&intent, &rendered) + &stream;
        let diagnosis = diagnosed(&text);
        let told: Vec<String> = diagnosis
            .findings
            .iter()
            .filter(|it| it.severity != Severity::Info)
            .map(|it| format!("{} {}: {}", it.code, it.object, it.message))
            .collect();
        prop_assert!(told.is_empty(), "{told:#?}\n{line:?}\n{stream}");
        let open: Vec<String> = diagnosis
            .undecided
            .iter()
            .filter(|it| it.code.starts_with("IGW03"))
            .map(|it| format!("{}: {}", it.code, it.reason))
            .collect();
        prop_assert!(open.is_empty(), "{open:#?}\n{line:?}");
        prop_assert_eq!(diagnosis.notices, Vec::<String>::new());
        // Every server of the Gateway was looked at.
        prop_assert!(diagnosis.looked_at.gateways == 1);
    }
}

#[test]
fn a_secret_in_another_place_is_not_in_order() {
    let line = ["shop", "-n", "shop", "--host", "a.example.com", "--route", "/=a:80", "--tls"];
    let line: Vec<String> =
        line.into_iter().chain(["--cert", "a.crt", "--key", "a.key"]).map(str::to_owned).collect();
    let intent = igwctl::commands::intent(&line).unwrap();
    let mut rendered = render(&intent);
    let before = surroundings(&intent, &rendered);
    for manifest in &mut rendered.manifests {
        if manifest.kind == "Secret" {
            manifest.metadata.insert("namespace".to_owned(), "shop".into());
        }
    }
    let stream: String =
        rendered.manifests.iter().map(|it| format!("---\n{}", it.to_yaml())).collect();
    let diagnosis = diagnosed(&(before + &stream));
    let codes: Vec<&str> = diagnosis.findings.iter().map(|it| it.code).collect();
    assert_eq!(codes, ["IGW0301"]);
}
