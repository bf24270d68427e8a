//! The names by which gateways can be asked for, told from Services and Gateways alone: few requests,
//! for whoever waits at a key.

use super::{bound, find};
use crate::world::{Kind, Kinds, Question, World};

/// The question.
#[derive(Clone, Copy, Debug)]
pub struct Names;

impl Question for Names {
    /// Each name, and what it is of.
    type Answer = Vec<(String, String)>;

    fn reads(&self) -> Kinds {
        Kinds::of(&[Kind::Services, Kind::Gateways, Kind::KubernetesGateways])
    }

    fn answer(&self, world: &World) -> Self::Answer {
        let found = find::find(world).gateways;
        let bound = bound::bound(world, &found);
        let mut names = Vec::new();
        for it in &found {
            let type_ = it.service.map_or("", |service| &*service.spec.type_);
            names.push((it.key.to_string(), format!("{} {type_}", it.kind).trim_end().to_owned()));
        }
        for (gateway, bound) in found.iter().zip(bound) {
            for it in bound {
                let key = it.object.key();
                for host in it.servers.iter().flat_map(|server| &server.hosts) {
                    // Istio's hosts may begin with a namespace.
                    let host = host.rsplit('/').next().unwrap_or_default();
                    if !host.contains('*') {
                        names.push((host.to_owned(), format!("host of Gateway {key}")));
                    }
                }
                names.push((key.to_string(), format!("Gateway on {}", gateway.key)));
            }
        }
        names.sort();
        names.dedup_by(|one, other| one.0 == other.0);
        names
    }
}
