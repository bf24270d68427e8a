//! What the objects tell: where the gateway is, and which object is to blame.

use super::Args;
use crate::commands::gateway;
use crate::commands::globals::Globals;
use crate::commands::telling;
use crate::discover::choice::{self, Choice};
use crate::discover::{self, Answer, Discover, Name};
use crate::effects::cluster::{Cluster, LogWishes};
use crate::effects::{dns, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::probe::blame::Blame;
use crate::probe::{Hop, Visit};
use crate::report::discovery::FoundGateway;
use crate::session::{self, Session};
use crate::world::routing;
use crate::world::{Kinds, Question, Want, World};
use std::collections::BTreeSet;

/// The objects that can be asked: those of files, read once, else those of a cluster.
pub(super) struct Objects<'a> {
    args: &'a Args,
    globals: &'a Globals,
    /// Who is asked what a load balancer's name resolves to.
    names: dns::Server,
    /// What the files show.
    files: Option<World>,
    /// What was told already.
    told: BTreeSet<String>,
}

impl<'a> Objects<'a> {
    /// Reads the files, if there are any. No cluster is asked yet, but with `--live`.
    pub(super) fn new(
        args: &'a Args,
        globals: &'a Globals,
        names: Option<dns::Server>,
    ) -> Result<Self> {
        let names = names.unwrap_or(dns::Server::System);
        let mut objects = Self { args, globals, names, files: None, told: BTreeSet::new() };
        if !args.from.is_empty() {
            let mut session = objects.session()?;
            session.wishes.reads = Everything.reads();
            let (world, known) = session.read(&Everything)?;
            objects.note(known.notices);
            if let Some(error) = known.unread {
                return Err(error);
            }
            objects.files = Some(world);
        }
        Ok(objects)
    }

    fn session(&self) -> Result<Session> {
        let logs = LogWishes::NONE;
        self.args.inputs.session(self.args.from.clone(), logs, self.globals)
    }

    /// Tells what is to be known of the inputs, once.
    fn note(&mut self, notices: Vec<String>) {
        let new: Vec<String> =
            notices.into_iter().filter(|it| self.told.insert(it.clone())).collect();
        telling::warn(&new, self.globals);
    }

    /// Whether there is a cluster to be asked.
    fn has_cluster(&self) -> Result<bool> {
        Ok(!self.args.no_cluster && Cluster::is_configured(&self.globals.access()?))
    }

    fn discover(&mut self, question: &Discover) -> Result<Answer> {
        if let Some(world) = &mut self.files {
            session::resolve(question, Some(self.names), world, &terminal::spinner());
            return Ok(question.answer(world));
        }
        let mut session = self.session()?;
        session.names = Some(self.names);
        let (answer, known) = session.ask(question)?;
        self.note(known.notices);
        Ok(answer)
    }

    /// The gateway of `--gateway`, which has an address.
    pub(super) fn named(&mut self, given: &str) -> Result<FoundGateway> {
        if self.args.no_cluster && self.files.is_none() {
            return Err(Error::usage(format!("--gateway {given}: nothing may tell where it is"))
                .hint("name files with --from, or leave out --no-cluster"));
        }
        let name = gateway::name(given)
            .map_err(|error| Error::usage(format!("--gateway {}", error.message)))?;
        let question = self.question(name);
        let answer = self.discover(&question)?;
        let gateway = gateway::one(&question, &answer, !self.args.no_input)?;
        match gateway::lacks(gateway, true) {
            Some(lack) => Err(Error::new(Exit::NotThere, lack)),
            None => Ok(gateway.clone()),
        }
    }

    /// The gateway that serves a host which does not resolve, where objects show one alone.
    pub(super) fn serving(&mut self, host: &str) -> Option<FoundGateway> {
        let may_ask = self.files.is_some() || self.has_cluster().unwrap_or_default();
        // A word without a dot is hardly a host that a Gateway serves.
        if !may_ask || !host.contains('.') {
            return None;
        }
        let name = Name { namespace: None, name: host.to_owned() };
        let answer = match self.discover(&self.question(name)) {
            Ok(answer) => answer,
            Err(error) => {
                self.note(vec![format!("which gateway serves {host} is not known: {error}")]);
                return None;
            }
        };
        match choice::choose(&answer.discovery) {
            Choice::None => None,
            Choice::Several(several) => {
                let names = several.iter().map(|it| it.object.key().to_string());
                let names = names.collect::<Vec<_>>().join(", ");
                self.note(vec![format!("{names} serve {host}: --gateway says which to ask")]);
                None
            }
            Choice::One(gateway) => match gateway::lacks(gateway, true) {
                Some(lack) => {
                    self.note(vec![format!("{lack}, and it serves {host}")]);
                    None
                }
                None => Some(gateway.clone()),
            },
        }
    }

    fn question(&self, name: Name) -> Discover {
        Discover { namespace: self.globals.scope(), name: Some(name), called: None }
    }

    /// Puts the objects that are to blame in the place of suspects, where there are objects to ask
    /// and something is wrong.
    pub(super) fn blame(
        &mut self,
        visits: &mut [Visit],
        gateway: Option<&FoundGateway>,
    ) -> Result<()> {
        let is_wrong = |hop: &Hop| hop.seen.is_some() && hop.is_wrong();
        if !visits.iter().flat_map(|visit| &visit.hops).any(is_wrong) {
            return Ok(());
        }
        let hops = visits.iter().flat_map(|visit| &visit.hops).collect();
        let question = Blame { hops, gateway };
        let blamed = if let Some(world) = &self.files {
            question.answer(world)
        } else if self.has_cluster()? {
            match self.session()?.ask(&question) {
                Ok((blamed, known)) => {
                    self.note(known.notices);
                    blamed
                }
                // What a client gets is known without the cluster.
                Err(error) => {
                    self.note(vec![format!("which object is to blame is not known: {error}")]);
                    return Ok(());
                }
            }
        } else {
            return Ok(());
        };
        let hops = visits.iter_mut().flat_map(|visit| &mut visit.hops);
        for (hop, meanings) in hops.zip(blamed) {
            hop.meanings = meanings;
        }
        Ok(())
    }
}

/// All that may be asked of files.
struct Everything;

impl Question for Everything {
    type Answer = ();

    fn reads(&self) -> Kinds {
        discover::READS.and(Kinds::of(routing::READS))
    }

    fn wants(&self, world: &World) -> BTreeSet<Want> {
        Discover::default().wants(world)
    }

    fn answer(&self, _: &World) {}
}
