//! Every request over HTTP has an id, which its answer and the log name. A refusal that nobody else
//! wrote down is written down here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use ::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::extract::Request;
use axum::response::Response;

use crate::observe::{CallRecord, ClientName, Fingerprint, Observer, Outcome, RequestId};
use crate::root_key::{Caller, RootKey, Transport};

/// Marks the answer to a message that was refused before anybody wrote it down, though its status
/// may say that all is well.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request that arrived.
#[derive(Clone, Debug)]
pub struct Arrival {
    id: RequestId,
    claimed: Arc<AtomicBool>,
}

impl Arrival {
    fn new(headers: &HeaderMap) -> Self {
        let sent = headers.get(X_REQUEST_ID).and_then(|id| id.to_str().ok());
        Self {
            id: sent.and_then(RequestId::parse).unwrap_or_default(),
            claimed: Arc::default(),
        }
    }

    /// The request's id, for whoever writes the request down.
    pub fn claim(&self) -> RequestId {
        self.claimed.store(true, Ordering::Relaxed);
        self.id.clone()
    }
}

/// Gives a request its id, and its `answer` as well.
pub(super) async fn identify(
    observer: &Observer,
    mut request: Request,
    answer: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let arrival = Arrival::new(request.headers());
    let id = arrival.id.clone();
    request.extensions_mut().insert(arrival.clone());
    // What a refusal needs to be written down. It is dropped, and not a record, where all is well.
    let refusal = observer
        .is_watching()
        .then(|| refusal(&arrival, request.headers()));
    let came = Instant::now();
    let mut response = answer(request).await;
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    let status = response.status();
    if let Some(record) = refusal
        && (status.is_client_error()
            || status.is_server_error()
            || response.extensions().get::<Refused>().is_some())
        && !arrival.claimed.load(Ordering::Relaxed)
    {
        let mut call = observer.begin_at(came, record);
        call.record.status = Some(status.as_u16());
        call.end(outcome(&response));
    }
    response
}

/// Why a request that nobody else wrote down has no answer of its own.
fn outcome(response: &Response) -> Outcome {
    match response.status() {
        // Whoever else answers 500 has begun a call and written it down; only a panic has not.
        StatusCode::INTERNAL_SERVER_ERROR => Outcome::Panicked,
        _ if response.headers().contains_key(header::RETRY_AFTER) => Outcome::Busy,
        _ => Outcome::Denied,
    }
}

fn refusal(arrival: &Arrival, headers: &HeaderMap) -> CallRecord {
    let mut record = CallRecord::new(Transport::Http, "http", arrival.id.clone());
    record.client = client(headers);
    record.root_key = fingerprint(headers);
    record
}

/// What the program that sent a request calls itself.
pub(super) fn client(headers: &HeaderMap) -> Option<ClientName> {
    let agent = headers.get(header::USER_AGENT)?.to_str().ok()?;
    ClientName::from_user_agent(agent)
}

/// Whose root key a request came with.
pub(super) fn fingerprint(headers: &HeaderMap) -> Fingerprint {
    Fingerprint::of_caller(&RootKey::from_headers(headers).map(Caller::Key))
}
