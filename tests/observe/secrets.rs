//! A key in the wrong place is shown by its first four characters at most.

use serde_json::json;

use crate::support::{Binary, Reply};

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
    ] {
        let endpoint = server.mcp().header(name, MISPLACED);
        let reply = Reply::to(endpoint.message("tools/list", json!({}))).await;
        assert!(!reply.body.contains("3ZZZ"), "{name}: {reply:?}");
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
