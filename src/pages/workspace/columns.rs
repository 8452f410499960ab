//! What the chart shows: how many verifications had which outcome, hour by hour or day by day.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan as _};
use serde_json::Value;
use unkey_tools::workflows::{Every, Usage};

use super::query::Period;

/// The most columns that are drawn.
const MOST: usize = 64;

/// The verifications of an hour or a day.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// When it was, in a few letters.
    pub(super) label: String,
    /// How many had which outcome.
    pub(super) counts: BTreeMap<String, u64>,
}

impl Column {
    /// Of all outcomes.
    pub(super) fn total(&self) -> u64 {
        self.counts.values().sum()
    }
}

/// The columns of a report, also those in which nothing happened.
pub(super) fn columns(usage: &Usage, period: Period) -> Vec<Column> {
    let mut counted: BTreeMap<&str, BTreeMap<String, u64>> = BTreeMap::new();
    for row in usage.rows.iter().flatten() {
        let text = |name: &str| row.get(name).and_then(Value::as_str);
        let number = row.get("verifications").and_then(Value::as_u64);
        if let (Some(time), Some(outcome), Some(number)) = (text("period"), text("outcome"), number)
        {
            *counted
                .entry(time)
                .or_default()
                .entry(outcome.to_owned())
                .or_default() += number;
        }
    }
    let times = times(usage, period.every());
    let columns = times.into_iter().map(|(time, label)| Column {
        label,
        counts: counted.remove(time.as_str()).unwrap_or_default(),
    });
    columns.collect()
}

/// The beginning of each column as the report has it, and as people read it.
fn times(usage: &Usage, every: Every) -> Vec<(String, String)> {
    let (Ok(from), Ok(to)) = (
        usage.from.parse::<Timestamp>(),
        usage.to.parse::<Timestamp>(),
    ) else {
        return Vec::new();
    };
    let (step, key, label) = match every {
        Every::Hour => (1.hour(), "%Y-%m-%dT%H:00Z", "%H:00"),
        Every::Day | Every::Month => (24.hours(), "%Y-%m-%d", "%b %-d"),
    };
    let start = from.strftime(key).to_string();
    let mut times = Vec::new();
    let mut at = from;
    while at < to && times.len() < MOST {
        times.push((at.strftime(key).to_string(), at.strftime(label).to_string()));
        let Ok(next) = at.checked_add(step) else {
            break;
        };
        at = next;
    }
    // A day has begun that a step of 24 hours from the middle of the first does not reach.
    let last = to.strftime(key).to_string();
    if last != start && times.iter().all(|(time, _)| *time != last) && times.len() < MOST {
        times.push((last, to.strftime(label).to_string()));
    }
    times
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn usage(from: &str, to: &str, rows: &Value) -> Usage {
        serde_json::from_value(json!({
            "from": from, "to": to, "verifications": 3, "valid": 2, "credits": 0, "rows": rows,
            "more": false,
        }))
        .unwrap()
    }

    #[test]
    fn hours_without_verifications_are_there_too() {
        let rows = json!([
            {"period": "2026-11-01T14:00Z", "outcome": "VALID", "verifications": 2},
            {"period": "2026-11-01T14:00Z", "outcome": "EXPIRED", "verifications": 1},
        ]);
        let usage = usage("2026-11-01T12:00:00Z", "2026-11-01T14:30:00Z", &rows);
        let columns = columns(&usage, Period::Day);
        let labels: Vec<&str> = columns.iter().map(|one| one.label.as_str()).collect();
        assert_eq!(labels, ["12:00", "13:00", "14:00"]);
        assert_eq!(columns[1].total(), 0);
        assert_eq!(columns[2].counts["VALID"], 2);
        assert_eq!(columns[2].total(), 3);
    }

    #[test]
    fn today_is_the_last_day() {
        let rows = json!([{"period": "2026-11-08", "outcome": "VALID", "verifications": 2}]);
        let usage = usage("2026-11-01T20:00:00Z", "2026-11-08T07:00:00Z", &rows);
        let columns = columns(&usage, Period::Week);
        assert_eq!(columns.len(), 8);
        assert_eq!(columns[0].label, "Nov 1");
        assert_eq!(columns[7].label, "Nov 8");
        assert_eq!(columns[7].total(), 2);
    }
}
