//! What is wanted of a gateway of a namespace's own.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::method::Method;
use super::quantity::Amount;
use crate::error::{Error, Result};
use crate::model::Key;
use crate::validation::names;

/// What is wanted. What is left out has a default, which each way has its own of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intent {
    /// The gateway's name, which its objects bear.
    pub name: String,
    /// Its namespace: that of its pods, so that of the secrets that it reads.
    pub namespace: String,
    /// How it is reached.
    pub type_: ServiceType,
    /// Annotations of its Service, for a cloud's load balancer.
    pub annotations: BTreeMap<String, String>,
    /// Whether its load balancer is for the inside of a network only.
    pub internal: bool,
    /// The address that its load balancer is to have.
    pub static_ip: Option<IpAddr>,
    /// How many pods it has; without, one to five by the load.
    pub scale: Option<Scale>,
    /// CPU of each pod.
    pub cpu: Option<Amount>,
    /// Memory of each pod.
    pub memory: Option<Amount>,
    /// The revision of istiod, or its tag, that it belongs to; without, the default one.
    pub revision: Option<String>,
    /// The ports that its pods listen on.
    pub ports: Option<PodPorts>,
    /// The value of the label `istio` of its pods; without, the gateway's name.
    pub istio_label: Option<String>,
    /// Whether a `NetworkPolicy` lets clients in on its ports, and nothing else.
    pub network_policy: bool,
    /// Whether its pods name the seccomp profile of the container runtime, which Pod Security's level
    /// `restricted` asks for. By injection they always do.
    pub seccomp: bool,
    /// The secret of a listener for HTTPS, where the Gateway API is used.
    pub tls_secret: Option<String>,
    /// The version of istiod, where it is known.
    pub istiod: Option<crate::model::version::Version>,
}

/// How a gateway's Service is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServiceType {
    /// By a load balancer of the cloud, or of the cluster.
    #[default]
    LoadBalancer,
    /// On a port of each node.
    NodePort,
    /// Inside the cluster only.
    ClusterIp,
}

impl ServiceType {
    /// Every type.
    pub const ALL: &[Self] = &[Self::LoadBalancer, Self::NodePort, Self::ClusterIp];

    /// As Services write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::LoadBalancer => "LoadBalancer",
            Self::NodePort => "NodePort",
            Self::ClusterIp => "ClusterIP",
        }
    }
}

/// The ports that the pods listen on for 80 and 443 of the Service. To change them on a gateway that
/// runs costs downtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodPorts {
    /// 80 and 443, by the sysctl that lets every user bind them (safe since Kubernetes 1.22).
    Privileged,
    /// 8080 and 8443.
    Unprivileged,
}

impl PodPorts {
    /// Every choice.
    pub const ALL: &[Self] = &[Self::Privileged, Self::Unprivileged];

    /// As the command line has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Privileged => "privileged",
            Self::Unprivileged => "unprivileged",
        }
    }

    /// The pods' ports for HTTP and HTTPS.
    pub(super) fn numbers(self) -> [u16; 2] {
        match self {
            Self::Privileged => [80, 443],
            Self::Unprivileged => [8080, 8443],
        }
    }
}

/// How many pods a gateway has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// So many.
    Fixed(u32),
    /// By the load.
    Between {
        /// At least.
        min: u32,
        /// At most.
        max: u32,
    },
}

impl Scale {
    /// As Istio's charts have it (Istio 1.30, `manifests/charts/gateway` and
    /// `manifests/charts/gateways/istio-ingress`).
    pub const DEFAULT: Self = Self::Between { min: 1, max: 5 };

    /// How many pods there are at least.
    pub fn least(self) -> u32 {
        match self {
            Self::Fixed(count) | Self::Between { min: count, .. } => count,
        }
    }
}

