//! The certificate is for other hosts than the server's.

use serde_json::json;

use crate::diagnose::check::{Answer, Check, Found, On};
use crate::diagnose::remedy;
use crate::diagnose::state::{self, State};
use crate::model::credential::{Certificate as Leaf, Pem};
use crate::model::{ObjectRef, Seen, cert_manager};
use crate::report::{Evidence, Fix, Role, Severity};
use crate::world::demand::{Asker, Demand, Spot};
use crate::world::{Gap, Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0309",
    title: "the certificate is not for the server's hosts",
    severity: Severity::Error,
    explain: "\
The secret is in its place and sound, and its certificate names other hosts than the server that \
uses it. Gateways do not look: the certificate is served all the same, and clients refuse it (`no \
alternative certificate subject name matches`). Where it covers some of the hosts and not others, \
this is a warning.

A wildcard stands for one label: `*.example.com` covers `a.example.com`, not `example.com` nor \
`a.b.example.com`. A name in the subject's CN alone does not count: clients have not looked at it for \
years. Put the hosts into the Certificate's `dnsNames`, or have the certificate made anew.",
    reads: &[
        Kind::Gateways,
        Kind::KubernetesGateways,
        Kind::ReferenceGrants,
        Kind::Pods,
        Kind::Deployments,
        Kind::Secrets,
        Kind::Certificates,
    ],
    on: &[On::Credential(run)],
};

fn run(world: &World, demand: &Demand, spot: &Spot) -> Answer {
    let State::Present(secret) = state::of(world, demand, spot) else { return Ok(Vec::new()) };
    let leaf = match &secret.facts.chain {
        Some(Pem::Read(chain)) => chain.first(),
        // That it cannot be read is another finding.
        Some(Pem::Faulty(_)) => None,
        None if !matches!(secret.facts.pair(), Some(Ok(_)) | None) => None,
        None => {
            return Err(Gap::beyond(
                "the inputs hold back values of the secret, so which hosts it is for is not known",
                "get secrets",
                Some(&secret.metadata.namespace),
            ));
        }
    };
    let Some(leaf) = leaf else { return Ok(Vec::new()) };
    let writer = world
        .writers_of(&secret.metadata.name)
        .find(|it| it.metadata.namespace == secret.metadata.namespace);
    let found = demand.askers.iter().filter_map(|asker| {
        let hosts = asker.hosts.iter().map(String::as_str).filter(|it| !matches!(*it, "" | "*"));
        let bare: Vec<&str> = hosts
            .clone()
            .filter(|host| !leaf.names.iter().any(|name| is_for(name, host)))
            .collect();
        if bare.is_empty() {
            return None;
        }
        let severity =
            if bare.len() == hosts.count() { Severity::Error } else { Severity::Warning };
        let found = finding(asker, ObjectRef::of(secret), leaf, &bare);
        let found = found.severity(severity).looked_in(&secret.metadata.namespace);
        Some(match writer {
            Some(writer) => found
                .involving(ObjectRef::of(writer), Role::WritesIt)
                .fix(name_hosts(writer, &bare)),
            None => found.fix(remedy::words(format!(
                "write secret {} anew with a certificate for {}",
                secret.metadata.name,
                bare.join(", ")
            ))),
        })
    });
    Ok(found.collect())
}

fn finding(asker: &Asker, secret: ObjectRef, leaf: &Leaf, bare: &[&str]) -> Found {
    let (hosts, name) = (bare.join(", "), &secret.name);
    let names = if leaf.names.is_empty() {
        format!("no host at all; its subject is {}", leaf.subject)
    } else {
        leaf.names.join(", ")
    };
    CHECK
        .finding(
            asker.object.clone(),
            format!("the certificate in secret {name} is not for {hosts}"),
        )
        .because("it is served all the same, and clients refuse it")
        .seen([Evidence::Field {
            object: secret.clone(),
            path: "data".to_owned(),
            value: format!("the certificate is for {names}"),
        }])
        .involving(secret, Role::ReadHere)
}

/// Whether a certificate's name and a server's host mean some host in common: a wildcard, on
/// either side, stands for one label.
fn is_for(name: &str, host: &str) -> bool {
    let tail = |of: &str| of.split_once('.').map(|(_, tail)| tail.to_ascii_lowercase());
    name.eq_ignore_ascii_case(host)
        || ((name.starts_with("*.") || host.starts_with("*."))
            && tail(name).is_some()
            && tail(name) == tail(host))
}

fn name_hosts(writer: &Seen<cert_manager::Certificate>, bare: &[&str]) -> Fix {
    let operations: Vec<_> = bare
        .iter()
        .map(|host| json!({ "op": "add", "path": "/spec/dnsNames/-", "value": host }))
        .collect();
    let name = &writer.metadata.name;
    let has_names = writer.spec.whole.get("dnsNames").is_some_and(serde_json::Value::is_array);
    let operations = if has_names {
        json!(operations)
    } else {
        json!([{ "op": "add", "path": "/spec/dnsNames", "value": bare }])
    };
    let message = format!("add {} to spec.dnsNames of Certificate {name}", bare.join(", "));
    remedy::patch(writer, message, &operations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_for_one_label_on_either_side() {
        assert!(is_for("a.example.com", "A.example.com"));
        assert!(is_for("*.example.com", "a.example.com"));
        assert!(is_for("a.example.com", "*.example.com"));
        assert!(is_for("*.example.com", "*.example.com"));
        assert!(!is_for("*.example.com", "example.com"));
        assert!(!is_for("*.example.com", "a.b.example.com"));
        assert!(!is_for("b.example.com", "a.example.com"));
    }
}
