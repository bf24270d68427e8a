//! What a fix does to one object: looked at, patched, applied or deleted, if it is still the same.

use serde_json::{Value, json};

use super::Cluster;
use super::request::Failure;
use super::write;
use crate::change::{Live, Object, Reply};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::ObjectRef;
use crate::report::step::plural;

impl Cluster {
    /// An object, if it is there; of a Secret its metadata, and nothing of what it keeps.
    pub fn found(&mut self, object: &ObjectRef) -> Result<Option<Object>> {
        let accept =
            if object.kind == "Secret" { write::METADATA_OF_ONE } else { "application/json" };
        let path = path(object);
        match self.runtime.block_on(write::read_as(&self.requests, &path, accept)) {
            Ok(Live::There(mut value)) => {
                value["apiVersion"] = json!(object.api_version);
                value["kind"] = json!(object.kind);
                Ok(Some(Object::of(value)))
            }
            Ok(Live::Absent) => Ok(None),
            Err(Failure::Forbidden) => {
                Err(Error::new(Exit::Forbidden, format!("{object} may not be looked at"))
                    .hint("docs/roles/fix.yaml has the rights that --fix takes"))
            }
            Err(failure) => Err(failure.into_error(&self.requests.server)),
        }
    }

    /// Changes fields of an object by a JSON patch, if it is still of that version.
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
        let (path, all) = (path(object), Value::Array(all));
        let sent = write::patch(&self.requests, &path, &all, dry_run);
        let sent = self.runtime.block_on(sent);
        sent.map_err(|failure| failure.into_error(&self.requests.server))
    }

    /// Deletes an object that was looked at, if it is still that one.
    pub fn take_away(&mut self, object: &Object, dry_run: bool) -> Result<Reply> {
        let uid = object.text("/metadata/uid");
        let path = path(&object.reference());
        let deleted = self.runtime.block_on(write::delete(&self.requests, &path, uid, dry_run));
        deleted.map_err(|failure| failure.into_error(&self.requests.server))
    }
}

fn path(object: &ObjectRef) -> String {
    let ObjectRef { api_version, kind, namespace, name, .. } = object;
    write::path(api_version, plural(api_version, kind).unwrap_or_default(), namespace, name)
}
