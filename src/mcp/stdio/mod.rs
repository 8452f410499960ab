//! MCP over stdin and stdout: one client, one root key, until stdin ends.

mod connection;
mod lines;
mod outbox;

use std::time::Duration;

use rmcp::service::serve_directly_with_ct;
use rmcp::transport::stdio_pipes;
use tokio_util::sync::CancellationToken;
use tracing::info;

use self::connection::{Connection, End};
use super::handler::{Handler, Scope};
use crate::backend::Backend;
use crate::calls::Calls;
use crate::config::StdioSettings;
use crate::error::StartError;
use crate::observe::{self, Observer};
use crate::root_key::Caller;
use crate::stop::Signals;

/// How long after its time limit a call may take to be answered.
const AFTER_TIME_LIMIT: Duration = Duration::from_secs(1);

/// Serves until stdin ends or the process is told to stop.
///
/// # Errors
/// Where there is no tool to offer, or the connection breaks.
pub async fn run(settings: StdioSettings, observer: Observer) -> Result<(), StartError> {
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
    let calls = Calls::new(settings.common.calls);
    let handler = Handler::new(backend.clone(), observer, scope, calls.clone());
    let served = serve(handler, &calls, settings.common.timeout).await;
    if !matches!(served, Err(StartError::CutShort(_))) {
        backend.close();
    }
    served
}

/// Answers requests until stdin ends, stdout breaks or the process is told to stop; at the end,
/// those under way are answered and written first, for which they have `patience`.
async fn serve(handler: Handler, calls: &Calls, patience: Duration) -> Result<(), StartError> {
    let mut signals = Signals::listen();
    let end = End {
        stopping: CancellationToken::new(),
        drain: patience.saturating_add(AFTER_TIME_LIMIT),
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
        _ = signals.next() => {
            info!("stopping; a second signal ends the process at once");
            end.stopping.cancel();
            let ended = async { tokio::join!(calls.stop(patience), served).1 };
            tokio::select! {
                ended = ended => ended,
                signal = signals.next() => return Err(StartError::CutShort(signal)),
            }
        }
    };
    served
        .map(|_| ())
        .map_err(|error| StartError::Transport(error.to_string()))
}
