//! What `serve` prints once it listens.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::SocketAddr;

use tracing::warn;

use crate::backend::Backend;
use crate::error::StartError;
use crate::inventory::{Allowed, Server};
use crate::observe::shown;

/// The servers, each with its name and its path.
const ENDPOINTS: [(Server, [&str; 2]); 3] = [
    (Server::Keys, ["MCP", "/mcp/v2"]),
    (Server::Ratelimit, ["MCP, rate limits", "/mcp/ratelimits"]),
    (Server::Deploy, ["MCP, deploying", "/mcp/deploy"]),
];

/// The path of the first server that offers a tool.
pub(super) fn endpoint(allowed: Allowed) -> &'static str {
    let mut offered = ENDPOINTS
        .iter()
        .filter(|(server, _)| !allowed.on(*server).is_empty());
    offered.next().map_or("/mcp", |(_, [_, path])| path)
}

/// Prints where to connect, with what, and which settings have no effect.
///
/// # Errors
/// Where the embedded engine cannot be opened, or the system gives no thread.
pub(super) fn print(
    backend: &Backend,
    allowed: Allowed,
    address: SocketAddr,
    metrics: Option<SocketAddr>,
    unused: &[&str],
) -> Result<(), StartError> {
    let mut text = format!(
        "unkey-mcp {} is listening. Stop it with Ctrl-C.\n\n",
        env!("CARGO_PKG_VERSION")
    );
    for (server, line) in ENDPOINTS {
        // Where nothing may be called there is no reason to connect.
        if !allowed.on(server).is_empty() {
            let [name, path] = line;
            let _ = writeln!(text, "{name:<19}http://{address}{path}");
        }
    }
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
