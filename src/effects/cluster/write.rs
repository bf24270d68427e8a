//! Writing to the cluster: server-side apply, deletion, and what stands there before.

use http::Method;
use serde_json::{Value, json};

use super::request::{Failure, Requests, escape, explain};
use crate::change::{Live, Object, Refusal, Reply, without_values};
use crate::model::ObjectRef;
use crate::model::manifest::Manifest;
use crate::report::step::plural;

/// By what name the API server knows who set a field.
pub(super) const MANAGER: &str = "igwctl";

/// Server-side apply (Kubernetes 1.22 and later): JSON is YAML too.
const APPLY: &str = "application/apply-patch+yaml";

/// A JSON patch (RFC 6902).
const PATCH: &str = "application/json-patch+json";

/// Asks for the metadata of one object alone.
pub(super) const METADATA_OF_ONE: &str =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

/// How objects are applied.
#[derive(Clone, Copy, Debug, Default)]
pub struct Applying {
    /// Only what would come of it is asked for; nothing is kept.
    pub dry_run: bool,
    /// Fields that somebody else set are taken over.
    pub force: bool,
    /// Not even a dry run is asked for: what would come of it is worked out from what is there.
    pub client: bool,
}

/// The object as it is there.
pub(super) async fn read(requests: &Requests, path: &str) -> Result<Live, Failure> {
    read_as(requests, path, "application/json").await
}

/// The object as it is there, or the part of it that is asked for.
pub(super) async fn read_as(
    requests: &Requests,
    path: &str,
    accept: &str,
) -> Result<Live, Failure> {
    match requests.get(path, accept).await {
        Ok(text) => Ok(Live::There(parse(&text))),
        Err(Failure::NotFound) => Ok(Live::Absent),
        Err(failure) => Err(failure),
    }
}

/// Applies an object.
pub(super) async fn apply(
    requests: &Requests,
    path: &str,
    manifest: &Manifest,
    how: Applying,
) -> Result<Reply, Failure> {
    let body = serde_json::to_vec(manifest).map_err(|it| Failure::Other(it.to_string()))?;
    let mut query = format!("?fieldManager={MANAGER}&fieldValidation=Strict&force={}", how.force);
    if how.dry_run {
        query += "&dryRun=All";
    }
    send(requests, Method::PATCH, &(path.to_owned() + &query), APPLY, body).await
}

/// Changes an object by a JSON patch.
pub(super) async fn patch(
    requests: &Requests,
    path: &str,
    operations: &Value,
    dry_run: bool,
) -> Result<Reply, Failure> {
    let mut query = format!("?fieldManager={MANAGER}&fieldValidation=Strict");
    if dry_run {
        query += "&dryRun=All";
    }
    let body = operations.to_string().into_bytes();
    send(requests, Method::PATCH, &(path.to_owned() + &query), PATCH, body).await
}

/// Makes a Secret with another one's type and values, in no annotation and no file: what it keeps goes
/// from the answer into the request, and no further.
pub(super) async fn copy(
    requests: &Requests,
    from: &ObjectRef,
    to: &ObjectRef,
    dry_run: bool,
) -> Result<Reply, Failure> {
    let mut there = parse(&requests.get(&path(from), "application/json").await?);
    let manifest = Manifest::new(&to.api_version, &to.kind, &to.namespace, &to.name)
        .with("type", there["type"].take())
        .with("data", there["data"].take());
    let how = Applying { dry_run, ..Applying::default() };
    Ok(match apply(requests, &path(to), &manifest, how).await? {
        Reply::Done(value) => Reply::Done(without_values(value)),
        refused @ Reply::Refused(_) => refused,
    })
}

/// Deletes an object, if it is still the one that was looked at. What it owns goes before it.
pub(super) async fn delete(
    requests: &Requests,
    path: &str,
    uid: &str,
    dry_run: bool,
) -> Result<Reply, Failure> {
    let mut options = json!({
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "propagationPolicy": "Background",
        "preconditions": { "uid": uid },
    });
    if dry_run {
        options["dryRun"] = json!(["All"]);
    }
    let body = options.to_string().into_bytes();
    send(requests, Method::DELETE, path, "application/json", body).await
}

/// What a label selector means of one kind.
pub(super) async fn labelled(
    requests: &Requests,
    path: &str,
    selector: &str,
    kind: &str,
    accept: &str,
) -> Result<Vec<Object>, Failure> {
    let asked = format!("{path}?labelSelector={}", escape(selector));
    let api_version = api_version(path);
    let mut objects = Vec::new();
    for page in requests.list(&asked, accept).await? {
        let mut page = parse(&page);
        let Some(items) = page["items"].as_array_mut() else { continue };
        for item in items {
            let mut object = item.take();
            object["apiVersion"] = json!(api_version);
            object["kind"] = json!(kind);
            objects.push(Object::of(object));
        }
    }
    Ok(objects)
}

/// Where the API server has an object. Kinds of a cluster have no namespace.
pub(super) fn path(object: &ObjectRef) -> String {
    let ObjectRef { api_version, kind, namespace, name, .. } = object;
    let plural = plural(api_version, kind).unwrap_or_default();
    let root = if api_version.contains('/') { "/apis" } else { "/api" };
    let place =
        if namespace.is_empty() { String::new() } else { format!("/namespaces/{namespace}") };
    format!("{root}/{api_version}{place}/{plural}/{name}")
}

/// The version of what is listed there.
fn api_version(path: &str) -> &str {
    let (root, _) = path.rsplit_once('/').unwrap_or((path, ""));
    let root = root.split_once("/namespaces/").map_or(root, |it| it.0);
    root.trim_start_matches("/apis/").trim_start_matches("/api/")
}

async fn send(
    requests: &Requests,
    method: Method,
    path: &str,
    content: &str,
    body: Vec<u8>,
) -> Result<Reply, Failure> {
    match requests.exchange(method, path, ("application/json", content), body).await? {
        Ok(text) => Ok(Reply::Done(parse(&text))),
        Err(kube::Error::Api(status)) if status.code != 401 => {
            Ok(Reply::Refused(Refusal { code: status.code, message: status.message.clone() }))
        }
        Err(error) => Err(explain(&error)),
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
