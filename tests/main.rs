//! The integration tests: what a user sees of the built program, and what holds the house together.
//!
//! | module | holds |
//! | --- | --- |
//! | `support` | the runner, worlds as text, keys that are made for one run |
//! | `captures` | recordings of a real mesh: each its one true cause, and nothing else |
//! | `tutorial` | the failure that the tool was made for, in its own words of Istio 1.5 |
//! | `checks` | for each code, worlds that fire it and worlds that do not |
//! | `known` | what may be said to be absent, and what is only not known |
//! | `inputs` | whatever people hand to it |
//! | `sightings` | what logs say of failures that no check judges, and what a log alone proves |
//! | `posted` | what a log alone says of credentials, in lines that people posted: no more than it proves |
//! | `pasted` | logs as people post them |
//! | `folding` | a cause mended takes its symptoms along, and nothing else |
//! | `traces` | the way of a request is the one that it really took |
//! | `ways` | the way of a request follows the rules |
//! | `blame` | the object that is to blame for what curl got of each recording |
//! | `bundle` | a snapshot is the world it was made of |
//! | `no_secret_leaks` | no value of a Secret comes out, anywhere |
//! | `render` | manifests: the tutorial's, routes, certificates, refusals, folders |
//! | `bootstrap` | a gateway of a namespace's own: manifests, labels, refusals |
//! | `report` | how findings are written |
//! | `commands` | flags, streams and exit codes |
//! | `help` | one screen a command, and all of it where that says |
//! | `complete` | what is offered at a press of Tab, in the shells themselves |
//! | `discover` | which gateways are found, where each is reached, and what a script gets of it |
//! | `nearest` | what was meant, where a name is mistyped |
//! | `probe` | a real Envoy, and what a client of it gets |
//! | `install` | the script that installs it, in the shells that it will meet |
//! | `man` | the pages, and that a man program is content |
//! | `wizard` | the conversation against files, and where nobody is there |
//! | `forecast` | whether a gateway's pods will run, and why they do not |
//! | `generated` | what the tool writes of itself is what the repository keeps |
//! | `architecture` | floors, homes of crates, forgotten files |
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "tests run the program, touch files, and end where something is not as it should be"
)]

mod architecture;
mod blame;
mod bootstrap;
mod bundle;
mod captures;
mod checks;
mod commands;
mod complete;
mod discover;
mod folding;
mod forecast;
mod generated;
mod help;
mod inputs;
mod install;
mod known;
mod man;
mod nearest;
mod no_secret_leaks;
mod pasted;
mod posted;
mod probe;
mod render;
mod report;
mod sightings;
mod support;
mod traces;
mod tutorial;
mod ways;
mod wizard;
