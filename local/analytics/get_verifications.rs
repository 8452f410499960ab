//! `analytics_get_verifications` · `POST /v2/analytics.getVerifications`

use std::time::Duration;

use serde_json::Map;
use unkey_analytics::{QueryError, Question, answer};
use unkey_tools::analytics::GetVerifications;

use crate::prelude::*;
use crate::store::{Apis, open_reader};

/// How far back verifications are seen, in days.
const RETENTION: i64 = 30;

/// How many rows an answer has at most.
const MAX_ROWS: u64 = 10_000;

/// How many bytes an answer has at most.
const MAX_BYTES: usize = 4 << 20;

/// How long an answer may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);

impl Apply for GetVerifications {
    const ACCESS: Access = Access::Query;

    fn schema() -> Value {
        schema::open_object(&["query"], &json!({"query": {"type": "string"}}))
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Vec<Map<String, Value>>>, Failure> {
        let everywhere = RequiredPermission::everywhere("api", "read_analytics");
        let key_spaces = if cx.caller.has(&everywhere) {
            None
        } else {
            Some(readable(cx)?)
        };
        if key_spaces.as_ref().is_some_and(Vec::is_empty) {
            cx.caller.require(&everywhere)?;
        }
        let question = Question {
            workspace_id: cx.workspace().to_owned(),
            key_spaces,
            now: cx.now(),
            retention_days: RETENTION,
            max_rows: MAX_ROWS,
            max_bytes: MAX_BYTES,
            time_limit: TIME_LIMIT,
        };
        // One of its own, so that what the answer registers and forbids touches no other request.
        let mut connection = open_reader(&cx.shared.path)?;
        let rows = answer(&mut connection, &self.query, &question);
        Ok(rows.map_err(refused)?.into())
    }
}

/// The key spaces of the APIs whose analytics the caller may read one by one.
fn readable(cx: &Context<'_>) -> Result<Vec<String>, Failure> {
    let mut key_spaces = Vec::new();
    for api_id in cx.caller.ids("api", "read_analytics") {
        let api = Apis(cx.db()).find_live(cx.workspace(), api_id)?;
        key_spaces.extend(api.and_then(|api| api.key_space).map(|space| space.id));
    }
    Ok(key_spaces)
}

fn refused(error: QueryError) -> Failure {
    match error.internal {
        Some(reason) => Failure::Unexpected(reason),
        None => Code::Analytics(error.code).because(error.detail),
    }
}
