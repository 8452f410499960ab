//! The tables that hold events.

/// The SQL that makes the tables. It may be run again: what is there stays.
///
/// Strings repeat, so each is kept once as a *label*, and each set of labels that came together
/// once as a *series*; an event is then a handful of numbers. It waits among the *recent* ones, one
/// row each, until there are enough to be packed: into a *chunk*, column by column, and into
/// *rollups*, the rows of the per-minute, -hour, -day and -month tables. Reading a million packed
/// rows is reading some megabytes.
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
CREATE TABLE IF NOT EXISTS analytics_series_chunk (
    id INTEGER PRIMARY KEY,
    workspace INTEGER NOT NULL,
    last INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    series BLOB NOT NULL,
    key_space BLOB NOT NULL,
    identity BLOB NOT NULL,
    external BLOB NOT NULL,
    key BLOB NOT NULL,
    outcome BLOB NOT NULL,
    tags BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS analytics_series_chunk_last ON analytics_series_chunk (workspace, last);
CREATE TABLE IF NOT EXISTS analytics_recent (
    id INTEGER PRIMARY KEY,
    series INTEGER NOT NULL,
    time INTEGER NOT NULL,
    region INTEGER NOT NULL,
    spent_credits INTEGER NOT NULL,
    latency REAL NOT NULL,
    request_id TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS analytics_chunk (
    id INTEGER PRIMARY KEY,
    workspace INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    series BLOB NOT NULL,
    time BLOB NOT NULL,
    spent_credits BLOB NOT NULL,
    region BLOB NOT NULL,
    latency BLOB NOT NULL,
    request_id BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS analytics_chunk_time ON analytics_chunk (workspace, last, first);
CREATE TABLE IF NOT EXISTS analytics_rollup (
    id INTEGER PRIMARY KEY,
    level INTEGER NOT NULL,
    workspace INTEGER NOT NULL,
    span INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    entries BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS analytics_rollup_span ON analytics_rollup (level, workspace, span, rows);
";
