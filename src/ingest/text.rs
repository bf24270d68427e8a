//! What a text comes to: its documents, all at once, and the logs between them.

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;

use super::documents::{self, Cut, Cuts, Document};
use super::reading::{self, Place, Taken};
use super::segments::{self, Segment};
use super::{Intake, Unread, bundle, records};
use crate::logs::{self, Ends, Start};
use crate::model::yaml::Fault;
use crate::world::{Fact, Kind};

impl Intake {
    pub(super) fn text(
        &mut self,
        place: &Place,
        bytes: &[u8],
        line: u64,
        strict: bool,
        is_named: bool,
    ) -> Result<(), Unread> {
        // Almost every text is sound, which is told much faster than it is mended.
        let text =
            str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed);
        let mut parts = Vec::new();
        segments::cut(&text, line, strict, |segment, line| parts.push((segment, line)));
        let mut read = 0;
        let mut faults = Vec::new();
        let mut documents = Vec::new();
        let cuts: Vec<Result<Cuts<'_>, Fault>> =
            parts.par_iter().map(|(segment, line)| documents::of(segment, *line)).collect();
        for ((segment, line), cuts) in parts.iter().zip(cuts) {
            if let Segment::Log(log) = segment {
                self.log(place, log, *line);
            }
            match cuts {
                Err(fault) => faults.push(fault),
                Ok(cuts) => {
                    for (cut, text, line) in cuts {
                        match cut {
                            Cut::One(document) => documents.push(vec![document]),
                            Cut::List(list) => documents.push(list),
                            Cut::Other if text.contains("{{") => self.template(place),
                            Cut::Other | Cut::Log => self.log(place, text, line),
                            Cut::Records => self.records(place, text, line),
                        }
                    }
                    read += 1;
                }
            }
        }
        let is_template = text.contains("{{") && text.contains("}}");
        let count: usize = documents.iter().map(Vec::len).sum();
        let mut broken = faults.len();
        // A bundle's header comes first, and says whose objects follow.
        let is_header = |list: &&Vec<Document<'_>>| list.iter().any(Document::is_header);
        let headers = documents.iter().take_while(is_header).count();
        broken += self.take(place, &documents[..headers], is_template);
        let (source, namespace) = (Arc::clone(&place.source), place.namespace.clone());
        let bundle = Place { source, namespace, is_cluster: false, is_bundle: true };
        let of = if self.is_in_bundle { &bundle } else { place };
        broken += self.take(of, &documents[headers..], is_template);
        for fault in faults {
            self.fault(place, &fault, is_template);
        }
        let nothing_came = broken > 0 && broken >= count.max(read);
        if is_named && nothing_came && !is_template {
            let reason = self.notices.pop().unwrap_or_default();
            let reason = reason.strip_prefix(&format!("{}:", place.source)).unwrap_or(&reason);
            return Err(Unread::Unknown(format!("line {reason}")));
        }
        Ok(())
    }

    fn log(&mut self, place: &Place, log: &str, line: u64) {
        let start = Start { source: Arc::clone(&place.source), line, pod: None, ends: Ends::AtEnd };
        // Reading from memory does not fail.
        drop(logs::scan(&mut log.as_bytes(), start, &mut self.gatherer));
    }

    /// Reads each record as the line of a log that it was.
    fn records(&mut self, place: &Place, json: &str, line: u64) {
        records::each(json, line, |record, line| {
            let source = Arc::clone(&place.source);
            let start = Start { source, line, pod: None, ends: Ends::AtEnd };
            logs::scan_line(record, start, &mut self.gatherer);
        });
    }

    fn template(&mut self, place: &Place) {
        self.templates.insert(place.source.to_string());
    }

    fn fault(&mut self, place: &Place, fault: &Fault, is_template: bool) {
        if is_template {
            self.template(place);
        } else {
            self.notices.push(format!("{}:{}: {}", place.source, fault.line, fault.reason));
        }
    }

    /// Takes documents in, Lists or ones that stand alone; how many could not be read.
    ///
    /// All are read at once: most files hold many small documents, or one large List. What they
    /// come to lies in one piece, for a piece each would scatter what stays among what goes.
    pub(super) fn take(
        &mut self,
        place: &Place,
        lists: &[Vec<Document<'_>>],
        is_template: bool,
    ) -> usize {
        let documents: Vec<&Document<'_>> = lists.iter().flatten().collect();
        let mut taken = reading::take_all(&documents, place, &self.wishes).into_iter();
        let put = |list: &Vec<Document<'_>>| {
            self.put(place, list, taken.by_ref().take(list.len()), is_template)
        };
        lists.iter().map(put).sum()
    }

    /// Puts in what the documents of one List, or one document, came to; how many could not be
    /// read.
    fn put(
        &mut self,
        place: &Place,
        list: &[Document<'_>],
        taken: impl Iterator<Item = Result<Taken, Fault>>,
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
        if infers && list.iter().any(|it| it.is_of_list) {
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
}
