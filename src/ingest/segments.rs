//! A text cut into what it is made of: YAML documents, JSON values, and logs, which all other
//! text is. Markdown may hold all of them, in fences and in a shell's heredocs.

use super::documents::lines;
use crate::logs;
use crate::model::yaml::is_separator;

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    /// Looks like a YAML document, by its first line.
    Yaml(&'a str),
    /// Looks like JSON values, by its first line.
    Json(&'a str),
    /// Everything else.
    Log(&'a str),
}

/// What a line begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opens {
    /// A YAML document follows, or what stood there is over.
    Separator,
    /// A Markdown fence, opening or closing.
    Fence,
    /// A heredoc: what follows is a text of its own.
    Heredoc,
    /// A YAML object.
    Yaml,
    /// JSON values.
    Json,
    /// Nothing: blank, or a comment.
    Nothing,
    /// A log.
    Log,
}

/// The keys at an object's top, by which its first line is told from a log's.
const TOP: [&str; 14] = [
    "apiVersion",
    "kind",
    "metadata",
    "spec",
    "items",
    "data",
    "stringData",
    "type",
    "status",
    "rules",
    "subjects",
    "roleRef",
    "immutable",
    "webhooks",
];

/// What a line begins, where nothing has begun yet.
pub(super) fn opens(line: &str) -> Opens {
    let bare = line.trim_end();
    if bare.trim_start().is_empty() || bare.starts_with('#') || bare.starts_with('%') {
        return Opens::Nothing;
    }
    if is_separator(bare) {
        return Opens::Separator;
    }
    if let Some(info) = fence(bare) {
        // People put the marks right before the first line that they paste.
        return if logs::begins_record(info) { Opens::Log } else { Opens::Fence };
    }
    if terminator(bare).is_some() {
        return Opens::Heredoc;
    }
    if bare.starts_with('{') || bare == "[" || bare.starts_with("[{") || bare.starts_with("[ {") {
        return if is_record(bare) { Opens::Log } else { Opens::Json };
    }
    let key = bare.split_once(':').map_or("", |(key, _)| key.trim_matches(['"', '\'']));
    if TOP.contains(&key) { Opens::Yaml } else { Opens::Log }
}

/// What stands behind the marks that open or close a Markdown fence: with backticks it holds none.
fn fence(line: &str) -> Option<&str> {
    let inside = line.trim_start();
    let mark =
        ['`', '~'].into_iter().find(|mark| inside.starts_with(&mark.to_string().repeat(3)))?;
    let info = inside.trim_start_matches(mark).trim_end();
    (line.len() - inside.len() <= 3 && !(mark == '`' && info.contains('`'))).then_some(info)
}

/// Whether a line that begins like JSON is a log's: a record of its own, perhaps cut off, or none
/// at all, as Jira's `{code}`.
fn is_record(line: &str) -> bool {
    let Some(inside) = line.strip_prefix('{') else { return false };
    let inside = inside.trim_start();
    if !inside.is_empty() && !inside.starts_with(['"', '}']) {
        return true;
    }
    // Several records on one line are taken apart where JSON is read.
    let is_one = !["[{\"", "[[\"", "[ {\""].iter().any(|it| line.contains(it));
    let has = |key: &&str| line.contains(&format!("\"{key}\""));
    if line.ends_with('}') {
        return is_one && !(has(&"apiVersion") && has(&"kind"));
    }
    is_one && inside.contains("\":") && !TOP.iter().any(has)
}

/// The word that ends a heredoc which the line opens.
fn terminator(line: &str) -> Option<&str> {
    let (_, rest) = line.rsplit_once("<<")?;
    let word = rest.trim_start_matches('-').trim();
    let word = word.trim_matches(['"', '\'']);
    let is_word =
        !word.is_empty() && word.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    (is_word && word.bytes().any(|it| it.is_ascii_uppercase())).then_some(word)
}

/// Cuts a text, and hands on each part with the line on which it begins.
///
/// `strict` is for files that begin as an object: there a YAML document ends only where YAML ends
/// it, so that a broken one is told of. In other texts it also ends at a line in the first column
/// that is no YAML, for people paste objects into prose.
pub(super) fn cut<'a>(
    text: &'a str,
    first_line: u64,
    strict: bool,
    mut take: impl FnMut(Segment<'a>, u64),
) {
    let mut at = 0;
    let mut line = first_line;
    let mut in_fence = false;
    let mut heredoc: Option<&str> = None;
    while at < text.len() {
        let rest = &text[at..];
        let Some(first) = lines(rest).next() else { break };
        let bare = first.trim_end();
        if heredoc.is_some_and(|word| bare.trim_start() == word) {
            heredoc = None;
            at += first.len();
            line += 1;
            continue;
        }
        let what = opens(first);
        let (length, count) = match what {
            Opens::Nothing | Opens::Separator => (first.len(), 1),
            Opens::Fence => {
                in_fence = !in_fence;
                (first.len(), 1)
            }
            Opens::Heredoc => {
                heredoc = terminator(bare);
                (first.len(), 1)
            }
            Opens::Yaml => {
                let lenient = !strict && !in_fence && heredoc.is_none();
                let (length, count) = yaml_end(rest, in_fence, heredoc, lenient);
                take(Segment::Yaml(&rest[..length]), line);
                (length, count)
            }
            Opens::Json => {
                let (length, count) =
                    until(rest, |line| ends(line, in_fence, heredoc) || begins_with_a_time(line));
                take(Segment::Json(&rest[..length]), line);
                (length, count)
            }
            Opens::Log => {
                in_fence |= fence(bare).is_some();
                let is_end = |line: &str| {
                    ends(line, in_fence, heredoc)
                        || fence(line).is_some()
                        || opens(line) == Opens::Heredoc
                        || line.starts_with("apiVersion:")
                };
                let (length, count) = until(rest, is_end);
                take(Segment::Log(&rest[..length]), line);
                (length, count)
            }
        };
        at += length;
        line += count;
    }
}

fn ends(line: &str, in_fence: bool, heredoc: Option<&str>) -> bool {
    let bare = line.trim_end();
    is_separator(bare)
        || (in_fence && opens(line) == Opens::Fence)
        || heredoc.is_some_and(|word| bare.trim_start() == word)
}

fn yaml_end(text: &str, in_fence: bool, heredoc: Option<&str>, lenient: bool) -> (usize, u64) {
    until(text, |line| {
        ends(line, in_fence, heredoc) || begins_with_a_time(line) || (lenient && !can_be_yaml(line))
    })
}

/// Whether a line is a log's by its first word; no object has such a key at its top.
fn begins_with_a_time(line: &str) -> bool {
    let shape = line.bytes().take(11).map(|it| if it.is_ascii_digit() { b'0' } else { it });
    shape.eq(*b"0000-00-00T")
}

/// Whether a line can stand in a block mapping: deeper than the first column, or a key, a dash, a
/// comment.
fn can_be_yaml(line: &str) -> bool {
    let bare = line.trim_end();
    if bare.is_empty() || bare.starts_with([' ', '\t', '#', '-']) {
        return true;
    }
    let Some((key, value)) = bare.split_once(':') else { return false };
    let is_key = key.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-/\"'".contains(&it));
    is_key && (value.is_empty() || value.starts_with(' '))
}

