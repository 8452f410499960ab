//! What is refused, and that the refusal says what to write instead.

use crate::workspace::{ask, database, event, refusal, with};

/// Each line is a statement, the code of its refusal and words that stand in it, between bars.
#[track_caller]
fn are_refused(lines: &str) {
    // Some things fail only where there is a row.
    let mut events = with(&[event()]);
    for line in lines.trim().lines() {
        let mut parts = line.split('|').map(str::trim);
        let (sql, code) = (parts.next().unwrap(), parts.next().unwrap());
        // A part of a SELECT list stands for a whole statement.
        let sql = match sql.strip_prefix("… ") {
            Some(item) => format!("SELECT {item} FROM key_verifications_v1"),
            None => sql.to_owned(),
        };
        let error = refusal(&mut events, &sql);
        assert_eq!(error.code.as_str(), code, "{sql}: {}", error.detail);
        for words in parts {
            assert!(error.detail.contains(words), "{sql}: {}", error.detail);
        }
    }
}

#[test]
fn only_one_select_is_taken() {
    are_refused(
        "
DROP TABLE key_verifications_v1                    | invalid_analytics_query_type | Only SELECT queries are allowed
SHOW TABLES                                        | invalid_analytics_query_type | Only SELECT queries are allowed
SET a = 1                                          | invalid_analytics_query_type | Only SELECT queries are allowed
DELETE FROM key_verifications_v1 WHERE 1           | invalid_analytics_query_type | Only SELECT queries are allowed
UPDATE key_verifications_v1 SET outcome = 'x'      | invalid_analytics_query | Invalid SQL syntax
;                                                  | invalid_analytics_query | No SQL statements found
SELECT 1                                           | invalid_analytics_query | Query must have a FROM clause
SELECT 1 FROM key_verifications_v1; SELECT 2       | invalid_analytics_query | must contain exactly one statement
SELECT 1 FROM key_verifications_v1 SETTINGS a = 1  | invalid_analytics_query | SETTINGS clauses are not allowed
",
    );
}

#[test]
fn other_tables_are_refused_wherever_they_stand() {
    are_refused(
        "
SELECT 1 FROM system.tables                                        | invalid_analytics_table | Access to table 'system.tables' is not allowed
SELECT 1 FROM analytics_event                                      | invalid_analytics_table | is not allowed
SELECT 1 FROM key_verifications_v1 WHERE key_id IN (SELECT id FROM keys) | invalid_analytics_table | 'keys' is not allowed
SELECT 1 FROM key_verifications_v1 JOIN keys ON 1 = 1              | invalid_analytics_table | 'keys' is not allowed
WITH x AS (SELECT 1 FROM keys) SELECT 1 FROM x                     | invalid_analytics_table | 'keys' is not allowed
WITH x AS (SELECT 1 FROM keys) SELECT 1 FROM key_verifications_v1  | invalid_analytics_table | 'keys' is not allowed
SELECT 1 FROM key_verifications_v1 UNION ALL SELECT 1 FROM keys    | invalid_analytics_table | 'keys' is not allowed
SELECT (SELECT 1 FROM keys) FROM key_verifications_v1              | invalid_analytics_table | 'keys' is not allowed
SELECT 1 FROM key_verifications_v1 ORDER BY (SELECT 1 FROM keys)   | invalid_analytics_table | 'keys' is not allowed
SELECT 1 FROM key_verification_v1                                  | invalid_analytics_table | Did you mean key_verifications_v1?
WITH key_verifications_v1 AS (SELECT 1) SELECT 1 FROM key_verifications_v1 | invalid_analytics_table | CTE name 'key_verifications_v1' conflicts
… key_id IN keys                                                   | invalid_analytics_query | Table-backed IN expressions are not supported
",
    );
}

#[test]
fn other_functions_are_refused_with_what_to_write() {
    are_refused(
        "
… multiIf(1, 2, 3)                     | invalid_analytics_function | is not allowed | CASE WHEN
… yesterday()                          | invalid_analytics_function | is not allowed | today() - 1
… toUnixTimestamp(now())               | invalid_analytics_function | is not allowed | toInt64
… toStartOfHours(now())                | invalid_analytics_function | is not allowed | toStartOfHour(now())
… load_extension('x')                  | invalid_analytics_function | is not allowed | Allowed are
SELECT 1 FROM url('http://example.com') | invalid_analytics_function | Table function 'url' is not allowed for security reasons
",
    );
}

