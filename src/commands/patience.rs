//! How long `--wait` waits.

use std::time::Duration;

use super::globals::span;
use crate::error::Result;

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Patience {
    /// How long to wait
    #[arg(
        long,
        value_name = "TIME",
        default_value = "5m",
        requires = "wait",
        hide_short_help = true
    )]
    timeout: String,
}

impl Patience {
    /// The span of it.
    pub(super) fn limit(&self) -> Result<Duration> {
        span("--timeout", &self.timeout)
    }
}
