//! The HTTP rules of a VirtualService, its delegates' in the place of those that delegate.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::attachment::{gateway_of, reach};
use super::hosts::full_name;
use crate::model::virtual_service::{
    Delegate, Headers, HttpMatch, HttpRoute, StringMatch, VirtualService,
};
use crate::model::yaml::Placed;
use crate::model::{Key, ObjectRef, Seen};
use crate::world::{Gap, World};

/// A rule, and what it says where.
#[derive(Clone, Debug)]
pub(super) struct Rule<'w> {
    pub(super) http: Cow<'w, HttpRoute>,
    /// The namespace of short names in it.
    pub(super) namespace: String,
    /// The object, at the rule.
    pub(super) at: ObjectRef,
    /// Whether its prefixes are of whole segments, and what is not found is a 500 (Gateway API).
    pub(super) is_gateway_api: bool,
}

/// A rule that delegates to what is not there, or not to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The object, at the rule that delegates.
    pub at: ObjectRef,
    /// The VirtualService that it names.
    pub delegate: Key,
    /// Whether there is one that is no delegate, because it has hosts.
    pub has_hosts: bool,
    /// Whether its `exportTo` keeps it from the root's namespace.
    pub is_hidden: bool,
    /// Why it is not known whether there is one.
    pub gap: Option<Gap>,
}

/// The rules of a VirtualService that names Gateways, and those that lead nowhere
/// (`pilot/pkg/model/virtualservice_controller.go`, `mergeVirtualServices`; since Istio 1.6).
pub(super) fn rules<'w>(
    world: &'w World,
    object: &'w Seen<VirtualService>,
) -> (Vec<Rule<'w>>, Vec<Lost>) {
    let namespace = &object.metadata.namespace;
    let (mut rules, mut lost) = (Vec::new(), Vec::new());
    for (position, rule) in object.spec.http.iter().enumerate() {
        let at = ObjectRef::of(object).at(format!("spec.http[{position}]"), 0);
        let Some(delegate) = &rule.delegate else {
            let namespace = namespace.clone();
            let http = Cow::Borrowed(rule);
            rules.push(Rule { http, namespace, at, is_gateway_api: false });
            continue;
        };
        match find(world, delegate, namespace, at) {
            Ok(found) => {
                let root = resolved(world, rule, namespace);
                let own = &found.metadata.namespace;
                for (position, rule) in found.spec.http.iter().enumerate() {
                    let Some(merged) = merged(&root, resolved(world, rule, own)) else { continue };
                    let at = ObjectRef::of(found).at(format!("spec.http[{position}]"), 0);
                    let (http, namespace) = (Cow::Owned(merged), own.clone());
                    rules.push(Rule { http, namespace, at, is_gateway_api: false });
                }
            }
            Err(missing) => lost.push(*missing),
        }
    }
    (rules, lost)
}

fn find<'w>(
    world: &'w World,
    delegate: &Delegate,
    root: &str,
    at: ObjectRef,
) -> Result<&'w Seen<VirtualService>, Box<Lost>> {
    let namespace = if delegate.namespace.is_empty() { root } else { &delegate.namespace };
    let key = Key::new(namespace, delegate.name.clone());
    let delegate = key.clone();
    let lost = Lost { at, delegate, has_hosts: false, is_hidden: false, gap: None };
    let mut lost = Box::new(lost);
    match world.get::<VirtualService>(&key) {
        Ok(Some(found)) => {
            lost.has_hosts = !found.spec.hosts.is_empty();
            lost.is_hidden = reach(&found.spec.export_to, namespace, root).is_none();
            if lost.has_hosts || lost.is_hidden { Err(lost) } else { Ok(found) }
        }
        Ok(None) => Err(lost),
        Err(gap) => {
            lost.gap = Some(gap);
            Err(lost)
        }
    }
}

/// The rule with its Gateways and hosts named in full, so that it means the same elsewhere.
fn resolved(world: &World, rule: &HttpRoute, namespace: &str) -> HttpRoute {
    let mut rule = rule.clone();
    let gateways = rule.matches.iter_mut().flat_map(|it| &mut it.gateways);
    for Placed { value, .. } in gateways {
        if let Some(gateway) = gateway_of(value, namespace) {
            *value = gateway.to_string();
        }
    }
    for destination in &mut rule.route {
        let host = &mut destination.destination.host.value;
        *host = full_name(host, namespace, &world.domain().name);
    }
    rule
}

/// A delegate's rule under that of its root; `None` where they conflict
/// (`pilot/pkg/model/virtualservice.go`, `mergeHTTPRoute`).
fn merged(root: &HttpRoute, mut own: HttpRoute) -> Option<HttpRoute> {
    own.matches = merged_matches(&root.matches, own.matches)?;
    own.name = joined(&root.name, &own.name);
    own.rewrite = own.rewrite.or_else(|| root.rewrite.clone());
    own.direct_response = own.direct_response.or_else(|| root.direct_response.clone());
    own.cors_policy = own.cors_policy.or_else(|| root.cors_policy.clone());
    own.fault = own.fault.or_else(|| root.fault.clone());
    if is_empty(&own.headers) {
        own.headers = root.headers.clone();
    }
    own.delegate = None;
    Some(own)
}

fn is_empty(headers: &Headers) -> bool {
    headers.request.set.is_empty() && headers.request.add.is_empty()
}

fn joined(root: &str, own: &str) -> String {
    match (root, own) {
        (root, "") => root.to_owned(),
        ("", own) => own.to_owned(),
        (root, own) => format!("{root}-{own}"),
    }
}

