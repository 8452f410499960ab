//! `serve`: MCP over streamable HTTP, and with `--local` the Unkey API too.

mod arrival;
mod banner;
mod cancellation;
mod exchange;
mod guard;
mod mcp;
mod narrowing;
mod unkey;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::routing::{any, get};
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

pub use self::arrival::Arrival;
use self::guard::Guard;
use crate::backend::Backend;
use crate::config::ServeSettings;
use crate::error::StartError;
use crate::inventory::{Inventory, Server};
use crate::observe::Observer;
use crate::stop;

/// Serves until the process is told to stop.
///
/// # Errors
/// Where there is no tool to offer, the address cannot be listened on, or the embedded engine cannot
/// be opened.
pub async fn run(settings: ServeSettings, observer: Observer) -> Result<(), StartError> {
    let backend = Backend::new(settings.common.backend);
    let allowed = settings.common.inventory.and(backend.inventory());
    // The flags alone left something; the engine may have none of it.
    if allowed.is_empty() {
        return Err(StartError::NothingLeft);
    }
    if let Backend::Local(local) = &backend {
        // Better now than at the first call: someone is looking.
        local.engine()?;
    }
    let bind_error = |error| StartError::Bind {
        address: settings.bind.clone(),
        error,
    };
    let listener = TcpListener::bind(&settings.bind)
        .await
        .map_err(bind_error)?;
    let address = listener.local_addr().map_err(bind_error)?;
    let guard = Guard::new(&settings.allowed_hosts, &settings.allowed_origins)
        .map_err(StartError::Usage)?;
    if !address.ip().is_loopback() && settings.allowed_hosts.is_empty() {
        warn!(
            "only requests addressed to a loopback name are answered: name others with --allowed-host"
        );
    }
    let stopping = CancellationToken::new();
    // Calls under way go on while the server stops; only the end of the grace cuts them off.
    let ended = CancellationToken::new();
    let metrics = observer.attend().await?;
    let app = router(&backend, allowed, address, guard, &observer, &ended);
    banner::print(&backend, address, metrics, &settings.common.unused)?;
    // Without TCP_NODELAY an answer in two writes waits 40 ms for the client's acknowledgement.
    let listener = listener.tap_io(|socket| {
        if let Err(error) = socket.set_nodelay(true) {
            warn!(%error, "cannot set TCP_NODELAY");
        }
    });
    let stop = {
        let stopping = stopping.clone();
        async move {
            stop::requested().await;
            info!("stopping");
            stopping.cancel();
        }
    };
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, app).with_graceful_shutdown(stop);
    let served = tokio::select! {
        served = async { serving.await } => served,
        // A client that keeps its connection open does not keep the process.
        () = async { stopping.cancelled().await; tokio::time::sleep(stop::GRACE).await } => Ok(()),
    };
    ended.cancel();
    backend.close();
    served.map_err(|error| StartError::Transport(error.to_string()))
}

fn router(
    backend: &Backend,
    allowed: Inventory,
    address: SocketAddr,
    guard: Guard,
    observer: &Observer,
    ended: &CancellationToken,
) -> Router {
    let trusts_callers = matches!(backend, Backend::Local(_)) && address.ip().is_loopback();
    let endpoint = |server: Server| {
        let inventory = allowed.and(server.inventory());
        let endpoint = Arc::new(mcp::Endpoint::new(
            backend.clone(),
            inventory,
            trusts_callers,
            observer.clone(),
            ended.child_token(),
        ));
        any(move |request: Request| {
            let endpoint = endpoint.clone();
            async move { endpoint.answer(request).await }
        })
    };
    let keys = endpoint(Server::Keys);
    let ratelimits = endpoint(Server::Ratelimit);
    let guard = Arc::new(guard);
    let mut router = Router::new();
    if let Backend::Local(local) = backend {
        router = unkey::mount(router, local, observer);
    }
    router
        .route("/mcp", keys.clone())
        .route("/mcp/", keys.clone())
        .route("/mcp/v2", keys.clone())
        .route("/mcp/v2/", keys)
        .route("/mcp/ratelimits", ratelimits.clone())
        .route("/mcp/ratelimits/", ratelimits)
        .layer(middleware::from_fn(move |request: Request, next: Next| {
            let guard = guard.clone();
            async move {
                match guard.check(request.uri(), request.headers()) {
                    Ok(()) => next.run(request).await,
                    Err(refusal) => refusal.into_response(),
                }
            }
        }))
        // Probes address a server by its IP and hold no secret: the guard is not for them.
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(async || "ok"))
        .layer(middleware::from_fn({
            let observer = observer.clone();
            move |request: Request, next: Next| arrival::identify(observer.clone(), request, next)
        }))
}
