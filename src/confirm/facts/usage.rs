//! How much something was used lately.

use serde_json::{Value, json};

use super::super::lookup::{Lookup, Unknown};
use super::super::words::{count, moment, span};
use super::Facts;

/// What was used within so many milliseconds is in use.
const WEEK: i64 = 7 * 86_400_000;

/// How many verifications there were.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usage {
    day: u64,
    week: u64,
    /// How many keys they were of.
    keys: u64,
}

/// The verifications whose `column` is one of `ids`.
pub(super) async fn verifications(
    column: &str,
    ids: &[&str],
    lookup: &Lookup<'_>,
) -> Result<Usage, Unknown> {
    if ids.is_empty() {
        return Ok(Usage::default());
    }
    // Ids are letters, digits, `_` and `-`; what is something else was never counted.
    let plain = |id: &&&str| {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        id.bytes().all(letter)
    };
    let ids: Vec<String> = ids
        .iter()
        .filter(plain)
        .map(|id| format!("'{id}'"))
        .collect();
    if ids.is_empty() {
        return Err(Unknown::Unread);
    }
    let query = format!(
        "SELECT sumIf(count, time >= now() - INTERVAL 24 HOUR) AS day, SUM(count) AS week, \
         uniq(key_id) AS keys FROM key_verifications_per_hour_v1 \
         WHERE {column} IN ({}) AND time >= now() - INTERVAL 7 DAY",
        ids.join(", ")
    );
    let rows = lookup
        .data("analytics_get_verifications", json!({"query": query}))
        .await?;
    let row = rows.get(0).ok_or(Unknown::Unread)?;
    let number = |column: &str| whole(&row[column]);
    match (number("day"), number("week"), number("keys")) {
        (Some(day), Some(week), Some(keys)) => Ok(Usage { day, week, keys }),
        _ => Err(Unknown::Unread),
    }
}

/// Numbers of 64 bits may come as text.
fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

impl Facts {
    /// Adds how much it was used.
    pub(super) fn verified(&mut self, usage: Result<Usage, Unknown>, of: &str) {
        self.usage.push(match usage {
            Ok(Usage { day, week, .. }) => {
                self.in_use |= week > 0;
                let week = count(week, "verification", "verifications");
                format!("{week}{of} in the last 7 days, {day} in the last 24 hours")
            }
            Err(unknown) => format!("Verifications in the last 7 days: {unknown}"),
        });
    }

    /// Adds of how many keys the verifications were.
    pub(super) fn verified_keys(&mut self, usage: Result<Usage, Unknown>) {
        self.usage.push(match usage {
            Ok(Usage { keys, .. }) => {
                let keys = count(keys, "key", "keys");
                format!("How many keys it has is not known; {keys} of it in use in the last 7 days")
            }
            Err(_) => "How many keys it has is not known".to_owned(),
        });
    }

    /// Adds when it was last used, where that is known; `now` is in Unix milliseconds.
    pub(super) fn last_used(&mut self, at: Option<i64>, now: i64) {
        let Some(at) = at else {
            self.usage
                .push("Never used, as far as Unkey knows".to_owned());
            return;
        };
        let ago = now.saturating_sub(at);
        self.in_use |= ago <= WEEK;
        let ago = span(u64::try_from(ago).unwrap_or_default());
        self.usage
            .push(format!("Last used {}, {ago} ago", moment(at)));
    }
}
