//! The rounds in which the world is read: what each needs to know stands in the one before.

use std::collections::BTreeSet;
use std::rc::Rc;

use futures_util::StreamExt as _;
use futures_util::future::{join, join_all, join4};
use serde::Deserialize;

use super::LogWishes;
use super::logs::{self, Log};
use super::request::{Failure, METADATA, Requests, escape};
use super::served::Served;
use crate::error::Result;
use crate::ingest::Intake;
use crate::model::Key;
use crate::world::follow_up;
use crate::world::{Kind, Kinds, Want, Why, World};

/// The kinds of the first round: what says what else is to be asked for, and what is bound to a
/// Gateway and led to.
const FIRST: &[Kind] = &[
    Kind::Gateways,
    Kind::KubernetesGateways,
    Kind::ReferenceGrants,
    Kind::Certificates,
    Kind::VirtualServices,
    Kind::HttpRoutes,
    Kind::GrpcRoutes,
    Kind::DestinationRules,
    Kind::ServiceEntries,
    Kind::WorkloadEntries,
    Kind::Services,
    Kind::EndpointSlices,
];

/// With more selectors or names than this, one list of all costs less than a list each.
pub(super) const FEW: usize = 12;

/// Requests under way at once.
const AT_ONCE: usize = 32;

/// Namespaces that are tried one by one where a user may not list them all at once.
pub(super) const NAMESPACES: usize = 100;

/// One reading of the cluster.
pub(super) struct Reading<'a> {
    pub(super) requests: &'a Requests,
    pub(super) context: &'a str,
    /// The context's namespace.
    pub(super) namespace: &'a str,
    pub(super) reads: Kinds,
    pub(super) wants: &'a dyn Fn(&World) -> BTreeSet<Want>,
    pub(super) logs: &'a LogWishes,
    pub(super) progress: &'a dyn Fn(&str),
}

/// A list that was asked for: of which kind, where, and what came.
pub(super) struct Listed {
    kind: Kind,
    namespace: Option<String>,
    part: Part,
    pub(super) pages: std::result::Result<Vec<String>, Failure>,
}

/// Which of a kind's objects a list is of.
enum Part {
    All,
    /// Those of that name.
    Named(String),
    /// Those that a selector means.
    Selected(String),
}

impl Listed {
    /// As a list of the objects of that name only.
    pub(super) fn of_name(mut self, name: &str) -> Self {
        self.part = Part::Named(name.to_owned());
        self
    }

    /// As a list of the objects that a selector means; an empty one means all.
    pub(super) fn of_selector(mut self, selector: &str) -> Self {
        if !selector.is_empty() {
            self.part = Part::Selected(selector.to_owned());
        }
        self
    }
}

