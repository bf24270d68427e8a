//! The steps of a fix, one after the other: done, guarded against changes in between, and undone when
//! they do not help.
//!
//! A Certificate is moved in several requests, and a run may be cut off between any two. So the new
//! one is marked with the old one's name and uid until the move is at its end: whoever diagnoses in
//! between finds the mark, and `--fix` goes on from there.

use std::time::Duration;

use serde_json::json;

use super::look::{Look, ROLES, has_come};
use super::undo::{Journal, Moved};
use crate::change::{self, Object, Refusal, Reply};
use crate::commands::{deletion, issued, sending};
use crate::effects::clock::{self, Deadline};
use crate::effects::cluster::{Applying, Cluster};
use crate::effects::terminal;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::labels::MOVED_FROM;
use crate::model::manifest::Manifest;
use crate::model::{Key, ObjectRef};
use crate::report::{Fix, Step};

/// Between two looks at what is waited for.
pub(super) const BETWEEN: Duration = Duration::from_millis(500);

/// How often the mark of a move is tried to be taken off while cert-manager changes the object too.
const TRIES: usize = 10;

/// Who does the steps.
pub(super) struct Mender {
    pub(super) cluster: Cluster,
    /// What a repository keeps is changed all the same.
    pub(super) ignores_repository: bool,
    /// How long a Certificate is waited for.
    pub(super) limit: Duration,
}

/// Tells what became of an object: its name, and the clause.
pub(super) type Tell<'t> = &'t dyn Fn(&str, &str);

impl Mender {
    /// Does all steps, each told once it is done. `verify` says whether they help, and is asked
    /// before anything is taken away; where it fails, or a step before does, all that was done is
    /// undone.
    pub(super) fn mend(
        &mut self,
        fix: &Fix,
        tell: Tell<'_>,
        verify: &mut dyn FnMut() -> Result<()>,
    ) -> Result<()> {
        let mut journal = Journal::default();
        let Err(error) = self.steps(fix, &mut journal, tell, verify) else { return Ok(()) };
        if journal.is_closed() {
            return Err(error.hint("what came before it is done; the same command goes on"));
        }
        Err(self.undo(journal, error, tell))
    }

    fn steps(
        &mut self,
        fix: &Fix,
        journal: &mut Journal,
        tell: Tell<'_>,
        verify: &mut dyn FnMut() -> Result<()>,
    ) -> Result<()> {
        let deadline = Deadline::after(self.limit);
        for step in &fix.steps {
            match step {
                Step::Apply { manifest } => {
                    self.apply(manifest, fix, journal)?;
                    tell(&name_of(&manifest.object()), "applied");
                }
                Step::Copy { from, to } => {
                    if self.found(to)?.is_some() {
                        return Err(has_come(to));
                    }
                    journal.sending();
                    let copied = self.cluster.copy(from, to, false);
                    journal.answer(to, None, copied)?;
                    tell(&name_of(to), "made");
                }
                Step::Patch { object, resource_version, .. } => {
                    let before = self.patched(object, resource_version)?;
                    journal.sending();
                    let patched = self.patch(step, &before, false);
                    journal.answer(object, Some(before), patched)?;
                    tell(&name_of(object), "patched");
                }
                Step::WaitReady { certificate } => {
                    // The move may be one that was begun before.
                    journal.moves(moved(fix, certificate));
                    self.wait(certificate, deadline)?;
                    tell(&name_of(certificate), "is Ready");
                }
                Step::Delete { .. } => {
                    if !journal.is_closed() {
                        verify()?;
                        journal.close();
                    }
                    self.take_away(step, fix, deadline, tell)?;
                }
            }
        }
        if !journal.is_closed() {
            return verify();
        }
        for step in &fix.steps {
            if let Step::WaitReady { certificate } = step {
                self.unmark(certificate)?;
            }
        }
        Ok(())
    }

