//! Events are the same however they came in.

use serde_json::json;
use unkey_analytics::{QueryContext, Recorder, Verification, forget};

use crate::workspace::{self, DAY, NOW, ask, database, event, query, question};

/// Events of many series over some weeks.
fn events(count: i64) -> Vec<Verification> {
    (0..count)
        .map(|index| Verification {
            request_id: format!("req_{index}"),
            time: NOW - (count - index) * 100_000,
            key_id: format!("key_{}", index % 97),
            external_id: if index % 5 == 0 {
                String::new()
            } else {
                format!("user_{}", index % 31)
            },
            outcome: if index % 3 == 0 {
                "RATE_LIMITED"
            } else {
                "VALID"
            }
            .into(),
            tags: if index % 2 == 0 {
                vec![]
            } else {
                vec![format!("t={}", index % 7)]
            },
            spent_credits: index % 4,
            latency: if index % 10 == 0 { 0.5 } else { 7.0 },
            ..event()
        })
        .collect()
}

const QUESTIONS: [&str; 6] = [
    "SELECT * FROM key_verifications_v1 ORDER BY request_id",
    "SELECT time, key_id, outcome, tags, count, spent_credits FROM key_verifications_per_minute_v1 ORDER BY ALL",
    "SELECT time, key_id, outcome, tags, count, spent_credits FROM key_verifications_per_hour_v1 ORDER BY ALL",
    "SELECT time, key_id, outcome, tags, count, spent_credits FROM key_verifications_per_day_v1 ORDER BY ALL",
    "SELECT time, key_id, outcome, tags, count, spent_credits FROM key_verifications_per_month_v1 ORDER BY ALL",
    "SELECT external_id, sum(spent_credits) FROM key_verifications_per_day_v1 WHERE time >= today() - 3 AND outcome = 'VALID' GROUP BY external_id ORDER BY external_id",
];

#[test]
fn small_and_large_batches_give_the_same_tables() {
    let events = events(9_000);
    let (mut single, mut large) = (database(), database());
    for part in events.chunks(7) {
        Recorder::default()
            .record(&single, &workspace::events(part))
            .unwrap();
    }
    Recorder::default()
        .record(&large, &workspace::events(&events))
        .unwrap();
    for question in QUESTIONS {
        assert_eq!(
            ask(&mut single, question),
            ask(&mut large, question),
            "{question}"
        );
    }
}

#[test]
fn every_table_adds_up_to_the_events() {
    let events = events(5_000);
    let mut database = workspace::with(&events);
    let credits: i64 = events.iter().map(|event| event.spent_credits).sum();
    for table in ["minute", "hour", "day"] {
        let sql = format!(
            "SELECT sum(count) AS n, sum(spent_credits) AS c FROM key_verifications_per_{table}_v1"
        );
        assert_eq!(
            ask(&mut database, &sql),
            json!([{"n": 5_000, "c": credits}]),
            "{table}"
        );
    }
}

#[test]
fn what_is_older_than_any_question_reaches_is_deleted() {
    let mut database = database();
    let mut recorder = Recorder::default();
    for days in [3_000, 400, 200, 1] {
        let mut events = events(2_000);
        for event in &mut events {
            event.time -= days * DAY;
        }
        recorder
            .record(&database, &workspace::events(&events))
            .unwrap();
    }
    let pragma = |name: &str| -> i64 {
        let read = |row: &rusqlite::Row<'_>| row.get(0);
        database.pragma_query_value(None, name, read).unwrap()
    };
    let used = || pragma("page_count") - pragma("freelist_count");
    let before = used();
    forget(&database, NOW).unwrap();
    assert!(used() < before);
    for (table, kept) in [
        ("v1", 2_000),
        ("per_minute_v1", 2_000),
        ("per_hour_v1", 2_000),
        ("per_day_v1", 2_000),
        ("per_month_v1", 2_000),
    ] {
        let sum = if table == "v1" {
            "count()"
        } else {
            "sum(count)"
        };
        let all = QueryContext {
            retention_days: 0,
            ..question()
        };
        let sql = format!("SELECT {sum} AS n FROM key_verifications_{table}");
        let rows = query(&mut database, &sql, &all).unwrap();
        assert_eq!(json!(rows), json!([{"n": kept}]), "{table}");
    }
}

#[test]
fn a_batch_that_is_rolled_back_leaves_nothing() {
    let mut database = database();
    let transaction = database.transaction().unwrap();
    Recorder::default()
        .record(&transaction, &workspace::events(&events(5_000)))
        .unwrap();
    transaction.rollback().unwrap();
    assert_eq!(
        ask(
            &mut database,
            "SELECT count() AS n FROM key_verifications_v1"
        ),
        json!([{"n": 0}])
    );
}

#[test]
fn strange_strings_come_back_as_they_were() {
    let strange = Verification {
        key_id: "it's; \"π\" \\ \u{1F980}".into(),
        tags: vec![String::new(), "a,b".into(), "[\"x\"]".into()],
        time: NOW - DAY,
        ..event()
    };
    let mut database = workspace::with(std::slice::from_ref(&strange));
    assert_eq!(
        ask(
            &mut database,
            "SELECT key_id, tags, length(tags) AS n FROM key_verifications_v1"
        ),
        json!([{"key_id": strange.key_id, "tags": strange.tags, "n": 3}])
    );
}
