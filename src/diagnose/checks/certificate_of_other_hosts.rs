//! The certificate is for other hosts than the server's.

use serde_json::{Value, json};

use crate::diagnose::check::{Answer, Check, Found, On};
use crate::diagnose::state::{self, State};
use crate::diagnose::{evidence, remedy};
use crate::model::cert_manager::Certificate;
use crate::model::credential::{Certificate as Leaf, Credential, Pem};
use crate::model::{ObjectRef, Seen};
use crate::report::{Evidence, Fix, Role, Severity};
use crate::world::demand::{Demand, ShownFor, Spot};
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
        None => match secret.facts.pair() {
            None => return Err(world.value_gap(&secret.metadata.namespace)),
            Some(Ok(_)) => {
                return Err(Gap::beyond(
                    "the inputs hold back values of the secret, so which hosts it is for is not \
                     known",
                    "get secrets",
                    Some(&secret.metadata.namespace),
                ));
            }
            Some(Err(_)) => None,
        },
    };
    let Some(leaf) = leaf else { return Ok(Vec::new()) };
    let servers = demand.askers.iter().flat_map(|asker| &asker.shown_for);
    Ok(servers.filter_map(|it| of_server(world, it, secret, leaf)).collect())
}

fn of_server(
    world: &World,
    server: &ShownFor,
    secret: &Seen<Credential>,
    leaf: &Leaf,
) -> Option<Found> {
    let hosts = server.hosts.iter().map(String::as_str).filter(|it| !matches!(*it, "" | "*"));
    let hosts: Vec<&str> = hosts.collect();
    let is_bare = |host: &&str| !leaf.names.iter().any(|name| is_for(name, host));
    let bare: Vec<&str> = hosts.iter().copied().filter(is_bare).collect();
    if bare.is_empty() {
        return None;
    }
    let (namespace, name) = (&secret.metadata.namespace, &secret.metadata.name);
    let names = if leaf.names.is_empty() {
        format!("a certificate for no host; its subject is {}", leaf.subject)
    } else {
        format!("a certificate for {}", evidence::few(&leaf.names))
    };
    let path = match secret.facts.pair() {
        Some(Ok((certificate, _))) => format!("data[{certificate}]"),
        _ => "data".to_owned(),
    };
    let listed = evidence::few(&bare);
    let writer = world.writers_of(name).find(|it| it.metadata.namespace == *namespace);
    let severity = if bare.len() == hosts.len() { Severity::Error } else { Severity::Warning };
    let found = CHECK
        .finding(
            server.object.clone(),
            format!("the certificate in secret {name} is not for {listed}"),
        )
        .because("it is served all the same, and clients refuse it")
        .severity(severity)
        .looked_in(namespace)
        .seen([Evidence::Field { object: ObjectRef::of(secret), path, value: names }])
        .involving(ObjectRef::of(secret), Role::ReadHere);
    Some(match writer {
        Some(writer) => {
            found.involving(ObjectRef::of(writer), Role::WritesIt).fix(name_hosts(writer, &bare))
        }
        None => found.fix(remedy::words(format!(
            "write secret {name} in {namespace} anew with a certificate for {listed}"
        ))),
    })
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

fn name_hosts(writer: &Seen<Certificate>, bare: &[&str]) -> Fix {
    let name = &writer.metadata.name;
    let written = writer.spec.whole.get("dnsNames").and_then(Value::as_array);
    let is_written = |host: &str| {
        let mut hosts = written.into_iter().flatten().filter_map(Value::as_str);
        hosts.any(|it| is_for(it, host))
    };
    let lacking: Vec<&str> = bare.iter().copied().filter(|host| !is_written(host)).collect();
    if lacking.is_empty() {
        return remedy::words(format!(
            "Certificate {name} names {} already; see why it was not issued anew: kubectl describe \
             certificates.cert-manager.io {} -n {}",
            evidence::few(bare),
            remedy::name(name),
            remedy::name(&writer.metadata.namespace)
        ));
    }
    let operations = if written.is_some() {
        let add = |host| json!({ "op": "add", "path": "/spec/dnsNames/-", "value": host });
        lacking.iter().map(add).collect()
    } else {
        json!([{ "op": "add", "path": "/spec/dnsNames", "value": lacking }])
    };
    let message = format!("add {} to spec.dnsNames of Certificate {name}", evidence::few(&lacking));
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
