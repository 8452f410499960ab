//! What probes ask: whether the process lives, and whether calls can be answered.

use std::sync::Arc;
use std::time::Duration;

use ::http::{HeaderValue, StatusCode, header};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use tokio::sync::Mutex;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::body::close_after;
use crate::backend::Backend;

/// How long an answer of Unkey's counts: probes come often, and from several sides.
const UPSTREAM_FRESH: Duration = Duration::from_secs(5);

/// How long Unkey may take to answer a probe.
const UPSTREAM_TIMEOUT: Duration = Duration::from_secs(3);

/// What probes are answered from.
#[derive(Debug)]
pub(super) struct Health {
    backend: Backend,
    stopping: CancellationToken,
    asks_upstream: bool,
    /// What Unkey last answered. Held while it is asked, so that probes ask once together.
    upstream: Mutex<Option<(Instant, Result<(), String>)>>,
}

impl Health {
    pub(super) fn new(backend: Backend, stopping: CancellationToken, asks_upstream: bool) -> Self {
        Self {
            backend,
            stopping,
            asks_upstream,
            upstream: Mutex::default(),
        }
    }

    /// Whether calls can be answered, and if not, why.
    async fn ready(&self) -> Result<(), String> {
        if self.stopping.is_cancelled() {
            return Err("the server is stopping".to_owned());
        }
        match &self.backend {
            Backend::Local(local) => local.ready().await.map_err(|trouble| trouble.to_string()),
            Backend::Remote(_) if !self.asks_upstream => Ok(()),
            Backend::Remote(remote) => {
                let mut known = self.upstream.lock().await;
                if let Some((at, answer)) = &*known
                    && at.elapsed() < UPSTREAM_FRESH
                {
                    return answer.clone();
                }
                let asked = tokio::time::timeout(UPSTREAM_TIMEOUT, remote.is_alive()).await;
                let answer =
                    asked.unwrap_or_else(|_| Err(format!("no answer within {UPSTREAM_TIMEOUT:?}")));
                let answer = answer.map_err(|why| format!("Unkey is not reachable: {why}"));
                *known = Some((Instant::now(), answer.clone()));
                answer
            }
        }
    }
}

/// The paths for probes.
pub(super) const PATHS: [&str; 2] = ["/healthz", "/readyz"];

/// What answers on them.
pub(super) fn router(health: Arc<Health>) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(readyz))
        .with_state(health)
}

/// The paths for probes alone: whatever else is asked is told to come back.
pub(super) fn reserve(health: Arc<Health>) -> Router {
    router(health).fallback(async || {
        let text = "the server is busy or stopping: nothing was done, send the request again in a second\n";
        let mut response = (StatusCode::SERVICE_UNAVAILABLE, text).into_response();
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        close_after(headers);
        response
    })
}

async fn readyz(State(health): State<Arc<Health>>) -> Response {
    match health.ready().await {
        Ok(()) => "ok".into_response(),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")).into_response(),
    }
}
