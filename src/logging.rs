//! Logs go to stderr: stdout belongs to the protocol.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts logging at `level`.
///
/// Only this program's own lines follow `level`; everyone else's stop at warnings. At debug rmcp
/// prints whole arguments and results, and those hold keys in plain text.
pub fn to_stderr(level: LevelFilter) {
    let filter = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        // Its warnings quote what callers wrote.
        .with_target("rmcp", LevelFilter::ERROR.min(level))
        .with_target("unkey_mcp", level)
        .with_target("unkey_local", level);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_filter(filter);
    // A second start in one process (tests do that) keeps the first one's log.
    let _ = tracing_subscriber::registry().with(lines).try_init();
}
