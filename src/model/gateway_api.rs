//! The Gateway API's Gateway and `ReferenceGrant` (`gateway.networking.k8s.io`, bundle 1.5).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::kubernetes::{Condition, LabelSelector, Metadata};
use super::yaml::Placed;
use super::{Key, nullable, object};

/// The API group of the Gateway API (0.4, with v1alpha2, and later).
pub const GROUP: &str = "gateway.networking.k8s.io";

/// A Gateway API Gateway.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct KubernetesGateway {
    /// Metadata.
    pub metadata: Metadata,
    /// What it listens for.
    #[serde(deserialize_with = "nullable")]
    pub spec: GatewaySpec,
    /// What became of it.
    #[serde(deserialize_with = "nullable")]
    pub status: GatewayStatus,
}
object!(KubernetesGateway, "Gateway", "gateway.networking.k8s.io/v1");

/// `spec` of a Gateway API Gateway.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GatewaySpec {
    /// Who is to implement it.
    #[serde(deserialize_with = "nullable")]
    pub gateway_class_name: String,
    /// What is listened for.
    #[serde(deserialize_with = "nullable")]
    pub listeners: Vec<Listener>,
    /// Addresses that are wished for; a Hostname is the Service to use (Istio 1.30).
    #[serde(deserialize_with = "nullable")]
    pub addresses: Vec<GatewayAddress>,
}

/// One of a Gateway's addresses, wished for or had.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GatewayAddress {
    /// `IPAddress` (unless said) or `Hostname`.
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub type_: String,
    /// The address.
    #[serde(deserialize_with = "nullable")]
    pub value: String,
}

/// `status` of a Gateway API Gateway.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GatewayStatus {
    /// The addresses that it has.
    #[serde(deserialize_with = "nullable")]
    pub addresses: Vec<GatewayAddress>,
    /// Conditions, `Programmed` among them.
    #[serde(deserialize_with = "nullable")]
    pub conditions: Vec<Condition>,
}

/// One of `spec.listeners`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Listener {
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// The host; none is every host.
    #[serde(deserialize_with = "nullable")]
    pub hostname: String,
    /// The port.
    #[serde(deserialize_with = "nullable")]
    pub port: u32,
    /// `HTTP`, `HTTPS`, `TLS`, `TCP` or `UDP`.
    #[serde(deserialize_with = "nullable")]
    pub protocol: String,
    /// Whose routes may attach.
    #[serde(deserialize_with = "nullable")]
    pub allowed_routes: AllowedRoutes,
    /// How TLS is served.
    pub tls: Option<ListenerTls>,
}

impl Listener {
    /// The host as a server of Istio's Gateway would have it: `*` for every host.
    pub fn host(&self) -> &str {
        if self.hostname.is_empty() { "*" } else { &self.hostname }
    }
}

/// `allowedRoutes` of a listener.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AllowedRoutes {
    /// From which namespaces.
    #[serde(deserialize_with = "nullable")]
    pub namespaces: RouteNamespaces,
    /// Of which kinds; none is those that go with the protocol.
    #[serde(deserialize_with = "nullable")]
    pub kinds: Vec<RouteKind>,
}

/// One of `allowedRoutes.kinds`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RouteKind {
    /// API group; the Gateway API's unless said.
    #[serde(deserialize_with = "nullable")]
    pub group: String,
    /// The kind.
    #[serde(deserialize_with = "nullable")]
    pub kind: String,
}

/// `allowedRoutes.namespaces` of a listener.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RouteNamespaces {
    /// `Same` (unless said), `All`, `Selector` or `None`.
    #[serde(deserialize_with = "nullable")]
    pub from: String,
    /// Labels of the namespaces.
    pub selector: Option<LabelSelector>,
}

/// `tls` of a listener.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListenerTls {
    /// `Terminate` (the default) or `Passthrough`.
    #[serde(deserialize_with = "nullable")]
    pub mode: String,
    /// The certificates.
    #[serde(deserialize_with = "nullable")]
    pub certificate_refs: Vec<CertificateRef>,
    /// What else the implementation knows.
    #[serde(deserialize_with = "nullable")]
    pub options: BTreeMap<String, String>,
}

