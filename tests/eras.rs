//! Both transports, with clients of every age: they list, call, err and misspell.

use serde_json::{Value, json};

use crate::support::{
    Answer, Binary, Cloud, Era, KEY, LEGACY, MODERN, Reply, Session, Stdio, Transport, failure,
    offered, refusal, success,
};

/// Every transport with every protocol version.
fn ways() -> impl Iterator<Item = (Transport, Era)> {
    let eras = || LEGACY.map(Era::Legacy).into_iter().chain([Era::Modern]);
    Transport::BOTH
        .into_iter()
        .flat_map(move |transport| eras().map(move |era| (transport, era)))
}

#[tokio::test]
async fn a_client_of_any_age_lists_calls_errs_and_misspells() {
    let cloud = Cloud::script(|seen, _| {
        if seen.line.contains("keys.getKey") {
            Answer::problem(404, "Not Found", "This key does not exist.")
        } else {
            Answer::data(&json!({"apiId": "api_1"}))
        }
    })
    .await;
    let flag = cloud.flag();
    for (transport, era) in ways() {
        let mut session = Session::connect(transport, era, &[&flag], Some(KEY)).await;

        assert_eq!(session.names().await, offered(), "{transport:?} {era:?}");

        let made = session
            .call("apis_create_api", json!({"name": "abc"}))
            .await;
        assert_eq!(success(&made)["data"]["apiId"], "api_1");
        assert_era(era, &made["result"]);

        let missing = session
            .call("keys_get_key", json!({"keyId": "key_1"}))
            .await;
        assert!(failure(&missing).contains("This key does not exist."));
        assert_era(era, &missing["result"]);

        let unknown = session.call("keys_get_kee", json!({})).await;
        let (code, message) = refusal(&unknown);
        assert_eq!(code, -32602);
        assert!(message.contains("`keys_get_key`"), "{message}");
    }
}

/// What only newer clients know is sent to them alone.
fn assert_era(era: Era, result: &Value) {
    let modern = era == Era::Modern;
    assert_eq!(result.get("resultType").is_some(), modern, "{result}");
    let server = &result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"];
    assert_eq!(server == "unkey-mcp", modern, "{result}");
}

#[tokio::test]
async fn a_tool_list_carries_cache_hints_for_modern_clients_alone() {
    for transport in Transport::BOTH {
        for era in Era::BOTH {
            let mut session = Session::connect(transport, era, &[], None).await;
            let list = session.request("tools/list", json!({})).await;
            let modern = era == Era::Modern;
            assert_eq!(list["result"]["ttlMs"].is_u64(), modern, "{transport:?}");
            assert_eq!(list["result"]["cacheScope"].is_string(), modern);
        }
    }
}

