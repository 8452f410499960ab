//! The HTTP side as browsers, probes, proxies and broken clients meet it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Answer, Binary, Cloud, Era, KEY, Reply, Server, failure, offered, refusal, success,
};

async fn serve() -> Server {
    Binary::new(["serve"]).serve().await
}

/// A request to list the tools, as the body alone.
fn list() -> String {
    Era::BOTH[0].request(1, "tools/list", json!({})).to_string()
}

#[tokio::test]
async fn a_request_under_a_foreign_name_or_from_a_foreign_page_is_refused() {
    let server = serve().await;
    let cases = [
        ("Host", "evil.example", 403),
        ("Host", "localhost.evil.example:80", 403),
        ("Host", "localhost:1", 200),
        ("Host", "[::1]:8787", 200),
        ("Origin", "https://evil.example", 403),
        ("Origin", "null", 403),
        ("Origin", "http://localhost.evil.example", 403),
        ("Origin", "http://localhost:6274", 200),
        ("Origin", "http://127.0.0.1:3000", 200),
    ];
    for path in ["/mcp/v2", "/mcp/ratelimits/"] {
        for (name, value, status) in cases {
            let endpoint = server.at(path).era(Era::BOTH[0]);
            let reply = Reply::to(endpoint.post(list()).header(name, value)).await;
            assert_eq!(reply.status, status, "{name}: {value}: {reply:?}");
        }
    }
    // Whoever was refused did not take the server with them.
    assert_eq!(server.mcp().names().await.len(), offered().len());
}

#[tokio::test]
async fn names_and_origins_that_the_operator_adds_pass() {
    let flags = [
        "serve",
        "--allowed-host=mcp.example.com,other.example",
        "--allowed-origin=https://app.example.com",
    ];
    let server = Binary::new(flags).serve().await;
    let variables = Binary::new(["serve"])
        .env("UNKEY_MCP_ALLOWED_HOST", "mcp.example.com")
        .env("UNKEY_MCP_ALLOWED_ORIGIN", "https://app.example.com")
        .serve()
        .await;
    for server in [&server, &variables] {
        for (host, origin, status) in [
            ("mcp.example.com", "https://app.example.com", 200),
            ("mcp.example.com", "https://evil.example", 403),
            ("evil.example", "https://app.example.com", 403),
        ] {
            let post = server.mcp().era(Era::BOTH[0]).post(list());
            let reply = Reply::to(post.header("Host", host).header("Origin", origin)).await;
            assert_eq!(reply.status, status, "{host} {origin}: {reply:?}");
        }
    }
}

#[tokio::test]
async fn there_are_no_streams_and_no_sessions_to_get_or_delete() {
    let server = serve().await;
    for path in ["/mcp", "/mcp/v2", "/mcp/v2/", "/mcp/ratelimits"] {
        for method in [Method::GET, Method::DELETE] {
            let request = server
                .request(method.clone(), path)
                .header("Accept", "text/event-stream");
            let reply = Reply::to(request).await;
            assert_eq!(reply.status, 405, "{method} {path}: {reply:?}");
        }
    }
    let handshake = server.mcp().era(Era::BOTH[0]);
    let request = handshake.message("initialize", Era::BOTH[0].handshake());
    assert_eq!(Reply::to(request).await.headers.get("mcp-session-id"), None);
}

#[tokio::test]
async fn a_body_that_is_no_message_is_a_400_with_a_json_rpc_error() {
    let server = serve().await;
    let batch = format!("[{}]", list());
    for body in [
        "",
        "{",
        "nonsense",
        "[]",
        &batch,
        "\"text\"",
        "{\"jsonrpc\": \"2.0\"}",
        "{\"jsonrpc\": \"2.0\", \"id\": 1}",
    ] {
        let reply = Reply::to(server.mcp().post(body.to_owned())).await;
        assert_eq!(reply.status, 400, "{body}: {reply:?}");
        assert_eq!(reply.kind(), "application/json", "{body}: {reply:?}");
        let answer = reply.json();
        assert_eq!(answer["jsonrpc"], "2.0", "{body}: {answer}");
        refusal(&answer);
    }
    assert_eq!(server.mcp().names().await.len(), offered().len());
}

#[tokio::test]
async fn plain_http_clients_are_answered_in_json_whatever_they_accept() {
    let server = serve().await;
    for accept in [
        Some("*/*"),
        Some("application/json"),
        Some("application/*"),
        Some("text/event-stream, application/json"),
        None,
    ] {
        let mut request = server
            .request(Method::POST, "/mcp/v2")
            .header("Content-Type", "application/json; charset=utf-8")
            .body(list());
        if let Some(accept) = accept {
            request = request.header("Accept", accept);
        }
        let reply = Reply::to(request).await;
        assert_eq!(reply.status, 200, "{accept:?}: {reply:?}");
        assert_eq!(reply.kind(), "application/json", "{accept:?}");
        assert_eq!(
            reply.json()["result"]["tools"].as_array().unwrap().len(),
            offered().len()
        );
    }
}

#[tokio::test]
async fn a_notification_is_taken_without_a_word() {
    let server = serve().await;
    let body = json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string();
    let reply = Reply::to(server.mcp().post(body)).await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (202, ""));
}

