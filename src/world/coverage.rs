//! Of which kinds the inputs show all objects, and where; only there may absence be said.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::want::{Gap, Kind, Kinds, Why};
use crate::model::{Key, Selector};

/// In a record, all namespaces.
const EVERYWHERE: &str = "*";

/// What the inputs show all of, and what could not be read.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    everywhere: Kinds,
    namespaces: BTreeMap<Kind, BTreeSet<String>>,
    /// Names of which all objects are known, in every namespace.
    names: BTreeMap<Kind, BTreeSet<String>>,
    /// Selectors of which all objects are known, as the API server takes them, and in which
    /// namespaces.
    selected: BTreeMap<Kind, BTreeMap<String, BTreeSet<String>>>,
    /// Objects that were asked for one by one.
    keys: BTreeMap<Kind, BTreeSet<Key>>,
    gaps: BTreeMap<(Kind, Option<String>), Why>,
    /// Namespaces of which objects' values could not be read, though they are there.
    values: BTreeMap<String, Why>,
}

impl Coverage {
    /// All objects of these kinds are shown.
    pub fn add_everywhere(&mut self, kinds: Kinds) {
        self.everywhere = self.everywhere.and(kinds);
    }

    /// All objects of that kind in that namespace are shown.
    pub fn add(&mut self, kind: Kind, namespace: &str) {
        self.namespaces.entry(kind).or_default().insert(namespace.to_owned());
    }

    /// All objects of that kind and name are shown, in every namespace.
    pub fn add_name(&mut self, kind: Kind, name: &str) {
        self.names.entry(kind).or_default().insert(name.to_owned());
    }

    /// All objects of that kind that a selector means are shown, in a namespace or (`None`)
    /// everywhere.
    pub fn add_selected(&mut self, kind: Kind, selector: &str, namespace: Option<&str>) {
        let selectors = self.selected.entry(kind).or_default();
        let namespaces = selectors.entry(selector.to_owned()).or_default();
        namespaces.insert(namespace.unwrap_or(EVERYWHERE).to_owned());
    }

    /// That object was asked for: if it is not shown, it is not there.
    pub fn add_key(&mut self, kind: Kind, key: Key) {
        self.keys.entry(kind).or_default().insert(key);
    }

    /// Values in that namespace could not be read.
    pub fn add_value_gap(&mut self, namespace: &str, why: Why) {
        self.values.insert(namespace.to_owned(), why);
    }

    /// Why the values of a Secret of that namespace are not known.
    pub fn value_gap(&self, namespace: &str) -> Gap {
        let (why, reason) = match self.values.get(namespace) {
            Some(Why::Forbidden) => (Why::Forbidden, "may not get secrets"),
            Some(Why::Unreachable) => (Why::Unreachable, "could not get secrets"),
            Some(Why::Beyond) | None => {
                (Why::Beyond, "only the secret's metadata is among the inputs")
            }
        };
        Gap { why, ..Gap::beyond(reason, "get secrets", Some(namespace)) }
    }

    /// Whether absence may be said of one object.
    ///
    /// # Errors
    /// The gap: neither this object nor its kind was listed where it would be, with the reason and
    /// the right.
    pub fn covers_key(&self, kind: Kind, key: &Key) -> Result<(), Gap> {
        let is_asked = self.keys.get(&kind).is_some_and(|keys| keys.contains(key))
            || self.covers_name(kind, &key.name);
        let namespace = kind.is_namespaced().then_some(&*key.namespace);
        if is_asked { Ok(()) } else { self.covers(kind, namespace) }
    }

    /// Whether all objects of that name are known, in every namespace.
    pub fn covers_name(&self, kind: Kind, name: &str) -> bool {
        self.everywhere.has(kind) || self.names.get(&kind).is_some_and(|names| names.contains(name))
    }

    /// Whether absence may be said of the objects with these labels, in a namespace or (`None`)
    /// everywhere.
    ///
    /// # Errors
    /// The gap: no list of these or more was had there, with the reason and the right.
    pub fn covers_selected(
        &self,
        kind: Kind,
        labels: &Selector,
        namespace: Option<&str>,
    ) -> Result<(), Gap> {
        let is_there = |namespaces: &BTreeSet<String>| {
            let mut places = [Some(EVERYWHERE), namespace].into_iter().flatten();
            places.any(|place| namespaces.contains(place))
        };
        let mut listed = self.selected.get(&kind).into_iter().flatten();
        if listed.any(|(selector, namespaces)| is_there(namespaces) && is_wider(selector, labels)) {
            return Ok(());
        }
        self.covers(kind, namespace)
    }

    /// That kind could not be read, in a namespace or anywhere.
    pub fn add_gap(&mut self, kind: Kind, namespace: Option<&str>, why: Why) {
        self.gaps.insert((kind, namespace.map(str::to_owned)), why);
    }

