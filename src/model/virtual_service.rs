//! Istio's VirtualService (`networking.istio.io`, v1alpha3 to v1; fields of Istio 1.31's API).

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::kubernetes::Metadata;
use super::yaml::Placed;
use super::{Selector, nullable, object};

/// A VirtualService.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct VirtualService {
    /// Metadata.
    pub metadata: Metadata,
    /// Which requests it takes, and where they go.
    #[serde(deserialize_with = "nullable")]
    pub spec: VirtualServiceSpec,
}
object!(VirtualService, "VirtualService", "networking.istio.io/v1");

/// `spec` of a VirtualService.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VirtualServiceSpec {
    /// Hosts; none makes it a delegate.
    #[serde(deserialize_with = "nullable")]
    pub hosts: Vec<Placed>,
    /// Gateways: `name`, `namespace/name`, `mesh`; none means `mesh` alone.
    #[serde(deserialize_with = "nullable")]
    pub gateways: Vec<Placed>,
    /// Rules for HTTP, in order.
    #[serde(deserialize_with = "nullable")]
    pub http: Vec<HttpRoute>,
    /// Rules for TLS that goes through, by SNI.
    #[serde(deserialize_with = "nullable")]
    pub tls: Vec<TlsRoute>,
    /// Rules for plain TCP.
    #[serde(deserialize_with = "nullable")]
    pub tcp: Vec<TcpRoute>,
    /// Namespaces that see it; none is the mesh's default.
    #[serde(deserialize_with = "nullable")]
    pub export_to: Vec<String>,
}

/// One of `spec.http`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HttpRoute {
    /// Its name, which the access log shows.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Any of these; none is every request.
    #[serde(rename = "match", deserialize_with = "nullable")]
    pub matches: Vec<HttpMatch>,
    /// Where it goes.
    #[serde(deserialize_with = "nullable")]
    pub route: Vec<RouteDestination>,
    /// Or where the client is sent.
    pub redirect: Option<Redirect>,
    /// Or what the gateway itself answers.
    pub direct_response: Option<DirectResponse>,
    /// Or whose rules come next.
    pub delegate: Option<Delegate>,
    /// What is changed of the request.
    pub rewrite: Option<Rewrite>,
    /// Who may ask from other sites.
    pub cors_policy: Option<CorsPolicy>,
    /// What goes wrong on purpose.
    pub fault: Option<Fault>,
    /// Headers that are set, added and taken away.
    #[serde(deserialize_with = "nullable")]
    pub headers: Headers,
}

/// One of a rule's `match`: all of it must fit.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HttpMatch {
    /// Its name, which the access log shows after the rule's.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// The path, without query.
    pub uri: Option<StringMatch>,
    /// Whether the path's case is passed over (exact and prefix).
    #[serde(deserialize_with = "nullable")]
    pub ignore_uri_case: bool,
    /// `:scheme`.
    pub scheme: Option<StringMatch>,
    /// `:method`.
    pub method: Option<StringMatch>,
    /// `:authority`, as sent.
    pub authority: Option<StringMatch>,
    /// Headers that must fit.
    #[serde(deserialize_with = "nullable")]
    pub headers: BTreeMap<String, StringMatch>,
    /// Headers that must not.
    #[serde(deserialize_with = "nullable")]
    pub without_headers: BTreeMap<String, StringMatch>,
    /// Query parameters.
    #[serde(deserialize_with = "nullable")]
    pub query_params: BTreeMap<String, StringMatch>,
    /// The Gateway server's port number; 0 without one.
    #[serde(deserialize_with = "nullable")]
    pub port: u32,
    /// Labels of the gateway's own pods.
    #[serde(deserialize_with = "nullable")]
    pub source_labels: Selector,
    /// The namespace of the gateway's own pods.
    #[serde(deserialize_with = "nullable")]
    pub source_namespace: String,
    /// Gateways for which it holds; none is those of the VirtualService.
    #[serde(deserialize_with = "nullable")]
    pub gateways: Vec<Placed>,
}

