//! Which of several gateways is meant, where one is needed.

use crate::report::discovery::{Discovery, FoundGateway};

/// What is left to choose from.
#[derive(Debug)]
pub enum Choice<'d> {
    /// Nothing.
    None,
    /// This one.
    One(&'d FoundGateway),
    /// These: somebody has to say which.
    Several(Vec<&'d FoundGateway>),
}

/// The one that is left. Of several, those count that can be reached from outside: the egress
/// gateway of Istio's demo profile is a gateway too, and nobody's way in.
pub fn choose(discovery: &Discovery) -> Choice<'_> {
    let all: Vec<&FoundGateway> = discovery.gateways.iter().collect();
    let outside: Vec<&FoundGateway> = all.iter().copied().filter(|it| is_for_outside(it)).collect();
    let mut left = if all.len() > 1 && !outside.is_empty() { outside } else { all };
    match left.len() {
        0 => Choice::None,
        1 => left.pop().map_or(Choice::None, Choice::One),
        _ => Choice::Several(left),
    }
}

fn is_for_outside(gateway: &FoundGateway) -> bool {
    gateway.endpoint.is_some() || matches!(&*gateway.type_, "LoadBalancer" | "NodePort")
}

impl FoundGateway {
    /// A line by which somebody tells it from others: its name, type, and where it is.
    pub fn line(&self) -> String {
        let name = self.object.key();
        let place = match (&self.endpoint, &self.pending) {
            (Some(endpoint), _) => endpoint.host.clone(),
            (None, _) => "no address".to_owned(),
        };
        let what = if self.type_.is_empty() { &self.object.kind } else { &self.type_ };
        format!("{name} ({what}, {place})")
    }
}
