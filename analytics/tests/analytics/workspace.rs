//! A database with events, and questions to it.

use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Value, json};
use unkey_analytics::{
    Dataset, Event, QueryContext, QueryError, RatelimitCheck, Recorder, Rows, SCHEMA, Verification,
    answer,
};

/// 2026-06-15 12:00:00 UTC.
pub(crate) const NOW: i64 = 1_781_524_800_000;
pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const DAY: i64 = 86_400_000;

/// A database without events.
pub(crate) fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(SCHEMA).unwrap();
    connection
}

/// A valid verification of `key_1` of `ws_1`, one minute ago.
pub(crate) fn event() -> Verification {
    Verification {
        request_id: "req_1".into(),
        time: NOW - MINUTE,
        workspace_id: "ws_1".into(),
        key_space_id: "ks_1".into(),
        identity_id: "id_1".into(),
        external_id: "user_1".into(),
        key_id: "key_1".into(),
        region: "local".into(),
        outcome: "VALID".into(),
        tags: vec!["path=/a".into(), "team=x".into()],
        spent_credits: 3,
        latency: 2.0,
    }
}

/// A check of `user_1` in `rlns_1` of `ws_1` that passed, one minute ago.
pub(crate) fn check() -> RatelimitCheck {
    RatelimitCheck {
        request_id: "req_1".into(),
        time: NOW - MINUTE,
        workspace_id: "ws_1".into(),
        namespace_id: "rlns_1".into(),
        identifier: "user_1".into(),
        passed: true,
        latency: 0.5,
        override_id: String::new(),
        limit: 10,
        remaining: 8,
        reset_at: NOW,
        tokens: 2,
    }
}

/// Verifications as a recorder takes them.
pub(crate) fn events(verifications: &[Verification]) -> Vec<Event> {
    let verifications = verifications.iter().cloned();
    verifications.map(Event::Verification).collect()
}

/// A database with these verifications.
pub(crate) fn with(verifications: &[Verification]) -> Connection {
    with_events(&events(verifications))
}

/// A database with these events.
pub(crate) fn with_events(events: &[Event]) -> Connection {
    let connection = database();
    Recorder::default().record(&connection, events).unwrap();
    connection
}

/// A question of `ws_1` about verifications. 30 days are seen.
pub(crate) fn question() -> QueryContext {
    QueryContext {
        dataset: Dataset::Verifications,
        workspace_id: "ws_1".into(),
        only_in: None,
        now: NOW,
        retention_days: 30,
        max_rows: 10_000,
        max_bytes: 4 << 20,
        time_limit: Duration::from_secs(30),
        abandoned: std::sync::Arc::default(),
    }
}

/// The answer to `sql`.
pub(crate) fn query(
    connection: &mut Connection,
    sql: &str,
    question: &QueryContext,
) -> Result<Rows, QueryError> {
    answer(connection, sql, question)
}

/// The rows as JSON.
pub(crate) fn ask(connection: &mut Connection, sql: &str) -> Value {
    match query(connection, sql, &question()) {
        Ok(rows) => json!(rows),
        Err(error) => panic!("{sql}: {error}"),
    }
}

/// Why there is no answer.
pub(crate) fn refusal(connection: &mut Connection, sql: &str) -> QueryError {
    match query(connection, sql, &question()) {
        Ok(rows) => panic!("{sql} was answered: {rows:?}"),
        Err(error) => error,
    }
}
