//! `analytics_get_verifications` · `POST /v2/analytics.getVerifications`

use serde_json::{Map, Value};

use crate::prelude::*;

/// Reports usage and statistics of keys: one ClickHouse SQL SELECT over past verifications.
///
/// Tables: `key_verifications_v1` (raw, one row each) and
/// `key_verifications_per_{minute,hour,day,month}_v1`. Take the coarsest that fits.
///
/// Columns: `time, key_id, key_space_id` (an API's keys, not its id), `identity_id, external_id,
/// outcome, tags` (array), `spent_credits`. Raw adds `request_id, region, latency` (ms)`, source,
/// app_id`. The others add `count`: use SUM(count), never `count()`.
///
/// `time` is UTC. Raw: Unix ms, `time >= toUnixTimestamp64Milli(now64() - INTERVAL 1 DAY)`,
/// `toStartOfHour(fromUnixTimestamp64Milli(time))`. Minute, hour: `DateTime`. Day, month: `Date`,
/// `time >= today() - 6`.
///
/// `outcome`: `VALID, DISABLED, EXPIRED, FORBIDDEN, INSUFFICIENT_PERMISSIONS, RATE_LIMITED,
/// USAGE_EXCEEDED`. Unknown keys are not recorded. Each SELECT stops at a row limit: aggregate.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-open" = true))]
pub struct GetVerifications {
    /// The SELECT, with FROM; add a LIMIT. Only this workspace's rows are seen.
    #[schemars(description = "")]
    pub query: String,
}

impl Operation for GetVerifications {
    /// Rows, each an object with one member per selected column.
    type Response = Data<Vec<Map<String, Value>>>;
    const NAME: &'static str = "analytics_get_verifications";
    const ENDPOINT: &'static str = "analytics.getVerifications";
    const TITLE: &'static str = "Query verifications";
    const TOOLSET: Toolset = Toolset::Analytics;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::api("read_analytics")];
    const RECOVERY_HINT: &'static str = "";
}
