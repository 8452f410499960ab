//! Clients that no server wishes for. Each goes on until its time is over, and none of them cares
//! what becomes of it.

use std::future::Future;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::Era;

/// All of them at once, or one of so many.
pub(super) async fn all(url: String, until: Instant, one_of: usize) {
    let address: String = url.strip_prefix("http://").unwrap().to_owned();
    let mut company = tokio::task::JoinSet::new();
    for _ in 0..40 / one_of {
        company.spawn(each(until, address.clone(), slow_head));
        company.spawn(each(until, address.clone(), idle));
        company.spawn(each(until, address.clone(), keeps_its_answer));
    }
    for _ in 0..20 / one_of {
        company.spawn(each(until, address.clone(), slow_body));
        company.spawn(each(until, address.clone(), small_body));
        company.spawn(each(until, address.clone(), reads_nothing));
    }
    for _ in 0..4 / one_of {
        company.spawn(each(until, address.clone(), oversize));
        company.spawn(each(until, address.clone(), endless));
        company.spawn(each(until, address.clone(), garbage));
        company.spawn(each(until, address.clone(), bent_messages));
        company.spawn(each(until, address.clone(), gives_up));
        company.spawn(each(until, address.clone(), cancels));
        company.spawn(each(until, address.clone(), panics));
    }
    while company.join_next().await.is_some() {}
}

