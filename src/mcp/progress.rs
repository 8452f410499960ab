//! How far a long call has come, told to a client that asked for it.

use std::convert::Infallible;
use std::time::Duration;

use ::http::request::Parts;
use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};
use tokio::sync::watch;
use tokio::time::sleep;
use unkey_workflows::Progress;

use crate::http::TakesEvents;

/// How long a call goes on before it tells anything, and how long it is silent in between.
const PACE: Duration = Duration::from_millis(500);

/// Tells one client how far its call has come.
pub(super) struct Teller {
    latest: watch::Sender<Option<Progress>>,
    client: Option<(Peer<RoleServer>, ProgressToken)>,
}

impl Teller {
    /// Tells the client of that request, if it asked for it and takes more than one message.
    pub(super) fn new(context: &RequestContext<RoleServer>) -> Self {
        let takes_events = context
            .extensions
            .get::<Parts>()
            .is_none_or(|parts| parts.extensions.get::<TakesEvents>().is_some());
        let token = context.meta.get_progress_token().filter(|_| takes_events);
        Self {
            latest: watch::Sender::new(None),
            client: token.map(|token| (context.peer.clone(), token)),
        }
    }

    /// Notes how far the call has come.
    pub(super) fn note(&self, progress: Progress) {
        self.latest.send_replace(Some(progress));
    }

    /// Waits for `call`, and tells meanwhile what is noted.
    pub(super) async fn beside<T>(&self, call: impl Future<Output = T>) -> T {
        tokio::select! {
            biased;
            done = call => done,
            never = self.tell() => match never {},
        }
    }

    /// Tells what is noted; it has no end.
    async fn tell(&self) -> Infallible {
        let Some((peer, token)) = &self.client else {
            return std::future::pending().await;
        };
        let mut latest = self.latest.subscribe();
        let mut told = 0;
        loop {
            sleep(PACE).await;
            if latest.changed().await.is_err() {
                return std::future::pending().await;
            }
            let Some(progress) = *latest.borrow_and_update() else {
                continue;
            };
            // By the specification it only grows.
            if progress.done > told {
                told = progress.done;
                // Whoever went away is not told.
                let _ = peer.notify_progress(param(token, progress)).await;
            }
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the protocol's numbers are doubles, and nothing is counted beyond their digits"
)]
fn param(token: &ProgressToken, progress: Progress) -> ProgressNotificationParam {
    let mut param = ProgressNotificationParam::new(token.clone(), progress.done as f64);
    param.total = progress.total.map(|total| total as f64);
    param.message = Some(format!("{} {}", progress.done, progress.of));
    param
}
