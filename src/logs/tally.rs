//! Counts requests that failed alike, without keeping their lines.

use super::access::{Failed, Quick};
use super::event::{cut, scrub};
use super::line;
use super::scan::Start;
use super::sighting::{Proxy, Request, Sample, Sighting, Speaker, What};
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// A line that was counted.
#[derive(Clone, Debug)]
pub(super) struct Mark<'c> {
    /// Its number, counted from the chunk's first line.
    pub(super) number: u64,
    /// Its bytes.
    pub(super) text: &'c [u8],
    /// Its time as written.
    pub(super) time: Cow<'c, str>,
}

/// How often requests failed alike within one chunk.
#[derive(Debug)]
struct Count<'c> {
    lines: u64,
    first: Mark<'c>,
    last: Mark<'c>,
    /// The earliest and the latest time as written; all are written alike.
    times: (Cow<'c, str>, Cow<'c, str>),
}

/// The counts of one chunk, in the order in which each was seen first.
#[derive(Debug, Default)]
pub(super) struct Tally<'c> {
    texts: HashMap<Failed<'c>, usize, Quick>,
    others: HashMap<Request, usize>,
    counts: Vec<Count<'c>>,
}

impl<'c> Tally<'c> {
    /// Counts a line of text.
    pub(super) fn add(&mut self, failed: Failed<'c>, mark: Mark<'c>) {
        let at = *self.texts.entry(failed).or_insert(self.counts.len());
        self.count(at, mark);
    }

    /// Counts a line of another form.
    pub(super) fn add_other(&mut self, request: Request, mark: Mark<'c>) {
        let at = *self.others.entry(request).or_insert(self.counts.len());
        self.count(at, mark);
    }

    fn count(&mut self, at: usize, mark: Mark<'c>) {
        let Some(count) = self.counts.get_mut(at) else {
            let times = (mark.time.clone(), mark.time.clone());
            self.counts.push(Count { lines: 1, times, first: mark.clone(), last: mark });
            return;
        };
        count.lines += 1;
        if mark.time > count.times.1 {
            count.times.1.clone_from(&mark.time);
        } else if mark.time < count.times.0 {
            count.times.0.clone_from(&mark.time);
        }
        count.last = mark;
    }

    fn into_counts(self) -> impl Iterator<Item = (Request, Count<'c>)> {
        let texts = self.texts.into_iter().map(|(failed, at)| (failed.request(), at));
        let mut requests: Vec<_> = texts.chain(self.others).collect();
        requests.sort_unstable_by_key(|(_, at)| *at);
        requests.into_iter().map(|(request, _)| request).zip(self.counts)
    }
}

/// How many kinds of failed requests are told apart; the rest is counted only.
const KINDS: usize = 2_000;

/// How much of a line is kept until it is shown.
const KEPT: usize = 1024;

/// A line that is kept.
#[derive(Debug)]
struct Kept {
    source: Arc<str>,
    line: u64,
    text: Vec<u8>,
    time: String,
}

impl Kept {
    fn new(mark: &Mark<'_>, source: &Arc<str>, line: u64) -> Self {
        let text = mark.text[..mark.text.len().min(KEPT)].to_vec();
        Self {
            source: Arc::clone(source),
            line: line + mark.number,
            text,
            time: mark.time.to_string(),
        }
    }

    fn sample(&self) -> Sample {
        let text = line::unwrap(&self.text).text;
        let is_time = |at: &usize| line::is_date(&text.as_bytes()[at + 1..]);
        let begin = text.find('[').filter(is_time).unwrap_or(0);
        Sample {
            source: Arc::clone(&self.source),
            line: self.line,
            time: time(&self.time),
            text: scrub(cut(&text[begin..])),
        }
    }
}

/// The counts of one kind of request.
#[derive(Debug)]
struct Kind {
    /// The pod whose log had it first.
    proxy: Option<Proxy>,
    lines: u64,
    first: Kept,
    last: Option<Kept>,
    times: (String, String),
}

/// The counts of all chunks.
#[derive(Debug, Default)]
pub(super) struct Requests {
    index: HashMap<Request, usize>,
    kinds: Vec<Kind>,
    rest: u64,
}

impl Requests {
    /// Adds a chunk's counts.
    pub(super) fn add(&mut self, tally: Tally<'_>, start: &Start, line: u64) {
        let source = &start.source;
        for (request, count) in tally.into_counts() {
            let last = || Some(Kept::new(&count.last, source, line));
            if let Some(&at) = self.index.get(&request) {
                let kind = &mut self.kinds[at];
                kind.lines += count.lines;
                // Text and JSON of one chunk come one after the other.
                let number = line + count.last.number;
                let known = kind.last.as_ref().filter(|known| Arc::ptr_eq(&known.source, source));
                if known.is_none_or(|known| known.line < number) {
                    kind.last = last();
                }
                if *count.times.0 < *kind.times.0 {
                    kind.times.0 = count.times.0.into_owned();
                }
                if *count.times.1 > *kind.times.1 {
                    kind.times.1 = count.times.1.into_owned();
                }
            } else if self.kinds.len() < KINDS {
                self.index.insert(request, self.kinds.len());
                self.kinds.push(Kind {
                    proxy: start.pod.clone(),
                    lines: count.lines,
                    last: (count.lines > 1).then(last).flatten(),
                    first: Kept::new(&count.first, source, line),
                    times: (count.times.0.into_owned(), count.times.1.into_owned()),
                });
            } else {
                self.rest += count.lines;
            }
        }
    }

    /// All that was counted; what was not told apart comes last, without a request.
    pub(super) fn finish(self) -> Vec<Sighting> {
        let mut requests: Vec<_> = self.index.into_iter().collect();
        requests.sort_unstable_by_key(|(_, at)| *at);
        let mut sightings: Vec<_> = requests
            .into_iter()
            .zip(&self.kinds)
            .map(|((request, _), kind)| Sighting {
                request: Some(request),
                proxy: kind.proxy.clone(),
                count: kind.lines,
                first: time(&kind.times.0),
                last: time(&kind.times.1),
                samples: [Some(&kind.first), kind.last.as_ref()]
                    .into_iter()
                    .flatten()
                    .map(Kept::sample)
                    .collect(),
                ..Sighting::new(What::Request, Speaker::Access)
            })
            .collect();
        if self.rest > 0 {
            let rest = Sighting::new(What::Request, Speaker::Access);
            sightings.push(Sighting { count: self.rest, ..rest });
        }
        sightings
    }
}

fn time(written: &str) -> Option<Timestamp> {
    line::time_at(written).map(|(time, _)| time)
}
