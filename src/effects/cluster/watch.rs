//! Waits until something of what was listed changes: by watches, which the API server answers when
//! there is something to say.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::io::AsyncBufReadExt as _;
use futures_util::stream::FuturesUnordered;
use http::{Method, Request};
use serde::Deserialize;

use super::request::{Failure, Lists, Requests, explain, joint};
use super::rights;

/// A watch in which nothing comes for this long is taken for cut: bookmarks come every minute
/// (Kubernetes 1.17 and later).
const SILENCE: Duration = Duration::from_secs(120);

/// How long the API server is to keep a watch open, in seconds.
const OPEN: u64 = 300;

/// The pause before a watch that was cut is opened again, and what it grows to.
const PAUSE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// What changes together is asked for together.
const SETTLES: Duration = Duration::from_millis(150);

/// Metadata is enough to know that something changed.
const METADATA: &str =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

/// Why waiting is over.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Woken {
    /// Something changed, or may have.
    Changed,
    /// Nothing that was listed may be watched.
    Refused,
}

/// How a watch ended.
enum Ended {
    Changed,
    /// What came in between is no longer known (410), or who asks is (401).
    Expired,
    Refused,
    /// Cut or closed; `true` if something had come over it.
    Cut(bool),
}

/// Waits until something that was listed changes.
pub(super) async fn changed(requests: &Requests) -> Woken {
    let Lists { watchable, is_wanting } = requests.lists();
    let mut watches: FuturesUnordered<_> =
        watchable.into_iter().map(|(path, version)| watch(requests, path, version)).collect();
    let woken = async {
        while let Some(woken) = watches.next().await {
            if woken == Woken::Changed {
                tokio::time::sleep(SETTLES).await;
                return woken;
            }
        }
        Woken::Refused
    };
    if !is_wanting {
        return woken.await;
    }
    // What could not be listed has no watch, and is asked for again.
    let pause = tokio::time::sleep(PAUSE.1);
    if tokio::time::timeout(PAUSE.1, woken).await != Ok(Woken::Changed) {
        pause.await;
    }
    Woken::Changed
}

/// One list, watched until it changes, however often the watch is cut.
async fn watch(requests: &Requests, path: String, mut version: String) -> Woken {
    let mut pause = PAUSE.0;
    loop {
        match once(requests, &path, &mut version).await {
            Ended::Changed | Ended::Expired => return Woken::Changed,
            Ended::Refused => return Woken::Refused,
            Ended::Cut(true) => pause = PAUSE.0,
            Ended::Cut(false) => {}
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSE.1);
    }
}

async fn once(requests: &Requests, path: &str, version: &mut String) -> Ended {
    let path = format!(
        "{path}{}watch=1&allowWatchBookmarks=true&timeoutSeconds={OPEN}&resourceVersion={version}",
        joint(path)
    );
    debug_assert!(rights::has(&Method::GET, &path), "{path} is not in the table of rights");
    let request = Request::get(path).header(http::header::ACCEPT, METADATA).body(Vec::new());
    let Ok(request) = request else { return Ended::Refused };
    let opened = tokio::time::timeout(requests.timeout, requests.client.request_stream(request));
    let stream = match opened.await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            return match explain(&error) {
                Failure::Forbidden | Failure::NotFound => Ended::Refused,
                Failure::Unauthorized | Failure::Expired => Ended::Expired,
                Failure::Other(_) | Failure::Lost(_) | Failure::Credentials(_) => Ended::Cut(false),
            };
        }
        Err(_) => return Ended::Cut(false),
    };
    let mut stream = std::pin::pin!(stream);
    let mut has_come = false;
    loop {
        let mut line = Vec::new();
        let read = tokio::time::timeout(SILENCE, stream.read_until(b'\n', &mut line)).await;
        let Ok(Ok(1..)) = read else { return Ended::Cut(has_come) };
        match told(&line) {
            Told::Bookmark(at) => {
                *version = at;
                has_come = true;
            }
            Told::Change => return Ended::Changed,
            Told::Expired => return Ended::Expired,
            Told::Nothing => return Ended::Cut(has_come),
        }
    }
}

/// What a line of a watch says.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    /// All up to this version has been told.
    Bookmark(String),
    Change,
    /// The version asked from is too old.
    Expired,
    /// Something else: an error, or half a line.
    Nothing,
}

fn told(line: &[u8]) -> Told {
    #[derive(Deserialize)]
    struct Event {
        #[serde(rename = "type")]
        type_: String,
        #[serde(default)]
        object: Object,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Object {
        metadata: Metadata,
        code: u16,
    }
    #[derive(Default, Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    struct Metadata {
        resource_version: String,
    }
    let Ok(Event { type_, object }) = serde_json::from_slice(line) else { return Told::Nothing };
    match &*type_ {
        "ADDED" | "MODIFIED" | "DELETED" => Told::Change,
        "BOOKMARK" if !object.metadata.resource_version.is_empty() => {
            Told::Bookmark(object.metadata.resource_version)
        }
        "ERROR" if object.code == 410 => Told::Expired,
        _ => Told::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_watch_is_a_change_a_bookmark_or_an_end() {
        let bookmark = br#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}"#;
        assert_eq!(told(bookmark), Told::Bookmark("7".to_owned()));
        for change in ["ADDED", "MODIFIED", "DELETED"] {
            assert_eq!(told(format!(r#"{{"type":"{change}"}}"#).as_bytes()), Told::Change);
        }
        let expired = br#"{"type":"ERROR","object":{"kind":"Status","code":410}}"#;
        assert_eq!(told(expired), Told::Expired);
        for other in [&br#"{"type":"ERROR","object":{"code":500}}"#[..], b"{\"type\":\"ADD", b"\n"]
        {
            assert_eq!(told(other), Told::Nothing);
        }
    }
}
