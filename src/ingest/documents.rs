//! YAML and JSON cut into objects, each with its place, so that one bad one spoils no other.

use std::borrow::Cow;

use memchr::memchr;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::segments::Segment;
use crate::model::yaml::{self, Fault};

/// One object, as text.
#[derive(Clone, Debug)]
pub(super) struct Document<'a> {
    /// `apiVersion`.
    pub(super) api_version: Cow<'a, str>,
    /// `kind`.
    pub(super) kind: Cow<'a, str>,
    /// Its text.
    pub(super) text: &'a str,
    /// The line on which the text begins, counted from 1.
    pub(super) line: u64,
    /// How the text is to be read.
    pub(super) form: Form,
    /// Whether it stood in a `kind: List`, as kubectl prints what it was asked for; a bare array
    /// is somebody's choice.
    pub(super) is_of_list: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A YAML document.
    Yaml,
    /// A YAML sequence with this one entry, as it is cut from a List.
    Entry,
    /// A JSON value.
    Json,
}

impl Document<'_> {
    /// API group, empty for the core.
    pub(super) fn group(&self) -> &str {
        self.api_version.rsplit_once('/').map_or("", |(group, _)| group)
    }

    /// Whether it is the header of a bundle.
    pub(super) fn is_header(&self) -> bool {
        self.kind == "Snapshot" && self.api_version == crate::report::API_VERSION
    }

    /// Reads it; lines in errors are those of the file.
    pub(super) fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, Fault> {
        let read = match self.form {
            Form::Yaml => yaml::read(self.text),
            Form::Entry => yaml::read::<(T,)>(self.text).map(|(it,)| it),
            Form::Json => yaml::read_json(self.text),
        };
        read.map_err(|fault| Fault { line: self.line + fault.line.saturating_sub(1), ..fault })
    }
}

/// What a document at the top turned out to be.
pub(super) enum Cut<'a> {
    /// One object.
    One(Document<'a>),
    /// The entries of a List.
    List(Vec<Document<'a>>),
    /// No object: it has no `apiVersion` and `kind` at its top.
    Other,
    /// JSON that is no object: records of a log, perhaps.
    Records,
    /// Text that only began like JSON.
    Log,
}

/// What a segment is cut into, each with its text and line.
pub(super) type Cuts<'a> = Vec<(Cut<'a>, &'a str, u64)>;

/// The objects of a segment; a log has none.
pub(super) fn of<'a>(segment: &Segment<'a>, line: u64) -> Result<Cuts<'a>, Fault> {
    match segment {
        Segment::Log(_) => Ok(Vec::new()),
        Segment::Yaml(yaml) => Ok(vec![(yaml_document(yaml, line), *yaml, line)]),
        Segment::Json(json) => json_values(json, line),
    }
}

/// Cuts a YAML document.
fn yaml_document(text: &str, line: u64) -> Cut<'_> {
    let head = head(text, 0);
    let (Some(api_version), Some(kind)) = (head.api_version, head.kind) else {
        return Cut::Other;
    };
    let document = Document { api_version, kind, text, line, form: Form::Yaml, is_of_list: false };
    match head.items.filter(|_| document.kind.ends_with("List")) {
        Some(items) => Cut::List(entries(&document, items)),
        None => Cut::One(document),
    }
}

/// One JSON value after another; what follows the last one that can be read may be a log.
fn json_values(text: &str, line: u64) -> Result<Cuts<'_>, Fault> {
    let mut cuts = Vec::new();
    let mut stream =
        serde_json::Deserializer::from_str(text).into_iter::<&serde_json::value::RawValue>();
    let mut at = line;
    let mut counted = 0;
    loop {
        match stream.next() {
            None => return Ok(cuts),
            Some(Ok(value)) => {
                let value = value.get();
                let start = value.as_ptr() as usize - text.as_ptr() as usize;
                at += memchr::memchr_iter(b'\n', &text.as_bytes()[counted..start]).count() as u64;
                counted = start;
                cuts.push((json_value(value, at)?, value, at));
            }
            Some(Err(_)) if !cuts.is_empty() || !text.contains("\"apiVersion\"") => {
                let from = cuts.last().map_or(0, |(_, value, _)| {
                    value.as_ptr() as usize - text.as_ptr() as usize + value.len()
                });
                at += memchr::memchr_iter(b'\n', &text.as_bytes()[counted..from]).count() as u64;
                cuts.push((Cut::Log, &text[from..], at));
                return Ok(cuts);
            }
            Some(Err(error)) => {
                let reason =
                    if error.is_eof() { "the JSON ends early" } else { "it is not valid JSON" };
                let line = line + (error.line() as u64).saturating_sub(1);
                return Err(Fault { line, reason: reason.to_owned() });
            }
        }
    }
}

