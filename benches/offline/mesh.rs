//! A mesh of many tenants, as people keep it in files and as kubectl prints it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// One tenant in so many has its secret in its own namespace, where no gateway looks for it.
const MISPLACED: usize = 20;

/// How the objects are put into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Manifests in one YAML stream, as a repository holds them.
    Stream,
    /// One `kind: List` of live objects, as `kubectl get -A -o yaml` prints it.
    List,
}

/// The namespace of a tenant.
pub(crate) fn namespace(tenant: usize) -> String {
    format!("tenant-{tenant:05}")
}

/// Whether the tenant's secret is where no gateway looks for it.
pub(crate) fn is_misplaced(tenant: usize) -> bool {
    tenant % MISPLACED == MISPLACED / 2
}

/// The mesh as one text. All but the bytes of the keys is the same each time.
pub(crate) fn write(form: Form, tenants: usize) -> String {
    let mut text = String::new();
    if form == Form::List {
        text += "apiVersion: v1\nitems:\n";
    }
    let mut add = |object: Object<'_>| object.write(form, &mut text);
    for name in ["istio-ingressgateway-0", "istio-ingressgateway-1"] {
        add(gateway_pod(name));
    }
    for tenant in 0..tenants {
        let (namespace, host) = (namespace(tenant), format!("shop-{tenant}.example.com"));
        let home = if is_misplaced(tenant) { &*namespace } else { "istio-system" };
        add(Object::new(
            "v1",
            "Namespace",
            "",
            &namespace,
            "spec:\n  finalizers:\n  - kubernetes\n",
        ));
        add(Object::new("v1", "Service", &namespace, "frontend", SERVICE));
        add(Object::new(ISTIO, "Gateway", &namespace, "public", &gateway(tenant, &host)));
        add(Object::new(ISTIO, "VirtualService", &namespace, "frontend", &routes(&host)));
        add(secret(home, tenant, &host));
    }
    if form == Form::List {
        text += "kind: List\nmetadata:\n  resourceVersion: \"\"\n";
    }
    text
}

const ISTIO: &str = "networking.istio.io/v1";

const SERVICE: &str = "\
spec:
  ports:
  - name: http
    port: 8080
    protocol: TCP
    targetPort: 8080
  selector:
    app: frontend
  type: ClusterIP
";

fn gateway(tenant: usize, host: &str) -> String {
    format!(
        "\
spec:
  selector:
    istio: ingressgateway
  servers:
  - hosts:
    - {host}
    port:
      name: https
      number: 443
      protocol: HTTPS
    tls:
      credentialName: tenant-{tenant:05}-cert
      mode: SIMPLE
"
    )
}

fn routes(host: &str) -> String {
    format!(
        "\
spec:
  gateways:
  - public
  hosts:
  - {host}
  http:
  - match:
    - uri:
        prefix: /
    route:
    - destination:
        host: frontend
        port:
          number: 8080
"
    )
}

fn gateway_pod(name: &str) -> Object<'_> {
    let body = "\
spec:
  containers:
  - image: docker.io/istio/proxyv2:1.30.3
    name: istio-proxy
    ports:
    - containerPort: 8443
      protocol: TCP
  serviceAccountName: istio-ingressgateway-service-account
status:
  conditions:
  - lastTransitionTime: \"2026-11-24T02:21:30Z\"
    status: \"True\"
    type: Ready
  phase: Running
";
    let labels = "  labels:\n    app: istio-ingressgateway\n    istio: ingressgateway\n";
    Object { labels, ..Object::new("v1", "Pod", "istio-system", name, body) }
}

fn secret(namespace: &str, tenant: usize, host: &str) -> Object<'static> {
    // Valid from 1975 to 4096, so that no run finds it expired.
    let pair = rcgen::generate_simple_self_signed(vec![host.to_owned()]).expect("a key pair");
    let (cert, key) = (pair.cert.pem(), pair.signing_key.serialize_pem());
    Object {
        data: format!(
            "data:\n  tls.crt: {}\n  tls.key: {}\n",
            STANDARD.encode(cert),
            STANDARD.encode(key)
        ),
        ..Object::new(
            "v1",
            "Secret",
            namespace,
            &format!("tenant-{tenant:05}-cert"),
            "type: kubernetes.io/tls\n",
        )
    }
}

struct Object<'a> {
    api_version: &'a str,
    kind: &'a str,
    namespace: String,
    name: String,
    labels: &'a str,
    data: String,
    body: String,
}

impl<'a> Object<'a> {
    fn new(api_version: &'a str, kind: &'a str, namespace: &str, name: &str, body: &str) -> Self {
        let (namespace, name, body) = (namespace.to_owned(), name.to_owned(), body.to_owned());
        Self { api_version, kind, namespace, name, labels: "", data: String::new(), body }
    }

    fn write(&self, form: Form, text: &mut String) {
        let Self { api_version, kind, namespace, name, labels, data, body } = self;
        let mut metadata = String::from("metadata:\n");
        if form == Form::List {
            metadata += "  creationTimestamp: \"2026-11-24T02:21:27Z\"\n";
        }
        metadata += labels;
        metadata += &format!("  name: {name}\n");
        if !namespace.is_empty() {
            metadata += &format!("  namespace: {namespace}\n");
        }
        match form {
            Form::Stream => {
                let head = format!("---\napiVersion: {api_version}\nkind: {kind}\n");
                *text += &[&head, &*metadata, body, data].concat();
            }
            Form::List => {
                let number = text.len();
                let uid = format!("  uid: 9508f3b0-b51c-4ed3-9622-{number:012x}\n");
                metadata += &format!("  resourceVersion: \"{number}\"\n{uid}");
                // kubectl prints keys in the order of the alphabet.
                let object =
                    format!("apiVersion: {api_version}\n{data}kind: {kind}\n{metadata}{body}");
                for (position, line) in object.lines().enumerate() {
                    let mark = if position == 0 { "- " } else { "  " };
                    writeln!(text, "{mark}{line}").expect("memory takes all");
                }
            }
        }
    }
}
