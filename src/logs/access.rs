//! Access log lines of every Istio version, text and JSON, for requests that failed at the gateway.

use super::event::cut;
use super::json;
use super::sighting::Request;
use std::borrow::Cow;
use std::hash::{BuildHasher, Hash, Hasher};

/// A text line's failed request, as it stands in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failed<'l> {
    /// Code, flags, details, reasons: `503 UH no_healthy_upstream - "-"`.
    head: &'l [u8],
    authority: &'l [u8],
    cluster: &'l [u8],
    sni: &'l [u8],
}

impl Hash for Failed<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for part in [self.head, self.authority, self.cluster, self.sni] {
            state.write(part);
        }
    }
}

/// The flags that matter at an ingress.
const FLAGS: [&str; 11] = ["NR", "NC", "UH", "UF", "URX", "UC", "UT", "DC", "DPE", "RL", "UAEX"];

fn are_flags(text: &[u8]) -> bool {
    text.len() <= 40
        && text
            .split(|byte| *byte == b',')
            .any(|flag| FLAGS.iter().any(|known| known.as_bytes() == flag))
        && text.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b',')
}

/// Reads a text line in which ` FLAG` begins at `at`; also its start time, as written.
pub(super) fn text(line: &[u8], at: usize) -> Option<(Failed<'_>, &str)> {
    // Right before the flags stands `" CODE`; with `\"` the line is wrapped in JSON.
    let code = line[..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let begin = at - code;
    if !matches!(code, 1 | 3)
        || !line[..begin].ends_with(b"\" ")
        || line[..begin].ends_with(b"\\\" ")
    {
        return None;
    }
    let time = start_time(&line[..begin]).unwrap_or("");
    if time.is_empty()
        && memchr::memmem::find(&line[..begin], b" HTTP/").is_none()
        && memchr::memmem::find(&line[..begin], b"\"- - -\"").is_none()
    {
        return None;
    }
    let mut words = Words { line, at: at + 1 };
    if !are_flags(words.next()?.0) {
        return None;
    }
    let mut end = words.at;
    let mut quoted = 0;
    // Details and termination are bare, Mixer's status and the failure are in quotes.
    let received = words.find(|(word, in_quotes)| {
        let numbers = !in_quotes && (quoted > 0 || word.iter().all(u8::is_ascii_digit));
        if !numbers {
            quoted += usize::from(*in_quotes);
            end += word.len() + 1 + 2 * usize::from(*in_quotes);
        }
        numbers
    });
    let head = line[begin..end.min(line.len())].trim_ascii_end();
    let mut failed = Failed { head, authority: b"", cluster: b"", sni: b"" };
    if received.is_some() {
        fill(&mut failed, &mut words);
    }
    Some((failed, time))
}

/// Behind the numbers stand, in quotes, forwarded for, agent, id, authority and upstream host; then
/// the cluster, bare. People leave some out, so that what counts is what stands beside the cluster.
fn fill<'l>(failed: &mut Failed<'l>, words: &mut Words<'l>) {
    let mut quoted: [&[u8]; 2] = [b"", b""];
    let mut count = 0;
    for (word, in_quotes) in words.by_ref() {
        if in_quotes {
            count += 1;
            if count == 4 {
                failed.authority = word;
            }
            quoted = [quoted[1], word];
        } else if count > 0 {
            failed.authority = quoted[0];
            failed.cluster = word;
            break;
        }
    }
    failed.sni = words.nth(3).map_or(b"", |(word, _)| word);
}

impl Failed<'_> {
    /// Writes what tells it from others; no line holds a line's end.
    pub(super) fn write(&self, to: &mut Vec<u8>) {
        for part in [self.head, self.authority, self.cluster, self.sni] {
            to.extend_from_slice(part);
            to.push(b'\n');
        }
    }

    /// Whether its line ends before the host.
    pub(super) fn lacks_authority(&self) -> bool {
        self.authority.is_empty()
    }

    /// What it says, in full.
    pub(super) fn request(&self) -> Request {
        let mut words = Words { line: self.head, at: 0 };
        let mut next = || words.next().map_or((&b""[..], false), |word| word);
        let code = as_str(next().0).parse().unwrap_or(0);
        let flags = as_str(next().0).to_owned();
        let (mut details, mut word) = (None, next());
        if !word.1 {
            // Istio 1.9 and later: details, and why the connection ended.
            details = value(word.0);
            next();
            word = next();
        }
        // Istio 1.2 to 1.7: Mixer's status, then the failure; 1.1: only the former.
        let second = next();
        let failure = if second.1 { value(second.0) } else { value(word.0) };
        Request {
            flags,
            code,
            details,
            authority: value(self.authority),
            cluster: value(self.cluster),
            sni: value(self.sni),
            failure,
        }
    }
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
fn value(word: &[u8]) -> Option<String> {
    let word = String::from_utf8_lossy(word);
    (word != "-" && !word.is_empty()).then(|| cut(&word).to_owned())
}

fn as_str(word: &[u8]) -> &str {
    std::str::from_utf8(word).unwrap_or("")
}

/// Words, bare or in quotes, and whether they were in quotes.
struct Words<'l> {
    line: &'l [u8],
    at: usize,
}

impl<'l> Iterator for Words<'l> {
    type Item = (&'l [u8], bool);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.line.get(self.at..)?;
        if let [b'"', inside @ ..] = rest {
            let end = memchr::memchr(b'"', inside)?;
            self.at += end + 3;
            return Some((&inside[..end], true));
        }
        let end = memchr::memchr(b' ', rest).unwrap_or(rest.len());
        self.at += end + 1;
        let word = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        (end > 0).then_some((word, false))
    }
}

/// Reads a JSON line; also its start time, as written.
pub(super) fn json(line: &str) -> Option<(Request, Cow<'_, str>)> {
    let mut request = Request::default();
    let mut time = Cow::Borrowed("");
    json::fields(&line[line.find('{')?..], |key, text| match key {
        "response_flags" => request.flags = text.into_owned(),
        "response_code" => request.code = text.parse().unwrap_or(0),
        "response_code_details" => request.details = value(text.as_bytes()),
        // Envoy's own name of the header is the key of formats that others made.
        "authority" | ":authority" => request.authority = value(text.as_bytes()),
        "upstream_cluster" => request.cluster = value(text.as_bytes()),
        "requested_server_name" => request.sni = value(text.as_bytes()),
        "upstream_transport_failure_reason" => request.failure = value(text.as_bytes()),
        "start_time" => time = text,
        _ => {}
    });
    are_flags(request.flags.as_bytes()).then_some((request, time))
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

impl Hasher for QuickHasher {
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
