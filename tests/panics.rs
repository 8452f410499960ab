//! A panic costs the one request. It is planted: see the feature `planted-faults`.

use serde_json::json;

use crate::support::{Answer, Binary, Cloud, Era, KEY, Reply, Stdio, refusal, success};

/// What plants a panic, with something behind it that must stay unsaid.
const PLANTED: &str = "planted_panic hush-hush";

#[tokio::test]
async fn a_panic_in_a_call_on_stdio_is_an_answer_and_a_log_line() {
    for era in Era::BOTH {
        let cloud = Cloud::start().await;
        let binary = Binary::new(["stdio", &cloud.flag()]).env("UNKEY_ROOT_KEY", KEY);
        let mut session = Stdio::connect(binary, era).await;
        let answer = session
            .call("apis_create_api", json!({"name": PLANTED}))
            .await;
        let (code, message) = refusal(&answer);
        assert_eq!(code, -32603);
        assert!(message.contains("apis_create_api"), "{message}");
        assert!(message.contains("effect is unknown"), "{message}");
        assert!(!message.contains("hush"), "{message}");
        success(
            &session
                .call("apis_create_api", json!({"name": "abc"}))
                .await,
        );
        let list = session
            .request("tools/list", json!({"cursor": PLANTED}))
            .await;
        assert_eq!(refusal(&list).0, -32603);
        let list = session.request("tools/list", json!({})).await;
        assert!(list["result"]["tools"].is_array());
        let ended = session.end().await;
        let lines = ended.stderr.lines();
        let named = lines.filter(|line| line.contains("apis_create_api"));
        assert_eq!(named.count(), 1, "{ended:?}");
        assert!(ended.stderr.contains("faults.rs"), "{ended:?}");
        assert!(!ended.stderr.contains("hush"), "{ended:?}");
    }
}

#[tokio::test]
async fn a_panic_in_a_call_over_http_costs_no_other_call() {
    let cloud = Cloud::script(|_, _| Answer::Together(2, json!({}))).await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    for era in Era::BOTH {
        let endpoint = server.mcp().with_key().era(era);
        let other = tokio::spawn({
            let endpoint = endpoint.clone();
            async move {
                endpoint
                    .call("apis_create_api", json!({"name": "abc"}))
                    .await
            }
        });
        let answer = endpoint
            .call("apis_create_api", json!({"name": PLANTED}))
            .await;
        let (code, message) = refusal(&answer);
        assert_eq!(code, -32603);
        assert!(!message.contains("hush"), "{message}");
        success(
            &endpoint
                .call("apis_create_api", json!({"name": "abc"}))
                .await,
        );
        success(&other.await.unwrap());
    }
}

#[tokio::test]
async fn a_panic_outside_a_call_is_an_answer_too() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    let endpoint = server.mcp().header("X-Planted-Fault", PLANTED);
    let reply = Reply::to(endpoint.message("tools/list", json!({}))).await;
    assert_eq!(reply.status, 500);
    assert_eq!(refusal(&reply.json()).0, -32603);
    let request = server.request(reqwest::Method::POST, "/v2/apis.getApi");
    let reply = Reply::to(request.header("X-Planted-Fault", PLANTED)).await;
    assert_eq!(reply.status, 500);
    assert!(!reply.body.contains("hush"), "{reply:?}");
    assert!(!server.mcp().names().await.is_empty());
}
