//! By which labels Gateways select a gateway of a namespace's own, and which would select it already.
//!
//! A Gateway's selector means pods of every namespace, unless istiod runs with
//! `PILOT_SCOPE_GATEWAY_TO_NAMESPACE`. So a gateway that bears `istio: ingressgateway`, as the usual
//! one does, is programmed by every Gateway that means the usual one, and serves what other teams
//! have there.

use std::collections::{BTreeMap, BTreeSet};

use super::intent::Intent;
use super::method::Method;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::gateway_api::KubernetesGateway;
use crate::model::gateway_route::{GrpcRoute, HttpRoute, RouteSpec};
use crate::model::istio::Gateway;
use crate::model::labels::GATEWAY;
use crate::model::{Key, Object, ObjectRef, Seen, Selector};
use crate::world::{GATEWAY_NAME, Kind, Kinds, Why, Workload, World};

/// The label by which Gateways select gateways, in Istio's charts and documents (Istio 1.1 to 1.31).
const ISTIO: &str = "istio";

/// The label by which telemetry tells services apart; istiod gives it to gateways too (Istio 1.6
/// and later).
const CANONICAL_NAME: &str = "service.istio.io/canonical-name";

/// What the usual gateway has for `istio` (Istio 1.30, `manifests/charts/gateways/istio-ingress`).
const SHARED: &str = "ingressgateway";

/// How many names are listed at most.
const LISTED: usize = 5;

/// The kinds that what is said of labels depends on.
pub const READS: Kinds =
    Kinds::of(&[Kind::Gateways, Kind::KubernetesGateways]).and(Kinds::of(&WANTED));

/// Those of them that are to be asked for.
pub const WANTED: [Kind; 4] = [Kind::Pods, Kind::Deployments, Kind::HttpRoutes, Kind::GrpcRoutes];

/// The labels of a gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// Those of its pods, as far as Gateways are concerned.
    pub pod: BTreeMap<String, String>,
    /// Those by which its Service and Deployment know its pods: they never change.
    pub workload: BTreeMap<String, String>,
    /// Those by which a Gateway selects it and no other.
    pub selector: BTreeMap<String, String>,
}

impl Labels {
    /// The labels of a gateway that is made one way.
    pub fn of(intent: &Intent, method: Method) -> Self {
        let name = &intent.name;
        let value = intent.istio_label.as_ref().unwrap_or(name);
        let pair = |label: &str, value: &str| (label.to_owned(), value.to_owned());
        let mut pod = BTreeMap::from([pair(ISTIO, value), pair(CANONICAL_NAME, name)]);
        let workload = match method {
            Method::Injection | Method::IstioOperator => {
                BTreeMap::from([pair("app", name), pair(ISTIO, value)])
            }
            Method::GatewayApi => BTreeMap::from([pair(GATEWAY_NAME, name)]),
        };
        pod.extend(workload.clone());
        let mut selector = BTreeMap::from([pair(ISTIO, value)]);
        if value == SHARED {
            selector.insert(CANONICAL_NAME.to_owned(), name.clone());
        }
        Self { pod, workload, selector }
    }

    /// Those that the Gateway API's `spec.infrastructure` gives to the pods; istiod adds the
    /// others.
    pub(super) fn infrastructure(&self) -> BTreeMap<String, String> {
        let is_given = |label: &str| [ISTIO, CANONICAL_NAME].contains(&label);
        let given = self.pod.iter().filter(|(label, _)| is_given(label));
        given.map(|(label, value)| (label.clone(), value.clone())).collect()
    }

    /// Those that Istio's charts are told; they add the canonical name.
    pub(super) fn of_chart(&self, name: &str) -> BTreeMap<String, String> {
        let mut all = self.workload.clone();
        all.insert(GATEWAY.to_owned(), name.to_owned());
        all
    }

    /// What is to be known of them, where nobody can look who else has them.
    pub(super) fn notes(&self) -> Vec<String> {
        let selector = Selector(self.selector.clone());
        let mut notes = vec![format!("Gateways select it by {selector}")];
        if self.pod.get(ISTIO).is_some_and(|value| value == SHARED) {
            notes.push(format!(
                "{ISTIO}={SHARED} is what the usual gateway bears: every Gateway with that selector \
                 alone is served here too, whosever it is"
            ));
        }
        notes
    }

    /// Whether this gateway's pods, or the Deployment for them, are in the world.
    fn is_there(&self, world: &World, own: &Key) -> bool {
        let of_its_own = Selector(self.workload.clone());
        world.selected(&of_its_own).iter().any(|it| it.key.namespace == own.namespace)
    }

    /// What the world says of these labels, as sentences to be known.
    ///
    /// # Errors
    /// Gateways of others would be served by these pods, or pods of others by the Gateways that
    /// are meant for these.
    pub fn check(&self, world: &World, own: &Key) -> Result<Vec<String>> {
        self.check_others(world, own)?;
        let mut notes: Vec<String> = unseen(world).into_iter().collect();
        let selecting = self.selecting(world, own);
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            selecting.into_iter().partition(|it| it.metadata.namespace == own.namespace);
        if !here.is_empty() {
            notes.push(format!("serves {} too, whose selector means it", listed(&here)));
        }
        let (all, elsewhere): (Vec<_>, Vec<_>) =
            elsewhere.into_iter().partition(|it| it.spec.selector.0.is_empty());
        if !all.is_empty() {
            notes.push(format!("serves {} too, which select every gateway there is", listed(&all)));
        }
        // Once it runs, whoever selects it by what is its own means it.
        let means_it = |it: &&Seen<Gateway>| {
            Selector(self.selector.clone()).matches(&it.spec.selector.0)
                && self.is_there(world, own)
        };
        let (meant, others): (Vec<_>, Vec<_>) = elsewhere.iter().partition(|it| means_it(it));
        if !meant.is_empty() {
            notes.push(format!("serves {} of other namespaces", listed(&meant)));
        }
        let Some(first) = others.first() else { return Ok(notes) };
        Err(Error::new(
            Exit::Failed,
            format!(
                "Gateways of others would be served by {own} too: {} select {}",
                listed(&others),
                first.spec.selector
            ),
        )
        .hint(self.way_out(own)))
    }

