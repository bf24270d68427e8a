//! What `list` says: the applications that igwctl manages, and the gateways that it made.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::API_VERSION;
use crate::model::ObjectRef;

/// What `list` says.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Applications {
    /// `igwctl/v1`.
    pub api_version: &'static str,
    /// `Applications`.
    pub kind: &'static str,
    /// The applications, by namespace and name.
    pub applications: Vec<Application>,
    /// The gateways that `bootstrap` made, by namespace and name: those of which an object is
    /// igwctl's. What is merged into an IstioOperator is not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gateways: Vec<OwnGateway>,
    /// What the reader should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
}

impl Applications {
    /// These.
    pub fn new(applications: Vec<Application>, gateways: Vec<OwnGateway>) -> Self {
        let (api_version, kind) = (API_VERSION, "Applications");
        Self { api_version, kind, applications, gateways, notices: Vec::new() }
    }

    /// Whether there is neither.
    pub fn is_empty(&self) -> bool {
        self.applications.is_empty() && self.gateways.is_empty()
    }

    /// Leaves those of a namespace alone.
    pub fn keep(&mut self, namespace: &str) {
        self.applications.retain(|it| it.namespace == namespace);
        self.gateways.retain(|it| it.namespace == namespace);
    }
}

/// An application on a gateway.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub state: State,
    /// Where it answers.
    pub urls: Vec<String>,
    /// The labels of the gateway's pods.
    pub selector: BTreeMap<String, String>,
    /// Its certificates, where cert-manager makes them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<Issued>,
    /// Its objects.
    pub objects: Vec<ObjectRef>,
}

/// How an application stands, by its own objects; what a client gets is for `probe` to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// All of it is there.
    Applied,
    /// Nothing is routed yet.
    NoRoutes,
    /// A Certificate is not Ready.
    CertificateNotReady,
    /// Its Gateway is gone.
    NoGateway,
}

impl State {
    /// As tables word it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Applied => "Applied",
            Self::NoRoutes => "NoRoutes",
            Self::CertificateNotReady => "CertificateNotReady",
            Self::NoGateway => "NoGateway",
        }
    }
}

/// A gateway of a namespace's own.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnGateway {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub state: GatewayState,
    /// Its addresses outside the cluster, as its Service or Gateway has them in its status.
    pub addresses: Vec<String>,
    /// Its objects, of the kinds that tell how it stands.
    pub objects: Vec<ObjectRef>,
}

/// How a gateway stands, by its own objects; `discover` says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum GatewayState {
    /// Its pods are ready, and it has the addresses that its Service is to have.
    Ready,
    /// Not one of its pods is ready.
    PodsNotReady,
    /// Its Service is to have a load balancer, and has none.
    NoAddress,
    /// istiod did not say that it made the Gateway's pods and Service.
    NotProgrammed,
    /// Its Service or its Deployment is gone.
    Incomplete,
}

impl GatewayState {
    /// As tables word it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ready => "Ready",
            Self::PodsNotReady => "PodsNotReady",
            Self::NoAddress => "NoAddress",
            Self::NotProgrammed => "NotProgrammed",
            Self::Incomplete => "Incomplete",
        }
    }
}

/// A certificate of an application.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Issued {
    /// The Certificate.
    pub object: ObjectRef,
    /// Whether it is Ready.
    pub ready: bool,
    /// Why it is not.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The secret that it is written to, in its namespace.
    pub secret: String,
    /// The names in it.
    pub names: Vec<String>,
    /// Who issues it.
    pub issuer: String,
    /// When it ends; left out before it was issued.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub not_after: String,
}