#[tokio::test]
async fn probes_are_answered_under_any_name() {
    let server = serve().await;
    for path in ["/healthz", "/readyz"] {
        let reply = Reply::to(
            server
                .request(Method::GET, path)
                .header("Host", "10.0.0.7:8787"),
        )
        .await;
        assert_eq!(
            (reply.status.as_u16(), reply.body.as_str()),
            (200, "ok"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn whoever_looks_for_oauth_is_told_at_once_that_there_is_none() {
    let server = serve().await;
    let paths = [
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp/v2",
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
        "/mcp/v2/.well-known/openid-configuration",
        "/register",
        "/v2/keys.verifyKey",
    ];
    for path in paths {
        for method in [Method::GET, Method::POST] {
            let reply = Reply::to(server.request(method, path)).await;
            assert_eq!(reply.status, 404, "{path}: {reply:?}");
        }
    }
}

#[tokio::test]
async fn a_header_is_found_in_any_spelling_on_the_wire() {
    let cloud = Cloud::start().await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let params = json!({"name": "apis_create_api", "arguments": {"name": "abc"}});
    let body = Era::BOTH[0].request(1, "tools/call", params).to_string();
    for name in [
        "MCP-UNKEY-BEARER-AUTH",
        "Mcp-Unkey-V2-Root-Key",
        "aUTHORIZATION",
    ] {
        let length = body.len();
        let answer = server
            .raw(&format!(
                "POST /mcp/v2 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                 CONTENT-TYPE: application/json\r\ncontent-length: {length}\r\n\
                 {name}: {KEY}\r\n\r\n{body}"
            ))
            .await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert_eq!(
            cloud.last().header("authorization"),
            [format!("Bearer {KEY}")],
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_busy_port_is_told_with_the_flag_that_helps() {
    let server = serve().await;
    let address = server.url.strip_prefix("http://").unwrap();
    let ended = Binary::new(["serve", "--bind", address]).run("").await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    for part in [address, "--bind"] {
        assert!(ended.stderr.contains(part), "{part}: {ended:?}");
    }
    assert_eq!(ended.stdout, "", "it said that it listens");
}

#[tokio::test]
async fn a_flag_that_makes_no_sense_stops_the_start() {
    for (flag, value) in [
        ("--api-url", "api.unkey.com"),
        ("--api-url", "http://user:secret_word@127.0.0.1:1"),
        ("--allowed-host", "a b"),
        ("--allowed-origin", "app.example.com"),
        ("--timeout", "0"),
        ("--timeout", "-1"),
        ("--timeout", "soon"),
        ("--log", "loud"),
    ] {
        let argument = format!("{flag}={value}");
        // Where it starts all the same, it starts as a command that ends with its input.
        let command = if flag.starts_with("--allowed") {
            "serve"
        } else {
            "stdio"
        };
        let ended = Binary::new([command, &argument]).run("").await;
        assert_eq!(ended.status.code(), Some(2), "{argument}: {ended:?}");
        assert!(ended.stderr.contains(flag), "{argument}: {ended:?}");
        assert!(
            !ended.stderr.contains("secret_word"),
            "{argument}: {ended:?}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_call_under_way_outlives_the_wish_to_stop() {
    // The answer comes once two have asked; the second asks after the server was told to stop.
    let cloud = Cloud::that_answers(Answer::Together(2, json!({"apiId": "api_1"}))).await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let endpoint = server.mcp().with_key();
    let call = tokio::spawn(async move {
        endpoint
            .call("apis_create_api", json!({"name": "abc"}))
            .await
    });
    cloud.asked(1).await;
    let ended = tokio::spawn(server.stop());
    let other = Binary::new(["serve", &cloud.flag()]).serve().await;
    success(
        &other
            .mcp()
            .with_key()
            .call("apis_create_api", json!({"name": "abc"}))
            .await,
    );
    success(&call.await.unwrap());
    assert!(ended.await.unwrap().status.success());
}

#[cfg(unix)]
#[tokio::test]
async fn a_server_that_is_told_to_stop_ends_well() {
    let server = serve().await;
    assert_eq!(server.mcp().names().await.len(), offered().len());
    let ended = server.stop().await;
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.stderr, "", "a clean end is nothing to warn of");
}

#[tokio::test]
async fn a_message_that_is_too_long_is_refused_and_not_kept() {
    let server = serve().await;
    // One byte too many: the server reads it all before it knows, and breaks no connection.
    let body = list() + &" ".repeat((4 << 20) + 1 - list().len());
    let reply = Reply::to(server.mcp().era(Era::BOTH[0]).post(body)).await;
    assert_eq!(reply.status, 413, "{reply:?}");
    assert_eq!(server.mcp().names().await.len(), offered().len());
}

#[tokio::test]
async fn a_restart_loses_no_client() {
    let cloud = Cloud::start().await;
    let first = Binary::new(["serve", &cloud.flag()]).serve().await;
    let era = Era::BOTH[0];
    first
        .mcp()
        .era(era)
        .request("initialize", era.handshake())
        .await;
    drop(first);
    let second = Binary::new(["serve", &cloud.flag()]).serve().await;
    // A client of the older protocols goes on, with a session id from who knows where.
    let endpoint = second
        .mcp()
        .era(era)
        .with_key()
        .header("Mcp-Session-Id", "from-before");
    success(
        &endpoint
            .call("apis_create_api", json!({"name": "abc"}))
            .await,
    );
}

#[tokio::test]
async fn an_answer_with_lines_and_quotes_stays_one_json_text() {
    let detail = "line one\nline \"two\"\t\u{1f511} \u{2028}end";
    let cloud = Cloud::that_answers(Answer::problem(404, "Not Found", detail)).await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let response: Value = server
        .mcp()
        .with_key()
        .call("apis_get_api", json!({"apiId": "api_12345678"}))
        .await;
    // What Unkey quotes may be a stranger's: it makes no lines of its own in what a model reads.
    let shown = r#"line one\nline "two"\t"#;
    let shown = format!("{shown}\u{1f511} {}end", r"\u{2028}");
    assert!(failure(&response).contains(&shown), "{response}");
}
