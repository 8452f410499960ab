//! The columns of the tables, and where their values come from.

/// Where the values of a column come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Time,
    /// What many events have in common, kept once.
    Label,
    /// A label as well: the only array.
    Tags,
    /// A text that each event has for itself. Events with different ones share no row.
    Key,
    /// What else each event has for itself.
    Text,
    Flag,
    Unsigned,
    Signed,
    Float,
    /// How many events there are in a row.
    Count,
    /// What each event adds to a whole number, in SQLite's SQL.
    Sum(&'static str),
    /// The same text in every row.
    Always(&'static str),
    /// A state that only `…Merge` functions can read, and those are not offered.
    State,
}

/// A column: its name, and where its values come from.
pub(crate) type Column = (&'static str, Field);

/// `key_verifications_v1`.
pub(super) const VERIFICATIONS: &[Column] = &[
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
    ("spent_credits", Field::Sum("spent_credits")),
    ("latency", Field::Float),
    // Every verification here is one of the API, and none of an app behind the gateway.
    ("source", Field::Always("api")),
    ("app_id", Field::Always("")),
];

/// The sums of verifications.
pub(super) const VERIFICATION_SUMS: &[Column] = &[
    ("time", Field::Time),
    ("workspace_id", Field::Label),
    ("key_space_id", Field::Label),
    ("identity_id", Field::Label),
    ("external_id", Field::Label),
    ("key_id", Field::Label),
    ("outcome", Field::Label),
    ("tags", Field::Tags),
    ("count", Field::Count),
    ("spent_credits", Field::Sum("spent_credits")),
    ("latency_avg", Field::State),
    ("latency_p75", Field::State),
    ("latency_p99", Field::State),
];

/// `ratelimits_v1`.
pub(super) const RATELIMITS: &[Column] = &[
    ("request_id", Field::Text),
    ("time", Field::Time),
    ("workspace_id", Field::Label),
    ("namespace_id", Field::Label),
    ("identifier", Field::Key),
    ("passed", Field::Flag),
    ("latency", Field::Float),
    ("override_id", Field::Text),
    ("limit", Field::Unsigned),
    ("remaining", Field::Unsigned),
    ("reset_at", Field::Signed),
    ("tokens", Field::Unsigned),
];

/// The sums of checks of rate limits.
pub(super) const RATELIMIT_SUMS: &[Column] = &[
    ("time", Field::Time),
    ("workspace_id", Field::Label),
    ("namespace_id", Field::Label),
    ("identifier", Field::Key),
    ("passed", Field::Sum("passed")),
    ("total", Field::Count),
    ("total_tokens", Field::Sum("tokens")),
    ("passed_tokens", Field::Sum("passed * tokens")),
    ("latency_avg", Field::State),
    ("latency_p75", Field::State),
    ("latency_p99", Field::State),
];
