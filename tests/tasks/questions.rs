//! Requests that end with an answer.

use serde_json::{Value, json};

use super::Workspace;

/// The member `field` of each row.
fn column<'a>(rows: &'a Value, field: &str) -> Vec<&'a Value> {
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| &row[field])
        .collect()
}

#[tokio::test]
async fn who_caused_the_traffic_and_how_much_was_refused_is_one_table() {
    let mut workspace = Workspace::seeded().await;
    let request = json!({"by": ["owner", "outcome"], "from": "24h"});
    let report = workspace.call("usage_report", request).await;
    assert_eq!(workspace.calls, 1);
    assert_eq!(report["verifications"], 31, "{report}");
    let limited =
        json!({"owner": "hooli", "outcome": "RATE_LIMITED", "verifications": 2, "credits": 0});
    assert!(
        report["rows"].as_array().unwrap().contains(&limited),
        "{report}"
    );
}

#[tokio::test]
async fn verifications_by_the_hour_of_an_api_are_asked_for_by_its_name() {
    let mut workspace = Workspace::seeded().await;
    let request =
        json!({"every": "hour", "from": "24h", "apis": ["payments-prod"], "format": "table"});
    let report = workspace.call("usage_report", request).await;
    assert_eq!(workspace.calls, 1);
    assert_eq!(report["verifications"], 28, "{report}");
    let table = report["text"].as_str().unwrap();
    let head = table.lines().next().unwrap();
    assert!(head.contains("period") && head.contains("valid"), "{table}");
    assert!(!head.contains("owner"), "{table}");
    // The hour may have changed meanwhile.
    assert!((3..=4).contains(&table.lines().count()), "{table}");
}

#[tokio::test]
async fn active_keys_are_counted_and_unused_ones_are_listed() {
    let mut workspace = Workspace::seeded().await;
    let found = workspace
        .call("keys_find", json!({"neverUsed": true}))
        .await;
    assert_eq!(workspace.calls, 1);
    let states = json!({"VALID": 13, "DISABLED": 1, "EXPIRED": 1, "USAGE_EXCEEDED": 0});
    assert_eq!(found["statesOfAll"], states, "{found}");
    // Uses are written down once a minute.
    assert!(found["found"].as_u64().unwrap() >= 11, "{found}");
}

#[tokio::test]
async fn a_question_in_sql_covers_whole_seven_days() {
    let mut workspace = Workspace::seeded().await;
    let query = "SELECT key_id, count(*) AS uses FROM key_verifications_v1 \
                 WHERE time > now() - INTERVAL 7 DAY GROUP BY 1";
    let rows = workspace
        .call("analytics_get_verifications", json!({"query": query}))
        .await;
    assert_eq!(workspace.calls, 1);
    assert_eq!(rows.as_array().unwrap().len(), 4, "{rows}");
}

#[tokio::test]
async fn usage_statistics_are_small_tables_with_names() {
    let mut workspace = Workspace::seeded().await;
    let request = json!({"by": ["key"], "from": "7d", "limit": 5});
    let keys = workspace.call("usage_report", request).await;
    let tags = workspace
        .call("usage_report", json!({"by": ["tag"], "from": "7d"}))
        .await;
    assert_eq!(workspace.calls, 2);
    assert_eq!(column(&keys["rows"], "name")[0], "hooli0", "{keys}");
    assert_eq!(
        column(&tags["rows"], "tag"),
        [&json!("region=eu")],
        "{tags}"
    );
}

#[tokio::test]
async fn a_key_of_another_api_is_found_out() {
    let mut workspace = Workspace::seeded().await;
    let request = json!({"key": workspace.keys["initech0"]["key"], "api": "search-prod"});
    let cause = workspace.call("keys_explain", request).await;
    assert_eq!(workspace.calls, 1);
    let codes = column(&cause["causes"], "code");
    assert!(codes.contains(&&json!("NOT_FOUND")), "{cause}");
    assert!(codes.contains(&&json!("EXPIRED")), "{cause}");
}

#[tokio::test]
async fn the_limit_that_applies_says_where_it_comes_from_and_what_is_left() {
    let mut workspace = Workspace::seeded().await;
    let exception =
        json!({"namespace": "email.send", "identifier": "acme", "limit": 100, "duration": 60_000});
    workspace.look("ratelimit_set_override", exception).await;
    let request =
        json!({"namespace": "email.send", "identifier": "acme", "limit": 10, "duration": 60_000});
    let told = workspace.call("keys_explain", request).await;
    assert_eq!(workspace.calls, 1);
    let limit = &told["limits"][0];
    assert_eq!(limit["setBy"], "override", "{told}");
    assert_eq!(limit["limit"], 100, "{told}");
    assert!(limit["left"].as_i64().unwrap() <= 100, "{told}");
    assert!(limit["resetsAt"].is_string(), "{told}");
}
