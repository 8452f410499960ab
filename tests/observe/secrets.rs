//! A key in the wrong place is shown by its first four characters at most.

use serde_json::json;

use crate::support::{Answer, Binary, Cloud, Era, Reply, Session, Transport};

const MISPLACED: &str = "unkey_3ZZZmisplaced9zzz";

#[tokio::test]
async fn a_key_among_the_flags_is_not_printed() {
    for arguments in [
        vec!["stdio", MISPLACED],
        vec![MISPLACED],
        vec!["stdio", "--unkey_3ZZZmisplaced9zzz"],
        vec!["stdio", "--server=unkey_3ZZZmisplaced9zzz"],
        vec!["stdio", "--timeout=unkey_3ZZZmisplaced9zzz"],
        vec!["stdio", "--tools=unkey_3ZZZmisplaced9zzz"],
        vec!["stdio", "--toolsets=unkey_3ZZZmisplaced9zzz"],
        vec!["stdio", "--api-url=unkey_3ZZZmisplaced9zzz"],
        vec!["stdio", "--api-url=https//ada:3ZZZhush@example.com"],
        vec!["stdio", "--log=unkey_3ZZZmisplaced9zzz"],
        vec!["stdio", "--log-file=no/unkey_3ZZZmisplaced9zzz"],
        vec!["stdio", "--audit=no/unkey_3ZZZmisplaced9zzz"],
        vec!["stdio", "--metrics=unkey_3ZZZmisplaced9zzz"],
        vec!["serve", "--bind=unkey_3ZZZmisplaced9zzz:1"],
        vec!["serve", "--allowed-host=unkey_3ZZZmisplaced9zzz b"],
        vec!["serve", "--allowed-origin=unkey_3ZZZmisplaced9zzz"],
        vec![
            "serve",
            "--local=no/such/unkey_3ZZZmisplaced9zzz/\0".trim_end_matches('\0'),
        ],
        vec!["root-key", "list", "--local=no/unkey_3ZZZmisplaced9zzz.db"],
    ] {
        let ended = Binary::new(&arguments)
            .file("no", "a file and no folder")
            .run("")
            .await;
        assert!(!ended.status.success(), "{arguments:?}: {ended:?}");
        assert!(!ended.stderr.contains("3ZZZ"), "{arguments:?}: {ended:?}");
        assert!(!ended.stdout.contains("3ZZZ"), "{arguments:?}: {ended:?}");
    }
}

