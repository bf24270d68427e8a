//! Who asks, at which addresses, and how far redirects are followed.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use crate::effects::dial::Dialer;
use crate::effects::terminal;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::probe::meaning::{self, Terms};
use crate::probe::{Hop, Lookup, Ports, Target, Visit, chain};
use crate::report::discovery::FoundGateway;

/// Who asks.
pub(super) struct Client {
    pub(super) dialer: Dialer,
    /// The ports that were given.
    pub(super) ports: Ports,
    pub(super) follow: bool,
    pub(super) terms: Terms,
}

/// Where the first host is asked for.
pub(super) struct Place {
    addresses: Vec<IpAddr>,
    /// The gateway whose addresses they are, where that is known.
    gateway: Option<FoundGateway>,
}

impl Place {
    /// At these addresses.
    pub(super) fn given(addresses: Vec<IpAddr>) -> Self {
        Self { addresses, gateway: None }
    }

    /// At the addresses of a gateway.
    pub(super) fn of(gateway: FoundGateway) -> Self {
        Self { addresses: gateway.ips(), gateway: Some(gateway) }
    }
}

impl Client {
    /// The requests, one for each address or as many as wished; and the gateway that was asked,
    /// where it is known. `find` finds the gateway that serves a host which does not resolve.
    pub(super) fn visits(
        &self,
        target: &Target,
        place: Option<Place>,
        times: Option<u16>,
        find: &mut dyn FnMut(&str) -> Option<FoundGateway>,
    ) -> Result<(Vec<Visit>, Option<FoundGateway>)> {
        let (lookup, mut place) = if let Some(place) = place {
            (None, place)
        } else {
            let spinner = terminal::spinner();
            spinner.show("the name");
            let (lookup, addresses) = self.addresses(target);
            (lookup, Place::given(addresses))
        };
        if place.addresses.is_empty()
            && let Some(gateway) = find(&target.asked_host())
        {
            place = Place::of(gateway);
        }
        if place.addresses.is_empty() {
            let meanings = lookup.iter().filter_map(meaning::of_lookup).collect();
            let hop = Hop { target: target.clone(), lookup, seen: None, meanings };
            return Ok((vec![Visit { hops: vec![hop] }], None));
        }
        let gateway = place.gateway;
        let target = self.at(target.clone(), gateway.as_ref());
        if let Some(gateway) = &gateway
            && target.port_given().is_none()
        {
            let scheme = if target.is_tls() { "https" } else { "http" };
            let name = gateway.object.key();
            let ports = gateway.ports.iter().map(|it| format!("{} {}", it.speaks.words(), it.port));
            let ports = ports.collect::<Vec<_>>().join(", ");
            let flag = format!("if it is one of the others, say which: --{scheme}-port");
            let message = format!("{name} has no port for {scheme}: its ports are {ports}");
            return Err(Error::new(Exit::NotThere, message).hint(flag));
        }
        let spinner = terminal::spinner();
        let times = times.map_or(place.addresses.len(), usize::from);
        let turns = place.addresses.iter().cycle().take(times);
        let visits = turns.map(|address| {
            spinner.show(&format!("what {address} answers"));
            self.visit(&target, *address, lookup.clone(), gateway.as_ref())
        });
        Ok((visits.collect(), gateway))
    }

    /// The same request, at the ports that were given, else at those of the gateway.
    fn at(&self, mut target: Target, gateway: Option<&FoundGateway>) -> Target {
        target.ports = self.ports;
        let is_tls = target.is_tls();
        if let Some(gateway) = gateway {
            let port = gateway.port_of(is_tls, target.named_port());
            let own = if is_tls { &mut target.ports.https } else { &mut target.ports.http };
            *own = own.or(port);
        }
        target
    }

    /// The addresses of a host, and the look-up that they came from, if there was one.
    fn addresses(&self, target: &Target) -> (Option<Lookup>, Vec<IpAddr>) {
        if let Some(address) = target.ip() {
            return (None, vec![address]);
        }
        let lookup = self.dialer.look_up(&target.host());
        let addresses = lookup.found.what.clone().unwrap_or_default();
        (Some(lookup), addresses)
    }

    fn visit(
        &self,
        target: &Target,
        address: IpAddr,
        mut lookup: Option<Lookup>,
        gateway: Option<&FoundGateway>,
    ) -> Visit {
        // A host stays where it was found, however often redirects come back to it.
        let mut places = BTreeMap::from([(target.asked_host(), Some(address))]);
        let mut made = vec![target.clone()];
        let mut hops: Vec<Hop> = Vec::new();
        while let Some(target) = made.last().cloned() {
            let place = *places.entry(target.asked_host()).or_insert_with(|| {
                let (found, addresses) = self.addresses(&target);
                lookup = found;
                addresses.first().copied()
            });
            let port = target.port();
            let seen = place.map(|ip| self.dialer.dial(&target, SocketAddr::new(ip, port)));
            // That a name does not resolve stays true, wherever it is asked for then.
            let mut meanings: Vec<_> = lookup.iter().filter_map(meaning::of_lookup).collect();
            if let Some(seen) = &seen {
                meanings.extend(meaning::of(&target, seen, self.terms));
            }
            let answer = seen.as_ref().and_then(|it| it.answered.as_ref()?.what.as_ref().ok());
            let next = match answer {
                Some(answer) if self.follow => chain::next(&made, answer),
                _ => chain::Next::Done,
            };
            let next = match next {
                chain::Next::Done => None,
                chain::Next::Give(meaning) => {
                    meanings.push(*meaning);
                    None
                }
                chain::Next::Follow(next) => Some(*next),
            };
            hops.push(Hop { target, lookup: lookup.take(), seen, meanings });
            let Some(next) = next else { break };
            // Another host is elsewhere, and a gateway's ports are none of its own.
            let gateway = gateway.filter(|_| made[0].is_same_host(&next));
            made.push(self.at(next, gateway));
        }
        Visit { hops }
    }
}
