//! The snapshot: all that is known at one moment, from whichever sources.
//!
//! | file | answers |
//! | --- | --- |
//! | `question.rs` | what a question to it is |
//! | `want.rs` | what can be asked for, with which right, and why something is not known |
//! | `coverage.rs` | of what the inputs show all, so that "there is no such object" may be said |
//! | `index.rs` | by label, by name, by what writes it |
//! | `topology.rs` | which pods serve a Gateway, where |
//! | `gateway_pods.rs` | which gateways run, and which Gateways are bound to each |
//! | `injection/` | who fills a pod in that leaves its proxy to istiod |
//! | `demand.rs` | which credentials are asked for, by whom, and where they are looked for |
//! | `follow_up.rs` | what else is to be asked for, once that is known |
//! | `routing/` | the way of one request |
//! | `resolution.rs` | what host names resolve to |
//! | `rights.rs` | what a service account may do |
//! | `sightings.rs` | what a sighting says of a credential |
//! | `bundle.rs` | the snapshot as one file |
//! | `private.rs` | what of an object stays out of it |
//! | `redact.rs` | the same without its owner's names |

mod bundle;
mod coverage;
pub mod demand;
pub mod follow_up;
pub mod gateway_pods;
mod index;
pub mod injection;
mod private;
mod question;
mod redact;
mod resolution;
mod rights;
pub mod routing;
mod sightings;
pub mod topology;
pub mod want;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

pub use bundle::{Header, RawObject};
pub use coverage::Coverage;
pub use index::Workload;
pub(crate) use index::{GATEWAY_NAME, GATEWAY_NAMES, made_for};
pub use question::Question;
pub use resolution::Resolution;
pub use rights::{May, Review, service_account};
pub use topology::AssumedGateway;
pub use want::{Gap, Kind, Kinds, Want, Why};

use crate::logs::Sighting;
use crate::model::admission::MutatingWebhookConfiguration;
use crate::model::cert_manager::{
    Certificate, CertificateRequest, Challenge, ClusterIssuer, Issuer, Order,
};
use crate::model::credential::Credential;
use crate::model::destination::{DestinationRule, ServiceEntry, WorkloadEntry};
use crate::model::gateway_api::{KubernetesGateway, ReferenceGrant};
use crate::model::gateway_route::{GrpcRoute, HttpRoute};
use crate::model::istio::Gateway;
use crate::model::kubernetes::{ConfigMap, Deployment, Event};
use crate::model::network::{EndpointSlice, Namespace, Node, Service};
use crate::model::pod::Pod;
use crate::model::quota::ResourceQuota;
use crate::model::rbac::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use crate::model::virtual_service::VirtualService;
use crate::model::writers::{ExternalSecret, SealedSecret};
use crate::model::{Key, Object, Seen, Selector};
use index::Index;

/// The objects of one kind.
pub type Store<T> = BTreeMap<Key, Seen<T>>;

/// A kind of object that the world keeps.
pub trait Stored: Object + Sized {
    /// Its kind.
    const READ: Kind;

    #[doc(hidden)]
    fn store(world: &World) -> &Store<Self>;

    #[doc(hidden)]
    fn store_mut(world: &mut World) -> &mut Store<Self>;
}

