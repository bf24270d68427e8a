//! A line less what collectors, terminals and people put around it.

use super::{json, quotes};
use jiff::Timestamp;

/// How much of a line is looked at; no message that matters is longer.
const LONGEST: usize = 16 * 1024;

/// A line, unwrapped.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// What the component wrote, perhaps behind a prefix that is unknown.
    pub(super) text: String,
    /// When, as the wrapping says.
    pub(super) time: Option<Timestamp>,
    /// The pod whose log it is, as a prefix says.
    pub(super) pod: Option<String>,
    /// Its namespace.
    pub(super) namespace: Option<String>,
}

/// Unwraps a line.
pub(super) fn unwrap(raw: &[u8]) -> Line {
    let text = clean(raw);
    let mut line = Line { text: quotes::of_page(&text).unwrap_or(text), ..Line::default() };
    // Docker's JSON may hold Istio's JSON, and a stack driver's record either.
    for _ in 0..3 {
        strip_cri(&mut line);
        note_pod(&mut line);
        if !strip_json(&mut line) {
            break;
        }
    }
    if let Some(text) = quotes::plain(&line.text) {
        line.text = text;
    }
    line
}

/// Text without control characters, colours, box characters and quoting.
pub(super) fn clean(raw: &[u8]) -> String {
    let raw = &raw[..raw.len().min(LONGEST)];
    if raw.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t'))
        && let Ok(text) = std::str::from_utf8(raw)
    {
        return undecorate(text).to_owned();
    }
    let lossy = String::from_utf8_lossy(raw);
    let mut text = String::with_capacity(lossy.len());
    let mut chars = lossy.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => {
                if chars.next_if_eq(&'[').is_some() {
                    while chars.next_if(|c| !c.is_ascii_alphabetic()).is_some() {}
                    chars.next();
                }
            }
            '\t' => text.push('\t'),
            '\u{a0}' => text.push(' '),
            '“' | '”' | '„' => text.push('"'),
            '‘' | '’' => text.push('\''),
            c if c.is_control() => {}
            c => text.push(c),
        }
    }
    undecorate(&text).to_owned()
}

/// Strips what quoting, lists and boxes put at both ends.
fn undecorate(text: &str) -> &str {
    let is_frame = |c: char| c.is_whitespace() || is_box(c) || c == '`';
    let mut text = text.trim_matches(is_frame);
    while let Some(rest) = ["> ", "+", "- ", "* ", "| "].iter().find_map(|p| text.strip_prefix(p)) {
        text = rest.trim_start_matches(is_frame);
    }
    text.trim_start_matches(['>', '…'])
}

fn is_box(c: char) -> bool {
    matches!(c, '│' | '┃' | '║')
}

/// In which column a line's text begins, and in which it ends: spaces at the end count, except
/// before a box's edge.
pub(super) fn extent(raw: &[u8]) -> (usize, usize) {
    let text = String::from_utf8_lossy(raw);
    let text = text.trim_end_matches('\r');
    let inside = text.trim_end_matches(is_box);
    let inside = if inside.len() < text.len() { inside.trim_end() } else { inside };
    let begin = inside.chars().take_while(|c| c.is_whitespace() || is_box(*c) || *c == '>').count();
    (begin, inside.chars().count())
}

/// Whether a line fills a box from edge to edge.
pub(super) fn is_boxed(raw: &[u8]) -> bool {
    let text = String::from_utf8_lossy(raw);
    let inside = text.trim_end().trim_end_matches(is_box);
    inside.len() < text.trim_end().len() && !inside.ends_with("  ")
}

/// Takes `TIME stdout F ` away.
fn strip_cri(line: &mut Line) {
    let Some((time, length)) = time_at(&line.text) else { return };
    let rest = &line.text[length..];
    for mark in [" stdout F ", " stderr F ", " stdout P ", " stderr P "] {
        if let Some(rest) = rest.strip_prefix(mark) {
            line.time = Some(time);
            line.text = rest.to_owned();
            return;
        }
    }
}

/// Whether a line of a CRI file goes on in the next.
pub(super) fn goes_on(raw: &[u8]) -> bool {
    let head = &raw[..raw.len().min(64)];
    memchr::memmem::find(head, b" stdout P ")
        .or_else(|| memchr::memmem::find(head, b" stderr P "))
        .is_some_and(|at| (20..40).contains(&at))
}

/// What a line of a CRI file holds, as it is.
pub(super) fn part_of_cri(raw: &[u8]) -> Option<&[u8]> {
    let head = &raw[..raw.len().min(64)];
    [b" stdout F ", b" stderr F ", b" stdout P ", b" stderr P "]
        .iter()
        .find_map(|mark| memchr::memmem::find(head, *mark).map(|at| &raw[at + mark.len()..]))
}

