//! Whether a gateway's pods will run, before they are made, and why they do not, afterwards. Pure.
//!
//! | file | answers |
//! | --- | --- |
//! | `pods.rs` | what the pods are to be, as far as that decides whether they run |
//! | `inject.rs` | whether istiod fills them in |
//! | `security.rs` | what Pod Security refuses of them |
//! | `quota.rs` | whether the namespace's quotas leave room for them |
//! | `nodes.rs` | whether there are nodes for them |
//! | `standing.rs` | how the gateway stands, once it is made |

mod inject;
mod nodes;
pub mod pods;
mod quota;
pub mod security;
pub mod standing;

use std::collections::BTreeSet;

use crate::model::ObjectRef;
use crate::model::network::Namespace;
use crate::model::{Key, Seen};
use crate::world::{Gap, Kind, Kinds, Want, World, injection};
pub use pods::{Pods, ServiceToBe};

/// The kinds that the forecast depends on.
pub const READS: Kinds = injection::READS.and(Kinds::of(&[Kind::ResourceQuotas, Kind::Nodes]));

/// What is expected of the pods that are to be made.
#[derive(Clone, Debug, Default)]
pub struct Forecast {
    /// What speaks against them, the worst first.
    pub concerns: Vec<Concern>,
    /// What could not be seen, and could be more of that.
    pub open: Vec<Gap>,
    /// Who fills them in, where somebody does.
    pub injector: Option<injection::Injector>,
}

impl Forecast {
    /// Whether it is known that not one pod will run.
    pub fn is_hopeless(&self) -> bool {
        self.concerns.iter().any(|it| it.is_fatal)
    }
}

/// What a concern is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// The namespace is not there.
    Namespace,
    /// istiod does not fill the pods in.
    Injection,
    /// The webhook that has to answer cannot.
    Webhook,
    /// The namespace's Pod Security level.
    PodSecurity,
    /// A quota of the namespace.
    Quota,
    /// Nodes.
    Nodes,
}

/// Something that speaks against the pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concern {
    /// What it is about.
    pub about: About,
    /// Whether no pod will run; else some will not, or it is not sure.
    pub is_fatal: bool,
    /// The object that decides.
    pub object: ObjectRef,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do, each as a clause or as a command to be copied whole.
    pub hints: Vec<String>,
}

/// What has to be known: asked for until nothing is new.
pub fn wants(world: &World, namespace: &str) -> BTreeSet<Want> {
    let mut wants = injection::wants(world);
    wants.insert(Want::all(Kind::ResourceQuotas, Some(namespace)));
    wants.insert(Want::all(Kind::Nodes, None));
    wants
}

/// What is to be expected of these pods, and of a Service beside them.
pub fn forecast(world: &World, pods: &Pods, service: Option<&ServiceToBe>) -> Forecast {
    let mut forecast = Forecast::default();
    inject::weigh(world, pods, &mut forecast);
    let namespace = match world.get::<Namespace>(&Key::new("", pods.namespace())) {
        Ok(Some(namespace)) => Some(namespace),
        // That it is not there is said once; nothing in it can be, either.
        Ok(None) => {
            forecast.absent(pods.namespace());
            None
        }
        Err(gap) => {
            forecast.open(gap);
            None
        }
    };
    if let Some(namespace) = namespace {
        forecast.secured(namespace, pods);
        quota::weigh(world, pods, service, &mut forecast);
    }
    nodes::weigh(world, pods, &mut forecast);
    forecast.concerns.sort_by_key(|it| (!it.is_fatal, it.about));
    forecast
}

impl Forecast {
    fn open(&mut self, gap: Gap) {
        if !self.open.contains(&gap) {
            self.open.push(gap);
        }
    }

    fn absent(&mut self, namespace: &str) {
        self.concerns.push(Concern {
            about: About::Namespace,
            is_fatal: true,
            object: ObjectRef::named("Namespace", "", namespace),
            message: format!("there is no namespace {namespace}"),
            hints: vec![format!("kubectl create namespace {namespace}")],
        });
    }

    fn secured(&mut self, namespace: &Seen<Namespace>, pods: &Pods) {
        let policy = security::Policy::of(&namespace.metadata.labels);
        let refusals = security::refusals(policy, &pods.security);
        if refusals.is_empty() {
            return;
        }
        let fields: Vec<&str> = refusals.iter().map(|it| &*it.field).collect();
        self.concerns.push(Concern {
            about: About::PodSecurity,
            is_fatal: true,
            object: ObjectRef::of(namespace),
            message: format!(
                "namespace {} enforces Pod Security {policy}, which refuses the pods: {}",
                namespace.metadata.name,
                fields.join("; ")
            ),
            hints: pods.security.hint.into_iter().map(str::to_owned).collect(),
        });
    }
}
