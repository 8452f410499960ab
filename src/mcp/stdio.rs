//! MCP over stdin and stdout: one client, one root key, until stdin ends.

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
/// Where the connection breaks.
pub async fn run(settings: StdioSettings) -> Result<(), StartError> {
    let backend = Backend::new(settings.common.backend);
    let inventory = settings
        .common
        .inventory
        .and(settings.server.inventory())
        .and(backend.inventory());
    let caller = match backend {
        Backend::Local(_) => settings.surroundings.caller_of_engine(),
        Backend::Remote(_) => settings.surroundings.root_key().map(Caller::Key),
    };
    let handler = Handler::new(backend.clone(), Scope { inventory, caller });
    let served = tokio::select! {
        served = serve(handler) => served,
        () = stop::requested() => Ok(()),
    };
    backend.close();
    served
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
