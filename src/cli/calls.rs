//! The flags that bound calls.

use std::time::Duration;

use clap::Args;
use clap::builder::RangedU64ValueParser;

use crate::calls::Limits;
use crate::error::StartError;

/// Shown above these flags in the help.
const HEADING: &str = "Limits";

#[derive(Args, Debug)]
pub(super) struct CallFlags {
    /// Seconds a call to Unkey may take, its retries included; calls under way get as long when the
    /// server stops
    #[arg(
        long,
        env = "UNKEY_MCP_TIMEOUT",
        value_name = "SECONDS",
        default_value = "30",
        help_heading = HEADING
    )]
    timeout: f64,
    /// Calls at once, of all callers together
    #[arg(
        long,
        env = "UNKEY_MCP_MAX_CALLS",
        value_name = "NUMBER",
        default_value_t = Limits::DEFAULT.all,
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=MOST),
        help_heading = HEADING
    )]
    max_calls: usize,
    /// Calls at once of each root key
    #[arg(
        long,
        env = "UNKEY_MCP_MAX_CALLS_PER_CALLER",
        value_name = "NUMBER",
        default_value_t = Limits::DEFAULT.per_caller,
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=MOST),
        help_heading = HEADING
    )]
    max_calls_per_caller: usize,
}

/// More calls at once than any machine has sockets for.
const MOST: u64 = 1_000_000;

impl CallFlags {
    pub(super) const fn limits(&self) -> Limits {
        Limits {
            all: self.max_calls,
            per_caller: self.max_calls_per_caller,
        }
    }

    /// The time that a call may take: long enough for a connection, and no longer than anyone waits.
    pub(super) fn timeout(&self) -> Result<Duration, StartError> {
        let seconds = self.timeout;
        let within = (0.1..=3600.0).contains(&seconds);
        let timeout = within.then(|| Duration::try_from_secs_f64(seconds).ok());
        timeout.flatten().ok_or_else(|| {
            StartError::Usage(format!(
                "--timeout must be from 0.1 to 3600 seconds, got {seconds}"
            ))
        })
    }
}
