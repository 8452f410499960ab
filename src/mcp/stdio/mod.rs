//! MCP over stdin and stdout: one client, one root key, until stdin ends.

mod connection;
mod hang_up;
mod lines;
mod outbox;

use std::time::Duration;

use rmcp::service::serve_directly_with_ct;
use rmcp::transport::stdio_pipes;
use tokio_util::sync::CancellationToken;
use tracing::info;

use self::connection::{Connection, End};
pub use self::lines::{Line, Lines};
use super::{ConnectionScope, Handler};
use crate::backend::Backend;
use crate::calls::Calls;
use crate::config::StdioSettings;
use crate::dispatch::{DeskSettings, Dispatcher, Seat};
use crate::error::StartError;
use crate::observe::{self, Observer};
use crate::root_key::Caller;
use crate::secrets::{Reach, Secrets};
use crate::settings::Offer;
use crate::stop::Signals;

/// How long after its time limit a call may take to be answered.
const AFTER_TIME_LIMIT: Duration = Duration::from_secs(1);

/// How many requests may be under way beside the calls that one caller may make.
const MORE_REQUESTS: usize = 128;

/// Serves until stdin ends or the process is told to stop.
///
/// # Errors
/// Where there is no tool to offer, or the connection breaks.
pub async fn run(settings: StdioSettings, observer: Observer) -> Result<(), StartError> {
    // Before anything is made that would have to be ended, and before the first request is read.
    let mut signals = Signals::listen();
    if !observer.has_files() && settings.common.settings.file().is_none() {
        signals = signals.and_hang_ups();
    }
    let api_url = settings.common.backend.api_url();
    let secrets = Secrets::new(settings.common.secrets, Reach::OwnMachine)?;
    let backend = Backend::new(settings.common.backend);
    let caller = match backend {
        Backend::Local(_) => settings.surroundings.caller_of_engine(),
        Backend::Remote(_) => settings.surroundings.root_key().map(Caller::Key),
    };
    let calls = Calls::new(settings.common.calls);
    let dispatcher = Dispatcher::new(backend.clone(), observer.clone(), calls.clone())
        .with_secrets(secrets)
        .with_desk(DeskSettings::of(Seat::SameMachine))
        .remembering_for(api_url.as_deref(), &caller);
    let offer = Offer::new(
        settings.common.settings.clone(),
        settings.server,
        backend.inventory(),
    );
    let scope = ConnectionScope::new(offer, caller)?;
    // The flags alone left something; the server or the engine may have none of it.
    scope.now().inventory.check()?;
    let metrics = observer.start().await?;
    if let Some(address) = metrics {
        observe::tell(format!("unkey-mcp: metrics at http://{address}/metrics\n"));
    }
    if let Some(file) = settings.common.settings.file() {
        file.reload_on_hangup();
    }
    let handler = Handler::new(dispatcher, observer, scope).named(settings.server);
    let served = serve(handler, &calls, settings.common.timeout, signals).await;
    if !matches!(served, Err(StartError::CutShort(_))) {
        backend.close();
    }
    served
}

/// Answers requests until stdin ends, stdout breaks or the process is told to stop; at the end,
/// those under way are answered and written first, for which they have `patience`.
async fn serve(
    handler: Handler,
    calls: &Calls,
    patience: Duration,
    mut signals: Signals,
) -> Result<(), StartError> {
    let end = End {
        stopping: CancellationToken::new(),
        drain: patience.saturating_add(AFTER_TIME_LIMIT),
        ended: CancellationToken::new(),
    };
    hang_up::watch_stdout(end.ended.clone());
    let (stdin, stdout) = stdio_pipes();
    let connection = Connection::new(
        stdin,
        stdout,
        end.clone(),
        most_requests(calls),
        handler.observer().clone(),
    );
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
                signal = signals.next() => {
                    calls.cut_short().await;
                    return Err(StartError::CutShort(signal));
                }
            }
        }
    };
    served
        .map(|_| ())
        .map_err(|error| StartError::Transport(error.to_string()))
}

/// How many requests may be under way before nothing more is read: more than there may be calls, so
/// that calls which hang are refused before they keep a cancellation from being read.
fn most_requests(calls: &Calls) -> usize {
    calls.most_of_one_caller().saturating_add(MORE_REQUESTS)
}
