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

/// What requests have in common that are counted together.
#[derive(Debug)]
enum Alike<'c> {
    Text(Failed<'c>),
    Other(Request),
}

/// The counts of one chunk, in the order in which each was seen first.
#[derive(Debug, Default)]
pub(super) struct Tally<'c> {
    texts: HashMap<Failed<'c>, usize, Quick>,
    others: HashMap<Request, usize>,
    kinds: Vec<Alike<'c>>,
    counts: Vec<Count<'c>>,
}

impl<'c> Tally<'c> {
    /// Counts a line of text.
    pub(super) fn add(&mut self, failed: Failed<'c>, mark: Mark<'c>) {
        let at = *self.texts.entry(failed).or_insert_with(|| {
            self.kinds.push(Alike::Text(failed));
            self.counts.len()
        });
        self.count(at, mark);
    }

    /// Counts a line of another form.
    pub(super) fn add_other(&mut self, request: Request, mark: Mark<'c>) {
        let at = *self.others.entry(request).or_insert_with_key(|request| {
            self.kinds.push(Alike::Other(request.clone()));
            self.counts.len()
        });
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
        let (text, time) = (Vec::new(), String::new());
        let mut kept = Self { source: Arc::clone(source), line: 0, text, time };
        kept.set(mark, source, line);
        kept
    }

    /// Keeps another line instead, in the same memory.
    fn set(&mut self, mark: &Mark<'_>, source: &Arc<str>, line: u64) {
        self.source.clone_from(source);
        self.line = line + mark.number;
        self.text.clear();
        self.text.extend_from_slice(&mark.text[..mark.text.len().min(KEPT)]);
        set(&mut self.time, &mark.time);
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

impl Kind {
    fn new(count: &Count<'_>, start: &Start, line: u64) -> Self {
        let last = || Kept::new(&count.last, &start.source, line);
        Self {
            proxy: start.pod.clone(),
            lines: count.lines,
            last: (count.lines > 1).then(last),
            first: Kept::new(&count.first, &start.source, line),
            times: (count.times.0.to_string(), count.times.1.to_string()),
        }
    }

    fn add(&mut self, count: &Count<'_>, source: &Arc<str>, line: u64) {
        self.lines += count.lines;
        match &mut self.last {
            // Text and JSON of one chunk come one after the other.
            Some(last)
                if Arc::ptr_eq(&last.source, source) && last.line >= line + count.last.number => {}
            Some(last) => last.set(&count.last, source, line),
            last @ None => *last = Some(Kept::new(&count.last, source, line)),
        }
        if *count.times.0 < *self.times.0 {
            set(&mut self.times.0, &count.times.0);
        }
        if *count.times.1 > *self.times.1 {
            set(&mut self.times.1, &count.times.1);
        }
    }
}

/// The counts of all chunks.
#[derive(Debug, Default)]
pub(super) struct Requests {
    index: HashMap<Request, usize>,
    /// The same by what stands in lines of text, for most lines are like earlier ones.
    texts: HashMap<Vec<u8>, usize, Quick>,
    text: Vec<u8>,
    kinds: Vec<Kind>,
    rest: u64,
}

impl Requests {
    /// Adds a chunk's counts.
    pub(super) fn add(&mut self, tally: Tally<'_>, start: &Start, line: u64) {
        for (alike, count) in tally.kinds.into_iter().zip(&tally.counts) {
            let Some(at) = self.position(alike) else {
                self.rest += count.lines;
                continue;
            };
            match self.kinds.get_mut(at) {
                Some(kind) => kind.add(count, &start.source, line),
                None => self.kinds.push(Kind::new(count, start, line)),
            }
        }
    }

    /// The place of a kind; behind the last for a new one, none if there are too many.
    fn position(&mut self, alike: Alike<'_>) -> Option<usize> {
        let failed = match alike {
            Alike::Text(failed) => failed,
            Alike::Other(request) => return self.place(request),
        };
        self.text.clear();
        failed.write(&mut self.text);
        if let Some(at) = self.texts.get(&*self.text) {
            return Some(*at);
        }
        let at = self.place(failed.request())?;
        if self.texts.len() < KINDS && self.text.len() < KEPT {
            self.texts.insert(self.text.clone(), at);
        }
        Some(at)
    }

    fn place(&mut self, request: Request) -> Option<usize> {
        if let Some(at) = self.index.get(&request) {
            return Some(*at);
        }
        let at = self.kinds.len();
        (at < KINDS).then(|| self.index.insert(request, at)).map(|_| at)
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

fn set(text: &mut String, to: &str) {
    text.clear();
    text.push_str(to);
}

fn time(written: &str) -> Option<Timestamp> {
    line::time_at(written).map(|(time, _)| time)
}
