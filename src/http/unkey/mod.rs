//! The embedded engine as Unkey's API: `/v2/<service>.<operation>`, for Unkey's SDKs and curl.
//!
//! What lies outside the engine's envelopes (unknown paths, other methods, content types) is
//! answered as Unkey's server answers it.

mod envelopes;

use std::net::SocketAddr;
use std::sync::Arc;

use ::http::request::Parts;
use ::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::Router;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use serde::Deserialize;
use tracing::error;
use unkey_local::{Answer, supports, why_not};
use unkey_tools::{CATALOGUE, Meta};

use self::envelopes::Envelopes;
use super::arrival::{self, Arrival};
use super::body::{BodyError, BodyReader};
use super::forwarded::TrustedProxies;
use super::limits::MAX_API_BODY;
use crate::backend::Local;
use crate::calls::Calls;
use crate::mcp::message::{MAX_VALUES, values};
use crate::observe::{Call, CallRecord, Observer, Outcome, RequestId};
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
    let envelopes = Envelopes::for_client(&parts.headers);
    let mut body = match api.bodies.read(&parts, body, MAX_API_BODY).await {
        Ok(body) => body,
        Err(error) => {
            call.record.status = Some(error.status().as_u16());
            call.end(match error {
                BodyError::NoRoom => Outcome::Busy,
                _ => Outcome::Denied,
            });
            return envelopes.body_refusal(error);
        }
    };
    if values(&body.bytes) > MAX_VALUES {
        call.record.status = Some(400);
        call.end(Outcome::Denied);
        return envelopes.too_many_values(MAX_VALUES);
    }
    let is_private = endpoint.starts_with("portal.");
    let request = unkey_local::Request {
        endpoint,
        authorization: text(&parts.headers, &header::AUTHORIZATION),
        content_type: text(&parts.headers, &header::CONTENT_TYPE),
        body: std::mem::take(&mut body.bytes),
        caller_ip: Some(api.proxies.origin(peer, &parts.headers).address.to_string()),
        is_recorded: parts
            .headers
            .get("x-unkey-metrics")
            .is_none_or(|value| value != "disabled"),
        abandoned: Arc::default(),
    };
    let mut response = carry_out(&api, request, &mut call, envelopes).await;
    if is_private && response.status().is_success() {
        keep_out_of_caches(response.headers_mut());
    }
    response
}

/// Has the engine answer, unless the server stops first.
async fn carry_out(
    api: &Api,
    request: unkey_local::Request,
    call: &mut Call,
    envelopes: Envelopes,
) -> Response {
    let _under_way = api.calls.track();
    let answered = tokio::select! {
        biased;
        answered = api.local.answer(request) => answered,
        () = api.calls.cut_off() => {
            call.record.status = Some(503);
            call.end(Outcome::Stopped);
            return envelopes.cut_off();
        }
    };
    match answered {
        Ok(answer) => {
            note(call, &answer, api.observer.is_watching());
            envelopes.respond(answer)
        }
        Err(error) => {
            call.record.status = Some(500);
            call.end(Outcome::Unsendable);
            error!(%error, "the engine did not answer");
            let text = "the engine did not answer; see the log\n";
            (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
        }
    }
}

/// What answers where there is no such operation, or it is not asked for with its method.
fn misrouted(endpoint: &str, asked: &Method) -> Option<Response> {
    let known = supports(endpoint) || why_not(endpoint).is_some();
    if !known && endpoint != LIVENESS {
        return Some((StatusCode::NOT_FOUND, "404 page not found\n").into_response());
    }
    let (methods, allowed) = if endpoint == LIVENESS {
        (&[Method::GET, Method::HEAD][..], "GET, HEAD")
    } else {
        (&[Method::POST][..], "POST")
    };
    if methods.contains(asked) {
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
fn note(call: &mut Call, answer: &Answer, watched: bool) {
    call.record.status = Some(answer.status);
    if watched {
        let envelope = serde_json::from_slice::<Envelope>(&answer.body).ok();
        let id = envelope.and_then(|envelope| RequestId::parse(&envelope.meta.request_id));
        call.record.unkey_request_id = id;
    }
    call.end(if answer.status < 400 {
        Outcome::Ok
    } else {
        Outcome::Refused
    });
}

/// What of an answer is written down.
#[derive(Deserialize)]
struct Envelope {
    meta: Meta,
}

fn text(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}
