//! What is to be made of the inputs.

use jiff::Timestamp;

use crate::world::{AssumedGateway, Kinds};

/// What is to be made of the inputs.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// The kinds that are read; others are passed over.
    pub reads: Kinds,
    /// Whether documents are kept as they were read, for a bundle.
    pub keeps_raw: bool,
    /// The namespace of objects without one, before any kustomization's.
    pub namespace: Option<String>,
    /// Kinds that the user says are shown whole.
    pub complete: Complete,
    /// Gateways that the user says are there.
    pub assumed: Vec<AssumedGateway>,
    /// The moment, if not the bundle's or `clock`.
    pub now: Option<Timestamp>,
    /// What the clock says.
    pub clock: Timestamp,
}

impl Wishes {
    /// These kinds of inputs of which nothing is said.
    pub fn of(reads: Kinds, clock: Timestamp) -> Self {
        Self {
            reads,
            keeps_raw: false,
            namespace: None,
            complete: Complete::Nothing,
            assumed: Vec::new(),
            now: None,
            clock,
        }
    }
}

/// What the user says is shown whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Complete {
    /// Nothing.
    #[default]
    Nothing,
    /// Each kind of which an object is shown.
    Shown,
    /// These.
    These(Kinds),
}
