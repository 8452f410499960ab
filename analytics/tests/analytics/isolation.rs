//! Nobody sees another's events, whatever they write.

use serde_json::json;
use unkey_analytics::{QueryContext, Verification};

use crate::workspace::{DAY, NOW, ask, event, query, question, with};

fn shared() -> rusqlite::Connection {
    with(&[
        event(),
        Verification {
            key_space_id: "ks_2".into(),
            ..event()
        },
        Verification {
            workspace_id: "ws_2".into(),
            key_id: "secret".into(),
            ..event()
        },
        Verification {
            time: NOW - 40 * DAY,
            key_id: "old".into(),
            ..event()
        },
    ])
}

/// Ways to write a condition that is always true, or to look at the tables sideways.
const ATTEMPTS: [&str; 9] = [
    "SELECT key_id FROM key_verifications_v1 WHERE 0 OR 1 = 1",
    "SELECT key_id FROM key_verifications_v1 WHERE key_id = 'x' OR workspace_id != 'ws_1' OR 1",
    "SELECT 'ws_1' AS workspace_id, key_id FROM key_verifications_v1 WHERE workspace_id = 'ws_1'",
    "SELECT 99999999999999 AS time, key_id FROM key_verifications_v1",
    "SELECT b.key_id AS key_id FROM key_verifications_v1 a JOIN key_verifications_v1 b ON a.outcome = b.outcome",
    "SELECT key_id FROM (SELECT * FROM key_verifications_v1 WHERE 1 OR 0)",
    "WITH x AS (SELECT * FROM key_verifications_v1) SELECT key_id FROM x",
    "SELECT key_id FROM key_verifications_v1 WHERE 0 UNION ALL SELECT key_id FROM key_verifications_per_day_v1",
    "SELECT arrayJoin((SELECT groupArray(key_id) FROM key_verifications_per_minute_v1)) AS key_id FROM key_verifications_v1",
];

#[test]
fn no_condition_reaches_another_workspace_or_beyond_the_retention() {
    let mut events = shared();
    for attempt in ATTEMPTS {
        let seen = ask(&mut events, attempt).to_string();
        assert!(seen.contains("key_1"), "{attempt}: {seen}");
        assert!(
            !seen.contains("secret") && !seen.contains("old"),
            "{attempt}: {seen}"
        );
    }
}

#[test]
fn no_condition_reaches_another_key_space() {
    let mut events = shared();
    for table in ["key_verifications_v1", "key_verifications_per_hour_v1"] {
        let scoped = QueryContext {
            only_in: Some(vec!["ks_2".into()]),
            ..question()
        };
        let sql =
            format!("SELECT DISTINCT key_space_id FROM {table} WHERE key_space_id = 'ks_1' OR 1");
        assert_eq!(
            json!(query(&mut events, &sql, &scoped).unwrap()),
            json!([{"key_space_id": "ks_2"}])
        );
        let nothing = QueryContext {
            only_in: Some(vec![]),
            ..scoped
        };
        assert_eq!(
            json!(query(&mut events, &sql, &nothing).unwrap()),
            json!([])
        );
    }
}

#[test]
fn a_workspace_that_never_recorded_anything_has_empty_tables() {
    let stranger = QueryContext {
        workspace_id: "ws_3".into(),
        ..question()
    };
    let sql = "SELECT count() AS n FROM key_verifications_v1";
    assert_eq!(
        json!(query(&mut shared(), sql, &stranger).unwrap()),
        json!([{"n": 0}])
    );
}

#[test]
fn without_a_retention_everything_is_seen() {
    let all = QueryContext {
        retention_days: 0,
        ..question()
    };
    let sql = "SELECT count() AS n FROM key_verifications_v1 WHERE time >= 0";
    assert_eq!(
        json!(query(&mut shared(), sql, &all).unwrap()),
        json!([{"n": 3}])
    );
}