impl Reading<'_> {
    pub(super) async fn run(&self, intake: &mut Intake) -> Result<()> {
        if self.reads.has(Kind::Secrets) {
            self.credentials(intake).await
        } else {
            self.parts(intake).await
        }
    }

    pub(super) async fn served(&self) -> Result<Rc<Served>> {
        let served = self.requests.served().await;
        served.map_err(|failure| failure.into_error(&self.requests.server))
    }

    /// What the credentials need that Gateways ask for.
    async fn credentials(&self, intake: &mut Intake) -> Result<()> {
        (self.progress)("what the cluster serves");
        let served = self.served().await?;
        intake.begin_cluster(self.context);
        has_istio(&served, intake);
        (self.progress)("Gateways, routes and Certificates");
        let first: Vec<Kind> = FIRST.iter().copied().filter(|kind| self.reads.has(*kind)).collect();
        let lists = first.iter().map(|kind| self.list(&served, *kind, None, ""));
        let (listed, istiod) = join(join_all(lists), self.istiod(&served)).await;
        let mut narrow = Vec::new();
        for listed in listed {
            narrow.extend(self.keep(listed, intake)?);
        }
        self.one_by_one(&served, &narrow, intake).await?;
        for page in &istiod.pages {
            intake.served(page);
        }

        (self.progress)("gateway pods");
        self.pods(&served, intake).await?;

        (self.progress)("secrets, rights and logs");
        let world = intake.so_far();
        let wanted = follow_up::follow_ups(world);
        let chains = follow_up::chains_in_question(world, &wanted);
        let gateways = logs::gateways(world);
        let secrets = async {
            let values = self.values(&served, &wanted).await;
            let names = self.names(&served, &wanted, &values);
            let (names, events) = join(names, self.events(&served, &values)).await;
            (values, names, events)
        };
        let ((values, names, events), accounts, chains, logs) = join4(
            secrets,
            self.accounts(&wanted),
            self.chains(&served, &chains),
            logs::read(self.requests, self.logs, gateways, istiod),
        )
        .await;
        for listed in names.into_iter().chain(chains) {
            self.keep(listed, intake)?;
        }
        self.keep_values(values, intake)?;
        for listed in events {
            self.keep_or_do_without(listed, intake)?;
        }
        self.keep_accounts(&served, accounts, intake).await?;
        keep_logs(logs, intake);
        Ok(())
    }

    pub(super) async fn list(
        &self,
        served: &Served,
        kind: Kind,
        namespace: Option<&str>,
        query: &str,
    ) -> Listed {
        let accept = if kind == Kind::Secrets { METADATA } else { "application/json" };
        let pages = match served.path(kind, namespace) {
            None => Ok(Vec::new()),
            Some(path) => match self.requests.list(&(path + query), accept).await {
                // A kind that is not served has no objects.
                Err(Failure::NotFound) => Ok(Vec::new()),
                pages => pages,
            },
        };
        Listed { kind, namespace: namespace.map(str::to_owned), part: Part::All, pages }
    }

    /// Takes a list in. Gives back the kind, where listing it everywhere was forbidden: the namespaces
    /// are then tried one by one.
    pub(super) fn keep(&self, listed: Listed, intake: &mut Intake) -> Result<Option<Kind>> {
        let Listed { kind, namespace, part, pages } = listed;
        match pages {
            Ok(pages) => {
                for page in &pages {
                    intake.served(page);
                }
                let coverage = intake.coverage_mut();
                match (namespace, part) {
                    (None, Part::All) => coverage.add_everywhere(Kinds::of(&[kind])),
                    (None, Part::Named(name)) => coverage.add_name(kind, &name),
                    (Some(namespace), Part::All) => coverage.add(kind, &namespace),
                    (Some(namespace), Part::Named(name)) => {
                        coverage.add_key(kind, Key::new(namespace, name));
                    }
                    (namespace, Part::Selected(selector)) => {
                        coverage.add_selected(kind, &selector, namespace.as_deref());
                    }
                }
                Ok(None)
            }
            Err(failure) if failure.is_final() => Err(failure.into_error(&self.requests.server)),
            Err(Failure::Forbidden | Failure::NotFound | Failure::Unauthorized) => {
                intake.coverage_mut().add_gap(kind, namespace.as_deref(), Why::Forbidden);
                Ok((namespace.is_none() && kind.is_namespaced()).then_some(kind))
            }
            Err(failure) => {
                intake.notice(format!("could not list {}: {}", kind.plural(), failure.words()));
                intake.coverage_mut().add_gap(kind, namespace.as_deref(), Why::Unreachable);
                Ok(None)
            }
        }
    }

    /// Takes in a list that is only of use where it comes; that it did not is recorded.
    fn keep_or_do_without(&self, listed: Listed, intake: &mut Intake) -> Result<()> {
        let why = match &listed.pages {
            Ok(_) => return self.keep(listed, intake).map(drop),
            Err(Failure::Forbidden) => Why::Forbidden,
            Err(_) => Why::Unreachable,
        };
        intake.coverage_mut().add_gap(listed.kind, listed.namespace.as_deref(), why);
        Ok(())
    }

    /// What may not be listed everywhere is asked for in the namespaces that are known.
    pub(super) async fn one_by_one(
        &self,
        served: &Served,
        kinds: &[Kind],
        intake: &mut Intake,
    ) -> Result<()> {
        if kinds.is_empty() {
            return Ok(());
        }
        let namespaces = self.namespaces(intake).await;
        let lists = kinds.iter().flat_map(|kind| {
            namespaces.iter().map(|namespace| self.list(served, *kind, Some(namespace), ""))
        });
        for listed in at_once(lists).await {
            self.keep(listed, intake)?;
        }
        Ok(())
    }

    /// The namespaces that may be looked into one by one: those that may be listed, else the one
    /// that the user works in, and those of the objects seen so far.
    pub(super) async fn namespaces(&self, intake: &mut Intake) -> BTreeSet<String> {
        let mut namespaces: BTreeSet<String> = intake.namespaces_seen();
        namespaces.insert(self.namespace.to_owned());
        namespaces.extend(intake.namespace_wished().map(str::to_owned));
        if let Ok(pages) = self.requests.list("/api/v1/namespaces", METADATA).await {
            for page in pages {
                if let Ok(list) = serde_json::from_str::<Namespaces>(&page) {
                    namespaces.extend(list.items.into_iter().map(|item| item.metadata.name));
                }
            }
        }
        namespaces.into_iter().take(NAMESPACES).collect()
    }

    async fn pods(&self, served: &Served, intake: &mut Intake) -> Result<()> {
        let selectors = follow_up::pod_selectors(intake.so_far());
        if selectors.is_empty() {
            return Ok(());
        }
        let selectors = if selectors.len() > FEW || selectors.contains("") {
            BTreeSet::from([String::new()])
        } else {
            selectors
        };
        let lists = selectors.iter().map(|selector| self.pods_of(served, None, selector));
        let mut is_forbidden = false;
        for listed in at_once(lists).await {
            is_forbidden |= self.keep(listed, intake)?.is_some();
        }
        if is_forbidden {
            let namespaces = self.namespaces(intake).await;
            let lists = namespaces.iter().flat_map(|namespace| {
                selectors.iter().map(|selector| self.pods_of(served, Some(namespace), selector))
            });
            for listed in at_once(lists).await {
                self.keep(listed, intake)?;
            }
        }
        if follow_up::lacks_pods(intake.so_far()) {
            let listed = self.list(served, Kind::Deployments, None, "").await;
            if self.keep(listed, intake)?.is_some() {
                self.one_by_one(served, &[Kind::Deployments], intake).await?;
            }
        }
        Ok(())
    }

    /// The pods that a selector means; an empty one means all.
    async fn pods_of(&self, served: &Served, namespace: Option<&str>, selector: &str) -> Listed {
        let query = match selector {
            "" => String::new(),
            selector => format!("?labelSelector={}", escape(selector)),
        };
        self.list(served, Kind::Pods, namespace, &query).await.of_selector(selector)
    }

    async fn istiod(&self, served: &Served) -> logs::Istiod {
        if self.logs.none {
            logs::Istiod::default()
        } else {
            logs::istiod(self.requests, served).await
        }
    }
}

/// Tells where nothing can be found, for want of what serves it.
pub(super) fn has_istio(served: &Served, intake: &mut Intake) {
    if served.path(Kind::Gateways, None).is_none() {
        intake.notice("the cluster serves no Gateway of networking.istio.io: no Istio".into());
    }
}

#[derive(Deserialize)]
struct Namespaces {
    #[serde(default)]
    items: Vec<Namespace>,
}

#[derive(Deserialize)]
struct Namespace {
    metadata: Named,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

fn keep_logs(logs: (Vec<Log>, Vec<String>), intake: &mut Intake) {
    let (logs, notices) = logs;
    for Log { source, pod, bytes } in logs {
        intake.pod_log(&source, pod, &bytes);
    }
    for notice in notices {
        intake.notice(notice);
    }
}

/// All of these, a bounded number at a time, in their order.
pub(super) async fn at_once<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    futures_util::stream::iter(futures).buffered(AT_ONCE).collect().await
}
