//! Which lines belong together: messages wrapped by terminals, tickets and collectors.

use super::{lexicon, line, needles};

/// How many lines a message is wrapped over at most, each way.
pub(super) const SPAN: usize = 8;

/// A piece of a chunk.
pub(super) type Range = std::ops::Range<usize>;

/// The line around `at`, without its end.
pub(super) fn line_at(bytes: &[u8], at: usize) -> Range {
    let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |newline| newline + 1);
    let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length);
    start..end
}

/// Whether the next line may go on with this one's message.
pub(super) fn goes_on(bytes: &[u8], this: &Range, breaks: bool) -> bool {
    after(bytes, this).is_some_and(|next| belongs(bytes, this, &next, breaks))
}

fn after(bytes: &[u8], this: &Range) -> Option<Range> {
    (this.end + 1 < bytes.len()).then(|| line_at(bytes, this.end + 1))
}

fn before(bytes: &[u8], this: &Range, floor: usize) -> Option<Range> {
    (this.start > floor).then(|| line_at(bytes, this.start - 1))
}

fn belongs(bytes: &[u8], this: &Range, next: &Range, breaks: bool) -> bool {
    let (this, next) = (&bytes[this.clone()], &bytes[next.clone()]);
    if line::goes_on(this) {
        return true;
    }
    let other = line::is_blank(next)
        || line::is_start(next)
        || (breaks && needles::is_break(next))
        || lexicon::has_whole(next);
    !other
}

/// All lines that may belong to the message in which `this` is a line.
///
/// `floor` is where the last message ended.
pub(super) fn around(bytes: &[u8], this: &Range, floor: usize, breaks: bool) -> Vec<Range> {
    let mut lines = vec![this.clone()];
    let mut first = this.clone();
    for _ in 0..SPAN {
        let Some(previous) = before(bytes, &first, floor) else { break };
        let wrapped = line::goes_on(&bytes[previous.clone()]);
        let raw = &bytes[previous.clone()];
        let start = line::is_start(&bytes[first.clone()]) && !line::is_time(raw);
        if !wrapped && (start || line::is_blank(raw) || lexicon::has_closed(raw)) {
            break;
        }
        first = previous;
        lines.insert(0, first.clone());
    }
    let mut last = this.clone();
    for _ in 0..SPAN {
        let Some(next) = after(bytes, &last) else { break };
        if !belongs(bytes, &last, &next, breaks) {
            break;
        }
        last = next;
        lines.push(last.clone());
    }
    lines
}

/// Lines as one text.
pub(super) struct Joined {
    pub(super) text: Vec<u8>,
    /// The lines of which it is made.
    pub(super) first: usize,
    pub(super) last: usize,
    /// How they were broken.
    pub(super) seams: Seams,
}

/// Where lines were broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seams {
    /// At the last character that found room, as lines of one width show.
    Columns,
    /// The same, and one line before the last shows nothing.
    PerhapsColumns,
    /// Between words, or at a hyphen.
    Words,
}

/// The texts that the lines around the one at `at` may be, the likelier first.
pub(super) fn joins(bytes: &[u8], lines: &[Range], at: usize) -> Vec<Joined> {
    let mut joins = broken_at_columns(bytes, lines, at);
    let last = lines.len() - 1;
    let text = at_words(bytes, lines);
    joins.push(Joined { text, first: 0, last, seams: Seams::Words });
    joins.sort_by_key(|it| it.seams == Seams::PerhapsColumns);
    joins
}

/// A terminal is not narrower.
const NARROWEST: usize = 20;

/// How many columns a line lacks where spaces at its end were cut away.
const SPACES: usize = 4;

/// Joins lines that a terminal or a box broke at its width, in mid-word: all are as wide as it,
/// the last excepted. The line at `at` is one of those, or the last.
fn broken_at_columns(bytes: &[u8], lines: &[Range], at: usize) -> Vec<Joined> {
    if lines.iter().any(|line| line::goes_on(&bytes[line.clone()])) {
        return Vec::new();
    }
    let raws: Vec<&[u8]> = lines.iter().map(|line| &bytes[line.clone()]).collect();
    let widths: Vec<usize> = raws.iter().map(|raw| line::extent(raw).1).collect();
    let mut joins: Vec<Joined> = Vec::new();
    for full in [at.checked_sub(1), Some(at)].into_iter().flatten() {
        let is_full = |line: usize| widths[line].abs_diff(widths[full]) <= SPACES;
        if full + 1 >= lines.len() || widths[full] < NARROWEST {
            continue;
        }
        let first = (0..=full).rev().take_while(|&line| is_full(line)).last().unwrap_or(full);
        let behind = (full + 1..lines.len()).find(|&line| !is_full(line));
        let last = behind.unwrap_or(lines.len() - 1);
        let width = widths[first..last].iter().max().copied().unwrap_or_default();
        let is_known = joins.iter().any(|it| (it.first, it.last) == (first, last));
        if widths[last] > width || is_known {
            continue;
        }
        let exact = widths[first..last].iter().filter(|it| **it == width).count();
        let is_sure = exact > 1 || line::is_boxed(raws[full]);
        let seams = if is_sure { Seams::Columns } else { Seams::PerhapsColumns };
        let indent = line::extent(raws[first]).0;
        let mut text = Vec::new();
        for line in first..=last {
            let is_word_over = |line: usize| {
                widths[line - 1] < width
                    || raws[line - 1].ends_with(b" ")
                    || line::extent(raws[line]).0 > indent
            };
            if line > first && is_word_over(line) {
                text.push(b' ');
            }
            text.extend_from_slice(line::clean(raws[line]).as_bytes());
        }
        joins.push(Joined { text, first, last, seams });
    }
    joins
}

/// Joins lines that were broken between words.
fn at_words(bytes: &[u8], lines: &[Range]) -> Vec<u8> {
    let mut joined: Vec<u8> = Vec::new();
    let mut partial = false;
    for range in lines {
        let raw = &bytes[range.clone()];
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        if joined.is_empty() {
            joined.extend_from_slice(raw);
        } else if partial {
            // The spaces at its ends are the message's.
            joined.extend_from_slice(line::part_of_cri(raw).unwrap_or(raw));
        } else {
            while joined.last().is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'`')) {
                joined.pop();
            }
            while joined.ends_with("│".as_bytes()) {
                joined.truncate(joined.len() - "│".len());
                while joined.last() == Some(&b' ') {
                    joined.pop();
                }
            }
            let hyphen = joined.ends_with(b"-") && !joined.ends_with(b" -");
            if !hyphen {
                joined.push(b' ');
            }
            joined.extend_from_slice(line::clean(raw).as_bytes());
        }
        partial = line::goes_on(raw);
    }
    joined
}
