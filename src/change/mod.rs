//! What applying comes to: which objects are made, changed or left, whose they are, and what would
//! be deleted. Pure: what is there, and what the API server says would come of it, comes in.
//!
//! | file | answers |
//! | --- | --- |
//! | `object.rs` | an object of the cluster, as it stands there |
//! | `owner.rs` | whose an object is: ours, somebody's, a repository's |
//! | `plan.rs` | what happens to each object, and what stands in the way |
//! | `difference.rs` | the same as lines that differ |
//! | `removal.rs` | what is deleted of an application, in which order |
//! | `back.rs` | what puts an object back as it was |
//! | `managed.rs` | the applications that igwctl manages |

mod back;
pub mod difference;
mod managed;
mod object;
pub mod owner;
mod plan;
mod removal;

pub use back::back;
pub use managed::{TELLING_KINDS, applications};
pub use object::{Live, Look, Object, Refusal, Reply, without_values};
pub use plan::{Action, Obstacle, Plan, Step, plan};
pub use removal::{Removal, order};

use crate::world::Kind;

/// The kinds that igwctl writes, in the order in which they are applied.
pub const KINDS: &[Kind] = &[
    Kind::ClusterIssuers,
    Kind::Issuers,
    Kind::Certificates,
    Kind::Secrets,
    Kind::Gateways,
    Kind::VirtualServices,
];

/// The kinds that igwctl makes for a gateway, in the order in which they go: first what leads
/// clients to it, then what makes its pods, then what these needed.
pub const GATEWAY_KINDS: &[Kind] = &[
    Kind::KubernetesGateways,
    Kind::Services,
    Kind::HorizontalPodAutoscalers,
    Kind::PodDisruptionBudgets,
    Kind::Deployments,
    Kind::NetworkPolicies,
    Kind::RoleBindings,
    Kind::Roles,
    Kind::ServiceAccounts,
    Kind::ConfigMaps,
];

/// An object as kubectl names it: `gateway.networking.istio.io/shop`, `secret/shop-cert`.
pub fn resource_name(kind: &str, api_version: &str, name: &str) -> String {
    let kind = kind.to_ascii_lowercase();
    match api_version.split_once('/') {
        Some((group, _)) => format!("{kind}.{group}/{name}"),
        None => format!("{kind}/{name}"),
    }
}
