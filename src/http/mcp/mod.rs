//! One MCP endpoint over streamable HTTP.
//!
//! It keeps no sessions: every request stands alone, whatever protocol version the client speaks,
//! so a restart or a load balancer loses nobody's session. Answers are plain JSON,
//! but for long calls whose client wants to know how far they have come: those are streams of events.

mod cancellation;
mod exchange;
mod media;
mod narrowing;
mod version;

use std::net::SocketAddr;
use std::sync::Arc;

use ::http::{HeaderValue, Method, StatusCode, header};
use axum::extract::{ConnectInfo, Request};
use axum::response::{IntoResponse as _, Response};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use self::exchange::Exchange;
use super::body::{BodyError, BodyReader};
use super::forwarded::{Origin, TrustedProxies};
use crate::backend::{Backend, Elsewhere};
use crate::mcp::{Handler, Scope};
use crate::root_key::{Caller, Mistake, RootKey};
use crate::settings::Offer;

/// JSON-RPC's codes.
const INVALID_REQUEST: i32 = -32600;
const INVALID_PARAMS: i32 = -32602;
/// The server's own: it is too busy.
const BUSY: i32 = -32000;

/// Marks a request whose client takes a stream of events: it can be told how far a call has come
/// before the answer.
#[derive(Clone, Copy, Debug)]
pub struct TakesEvents;

/// What all MCP endpoints of a server share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) bodies: Arc<BodyReader>,
    pub(super) max_body: usize,
    pub(super) proxies: Arc<TrustedProxies>,
    /// Whether a caller on this machine without a root key is taken for the embedded engine's
    /// owner.
    pub(super) trusts_callers: bool,
    pub(super) backend: Backend,
    /// The Unkeys of profiles that callers choose.
    pub(super) elsewhere: Elsewhere,
}

/// An MCP endpoint and the tools it offers at most.
pub(super) struct Endpoint {
    exchange: Exchange,
    offer: Offer,
    shared: Shared,
}

impl Endpoint {
    pub(super) fn new(
        handler: Handler,
        offer: Offer,
        shared: Shared,
        ended: CancellationToken,
    ) -> Self {
        let under_way = handler.calls().clone();
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            // Older clients take the empty event for a broken message.
            .with_sse_retry(None)
            // The guard checks both for every path of this server.
            .disable_allowed_hosts()
            // Bodies are bounded as they are read.
            .with_max_request_body_bytes(usize::MAX)
            .with_cancellation_token(ended.clone());
        let sessions = Arc::new(NeverSessionManager::default());
        Self {
            exchange: Exchange::new(
                StreamableHttpService::new(move || Ok(handler.clone()), sessions, config),
                under_way,
                ended,
            ),
            offer,
            shared,
        }
    }

    /// Answers one request.
    pub(super) async fn answer(&self, request: Request) -> Response {
        if request.method() != Method::POST {
            let allow = [(header::ALLOW, "POST")];
            return (StatusCode::METHOD_NOT_ALLOWED, allow, "Method Not Allowed").into_response();
        }
        let (mut head, body) = request.into_parts();
        let (inventory, terms) = match narrowing::narrow(&self.offer, &head.uri, &head.headers) {
            Ok(narrowed) => narrowed,
            Err(message) => return refusal(StatusCode::BAD_REQUEST, INVALID_PARAMS, &message),
        };
        if !media::accepts_json(&head.headers) {
            let message = "answers are JSON: send Accept: application/json, text/event-stream";
            return refusal(StatusCode::NOT_ACCEPTABLE, INVALID_REQUEST, message);
        }
        if let Err(message) = media::check_content(&head.headers) {
            return refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST, message);
        }
        let origin = self.origin(&head);
        let trusted = self.shared.trusts_callers && origin.is_some_and(|origin| origin.is_local);
        let caller = match RootKey::from_headers(&head.headers).map(Caller::Key) {
            // It is the embedded engine's owner.
            Err(Mistake::Missing { .. }) if trusted => Ok(Caller::Owner),
            caller => caller,
        };
        let body = self
            .shared
            .bodies
            .read(&head, body, self.shared.max_body)
            .await;
        let body = match body {
            Ok(body) => body,
            Err(error) => return body_refusal(error),
        };
        let address = terms.address.as_ref();
        let backend = address
            .filter(|address| !self.shared.backend.is_at(address))
            .map(|address| self.shared.elsewhere.at(address));
        head.extensions.insert(Arc::new(Scope {
            inventory,
            caller,
            terms,
            backend,
        }));
        if let Some(origin) = origin {
            head.extensions.insert(origin);
        }
        if media::accepts_events(&head.headers) {
            head.extensions.insert(TakesEvents);
        }
        // Both were checked, more kindly than the SDK does it: plain HTTP clients accept no events,
        // and are answered in JSON anyway.
        let both = HeaderValue::from_static("application/json, text/event-stream");
        head.headers.insert(header::ACCEPT, both);
        let json = HeaderValue::from_static("application/json");
        head.headers.insert(header::CONTENT_TYPE, json);
        // Its room is taken until here: what the call makes of it stays as long.
        self.exchange.answer(head, &body.bytes).await
    }

    /// Where a request comes from.
    fn origin(&self, head: &::http::request::Parts) -> Option<Origin> {
        let ConnectInfo(peer) = head.extensions.get::<ConnectInfo<SocketAddr>>()?;
        Some(self.shared.proxies.origin(*peer, &head.headers))
    }
}

/// A JSON-RPC error that belongs to no request.
pub(super) fn refusal(status: StatusCode, code: i32, message: &str) -> Response {
    let body = json!({"jsonrpc": "2.0", "id": null, "error": {"code": code, "message": message}});
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, body.to_string()).into_response()
}

/// The answer to a body that is not taken.
fn body_refusal(error: BodyError) -> Response {
    let (code, message) = match error {
        BodyError::TooLarge(max) => (
            INVALID_REQUEST,
            format!(
                "the body is longer than the {max} bytes that this server takes: send less at once; \
                 the operator can raise it with --max-body"
            ),
        ),
        BodyError::TooSlow(limit) => (
            INVALID_REQUEST,
            format!("the body did not come within {limit:?}: send the request again"),
        ),
        BodyError::NoRoom => (
            BUSY,
            "the server holds as many large bodies as it may: nothing was done, send the request \
             again in a second"
                .to_owned(),
        ),
        BodyError::Broken => (
            INVALID_REQUEST,
            "the body ended before it was complete: send the request again".to_owned(),
        ),
    };
    let mut response = refusal(error.status(), code, &message);
    error.close(&mut response);
    response
}
