//! The servers together give Envoy a listener that it refuses.

use crate::diagnose::check::{Check, Found, On};
use crate::diagnose::evidence;
use crate::diagnose::{remedy, whose};
use crate::logs::{Sighting, What};
use crate::report::Severity;
use crate::world::World;
use crate::world::demand::Demand;

pub(super) const CHECK: Check = Check {
    code: "IGW0214",
    title: "the servers together make a listener that Envoy refuses",
    severity: Severity::Error,
    explain: "\
The servers of all Gateways on one port of the same pods become one listener, with a filter chain for \
each set of names in the TLS handshake. istiod compares hosts as they are written; Envoy compares the \
names that come of them, and refuses the whole listener where two chains match alike: one host twice, \
once with `namespace/` before it or in capitals; HTTPS and PASSTHROUGH for one host; TLS for `*` \
beside plain text on one port. It says `multiple filter chains with the same matching rules are \
defined` (1.1 to 1.9 or so), `filter chain … has the same matching rules defined as …`, or `multiple \
filter chains with overlapping matching rules are defined`, in the gateway's log and, as `ACK ERROR`, \
in istiod's.

Running pods keep the last good listener, so that no change to the port takes effect; new pods never \
become ready. Look for the host that two servers of the port have, over all Gateways with these pods, \
and take it from one.

The same words are said of sidecars, whose listeners are made of other things. So this is reported \
only where the line, or the objects, show that the pod is a gateway's.",
    reads: whose::READS,
    on: &[On::Sighting(run)],
};

/// Envoy's words (`source/common/listener_manager/filter_chain_manager_impl.cc`, and
/// `source/server/` before).
const WORDS: &[&str] = &[
    "multiple filter chains with the same matching rules are defined",
    "multiple filter chains with overlapping matching rules are defined",
    "has the same matching rules defined as",
];

fn run(world: &World, _: &[Demand], sighting: &Sighting) -> Vec<Found> {
    let Some(all) = whose::alike(world, sighting, |it| is_one(world, it)) else {
        return Vec::new();
    };
    let listener = sighting.reason.as_deref().and_then(listener);
    let which = listener.map_or_else(String::new, |it| format!(" {it}"));
    let found = CHECK
        .finding(whose::pod(sighting), format!("Envoy refuses the gateway's listener{which}"))
        .because(
            "two servers on that port match the same names in the TLS handshake; running pods keep \
             the last good listener, and new ones never become ready",
        )
        .seen(all.iter().flat_map(|it| evidence::lines(it)))
        .fix(remedy::words(
            "look for a host that two servers of the port have, in every Gateway with these pods \
             (with namespace/ before it, in capitals, HTTPS beside PASSTHROUGH, * beside plain \
             text), and take it from one",
        ));
    vec![whose::with_pods(found, &all)]
}

fn is_one(world: &World, sighting: &Sighting) -> bool {
    let says = |it: &String| WORDS.iter().any(|words| it.contains(words));
    sighting.what == What::ListenerRejected
        && sighting.reason.as_ref().is_some_and(says)
        && !whose::is_past(world, sighting)
        && whose::is_gateways(world, sighting) == Some(true)
}

/// The listener that Envoy names: `error adding listener '0.0.0.0:8443': …`.
fn listener(reason: &str) -> Option<&str> {
    reason.split_once("error adding listener '")?.1.split('\'').next()
}
