//! One JSON-RPC message over HTTP: judged as on stdio, then carried out by the SDK.

use std::sync::Arc;
use std::time::Instant;

use ::http::request::Parts;
use ::http::{StatusCode, header};
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http_body_util::{BodyExt as _, Collected};
use rmcp::model::ErrorCode;
use rmcp::transport::streamable_http_server::StreamableHttpService;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tracing::error;
use unkey_tools::Entry;

use super::cancellation::{CallKey, CancellableCalls};
use super::version;
use crate::calls::Calls;
use crate::http::arrival::Refused;
use crate::http::forwarded::Origin;
use crate::mcp::message::{self, Incoming, Message, Refusal};
use crate::mcp::{Handler, Scope, cancelled};
use crate::observe::shown;
use crate::root_key::Caller;

/// The code of a call that its own client cancelled: JSON-RPC has none, and this is the one of the
/// language server protocol.
const CANCELLED: ErrorCode = ErrorCode(-32800);

/// What carries messages out.
pub(super) struct Exchange {
    service: StreamableHttpService<Handler, NeverSessionManager>,
    calls: CancellableCalls,
    /// Stopping waits for what is under way here.
    under_way: Calls,
    /// What is still under way then is given up.
    ended: CancellationToken,
}

impl Exchange {
    pub(super) fn new(
        service: StreamableHttpService<Handler, NeverSessionManager>,
        under_way: Calls,
        ended: CancellationToken,
    ) -> Self {
        Self {
            service,
            calls: CancellableCalls::default(),
            under_way,
            ended,
        }
    }

    /// Answers the message in `body`. The head must carry the caller's [`Scope`] and [`Origin`].
    pub(super) async fn answer(&self, head: Parts, body: &[u8]) -> Response {
        let incoming = message::parse(body);
        if let Incoming::Request(message) | Incoming::Notification(message) = &incoming
            && let Err(refusal) = version::check(&head.headers, message)
        {
            return refuse(&refusal);
        }
        match incoming {
            Incoming::Request(request) => self.carry_out(head, request).await,
            Incoming::Notification(notification) => {
                if let Some(id) = notification.cancels() {
                    self.calls.cancel(call_key(&head, &id), Instant::now());
                }
                self.forward(head, notification).await
            }
            // Nothing was asked of the client.
            Incoming::Response(_) => StatusCode::ACCEPTED.into_response(),
            Incoming::Refused(refusal) => refuse(&refusal),
            Incoming::Blank => {
                let message = "the body is empty: send one JSON-RPC message".to_owned();
                refuse(&Refusal::new(None, ErrorCode::PARSE_ERROR, message))
            }
        }
    }

    async fn carry_out(&self, head: Parts, request: Message) -> Response {
        // Clients without a handshake cancel by closing the connection.
        if request.own_version().is_some() {
            return self.forward(head, request).await;
        }
        let id = request.id();
        let tool = tool(&request);
        let Some(call) = self.calls.begin(call_key(&head, &id)) else {
            return self.forward(head, request).await;
        };
        tokio::select! {
            response = self.forward(head, request) => response,
            // Dropping the other future ends the call, as a client that goes away does.
            () = call.cancelled() => {
                let message = cancelled(tool);
                answer(StatusCode::OK, &Refusal::new(Some(id), CANCELLED, message))
            }
        }
    }

    /// Has the SDK answer.
    async fn forward(&self, head: Parts, message: Message) -> Response {
        let _under_way = self.under_way.track();
        let id = message.id();
        let body = Body::from(message.into_value().to_string());
        let response = self.service.handle(Request::from_parts(head, body)).await;
        if response.status().is_success() {
            return response.map(Body::new);
        }
        if self.ended.is_cancelled() {
            let message = "the server stops: send the request again".to_owned();
            let refusal = Refusal::new(Some(id), ErrorCode::INTERNAL_ERROR, message);
            return answer(StatusCode::SERVICE_UNAVAILABLE, &refusal);
        }
        reworded(response, id).await
    }
}

/// An error that the SDK answers, in which no key is quoted.
async fn reworded<B: HttpBody>(response: ::http::Response<B>, id: String) -> Response {
    let (mut head, body) = response.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    let body = body.collect().await.map(Collected::to_bytes).ok();
    let answer = body.and_then(|body| serde_json::from_slice::<Value>(&body).ok());
    let Some(mut answer) = answer.filter(|answer| answer.get("error").is_some()) else {
        // The SDK sends an error without a body only for a message that it cannot read.
        error!(
            status = head.status.as_u16(),
            "the SDK does not take a message that was found good"
        );
        let message = "the server cannot read this request; please report it".to_owned();
        let refusal = Refusal::new(Some(id), ErrorCode::INTERNAL_ERROR, message);
        return self::answer(StatusCode::INTERNAL_SERVER_ERROR, &refusal);
    };
    if let Some(Value::String(message)) = answer.pointer_mut("/error/message") {
        *message = shown::redact(message).into_owned();
    }
    Response::from_parts(head, Body::from(answer.to_string()))
}

/// The tool that a request calls by its name, or through one that calls others.
fn tool(request: &Message) -> Option<&'static Entry> {
    let named = |value: Option<&Value>| unkey_tools::find(value?.as_str()?);
    let arguments = request.param("arguments");
    named(request.param("name")).or_else(|| named(arguments?.get("name")))
}

/// What is known of who asks.
fn call_key(head: &Parts, id: &str) -> CallKey {
    let scope = head.extensions.get::<Arc<Scope>>();
    let caller = match scope.map(|scope| &scope.caller) {
        Some(Ok(Caller::Key(key))) => key.reveal(),
        Some(Ok(Caller::Owner)) => "owner",
        Some(Err(_)) | None => "",
    };
    // Each request may come on a connection of its own, which has its own port, and behind a proxy
    // all come from the proxy.
    let origin = head.extensions.get::<Origin>();
    let address = origin.map(|origin| origin.address.to_string());
    let agent = head.headers.get(header::USER_AGENT);
    CallKey::new(&[
        caller.as_bytes(),
        address.unwrap_or_default().as_bytes(),
        agent.map_or(&[], |agent| agent.as_bytes()),
        id.as_bytes(),
    ])
}

fn refuse(refusal: &Refusal) -> Response {
    let status = match refusal.code {
        // Older clients take any other status for a broken connection, and do not see the reason.
        ErrorCode::METHOD_NOT_FOUND if refusal.has_handshake => StatusCode::OK,
        ErrorCode::METHOD_NOT_FOUND => StatusCode::NOT_FOUND,
        _ => StatusCode::BAD_REQUEST,
    };
    let mut response = answer(status, refusal);
    response.extensions_mut().insert(Refused);
    response
}

fn answer(status: StatusCode, refusal: &Refusal) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, refusal.to_json()).into_response()
}