    /// That nobody else's pods have what is to be this gateway's own.
    fn check_others(&self, world: &World, own: &Key) -> Result<()> {
        let selector = Selector(self.selector.clone());
        let is_own = |labels: &BTreeMap<String, String>, namespace: &str| {
            namespace == own.namespace && Selector(self.workload.clone()).matches(labels)
        };
        if world.keeps_gateways_to_their_namespace() {
            return Ok(());
        }
        let others: BTreeSet<String> = world
            .selected(&selector)
            .into_iter()
            .filter(|it| !is_own(&it.labels, &it.key.namespace))
            .map(|it| format!("{} {}/{}", it.owner.kind, it.key.namespace, it.owner.name))
            .collect();
        let Some(first) = others.first() else { return Ok(()) };
        let message = format!(
            "{selector} is what the pods of {first} bear too: a Gateway that is meant for {own} \
             would be served there as well"
        );
        Err(Error::new(Exit::Failed, message).hint(self.way_out(own)))
    }

    fn way_out(&self, own: &Key) -> String {
        let Key { namespace, name } = own;
        if self.pod.get(ISTIO) == Some(name) {
            format!("--istio-label {namespace}-{name} makes it one of its own")
        } else {
            format!("without --istio-label it is {ISTIO}={name}, which no other Gateway means")
        }
    }

    /// The Gateways that select these pods.
    fn selecting<'w>(&self, world: &'w World, own: &Key) -> Vec<&'w Seen<Gateway>> {
        let may = |it: &&Seen<Gateway>| world.may_serve(&own.namespace, &it.metadata.namespace);
        let all = world.all::<Gateway>().values().filter(may);
        all.filter(|it| it.spec.selector.matches(&self.pod)).collect()
    }
}

/// What of it could not be seen, as a sentence.
pub fn unseen(world: &World) -> Option<String> {
    let gap = world.covers(Kind::Gateways, None).err().filter(|it| it.why != Why::Beyond)?;
    Some(format!("what other namespaces' Gateways would make of it is not known: {}", gap.reason))
}

/// What would have no gateway any more if this one were gone: Gateways that its pods alone serve, and
/// of the Gateway API what is bound to it.
pub fn dependents(world: &World, own: &Key) -> Vec<ObjectRef> {
    let service = super::gateway_api::service_name(&own.name);
    let names = [&*own.name, &*service];
    let is_own = |it: &Workload| {
        it.key.namespace == own.namespace
            && it.owner.kind == "Deployment"
            && names.contains(&&*it.owner.name)
    };
    let mut all: Vec<ObjectRef> = Vec::new();
    for gateway in world.all::<Gateway>().values() {
        let place = &gateway.metadata.namespace;
        let mut serving = world.selected(&gateway.spec.selector);
        serving.retain(|it| world.may_serve(&it.key.namespace, place));
        if !serving.is_empty() && serving.into_iter().all(is_own) {
            all.push(ObjectRef::of(gateway));
        }
    }
    let gateways = world.all::<KubernetesGateway>();
    if gateways.get(own).is_some_and(|it| it.is_istios()) {
        let bound = |spec: &RouteSpec, place: &str| is_bound(spec, place, own);
        let routes = world.all::<HttpRoute>().values();
        let routes = routes.filter(|it| bound(&it.spec, &it.metadata.namespace));
        all.extend(routes.map(ObjectRef::of));
        let routes = world.all::<GrpcRoute>().values();
        let routes = routes.filter(|it| bound(&it.spec, &it.metadata.namespace));
        all.extend(routes.map(ObjectRef::of));
    }
    let is_addressed = |gateway: &&Seen<KubernetesGateway>| {
        let mut addressed = gateway.addressed();
        addressed.any(|it| names.contains(&&*it.name) && it.namespace == own.namespace)
    };
    let addressed = gateways.values().filter(|it| it.is_istios()).filter(is_addressed);
    all.extend(addressed.map(ObjectRef::of));
    all
}

/// Whether a route is bound to the Gateway of that name.
fn is_bound(spec: &RouteSpec, namespace: &str, own: &Key) -> bool {
    spec.parent_refs.iter().any(|it| {
        let place = if it.namespace.is_empty() { namespace } else { &it.namespace };
        matches!(&*it.kind, "" | "Gateway") && it.name.value == own.name && place == own.namespace
    })
}

/// Objects by name, the first few of them.
pub fn listed<T: Object>(objects: &[&Seen<T>]) -> String {
    let names = objects.iter().take(LISTED).map(|it| it.key().to_string());
    let names = names.collect::<Vec<_>>().join(", ");
    let more = objects.len().saturating_sub(LISTED);
    let kind = if objects.len() == 1 { T::KIND.to_owned() } else { format!("{}s", T::KIND) };
    if more == 0 { format!("{kind} {names}") } else { format!("{kind} {names} and {more} more") }
}
