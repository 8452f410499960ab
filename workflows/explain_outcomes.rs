//! What a key was answered lately.

use unkey_tools::workflows::PastOutcome;

use crate::context::Context;
use crate::operations::CallError;
use crate::sql::{number, quoted, rows, text};
use crate::text::iso;

/// How far back is looked, ms.
const LOOK_BACK: i64 = 7 * 86_400_000;

/// What was answered in the last seven days: the outcome, how often, and when last.
#[derive(Debug, Default)]
pub(crate) struct Outcomes(Vec<(String, u64, i64)>);

impl Outcomes {
    /// The outcomes of a key's verifications.
    pub(crate) async fn of_key(key_id: &str, cx: &Context<'_>) -> Result<Self, CallError> {
        let from = cx.clock.now() - LOOK_BACK;
        let query = format!(
            "SELECT outcome, COUNT(*) AS answers, MAX(time) AS last FROM key_verifications_v1 \
             WHERE time >= {from} AND key_id = {} GROUP BY outcome ORDER BY last DESC LIMIT 100",
            quoted(key_id)
        );
        let rows = rows(cx, "analytics_get_verifications", query).await?;
        let outcomes = rows.iter().map(|row| {
            let answers = u64::try_from(number(row, "answers")).unwrap_or_default();
            let outcome = text(row, "outcome");
            // A word, as all that there are: whatever else a server says is shown as nothing.
            let is_word = outcome
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_');
            let outcome = if is_word { outcome } else { "OTHER" };
            (outcome.to_owned(), answers, number(row, "last"))
        });
        Ok(Self(outcomes.collect()))
    }

    /// When this was last answered, Unix ms.
    pub(crate) fn last(&self, outcome: &str) -> Option<i64> {
        let found = self.0.iter().find(|(one, _, _)| one == outcome);
        found.map(|(_, _, last)| *last)
    }

    /// When this was last answered, if nothing passed since.
    pub(crate) fn since_passed(&self, outcome: &str) -> Option<i64> {
        let last = self.last(outcome)?;
        self.last("VALID")
            .is_none_or(|valid| valid < last)
            .then_some(last)
    }

    /// As they are told.
    pub(crate) fn told(&self) -> Option<Vec<PastOutcome>> {
        let told = self.0.iter().map(|(outcome, count, last)| PastOutcome {
            outcome: outcome.clone(),
            count: *count,
            last: iso(*last),
        });
        (!self.0.is_empty()).then(|| told.collect())
    }
}
