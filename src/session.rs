//! Where the pure and the outside meet: a question is asked, the sources are read, it is answered.

use crate::effects::cluster::{Access, Cluster, LogWishes};
use crate::effects::{files, terminal};
use crate::error::Result;
use crate::ingest::{Intake, Wishes};
use crate::world::{Question, World};

/// The sources of one command.
#[derive(Debug)]
pub struct Session {
    /// What the user named.
    pub paths: Vec<String>,
    /// The cluster, if it is to be asked.
    pub cluster: Option<(Access, LogWishes)>,
    /// What is to be made of it all.
    pub wishes: Wishes,
}

impl Session {
    /// Reads the sources: files first, so that the cluster is also asked for what they need; a
    /// manifest in them stands before the cluster's object of its key.
    pub fn read(self) -> Result<(World, Vec<String>)> {
        let reads = self.wishes.reads;
        let mut intake = Intake::new(self.wishes);
        for path in &self.paths {
            files::read(path, &mut intake)?;
        }
        if let Some((access, logs)) = &self.cluster {
            let spinner = terminal::spinner();
            let mut cluster = Cluster::connect(access)?;
            cluster.read(reads, logs, &mut intake, &|what| spinner.show(what))?;
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
