//! `serve`: MCP over streamable HTTP, and with `--local` the Unkey API too.

mod app;
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

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::routing::any;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use self::app::App;
pub use self::arrival::Arrival;
use self::body::BodyReader;
use self::connections::Connections;
pub use self::forwarded::TrustedProxies;
pub(crate) use self::guard::{Guard, names_loopback};
use self::health::Health;
use self::limits::LimitHits;
pub use self::limits::Limits;
pub use self::mcp::TakesEvents;
use crate::backend::{Backend, Elsewhere};
use crate::calls::Calls;
use crate::config::ServeSettings;
use crate::dispatch::{DeskSettings, Dispatcher, Seat};
use crate::error::StartError;
use crate::inventory::Server;
use crate::mcp::{ConnectionScope, Handler};
use crate::observe::Observer;
use crate::pages::{OneTime, Site, Workspace};
use crate::root_key::{Mistake, Transport};
use crate::secrets::{Reach, Secrets};
use crate::settings::{Offer, Settings};
use crate::stop::{self, Signals};

/// What is wrong with a server on a network that has no name there.
const ONLY_LOOPBACK_NAMES: &str =
    "only requests addressed to a loopback name are answered: name others with --allowed-host";

/// Serves until the process is told to stop.
///
/// # Errors
/// Where a flag holds what it cannot hold, there is no tool to offer, the address cannot be listened
/// on, or the embedded engine cannot be opened. Nothing is made or changed before the address is
/// ours: a second server on it must not touch what belongs to the first.
pub async fn run(settings: ServeSettings, observer: Observer) -> Result<(), StartError> {
    // Before anything is made that would have to be ended.
    let signals = Signals::listen();
    let guard = Guard::new(&settings.allowed_hosts, &settings.allowed_origins)
        .map_err(StartError::Usage)?;
    let max_connections = settings
        .limits
        .connections(descriptors::raise_limit())
        .map_err(StartError::Usage)?;
    let backend = Backend::new(settings.common.backend.clone());
    let terms = settings.common.settings.terms(None)?;
    // The flags alone left something; the engine may have none of it.
    let allowed = terms.allowed.and(backend.inventory());
    allowed.inventory().check()?;
    let (listener, address) = listen(&settings.bind).await?;
    let is_open = !address.ip().is_loopback();
    let secrets = settings.common.secrets.clone();
    let reach = reach(&settings, is_open);
    let pages = (reach == Reach::OwnMachine).then(|| OneTime::at(address));
    let secrets = Secrets::new(secrets, reach)?.shown_on(pages);
    let metrics_address = observer.start().await?;
    if let Backend::Local(local) = &backend {
        // Better now than at the first call: someone is looking.
        local.engine()?;
    }
    if is_open && settings.allowed_hosts.is_empty() {
        warn!("{ONLY_LOOPBACK_NAMES}");
    }
    let stopping = CancellationToken::new();
    let calls = Calls::new(settings.common.calls);
    let serving = Serving {
        backend: &backend,
        observer: &observer,
        calls: &calls,
        secrets,
        stopping: &stopping,
        // Calls under way go on while the server stops; only the end of the grace cuts them off.
        ended: CancellationToken::new(),
    };
    let unused = settings.common.unused.clone();
    let patience = settings.common.timeout;
    let ended = serving.ended.clone();
    if let Some(file) = settings.common.settings.file() {
        file.reload_on_hangup();
    }
    let connections = serving.connections(settings, guard, max_connections, is_open)?;
    banner::print(&backend, allowed, address, metrics_address, &unused)?;
    let serving = connections.serve(listener, stopping.clone());
    let served = until_stopped(serving, signals, &stopping, &calls, patience).await;
    ended.cancel();
    if served.is_ok() {
        backend.close();
    }
    served
}

/// What a server is made of that lives as long as it.
struct Serving<'a> {
    backend: &'a Backend,
    observer: &'a Observer,
    calls: &'a Calls,
    secrets: Secrets,
    stopping: &'a CancellationToken,
    ended: CancellationToken,
}

