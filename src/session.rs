//! Where the pure and the outside meet: a question is asked, the sources are read, it is answered.

use crate::effects::cluster::{Access, Cluster, LogWishes};
use crate::effects::{files, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;
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

/// What is to be known of the inputs.
#[derive(Debug)]
pub struct Known {
    /// What the reader of a report should be told.
    pub notices: Vec<String>,
    /// The first path of which nothing could be read.
    pub unread: Option<Error>,
}

impl Session {
    /// Reads the sources: files first, so that the cluster is also asked for what they need; a
    /// manifest in them stands before the cluster's object of its key.
    ///
    /// A path of which nothing can be read is told of, and the others are still read.
    pub fn read(self) -> Result<(World, Known)> {
        let reads = self.wishes.reads;
        let mut intake = Intake::new(self.wishes);
        let mut unread = None;
        for path in &self.paths {
            match files::read(path, &mut intake) {
                Err(error) if error.exit == Exit::Unparsed => {
                    intake.notice(error.message.clone());
                    unread.get_or_insert(error);
                }
                read => read?,
            }
        }
        if let Some((access, logs)) = &self.cluster {
            let spinner = terminal::spinner();
            let mut cluster = Cluster::connect(access)?;
            cluster.read(reads, logs, &mut intake, &|what| spinner.show(what))?;
        }
        let (world, notices) = intake.finish();
        Ok((world, Known { notices, unread }))
    }

    /// Reads what a question depends on, and answers it; with what is to be known of the inputs.
    pub fn ask<Q: Question>(mut self, question: &Q) -> Result<(Q::Answer, Known)> {
        self.wishes.reads = question.reads();
        let (world, known) = self.read()?;
        Ok((question.answer(&world), known))
    }
}
