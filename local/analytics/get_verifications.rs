//! `analytics_get_verifications` · `POST /v2/analytics.getVerifications`

use serde_json::Map;
use unkey_analytics::Dataset;
use unkey_tools::analytics::GetVerifications;

use super::question::{answer, schema};
use crate::prelude::*;
use crate::store::Apis;

impl Apply for GetVerifications {
    const ACCESS: Access = Access::Query;

    fn schema() -> Value {
        schema()
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
        answer(cx, &self.query, Dataset::Verifications, key_spaces)
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
