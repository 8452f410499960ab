//! `usage_report` on the engine: it equals what the same question in SQL gives.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{DAY, World, data, mistakes, ran};

const TOOL: &str = "usage_report";

/// An hour in milliseconds.
const HOUR: i64 = 3_600_000;

/// A workspace with random verifications of three days.
fn workspace(seed: u64) -> World {
    let mut random = fastrand::Rng::with_seed(seed);
    let world = World::new();
    let apis = ["one", "two"].map(|name| world.api(name));
    let mut keys = Vec::new();
    for n in 0..6 {
        let settings = json!({"externalId": format!("owner{}", n % 3), "name": format!("key {n}"),
                              "credits": {"remaining": 20}});
        keys.push(world.key(&apis[n % 2], settings).1);
    }
    for _ in 0..3 {
        for _ in 0..60 {
            let key = random.choice(&keys).unwrap();
            let tags = match random.u8(0..3) {
                0 => json!([]),
                1 => json!(["path=/a"]),
                _ => json!(["path=/b", "region=eu"]),
            };
            world.verify(key, json!({"tags": tags}));
        }
        world.clock.advance(random.i64(HOUR..DAY));
        world.engine.flush().unwrap();
    }
    world
}

fn sql(world: &World, query: &str) -> Vec<Value> {
    let rows = world.ok("analytics.getVerifications", json!({"query": query}));
    rows.as_array().unwrap().clone()
}

#[tokio::test]
async fn it_equals_what_the_same_question_in_sql_gives() {
    for seed in 0..4 {
        let world = workspace(seed);
        let all = &sql(
            &world,
            "SELECT count() AS n, countIf(outcome = 'VALID') AS valid FROM key_verifications_v1",
        )[0];
        for (by, column) in [
            ("owner", "external_id"),
            ("key", "key_id"),
            ("outcome", "outcome"),
            ("tag", "arrayJoin(tags)"),
        ] {
            let report = ran(&world, TOOL, json!({"by": [by], "from": "7d"})).await;
            let told = data(&report);
            assert_eq!(
                (&told["verifications"], &told["valid"]),
                (&all["n"], &all["valid"])
            );
            let name = if by == "key" { "keyId" } else { by };
            let rows = told["rows"].as_array().unwrap();
            let told: BTreeMap<&str, i64> = rows
                .iter()
                .map(|row| {
                    (
                        row[name].as_str().unwrap(),
                        row["verifications"].as_i64().unwrap(),
                    )
                })
                .collect();
            let expected = sql(
                &world,
                &format!(
                    "SELECT {column} AS one, count() AS n FROM key_verifications_v1 GROUP BY one"
                ),
            );
            let expected: BTreeMap<&str, i64> = expected
                .iter()
                .map(|row| (row["one"].as_str().unwrap(), row["n"].as_i64().unwrap()))
                .collect();
            assert_eq!(told, expected, "{seed} {by}");
        }
    }
}

#[tokio::test]
async fn all_that_the_engine_keeps_can_be_asked_for_at_any_minute() {
    let world = workspace(1);
    world.clock.advance(20 * 60_000);
    let report = ran(&world, TOOL, json!({"from": "30d"})).await;
    assert_eq!(data(&report)["verifications"], 180);
}

#[tokio::test]
async fn hours_days_and_months_add_up_to_the_same() {
    let world = workspace(9);
    let whole = data(&ran(&world, TOOL, json!({})).await)["verifications"].clone();
    assert_eq!(whole, 180);
    for every in ["hour", "day", "month"] {
        for from in ["7d", "2026-03-01"] {
            let arguments = json!({"by": [], "every": every, "from": from, "limit": 1000});
            let report = ran(&world, TOOL, arguments).await;
            let rows = data(&report)["rows"].as_array().unwrap().clone();
            let sum: i64 = rows
                .iter()
                .map(|row| row["verifications"].as_i64().unwrap())
                .sum();
            assert_eq!(sum, 180, "{every} {from}");
            let periods: Vec<&str> = rows
                .iter()
                .map(|row| row["period"].as_str().unwrap())
                .collect();
            assert!(periods.is_sorted(), "{periods:?}");
            let length = match every {
                "hour" => "2026-03-10T12:00Z".len(),
                "day" => "2026-03-10".len(),
                _ => "2026-03".len(),
            };
            assert!(
                periods.iter().all(|period| period.len() == length),
                "{periods:?}"
            );
        }
    }
}

#[tokio::test]
async fn apis_have_their_names_and_keys_theirs() {
    let world = workspace(3);
    let report = ran(&world, TOOL, json!({"by": ["api"]})).await;
    let rows = data(&report)["rows"].as_array().unwrap().clone();
    let mut names: Vec<&str> = rows
        .iter()
        .map(|row| row["api"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["one", "two"]);
    let report = ran(
        &world,
        TOOL,
        json!({"by": ["key"], "apis": ["one"], "limit": 2}),
    )
    .await;
    let told = data(&report);
    assert_eq!(told["more"], true);
    let row = &told["rows"][0];
    assert!(row["name"].as_str().unwrap().starts_with("key "));
    assert!(row["owner"].as_str().unwrap().starts_with("owner"));
    let one: i64 = rows
        .iter()
        .filter(|row| row["api"] == "one")
        .map(|row| row["verifications"].as_i64().unwrap())
        .sum();
    assert_eq!(told["verifications"], one);
}

#[tokio::test]
async fn a_table_and_csv_say_the_same() {
    let world = workspace(5);
    let arguments = |format: &str| json!({"by": ["owner", "outcome"], "format": format});
    let rows = data(&ran(&world, TOOL, arguments("json")).await)["rows"].clone();
    let rows = rows.as_array().unwrap().len();
    let csv = data(&ran(&world, TOOL, arguments("csv")).await)["text"].clone();
    let csv = csv.as_str().unwrap();
    assert!(
        csv.starts_with("owner,outcome,verifications,credits\r\n"),
        "{csv}"
    );
    assert_eq!(csv.lines().count(), rows + 1);
    let table = data(&ran(&world, TOOL, arguments("table")).await)["text"].clone();
    let table = table.as_str().unwrap();
    assert!(
        table.starts_with("| owner | outcome | verifications | credits |\n"),
        "{table}"
    );
    assert_eq!(table.lines().count(), rows + 2);
}

#[tokio::test]
async fn quotes_end_no_question() {
    let world = workspace(1);
    for owner in ["x' OR 1=1 --", "x\\' OR 1=1 --", "'; SELECT 1", "\\"] {
        let report = ran(&world, TOOL, json!({"externalId": owner})).await;
        assert_eq!(data(&report)["verifications"], 0, "{owner}");
    }
}

#[tokio::test]
async fn a_period_that_is_none_is_a_mistake() {
    let world = World::new();
    for arguments in [
        json!({"from": "yesterday"}),
        json!({"from": "2027-01-01"}),
        json!({"to": "soon"}),
    ] {
        mistakes(&world, TOOL, arguments).await;
    }
}
