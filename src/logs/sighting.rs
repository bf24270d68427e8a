//! What a log tells, told once: one sighting for everything lines say of one thing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Who wrote a line.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub enum Speaker {
    /// The gateway pod's node agent or pilot-agent; it fetched secrets in Istio 1.1 to 1.8.
    Agent,
    /// istiod; it fetches secrets since Istio 1.8.
    Istiod,
    /// Envoy in the gateway pod.
    Envoy,
    /// The gateway's access log.
    Access,
}

/// What is said.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub enum What {
    /// There is no such secret where it was looked for.
    Missing,
    /// The secret is missing, or there and unusable: the line does not say which.
    MissingOrUnusable,
    /// The secret lacks the keys that are needed.
    WrongKeys,
    /// A key that is needed is there and empty.
    EmptyKeys,
    /// The certificate cannot be parsed.
    BadCertificate,
    /// The private key cannot be read.
    BadKey,
    /// Certificate and private key do not belong together.
    KeyMismatch,
    /// The certificate is expired or not valid yet.
    Expired,
    /// The service account may not read, or list, secrets.
    Forbidden,
    /// The secret is in another namespace than may be referred to.
    CrossNamespace,
    /// istiod withholds the secret, and nobody said that a right is missing: it could not ask, or
    /// the line does not tell.
    Withheld,
    /// The proxy's connection to istiod is not authenticated, so it gets no secrets.
    NotAuthenticated,
    /// istiod does not know the proxy's cluster, or has no access to its secrets.
    UnknownCluster,
    /// The resource name is none that istiod understands.
    BadName,
    /// Envoy waited 15 s for a secret in vain.
    FetchTimedOut,
    /// Envoy refused a secret for a reason not told apart further.
    Refused,
    /// The gateway waits for a secret.
    Waiting,
    /// The secret was deleted.
    Deleted,
    /// The secret was created or changed (istiod's line says so of a deletion too).
    Changed,
    /// The secret was read and, or, sent to Envoy.
    Served,
    /// A server is left out: another Gateway has its host on that port.
    DuplicateHost,
    /// A `VirtualService`'s TLS rule is left out: its SNI host is taken.
    DuplicateSni,
    /// A server is left out: its port is taken by one of another protocol.
    PortConflict,
    /// A server is left out: its port name is taken on that Gateway.
    DuplicatePortName,
    /// A server is left out: no route name can be made for it, or it has no port.
    BadServer,
    /// A TLS server has no `tls` block.
    NoTlsBlock,
    /// A port below 1024 is left out, for the pod is unprivileged.
    PrivilegedPort,
    /// The gateway listens on nothing.
    NoListeners,
    /// No Gateway selects the pod, or none has this route any more.
    NoGateway,
    /// A listener has no route, or no `VirtualService`: it answers 404.
    NoRoute,
    /// A TCP or TLS server has nothing to forward to.
    NoFilter,
    /// Several Services claim a gateway port.
    SeveralServices,
    /// Envoy refused a listener.
    ListenerRejected,
    /// Envoy refused a route configuration.
    RouteRejected,
    /// Envoy refused a cluster.
    ClusterRejected,
    /// A port cannot be bound.
    CannotBind,
    /// A mounted file that a server names is not there.
    MissingFile,
    /// The proxy is not ready.
    NotReady,
    /// The access log says that a request failed.
    Request,
}

impl What {
    /// Whether this is a reason for a gateway to be without a usable credential.
    pub fn is_credential_failure(self) -> bool {
        use What::{
            BadCertificate, BadKey, BadName, CrossNamespace, Deleted, EmptyKeys, Expired,
            Forbidden, KeyMismatch, Missing, MissingOrUnusable, Refused, Withheld, WrongKeys,
        };
        matches!(
            self,
            Missing
                | MissingOrUnusable
                | WrongKeys
                | EmptyKeys
                | BadCertificate
                | BadKey
                | KeyMismatch
                | Expired
                | Forbidden
                | CrossNamespace
                | Withheld
                | BadName
                | Refused
                | Deleted
        )
    }
}

