//! A finding: which object is wrong, why, how that is known, and the exact fix.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::step::Step;
use crate::model::ObjectRef;
use crate::world::Why;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Something does not work.
    Error,
    /// Something will not work, or not always.
    Warning,
    /// Good to know.
    Info,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The code; a promise, once published.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// The object that is wrong; where only a log speaks, the Secret that was looked for.
    pub object: ObjectRef,
    /// One sentence.
    pub message: String,
    /// Why it is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// How it is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// What would be reported were it not for this cause.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub symptoms: Vec<Symptom>,
    /// The page about it.
    pub docs: String,
}

/// Why something is wrong.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cause {
    /// One sentence or two.
    pub message: String,
    /// Objects that have to do with it, and how.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<Involved>,
    /// The namespaces in which the gateway looks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub looked_in: Vec<String>,
}

/// An object that has to do with a cause.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Involved {
    /// The object.
    #[serde(flatten)]
    pub object: ObjectRef,
    /// What it has to do with it.
    pub role: Role,
}

/// What an object has to do with a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub enum Role {
    /// The Secret is here.
    #[serde(rename = "found here")]
    FoundHere,
    /// It writes the Secret.
    #[serde(rename = "writes it")]
    WritesIt,
    /// It asks for the credential.
    #[serde(rename = "asks for it")]
    AsksForIt,
    /// The Secret that is read.
    #[serde(rename = "read here")]
    ReadHere,
    /// It issues the certificate.
    #[serde(rename = "issues it")]
    IssuesIt,
    /// A link of the chain between Certificate and issuer.
    #[serde(rename = "stands in its chain")]
    InChain,
    /// It may not.
    #[serde(rename = "may not list secrets")]
    MayNot,
    /// It grants too little.
    #[serde(rename = "grants too little")]
    TooLittle,
    /// The Gateway that a route is bound to, or that pods serve.
    #[serde(rename = "is bound")]
    Bound,
    /// What a route, or a Service, leads to.
    #[serde(rename = "is led to")]
    LedTo,
    /// The route that leads there.
    #[serde(rename = "leads here")]
    LeadsHere,
    /// The pods, or what makes them.
    #[serde(rename = "serves it")]
    Serves,
    /// What was meant, as it seems.
    #[serde(rename = "is near")]
    Near,
}

impl Role {
    /// As the JSON has it.
    pub fn words(self) -> &'static str {
        match self {
            Self::FoundHere => "found here",
            Self::WritesIt => "writes it",
            Self::AsksForIt => "asks for it",
            Self::ReadHere => "read here",
            Self::IssuesIt => "issues it",
            Self::InChain => "stands in its chain",
            Self::MayNot => "may not list secrets",
            Self::TooLittle => "grants too little",
            Self::Bound => "is bound",
            Self::LedTo => "is led to",
            Self::LeadsHere => "leads here",
            Self::Serves => "serves it",
            Self::Near => "is near",
        }
    }
}

/// How something is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Evidence {
    /// A line of a log.
    Log {
        /// The log and the line in it.
        source: String,
        /// When it was written.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<String>")]
        time: Option<Timestamp>,
        /// The message.
        text: String,
    },
    /// A field of an object.
    Field {
        /// The object.
        object: ObjectRef,
        /// The field, from the object's root.
        path: String,
        /// What it says.
        value: String,
    },
    /// That something is not among what was read.
    Absence {
        /// What was looked for, and where.
        text: String,
    },
}

/// What to do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    /// The way, in words.
    pub message: String,
    /// Commands that do it, to be run in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// Manifests, as YAML, that the commands apply.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub manifests: Vec<String>,
    /// Whether it changes nothing but what is wrong, and moves no private key.
    pub safe: bool,
    /// Another way, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<Instead>,
    /// The same as what is done to a cluster; none where only a person can do it.
    #[serde(skip)]
    pub steps: Vec<Step>,
    /// The tool of a repository that alone keeps it from being safe: it would undo it.
    #[serde(skip)]
    pub kept_by: Option<&'static str>,
}

/// Another way to do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Instead {
    /// The way, in words.
    pub message: String,
    /// The commands of igwctl or kubectl that do it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
}

/// What would be reported were it not for a cause.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Symptom {
    /// Its code.
    pub code: &'static str,
    /// Its object.
    pub object: ObjectRef,
}

/// Questions that could not be decided, for one reason.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Undecided {
    /// The code of the finding that may or may not be there.
    pub code: &'static str,
    /// Why it is not decided.
    pub reason: String,
    /// The right, or the input, that would decide it.
    pub right: String,
    /// Whether the inputs do not reach that far, the user may not, or the cluster did not answer.
    pub why: Why,
    /// For how many objects; none, where those in question could not be seen themselves.
    pub count: usize,
    /// The first ten of them.
    pub objects: Vec<ObjectRef>,
}
