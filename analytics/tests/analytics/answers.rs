//! ClickHouse's semantics, as far as SQLite's or common sense would have it otherwise.

use serde_json::json;
use unkey_analytics::Verification;

use crate::workspace::{DAY, NOW, ask, event, with};

#[test]
fn an_average_of_days_is_the_nearest_day_and_of_two_the_even_one() {
    let on = |days: i64| Verification {
        time: NOW - days * DAY,
        ..event()
    };
    let average = "SELECT toInt64(avg(time)) % 2 AS odd, avg(time) = max(time) AS last FROM key_verifications_per_day_v1";
    // NOW lies on an odd day, and the day before on an even one.
    assert_eq!(
        ask(&mut with(&[on(0), on(1)]), average),
        json!([{"odd": 0, "last": 0}])
    );
    assert_eq!(
        ask(&mut with(&[on(1), on(2)]), average),
        json!([{"odd": 0, "last": 1}])
    );
}

#[test]
fn a_day_is_written_as_clickhouse_writes_it() {
    let written = |format: &str| {
        let sql = format!(
            "SELECT formatDateTime(toDateTime('2027-01-03 00:01:02'), '{format}') AS t FROM key_verifications_v1"
        );
        ask(&mut with(&[event()]), &sql)
    };
    assert_eq!(written("%e|%I|%g|%z"), json!([{"t": "3|12|26|+0000"}]));
}

#[test]
fn tables_joined_by_commas_are_joined_by_the_equalities_of_where() {
    // Every pair would be beyond the memory of a question.
    let events: Vec<_> = (0..20_000)
        .map(|number| Verification {
            request_id: format!("req_{number}"),
            ..event()
        })
        .collect();
    let sql = "SELECT count() AS n FROM key_verifications_v1 a, key_verifications_v1 b \
               WHERE a.request_id = b.request_id AND b.outcome = 'VALID'";
    assert_eq!(ask(&mut with(&events), sql), json!([{"n": 20_000}]));
}

#[test]
fn an_equality_of_where_joins_only_where_it_may_and_means_what_it_says() {
    let numbered = |number: usize| Verification {
        request_id: format!("req_{number}"),
        ..event()
    };
    let mut events = with(&[numbered(1), numbered(2), numbered(3)]);
    // The bare name of the table means the first one, also for the two that are joined first.
    let sql = "SELECT count() AS n FROM key_verifications_v1 a, \
               key_verifications_v1 b CROSS JOIN key_verifications_v1 c \
               WHERE key_verifications_v1.request_id = c.request_id";
    assert_eq!(ask(&mut events, sql), json!([{"n": 9}]));
    // A join around keeps rows that have no partner: WHERE drops them afterwards.
    let one =
        |value: usize| format!("(SELECT 1 AS k, {value} AS x FROM key_verifications_v1 LIMIT 1)");
    for join in ["RIGHT", "FULL"] {
        let sql = format!(
            "SELECT c.k FROM {} a CROSS JOIN {} b {join} JOIN {} c ON b.k = c.k WHERE a.x = b.x",
            one(5),
            one(6),
            one(7)
        );
        assert_eq!(ask(&mut events, &sql), json!([]), "{join}");
    }
    let mixed = "SELECT count() AS n FROM key_verifications_v1 a, key_verifications_per_hour_v1 b \
                 WHERE a.time = b.time";
    assert_eq!(ask(&mut events, mixed), json!([{"n": 0}]));
}

#[test]
fn moments_beyond_the_last_do_not_take_the_answer_down() {
    for value in [
        "toDateTime64('2262-04-11 00:00:00', 9) + INTERVAL 100 YEAR",
        "toDateTime64('2262-04-11 00:00:00', 9) - INTERVAL 9223372036854775807 MONTH",
        "toDateTime64('2262-04-11 00:00:00', 9) + INTERVAL 9223372036854775807 DAY",
        "now() + INTERVAL 9223372036854775807 YEAR",
        "today() - INTERVAL 9223372036854775807 QUARTER",
        "(today() + INTERVAL 9223372036854775807 DAY) + INTERVAL 1 MONTH",
        "toStartOfMonth(today() - INTERVAL 9223372036854775807 DAY)",
        "formatDateTime(now() + INTERVAL 9223372036854775807 SECOND, '%F %V')",
        "toStartOfYear(toDateTime64('0000-01-01', 3))",
        "avg(toDateTime64(time / 1000, 9))",
    ] {
        let sql = format!("SELECT {value} AS x FROM key_verifications_v1");
        assert_eq!(
            ask(&mut with(&[event()]), &sql).as_array().map(Vec::len),
            Some(1)
        );
    }
}

