//! What a cluster served, taken in through the same gate as files.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::documents::{self, Cut};
use super::reading::Place;
use super::{Gatherer, Intake};
use crate::logs::{self, Ends, Proxy, Start};
use crate::world::{Coverage, Review, World};

impl Intake {
    /// Begins a cluster, by what reports call it.
    pub fn begin_cluster(&mut self, context: &str) {
        self.inputs += 1;
        self.context = Some(context.to_owned());
    }

    /// Takes in a list or an object, as the API server wrote it.
    pub fn served(&mut self, text: &str) {
        let place = self.cluster();
        let list = match documents::json_value(text, 1) {
            Ok(Cut::One(document)) => vec![document],
            Ok(Cut::List(list)) => list,
            Ok(Cut::Other | Cut::Records | Cut::Log) | Err(_) => {
                self.notice("an answer of the API server could not be read".to_owned());
                return;
            }
        };
        self.take(&place, &[list], false);
    }

    /// Takes in the log of a pod's container.
    pub fn pod_log(&mut self, source: &str, pod: Option<Proxy>, bytes: &[u8]) {
        let start = Start { source: source.into(), line: 1, pod, ends: Ends::AtEnd };
        let gatherer: &mut Gatherer = &mut self.gatherer;
        // Reading from memory does not fail.
        drop(logs::scan(&mut &*bytes, start, gatherer));
    }

    /// Takes in an answer about rights.
    pub fn review(&mut self, review: Review) {
        self.reviews.push(review);
    }

    /// Tells the reader of the report something.
    pub fn notice(&mut self, notice: String) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// What is known to be shown whole, to be added to.
    pub fn coverage_mut(&mut self) -> &mut Coverage {
        &mut self.coverage
    }

    /// The world so far, in order, to tell what else is to be asked for.
    pub fn so_far(&mut self) -> &World {
        self.world.refresh(&self.coverage, &self.wishes.assumed);
        &self.world
    }

    /// The namespace that the user asks about.
    pub fn namespace_wished(&self) -> Option<&str> {
        self.wishes.namespace.as_deref()
    }

    /// The namespaces of the objects seen so far.
    pub fn namespaces_seen(&self) -> BTreeSet<String> {
        self.world.namespaces()
    }

    fn cluster(&self) -> Place {
        let source: Arc<str> = self.context.as_deref().unwrap_or_default().into();
        Place { source, namespace: None, is_cluster: true, is_bundle: false }
    }
}
