//! Requests whose handling panics.

use ::http::StatusCode;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};

use super::mcp::refusal;
use crate::panics::{Panicked, caught, faults};

/// The answer of `answer`, or one of our own where that panics.
pub(super) async fn survive(
    request: Request,
    answer: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let speaks_mcp = request.uri().path().starts_with("/mcp");
    let answered = caught(async {
        if let Some(fault) = request.headers().get("x-planted-fault") {
            faults::strike_text(fault.to_str().unwrap_or_default());
        }
        answer(request).await
    });
    match answered.await {
        Ok(response) => response,
        Err(Panicked) if speaks_mcp => refusal(
            StatusCode::INTERNAL_SERVER_ERROR,
            -32603,
            "a bug of this server, not a mistake in the request; the server's log says where",
        ),
        Err(Panicked) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "a bug of this server; its log says where\n",
        )
            .into_response(),
    }
}
