//! What goes to Unkey with a call, beside what the caller asks for.

use std::sync::atomic::{AtomicU32, Ordering};

use ::http::HeaderValue;

use crate::observe::{ClientName, TraceParent};

/// What names a call to Unkey, and how often it was sent.
#[derive(Debug)]
pub struct Upstream {
    user_agent: Option<HeaderValue>,
    trace: Option<HeaderValue>,
    attempts: AtomicU32,
}

impl Upstream {
    /// For a call of `client`, as a part of `trace`.
    pub fn new(client: Option<ClientName>, trace: Option<TraceParent>) -> Self {
        let user_agent = client.and_then(|client| {
            let version = env!("CARGO_PKG_VERSION");
            HeaderValue::try_from(format!("unkey-mcp/{version} ({})", client.as_str())).ok()
        });
        Self {
            user_agent,
            trace: trace.and_then(|trace| HeaderValue::from_str(trace.as_str()).ok()),
            attempts: AtomicU32::new(0),
        }
    }

    /// The same for requests beside the call itself, which are counted apart.
    #[must_use]
    pub fn aside(&self) -> Self {
        Self {
            user_agent: self.user_agent.clone(),
            trace: self.trace.clone(),
            attempts: AtomicU32::new(0),
        }
    }

    /// `User-Agent`, where the client has a name.
    pub(super) const fn user_agent(&self) -> Option<&HeaderValue> {
        self.user_agent.as_ref()
    }

    /// `traceparent`.
    pub(super) const fn trace(&self) -> Option<&HeaderValue> {
        self.trace.as_ref()
    }

    /// Counts a request that is sent.
    pub(super) fn attempt(&self) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
    }

    /// How many requests were sent.
    pub fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }
}
