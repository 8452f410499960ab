//! The audit trail: a line for each call, in the file before the call is answered.

use serde_json::json;

use super::{json_lines, line_of};
use crate::support::{Binary, Cloud, Era, KEY, Stdio};

#[tokio::test]
async fn a_call_is_in_the_trail_once_it_is_answered() {
    let cloud = Cloud::start().await;
    for era in Era::BOTH {
        let binary =
            Binary::new(["stdio", &cloud.flag(), "--audit=trail"]).env("UNKEY_ROOT_KEY", KEY);
        let path = binary.home().join("trail");
        let mut session = Stdio::connect(binary, era).await;
        session
            .call("keys_whoami", json!({"key": "sk_plaintext"}))
            .await;
        let line = line_of(&path, "keys_whoami");
        assert_eq!(line["transport"], "stdio", "{line}");
        assert_eq!(line["era"], era.version(), "{line}");
        assert_eq!(line["client"], "tests/1", "{line}");
        assert_eq!(line["outcome"], "ok", "{line}");
        assert_eq!(line["status"], 200, "{line}");
        assert_eq!(line["unkey_request_id"], "req_1", "{line}");
        assert!(line["time"].as_str().unwrap().ends_with('Z'), "{line}");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            !text.contains("sk_plaintext") && !text.contains("3ZZZ"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn callers_are_told_apart_by_fingerprints() {
    let server = Binary::new(["serve", "--local=:memory:"])
        .env("UNKEY_MCP_AUDIT", "trail")
        .serve()
        .await;
    let call = json!({"name": "demo"});
    server.mcp().call("apis_create_api", call.clone()).await;
    for key in [KEY, "unkey_another1", KEY] {
        let endpoint = server
            .mcp()
            .header("Authorization", &format!("Bearer {key}"));
        endpoint.call("apis_create_api", call.clone()).await;
    }
    server
        .mcp()
        .header("Authorization", "Bearer ${KEY}")
        .call("apis_create_api", call)
        .await;
    let lines = json_lines(&server.home().join("trail"));
    let keys: Vec<_> = lines
        .iter()
        .map(|line| line["root_key"].as_str().unwrap())
        .collect();
    assert_eq!((keys[0], keys[4]), ("owner", "none"));
    assert_eq!(keys[1], keys[3]);
    assert_ne!(keys[1], keys[2]);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_trail_that_cannot_be_written_is_told_loudly_and_the_calls_go_on() {
    // Every write to it fails as on a full disk. It is no file, so a link to it will not do either.
    let ended = Binary::new(["serve", "--audit=/dev/full"]).run("").await;
    assert!(ended.stderr.contains("--audit"), "{ended:?}");
}
