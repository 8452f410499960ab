//! `analytics_get_ratelimits` · `POST /v2/analytics.getRatelimits`

use serde_json::{Map, Value};

use crate::prelude::*;

/// Reports past rate-limit checks: one ClickHouse SQL SELECT, as in
/// `analytics_get_verifications`.
///
/// Tables: `ratelimits_v1` (raw, one row each) and `ratelimits_per_{minute,hour,day,month}_v1`.
/// Take the coarsest that fits.
///
/// Columns: `time, namespace_id, identifier`. Raw adds `request_id, passed` (Bool)`, latency,
/// override_id, limit, remaining, reset_at, tokens` (the cost). The others have sums: `total,
/// passed, total_tokens, passed_tokens`: use SUM, never `count()`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-open" = true))]
pub struct GetRatelimits {
    /// The SELECT, with FROM; add a LIMIT.
    #[schemars(description = "")]
    pub query: String,
}

impl Operation for GetRatelimits {
    type Response = Data<Vec<Map<String, Value>>>;
    const NAME: &'static str = "analytics_get_ratelimits";
    const ENDPOINT: &'static str = "analytics.getRatelimits";
    const TITLE: &'static str = "Query rate limits";
    const TOOLSET: Toolset = Toolset::Analytics;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::ratelimit("read_analytics")];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::operation(
        "it has no analytics of rate limits: count checks where you make them",
    )];
}