/// A cloud's way to say that a load balancer is for the inside: each reads its own annotations and
/// passes over the others'. In this order: GKE since 1.17, which reads the next one too; GKE before;
/// AWS Load Balancer Controller since 2.2; Kubernetes' own controller for AWS, up to 1.26;
/// Azure (Kubernetes 1.17 to 1.26, `legacy-cloud-providers`, for all but the third).
const INTERNAL: [(&str, &str); 5] = [
    ("networking.gke.io/load-balancer-type", "Internal"),
    ("cloud.google.com/load-balancer-type", "Internal"),
    ("service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"),
    ("service.beta.kubernetes.io/aws-load-balancer-internal", "true"),
    ("service.beta.kubernetes.io/azure-load-balancer-internal", "true"),
];

impl Intent {
    /// Namespace and name.
    pub fn key(&self) -> Key {
        Key::new(&*self.namespace, &*self.name)
    }

    /// How many pods it has.
    pub fn scale(&self) -> Scale {
        self.scale.unwrap_or(Scale::DEFAULT)
    }

    /// The ports of its pods: as Istio's charts of each way have them (Istio 1.30, as above).
    pub fn ports(&self, method: Method) -> PodPorts {
        self.ports.unwrap_or(match method {
            Method::Injection | Method::GatewayApi => PodPorts::Privileged,
            Method::IstioOperator => PodPorts::Unprivileged,
        })
    }

    /// The annotations of its Service.
    pub(super) fn service_annotations(&self) -> BTreeMap<String, String> {
        let internal = INTERNAL.iter().filter(|_| self.internal);
        let mut all: BTreeMap<String, String> =
            internal.map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        // What is said by hand stands before what is guessed.
        all.extend(self.annotations.clone());
        all
    }

    /// What is wrong with it, by the flag that says so.
    ///
    /// # Errors
    /// Usage (2) with the first that cannot be, or that this way has no place for.
    pub fn check(&self, method: Method) -> Result<()> {
        self.check_names(method)?;
        let is_balanced = self.type_ == ServiceType::LoadBalancer;
        for (flag, is_given) in
            [("--internal", self.internal), ("--static-ip", self.static_ip.is_some())]
        {
            if is_given && !is_balanced {
                let type_ = self.type_.word();
                return Err(Error::usage(format!("{flag} is for a load balancer, not {type_}")));
            }
        }
        match self.scale {
            Some(Scale::Fixed(0)) => {
                return Err(Error::usage("--replicas 0: nothing would answer"));
            }
            Some(Scale::Between { min: 0, .. }) => {
                return Err(Error::usage("--min 0: nothing would answer"));
            }
            Some(Scale::Between { min, max }) if min > max => {
                return Err(Error::usage(format!("--min {min} is more than --max {max}")));
            }
            _ => {}
        }
        for key in self.annotations.keys() {
            names::label_key(key).map_err(|_| {
                Error::usage(format!("--annotation {key}: not an annotation's key"))
            })?;
        }
        method.check(self)
    }

    fn check_names(&self, method: Method) -> Result<()> {
        let label = |flag: &str, text: &str| {
            names::label(text).map_err(|why| Error::usage(format!("{flag} {text}: {why}")))
        };
        label("NAME", &self.name)?;
        label("--namespace", &self.namespace)?;
        // A Service's name begins with a letter (RFC 1035; Kubernetes up to 1.35, but for clusters
        // since 1.34 that have the feature gate RelaxedServiceNameValidation on).
        if !self.name.starts_with(|it: char| it.is_ascii_lowercase()) {
            return Err(Error::usage(format!("NAME {}: does not begin with a letter", self.name)));
        }
        let longest = method.longest_name();
        if self.name.len() > longest {
            let message = format!("NAME {}: longer than {longest} letters", self.name);
            return Err(Error::usage(message)
                .hint("what is made for it has longer names, and those have 63 at most"));
        }
        let values = [("--istio-label", &self.istio_label), ("--revision", &self.revision)];
        for (flag, value) in values {
            let Some(value) = value else { continue };
            names::label_value(value)
                .and_then(|()| if value.is_empty() { Err("empty".to_owned()) } else { Ok(()) })
                .map_err(|why| Error::usage(format!("{flag} {value:?}: {why}")))?;
        }
        if let Some(secret) = &self.tls_secret {
            names::subdomain(secret)
                .map_err(|why| Error::usage(format!("--tls-secret {secret}: {why}")))?;
        }
        Ok(())
    }
}