/// Declares the world's stores: a field and a line for each kind that is kept.
macro_rules! world {
    ($($field:ident: $type:ident = $kind:ident;)*) => {
        /// All that is known at one moment.
        #[derive(Debug, Default)]
        pub struct World {
            $($field: Store<$type>,)*
            sightings: Vec<Sighting>,
            coverage: Coverage,
            assumed: Vec<AssumedGateway>,
            reviews: Vec<Review>,
            resolutions: BTreeMap<String, Resolution>,
            raw: Option<Vec<RawObject>>,
            inputs: usize,
            context: Option<String>,
            now: Timestamp,
            index: Index,
            /// The kinds that were read, for the check that no question reads what it has not
            /// declared. An atomic, so that questions may be asked in parallel.
            noted: AtomicU64,
        }

        $(impl Stored for $type {
            const READ: Kind = Kind::$kind;

            fn store(world: &World) -> &Store<Self> {
                &world.$field
            }

            fn store_mut(world: &mut World) -> &mut Store<Self> {
                &mut world.$field
            }
        })*

        /// One object of a kind that is kept.
        #[derive(Debug)]
        pub enum Fact {
            $(#[doc = concat!("One of the ", stringify!($field), ".")] $type(Seen<$type>),)*
        }

        impl Fact {
            /// Reads an object of a kind through `read`; `None` for kinds that are not kept yet.
            pub fn read<R: ReadAs>(kind: Kind, reader: &R) -> Option<Result<Self, R::Fault>> {
                Some(match kind {
                    $(Kind::$kind => reader.read_as::<$type>().map(Fact::$type),)*
                    _ => return None,
                })
            }

            /// The object's kind.
            pub fn kind(&self) -> Kind {
                match self { $(Fact::$type(_) => Kind::$kind,)* }
            }

            /// Its namespace and name.
            pub fn key(&self) -> Key {
                match self { $(Fact::$type(it) => it.key(),)* }
            }

            /// Its metadata, to be completed.
            pub fn metadata_mut(&mut self) -> &mut crate::model::kubernetes::Metadata {
                match self { $(Fact::$type(it) => it.object.metadata_mut(),)* }
            }

            /// Whether an API server served it.
            pub fn is_live(&self) -> bool {
                match self { $(Fact::$type(it) => it.origin.live,)* }
            }
        }

        impl World {
            /// Puts an object in; a later one of that key replaces the earlier, and `true` says so.
            pub fn insert(&mut self, fact: Fact) -> bool {
                match fact { $(Fact::$type(it) => self.$field.insert(it.key(), it).is_some(),)* }
            }

            /// Whether the object of that key is one of a manifest, which no API server served.
            pub fn holds_manifest_of(&self, fact: &Fact) -> bool {
                let held = match fact {
                    $(Fact::$type(it) => self.$field.get(&it.key()).map(|it| it.origin.live),)*
                };
                held == Some(false)
            }

            /// How many objects it holds.
            pub fn len(&self) -> usize {
                [$(self.$field.len()),*].iter().sum()
            }

            /// Whether it holds none.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// The namespaces of the objects held.
            pub fn namespaces(&self) -> BTreeSet<String> {
                let mut namespaces = BTreeSet::new();
                $(namespaces.extend(self.$field.keys().map(|key| key.namespace.clone()));)*
                namespaces.remove("");
                namespaces
            }

            /// The kinds of which an object is held.
            pub fn kinds_shown(&self) -> Kinds {
                let mut shown = Kinds::default();
                $(if !self.$field.is_empty() { shown = shown.and(Kinds::of(&[Kind::$kind])); })*
                shown
            }
        }
    };
}

/// How a document becomes a typed object.
pub trait ReadAs {
    /// Why it could not.
    type Fault;

    /// Reads it as that type.
    ///
    /// # Errors
    /// The document is not of that type.
    fn read_as<T: Object + serde::de::DeserializeOwned>(&self) -> Result<Seen<T>, Self::Fault>;
}

world! {
    gateways: Gateway = Gateways;
    kubernetes_gateways: KubernetesGateway = KubernetesGateways;
    virtual_services: VirtualService = VirtualServices;
    destination_rules: DestinationRule = DestinationRules;
    service_entries: ServiceEntry = ServiceEntries;
    workload_entries: WorkloadEntry = WorkloadEntries;
    reference_grants: ReferenceGrant = ReferenceGrants;
    http_routes: HttpRoute = HttpRoutes;
    grpc_routes: GrpcRoute = GrpcRoutes;
    services: Service = Services;
    endpoint_slices: EndpointSlice = EndpointSlices;
    namespaces: Namespace = Namespaces;
    nodes: Node = Nodes;
    pods: Pod = Pods;
    deployments: Deployment = Deployments;
    secrets: Credential = Secrets;
    config_maps: ConfigMap = ConfigMaps;
    events: Event = Events;
    resource_quotas: ResourceQuota = ResourceQuotas;
    webhooks: MutatingWebhookConfiguration = MutatingWebhookConfigurations;
    roles: Role = Roles;
    role_bindings: RoleBinding = RoleBindings;
    cluster_roles: ClusterRole = ClusterRoles;
    cluster_role_bindings: ClusterRoleBinding = ClusterRoleBindings;
    certificates: Certificate = Certificates;
    certificate_requests: CertificateRequest = CertificateRequests;
    issuers: Issuer = Issuers;
    cluster_issuers: ClusterIssuer = ClusterIssuers;
    sealed_secrets: SealedSecret = SealedSecrets;
    external_secrets: ExternalSecret = ExternalSecrets;
    orders: Order = Orders;
    challenges: Challenge = Challenges;
}

impl World {
    /// The object of that key, `None` if there is none, or why that is not known.
    ///
    /// # Errors
    /// The gap: it is not among what was read, and not all of what could hold it was.
    pub fn get<T: Stored>(&self, key: &Key) -> Result<Option<&Seen<T>>, Gap> {
        if let Some(seen) = self.all::<T>().get(key) {
            return Ok(Some(seen));
        }
        self.coverage.covers_key(T::READ, key).map(|()| None)
    }

    /// All objects of a kind that are known; whether there are more, `covers` tells.
    pub fn all<T: Stored>(&self) -> &Store<T> {
        self.note(T::READ);
        T::store(self)
    }

    /// The objects of a kind in one namespace that are known.
    pub fn within<'w, 'n, T: Stored + 'w>(
        &'w self,
        namespace: &'n str,
    ) -> impl Iterator<Item = &'w Seen<T>> + use<'w, 'n, T> {
        let from = Key::new(namespace, "");
        self.all::<T>()
            .range(from..)
            .take_while(move |(key, _)| key.namespace == namespace)
            .map(|(_, seen)| seen)
    }

    /// Whether all objects of a kind are known, in a namespace or (`None`) everywhere.
    ///
    /// # Errors
    /// The gap, as of `Coverage::covers`.
    pub fn covers(&self, kind: Kind, namespace: Option<&str>) -> Result<(), Gap> {
        self.note(kind);
        self.coverage.covers(kind, namespace)
    }

    /// Whether all objects of a kind with these labels are known, in a namespace or (`None`)
    /// everywhere.
    ///
    /// # Errors
    /// The gap, as of `Coverage::covers_selected`.
    pub fn covers_selected(
        &self,
        kind: Kind,
        labels: &Selector,
        namespace: Option<&str>,
    ) -> Result<(), Gap> {
        self.note(kind);
        self.coverage.covers_selected(kind, labels, namespace)
    }

    /// Whether all objects of a name are known, in every namespace.
    pub fn covers_name(&self, kind: Kind, name: &str) -> bool {
        self.coverage.covers_name(kind, name)
    }

    /// Why the values of a Secret of that namespace are not known.
    pub fn value_gap(&self, namespace: &str) -> Gap {
        self.coverage.value_gap(namespace)
    }

    /// What the logs said.
    pub fn sightings(&self) -> &[Sighting] {
        &self.sightings
    }

    /// The moment that the world is of.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The gateways that the user says are there.
    pub fn assumed(&self) -> &[AssumedGateway] {
        &self.assumed
    }

    /// How many inputs were read.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The kinds read so far.
    pub fn noted(&self) -> Kinds {
        Kinds::from_bits(self.noted.load(Ordering::Relaxed))
    }

    fn note(&self, kind: Kind) {
        if cfg!(debug_assertions) {
            self.noted.fetch_or(Kinds::of(&[kind]).bits(), Ordering::Relaxed);
        }
    }
}

