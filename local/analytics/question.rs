//! A question in SQL, whatever it is about.

use std::time::Duration;

use serde_json::{Map, Value, json};
use unkey_analytics::{Dataset, QueryContext, QueryError};
use unkey_tools::Data;

use crate::run::apply::Context;
use crate::store::open_reader;
use crate::wire::failure::{Code, Failure};
use crate::wire::schema::open_object;

/// How far back events are seen, in days.
const RETENTION: i64 = 30;

/// How many rows an answer has at most.
const MAX_ROWS: u64 = 10_000;

/// How many bytes an answer has at most.
const MAX_BYTES: usize = 4 << 20;

/// How long an answer may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The JSON Schema of a question's body.
pub(super) fn schema() -> Value {
    open_object(&["query"], &json!({"query": {"type": "string"}}))
}

/// The rows that `query` asks for, of events in the key spaces or namespaces `only_in`, or in all.
pub(super) fn answer(
    cx: &Context<'_>,
    query: &str,
    dataset: Dataset,
    only_in: Option<Vec<String>>,
) -> Result<Data<Vec<Map<String, Value>>>, Failure> {
    let question = QueryContext {
        dataset,
        workspace_id: cx.workspace().to_owned(),
        only_in,
        now: cx.now(),
        retention_days: RETENTION,
        max_rows: MAX_ROWS,
        max_bytes: MAX_BYTES,
        time_limit: TIME_LIMIT,
        abandoned: cx.request.abandoned.clone(),
    };
    // One of its own, so that what the answer registers and forbids touches no other request.
    let mut connection = open_reader(&cx.shared.path)?;
    let rows = unkey_analytics::answer(&mut connection, query, &question);
    Ok(rows.map_err(refused)?.into())
}

fn refused(error: QueryError) -> Failure {
    match error.internal {
        Some(reason) => Failure::Unexpected(reason),
        None => Code::Analytics(error.code).because(error.detail),
    }
}
