//! The way of one request: what istiod and Envoy make of the objects, as pure functions on the world.
//!
//! Everything here is as of Istio 1.30.3 and Envoy 1.40, unless a version is named. What it says
//! nothing of: what filters and policies answer earlier (`EnvoyFilter`, `WasmPlugin`,
//! `AuthorizationPolicy`, `RequestAuthentication`); objects of the kinds Ingress, `TLSRoute` and
//! `TCPRoute`; `ListenerSet`s; revisions.
//!
//! | file | answers |
//! | --- | --- |
//! | `way.rs` | the whole way, from the address to who answers |
//! | `request.rs`, `outcome.rs` | what is asked, and what becomes of it |
//! | `mesh.rs` | the mesh's settings, as far as objects show them |
//! | `proxy.rs`, `ports.rs` | the gateway's pods, and the Service ports that lead to them |
//! | `hosts.rs` | which hosts a server means, and which of them another host covers |
//! | `attachment.rs`, `configs.rs` | what is bound to a Gateway, and what a server takes of it |
//! | `server.rs`, `merging.rs` | which servers are served where, and which are dropped |
//! | `envoy.rs` | all that Envoy holds for one proxy |
//! | `chains.rs` | which server a connection gets, by the name that it asks for |
//! | `secrets.rs` | whether its certificate is there |
//! | `tcp.rs` | where connections go without a look at HTTP |
//! | `codec.rs` | what Envoy's codec makes of a request |
//! | `virtual_hosts.rs`, `routes.rs` | which host and route a request meets |
//! | `rules.rs` | the rules of a VirtualService and its delegates |
//! | `actions.rs`, `patterns.rs` | redirects, rewrites, and regular expressions |
//! | `destination.rs` | which cluster a destination means, and whether it is there |
//! | `subsets.rs`, `endpoints.rs` | its subset, and who stands behind it |
//! | `gateway_api.rs`, `gateway_routes.rs`, `gateway_rules.rs` | the same of the Gateway API |
//! | `served.rs` | which servers take something of which VirtualService, over all Gateways |
//! | `uses.rs` | which destinations the routes of gateways name |
//! | `index.rs` | by Gateway, by host, by Service: put in order once, when it is first asked for |

mod actions;
pub mod attachment;
mod chains;
mod codec;
mod configs;
pub mod destination;
pub mod endpoints;
mod envoy;
mod gateway_api;
mod gateway_routes;
mod gateway_rules;
pub mod hosts;
mod index;
mod merging;
pub mod mesh;
mod outcome;
mod patterns;
pub mod ports;
mod proxy;
mod request;
mod routes;
mod rules;
mod secrets;
pub mod served;
mod server;
mod subsets;
mod tcp;
pub mod uses;
mod virtual_hosts;
mod way;

pub use chains::Overlap;
pub use codec::Own;
pub use envoy::Envoy;
pub use gateway_api::{Certificate, Unserved};
pub(super) use index::Indexes;
pub use merging::{Clash, Dropped};
pub use outcome::{Cluster, Hop, NotFound, Outcome, Refusal, Refused, Reset, Step, Taken, Way};
pub use proxy::Proxy;
pub use request::{Request, Scheme, To, Version};
pub use rules::Lost;
pub use secrets::{Lack, Shown};
pub use server::{Protocol, Server, Tls};
pub use way::READS;
