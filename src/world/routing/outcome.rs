//! What becomes of a request: what the client sees, and by which object.

use super::chains::Overlap;
use super::codec::Own;
use super::destination::{Destination, Fate};
use super::gateway_api::Unserved;
use super::rules::Lost;
use super::secrets::{Lack, Shown};
use crate::model::{Key, ObjectRef};
use crate::world::Gap;

/// The way of a request through a gateway.
#[derive(Clone, Debug)]
pub struct Way<'w> {
    /// What it passed, in order, and the object and field that decided there.
    pub hops: Vec<Hop>,
    /// What the gateway shows of itself, where TLS ends there.
    pub tls: Option<Shown<'w>>,
    /// What becomes of it. Where Envoy refuses what decides, as of a gateway that starts anew.
    pub outcome: Outcome<'w>,
    /// What Envoy refuses: gateways that run keep what they had before, which the objects do not
    /// tell; those that start have nothing.
    pub refusal: Option<Refusal>,
    /// Whether it is a call of gRPC: what the gateway itself answers is then a 200 with a
    /// `grpc-status`.
    pub is_grpc: bool,
    /// What is not known and could make it another.
    pub gaps: Vec<Gap>,
}

/// A step of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The Service port that is connected to.
    Service,
    /// The pods behind it.
    Pods,
    /// The server that opens the port.
    Listener,
    /// The server that is chosen by the name asked for.
    Chain,
    /// The host.
    VirtualHost,
    /// A server's redirect to https.
    HttpsRedirect,
    /// The rule.
    Route,
    /// Where it leads.
    Cluster,
    /// Who answers there.
    Endpoints,
}

/// What a step came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Which step.
    pub step: Step,
    /// The object that decided, at the field.
    pub object: Option<ObjectRef>,
    /// What it came to, as a clause.
    pub says: String,
}

/// What becomes of a request.
#[derive(Clone, Debug)]
pub enum Outcome<'w> {
    /// The connection is refused.
    Refused(Refused),
    /// It is reset, in the handshake or at the first bytes.
    Reset(Reset),
    /// Plain text where the chain wants TLS: closed without a byte.
    Closed,
    /// TLS where the chain speaks plain HTTP: an answer in plain text, "wrong version number".
    NotTls,
    /// The server wants a certificate of the client's.
    CertificateRequired,
    /// The port is the proxy's own, whatever the objects say: readiness or metrics.
    ProxysOwn,
    /// Envoy answers by itself.
    Own(Own),
    /// 404: nothing is served for it.
    NotFound(NotFound),
    /// The client is sent elsewhere.
    Redirect {
        /// The status code.
        status: u32,
        /// `Location`.
        location: String,
        /// The route; `None` where a server's `httpsRedirect` does it.
        route: Option<Taken>,
    },
    /// The gateway answers as a rule says.
    Direct {
        /// The status code.
        status: u32,
        /// The body.
        body: String,
        /// The route.
        route: Taken,
    },
    /// A preflight that a rule's `corsPolicy` answers, with 200.
    Preflight(Taken),
    /// A rule's `fault` ends it.
    Aborted {
        /// The status code.
        status: u32,
        /// The route.
        route: Taken,
    },
    /// It is sent on.
    Routed {
        /// The route.
        route: Taken,
        /// Where to: one, or one of several by weight.
        clusters: Vec<Cluster<'w>>,
        /// The path that the backend gets.
        path: String,
    },
    /// The connection is passed on without a look at HTTP.
    Connected {
        /// The object, at the rule.
        rule: ObjectRef,
        /// Where to.
        clusters: Vec<Cluster<'w>>,
    },
}

/// Why a connection is refused.
#[derive(Clone, Debug)]
pub enum Refused {
    /// The Service has no such port, or it leads to no pod's.
    NoServicePort,
    /// No Gateway selects the pods.
    NoGateway,
    /// No server of their Gateways is on that port.
    NoServer,
    /// A listener of the Gateway API has that port, and is not served.
    Unserved(Unserved),
    /// The servers there have nothing to lead to: TLS that goes through, or TCP, without a rule.
    NoRule(Vec<ObjectRef>),
    /// The proxy may not bind ports below 1024.
    Unprivileged,
    /// Envoy refuses the listener.
    ByEnvoy(Overlap),
}

