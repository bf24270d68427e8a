//! What one piece of a log says.

use super::event::{self, Event};
use super::form::{self, Hole};
use super::lexicon::{self, Reading};
use super::line::{self, Line};
use super::needles::{self, Hint, Needles};
use super::record::{self, Joined, Range, Seams};
use super::resource;
use super::sighting::{Request, What};
use super::tally::{Mark, Tally};
use super::{access, needles::is_break};
use std::borrow::Cow;
use std::sync::Arc;

/// What all pieces share.
pub(super) struct Reader {
    pub(super) needles: &'static Needles,
    pub(super) source: Arc<str>,
    pub(super) breaks: bool,
}

/// What a piece says; line numbers count from its first line, which is 0.
#[derive(Default)]
pub(super) struct Said<'c> {
    pub(super) events: Vec<Event>,
    pub(super) tally: Tally<'c>,
    /// How many lines end in it.
    pub(super) lines: u64,
    /// Where a line ends the log, and its number.
    pub(super) broken: Option<(usize, u64)>,
}

/// Reads a piece; `within` if it begins within a line.
pub(super) fn read<'c>(reader: &Reader, bytes: &'c [u8], within: bool) -> Said<'c> {
    let mut pass =
        Pass { reader, bytes, said: Said::default(), at: 0, floor: 0, counted: 0, fruitless: 0 };
    if within {
        pass.at = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
        pass.floor = (pass.at + 1).min(bytes.len());
    } else if reader.breaks && is_break(&bytes[record::line_at(bytes, 0)]) {
        pass.said.broken = Some((0, 0));
        return pass.said;
    }
    pass.run();
    let Pass { mut said, counted, .. } = pass;
    said.lines += memchr::memchr_iter(b'\n', &bytes[counted..]).count() as u64;
    said
}

struct Pass<'r, 'c> {
    reader: &'r Reader,
    bytes: &'c [u8],
    said: Said<'c>,
    /// Where to search on.
    at: usize,
    /// Where the last message ended.
    floor: usize,
    /// Up to where lines are counted.
    counted: usize,
    /// Up to where lines hold nothing, even together.
    fruitless: usize,
}

impl Pass<'_, '_> {
    fn run(&mut self) {
        // Up to where a message was looked for already.
        let mut tried = 0;
        while let Some((begin, end, hint)) = self.reader.needles.find(self.bytes, self.at) {
            let begin = if self.bytes[begin] == b'\n' { begin + 1 } else { begin };
            let range = record::line_at(self.bytes, begin);
            self.at = end.min(range.end).max(begin);
            match hint {
                Hint::Break => {
                    if needles::is_break(&self.bytes[range.clone()]) {
                        let number = self.number(range.start);
                        self.said.broken = Some((range.start, number));
                        return;
                    }
                }
                Hint::Request if self.request(&range, begin) => {
                    self.consume(self.at.max(range.end));
                }
                Hint::Message | Hint::Request => {
                    if range.start >= tried {
                        tried = range.end;
                        if let Some(end) = self.message(&range) {
                            self.consume(end);
                        }
                    }
                }
            }
        }
    }

    fn consume(&mut self, end: usize) {
        self.at = end;
        self.floor = (end + 1).min(self.bytes.len());
    }

    /// The number of the line that begins at `start`; starts must not go back.
    fn number(&mut self, start: usize) -> u64 {
        if start > self.counted {
            self.said.lines +=
                memchr::memchr_iter(b'\n', &self.bytes[self.counted..start]).count() as u64;
            self.counted = start;
        }
        self.said.lines
    }

    fn request(&mut self, range: &Range, at: usize) -> bool {
        let raw = &self.bytes[range.clone()];
        if let Some((failed, time)) = access::text(raw, at - range.start) {
            if failed.lacks_authority() && self.request_on_lines(range) {
                return true;
            }
            let mark =
                Mark { number: self.number(range.start), text: raw, time: Cow::Borrowed(time) };
            self.said.tally.add(failed, mark);
            return true;
        }
        let json = memchr::memmem::find(raw, b"response_flags").is_some();
        let Some((request, time)) =
            json.then(|| std::str::from_utf8(raw).ok()).flatten().and_then(access::json)
        else {
            return self.wrapped_request(range);
        };
        let mark = Mark { number: self.number(range.start), text: raw, time };
        self.said.tally.add_other(request, mark);
        true
    }

    /// A request that goes on in the next lines, where it names the host.
    fn request_on_lines(&mut self, range: &Range) -> bool {
        let mut lines = record::around(self.bytes, range, range.start, self.reader.breaks);
        let is_other =
            |line: &Range| memchr::memmem::find(&self.bytes[line.clone()], b" HTTP/").is_some();
        let others = lines.iter().skip(1).position(is_other);
        lines.truncate(others.map_or(lines.len(), |at| at + 1));
        if lines.len() < 2 {
            return false;
        }
        let joins = record::joins(self.bytes, &lines, 0);
        let found = joins.iter().find_map(|joined| {
            let (request, time) = find_request(&line::unwrap(&joined.text).text)?;
            request.authority.is_some().then_some((request, time, joined.last))
        });
        let Some((request, time, last)) = found else { return false };
        let text = &self.bytes[range.clone()];
        let mark = Mark { number: self.number(range.start), text, time: Cow::Owned(time) };
        self.said.tally.add_other(request, mark);
        self.at = lines[last].end;
        true
    }

