//! `serve` as greedy, slow, broken and distant clients meet it.

mod bodies;
mod callers;
mod connections;
mod headers;
mod protocol;
mod readiness;
mod start;
mod stopping;

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use crate::support::{Era, Reply, Server, within};

/// A request to list the tools, as the body alone.
fn list() -> String {
    Era::BOTH[0].request(1, "tools/list", json!({})).to_string()
}

/// The head of a POST to the MCP endpoint, without the empty line at its end.
fn head(length: usize) -> String {
    format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n"
    )
}

/// Reads until the server closes the connection, however it does.
async fn read_to_end(mut socket: TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = within("the connection's end", socket.read_to_end(&mut bytes)).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads what comes next, once something does.
async fn read_some(socket: &mut TcpStream) -> String {
    let mut bytes = vec![0; 64 * 1024];
    let read = within("an answer", socket.read(&mut bytes)).await.unwrap();
    String::from_utf8_lossy(&bytes[..read]).into_owned()
}

/// Asserts that probes and a well-behaved caller are served.
async fn assert_well(server: &Server) {
    for path in ["/healthz", "/readyz"] {
        let reply = Reply::to(server.request(Method::GET, path)).await;
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
    }
    assert!(!server.mcp().names().await.is_empty());
}

/// Long enough for what a test has set to a tenth of it.
const A_WHILE: Duration = Duration::from_secs(2);