/// Takes a JSON wrapping away; whether there was one.
fn strip_json(line: &mut Line) -> bool {
    let Some(brace) = line.text.find("{\"").or_else(|| line.text.find("{ \"")) else {
        return false;
    };
    let (mut message, mut level, mut scope) = (None, None, None);
    let (mut time, mut pod, mut namespace) = (None, None, None);
    let mut labels = String::new();
    json::fields(&line.text[brace..], |key, value| match key {
        "msg" | "message" | "log" | "line" | "textPayload" => {
            message.get_or_insert(value);
        }
        "time" | "timestamp" | "ts" | "@timestamp" => {
            time = time.or_else(|| value.parse::<Timestamp>().ok());
        }
        "level" | "severity" => level = Some(value),
        "scope" | "logger" => scope = Some(value),
        "pod" | "pod_name" => pod = Some(value.into_owned()),
        "namespace" | "namespace_name" => namespace = Some(value.into_owned()),
        "resource" => labels.extend(["\tresource=", &*value]),
        _ => {}
    });
    let Some(message) = message else { return false };
    let mut text = String::with_capacity(message.len() + 32);
    for part in [level, scope].into_iter().flatten() {
        text.push_str(&part.to_lowercase());
        text.push('\t');
    }
    text.push_str(message.trim_end());
    text.push_str(&labels);
    line.text = text.replace('\n', " ");
    line.time = time.or(line.time);
    line.pod = pod.or(line.pod.take());
    line.namespace = namespace.or(line.namespace.take());
    true
}

/// Notes the pod that `kubectl logs --prefix`, kail, kapp or stern put before a line.
fn note_pod(line: &mut Line) {
    let text = line.text.as_str();
    let found = if let Some(rest) = text.strip_prefix("[pod/") {
        rest.split_once('/').map(|(pod, _)| (None, pod))
    } else if let Some((pod, rest)) = text.split_once(" > ") {
        rest.contains(" | ").then_some((None, pod))
    } else if let Some((head, _)) = text.split_once("]: ") {
        head.split_once('[')
            .and_then(|(name, _)| name.split_once('/'))
            .map(|(namespace, pod)| (Some(namespace), pod))
    } else {
        let mut words = text.split_whitespace();
        let (pod, container) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        matches!(container, "istio-proxy" | "ingress-sds" | "discovery").then_some((None, pod))
    };
    let Some((namespace, pod)) = found else { return };
    if is_pod(pod) && namespace.is_none_or(is_pod) {
        line.namespace = namespace.map(str::to_owned);
        line.pod = Some(pod.to_owned());
    }
}

fn is_pod(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=253).contains(&name.len())
        && name.bytes().all(|byte| allowed(byte) || byte == b'.')
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
}

/// The last time stamp in what stands before a message.
pub(super) fn last_time(head: &str) -> Option<Timestamp> {
    let bytes = head.as_bytes();
    memchr::memrchr_iter(b'-', bytes)
        .filter(|&dash| dash >= 7 && bytes[dash - 3] == b'-')
        .filter(|&dash| head.is_char_boundary(dash - 7))
        .find_map(|dash| time_at(&head[dash - 7..]))
        .map(|(time, _)| time)
}

/// A time stamp at the beginning, and how long it is.
pub(super) fn time_at(text: &str) -> Option<(Timestamp, usize)> {
    let bytes = text.as_bytes();
    if !is_date(bytes) {
        return None;
    }
    let mut end = 19;
    if bytes.get(end) == Some(&b'.') {
        end += 1;
        while bytes.get(end).is_some_and(u8::is_ascii_digit) {
            end += 1;
        }
    }
    let clock = text.get(11..end)?;
    let (zone, length) = match bytes.get(end) {
        Some(b'Z') => ("Z", end + 1),
        Some(b'+' | b'-') if bytes.get(end + 3) == Some(&b':') => {
            (text.get(end..end + 6)?, end + 6)
        }
        // Envoy's own form has no zone: it is UTC.
        _ => ("Z", end),
    };
    let time = format!("{}T{clock}{zone}", text.get(..10)?).parse().ok()?;
    Some((time, length))
}

/// Whether the bytes begin with `2006-01-02T15:04:05`, or a space for the T.
pub(super) fn is_date(bytes: &[u8]) -> bool {
    bytes.len() >= 19
        && bytes[..19].iter().zip(b"0000-00-00T00:00:00").all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            b'T' => matches!(byte, b'T' | b' '),
            form => byte == form,
        })
}

const LEVELS: [&str; 8] =
    ["debug", "info", "warn", "error", "fatal", "warning", "critical", "trace"];

