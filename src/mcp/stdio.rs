//! MCP over stdin and stdout: one client, one root key, until stdin ends.

use std::time::Duration;

use rmcp::ServiceExt as _;
use rmcp::service::ServerInitializeError;
use rmcp::transport::stdio_pipes;

use super::handler::{Handler, Scope};
use crate::backend::Backend;
use crate::config::StdioSettings;
use crate::error::StartError;
use crate::root_key::Caller;
use crate::stop;

/// Serves until stdin ends or the process is told to stop.
///
/// # Errors
/// Where there is no tool to offer, or the connection breaks.
pub async fn run(settings: StdioSettings) -> Result<(), StartError> {
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
    let handler = Handler::new(backend.clone(), Scope { inventory, caller });
    let calls = handler.clone();
    let mut serving = std::pin::pin!(serve(handler));
    let served = tokio::select! {
        served = &mut serving => served,
        () = stop::requested() => tokio::select! {
            served = &mut serving => served,
            () = last_answers(&calls) => Ok(()),
        },
    };
    backend.close();
    served
}

/// Lets calls under way end, for as long as is granted, and their answers out.
async fn last_answers(calls: &Handler) {
    // A time-out is no error here: whoever wants more time asked us to stop.
    let _ = tokio::time::timeout(stop::GRACE, calls.idle()).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
}

async fn serve(handler: Handler) -> Result<(), StartError> {
    let running = match handler.serve(stdio_pipes()).await {
        Ok(running) => running,
        // Some clients start a server only to see whether it starts.
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        // The error quotes the message, and that may hold a key.
        Err(ServerInitializeError::ExpectedInitializeRequest(_)) => {
            return Err(StartError::Transport(
                "the client did not begin with `initialize`".to_owned(),
            ));
        }
        Err(error) => return Err(StartError::Transport(error.to_string())),
    };
    running
        .waiting()
        .await
        .map_err(|error| StartError::Transport(error.to_string()))?;
    Ok(())
}
