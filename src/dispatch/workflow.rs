//! Workflows: tools that are made of several calls, each of which takes the whole way.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tracing::error;
use unkey_tools::Entry;
use unkey_workflows::{
    Boxed, CallError, Clock, Context, Desk, Handover, Known, Operations, Progress, Report,
    WorkflowError,
};

use super::known::known;
use super::{Dispatcher, Facts, Refusal, Request};
use crate::backend::{Backend, Failure, Upstream};
use crate::calls::Permit;
use crate::confirm::Asked;
use crate::inventory::Inventory;
use crate::observe::shown;
use crate::root_key::{Caller, Mistake};
use crate::settings::Terms;

/// Who is told how far a long call has come.
#[derive(Clone, Copy)]
pub struct Listener<'a>(pub &'a (dyn Fn(Progress) + Send + Sync));

impl fmt::Debug for Listener<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

/// How a workflow calls the operations that it is made of.
pub(super) struct Parts<'a> {
    pub(super) dispatcher: &'a Dispatcher,
    pub(super) inventory: Inventory,
    pub(super) caller: &'a Result<Caller, Mistake>,
    pub(super) upstream: &'a Upstream,
    pub(super) terms: &'a Terms,
    pub(super) backend: Option<&'a Backend>,
}

/// What of a call its workflow is told.
pub(super) struct Work<'a> {
    pub(super) body: Value,
    pub(super) listener: Option<Listener<'a>>,
    pub(super) permit: &'a Permit,
    /// Where the secrets of the keys that it makes go.
    pub(super) handover: Handover,
}

/// A workflow under way: what it may call, and its place among the calls. Its parts take no others.
pub(super) struct Running<'a> {
    parts: &'a Parts<'a>,
    permit: &'a Permit,
    handover: Handover,
}

impl<'a> Running<'a> {
    /// One that makes no keys.
    pub(super) const fn that_reads(parts: &'a Parts<'a>, permit: &'a Permit) -> Self {
        Self {
            parts,
            permit,
            handover: Handover::Answer,
        }
    }
}

impl Parts<'_> {
    /// Who answers.
    pub(super) fn backend(&self) -> &Backend {
        self.backend.unwrap_or(&self.dispatcher.backend)
    }

    /// Carries out the workflow `entry`.
    pub(super) async fn run(
        &self,
        entry: &'static Entry,
        work: Work<'_>,
    ) -> Result<Value, Refusal> {
        let Work {
            body,
            listener,
            permit,
            handover,
        } = work;
        let running = Running {
            parts: self,
            permit,
            handover,
        };
        let tell = |progress| {
            if let Some(Listener(listener)) = listener {
                listener(progress);
            }
        };
        let cx = Context::new(&running, &running, &tell);
        let report = unkey_workflows::run(entry.name, body, &cx).await;
        let summaries = self.terms.answers.summaries;
        report
            .map(|report| envelope(report, summaries))
            .map_err(|error| refusal(entry, error))
    }
}

/// The answer with its summary before it.
fn envelope(report: Report, summaries: bool) -> Value {
    let mut envelope = report.answer;
    if summaries && !report.summary.is_empty() {
        let summary = report.summary.join(" ");
        envelope.shift_insert(0, "summary".to_owned(), summary.into());
    }
    Value::Object(envelope)
}

pub(super) fn refusal(entry: &'static Entry, error: WorkflowError) -> Refusal {
    match error {
        // They quote what a caller wrote.
        WorkflowError::Mistakes(mistakes) => {
            let mistakes = mistakes.iter().map(|mistake| shown::lines(mistake));
            Refusal::Mistakes(mistakes.collect())
        }
        WorkflowError::Failed { tool, error } => {
            let part = unkey_tools::find(tool);
            let cause = error.cause.and_then(|cause| cause.downcast().ok());
            match (part, cause) {
                (Some(part), Some(cause)) => Refusal::Part(part, cause),
                _ => Refusal::Mistakes(vec![shown::lines(&error.detail)]),
            }
        }
        WorkflowError::Bug(what) => {
            error!(tool = entry.name, what, "a workflow has a fault");
            let failure = Failure::Unsendable {
                reason: format!(
                    "{} has a fault, and the server's log says which",
                    entry.name
                ),
            };
            Refusal::Failed(failure, Box::new(Facts::new(entry, &Value::Null)))
        }
    }
}

