//! cert-manager has not issued the certificate; the missing secret is its symptom.

use crate::diagnose::chain::{Chain, conditions};
use crate::diagnose::check::{Answer, Check, On, Trouble, consequences};
use crate::diagnose::state::{self, State};
use crate::diagnose::{evidence, remedy};
use crate::model::ObjectRef;
use crate::report::{Role, Severity};
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