/// Cuts a JSON value: an object, a List, or an array of objects.
pub(super) fn json_value(text: &str, line: u64) -> Result<Cut<'_>, Fault> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Head<'a> {
        #[serde(borrow, default)]
        api_version: Option<Cow<'a, str>>,
        #[serde(borrow, default)]
        kind: Option<Cow<'a, str>>,
        #[serde(borrow, default)]
        items: Option<Vec<&'a RawValue>>,
    }
    let fault = |error: serde_json::Error| Fault {
        line: line + (error.line() as u64).saturating_sub(1),
        reason: if error.is_eof() { "the JSON ends early" } else { "it is not valid JSON" }
            .to_owned(),
    };
    if text.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(text).map_err(fault)?;
        let documents = json_items(text, line, &items, "", "");
        let is_object = |it: &Document<'_>| !it.kind.is_empty() && !it.api_version.is_empty();
        if !items.is_empty() && !documents.iter().any(is_object) {
            return Ok(Cut::Records);
        }
        return Ok(Cut::List(documents));
    }
    let head: Head<'_> = serde_json::from_str(text).map_err(fault)?;
    let (Some(api_version), Some(kind)) = (head.api_version, head.kind) else {
        return Ok(Cut::Records);
    };
    if let Some(items) = head.items.filter(|_| kind.ends_with("List")) {
        let of = kind.strip_suffix("List").unwrap_or_default();
        return Ok(Cut::List(json_items(text, line, &items, &api_version, of)));
    }
    Ok(Cut::One(Document { api_version, kind, text, line, form: Form::Json, is_of_list: false }))
}

fn json_items<'a>(
    whole: &'a str,
    line: u64,
    items: &[&'a RawValue],
    list_version: &str,
    list_kind: &str,
) -> Vec<Document<'a>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Head<'a> {
        #[serde(borrow, default)]
        api_version: Option<Cow<'a, str>>,
        #[serde(borrow, default)]
        kind: Option<Cow<'a, str>>,
    }
    let mut documents = Vec::with_capacity(items.len());
    let (mut counted, mut at) = (0, line);
    for item in items {
        let text = item.get();
        let start = text.as_ptr() as usize - whole.as_ptr() as usize;
        at += memchr::memchr_iter(b'\n', &whole.as_bytes()[counted..start]).count() as u64;
        counted = start;
        let Ok(head) = serde_json::from_str::<Head<'_>>(text) else { continue };
        // The API server leaves kind and apiVersion out of the items of a PodList.
        let kind = head.kind.unwrap_or_else(|| list_kind.to_owned().into());
        let api_version = head.api_version.unwrap_or_else(|| list_version.to_owned().into());
        let is_of_list = !list_version.is_empty();
        documents.push(Document {
            api_version,
            kind,
            text,
            line: at,
            form: Form::Json,
            is_of_list,
        });
    }
    documents
}

/// What stands at the top of a YAML mapping.
#[derive(Default)]
struct Top<'a> {
    api_version: Option<Cow<'a, str>>,
    kind: Option<Cow<'a, str>>,
    /// The offset behind the line `items:`.
    items: Option<usize>,
}

/// Looks at the keys that stand in one column, without parsing: everything nested stands deeper.
fn head(text: &str, column: usize) -> Top<'_> {
    let mut top = Top::default();
    let mut at = 0;
    for line in lines(text) {
        let next = at + line.len();
        let is_first = at == 0;
        let indent = line.get(..column).unwrap_or_default();
        if indent.bytes().all(|it| it == b' ' || (is_first && it == b'-')) {
            let key = line.get(column..).unwrap_or_default();
            if let Some(value) = key.strip_prefix("apiVersion:") {
                top.api_version = scalar(value);
            } else if let Some(value) = key.strip_prefix("kind:") {
                top.kind = scalar(value);
            } else if let Some(value) = key.strip_prefix("items:") {
                top.items = value.trim().is_empty().then_some(next);
            }
        }
        at = next;
    }
    top
}

