//! What every request goes through before the routes. Plain calls and no layers: each layer boxes and
//! moves the request once more, and three of them cost a verification a tenth of its instructions.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use tower_service::Service as _;

use super::arrival::identify;
use super::guard::Guard;
use super::health;
use super::survive::survive;
use crate::observe::Observer;

/// What answers requests. Cheap to clone.
#[derive(Clone)]
pub(super) struct App {
    pub(super) router: Router,
    /// Stands before all paths but those for probes. Where nothing but probes is answered there is
    /// none.
    pub(super) guard: Option<Arc<Guard>>,
    pub(super) observer: Observer,
}

impl App {
    /// Answers a request: it gets an id, its end is written down, and a panic is answered too.
    pub(super) async fn answer(self, request: Request) -> Response {
        let Self {
            mut router,
            guard,
            observer,
        } = self;
        let route = async |request: Request| {
            if let Some(guard) = guard
                && !health::PATHS.contains(&request.uri().path())
                && let Err(refusal) = guard.check(request.uri(), request.headers())
            {
                return refusal.into_response();
            }
            let Ok(response) = router.call(request).await;
            response
        };
        identify(&observer, request, async |request| {
            survive(request, route).await
        })
        .await
    }
}
