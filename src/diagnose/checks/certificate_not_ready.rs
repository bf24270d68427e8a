//! cert-manager has not issued the certificate; the missing secret is its symptom.

use crate::diagnose::check::{Answer, Check, On, Trouble, consequences};
use crate::diagnose::state::{self, State};
use crate::diagnose::{evidence, remedy};
use crate::model::cert_manager::{
    CERTIFICATE_NAME, Certificate, CertificateRequest, Challenge, ClusterIssuer, Issuer, Order,
    Status,
};
use crate::model::{Key, Object, ObjectRef, Seen};
use crate::report::{Evidence, Role, Severity};
use crate::world::demand::{Demand, Spot};
use crate::world::{Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0312",
    title: "the Certificate is not Ready",
    severity: Severity::Error,
    explain: "\
The Certificate is in the right namespace and would write the secret that the gateway asks for, but \
cert-manager has not issued it. The reason stands somewhere along its chain: the Certificate's \
conditions, its CertificateRequest, and for ACME the Order and the Challenge. Often the issuer that \
`issuerRef` names does not exist (kind `Issuer` is the default, and is looked for beside the \
Certificate), is not Ready itself, or an ACME challenge cannot be reached from outside.

Where the secret is there from before, the gateway goes on serving it, and this is a warning.",
    reads: &[
        Kind::Gateways,
        Kind::KubernetesGateways,
        Kind::Pods,
        Kind::Deployments,
        Kind::Secrets,
        Kind::Certificates,
        Kind::CertificateRequests,
        Kind::Issuers,
        Kind::ClusterIssuers,
        Kind::Orders,
        Kind::Challenges,
    ],
    on: &[On::Credential(run)],
};

fn run(world: &World, demand: &Demand, spot: &Spot) -> Answer {
    let (writer, severity) = match state::of(world, demand, spot) {
        // One that was issued before is being renewed; that its secret is gone is not known.
        State::Lacking { writer, covered: Err(_), .. }
            if writer.is_some_and(|it| it.status.revision > 0) =>
        {
            (writer, Severity::Warning)
        }
        State::Lacking { writer, .. } => (writer, Severity::Error),
        State::Present(secret) => {
            let namespace = &secret.metadata.namespace;
            let writer = world
                .writers_of(&secret.metadata.name)
                .find(|it| it.metadata.namespace == *namespace);
            (writer, Severity::Warning)
        }
        State::Refused => return Ok(Vec::new()),
    };
    let Some(certificate) = writer else { return Ok(Vec::new()) };
    let Some(reason) = state::not_ready(certificate) else { return Ok(Vec::new()) };
    let Some(key) = spot.key() else { return Ok(Vec::new()) };
    let chain = Chain::of(world, certificate);
    let cause = chain.reason.clone().unwrap_or(reason);
    let issuer = &certificate.spec.issuer_ref;
    let mut found = CHECK
        .finding(
            ObjectRef::of(certificate),
            format!(
                "Certificate {} is not Ready, so secret {} {}",
                certificate.metadata.name,
                key.name,
                if severity == Severity::Error { "is not written" } else { "is not renewed" }
            ),
        )
        .because(cause)
        .looked_in(&key.namespace)
        .asked_by(demand)
        .severity(severity)
        .seen(conditions(certificate, &certificate.status))
        .seen(chain.evidence)
        .seen(evidence::logs(world, demand, spot));
    for object in chain.objects {
        found = found.involving(object, Role::InChain);
    }
    found = found.involving(
        ObjectRef {
            api_version: "cert-manager.io/v1".to_owned(),
            ..ObjectRef::named(
                issuer.kind(),
                if issuer.kind() == "Issuer" { &certificate.metadata.namespace } else { "" },
                &issuer.name,
            )
        },
        Role::IssuesIt,
    );
    let fix = if chain.lacks_issuer {
        format!(
            "make {} {}, or put issuerRef of Certificate {} right",
            issuer.kind(),
            issuer.name,
            certificate.metadata.name
        )
    } else {
        format!(
            "follow the chain: kubectl describe certificates.cert-manager.io {} -n {}",
            remedy::name(&certificate.metadata.name),
            remedy::name(&certificate.metadata.namespace)
        )
    };
    let mut explains = Vec::new();
    if severity == Severity::Error {
        explains = consequences(&key.namespace, &key.name);
        explains.push(Trouble::Missing(key.namespace.clone(), key.name.clone()));
    }
    Ok(vec![found.fix(remedy::words(fix)).explains(explains)])
}

/// What stands between a Certificate and its issuer, and the reason found deepest.
#[derive(Default)]
struct Chain {
    reason: Option<String>,
    evidence: Vec<Evidence>,
    objects: Vec<ObjectRef>,
    lacks_issuer: bool,
}

impl Chain {
    fn of(world: &World, certificate: &Seen<Certificate>) -> Self {
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
fn conditions<T: Object>(seen: &Seen<T>, status: &Status) -> Vec<Evidence> {
    let against = status.conditions.iter().filter(|it| it.type_ == "Ready" && it.status != "True");
    let field = |it: &crate::model::kubernetes::Condition| Evidence::Field {
        object: ObjectRef::of(seen),
        path: "status.conditions".to_owned(),
        value: if it.message.is_empty() { it.reason.clone() } else { it.message.clone() },
    };
    against.map(field).collect()
}
