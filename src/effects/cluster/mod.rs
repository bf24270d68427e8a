//! The cluster as a source. All async code is in this folder, behind plain functions.
//!
//! | file | answers |
//! | --- | --- |
//! | `kubeconfig.rs` | which kubeconfig, by kubectl's rules |
//! | `connect.rs` | from flags to a client |
//! | `direct.rs` | a client without a proxy between |
//! | `proxy.rs` | which proxy leads to the API server |
//! | `request.rs` | one request, in time: lists with their pages, objects, reviews |
//! | `names.rs` | names alone, of objects and of the kubeconfig's entries |
//! | `served.rs` | which version of which kind the cluster serves |
//! | `read.rs` | the rounds in which the world is read |
//! | `wanted.rs` | what a question wants that only the first lists can name |
//! | `watch.rs` | waits until something of what was listed changes |
//! | `follow.rs` | the last of them: what the credentials need that are asked for |
//! | `rights.rs` | which rights all that takes, and the Roles that give them |
//! | `versions.rs` | what runs, in which version |
//! | `logs.rs` | whose logs, and the logs |
//! | `change.rs` | what is there before a change, and the change |
//! | `write.rs` | one object applied, deleted, or looked for by its labels |

mod change;
mod connect;
mod direct;
mod follow;
mod kubeconfig;
mod logs;
mod names;
mod proxy;
mod read;
mod request;
pub mod rights;
mod served;
mod versions;
mod wanted;
mod watch;
mod write;

use std::time::Duration;

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ingest::Intake;
use crate::world::Question;
use request::Requests;

/// How the cluster is found and talked to: kubectl's global flags.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// `--kubeconfig`.
    pub kubeconfig: Option<String>,
    /// `--context`.
    pub context: Option<String>,
    /// `--cluster`.
    pub cluster: Option<String>,
    /// `--user`.
    pub user: Option<String>,
    /// `--as`.
    pub impersonate: Option<String>,
    /// `--as-group`.
    pub impersonate_groups: Vec<String>,
    /// `--request-timeout`.
    pub request_timeout: Option<Duration>,
    /// A program of the kubeconfig's gets no terminal to ask the user on.
    pub asks_nobody: bool,
}

/// Which logs are read, and how much of them.
#[derive(Clone, Debug)]
pub struct LogWishes {
    /// No logs at all.
    pub none: bool,
    /// How far back.
    pub since: Duration,
    /// The last lines only, of each container.
    pub tail: Option<u64>,
}

impl LogWishes {
    /// None.
    pub const NONE: Self = Self { none: true, since: Duration::ZERO, tail: None };
}

/// The most that is read of one container's log, in bytes.
const LOG_LIMIT: u64 = 16 * 1024 * 1024;

/// A connection to a cluster.
pub struct Cluster {
    runtime: tokio::runtime::Runtime,
    requests: Requests,
    /// What the reports call it.
    pub context: String,
    namespace: String,
    /// How long a reading may take in all.
    limit: Option<Duration>,
}

impl Cluster {
    /// Finds the cluster. Nothing is asked of it yet.
    ///
    /// # Errors
    /// Failed (3): a kubeconfig that cannot be read or used, a context or cluster that is not in
    /// it, none at all outside a pod, a proxy's URL that is none, or no credentials.
    pub fn connect(access: &Access) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::new(Exit::Failed, format!("cannot start: {error}")))?;
        let connected = {
            // A client is made within the runtime that it is to use.
            let _inside = runtime.enter();
            connect::connect(access)?
        };
        let connect::Connected { client, context, namespace, server, timeout } = connected;
        let requests = Requests::new(client, server, timeout);
        Ok(Self { runtime, requests, context, namespace, limit: None })
    }

    /// Whether there is a cluster to ask: a kubeconfig that is named or found, or a pod's own.
    pub fn is_configured(access: &Access) -> bool {
        kubeconfig::is_there(access)
    }

    /// Reads what a question depends on. What cannot be had becomes a gap.
    ///
    /// # Errors
    /// Failed (3) where the API server is not reached, refuses the credentials, or does not say
    /// what it serves; timed out (124) past `limit`. A kind that may not be listed is a gap
    /// instead.
    pub fn read<Q: Question>(
        &mut self,
        question: &Q,
        logs: &LogWishes,
        intake: &mut Intake,
        progress: &dyn Fn(&str),
    ) -> Result<()> {
        // Only what is listed from now on is what this reading knows.
        self.requests.forget();
        let reading = read::Reading {
            requests: &self.requests,
            context: &self.context,
            namespace: &self.namespace,
            reads: question.reads(),
            wants: &|world| question.wants(world),
            logs,
            progress,
        };
        let Some(limit) = self.limit else { return self.runtime.block_on(reading.run(intake)) };
        let run = async { tokio::time::timeout(limit, reading.run(intake)).await };
        self.runtime.block_on(run).unwrap_or_else(|_| {
            let server = &self.requests.server;
            Err(Error::new(Exit::TimedOut, format!("{server} did not answer in time")))
        })
    }

    /// How long a reading may take from now on, in all.
    pub fn limit(&mut self, limit: Duration) {
        self.limit = Some(limit);
    }

    /// Waits until something that was read changes, or for this long.
    ///
    /// # Errors
    /// Forbidden (5) where nothing of what was listed may be watched. That the time is over is
    /// none.
    pub fn changed(&mut self, limit: Duration) -> Result<()> {
        let woken = async { tokio::time::timeout(limit, watch::changed(&self.requests)).await };
        match self.runtime.block_on(woken) {
            Ok(watch::Woken::Refused) => {
                let message =
                    "nothing of what was listed may be watched, so it cannot be waited for";
                Err(Error::new(Exit::Forbidden, message)
                    .hint("docs/roles/discover.yaml has the rights that --wait takes"))
            }
            Ok(watch::Woken::Changed) | Err(_) => Ok(()),
        }
    }

    /// The versions of Kubernetes, of istiod and of the gateways.
    ///
    /// # Errors
    /// Failed (3) where the API server is not reached, refuses the credentials, or does not answer
    /// as one; forbidden (5) where its own version may not be asked for. What else may not be seen
    /// is a notice.
    pub fn versions(&mut self) -> Result<Versions> {
        self.runtime.block_on(versions::versions(&self.requests))
    }
}

pub use names::{Entries, entries};
pub use versions::Versions;
pub use write::Applying;
