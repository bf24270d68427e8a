//! igwctl against a real API server: `tests/stack` brings one up for all of these tests, which take
//! their turn on it. Only what a user would see is asserted; only faults are played.
#![expect(clippy::unwrap_used, reason = "a helper of a test that fails is a test that fails")]
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests run programs, write files and listen on loopback"
)]

mod apply;
mod asking;
mod bootstrap;
mod complete;
mod cut;
mod dedicated;
mod discover;
mod edge;
mod events;
mod faults;
mod fix;
mod fixes;
mod forecast;
mod igwctl;
mod injection;
mod kubeconfig;
mod live;
mod managed;
mod names;
mod objects;
mod pod_security;
mod proxy;
mod recordings;
mod refused;
mod render;
mod requests;
mod reviews;
mod rights;
mod snapshot;
mod stack;
mod teams;
mod tunnel;
mod undo;
mod users;
mod variants;
mod version;
mod waiting;
mod webhooks;
mod wizard;
mod wizard_http;
mod wizard_left;

#[path = "../support/line.rs"]
mod line;
#[path = "../support/name_server.rs"]
mod name_server;
#[path = "../support/terminal.rs"]
mod terminal;
