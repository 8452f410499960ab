//! What `serve` prints once it listens.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::SocketAddr;

use tracing::warn;

use crate::backend::Backend;
use crate::error::StartError;
use crate::observe::shown;

/// Prints where to connect, with what, and which settings have no effect.
///
/// # Errors
/// Where the embedded engine cannot be opened, or the system gives no thread.
pub(super) fn print(
    backend: &Backend,
    address: SocketAddr,
    metrics: Option<SocketAddr>,
    unused: &[&str],
) -> Result<(), StartError> {
    let mut text = format!(
        "unkey-mcp {} is listening. Stop it with Ctrl-C.\n\n\
         MCP                http://{address}/mcp/v2\n\
         MCP, rate limits   http://{address}/mcp/ratelimits\n\
         MCP, deploying     http://{address}/mcp/deploy\n",
        env!("CARGO_PKG_VERSION")
    );
    if let Some(metrics) = metrics {
        let _ = writeln!(text, "Metrics            http://{metrics}/metrics");
    }
    match backend {
        Backend::Remote(remote) => {
            let address = shown::redact(remote.api_url().as_str());
            let _ = writeln!(text, "Calls go to        {address}");
        }
        Backend::Local(local) => {
            let _ = write!(
                text,
                "Unkey's SDKs       http://{address}\n\n\
                 Embedded engine    {}\n",
                shown::path(local.path())
            );
            let engine = local.engine()?;
            let line = match engine.root_key_file() {
                Some(file) => format!("Root key in        {}\n", shown::path(file)),
                // Nothing else tells it, and it ends with the process.
                None => format!("Root key           {}\n", engine.root_key().reveal()),
            };
            text.push_str(&line);
        }
    }
    for what in unused {
        let _ = writeln!(text, "\nSet but not used   {what}");
    }
    // Whoever started us may have closed stdout, or read none of it: neither stops the server. No
    // one waits for this thread.
    let printing = std::thread::Builder::new().spawn(move || {
        let mut stdout = io::stdout().lock();
        let printed = stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush());
        if let Err(error) = printed {
            warn!(%error, "stdout does not take what is printed at the start");
        }
    });
    printing.map(drop).map_err(StartError::Output)
}