/// A plain or quoted scalar on one line; without its comment.
fn scalar(value: &str) -> Option<Cow<'_, str>> {
    let value = value.trim();
    if let Some(quoted) = value.strip_prefix(['"', '\'']) {
        let end = quoted.find(['"', '\''])?;
        return Some(quoted[..end].into());
    }
    let value = value.split(" #").next().unwrap_or_default().trim_end();
    let is_plain =
        !value.is_empty() && !value.starts_with(['{', '[', '&', '*', '!', '|', '>', '#']);
    is_plain.then(|| value.into())
}

/// Cuts a List's entries at the dashes of its sequence: what an entry holds stands deeper.
fn entries<'a>(list: &Document<'a>, items: usize) -> Vec<Document<'a>> {
    let body = &list.text[items..];
    let before = memchr::memchr_iter(b'\n', &list.text.as_bytes()[..items]).count() as u64;
    let of = list.kind.strip_suffix("List").unwrap_or_default();
    let mut dash = None;
    let mut starts: Vec<(usize, u64)> = Vec::new();
    let mut at = 0;
    for (line, text) in (list.line + before..).zip(lines(body)) {
        let trimmed = text.trim_start_matches(' ');
        let indent = text.len() - trimmed.len();
        let is_dash = trimmed.starts_with("- ") || trimmed.trim_end() == "-";
        if is_dash && dash.is_none_or(|dash| dash == indent) {
            dash = Some(indent);
            starts.push((at, line));
        } else if dash.is_some_and(|dash| indent <= dash)
            && !trimmed.trim_end().is_empty()
            && !trimmed.starts_with('#')
        {
            // A key of the List itself: its entries are over.
            break;
        }
        at += text.len();
    }
    let column = dash.map_or(0, |dash| dash + 2);
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([at]);
    let texts: Vec<(&str, u64)> =
        starts.iter().zip(ends).map(|((start, line), end)| (&body[*start..end], *line)).collect();
    let document = |(text, line): (&'a str, u64)| {
        let top = head(text, column);
        let kind = top.kind.or_else(|| (!of.is_empty()).then(|| of.to_owned().into()))?;
        let api_version = top.api_version.unwrap_or_else(|| list.api_version.clone());
        Some(Document { api_version, kind, text, line, form: Form::Entry, is_of_list: true })
    };
    texts.into_par_iter().filter_map(document).collect()
}

/// The lines of a text, each with its line end.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
        let (line, tail) = rest.split_at(end);
        rest = tail;
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(cut: &Cut<'_>) -> Vec<(String, String, u64)> {
        let of = |it: &Document<'_>| (it.api_version.to_string(), it.kind.to_string(), it.line);
        match cut {
            Cut::One(document) => vec![of(document)],
            Cut::List(documents) => documents.iter().map(of).collect(),
            Cut::Other | Cut::Records | Cut::Log => Vec::new(),
        }
    }

    #[test]
    fn a_list_is_cut_at_its_dashes_wherever_they_stand() {
        let expected =
            [("v1".to_owned(), "Pod".to_owned(), 3), ("v1".to_owned(), "Secret".to_owned(), 8)];
        for indent in ["", "  "] {
            let list = [
                "apiVersion: v1",
                "items:",
                "- apiVersion: v1",
                "  data:",
                "    x: |",
                "      - a",
                "  kind: Pod",
                "- kind: \"Secret\"  # quoted",
                "  apiVersion: v1",
            ];
            let mut text = String::new();
            for (position, line) in list.iter().enumerate() {
                text += if position > 1 { indent } else { "" };
                text += line;
                text += "\n";
            }
            text += "kind: List\nmetadata:\n  resourceVersion: \"\"\n";
            let cut = yaml_document(&text, 1);
            assert_eq!(kinds(&cut), expected, "{text}");
        }
    }

    #[test]
    fn items_of_a_typed_list_are_of_its_kind() {
        let json = "{\n\"kind\":\"PodList\",\"apiVersion\":\"v1\",\n\"items\":[\n{\"metadata\":{}},\n{\"metadata\":{}}]}";
        let cut = json_value(json, 1).unwrap();
        let expected =
            [("v1".to_owned(), "Pod".to_owned(), 4), ("v1".to_owned(), "Pod".to_owned(), 5)];
        assert_eq!(kinds(&cut), expected);
    }

    #[test]
    fn what_has_no_kind_at_its_top_is_no_object() {
        assert!(matches!(yaml_document("spec:\n  kind: Pod\n  apiVersion: v1\n", 1), Cut::Other));
        assert!(matches!(json_value("{\"msg\":\"kind\"}", 1), Ok(Cut::Records)));
        assert!(matches!(json_value("[{\"msg\":\"kind\"}]", 1), Ok(Cut::Records)));
    }
}
