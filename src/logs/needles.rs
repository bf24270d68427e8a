//! The words that make a line worth a look, searched for all at once.

use aho_corasick::{AhoCorasick, MatchKind, packed};
use std::sync::OnceLock;

/// What a needle that was found may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// A message of a table.
    Message,
    /// A failed request in the access log.
    Request,
    /// A line that ends the log.
    Break,
}

/// Parts of messages that stay whole when a line is wrapped at spaces and hyphens. Where lines are
/// broken in mid-word, most messages have another one left. The packed search holds 64 needles in
/// all, and is the slower the shorter the shortest is: four bytes.
const MESSAGES: [&str; 26] = [
    "ecret",
    "resource:",
    "EVENT:",
    "es://",
    "fetch",
    "eway://",
    "gmap://",
    "authorized",
    "credsc",
    "retriev",
    "parsing",
    "invalid c",
    "credential",
    "SDS:",
    "ADS:",
    "rejected",
    "skipping",
    "without",
    "zero",
    "buildGateway",
    "missing",
    "vhost",
    "virtual",
    "missed",
    "socket",
    "Invalid path",
];

const REQUESTS: [&str; 28] = [
    " NR ", " NC ", " UH ", " UF ", " UF,", " URX", " UC ", " UT ", " DC ", " DPE", " RL ", " UAE",
    "\"NR\"", "\"NC\"", "\"UH\"", "\"UF\"", "\"UF,", "\"URX", "\"UC\"", "\"UT\"", "\"DC\"",
    "\"DPE", "\"RL\"", "\"UAE", "\"NR\\", "\"NC\\", "\"UH\\", "\"UF\\",
];

const BREAKS: [&str; 10] =
    ["\n---", "\napiVersion:", "\n```", " ```", "\n~~~", " ~~~", "EOF\n", "EOF\r", "EOF'", "EOF\""];

/// A search for all needles.
pub(super) struct Needles {
    packed: Option<packed::Searcher>,
    plain: Option<AhoCorasick>,
}

impl Needles {
    /// The search, with or without the lines that end a log.
    pub(super) fn shared(breaks: bool) -> &'static Self {
        static PLAIN: OnceLock<Needles> = OnceLock::new();
        static BREAKING: OnceLock<Needles> = OnceLock::new();
        let place = if breaks { &BREAKING } else { &PLAIN };
        place.get_or_init(|| Self::new(breaks))
    }

    fn new(breaks: bool) -> Self {
        let breaks = if breaks { &BREAKS[..] } else { &[] };
        let all = || MESSAGES.iter().chain(&REQUESTS).chain(breaks);
        let packed = packed::Config::new()
            .match_kind(packed::MatchKind::LeftmostFirst)
            .builder()
            .extend(all())
            .build();
        // Processors without vector instructions have no packed search.
        let plain = packed
            .is_none()
            .then(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(all()).ok());
        Self { packed, plain: plain.flatten() }
    }

    /// The first needle at or behind `from`: where it begins and ends, and what it hints at.
    pub(super) fn find(&self, bytes: &[u8], from: usize) -> Option<(usize, usize, Hint)> {
        let span = aho_corasick::Span::from(from..bytes.len());
        let found = match (&self.packed, &self.plain) {
            (Some(packed), _) => packed.find_in(bytes, span),
            (None, Some(plain)) => plain.find(aho_corasick::Input::new(bytes).span(span)),
            (None, None) => None,
        }?;
        let hint = match found.pattern().as_usize() {
            index if index < MESSAGES.len() => Hint::Message,
            index if index < MESSAGES.len() + REQUESTS.len() => Hint::Request,
            _ => Hint::Break,
        };
        Some((found.start(), found.end(), hint))
    }
}

/// Whether a line opens something that is no log.
pub(super) fn is_break(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line == b"---" || line.starts_with(b"--- ") || line.starts_with(b"apiVersion:") {
        return true;
    }
    let indent = line.iter().take(3).take_while(|byte| **byte == b' ').count();
    // A fence's marks are backticks, and none follow in its line.
    let marks = line[indent..].iter().take_while(|byte| **byte == b'`').count();
    let is_fence = marks >= 3 && !line[indent + marks..].contains(&b'`');
    if is_fence || line[indent..].starts_with(b"~~~") {
        return true;
    }
    let line = line.trim_ascii_end();
    let open = [b"<<".as_slice(), b"<<-", b"<< ", b"<<- "];
    [b"EOF".as_slice(), b"'EOF'", b"\"EOF\""].iter().any(|word| {
        line.strip_suffix(*word).is_some_and(|head| open.iter().any(|open| head.ends_with(open)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packed_search_has_room() {
        let all = || MESSAGES.iter().chain(&REQUESTS).chain(&BREAKS);
        assert!(all().count() <= 64 && all().all(|needle| needle.len() >= 4));
    }

    #[test]
    fn breaks() {
        for line in [
            "---",
            "---\r",
            "--- # b",
            "```",
            "```yaml",
            "   ~~~",
            "apiVersion: v1",
            "kubectl apply -f - <<EOF",
            "cat <<'EOF'",
            "cat <<-\"EOF\"",
            "cat << EOF",
        ] {
            assert!(is_break(line.as_bytes()), "{line}");
        }
        for line in [
            "----",
            "    ```",
            "```2026-11-24T02:27:19Z warn x```",
            " apiVersion: v1",
            "unexpected EOF",
            "--",
            "a ``` b",
        ] {
            assert!(!is_break(line.as_bytes()), "{line}");
        }
    }
}
