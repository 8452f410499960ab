//! The five tables: their names and columns.

use crate::types::Type;

/// What to write instead of a table that is not offered.
pub(crate) const HINT: &str = "Use key_verifications_v1 (one row per verification) or key_verifications_per_minute_v1, \
_per_hour_v1, _per_day_v1 or _per_month_v1 (with a `count` to sum).";

/// A table that may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    Raw,
    Minute,
    Hour,
    Day,
    Month,
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    RequestId,
    Time,
    WorkspaceId,
    KeySpaceId,
    IdentityId,
    ExternalId,
    KeyId,
    Region,
    Outcome,
    Tags,
    Count,
    SpentCredits,
    Latency,
    /// A state that only `…Merge` functions can read, and those are not offered.
    LatencyState,
}

const RAW: &[(&str, Field)] = &[
    ("request_id", Field::RequestId),
    ("time", Field::Time),
    ("workspace_id", Field::WorkspaceId),
    ("key_space_id", Field::KeySpaceId),
    ("identity_id", Field::IdentityId),
    ("external_id", Field::ExternalId),
    ("key_id", Field::KeyId),
    ("region", Field::Region),
    ("outcome", Field::Outcome),
    ("tags", Field::Tags),
    ("spent_credits", Field::SpentCredits),
    ("latency", Field::Latency),
];

const ROLLED_UP: &[(&str, Field)] = &[
    ("time", Field::Time),
    ("workspace_id", Field::WorkspaceId),
    ("key_space_id", Field::KeySpaceId),
    ("identity_id", Field::IdentityId),
    ("external_id", Field::ExternalId),
    ("key_id", Field::KeyId),
    ("outcome", Field::Outcome),
    ("tags", Field::Tags),
    ("count", Field::Count),
    ("spent_credits", Field::SpentCredits),
    ("latency_avg", Field::LatencyState),
    ("latency_p75", Field::LatencyState),
    ("latency_p99", Field::LatencyState),
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

    /// How many milliseconds one row stands for at most.
    pub(crate) const fn bucket_milliseconds(self) -> i64 {
        match self {
            Self::Raw => 1,
            Self::Minute => 60_000,
            Self::Hour => 3_600_000,
            Self::Day => 86_400_000,
            Self::Month => 31 * 86_400_000,
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
            Field::LatencyState => return None,
            _ => Type::String,
        })
    }
}