impl Operations for Running<'_> {
    fn offers(&self, tool: &str) -> bool {
        unkey_tools::find(tool).is_some_and(|entry| self.parts.inventory.reaches(entry))
    }

    fn call<'a>(
        &'a self,
        tool: &'static str,
        arguments: Map<String, Value>,
    ) -> Boxed<'a, Result<Value, CallError>> {
        let entry = unkey_tools::find(tool).filter(|entry| self.parts.inventory.reaches(entry));
        let Some(entry) = entry else {
            return Box::pin(async move { Err(CallError::not_offered(tool)) });
        };
        Box::pin(async move {
            let parts = self.parts;
            let nobody = Asked::default();
            let request = Request {
                entry,
                arguments,
                inventory: parts.inventory,
                caller: parts.caller,
                upstream: parts.upstream,
                terms: parts.terms,
                backend: parts.backend,
                listener: None,
                permit: Some(self.permit),
                asked: &nobody,
            };
            parts
                .dispatcher
                .call(request)
                .await
                .map_err(|refusal| call_error(entry, refusal))
        })
    }

    fn known(&self) -> Boxed<'_, Result<Known, CallError>> {
        Box::pin(async move { Ok(known(self.parts, self).await) })
    }

    fn desk(&self) -> Option<Desk> {
        self.parts.desk(self.handover)
    }

    fn migration(&self) -> Boxed<'_, Result<Option<String>, CallError>> {
        Box::pin(self.parts.own_migration())
    }
}

/// A refusal as a workflow sees it; it hands back the refusal itself.
fn call_error(entry: &Entry, refusal: Refusal) -> CallError {
    let (status, kind, detail) = match &refusal {
        Refusal::Failed(failure, _) => match failure {
            Failure::Refused { error, .. } | Failure::Undone { error } => {
                let error = &error.error;
                (
                    Some(error.status),
                    error.r#type.clone(),
                    error.detail.clone(),
                )
            }
            // A 404 that is not Unkey's says nothing of what there is.
            Failure::UnknownPath | Failure::Garbled { status: 404, .. } => {
                (None, String::new(), String::new())
            }
            failure => (failure.status(), String::new(), String::new()),
        },
        Refusal::Mistakes(mistakes) => (None, String::new(), mistakes.join(" ")),
        Refusal::Busy(busy) => (None, String::new(), busy.to_string()),
        Refusal::Policy(refused) => (None, String::new(), refused.to_string()),
        Refusal::Spent(spent) => (None, String::new(), spent.to_string()),
        Refusal::Unconfirmed(unconfirmed) => (None, String::new(), unconfirmed.to_string()),
        Refusal::Lost(what) => (None, String::new(), what.clone()),
        Refusal::Part(..) | Refusal::DryRun(_) => (None, String::new(), String::new()),
    };
    let (retry_after, outcome_unknown) = match &refusal {
        Refusal::Failed(failure, _) => (failure.retry_after(), failure.outcome_unknown()),
        // What never has room waits longer than anybody does.
        Refusal::Spent(spent) => (Some(spent.wait().unwrap_or(Duration::MAX)), false),
        _ => (None, false),
    };
    let is_unreached = matches!(
        &refusal,
        Refusal::Busy(_) | Refusal::Spent(_) | Refusal::Failed(Failure::Unreachable { .. }, _)
    );
    let is_unknown = matches!(refusal, Refusal::Failed(Failure::UnknownPath, _));
    let is_newer = is_unknown && entry.newer_operation().is_some();
    CallError {
        older_than: is_newer.then_some(entry.endpoint),
        status,
        kind,
        detail,
        retry_after,
        outcome_unknown,
        is_unreached,
        cause: Some(Arc::new(refusal)),
    }
}

impl Clock for Running<'_> {
    fn now(&self) -> i64 {
        self.parts.dispatcher.now().as_millisecond()
    }

    fn sleep(&self, duration: Duration) -> Boxed<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}
