//! `keys_find`.

use serde_json::json;

use super::{done, on, on_engines, page};
use crate::support::{Answer, Cloud, failure};

#[tokio::test]
async fn keys_of_all_apis_are_found_on_the_engine() {
    for mut session in on_engines().await {
        for name in ["one", "two"] {
            let made = done(&mut session, "apis_create_api", json!({"name": name})).await;
            for key in ["a", "b"] {
                let arguments = json!({
                    "apiId": made["data"]["apiId"], "externalId": "acme", "name": key,
                });
                done(&mut session, "keys_create_key", arguments).await;
            }
        }
        let found = done(
            &mut session,
            "keys_find",
            json!({"externalId": "acme", "name": "a"}),
        )
        .await;
        assert_eq!(found["data"]["found"], 2);
        assert_eq!(found["data"]["keys"][0]["name"], "a");
        assert_eq!(found["summary"], "2 of 4 keys in 2 APIs fit: 2 VALID.");
        let expected = [
            "data.byApi[].of",
            "data.byOwner[].of",
            "data.keys[].api",
            "data.keys[].externalId",
            "data.keys[].name",
            "data.keys[].start",
        ];
        assert_eq!(found["untrusted"], json!(expected));
    }
}

#[tokio::test]
async fn keys_of_named_apis_are_found_at_unkey() {
    let cloud = Cloud::script(|seen, _| {
        if seen.line.contains("apis.getApi") {
            return Answer::data(&json!({"id": "api_12345", "name": "payments"}));
        }
        let body = seen.json();
        let key = |id: &str| json!({"keyId": id, "start": "sk", "enabled": true, "createdAt": 1});
        if body.get("cursor").is_none() {
            page(&json!([key("key_1")]), Some("key_2"))
        } else {
            page(&json!([key("key_2")]), None)
        }
    })
    .await;
    for mut session in on(&cloud).await {
        // Nothing was met yet.
        let response = session.call("keys_find", json!({})).await;
        assert!(failure(&response).contains("No API is known here"));
        let found = done(&mut session, "keys_find", json!({"apis": ["api_12345"]})).await;
        let keys = &found["data"]["keys"];
        assert_eq!(
            (&keys[0]["keyId"], &keys[1]["keyId"]),
            (&json!("key_1"), &json!("key_2"))
        );
        assert_eq!(keys[0]["api"], "payments");
        assert_eq!(found["pagination"], json!({"hasMore": false}));
    }
}

#[tokio::test]
async fn a_root_key_that_is_none_is_told_as_for_the_operation_itself() {
    let problem = json!({
        "meta": {"requestId": "req_1"},
        "error": {"title": "Unauthorized", "detail": "no such key", "status": 401, "type": ""},
    });
    let cloud = Cloud::that_answers(Answer::json(401, &problem)).await;
    for mut session in on(&cloud).await {
        let response = session
            .call("keys_find", json!({"apis": ["api_12345"]}))
            .await;
        let text = failure(&response);
        assert!(text.contains("401 Unauthorized: no such key"), "{text}");
        assert!(
            text.contains("Next: the root key is not valid here"),
            "{text}"
        );
    }
}
