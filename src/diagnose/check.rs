//! What a check is: a constant with its page, what it reads, and a function.

use crate::logs::Sighting;
use crate::model::gateway_api::KubernetesGateway;
use crate::model::istio::Gateway;
use crate::model::virtual_service::VirtualService;
use crate::model::{Key, ObjectRef, Seen};
use crate::report::finding::Involved;
use crate::report::{Cause, Evidence, Finding, Fix, Role, Severity};
use crate::world::demand::{Demand, Spot};
use crate::world::gateway_pods::GatewayPods;
use crate::world::routing::uses::Use;
use crate::world::topology::{Basis, Place};
use crate::world::{Gap, Kind, World};

/// One check: everything about it in one constant, in a file of its own.
#[derive(Debug)]
pub struct Check {
    /// Its code; a promise, once published.
    pub code: &'static str,
    /// What it finds, in a line.
    pub title: &'static str,
    /// The highest severity that its findings have.
    pub severity: Severity,
    /// Its page: what it means, why it happens, what to do. Markdown.
    pub explain: &'static str,
    /// The kinds that it reads.
    pub reads: &'static [Kind],
    /// What it is asked about, and how it answers.
    pub on: &'static [On],
}

/// What a check is asked about, and how it answers.
#[derive(Clone, Copy, Debug)]
pub enum On {
    /// A credential, in one of the places where it is looked for.
    Credential(fn(&World, &Demand, &Spot) -> Answer),
    /// Something that a log says.
    Sighting(fn(&World, &[Demand], &Sighting) -> Vec<Found>),
    /// A Gateway of `networking.istio.io`.
    Gateway(fn(&World, &Seen<Gateway>) -> Answer),
    /// A Gateway of `gateway.networking.k8s.io`.
    KubernetesGateway(fn(&World, &Seen<KubernetesGateway>) -> Answer),
    /// A VirtualService.
    VirtualService(fn(&World, &Seen<VirtualService>) -> Answer),
    /// A destination that a route of a gateway names.
    Destination(fn(&World, &Use<'_>) -> Answer),
    /// The pods of a gateway.
    GatewayPods(fn(&World, &GatewayPods) -> Answer),
}

/// A check's answer: what it found, or why it cannot tell.
pub type Answer = Result<Vec<Found>, Gap>;

/// A finding, with what folding needs to know of it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The finding.
    pub finding: Finding,
    /// The trouble that it is.
    pub is: Trouble,
    /// The troubles that it explains: findings of these are its symptoms.
    pub explains: Vec<Trouble>,
}

/// What can be wrong, as far as one thing can be the cause of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trouble {
    /// A log says that a credential is not served (namespace, where it is known, and name).
    Logged(String, String),
    /// There is no such Secret.
    Missing(String, String),
    /// The client CA is not there.
    NoCa(String, String),
    /// A log says that the certificate of a Secret is expired or not yet valid.
    Expired(String, String),
    /// Envoy waited for some credential in vain, in that namespace; empty where it is not known.
    TimedOut(String),
    /// Envoy refused some credential and does not say which, in that namespace; empty where it
    /// is not known.
    Refused(String),
    /// No Gateway is bound to the pods that this makes.
    Unbound(ObjectRef),
    /// A Gateway of `networking.istio.io` has a server without a route.
    Unrouted(Key),
    /// Nothing that is a symptom of anything.
    Other(&'static str, ObjectRef),
}

/// What a credential that Envoy refuses explains besides: the refusals that name none.
pub fn refusals(namespace: &str) -> [Trouble; 2] {
    [Trouble::Refused(namespace.to_owned()), Trouble::Refused(String::new())]
}

/// What lacking or useless credential explains of what logs say, in its namespace.
pub fn consequences(namespace: &str, name: &str) -> Vec<Trouble> {
    let places = if namespace.is_empty() { vec![""] } else { vec![namespace, ""] };
    let troubles = places.into_iter().flat_map(|place| {
        let (place, name) = (place.to_owned(), name.to_owned());
        [
            Trouble::Logged(place.clone(), name.clone()),
            Trouble::NoCa(place.clone(), name),
            Trouble::TimedOut(place),
        ]
    });
    troubles.collect()
}

impl Check {
    /// Begins a finding about an object.
    pub fn finding(&self, object: ObjectRef, message: impl Into<String>) -> Found {
        let is = Trouble::Other(self.code, object.clone());
        Found {
            finding: Finding {
                code: self.code,
                severity: self.severity,
                object,
                message: message.into(),
                cause: None,
                evidence: Vec::new(),
                fix: None,
                symptoms: Vec::new(),
                docs: format!("docs/checks.md#{}", self.code.to_lowercase()),
            },
            is,
            explains: Vec::new(),
        }
    }
}

impl Found {
    /// Says why.
    #[must_use]
    pub fn because(mut self, message: impl Into<String>) -> Self {
        self.cause_mut().message = message.into();
        self
    }

    /// Says in which namespace the gateway looks.
    #[must_use]
    pub fn looked_in(mut self, namespace: &str) -> Self {
        if !namespace.is_empty() {
            self.cause_mut().looked_in.push(namespace.to_owned());
        }
        self
    }

    /// Says so where it rests on a gateway that nobody saw.
    #[must_use]
    pub fn resting_on(mut self, place: &Place) -> Self {
        if place.basis == Basis::Assumed {
            let said =
                format!("; --assume-gateway says that the gateway is in {}", place.namespace);
            self.cause_mut().message += &said;
        }
        self
    }

    /// Says what the gateway shows its clients meanwhile, where a log that the finding shows tells it.
    #[must_use]
    pub fn with_fallback(mut self, fallback: Option<&str>) -> Self {
        let shows_log = self.finding.evidence.iter().any(|it| matches!(it, Evidence::Log { .. }));
        if let Some(fallback) = fallback.filter(|_| shows_log) {
            let said = format!("; clients get the certificate of secret {fallback} in its place");
            self.cause_mut().message += &said;
        }
        self
    }

    /// Names an object that has to do with it.
    #[must_use]
    pub fn involving(mut self, object: ObjectRef, role: Role) -> Self {
        let involved = Involved { object, role };
        let objects = &mut self.cause_mut().objects;
        if !objects.contains(&involved) {
            objects.push(involved);
        }
        self
    }

    /// Names those who ask for a credential, other than the finding's own object.
    #[must_use]
    pub fn asked_by(mut self, demand: &Demand) -> Self {
        for asker in &demand.askers {
            if asker.object.key() != self.finding.object.key()
                || asker.object.kind != self.finding.object.kind
            {
                self = self.involving(asker.object.clone(), Role::AsksForIt);
            }
        }
        self
    }

    /// Adds how it is known.
    #[must_use]
    pub fn seen(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.finding.evidence.extend(evidence);
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.finding.fix = Some(fix);
        self
    }

    /// Lowers the severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.finding.severity = severity;
        self
    }

    /// Says which trouble it is.
    #[must_use]
    pub fn is(mut self, trouble: Trouble) -> Self {
        self.is = trouble;
        self
    }

    /// Says which troubles it explains.
    #[must_use]
    pub fn explains(mut self, troubles: impl IntoIterator<Item = Trouble>) -> Self {
        self.explains.extend(troubles);
        self
    }

    fn cause_mut(&mut self) -> &mut Cause {
        self.finding.cause.get_or_insert_default()
    }
}
