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

/// The lines' text as one line.
pub(super) fn join(bytes: &[u8], lines: &[Range]) -> Vec<u8> {
    let mut joined: Vec<u8> = Vec::new();
    let mut partial = false;
    for range in lines {
        let raw = &bytes[range.clone()];
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        if joined.is_empty() {
            joined.extend_from_slice(raw);
        } else if partial {
            joined.extend_from_slice(line::unwrap(raw).text.as_bytes());
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
