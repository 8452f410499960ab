//! HTTP/1 as old, terse and pipelining clients speak it.

use reqwest::Method;

use super::{assert_well, head, list, read_to_end};
use crate::support::{Binary, Reply};

#[tokio::test]
async fn requests_that_come_before_their_answers_are_answered_in_turn() {
    let server = Binary::new(["serve"]).serve().await;
    let body = list();
    let post = format!("{}\r\n{body}", head(body.len()));
    let last = format!("{}Connection: close\r\n\r\n{body}", head(body.len()));
    let probe = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let all = format!("{post}{probe}{post}{last}{post}");
    let answer = read_to_end(server.connect(all).await).await;
    let statuses = answer.matches("HTTP/1.1 200 OK").count();
    assert_eq!(statuses, 4, "nothing is answered behind the last: {answer}");
}

#[tokio::test]
async fn every_form_of_a_request_that_http_knows_is_answered() {
    let server = Binary::new(["serve"]).serve().await;
    let body = list();
    let length = body.len();
    let json = "Content-Type: application/json\r\n";
    let close = "Connection: close\r\n";
    for (request, status) in [
        // HTTP/1.0 closes by itself.
        (
            format!(
                "POST /mcp HTTP/1.0\r\nHost: localhost\r\n{json}Content-Length: {length}\r\n\r\n{body}"
            ),
            "HTTP/1.0 200",
        ),
        ("GET /healthz HTTP/1.0\r\n\r\n".to_owned(), "HTTP/1.0 200"),
        (
            format!(
                "POST http://localhost/mcp HTTP/1.1\r\nHost: localhost\r\n{json}{close}Content-Length: {length}\r\n\r\n{body}"
            ),
            "HTTP/1.1 200",
        ),
        (
            format!(
                "POST http://evil.example/mcp HTTP/1.1\r\nHost: localhost\r\n{json}{close}Content-Length: {length}\r\n\r\n{body}"
            ),
            "HTTP/1.1 403",
        ),
        (
            format!(
                "POST /mcp HTTP/1.1\r\nHost: localhost\r\n{json}{close}Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n{length:x}\r\n{body}\r\n0\r\nX-Sum: 1\r\n\r\n"
            ),
            "HTTP/1.1 200",
        ),
        (
            format!("HEAD /healthz HTTP/1.1\r\nHost: x\r\n{close}\r\n"),
            "HTTP/1.1 200",
        ),
        (
            format!("HEAD /mcp HTTP/1.1\r\nHost: localhost\r\n{close}\r\n"),
            "HTTP/1.1 405",
        ),
        (
            format!("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n{close}\r\n"),
            "HTTP/1.1 404",
        ),
        (
            format!("CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n{close}\r\n"),
            "HTTP/1.1 404",
        ),
        (
            format!("PUT /mcp HTTP/1.1\r\nHost: localhost\r\n{close}\r\n"),
            "HTTP/1.1 405",
        ),
        // Two lengths that differ are an attack on proxies.
        (
            format!(
                "POST /mcp HTTP/1.1\r\nHost: localhost\r\n{json}Content-Length: 1\r\nContent-Length: 2\r\n\r\n12"
            ),
            "HTTP/1.1 400",
        ),
        (
            format!(
                "POST /mcp HTTP/1.1\r\nHost: localhost\r\n{json}Transfer-Encoding: gzip\r\n\r\n"
            ),
            "HTTP/1.1 400",
        ),
        (
            format!(
                "GET /healthz HTTP/1.1\r\nX: {}\r\n\r\n",
                "x".repeat(100_000)
            ),
            "HTTP/1.1 431",
        ),
        ("no request at all\r\n\r\n".to_owned(), "HTTP/1.1 400"),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), ""),
    ] {
        let answer = read_to_end(server.connect(&request).await).await;
        assert!(answer.starts_with(status), "{request}\n{answer}");
    }
    assert_well(&server).await;
}

#[tokio::test]
async fn what_a_path_says_it_allows_it_answers() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    for path in [
        "/v2/liveness",
        "/v2/apis.getApi",
        "/mcp",
        "/mcp/ratelimits",
        "/healthz",
        "/readyz",
    ] {
        let refused = Reply::to(server.request(Method::DELETE, path)).await;
        assert_eq!(refused.status, 405, "{path}: {refused:?}");
        let allowed = refused.headers["allow"].to_str().unwrap();
        for method in allowed.split(',') {
            let method = Method::from_bytes(method.trim().as_bytes()).unwrap();
            let reply = Reply::to(server.request(method.clone(), path)).await;
            assert_ne!(reply.status, 405, "{method} {path}: {reply:?}");
            if method == Method::HEAD {
                assert_eq!((reply.status.as_u16(), &*reply.body), (200, ""), "{path}");
            }
        }
    }
}
