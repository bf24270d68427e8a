//! Where the pure and the outside meet: a question is asked, the sources are read, it is answered.

use crate::effects::files;
use crate::error::Result;
use crate::ingest::{Intake, Wishes};
use crate::world::{Question, World};

/// The sources of one command.
#[derive(Debug)]
pub struct Session {
    /// What the user named.
    pub paths: Vec<String>,
    /// What is to be made of it.
    pub wishes: Wishes,
}

impl Session {
    /// Reads the sources.
    pub fn read(self) -> Result<(World, Vec<String>)> {
        let mut intake = Intake::new(self.wishes);
        for path in &self.paths {
            files::read(path, &mut intake)?;
        }
        Ok(intake.finish())
    }

    /// Reads what a question depends on, and answers it; with what is to be known of the inputs.
    pub fn ask<Q: Question>(mut self, question: &Q) -> Result<(Q::Answer, Vec<String>)> {
        self.wishes.reads = question.reads();
        let (world, notices) = self.read()?;
        Ok((question.answer(&world), notices))
    }
}
