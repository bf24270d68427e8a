//! The only file that knows the YAML crate: reading with places, and writing what kubectl reads back.

use std::fmt;

use serde::de::{DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Why a document could not be read, never quoting a value of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, counted from 1 within the text given; 0 where none is known.
    pub line: u64,
    /// What is wrong, with the field where that is known.
    pub reason: String,
}

/// A string, and the line it stands on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// The string.
    pub value: String,
    /// The line, counted from 1 within the document; 0 in JSON, where none is known.
    pub line: u64,
}

impl<'de> Deserialize<'de> for Placed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Option::<serde_yaml::Spanned<String>>::deserialize(deserializer)?;
        Ok(spanned.map_or_else(Self::default, |spanned| Self {
            line: spanned.referenced.line(),
            value: spanned.value,
        }))
    }
}

/// Reads one document; of a key that is given twice the last counts, as kubectl has it
/// (sigs.k8s.io/yaml 1.6, not strict).
///
/// # Errors
/// The line and the field of what is no YAML, or not of that type; nothing of the text is quoted.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    use serde_yaml::DuplicateKeyPolicy::{Error, LastWins};
    // To look out for the last costs a fifth more, and hardly any document needs it.
    if let Ok(read) = serde_yaml::from_str_with_options(text, options(text.len(), Error)) {
        return Ok(read);
    }
    let options = || options(text.len(), LastWins);
    serde_yaml::from_str_with_options(text, options()).map_err(|error| {
        // The way to the field costs time, so it is asked for only once reading has failed.
        let mut path = None;
        let again =
            serde_yaml::with_deserializer_from_str_with_options(text, options(), |deserializer| {
                serde_path_to_error::deserialize::<_, T>(deserializer).map_err(|error| {
                    path = Some(error.path().to_string());
                    error.into_inner()
                })
            });
        drop(again);
        Fault {
            line: error.location().map_or(0, |location| location.line()),
            reason: with_path(path, &error.without_snippet().to_string()),
        }
    })
}

/// Reads one JSON value.
///
/// # Errors
/// The line and the field of what is no JSON, or not of that type.
pub fn read_json<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let path = serde_path_to_error::deserialize::<_, T>(&mut deserializer)
            .err()
            .map(|error| error.path().to_string());
        Fault { line: error.line() as u64, reason: with_path(path, &error.to_string()) }
    })
}

/// Whether a line ends a document.
pub fn is_separator(line: &str) -> bool {
    line.strip_prefix("---")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '#']))
        || line == "..."
}

/// The documents of a stream, each with the line on which it begins, counted from 1; those with
/// nothing but comments in them are left out.
pub fn documents(text: &str) -> Vec<(u64, &str)> {
    let mut documents = Vec::new();
    let (mut start, mut first, mut at) = (0, 1, 0);
    let mut take = |start: usize, end: usize, line: u64| {
        let document = &text[start..end];
        let says = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        if document.lines().any(says) {
            documents.push((line, document));
        }
    };
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        if is_separator(line.trim_end()) {
            take(start, at, first);
            (start, first) = (at + line.len(), number + 1);
        }
        at += line.len();
    }
    take(start, at, first);
    documents
}

/// The line of a field within a document, counted from 1; of one that is not there, that of the
/// nearest above it. 0 where the document cannot be read.
pub fn line_of(text: &str, path: &str) -> u64 {
    let Ok(mut tree) = serde_yaml::from_str_with_options::<Tree>(
        text,
        options(text.len(), serde_yaml::DuplicateKeyPolicy::LastWins),
    ) else {
        return 0;
    };
    for step in path.split(['.', '[']) {
        let step = step.trim_end_matches(']');
        let below = match tree.node {
            Node::Map(entries) => entries.into_iter().find(|(key, _)| key == step).map(|it| it.1),
            Node::List(entries) => {
                step.parse().ok().and_then(|at: usize| entries.into_iter().nth(at))
            }
            Node::Scalar => None,
        };
        match below {
            Some(below) => tree = below,
            None => return tree.line,
        }
    }
    tree.line
}

/// A document with the line of each value.
struct Tree {
    line: u64,
    node: Node,
}

enum Node {
    Map(Vec<(String, Tree)>),
    List(Vec<Tree>),
    Scalar,
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = serde_yaml::Spanned::<Node>::deserialize(deserializer)?;
        Ok(Self { line: spanned.referenced.line(), node: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Nodes)
    }
}

struct Nodes;

impl<'de> Visitor<'de> for Nodes {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, mut below)) = map.next_entry::<serde_yaml::Spanned<String>, Tree>()? {
            // A field begins with its name; what it holds may begin further down.
            below.line = key.referenced.line();
            entries.push((key.value, below));
        }
        Ok(Node::Map(entries))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = seq.next_element()? {
            entries.push(entry);
        }
        Ok(Node::List(entries))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_str<E>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar)
    }
}

/// Writes one document, such that kubectl reads strings as strings (`no`, `1e3`, `~` …).
pub fn write<T: Serialize>(value: &T) -> String {
    serde_yaml::to_string(value).unwrap_or_default()
}

