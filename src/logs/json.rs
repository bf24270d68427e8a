//! Reads the strings of a JSON log line, whole or cut off, without building a value.

use std::borrow::Cow;

/// Calls `visit` with each key and string or number below it, nested objects included.
///
/// Keys of nested objects come without their parents' keys. A line that is cut off gives what
/// stands before the cut.
pub(super) fn fields<'t>(text: &'t str, mut visit: impl FnMut(&'t str, Cow<'t, str>)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(quote) = memchr::memchr(b'"', &bytes[at..]) {
        let Some((key, after)) = string(text, at + quote + 1) else { return };
        let after = skip_space(bytes, after);
        if bytes.get(after) != Some(&b':') {
            at = after;
            continue;
        }
        let value = skip_space(bytes, after + 1);
        at = value;
        match bytes.get(value) {
            Some(b'"') => {
                let Some((raw, end)) = string(text, value + 1) else {
                    visit(key, unescape(&text[value + 1..]));
                    return;
                };
                visit(key, unescape(raw));
                at = end;
            }
            Some(b'0'..=b'9') => {
                let end = bytes[value..]
                    .iter()
                    .position(|byte| !byte.is_ascii_digit() && *byte != b'.')
                    .map_or(bytes.len(), |length| value + length);
                visit(key, Cow::Borrowed(&text[value..end]));
                at = end;
            }
            _ => {}
        }
    }
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
        at += 1;
    }
    at
}

/// The string that begins at `from`, still escaped, and what follows its closing quote.
fn string(text: &str, from: usize) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let found = at + memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[found] == b'"' {
            return Some((&text[from..found], found + 1));
        }
        at = found + 2;
    }
}

/// Undoes JSON's escapes.
fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('u') => {
                let digits: String = chars.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok();
                out.push(code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            Some('b' | 'f') | None => {}
            Some(other) => out.push(other),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(String, String)> {
        let mut out = Vec::new();
        fields(text, |key, value| out.push((key.to_owned(), value.into_owned())));
        out
    }

    #[test]
    fn reads_nested_escaped_and_cut() {
        let text = r#"{"a":"x\u0009\"y\"","n":{"code": 404,"b":null},"l":["p","q"],"c":"cu"#;
        let want = [("a", "x\t\"y\""), ("code", "404"), ("c", "cu")];
        let want: Vec<_> = want.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        assert_eq!(all(text), want);
    }

    #[test]
    fn survives_nonsense() {
        for text in ["", "\"", "{\"a\\", "{\"a\":\"\\", "{\"a\":\"\\u12", "\"\":\"\\\\"] {
            assert!(all(text).len() < 2);
        }
    }
}
