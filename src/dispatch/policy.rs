//! The operator's rules on the way of a call.

use serde_json::Value;
use unkey_tools::Entry;

use super::{Dispatcher, Refusal};
use crate::backend::{Backend, Upstream};
use crate::policy::{Case, Policy, Question, Spent, Taken, writes};
use crate::root_key::Caller;
use crate::settings::Terms;

/// As many APIs of one name are looked up.
const MOST_APIS: u32 = 1000;

/// Unkey's answer to a question, or nothing where there is none.
async fn answer(
    question: &Question,
    backend: &Backend,
    caller: &Caller,
    upstream: &Upstream,
) -> Option<Value> {
    let (tool, body) = question.call();
    let entry = unkey_tools::find(tool)?;
    let answer = backend.call(entry, &body, caller, upstream).await;
    answer
        .inspect_err(|failure| {
            tracing::debug!(
                tool,
                status = failure.status(),
                "a rule's question has no answer"
            );
        })
        .ok()
}

impl Dispatcher {
    /// Asks all that has to be known, and judges the call.
    pub(super) async fn uphold(
        &self,
        policy: &Policy,
        case: Case<'_>,
        backend: &Backend,
        caller: &Caller,
        upstream: &Upstream,
    ) -> Result<(), Refusal> {
        let mut ids = Vec::new();
        for name in policy.unknown_apis() {
            let apis = backend.apis(Some(name.clone()), MOST_APIS).await;
            let apis = apis.ok_or_else(|| policy.unreadable_apis())?;
            ids.extend(apis.into_iter().map(|(id, _)| id));
        }
        let mut questions = policy.check(case, &ids)?;
        if questions.is_empty() {
            return Ok(());
        }
        // To look something up is a call like any other.
        let _permit = self.admit(caller)?;
        while let Some(question) = questions.pop() {
            let answer = answer(&question, backend, caller, upstream).await;
            questions.extend(policy.judge(&question, answer.as_ref(), case.now)?);
        }
        Ok(())
    }

    /// Takes room in the budget for a write.
    pub(super) fn room(
        &self,
        entry: &Entry,
        body: &Value,
        terms: &Terms,
    ) -> Result<Option<Taken>, Refusal> {
        let most = terms.policy.max_writes();
        // Those of a workflow are its parts'.
        let is_write = !entry.effect.is_read_only() && !entry.is_workflow();
        let Some(most) = most.filter(|_| is_write) else {
            return Ok(None);
        };
        let count = writes(body);
        let taken = self.budget.take(count, most.get(), self.clock.elapsed());
        taken
            .map(Some)
            .map_err(|wait| Refusal::Spent(Spent::new(&terms.policy, count, most, wait)))
    }
}