/// What the sources put together, before it is sealed.
#[derive(Debug, Default)]
pub struct Contents {
    /// What the logs said.
    pub sightings: Vec<Sighting>,
    /// What the inputs show all of.
    pub coverage: Coverage,
    /// Gateways that the user says are there.
    pub assumed: Vec<AssumedGateway>,
    /// What the API server answered about rights.
    pub reviews: Vec<Review>,
    /// How many inputs there were.
    pub inputs: usize,
    /// The cluster's context, where it was read from one.
    pub context: Option<String>,
    /// The moment.
    pub now: Timestamp,
    /// The documents as they were read, where they are to be written again.
    pub raw: Option<Vec<RawObject>>,
}

impl World {
    /// Puts what was read so far in order, so that it tells what else is to be asked for.
    pub fn refresh(&mut self, coverage: &Coverage, assumed: &[AssumedGateway]) {
        self.coverage = coverage.clone();
        self.assumed = assumed.to_vec();
        self.index = Index::of(self);
    }

    /// Completes the world: nothing is put in after this.
    #[must_use]
    pub fn sealed(mut self, contents: Contents) -> Self {
        self.sightings = contents.sightings;
        self.coverage = contents.coverage;
        self.assumed = contents.assumed;
        self.reviews = contents.reviews;
        self.inputs = contents.inputs;
        self.context = contents.context;
        self.now = contents.now;
        self.raw = contents.raw;
        self.index = Index::of(&self);
        self
    }
}
