//! The command-line tool for Istio ingress gateways.
//!
//! ```text
//! argv ─commands─▶ Question ─reads─▶ effects ─facts─▶ World
//!                     └──────── answer(&World) ◀────────┘   (pure)
//!                                    │
//!                                  Report ─output─▶ text ─▶ terminal
//! ```
//!
//! `ARCHITECTURE.md` says what each room is for, and which may use which.

pub mod bootstrap;
pub mod change;
pub mod commands;
pub mod diagnose;
pub mod discover;
pub mod effects;
pub mod error;
pub mod exit;
pub mod ingest;
pub mod logs;
pub mod model;
pub mod output;
pub mod probe;
pub mod render;
pub mod report;
pub mod session;
pub mod validation;
pub mod world;
