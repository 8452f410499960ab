//! The five tables of verifications: their names and columns.

use super::Type;
use super::calendar::{DAY_MS, day_plus_months, start_of_months};

/// What to write instead of a table that is not offered.
pub(crate) const HINT: &str = "Use key_verifications_v1 (one row per verification) or key_verifications_per_minute_v1, \
_per_hour_v1, _per_day_v1 or _per_month_v1 (with a `count` to sum).";

/// A table that may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    Raw,
    Minute,
    Hour,
    Day,
    Month,
}

/// Where the values of a column come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Time,
    /// What many events have in common.
    Label,
    /// The only array.
    Tags,
    /// What each event has for itself: a text.
    Text,
    Latency,
    SpentCredits,
    /// How many events there are in a row.
    Count,
    /// The same text in every row.
    Always(&'static str),
    /// A state that only `…Merge` functions can read, and those are not offered.
    State,
}

const RAW: &[(&str, Field)] = &[
    ("request_id", Field::Text),
    ("time", Field::Time),
    ("workspace_id", Field::Label),
    ("key_space_id", Field::Label),
    ("identity_id", Field::Label),
    ("external_id", Field::Label),
    ("key_id", Field::Label),
    ("region", Field::Text),
    ("outcome", Field::Label),
    ("tags", Field::Tags),
    ("spent_credits", Field::SpentCredits),
    ("latency", Field::Latency),
    // Every verification here is one of the API, and none of an app behind the gateway.
    ("source", Field::Always("api")),
    ("app_id", Field::Always("")),
];

const ROLLED_UP: &[(&str, Field)] = &[
    ("time", Field::Time),
    ("workspace_id", Field::Label),
    ("key_space_id", Field::Label),
    ("identity_id", Field::Label),
    ("external_id", Field::Label),
    ("key_id", Field::Label),
    ("outcome", Field::Label),
    ("tags", Field::Tags),
    ("count", Field::Count),
    ("spent_credits", Field::SpentCredits),
    ("latency_avg", Field::State),
    ("latency_p75", Field::State),
    ("latency_p99", Field::State),
];

impl Table {
    pub(crate) const ALL: [Self; 5] = [Self::Raw, Self::Minute, Self::Hour, Self::Day, Self::Month];

    /// The name to ask for.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Raw => "key_verifications_v1",
            Self::Minute => "key_verifications_per_minute_v1",
            Self::Hour => "key_verifications_per_hour_v1",
            Self::Day => "key_verifications_per_day_v1",
            Self::Month => "key_verifications_per_month_v1",
        }
    }

    /// The table of that name. Case counts.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    /// Its columns, in order.
    pub(crate) const fn columns(self) -> &'static [(&'static str, Field)] {
        match self {
            Self::Raw => RAW,
            _ => ROLLED_UP,
        }
    }

    /// The type of a column; a state has none that a result could show.
    pub(crate) fn type_of(self, field: Field) -> Option<Type> {
        Some(match field {
            Field::Time => match self {
                Self::Raw => Type::I64,
                Self::Minute | Self::Hour => Type::DateTime,
                Self::Day | Self::Month => Type::Date,
            },
            Field::Count | Field::SpentCredits => Type::I64,
            Field::Latency => Type::Float,
            Field::Tags => Type::array(Type::String),
            Field::State => return None,
            Field::Label | Field::Text | Field::Always(_) => Type::String,
        })
    }

    /// The `time` of a row in SQLite, where `time` is the event's: milliseconds, seconds or days.
    pub(crate) const fn time_sql(self) -> &'static str {
        match self {
            Self::Raw => "time",
            Self::Minute => "time / 60000 * 60",
            Self::Hour => "time / 3600000 * 3600",
            Self::Day => "time / 86400000",
            Self::Month => "unixepoch(time / 1000, 'unixepoch', 'start of month') / 86400",
        }
    }

    /// The beginning of the first row that begins at `moment` or later, both in Unix milliseconds.
    pub(crate) fn first_from(self, moment: i64) -> i64 {
        let length = match self {
            Self::Raw => 1,
            Self::Minute => 60_000,
            Self::Hour => 3_600_000,
            Self::Day | Self::Month => DAY_MS,
        };
        let count = moment.saturating_add(length - 1).div_euclid(length);
        if self != Self::Month {
            return count.saturating_mul(length);
        }
        let month = start_of_months(count, 1);
        let month = if month < count {
            day_plus_months(month, 1)
        } else {
            month
        };
        month.saturating_mul(DAY_MS)
    }
}
