//! Several applications at once: what they share is written once, and what they may not share is
//! refused.

use super::refusal::{Input, Refusal};
use super::{Rendered, Serves};

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
