//! What a question wants that only the first lists can name: asked for until nothing new is wanted.

use std::collections::BTreeSet;

use futures_util::future::{join, join_all};

use super::read::{Listed, Reading, at_once, has_istio};
use super::request::escape;
use super::served::Served;
use crate::error::Result;
use crate::ingest::Intake;
use crate::world::{Kind, Want};

/// The kinds that are read whole, where a question reads them: what says what else is wanted.
const WHOLE: &[Kind] = &[Kind::Services, Kind::Gateways, Kind::KubernetesGateways];

/// How often what came may lead to something new. Services lead to pods, pods to nodes and Events:
/// a question that wants more than this is one that never ends.
const ROUNDS: usize = 6;

impl Reading<'_> {
    /// The kinds that the question reads whole, and what it wants beside them.
    pub(super) async fn parts(&self, intake: &mut Intake) -> Result<()> {
        (self.progress)("Services and Gateways");
        // What is wanted whatever comes is asked for at once, where it is of the core group, whose
        // version needs no asking.
        let mut wants = (self.wants)(intake.so_far());
        wants.retain(is_of_core);
        let core = Served::default();
        let first = WHOLE.iter().copied().filter(|kind| self.reads.has(*kind));
        let (own, others): (Vec<Kind>, Vec<Kind>) = first.partition(|it| it.group().is_empty());
        let early = async {
            let lists = own.iter().map(|kind| self.list(&core, *kind, None, ""));
            let wanted = wants.iter().map(|want| self.want(&core, want, want.namespace()));
            join(join_all(lists), join_all(wanted)).await
        };
        let late = async {
            let served = self.served().await?;
            let lists = others.iter().map(|kind| self.list(&served, *kind, None, ""));
            let listed = join_all(lists).await;
            Ok((served, listed))
        };
        let ((mut listed, wanted), late) = join(early, late).await;
        let (served, others) = late?;
        intake.begin_cluster(self.context);
        has_istio(&served, intake);
        listed.extend(others);
        let mut narrow = Vec::new();
        for listed in listed {
            narrow.extend(self.keep(listed, intake)?);
        }
        self.one_by_one(&served, &narrow, intake).await?;
        let mut refused = Vec::new();
        for (want, listed) in wants.iter().zip(wanted) {
            if self.keep(listed, intake)?.is_some() {
                refused.push(want);
            }
        }
        self.want_one_by_one(&served, &refused, intake).await?;
        self.wanted(&served, wants.clone(), intake).await
    }

    /// Asks for what is wanted; `first` is what was asked for already.
    async fn wanted(
        &self,
        served: &Served,
        first: BTreeSet<Want>,
        intake: &mut Intake,
    ) -> Result<()> {
        let mut asked = first;
        for _ in 0..ROUNDS {
            let wanted = (self.wants)(intake.so_far());
            let open: Vec<Want> = wanted.difference(&asked).cloned().collect();
            if open.is_empty() {
                return Ok(());
            }
            (self.progress)("pods, nodes and events");
            let mut narrow = Vec::new();
            let lists = open.iter().map(|want| self.want(served, want, want.namespace()));
            for (want, listed) in open.iter().zip(at_once(lists).await) {
                if self.keep(listed, intake)?.is_some() {
                    narrow.push(want);
                }
            }
            self.want_one_by_one(served, &narrow, intake).await?;
            asked.extend(open);
        }
        Ok(())
    }

    /// What may not be listed everywhere is asked for in the namespaces that are known.
    async fn want_one_by_one(
        &self,
        served: &Served,
        wants: &[&Want],
        intake: &mut Intake,
    ) -> Result<()> {
        if wants.is_empty() {
            return Ok(());
        }
        let namespaces = self.namespaces(intake).await;
        let lists = wants.iter().flat_map(|want| {
            namespaces.iter().map(|namespace| self.want(served, want, Some(namespace)))
        });
        for listed in at_once(lists).await {
            self.keep(listed, intake)?;
        }
        Ok(())
    }

    /// One list.
    async fn want(&self, served: &Served, want: &Want, namespace: Option<&str>) -> Listed {
        match want {
            Want::Selected { kind, selector, .. } => {
                let query = match &**selector {
                    "" => String::new(),
                    selector => format!("?labelSelector={}", escape(selector)),
                };
                self.list(served, *kind, namespace, &query).await.of_selector(selector)
            }
            Want::EventsOf { kind, key } => {
                let selector = Want::events_of(kind, &key.name).to_string();
                let query = format!("?fieldSelector={}", escape(&selector));
                self.list(served, Kind::Events, namespace, &query).await.of_selector(&selector)
            }
        }
    }
}

/// Whether what is wanted is of the core group.
fn is_of_core(want: &Want) -> bool {
    match want {
        Want::Selected { kind, .. } => kind.group().is_empty(),
        Want::EventsOf { .. } => true,
    }
}
