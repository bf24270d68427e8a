//! An issuer that is made beside the rest: one that signs itself, a CA, or ACME by HTTP-01.

use serde_json::{Map, Value, json};

use super::intent::{Acme, IssuerName, NewIssuer};
use super::labels;
use super::refusal::{Input, Refusal};
use super::resolved::{Resolved, SELECTOR};
use super::words::IssuerKind;
use crate::model::manifest::Manifest;
use crate::validation::names;

/// Let's Encrypt, by name.
const SERVERS: [(&str, &str); 2] = [
    ("letsencrypt", "https://acme-v02.api.letsencrypt.org/directory"),
    ("letsencrypt-staging", "https://acme-staging-v02.api.letsencrypt.org/directory"),
];

/// The class of Ingress that istiod serves where `meshConfig` does not name another (Istio 1.1 to 1.31).
const CLASS: &str = "istio";

/// Renders it: in each namespace of its Certificates, or once for the whole cluster.
pub(super) fn manifests(
    it: &Resolved<'_>,
    created: &NewIssuer,
    name: &IssuerName,
) -> Result<Vec<Manifest>, Refusal> {
    let spec = match created {
        NewIssuer::SelfSigned => json!({ "selfSigned": {} }),
        NewIssuer::Ca { secret_name } => {
            names::subdomain(secret_name).map_err(|reason| {
                Refusal::of(Input::CaSecret, format!("{secret_name}: {reason}"))
            })?;
            json!({ "ca": { "secretName": secret_name } })
        }
        NewIssuer::Acme(acme) => self::acme(it, acme, name)?,
    };
    let api = it.cert_manager_api();
    if name.kind == IssuerKind::ClusterIssuer {
        // It is everybody's, and does not go with the application.
        let manifest = Manifest::new(&api, name.kind.word(), "", &name.name);
        return Ok(vec![labels::label_shared(manifest).with("spec", spec)]);
    }
    let manifest = |namespace: &String| {
        it.manifest(&api, name.kind.word(), namespace, &name.name).with("spec", spec.clone())
    };
    Ok(it.namespaces.iter().map(manifest).collect())
}

fn acme(it: &Resolved<'_>, acme: &Acme, name: &IssuerName) -> Result<Value, Refusal> {
    if let Some(host) = it.hosts.iter().find(|host| host.starts_with('*')) {
        let reason =
            format!("{host}: HTTP-01, which shows ACME that a host is ours, has no wildcards");
        return Err(Refusal::of(Input::Hosts, reason)
            .hint("make an issuer with a DNS-01 solver, and name it with --issuer NAME --acme"));
    }
    let server = acme.server.as_deref().unwrap_or(SERVERS[0].0);
    let known = SERVERS.iter().find(|(name, _)| *name == server);
    let url = known.map_or(server, |(_, url)| url);
    if !url.starts_with("https://") || !url.bytes().all(|it| it.is_ascii_graphic()) {
        let reason = format!("{server}: none of letsencrypt, letsencrypt-staging, or an https URL");
        return Err(Refusal::of(Input::AcmeServer, reason));
    }
    let mut spec = Map::from_iter([("server".to_owned(), json!(url))]);
    if let Some(email) = &acme.email {
        spec.insert("email".to_owned(), json!(email));
    }
    let account = json!({ "name": format!("{}-account-key", name.name) });
    spec.insert("privateKeySecretRef".to_owned(), account);
    let class = acme.ingress_class.as_deref().unwrap_or(CLASS);
    spec.insert("solvers".to_owned(), json!([{ "http01": { "ingress": { "class": class } } }]));
    Ok(json!({ "acme": spec }))
}

/// What is to be known of an issuer that is made.
pub(super) fn warnings(it: &Resolved<'_>, created: &NewIssuer, name: &IssuerName) -> Vec<String> {
    match created {
        NewIssuer::Acme(acme) if acme.ingress_class.is_none() => {
            let (label, value) = SELECTOR;
            let is_usual = it.selector.get(label).is_some_and(|it| it == value);
            let other = format!(
                "Ingresses of class {CLASS} are served by pods labelled {label}: {value}, unless \
                 ingressSelector or ingressService of the mesh says otherwise; HTTP-01 must come to \
                 them"
            );
            if is_usual { Vec::new() } else { vec![other] }
        }
        NewIssuer::Ca { secret_name } if name.kind == IssuerKind::ClusterIssuer => vec![format!(
            "ClusterIssuer {} looks for secret {secret_name} in cert-manager's own namespace",
            name.name
        )],
        _ => Vec::new(),
    }
}
