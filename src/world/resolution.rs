//! What host names resolve to: facts like all others, put in once it is known which matter.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::World;

/// What a host name resolved to when it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// To these: each once, IPv4 before IPv6, each by number, so that the same answer in another
    /// order is the same.
    Addresses(Vec<IpAddr>),
    /// To nothing, for this reason: a clause.
    Nothing(String),
    /// That is not known, for this reason: a clause.
    Unknown(String),
}

impl Resolution {
    /// What these addresses come to, in whichever order they came.
    pub fn of(mut addresses: Vec<IpAddr>) -> Self {
        if addresses.is_empty() {
            return Self::Nothing("it has no address".to_owned());
        }
        // IPv4 sorts before IPv6, as the enum has it.
        addresses.sort_unstable();
        addresses.dedup();
        Self::Addresses(addresses)
    }
}

impl World {
    /// What a host name resolves to; `None` where it was not asked for.
    pub fn resolution(&self, host: &str) -> Option<&Resolution> {
        self.resolutions.get(host)
    }

    /// Takes in what host names resolve to.
    pub fn resolve(&mut self, resolutions: BTreeMap<String, Resolution>) {
        self.resolutions.extend(resolutions);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stand_in_the_same_order_however_they_came() {
        let addresses = |texts: [&str; 4]| {
            let addresses = texts.iter().map(|text| text.parse().unwrap());
            Resolution::of(addresses.collect())
        };
        let one = addresses(["2001:db8::2", "203.0.113.9", "203.0.113.10", "203.0.113.9"]);
        assert_eq!(one, addresses(["203.0.113.10", "203.0.113.9", "2001:db8::2", "203.0.113.10"]));
        let Resolution::Addresses(addresses) = one else { panic!("{one:?}") };
        let first: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        assert_eq!(first, ["203.0.113.9", "203.0.113.10", "2001:db8::2"]);
        assert!(matches!(Resolution::of(Vec::new()), Resolution::Nothing(_)));
    }
}