    /// A request in a line that is wrapped in JSON, or by hand.
    fn wrapped_request(&mut self, range: &Range) -> bool {
        let raw = &self.bytes[range.clone()];
        if !raw.contains(&b'"') {
            return false;
        }
        let Some((request, time)) = find_request(&line::unwrap(raw).text) else { return false };
        let mark = Mark { number: self.number(range.start), text: raw, time: Cow::Owned(time) };
        self.said.tally.add_other(request, mark);
        true
    }

    /// Reads the message of which a line is a part; where it ends.
    fn message(&mut self, range: &Range) -> Option<usize> {
        let raw = &self.bytes[range.clone()];
        let breaks = self.reader.breaks;
        let start = line::is_start(raw);
        let holds = lexicon::may_hold(raw);
        if !holds && start && !line::goes_on(raw) && !record::goes_on(self.bytes, range, breaks) {
            return None;
        }
        if !holds && range.start < self.fruitless {
            return None;
        }
        let alone = line::unwrap(raw);
        let reading = lexicon::read(&alone.text);
        let whole = reading.as_ref().is_some_and(|reading| !reading.filled.cut);
        let partial = line::goes_on(raw);
        let open = partial || reading.as_ref().is_none_or(|it| is_open(it, &alone.text));
        let more = open && record::goes_on(self.bytes, range, breaks);
        if whole && !more && start {
            self.say(&alone, reading.as_ref()?, range.start);
            return Some(range.end);
        }
        let mut lines = record::around(self.bytes, range, self.floor, breaks);
        let bytes = self.bytes;
        let is_better = |together: &Reading<'_>, joined: &Joined, lines: &[Range]| {
            reading.as_ref().is_none_or(|alone| {
                partial || improves(alone, together) || names_more(bytes, alone, joined, lines)
            })
        };
        let mut found = None;
        if !whole || more {
            found = self.together(range, &lines, is_better);
        }
        if whole && found.is_none() {
            // It ends here, and may have begun before.
            lines.retain(|line| line.start <= range.start);
            found = self.together(range, &lines, |_, _, _| true);
        }
        if let Some(Together { line, first, last }) = found {
            self.say(&line, &lexicon::read(&line.text)?, lines[first].start);
            return Some(lines[last].end);
        }
        if let Some(reading) = reading {
            self.say(&alone, &reading, range.start);
            return Some(range.end);
        }
        if start { None } else { self.message_without_head(range, &lines, &alone) }
    }

    /// The likeliest of what lines say together, if they do and it is accepted.
    fn together(
        &mut self,
        range: &Range,
        lines: &[Range],
        accepts: impl Fn(&Reading<'_>, &Joined, &[Range]) -> bool,
    ) -> Option<Together> {
        if lines.len() < 2 {
            return None;
        }
        let at = lines.iter().position(|line| line.start == range.start)?;
        let joins = record::joins(self.bytes, lines, at);
        let texts: Vec<(Joined, Line)> = joins
            .into_iter()
            .filter(|joined| lexicon::may_hold(&joined.text))
            .map(|joined| {
                let line = line::unwrap(&joined.text);
                (joined, line)
            })
            .collect();
        if texts.is_empty() {
            self.note_fruitless(range, lines);
        }
        let best = texts
            .iter()
            .enumerate()
            .filter_map(|(at, (joined, line))| Some((at, joined, lexicon::read(&line.text)?)))
            .filter(|(_, joined, reading)| accepts(reading, joined, lines))
            .reduce(|best, next| {
                let more = says_more((&texts[next.0].1, &next.2), (&texts[best.0].1, &best.2));
                if more { next } else { best }
            });
        let best = best.map(|(at, ..)| at)?;
        let (joined, line) = texts.into_iter().nth(best)?;
        Some(Together { line, first: joined.first, last: joined.last })
    }

    /// Reads a message whose beginning is cut off; where it ends.
    fn message_without_head(
        &mut self,
        range: &Range,
        lines: &[Range],
        alone: &Line,
    ) -> Option<usize> {
        let rest: Vec<Range> =
            lines.iter().filter(|line| line.start >= range.start).cloned().collect();
        let texts: Vec<(usize, Line)> = match &rest[..] {
            [] | [_] => Vec::new(),
            _ => record::joins(self.bytes, &rest, 0)
                .into_iter()
                .map(|joined| (joined.last, line::unwrap(&joined.text)))
                .collect(),
        };
        let alone = std::iter::once((0, alone));
        let (last, line, reading) = alone
            .chain(texts.iter().map(|(last, line)| (*last, line)))
            .filter_map(|(last, line)| Some((last, line, lexicon::read_cut(&line.text)?)))
            .reduce(|best, next| {
                let more = says_more((next.1, &next.2), (best.1, &best.2));
                if more { next } else { best }
            })?;
        self.say(line, &reading, range.start);
        rest.get(last).map(|line| line.end)
    }

    /// Notes up to where looking at lines together is in vain.
    fn note_fruitless(&mut self, range: &Range, lines: &[Range]) {
        let after = || lines.iter().filter(|line| line.start > range.start);
        // Where nothing bounds the lines, those at the far end may belong to what follows.
        let bounded = after().count() < record::SPAN;
        let last = if bounded { lines.last() } else { after().nth(record::SPAN / 2) };
        self.fruitless = last.map_or(range.end, |line| line.end);
    }

    /// Says what a line holds, or lines together that begin at `start`.
    fn say(&mut self, line: &Line, reading: &Reading<'_>, start: usize) {
        let number = self.number(start.max(self.counted));
        let source = &self.reader.source;
        let events = &mut self.said.events;
        let mut push = |line: &Line, reading: &Reading<'_>| {
            event::events(line, reading, source, number, |event| events.push(event));
        };
        let Some(records) = line::records(&line.text, reading.filled.start) else {
            push(line, reading);
            return;
        };
        let mut is_read = false;
        let mut requests = Vec::new();
        for text in records {
            let (pod, namespace) = (line.pod.clone(), line.namespace.clone());
            let part = Line { text: text.to_owned(), time: line.time, pod, namespace };
            if let Some(reading) = lexicon::read(&part.text) {
                push(&part, &reading);
                is_read = true;
            } else {
                requests.extend(find_request(text));
            }
        }
        if !is_read {
            push(line, reading);
        }
        let text = &self.bytes[record::line_at(self.bytes, start)];
        for (request, time) in requests {
            self.said.tally.add_other(request, Mark { number, text, time: Cow::Owned(time) });
        }
    }
}

