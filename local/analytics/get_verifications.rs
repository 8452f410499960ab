//! `analytics_get_verifications` · `POST /v2/analytics.getVerifications`

use std::time::Duration;

use serde_json::Map;
use unkey_analytics::{QueryError, Question, check, key_spaces_named, query};
use unkey_tools::analytics::GetVerifications;

use crate::prelude::*;
use crate::store::Apis;

/// How far back verifications are seen, in days.
const RETENTION: i64 = 30;

/// How many rows an answer has at most.
const MAX_ROWS: u64 = 10_000;

/// How long an answer may take.
const TIME_LIMIT: Duration = Duration::from_secs(30);

impl Apply for GetVerifications {
    const ACCESS: Access = Access::Question;

    fn rule() -> Value {
        rules::open_object(&["query"], &json!({"query": {"type": "string"}}))
    }

    fn apply(self, work: &mut Work<'_>) -> Result<Data<Vec<Map<String, Value>>>, Failure> {
        let everything = work.caller.has(&Need::everywhere("api", "read_analytics"));
        let question = Question {
            query: self.query,
            workspace_id: work.workspace().to_owned(),
            key_spaces: if everything {
                None
            } else {
                Some(readable(work)?)
            },
            now: work.now(),
            retention_days: RETENTION,
            max_rows: MAX_ROWS,
            time_limit: TIME_LIMIT,
        };
        // A wrong query is told before who may ask it, and an unknown key space before that.
        check(&question).map_err(refused)?;
        permit(work, &question)?;
        Ok(query(work.db()?, &question).map_err(refused)?.into())
    }
}

/// The key spaces of the APIs whose analytics the caller may read one by one.
fn readable(work: &Work<'_>) -> Result<Vec<String>, Failure> {
    let mut key_spaces = Vec::new();
    for api_id in work.caller.ids("api", "read_analytics") {
        let api = Apis(work.db()?).find_live(work.workspace(), api_id)?;
        key_spaces.extend(api.and_then(|api| api.key_space).map(|space| space.id));
    }
    Ok(key_spaces)
}

/// Refuses a question about key spaces that do not exist or that the caller may not ask about.
fn permit(work: &Work<'_>, question: &Question) -> Result<(), Failure> {
    let mut apis = Vec::new();
    for id in key_spaces_named(&question.query).map_err(refused)? {
        let api = Apis(work.db()?).find_by_key_space(work.workspace(), &id)?;
        apis.push(api.ok_or_else(|| {
            Code::KeySpaceNotFound.because(format!("KeySpace '{id}' was not found."))
        })?);
    }
    let Some(readable) = &question.key_spaces else {
        return Ok(());
    };
    if readable.is_empty() || !apis.is_empty() {
        let everywhere = Need::everywhere("api", "read_analytics");
        if apis.is_empty() {
            return work.require(&everywhere);
        }
        let each = apis
            .iter()
            .map(|id| Need::One(format!("api.{id}.read_analytics")));
        work.require(&Need::Any(vec![everywhere, Need::All(each.collect())]))?;
    }
    Ok(())
}

fn refused(error: QueryError) -> Failure {
    match error.internal {
        Some(reason) => Failure::Unexpected(reason),
        None => Code::Analytics(error.code).because(error.detail),
    }
}
