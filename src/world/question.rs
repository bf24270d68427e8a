//! What a question to the world is.

use std::collections::BTreeSet;

use super::{Kinds, Want, World};

/// A pure question to the world.
pub trait Question {
    /// What it comes to.
    type Answer;

    /// The kinds that the answer depends on.
    fn reads(&self) -> Kinds;

    /// What the answer depends on beside the kinds that are read whole, as far as what is known so
    /// far tells: it is asked for, and this again, until nothing new is wanted.
    fn wants(&self, _world: &World) -> BTreeSet<Want> {
        BTreeSet::new()
    }

    /// The host names that the answer depends on: what they resolve to is asked for last, once all
    /// else is known.
    fn hosts(&self, _world: &World) -> BTreeSet<String> {
        BTreeSet::new()
    }

    /// The answer.
    fn answer(&self, world: &World) -> Self::Answer;
}