fn merged_matches(root: &[HttpMatch], own: Vec<HttpMatch>) -> Option<Vec<HttpMatch>> {
    if root.is_empty() {
        return Some(own);
    }
    if own.is_empty() {
        return Some(root.to_vec());
    }
    let mut matches = Vec::new();
    for own in own {
        let before = matches.len();
        let fitting = root.iter().filter(|root| !conflict(root, &own));
        matches.extend(fitting.map(|root| merged_match(root, own.clone())));
        if matches.len() == before {
            return None;
        }
    }
    Some(matches)
}

fn merged_match(root: &HttpMatch, mut own: HttpMatch) -> HttpMatch {
    own.name = joined(&root.name, &own.name);
    own.uri = own.uri.or_else(|| root.uri.clone());
    own.scheme = own.scheme.or_else(|| root.scheme.clone());
    own.method = own.method.or_else(|| root.method.clone());
    own.authority = own.authority.or_else(|| root.authority.clone());
    let with = |mut own: BTreeMap<String, StringMatch>, root: &BTreeMap<String, StringMatch>| {
        for (name, value) in root {
            own.entry(name.clone()).or_insert_with(|| value.clone());
        }
        own
    };
    own.headers = with(own.headers, &root.headers);
    own.without_headers = with(own.without_headers, &root.without_headers);
    own.query_params = with(own.query_params, &root.query_params);
    for (name, value) in &root.source_labels.0 {
        own.source_labels.0.entry(name.clone()).or_insert_with(|| value.clone());
    }
    if own.port == 0 {
        own.port = root.port;
    }
    if own.source_namespace.is_empty() {
        own.source_namespace.clone_from(&root.source_namespace);
    }
    if own.gateways.is_empty() {
        own.gateways.clone_from(&root.gateways);
    }
    own
}

/// Whether a delegate's match cannot be one of its root's (`hasConflict`).
fn conflict(root: &HttpMatch, own: &HttpMatch) -> bool {
    let pairs = [
        (&root.uri, &own.uri),
        (&root.scheme, &own.scheme),
        (&root.method, &own.method),
        (&root.authority, &own.authority),
    ];
    let strings = pairs.into_iter().any(|(root, own)| {
        root.as_ref().zip(own.as_ref()).is_some_and(|(root, own)| strings_conflict(root, own))
    });
    let maps = |root: &BTreeMap<String, StringMatch>, own: &BTreeMap<String, StringMatch>| {
        own.iter().any(|(name, own)| root.get(name).is_some_and(|it| strings_conflict(it, own)))
    };
    let labels = own.source_labels.0.iter();
    let gateways =
        |it: &HttpMatch| -> Vec<String> { it.gateways.iter().map(|it| it.value.clone()).collect() };
    let (outer, inner) = (gateways(root), gateways(own));
    strings
        || maps(&root.headers, &own.headers)
        || maps(&root.without_headers, &own.without_headers)
        || maps(&root.query_params, &own.query_params)
        || root.ignore_uri_case != own.ignore_uri_case
        || (root.port > 0 && own.port > 0 && root.port != own.port)
        || (!root.source_namespace.is_empty() && root.source_namespace != own.source_namespace)
        || labels
            .into_iter()
            .any(|(name, value)| root.source_labels.0.get(name).is_some_and(|it| it != value))
        || (!outer.is_empty()
            && !inner.is_empty()
            && (outer.len() < inner.len() || inner.iter().any(|it| !outer.contains(it))))
}

/// Whether what a delegate asks of a string is no part of what its root asks
/// (`stringMatchConflict`; an empty string counts as none there).
fn strings_conflict(root: &StringMatch, own: &StringMatch) -> bool {
    use StringMatch::{Exact, Prefix, Present, Regex};
    let is_blank = |it: &StringMatch| match it {
        Present => true,
        Exact(text) | Prefix(text) | Regex(text) => text.is_empty(),
    };
    match (root, own) {
        (Regex(_), _) | (_, Regex(_)) if !is_blank(root) && !is_blank(own) => true,
        (Exact(root), Exact(own)) if !root.is_empty() => own != root,
        (Prefix(root), Prefix(own) | Exact(own)) if !root.is_empty() && !own.is_empty() => {
            !own.starts_with(&**root)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::StringMatch::{Exact, Prefix, Present, Regex};
    use super::*;

    #[test]
    fn a_delegates_string_must_be_part_of_its_roots() {
        let conflicts = |root: &StringMatch, own: &StringMatch| strings_conflict(root, own);
        let (a, ab) = ("/a".to_owned(), "/ab".to_owned());
        assert!(!conflicts(&Prefix(a.clone()), &Prefix(ab.clone())));
        assert!(!conflicts(&Prefix(a.clone()), &Exact(ab.clone())));
        assert!(conflicts(&Prefix(ab.clone()), &Prefix(a.clone())));
        assert!(conflicts(&Exact(a.clone()), &Prefix(a.clone())));
        assert!(!conflicts(&Exact(a.clone()), &Exact(a.clone())));
        assert!(conflicts(&Exact(a.clone()), &Exact(ab)));
        assert!(conflicts(&Regex(a.clone()), &Exact(a.clone())));
        assert!(conflicts(&Prefix(a), &Present));
    }

    #[test]
    fn names_are_joined_by_a_dash() {
        assert_eq!(joined("root", "own"), "root-own");
        assert_eq!(joined("", "own"), "own");
        assert_eq!(joined("root", ""), "root");
    }
}
