//! What is there before a change, and the change: plain functions over `write.rs`.

use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use super::Cluster;
use super::request::{Failure, METADATA, Requests};
use super::served::Served;
use super::write::{self, Applying};
use crate::change::{Live, Look, Object, Reply};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::ObjectRef;
use crate::model::manifest::Manifest;
use crate::world::Kind;

/// What was found of all kinds by a label.
#[derive(Debug, Default)]
pub struct Labelled {
    /// The objects.
    pub objects: Vec<Object>,
    /// What could not be listed, a sentence each.
    pub gaps: Vec<String>,
}

impl Cluster {
    /// The namespace of the context.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The version that is served of each of these kinds; `None` where the cluster does not have it.
    ///
    /// # Errors
    /// Failed (3) where the API server is not reached, refuses the credentials, or answers with no
    /// list of its groups. A user who may not ask for that list is told what is usual.
    pub fn served(&mut self, kinds: &[Kind]) -> Result<Vec<Option<String>>> {
        let served = self.runtime.block_on(self.requests.served());
        let served = served.map_err(|failure| failure.into_error(&self.requests.server))?;
        Ok(kinds.iter().map(|kind| served.version(*kind)).collect())
    }

    /// What is there of each object, and what a dry run of applying it brings; all at once.
    ///
    /// # Errors
    /// Failed (3) where the API server is not reached, refuses the credentials, or cannot say what
    /// is there. Forbidden (5) where `how.client` is set and an object may not be read; that one
    /// may not be applied is a `Reply::Refused`.
    pub fn look(&mut self, manifests: &[&Manifest], how: Applying) -> Result<Vec<Look>> {
        let requests = &self.requests;
        let how = Applying { dry_run: true, ..how };
        let looks = manifests.iter().map(|manifest| async move {
            let path = write::path(&manifest.object());
            if how.client {
                let live = write::read(requests, &path).await?;
                let reply = Reply::Done(live.merged(manifest));
                return Ok(Look { live, reply, forced: None });
            }
            let (live, reply) =
                join(write::read(requests, &path), write::apply(requests, &path, manifest, how))
                    .await;
            let (live, reply) = (unless_forbidden(live)?, reply?);
            let mut forced = None;
            if matches!(&reply, Reply::Refused(it) if it.code == 409) {
                let how = Applying { force: true, ..how };
                if let Reply::Done(value) = write::apply(requests, &path, manifest, how).await? {
                    forced = Some(value);
                }
            }
            Ok(Look { live, reply, forced })
        });
        let looked = self.runtime.block_on(join_all(looks));
        let looked: std::result::Result<Vec<_>, Failure> = looked.into_iter().collect();
        looked.map_err(|failure| failure.into_error(&self.requests.server))
    }

    /// Applies an object.
    ///
    /// # Errors
    /// Failed (3) where the API server is not reached or refuses the credentials. All else that it
    /// refuses, for want of a right too, is a `Reply::Refused`.
    pub fn apply(&mut self, manifest: &Manifest, how: Applying) -> Result<Reply> {
        let path = write::path(&manifest.object());
        let applied = self.runtime.block_on(write::apply(&self.requests, &path, manifest, how));
        applied.map_err(|failure| failure.into_error(&self.requests.server))
    }

    /// Makes a Secret with another one's type and values, which stay in the requests.
    ///
    /// # Errors
    /// Not there (4) where the Secret to copy is gone, forbidden (5) where it may not be read, and
    /// failed (3) where the API server is not reached or refuses the credentials. That the new one
    /// is refused is a `Reply::Refused`.
    pub fn copy(&mut self, from: &ObjectRef, to: &ObjectRef, dry_run: bool) -> Result<Reply> {
        match self.runtime.block_on(write::copy(&self.requests, from, to, dry_run)) {
            Err(Failure::Forbidden) => {
                Err(Error::new(Exit::Forbidden, format!("{from} may not be looked at")))
            }
            Err(Failure::NotFound) => Err(Error::new(Exit::NotThere, format!("{from} is gone"))),
            copied => copied.map_err(|failure| failure.into_error(&self.requests.server)),
        }
    }

    /// Changes fields of an object by a JSON patch, if it is still of that version.
    ///
    /// # Errors
    /// Failed (3) where the API server is not reached or refuses the credentials. Another version
    /// than the one said is a `Reply::Refused`, as is a right that is missing.
    pub fn patch(
        &mut self,
        object: &ObjectRef,
        operations: &Value,
        version: &str,
        dry_run: bool,
    ) -> Result<Reply> {
        let is_same = json!({
            "op": "test", "path": "/metadata/resourceVersion", "value": version,
        });
        let mut all = vec![is_same];
        all.extend(operations.as_array().into_iter().flatten().cloned());
        let (path, all) = (write::path(object), Value::Array(all));
        let sent = write::patch(&self.requests, &path, &all, dry_run);
        let sent = self.runtime.block_on(sent);
        sent.map_err(|failure| failure.into_error(&self.requests.server))
    }

