//! The tables that hold events.

use crate::types::Dataset;

/// The SQL that makes the tables. It may be run again: what is there stays.
///
/// An event's id begins with its time, so that the events of a span of time lie together and need no
/// index. What many events have in common, their *labels*, is kept once; who was limited is kept with each
/// event, for there may be as many as there are addresses. The tables per minute, hour, day and month are
/// computed from the events when they are asked for.
pub const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS analytics_labels (
    id INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    tags TEXT NOT NULL,
    key_space_id TEXT NOT NULL,
    identity_id TEXT NOT NULL,
    external_id TEXT NOT NULL,
    UNIQUE (workspace_id, key_id, outcome, tags, key_space_id, identity_id, external_id)
) STRICT;
CREATE TABLE IF NOT EXISTS analytics_event (
    id INTEGER PRIMARY KEY,
    labels INTEGER NOT NULL,
    spent_credits INTEGER NOT NULL,
    latency REAL NOT NULL,
    region TEXT NOT NULL,
    request_id TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS analytics_ratelimit_labels (
    id INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    namespace_id TEXT NOT NULL,
    UNIQUE (workspace_id, namespace_id)
) STRICT;
CREATE TABLE IF NOT EXISTS analytics_ratelimit (
    id INTEGER PRIMARY KEY,
    labels INTEGER NOT NULL,
    identifier TEXT NOT NULL,
    passed INTEGER NOT NULL,
    latency REAL NOT NULL,
    override_id TEXT NOT NULL,
    \"limit\" INTEGER NOT NULL,
    remaining INTEGER NOT NULL,
    reset_at INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    request_id TEXT NOT NULL
) STRICT;
";

impl Dataset {
    /// The table that has a row for each event.
    pub(crate) const fn events(self) -> &'static str {
        match self {
            Self::Verifications => "analytics_event",
            Self::Ratelimits => "analytics_ratelimit",
        }
    }

    /// The table of what many events have in common.
    pub(crate) const fn labels(self) -> &'static str {
        match self {
            Self::Verifications => "analytics_labels",
            Self::Ratelimits => "analytics_ratelimit_labels",
        }
    }

    /// The label that a question can be restricted by.
    pub(crate) const fn container(self) -> &'static str {
        match self {
            Self::Verifications => "key_space_id",
            Self::Ratelimits => "namespace_id",
        }
    }
}

/// How many bits of an event's id stand behind its time, to tell those of one millisecond apart.
pub(crate) const TIME_BITS: u32 = 20;

/// The last millisecond that an id has room for, in the year 2248.
const LAST: i64 = (1 << (63 - TIME_BITS)) - 2;

/// The first id of a moment in Unix milliseconds.
pub(crate) fn first_id(time: i64) -> i64 {
    time.clamp(0, LAST) << TIME_BITS
}
