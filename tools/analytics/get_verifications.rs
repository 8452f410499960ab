//! `analytics_get_verifications` · `POST /v2/analytics.getVerifications`

use serde_json::{Map, Value};

use crate::prelude::*;

/// Reports usage and statistics of keys: one ClickHouse SQL SELECT over past verifications.
///
/// Tables: `key_verifications_v1` (raw, one row per verification); counts in
/// `key_verifications_per_minute_v1`, `…_per_hour_v1`, `…_per_day_v1`, `…_per_month_v1`. Take the
/// coarsest that fits: minute for hours, hour for days, day for months, raw for single events.
///
/// Columns: `time, key_id, key_space_id` (the API; there is no `api_id`), `identity_id,
/// external_id` ('' without owner), `outcome, tags` Array(String), `spent_credits`. Raw adds
/// `request_id, region, latency` (ms). The others add `count`: rows are partial, so use
/// SUM(count) and SUM(`spent_credits`) there, never `count()`.
///
/// `time` is UTC. Raw: Int64 Unix ms, so `time >= toUnixTimestamp64Milli(now64() - INTERVAL 1
/// DAY)` and `toStartOfHour(fromUnixTimestamp64Milli(time))`. Minute, hour: `DateTime`; day, month:
/// `Date`; there `time >= now() - INTERVAL 7 DAY`. Bound `time`: what is older than the plan's
/// retention is refused.
///
/// `outcome`: `VALID, DISABLED, EXPIRED, FORBIDDEN, INSUFFICIENT_PERMISSIONS, RATE_LIMITED,
/// USAGE_EXCEEDED`. Unknown keys are not recorded; events show after some 10 s.
///
/// Only these functions: `count sum avg min max any uniq uniqExact quantile countIf sumIf
/// groupArray groupUniqArray now now64 today toDate toDateTime toStartOfMinute` (Hour, Day, Week,
/// Month, Quarter, Year) `date_trunc formatDateTime toUnixTimestamp64Milli
/// fromUnixTimestamp64Milli if coalesce toString toInt64 toFloat64 round floor ceil abs lower
/// upper substring concat length trim startsWith endsWith has hasAny hasAll arrayJoin
/// arrayFilter`; also CASE, CAST, JOIN, WITH, UNION, OVER. Each SELECT, inner ones too, stops at a
/// row limit (often 10,000): aggregate where the table is read.
///
/// Example: `SELECT time, SUM(count) AS uses FROM key_verifications_per_day_v1 WHERE time >=
/// now() - INTERVAL 7 DAY AND outcome = 'VALID' GROUP BY time ORDER BY time`
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GetVerifications {
    /// The SELECT, with FROM; add a LIMIT. Only this workspace's rows are seen.
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
    const AFTERMATH: &'static str = "";
}
