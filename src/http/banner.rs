//! What `serve` prints once it listens.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::SocketAddr;

use crate::backend::Backend;
use crate::error::StartError;

/// Prints where to connect, with what, and which settings have no effect.
///
/// # Errors
/// Where stdout cannot be written.
pub(super) fn print(
    backend: &Backend,
    address: SocketAddr,
    unused: &[&str],
) -> Result<(), StartError> {
    let mut text = format!(
        "unkey-mcp {} is listening. Stop it with Ctrl-C.\n\n\
         MCP, all tools     http://{address}/mcp/v2\n\
         MCP, rate limits   http://{address}/mcp/ratelimits\n",
        env!("CARGO_PKG_VERSION")
    );
    match backend {
        Backend::Remote(remote) => {
            let _ = writeln!(text, "Calls go to        {}", remote.api_url());
        }
        Backend::Local(local) => {
            let _ = write!(
                text,
                "Unkey's SDKs       http://{address}\n\n\
                 Embedded engine    {}\n",
                local.path().display()
            );
            let engine = local.engine()?;
            let line = match engine.root_key_file() {
                Some(file) => format!("Root key in        {}\n", file.display()),
                // Nothing else tells it, and it ends with the process.
                None => format!("Root key           {}\n", engine.root_key().reveal()),
            };
            text.push_str(&line);
        }
    }
    for what in unused {
        let _ = writeln!(text, "\nSet but not used   {what}");
    }
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(StartError::Output)
}
