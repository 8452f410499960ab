//! Time, memory, rows and depth.

use std::time::{Duration, Instant};

use unkey_analytics::{Code, QueryContext, Verification};

use crate::workspace::{NOW, ask, event, query, question, refusal, with};

fn many(count: i64) -> Vec<Verification> {
    (0..count)
        .map(|index| Verification {
            time: NOW - index * 1000,
            ..event()
        })
        .collect()
}

#[test]
fn a_question_without_time_is_stopped() {
    let hasty = QueryContext {
        time_limit: Duration::ZERO,
        abandoned: std::sync::Arc::default(),
        ..question()
    };
    let sql = "SELECT count() FROM key_verifications_v1";
    let error = query(&mut with(&[event()]), sql, &hasty).unwrap_err();
    assert_eq!(error.code, Code::QueryExecutionTimeout);
    assert!(
        error
            .detail
            .starts_with("Query execution time limit exceeded."),
        "{}",
        error.detail
    );
}

#[test]
fn a_join_that_explodes_is_stopped() {
    let mut events = with(&many(4000));
    let table = "key_verifications_v1";
    let hasty = QueryContext {
        time_limit: Duration::from_millis(200),
        abandoned: std::sync::Arc::default(),
        ..question()
    };
    let joined = format!("SELECT count() FROM {table} a, {table} b, {table} c");
    let error = query(&mut events, &joined, &hasty).unwrap_err();
    assert_eq!(error.code, Code::QueryExecutionTimeout);
    let endless = "SELECT time, count() FROM key_verifications_v1 GROUP BY time ORDER BY time WITH FILL FROM 0 TO 9000000000000000";
    assert_eq!(
        refusal(&mut events, endless).code,
        Code::QueryMemoryLimitExceeded
    );
}

#[test]
fn every_select_is_cut_to_the_most_rows() {
    let mut events = with(&many(20));
    let five = QueryContext {
        max_rows: 5,
        ..question()
    };
    let mut few = |sql: &str| query(&mut events, sql, &five);
    assert_eq!(
        few("SELECT time FROM key_verifications_v1 LIMIT 3")
            .unwrap()
            .len(),
        3
    );
    assert_eq!(
        few("SELECT time FROM key_verifications_v1 LIMIT 100")
            .unwrap()
            .len(),
        5
    );
    let inner = few("SELECT count() AS n FROM (SELECT time FROM key_verifications_v1)").unwrap();
    assert_eq!(serde_json::json!(inner), serde_json::json!([{"n": 5}]));
    let both = few(
        "SELECT time FROM key_verifications_v1 UNION ALL SELECT time FROM key_verifications_v1",
    );
    assert_eq!(both.unwrap_err().code, Code::QueryRowsLimitExceeded);
}

#[test]
fn deep_and_long_questions_are_refused_and_not_fatal() {
    let mut events = with(&[event()]);
    let nested = format!(
        "SELECT {}1{} FROM key_verifications_v1",
        "(".repeat(5000),
        ")".repeat(5000)
    );
    assert_eq!(
        refusal(&mut events, &nested).code,
        Code::InvalidAnalyticsQuery
    );
    let long = format!("SELECT {}1 FROM key_verifications_v1", "1+".repeat(5000));
    assert!(refusal(&mut events, &long).detail.contains("too complex"));
    let calls = format!(
        "SELECT {}1{} FROM key_verifications_v1",
        "abs(".repeat(500),
        ")".repeat(500)
    );
    assert_eq!(
        refusal(&mut events, &calls).code,
        Code::InvalidAnalyticsQuery
    );
}

#[test]
fn a_short_question_whose_parts_multiply_is_refused() {
    let mut events = with(&[event()]);
    for steps in [6, 12, 40] {
        let parts = (0..steps)
            .map(|step| format!(", t{} AS (SELECT a.x FROM t{step} a, t{step} b)", step + 1));
        let question = format!(
            "WITH t0 AS (SELECT count() AS x FROM key_verifications_v1){} SELECT count() FROM t{steps}",
            parts.collect::<String>()
        );
        let refused = refusal(&mut events, &question);
        assert!(refused.detail.contains("too complex"), "{}", refused.detail);
        assert_eq!(refused.internal, None);
    }
}

