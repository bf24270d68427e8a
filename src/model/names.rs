//! How objects are named, selected and pointed at.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Namespace and name of an object; the namespace is empty for kinds without one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The namespace, empty for a kind that has none.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl Key {
    /// A key from its two parts.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            f.write_str(&self.name)
        } else {
            write!(f, "{}/{}", self.namespace, self.name)
        }
    }
}

/// Where something was read: a file and line, a log and line, or a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The file as the user named it (`-` for standard input), or the cluster's context.
    pub file: Arc<str>,
    /// The line on which the object begins, counted from 1; 0 where lines mean nothing.
    pub line: u64,
    /// Whether the object carries a uid and a resourceVersion, so that an API server served it.
    pub live: bool,
}

/// A place in a file, as reports give it.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Source {
    /// The file as the user named it; `-` is standard input.
    pub file: String,
    /// The line, counted from 1.
    pub line: u64,
}

impl Origin {
    /// The line of a field in its file, by its line within the object, from 1; 0 where one of
    /// the two is not known.
    pub fn line_of(&self, field: u64) -> u64 {
        if self.line > 0 && field > 0 { self.line + field - 1 } else { 0 }
    }

    /// The place, if it is one in a file.
    pub fn source(&self) -> Option<Source> {
        (self.line > 0).then(|| Source { file: self.file.to_string(), line: self.line })
    }
}

/// An object as reports name it.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectRef {
    /// `apiVersion`, as read.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// The namespace; left out for kinds without one, or where it is not known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// The name; left out where a log does not tell it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The field in question, from the object's root.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// Where the object, or the field, was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

impl ObjectRef {
    /// The Secret of that name.
    pub fn secret(key: &Key) -> Self {
        let secret = Self::named("Secret", &key.namespace, &key.name);
        Self { api_version: "v1".to_owned(), ..secret }
    }

    /// Points at an object that was read.
    pub fn of<T: super::Object>(seen: &super::Seen<T>) -> Self {
        let metadata = seen.metadata();
        let api_version =
            if metadata.api_version.is_empty() { T::API_VERSION } else { &metadata.api_version };
        Self {
            api_version: api_version.to_owned(),
            kind: T::KIND.to_owned(),
            namespace: metadata.namespace.clone(),
            name: metadata.name.clone(),
            path: String::new(),
            source: seen.origin.source(),
        }
    }

    /// Points at an object that was not read, only named.
    pub fn named(kind: &str, namespace: &str, name: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// The same object, at one of its fields, which stands on `line` where that is known.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>, line: u64) -> Self {
        self.path = path.into();
        if let (Some(source), true) = (&mut self.source, line > 0) {
            source.line = line;
        }
        self
    }

    /// `namespace/name`, or what is known of it.
    pub fn key(&self) -> Key {
        Key::new(self.namespace.clone(), self.name.clone())
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.key())
    }
}

/// An equality selector on labels; an empty one matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Selector(pub BTreeMap<String, String>);

impl Selector {
    /// Whether all of the selector's labels are among `labels`, with the same values.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.0.iter().all(|(key, value)| labels.get(key) == Some(value))
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (key, value)) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str(",")?;
            }
            write!(f, "{key}={value}")?;
        }
        Ok(())
    }
}
