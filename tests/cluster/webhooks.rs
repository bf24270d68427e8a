//! Webhooks of istiod's shape, and a server that answers them: it notes in the pod who was asked.

use std::io::{self, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, OnceLock};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::objects::GATEWAY_NAMESPACE;
use crate::proxy::{answer, read, server};
use crate::stack::Stack;

/// The annotation with the paths that were asked, in their order.
const ASKED: &str = "tests/asked";

/// The label that a marker's namespace has.
pub(crate) const MARKED: &str = "tests/marked";

/// A server that plays istiod's webhooks, as long as this process.
pub(crate) struct Injectors {
    pub(crate) port: u16,
    authority: String,
}

/// The webhook configuration of one revision or tag.
pub(crate) struct Installed {
    /// The name of the configuration.
    pub(crate) name: &'static str,
    /// What pods and namespaces ask for it by.
    pub(crate) asked: &'static str,
    /// The revision of istiod.
    pub(crate) revision: &'static str,
    /// Whether it serves those who name no revision too.
    pub(crate) is_default: bool,
    /// Whether istioctl has put it out of use, for a tag took its place.
    pub(crate) is_deactivated: bool,
    /// The Service in istio-system that answers.
    pub(crate) service: &'static str,
    /// What becomes of pods where it does not.
    pub(crate) failure_policy: &'static str,
}

impl Injectors {
    pub(crate) fn serving() -> Self {
        let names = ["istiod", "istiod-canary"].map(|it| format!("{it}.{GATEWAY_NAMESPACE}.svc"));
        let names = names.into_iter().chain(["localhost".to_owned()]);
        let own = rcgen::generate_simple_self_signed(names.collect::<Vec<_>>()).unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let config = server(&own);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let config = Arc::clone(&config);
                // Who is not answered says so: the API server.
                thread::spawn(move || drop(serve(stream, config)));
            }
        });
        Self { port, authority: STANDARD.encode(own.cert.pem()) }
    }

    /// A Service that leads to this server, as one leads to an istiod outside the cluster.
    pub(crate) fn service(name: &str) -> Value {
        json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": {"namespace": GATEWAY_NAMESPACE, "name": name},
            "spec": {"type": "ExternalName", "externalName": "localhost"},
        })
    }

    /// The webhooks of a revision or tag, with the selectors that Istio 1.30's charts have.
    pub(crate) fn configuration(&self, of: &Installed) -> Value {
        let is = |label: &str, operator: &str, values: &[&str]| {
            let mut it = json!({"key": label, "operator": operator});
            if !values.is_empty() {
                it["values"] = json!(values);
            }
            it
        };
        let lacks = |label: &str| is(label, "DoesNotExist", &[]);
        let asked = || is("istio.io/rev", "In", &[of.asked]);
        let willing = || is("sidecar.istio.io/inject", "NotIn", &["false"]);
        let (none, no_revision) = (lacks("istio-injection"), lacks("istio.io/rev"));
        let mut cases = vec![
            ("rev.namespace.", json!([asked(), none]), json!([willing()])),
            ("rev.object.", json!([no_revision, none]), json!([willing(), asked()])),
        ];
        if of.is_default {
            let enabled = is("istio-injection", "In", &["enabled"]);
            let wanted = is("sidecar.istio.io/inject", "In", &["true"]);
            cases.push(("namespace.", json!([enabled]), json!([willing()])));
            cases.push(("object.", json!([none, no_revision]), json!([wanted, no_revision])));
        }
        let webhook = |(prefix, namespaces, objects): &(&str, Value, Value)| {
            let name = format!("{prefix}sidecar-injector.istio.io");
            let mut webhook = self.webhook(&name, &format!("/{}/{name}", of.name));
            webhook["clientConfig"]["service"] = json!({
                "namespace": GATEWAY_NAMESPACE, "name": of.service,
                "path": webhook["clientConfig"]["path"], "port": self.port,
            });
            webhook["clientConfig"]
                .as_object_mut()
                .unwrap()
                .retain(|key, _| key == "service" || key == "caBundle");
            webhook["failurePolicy"] = json!(of.failure_policy);
            webhook["namespaceSelector"] = json!({"matchExpressions": namespaces});
            webhook["objectSelector"] = json!({"matchExpressions": objects});
            if of.is_deactivated {
                let never = json!({"matchLabels": {"istio.io/deactivated": "never-match"}});
                webhook["namespaceSelector"] = never.clone();
                webhook["objectSelector"] = never;
            }
            webhook
        };
        let mut labels = json!({"app": "sidecar-injector", "istio.io/rev": of.revision});
        if of.asked != of.revision {
            labels["istio.io/tag"] = json!(of.asked);
        }
        json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": of.name, "labels": labels},
            "webhooks": cases.iter().map(webhook).collect::<Vec<_>>(),
        })
    }

    /// A webhook of somebody else's, for the pods of the marked namespaces: once it is called, the
    /// API server knows all that was there before it.
    pub(crate) fn marker(&self, mark: &str) -> Value {
        let mut webhook = self.webhook("marker.example.com", "");
        webhook["clientConfig"] = json!({
            "url": format!("https://localhost:{}/{mark}", self.port),
            "caBundle": self.authority,
        });
        webhook["namespaceSelector"] = json!({"matchLabels": {MARKED: "yes"}});
        json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": "zz-marker"}, "webhooks": [webhook],
        })
    }

    fn webhook(&self, name: &str, path: &str) -> Value {
        json!({
            "name": name, "clientConfig": {"caBundle": self.authority, "path": path},
            "rules": [{
                "operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"],
                "resources": ["pods"],
            }],
            "sideEffects": "None", "admissionReviewVersions": ["v1"], "timeoutSeconds": 2,
            "failurePolicy": "Fail", "reinvocationPolicy": "Never",
        })
    }
}