#[tokio::test]
async fn a_key_in_a_request_is_not_said_back() {
    let server = Binary::new(["serve", "--local=:memory:", "--log=debug"])
        .serve()
        .await;
    let answer = server.mcp().call(MISPLACED, json!({})).await.to_string();
    assert!(
        answer.contains("unke…") && !answer.contains("3ZZZ"),
        "{answer}"
    );
    for path in [
        format!("/mcp?tools={MISPLACED}"),
        format!("/mcp?{MISPLACED}=1"),
        format!("/mcp?readonly={MISPLACED}"),
        format!("/mcp?toolsets={MISPLACED}"),
        format!("/v2/{MISPLACED}"),
        format!("/{MISPLACED}"),
    ] {
        let reply = Reply::to(server.at(&path).message("tools/list", json!({}))).await;
        assert!(!reply.body.contains("3ZZZ"), "{path}: {reply:?}");
    }
    for name in [
        "Origin",
        "Host",
        "X-MCP-Tools",
        "User-Agent",
        "Mcp-Name",
        "Mcp-Method",
        "MCP-Protocol-Version",
        "X-Request-Id",
        "traceparent",
    ] {
        let endpoint = server.mcp().header(name, MISPLACED);
        for method in ["tools/list", "initialize"] {
            let reply = Reply::to(endpoint.message(method, json!({}))).await;
            assert!(!reply.body.contains("3ZZZ"), "{name}: {reply:?}");
            let id = reply.headers["x-request-id"].to_str().unwrap();
            assert!(!id.contains("3ZZZ"), "{name}: {reply:?}");
        }
    }
    let unknown = server.mcp().request(MISPLACED, json!({})).await.to_string();
    assert!(!unknown.contains("3ZZZ"), "{unknown}");
    let ended = server.stop().await;
    assert!(!ended.stderr.contains("3ZZZ"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_root_keys_file_with_a_key_for_a_name_is_not_named() {
    let ended = Binary::new(["stdio"])
        .env("UNKEY_ROOT_KEY_FILE", MISPLACED)
        .env("UNKEY_MCP_API_URL", "http://127.0.0.1:1")
        .run("")
        .await;
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert!(
        ended.stderr.contains("unke…") && !ended.stderr.contains("3ZZZ"),
        "{ended:?}"
    );
}

#[tokio::test]
async fn a_key_in_a_message_is_not_said_back() {
    for transport in Transport::BOTH {
        for era in Era::BOTH {
            let mut session = Session::connect(transport, era, &["--local=:memory:"], None).await;
            for arguments in [
                json!({MISPLACED: 1}),
                json!({"name": {MISPLACED: 1}}),
                json!({"name": MISPLACED.repeat(20)}),
                json!({"name": "abc", "clear": [MISPLACED]}),
            ] {
                let answer = session.call("apis_create_api", arguments).await.to_string();
                assert!(!answer.contains("3ZZZ"), "{transport:?} {era:?}: {answer}");
            }
            for (method, params) in [
                (MISPLACED, json!({})),
                (&*MISPLACED.repeat(20), json!({})),
                ("prompts/get", json!({"name": MISPLACED})),
                ("resources/read", json!({"uri": MISPLACED})),
                ("completion/complete", json!({"ref": MISPLACED})),
                ("logging/setLevel", json!({"level": MISPLACED})),
                (
                    "initialize",
                    json!({"capabilities": {"sampling": MISPLACED}}),
                ),
                ("tools/call", json!({"name": MISPLACED, "arguments": 1})),
            ] {
                let answer = session.request(method, params).await.to_string();
                assert!(!answer.contains("3ZZZ"), "{transport:?} {era:?}: {answer}");
            }
        }
    }
}

#[tokio::test]
async fn a_key_as_a_protocol_version_is_not_said_back() {
    let server = Binary::new(["serve"]).serve().await;
    let mut request = Era::Modern.request(1, "tools/list", json!({}));
    request["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = MISPLACED.into();
    for version in [MISPLACED, "2026-07-28"] {
        let post = server.mcp().post(request.to_string());
        let reply = Reply::to(post.header("MCP-Protocol-Version", version)).await;
        assert_eq!(reply.status, 400, "{reply:?}");
        assert!(!reply.body.contains("3ZZZ"), "{reply:?}");
    }
}

#[tokio::test]
async fn a_key_in_a_request_to_the_engine_is_not_said_back() {
    let server = Binary::new(["serve", "--local=unkey.db"]).serve().await;
    let root_key = std::fs::read_to_string(server.home().join("unkey.db.root-key")).unwrap();
    for body in [
        json!({MISPLACED: 1, "name": "abc"}),
        json!({"name": MISPLACED.repeat(20)}),
        json!({"name": format!("\u{1f}{MISPLACED} !")}),
    ] {
        let request = server
            .request(reqwest::Method::POST, "/v2/apis.createApi")
            .bearer_auth(root_key.trim())
            .json(&body);
        let reply = Reply::to(request).await;
        assert!(!reply.body.contains("3ZZZ"), "{reply:?}");
        reply.json();
    }
}

#[tokio::test]
async fn a_key_that_stands_in_unkeys_place_is_not_said() {
    let host = format!("https://{MISPLACED}.example/v2");
    let answers = [
        Answer::raw(308, "text/plain", "").with_header("Location", &host),
        Answer::raw(502, MISPLACED, "x"),
        Answer::problem(400, "Bad Request", MISPLACED),
    ];
    for answer in answers {
        let cloud = Cloud::that_answers(answer).await;
        let server = Binary::new(["serve", &cloud.flag(), "--log=debug"])
            .serve()
            .await;
        let endpoint = server.mcp().with_key();
        let text = endpoint
            .call("apis_create_api", json!({"name": "abc"}))
            .await
            .to_string();
        assert!(text.contains("unke…"), "{text}");
        assert!(!text.to_lowercase().contains("3zzz"), "{text}");
    }
    let flag = format!("--api-url=http://{MISPLACED}");
    let server = Binary::new(["serve", &flag, "--timeout=0.5"]).serve().await;
    let endpoint = server.mcp().with_key();
    let text = endpoint
        .call("apis_create_api", json!({"name": "abc"}))
        .await
        .to_string();
    assert!(!text.to_lowercase().contains("3zzz"), "{text}");
    #[cfg(unix)]
    {
        let ended = server.stop().await;
        assert!(ended.stdout.contains("unke…"), "{ended:?}");
        assert!(!ended.stdout.to_lowercase().contains("3zzz"), "{ended:?}");
    }
}

#[tokio::test]
async fn help_does_not_say_what_variables_hold() {
    let ended = Binary::new(["serve", "--help"])
        .env("UNKEY_MCP_BIND", MISPLACED)
        .run("")
        .await;
    assert!(ended.status.success(), "{ended:?}");
    assert!(!ended.stdout.contains("3ZZZ"), "{ended:?}");
}