impl Serving<'_> {
    /// What takes connections, and answers what comes on them.
    fn connections(
        self,
        settings: ServeSettings,
        guard: Guard,
        max_connections: usize,
        is_open: bool,
    ) -> Result<Connections, StartError> {
        let (backend, observer, calls) = (self.backend, self.observer, self.calls);
        let metrics = observer.metrics();
        let hits = Arc::new(LimitHits::new(metrics.limit_hits.clone()));
        let upstream_ready = settings.upstream_ready;
        let health = Health::new(backend.clone(), self.stopping.clone(), upstream_ready);
        let bodies = BodyReader::new(&settings.limits, hits.clone(), metrics.body_bytes.clone());
        let seat = if is_open {
            Seat::Elsewhere
        } else {
            Seat::SameMachine
        };
        let trusts_callers = matches!(backend, Backend::Local(_)) && !is_open;
        let pages = self.secrets.pages().cloned();
        let proxies = Arc::new(settings.trusted_proxies);
        let dispatcher = Dispatcher::new(backend.clone(), observer.clone(), calls.clone())
            .with_secrets(self.secrets.clone())
            .with_desk(DeskSettings::of(seat));
        let site = self.site(&settings.common.settings, &dispatcher, &proxies, is_open)?;
        // Every request brings its own; this one is for none.
        let nobody = Err(Mistake::Missing {
            over: Transport::Http,
            empty: None,
        });
        let offer = Offer::new(
            settings.common.settings.clone(),
            Server::Keys,
            backend.inventory(),
        );
        let scope = ConnectionScope::new(offer, nobody)?;
        let routes = Routes {
            handler: Handler::new(dispatcher, observer.clone(), scope),
            calls: calls.clone(),
            backend: backend.clone(),
            settings: settings.common.settings,
            elsewhere: Elsewhere::new(settings.common.timeout),
            bodies: Arc::new(bodies),
            proxies,
            max_body: settings.limits.max_body,
            trusts_callers,
            site,
            pages,
            observer: observer.clone(),
            ended: self.ended,
        };
        let [app, reserve] = apps(routes, guard, health, observer);
        Ok(Connections {
            app,
            reserve,
            limits: settings.limits,
            max_connections,
            hits,
            counted: metrics.connections_open.clone(),
        })
    }

    /// The pages for people.
    fn site(
        &self,
        settings: &Settings,
        dispatcher: &Dispatcher,
        proxies: &Arc<TrustedProxies>,
        is_open: bool,
    ) -> Result<Site, StartError> {
        let inventory = self.backend.inventory();
        let workspace = match self.backend {
            Backend::Local(local) if !is_open => Some(Workspace {
                dispatcher: dispatcher.clone(),
                inventory,
                settings: settings.clone(),
                database: whole(local.path()),
                root_key: local.engine()?.root_key_file().map(whole),
            }),
            _ => None,
        };
        Ok(Site {
            observer: self.observer.clone(),
            proxies: proxies.clone(),
            needs_key: workspace.is_none(),
            workspace,
            endpoint: banner::endpoint(settings.terms(None)?.allowed.and(inventory)),
        })
    }
}

/// The path of a file as it is from anywhere; `:memory:` is none.
fn whole(path: &Path) -> PathBuf {
    let is_file = path.file_name() != Some(":memory:".as_ref());
    let whole = is_file.then(|| std::path::absolute(path).ok()).flatten();
    whole.unwrap_or_else(|| path.to_owned())
}

/// Whether what is written here can be read by whoever calls. What other names lead to, or proxies
/// hand on, comes from elsewhere; that an operator who wants files says so, is taken as their word.
fn reach(settings: &ServeSettings, is_open: bool) -> Reach {
    let common = &settings.common.secrets;
    let is_named = !settings.allowed_hosts.is_empty() && !common.is_asked_for();
    if is_open || is_named {
        Reach::Beyond
    } else {
        Reach::OwnMachine
    }
}

/// Takes the address.
async fn listen(address: &str) -> Result<(TcpListener, SocketAddr), StartError> {
    let refused = |error| StartError::Bind {
        address: address.to_owned(),
        error,
    };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    Ok((listener, address))
}

/// Serves until a signal comes and what is under way has ended, for which it has `patience`.
async fn until_stopped(
    serving: impl Future<Output = ()>,
    mut signals: Signals,
    stopping: &CancellationToken,
    calls: &Calls,
    patience: Duration,
) -> Result<(), StartError> {
    let stop = async {
        signals.next().await;
        info!("stopping; a second signal ends the process at once");
        stopping.cancel();
        tokio::select! {
            () = async {
                calls.stop(patience).await;
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
    if served.is_err() {
        calls.cut_short().await;
    }
    served
}

/// What answers in general, and what answers where there is no room or the server stops.
fn apps(routes: Routes, guard: Guard, health: Health, observer: &Observer) -> [App; 2] {
    let health = Arc::new(health);
    let app = |router, guard| App {
        router,
        guard,
        observer: observer.clone(),
    };
    let general = routes.router().merge(health::router(health.clone()));
    [
        app(general, Some(Arc::new(guard))),
        app(health::reserve(health), None),
    ]
}

/// The routes, and what they need.
struct Routes {
    handler: Handler,
    calls: Calls,
    backend: Backend,
    settings: Settings,
    elsewhere: Elsewhere,
    bodies: Arc<BodyReader>,
    proxies: Arc<TrustedProxies>,
    max_body: usize,
    trusts_callers: bool,
    /// The pages for people.
    site: Site,
    /// Where secrets are shown.
    pages: Option<OneTime>,
    observer: Observer,
    ended: CancellationToken,
}

impl Routes {
    /// The paths of MCP and of Unkey's API.
    fn router(self) -> Router {
        let shared = mcp::Shared {
            bodies: self.bodies.clone(),
            max_body: self.max_body,
            proxies: self.proxies.clone(),
            trusts_callers: self.trusts_callers,
            backend: self.backend.clone(),
            elsewhere: self.elsewhere,
        };
        let endpoint = |server: Server| {
            let endpoint = Arc::new(mcp::Endpoint::new(
                self.handler.clone().named(server),
                Offer::new(self.settings.clone(), server, self.backend.inventory()),
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
        let deploy = endpoint(Server::Deploy);
        let mut router = self.site.router(self.pages);
        if let Backend::Local(local) = &self.backend {
            let api = unkey::Api {
                local: local.clone(),
                bodies: self.bodies,
                proxies: self.proxies,
                observer: self.observer,
                calls: self.calls,
            };
            router = unkey::mount(router, api);
        }
        router
            .route("/mcp", keys.clone())
            .route("/mcp/", keys.clone())
            .route("/mcp/v2", keys.clone())
            .route("/mcp/v2/", keys)
            .route("/mcp/ratelimits", ratelimits.clone())
            .route("/mcp/ratelimits/", ratelimits)
            .route("/mcp/deploy", deploy.clone())
            .route("/mcp/deploy/", deploy)
    }
}
