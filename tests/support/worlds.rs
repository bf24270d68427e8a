//! Worlds as text: the few manifests that most tests are made of.

use std::fmt::Write as _;

use super::keys::{NOW, Ring};

/// A stream of documents.
#[derive(Clone, Default)]
pub(crate) struct World(Vec<String>);

/// The manifest of a Gateway that serves one host over TLS.
pub(crate) fn gateway(namespace: &str, name: &str, tls: &str) -> String {
    format!(
        "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata:\n  name: {name}\n  \
         namespace: {namespace}\nspec:\n  selector:\n    istio: ingressgateway\n  servers:\n  \
         - port: {{number: 443, name: https, protocol: HTTPS}}\n    hosts: [{name}.example.com]\n    \
         tls: {{{tls}}}\n"
    )
}

/// The manifest of a Gateway's pod, labelled `istio: ingressgateway`.
pub(crate) fn pod(namespace: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: ingressgateway-0\n  namespace: {namespace}\n  \
         labels: {{istio: ingressgateway}}\nspec:\n  serviceAccountName: ingress\n  containers:\n  \
         - name: istio-proxy\n    image: docker.io/istio/proxyv2:1.30.3\n"
    )
}

/// The manifest of a Secret; `data` is YAML, where `{{certificate a}}` and the like are filled in.
pub(crate) fn secret(namespace: &str, name: &str, data: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: {namespace}\ntype: \
         kubernetes.io/tls\ndata: {{{data}}}\n"
    )
}

/// The `data` of a Secret whose pair is sound.
pub(crate) const SOUND: &str = "tls.crt: {{certificate a}}, tls.key: {{key a}}";

/// A Certificate that writes a Secret, with what its condition Ready says.
pub(crate) fn certificate(namespace: &str, name: &str, secret: &str, ready: &str) -> String {
    format!(
        "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata:\n  name: {name}\n  namespace: \
         {namespace}\nspec:\n  secretName: {secret}\n  dnsNames: [{name}.example.com]\n  issuerRef: \
         {{kind: ClusterIssuer, name: ours}}\nstatus:\n  conditions:\n  - {{type: Ready, status: \
         \"{ready}\", reason: Ready, message: as tests have it}}\n"
    )
}

/// What the API server says to the gateway's service account about listing secrets.
pub(crate) fn review(namespace: &str, allowed: bool) -> String {
    format!(
        "apiVersion: authorization.k8s.io/v1\nkind: SubjectAccessReview\nspec:\n  user: \
         system:serviceaccount:{namespace}:ingress\n  resourceAttributes: {{namespace: {namespace}, \
         verb: list, resource: secrets}}\nstatus: {{allowed: {allowed}}}\n"
    )
}

/// The head of a bundle that shows all objects of these kinds.
pub(crate) fn head(resources: &[&str]) -> String {
    let mut head = format!("apiVersion: igwctl/v1\nkind: Snapshot\nnow: {NOW}\ncovered:\n");
    for resource in resources {
        writeln!(head, "  {resource}: [\"*\"]").unwrap();
    }
    head
}

/// The kinds of which most worlds show all.
pub(crate) const ALL: &[&str] = &[
    "gateways.networking.istio.io",
    "gateways.gateway.networking.k8s.io",
    "referencegrants.gateway.networking.k8s.io",
    "pods",
    "services",
    "secrets",
    "configmaps",
    "certificates.cert-manager.io",
    "clusterissuers.cert-manager.io",
];

impl World {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// One in which a gateway runs in istio-system and may list secrets, and all is shown.
    pub(crate) fn mesh() -> Self {
        Self::new().and(head(ALL)).and(pod("istio-system")).and(review("istio-system", true))
    }

    /// One document more.
    pub(crate) fn and(mut self, document: impl Into<String>) -> Self {
        self.0.push(document.into());
        self
    }

    /// The stream, keys and certificates filled in.
    pub(crate) fn text(&self) -> String {
        Ring::default().fill(&self.0.join("---\n"))
    }

    /// The same as one `kind: List`, as kubectl prints it: each object served by an API server.
    pub(crate) fn served(&self) -> String {
        let mut text = "apiVersion: v1\nitems:\n".to_owned();
        for (position, document) in self.0.iter().enumerate() {
            let metadata =
                format!("metadata:\n  uid: u{position}\n  resourceVersion: \"{position}\"");
            let document = document.replacen("metadata:", &metadata, 1);
            for (number, line) in document.lines().enumerate() {
                text += if number == 0 { "- " } else { "  " };
                text += line;
                text += "\n";
            }
        }
        text += "kind: List\nmetadata:\n  resourceVersion: \"\"\n";
        Ring::default().fill(&text)
    }
}
