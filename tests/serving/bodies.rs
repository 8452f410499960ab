//! Bodies: how long, how slow, and how many at once.

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use super::{assert_well, head, list, read_some, read_to_end};
use crate::support::{Binary, KEY, Reply};

/// The JSON behind an answer's head.
fn json_of(answer: &str) -> Value {
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

/// The head of a POST to the engine, without the empty line at its end.
fn api_head(length: usize) -> String {
    format!(
        "POST /v2/apis.createApi HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {KEY}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n"
    )
}

#[tokio::test]
async fn a_body_that_says_it_is_too_long_is_refused_before_it_comes() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    for expect in ["", "Expect: 100-continue\r\n"] {
        let answer = server
            .raw(&format!("{}{expect}\r\n", head((4 << 20) + 1)))
            .await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
        let answer = json_of(&answer);
        assert_eq!(answer["id"], Value::Null, "{answer}");
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains("--max-body"), "{answer}");

        let answer = server
            .raw(&format!("{}{expect}\r\n", api_head((10 << 20) + 1)))
            .await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
        let answer = json_of(&answer);
        assert_eq!(
            answer["error"],
            json!({
                "detail": "The request body exceeds the maximum allowed size of 10485760 bytes.",
                "errors": [],
                "status": 413,
                "title": "Request Entity Too Large",
                "type": "https://unkey.com/docs/errors/user/bad_request/request_body_too_large",
            })
        );
        assert!(
            answer["meta"]["requestId"]
                .as_str()
                .unwrap()
                .starts_with("req_")
        );
    }
    assert_well(&server).await;
}

#[tokio::test]
async fn a_body_that_turns_out_too_long_is_refused_and_the_refusal_arrives() {
    let server = Binary::new(["serve", "--max-body=64KiB"]).serve().await;
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(64 << 10));
    let mut request = head(0).replace("Content-Length: 0", "Transfer-Encoding: chunked");
    request.push_str("\r\n");
    // It goes on sending for long after it was refused.
    request.push_str(&chunk.repeat(100));
    let answer = read_to_end(server.connect(request).await).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let plain = server.mcp().post(" ".repeat(2 << 20));
    assert_eq!(Reply::to(plain).await.status, 413);
    assert_well(&server).await;
}

#[tokio::test]
async fn the_operator_may_take_longer_bodies() {
    let server = Binary::new(["serve"])
        .env("UNKEY_MCP_MAX_BODY", "6MiB")
        .serve()
        .await;
    let endpoint = server.mcp().era(crate::support::Era::BOTH[0]);
    let long = list() + &" ".repeat(5 << 20);
    assert_eq!(Reply::to(endpoint.post(long)).await.status, 200);
    let longer = list() + &" ".repeat(6 << 20);
    assert_eq!(Reply::to(endpoint.post(longer)).await.status, 413);
}

