//! ClickHouse's semantics, as far as SQLite's or common sense would have it otherwise.

use serde_json::json;
use unkey_analytics::Event;

use crate::workspace::{DAY, MINUTE, NOW, ask, database, event, with};

#[test]
fn counts_are_whole_numbers_and_quotients_are_not() {
    let mut events = with(&[
        event(),
        Event {
            outcome: "EXPIRED".into(),
            spent_credits: 0,
            ..event()
        },
    ]);
    assert_eq!(
        ask(
            &mut events,
            "SELECT count(), sum(spent_credits) AS s, s / 2, 7 / 2 FROM key_verifications_v1"
        ),
        json!([{"count()": 2, "s": 3, "divide(s, 2)": 1.5, "divide(7, 2)": 3.5}])
    );
}

#[test]
fn times_are_rfc_3339_and_the_raw_one_is_a_number() {
    let mut events = with(&[event()]);
    let raw = ask(
        &mut events,
        "SELECT time, fromUnixTimestamp64Milli(time + 5) AS t FROM key_verifications_v1",
    );
    assert_eq!(
        raw,
        json!([{"time": NOW - MINUTE, "t": "2026-06-15T11:59:00.005Z"}])
    );
    for (table, time) in [
        ("minute", "2026-06-15T11:59:00Z"),
        ("hour", "2026-06-15T11:00:00Z"),
        ("day", "2026-06-15T00:00:00Z"),
    ] {
        let sql = format!("SELECT time, count, tags FROM key_verifications_per_{table}_v1");
        assert_eq!(
            ask(&mut events, &sql),
            json!([{"time": time, "count": 1, "tags": ["path=/a", "team=x"]}])
        );
    }
}

#[test]
fn milliseconds_are_compared_with_seconds() {
    let mut events = with(&[Event {
        time: NOW - 20 * DAY,
        ..event()
    }]);
    let sql = "SELECT count() AS n FROM key_verifications_v1 WHERE time >= now() - INTERVAL 1 HOUR";
    assert_eq!(ask(&mut events, sql), json!([{"n": 1}]));
    let sql = "SELECT sum(count) AS n FROM key_verifications_per_hour_v1 WHERE time >= now() - INTERVAL 1 HOUR";
    assert_eq!(ask(&mut events, sql), json!([{"n": 0}]));
}

#[test]
fn aggregates_over_no_rows_have_defaults_and_an_average_has_none() {
    let sql = "SELECT count() AS n, min(time) AS low, max(key_id) AS high, avg(latency) AS mean, \
               groupArray(key_id) AS keys FROM key_verifications_v1";
    assert_eq!(
        ask(&mut database(), sql),
        json!([{"n": 0, "low": 0, "high": "", "mean": null, "keys": []}])
    );
    let grouped = "SELECT outcome, count() FROM key_verifications_v1 GROUP BY outcome";
    assert_eq!(ask(&mut database(), grouped), json!([]));
}

#[test]
fn an_alias_hides_the_column_of_its_name_and_is_known_everywhere() {
    let mut events = with(&[
        event(),
        event(),
        Event {
            outcome: "EXPIRED".into(),
            ..event()
        },
    ]);
    let sql = "SELECT lower(outcome) AS outcome, count() AS n, n * 2 AS twice \
               FROM key_verifications_v1 WHERE outcome = 'valid' GROUP BY outcome";
    assert_eq!(
        ask(&mut events, sql),
        json!([{"outcome": "valid", "n": 2, "twice": 4}])
    );
    let sql = "SELECT outcome, sum(count) AS count FROM key_verifications_per_day_v1 \
               GROUP BY outcome ORDER BY count DESC LIMIT 1";
    assert_eq!(
        ask(&mut events, sql),
        json!([{"outcome": "VALID", "count": 2}])
    );
}

#[test]
fn array_join_gives_a_row_for_each_tag() {
    let mut events = with(&[
        event(),
        Event {
            tags: vec![],
            ..event()
        },
    ]);
    let sql = "SELECT arrayJoin(arrayFilter(x -> startsWith(x, 'path='), tags)) AS path, count() AS n \
               FROM key_verifications_v1 GROUP BY path";
    assert_eq!(ask(&mut events, sql), json!([{"path": "path=/a", "n": 1}]));
    let sql = "SELECT t FROM key_verifications_v1 LEFT ARRAY JOIN tags AS t ORDER BY t";
    assert_eq!(
        ask(&mut events, sql),
        json!([{"t": ""}, {"t": "path=/a"}, {"t": "team=x"}])
    );
}

