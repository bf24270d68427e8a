//! How a document becomes a typed object, complete with where it was read.

use std::sync::Arc;

use rayon::prelude::*;

use super::Wishes;
use super::bundle::{self, Extra};
use super::documents::Document;
use super::secret::Secret;
use crate::model::yaml::Fault;
use crate::model::{Object, Origin, Seen};
use crate::world::{Fact, Kind, RawObject, ReadAs};

/// Where documents are read.
pub(super) struct Place {
    /// The input's name.
    pub(super) source: Arc<str>,
    /// The namespace that a kustomization sets.
    pub(super) namespace: Option<String>,
    /// Whether it is a cluster.
    pub(super) is_cluster: bool,
    /// Whether it is the bundle of one: objects have no line in either.
    pub(super) is_bundle: bool,
}

/// What became of a document.
#[derive(Default)]
pub(super) struct Taken {
    /// Its kind, if it is one that igwctl reads.
    pub(super) kind: Option<Kind>,
    /// The object.
    pub(super) fact: Option<Fact>,
    /// The document as it was.
    pub(super) raw: Option<RawObject>,
    /// Whether an API server served it.
    pub(super) is_live: bool,
    /// What a bundle holds beside objects.
    pub(super) extra: Option<Extra>,
}

/// Takes documents, each by itself and in parallel.
pub(super) fn take_all(
    documents: &[&Document<'_>],
    place: &Place,
    wishes: &Wishes,
) -> Vec<Result<Taken, Fault>> {
    documents.par_iter().map(|document| take(document, place, wishes)).collect()
}

/// Takes a document. Kinds that nobody asks for are passed over, unparsed.
fn take(document: &Document<'_>, place: &Place, wishes: &Wishes) -> Result<Taken, Fault> {
    if let Some(taken) = bundle::take(document, place)? {
        return Ok(taken);
    }
    let kind = Kind::of(document.group(), &document.kind);
    // Metadata alone is asked for of Secrets, and of nothing else.
    let is_partial = document.kind == "PartialObjectMetadata" && place.is_cluster;
    let kind = if is_partial { Some(Kind::Secrets) } else { kind };
    let Some(kind) = kind.filter(|kind| wishes.keeps_raw || wishes.reads.has(*kind)) else {
        return Ok(Taken::default());
    };
    let reader = Reader { document, place };
    let fact = if kind == Kind::Secrets {
        Some(Fact::Credential(reader.secret(is_partial)?))
    } else if wishes.reads.has(kind) {
        Fact::read(kind, &reader).transpose()?
    } else {
        None
    };
    let raw = if wishes.keeps_raw && kind != Kind::Secrets {
        Some(RawObject::new(kind, &document.api_version, document.read()?))
    } else {
        None
    };
    let is_live =
        fact.as_ref().map_or_else(|| raw.as_ref().is_some_and(RawObject::is_live), Fact::is_live);
    Ok(Taken { kind: Some(kind), fact, raw, is_live, extra: None })
}

pub(super) struct Reader<'a> {
    pub(super) document: &'a Document<'a>,
    pub(super) place: &'a Place,
}

impl Reader<'_> {
    /// Completes an object with where it was read.
    pub(super) fn complete<T: Object>(&self, mut object: T, api_version: &str) -> Seen<T> {
        let metadata = object.metadata_mut();
        api_version.clone_into(&mut metadata.api_version);
        let live = metadata.is_live();
        let has_lines = !(self.place.is_cluster || self.place.is_bundle);
        let at = if has_lines { self.document.line } else { 0 };
        let origin = Origin { file: Arc::clone(&self.place.source), line: at, live };
        Seen { origin, object }
    }

    /// A Secret's values end here. No error about one says more than where it is: a parser's
    /// words may quote what it read.
    fn secret(
        &self,
        is_partial: bool,
    ) -> Result<Seen<crate::model::credential::Credential>, Fault> {
        let mut secret: Secret = self.document.read().map_err(|fault| Fault {
            line: fault.line,
            reason: "the Secret cannot be read; its values are not shown".to_owned(),
        })?;
        secret.is_partial = is_partial;
        let api_version = if is_partial { "v1" } else { &self.document.api_version };
        Ok(self.complete(secret.into_credential(), api_version))
    }
}

impl ReadAs for Reader<'_> {
    type Fault = Fault;

    fn read_as<T: Object + serde::de::DeserializeOwned>(&self) -> Result<Seen<T>, Fault> {
        let object: T = self.document.read().map_err(|fault| Fault {
            reason: format!("{}: {}", self.document.kind, fault.reason),
            ..fault
        })?;
        let seen = self.complete(object, &self.document.api_version);
        if seen.metadata().name.is_empty() {
            let reason = format!("{}: metadata.name is missing", self.document.kind);
            return Err(Fault { line: self.document.line, reason });
        }
        Ok(seen)
    }
}
