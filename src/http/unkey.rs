//! The embedded engine as Unkey's API: `/v2/<service>.<operation>`, for Unkey's SDKs and curl.
//!
//! What lies outside the engine's envelopes (unknown paths, other methods, content types) is
//! answered as Unkey's server answers it.

use std::net::SocketAddr;
use std::sync::Arc;

use ::http::request::Parts;
use ::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use tracing::error;
use unkey_local::{Answer, UNSUPPORTED, supports};
use unkey_tools::{ApiError, CATALOGUE, Meta, Problem};

use super::arrival::{self, Arrival};
use super::body::{BodyError, BodyReader};
use super::forwarded::TrustedProxies;
use super::limits::MAX_API_BODY;
use crate::backend::Local;
use crate::calls::Calls;
use crate::observe::{Call, CallRecord, Observer, Outcome};
use crate::root_key::Transport;

/// The one operation that is asked for with GET.
const LIVENESS: &str = "liveness";

/// Unkey's SDKs add `/v2` to the address that they are given, and show this text.
const V2_TWICE: &str = "404 page not found: /v2 stands twice in this address. SDKs add it themselves: \
                        give them the address without /v2, such as http://127.0.0.1:8787\n";

/// What the API needs.
#[derive(Clone)]
pub(super) struct Api {
    pub(super) local: Arc<Local>,
    pub(super) bodies: Arc<BodyReader>,
    pub(super) proxies: Arc<TrustedProxies>,
    pub(super) observer: Observer,
    pub(super) calls: Calls,
}

/// Adds the API to `router`.
pub(super) fn mount(router: Router, api: Api) -> Router {
    router
        .route("/v2/{endpoint}", any(answer).with_state(api))
        .route(
            "/v2/v2/{endpoint}",
            any(async || (StatusCode::NOT_FOUND, V2_TWICE)),
        )
        .fallback(|| async { (StatusCode::NOT_FOUND, "404 page not found\n") })
}

async fn answer(
    State(api): State<Api>,
    Path(endpoint): Path<String>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    if let Some(refusal) = misrouted(&endpoint, request.method()) {
        return refusal;
    }
    let (parts, body) = request.into_parts();
    let mut call = begin(&api.observer, &parts, &endpoint);
    let takes_problems = takes_problems(&parts.headers);
    let mut body = match api.bodies.read(&parts, body, MAX_API_BODY).await {
        Ok(body) => body,
        Err(error) => {
            call.record.status = Some(error.status().as_u16());
            call.end(match error {
                BodyError::NoRoom => Outcome::Busy,
                _ => Outcome::Denied,
            });
            return body_refusal(error, takes_problems);
        }
    };
    let keeps_no_store = endpoint.starts_with("portal.");
    let request = unkey_local::Request {
        endpoint,
        authorization: text(&parts.headers, &header::AUTHORIZATION),
        content_type: text(&parts.headers, &header::CONTENT_TYPE),
        body: std::mem::take(&mut body.bytes),
        caller_ip: Some(api.proxies.origin(peer, &parts.headers).address.to_string()),
    };
    let _under_way = api.calls.attend();
    let answered = tokio::select! {
        biased;
        answered = api.local.answer(request) => answered,
        () = api.calls.cut_off() => {
            call.record.status = Some(503);
            call.end(Outcome::Stopped);
            return cut_off(takes_problems);
        }
    };
    match answered {
        Ok(answer) => {
            note(&mut call, &answer);
            let mut response = respond(answer, takes_problems);
            if keeps_no_store && response.status().is_success() {
                keep_out_of_caches(response.headers_mut());
            }
            response
        }
        Err(error) => {
            call.record.status = Some(500);
            call.end(Outcome::Unsendable);
            error!(%error, "the engine did not answer");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "the engine did not answer; see the log\n",
            )
                .into_response()
        }
    }
}

/// What answers where there is no such operation, or it is not asked for with its method.
fn misrouted(endpoint: &str, asked: &Method) -> Option<Response> {
    let known = supports(endpoint) || UNSUPPORTED.iter().any(|(name, _)| *name == endpoint);
    if !known && endpoint != LIVENESS {
        return Some((StatusCode::NOT_FOUND, "404 page not found\n").into_response());
    }
    let (method, allowed) = if endpoint == LIVENESS {
        (Method::GET, "GET, HEAD")
    } else {
        (Method::POST, "POST")
    };
    if *asked == method {
        return None;
    }
    let allow = [(header::ALLOW, allowed)];
    let text = "Method Not Allowed\n";
    Some((StatusCode::METHOD_NOT_ALLOWED, allow, text).into_response())
}

/// Marks an answer that holds a token.
fn keep_out_of_caches(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
}

/// Begins to observe a call.
fn begin(observer: &Observer, parts: &Parts, endpoint: &str) -> Call {
    let id = parts.extensions.get::<Arrival>().map(Arrival::claim);
    let mut record = CallRecord::new(Transport::Http, "v2", id.unwrap_or_default());
    if observer.is_watching() {
        record.client = arrival::client(&parts.headers);
        record.root_key = arrival::fingerprint(&parts.headers);
    }
    record.tool = CATALOGUE
        .iter()
        .find(|entry| entry.endpoint == endpoint)
        .map(|entry| entry.name);
    observer.begin(record)
}

/// Notes what the engine answered.
fn note(call: &mut Call, answer: &Answer) {
    call.record.status = Some(answer.status);
    call.end(if answer.status < 400 {
        Outcome::Ok
    } else {
        Outcome::Refused
    });
}

fn respond(answer: Answer, takes_problems: bool) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if takes_problems && !status.is_success() && !answer.validation {
        "application/problem+json"
    } else {
        "application/json"
    };
    (
        status,
        [(header::CONTENT_TYPE, kind)],
        Body::from(answer.body),
    )
        .into_response()
}

/// Whether errors may come as `application/problem+json`.
fn takes_problems(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|accept| accept.to_str().ok())
        .any(|accept| {
            ["application/problem+json", "application/*", "*/*"]
                .iter()
                .any(|kind| accept.contains(kind))
        })
}

fn text(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The answer to a body that is not taken, in Unkey's envelope.
fn body_refusal(error: BodyError, takes_problems: bool) -> Response {
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
    let mut response = problem(error.status(), title, kind, detail, takes_problems);
    error.close(&mut response);
    response
}

/// The answer to a request that was given up because the server stops.
fn cut_off(takes_problems: bool) -> Response {
    let detail = "The server is stopping, and the request did not end in time. Whether it took \
                  effect is unknown.";
    problem(
        StatusCode::SERVICE_UNAVAILABLE,
        "Service Unavailable",
        "unkey/application/service_unavailable",
        detail.to_owned(),
        takes_problems,
    )
}

/// An error of the server's own, in Unkey's envelope.
fn problem(
    status: StatusCode,
    title: &str,
    kind: &str,
    detail: String,
    takes_problems: bool,
) -> Response {
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
    respond(answer, takes_problems)
}

/// An id for a request that the engine never saw, in the form of its own.
fn request_id() -> String {
    let letters = std::iter::repeat_with(fastrand::alphanumeric).take(9);
    format!("req_{}", letters.collect::<String>())
}
