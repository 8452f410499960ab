//! What `serve` prints once it listens.

use std::io::{self, Write as _};
use std::net::SocketAddr;

use crate::backend::Backend;
use crate::error::StartError;

/// Prints where to connect, and with what.
///
/// # Errors
/// Where stdout cannot be written.
pub(super) fn print(backend: &Backend, address: SocketAddr) -> Result<(), StartError> {
    let mut text = format!(
        "unkey-mcp {} is listening. Stop it with Ctrl-C.\n\n\
         MCP, all tools     http://{address}/mcp/v2\n\
         MCP, rate limits   http://{address}/mcp/ratelimits\n",
        env!("CARGO_PKG_VERSION")
    );
    match backend {
        Backend::Remote(remote) => {
            text += &format!("Calls go to        {}\n", remote.api_url());
        }
        Backend::Local(local) => {
            text += &format!(
                "Unkey API          http://{address}/v2\n\n\
                 Embedded engine    {}\n",
                local.path().display()
            );
            if let Some(file) = local.engine()?.root_key_file() {
                text += &format!("Root key in        {}\n", file.display());
            }
        }
    }
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(StartError::Output)
}