/// How a string is matched.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum StringMatch {
    /// It must be there, whatever it is.
    #[default]
    Present,
    /// The whole.
    Exact(String),
    /// How it begins.
    Prefix(String),
    /// The whole, by RE2.
    Regex(String),
}

impl<'de> Deserialize<'de> for StringMatch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Forms {
            exact: Option<String>,
            prefix: Option<String>,
            regex: Option<String>,
        }
        let Forms { exact, prefix, regex } = nullable(deserializer)?;
        Ok(match (exact, prefix, regex) {
            (Some(exact), _, _) => Self::Exact(exact),
            (_, Some(prefix), _) => Self::Prefix(prefix),
            (_, _, Some(regex)) => Self::Regex(regex),
            (None, None, None) => Self::Present,
        })
    }
}

/// One of a rule's `route`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RouteDestination {
    /// Where to.
    #[serde(deserialize_with = "nullable")]
    pub destination: Destination,
    /// Its share among several.
    #[serde(deserialize_with = "nullable")]
    pub weight: u32,
    /// Headers that are changed for it alone.
    #[serde(deserialize_with = "nullable")]
    pub headers: Headers,
}

/// `corsPolicy` of a rule, as far as it decides who answers a preflight.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CorsPolicy {
    /// Origins that are allowed.
    #[serde(deserialize_with = "nullable")]
    pub allow_origins: Vec<StringMatch>,
    /// The same, each as a whole; only where there are none of the others.
    #[serde(deserialize_with = "nullable")]
    pub allow_origin: Vec<String>,
}

/// `fault` of a rule, as far as it answers the client.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fault {
    /// Requests that are not sent on.
    pub abort: Option<Abort>,
}

/// `abort` of a fault.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Abort {
    /// The status of the answer; 0 where it is one of gRPC.
    #[serde(deserialize_with = "nullable")]
    pub http_status: u32,
    /// How many; without, none.
    #[serde(deserialize_with = "nullable")]
    pub percentage: Percentage,
}

/// A share in percent.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Percentage {
    /// From 0 to 100.
    #[serde(deserialize_with = "nullable")]
    pub value: f64,
}

/// `headers` of a rule or of one of its destinations.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Headers {
    /// What is changed of the request.
    #[serde(deserialize_with = "nullable")]
    pub request: HeaderOperations,
}

/// Headers that are set and added; `Host` and `:authority` among them change the host.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct HeaderOperations {
    /// Those that are set.
    #[serde(deserialize_with = "nullable")]
    pub set: BTreeMap<String, String>,
    /// Those that are added.
    #[serde(deserialize_with = "nullable")]
    pub add: BTreeMap<String, String>,
}

/// A destination.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Destination {
    /// A Service's or `ServiceEntry`'s host; without a dot, a Service of the VirtualService's
    /// namespace.
    #[serde(deserialize_with = "nullable")]
    pub host: Placed,
    /// Its port.
    #[serde(deserialize_with = "nullable")]
    pub port: PortSelector,
    /// A subset of a `DestinationRule`.
    #[serde(deserialize_with = "nullable")]
    pub subset: String,
}

/// `port` of a destination.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PortSelector {
    /// The number; 0 where nothing is said.
    #[serde(deserialize_with = "nullable")]
    pub number: u32,
}

/// `redirect` of a rule.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Redirect {
    /// The new path.
    #[serde(deserialize_with = "nullable")]
    pub uri: String,
    /// What stands in the place of the matched prefix (Istio 1.31 and later).
    #[serde(deserialize_with = "nullable")]
    pub prefix_rewrite: String,
    /// The new host.
    #[serde(deserialize_with = "nullable")]
    pub authority: String,
    /// The new port; 0 without one.
    #[serde(deserialize_with = "nullable")]
    pub port: u32,
    /// `FROM_PROTOCOL_DEFAULT` or `FROM_REQUEST_PORT` (Istio 1.12 and later).
    #[serde(deserialize_with = "nullable")]
    pub derive_port: String,
    /// The new scheme.
    #[serde(deserialize_with = "nullable")]
    pub scheme: String,
    /// The status code; 0 means 301.
    #[serde(deserialize_with = "nullable")]
    pub redirect_code: u32,
}

