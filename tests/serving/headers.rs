//! What a client says that it sends and takes.

use reqwest::Method;

use super::list;
use crate::support::{Binary, Reply, refusal};

#[tokio::test]
async fn json_is_accepted_in_any_case_and_otherwise_named_in_the_refusal() {
    let server = Binary::new(["serve"]).serve().await;
    for (accept, status) in [
        ("Application/Json", 200),
        ("APPLICATION/JSON, TEXT/EVENT-STREAM", 200),
        ("text/html;q=0.9, Application/*;q=0.1", 200),
        ("application/json;q=0", 406),
        ("text/html", 406),
        ("text/event-stream", 406),
    ] {
        let request = server
            .request(Method::POST, "/mcp/v2")
            .header("Content-Type", "application/json")
            .header("Accept", accept)
            .body(list());
        let reply = Reply::to(request).await;
        assert_eq!(reply.status, status, "{accept}: {reply:?}");
        if status == 406 {
            let answer = reply.json();
            let (_, message) = refusal(&answer);
            assert!(message.contains("Accept: application/json"), "{message}");
        }
    }
}

#[tokio::test]
async fn a_body_of_another_kind_is_a_415_that_names_what_is_taken() {
    let server = Binary::new(["serve"]).serve().await;
    for (name, value, named) in [
        ("Content-Type", "application/json-rpc", "application/json"),
        ("Content-Type", "text/plain", "application/json"),
        ("Content-Type", "application/json; charset=utf-16", "UTF-8"),
        ("Content-Encoding", "gzip", "without Content-Encoding"),
        (
            "Content-Encoding",
            "identity, br",
            "without Content-Encoding",
        ),
    ] {
        let mut request = server.request(Method::POST, "/mcp/v2").header(name, value);
        if name != "Content-Type" {
            request = request.header("Content-Type", "application/json");
        }
        let reply = Reply::to(request.body(list())).await;
        assert_eq!(reply.status, 415, "{value}: {reply:?}");
        let answer = reply.json();
        let (_, message) = refusal(&answer);
        assert!(message.contains(named), "{value}: {message}");
    }
    for (name, value) in [
        ("Content-Type", "Application/JSON; Charset=UTF-8"),
        ("Content-Encoding", "identity"),
    ] {
        let request = server.request(Method::POST, "/mcp/v2").header(name, value);
        let reply = Reply::to(request.body(list())).await;
        assert_eq!(reply.status, 200, "{value}: {reply:?}");
    }
}

#[tokio::test]
async fn hosts_and_origins_below_a_name_pass_and_patterns_that_match_nothing_stop_the_start() {
    let flags = [
        "serve",
        "--allowed-host=*.mcp.example",
        "--allowed-origin=https://*.x.example",
    ];
    let server = Binary::new(flags).serve().await;
    for (host, origin, status) in [
        ("a.mcp.example", "https://a.b.x.example", 200),
        ("A.MCP.example.:443", "https://a.x.example:443", 200),
        ("mcp.example", "https://a.x.example", 403),
        ("a.mcp.example", "https://x.example", 403),
        ("a.mcp.example", "http://a.x.example", 403),
    ] {
        let request = server
            .request(Method::POST, "/mcp/v2")
            .header("Host", host)
            .header("Origin", origin)
            .body(list());
        let reply = Reply::to(request).await;
        assert_eq!(reply.status, status, "{host} {origin}: {reply:?}");
    }
    for (flag, hint) in [
        ("--allowed-origin=*", "https://*.example.com"),
        ("--allowed-origin=null", "https://"),
        (
            "--allowed-origin=app.example.com",
            "https://app.example.com",
        ),
        ("--allowed-origin=https://a.*.example", "front"),
        (
            "--allowed-origin=https://app.example.com/x",
            "https://app.example.com",
        ),
        ("--allowed-host=*", "*.example.com"),
        ("--allowed-host=https://mcp.example.com", "mcp.example.com"),
        ("--allowed-host=mcp.example.com:port", "mcp.example.com"),
        ("--trusted-proxy=*", "10.0.0.0/8"),
    ] {
        let ended = Binary::new(["serve", flag]).run("").await;
        assert_eq!(ended.status.code(), Some(2), "{flag}: {ended:?}");
        assert!(ended.stderr.contains(hint), "{flag}: {ended:?}");
    }
}
