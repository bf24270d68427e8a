//! JSON that is no object: what collectors hand out, an array of records or an answer that holds
//! one. Each record is made a line of a log again.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The keys under which collectors keep what a program wrote, and one of Envoy's own lines.
const SAID: [&str; 6] = ["msg", "message", "log", "line", "textPayload", "response_flags"];

/// How deep records may lie.
const DEEP: usize = 8;

/// Hands on each record as one line, and the line of the text on which it begins.
pub(super) fn each(text: &str, line: u64, mut take: impl FnMut(&str, u64)) {
    let mut place = Place { whole: text, counted: 0, line };
    walk(text, DEEP, &mut |record| {
        let at = place.of(record);
        if record.starts_with('"') {
            // Loki's lines stand beside their time, without a key.
            for said in serde_json::from_str::<String>(record).iter().flat_map(|it| it.lines()) {
                take(said, at);
            }
        } else {
            take(&on_one_line(record), at);
        }
    });
}

struct Place<'t> {
    whole: &'t str,
    counted: usize,
    line: u64,
}

impl Place<'_> {
    /// The line on which a part begins; parts come in order.
    fn of(&mut self, part: &str) -> u64 {
        let start = part.as_ptr() as usize - self.whole.as_ptr() as usize;
        let between = self.whole.as_bytes().get(self.counted..start).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', between).count() as u64;
        self.counted = start;
        self.line
    }
}

fn walk<'t>(value: &'t str, deep: usize, take: &mut impl FnMut(&'t str)) {
    if deep == 0 {
        return;
    }
    match value.as_bytes().first() {
        Some(b'[') => {
            for item in serde_json::from_str::<Vec<&RawValue>>(value).unwrap_or_default() {
                walk(item.get(), deep - 1, take);
            }
        }
        Some(b'{') if says(value, deep) => take(value),
        Some(b'{') => {
            let mut values: Vec<&str> = fields(value).into_values().map(RawValue::get).collect();
            values.sort_unstable_by_key(|it| it.as_ptr());
            for value in values {
                walk(value, deep - 1, take);
            }
        }
        Some(b'"') if value.contains(' ') || value.contains("\\t") => take(value),
        _ => {}
    }
}

fn fields(object: &str) -> BTreeMap<Cow<'_, str>, &RawValue> {
    serde_json::from_str(object).unwrap_or_default()
}

/// Whether an object is one record: what was said stands in it, or in an object in it.
fn says(object: &str, deep: usize) -> bool {
    deep > 0
        && fields(object).iter().any(|(key, value)| match value.get().as_bytes().first() {
            Some(b'"') => SAID.contains(&&**key),
            Some(b'{') => says(value.get(), deep - 1),
            _ => false,
        })
}

/// A record without the line ends between its keys: within strings there are none.
fn on_one_line(record: &str) -> Cow<'_, str> {
    if !record.contains('\n') {
        return Cow::Borrowed(record);
    }
    Cow::Owned(record.lines().map(str::trim).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_and_their_lines() {
        let of = |text: &str| {
            let mut all = Vec::new();
            each(text, 3, |record, line| all.push((record.to_owned(), line)));
            all
        };
        let text = "[\n{\"severity\": \"WARNING\",\n  \"jsonPayload\": {\"message\": \"a b\"}},\n\
                    {\"textPayload\": \"c d\"}\n]";
        let want = [
            ("{\"severity\": \"WARNING\",\"jsonPayload\": {\"message\": \"a b\"}}", 4),
            ("{\"textPayload\": \"c d\"}", 6),
        ];
        assert_eq!(of(text), want.map(|(record, line)| (record.to_owned(), line)));
        let loki =
            "{\"data\":{\"result\":[{\"stream\":{\"pod\":\"gw\"},\"values\":[[\"17\",\"a b\"]]}]}}";
        assert_eq!(of(loki), [("a b".to_owned(), 3)]);
        assert_eq!(of(&"[".repeat(5_000)), []);
    }
}
