//! Why a Certificate is not Ready: its chain of `CertificateRequest`, Order and Challenge, and its
//! issuer.

use std::collections::BTreeSet;

use crate::model::cert_manager::{
    CERTIFICATE_NAME, Certificate, CertificateRequest, Challenge, ClusterIssuer, Issuer, Order,
    Status,
};
use crate::model::{Key, Object, ObjectRef, Seen};
use crate::report::Evidence;
use crate::world::{Kind, Kinds, Question, Want, World};

/// The question "why is this Certificate not Ready?".
#[derive(Clone, Debug)]
pub struct WhyNotReady {
    /// The Certificate.
    pub certificate: Key,
}

/// What stands in its namespace.
const BESIDE: [Kind; 5] =
    [Kind::Certificates, Kind::CertificateRequests, Kind::Issuers, Kind::Orders, Kind::Challenges];

impl Question for WhyNotReady {
    /// The reason that stands deepest in its chain, as a clause; `None` where nothing tells one.
    type Answer = Option<String>;

    fn reads(&self) -> Kinds {
        Kinds::of(&BESIDE).and(Kinds::of(&[Kind::ClusterIssuers]))
    }

    fn wants(&self, _: &World) -> BTreeSet<Want> {
        let beside = BESIDE.map(|kind| Want::all(kind, Some(&self.certificate.namespace)));
        beside.into_iter().chain([Want::all(Kind::ClusterIssuers, None)]).collect()
    }

    fn answer(&self, world: &World) -> Option<String> {
        let chain = Chain::of(world, world.all::<Certificate>().get(&self.certificate)?);
        let reason = chain.reason?;
        match chain.objects.last().filter(|_| !chain.lacks_issuer) {
            Some(object) => Some(format!("{object}: {reason}")),
            None => Some(reason),
        }
    }
}

/// What stands between a Certificate and its issuer, and the reason found deepest.
#[derive(Default)]
pub(super) struct Chain {
    pub(super) reason: Option<String>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) objects: Vec<ObjectRef>,
    pub(super) lacks_issuer: bool,
}

impl Chain {
    pub(super) fn of(world: &World, certificate: &Seen<Certificate>) -> Self {
        let mut chain = Self::default();
        chain.follow_issuer(world, certificate);
        let namespace = &*certificate.metadata.namespace;
        let name = &*certificate.metadata.name;
        let request = world
            .within::<CertificateRequest>(namespace)
            .filter(|it| {
                it.metadata.annotations.get(CERTIFICATE_NAME).is_some_and(|it| it == name)
                    || it.metadata.owner("Certificate") == Some(name)
            })
            .max_by_key(|it| it.metadata.creation_timestamp);
        let Some(request) = request else { return chain };
        chain.link(request, &request.status);
        let order = world
            .within::<Order>(namespace)
            .find(|it| it.metadata.owner("CertificateRequest") == Some(&request.metadata.name));
        let Some(order) = order else { return chain };
        chain.acme(order, &order.status.state, &order.status.reason);
        for challenge in world
            .within::<Challenge>(namespace)
            .filter(|it| it.metadata.owner("Order") == Some(&order.metadata.name))
        {
            chain.acme(challenge, &challenge.status.state, &challenge.status.reason);
        }
        chain
    }

    fn follow_issuer(&mut self, world: &World, certificate: &Seen<Certificate>) {
        let issuer = &certificate.spec.issuer_ref;
        if !issuer.is_cert_managers() {
            return;
        }
        let namespace = &*certificate.metadata.namespace;
        let missing = format!("{} {} does not exist", issuer.kind(), issuer.name);
        if issuer.kind() == "ClusterIssuer" {
            match world.get::<ClusterIssuer>(&Key::new("", issuer.name.clone())) {
                Ok(Some(issuer)) => self.link(issuer, &issuer.status),
                Ok(None) => self.lack_issuer(missing),
                Err(_) => {}
            }
        } else {
            match world.get::<Issuer>(&Key::new(namespace, issuer.name.clone())) {
                Ok(Some(issuer)) => self.link(issuer, &issuer.status),
                Ok(None) => self.lack_issuer(format!("{missing} in {namespace}")),
                Err(_) => {}
            }
        }
    }

    fn lack_issuer(&mut self, reason: String) {
        self.lacks_issuer = true;
        self.evidence.push(Evidence::Absence { text: reason.clone() });
        self.reason = Some(reason);
    }

    fn link<T: Object>(&mut self, seen: &Seen<T>, status: &Status) {
        let said = conditions(seen, status);
        let Some(Evidence::Field { value, .. }) = said.first() else { return };
        if !self.lacks_issuer {
            // cert-manager's own words for an issuer that is not there (1.0 to 1.21).
            self.lacks_issuer = value.contains("Referenced") && value.contains("not found");
            self.reason = Some(value.clone());
        }
        self.objects.push(ObjectRef::of(seen));
        self.evidence.extend(said);
    }

    fn acme<T: Object>(&mut self, seen: &Seen<T>, state: &str, reason: &str) {
        if matches!(state, "valid" | "ready") {
            return;
        }
        let value = if reason.is_empty() { state.to_owned() } else { reason.to_owned() };
        if value.is_empty() {
            return;
        }
        let object = ObjectRef::of(seen);
        self.reason = Some(value.clone());
        self.evidence.push(Evidence::Field {
            object: object.clone(),
            path: "status.reason".to_owned(),
            value,
        });
        self.objects.push(object);
    }
}

/// The conditions that stand against an object: of type Ready and not True.
pub(super) fn conditions<T: Object>(seen: &Seen<T>, status: &Status) -> Vec<Evidence> {
    let against = status.conditions.iter().filter(|it| it.type_ == "Ready" && it.status != "True");
    let field = |it: &crate::model::kubernetes::Condition| Evidence::Field {
        object: ObjectRef::of(seen),
        path: "status.conditions".to_owned(),
        value: if it.message.is_empty() { it.reason.clone() } else { it.message.clone() },
    };
    against.map(field).collect()
}
