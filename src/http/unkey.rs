//! The embedded engine as Unkey's API: `/v2/<service>.<operation>`, for Unkey's SDKs and curl.
//!
//! What lies outside the engine's envelopes (unknown paths, other methods, content types) is
//! answered as Unkey's server answers it.

use std::net::SocketAddr;
use std::sync::Arc;

use ::http::request::Parts;
use ::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use tracing::error;
use unkey_local::{Answer, UNSUPPORTED, supports};
use unkey_tools::CATALOGUE;

use super::arrival::{self, Arrival};
use crate::backend::Local;
use crate::observe::{Call, CallRecord, Observer, Outcome};
use crate::root_key::Transport;

/// The longest body that is read.
const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;

/// The one operation that is asked for with GET.
const LIVENESS: &str = "liveness";

/// Unkey's SDKs add `/v2` to the address that they are given, and show this text.
const V2_TWICE: &str = "404 page not found: /v2 stands twice in this address. SDKs add it themselves: \
                        give them the address without /v2, such as http://127.0.0.1:8787\n";

/// Adds the API to `router`.
pub(super) fn mount(router: Router, local: &Arc<Local>, observer: &Observer) -> Router {
    let state = (local.clone(), observer.clone());
    router
        .route("/v2/{endpoint}", any(answer).with_state(state))
        .route(
            "/v2/v2/{endpoint}",
            any(async || (StatusCode::NOT_FOUND, V2_TWICE)),
        )
        .fallback(|| async { (StatusCode::NOT_FOUND, "404 page not found\n") })
}

async fn answer(
    State((local, observer)): State<(Arc<Local>, Observer)>,
    Path(endpoint): Path<String>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let known = supports(&endpoint) || UNSUPPORTED.iter().any(|(name, _)| *name == endpoint);
    if !known && endpoint != LIVENESS {
        return (StatusCode::NOT_FOUND, "404 page not found\n").into_response();
    }
    let (method, allowed) = if endpoint == LIVENESS {
        (Method::GET, "GET, HEAD")
    } else {
        (Method::POST, "POST")
    };
    if request.method() != method {
        let allow = [(header::ALLOW, allowed)];
        return (
            StatusCode::METHOD_NOT_ALLOWED,
            allow,
            "Method Not Allowed\n",
        )
            .into_response();
    }
    let (parts, body) = request.into_parts();
    let mut call = begin(&observer, &parts, &endpoint);
    let takes_problems = takes_problems(&parts.headers);
    let keeps_no_store = endpoint.starts_with("portal.");
    let request = unkey_local::Request {
        endpoint,
        authorization: text(&parts.headers, &header::AUTHORIZATION),
        content_type: text(&parts.headers, &header::CONTENT_TYPE),
        // The server finds a longer body empty: it gave up reading it.
        body: to_bytes(body, MAX_BODY_BYTES)
            .await
            .unwrap_or_default()
            .into(),
        caller_ip: Some(caller_ip(&parts.headers, peer)),
    };
    match local.answer(request).await {
        Ok(answer) => {
            note(&mut call, &answer);
            let mut response = respond(answer, takes_problems);
            if keeps_no_store && response.status().is_success() {
                let headers = response.headers_mut();
                headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
                headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
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

/// The first address that `X-Forwarded-For` names, else the peer's; without a port.
fn caller_ip(headers: &HeaderMap, peer: SocketAddr) -> String {
    let forwarded = headers
        .get("x-forwarded-for")
        .and_then(|list| list.to_str().ok())
        .and_then(|list| {
            list.split(',')
                .map(str::trim)
                .find(|entry| !entry.is_empty())
        });
    let Some(entry) = forwarded else {
        return peer.ip().to_string();
    };
    entry
        .parse::<SocketAddr>()
        .map_or_else(|_| entry.to_owned(), |address| address.ip().to_string())
}
