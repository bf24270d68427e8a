//! The steps of a fix, one after the other: looked at first, then done, and guarded against changes
//! in between.
//!
//! A Certificate is moved in several requests, and a run may be cut off between any two. So the new
//! one is marked with the old one's name and uid until the move is at its end: whoever diagnoses in
//! between finds the mark, and `--fix` goes on from there.

use std::time::Duration;

use serde_json::json;

use crate::change::owner::{self, Owner};
use crate::change::{self, Live, Object, Refusal, Reply, secret};
use crate::effects::clock::{self, Deadline};
use crate::effects::cluster::{Applying, Cluster};
use crate::effects::terminal;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::cert_manager::CERTIFICATE_NAME;
use crate::model::labels::MOVED_FROM;
use crate::model::manifest::Manifest;
use crate::model::{Key, ObjectRef};
use crate::output::style::harmless;
use crate::report::{Fix, Step};

/// Between two looks at what is waited for.
const BETWEEN: Duration = Duration::from_millis(500);

/// How often the mark of a move is tried to be taken off while cert-manager changes the object too.
const TRIES: usize = 10;

/// Where the rights are written down.
const RIGHTS: &str = "docs/roles/fix.yaml has the rights that --fix takes";

/// Who does the steps.
pub(super) struct Mender {
    pub(super) cluster: Cluster,
    /// What a repository keeps is changed all the same.
    pub(super) ignores_repository: bool,
    /// How long a Certificate is waited for.
    pub(super) limit: Duration,
}

/// What a step will do.
pub(super) enum Look {
    /// An object is written, so.
    Write(Box<change::Step>),
    /// It is waited for something.
    Wait,
    /// This object is deleted.
    Delete(Box<Object>),
    /// Nothing, for this reason.
    Leave(String),
}

impl Mender {
    /// Looks at what a step will do, by dry runs; a deletion is tried so only where `tries` says so.
    pub(super) fn look(&mut self, step: &Step, fix: &Fix, tries: bool) -> Result<Look> {
        match step {
            Step::WaitReady { .. } => Ok(Look::Wait),
            Step::Apply { manifest } => self.look_at_manifest(manifest),
            Step::Patch { object, resource_version, .. } => {
                let before = self.patched(object, resource_version)?;
                let reply = self.patch(step, &before, true)?;
                let after = done(object, reply)?;
                let ObjectRef { api_version, kind, namespace, name, .. } = object;
                Ok(Look::Write(Box::new(change::Step::of(
                    Manifest::new(api_version, kind, namespace, name),
                    Some(before.set_by_people()),
                    Object::of(after).set_by_people(),
                ))))
            }
            Step::Delete { object, .. } => {
                let look = self.look_at_deletion(step, fix, false)?;
                if let (Look::Delete(there), true) = (&look, tries) {
                    done(object, self.cluster.delete(there, true)?)?;
                }
                Ok(look)
            }
        }
    }

    fn look_at_manifest(&mut self, manifest: &Manifest) -> Result<Look> {
        let object = manifest.object();
        let looked = self.cluster.look(&[manifest], Applying::default())?;
        let Some(change::Look { live, reply, .. }) = looked.into_iter().next() else {
            return Ok(Look::Leave(format!("{object} was not looked at")));
        };
        let before = match live {
            Live::Absent => None,
            Live::There(value) => Some(Object::of(value)),
        };
        if let Some(before) = &before {
            self.not_a_repositorys(before)?;
            if object.kind == "Certificate" {
                return Err(Error::new(Exit::Failed, format!("{object} has come meanwhile"))
                    .hint("the same command looks again"));
            }
        }
        let wanted = || serde_json::to_value(manifest).unwrap_or_default();
        let after = match reply {
            // A Role that a dry run did not make cannot be bound in one.
            Reply::Refused(it) if it.code == 404 && object.kind == "RoleBinding" => wanted(),
            reply => done(&object, reply)?,
        };
        let (before, after) =
            (before.map(|it| it.set_by_people()), Object::of(after).set_by_people());
        let step = change::Step::of(manifest.clone(), before, after);
        Ok(Look::Write(Box::new(step)))
    }

