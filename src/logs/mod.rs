//! What log lines mean: bytes in, sightings out, in bounded memory.
//!
//! ```text
//! bytes ── scan ── needles ──▶ line, record ── lexicon (tables) ──▶ event ── gather ──▶ Sighting
//!                      └─────▶ access ────────── tally ─────────────────────┘
//! ```

mod access;
mod chunk;
mod entry;
mod envoy;
mod event;
mod form;
mod gateway;
mod gateway_push;
mod gather;
mod hole;
mod istiod;
mod istiod_push;
mod json;
mod lexicon;
mod line;
mod listeners;
mod needles;
mod pilot;
mod quotes;
mod record;
mod resource;
mod scan;
mod sighting;
mod tally;

pub use entry::{Entry, Place, Refusal};
pub use gather::Gatherer;
pub use scan::{Ends, Scanned, Start, begins_record, scan, scan_line};
pub use sighting::{Ending, Over, Proxy, Request, Sample, ServiceAccount, Sighting, Speaker, What};

/// Every message that is known, by who writes it.
pub const TABLES: &[&[&[Entry]]] =
    &[gateway::TABLE, istiod::TABLE, pilot::ANSWERS, listeners::TABLE, envoy::TABLE];

#[cfg(test)]
mod tests;