/// The crate's default budget refuses a List of 19,000 items (serde-saphyr 2.1); what protects
/// from bombs are the limits on aliases, which stay.
fn options(bytes: usize, duplicates: serde_yaml::DuplicateKeyPolicy) -> serde_yaml::Options {
    let mut budget = serde_yaml::Budget::default();
    budget.max_events = bytes.saturating_mul(2).max(budget.max_events);
    budget.max_nodes = bytes.max(budget.max_nodes);
    budget.max_total_scalar_bytes = bytes.max(budget.max_total_scalar_bytes);
    budget.max_total_comment_bytes = bytes.max(budget.max_total_comment_bytes);
    let mut options = serde_yaml::Options::default();
    options.budget = Some(budget);
    options.duplicate_keys = duplicates;
    options.with_snippet = false;
    options.emit_comments = false;
    options
}

fn with_path(path: Option<String>, message: &str) -> String {
    let message = without_values(message);
    match path {
        Some(path) if !matches!(&*path, "." | "?") => {
            let path = path.strip_prefix("[0].").unwrap_or(&path);
            format!("{path}: {message}")
        }
        _ => message,
    }
}

/// Takes out of a parser's message what it quotes of the document: that may be a key. What serde
/// quotes after "expected" are our own words, and stay.
fn without_values(message: &str) -> String {
    let message = message.lines().next().unwrap_or_default();
    let message = message.split(" at line ").next().unwrap_or_default();
    if let Some((_, limit)) = message.split_once("budget breached: ") {
        let is_deep = limit.starts_with("Depth");
        let why = if is_deep { "it is nested too deep" } else { "its aliases make too much of it" };
        return why.to_owned();
    }
    let (told, expected) = match message.find(", expected") {
        Some(at) => message.split_at(at),
        None => (message, ""),
    };
    let mut clean = String::new();
    let mut quote = None;
    for letter in told.chars() {
        match quote {
            None if matches!(letter, '"' | '`') => {
                quote = Some(letter);
                clean.push('…');
            }
            None => clean.push(letter),
            Some(open) if open == letter => quote = None,
            Some(_) => {}
        }
    }
    clean + expected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Server {
        port: u16,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Spec {
        servers: Vec<Server>,
    }

    #[test]
    fn a_wrong_type_is_told_with_its_field_and_line_and_without_its_value() {
        let fault = read::<Spec>("servers:\n- port: 80\n- port: s3cr3t\n").unwrap_err();
        assert_eq!(fault.line, 3);
        assert!(fault.reason.starts_with("servers[1].port: "), "{}", fault.reason);
        assert!(!fault.reason.contains("s3cr3t"), "{}", fault.reason);
        let fault = read_json::<Spec>(r#"{"servers":[{"port":"s3cr3t"}]}"#).unwrap_err();
        assert!(fault.reason.starts_with("servers[0].port: "), "{}", fault.reason);
        assert!(!fault.reason.contains("s3cr3t"), "{}", fault.reason);
    }

    #[test]
    fn a_string_keeps_its_line_in_yaml_and_does_without_in_json() {
        #[derive(Deserialize)]
        struct Tls {
            name: Placed,
        }
        let tls: Tls = read("# a comment\nname: a\n").unwrap();
        assert_eq!(tls.name, Placed { value: "a".to_owned(), line: 2 });
        let tls: Tls = read_json(r#"{"name":"a"}"#).unwrap();
        assert_eq!(tls.name, Placed { value: "a".to_owned(), line: 0 });
        let (tls,): (Tls,) = read("- name: b\n").unwrap();
        assert_eq!(tls.name.value, "b");
    }

    #[test]
    fn a_stream_is_cut_into_documents_that_say_something() {
        let text = "# a\n---\na: 1\n--- # b\n\n# c\n---\nb: |\n  ---\n";
        assert_eq!(documents(text), [(3, "a: 1\n"), (8, "b: |\n  ---\n")]);
        assert_eq!(documents(""), []);
    }

    #[test]
    fn a_field_has_a_line_and_one_that_is_not_there_that_of_what_is_above_it() {
        let text = "# a\nspec:\n  hosts:\n  - a\n  - b: 1\n    c: no\n";
        let line = |path: &str| line_of(text, path);
        assert_eq!([line("spec.hosts[0]"), line("spec.hosts[1].c")], [4, 6]);
        assert_eq!([line("spec.hosts[7]"), line("spec.tls.mode"), line("x")], [3, 2, 2]);
        assert_eq!(line_of("a: [", "a"), 0);
        assert_eq!(line_of("{\"a\":\n{\"b\":\n1}}", "a.b"), 2);
    }

    #[test]
    fn of_a_key_that_is_given_twice_the_last_counts() {
        let spec: Spec = read("servers:\n- port: 80\nservers:\n- port: 1\n  port: 443\n").unwrap();
        assert_eq!(spec.servers, [Server { port: 443 }]);
        let fault = read::<Spec>("servers:\n- port: 80\n  port: 's3cr3t'\n").unwrap_err();
        assert_eq!(fault.line, 3);
        assert!(fault.reason.starts_with("servers[0].port: "), "{}", fault.reason);
        assert!(!fault.reason.contains("s3cr3t"), "{}", fault.reason);
    }

    #[test]
    fn strings_that_yaml_could_take_for_something_else_are_quoted() {
        for awkward in ["no", "on", "y", "1e3", "0x10", "~", "null", "1_000", "true", "12:30"] {
            let written = write(&std::collections::BTreeMap::from([("name", awkward)]));
            assert!(
                written.contains('"') || written.contains('\''),
                "{awkward} is written as {written}"
            );
        }
    }
}
