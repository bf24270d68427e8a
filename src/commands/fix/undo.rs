//! What was done for a fix, and how it is undone: nothing of others, and nothing that others changed
//! since.

use super::mend::{Mender, Tell, done};
use crate::change::{self, Object, Reply};
use crate::effects::clock::Deadline;
use crate::error::{Error, Result};
use crate::model::cert_manager::CERTIFICATE_NAME;
use crate::model::labels::MOVED_FROM;
use crate::model::{Key, ObjectRef};

/// What was done, in that order.
#[derive(Default)]
pub(super) struct Journal {
    entries: Vec<Entry>,
    is_closed: bool,
    /// Something was sent, and no answer came.
    is_unsure: bool,
}

enum Entry {
    /// An object was made.
    Made(Object),
    /// An object that was there is another now.
    Changed { before: Object, after: Object },
    /// A Certificate was made that is to stand for another one.
    Moved(Box<Moved>),
}

/// A Certificate that is being moved.
pub(super) struct Moved {
    /// The new one.
    pub(super) new: ObjectRef,
    /// The old one.
    pub(super) old: ObjectRef,
    /// Its uid.
    pub(super) uid: String,
    /// What the new one is marked with.
    pub(super) mark: String,
}

impl Journal {
    /// Something is sent.
    pub(super) fn sending(&mut self) {
        self.is_unsure = true;
    }

    /// Takes down what came of what was sent. Without an answer it is not known whether it is done.
    pub(super) fn answer(
        &mut self,
        object: &ObjectRef,
        before: Option<Object>,
        answer: Result<Reply>,
    ) -> Result<()> {
        let reply = answer?;
        self.is_unsure = false;
        let after = Object::of(done(object, reply)?);
        match before {
            None => self.entries.push(Entry::Made(after)),
            Some(before) if before.set_by_people() != after.set_by_people() => {
                self.entries.push(Entry::Changed { before, after });
            }
            Some(_) => {}
        }
        Ok(())
    }

    pub(super) fn moves(&mut self, moved: Option<Moved>) {
        let is_known = self.entries.iter().any(|it| matches!(it, Entry::Moved(_)));
        self.entries.extend(moved.filter(|_| !is_known).map(|it| Entry::Moved(Box::new(it))));
    }

    /// From here on something is taken away that no undoing brings back.
    pub(super) fn close(&mut self) {
        self.is_closed = true;
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed
    }
}

impl Mender {
    /// Undoes what was done, the last first, each told; the error of why, with what became of it.
    pub(super) fn undo(&mut self, journal: Journal, error: Error, tell: Tell<'_>) -> Error {
        if journal.entries.is_empty() && !journal.is_unsure {
            return error.hint("nothing of it was done");
        }
        let mut is_all = !journal.is_unsure;
        let mut hints = Vec::new();
        for entry in journal.entries.into_iter().rev() {
            let undone = match entry {
                Entry::Made(object) => self.unmake(&object, tell),
                Entry::Changed { before, after } => self.put_back(&before, &after, tell),
                Entry::Moved(moved) => self.unmove(&moved, tell),
            };
            match undone {
                Ok(is_undone) => is_all &= is_undone,
                Err(error) => {
                    is_all = false;
                    hints.push(format!("not undone: {}", error.message));
                    hints.extend(error.hints);
                }
            }
        }
        let error = hints.into_iter().fold(error, Error::hint);
        if is_all {
            return error.hint("what was done for it is undone");
        }
        error.hint("not all that was done for it is undone; the same command looks again")
    }

    /// Deletes what was made, if it is still that one.
    fn unmake(&mut self, made: &Object, tell: Tell<'_>) -> Result<bool> {
        let object = made.reference();
        let Some(there) = self.found(&object)? else { return Ok(true) };
        if there.text("/metadata/uid") != made.text("/metadata/uid") {
            tell("left:", &format!("{object} is another one by now"));
            return Ok(false);
        }
        self.delete(&there)?;
        tell(&made.resource_name(), "deleted again");
        if made.kind() == "Certificate" {
            self.unwrite(&there, tell)?;
        }
        Ok(true)
    }

    /// Deletes the Secret that cert-manager wrote for a Certificate that is gone again. There was
    /// none of that name, or no Certificate would have been made for it.
    fn unwrite(&mut self, certificate: &Object, tell: Tell<'_>) -> Result<()> {
        self.wait_gone(certificate, Deadline::after(self.limit))?;
        let Key { namespace, name } = certificate.key();
        let written = Key::new(namespace, certificate.text("/spec/secretName"));
        if let Some(secret) = self.found(&ObjectRef::secret(&written))?
            && secret.annotation(CERTIFICATE_NAME) == name
        {
            self.delete(&secret)?;
            tell(&secret.resource_name(), "deleted again");
        }
        Ok(())
    }

    /// Puts an object back as it was, if nobody changed it since.
    fn put_back(&mut self, before: &Object, after: &Object, tell: Tell<'_>) -> Result<bool> {
        let object = before.reference();
        let left = |why: &str| {
            tell("left:", &format!("{object} {why}"));
            Ok(false)
        };
        let Some(there) = self.found(&object)? else { return left("is gone meanwhile") };
        if there.set_by_people() != after.set_by_people() {
            return left("was changed by somebody since, so it stays as it is");
        }
        let version = there.text("/metadata/resourceVersion");
        match self.cluster.patch(&object, &change::back(before, after), version, false)? {
            Reply::Done(_) => {
                tell(&before.resource_name(), "put back");
                Ok(true)
            }
            Reply::Refused(it) => left(&format!("is not put back: {}", it.message)),
        }
    }

    /// Deletes the new Certificate of a move, and then the Secret that cert-manager wrote for it, as
    /// long as the old one is there.
    fn unmove(&mut self, moved: &Moved, tell: Tell<'_>) -> Result<bool> {
        let Moved { new, old, uid, mark } = moved;
        let left = |why: &str| {
            tell("left:", &format!("{new} stays: {why}"));
            Ok(false)
        };
        let Some(there) = self.found(new)? else { return Ok(true) };
        if there.annotation(MOVED_FROM) != mark {
            return left("it is another one by now");
        }
        if self.found(old)?.is_none_or(|it| it.text("/metadata/uid") != uid) {
            return left("the old one is not there any more");
        }
        self.delete(&there)?;
        tell(&there.resource_name(), "deleted again");
        self.unwrite(&there, tell)?;
        Ok(true)
    }
}
