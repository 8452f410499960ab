//! Four tools in place of all, and answers that are not too long.

use serde_json::{Value, json};

use crate::support::{Binary, Era, Reply, Session, Transport, failure, refusal, success};

const FOUR: [&str; 4] = [
    "search_tools",
    "describe_tool",
    "run_read_tool",
    "run_write_tool",
];

async fn sessions(flags: &[&str]) -> Vec<Session> {
    let mut sessions = Vec::new();
    for transport in Transport::BOTH {
        for era in Era::BOTH {
            let flags = [&["--local=:memory:"], flags].concat();
            sessions.push(Session::connect(transport, era, &flags, None).await);
        }
    }
    sessions
}

/// What a tool of the mode itself answers.
async fn ask(session: &mut Session, tool: &str, arguments: Value) -> Value {
    let answer = session.call(tool, arguments).await;
    let result = &answer["result"];
    let text = result["content"][0]["text"].as_str().expect("a text");
    assert_eq!(
        &serde_json::from_str::<Value>(text).unwrap(),
        &result["structuredContent"]
    );
    result["structuredContent"].clone()
}

#[tokio::test]
async fn four_tools_find_describe_and_call_all_others() {
    for mut session in sessions(&["--dynamic"]).await {
        assert_eq!(session.names().await, FOUR);
        let found = ask(&mut session, "search_tools", json!({"query": "create api"})).await;
        assert_eq!(found["tools"][0]["name"], "apis_create_api", "{found}");
        let told = ask(
            &mut session,
            "describe_tool",
            json!({"name": "apis_create_api"}),
        )
        .await;
        assert_eq!(told["call_with"], "run_write_tool", "{told}");
        assert!(
            told["inputSchema"]["properties"]["name"].is_object(),
            "{told}"
        );
        let call = json!({"name": "apis_create_api", "arguments": {"name": "dynamic"}});
        let made = session.call("run_write_tool", call).await;
        let id = success(&made)["data"]["apiId"].clone();
        let call = json!({"name": "apis.getApi", "arguments": json!({"apiId": id}).to_string()});
        let read = session.call("run_read_tool", call).await;
        assert_eq!(success(&read)["data"]["name"], "dynamic", "{read}");
        let mistaken = json!({"name": "apis_get_api", "arguments": {"api": id}});
        let answer = session.call("run_read_tool", mistaken).await;
        assert!(failure(&answer).contains("apiId"), "{answer}");
    }
}

#[tokio::test]
async fn a_tool_is_called_by_the_tool_of_its_kind_and_only_where_it_is_offered() {
    for mut session in sessions(&["--dynamic", "--toolsets=apis"]).await {
        let call = json!({"name": "apis_delete_api", "arguments": {"apiId": "api_x"}});
        let answer = session.call("run_read_tool", call).await;
        assert_eq!(refusal(&answer).0, -32602, "{answer}");
        assert!(refusal(&answer).1.contains("run_write_tool"), "{answer}");
        for tool in ["run_read_tool", "describe_tool"] {
            let answer = session.call(tool, json!({"name": "keys_get_key"})).await;
            assert_eq!(refusal(&answer).0, -32602, "{answer}");
        }
        let answer = session.call("describe_tool", json!({"tool": "x"})).await;
        assert!(refusal(&answer).1.contains("name is missing"), "{answer}");
        let found = ask(
            &mut session,
            "search_tools",
            json!({"query": "ratelimit override"}),
        )
        .await;
        assert!(!found.to_string().contains("ratelimit_set"), "{found}");
    }
    for mut session in sessions(&["--dynamic", "--read-only"]).await {
        assert_eq!(session.names().await, FOUR[..3]);
    }
}

#[tokio::test]
async fn a_client_asks_for_the_mode_in_the_url_or_a_header() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    for era in Era::BOTH {
        let plain = server.mcp().era(era);
        assert!(plain.names().await.len() > 40);
        let by_header = server.mcp().era(era).header("X-MCP-Mode", "dynamic");
        assert_eq!(by_header.names().await, FOUR);
        let by_url = server.at("/mcp/v2?mode=dynamic").era(era);
        assert_eq!(by_url.names().await, FOUR);
        let wrong = server.at("/mcp/v2?mode=dynamical").era(era);
        let reply = Reply::to(wrong.message("tools/list", json!({}))).await;
        assert_eq!(reply.status, 400, "{reply:?}");
        assert!(reply.body.contains("mode must be dynamic"), "{reply:?}");
    }
}

#[tokio::test]
async fn the_four_take_no_more_than_900_tokens() {
    let mut session = sessions(&["--dynamic"]).await.remove(0);
    let list = session.request("tools/list", json!({})).await;
    let tools = list["result"]["tools"].to_string();
    let counted = tiktoken_rs::o200k_base_singleton().count_ordinary(&tools);
    assert!(counted <= 900, "{counted}");
}

#[tokio::test]
async fn no_answer_is_longer_than_it_may_be() {
    for mut session in sessions(&["--max-answer=500"]).await {
        for number in 0..40 {
            let name = format!("documents.action{number}");
            let made = json!({"name": name, "slug": name, "description": "x".repeat(100)});
            success(&session.call("permissions_create_permission", made).await);
        }
        let answer = session
            .call("permissions_list_permissions", json!({"limit": 100}))
            .await;
        let envelope = success(&answer);
        assert!(envelope.to_string().len() <= 2_000, "{envelope}");
        let shown = envelope["data"].as_array().unwrap().len();
        assert!((1..40).contains(&shown), "{envelope}");
        let told = envelope["leftOut"].as_str().unwrap();
        assert!(
            told.contains(&format!("data: {shown} of 40 shown")),
            "{told}"
        );
    }
}