#[tokio::test]
async fn a_client_that_asks_first_is_told_to_go_on_where_its_body_is_taken() {
    let server = Binary::new(["serve"]).serve().await;
    let body = list();
    let asking = format!("{}Expect: 100-continue\r\n\r\n", head(body.len()));
    let mut socket = server.connect(asking).await;
    assert_eq!(
        read_some(&mut socket).await,
        "HTTP/1.1 100 Continue\r\n\r\n"
    );
    socket.write_all(body.as_bytes()).await.unwrap();
    assert!(read_some(&mut socket).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let flags = ["serve", "--local=:memory:", "--body-timeout=0.2"];
    let server = Binary::new(flags).serve().await;
    let part = format!("{}\r\n{{", head(10));
    let answer = read_to_end(server.connect(part).await).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert_eq!(json_of(&answer)["id"], Value::Null);
    let part = format!("{}\r\n{{", api_head(10));
    let answer = read_to_end(server.connect(part).await).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert_eq!(json_of(&answer)["error"]["status"], 408);
    assert_well(&server).await;
}

#[tokio::test]
async fn large_bodies_share_bounded_memory_and_small_ones_need_none_of_it() {
    let flags = [
        "serve",
        "--max-body=1MiB",
        "--max-body-memory=1MiB",
        "--local=:memory:",
    ];
    let server = Binary::new(flags).serve().await;
    let large = 1 << 20;
    let part = format!("{}\r\n{}", head(large), " ".repeat(large - 1));
    // Whichever of the two comes first takes the memory.
    let (mut unfinished, refused) = loop {
        let unfinished = server.connect(&part).await;
        let reply = Reply::to(server.mcp().post(" ".repeat(large))).await;
        if reply.status == 503 {
            break (unfinished, reply);
        }
        assert_eq!(reply.status, 400, "{reply:?}");
    };
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(refused.json()["id"], Value::Null);
    let request = server
        .request(reqwest::Method::POST, "/v2/apis.createApi")
        .body(" ".repeat(large));
    assert_eq!(Reply::to(request).await.json()["error"]["status"], 503);
    assert_well(&server).await;
    unfinished.write_all(b"x").await.unwrap();
    assert!(read_some(&mut unfinished).await.starts_with("HTTP/1.1 400"));
    let reply = Reply::to(server.mcp().post(" ".repeat(large))).await;
    assert_eq!(reply.status, 400, "{reply:?}");
}

#[tokio::test]
async fn a_body_of_the_engine_may_hold_so_many_values_and_no_more() {
    let server = Binary::new(["serve", "--local=unkey.db"]).serve().await;
    let root_key = std::fs::read_to_string(server.home().join("unkey.db.root-key")).unwrap();
    let fields: Vec<String> = (0..700_000).map(|field| format!("\"{field}\":1")).collect();
    let request = server
        .request(reqwest::Method::POST, "/v2/apis.createApi")
        .header("Content-Type", "application/json")
        .bearer_auth(root_key.trim())
        .body(format!("{{{}}}", fields.join(",")));
    let reply = Reply::to(request).await;
    assert_eq!(reply.status, 400, "{reply:?}");
    let detail = reply.json()["error"]["detail"].clone();
    assert!(
        detail.as_str().unwrap().contains("more than 150000 values"),
        "{detail}"
    );
    assert_well(&server).await;
}

/// The bytes of bodies that the server holds.
#[cfg(target_os = "linux")]
async fn held(metrics: &str) -> u64 {
    let text = Reply::to(reqwest::Client::new().get(metrics)).await.body;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("unkey_mcp_body_bytes "));
    line.unwrap_or_else(|| panic!("{text}")).parse().unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn uploads_that_never_end_are_closed_in_time_and_give_their_memory_back() {
    const UPLOADS: usize = 40;
    const MEGABYTE: usize = 1 << 20;
    let flags = [
        "serve",
        "--local=:memory:",
        "--body-timeout=2",
        "--metrics=127.0.0.1:0",
    ];
    let (server, metrics) = Binary::new(flags).serve_with_metrics().await;
    let memory = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = resident.unwrap().trim().trim_end_matches(" kB");
        kib.parse::<usize>().unwrap() * 1024
    };
    assert_well(&server).await;
    let before = memory();
    let part = format!("{}\r\n{}", head(3 * MEGABYTE), " ".repeat(MEGABYTE));
    let mut uploads = Vec::new();
    for _ in 0..UPLOADS {
        uploads.push(server.connect(&part).await);
    }
    assert_well(&server).await;
    for upload in uploads {
        // Where all bodies together hold too much by then, it is refused at once.
        let answer = read_to_end(upload).await;
        let status = answer.get(..12).unwrap_or_default();
        assert!(
            ["HTTP/1.1 408", "HTTP/1.1 503"].contains(&status),
            "{answer}"
        );
    }
    assert_eq!(held(&metrics).await, 0);
    let after = memory();
    assert!(
        after < before + 16 * MEGABYTE,
        "before {before}, after {after}"
    );
}