#[tokio::test]
async fn a_modern_client_discovers_what_the_server_is() {
    for transport in Transport::BOTH {
        let mut session = Session::connect(transport, Era::Modern, &[], None).await;
        let answer = session.request("server/discover", json!({})).await;
        let result = &answer["result"];
        let versions: Vec<&str> = result["supportedVersions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|version| version.as_str().unwrap())
            .collect();
        assert!(versions.contains(&MODERN), "{result}");
        assert!(result["capabilities"]["tools"].is_object(), "{result}");
        let instructions = result["instructions"].as_str().unwrap();
        assert!(instructions.len() <= 2_000, "{}", instructions.len());
    }
}

#[tokio::test]
async fn a_version_from_the_future_is_answered_with_the_ones_there_are() {
    let server = Binary::new(["serve"]).serve().await;
    let mut request = Era::Modern.request(1, "tools/list", json!({}));
    request["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = "2099-01-01".into();
    let post = server
        .mcp()
        .post(request.to_string())
        .header("MCP-Protocol-Version", "2099-01-01")
        .header("Mcp-Method", "tools/list");
    let reply = Reply::to(post).await;
    assert_eq!(reply.status, 400, "{reply:?}");
    assert_eq!(refusal(&reply.json()).0, -32022);

    let mut stdio = Stdio::silent(Binary::new(["stdio"]), Era::Legacy("2099-01-01"));
    let handshake = Era::Legacy("2099-01-01").handshake();
    let answer = stdio.request("initialize", handshake).await;
    assert_eq!(answer["result"]["protocolVersion"], LEGACY[3], "{answer}");
}

#[tokio::test]
async fn headers_that_contradict_the_message_are_refused() {
    let server = Binary::new(["serve"]).serve().await;
    let params = json!({"name": "keys_get_key", "arguments": {}});
    let message = Era::Modern.request(1, "tools/call", params).to_string();
    for (name, value) in [
        ("Mcp-Method", "tools/list"),
        ("Mcp-Name", "keys_delete_key"),
    ] {
        let mut post = server
            .mcp()
            .post(message.clone())
            .header("MCP-Protocol-Version", MODERN);
        for (known, right) in [("Mcp-Method", "tools/call"), ("Mcp-Name", "keys_get_key")] {
            post = post.header(known, if known == name { value } else { right });
        }
        let reply = Reply::to(post).await;
        assert_eq!(reply.status, 400, "{name}: {reply:?}");
        assert_eq!(refusal(&reply.json()).0, -32020, "{name}");
    }
}

#[tokio::test]
async fn a_client_that_pings_or_sets_a_log_level_is_humoured() {
    for transport in Transport::BOTH {
        let mut session = Session::connect(transport, Era::BOTH[0], &[], None).await;
        for (method, params) in [
            ("ping", json!({})),
            ("logging/setLevel", json!({"level": "info"})),
        ] {
            let answer = session.request(method, params).await;
            assert!(answer["result"].is_object(), "{transport:?} {answer}");
        }
    }
}

#[tokio::test]
async fn a_modern_client_is_refused_what_there_is_not_or_no_longer() {
    let server = Binary::new(["serve"]).serve().await;
    let mut stdio = Stdio::silent(Binary::new(["stdio"]), Era::Modern);
    let gone = [
        "ping",
        "initialize",
        "logging/setLevel",
        "resources/subscribe",
    ];
    let unknown = ["no/such", "tasks/get", "subscriptions/listen"];
    for method in gone.iter().chain(&unknown) {
        let params = json!({
            "level": "info", "name": "x", "uri": "x", "notifications": {},
            "protocolVersion": MODERN, "capabilities": {},
            "clientInfo": {"name": "tests", "version": "1"},
            "ref": {"type": "ref/prompt", "name": "x"},
            "argument": {"name": "a", "value": "b"},
        });
        let answer = stdio.request(method, params.clone()).await;
        assert_eq!(refusal(&answer).0, -32601, "{method}: {answer}");
        assert!(refusal(&answer).1.contains("tools/call"), "{answer}");
        let request = server.mcp().message(method, params);
        let reply = Reply::to(request).await;
        assert_eq!(reply.status, 404, "{method}: {reply:?}");
        assert_eq!(refusal(&reply.json()).0, -32601, "{method}: {reply:?}");
        assert!(reply.body.contains("tools/call"), "{reply:?}");
    }
}

#[tokio::test]
async fn an_older_client_is_told_what_there_is_in_place_of_a_method_that_there_is_not() {
    for transport in Transport::BOTH {
        let mut session = Session::connect(transport, Era::BOTH[0], &[], None).await;
        for method in [
            "resources/subscribe",
            "tasks/get",
            "subscriptions/listen",
            "no/such",
        ] {
            let answer = session.request(method, json!({"uri": "x://y"})).await;
            assert_eq!(refusal(&answer).0, -32601, "{answer}");
            let message = refusal(&answer).1;
            assert!(
                message.contains(method) && message.contains("tools/call"),
                "{answer}"
            );
        }
    }
}

#[tokio::test]
async fn a_version_in_the_head_that_there_is_not_is_answered_with_the_ones_there_are() {
    let server = Binary::new(["serve"]).serve().await;
    let list = Era::BOTH[0].request(7, "tools/list", json!({})).to_string();
    for version in ["2099-01-01", "1", "caf\u{e9}"] {
        let post = server.mcp().post(list.clone());
        let reply = Reply::to(post.header("MCP-Protocol-Version", version)).await;
        assert_eq!(reply.status, 400, "{reply:?}");
        assert_eq!(reply.kind(), "application/json", "{reply:?}");
        let answer = reply.json();
        assert_eq!(refusal(&answer).0, -32022, "{answer}");
        assert_eq!(answer["id"], 7, "{answer}");
        let supported = &answer["error"]["data"]["supported"];
        assert_eq!(supported[LEGACY.len()], MODERN, "{answer}");
    }
    let handshake = Era::BOTH[0].request(7, "initialize", Era::BOTH[0].handshake());
    let post = server.mcp().post(handshake.to_string());
    let reply = Reply::to(post.header("MCP-Protocol-Version", "2025-03-26")).await;
    assert_eq!(refusal(&reply.json()).0, -32600, "{reply:?}");
}
