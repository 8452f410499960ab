//! Metrics, as Prometheus reads them.

use serde_json::json;

use crate::support::{Answer, Binary, Cloud, Era, KEY, Reply, Stdio};

#[tokio::test]
async fn calls_are_counted_by_tool_and_outcome_and_never_by_value() {
    let cloud = Cloud::script(|_, before| match before {
        0 => Answer::problem(503, "Unavailable", "later"),
        _ => Answer::data(&json!({})),
    })
    .await;
    let server = Binary::new(["serve", &cloud.flag(), "--metrics=127.0.0.1:0"]);
    let (server, metrics) = server.serve_with_metrics().await;
    let endpoint = server.mcp().with_key();
    endpoint
        .call("apis_get_api", json!({"apiId": "api_12345678"}))
        .await;
    for number in 0..5 {
        endpoint.call(&format!("made_up_{number}"), json!({})).await;
    }
    endpoint
        .era(Era::BOTH[0])
        .request("tools/list", json!({}))
        .await;
    let reply = Reply::to(reqwest::Client::new().get(&metrics)).await;
    assert_eq!(reply.status, 200);
    assert!(
        reply.kind().starts_with("text/plain; version=0.0.4"),
        "{reply:?}"
    );
    let text = reply.body;
    for line in [
        r#"unkey_mcp_calls_total{transport="http",era="2026-07-28",method="tools/call",tool="apis_get_api",outcome="ok",status="200"} 1"#,
        r#"unkey_mcp_calls_total{transport="http",era="2026-07-28",method="tools/call",tool="unknown",outcome="unknown_tool",status="0"} 5"#,
        r#"unkey_mcp_call_duration_seconds_count{method="tools/call",tool="apis_get_api"} 1"#,
        "unkey_mcp_upstream_attempts_total 2",
        "unkey_mcp_upstream_retries_total 1",
        "unkey_mcp_calls_in_flight 0",
        "unkey_mcp_log_lines_lost_total 0",
        "unkey_mcp_audit_lines_lost_total 0",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(text.contains("process_start_time_seconds 1"), "{text}");
    assert!(text.contains("unkey_mcp_build_info{version="), "{text}");
    assert!(
        !text.contains("made_up") && !text.contains("3ZZZ"),
        "{text}"
    );
}

#[tokio::test]
async fn there_is_nothing_but_metrics_at_that_address() {
    let server = Binary::new(["serve", "--local=:memory:", "--metrics=127.0.0.1:0"]);
    let (server, metrics) = server.serve_with_metrics().await;
    let client = reqwest::Client::new();
    assert_eq!(Reply::to(client.post(&metrics)).await.status, 405);
    let elsewhere = metrics.replace("/metrics", "/mcp/v2");
    assert_eq!(Reply::to(client.get(elsewhere)).await.status, 404);
    let own = server.request(reqwest::Method::GET, "/metrics");
    assert_eq!(Reply::to(own).await.status, 404);
}

#[tokio::test]
async fn stdio_tells_metrics_too_and_prints_where() {
    let cloud = Cloud::start().await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = port.local_addr().unwrap();
    drop(port);
    let binary = Binary::new(["stdio", &cloud.flag()])
        .env("UNKEY_MCP_METRICS", address.to_string())
        .env("UNKEY_ROOT_KEY", KEY);
    let mut session = Stdio::connect(binary, Era::Modern).await;
    session
        .call("apis_get_api", json!({"apiId": "api_12345678"}))
        .await;
    let url = format!("http://{address}/metrics");
    let text = Reply::to(reqwest::Client::new().get(&url)).await.body;
    assert!(text.contains(r#"transport="stdio""#), "{text}");
    let ended = session.end().await;
    assert!(ended.stderr.contains(&url), "{ended:?}");
}

#[tokio::test]
async fn an_address_that_cannot_be_listened_on_stops_the_start() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let flag = format!("--metrics={}", taken.local_addr().unwrap());
    for command in ["stdio", "serve"] {
        let ended = Binary::new([command, &flag, "--local=:memory:"])
            .run("")
            .await;
        assert_eq!(ended.status.code(), Some(1), "{ended:?}");
        assert!(ended.stderr.contains("--metrics"), "{ended:?}");
    }
}
