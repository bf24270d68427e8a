//! Access log lines of every Istio version, text and JSON, for requests that failed at the gateway.

use super::json;
use std::borrow::Cow;
use std::hash::{BuildHasher, Hash};

/// What a line says of a failed request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Failed<'l> {
    pub(super) flags: Cow<'l, str>,
    pub(super) code: u16,
    pub(super) details: Cow<'l, str>,
    pub(super) authority: Cow<'l, str>,
    pub(super) cluster: Cow<'l, str>,
    pub(super) sni: Cow<'l, str>,
    pub(super) failure: Cow<'l, str>,
}

/// The flags that matter at an ingress.
const FLAGS: [&str; 11] = ["NR", "NC", "UH", "UF", "URX", "UC", "UT", "DC", "DPE", "RL", "UAEX"];

fn are_flags(text: &str) -> bool {
    text.len() <= 40
        && text.split(',').any(|flag| FLAGS.contains(&flag))
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b',')
}

/// Reads a text line in which ` FLAG` begins at `at`; also its start time, as written.
pub(super) fn text(line: &[u8], at: usize) -> Option<(Failed<'_>, &str)> {
    // Right before the flags stands `" CODE`; with `\"` the line is wrapped in JSON.
    if at >= 6 && (line[at - 6] == b'\\' || line[at - 4] == b'\\') {
        return None;
    }
    let code = line.get(at.checked_sub(5)?..at)?;
    let [b'"', b' ', hundreds, tens, ones] = *code else {
        return if line[..at].ends_with(b"\" 0") { fields(line, at, 0) } else { None };
    };
    let digits = [hundreds, tens, ones];
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    fields(line, at, digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0')))
}

fn fields(line: &[u8], at: usize, code: u16) -> Option<(Failed<'_>, &str)> {
    let head = &line[..at];
    let time = start_time(head).unwrap_or("");
    if time.is_empty()
        && memchr::memmem::find(head, b" HTTP/").is_none()
        && memchr::memmem::find(head, b"\"- - -\"").is_none()
    {
        return None;
    }
    let mut words = Words { rest: &line[at + 1..] };
    let flags = as_str(words.next()?.0);
    if !are_flags(flags) {
        return None;
    }
    let mut failed = Failed { flags: Cow::Borrowed(flags), code, ..Failed::default() };
    let mut word = words.next();
    if let Some((details, false)) = word {
        // Istio 1.9 and later: details, and why the connection ended.
        failed.details = value(details);
        words.next();
        word = words.next();
    }
    if let Some((first, true)) = word {
        failed.failure = value(first);
        word = words.next();
        if let Some((second, true)) = word {
            // Istio 1.2 to 1.7: the first was Mixer's status.
            failed.failure = value(second);
            word = words.next();
        }
    }
    // `word` is bytes received; then sent, duration, upstream time, forwarded for, agent, id.
    if word.is_some() {
        let mut rest = words.skip(6);
        failed.authority = rest.next().map(|(word, _)| value(word)).unwrap_or_default();
        let mut rest = rest.skip(1);
        failed.cluster = rest.next().map(|(word, _)| value(word)).unwrap_or_default();
        failed.sni = rest.nth(3).map(|(word, _)| value(word)).unwrap_or_default();
    }
    Some((failed, time))
}

/// `[TIME] ` as the text form begins.
fn start_time(head: &[u8]) -> Option<&str> {
    let mut from = 0;
    loop {
        let open = from + memchr::memchr(b'[', head.get(from..)?)? + 1;
        if super::line::is_date(&head[open..]) {
            let close = open + memchr::memchr(b']', &head[open..])?;
            return Some(as_str(&head[open..close]));
        }
        from = open;
    }
}

/// Absent values are `-`.
fn value(word: &[u8]) -> Cow<'_, str> {
    match word {
        b"-" => Cow::Borrowed(""),
        word => String::from_utf8_lossy(word),
    }
}

fn as_str(word: &[u8]) -> &str {
    std::str::from_utf8(word).unwrap_or("")
}

/// Words, bare or in quotes, and whether they were in quotes.
struct Words<'l> {
    rest: &'l [u8],
}

impl<'l> Iterator for Words<'l> {
    type Item = (&'l [u8], bool);

    fn next(&mut self) -> Option<Self::Item> {
        if let [b'"', inside @ ..] = self.rest {
            let end = memchr::memchr(b'"', inside)?;
            self.rest = inside.get(end + 2..).unwrap_or(&[]);
            return Some((&inside[..end], true));
        }
        let space = self.rest.iter().position(|byte| matches!(byte, b' ' | b'\r'));
        let end = space.unwrap_or(self.rest.len());
        if end == 0 {
            return None;
        }
        let word = &self.rest[..end];
        self.rest = self.rest.get(end + 1..).unwrap_or(&[]);
        Some((word, false))
    }
}

/// Reads a JSON line; also its start time, as written.
pub(super) fn json(line: &str) -> Option<(Failed<'_>, Cow<'_, str>)> {
    let mut failed = Failed::default();
    let mut time = Cow::Borrowed("");
    json::fields(&line[line.find('{')?..], |key, value| {
        let value = if value == "-" { Cow::Borrowed("") } else { value };
        match key {
            "response_flags" => failed.flags = value,
            "response_code" => failed.code = value.parse().unwrap_or(0),
            "response_code_details" => failed.details = value,
            "authority" => failed.authority = value,
            "upstream_cluster" => failed.cluster = value,
            "requested_server_name" => failed.sni = value,
            "upstream_transport_failure_reason" => failed.failure = value,
            "start_time" => time = value,
            _ => {}
        }
    });
    are_flags(&failed.flags).then_some((failed, time))
}

/// A fast hash of a few short strings; the keys come from a log that the user chose to read.
#[derive(Clone, Copy, Default)]
pub(super) struct Quick;

impl BuildHasher for Quick {
    type Hasher = QuickHasher;

    fn build_hasher(&self) -> QuickHasher {
        QuickHasher(0)
    }
}

/// Multiplies and rotates, eight bytes at a time.
pub(super) struct QuickHasher(u64);

impl QuickHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl std::hash::Hasher for QuickHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            self.add(u64::from_le_bytes(word));
        }
        let mut word = [0; 8];
        word[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
        self.add(u64::from_le_bytes(word) ^ bytes.len() as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}