    fn apply(&mut self, manifest: &Manifest, fix: &Fix, journal: &mut Journal) -> Result<()> {
        let object = manifest.object();
        let before = self.found(&object)?;
        if let Some(mark) = mark(fix).filter(|_| object.kind == "Certificate") {
            // Another run may be at the same move.
            if before.is_some_and(|it| it.annotation(MOVED_FROM) != mark) {
                return Err(has_come(&object));
            }
            // It goes if the old one stays, which its mark tells, whoever's answer is lost.
            journal.moves(moved(fix, &object));
            let sent = self.cluster.apply(&marked(manifest, fix), Applying::default())?;
            return done(&object, sent).map(drop);
        }
        journal.sending();
        let sent = sending::applied(&mut self.cluster, manifest, Applying::default());
        journal.answer(&object, before, sent)
    }

    fn take_away(
        &mut self,
        step: &Step,
        fix: &Fix,
        deadline: Deadline,
        tell: Tell<'_>,
    ) -> Result<()> {
        match self.look_at_deletion(step, fix, true)? {
            Look::Delete(there) => {
                self.delete(&there)?;
                self.wait_gone(&there, deadline)?;
                tell(&there.resource_name(), "deleted");
            }
            Look::Leave(why) => tell("left:", &why),
            Look::Write(_) | Look::Wait => {}
        }
        Ok(())
    }

    /// Deletes what was looked at, if it is still that one.
    pub(super) fn delete(&mut self, there: &Object) -> Result<()> {
        deletion::gone(there, self.cluster.delete(there, false)?, ROLES)
    }

    /// The answer to a patch of what was looked at.
    pub(super) fn patch(&mut self, step: &Step, before: &Object, is_dry: bool) -> Result<Reply> {
        let Step::Patch { object, operations, .. } = step else {
            return Err(Error::new(Exit::Failed, "no patch"));
        };
        let version = before.text("/metadata/resourceVersion").to_owned();
        let reply = self.cluster.patch(object, operations, &version, is_dry)?;
        let Reply::Refused(_) = &reply else { return Ok(reply) };
        let now = self.found(object)?;
        if now.is_none_or(|it| it.text("/metadata/resourceVersion") != version) {
            return Err(changed(object));
        }
        Ok(reply)
    }

    /// An object, if it is there.
    pub(super) fn found(&mut self, object: &ObjectRef) -> Result<Option<Object>> {
        self.cluster.found(object).map_err(|error| match error.exit {
            Exit::Forbidden => error.hint(rights()),
            _ => error,
        })
    }

    /// Waits until a Certificate is Ready and its secret is there.
    fn wait(&mut self, certificate: &ObjectRef, deadline: Deadline) -> Result<()> {
        let spinner = terminal::spinner();
        loop {
            let Some(why) = self.unready(certificate)? else { return Ok(()) };
            spinner.wait_for(&why);
            let Some(left) = deadline.left() else {
                let why = issued::explained(&mut self.cluster, certificate, why);
                let seconds = self.limit.as_secs();
                let message = format!("waited {seconds} s, and still: {why}");
                return Err(Error::new(Exit::TimedOut, message));
            };
            clock::rest(BETWEEN.min(left));
        }
    }

    /// Why a Certificate is not what is waited for.
    fn unready(&mut self, certificate: &ObjectRef) -> Result<Option<String>> {
        if let Some(why) = issued::unready(&mut self.cluster, certificate)? {
            return Ok(Some(why));
        }
        let Some(found) = self.found(certificate)? else {
            return Ok(Some(format!("{certificate} is not there")));
        };
        let name = found.text("/spec/secretName");
        let secret = ObjectRef::secret(&Key::new(&*certificate.namespace, name));
        let is_there = self.found(&secret)?.is_some();
        Ok((!is_there).then(|| format!("{certificate} is Ready, and {secret} is not there")))
    }

