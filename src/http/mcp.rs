//! One MCP endpoint over streamable HTTP.
//!
//! It keeps no sessions: every request stands alone, whatever protocol version the client speaks,
//! so a restart or a load balancer loses nobody's session. Answers are plain JSON.

use std::sync::Arc;

use ::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::exchange::Exchange;
use super::narrowing;
use crate::backend::Backend;
use crate::inventory::Inventory;
use crate::mcp::{Handler, Scope};
use crate::observe::Observer;
use crate::root_key::{Caller, Mistake, RootKey};

/// The longest request. Unkey takes 10 MiB; what a model writes is far below.
const MAX_REQUEST_BYTES: usize = 10 * 1024 * 1024;

/// An MCP endpoint and the tools it offers at most.
pub(super) struct Endpoint {
    exchange: Exchange,
    inventory: Inventory,
    /// Whether a caller without a root key is taken for the embedded engine's owner.
    trusts_callers: bool,
}

impl Endpoint {
    pub(super) fn new(
        backend: Backend,
        inventory: Inventory,
        trusts_callers: bool,
        observer: Observer,
        ended: CancellationToken,
    ) -> Self {
        let handler = Handler::for_http(backend, observer);
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            // Older clients take the empty event for a broken message.
            .with_sse_retry(None)
            // `guard.rs` checks both for every path of this server.
            .disable_allowed_hosts()
            .with_max_request_body_bytes(MAX_REQUEST_BYTES)
            .with_cancellation_token(ended);
        let sessions = Arc::new(NeverSessionManager::default());
        Self {
            exchange: Exchange::new(StreamableHttpService::new(
                move || Ok(handler.clone()),
                sessions,
                config,
            )),
            inventory,
            trusts_callers,
        }
    }

    /// Answers one request.
    pub(super) async fn answer(&self, mut request: Request) -> Response {
        if request.method() != Method::POST {
            let allow = [(header::ALLOW, "POST")];
            return (StatusCode::METHOD_NOT_ALLOWED, allow, "Method Not Allowed").into_response();
        }
        let inventory = match narrowing::narrow(self.inventory, request.uri(), request.headers()) {
            Ok(inventory) => inventory,
            Err(message) => return refusal(StatusCode::BAD_REQUEST, -32602, &message),
        };
        let caller = match RootKey::from_headers(request.headers()).map(Caller::Key) {
            Err(Mistake::Missing { .. }) if self.trusts_callers => Ok(Caller::Owner),
            caller => caller,
        };
        request
            .extensions_mut()
            .insert(Arc::new(Scope { inventory, caller }));
        accept_both(request.headers_mut());
        if !is_json(request.headers()) {
            return refusal(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                -32600,
                "the body must be JSON: send Content-Type: application/json",
            );
        }
        let (head, body) = request.into_parts();
        match axum::body::to_bytes(body, MAX_REQUEST_BYTES).await {
            Ok(body) => self.exchange.answer(head, &body).await,
            Err(_) => refusal(
                StatusCode::PAYLOAD_TOO_LARGE,
                -32600,
                "the body is too long, or broke off",
            ),
        }
    }
}

/// The specification has clients accept events beside JSON. Plain HTTP clients do not, and are
/// answered in JSON anyway.
fn accept_both(headers: &mut HeaderMap) {
    let takes_json = headers.get(header::ACCEPT).is_none_or(|accept| {
        accept.to_str().is_ok_and(|accept| {
            ["*/*", "application/*", "application/json"]
                .iter()
                .any(|kind| accept.contains(kind))
        })
    });
    if takes_json {
        let both = HeaderValue::from_static("application/json, text/event-stream");
        headers.insert(header::ACCEPT, both);
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| {
        kind.trim_start()
            .to_ascii_lowercase()
            .starts_with("application/json")
    })
}

/// A JSON-RPC error that belongs to no request.
fn refusal(status: StatusCode, code: i32, message: &str) -> Response {
    let body = json!({"jsonrpc": "2.0", "id": null, "error": {"code": code, "message": message}});
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, body.to_string()).into_response()
}