    /// Whether absence may be said of a kind, in a namespace or (`None`) everywhere.
    ///
    /// # Errors
    /// The gap: that list is not among the inputs, may not be had or could not be, with the right
    /// to it.
    pub fn covers(&self, kind: Kind, namespace: Option<&str>) -> Result<(), Gap> {
        let listed = self.namespaces.get(&kind);
        if let (Some(namespace), Some(listed)) = (namespace, listed)
            && listed.contains(namespace)
        {
            return Ok(());
        }
        let gap = namespace
            .and_then(|namespace| self.gaps.get(&(kind, Some(namespace.to_owned()))))
            .or_else(|| self.gaps.get(&(kind, None)));
        // One list that failed leaves a hole in what others of its kind show.
        if gap.is_none() && self.everywhere.has(kind) {
            return Ok(());
        }
        Err(match gap {
            None | Some(Why::Beyond) => Gap::not_covered(kind, namespace),
            Some(why) => {
                let may = if *why == Why::Forbidden { "may not" } else { "could not" };
                let (mut right, namespace) = (kind.right(), namespace.map(str::to_owned));
                if namespace.is_none() && kind.is_namespaced() {
                    right += " in all namespaces";
                }
                Gap { why: *why, reason: format!("{may} {right}"), right, namespace }
            }
        })
    }

    /// What has been seen in one `kind: List`: a list of live objects of one namespace covers
    /// that namespace; one that shows two covers them all, for kubectl lists one or all.
    pub fn add_list<'a>(&mut self, live: impl Iterator<Item = (Kind, &'a str)>) {
        let mut shown: BTreeMap<Kind, BTreeSet<&str>> = BTreeMap::new();
        for (kind, namespace) in live {
            shown.entry(kind).or_default().insert(namespace);
        }
        // One `kubectl get a,b,c -A` prints one List: where it shows two namespaces of any kind,
        // it was asked for all of them, so every kind in it is covered everywhere.
        let namespaces: BTreeSet<&str> = shown
            .iter()
            .filter(|(kind, _)| kind.is_namespaced())
            .flat_map(|(_, namespaces)| namespaces.iter().copied())
            .collect();
        for (kind, listed) in shown {
            if !kind.is_namespaced() || namespaces.len() > 1 {
                self.add_everywhere(Kinds::of(&[kind]));
            } else {
                for namespace in listed {
                    self.add(kind, namespace);
                }
            }
        }
    }

    /// As a bundle's header records it.
    pub fn record(&self) -> Record {
        let mut covered: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for kind in self.everywhere.iter() {
            covered.insert(resource(kind), vec![EVERYWHERE.to_owned()]);
        }
        for (kind, namespaces) in &self.namespaces {
            if !self.everywhere.has(*kind) {
                covered.insert(resource(*kind), namespaces.iter().cloned().collect());
            }
        }
        let gap = |((kind, namespace), why): (&(Kind, Option<String>), &Why)| RecordedGap {
            resource: resource(*kind),
            namespace: namespace.clone(),
            why: *why,
        };
        let names = self.names.iter();
        let names =
            names.map(|(kind, names)| (resource(*kind), names.iter().cloned().collect())).collect();
        let keys = self.keys.iter();
        let keys = keys
            .map(|(kind, keys)| (resource(*kind), keys.iter().map(Key::to_string).collect()))
            .collect();
        let places = |(selector, namespaces): (&String, &BTreeSet<String>)| {
            (selector.clone(), namespaces.iter().cloned().collect())
        };
        let selected = self.selected.iter();
        let selected = selected
            .map(|(kind, selectors)| (resource(*kind), selectors.iter().map(places).collect()))
            .collect();
        let gaps = self.gaps.iter().map(gap).collect();
        Record { covered, names, selected, keys, gaps, values: self.values.clone() }
    }

    /// Takes in what a bundle recorded; kinds that this version does not know are passed over.
    pub fn take(&mut self, record: &Record) {
        for (resource, namespaces) in &record.covered {
            for kind in Kind::named(resource) {
                if namespaces.iter().any(|it| it == EVERYWHERE) {
                    self.add_everywhere(Kinds::of(&[kind]));
                }
                for namespace in namespaces {
                    self.add(kind, namespace);
                }
            }
        }
        for (resource, names) in &record.names {
            for kind in Kind::named(resource) {
                for name in names {
                    self.add_name(kind, name);
                }
            }
        }
        for (resource, selectors) in &record.selected {
            for kind in Kind::named(resource) {
                let listed = self.selected.entry(kind).or_default();
                for (selector, namespaces) in selectors {
                    let places = listed.entry(selector.clone()).or_default();
                    places.extend(namespaces.iter().cloned());
                }
            }
        }
        for (resource, keys) in &record.keys {
            for kind in Kind::named(resource) {
                for key in keys {
                    let (namespace, name) = key.split_once('/').unwrap_or(("", key));
                    self.add_key(kind, Key::new(namespace, name));
                }
            }
        }
        self.values.extend(record.values.iter().map(|(namespace, why)| (namespace.clone(), *why)));
        for gap in &record.gaps {
            for kind in Kind::named(&gap.resource) {
                self.add_gap(kind, gap.namespace.as_deref(), gap.why);
            }
        }
    }
}

