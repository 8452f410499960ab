//! Checks of rate limits: the tables of their own.

use serde_json::{Value, json};
use unkey_analytics::{Dataset, Event, QueryContext, RatelimitCheck, Recorder, forget};

use crate::workspace::{
    DAY, MINUTE, NOW, check, database, event, query, question, refusal, with_events,
};

fn about_ratelimits() -> QueryContext {
    QueryContext {
        dataset: Dataset::Ratelimits,
        ..question()
    }
}

fn ask(connection: &mut rusqlite::Connection, sql: &str) -> Value {
    match query(connection, sql, &about_ratelimits()) {
        Ok(rows) => json!(rows),
        Err(error) => panic!("{sql}: {error}"),
    }
}

/// Two checks of one user that passed, one of another that did not, and what must not be seen.
fn checks() -> rusqlite::Connection {
    let checks = [
        check(),
        check(),
        RatelimitCheck {
            identifier: "user_2".into(),
            passed: false,
            tokens: 7,
            override_id: "rlor_1".into(),
            ..check()
        },
        RatelimitCheck {
            namespace_id: "rlns_2".into(),
            ..check()
        },
        RatelimitCheck {
            workspace_id: "ws_2".into(),
            identifier: "secret".into(),
            ..check()
        },
        RatelimitCheck {
            time: NOW - 31 * DAY,
            identifier: "old".into(),
            ..check()
        },
    ];
    let mut events: Vec<_> = checks.into_iter().map(Event::Ratelimit).collect();
    events.push(Event::Verification(event()));
    with_events(&events)
}

#[test]
fn a_check_is_a_row_with_all_that_was_decided() {
    let mut checks = checks();
    assert_eq!(
        ask(
            &mut checks,
            "SELECT * FROM ratelimits_v1 WHERE identifier = 'user_2'"
        ),
        json!([{
            "request_id": "req_1", "time": NOW - MINUTE, "workspace_id": "ws_1",
            "namespace_id": "rlns_1", "identifier": "user_2", "passed": false, "latency": 0.5,
            "override_id": "rlor_1", "limit": 10, "remaining": 8, "reset_at": NOW, "tokens": 7,
        }])
    );
    let sql = "SELECT max(limit) AS most, sum(tokens) AS tokens, countIf(passed) AS passed, \
               avg(latency) AS latency FROM ratelimits_v1 WHERE limit > 5 AND NOT override_id = 'x'";
    assert_eq!(
        ask(&mut checks, sql),
        json!([{"most": 10, "tokens": 13, "passed": 3, "latency": 0.5}])
    );
}

#[test]
fn every_period_sums_up_what_passed_and_what_was_asked_for() {
    let mut checks = checks();
    for (table, time) in [
        ("minute", "2026-06-15T11:59:00Z"),
        ("hour", "2026-06-15T11:00:00Z"),
        ("day", "2026-06-15T00:00:00Z"),
        ("month", "2026-06-01T00:00:00Z"),
    ] {
        let columns = "identifier, passed, total, total_tokens, passed_tokens";
        let sql = format!(
            "SELECT time, {columns} FROM ratelimits_per_{table}_v1 \
             WHERE namespace_id = 'rlns_1' ORDER BY identifier"
        );
        assert_eq!(
            ask(&mut checks, &sql),
            json!([
                {"time": time, "identifier": "user_1", "passed": 2, "total": 2, "total_tokens": 4, "passed_tokens": 4},
                {"time": time, "identifier": "user_2", "passed": 0, "total": 1, "total_tokens": 7, "passed_tokens": 0},
            ]),
            "{table}"
        );
    }
}

