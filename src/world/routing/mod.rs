//! The way of one request: what istiod and Envoy make of the objects, as pure functions on the world.
//!
//! Everything here is as of Istio 1.30.3 and Envoy 1.40, unless a version is named.
//!
//! | file | answers |
//! | --- | --- |
//! | `mesh.rs` | the mesh's settings, as far as objects show them |
//! | `hosts.rs` | which hosts a server means, and which of them another host covers |
//! | `attachment.rs` | which VirtualServices name a Gateway, and what a server takes of them |
//! | `ports.rs` | which Services lead to gateway pods, and where a server's port listens |
//! | `destination.rs` | which cluster a destination means, and whether it is there |
//! | `subsets.rs` | which `DestinationRule` holds for a host, and its subsets |
//! | `endpoints.rs` | who stands behind a Service's or `ServiceEntry`'s port |
//! | `index.rs` | by Gateway, by host, by Service: put in order once, when it is first asked for |

pub mod attachment;
pub mod destination;
pub mod endpoints;
pub mod hosts;
mod index;
pub mod mesh;
pub mod ports;
mod subsets;

pub(super) use index::Indexes;