/// Whether a selector, as the API server takes it, means all objects that these labels mean: each
/// of its terms is one of them, by value or by the label alone.
fn is_wider(selector: &str, labels: &Selector) -> bool {
    selector.split(',').all(|term| match term.split_once('=') {
        Some((label, value)) => labels.0.get(label).is_some_and(|it| it == value),
        None => labels.0.contains_key(term),
    })
}

fn resource(kind: Kind) -> String {
    match kind.group() {
        "" => kind.plural().to_owned(),
        group => format!("{}.{group}", kind.plural()),
    }
}

/// Coverage as a bundle keeps it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// Resource, and the namespaces of which all objects are shown; `*` means all of them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub covered: BTreeMap<String, Vec<String>>,
    /// Resource, and the names of which all objects are shown.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, Vec<String>>,
    /// Resource, selector of labels or fields, and the namespaces of which all objects that it
    /// means are shown; `*` means all of them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub selected: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Resource, and the objects that were asked for one by one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<String, Vec<String>>,
    /// What could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<RecordedGap>,
    /// Namespaces of which objects' values could not be read.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Why>,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedGap {
    /// The resource, as kubectl names it.
    pub resource: String,
    /// In that namespace only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Why.
    pub why: Why,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_one_namespace_covers_it_and_one_of_two_covers_all() {
        let mut coverage = Coverage::default();
        coverage.add_list([(Kind::Secrets, "a")].into_iter());
        assert!(coverage.covers(Kind::Secrets, Some("a")).is_ok());
        assert!(coverage.covers(Kind::Secrets, Some("b")).is_err());
        assert!(coverage.covers(Kind::Secrets, None).is_err());
        coverage.add_list([(Kind::Secrets, "a"), (Kind::Secrets, "b")].into_iter());
        assert!(coverage.covers(Kind::Secrets, Some("c")).is_ok());
        assert!(coverage.covers(Kind::Pods, Some("a")).is_err());
    }

    #[test]
    fn a_namespace_that_may_not_be_read_says_so() {
        let mut coverage = Coverage::default();
        coverage.add_gap(Kind::Secrets, Some("b"), Why::Forbidden);
        let gap = coverage.covers(Kind::Secrets, Some("b")).unwrap_err();
        assert_eq!((gap.why, &*gap.reason), (Why::Forbidden, "may not list secrets"));
        assert_eq!(coverage.covers(Kind::Secrets, Some("a")).unwrap_err().why, Why::Beyond);
    }

    #[test]
    fn a_list_by_selector_covers_what_it_means_and_no_more() {
        let labels = |labels: &[(&str, &str)]| {
            let label = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            Selector(labels.iter().map(label).collect())
        };
        let mut coverage = Coverage::default();
        coverage.add_selected(Kind::Pods, "istio=ingressgateway", None);
        coverage.add_selected(Kind::Pods, "gateway", Some("a"));
        let covers = |selector: &Selector, namespace: Option<&str>| {
            coverage.covers_selected(Kind::Pods, selector, namespace).is_ok()
        };
        let ingress = labels(&[("istio", "ingressgateway")]);
        assert!(covers(&ingress, None) && covers(&ingress, Some("b")));
        assert!(covers(&labels(&[("app", "own"), ("istio", "ingressgateway")]), None));
        assert!(!covers(&labels(&[("istio", "eastwest")]), None) && !covers(&labels(&[]), None));
        let own = labels(&[("gateway", "own")]);
        assert!(covers(&own, Some("a")) && !covers(&own, Some("b")) && !covers(&own, None));
        assert!(coverage.covers(Kind::Pods, None).is_err(), "there are other pods");
        assert!(coverage.covers_selected(Kind::Deployments, &ingress, None).is_err());
    }

    #[test]
    fn what_a_bundle_records_comes_back() {
        let mut coverage = Coverage::default();
        coverage.add_everywhere(Kinds::of(&[Kind::KubernetesGateways]));
        coverage.add(Kind::Secrets, "a");
        coverage.add_name(Kind::Secrets, "tls");
        coverage.add_key(Kind::ConfigMaps, Key::new("a", "ca"));
        coverage.add_selected(Kind::Pods, "a=b", None);
        coverage.add_selected(Kind::Events, "involvedObject.kind=Secret", Some("a"));
        coverage.add_gap(Kind::Pods, None, Why::Unreachable);
        let mut again = Coverage::default();
        again.take(&coverage.record());
        assert_eq!(again.record(), coverage.record());
        assert!(again.covers_key(Kind::Secrets, &Key::new("z", "tls")).is_ok());
        assert!(again.covers_key(Kind::Secrets, &Key::new("z", "other")).is_err());
        assert!(again.covers_key(Kind::ConfigMaps, &Key::new("a", "ca")).is_ok());
        assert!(again.covers(Kind::Gateways, None).is_err(), "the groups are kept apart");
    }
}
