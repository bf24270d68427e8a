//! Quotes as a component wrote them, where a file format or a page wrote them in its own way.

/// How HTML writes what would be markup.
const ENTITIES: [(&str, &str); 8] = [
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&#39;", "'"),
    ("&apos;", "'"),
    ("&#43;", "+"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
];

/// The text with plain quotes; nothing where they are plain already.
pub(super) fn plain(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_marked = memchr::memchr2(b'\\', b'&', bytes).is_some();
    if !is_marked && memchr::memmem::find(bytes, b"\"\"").is_none() {
        return None;
    }
    let mut plain = None;
    if text.contains("\\\"") {
        plain = Some(without_backslashes(text));
    }
    if text.contains("\"\"") {
        plain = csv(plain.as_deref().unwrap_or(text)).or(plain);
    }
    html(plain.as_deref().unwrap_or(text)).or(plain)
}

/// The text of a page's source: all of its quotes are entities.
pub(super) fn of_page(text: &str) -> Option<String> {
    let has_entity = memchr::memchr(b'&', text.as_bytes()).is_some();
    (has_entity && text.contains("&quot;") && !text.contains('"')).then(|| html(text))?
}

fn html(text: &str) -> Option<String> {
    let has_some = text.contains('&') && ENTITIES.iter().any(|(it, _)| text.contains(it));
    has_some.then(|| {
        ENTITIES.iter().fold(text.to_owned(), |text, (entity, it)| text.replace(entity, it))
    })
}

/// YAML, logfmt and JSON within JSON: `\"`, and more backslashes the deeper it stands.
fn without_backslashes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for part in text.split_inclusive('"') {
        match part.strip_suffix('"') {
            Some(before) => plain.extend([before.trim_end_matches('\\'), "\""]),
            None => plain.push_str(part),
        }
    }
    plain
}

/// CSV: a field in quotes, and those within it doubled.
fn csv(line: &str) -> Option<String> {
    let begins = std::iter::once(0).filter(|_| line.starts_with('"'));
    let mut begins = begins.chain(line.match_indices(",\"").map(|(comma, _)| comma + 1));
    begins.find_map(|quote| {
        let (head, field) = line.split_at(quote + 1);
        let inside = length_of_field(field)?;
        let (inside, rest) = field.split_at(inside);
        inside.contains("\"\"").then(|| {
            let head = head.strip_suffix('"').unwrap_or(head);
            [head, &inside.replace("\"\"", "\""), &rest[1..]].concat()
        })
    })
}

/// How long a field is, up to the quote that ends it, before a comma or at the line's end.
fn length_of_field(field: &str) -> Option<usize> {
    let bytes = field.as_bytes();
    let mut at = 0;
    loop {
        at += memchr::memchr(b'"', bytes.get(at..)?)?;
        match bytes.get(at + 1) {
            Some(b'"') => at += 2,
            None | Some(b',') => return Some(at),
            Some(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_writing_them() {
        let want = "invalid certificates: \"kubernetes://a\": <x>";
        for text in [
            "invalid certificates: \\\"kubernetes://a\\\": <x>",
            "invalid certificates: \\\\\\\"kubernetes://a\\\\\\\": <x>",
            "invalid certificates: &quot;kubernetes://a&quot;: &lt;x&gt;",
            "\"invalid certificates: \"\"kubernetes://a\"\": <x>\"",
        ] {
            assert_eq!(plain(text).as_deref(), Some(want));
        }
        let csv = "2026,\"gw\",\"a \"\"b\"\"\"";
        assert_eq!(plain(csv).as_deref(), Some("2026,\"gw\",a \"b\""));
        let plain_ones = [
            want,
            "resource \"secrets\" in API group \"\" at the cluster scope",
            "a, b & c",
            "\"a\"\"",
            ",\"a\"\"b",
        ];
        for text in plain_ones {
            assert_eq!(plain(text), None, "{text}");
        }
    }
}
