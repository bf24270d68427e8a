//! Where the pure and the outside meet: a question is asked, the sources are read, it is answered.

use std::time::Duration;

use crate::effects::clock::{self, Deadline};
use crate::effects::cluster::{Access, Cluster, LogWishes};
use crate::effects::{dns, files, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ingest::{Intake, Wishes};
use crate::world::{Kinds, Question, Resolution, World};

/// The least time between two readings of a cluster, and between two attempts on one that does not
/// answer.
const BETWEEN: Duration = Duration::from_millis(500);

/// After this time a host name is asked for again that did not resolve: names cannot be watched.
const AGAIN: Duration = Duration::from_secs(5);

/// The sources of one command.
#[derive(Clone, Debug)]
pub struct Session {
    /// What the user named.
    pub paths: Vec<String>,
    /// The cluster, if it is to be asked.
    pub cluster: Option<(Access, LogWishes)>,
    /// Who is asked what host names resolve to; nobody, if nothing may be contacted.
    pub names: Option<dns::Server>,
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
    /// A cluster alone, without its logs.
    pub fn of_cluster(access: Access, names: Option<dns::Server>, reads: Kinds) -> Self {
        let wishes = Wishes::of(reads, clock::now());
        Self { paths: Vec::new(), cluster: Some((access, LogWishes::NONE)), names, wishes }
    }

    /// Reads the sources: files first, so that the cluster is also asked for what they need; a
    /// manifest in them stands before the cluster's object of its key. The cluster is asked for
    /// what the question depends on.
    ///
    /// A path of which nothing can be read is told of, and the others are still read.
    ///
    /// # Errors
    /// What `Cluster::connect` and `Cluster::read` fail with. A path that cannot be read is in
    /// `Known::unread`.
    pub fn read<Q: Question>(self, question: &Q) -> Result<(World, Known)> {
        self.read_by(None, question)
    }

    /// The same by a connection that is there.
    ///
    /// # Errors
    /// As of `read`; timed out (124) too, where the connection was given a limit.
    pub fn read_by<Q: Question>(
        self,
        connected: Option<&mut Cluster>,
        question: &Q,
    ) -> Result<(World, Known)> {
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
        let spinner = terminal::spinner();
        if let Some((access, logs)) = &self.cluster {
            let mut own = None;
            let cluster = match connected {
                Some(cluster) => cluster,
                None => own.insert(Cluster::connect(access)?),
            };
            cluster.read(question, logs, &mut intake, &|what| spinner.show(what))?;
        }
        let (mut world, notices) = intake.finish();
        resolve(question, self.names, &mut world, &spinner);
        Ok((world, Known { notices, unread }))
    }

    /// Reads what a question depends on, and answers it; with what is to be known of the inputs.
    ///
    /// # Errors
    /// As of `read`.
    pub fn ask<Q: Question>(mut self, question: &Q) -> Result<(Q::Answer, Known)> {
        self.wishes.reads = question.reads();
        let (world, known) = self.read(question)?;
        Ok((question.answer(&world), known))
    }
}

/// How a wait goes on.
#[derive(Debug)]
pub enum Wait {
    /// It is over.
    Over,
    /// For this, as a clause.
    For(String),
}

impl Session {
    /// Asks the cluster, and again whenever something changes of what it listed, until the answer is
    /// what was waited for or the time is over. A watch that is cut, a version that is too old and
    /// an API server that goes away for a while are no reason to give up.
    ///
    /// # Errors
    /// Timed out (124) where it is not so when the time is over, forbidden (5) where nothing may be
    /// watched, failed (3) where the cluster cannot be read the first time, and whatever `ready`
    /// gives up with.
    pub fn wait<Q: Question>(
        mut self,
        question: &Q,
        limit: Duration,
        ready: &dyn Fn(&Q::Answer) -> Result<Wait>,
    ) -> Result<(Q::Answer, Known)> {
        let deadline = Deadline::after(limit);
        self.wishes.reads = question.reads();
        let Some((access, logs)) = &self.cluster else { return self.ask(question) };
        let spinner = terminal::spinner();
        let mut cluster = Cluster::connect(access)?;
        let mut missing: Option<String> = None;
        while let Some(left) = deadline.left() {
            let mut intake = Intake::new(Wishes { clock: clock::now(), ..self.wishes.clone() });
            cluster.limit(left);
            let progress = |what: &str| match &missing {
                None => spinner.show(what),
                Some(missing) => spinner.wait_for(missing),
            };
            match cluster.read(question, logs, &mut intake, &progress) {
                Ok(()) => {}
                Err(error) if error.exit == Exit::TimedOut => {
                    missing.get_or_insert(error.message);
                    break;
                }
                // What answered before will again: an API server that starts anew.
                Err(error) if missing.is_some() && error.exit == Exit::Failed => {
                    missing = Some(error.message);
                    clock::rest(left.min(BETWEEN));
                    continue;
                }
                Err(error) => return Err(error),
            }
            let (mut world, notices) = intake.finish();
            resolve(question, self.names, &mut world, &spinner);
            let answer = question.answer(&world);
            let what = match ready(&answer)? {
                Wait::Over => return Ok((answer, Known { notices, unread: None })),
                Wait::For(what) => what,
            };
            spinner.wait_for(&what);
            missing = Some(what);
            let Some(left) = deadline.left() else { break };
            let is_named = question
                .hosts(&world)
                .iter()
                .all(|host| matches!(world.resolution(host), Some(Resolution::Addresses(_))));
            let pause = BETWEEN.min(left);
            cluster.changed(if is_named { left } else { left.min(AGAIN) })?;
            clock::rest(pause.min(deadline.left().unwrap_or_default()));
        }
        let missing = missing.unwrap_or_else(|| "the cluster's answer".to_owned());
        let limit = limit.as_secs_f32();
        Err(Error::new(Exit::TimedOut, format!("waited {limit} s, and still: {missing}")))
    }
}

/// Asks for the host names that the answer depends on.
pub fn resolve<Q: Question>(
    question: &Q,
    names: Option<dns::Server>,
    world: &mut World,
    spinner: &terminal::Spinner,
) {
    let Some(server) = names else { return };
    let hosts = question.hosts(world);
    if !hosts.is_empty() {
        spinner.show("host names");
        world.resolve(dns::resolve(&hosts, server, dns::LIMIT));
    }
}
