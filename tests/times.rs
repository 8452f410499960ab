//! Times in words: what a caller writes as a date or a duration reaches Unkey in Unix ms.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{Cloud, KEY, failure, sessions, success};

const DAY: i64 = 86_400_000;

/// Whether `time` is so many ms from now, give or take what a slow machine takes.
#[track_caller]
fn assert_is_in(time: &Value, ms: i64) {
    let now = Timestamp::now().as_millisecond();
    let away = time.as_i64().expect("Unix ms") - now;
    assert!((ms - 60_000..=ms).contains(&away), "in {away} ms");
}

#[tokio::test]
async fn unkey_is_sent_unix_ms_and_nothing_else() {
    let cloud = Cloud::start().await;
    for mut session in sessions(&[&*cloud.flag()], Some(KEY)).await {
        let arguments = json!({"apiId": "api_12345678", "expiresAt": "2027-12-31"});
        success(&session.call("keys_create_key", arguments).await);
        let sent = json!({"apiId": "api_12345678", "expires": 1_830_297_599_999_i64});
        assert_eq!(cloud.last().json(), sent);
        let arguments = json!({"keyId": "key_1", "expiresAt": "30d"});
        success(&session.call("keys_update_key", arguments).await);
        let sent = cloud.last().json();
        assert_is_in(&sent["expires"], 30 * DAY);
        assert!(sent.get("expiresAt").is_none(), "{sent}");
        let before = cloud.requests();
        let both = json!({"keyId": "key_1", "expires": 1, "expiresAt": "30d"});
        let text = failure(&session.call("keys_update_key", both).await).to_owned();
        assert!(
            text.contains("`expiresAt`: is `expires` in words"),
            "{text}"
        );
        assert_eq!(cloud.requests(), before);
    }
}

#[tokio::test]
async fn the_embedded_engine_keeps_what_was_meant() {
    for mut session in sessions(&["--local=:memory:"], None).await {
        let made = session
            .call("apis_create_api", json!({"name": "payments"}))
            .await;
        let api = success(&made)["data"]["apiId"].clone();
        let key = json!({"apiId": api, "expiresAt": "48h"});
        let made = session.call("keys_create_key", key).await;
        let key = success(&made)["data"]["keyId"].clone();
        let found = session.call("keys_get_key", json!({"keyId": key})).await;
        assert_is_in(&success(&found)["data"]["expires"], 2 * DAY);
        let never = json!({"keyId": key, "expiresAt": null});
        success(&session.call("keys_update_key", never).await);
        let found = session.call("keys_get_key", json!({"keyId": key})).await;
        assert!(success(&found)["data"].get("expires").is_none(), "{found}");
    }
}