#[test]
fn events_are_counted_the_same_whether_or_not_each_is_looked_at() {
    let events: Vec<_> = (0..60)
        .map(|number| Verification {
            time: NOW - number * DAY / 4,
            key_id: format!("key_{}", number % 3),
            outcome: if number % 5 == 0 { "EXPIRED" } else { "VALID" }.into(),
            tags: vec![format!("t={}", number % 2), "all".into()],
            ..event()
        })
        .collect();
    let mut events = with(&events);
    for sql in [
        "SELECT count() AS n, countIf(outcome = 'VALID') AS valid, sum(spent_credits) AS c, uniq(key_id) AS keys FROM {}",
        "SELECT key_id, count() AS n, n * 2 AS m FROM {} WHERE outcome != 'EXPIRED' GROUP BY key_id HAVING n > 2 ORDER BY n, key_id",
        "SELECT arrayJoin(tags) AS tag, count() AS n FROM {} WHERE time >= 1781000000000 GROUP BY tag ORDER BY tag",
        "SELECT outcome, source, count() AS n, sum(count()) OVER () AS all FROM {} GROUP BY ALL ORDER BY ALL",
        "SELECT sum(if(outcome = 'VALID', spent_credits, 0)) AS c, count() AS n FROM {} WHERE 0",
    ] {
        let each = ask(
            &mut events,
            &sql.replace("{}", "(SELECT * FROM key_verifications_v1)"),
        );
        let summed = ask(&mut events, &sql.replace("{}", "key_verifications_v1"));
        assert_eq!(summed, each, "{sql}");
    }
}

#[test]
fn sums_are_the_same_whether_or_not_the_rows_of_a_table_are_made_first() {
    let events: Vec<_> = (0..60)
        .map(|number| Verification {
            time: NOW - number * DAY / 4,
            key_id: format!("key_{}", number % 3),
            spent_credits: number,
            ..event()
        })
        .collect();
    let mut events = with(&events);
    let made = |table: &str| {
        format!("(SELECT * EXCEPT (latency_avg, latency_p75, latency_p99) FROM {table})")
    };
    for sql in [
        "SELECT key_id, sum(count) AS n FROM {} WHERE time > today() - 3 GROUP BY key_id ORDER BY key_id",
        "SELECT sum(spent_credits) AS n FROM {} WHERE time <= now() - INTERVAL 30 HOUR AND time = time",
        "SELECT sum(if(key_id = 'key_1', count, 0)) AS n, max(time) AS last FROM {} WHERE time < today()",
        "SELECT sum(if(spent_credits > 30, count, 0)) AS n, sum(count + 1) AS m, count() AS rows FROM {}",
        "SELECT sum(CASE WHEN a.time = b.first THEN a.count ELSE 0 END) AS n FROM {} AS a \
         JOIN (SELECT key_id, min(time) AS first FROM {} GROUP BY key_id) AS b ON a.key_id = b.key_id \
         WHERE a.time >= today() - 20",
        "SELECT sum(a.count) AS n, sum(b.count) AS m FROM {} AS a LEFT JOIN {} AS b \
         ON a.key_id = b.key_id AND a.time = b.time WHERE b.time < today() - 1",
    ] {
        for table in ["hour", "day", "month"] {
            let table = format!("key_verifications_per_{table}_v1");
            let made = ask(&mut events, &sql.replace("{}", &made(&table)));
            assert_eq!(
                ask(&mut events, &sql.replace("{}", &table)),
                made,
                "{table}: {sql}"
            );
        }
    }
}

#[test]
fn a_common_table_expression_may_be_counted_without_any_of_its_columns() {
    let mut events = with(&[event(), event()]);
    for sql in [
        "WITH x AS (SELECT key_id FROM key_verifications_v1) SELECT count() AS n FROM x",
        "WITH x AS (SELECT key_id FROM key_verifications_v1), y AS (SELECT key_id FROM x) SELECT count() AS n FROM y",
        "WITH x AS (SELECT key_id FROM key_verifications_v1) SELECT count() AS n FROM key_verifications_v1 WHERE (SELECT count() FROM x) = 2",
    ] {
        assert_eq!(ask(&mut events, sql), json!([{"n": 2}]), "{sql}");
    }
}
