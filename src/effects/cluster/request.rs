//! One request, in time: lists with their pages, objects, reviews. Answers are text: the gate in
//! `ingest` is the only place that reads them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use futures_util::io::AsyncReadExt as _;
use http::{Method, Request};
use kube::Client;
use kube::client::AuthError;
use serde::Deserialize;

use super::rights;
use super::served::Served;
use crate::error::Error;
use crate::exit::Exit;

/// Objects a page, as kubectl asks for (Kubernetes 1.34).
const PAGE: usize = 500;

/// How often a server that is busy, or not ready yet, is asked again.
const TRIES: u32 = 5;

/// Asks for the metadata of objects alone.
pub(super) const METADATA: &str =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/// Why a request got no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// 403.
    Forbidden,
    /// 404: no such object, or no such kind.
    NotFound,
    /// 401.
    Unauthorized,
    /// 410: the version that was asked for is too old.
    Expired,
    /// No answer at all: the way to the server is broken, or the server is.
    Lost(String),
    /// No credentials to ask with, in words.
    Credentials(String),
    /// Another answer than the one asked for, in words.
    Other(String),
}

impl Failure {
    /// As the error of a command that cannot go on.
    pub(super) fn into_error(self, server: &str) -> Error {
        match self {
            Self::Forbidden => Error::new(Exit::Forbidden, format!("{server}: forbidden")),
            Self::NotFound => Error::new(Exit::Failed, format!("{server}: not a Kubernetes API")),
            Self::Unauthorized => {
                Error::new(Exit::Failed, format!("{server} does not accept the credentials (401)"))
                    .hint("log in again, or look at the user of this context in the kubeconfig")
            }
            Self::Lost(reason) => {
                Error::new(Exit::Failed, format!("{server} cannot be reached: {reason}"))
                    .hint("kubectl cluster-info asks it too; --context names another cluster")
            }
            Self::Credentials(reason) => {
                Error::new(Exit::Failed, format!("no credentials for {server}: {reason}"))
                    .hint("look at the user of this context in the kubeconfig")
            }
            Self::Expired | Self::Other(_) => {
                Error::new(Exit::Failed, format!("{server}: {}", self.words()))
            }
        }
    }

    /// What came instead of an answer, as a clause.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Forbidden => "forbidden".to_owned(),
            Self::NotFound => "not found".to_owned(),
            Self::Unauthorized => "unauthorized".to_owned(),
            Self::Expired => "what was listed has expired (410)".to_owned(),
            Self::Lost(reason) | Self::Credentials(reason) | Self::Other(reason) => reason.clone(),
        }
    }

    /// Whether nothing more can be asked for, so that a report would be one of a broken way.
    pub(super) fn is_final(&self) -> bool {
        matches!(self, Self::Unauthorized | Self::Lost(_) | Self::Credentials(_))
    }
}

/// What was listed.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// What of it may be watched, with the version that it was of.
    pub(super) watchable: BTreeMap<String, String>,
    /// Whether something could not be listed that may be listed: a server that is gone for a while.
    pub(super) is_wanting: bool,
}

/// The way to the API server.
pub(super) struct Requests {
    pub(super) client: Client,
    pub(super) server: String,
    pub(super) timeout: Duration,
    lists: RefCell<Lists>,
    /// What the cluster serves, once it was asked.
    served: RefCell<Option<Rc<Served>>>,
}

impl Requests {
    pub(super) fn new(client: Client, server: String, timeout: Duration) -> Self {
        Self { client, server, timeout, lists: RefCell::default(), served: RefCell::default() }
    }

    /// What was listed since this was last asked.
    pub(super) fn lists(&self) -> Lists {
        self.lists.take()
    }

    /// Begins anew: what was listed, and what the cluster serves, is asked for again.
    pub(super) fn forget(&self) {
        self.lists.take();
        self.served.take();
    }

    /// What the cluster serves; it is asked once.
    pub(super) async fn served(&self) -> Result<Rc<Served>, Failure> {
        if let Some(served) = &*self.served.borrow() {
            return Ok(Rc::clone(served));
        }
        let served = Rc::new(Served::ask(self).await?);
        self.served.replace(Some(Rc::clone(&served)));
        Ok(served)
    }

    /// One answer, whole.
    pub(super) async fn get(&self, path: &str, accept: &str) -> Result<String, Failure> {
        let content = "application/json";
        self.exchange(Method::GET, path, (accept, content), Vec::new())
            .await?
            .map_err(|it| explain(&it))
    }

    /// What comes of sending a JSON object.
    pub(super) async fn post(&self, path: &str, body: String) -> Result<String, Failure> {
        let types = ("application/json", "application/json");
        self.exchange(Method::POST, path, types, body.into_bytes())
            .await?
            .map_err(|it| explain(&it))
    }

