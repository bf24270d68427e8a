//! Several applications at once: what they share is written once, and what they may not share is
//! refused.

use super::refusal::{Input, Refusal};
use super::{Rendered, Serves};
use crate::model::Key;
use crate::model::istio::{Gateway, Server};
use crate::model::manifest::Manifest;
use crate::world::World;

/// Takes out what an earlier application has already, and checks that they do not get in each
/// other's way. Gives what is to be known of them.
///
/// # Errors
/// Which application, and why.
pub fn check(rendered: &mut [Rendered]) -> Result<Vec<String>, (usize, Refusal)> {
    let mut warnings = Vec::new();
    for later in 1..rendered.len() {
        let (before, rest) = rendered.split_at_mut(later);
        let one = &mut rest[0];
        for other in &*before {
            warnings.extend(beside(&other.serves, &one.serves).map_err(|it| (later, it))?);
        }
        let taken: Vec<_> = before.iter().flat_map(|it| &it.manifests).collect();
        let of = |manifest: &super::Manifest| (manifest.kind.clone(), manifest.key());
        for manifest in &one.manifests {
            let same = taken.iter().find(|it| of(it) == of(manifest));
            if same.is_some_and(|same| *same != manifest) {
                let reason =
                    format!("{} is another application's, and another one", manifest.object());
                return Err((later, Refusal::of(Input::App, reason)));
            }
        }
        one.manifests.retain(|manifest| !taken.contains(&manifest));
    }
    Ok(warnings)
}

/// What an application comes to beside the Gateways that are there.
///
/// # Errors
/// A host that one of them serves by TLS already.
pub fn beside_others(one: &Rendered, world: &World) -> Result<Vec<String>, Refusal> {
    let is_own = |gateway: &Key| {
        let own = one.manifests.iter().filter(|it| it.kind == "Gateway");
        own.map(Manifest::key).any(|it| it == *gateway)
    };
    let mut warnings = Vec::new();
    for (key, gateway) in world.all::<Gateway>() {
        if is_own(key) {
            continue;
        }
        let serves = |has_tls: bool| {
            let servers = gateway.spec.servers.iter();
            let ends_tls =
                |it: &&Server| matches!(&*it.port.protocol.to_ascii_uppercase(), "HTTPS" | "TLS");
            let servers = servers.filter(|it| ends_tls(it) == has_tls);
            let hosts = servers.flat_map(|it| &it.hosts);
            Serves {
                app: format!("Gateway {key}"),
                namespaces: one.serves.namespaces.clone(),
                selector: gateway.spec.selector.0.clone(),
                // Before a slash stands whose routes are taken.
                hosts: hosts.map(|it| it.rsplit('/').next().unwrap_or(it).to_owned()).collect(),
                has_tls,
            }
        };
        let told = beside(&serves(true), &one.serves)?.or(beside(&serves(false), &one.serves)?);
        warnings.extend(told);
    }
    Ok(warnings)
}

/// What two applications on one gateway come to that serve the same host.
fn beside(one: &Serves, other: &Serves) -> Result<Option<String>, Refusal> {
    let is_one_gateway = one.selector == other.selector
        && one.namespaces.iter().any(|it| other.namespaces.contains(it));
    let shared = one.hosts.iter().find(|host| other.hosts.contains(host));
    let Some(host) = shared.filter(|_| is_one_gateway) else { return Ok(None) };
    if one.has_tls && other.has_tls {
        let reason = format!(
            "{host} is served by {} too, and of two Gateways that serve a host by TLS istiod drops \
             the younger",
            one.app
        );
        return Err(Refusal::of(Input::Hosts, reason));
    }
    Ok(Some(format!(
        "{host} is served by {} and by {}: their routes are asked one after the other, the older's \
         first",
        one.app, other.app
    )))
}
