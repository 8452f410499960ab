//! What lists cost a conversation, as a tokenizer counts it.

use serde_json::{Value, json};

use crate::support::{Era, Session, Transport};

/// The tokens of names, descriptions and input schemas in the list of a server with these flags.
async fn tokens(flags: &[&str]) -> usize {
    let mut session = Session::connect(Transport::Stdio, Era::Modern, flags, None).await;
    let list = session.request("tools/list", json!({})).await;
    let tools = list["result"]["tools"].as_array().unwrap();
    let paid: Vec<Value> = tools
        .iter()
        .map(|tool| {
            json!({
                "name": tool["name"],
                "description": tool["description"],
                "inputSchema": tool["inputSchema"],
            })
        })
        .collect();
    assert!(!paid.is_empty());
    tiktoken_rs::o200k_base_singleton().count_ordinary(&json!(paid).to_string())
}

#[tokio::test]
async fn the_default_list_takes_no_more_than_8000_tokens() {
    for flags in [&[][..], &["--local=:memory:"]] {
        let counted = tokens(flags).await;
        assert!(counted <= 8_000, "{flags:?}: {counted}");
    }
}

#[tokio::test]
async fn the_server_for_rate_limits_takes_less_than_1000_tokens() {
    let counted = tokens(&["--server=ratelimit"]).await;
    assert!(counted < 1_000, "{counted}");
}

#[tokio::test]
async fn the_dynamic_list_takes_less_than_900_tokens() {
    let counted = tokens(&["--dynamic"]).await;
    assert!(counted < 900, "{counted}");
}
