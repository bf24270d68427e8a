//! Symptoms into their one root cause, and what was found in several places into one finding.

use std::collections::{BTreeMap, HashSet};
use std::hash::Hash;

use super::check::{Found, Trouble};
use crate::model::ObjectRef;
use crate::report::{Finding, Fix, Step, Symptom, step};

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

/// How much evidence one finding holds: of five thousand routes to one Service the first ones do.
const EVIDENCE: usize = 20;

/// One finding for what one object has in several places: what differs is put side by side.
fn merge(found: Vec<Found>) -> Vec<Found> {
    let mut groups: Vec<Vec<Found>> = Vec::new();
    let mut positions: BTreeMap<(&'static str, ObjectRef), usize> = BTreeMap::new();
    for it in found {
        let subject = (it.finding.code, it.finding.object.clone());
        let position = *positions.entry(subject).or_insert(groups.len());
        match groups.get_mut(position) {
            Some(group) => group.push(it),
            None => groups.push(vec![it]),
        }
    }
    groups.into_iter().filter_map(as_one).collect()
}

fn as_one(group: Vec<Found>) -> Option<Found> {
    let is_alone = group.len() == 1;
    let mut group = group.into_iter();
    let mut one = group.next()?;
    if is_alone {
        return Some(one);
    }
    for it in group {
        one.finding.evidence.extend(it.finding.evidence);
        if let (Some(into), Some(from)) = (&mut one.finding.cause, it.finding.cause) {
            into.looked_in.extend(from.looked_in);
            into.objects.extend(from.objects);
        }
        match (&mut one.finding.fix, it.finding.fix) {
            (Some(into), Some(from)) => both(into, from),
            (into, Some(from)) => *into = Some(from),
            (_, None) => {}
        }
        one.finding.severity = one.finding.severity.min(it.finding.severity);
        one.explains.extend(it.explains);
        one.explains.push(it.is);
    }
    once(&mut one.finding.evidence);
    one.finding.evidence.truncate(EVIDENCE);
    if let Some(cause) = &mut one.finding.cause {
        once(&mut cause.looked_in);
        once(&mut cause.objects);
    }
    Some(one)
}

/// Two fixes as one: it takes both.
fn both(into: &mut Fix, from: Fix) {
    if !into.message.contains(&from.message) {
        into.message += &format!("; and {}", from.message);
    }
    if into.steps.is_empty() || from.steps.is_empty() {
        into.commands.extend(from.commands);
        once(&mut into.commands);
        into.steps.clear();
    } else if !into.steps.iter().eq(&from.steps) {
        // What is taken away goes last, once all is in place that stands for it.
        let all = into.steps.drain(..).chain(from.steps);
        let (last, first): (Vec<Step>, Vec<Step>) = all.partition(Step::is_deletion);
        for step in first.into_iter().chain(last) {
            if !into.steps.contains(&step) {
                into.steps.push(step);
            }
        }
        into.commands = step::commands(&into.steps);
    }
    into.kept_by = into.kept_by.or(from.kept_by);
    into.manifests.extend(from.manifests);
    once(&mut into.manifests);
    into.safe &= from.safe;
}

/// Leaves the first of each, in their order.
fn once<T: Clone + Eq + Hash>(all: &mut Vec<T>) {
    let mut met = HashSet::new();
    all.retain(|it| met.insert(it.clone()));
}