/// A gateway's pod.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase")]
pub struct Proxy {
    /// The pod's name.
    pub pod: String,
    /// The pod's namespace, if told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// A service account.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccount {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// A line that was seen.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Sample {
    /// The file, as shown to the user.
    pub source: Arc<str>,
    /// The line's number in it.
    pub line: u64,
    /// When it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// The message without what stands before it.
    pub text: String,
}

/// How it is known that a failure is over.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Ending {
    /// The secret was sent to Envoy.
    Served,
    /// The secret was created, changed or deleted, and no failure followed: it may be over.
    Changed,
}

/// A later line that shows a failure as over.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Over {
    /// How sure that is.
    pub ending: Ending,
    /// The line that says so.
    pub sample: Sample,
}

/// What an access log says of requests that failed alike.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Envoy's response flags, `NR`, or several with commas.
    pub flags: String,
    /// The status code; 0 for a connection.
    pub code: u16,
    /// Response code details, Istio 1.9 and later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// The host asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// The upstream cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// The name in the TLS handshake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sni: Option<String>,
    /// Why the connection to the upstream failed, Istio 1.2 and later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// All that logs say of one thing.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Sighting {
    /// What is said.
    pub what: What,
    /// Who says it.
    pub speaker: Speaker,
    /// The Secret's name, without scheme and without `-cacert`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// Whether the client CA is meant: the Secret NAME-cacert, or the CA in NAME.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ca: bool,
    /// The resource name as logged, `kubernetes://NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The namespace in which it was looked for, if the log tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The gateway pod that asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<Proxy>,
    /// The service account that may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account: Option<ServiceAccount>,
    /// The reason in the writer's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The keys that the secret was found to have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// The fallback secret that is served in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
    /// The Gateway, as logged: `NS/NAME`, or `NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// The port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The hosts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// The listener, route or file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What the access log says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Request>,
    /// The earliest time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Timestamp>,
    /// The latest time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Timestamp>,
    /// How many lines say it.
    pub count: u64,
    /// The first line, and the latest two.
    pub samples: Vec<Sample>,
    /// A later line that shows it as over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Over>,
    /// Whether the log shows that a gateway asks for this credential.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asked: bool,
}

impl Sighting {
    /// A sighting that was counted once and says nothing more.
    pub(super) fn new(what: What, speaker: Speaker) -> Self {
        Self {
            what,
            speaker,
            credential: None,
            ca: false,
            resource: None,
            namespace: None,
            proxy: None,
            service_account: None,
            reason: None,
            keys: Vec::new(),
            fallback: None,
            gateway: None,
            port: None,
            hosts: Vec::new(),
            subject: None,
            request: None,
            first: None,
            last: None,
            count: 1,
            samples: Vec::new(),
            over: None,
            asked: false,
        }
    }

    /// Adds another sighting of the same thing, which came later in the log.
    pub(super) fn merge(&mut self, later: Self) {
        self.count += later.count;
        self.first = [self.first, later.first].into_iter().flatten().min();
        self.last = self.last.max(later.last);
        self.asked |= later.asked;
        let fields = [
            (&mut self.resource, later.resource),
            (&mut self.namespace, later.namespace),
            (&mut self.reason, later.reason),
            (&mut self.fallback, later.fallback),
            (&mut self.gateway, later.gateway),
            (&mut self.subject, later.subject),
        ];
        for (mine, other) in fields {
            if mine.is_none() {
                *mine = other;
            }
        }
        self.proxy = self.proxy.take().or(later.proxy);
        self.service_account = self.service_account.take().or(later.service_account);
        self.port = self.port.or(later.port);
        if self.hosts.is_empty() {
            self.hosts = later.hosts;
        }
        if !later.keys.is_empty() {
            self.keys = later.keys;
        }
        for sample in later.samples {
            if self.samples.len() == SAMPLES {
                self.samples.remove(1);
            }
            self.samples.push(sample);
        }
    }
}

/// How many lines of a sighting are kept.
const SAMPLES: usize = 3;
