//! A gateway of a namespace's own: what is wanted of it to manifests, by one of three ways. Pure: what
//! a mesh is like comes in as a `World` and a few facts.
//!
//! | file | answers |
//! | --- | --- |
//! | `intent.rs` | what is wanted |
//! | `quantity.rs` | what a pod asks for, and what it may have |
//! | `method.rs` | which way this mesh supports, and why |
//! | `labels.rs` | by which labels Gateways select it, and which would select it already |
//! | `injection.rs` | a Deployment that istiod completes, and what it needs |
//! | `gateway_api.rs` | a Gateway of the Gateway API, of which istiod makes the rest |
//! | `istio_operator.rs` | an entry of an `IstioOperator`, alone or merged into one that is there |
//! | `forecast/` | what will stop the pods, and afterwards why they do not come |
//! | `service.rs` | what all ways say of the Service |

pub mod forecast;
pub mod gateway_api;
pub mod injection;
pub mod intent;
pub mod istio_operator;
pub mod labels;
pub mod method;
mod quantity;
mod service;

pub use intent::{Intent, PodPorts, Scale, ServiceType};
pub use labels::Labels;
pub use method::Method;
pub use quantity::Amount;

use std::collections::BTreeSet;

use crate::error::Result;
use crate::model::Key;
use crate::model::labels::{GATEWAY, MANAGED_BY};
use crate::model::manifest::Manifest;
use crate::model::network::Namespace;
use crate::world::{Kinds, Question, Want, World};
use forecast::security::Policy;
use forecast::{Forecast, Pods, ServiceToBe};

/// What an intent comes to.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The objects, in the order in which they are applied.
    pub manifests: Vec<Manifest>,
    /// The labels of its pods.
    pub labels: Labels,
    /// The Service by which the gateway is known.
    pub service: Key,
    /// What is to be known, a sentence each.
    pub notes: Vec<String>,
}

/// The question what a mesh is like in which a gateway is to be made: its answer is the world.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The namespace in which pods are to be made.
    pub namespace: String,
}

impl Question for Surroundings {
    type Answer = ();

    fn reads(&self) -> Kinds {
        labels::READS.and(forecast::READS)
    }

    fn wants(&self, world: &World) -> BTreeSet<Want> {
        let mut wants = forecast::wants(world, &self.namespace);
        wants.extend(labels::WANTED.map(|kind| Want::all(kind, None)));
        wants
    }

    fn answer(&self, _world: &World) {}
}

/// What is to be expected of the pods of a gateway that is made by injection or by the Gateway API;
/// an operator makes of an entry what it will.
pub fn expected(
    world: &World,
    intent: &Intent,
    method: Method,
    rendered: &Rendered,
) -> Option<Forecast> {
    let pods = match method {
        Method::Injection => {
            let deployment = rendered.manifests.iter().find(|it| it.kind == "Deployment")?;
            Pods::of_deployment(&serde_json::to_value(deployment).ok()?, intent.scale().least())
        }
        Method::GatewayApi => Pods::of_gateway_api(intent),
        Method::IstioOperator => return None,
    };
    let service = ServiceToBe { type_: intent.type_.word().to_owned(), ports: 3 };
    Some(forecast::forecast(world, &pods, Some(&service)))
}

/// Whether the namespace's Pod Security level asks for a seccomp profile of pods that istiod makes,
/// and istiod can be told to give them one.
pub fn asks_for_seccomp(world: &World, intent: &Intent) -> bool {
    let namespace = world.get::<Namespace>(&Key::new("", &*intent.namespace));
    let labels = namespace.ok().flatten().map(|it| &it.metadata.labels);
    labels.is_some_and(|it| Policy::of(it).is_restricted())
        && method::takes_parameters(intent.istiod)
}

/// Renders an intent by one of the ways.
///
/// # Errors
/// Usage (2) with what that way cannot do, by the flag that asks for it.
pub fn manifests(intent: &Intent, method: Method) -> Result<Rendered> {
    intent.check(method)?;
    let labels = Labels::of(intent, method);
    let (manifests, service) = match method {
        Method::Injection => (injection::manifests(intent, &labels), intent.key()),
        Method::GatewayApi => {
            let name = gateway_api::service_name(&intent.name);
            (gateway_api::manifests(intent, &labels), Key::new(&*intent.namespace, name))
        }
        Method::IstioOperator => (vec![istio_operator::file(intent, &labels)], intent.key()),
    };
    let manifests = manifests.into_iter().map(|it| own(it, &intent.name)).collect();
    let mut notes = labels.notes();
    notes.extend(method.notes(intent));
    Ok(Rendered { manifests, labels, service, notes })
}

/// Labels an object as one of a gateway that igwctl made.
fn own(manifest: Manifest, name: &str) -> Manifest {
    let (label, igwctl) = MANAGED_BY;
    manifest.label(label, igwctl).label(GATEWAY, name)
}