#[test]
fn no_part_of_a_question_grows_without_bound() {
    let mut events = with(&[event()]);
    let table = "key_verifications_v1";
    let doubled = (1..40).map(|step| format!(", a{0} + a{0} AS a{step}", step - 1));
    let doubled = doubled.collect::<Vec<_>>().concat();
    for question in [
        format!("SELECT 1{} FROM {table}", " IS NULL".repeat(1_500)),
        format!("SELECT 1{} FROM {table}", " IN (1)".repeat(2_000)),
        format!("SELECT 'a'{} FROM {table}", " LIKE 1".repeat(2_000)),
        format!(
            "SELECT 1 BETWEEN 0{} FROM {table}",
            " AND 1 BETWEEN 0".repeat(900)
        ),
        format!("SELECT spent_credits AS a0{doubled} FROM {table}"),
        format!("SELECT 1 FROM {table}{}", format!(", {table}").repeat(700)),
        format!(
            "SELECT 1 FROM {table}{}",
            format!(" EXCEPT SELECT 1 FROM {table}").repeat(370)
        ),
    ] {
        let error = refusal(&mut events, &question);
        assert_eq!(error.code, Code::InvalidAnalyticsQuery);
        let bounded = ["too complex", "too many columns"];
        assert!(
            bounded.iter().any(|limit| error.detail.contains(limit)),
            "{}",
            error.detail
        );
    }
    let long = format!("SELECT '{}' FROM {table}", "x".repeat(300_000));
    assert!(
        refusal(&mut events, &long)
            .detail
            .contains("maximum length")
    );
}

#[test]
fn lambdas_inside_lambdas_are_stopped_and_long_answers_refused() {
    let mut events = with(&many(4_000));
    let hasty = QueryContext {
        time_limit: Duration::from_millis(300),
        abandoned: std::sync::Arc::default(),
        ..question()
    };
    let nested = "SELECT length(arrayFilter(x -> has(arrayFilter(y -> has(arrayFilter(z -> z != y, a), y), a), x), a)) \
                  FROM (SELECT groupArray(request_id) AS a FROM key_verifications_v1)";
    let error = query(&mut events, nested, &hasty).unwrap_err();
    assert_eq!(error.code, Code::QueryExecutionTimeout);
    let long = format!("SELECT '{}' FROM key_verifications_v1", "x".repeat(10_000));
    let error = refusal(&mut events, &long);
    assert_eq!(error.code, Code::QueryMemoryLimitExceeded);
    assert!(error.detail.contains("maximum response size"), "{error}");
}

#[test]
fn a_long_chain_that_is_allowed_is_answered() {
    let mut events = with(&[event()]);
    let sums = format!(
        "SELECT {}1 AS n FROM key_verifications_v1 GROUP BY n",
        "spent_credits + ".repeat(400)
    );
    assert_eq!(ask(&mut events, &sums), serde_json::json!([{"n": 1201}]));
    let unions = " UNION ALL SELECT 1 FROM key_verifications_v1".repeat(60);
    let sql = format!("SELECT count() AS n FROM (SELECT 1 FROM key_verifications_v1{unions})");
    assert_eq!(ask(&mut events, &sql), serde_json::json!([{"n": 61}]));
    let joins = " CROSS JOIN (SELECT 1 AS x FROM key_verifications_v1)".repeat(60);
    let sql = format!("SELECT count() AS n FROM key_verifications_v1{joins}");
    assert_eq!(ask(&mut events, &sql), serde_json::json!([{"n": 1}]));
    let list = "'x', ".repeat(1_500);
    let sql =
        format!("SELECT count() AS n FROM key_verifications_v1 WHERE key_id IN ({list}'key_1')");
    assert_eq!(ask(&mut events, &sql), serde_json::json!([{"n": 1}]));
}

#[test]
fn branches_that_fail_inside_branches_do_not_double_the_effort_with_each_level() {
    let mut events = with(&[event()]);
    let mut nested = "toInt64(latency / 0)".to_owned();
    for level in 1..20 {
        nested = format!("CASE WHEN latency > -{level} THEN {nested} ELSE {level} END");
    }
    let started = Instant::now();
    let error = refusal(
        &mut events,
        &format!("SELECT {nested} AS x FROM key_verifications_v1"),
    );
    assert!(error.detail.contains("inf or nan"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(5));
}
