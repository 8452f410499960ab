//! What is refused, and that the refusal says what to write instead.

use unkey_analytics::Code;

use crate::workspace::{database, event, refusal, with};

#[track_caller]
/// Of a workspace that has an event: some things fail only where there is a row.
fn refused(sql: &str, code: Code, words: &[&str]) {
    let error = refusal(&mut with(&[event()]), sql);
    assert_eq!(error.code, code, "{sql}: {}", error.detail);
    for word in words {
        assert!(error.detail.contains(word), "{sql}: {}", error.detail);
    }
}

#[test]
fn only_one_select_is_taken() {
    for sql in [
        "DROP TABLE key_verifications_v1",
        "SHOW TABLES",
        "SET a = 1",
        "DELETE FROM key_verifications_v1 WHERE 1",
    ] {
        refused(
            sql,
            Code::InvalidAnalyticsQueryType,
            &["Only SELECT queries are allowed"],
        );
    }
    refused(
        "UPDATE key_verifications_v1 SET outcome = 'x'",
        Code::InvalidAnalyticsQuery,
        &["Invalid SQL syntax"],
    );
    refused(
        "  ; ",
        Code::InvalidAnalyticsQuery,
        &["No SQL statements found"],
    );
    refused(
        "SELECT 1",
        Code::InvalidAnalyticsQuery,
        &["Query must have a FROM clause"],
    );
}

#[test]
fn other_tables_are_refused_wherever_they_stand() {
    for sql in [
        "SELECT 1 FROM system.tables",
        "SELECT 1 FROM analytics_recent",
        "SELECT count() FROM key_verifications_v1 WHERE key_id IN (SELECT id FROM keys)",
        "SELECT 1 FROM key_verifications_v1 JOIN keys ON 1 = 1",
        "WITH x AS (SELECT 1 FROM keys) SELECT 1 FROM x",
        "SELECT 1 FROM key_verifications_v1 UNION ALL SELECT 1 FROM keys",
        "SELECT (SELECT 1 FROM keys) FROM key_verifications_v1",
        "SELECT 1 FROM key_verifications_v1 ORDER BY (SELECT 1 FROM keys)",
    ] {
        refused(
            sql,
            Code::InvalidAnalyticsTable,
            &["Access to table '", "is not allowed"],
        );
    }
    refused(
        "SELECT 1 FROM key_verification_v1",
        Code::InvalidAnalyticsTable,
        &[
            "Access to table 'key_verification_v1' is not allowed",
            "Did you mean key_verifications_v1?",
        ],
    );
}

#[test]
fn other_functions_are_refused_with_what_to_write() {
    for (call, instead) in [
        ("multiIf(1, 2, 3)", "CASE WHEN"),
        ("yesterday()", "today() - 1"),
        ("toUnixTimestamp(now())", "toInt64"),
        ("toStartOfHours(now())", "toStartOfHour"),
        ("load_extension('x')", "Allowed are"),
    ] {
        let sql = format!("SELECT {call} FROM key_verifications_v1");
        refused(
            &sql,
            Code::InvalidAnalyticsFunction,
            &["is not allowed", instead],
        );
    }
    refused(
        "SELECT 1 FROM url('http://example.com')",
        Code::InvalidAnalyticsFunction,
        &["Table function 'url' is not allowed for security reasons"],
    );
}

#[test]
fn what_the_parser_cannot_read_is_refused_with_what_to_write() {
    for (part, instead) in [
        ("count(*) FILTER (WHERE outcome = 'VALID')", "countIf"),
        ("7 DIV 2", "floor(a / b)"),
        ("now() - INTERVAL '7 days'", "INTERVAL 7 DAY"),
        ("outcome REGEXP 'V.*'", "LIKE"),
        ("outcome IS DISTINCT FROM 'VALID'", "a != b"),
        ("outcome = 'VALID' ? 1 : 0", "if(condition"),
        ("* APPLY(toString)", "Name the columns"),
    ] {
        refused(
            &format!("SELECT {part} FROM key_verifications_v1"),
            Code::InvalidAnalyticsQuery,
            &["Invalid SQL syntax", instead],
        );
    }
}

#[test]
fn values_that_are_not_there_are_refused() {
    for (part, reason) in [
        ("toInt64(latency / 0)", "inf or nan"),
        ("toDate(0 / 0)", "inf or nan"),
        ("quantile(1.5)(latency)", "0.95"),
        ("tags[0]", "counted from 1"),
        ("1 AS a, 2 AS a", "name of its own"),
    ] {
        refused(
            &format!("SELECT {part} FROM key_verifications_v1"),
            Code::InvalidAnalyticsQuery,
            &[reason],
        );
    }
    for limit in ["18446744073709551616", "1.5", "-1", "length(outcome)"] {
        refused(
            &format!("SELECT outcome FROM key_verifications_v1 LIMIT {limit}"),
            Code::InvalidAnalyticsQuery,
            &["LIMIT 100"],
        );
    }
}

#[test]
fn an_unknown_column_is_answered_with_the_nearest_and_all() {
    refused(
        "SELECT outcom FROM key_verifications_v1",
        Code::InvalidAnalyticsQuery,
        &[
            "Unknown identifier in analytics query: `outcom`",
            "Did you mean outcome?",
            "key_space_id",
        ],
    );
    refused(
        "SELECT api_id FROM key_verifications_v1",
        Code::InvalidAnalyticsQuery,
        &["use key_space_id"],
    );
}

#[test]
fn wrong_types_are_answered_with_the_right_way() {
    refused(
        "SELECT toStartOfHour(time) FROM key_verifications_v1",
        Code::InvalidAnalyticsQuery,
        &["fromUnixTimestamp64Milli(time)"],
    );
    refused(
        "SELECT outcome, count() FROM key_verifications_v1",
        Code::InvalidAnalyticsQuery,
        &["not under aggregate function", "Add outcome to GROUP BY"],
    );
    refused(
        "SELECT count() FROM key_verifications_per_day_v1 WHERE time < 20000",
        Code::InvalidAnalyticsQuery,
        &["Compare a Date with a Date"],
    );
}

#[test]
fn too_far_back_is_refused_and_exactly_as_far_is_not() {
    let mut events = database();
    let code = Code::QueryRangeExceedsRetention;
    for bound in [
        "now() - INTERVAL 31 DAY",
        "1234567890000",
        "'2020-01-01'",
        "toStartOfDay(now() - INTERVAL 2 MONTH)",
    ] {
        let sql = format!("SELECT count FROM key_verifications_per_day_v1 WHERE time >= {bound}");
        refused(
            &sql,
            code,
            &[
                "Cannot query data older than 30 days.",
                "2026-05-16 onwards",
            ],
        );
    }
    let sql =
        "SELECT count FROM key_verifications_per_day_v1 WHERE time >= now() - INTERVAL 30 DAY";
    assert_eq!(
        crate::workspace::ask(&mut events, sql),
        serde_json::json!([])
    );
}

#[test]
fn a_value_after_with_is_told_where_to_go() {
    let mut events = database();
    for value in [
        "now() - INTERVAL 7 DAY AS start",
        "'VALID' AS v",
        "(SELECT 1) AS total",
    ] {
        let sql = format!("WITH {value} SELECT count() FROM key_verifications_v1");
        let detail = refusal(&mut events, &sql).detail;
        assert!(
            detail.contains("write a value where it is used"),
            "{detail}"
        );
    }
}