/// One attacker: it begins again whenever the server has had enough of it.
async fn each<Attack, Done>(until: Instant, address: String, attack: Attack)
where
    Attack: Fn(TcpStream, Instant) -> Done,
    Done: Future<Output = std::io::Result<()>>,
{
    while Instant::now() < until {
        if let Ok(socket) = TcpStream::connect(&address).await {
            let rest = until.saturating_duration_since(Instant::now());
            // Being cut off is what an attacker expects.
            let _ = tokio::time::timeout(rest, attack(socket, until)).await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Says nothing.
async fn idle(mut socket: TcpStream, _: Instant) -> std::io::Result<()> {
    socket.read_u8().await.map(drop)
}

/// Is answered, and stays.
async fn keeps_its_answer(mut socket: TcpStream, until: Instant) -> std::io::Result<()> {
    let get = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    while Instant::now() < until {
        socket.write_all(get).await?;
        socket.read_u8().await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    Ok(())
}

/// Announces a body that is small, and leaves out its end.
async fn small_body(mut socket: TcpStream, _: Instant) -> std::io::Result<()> {
    socket
        .write_all(head("Content-Length: 65500").as_bytes())
        .await?;
    socket.write_all(&vec![b' '; 65_400]).await?;
    socket.read_u8().await.map(drop)
}

/// Writes a byte of a head now and then.
async fn slow_head(mut socket: TcpStream, until: Instant) -> std::io::Result<()> {
    socket.write_all(b"POST /mcp HTTP/1.1\r\nX-Slow: ").await?;
    while Instant::now() < until {
        socket.write_all(b"x").await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

/// Announces a body, and writes a byte of it now and then.
async fn slow_body(mut socket: TcpStream, until: Instant) -> std::io::Result<()> {
    socket
        .write_all(head("Content-Length: 3000000").as_bytes())
        .await?;
    socket.write_all(&vec![b' '; 2_000_000]).await?;
    while Instant::now() < until {
        socket.write_all(b" ").await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

/// Asks for list after list and reads none.
async fn reads_nothing(mut socket: TcpStream, until: Instant) -> std::io::Result<()> {
    let request = post(&Era::Modern.request(1, "tools/list", json!({})));
    while Instant::now() < until {
        socket.write_all(request.as_bytes()).await?;
    }
    Ok(())
}

/// Announces more than anybody takes.
async fn oversize(mut socket: TcpStream, _: Instant) -> std::io::Result<()> {
    socket
        .write_all(head("Content-Length: 1000000000").as_bytes())
        .await?;
    socket.read_u8().await.map(drop)
}

/// Sends a body in pieces that has no end.
async fn endless(mut socket: TcpStream, until: Instant) -> std::io::Result<()> {
    socket
        .write_all(head("Transfer-Encoding: chunked").as_bytes())
        .await?;
    let piece = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    while Instant::now() < until {
        socket.write_all(piece.as_bytes()).await?;
    }
    Ok(())
}

/// Sends what is no HTTP.
async fn garbage(mut socket: TcpStream, _: Instant) -> std::io::Result<()> {
    let noise: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..))
        .take(4096)
        .collect();
    socket.write_all(&noise).await?;
    socket.read_u8().await.map(drop)
}

/// Sends messages that are none, and calls of what is not there.
async fn bent_messages(mut socket: TcpStream, _: Instant) -> std::io::Result<()> {
    let bodies = [
        "{".repeat(100_000),
        format!("[{}]", "1,".repeat(100_000)),
        Era::Modern
            .request(1, "tools/call", json!({"name": "x".repeat(1_000_000)}))
            .to_string(),
        Era::Modern
            .request(
                2,
                "tools/call",
                call(
                    "permissions_create_role",
                    &json!({"permissions": vec![0; 100_000]}),
                ),
            )
            .to_string(),
    ];
    let body = &bodies[fastrand::usize(..bodies.len())];
    let head = head(&format!(
        "Content-Length: {}\r\nConnection: close",
        body.len()
    ));
    socket.write_all(head.as_bytes()).await?;
    socket.write_all(body.as_bytes()).await?;
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.map(drop)
}

/// Calls, and goes away before the answer.
async fn gives_up(mut socket: TcpStream, _: Instant) -> std::io::Result<()> {
    let request = Era::Modern.request(
        1,
        "tools/call",
        call("keys_get_key", &json!({"keyId": "key_1"})),
    );
    socket.write_all(post(&request).as_bytes()).await?;
    tokio::time::sleep(Duration::from_millis(fastrand::u64(..100))).await;
    Ok(())
}

/// Calls as an older client, and takes it back on another connection.
async fn cancels(mut socket: TcpStream, _: Instant) -> std::io::Result<()> {
    let send = |message: Value| {
        let (body, version) = (message.to_string(), "MCP-Protocol-Version: 2025-11-25");
        head(&format!("Content-Length: {}\r\n{version}", body.len())) + &body
    };
    let id = fastrand::u64(..100);
    let call = call("keys_get_key", &json!({"keyId": "key_1"}));
    let call = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": call});
    socket.write_all(send(call).as_bytes()).await?;
    tokio::time::sleep(Duration::from_millis(fastrand::u64(..100))).await;
    let mut other = TcpStream::connect(socket.peer_addr()?).await?;
    let cancelled = json!({
        "jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id},
    });
    other.write_all(send(cancelled).as_bytes()).await?;
    other.read_u8().await?;
    socket.read_u8().await.map(drop)
}

/// Calls what a planted fault makes panic.
async fn panics(mut socket: TcpStream, _: Instant) -> std::io::Result<()> {
    let arguments = json!({"apiId": "planted_panic"});
    let request = Era::Modern.request(1, "tools/call", call("apis_get_api", &arguments));
    socket.write_all(post(&request).as_bytes()).await?;
    socket.read_u8().await.map(drop)
}

fn call(tool: &str, arguments: &Value) -> Value {
    json!({"name": tool, "arguments": arguments})
}

/// A request with that message.
fn post(message: &Value) -> String {
    let method = message["method"].as_str().unwrap_or_default();
    let body = message.to_string();
    let mut more = format!(
        "Content-Length: {}\r\nMCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}",
        body.len()
    );
    if let Some(name) = message["params"]["name"].as_str() {
        more = format!("{more}\r\nMcp-Name: {name}");
    }
    head(&more) + &body
}

/// The head of a request with those headers more, for an attacker whose key is nobody's.
fn head(more: &str) -> String {
    format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Authorization: Bearer unkey_attacker\r\n{more}\r\n\r\n"
    )
}
