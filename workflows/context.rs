//! What a workflow runs in: who carries operations out, the clock, and how long it waits.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Map, Value};

use crate::desk::Desk;
use crate::operations::{CallError, Clock, Operations};
use crate::report::WorkflowError;

/// How long a workflow waits in all for servers that ask it to. A client waits a minute or more.
const PATIENCE: Duration = Duration::from_secs(45);

/// How often a read is tried again after the tries that the backend makes.
const MOST_RETRIES: u32 = 4;

/// The first pause where the server does not say how long; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// How far a workflow has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many things were looked at or done.
    pub done: u64,
    /// How many there are, where that is known.
    pub total: Option<u64>,
    /// What they are, such as `keys`.
    pub of: &'static str,
}

/// What a workflow runs in.
pub struct Context<'a> {
    /// Who carries operations out.
    pub operations: &'a dyn Operations,
    /// The clock.
    pub clock: &'a dyn Clock,
    progress: &'a (dyn Fn(Progress) + Send + Sync),
    /// Milliseconds that may still be waited.
    patience: AtomicU64,
}

impl<'a> Context<'a> {
    /// A context for one run.
    pub fn new(
        operations: &'a dyn Operations,
        clock: &'a dyn Clock,
        progress: &'a (dyn Fn(Progress) + Send + Sync),
    ) -> Self {
        Self {
            operations,
            clock,
            progress,
            patience: AtomicU64::new(u64::try_from(PATIENCE.as_millis()).unwrap_or(u64::MAX)),
        }
    }

    /// What plans need.
    ///
    /// # Errors
    /// [`WorkflowError`] where there is no place for plans.
    pub fn desk(&self) -> Result<Desk, WorkflowError> {
        self.operations.desk().ok_or_else(|| {
            WorkflowError::mistake(
                "Plans are kept in the data folder, and this machine names none: set HOME, or \
                 XDG_DATA_HOME.",
            )
        })
    }

    /// Tells how far it has come.
    pub fn progress(&self, done: u64, total: Option<u64>, of: &'static str) {
        (self.progress)(Progress { done, total, of });
    }

    /// Calls an operation that reads. Where the server is busy or fails, waits as it asks to and
    /// tries again, as long as the run's patience lasts.
    ///
    /// # Errors
    /// The last [`CallError`].
    pub async fn read(
        &self,
        tool: &'static str,
        arguments: Map<String, Value>,
    ) -> Result<Value, CallError> {
        if !self.operations.offers(tool) {
            return Err(CallError::not_offered(tool));
        }
        let mut pause = FIRST_PAUSE;
        for _ in 0..MOST_RETRIES {
            let error = match self.operations.call(tool, arguments.clone()).await {
                Err(error) if error.is_passing() => error,
                answer => return answer,
            };
            let wait = error.retry_after.unwrap_or(pause);
            if !self.may_wait(wait) {
                return Err(error);
            }
            self.clock.sleep(wait).await;
            pause *= 2;
        }
        self.operations.call(tool, arguments).await
    }

    /// Takes `wait` from the patience, if so much is left.
    fn may_wait(&self, wait: Duration) -> bool {
        let Ok(wait) = u64::try_from(wait.as_millis()) else {
            return false;
        };
        let less = |left: u64| left.checked_sub(wait);
        let order = Ordering::Relaxed;
        self.patience.fetch_update(order, order, less).is_ok()
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}
