//! What a workflow may call: what its caller may, and no more.

use serde_json::json;

use super::{page, sessions};
use crate::support::{Cloud, KEY, failure, success};

async fn cloud() -> Cloud {
    Cloud::script(|_, _| page(&json!([]), None)).await
}

#[tokio::test]
async fn a_workflow_that_was_named_may_read_what_it_is_made_of() {
    let cloud = cloud().await;
    for choice in ["--tools=keys_find", "--toolsets=workflows"] {
        for mut session in sessions(&[&*cloud.flag(), choice], Some(KEY)).await {
            assert!(session.names().await.contains(&"keys_find".to_owned()));
            success(&session.call("keys_find", json!({"apis": ["api_1"]})).await);
            let response = session
                .call("apis_list_keys", json!({"apiId": "api_1"}))
                .await;
            assert!(response.get("error").is_some(), "{response}");
        }
    }
}

#[tokio::test]
async fn what_was_excluded_is_called_by_no_workflow() {
    let cloud = cloud().await;
    let flags = [
        &*cloud.flag(),
        "--exclude-tools=apis_list_keys,apis_get_api",
    ];
    for mut session in sessions(&flags, Some(KEY)).await {
        let response = session.call("keys_find", json!({"apis": ["api_1"]})).await;
        let text = failure(&response);
        assert!(
            text.contains("`apis_list_keys` is not among the tools"),
            "{text}"
        );
    }
    assert_eq!(cloud.requests(), 0);
}

#[tokio::test]
async fn a_workflow_takes_one_place_among_the_calls() {
    let cloud = cloud().await;
    let flags = [&*cloud.flag(), "--max-calls-per-caller=1"];
    for mut session in sessions(&flags, Some(KEY)).await {
        success(
            &session
                .call("keys_find", json!({"apis": ["api_1", "api_2"]}))
                .await,
        );
    }
}
