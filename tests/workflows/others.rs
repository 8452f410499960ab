//! `workspace_overview`, `keys_explain` and `usage_report`.

use serde_json::{Value, json};

use super::{done, on, on_engines, page};
use crate::support::{Answer, Cloud, failure};

#[tokio::test]
async fn on_the_engine_each_says_what_there_is() {
    for mut session in on_engines().await {
        let made = done(&mut session, "apis_create_api", json!({"name": "payments"})).await;
        let arguments = json!({
            "apiId": made["data"]["apiId"], "externalId": "acme", "credits": {"remaining": 1},
        });
        let key = done(&mut session, "keys_create_key", arguments).await;
        let key = &key["data"]["key"];
        for _ in 0..2 {
            done(&mut session, "keys_verify_key", json!({"key": key})).await;
        }
        let overview = done(&mut session, "workspace_overview", json!({})).await;
        assert_eq!(overview["data"]["apis"][0]["name"], "payments");
        assert_eq!(overview["data"]["apis"][0]["byState"]["USAGE_EXCEEDED"], 1);

        let told = done(&mut session, "keys_explain", json!({"key": key})).await;
        assert_eq!(told["data"]["code"], "USAGE_EXCEEDED");
        let outcomes = told["data"]["outcomes"].as_array().unwrap().len();
        assert_eq!(outcomes, 2);

        let arguments = json!({"by": ["api", "outcome"], "format": "csv"});
        let usage = done(&mut session, "usage_report", arguments).await;
        assert_eq!(usage["data"]["verifications"], 2);
        let text = usage["data"]["text"].as_str().unwrap();
        assert!(text.contains("payments,USAGE_EXCEEDED,1,0\r\n"), "{text}");
        assert_eq!(usage["untrusted"], json!(["data.text"]));
    }
}

/// An Unkey with one key, one role that it does not show, and verifications.
async fn cloud() -> Cloud {
    Cloud::script(|seen, _| {
        let key = json!({"keyId": "key_1", "start": "sk", "enabled": false, "createdAt": 1,
                         "updatedAt": 1_700_000_000_000_i64, "lastUsedAt": 1});
        let forbidden = json!({
            "meta": {"requestId": "req_1"},
            "error": {"title": "Forbidden", "detail": "no", "status": 403, "type": ""},
        });
        let query = || seen.json()["query"].as_str().unwrap().to_owned();
        let is = |endpoint: &str| seen.line.contains(endpoint);
        if is("analytics.getVerifications") && query().contains("key_space_id, SUM") {
            Answer::data(&json!([{"key_id": "key_1", "key_space_id": "ks_1", "uses": 3}]))
        } else if is("analytics.getVerifications") {
            Answer::data(&json!([{"owner": "acme", "api": "ks_1", "verifications": 3, "valid": 2, "credits": 0}]))
        } else if is("apis.listKeys") {
            page(&json!([key]), None)
        } else if is("apis.getApi") {
            Answer::data(&json!({"id": "api_12345", "name": "payments"}))
        } else if is("keys.getKey") {
            Answer::data(&key)
        } else {
            Answer::json(403, &forbidden)
        }
    })
    .await
}

#[tokio::test]
async fn at_unkey_each_says_what_the_root_key_may_see() {
    let cloud = cloud().await;
    for mut session in on(&cloud).await {
        let told = done(&mut session, "keys_explain", json!({"keyId": "key_1"})).await;
        assert_eq!(told["data"]["code"], "DISABLED");
        let why = told["data"]["causes"][0]["why"].as_str().unwrap();
        assert!(why.contains("2023-11-14T22:13:20Z"), "{why}");

        let arguments = json!({"by": ["api"], "apis": ["api_12345"]});
        let usage = done(&mut session, "usage_report", arguments).await;
        assert_eq!(usage["data"]["rows"][0]["api"], "payments");
        assert_eq!(usage["data"]["rows"][0]["validPercent"], 66.7);

        let overview = done(&mut session, "workspace_overview", json!({})).await;
        let unread = overview["data"]["unread"].as_array().unwrap();
        let parts: Vec<&Value> = unread.iter().map(|part| &part["what"]).collect();
        assert!(parts.contains(&&json!("roles")), "{overview}");
    }
}

#[tokio::test]
async fn a_mistake_is_told_before_anything_is_sent() {
    let cloud = Cloud::start().await;
    for mut session in on(&cloud).await {
        for (tool, arguments, part) in [
            ("keys_explain", json!({}), "give either `key`"),
            ("usage_report", json!({"from": "yesterday"}), "`from`"),
            ("keys_find", json!({"apis": []}), "`apis`: is empty"),
            (
                "keys_find",
                json!({"owner": "acme"}),
                "`owner`: unknown field",
            ),
        ] {
            let response = session.call(tool, arguments).await;
            assert!(failure(&response).contains(part), "{response}");
        }
    }
    assert_eq!(cloud.requests(), 0);
}
