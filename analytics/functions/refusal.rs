//! What to write instead of a function that may not be used.

use super::table::{find, functions};
use crate::error::{Code, QueryError};
use crate::nearest::nearest;

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
        "The latency states cannot be read; use avg(latency) over the raw table.",
    ),
    (
        "quantilestdigestmerge",
        "The latency states cannot be read; use quantile(0.99)(latency) over the raw table.",
    ),
];

/// The refusal of a function that is not on the list.
pub(crate) fn refusal(name: &str) -> QueryError {
    let lower = name.to_lowercase();
    let refusal = QueryError::new(
        Code::InvalidAnalyticsFunction,
        format!("Function '{lower}' is not allowed"),
    );
    let names: Vec<_> = functions().map(|entry| entry.name).collect();
    let known = INSTEAD.iter().find(|(function, _)| *function == lower);
    match (known, nearest(name, functions().map(|entry| entry.name))) {
        (Some((_, instead)), _) => refusal.hint(instead),
        (None, Some(near)) => {
            let example = find(near).map_or("", |entry| entry.example);
            refusal.hint(&format!(
                "The nearest that is allowed is {near}: write {near}{example}."
            ))
        }
        (None, None) => refusal.hint(&format!("Allowed are: {}.", names.join(", "))),
    }
}
