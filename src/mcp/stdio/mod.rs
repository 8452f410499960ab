//! MCP over stdin and stdout: one client, one root key, until stdin ends.

mod connection;
mod lines;
mod outbox;

use std::time::Duration;

use rmcp::service::serve_directly_with_ct;
use rmcp::transport::stdio_pipes;
use tokio_util::sync::CancellationToken;

use self::connection::{Connection, End};
use super::handler::{Handler, Scope};
use crate::backend::Backend;
use crate::config::{BackendSettings, StdioSettings};
use crate::error::StartError;
use crate::observe::{self, Observer};
use crate::root_key::Caller;
use crate::stop;

/// How long after its time limit a call may take to be answered.
const AFTER_TIME_LIMIT: Duration = Duration::from_secs(1);

/// How long the embedded engine's calls may take when the client has said its last.
const ENGINE_DRAIN: Duration = Duration::from_secs(30);

/// Serves until stdin ends or the process is told to stop.
///
/// # Errors
/// Where there is no tool to offer, or the connection breaks.
pub async fn run(settings: StdioSettings, observer: Observer) -> Result<(), StartError> {
    let drain = match &settings.common.backend {
        BackendSettings::Remote { timeout, .. } => timeout.saturating_add(AFTER_TIME_LIMIT),
        BackendSettings::Local(_) => ENGINE_DRAIN,
    };
    let backend = Backend::new(settings.common.backend);
    let inventory = settings
        .common
        .inventory
        .and(settings.server.inventory())
        .and(backend.inventory());
    // The flags alone left something; the server or the engine may have none of it.
    if inventory.is_empty() {
        return Err(StartError::NothingLeft);
    }
    let caller = match backend {
        Backend::Local(_) => settings.surroundings.caller_of_engine(),
        Backend::Remote(_) => settings.surroundings.root_key().map(Caller::Key),
    };
    let metrics = observer.attend().await?;
    if let Some(address) = metrics {
        observe::tell(format!("unkey-mcp: metrics at http://{address}/metrics\n"));
    }
    let scope = Scope { inventory, caller };
    let handler = Handler::new(backend.clone(), observer, scope);
    let served = serve(handler, drain).await;
    backend.close();
    served
}

/// Answers requests until stdin ends, stdout breaks or the process is told to stop; at the end,
/// those under way are answered and written first.
async fn serve(handler: Handler, drain: Duration) -> Result<(), StartError> {
    let end = End {
        stopping: CancellationToken::new(),
        drain,
        ended: CancellationToken::new(),
    };
    let (stdin, stdout) = stdio_pipes();
    let connection = Connection::new(stdin, stdout, end.clone());
    // The SDK's own opening would end at the first message that is no request. Every request here
    // stands alone; `Connection` asks for a handshake where the era has it.
    let running = serve_directly_with_ct(handler, connection, None, end.ended.clone());
    let mut served = std::pin::pin!(running.waiting());
    let served = tokio::select! {
        served = &mut served => served,
        () = stop::requested() => {
            end.stopping.cancel();
            served.await
        }
    };
    served
        .map(|_| ())
        .map_err(|error| StartError::Transport(error.to_string()))
}