/// What lines say together.
struct Together {
    line: Line,
    /// The lines that say it.
    first: usize,
    last: usize,
}

/// Whether the next lines may belong to what was read.
fn is_open(reading: &Reading<'_>, text: &str) -> bool {
    let form = reading.entry.form;
    reading.filled.cut
        || form.ends_with("{reason}")
        || goes_on_with_keys(reading)
        || (form::ends_in_name(form) && reading.filled.end >= text.len())
}

fn goes_on_with_keys(reading: &Reading<'_>) -> bool {
    reading.filled.get(Hole::Keys).is_some_and(|keys| keys.trim_end().ends_with(','))
}

/// Whether the lines together say more than the first alone, and not just other things besides.
fn improves(alone: &Reading<'_>, together: &Reading<'_>) -> bool {
    if alone.filled.cut || !std::ptr::eq(alone.entry, together.entry) {
        return !together.filled.cut || together.filled.matched > alone.filled.matched;
    }
    let empty = alone.filled.get(Hole::Reason).is_some_and(|reason| reason.trim().is_empty());
    // What istiod's authorizer gives as a reason may well be nothing.
    (empty && alone.what != Some(What::Forbidden))
        || goes_on_with_keys(alone)
        || matches!(alone.what, Some(What::Refused | What::ListenerRejected))
}

/// Whether a name at a line's end goes on in the next, where lines are broken at their width.
fn names_more(bytes: &[u8], alone: &Reading<'_>, joined: &Joined, lines: &[Range]) -> bool {
    if !form::ends_in_name(alone.entry.form) {
        return false;
    }
    match joined.seams {
        Seams::Columns => true,
        Seams::PerhapsColumns => {
            let rest = line::clean(&bytes[lines[joined.last].clone()]);
            let part = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
            rest.bytes().all(|byte| byte.is_ascii_lowercase() || part(byte))
                && rest.bytes().any(part)
        }
        Seams::Words => false,
    }
}

/// Whether one reading of the same lines says more than another.
fn says_more(one: (&Line, &Reading<'_>), other: (&Line, &Reading<'_>)) -> bool {
    let rank = |(line, it): (&Line, &Reading<'_>)| {
        let keys = it.filled.get(Hole::Keys).map(resource::list).unwrap_or_default();
        let is_sound = !keys.iter().any(|key| key.contains(' '));
        let has_time = line::last_time(&line.text[..it.filled.start]).is_some();
        (!it.filled.cut, is_sound, it.filled.matched, event::particularity(it), has_time)
    };
    rank(one) > rank(other)
}

fn find_request(text: &str) -> Option<(Request, String)> {
    if text.contains("response_flags") {
        return access::json(text).map(|(request, time)| (request, time.into_owned()));
    }
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, b"\" ").find_map(|quote| {
        let code = bytes[quote + 2..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let at = quote + 2 + code;
        (code > 0 && bytes.get(at) == Some(&b' ')).then_some(())?;
        access::text(bytes, at).map(|(failed, time)| (failed.request(), time.to_owned()))
    })
}