    /// Waits until what was deleted is gone: finalizers may keep it for a while.
    pub(super) fn wait_gone(&mut self, object: &Object, deadline: Deadline) -> Result<()> {
        let reference = object.reference();
        let uid = object.text("/metadata/uid");
        while self.found(&reference)?.is_some_and(|it| it.text("/metadata/uid") == uid) {
            let Some(left) = deadline.left() else {
                return Err(Error::new(
                    Exit::TimedOut,
                    format!("{reference} is deleted and does not go: its finalizers keep it"),
                ));
            };
            clock::rest(BETWEEN.min(left));
        }
        Ok(())
    }

    /// Takes the mark of a move off, which ends it.
    fn unmark(&mut self, certificate: &ObjectRef) -> Result<()> {
        let path = format!("/metadata/annotations/{}", MOVED_FROM.replace('/', "~1"));
        let operations = json!([{ "op": "remove", "path": path }]);
        for _ in 0..TRIES {
            let Some(found) = self.found(certificate)? else { return Ok(()) };
            if found.annotation(MOVED_FROM).is_empty() {
                return Ok(());
            }
            let version = found.text("/metadata/resourceVersion");
            match self.cluster.patch(certificate, &operations, version, false)? {
                Reply::Done(_) => return Ok(()),
                Reply::Refused(it) if it.code == 403 => return Err(refused(certificate, &it)),
                Reply::Refused(_) => clock::rest(BETWEEN),
            }
        }
        Err(changed(certificate))
    }
}

/// What a move takes away: the old Certificate and its uid.
fn old(fix: &Fix) -> Option<(&ObjectRef, &str)> {
    fix.steps.iter().find_map(|step| match step {
        Step::Delete { object, uid, written_for: None } if object.kind == "Certificate" => {
            Some((object, &**uid))
        }
        _ => None,
    })
}

/// The mark of a move, if a fix is one.
pub(super) fn mark(fix: &Fix) -> Option<String> {
    let (object, uid) = old(fix)?;
    let secret = fix.steps.iter().find_map(|step| match step {
        Step::Delete { uid, written_for: Some(_), .. } => Some(&**uid),
        _ => None,
    });
    let secret = secret.unwrap_or_default();
    Some(format!("{}/{}/{uid}/{secret}", object.namespace, object.name))
}

fn moved(fix: &Fix, certificate: &ObjectRef) -> Option<Moved> {
    let (old, uid) = old(fix)?;
    let (new, old, uid) = (certificate.clone(), old.clone(), uid.to_owned());
    Some(Moved { new, old, uid, mark: mark(fix)? })
}

/// A Certificate that stands for one that is deleted, with the mark of the move.
fn marked(manifest: &Manifest, fix: &Fix) -> Manifest {
    let mut marked = manifest.clone();
    if let Some(mark) = mark(fix).filter(|_| manifest.kind == "Certificate") {
        marked.metadata.insert("annotations".to_owned(), json!({ MOVED_FROM: mark }));
    }
    marked
}

/// What the API server made of it.
pub(super) fn done(object: &ObjectRef, reply: Reply) -> Result<serde_json::Value> {
    match reply {
        Reply::Done(value) => Ok(value),
        Reply::Refused(refusal) => Err(refused(object, &refusal)),
    }
}

pub(super) fn refused(object: &ObjectRef, refusal: &Refusal) -> Error {
    let words = refusal.words();
    if refusal.code == 403 {
        return Error::new(Exit::Forbidden, format!("{object} may not be changed: {words}"))
            .hint(rights());
    }
    Error::new(Exit::Failed, format!("{object}: {words}"))
}

fn rights() -> String {
    format!("{ROLES} has the rights that --fix takes")
}

pub(super) fn changed(object: &ObjectRef) -> Error {
    Error::new(Exit::Failed, format!("{object} was changed in between, so it was left as it is"))
        .hint("the same command looks again")
}

pub(super) fn name_of(object: &ObjectRef) -> String {
    change::resource_name(&object.kind, &object.api_version, &object.name)
}
