//! What can be asked for: the kinds that are read as a whole, the right that each takes, and why
//! something is not known.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Key, Selector};

/// Declares `Kind` and its table; the one list of what igwctl reads.
macro_rules! kinds {
    ($($variant:ident = $group:literal $kind:literal $plural:literal $scope:ident;)*) => {
        /// A kind of object that is read as a whole.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = concat!("`", $plural, "` of the group `", $group, "`.")] $variant,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Kind] = &[$(Kind::$variant),*];

            /// API group (empty for the core), kind, plural name, and whether it has namespaces.
            const fn row(self) -> (&'static str, &'static str, &'static str, Scope) {
                match self { $(Kind::$variant => ($group, $kind, $plural, Scope::$scope),)* }
            }
        }
    };
}

enum Scope {
    Namespaced,
    Cluster,
}

kinds! {
    Gateways = "networking.istio.io" "Gateway" "gateways" Namespaced;
    VirtualServices = "networking.istio.io" "VirtualService" "virtualservices" Namespaced;
    DestinationRules = "networking.istio.io" "DestinationRule" "destinationrules" Namespaced;
    ServiceEntries = "networking.istio.io" "ServiceEntry" "serviceentries" Namespaced;
    KubernetesGateways = "gateway.networking.k8s.io" "Gateway" "gateways" Namespaced;
    WorkloadEntries = "networking.istio.io" "WorkloadEntry" "workloadentries" Namespaced;
    GrpcRoutes = "gateway.networking.k8s.io" "GRPCRoute" "grpcroutes" Namespaced;
    HttpRoutes = "gateway.networking.k8s.io" "HTTPRoute" "httproutes" Namespaced;
    ReferenceGrants = "gateway.networking.k8s.io" "ReferenceGrant" "referencegrants" Namespaced;
    Pods = "" "Pod" "pods" Namespaced;
    Deployments = "apps" "Deployment" "deployments" Namespaced;
    Services = "" "Service" "services" Namespaced;
    EndpointSlices = "discovery.k8s.io" "EndpointSlice" "endpointslices" Namespaced;
    Namespaces = "" "Namespace" "namespaces" Cluster;
    Nodes = "" "Node" "nodes" Cluster;
    Secrets = "" "Secret" "secrets" Namespaced;
    ConfigMaps = "" "ConfigMap" "configmaps" Namespaced;
    ServiceAccounts = "" "ServiceAccount" "serviceaccounts" Namespaced;
    Roles = "rbac.authorization.k8s.io" "Role" "roles" Namespaced;
    RoleBindings = "rbac.authorization.k8s.io" "RoleBinding" "rolebindings" Namespaced;
    ClusterRoles = "rbac.authorization.k8s.io" "ClusterRole" "clusterroles" Cluster;
    ClusterRoleBindings = "rbac.authorization.k8s.io" "ClusterRoleBinding" "clusterrolebindings" Cluster;
    Events = "" "Event" "events" Namespaced;
    ResourceQuotas = "" "ResourceQuota" "resourcequotas" Namespaced;
    MutatingWebhookConfigurations = "admissionregistration.k8s.io" "MutatingWebhookConfiguration"
        "mutatingwebhookconfigurations" Cluster;
    Certificates = "cert-manager.io" "Certificate" "certificates" Namespaced;
    CertificateRequests = "cert-manager.io" "CertificateRequest" "certificaterequests" Namespaced;
    Issuers = "cert-manager.io" "Issuer" "issuers" Namespaced;
    ClusterIssuers = "cert-manager.io" "ClusterIssuer" "clusterissuers" Cluster;
    SealedSecrets = "bitnami.com" "SealedSecret" "sealedsecrets" Namespaced;
    ExternalSecrets = "external-secrets.io" "ExternalSecret" "externalsecrets" Namespaced;
    HorizontalPodAutoscalers = "autoscaling" "HorizontalPodAutoscaler" "horizontalpodautoscalers" Namespaced;
    PodDisruptionBudgets = "policy" "PodDisruptionBudget" "poddisruptionbudgets" Namespaced;
    NetworkPolicies = "networking.k8s.io" "NetworkPolicy" "networkpolicies" Namespaced;
    IstioOperators = "install.istio.io" "IstioOperator" "istiooperators" Namespaced;
    Orders = "acme.cert-manager.io" "Order" "orders" Namespaced;
    Challenges = "acme.cert-manager.io" "Challenge" "challenges" Namespaced;
}

