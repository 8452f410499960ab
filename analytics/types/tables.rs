//! The tables: five of verifications, and five of checks of rate limits.

use super::Type;
use super::calendar::{DAY_MS, day_plus_months, start_of_months};
use super::columns::{Column, Field, RATELIMIT_SUMS, RATELIMITS, VERIFICATION_SUMS, VERIFICATIONS};

/// What a question can be about. It sees the tables of that alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dataset {
    /// Verifications of keys.
    Verifications,
    /// Checks of rate limits.
    Ratelimits,
}

impl Dataset {
    /// What to write instead of a table that is not offered.
    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::Verifications => {
                "Use key_verifications_v1 (one row per verification) or \
                 key_verifications_per_minute_v1, _per_hour_v1, _per_day_v1 or _per_month_v1 (with \
                 a `count` to sum)."
            }
            Self::Ratelimits => {
                "Use ratelimits_v1 (one row per check) or ratelimits_per_minute_v1, _per_hour_v1, \
                 _per_day_v1 or _per_month_v1 (with `total` and `passed` to sum)."
            }
        }
    }

    /// The table with those rows.
    pub(crate) const fn table_of(self, period: Period) -> Table {
        Table {
            dataset: self,
            period,
        }
    }

    /// The tables that may be asked.
    pub(crate) fn tables(self) -> [Table; 5] {
        Period::ALL.map(|period| self.table_of(period))
    }

    /// The table of that name. Case counts.
    pub(crate) fn table(self, name: &str) -> Option<Table> {
        self.tables().into_iter().find(|table| table.name() == name)
    }
}

/// The span of time whose events are summed up in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Period {
    /// None: each event is a row.
    Raw,
    Minute,
    Hour,
    Day,
    Month,
}

impl Period {
    const ALL: [Self; 5] = [Self::Raw, Self::Minute, Self::Hour, Self::Day, Self::Month];
}

/// A table that may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) dataset: Dataset,
    pub(crate) period: Period,
}

impl Table {
    /// The name to ask for.
    pub(crate) const fn name(self) -> &'static str {
        match (self.dataset, self.period) {
            (Dataset::Verifications, Period::Raw) => "key_verifications_v1",
            (Dataset::Verifications, Period::Minute) => "key_verifications_per_minute_v1",
            (Dataset::Verifications, Period::Hour) => "key_verifications_per_hour_v1",
            (Dataset::Verifications, Period::Day) => "key_verifications_per_day_v1",
            (Dataset::Verifications, Period::Month) => "key_verifications_per_month_v1",
            (Dataset::Ratelimits, Period::Raw) => "ratelimits_v1",
            (Dataset::Ratelimits, Period::Minute) => "ratelimits_per_minute_v1",
            (Dataset::Ratelimits, Period::Hour) => "ratelimits_per_hour_v1",
            (Dataset::Ratelimits, Period::Day) => "ratelimits_per_day_v1",
            (Dataset::Ratelimits, Period::Month) => "ratelimits_per_month_v1",
        }
    }

    /// Whether each event is a row.
    pub(crate) fn is_raw(self) -> bool {
        self.period == Period::Raw
    }

    /// Its columns, in order.
    pub(crate) const fn columns(self) -> &'static [Column] {
        match (self.dataset, self.period) {
            (Dataset::Verifications, Period::Raw) => VERIFICATIONS,
            (Dataset::Verifications, _) => VERIFICATION_SUMS,
            (Dataset::Ratelimits, Period::Raw) => RATELIMITS,
            (Dataset::Ratelimits, _) => RATELIMIT_SUMS,
        }
    }

    /// The type of a column; a state has none that a result could show.
    pub(crate) fn type_of(self, field: Field) -> Option<Type> {
        Some(match field {
            Field::Time => match self.period {
                Period::Raw => Type::I64,
                Period::Minute | Period::Hour => Type::DateTime,
                Period::Day | Period::Month => Type::Date,
            },
            Field::Count | Field::Sum(_) | Field::Signed => Type::I64,
            Field::Unsigned => Type::U64,
            Field::Flag => Type::Bool,
            Field::Float => Type::Float,
            Field::Tags => Type::array(Type::String),
            Field::State => return None,
            Field::Label | Field::Key | Field::Text | Field::Always(_) => Type::String,
        })
    }

    /// The `time` of a row in SQLite, where `time` is the event's: milliseconds, seconds or days.
    pub(crate) const fn time_sql(self) -> &'static str {
        match self.period {
            Period::Raw => "time",
            Period::Minute => "time / 60000 * 60",
            Period::Hour => "time / 3600000 * 3600",
            Period::Day => "time / 86400000",
            Period::Month => "unixepoch(time / 1000, 'unixepoch', 'start of month') / 86400",
        }
    }

    /// The beginning of the first row that begins at `moment` or later, both in Unix milliseconds.
    pub(crate) fn first_from(self, moment: i64) -> i64 {
        let length = match self.period {
            Period::Raw => 1,
            Period::Minute => 60_000,
            Period::Hour => 3_600_000,
            Period::Day | Period::Month => DAY_MS,
        };
        let count = moment.saturating_add(length - 1).div_euclid(length);
        if self.period != Period::Month {
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
