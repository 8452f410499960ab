//! The tables that hold events.

/// The SQL that makes the tables. It may be run again: what is there stays.
///
/// Strings repeat, so each is kept once as a *label*, and each set of labels that came together
/// once as a *series*; an event is then a handful of numbers.
pub const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS analytics_label (
    id INTEGER PRIMARY KEY,
    workspace INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (workspace, kind, value)
) STRICT;
CREATE TABLE IF NOT EXISTS analytics_series (
    id INTEGER PRIMARY KEY,
    workspace INTEGER NOT NULL,
    key_space INTEGER NOT NULL,
    identity INTEGER NOT NULL,
    external INTEGER NOT NULL,
    key INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    tags INTEGER NOT NULL,
    UNIQUE (workspace, key, outcome, tags, key_space, identity, external)
) STRICT;
CREATE TABLE IF NOT EXISTS analytics_recent (
    id INTEGER PRIMARY KEY,
    series INTEGER NOT NULL,
    time INTEGER NOT NULL,
    region INTEGER NOT NULL,
    spent_credits INTEGER NOT NULL,
    latency REAL NOT NULL,
    request_id TEXT NOT NULL
) STRICT;
";
