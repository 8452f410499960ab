//! Where a summary is shown, and where it is not.

use serde_json::{Value, json};

use crate::support::{Answer, Binary, Cloud, KEY, sessions, success};

fn said(response: &Value) -> &str {
    let summary = &success(response)["summary"];
    summary.as_str().unwrap_or_else(|| panic!("{response}"))
}

#[tokio::test]
async fn a_result_from_unkey_has_a_summary_first() {
    let key = json!({"keyId": "key_1", "start": "sk", "enabled": false, "createdAt": 1});
    let cloud = Cloud::that_answers(Answer::data(&key)).await;
    for mut session in sessions(&[&*cloud.flag()], Some(KEY)).await {
        let response = session
            .call("keys_get_key", json!({"keyId": "key_1"}))
            .await;
        assert!(
            said(&response).starts_with("key_1 is DISABLED now"),
            "{response}"
        );
        let first = success(&response).as_object().unwrap().keys().next();
        assert_eq!(first.unwrap(), "summary");
    }
}

#[tokio::test]
async fn a_result_of_the_engine_has_a_summary() {
    for mut session in sessions(&["--local=:memory:"], None).await {
        let made = session
            .call("apis_create_api", json!({"name": "payments"}))
            .await;
        let api = success(&made)["data"]["apiId"].clone();
        assert!(said(&made).contains(api.as_str().unwrap()), "{made}");
        let key = json!({"apiId": api, "prefix": "sk_live", "expiresAt": "30d", "externalId": "ada",
                         "credits": {"remaining": 1}});
        let made = session.call("keys_create_key", key).await;
        assert!(said(&made).contains("it is VALID now"), "{made}");
        let (id, key) = (
            success(&made)["data"]["keyId"].clone(),
            success(&made)["data"]["key"].clone(),
        );
        let verified = session.call("keys_verify_key", json!({"key": key})).await;
        assert!(
            said(&verified).contains("It spent 1 credit; left: 0."),
            "{verified}"
        );
        let looked_up = session.call("keys_whoami", json!({"key": key})).await;
        assert!(
            said(&looked_up).contains("is USAGE_EXCEEDED now"),
            "{looked_up}"
        );
        let listed = session.call("apis_list_keys", json!({"apiId": api})).await;
        assert!(
            said(&listed).starts_with("1 key in all. Now 1 USAGE_EXCEEDED."),
            "{listed}"
        );
        let rerolled = session
            .call("keys_reroll_key", json!({"keyId": id, "expiration": 0}))
            .await;
        assert!(
            said(&rerolled).contains("before its first `_`"),
            "{rerolled}"
        );
    }
}

#[tokio::test]
async fn without_summaries_a_result_has_none() {
    let cloud = Cloud::start().await;
    let flag = cloud.flag();
    for mut session in sessions(&[&*flag, "--summary=false"], Some(KEY)).await {
        let response = session
            .call("keys_delete_key", json!({"keyId": "key_1"}))
            .await;
        assert!(success(&response).get("summary").is_none(), "{response}");
    }
    let server = Binary::new(["serve", &flag])
        .env("UNKEY_MCP_SUMMARY", "false")
        .serve()
        .await;
    let endpoint = server.mcp().with_key();
    let response = endpoint
        .call("keys_delete_key", json!({"keyId": "key_1"}))
        .await;
    assert!(success(&response).get("summary").is_none(), "{response}");
}