    /// What is there to be deleted, if it is what is meant. `is_turn`: all steps before are done.
    fn look_at_deletion(&mut self, step: &Step, fix: &Fix, is_turn: bool) -> Result<Look> {
        let Step::Delete { object, uid, written_for } = step else { return Ok(Look::Wait) };
        let leave = |why: &str| Ok(Look::Leave(format!("{object} {why}")));
        let Some(there) = self.found(object)? else { return leave("is not there") };
        if !uid.is_empty() && there.text("/metadata/uid") != uid {
            return leave("is another one by now");
        }
        let Some(of) = written_for else {
            self.not_a_repositorys(&there)?;
            return Ok(Look::Delete(Box::new(there)));
        };
        if there.annotation(CERTIFICATE_NAME) != of {
            return leave("stays: cert-manager did not write it for that Certificate");
        }
        let is_writer = |it: &&ObjectRef| it.name == *of && it.namespace == object.namespace;
        let deleted = fix.steps.iter().filter_map(|it| match it {
            Step::Delete { object, written_for: None, .. } => Some(object),
            _ => None,
        });
        let writer = deleted.into_iter().find(is_writer).cloned();
        if let (Some(writer), true) = (writer, is_turn)
            && self.found(&writer)?.is_some()
        {
            return leave("stays: a Certificate of that name was made again");
        }
        Ok(Look::Delete(Box::new(there)))
    }

    /// Does all steps; each is told once it is done.
    pub(super) fn mend(&mut self, fix: &Fix, tell: &dyn Fn(&str, &str)) -> Result<()> {
        let deadline = Deadline::after(self.limit);
        for step in &fix.steps {
            match step {
                Step::Apply { manifest } => {
                    let sent = marked(manifest, fix);
                    let how = Applying::default();
                    done(&manifest.object(), self.cluster.apply(&sent, how)?)?;
                    tell(&name_of(&manifest.object()), "applied");
                }
                Step::Patch { object, resource_version, .. } => {
                    let before = self.patched(object, resource_version)?;
                    let reply = self.patch(step, &before, false)?;
                    done(object, reply)?;
                    tell(&name_of(object), "configured");
                }
                Step::WaitReady { certificate } => {
                    self.wait(certificate, deadline)?;
                    tell(&name_of(certificate), "is Ready");
                }
                Step::Delete { object, .. } => match self.look_at_deletion(step, fix, true)? {
                    Look::Delete(there) => {
                        gone(object, self.cluster.delete(&there, false)?)?;
                        self.wait_gone(&there, deadline)?;
                        tell(&name_of(object), "deleted");
                    }
                    Look::Leave(why) => tell("left:", &why),
                    Look::Write(_) | Look::Wait => {}
                },
            }
        }
        if fix.steps.iter().any(Step::is_deletion) {
            for step in &fix.steps {
                if let Step::WaitReady { certificate } = step {
                    self.unmark(certificate)?;
                }
            }
        }
        Ok(())
    }

    /// The object of a patch, as it was when the patch was thought of.
    fn patched(&mut self, object: &ObjectRef, version: &str) -> Result<Object> {
        let Some(before) = self.found(object)? else {
            return Err(Error::new(Exit::Failed, format!("{object} is gone meanwhile")));
        };
        if !version.is_empty() && before.text("/metadata/resourceVersion") != version {
            return Err(changed(object));
        }
        self.not_a_repositorys(&before)?;
        Ok(before)
    }

