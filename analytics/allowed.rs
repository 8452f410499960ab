//! The functions that may be used, and what to write instead of others.

use crate::error::{Code, QueryError};
use crate::nearest::nearest;

/// Every function on the list, spelled as ClickHouse spells it.
pub(crate) const FUNCTIONS: &[&str] = &[
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "any",
    "groupArray",
    "groupUniqArray",
    "uniq",
    "uniqExact",
    "quantile",
    "sumIf",
    "countIf",
    "now",
    "now64",
    "today",
    "toDate",
    "toDateTime",
    "toDateTime64",
    "toStartOfDay",
    "toStartOfWeek",
    "toStartOfMonth",
    "toStartOfQuarter",
    "toStartOfYear",
    "toStartOfHour",
    "toStartOfMinute",
    "date_trunc",
    "formatDateTime",
    "fromUnixTimestamp64Milli",
    "toUnixTimestamp64Milli",
    "toIntervalDay",
    "toIntervalWeek",
    "toIntervalMonth",
    "toIntervalQuarter",
    "toIntervalYear",
    "toIntervalHour",
    "toIntervalMinute",
    "toIntervalSecond",
    "toIntervalMillisecond",
    "toIntervalMicrosecond",
    "toIntervalNanosecond",
    "lower",
    "upper",
    "substring",
    "concat",
    "length",
    "trim",
    "startsWith",
    "endsWith",
    "round",
    "floor",
    "ceil",
    "abs",
    "if",
    "case",
    "coalesce",
    "toString",
    "toInt32",
    "toInt64",
    "toFloat64",
    "has",
    "hasAny",
    "hasAll",
    "arrayJoin",
    "arrayFilter",
];

/// Those that ClickHouse takes in any case.
const ANY_CASE: &[&str] = &[
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "now",
    "now64",
    "today",
    "date_trunc",
    "lower",
    "upper",
    "substring",
    "concat",
    "length",
    "round",
    "floor",
    "ceil",
    "abs",
    "if",
    "coalesce",
];

/// What says the same as a function that is often tried and not offered.
const INSTEAD: &[(&str, &str)] = &[
    ("multiif", "Write CASE WHEN … THEN … ELSE … END."),
    ("yesterday", "Write today() - 1."),
    (
        "tostartofinterval",
        "Write toStartOfMinute, toStartOfHour, toStartOfDay, toStartOfWeek or toStartOfMonth.",
    ),
    ("current_timestamp", "Write now()."),
    ("countdistinct", "Write uniq(x) or count(DISTINCT x)."),
    (
        "argmax",
        "Write ORDER BY … DESC LIMIT 1, or LIMIT 1 BY key.",
    ),
    ("argmin", "Write ORDER BY … LIMIT 1, or LIMIT 1 BY key."),
    (
        "lag",
        "Write any(x) OVER (ORDER BY … ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING).",
    ),
    (
        "rank",
        "Write count() OVER (… ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW).",
    ),
    ("match", "Write x LIKE '%text%', or startsWith(x, 'text')."),
    (
        "arrayexists",
        "Write has(tags, 'a'), or length(arrayFilter(x -> …, tags)) > 0.",
    ),
    ("arraystringconcat", "Write toString(tags)."),
    (
        "tounixtimestamp",
        "Write toInt64(x) for the seconds of a DateTime x.",
    ),
    ("avgif", "Write sumIf(x, condition) / countIf(condition)."),
    ("uniqif", "Write uniq over a CASE, or filter in WHERE."),
    ("nullif", "Write CASE WHEN a = b THEN NULL ELSE a END."),
    ("ifnull", "Write coalesce(x, other)."),
    ("toyyyymm", "Write formatDateTime(x, '%Y%m')."),
    ("toyyyymmdd", "Write formatDateTime(x, '%Y%m%d')."),
    ("tohour", "Write formatDateTime(x, '%H')."),
    ("todayofweek", "Write formatDateTime(x, '%u')."),
    ("toyear", "Write formatDateTime(x, '%Y')."),
    ("tomonth", "Write formatDateTime(x, '%m')."),
    (
        "position",
        "Write x LIKE '%text%', or startsWith(x, 'text').",
    ),
    (
        "row_number",
        "Write count() OVER (… ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW).",
    ),
    (
        "quantiles",
        "Write quantile(0.5)(x), quantile(0.99)(x), one call for each level.",
    ),
    ("median", "Write quantile(0.5)(x)."),
    ("arraymap", "Write arrayJoin(tags) and transform each row."),
    ("date_sub", "Write now() - INTERVAL 7 DAY."),
    ("date_add", "Write now() + INTERVAL 7 DAY."),
    (
        "datediff",
        "Subtract the dates: today() - toDate(x) is in days.",
    ),
    (
        "avgmerge",
        "The latency states cannot be read; use avg(latency) over key_verifications_v1.",
    ),
    (
        "quantilestdigestmerge",
        "The latency states cannot be read; use quantile(0.99)(latency) over key_verifications_v1.",
    ),
];

/// Whether a function of that name is on the list. Case does not count here.
pub(crate) fn is_allowed(name: &str) -> bool {
    FUNCTIONS
        .iter()
        .any(|allowed| allowed.eq_ignore_ascii_case(name))
}

/// The function as ClickHouse spells it, if it takes the spelling `name`.
pub(crate) fn canonical(name: &str) -> Option<&'static str> {
    FUNCTIONS.iter().copied().find(|allowed| {
        *allowed == name || (ANY_CASE.contains(allowed) && allowed.eq_ignore_ascii_case(name))
    })
}

/// The refusal of a function that is not on the list.
pub(crate) fn refusal(name: &str) -> QueryError {
    let lower = name.to_lowercase();
    let refusal = QueryError::new(
        Code::InvalidAnalyticsFunction,
        format!("Function '{lower}' is not allowed"),
    );
    let known = INSTEAD.iter().find(|(function, _)| *function == lower);
    match (known, nearest(name, FUNCTIONS.iter().copied())) {
        (Some((_, instead)), _) => refusal.hint(instead),
        (None, Some(near)) => refusal.hint(&format!("The nearest that is allowed is {near}.")),
        (None, None) => refusal.hint(&format!("Allowed are: {}.", FUNCTIONS.join(", "))),
    }
}
