//! Which `DestinationRule` holds for a host at a gateway, and the labels of its subsets.

use std::collections::BTreeSet;

use super::hosts::{by_specificity, covers, is_wildcard};
use super::mesh::ROOT_NAMESPACE;
use crate::model::destination::{DestinationRule, Subset};
use crate::model::{Key, Seen};
use crate::world::World;

/// Which of a namespace's rules are looked at.
#[derive(Clone, Copy)]
enum Pool<'v> {
    /// Those that are seen in their own namespace.
    Own,
    /// Those of the root namespace that are for it alone.
    PrivateRoot,
    /// Those that are for more than their own namespace, and among others for this one.
    Exported(&'v str),
}

/// The subset of a host as gateway pods of `viewer` see it. Looked for in their own namespace
/// (unless that is the root), then in that of the Service, then in the root; in each the most
/// specific host counts, and the rules for one host are merged, the oldest first
/// (`pilot/pkg/model/push_context.go`, `destinationRule`; `destination_rule.go`).
pub(super) fn subset<'w>(
    world: &'w World,
    host: &str,
    owner: &str,
    viewer: &str,
    name: &str,
) -> Option<&'w Subset> {
    let mut places = vec![
        if viewer == ROOT_NAMESPACE {
            (ROOT_NAMESPACE, Pool::PrivateRoot)
        } else {
            (viewer, Pool::Own)
        },
        (owner, Pool::Exported(viewer)),
        (ROOT_NAMESPACE, Pool::Exported(viewer)),
    ];
    places.retain(|(namespace, _)| !namespace.is_empty());
    let rules = places.into_iter().find_map(|(namespace, pool)| {
        let mut merged = holding(world, host, namespace, pool);
        merged.pop()
    })?;
    rules.into_iter().find_map(|rule| rule.spec.subsets.iter().find(|it| it.name == name))
}

/// The rules of one host, merged: those that are for the same namespaces are one, the oldest
/// first, and one that is for more of them adds to the narrower too. Of several the last counts
/// (`mergeDestinationRule`; `pilot/pkg/model/sidecar.go`, `DestinationRule`).
fn merged(rules: Vec<&Seen<DestinationRule>>) -> Vec<Vec<&Seen<DestinationRule>>> {
    let mut merged: Vec<(BTreeSet<&str>, Vec<&Seen<DestinationRule>>)> = Vec::new();
    for rule in rules {
        let exports: BTreeSet<&str> = rule.spec.export_to.iter().map(String::as_str).collect();
        let mut stands_alone = true;
        for (narrower, rules) in &mut merged {
            let adds = !narrower.is_empty() && exports.is_superset(narrower);
            stands_alone = exports != *narrower && !adds;
            if !stands_alone {
                rules.push(rule);
            }
        }
        if stands_alone {
            merged.push((exports, vec![rule]));
        }
    }
    merged.into_iter().map(|(_, rules)| rules).collect()
}

/// The rules of a namespace that hold for a host.
fn holding<'w>(
    world: &'w World,
    host: &str,
    namespace: &str,
    pool: Pool<'_>,
) -> Vec<Vec<&'w Seen<DestinationRule>>> {
    // What stands in the pool for a host hides what stands there for a wider one, even where its
    // exportTo then keeps it from the viewer.
    for wide in wider(world, host, namespace) {
        let rules = world.rules_for(namespace, &wide).iter();
        let rules = rules.filter_map(|key: &Key| world.all::<DestinationRule>().get(key));
        let pooled: Vec<_> = rules.filter(|rule| is_in(rule, pool)).collect();
        if pooled.is_empty() {
            continue;
        }
        let is_for = |rules: &Vec<&Seen<DestinationRule>>| match pool {
            Pool::Own | Pool::PrivateRoot => true,
            Pool::Exported(viewer) => rules.first().is_some_and(|it| is_exported_to(it, viewer)),
        };
        return merged(pooled).into_iter().filter(is_for).collect();
    }
    Vec::new()
}

/// The host, and the wildcards of a namespace's rules that cover it, the most specific first.
fn wider(world: &World, host: &str, namespace: &str) -> Vec<String> {
    let mut wide = vec![host.to_owned()];
    // A name of many labels has few suffixes; `*x.com` is no host that validation lets through.
    let mut rest = host;
    while let Some((_, suffix)) = rest.split_once('.') {
        wide.push(format!("*.{suffix}"));
        rest = suffix;
    }
    wide.push("*".to_owned());
    wide.retain(|it| {
        !world.rules_for(namespace, it).is_empty() && (it == host || covers(it, host))
    });
    debug_assert!(wide.iter().skip(1).all(|it| is_wildcard(it)));
    wide.sort_by(|one, other| by_specificity(one, other));
    wide
}

fn is_in(rule: &DestinationRule, pool: Pool<'_>) -> bool {
    let own = &*rule.metadata.namespace;
    let exports = &rule.spec.export_to;
    // A rule for some pods of its namespace is for sidecars.
    if rule.spec.workload_selector.is_some() {
        return false;
    }
    let is_private_only = matches!(&**exports, [only] if only == "." || only == own);
    match pool {
        Pool::Own => {
            exports.is_empty() || exports.iter().any(|it| it == "." || it == "*" || it == own)
        }
        Pool::PrivateRoot => is_private_only,
        Pool::Exported(_) => !is_private_only,
    }
}

fn is_exported_to(rule: &DestinationRule, viewer: &str) -> bool {
    let exports = &rule.spec.export_to;
    exports.is_empty() || exports.iter().any(|it| it == "*" || it == viewer)
}
