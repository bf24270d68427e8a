//! What logs say of a failure that no check judges: told, so that a report does not pass for clean.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// One thing that log lines say of a failure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unjudged {
    /// What the lines mean.
    pub message: String,
    /// How many lines say it.
    pub count: u64,
    /// When the first was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub first: Option<Timestamp>,
    /// When the last was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub last: Option<Timestamp>,
    /// The log and the line in it, of the first.
    pub source: String,
    /// The first of the lines.
    pub text: String,
    /// The pod, `namespace/name`, or its name alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<String>,
    /// The Gateway, as it is written there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// The credential.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// The hosts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// The port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The upstream cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
}

impl Unjudged {
    /// What it is about, without how often, when and where.
    #[must_use]
    pub fn subject(&self) -> Self {
        Self {
            count: 0,
            first: None,
            last: None,
            source: String::new(),
            text: String::new(),
            ..self.clone()
        }
    }

    /// Adds what is said of the same subject elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
    }
}
