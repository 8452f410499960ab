//! What is looked up for a question: a few reads with the caller's own root key, in a bounded time.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use unkey_workflows::Outline;

use crate::backend::{Backend, Failure, Upstream};
use crate::key_advice::Issuer;
use crate::root_key::Caller;

/// How long a person may wait for a question, all reads together.
const PATIENCE: Duration = Duration::from_secs(4);

/// How many reads one question may cost.
const MOST: usize = 8;

/// Reads for one question. They change nothing, and none of them fails the call.
#[derive(Debug)]
pub struct Lookup<'a> {
    backend: &'a Backend,
    caller: &'a Caller,
    upstream: Upstream,
    left: AtomicUsize,
    deadline: Instant,
    plan: Option<Outline>,
    /// Whether Unkey is older than operations that came after June 2026; not set before it was asked
    /// for one of these.
    older: OnceLock<bool>,
}

/// A read that came after June 2026 with everything that is about deploying.
const NEWER: &str = "projects_list_projects";

/// Why something is not known. Prints as the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// Unkey does not show it.
    Hidden,
    /// Unkey took too long.
    Late,
    /// It could not be read.
    Unread,
    /// Unkey is older than what reads it.
    Older,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hidden => "not known: it is not there, or this root key may not read it",
            Self::Late => "not known: Unkey did not answer in time",
            Self::Unread => "not known: it could not be read",
            Self::Older => "not known: this Unkey is older than the operation that tells it",
        })
    }
}

impl<'a> Lookup<'a> {
    /// Reads from `backend` for `caller`, from now on. `upstream` is that of the call in question.
    pub fn new(backend: &'a Backend, caller: &'a Caller, upstream: &Upstream) -> Self {
        Self {
            backend,
            caller,
            upstream: upstream.aside(),
            left: AtomicUsize::new(MOST),
            deadline: Instant::now() + PATIENCE,
            plan: None,
            older: OnceLock::new(),
        }
    }

    /// The same for a call that carries out `plan`, if it does.
    #[must_use]
    pub fn of_plan(mut self, plan: Option<Outline>) -> Self {
        self.plan = plan;
        self
    }

    /// The plan that the call would carry out.
    pub(super) const fn plan(&self) -> Option<&Outline> {
        self.plan.as_ref()
    }

    /// Which Unkey is asked, and would be changed.
    pub(super) fn place(&self) -> String {
        self.backend.place()
    }

    /// Who asks.
    pub(super) const fn caller(&self) -> &Caller {
        self.caller
    }

    /// What that tool answers.
    pub(super) async fn envelope(&self, tool: &str, body: Value) -> Result<Value, Unknown> {
        let entry = unkey_tools::find(tool).ok_or(Unknown::Unread)?;
        let left = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            });
        left.map_err(|_| Unknown::Unread)?;
        let call = self.backend.call(entry, &body, self.caller, &self.upstream);
        let answer = tokio::time::timeout_at(self.deadline, call).await;
        let is_unknown = matches!(answer, Ok(Err(Failure::UnknownPath)));
        let is_told = is_unknown || matches!(answer, Ok(Ok(_) | Err(Failure::Refused { .. })));
        if is_told && entry.newer_operation().is_some() {
            self.older.get_or_init(|| is_unknown);
        }
        match answer {
            Ok(Ok(envelope)) => Ok(envelope),
            Ok(Err(Failure::UnknownPath)) => Err(Unknown::Older),
            Ok(Err(Failure::TimedOut { .. })) | Err(_) => Err(Unknown::Late),
            Ok(Err(failure)) if matches!(failure.status(), Some(401 | 403 | 404)) => {
                Err(Unknown::Hidden)
            }
            Ok(Err(_)) => Err(Unknown::Unread),
        }
    }

    /// Whether Unkey is one of June 2026, as far as an operation tells that came later.
    pub(super) async fn is_older(&self) -> bool {
        if self.older.get().is_none() && self.backend.issuer() == Issuer::Unkey {
            // What it answers is of no matter.
            let _ = self.envelope(NEWER, json!({"limit": 1})).await;
        }
        self.older.get() == Some(&true)
    }

    /// The data of what that tool answers.
    pub(super) async fn data(&self, tool: &str, body: Value) -> Result<Value, Unknown> {
        let mut envelope = self.envelope(tool, body).await?;
        Ok(envelope
            .get_mut("data")
            .map(Value::take)
            .unwrap_or_default())
    }
}