/// Why a connection is reset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reset {
    /// No server is for the name asked for, or for plain text.
    NoChain {
        /// The names that some server is for.
        names: Vec<String>,
    },
    /// The server's certificate did not reach the gateway.
    NoCertificate(Lack),
    /// HTTP/2 does not allow the request; only its stream is reset.
    Protocol,
}

/// Why there is a 404.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotFound {
    /// No VirtualService or route serves anything here.
    Nothing {
        /// The servers that wait for some.
        servers: Vec<ObjectRef>,
        /// Rules that delegate to what is not there.
        lost: Vec<Lost>,
    },
    /// Some hosts are served, and not this one.
    NoHost {
        /// Those that are.
        domains: Vec<String>,
    },
    /// The host is served, and no rule is for this request.
    NoRoute {
        /// Its virtual host.
        domain: String,
        /// The objects whose rules were tried, in order.
        tried: Vec<ObjectRef>,
        /// Rules that delegate to what is not there.
        lost: Vec<Lost>,
    },
    /// Envoy refuses the routes of the port, so there are none.
    RefusedRoutes,
}

/// A route that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its name in the access log; empty where the rule has none.
    pub name: String,
    /// The VirtualService that the access log names.
    pub virtual_service: Key,
    /// The object, at the match or rule.
    pub at: ObjectRef,
}

/// A cluster that requests are sent to.
#[derive(Clone, Debug)]
pub struct Cluster<'w> {
    /// The destination.
    pub destination: Destination<'w>,
    /// Its share among several; 0 for the only one.
    pub weight: u32,
    /// The host that the backend gets.
    pub host: String,
    /// The status where there is no cluster: 503, of the Gateway API 500.
    pub not_found: u32,
}

/// What Envoy refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A listener, with all its chains.
    Listener(Overlap),
    /// A route configuration, with all its hosts; at the field that it refuses.
    Routes(ObjectRef),
}

impl Cluster<'_> {
    /// The status that the gateway itself gives; `None` where a backend answers.
    pub fn status(&self) -> Option<u32> {
        match &self.destination.fate {
            Fate::Ready(_) => None,
            Fate::NoEndpoints(_) => Some(503),
            _ => Some(self.not_found),
        }
    }
}

impl Outcome<'_> {
    /// The status that the client gets; `None` where there is none, where a backend gives it, or
    /// where it depends on which of several is chosen.
    pub fn status(&self) -> Option<u32> {
        match self {
            Self::Own(own) => Some(own.status),
            Self::NotFound(_) => Some(404),
            Self::Preflight(_) => Some(200),
            Self::Redirect { status, .. }
            | Self::Direct { status, .. }
            | Self::Aborted { status, .. } => Some(*status),
            Self::Routed { clusters, .. } => {
                let mut statuses = clusters.iter().map(Cluster::status);
                let first = statuses.next()?;
                if statuses.all(|it| it == first) { first } else { None }
            }
            Self::Refused(_)
            | Self::Reset(_)
            | Self::Closed
            | Self::NotTls
            | Self::CertificateRequired
            | Self::ProxysOwn
            | Self::Connected { .. } => None,
        }
    }
}

impl Way<'_> {
    /// The status that the client gets, where the gateway itself gives one.
    pub fn status(&self) -> Option<u32> {
        self.outcome.status().map(|status| if self.is_grpc { 200 } else { status })
    }

    /// What becomes of it, or why that is not known.
    ///
    /// # Errors
    /// The first gap that the outcome hangs on.
    pub fn known(&self) -> Result<&Outcome<'_>, Gap> {
        self.gaps.first().cloned().map_or(Ok(&self.outcome), Err)
    }
}
