//! The fewest labels that mean a gateway and no other.

use std::collections::BTreeMap;

use super::find::{Found, HASHES};
use crate::model::{Key, Selector};
use crate::world::World;

/// With more labels than this, only pairs are tried.
const MANY: usize = 12;

/// The fewest labels by which a Gateway selects this gateway and no other, in any namespace: the
/// labels that charts and documents use come first. `None` where no labels do.
pub(super) fn shortest(world: &World, found: &Found<'_>) -> Option<BTreeMap<String, String>> {
    let mut labels: Vec<(String, String)> = found.labels().into_iter().collect();
    labels.retain(|(label, _)| !HASHES.contains(&&**label));
    labels.sort_by(|(a, _), (b, _)| rank(a).cmp(&rank(b)));
    let means_only = |chosen: &[&(String, String)]| {
        let labels: BTreeMap<String, String> = chosen.iter().map(|it| (*it).clone()).collect();
        let selector = Selector(labels);
        let is_own = |key: &Key| found.workloads.iter().any(|own| own.key == *key);
        let mut selected = world.selected(&selector).into_iter();
        // A Deployment stands beside its pods; it is no other gateway.
        selected.all(|it| !it.is_pod || is_own(&it.key)).then_some(selector.0)
    };
    if found.workloads.is_empty() {
        return None;
    }
    let most = if labels.len() > MANY { 2 } else { labels.len() };
    (1..=most).find_map(|count| {
        let mut chosen = Vec::with_capacity(count);
        choose(&labels, count, &mut chosen, &means_only)
    })
}

/// Labels that were chosen, as a selector if they pass.
type Passes<'a> = dyn Fn(&[&(String, String)]) -> Option<BTreeMap<String, String>> + 'a;

/// The first choice of so many labels, in their order, that passes.
fn choose<'l>(
    labels: &'l [(String, String)],
    count: usize,
    chosen: &mut Vec<&'l (String, String)>,
    passes: &Passes<'_>,
) -> Option<BTreeMap<String, String>> {
    if count == 0 {
        return passes(chosen);
    }
    for position in 0..labels.len() {
        chosen.push(&labels[position]);
        let found = choose(&labels[position + 1..], count - 1, chosen, passes);
        chosen.pop();
        if found.is_some() {
            return found;
        }
    }
    None
}

fn rank(label: &str) -> (usize, &str) {
    const FIRST: [&str; 4] =
        ["istio", "gateway.networking.k8s.io/gateway-name", "app", "app.kubernetes.io/name"];
    let last = label.starts_with("sidecar.istio.io/") || label.contains("istio.io/rev");
    let place = FIRST.iter().position(|it| *it == label).unwrap_or(FIRST.len());
    (place + usize::from(last), label)
}
