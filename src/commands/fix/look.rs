//! What a step of a fix will do, by dry runs, before anybody is asked and anything is sent.

use super::mend::{Mender, changed, done, mark, refused};
use crate::change::owner::{self, Owner};
use crate::change::{self, Live, Object, Reply};
use crate::commands::deletion;
use crate::effects::cluster::Applying;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::ObjectRef;
use crate::model::cert_manager::CERTIFICATE_NAME;
use crate::model::labels::MOVED_FROM;
use crate::model::manifest::Manifest;
use crate::report::{Fix, Step};

/// Where the rights are written down.
pub(super) const ROLES: &str = "docs/roles/fix.yaml";

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
    /// Looks at what a step will do. Deletions are tried too: that they are refused is to be known
    /// before anything is made.
    pub(super) fn look(&mut self, step: &Step, fix: &Fix) -> Result<Look> {
        match step {
            Step::WaitReady { .. } => Ok(Look::Wait),
            Step::Apply { manifest } => self.look_at_manifest(manifest, fix),
            Step::Copy { from, to } => {
                if self.found(to)?.is_some() {
                    return Err(has_come(to));
                }
                let after = done(to, self.cluster.copy(from, to, true)?)?;
                let made = Manifest::new(&to.api_version, &to.kind, &to.namespace, &to.name);
                let after = Object::of(after).set_by_people();
                Ok(Look::Write(Box::new(change::Step::of(made, None, after))))
            }
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
            Step::Delete { .. } => {
                let look = self.look_at_deletion(step, fix, false)?;
                if let Look::Delete(there) = &look {
                    deletion::gone(there, self.cluster.delete(there, true)?, ROLES)?;
                }
                Ok(look)
            }
        }
    }

    fn look_at_manifest(&mut self, manifest: &Manifest, fix: &Fix) -> Result<Look> {
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
            // Another run may be at the same move.
            let is_same_move = mark(fix).is_some_and(|it| it == before.annotation(MOVED_FROM));
            if object.kind == "Certificate" && !is_same_move {
                return Err(has_come(&object));
            }
        }
        let wanted = || serde_json::to_value(manifest).unwrap_or_default();
        let after = match reply {
            // A Role that a dry run did not make cannot be bound in one.
            Reply::Refused(it) if it.code == 404 && object.kind == "RoleBinding" => wanted(),
            Reply::Refused(it) => return Err(refused(&object, &it)),
            Reply::Done(value) => value,
        };
        let (before, after) =
            (before.map(|it| it.set_by_people()), Object::of(after).set_by_people());
        let step = change::Step::of(manifest.clone(), before, after);
        Ok(Look::Write(Box::new(step)))
    }

    /// What is there to be deleted, if it is what is meant. Once all steps before are done, a
    /// Certificate that was deleted by them must not have come back.
    pub(super) fn look_at_deletion(
        &mut self,
        step: &Step,
        fix: &Fix,
        are_steps_before_done: bool,
    ) -> Result<Look> {
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
        if let (Some(writer), true) = (writer, are_steps_before_done)
            && self.found(&writer)?.is_some()
        {
            return leave("stays: a Certificate of that name was made again");
        }
        Ok(Look::Delete(Box::new(there)))
    }

    /// The object of a patch, as it was when the patch was thought of.
    pub(super) fn patched(&mut self, object: &ObjectRef, version: &str) -> Result<Object> {
        let Some(before) = self.found(object)? else {
            return Err(Error::new(Exit::Failed, format!("{object} is gone meanwhile")));
        };
        if !version.is_empty() && before.text("/metadata/resourceVersion") != version {
            return Err(changed(object));
        }
        self.not_a_repositorys(&before)?;
        Ok(before)
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
}

pub(super) fn has_come(object: &ObjectRef) -> Error {
    Error::new(Exit::Failed, format!("{object} has come meanwhile"))
        .hint("the same command looks again")
}