#[test]
fn it_does_not_matter_from_which_table_a_sum_comes() {
    let mut checks = checks();
    let raw = "count() AS total, sum(tokens) AS tokens, countIf(passed) AS passed";
    let summed = "sum(total) AS total, sum(total_tokens) AS tokens, sum(passed) AS passed";
    for (columns, group) in [
        ("", ""),
        (
            "namespace_id, ",
            "GROUP BY namespace_id ORDER BY namespace_id",
        ),
        ("identifier, ", "GROUP BY identifier ORDER BY identifier"),
    ] {
        let of_events = format!("SELECT {columns}{raw} FROM ratelimits_v1 {group}");
        let of_events = ask(&mut checks, &of_events);
        for table in ["minute", "hour", "day", "month"] {
            let sql = format!("SELECT {columns}{summed} FROM ratelimits_per_{table}_v1 {group}");
            assert_eq!(ask(&mut checks, &sql), of_events, "{sql}");
        }
    }
    let count = "SELECT namespace_id, count() AS n FROM ratelimits_v1 GROUP BY namespace_id \
                 ORDER BY n DESC";
    assert_eq!(
        ask(&mut checks, count),
        json!([{"namespace_id": "rlns_1", "n": 3}, {"namespace_id": "rlns_2", "n": 1}])
    );
    let identifiers = "SELECT uniq(identifier) AS n FROM ratelimits_per_day_v1";
    assert_eq!(ask(&mut checks, identifiers), json!([{"n": 2}]));
}

#[test]
fn nobody_sees_another_workspace_or_another_namespace() {
    let mut checks = checks();
    let scoped = QueryContext {
        only_in: Some(vec!["rlns_2".into()]),
        ..about_ratelimits()
    };
    for table in ["ratelimits_v1", "ratelimits_per_hour_v1"] {
        let sql = format!(
            "SELECT namespace_id, identifier FROM {table} WHERE 1 OR workspace_id = 'ws_2'"
        );
        let seen = ask(&mut checks, &sql).to_string();
        assert!(seen.contains("user_1"), "{seen}");
        assert!(!seen.contains("secret") && !seen.contains("old"), "{seen}");
        assert_eq!(
            json!(query(&mut checks, &sql, &scoped).unwrap()),
            json!([{"namespace_id": "rlns_2", "identifier": "user_1"}])
        );
    }
}

#[test]
fn each_question_has_the_tables_of_its_own_subject() {
    let mut checks = checks();
    let other = refusal(&mut checks, "SELECT 1 FROM ratelimits_v1");
    assert!(
        other.detail.contains("'ratelimits_v1' is not allowed"),
        "{other}"
    );
    for (sql, words) in [
        ("SELECT 1 FROM key_verifications_v1", "ratelimits_v1"),
        ("SELECT 1 FROM ratelimit_v1", "Did you mean ratelimits_v1?"),
        ("SELECT 1", "FROM clause"),
        ("SELECT success FROM ratelimits_v1", "Use passed."),
        ("SELECT sum(count) FROM ratelimits_per_day_v1", "Use total."),
        ("SELECT latency_avg FROM ratelimits_per_day_v1", "state"),
        (
            "WITH ratelimits_v1 AS (SELECT 1) SELECT 1 FROM ratelimits_v1",
            "conflicts with a public table name",
        ),
    ] {
        let refusal = query(&mut checks, sql, &about_ratelimits()).unwrap_err();
        assert!(refusal.detail.contains(words), "{sql}: {refusal}");
    }
}

#[test]
fn checks_are_forgotten_after_a_month_and_verifications_are_not() {
    let mut connection = database();
    let mut recorder = Recorder::default();
    for days in [32, 30] {
        let mut check = check();
        check.time -= days * DAY;
        let mut verification = event();
        verification.time -= days * DAY;
        let events = [Event::Ratelimit(check), Event::Verification(verification)];
        recorder.record(&connection, &events).unwrap();
    }
    forget(&connection, NOW).unwrap();
    for (dataset, table, kept) in [
        (Dataset::Ratelimits, "ratelimits_v1", 1),
        (Dataset::Verifications, "key_verifications_v1", 2),
    ] {
        let all = QueryContext {
            dataset,
            retention_days: 0,
            ..question()
        };
        let sql = format!("SELECT count() AS n FROM {table}");
        let rows = query(&mut connection, &sql, &all).unwrap();
        assert_eq!(json!(rows), json!([{"n": kept}]), "{table}");
    }
}
