//! The questions of a usage report, in SQL that Unkey's cloud and the engine both take.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use unkey_tools::workflows::{Every, UsageBy};

use crate::period::Period;
use crate::sql::{any_of, quoted};

/// What is asked for.
pub(crate) struct UsageQuery<'a> {
    pub(crate) period: Period,
    pub(crate) by: &'a [UsageBy],
    pub(crate) every: Option<Every>,
    /// Only these key spaces.
    pub(crate) key_spaces: Option<Vec<&'a str>>,
    pub(crate) external_id: Option<&'a str>,
    pub(crate) key_id: Option<&'a str>,
    pub(crate) limit: i64,
}

/// What is summed up.
const SUMS: &str = "SUM(count) AS verifications, sumIf(count, outcome = 'VALID') AS valid, \
                    SUM(spent_credits) AS credits";

impl UsageQuery<'_> {
    /// The sums of everything.
    pub(crate) fn totals(&self) -> String {
        format!(
            "SELECT {SUMS} FROM {} WHERE {}",
            self.table(),
            self.conditions()
        )
    }

    /// The rows, and one more than may be told.
    pub(crate) fn rows(&self) -> String {
        let mut columns = Vec::new();
        let mut groups = Vec::new();
        let mut order = Vec::new();
        if let Some(every) = self.every {
            columns.push(format!("{} AS period", self.bucket(every)));
            groups.push("period");
            order.push("period");
        }
        order.push("verifications DESC");
        for by in self.by {
            let (column, name) = match by {
                UsageBy::Owner => ("external_id", "owner"),
                UsageBy::Key => ("key_id", "key"),
                UsageBy::Api => ("key_space_id", "api"),
                UsageBy::Tag => ("arrayJoin(tags)", "tag"),
                UsageBy::Outcome => ("outcome", "outcome"),
            };
            columns.push(if column == name {
                name.to_owned()
            } else {
                format!("{column} AS {name}")
            });
            groups.push(name);
            order.push(name);
        }
        if self.by.contains(&UsageBy::Key) && !self.by.contains(&UsageBy::Owner) {
            columns.push("any(external_id) AS owner".to_owned());
        }
        columns.push(SUMS.to_owned());
        let grouped = if groups.is_empty() {
            String::new()
        } else {
            format!(" GROUP BY {}", groups.join(", "))
        };
        format!(
            "SELECT {} FROM {} WHERE {}{grouped} ORDER BY {} LIMIT {}",
            columns.join(", "),
            self.table(),
            self.conditions(),
            order.join(", "),
            self.limit.saturating_add(1)
        )
    }

    fn is_of_days(&self) -> bool {
        self.period.is_of_days() && self.every != Some(Every::Hour)
    }

    fn table(&self) -> &'static str {
        if self.is_of_days() {
            "key_verifications_per_day_v1"
        } else {
            "key_verifications_per_hour_v1"
        }
    }

    fn bucket(&self, every: Every) -> &'static str {
        match every {
            Every::Hour => "time",
            Every::Day if self.is_of_days() => "time",
            Every::Day => "toStartOfDay(time)",
            Every::Month => "toStartOfMonth(time)",
        }
    }

    fn conditions(&self) -> String {
        let mut conditions = vec![format!("time >= {}", self.time(self.period.from))];
        if let Some(to) = self.period.to {
            conditions.push(format!("time < {}", self.time(to)));
        }
        if let Some(spaces) = &self.key_spaces {
            // An API whose key space is not known has no verification: nothing has an empty one.
            let spaces = spaces.iter().copied().chain([""]);
            conditions.push(format!("key_space_id IN {}", any_of(spaces)));
        }
        if let Some(owner) = self.external_id {
            conditions.push(format!("external_id = {}", quoted(owner)));
        }
        if let Some(key) = self.key_id {
            conditions.push(format!("key_id = {}", quoted(key)));
        }
        conditions.join(" AND ")
    }

    /// A moment as the table's `time` is compared with it.
    fn time(&self, at: i64) -> String {
        let at = Timestamp::from_millisecond(at).unwrap_or(Timestamp::MAX);
        let at = at.to_zoned_datetime(TimeZone::UTC);
        if self.is_of_days() {
            format!("toDate('{}')", at.strftime("%Y-%m-%d"))
        } else {
            format!("toDateTime('{}')", at.strftime("%Y-%m-%d %H:%M:%S"))
        }
    }
}
