//! What the objects read come to, together: one of each key, where they lie, what they cover.

use super::documents::{self, Document};
use super::reading::{Place, Taken};
use super::{Complete, Intake, bundle};
use crate::model::yaml::Fault;
use crate::world::{Contents, Fact, Kind, World};

impl Intake {
    /// Puts in what the documents of one List, or one document, came to; how many could not be
    /// read.
    pub(super) fn put(
        &mut self,
        place: &Place,
        list: &[Document<'_>],
        taken: Vec<Result<Taken, Fault>>,
        is_template: bool,
    ) -> usize {
        let mut live: Vec<(Kind, String)> = Vec::new();
        let mut broken = 0;
        for taken in taken {
            match taken {
                Ok(Taken { kind, fact, mut raw, is_live, extra }) => {
                    if let (Some(kind), Some(raw)) = (kind, &mut raw)
                        && kind.is_namespaced()
                        && raw.namespace().is_empty()
                    {
                        raw.place(&self.namespace_beside(place));
                    }
                    if let (Some(kind), Some(fact)) = (kind, &fact)
                        && is_live
                    {
                        live.push((kind, fact.key().namespace));
                    } else if let (Some(kind), Some(raw), true) = (kind, &raw, is_live) {
                        live.push((kind, raw.namespace()));
                    }
                    let is_kept = fact.is_none_or(|fact| self.insert(place, fact));
                    self.raw.extend(raw.filter(|_| is_kept));
                    if let Some(extra) = extra {
                        self.extra(extra);
                    }
                }
                Err(fault) => {
                    broken += 1;
                    self.fault(place, &fault, is_template);
                }
            }
        }
        // What a cluster's lists cover, the one who asked knows.
        let infers = !place.is_cluster;
        if infers && (list.len() > 1 || list.iter().any(|it| it.form == documents::Form::Entry)) {
            self.coverage.add_list(live.iter().map(|(kind, namespace)| (*kind, &**namespace)));
        }
        broken
    }

    /// Puts an object in; whether the document that it came from is to be kept.
    fn insert(&mut self, place: &Place, mut fact: Fact) -> bool {
        let (kind, key) = (fact.kind(), fact.key());
        if kind.is_namespaced() && key.namespace.is_empty() {
            let namespace = self.namespace_beside(place);
            *self.placed.entry(namespace.clone()).or_default() += 1;
            fact.metadata_mut().namespace = namespace;
        }
        let key = fact.key();
        // A manifest is a change, and is held against what is there.
        if place.is_cluster && self.world.holds_manifest_of(&fact) {
            return false;
        }
        let is_again = self.world.insert(fact);
        if is_again && !place.is_cluster {
            self.notices.push(format!(
                "{} {key} is given more than once; the later one, in {}, counts",
                kind.kind(),
                place.source
            ));
        }
        // Two lists of one cluster show the same object.
        !(is_again && place.is_cluster)
    }

    /// The namespace of what has none.
    fn namespace_beside(&self, place: &Place) -> String {
        let given = self.wishes.namespace.as_ref().or(place.namespace.as_ref());
        given.map_or_else(|| "default".to_owned(), Clone::clone)
    }

    fn extra(&mut self, extra: bundle::Extra) {
        match extra {
            bundle::Extra::Header(header) => {
                self.coverage.take(&header.coverage);
                self.wishes.assumed.extend(header.assumed);
                self.recorded = Some(header.now);
                if header.context.is_some() {
                    self.is_in_bundle = true;
                    self.context = header.context;
                    // The bundle's own file is no input of the report that it repeats.
                    self.inputs = (self.inputs + header.inputs).saturating_sub(1);
                    self.notices.extend(header.notices);
                }
            }
            bundle::Extra::Sighting(sighting) => self.sightings.push(*sighting),
            bundle::Extra::Review(review) => self.reviews.push(review),
        }
    }

    /// The world that the inputs come to, and what the reader should know of them.
    pub fn finish(mut self) -> (World, Vec<String>) {
        match &self.wishes.complete {
            Complete::Nothing => {}
            Complete::Shown => self.coverage.add_everywhere(self.world.kinds_shown()),
            Complete::These(kinds) => self.coverage.add_everywhere(*kinds),
        }
        for (namespace, count) in &self.placed {
            let objects = if *count == 1 { "object" } else { "objects" };
            self.notices
                .push(format!("{count} {objects} without a namespace: taken to be in {namespace}"));
        }
        for template in &self.templates {
            self.notices.push(format!("{template}: a template, not read; render it first"));
        }
        let mut sightings = self.gatherer.finish();
        sightings.append(&mut self.sightings);
        let contents = Contents {
            sightings,
            coverage: self.coverage,
            assumed: self.wishes.assumed,
            reviews: self.reviews,
            inputs: self.inputs,
            context: self.context,
            now: self.wishes.now.or(self.recorded).unwrap_or(self.wishes.clock),
            raw: self.wishes.keeps_raw.then_some(self.raw),
        };
        (self.world.sealed(contents), self.notices)
    }
}
