//! `probe` against a real Envoy on both loopbacks, and against servers that no Envoy would be.
//!
//! | module | holds |
//! | --- | --- |
//! | `gateway` | the Envoy, which all of these tests share, and what it is told |
//! | `pki` | the certificates of one run |
//! | `servers` | a backend, and servers that send rubbish, nothing, or without end |
//! | `case` | one probe, and what must be said of it |
//! | `answers`, `handshakes`, `faults` | every sense of `probe`, brought about |
//! | `found` | where the gateway is, taken from objects |
//! | `redirects`, `spread`, `report` | what is followed, what is counted, how it is written |

mod answers;
mod case;
mod faults;
mod found;
mod gateway;
mod handshakes;
mod pki;
mod redirects;
mod report;
mod servers;
mod spread;
