//! A request and its answer, as the layer above sends and takes them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// One call of one endpoint.
#[derive(Clone)]
pub struct Request {
    /// The path behind `/v2/`, such as `keys.verifyKey`.
    pub endpoint: String,
    /// The value of the `Authorization` header, if there was one.
    pub authorization: Option<String>,
    /// The value of the `Content-Type` header, if there was one.
    pub content_type: Option<String>,
    /// The body as it came.
    pub body: Vec<u8>,
    /// The address of the caller, without a port. Only APIs that restrict addresses look at it.
    pub caller_ip: Option<String>,
    /// Whether analytics may count a `ratelimit.limit`: Unkey's server leaves out what comes with the
    /// header `X-Unkey-Metrics: disabled`.
    pub is_recorded: bool,
    /// Set when nobody waits for the answer any more. What takes seconds then ends early.
    pub abandoned: Arc<AtomicBool>,
}

// Header and body hold keys.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// What the engine answers.
#[derive(Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Unkey's envelope, as JSON.
    pub body: Vec<u8>,
    /// Whether the check of the request's form found the error, or nothing did: such an answer is
    /// always `application/json`, whatever the caller accepts.
    pub validation: bool,
    /// Whether the request is known to have changed nothing: of errors with 5xx, those that were
    /// undone.
    pub undone: bool,
}

// The body may hold a new key.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
