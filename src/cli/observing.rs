//! The flags for whoever watches a server.

use std::ffi::OsString;

use clap::Args;
use tracing::level_filters::LevelFilter;

use super::path::file;
use crate::error::StartError;
use crate::observe::{Format, LogSettings, Settings};

#[derive(Args, Debug)]
#[command(next_help_heading = "Log, metrics and audit")]
pub(super) struct ObserveFlags {
    /// What to log: off, error, warn, info (a line for each call) or debug
    #[arg(
        long,
        env = "UNKEY_MCP_LOG",
        value_name = "LEVEL",
        default_value = "warn"
    )]
    log: LevelFilter,
    /// How a line of the log looks
    #[arg(
        long,
        env = "UNKEY_MCP_LOG_FORMAT",
        value_enum,
        value_name = "FORMAT",
        default_value = "text"
    )]
    log_format: Format,
    /// Log to this file in place of stderr; it is opened anew on SIGHUP
    #[arg(long, env = "UNKEY_MCP_LOG_FILE", value_name = "PATH")]
    log_file: Option<OsString>,
    /// Tell Prometheus metrics on this address, at /metrics; port 0 takes a free one and prints it
    #[arg(long, env = "UNKEY_MCP_METRICS", value_name = "ADDRESS")]
    metrics: Option<String>,
    /// Append a line of JSON for each call to this file; it is opened anew on SIGHUP
    #[arg(long, env = "UNKEY_MCP_AUDIT", value_name = "PATH")]
    audit: Option<OsString>,
}

impl ObserveFlags {
    pub(super) fn parse(self) -> Result<Settings, StartError> {
        let path =
            |name, value: Option<OsString>| value.map(|value| file(name, &value)).transpose();
        Ok(Settings {
            log: LogSettings {
                level: self.log,
                format: self.log_format,
                file: path("--log-file", self.log_file)?,
            },
            metrics: self.metrics,
            audit: path("--audit", self.audit)?,
        })
    }
}
