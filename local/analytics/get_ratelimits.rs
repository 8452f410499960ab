//! `analytics_get_ratelimits` · `POST /v2/analytics.getRatelimits`

use serde_json::Map;
use unkey_analytics::Dataset;
use unkey_tools::analytics::GetRatelimits;

use super::question::{answer, schema};
use crate::prelude::*;

impl Apply for GetRatelimits {
    const ACCESS: Access = Access::Query;

    fn schema() -> Value {
        schema()
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Vec<Map<String, Value>>>, Failure> {
        let everywhere = RequiredPermission::everywhere("ratelimit", "read_analytics");
        let namespaces = (!cx.caller.has(&everywhere)).then(|| {
            let readable = cx.caller.ids("ratelimit", "read_analytics");
            readable.map(str::to_owned).collect::<Vec<_>>()
        });
        if namespaces.as_ref().is_some_and(Vec::is_empty) {
            cx.caller.require(&everywhere)?;
        }
        answer(cx, &self.query, Dataset::Ratelimits, namespaces)
    }
}
