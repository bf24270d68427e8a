//! Counts requests that failed alike, without keeping their lines.

use super::access::{Failed, Quick};
use super::event::{cut, scrub};
use super::line;
use super::sighting::{Request, Sample, Sighting, Speaker, What};
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
pub(super) struct Count<'c> {
    pub(super) lines: u64,
    pub(super) first: Mark<'c>,
    pub(super) last: Mark<'c>,
    /// The earliest and the latest time as written; all are written alike.
    pub(super) times: (Cow<'c, str>, Cow<'c, str>),
}

/// The counts of one chunk, in the order in which each was seen first.
#[derive(Debug, Default)]
pub(super) struct Tally<'c> {
    index: HashMap<Failed<'c>, usize, Quick>,
    counts: Vec<Count<'c>>,
}

impl<'c> Tally<'c> {
    /// Counts a line.
    pub(super) fn add(&mut self, failed: Failed<'c>, mark: Mark<'c>) {
        let next = self.counts.len();
        let at = *self.index.entry(failed).or_insert(next);
        match self.counts.get_mut(at) {
            Some(count) => {
                count.lines += 1;
                if mark.time < count.times.0 {
                    count.times.0.clone_from(&mark.time);
                }
                if mark.time > count.times.1 {
                    count.times.1.clone_from(&mark.time);
                }
                count.last = mark;
            }
            None => self.counts.push(Count {
                lines: 1,
                times: (mark.time.clone(), mark.time.clone()),
                first: mark.clone(),
                last: mark,
            }),
        }
    }

    /// What was counted, in order.
    pub(super) fn into_counts(self) -> Vec<(Failed<'c>, Count<'c>)> {
        let mut keys: Vec<_> = self.index.into_iter().collect();
        keys.sort_unstable_by_key(|(_, at)| *at);
        keys.into_iter().map(|(failed, _)| failed).zip(self.counts).collect()
    }
}

/// How many kinds of failed requests are told apart; the rest is counted only.
const KINDS: usize = 2_000;

/// The counts of all chunks.
#[derive(Debug, Default)]
pub(super) struct Requests {
    index: HashMap<Request, usize>,
    sightings: Vec<Sighting>,
    rest: u64,
}

impl Requests {
    /// Adds a chunk's counts.
    pub(super) fn add(&mut self, tally: Tally<'_>, source: &Arc<str>, line: u64) {
        for (failed, count) in tally.into_counts() {
            let request = request(&failed);
            let known = self.index.get(&request).copied();
            let at = match known {
                Some(at) => at,
                None if self.index.len() >= KINDS => {
                    self.rest += count.lines;
                    continue;
                }
                None => {
                    let at = self.sightings.len();
                    let mut sighting = Sighting::new(What::Request, Speaker::Access);
                    sighting.count = 0;
                    sighting.request = Some(request.clone());
                    self.index.insert(request, at);
                    self.sightings.push(sighting);
                    at
                }
            };
            let marks = [&count.first, &count.last];
            let marks = if count.lines > 1 { &marks[..] } else { &marks[..1] };
            let times = [&count.times.0, &count.times.1].into_iter().filter_map(|at| time(at));
            let known = &mut self.sightings[at];
            known.count += count.lines;
            known.first = times.clone().chain(known.first).min();
            known.last = times.chain(known.last).max();
            // The first line and the last: the same ones however the log is cut into pieces.
            let from = usize::from(!known.samples.is_empty()).min(marks.len() - 1);
            known.samples.truncate(1);
            known.samples.extend(marks[from..].iter().map(|mark| sample(mark, source, line)));
        }
    }

    /// All that was counted; what was not told apart comes last, without a request.
    pub(super) fn finish(mut self) -> Vec<Sighting> {
        if self.rest > 0 {
            let mut rest = Sighting::new(What::Request, Speaker::Access);
            rest.count = self.rest;
            self.sightings.push(rest);
        }
        self.sightings
    }
}

fn request(failed: &Failed<'_>) -> Request {
    let some = |text: &str| (!text.is_empty()).then(|| cut(text).to_owned());
    Request {
        flags: failed.flags.to_string(),
        code: failed.code,
        details: some(&failed.details),
        authority: some(&failed.authority),
        cluster: some(&failed.cluster),
        sni: some(&failed.sni),
        failure: some(&failed.failure),
    }
}

fn time(written: &str) -> Option<Timestamp> {
    line::time_at(written).map(|(time, _)| time)
}

fn sample(mark: &Mark<'_>, source: &Arc<str>, line: u64) -> Sample {
    let text = line::unwrap(mark.text).text;
    let begin = text.find('[').filter(|at| line::is_date(&text.as_bytes()[at + 1..])).unwrap_or(0);
    Sample {
        source: Arc::clone(source),
        line: line + mark.number,
        time: time(&mark.time),
        text: scrub(cut(&text[begin..])),
    }
}