    /// The answer to one request, or the server's refusal; of `types` the first is the answer's, the
    /// other that of the body. A server that is full, or starts (429), is asked again, a few times:
    /// it did nothing yet.
    pub(super) async fn exchange(
        &self,
        method: Method,
        path: &str,
        types: (&str, &str),
        body: Vec<u8>,
    ) -> Result<Result<String, kube::Error>, Failure> {
        debug_assert!(rights::has(&method, path), "{method} {path} is not in the table of rights");
        let mut wait = Duration::from_millis(100);
        for attempt in 1.. {
            let request = Request::builder()
                .method(method.clone())
                .uri(path)
                .header(http::header::ACCEPT, types.0)
                .header(http::header::CONTENT_TYPE, types.1)
                .body(body.clone())
                .map_err(|error| Failure::Other(error.to_string()))?;
            let answer = tokio::time::timeout(self.timeout, self.client.request_text(request));
            let answer = answer.await.map_err(|_| self.too_late())?;
            let is_busy = matches!(&answer, Err(kube::Error::Api(it)) if it.code == 429);
            if !is_busy || attempt == TRIES {
                return Ok(answer);
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
        Err(self.too_late())
    }

    pub(super) fn too_late(&self) -> Failure {
        Failure::Lost(format!("no answer within {} s", self.timeout.as_secs_f32()))
    }

    /// A list, page by page. A list that expires on the way (410) is asked for anew, whole.
    pub(super) async fn list(&self, path: &str, accept: &str) -> Result<Vec<String>, Failure> {
        let joint = joint(path);
        let mut pages = Vec::new();
        let mut next = format!("{path}{joint}limit={PAGE}");
        loop {
            let page = match self.get(&next, accept).await {
                Err(Failure::Expired) if !pages.is_empty() => {
                    pages.clear();
                    path.clone_into(&mut next);
                    continue;
                }
                Err(failure) => {
                    let is_told = matches!(failure, Failure::Forbidden | Failure::NotFound);
                    self.lists.borrow_mut().is_wanting |= !is_told;
                    return Err(failure);
                }
                Ok(page) => page,
            };
            let ListMetadata { token, resource_version } = list_metadata(&page);
            if rights::has(&Method::GET, &format!("{path}{joint}watch=1")) {
                self.lists.borrow_mut().watchable.insert(path.to_owned(), resource_version);
            }
            pages.push(page);
            match token.filter(|token| !token.is_empty()) {
                None => return Ok(pages),
                Some(token) => {
                    next = format!("{path}{joint}limit={PAGE}&continue={}", escape(&token));
                }
            }
        }
    }

    /// A log, up to a number of bytes.
    pub(super) async fn stream(&self, path: &str, limit: u64) -> Result<Vec<u8>, Failure> {
        debug_assert!(rights::has(&Method::GET, path), "{path} is not in the table of rights");
        let request = Request::get(path)
            .body(Vec::new())
            .map_err(|error| Failure::Other(error.to_string()))?;
        let read = async {
            let stream = self.client.request_stream(request).await.map_err(|it| explain(&it))?;
            let mut bytes = Vec::new();
            std::pin::pin!(stream)
                .take(limit)
                .read_to_end(&mut bytes)
                .await
                .map_err(|error| Failure::Lost(error.to_string()))?;
            Ok(bytes)
        };
        tokio::time::timeout(self.timeout, read).await.unwrap_or_else(|_| Err(self.too_late()))
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ListMetadata {
    /// What asks for the next page.
    #[serde(rename = "continue")]
    token: Option<String>,
    /// What the list is of, whichever page it is.
    resource_version: String,
}

fn list_metadata(page: &str) -> ListMetadata {
    #[derive(Default, Deserialize)]
    struct Page {
        #[serde(default)]
        metadata: ListMetadata,
    }
    serde_json::from_str::<Page>(page).unwrap_or_default().metadata
}

/// What comes between a path and one more part of its query.
pub(super) fn joint(path: &str) -> char {
    if path.contains('?') { '&' } else { '?' }
}

/// A value for a query.
pub(super) fn escape(value: &str) -> String {
    let mut escaped = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped += &format!("%{byte:02X}");
        }
    }
    escaped
}

/// An error in words for people. No part of a request's body or credentials is in it.
pub(super) fn explain(error: &kube::Error) -> Failure {
    match error {
        kube::Error::Api(status) => match status.code {
            401 => Failure::Unauthorized,
            403 => Failure::Forbidden,
            404 => Failure::NotFound,
            410 => Failure::Expired,
            code => Failure::Other(format!("{code} {}", status.message)),
        },
        error => match no_credentials(error) {
            Some(reason) => Failure::Credentials(reason),
            None => Failure::Lost(chain(error)),
        },
    }
}

/// Why there are no credentials, if that is what is wrong. A program that prints them may have
/// printed them and failed all the same: of its output only what it complains of is told.
pub(super) fn no_credentials(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    let mut error = Some(error);
    while let Some(this) = error {
        if let Some(reason) = this.downcast_ref::<AuthError>() {
            return Some(match reason {
                AuthError::AuthExecRun { out, .. } => {
                    let complaint = String::from_utf8_lossy(&out.stderr);
                    let complaint = complaint.trim().lines().last().unwrap_or_default();
                    format!("the kubeconfig's program failed ({}): {complaint}", out.status)
                }
                AuthError::AuthExecParse(_) => {
                    "what the kubeconfig's program printed is no ExecCredential".to_owned()
                }
                reason => reason.to_string(),
            });
        }
        error = this.source();
    }
    None
}

/// The innermost reason says most: "connection refused" rather than "error sending request".
fn chain(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let reason = innermost.to_string();
    // As hyper's connectors word it.
    let of_proxy =
        ["tunnel error: ", "SOCKS error: "].iter().find_map(|it| reason.strip_prefix(it));
    of_proxy.map(|what| format!("the proxy gives no way through ({what})")).unwrap_or(reason)
}
