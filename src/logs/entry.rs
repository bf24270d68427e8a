//! One entry of a table: a message, what it means, and who writes it since when.

use super::sighting::{Speaker, What};

/// Where in a line a message may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Behind anything: its words are Istio's or Envoy's alone.
    Anywhere,
    /// Only where a message begins, for others say such words within a sentence.
    AtStart,
}

/// A message that a component writes.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What it means; nothing where it gives no verdict.
    pub what: Option<What>,
    /// Whether it speaks of the client CA.
    pub ca: bool,
    /// How it reads, with named holes (see `form.rs`).
    pub form: &'static str,
    /// Where it may stand.
    pub place: Place,
    /// Who writes it.
    pub speaker: Speaker,
    /// The level at which it is written.
    pub level: &'static str,
    /// The scope, Envoy's component; empty for the default scope.
    pub scope: &'static str,
    /// The first Istio version that writes it.
    pub since: &'static str,
    /// The last Istio version that writes it; nothing while it is still written.
    pub until: Option<&'static str>,
    /// The source file.
    pub source: &'static str,
    /// A line of its own.
    pub sample: &'static str,
}

/// Why Envoy refused what it was sent, the text behind `rejected: ` and in istiod's ACK ERROR, or
/// why istiod withholds a secret.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    /// What it means.
    pub what: What,
    /// Words that the text holds.
    pub words: &'static str,
    /// The first Istio version with these words.
    pub since: &'static str,
    /// A sample of the text.
    pub sample: &'static str,
}