impl Kind {
    /// API group, empty for the core.
    pub fn group(self) -> &'static str {
        self.row().0
    }

    /// `kind` as manifests spell it.
    pub fn kind(self) -> &'static str {
        self.row().1
    }

    /// The resource's plural name, as kubectl takes it.
    pub fn plural(self) -> &'static str {
        self.row().2
    }

    /// Whether objects of it tell anything; of the others it is only known how they are written.
    pub fn is_telling(self) -> bool {
        use Kind::{
            HorizontalPodAutoscalers, IstioOperators, NetworkPolicies, PodDisruptionBudgets,
            ServiceAccounts,
        };
        let written = [
            HorizontalPodAutoscalers,
            PodDisruptionBudgets,
            NetworkPolicies,
            IstioOperators,
            ServiceAccounts,
        ];
        !written.contains(&self)
    }

    /// Whether its objects live in namespaces.
    pub fn is_namespaced(self) -> bool {
        matches!(self.row().3, Scope::Namespaced)
    }

    /// The kind that a document is of. cert-manager's group was `certmanager.k8s.io` to 0.10;
    /// Events have a group of their own too.
    pub fn of(group: &str, kind: &str) -> Option<Self> {
        let group = match group {
            "certmanager.k8s.io" => "cert-manager.io",
            "events.k8s.io" => "",
            "extensions" => "apps",
            group => group,
        };
        Self::ALL.iter().copied().find(|it| it.kind() == kind && it.group() == group)
    }

    /// The kinds that kubectl's name for a resource means (`secrets`, `secret`,
    /// `gateways.networking.istio.io`): two where a bare name is shared.
    pub fn named(name: &str) -> Vec<Self> {
        let (bare, group) = name.split_once('.').unwrap_or((name, ""));
        let is = |kind: &Kind| {
            (bare.eq_ignore_ascii_case(kind.plural()) || bare.eq_ignore_ascii_case(kind.kind()))
                && (group.is_empty() || group == kind.group())
        };
        Self::ALL.iter().copied().filter(is).collect()
    }

    /// The right that reading it takes, without the namespace: `list secrets`.
    pub fn right(self) -> String {
        format!("list {}", self.plural())
    }
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u64);

impl Kinds {
    /// Every kind there is.
    pub const EVERY: Kinds = Kinds(u64::MAX);

    /// The set of these.
    pub const fn of(kinds: &[Kind]) -> Self {
        let mut set = 0;
        let mut position = 0;
        while position < kinds.len() {
            set |= 1 << kinds[position] as u64;
            position += 1;
        }
        Self(set)
    }

    /// Whether the kind is in the set.
    pub const fn has(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u64) != 0
    }

    /// Both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of this set that the other has not.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// As a number, for an atomic.
    pub(super) const fn bits(self) -> u64 {
        self.0
    }

    /// From such a number.
    pub(super) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The kinds in the set.
    pub fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.iter().copied().filter(move |kind| self.has(*kind))
    }
}

/// Something to be asked for that only what was read before can name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Want {
    /// The objects of a kind that a selector means.
    Selected {
        /// The kind.
        kind: Kind,
        /// In that namespace, or in all.
        namespace: Option<String>,
        /// Labels, as the API server takes them; an empty one means every object.
        selector: String,
    },
    /// The Events about an object.
    EventsOf {
        /// The object's kind.
        kind: String,
        /// The object.
        key: Key,
    },
}

impl Want {
    /// All objects of a kind, in a namespace or in all.
    pub fn all(kind: Kind, namespace: Option<&str>) -> Self {
        Self::Selected { kind, namespace: namespace.map(str::to_owned), selector: String::new() }
    }

    /// The fields by which the API server knows the Events about an object.
    pub fn events_of(kind: &str, name: &str) -> Selector {
        let field = |name: &str, value: &str| (format!("involvedObject.{name}"), value.to_owned());
        Selector([field("kind", kind), field("name", name)].into())
    }

    /// The namespace that it is narrowed to.
    pub fn namespace(&self) -> Option<&str> {
        match self {
            Self::Selected { namespace, .. } => namespace.as_deref(),
            Self::EventsOf { key, .. } => Some(&key.namespace),
        }
    }
}

/// Why something is not known. Never to be read as absence.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum Why {
    /// The inputs do not reach that far: files without that list, a value that was taken out.
    Beyond,
    /// The user may not read it.
    Forbidden,
    /// The cluster did not answer.
    Unreachable,
}

/// Something that is not known, and what would tell it. The namespace stands apart, so that the
/// same gap in five thousand namespaces can be told once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gap {
    /// Why.
    pub why: Why,
    /// What is missing, as a clause without the namespace.
    pub reason: String,
    /// What would tell it, likewise: "list secrets".
    pub right: String,
    /// The namespace in question, if it is one.
    pub namespace: Option<String>,
}

impl Gap {
    /// A kind of which the inputs do not show all objects.
    pub fn not_covered(kind: Kind, namespace: Option<&str>) -> Self {
        Self {
            why: Why::Beyond,
            reason: format!("the inputs do not show all {}", kind.plural()),
            right: kind.right(),
            namespace: namespace.map(str::to_owned),
        }
    }

    /// A value that the inputs hold back.
    pub fn beyond(reason: impl Into<String>, right: &str, namespace: Option<&str>) -> Self {
        Self {
            why: Why::Beyond,
            reason: reason.into(),
            right: right.to_owned(),
            namespace: namespace.map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_found_by_what_kubectl_calls_them() {
        assert_eq!(Kind::named("secrets"), [Kind::Secrets]);
        assert_eq!(Kind::named("Secret"), [Kind::Secrets]);
        assert_eq!(Kind::named("gateways"), [Kind::Gateways, Kind::KubernetesGateways]);
        assert_eq!(Kind::named("gateways.gateway.networking.k8s.io"), [Kind::KubernetesGateways]);
        assert!(Kind::named("widgets").is_empty());
    }

    #[test]
    fn a_set_holds_what_was_put_into_it() {
        let set = Kinds::of(&[Kind::Pods, Kind::Challenges]);
        assert!(set.has(Kind::Pods) && set.has(Kind::Challenges) && !set.has(Kind::Secrets));
        assert_eq!(set.iter().count(), 2);
        assert!(Kind::ALL.len() <= 64, "the set is a u64");
    }
}
