//! Symptoms into their one root cause, and what was found in several places into one finding.

use std::collections::BTreeMap;

use super::check::{Found, Trouble};
use crate::report::{Finding, Fix, Symptom};

/// Folds: a finding that another one explains becomes its symptom.
pub(super) fn fold(found: Vec<Found>) -> Vec<Finding> {
    let mut found = merge(found);
    let mut explained: BTreeMap<&Trouble, usize> = BTreeMap::new();
    for (position, it) in found.iter().enumerate() {
        for trouble in &it.explains {
            explained.entry(trouble).or_insert(position);
        }
    }
    let cause_of: Vec<Option<usize>> = found
        .iter()
        .enumerate()
        .map(|(position, it)| explained.get(&it.is).copied().filter(|cause| *cause != position))
        .collect();
    let root_of = |position: usize| {
        let mut at = position;
        // A chain of causes is at most as long as there are findings; a ring ends there too.
        for _ in 0..cause_of.len() {
            match cause_of[at] {
                Some(cause) => at = cause,
                None => break,
            }
        }
        at
    };
    let mut symptoms: Vec<Vec<Symptom>> = vec![Vec::new(); found.len()];
    for (position, it) in found.iter().enumerate() {
        let root = root_of(position);
        if root != position {
            let (code, object) = (it.finding.code, it.finding.object.clone());
            symptoms[root].push(Symptom { code, object });
        }
    }
    let mut roots = Vec::new();
    for (position, it) in found.iter_mut().enumerate() {
        if root_of(position) == position {
            it.finding.symptoms = std::mem::take(&mut symptoms[position]);
            it.finding.symptoms.sort();
            it.finding.symptoms.dedup();
            roots.push(it.finding.clone());
        }
    }
    roots.sort_by(|a, b| {
        (a.severity, a.code, &a.object, &a.message)
            .cmp(&(b.severity, b.code, &b.object, &b.message))
    });
    roots
}

/// One finding for what one object has in several places: what differs is put side by side.
fn merge(found: Vec<Found>) -> Vec<Found> {
    let mut merged: Vec<Found> = Vec::new();
    let mut positions: BTreeMap<(&'static str, crate::model::ObjectRef), usize> = BTreeMap::new();
    for it in found {
        let subject = (it.finding.code, it.finding.object.clone());
        let position = *positions.entry(subject).or_insert(merged.len());
        let Some(first) = merged.get_mut(position) else {
            merged.push(it);
            continue;
        };
        add_new(&mut first.finding.evidence, it.finding.evidence);
        if let (Some(into), Some(from)) = (&mut first.finding.cause, it.finding.cause) {
            add_new(&mut into.looked_in, from.looked_in);
            add_new(&mut into.objects, from.objects);
        }
        match (&mut first.finding.fix, it.finding.fix) {
            (Some(into), Some(from)) => both(into, from),
            (into, Some(from)) => *into = Some(from),
            (_, None) => {}
        }
        first.finding.severity = first.finding.severity.min(it.finding.severity);
        first.explains.extend(it.explains);
        first.explains.push(it.is);
    }
    merged
}

/// Two fixes as one: it takes both.
fn both(into: &mut Fix, from: Fix) {
    if !into.message.contains(&from.message) {
        into.message += &format!("; and {}", from.message);
    }
    add_new(&mut into.commands, from.commands);
    add_new(&mut into.manifests, from.manifests);
    into.safe &= from.safe;
}

/// Adds what is not there yet, in its order.
fn add_new<T: PartialEq>(into: &mut Vec<T>, from: Vec<T>) {
    for it in from {
        if !into.contains(&it) {
            into.push(it);
        }
    }
}
