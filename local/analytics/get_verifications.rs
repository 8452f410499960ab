//! `analytics_get_verifications` · `POST /v2/analytics.getVerifications`

use std::time::Duration;

use serde_json::Map;
use unkey_analytics::{Parsed, QueryError, Question, parse};
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
        let everything = cx
            .caller
            .has(&RequiredPermission::everywhere("api", "read_analytics"));
        let question = Question {
            workspace_id: cx.workspace().to_owned(),
            key_spaces: if everything {
                None
            } else {
                Some(readable(cx)?)
            },
            now: cx.now(),
            retention_days: RETENTION,
            max_rows: MAX_ROWS,
            max_bytes: MAX_BYTES,
            time_limit: TIME_LIMIT,
        };
        // A wrong query is told before who may ask it, and an unknown key space before that.
        let parsed = parse(&self.query).map_err(refused)?;
        parsed.check_range(&question).map_err(refused)?;
        permit(cx, &parsed, &question)?;
        // One of its own, so that what the answer registers and forbids touches no other request.
        let mut connection = open_reader(&cx.shared.path)?;
        Ok(parsed
            .run(&mut connection, &question)
            .map_err(refused)?
            .into())
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

/// Refuses a question about key spaces that do not exist or that the caller may not ask about.
fn permit(cx: &Context<'_>, parsed: &Parsed, question: &Question) -> Result<(), Failure> {
    let mut apis = Vec::new();
    for id in parsed.key_spaces() {
        let api = Apis(cx.db()).find_by_key_space(cx.workspace(), &id)?;
        apis.push(api.ok_or_else(|| {
            Code::KeySpaceNotFound.because(format!("KeySpace '{id}' was not found."))
        })?);
    }
    let Some(readable) = &question.key_spaces else {
        return Ok(());
    };
    if readable.is_empty() || !apis.is_empty() {
        let everywhere = RequiredPermission::everywhere("api", "read_analytics");
        if apis.is_empty() {
            return cx.caller.require(&everywhere);
        }
        let each = apis
            .iter()
            .map(|id| RequiredPermission::One(format!("api.{id}.read_analytics")));
        cx.caller.require(&RequiredPermission::Any(vec![
            everywhere,
            RequiredPermission::All(each.collect()),
        ]))?;
    }
    Ok(())
}

fn refused(error: QueryError) -> Failure {
    match error.internal {
        Some(reason) => Failure::Unexpected(reason),
        None => Code::Analytics(error.code).because(error.detail),
    }
}
