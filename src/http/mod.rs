//! `serve`: MCP over streamable HTTP, and with `--local` the Unkey API too.

mod arrival;
mod banner;
mod body;
mod connections;
mod descriptors;
mod forwarded;
mod guard;
mod health;
mod limits;
mod mcp;
mod survive;
mod unkey;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::routing::any;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

pub use self::arrival::Arrival;
use self::body::BodyReader;
use self::connections::Connections;
pub use self::forwarded::TrustedProxies;
use self::guard::Guard;
use self::health::Health;
use self::limits::LimitHits;
pub use self::limits::Limits;
use crate::backend::Backend;
use crate::calls::Calls;
use crate::config::ServeSettings;
use crate::error::StartError;
use crate::inventory::{Inventory, Server};
use crate::mcp::Handler;
use crate::observe::Observer;
use crate::stop::{self, Signals};

/// Serves until the process is told to stop.
///
/// # Errors
/// Where a flag holds what it cannot hold, there is no tool to offer, the address cannot be listened
/// on, or the embedded engine cannot be opened. Nothing is made or changed before the address is
/// ours: a second server on it must not touch what belongs to the first.
pub async fn run(settings: ServeSettings, observer: Observer) -> Result<(), StartError> {
    let guard = Guard::new(&settings.allowed_hosts, &settings.allowed_origins)
        .map_err(StartError::Usage)?;
    let max_connections = settings
        .limits
        .connections(descriptors::raise_limit())
        .map_err(StartError::Usage)?;
    let backend = Backend::new(settings.common.backend);
    let allowed = settings.common.inventory.and(backend.inventory());
    // The flags alone left something; the engine may have none of it.
    if allowed.is_empty() {
        return Err(StartError::NothingLeft);
    }
    let bind_error = |error| StartError::Bind {
        address: settings.bind.clone(),
        error,
    };
    let listener = TcpListener::bind(&settings.bind)
        .await
        .map_err(bind_error)?;
    let address = listener.local_addr().map_err(bind_error)?;
    let metrics = observer.attend().await?;
    if let Backend::Local(local) = &backend {
        // Better now than at the first call: someone is looking.
        local.engine()?;
    }
    if !address.ip().is_loopback() && settings.allowed_hosts.is_empty() {
        warn!(
            "only requests addressed to a loopback name are answered: name others with --allowed-host"
        );
    }
    let stopping = CancellationToken::new();
    // Calls under way go on while the server stops; only the end of the grace cuts them off.
    let ended = CancellationToken::new();
    let hits = Arc::new(LimitHits::default());
    let health = Arc::new(Health::new(
        backend.clone(),
        stopping.clone(),
        settings.upstream_ready,
    ));
    let calls = Calls::new(settings.common.calls);
    let mut signals = Signals::listen();
    let app = Application {
        handler: Handler::for_http(backend.clone(), observer.clone(), calls.clone()),
        backend: backend.clone(),
        allowed,
        guard,
        bodies: Arc::new(BodyReader::new(&settings.limits, hits.clone())),
        proxies: Arc::new(settings.trusted_proxies),
        max_body: settings.limits.max_body,
        trusts_callers: matches!(backend, Backend::Local(_)) && address.ip().is_loopback(),
        observer: observer.clone(),
        ended: ended.clone(),
    };
    let connections = Connections {
        app: identified(
            app.router().merge(health::router(health.clone())),
            &observer,
        ),
        reserve: identified(health::reserve(health), &observer),
        limits: settings.limits,
        max_connections,
        hits,
    };
    banner::print(&backend, address, metrics, &settings.common.unused)?;
    let serving = connections.serve(listener, stopping.clone());
    let stop = async {
        signals.next().await;
        info!("stopping; a second signal ends the process at once");
        stopping.cancel();
        tokio::select! {
            () = async {
                calls.stop(settings.common.timeout).await;
                // A client that keeps its connection open does not keep the process.
                tokio::time::sleep(stop::FAREWELL).await;
            } => Ok(()),
            signal = signals.next() => Err(StartError::CutShort(signal)),
        }
    };
    let served = tokio::select! {
        () = serving => Ok(()),
        stopped = stop => stopped,
    };
    ended.cancel();
    if served.is_ok() {
        backend.close();
    }
    served
}

/// The same, where each request has an id and its end is written down, also that of one that panics.
fn identified(router: Router, observer: &Observer) -> Router {
    let observer = observer.clone();
    router
        .layer(middleware::from_fn(survive::survive))
        .layer(middleware::from_fn(move |request: Request, next: Next| {
            arrival::identify(observer.clone(), request, next)
        }))
}

/// What answers requests, and what it needs to.
struct Application {
    handler: Handler,
    backend: Backend,
    allowed: Inventory,
    guard: Guard,
    bodies: Arc<BodyReader>,
    proxies: Arc<TrustedProxies>,
    max_body: usize,
    trusts_callers: bool,
    observer: Observer,
    ended: CancellationToken,
}

impl Application {
    /// The paths of MCP and of Unkey's API. The guard stands before all of them.
    fn router(self) -> Router {
        let shared = mcp::Shared {
            bodies: self.bodies.clone(),
            max_body: self.max_body,
            proxies: self.proxies.clone(),
            trusts_callers: self.trusts_callers,
        };
        let endpoint = |server: Server| {
            let endpoint = Arc::new(mcp::Endpoint::new(
                self.handler.clone(),
                self.allowed.and(server.inventory()),
                shared.clone(),
                self.ended.child_token(),
            ));
            any(move |request: Request| {
                let endpoint = endpoint.clone();
                async move { endpoint.answer(request).await }
            })
        };
        let keys = endpoint(Server::Keys);
        let ratelimits = endpoint(Server::Ratelimit);
        let mut router = Router::new();
        if let Backend::Local(local) = &self.backend {
            let api = unkey::Api {
                local: local.clone(),
                bodies: self.bodies,
                proxies: self.proxies,
                observer: self.observer,
            };
            router = unkey::mount(router, api);
        }
        let guard = Arc::new(self.guard);
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
    }
}