/// Whether a message may begin where this ends: behind nothing, a time, a level, a scope, a prefix.
pub(super) fn is_head(head: &str) -> bool {
    let head = head.trim_end();
    if head.is_empty() || head.ends_with([']', '|', '>']) {
        return true;
    }
    let word = head.rsplit([' ', '\t']).next().unwrap_or(head);
    let scopes = ["secretfetcher", "secretFetcherLog", "cache", "cacheLog", "sds", "sdsServiceLog"];
    let ends = |ends: &[&str]| ends.iter().any(|end| word.len() < 60 && word.ends_with(end));
    // A bare word is a scope only behind a level: `info sds`, `infosds`, but not `the cache`.
    if word.ends_with('Z') && word.starts_with("20") {
        return true;
    }
    if ends(&LEVELS) {
        return true;
    }
    let before = head[..head.len() - word.len()].trim_end();
    ends(&scopes)
        && (before.is_empty()
            || LEVELS.iter().any(|level| before.ends_with(level))
            || LEVELS.iter().any(|level| word.contains(level)))
}

/// The records of a line that holds several: pasted into prose between backticks, or with the ends
/// of their lines lost. Nothing where no other begins behind `from`.
pub(super) fn records(text: &str, from: usize) -> Option<Vec<&str>> {
    let bytes = text.as_bytes();
    let mut ends: Vec<usize> = memchr::memchr_iter(b'`', bytes).collect();
    for colon in memchr::memchr_iter(b':', bytes).filter(|colon| *colon > 13) {
        let date = colon - 13;
        let is_record = || {
            let (_, length) = time_at(&text[date..])?;
            let rest = text[date + length..].trim_start();
            let is_level = LEVELS.iter().any(|level| rest.starts_with(level));
            (is_level || bytes[date - 1] == b'[').then_some(())
        };
        if is_date(&bytes[date..]) && text.is_char_boundary(date) && is_record().is_some() {
            ends.push(date - usize::from(bytes[date - 1] == b'['));
        }
    }
    ends.sort_unstable();
    ends.last().filter(|last| **last > from)?;
    let mut begin = 0;
    ends.push(text.len());
    let parts = ends.into_iter().map(|end| {
        let part = &text[begin..end];
        begin = end;
        part.trim_matches(['`', ' '])
    });
    Some(parts.filter(|part| !part.is_empty()).collect())
}

/// Whether a line holds nothing but what frames hold.
pub(super) fn is_blank(raw: &[u8]) -> bool {
    raw.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'>' | b'|'))
}

/// Whether a line holds a time and nothing else: the rest was wrapped.
pub(super) fn is_time(raw: &[u8]) -> bool {
    raw.len() < 60
        && std::str::from_utf8(raw).is_ok_and(|text| {
            let text = undecorate(text);
            time_at(text).is_some_and(|(_, length)| length == text.len())
        })
}

/// Whether a line begins a log record: with a time in or near its beginning, a level, or JSON.
pub(super) fn is_start(raw: &[u8]) -> bool {
    let mut head = &raw[..raw.len().min(160)];
    if is_date(head) {
        return true;
    }
    while let [b' ' | b'\t' | b'>' | b'+' | b'`', rest @ ..] = head {
        head = rest;
    }
    let starts = |word: &&str| {
        head.strip_prefix(word.as_bytes())
            .is_some_and(|rest| matches!(rest.first(), Some(b'\t' | b' ')) && rest.len() > 8)
    };
    head.starts_with(b"{\"")
        || head.starts_with(b"[pod/")
        || head.starts_with(b"[Envoy (Epoch")
        // A message of istiod's begins with a level's name.
        || (LEVELS.iter().any(starts) && !head.starts_with(b"error parsing "))
        || memchr::memchr_iter(b':', head).any(|colon| colon >= 13 && is_date(&head[colon - 13..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let want: Timestamp = "2026-11-24T02:27:17.428674Z".parse().unwrap();
        for head in [
            "2026-11-24T02:27:17.428674Z\twarn\tads\t",
            "2026-11-24T02:27:18.000000001Z 2026-11-24T02:27:17.428674Zwarnads",
            "[2026-11-24 02:27:17.428674][18][warning][config] ",
            "istio-ingressgateway-5d7-x istio-proxy 2026-11-24T03:27:17.428674+01:00 warn ",
        ] {
            assert_eq!(last_time(head), Some(want), "{head}");
        }
        assert_eq!(last_time("nothing-of-the-sort 2026-11"), None);
    }

    #[test]
    fn pods() {
        for (text, namespace, pod) in [
            ("[pod/gw-0/istio-proxy] 2026", None, "gw-0"),
            ("istio-system/gw-0[istio-proxy]: x", Some("istio-system"), "gw-0"),
            ("gw-0 > istio-proxy | x", None, "gw-0"),
            ("gw-0 istio-proxy x", None, "gw-0"),
        ] {
            let line = unwrap(text.as_bytes());
            assert_eq!(line.pod.as_deref(), Some(pod), "{text}");
            assert_eq!(line.namespace.as_deref(), namespace, "{text}");
        }
    }

    #[test]
    fn heads() {
        for head in ["", "warn\t", "2020-04-06T08:14:03.329011Z\tinfo\tsecretfetcher\t", "Zinfosds"]
        {
            assert!(is_head(head), "{head}");
        }
        for head in ["an error like ", "the cache ", "kubelet: "] {
            assert!(!is_head(head), "{head}");
        }
    }
}