/// The text up to the first line, after its first, that is an end.
fn until(text: &str, is_end: impl Fn(&str) -> bool) -> (usize, u64) {
    let mut length = 0;
    let mut count = 0;
    for line in lines(text) {
        if count > 0 && is_end(line) {
            break;
        }
        length += line.len();
        count += 1;
    }
    (length, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str, strict: bool) -> Vec<(&'static str, u64)> {
        let mut parts = Vec::new();
        cut(text, 1, strict, |segment, line| {
            parts.push(match segment {
                Segment::Yaml(_) => ("yaml", line),
                Segment::Json(_) => ("json", line),
                Segment::Log(_) => ("log", line),
            });
        });
        parts
    }

    #[test]
    fn a_stream_is_cut_at_its_separators() {
        let text = "# a\n---\napiVersion: v1\nkind: Pod\n--- # b\nkind: Pod\napiVersion: v1\n";
        assert_eq!(parts(text, true), [("yaml", 3), ("yaml", 6)]);
    }

    #[test]
    fn markdown_holds_objects_and_logs() {
        let text = "# Title\nprose\n\n```yaml\napiVersion: v1\nkind: Pod\n```\n\n\
                    ```\nsome log\n```\n```sh\nkubectl apply -f - <<EOF\nkind: Pod\nEOF\necho\n```\n";
        assert_eq!(
            parts(text, false),
            [("log", 2), ("yaml", 5), ("log", 10), ("yaml", 14), ("log", 16)]
        );
    }

    #[test]
    fn a_record_may_stand_right_behind_the_marks_of_a_fence() {
        let record = "2026-11-24T02:27:19.442Z\twarn\tads\tx";
        assert_eq!(opens(&format!("```{record}")), Opens::Log);
        assert_eq!(opens(&format!("```{record}``` ")), Opens::Log);
        assert_eq!(opens("```yaml title=x"), Opens::Fence);
        let text = format!("```{record}\nsecond\n```\nI have\napiVersion: v1\nkind: Pod\nand so\n");
        assert_eq!(parts(&text, false), [("log", 1), ("log", 4), ("yaml", 5), ("log", 7)]);
    }

    #[test]
    fn an_object_pasted_into_prose_ends_where_prose_goes_on() {
        let text = "I have\napiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nand see an error\n";
        assert_eq!(parts(text, false), [("log", 1), ("yaml", 2), ("log", 6)]);
        assert_eq!(parts(&text[7..], true), [("yaml", 1)]);
    }

    #[test]
    fn log_lines_in_json_are_no_objects() {
        assert_eq!(opens("{\"level\":\"warn\",\"msg\":\"x\"}"), Opens::Log);
        assert_eq!(opens("{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}"), Opens::Json);
        assert_eq!(opens("{"), Opens::Json);
        assert_eq!(opens("{\"apiVersion\": \"v1\","), Opens::Json);
        assert_eq!(opens("{\"level\":\"warn\",\"msg\":\"cut of"), Opens::Log);
        assert_eq!(opens("{\"hits\":[{\"message\":\"x\"}]}"), Opens::Json);
        assert_eq!(opens("{code:java}2026-11-24T02:27:19.442Z"), Opens::Log);
        assert_eq!(opens("[2026-11-24T02:27:19.442Z] \"GET / HTTP/1.1\" 503 UH"), Opens::Log);
        assert_eq!(opens("error: not an object"), Opens::Log);
    }
}