    /// Deletes an object that was looked at, if it is still that one.
    ///
    /// # Errors
    /// Failed (3) where the API server is not reached or refuses the credentials. Another object of
    /// that name is a `Reply::Refused`, as is a right that is missing.
    pub fn delete(&mut self, object: &Object, dry_run: bool) -> Result<Reply> {
        let path = write::path(&object.reference());
        let uid = object.text("/metadata/uid");
        let deleted = self.runtime.block_on(write::delete(&self.requests, &path, uid, dry_run));
        deleted.map_err(|failure| failure.into_error(&self.requests.server))
    }

    /// An object, if it is there; of a Secret its metadata, and nothing of what it keeps.
    ///
    /// # Errors
    /// Forbidden (5) where it may not be read; failed (3) where the API server gives any other
    /// answer than the object or that there is none.
    pub fn found(&mut self, object: &ObjectRef) -> Result<Option<Object>> {
        let accept =
            if object.kind == "Secret" { write::METADATA_OF_ONE } else { "application/json" };
        let path = write::path(object);
        match self.runtime.block_on(write::read_as(&self.requests, &path, accept)) {
            Ok(Live::There(mut value)) => {
                value["apiVersion"] = json!(object.api_version);
                value["kind"] = json!(object.kind);
                Ok(Some(Object::of(value)))
            }
            Ok(Live::Absent) => Ok(None),
            Err(Failure::Forbidden) => {
                Err(Error::new(Exit::Forbidden, format!("{object} may not be looked at")))
            }
            Err(failure) => Err(failure.into_error(&self.requests.server)),
        }
    }

    /// What a label selector means, of these kinds, in all namespaces; where these may not be listed
    /// at once, in the given ones. Of Secrets the metadata alone.
    ///
    /// # Errors
    /// Failed (3) where the API server is not reached, refuses the credentials, or cannot list a
    /// kind. A kind that may not be listed is a gap instead.
    pub fn labelled(
        &mut self,
        kinds: &[Kind],
        selector: &str,
        instead: &[String],
    ) -> Result<Labelled> {
        self.gather(kinds, selector, None, instead)
    }

    /// The same, in one namespace.
    ///
    /// # Errors
    /// As of `labelled`.
    pub fn labelled_in(
        &mut self,
        kinds: &[Kind],
        selector: &str,
        namespace: &str,
    ) -> Result<Labelled> {
        self.gather(kinds, selector, Some(namespace), &[])
    }

    fn gather(
        &mut self,
        kinds: &[Kind],
        selector: &str,
        namespace: Option<&str>,
        instead: &[String],
    ) -> Result<Labelled> {
        let requests = &self.requests;
        let all = async {
            let served = requests.served().await?;
            let lists = kinds
                .iter()
                .map(|kind| list(requests, &served, *kind, selector, (namespace, instead)));
            Ok(join_all(lists).await)
        };
        let lists = self.runtime.block_on(all);
        let lists = lists.map_err(|failure: Failure| failure.into_error(&self.requests.server))?;
        let mut found = Labelled::default();
        for (kind, list) in kinds.iter().zip(lists) {
            match list {
                Ok(objects) => found.objects.extend(objects),
                Err(Failure::Forbidden) => {
                    found.gaps.push(format!("may not list {}", kind.plural()));
                }
                Err(failure) => return Err(failure.into_error(&self.requests.server)),
            }
        }
        Ok(found)
    }
}

/// What is there, where it may be looked at: a dry run says more than that it may not.
fn unless_forbidden(
    live: std::result::Result<Live, Failure>,
) -> std::result::Result<Live, Failure> {
    match live {
        Err(Failure::Forbidden) => Ok(Live::Absent),
        live => live,
    }
}

async fn list(
    requests: &Requests,
    served: &Served,
    kind: Kind,
    selector: &str,
    (namespace, instead): (Option<&str>, &[String]),
) -> std::result::Result<Vec<Object>, Failure> {
    let Some(path) = served.path(kind, namespace) else { return Ok(Vec::new()) };
    let accept = if kind == Kind::Secrets { METADATA } else { "application/json" };
    let has_namespaces = kind != Kind::ClusterIssuers;
    let name = kind.kind();
    match write::labelled(requests, &path, selector, name, accept).await {
        Err(Failure::NotFound) => Ok(Vec::new()),
        Err(Failure::Forbidden) if has_namespaces && !instead.is_empty() => {
            let mut objects = Vec::new();
            for namespace in instead {
                let Some(path) = served.path(kind, Some(namespace)) else { continue };
                objects.extend(write::labelled(requests, &path, selector, name, accept).await?);
            }
            Ok(objects)
        }
        listed => listed,
    }
}
