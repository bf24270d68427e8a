//! The Gateway API's `HTTPRoute` and `GRPCRoute` (`gateway.networking.k8s.io`, bundle 1.5).

use serde::Deserialize;

use super::kubernetes::Metadata;
use super::yaml::Placed;
use super::{nullable, object};

/// An `HTTPRoute`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct HttpRoute {
    /// Metadata.
    pub metadata: Metadata,
    /// Which requests it takes, and where they go.
    #[serde(deserialize_with = "nullable")]
    pub spec: RouteSpec,
}
object!(HttpRoute, "HTTPRoute", "gateway.networking.k8s.io/v1");

/// A `GRPCRoute`: of its matches only the headers are read, since a method is a path of its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GrpcRoute {
    /// Metadata.
    pub metadata: Metadata,
    /// Which requests it takes, and where they go.
    #[serde(deserialize_with = "nullable")]
    pub spec: RouteSpec,
}
object!(GrpcRoute, "GRPCRoute", "gateway.networking.k8s.io/v1");

/// `spec` of a route.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RouteSpec {
    /// Gateways, and listeners of them.
    #[serde(deserialize_with = "nullable")]
    pub parent_refs: Vec<ParentRef>,
    /// Hosts; none is every host of the listener.
    #[serde(deserialize_with = "nullable")]
    pub hostnames: Vec<String>,
    /// Rules.
    #[serde(deserialize_with = "nullable")]
    pub rules: Vec<RouteRule>,
}

/// One of a route's `parentRefs`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ParentRef {
    /// API group; the Gateway API's unless said.
    #[serde(deserialize_with = "nullable")]
    pub group: String,
    /// `Gateway` unless said.
    #[serde(deserialize_with = "nullable")]
    pub kind: String,
    /// Its namespace; the route's unless said.
    #[serde(deserialize_with = "nullable")]
    pub namespace: String,
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: Placed,
    /// The listener; all unless said.
    #[serde(deserialize_with = "nullable")]
    pub section_name: String,
    /// The listener's port; 0 is any.
    #[serde(deserialize_with = "nullable")]
    pub port: u32,
}

/// One of a route's rules.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RouteRule {
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Any of these; none is every path.
    #[serde(deserialize_with = "nullable")]
    pub matches: Vec<RouteMatch>,
    /// What is done with the request.
    #[serde(deserialize_with = "nullable")]
    pub filters: Vec<RouteFilter>,
    /// Where it goes.
    #[serde(deserialize_with = "nullable")]
    pub backend_refs: Vec<BackendRef>,
}

/// One of a rule's matches: all of it must fit.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RouteMatch {
    /// The path; left out, prefix `/`.
    pub path: Option<PathMatch>,
    /// Headers.
    #[serde(deserialize_with = "nullable")]
    pub headers: Vec<NamedMatch>,
    /// Query parameters.
    #[serde(deserialize_with = "nullable")]
    pub query_params: Vec<NamedMatch>,
    /// The method (of an `HTTPRoute`; a `GRPCRoute` has a service and method of its own there).
    pub method: Option<MethodMatch>,
}

/// The path of a match.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PathMatch {
    /// `Exact`, `PathPrefix` (unless said) or `RegularExpression`.
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub type_: String,
    /// The path.
    pub value: Option<String>,
}

/// A header or query parameter of a match.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NamedMatch {
    /// `Exact` (unless said) or `RegularExpression`.
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub type_: String,
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Its value.
    #[serde(deserialize_with = "nullable")]
    pub value: String,
}

/// `method` of a match.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum MethodMatch {
    /// HTTP's.
    Http(String),
    /// gRPC's.
    Grpc {
        /// `Exact` (unless said) or `RegularExpression`.
        #[serde(default, rename = "type")]
        type_: Option<String>,
        /// The service.
        #[serde(default)]
        service: Option<String>,
        /// The method.
        #[serde(default)]
        method: Option<String>,
    },
}

/// One of a rule's filters, as far as it changes who answers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RouteFilter {
    /// `RequestRedirect`, `URLRewrite` …
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub type_: String,
    /// Where the client is sent.
    pub request_redirect: Option<RequestRedirect>,
    /// What is changed of the request's URL.
    pub url_rewrite: Option<UrlRewrite>,
}

/// `urlRewrite` of a filter.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct UrlRewrite {
    /// The new host.
    #[serde(deserialize_with = "nullable")]
    pub hostname: String,
    /// The new path.
    pub path: Option<PathModifier>,
}

/// `requestRedirect` of a filter.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RequestRedirect {
    /// The new scheme.
    #[serde(deserialize_with = "nullable")]
    pub scheme: String,
    /// The new host.
    #[serde(deserialize_with = "nullable")]
    pub hostname: String,
    /// The new port; 0 without one.
    #[serde(deserialize_with = "nullable")]
    pub port: u32,
    /// The new path.
    pub path: Option<PathModifier>,
    /// The status code; 0 means 302.
    #[serde(deserialize_with = "nullable")]
    pub status_code: u32,
}

/// How a filter changes the path.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PathModifier {
    /// `ReplaceFullPath` or `ReplacePrefixMatch`.
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub type_: String,
    /// The whole path.
    #[serde(deserialize_with = "nullable")]
    pub replace_full_path: String,
    /// What stands in the place of the matched prefix.
    #[serde(deserialize_with = "nullable")]
    pub replace_prefix_match: String,
}

/// One of a rule's `backendRefs`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct BackendRef {
    /// API group; the core's unless said.
    #[serde(deserialize_with = "nullable")]
    pub group: String,
    /// `Service` unless said.
    #[serde(deserialize_with = "nullable")]
    pub kind: String,
    /// Its namespace; the route's unless said.
    #[serde(deserialize_with = "nullable")]
    pub namespace: String,
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: Placed,
    /// Its port; 0 where nothing is said.
    #[serde(deserialize_with = "nullable")]
    pub port: u32,
    /// Its share among several; 1 unless said.
    pub weight: Option<u32>,
}
