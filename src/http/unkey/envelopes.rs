//! Answers in Unkey's envelopes: the engine's, and the server's own errors.

use std::borrow::Cow;

use ::http::{HeaderMap, StatusCode, header};
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use unkey_local::Answer;
use unkey_tools::{ApiError, Meta, Problem};

use crate::http::body::BodyError;
use crate::observe::shown;

/// How one client takes errors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Envelopes {
    /// Whether they may come as `application/problem+json`.
    takes_problems: bool,
}

impl Envelopes {
    /// By what the client's headers accept.
    pub(super) fn for_client(headers: &HeaderMap) -> Self {
        let accepts = headers.get_all(header::ACCEPT).iter();
        let takes_problems = accepts
            .filter_map(|accept| accept.to_str().ok())
            .any(|accept| {
                ["application/problem+json", "application/*", "*/*"]
                    .iter()
                    .any(|kind| accept.contains(kind))
            });
        Self { takes_problems }
    }

    /// The engine's answer.
    pub(super) fn respond(self, answer: Answer) -> Response {
        let status =
            StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut body = answer.body;
        let mut kind = "application/json";
        if !status.is_success() {
            if self.takes_problems && !answer.validation {
                kind = "application/problem+json";
            }
            // It quotes what was sent, and a root key may have stood where a name belongs.
            if let Ok(Cow::Owned(shown)) = std::str::from_utf8(&body).map(shown::without_root_keys)
            {
                body = shown.into_bytes();
            }
        }
        (status, [(header::CONTENT_TYPE, kind)], Body::from(body)).into_response()
    }

    /// The answer to a body that is not taken, in Unkey's envelope.
    pub(super) fn body_refusal(self, error: BodyError) -> Response {
        let (title, kind, detail) = match error {
            BodyError::TooLarge(max) => (
                "Request Entity Too Large",
                "user/bad_request/request_body_too_large",
                format!("The request body exceeds the maximum allowed size of {max} bytes."),
            ),
            BodyError::TooSlow(limit) => (
                "Request Timeout",
                "user/bad_request/request_timeout",
                format!("The request body did not arrive within {limit:?}."),
            ),
            BodyError::NoRoom => (
                "Service Unavailable",
                "unkey/application/service_unavailable",
                "The server holds as many large request bodies as it may. Nothing was done; try again \
                 in a second."
                    .to_owned(),
            ),
            BodyError::Broken => (
                "Bad Request",
                "user/bad_request/request_body_unreadable",
                "The request body could not be read.".to_owned(),
            ),
        };
        let mut response = self.problem(error.status(), title, kind, detail);
        error.close(&mut response);
        response
    }

    /// The answer to a body with so many values that reading it would cost too much.
    pub(super) fn too_many_values(self, most: usize) -> Response {
        self.problem(
            StatusCode::BAD_REQUEST,
            "Bad Request",
            "user/bad_request/request_body_too_large",
            format!("The request body holds more than {most} values; send less at once."),
        )
    }

    /// The answer to a request that was given up because the server stops.
    pub(super) fn cut_off(self) -> Response {
        let detail = "The server is stopping, and the request did not end in time. Whether it took \
                      effect is unknown.";
        self.problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "Service Unavailable",
            "unkey/application/service_unavailable",
            detail.to_owned(),
        )
    }

    /// An error of the server's own, in Unkey's envelope.
    fn problem(self, status: StatusCode, title: &str, kind: &str, detail: String) -> Response {
        // Unkey has the list with a caller's mistakes, and with nothing else.
        let has_errors = status.is_client_error();
        let envelope = ApiError {
            error: Problem {
                detail,
                errors: has_errors.then(Vec::new),
                status: status.as_u16(),
                title: title.to_owned(),
                r#type: format!("https://unkey.com/docs/errors/{kind}"),
            },
            meta: Meta {
                request_id: request_id(),
            },
        };
        let answer = Answer {
            status: status.as_u16(),
            // Text and numbers always serialise.
            body: serde_json::to_vec(&envelope).unwrap_or_default(),
            validation: false,
            undone: true,
        };
        self.respond(answer)
    }
}

/// An id for a request that the engine never saw, in the form of its own.
fn request_id() -> String {
    let letters = std::iter::repeat_with(fastrand::alphanumeric).take(9);
    format!("req_{}", letters.collect::<String>())
}
