//! The way of one call between whoever makes it and the backend, with every check on that way. It
//! knows neither MCP nor HTTP: a tool call of a client takes it, and whatever else calls operations.

mod refusal;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::warn;
use unkey_local::{Clock, SystemClock};
use unkey_tools::Entry;

pub use self::refusal::Refusal;
use crate::backend::{Backend, Upstream};
use crate::calls::Calls;
use crate::key_advice::{self, Issuer};
use crate::observe::{Observer, shown};
use crate::panics::faults;
use crate::root_key::{Caller, Mistake};

/// Carries calls out. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Dispatcher {
    backend: Backend,
    observer: Observer,
    calls: Calls,
    clock: Arc<dyn Clock>,
}

/// One call as it was asked for.
#[derive(Debug)]
pub struct Request<'a> {
    /// The operation.
    pub entry: &'static Entry,
    /// The arguments, as they were sent.
    pub arguments: Map<String, Value>,
    /// Who calls, or why that is not known.
    pub caller: &'a Result<Caller, Mistake>,
    /// What goes to Unkey beside what is asked for.
    pub upstream: &'a Upstream,
}

impl Dispatcher {
    /// Calls to `backend`, as many at once as `calls` allows.
    pub fn new(backend: Backend, observer: Observer, calls: Calls) -> Self {
        Self {
            backend,
            observer,
            calls,
            clock: Arc::new(SystemClock::new()),
        }
    }

    /// The same, by another clock than the system's.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// What time it is.
    fn now(&self) -> Timestamp {
        // What no calendar has is no time of day: the clock is wrong, and any other is as good.
        Timestamp::from_millisecond(self.clock.now()).unwrap_or_default()
    }

    /// The calls under way, of all clones.
    pub const fn calls(&self) -> &Calls {
        &self.calls
    }

    /// Who makes the root keys that the backend takes.
    pub const fn issuer(&self) -> Issuer {
        self.backend.issuer()
    }

    /// Carries out one call, and returns Unkey's envelope.
    ///
    /// Dropping the future gives the call up; what was sent stays sent.
    ///
    /// # Errors
    /// A [`Refusal`] says what kept the call from its end.
    pub async fn call(&self, request: Request<'_>) -> Result<Value, Refusal> {
        let Request {
            entry,
            arguments,
            caller,
            upstream,
        } = request;
        // Both mistakes at once, so that both can be mended at once.
        let (caller, body) = match (caller, entry.prepare(arguments, self.now())) {
            (Ok(caller), Ok(body)) => (caller, body),
            (caller, body) => {
                let mistakes = [
                    caller
                        .as_ref()
                        .err()
                        .map(|mistake| key_advice::explain(mistake, self.issuer())),
                    // It quotes names that a caller made up.
                    body.err().map(|mistake| shown::lines(&mistake.to_string())),
                ];
                return Err(Refusal::Mistakes(mistakes.into_iter().flatten().collect()));
            }
        };
        let _permit = self.calls.admit(caller).inspect_err(|busy| {
            if let Some(limit) = busy.limit() {
                self.observer.metrics().limit_hits.count(limit);
                warn!(limit, "a limit was reached");
            }
        })?;
        faults::strike(&body);
        Ok(self.backend.call(entry, body, caller, upstream).await?)
    }
}