#[test]
fn what_the_parser_cannot_read_is_refused_with_what_to_write() {
    are_refused(
        "
… count(*) FILTER (WHERE outcome = 'VALID') | invalid_analytics_query | Invalid SQL syntax | countIf
… 7 DIV 2                                   | invalid_analytics_query | Invalid SQL syntax | floor(a / b)
… now() - INTERVAL '7 days'                 | invalid_analytics_query | Invalid SQL syntax | INTERVAL 7 DAY
… outcome REGEXP 'V.*'                      | invalid_analytics_query | Invalid SQL syntax | LIKE
… outcome IS DISTINCT FROM 'VALID'          | invalid_analytics_query | Invalid SQL syntax | a != b
… outcome = 'VALID' ? 1 : 0                 | invalid_analytics_query | Invalid SQL syntax | if(condition
… * APPLY(toString)                         | invalid_analytics_query | Invalid SQL syntax | Name the columns
WITH now() - INTERVAL 7 DAY AS start SELECT count() FROM key_verifications_v1 | invalid_analytics_query | write a value where it is used
WITH 'VALID' AS v SELECT count() FROM key_verifications_v1                    | invalid_analytics_query | write a value where it is used
WITH (SELECT 1) AS total SELECT count() FROM key_verifications_v1             | invalid_analytics_query | write a value where it is used
",
    );
}

#[test]
fn what_does_not_fit_is_refused_with_what_would() {
    are_refused(
        "
… toInt64(latency / 0)      | invalid_analytics_query | inf or nan
… toDate(0 / 0)             | invalid_analytics_query | inf or nan
… quantile(1.5)(latency)    | invalid_analytics_query | 0.95
… tags[0]                   | invalid_analytics_query | counted from 1
… 1 AS a, 2 AS a            | invalid_analytics_query | name of its own
… outcom                    | invalid_analytics_query | Unknown identifier in analytics query: `outcom` | Did you mean outcome? | key_space_id
… api_id                    | invalid_analytics_query | use key_space_id
… toStartOfHour(time)       | invalid_analytics_query | fromUnixTimestamp64Milli(time)
… outcome, count()          | invalid_analytics_query | not under aggregate function | Add outcome to GROUP BY
SELECT count() FROM key_verifications_per_day_v1 WHERE time < 20000      | invalid_analytics_query | Compare a Date with a Date
SELECT outcome FROM key_verifications_v1 LIMIT 18446744073709551616      | invalid_analytics_query | LIMIT 100
SELECT outcome FROM key_verifications_v1 LIMIT 1.5                       | invalid_analytics_query | LIMIT 100
SELECT outcome FROM key_verifications_v1 LIMIT -1                        | invalid_analytics_query | LIMIT 100
SELECT outcome FROM key_verifications_v1 LIMIT length(outcome)           | invalid_analytics_query | LIMIT 100
",
    );
}

#[test]
fn too_far_back_is_refused_and_exactly_as_far_is_not() {
    are_refused(
        "
SELECT count FROM key_verifications_per_day_v1 WHERE time >= now() - INTERVAL 31 DAY | query_range_exceeds_retention | Cannot query data older than 30 days. | 2026-05-16 onwards
SELECT count FROM key_verifications_per_day_v1 WHERE time >= 1234567890000           | query_range_exceeds_retention | 2026-05-16 onwards
SELECT count FROM key_verifications_per_day_v1 WHERE time >= '2020-01-01'            | query_range_exceeds_retention | 2026-05-16 onwards
SELECT count FROM key_verifications_per_day_v1 WHERE ('2020-01-01' <= time)          | query_range_exceeds_retention | 2026-05-16 onwards
SELECT count FROM key_verifications_per_day_v1 WHERE time >= toStartOfDay(now() - INTERVAL 2 MONTH) | query_range_exceeds_retention | 2026-05-16 onwards
",
    );
    let sql =
        "SELECT count FROM key_verifications_per_day_v1 WHERE time >= now() - INTERVAL 30 DAY";
    assert_eq!(ask(&mut database(), sql), serde_json::json!([]));
}
