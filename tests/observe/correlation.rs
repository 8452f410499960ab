//! Ids and names that go from the caller to the answer, the log and Unkey.

use serde_json::{Value, json};

use crate::support::{Binary, Cloud, Era, KEY, Reply, Server, Session, Stdio, Transport};

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";

async fn id_of(server: &Server, path: &str, sent: Option<&str>) -> String {
    let mut request = server.request(reqwest::Method::GET, path);
    if let Some(sent) = sent {
        request = request.header("X-Request-Id", sent);
    }
    let reply = Reply::to(request).await;
    let id = reply.headers.get("x-request-id");
    id.unwrap_or_else(|| panic!("{path}: {reply:?}"))
        .to_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn every_answer_has_the_id_that_the_request_had_or_a_new_one() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    for path in [
        "/mcp/v2",
        "/mcp?tools=none",
        "/healthz",
        "/v2/liveness",
        "/v2/no",
        "/nowhere",
    ] {
        assert_eq!(
            id_of(&server, path, Some("abc-1:2.3_4")).await,
            "abc-1:2.3_4",
            "{path}"
        );
        assert_eq!(id_of(&server, path, None).await.len(), 32, "{path}");
        for unfit in ["a b", "unkey_3ZZZrootkeyzzz", &"a".repeat(200)] {
            assert_eq!(
                id_of(&server, path, Some(unfit)).await.len(),
                32,
                "{path} {unfit}"
            );
        }
    }
    let foreign = server.mcp().header("Origin", "https://evil.example");
    let reply = Reply::to(foreign.message("tools/list", json!({}))).await;
    assert_eq!(reply.status, 403);
    assert!(reply.headers.contains_key("x-request-id"), "{reply:?}");
}

#[tokio::test]
async fn unkey_is_told_who_asks() {
    let expected = format!("unkey-mcp/{} (tests/1)", env!("CARGO_PKG_VERSION"));
    for transport in Transport::BOTH {
        for era in Era::BOTH {
            if transport == Transport::Http && era != Era::Modern {
                continue;
            }
            let cloud = Cloud::start().await;
            let mut session = Session::connect(transport, era, &[&cloud.flag()], Some(KEY)).await;
            session
                .call("apis_get_api", json!({"apiId": "api_12345678"}))
                .await;
            assert_eq!(
                cloud.last().header("user-agent"),
                [&expected],
                "{transport:?} {era:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_older_client_over_http_is_named_by_its_user_agent() {
    let cloud = Cloud::start().await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    for (agent, expected) in [
        ("python-httpx/0.28.1", " (python-httpx/0.28.1)"),
        ("(:", ""),
    ] {
        let endpoint = server
            .mcp()
            .with_key()
            .era(Era::BOTH[0])
            .header("User-Agent", agent);
        endpoint
            .call("apis_get_api", json!({"apiId": "api_12345678"}))
            .await;
        let expected = format!("unkey-mcp/{}{expected}", env!("CARGO_PKG_VERSION"));
        assert_eq!(cloud.last().header("user-agent"), [&expected]);
    }
}

#[tokio::test]
async fn a_trace_goes_on_to_unkey() {
    let cloud = Cloud::start().await;
    let call = |trace: Value| json!({"name": "apis_get_api", "arguments": {"apiId": "api_12345678"}, "_meta": {"traceparent": trace}});
    let binary = Binary::new(["stdio", &cloud.flag()]).env("UNKEY_ROOT_KEY", KEY);
    let mut session = Stdio::connect(binary, Era::BOTH[0]).await;
    session.request("tools/call", call(json!(TRACE))).await;
    assert_eq!(cloud.last().header("traceparent"), [TRACE]);
    for unfit in [json!("00-none"), json!(7), json!("00-a\r\nX-Evil: 1")] {
        session.request("tools/call", call(unfit)).await;
        assert_eq!(cloud.last().header("traceparent"), [""; 0]);
    }
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let endpoint = server.mcp().with_key().header("traceparent", TRACE);
    endpoint
        .call("apis_get_api", json!({"apiId": "api_12345678"}))
        .await;
    assert_eq!(cloud.last().header("traceparent"), [TRACE]);
}