#[test]
fn missing_days_are_filled_up_to_but_without_the_last() {
    let mut events = with(&[
        event(),
        Event {
            time: NOW - 2 * DAY,
            ..event()
        },
    ]);
    let sql = "SELECT time, sum(count) AS n FROM key_verifications_per_day_v1 GROUP BY time \
               ORDER BY time WITH FILL FROM today() - 3 TO today() STEP INTERVAL 1 DAY";
    assert_eq!(
        ask(&mut events, sql),
        json!([
            {"time": "2026-06-12T00:00:00Z", "n": 0},
            {"time": "2026-06-13T00:00:00Z", "n": 1},
            {"time": "2026-06-14T00:00:00Z", "n": 0},
            {"time": "2026-06-15T00:00:00Z", "n": 1},
        ])
    );
}

#[test]
fn a_left_join_without_a_partner_has_defaults_instead_of_nulls() {
    let mut events = with(&[event()]);
    let sql = "SELECT a.outcome AS o, b.n AS n FROM key_verifications_v1 a LEFT JOIN \
               (SELECT 'EXPIRED' AS outcome, 5 AS n) b ON a.outcome = b.outcome";
    assert_eq!(ask(&mut events, sql), json!([{"o": "VALID", "n": 0}]));
}

#[test]
fn windows_look_at_the_rows_around() {
    let days = [0, 1, 2].map(|day| Event {
        time: NOW - day * DAY,
        spent_credits: day,
        ..event()
    });
    let sql = "SELECT sum(spent_credits) AS c, avg(c) OVER (ORDER BY time ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS m \
               FROM key_verifications_per_day_v1 GROUP BY time ORDER BY time";
    assert_eq!(
        ask(&mut with(&days), sql),
        json!([{"c": 2, "m": 2}, {"c": 1, "m": 1.5}, {"c": 0, "m": 0.5}])
    );
}

#[test]
fn an_average_of_days_is_the_nearest_day_and_of_two_the_even_one() {
    let on = |days: i64| Event {
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
fn a_branch_may_fail_for_rows_that_do_not_take_it() {
    let mut events = with(&[
        event(),
        Event {
            spent_credits: 0,
            latency: 9.0,
            ..event()
        },
        Event {
            spent_credits: 3,
            latency: 9.0,
            ..event()
        },
    ]);
    let sql = "SELECT if(spent_credits = 0, -1, toInt64(latency / spent_credits)) AS a, \
               CASE WHEN spent_credits > 0 AND toInt64(latency / spent_credits) = 3 THEN 1 END AS b \
               FROM key_verifications_v1 WHERE latency = 9 ORDER BY a";
    assert_eq!(
        ask(&mut events, sql),
        json!([{"a": -1, "b": null}, {"a": 3, "b": 1}])
    );
}

#[test]
fn a_null_leaves_the_rest_of_and_to_decide() {
    let credits = |spent_credits| Event {
        spent_credits,
        latency: 9.0,
        ..event()
    };
    let mut events = with(&[credits(0), credits(3), credits(9)]);
    let sql = "SELECT CASE WHEN spent_credits > 0 THEN NULL ELSE 0 END \
               AND toInt64(latency / spent_credits) = 3 AS x \
               FROM key_verifications_v1 ORDER BY spent_credits";
    assert_eq!(
        ask(&mut events, sql),
        json!([{"x": 0}, {"x": null}, {"x": 0}])
    );
}

#[test]
fn tables_joined_by_commas_are_joined_by_the_equalities_of_where() {
    // Every pair would be beyond the memory of a question.
    let events: Vec<_> = (0..20_000)
        .map(|number| Event {
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
    let numbered = |number: usize| Event {
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
fn what_is_constant_may_fail_where_no_row_comes_to_it() {
    let sql = "SELECT if(1, 2, toInt64(1 / 0)) AS a, CASE WHEN 1 THEN 3 ELSE 5 % 0 END AS b \
               FROM key_verifications_v1 LIMIT 1e0";
    assert_eq!(ask(&mut with(&[event()]), sql), json!([{"a": 2, "b": 3}]));
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
fn quantiles_lie_between_their_neighbours() {
    let events = [1.0, 2.0, 3.0, 10.0].map(|latency| Event { latency, ..event() });
    let sql = "SELECT quantile(latency) AS half, quantile(0.75)(latency) AS high FROM key_verifications_v1";
    assert_eq!(
        ask(&mut with(&events), sql),
        json!([{"half": 2.5, "high": 4.75}])
    );
}

#[test]
fn an_interval_may_stand_before_the_to_of_with_fill() {
    let sql = "SELECT time AS t, sum(count) AS n FROM key_verifications_per_day_v1 GROUP BY t \
               ORDER BY t WITH FILL FROM today() - INTERVAL 1 DAY TO today() + INTERVAL 1 DAY";
    assert_eq!(
        ask(&mut with(&[event()]), sql),
        json!([{"t": "2026-06-14T00:00:00Z", "n": 0}, {"t": "2026-06-15T00:00:00Z", "n": 1}])
    );
}