/// A reference to a Secret.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct CertificateRef {
    /// API group, empty for Secrets.
    #[serde(deserialize_with = "nullable")]
    pub group: String,
    /// `Secret` unless said.
    #[serde(deserialize_with = "nullable")]
    pub kind: String,
    /// The Secret's name.
    #[serde(deserialize_with = "nullable")]
    pub name: Placed,
    /// Its namespace; the Gateway's unless said.
    #[serde(deserialize_with = "nullable")]
    pub namespace: String,
}

impl KubernetesGateway {
    /// Whether Istio implements it. Istio's own class is `istio`, `istio-remote` is for a gateway
    /// that another cluster's istiod serves (Istio 1.30); a class of one's own is known only by its
    /// `GatewayClass`, which is not read.
    pub fn is_istios(&self) -> bool {
        matches!(&*self.spec.gateway_class_name, "istio" | "istio-remote")
    }

    /// The Services that it names in `spec.addresses`, by the first two parts of their host names; a
    /// name without dots is of its own namespace (Istio 1.16 and later).
    pub fn addressed(&self) -> impl Iterator<Item = Key> {
        let hosts = self.spec.addresses.iter().filter(|it| it.type_ == "Hostname");
        hosts.map(|it| {
            let mut parts = it.value.split('.');
            let name = parts.next().unwrap_or_default();
            Key::new(parts.next().unwrap_or(&self.metadata.namespace), name)
        })
    }

    /// Whether that Service is among those that it names; `None`, where it names none and istiod
    /// makes one.
    pub fn names_service(&self, service: &Key) -> Option<bool> {
        let mut addressed = self.addressed().peekable();
        addressed.peek()?;
        Some(addressed.any(|it| it == *service))
    }
}

/// Allows references from one namespace to objects of another.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReferenceGrant {
    /// Metadata; the namespace is that of the objects referred to.
    pub metadata: Metadata,
    /// Who may refer to what.
    #[serde(deserialize_with = "nullable")]
    pub spec: ReferenceGrantSpec,
}
object!(ReferenceGrant, "ReferenceGrant", "gateway.networking.k8s.io/v1beta1");

/// `spec` of a `ReferenceGrant`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReferenceGrantSpec {
    /// Who may refer.
    #[serde(deserialize_with = "nullable")]
    pub from: Vec<GrantFrom>,
    /// To what.
    #[serde(deserialize_with = "nullable")]
    pub to: Vec<GrantTo>,
}

/// Who may refer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GrantFrom {
    /// API group.
    #[serde(deserialize_with = "nullable")]
    pub group: String,
    /// Kind.
    #[serde(deserialize_with = "nullable")]
    pub kind: String,
    /// Namespace.
    #[serde(deserialize_with = "nullable")]
    pub namespace: String,
}

/// What may be referred to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GrantTo {
    /// API group, empty for the core.
    #[serde(deserialize_with = "nullable")]
    pub group: String,
    /// Kind.
    #[serde(deserialize_with = "nullable")]
    pub kind: String,
    /// One name, or any.
    pub name: Option<String>,
}

impl ReferenceGrant {
    /// Whether a Gateway of `namespace` may refer to the Secret `name` in the grant's namespace.
    pub fn allows(&self, namespace: &str, name: &str) -> bool {
        self.allows_kinds("Gateway", namespace, "Secret", name)
    }

    /// Whether a route of that kind in `namespace` may refer to the Service `name` in the grant's
    /// namespace.
    pub fn allows_backend(&self, kind: &str, namespace: &str, name: &str) -> bool {
        self.allows_kinds(kind, namespace, "Service", name)
    }

    fn allows_kinds(&self, from: &str, namespace: &str, to: &str, name: &str) -> bool {
        let from = self
            .spec
            .from
            .iter()
            .any(|it| it.group == GROUP && it.kind == from && it.namespace == namespace);
        let to = self.spec.to.iter().any(|it| {
            it.group.is_empty()
                && it.kind == to
                && it.name.as_deref().is_none_or(|it| it.is_empty() || it == name)
        });
        from && to
    }
}
