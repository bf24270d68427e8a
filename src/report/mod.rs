//! What a command has to say: plain data, nothing of terminals.
//!
//! Each report is one serde struct, which is its JSON, and from which its JSON Schema is derived.

pub mod applications;
pub mod discovery;
pub mod finding;
pub mod probe;
pub mod reach;
pub mod step;
pub mod unjudged;

use schemars::JsonSchema;
use serde::Serialize;

pub use applications::Applications;
pub use discovery::Discovery;
pub use finding::{Cause, Evidence, Finding, Fix, Instead, Role, Severity, Symptom, Undecided};
pub use step::Step;
pub use unjudged::Unjudged;

pub use crate::model::API_VERSION;
pub use probe::Probe;

/// What `diagnose` says.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// `igwctl/v1`.
    pub api_version: &'static str,
    /// `Diagnosis`.
    pub kind: &'static str,
    /// How much of what.
    pub summary: Summary,
    /// What is wrong, the gravest first.
    pub findings: Vec<Finding>,
    /// What could not be decided, and what would decide it.
    pub undecided: Vec<Undecided>,
    /// What logs say of a failure, and no check judges.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_judged: Vec<Unjudged>,
    /// What the reader should know of the inputs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// What was looked at, for the report of a terminal.
    #[serde(skip)]
    pub looked_at: LookedAt,
    /// The gateway's name that is nearest to what was asked about, where that is not there.
    #[serde(skip)]
    pub nearest: Option<String>,
    /// Fixes that were begun and cut off, which --fix brings to their end.
    #[serde(skip)]
    pub unfinished: Vec<Fix>,
}

/// How much of what a `Diagnosis` holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Entries of `undecided`.
    pub undecided: usize,
    /// Entries of `notJudged`.
    pub not_judged: usize,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LookedAt {
    /// Gateways, Istio's and the Gateway API's.
    pub gateways: usize,
    /// Credentials that they, or logs, ask for.
    pub credentials: usize,
    /// Whether nothing of it has to do with an ingress gateway: no object, and no line of a log.
    pub is_nothing_known: bool,
    /// Whether the Gateway that was asked about is not there.
    pub is_nothing_in_scope: bool,
}

impl Diagnosis {
    /// A diagnosis of these findings, counted.
    pub fn new(
        findings: Vec<Finding>,
        undecided: Vec<Undecided>,
        notices: Vec<String>,
        looked_at: LookedAt,
    ) -> Self {
        let count = |severity| findings.iter().filter(|it| it.severity == severity).count();
        let summary = Summary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            undecided: undecided.len(),
            not_judged: 0,
        };
        let (api_version, kind) = (API_VERSION, "Diagnosis");
        Self {
            api_version,
            kind,
            summary,
            findings,
            undecided,
            not_judged: Vec::new(),
            notices,
            looked_at,
            nearest: None,
            unfinished: Vec::new(),
        }
    }

    /// With what logs say beside it.
    #[must_use]
    pub fn beside(mut self, not_judged: Vec<Unjudged>) -> Self {
        self.summary.not_judged = not_judged.len();
        self.not_judged = not_judged;
        self
    }
}

/// The JSON Schemas of the reports, each with the name of its file in `docs/schema/`.
pub fn schemas() -> Vec<(&'static str, String)> {
    vec![
        ("applications.json", schema::<Applications>()),
        ("diagnosis.json", schema::<Diagnosis>()),
        ("discovery.json", schema::<Discovery>()),
        ("probe.json", schema::<Probe>()),
    ]
}

fn schema<T: JsonSchema>() -> String {
    // As it is written, where a field without a value is left out, not as it would be read.
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