/// `directResponse` of a rule.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DirectResponse {
    /// The status code.
    #[serde(deserialize_with = "nullable")]
    pub status: u32,
    /// The body.
    #[serde(deserialize_with = "nullable")]
    pub body: Body,
}

/// `body` of a direct response, where it is text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Body {
    /// The text; empty where there is none, or where it is bytes.
    #[serde(deserialize_with = "nullable")]
    pub string: String,
}

/// `delegate` of a rule.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Delegate {
    /// The VirtualService's name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Its namespace; the root's own unless said.
    #[serde(deserialize_with = "nullable")]
    pub namespace: String,
}

/// `rewrite` of a rule.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Rewrite {
    /// What stands in the place of what was matched of the path.
    #[serde(deserialize_with = "nullable")]
    pub uri: String,
    /// The new host.
    #[serde(deserialize_with = "nullable")]
    pub authority: String,
    /// A replacement by RE2.
    pub uri_regex_rewrite: Option<RegexRewrite>,
}

/// `uriRegexRewrite` of a rewrite.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RegexRewrite {
    /// What is replaced.
    #[serde(rename = "match", deserialize_with = "nullable")]
    pub pattern: String,
    /// By what; `\1` is the first group.
    #[serde(rename = "rewrite", deserialize_with = "nullable")]
    pub substitution: String,
}

/// One of `spec.tls`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TlsRoute {
    /// Any of these.
    #[serde(rename = "match", deserialize_with = "nullable")]
    pub matches: Vec<TlsMatch>,
    /// Where it goes.
    #[serde(deserialize_with = "nullable")]
    pub route: Vec<RouteDestination>,
}

/// One of a TLS rule's `match`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TlsMatch {
    /// Names that the client asks for.
    #[serde(deserialize_with = "nullable")]
    pub sni_hosts: Vec<String>,
    /// The Gateway server's port number; 0 without one.
    #[serde(deserialize_with = "nullable")]
    pub port: u32,
    /// Gateways for which it holds; none is those of the VirtualService.
    #[serde(deserialize_with = "nullable")]
    pub gateways: Vec<Placed>,
}

/// One of `spec.tcp`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TcpRoute {
    /// Any of these; none is every connection.
    #[serde(rename = "match", deserialize_with = "nullable")]
    pub matches: Vec<TcpMatch>,
    /// Where it goes.
    #[serde(deserialize_with = "nullable")]
    pub route: Vec<RouteDestination>,
}

/// One of a TCP rule's `match`; at a gateway only port and gateways count (Istio 1.30).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TcpMatch {
    /// The Gateway server's port number; 0 without one.
    #[serde(deserialize_with = "nullable")]
    pub port: u32,
    /// Gateways for which it holds; none is those of the VirtualService.
    #[serde(deserialize_with = "nullable")]
    pub gateways: Vec<Placed>,
}

/// Where a match holds: what those of HTTP, TLS and TCP rules have in common.
pub trait Bounds {
    /// The Gateways for which it holds; none is those of the VirtualService.
    fn gateways(&self) -> &[Placed];

    /// The Gateway server's port number; 0 without one.
    fn port(&self) -> u32;
}

macro_rules! bounds {
    ($($match:ident),*) => {
        $(impl Bounds for $match {
            fn gateways(&self) -> &[Placed] {
                &self.gateways
            }

            fn port(&self) -> u32 {
                self.port
            }
        })*
    };
}

bounds!(HttpMatch, TlsMatch, TcpMatch);
