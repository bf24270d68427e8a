//! What a client gets at a gateway: what was asked, what was seen at each stage, what it means.
//!
//! | file | answers |
//! | --- | --- |
//! | `target.rs` | what is asked for, and where a redirect leads |
//! | `observation.rs` | what was seen: name, connection, TLS, answer |
//! | `sense.rs` | everything that can be made of it, one entry each |
//! | `meaning.rs` | from what was seen to what it means for an Istio gateway |
//! | `handshake.rs`, `answer.rs` | the same, for TLS and for HTTP |
//! | `chain.rs` | where a redirect goes on, and where it goes round |
//! | `telling.rs` | all of it as a report |
//! | `book.rs` | everything that can be made of it, as a page |
//!
//! Pure: `effects/dial/` looks, nothing here does. A meaning needs no objects; where there are
//! some, what is to blame takes the place of what is only possible (`Meaning::suspects`).

mod answer;
mod book;
pub mod chain;
mod handshake;
pub mod meaning;
pub mod observation;
pub mod sense;
pub mod target;
mod telling;

pub use book::book;
pub use meaning::{Meaning, Suspect};
pub use observation::{Lookup, Observation};
pub use sense::Sense;
pub use target::{Method, Ports, Target, Version};
pub use telling::{Hop, Visit, exit, report};