    /// The answer to a patch of what was looked at.
    fn patch(&mut self, step: &Step, before: &Object, is_dry: bool) -> Result<Reply> {
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
    fn found(&mut self, object: &ObjectRef) -> Result<Option<Object>> {
        self.cluster.found(object).map_err(|error| match error.exit {
            Exit::Forbidden => error.hint(RIGHTS),
            _ => error,
        })
    }

    fn not_a_repositorys(&self, object: &Object) -> Result<()> {
        match owner::of(object) {
            Owner::Repository(tool) if !self.ignores_repository => Err(Error::new(
                Exit::Failed,
                format!("{} is kept by {tool}, which would change it back", object.reference()),
            )
            .hint("change it in the repository, or use --ignore-repository")),
            _ => Ok(()),
        }
    }

    /// Waits until a Certificate is Ready and its secret is there.
    fn wait(&mut self, certificate: &ObjectRef, deadline: Deadline) -> Result<()> {
        let spinner = terminal::spinner();
        loop {
            let Some(why) = self.unready(certificate)? else { return Ok(()) };
            spinner.wait_for(&why);
            let Some(left) = deadline.left() else {
                let seconds = self.limit.as_secs();
                let message = format!("waited {seconds} s, and still: {why}");
                return Err(Error::new(Exit::TimedOut, message)
                    .hint("nothing was deleted; the same command goes on"));
            };
            clock::rest(BETWEEN.min(left));
        }
    }

    /// Why a Certificate is not what is waited for.
    fn unready(&mut self, certificate: &ObjectRef) -> Result<Option<String>> {
        let Some(found) = self.found(certificate)? else {
            return Ok(Some(format!("{certificate} is not there")));
        };
        let Some(ready) = found.condition("Ready") else {
            return Ok(Some(format!("{certificate} has no status yet")));
        };
        // What is said of an older version of it is not said of this one.
        let of = ready.get("observedGeneration");
        let is_old = of.is_some_and(|it| Some(it) != found.at("/metadata/generation"));
        if ready["status"] != "True" || is_old {
            let message = ready["message"].as_str().unwrap_or_default();
            return Ok(Some(format!("{certificate} is not Ready: {}", harmless(message))));
        }
        let name = found.text("/spec/secretName");
        let secret = secret(&Key::new(&*certificate.namespace, name));
        let is_there = self.found(&secret)?.is_some();
        Ok((!is_there).then(|| format!("{certificate} is Ready, and {secret} is not there")))
    }

    /// Waits until what was deleted is gone: finalizers may keep it for a while.
    fn wait_gone(&mut self, object: &Object, deadline: Deadline) -> Result<()> {
        let reference = object.reference();
        let uid = object.text("/metadata/uid");
        while self.found(&reference)?.is_some_and(|it| it.text("/metadata/uid") == uid) {
            let Some(left) = deadline.left() else {
                return Err(Error::new(
                    Exit::TimedOut,
                    format!("{reference} is deleted and does not go: its finalizers keep it"),
                )
                .hint("the same command goes on"));
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

/// A Certificate that stands for one that is deleted, with the mark of the move.
fn marked(manifest: &Manifest, fix: &Fix) -> Manifest {
    let mut marked = manifest.clone();
    let old = fix.steps.iter().find_map(|step| match step {
        Step::Delete { object, uid, written_for: None } if object.kind == manifest.kind => {
            Some(format!("{}/{}/{uid}", object.namespace, object.name))
        }
        _ => None,
    });
    if let Some(old) = old {
        marked.metadata.insert("annotations".to_owned(), json!({ MOVED_FROM: old }));
    }
    marked
}

/// What the API server made of it.
fn done(object: &ObjectRef, reply: Reply) -> Result<serde_json::Value> {
    match reply {
        Reply::Done(value) => Ok(value),
        Reply::Refused(refusal) => Err(refused(object, &refusal)),
    }
}

/// What was deleted already is gone all the same.
fn gone(object: &ObjectRef, reply: Reply) -> Result<()> {
    match reply {
        Reply::Refused(refusal) if refusal.code == 404 => Ok(()),
        reply => done(object, reply).map(drop),
    }
}

fn refused(object: &ObjectRef, refusal: &Refusal) -> Error {
    let words = refusal.message.split_whitespace().collect::<Vec<_>>().join(" ");
    if refusal.code == 403 {
        return Error::new(Exit::Forbidden, format!("{object} may not be changed: {words}"))
            .hint(RIGHTS);
    }
    Error::new(Exit::Failed, format!("{object}: {words}"))
        .hint("what came before it is done; the same command goes on")
}

fn changed(object: &ObjectRef) -> Error {
    Error::new(Exit::Failed, format!("{object} was changed in between, so it was left as it is"))
        .hint("the same command looks again")
}

fn name_of(object: &ObjectRef) -> String {
    change::resource_name(&object.kind, &object.api_version, &object.name)
}