/// The paths that were asked about a pod, in their order.
pub(crate) fn asked(pod: &Value) -> Vec<String> {
    let said = pod["metadata"]["annotations"][ASKED].as_str().unwrap_or_default();
    said.split(' ').filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// Allows what it is asked about, and notes the path in it.
fn serve(stream: TcpStream, config: Arc<ServerConfig>) -> io::Result<()> {
    let tls = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(tls, stream);
    let Some((line, request)) = read(&mut stream)? else { return Ok(()) };
    let start = request.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
    let review: Value = serde_json::from_slice(&request[start..])?;
    let pod = &review["request"]["object"];
    let asked_at = line.target.split('?').next().unwrap_or_default();
    let mut all = asked(pod);
    all.push(asked_at.trim_start_matches('/').to_owned());
    let mut annotations = pod["metadata"]["annotations"].clone();
    annotations[ASKED] = json!(all.join(" "));
    let patch = json!([{"op": "add", "path": "/metadata/annotations", "value": annotations}]);
    let body = json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "response": {
            "uid": review["request"]["uid"], "allowed": true, "patchType": "JSONPatch",
            "patch": STANDARD.encode(patch.to_string()),
        },
    });
    stream.write_all(&answer("200 OK", &body.to_string()))?;
    stream.conn.send_close_notify();
    stream.flush()
}

impl Installed {
    /// What an install without revisions brings.
    pub(crate) const DEFAULT: Self = Self {
        name: "istio-sidecar-injector",
        asked: "default",
        revision: "default",
        is_default: true,
        is_deactivated: false,
        service: "istiod",
        failure_policy: "Fail",
    };
}

/// Adds the webhooks of istiod, and who answers them.
pub(crate) fn injected(stack: &Stack) {
    static INJECTORS: OnceLock<Injectors> = OnceLock::new();
    let injectors = INJECTORS.get_or_init(Injectors::serving);
    stack.add(&[Injectors::service("istiod"), injectors.configuration(&Installed::DEFAULT)]);
}
