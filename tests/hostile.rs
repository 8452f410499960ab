//! Requests that are made to cost much: what they cost stays in proportion, and the answer is small.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Binary, Cloud, Era, KEY, Session, Transport, failure, refusal};

/// Large enough to tell what is worse than linear.
const SIZE: usize = 1 << 18;

/// More than any answer needs.
const LONGEST_ANSWER: usize = 16 * 1024;

/// Far above what such a body takes in this build on a machine that does other things too; what is
/// worse than linear takes hours.
const PATIENCE: Duration = Duration::from_secs(15);

/// `count` fields of that value.
fn fields(count: usize, value: &str) -> Value {
    let mut text = String::from("{");
    for index in 0..count {
        let comma = if index == 0 { "" } else { "," };
        // Writing to a string does not fail.
        let _ = write!(text, "{comma}\"f{index}\":{value}");
    }
    text.push('}');
    serde_json::from_str(&text).unwrap()
}

/// Arguments of that size, each kind of nuisance with the tool that it is meant for.
fn nuisances() -> Vec<(&'static str, Value)> {
    let long = "x".repeat(SIZE);
    let long = long.as_str();
    let item = json!({"name": 1, "zone": "x"});
    vec![
        ("apis_get_api", json!({(long): 1})),
        ("apis_get_api", fields(SIZE / 12, "1")),
        ("apis_get_api", json!({"body": long})),
        (
            "keys_update_key",
            json!({"keyId": "key_1", "externalId": format!("{long} ")}),
        ),
        (
            "keys_update_key",
            json!({"keyId": "key_1", "enabled": long}),
        ),
        ("keys_update_key", json!({"keyId": "key_1", "clear": long})),
        (
            "keys_update_key",
            json!({"keyId": "key_1", "clear": vec!["credit"; SIZE / 9]}),
        ),
        (
            "keys_update_key",
            json!({"keyId": "key_1", "clear": vec![[0]; SIZE / 4]}),
        ),
        (
            "keys_update_key",
            json!({"keyId": "key_1", "ratelimits": vec![item.clone(); SIZE / 30]}),
        ),
        (
            "keys_update_key",
            json!({"keyId": "key_1", "roles": vec![1; SIZE / 2]}),
        ),
        (
            "keys_update_key",
            json!({"keyId": "key_1", "expires": "[".repeat(SIZE)}),
        ),
        (
            "keys_update_key",
            json!({"keyId": "key_1", "credits": {"refill": {"interval": long, "amount": 1}}}),
        ),
        (
            "ratelimit_multi_limit",
            json!({"limits": vec![item; SIZE / 30]}),
        ),
        (
            "ratelimit_multi_limit",
            json!({"limits": json!(vec![0; SIZE / 2]).to_string()}),
        ),
        (
            "ratelimit_multi_limit",
            json!({"body": fields(SIZE / 12, "{}").to_string()}),
        ),
    ]
}

#[tokio::test]
async fn what_is_wrong_with_huge_arguments_is_told_in_few_words_and_soon() {
    let cloud = Cloud::start().await;
    let flag = cloud.flag();
    for transport in Transport::BOTH {
        let mut session = Session::connect(transport, Era::Modern, &[&flag], Some(KEY)).await;
        for (index, (tool, arguments)) in nuisances().into_iter().enumerate() {
            let start = Instant::now();
            let response = session.call(tool, arguments).await;
            let took = start.elapsed();
            assert!(took < PATIENCE, "{transport:?} {index} {tool}: {took:?}");
            let text = failure(&response);
            assert!(text.contains("nothing was sent"), "{index} {tool}: {text}");
            assert!(
                text.len() < LONGEST_ANSWER,
                "{index} {tool}: {}",
                text.len()
            );
        }
    }
    assert_eq!(cloud.requests(), 0);
}

#[tokio::test]
async fn twenty_mistakes_are_told_and_the_others_counted() {
    let cloud = Cloud::start().await;
    let mut session =
        Session::connect(Transport::Http, Era::Modern, &[&cloud.flag()], Some(KEY)).await;
    let arguments =
        json!({"keyId": "key_1", "roles": vec![1; 25], "clear": ["x", "x", "x"], "zone": 1});
    let response = session.call("keys_update_key", arguments).await;
    let text = failure(&response);
    assert_eq!(text.matches("\n- `").count(), 20, "{text}");
    assert!(text.contains("\n- and 9 more\n"), "{text}");
}

#[tokio::test]
async fn the_name_of_a_tool_that_is_not_there_is_told_cut_whatever_its_length() {
    for transport in Transport::BOTH {
        for era in Era::BOTH {
            // Over HTTP the newest clients repeat the name in a header.
            let length = if era == Era::Modern { 1_000 } else { SIZE };
            let mut session = Session::connect(transport, era, &[], Some(KEY)).await;
            let start = Instant::now();
            let answer = session.call(&"keys_".repeat(length / 5), json!({})).await;
            assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
            let (code, message) = refusal(&answer);
            assert_eq!(code, -32602);
            assert!(message.starts_with("Unknown tool: keys_"), "{message}");
            assert!(message.len() < 500, "{}", message.len());
        }
    }
}

#[tokio::test]
async fn the_engines_api_tells_a_huge_body_in_few_words_too() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    for (index, body) in [
        fields(SIZE / 12, "1"),
        json!({("x".repeat(SIZE)): 1}),
        json!({"keyId": "key_1", "roles": vec![1; SIZE / 2]}),
        json!({"keyId": "key_1", "externalId": " ".repeat(SIZE)}),
        json!({"keyId": "key_1", "ratelimits": vec![json!({"name": 1, "zone": "x"}); SIZE / 30]}),
    ]
    .into_iter()
    .enumerate()
    {
        let start = Instant::now();
        let response = server
            .request(reqwest::Method::POST, "/v2/keys.updateKey")
            .header("Authorization", "Bearer x")
            .header("Content-Type", "application/json")
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 400, "{index}");
        let text = response.text().await.unwrap();
        assert!(start.elapsed() < PATIENCE, "{index}: {:?}", start.elapsed());
        assert!(text.len() < 4 * LONGEST_ANSWER, "{index}: {}", text.len());
    }
}
