//! Connections: how many, and how long each may take.

use reqwest::Method;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::time::{Instant, sleep};

use super::{A_WHILE, assert_well, head, list, read_some, read_to_end};
use crate::support::{Answer, Binary, Cloud, Endpoint, Reply, within};

/// A call that hangs, for as long as the test runs.
fn hang(endpoint: &Endpoint) -> tokio::task::JoinHandle<()> {
    let params = json!({"name": "keys_get_key", "arguments": {"keyId": "key_1"}});
    let request = endpoint.message("tools/call", params);
    tokio::spawn(async move {
        let _ = request.send().await;
    })
}

#[cfg(unix)]
#[tokio::test]
async fn clients_that_say_nothing_keep_nobody_out() {
    let server = Binary::new(["serve", "--max-connections=8"]).serve().await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(server.connect("").await);
    }
    sleep(A_WHILE / 10).await;
    assert_well(&server).await;
    for _ in 0..100 {
        silent.push(server.connect(head(10)).await);
    }
    sleep(A_WHILE / 10).await;
    assert_well(&server).await;
    drop(silent);
    let ended = server.stop().await;
    assert!(ended.stderr.contains("--max-connections"), "{ended:?}");
    let lines = ended.stderr.lines().count();
    assert!(lines < 10, "the log is flooded: {ended:?}");
}

#[tokio::test]
async fn clients_that_had_their_answer_and_stay_keep_nobody_out_who_takes_a_moment_to_send() {
    let server = Binary::new(["serve", "--max-connections=16"]).serve().await;
    let get = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut kept = std::collections::VecDeque::new();
    let body = list();
    for _ in 0..5 {
        let mut good = server.connect(head(body.len())).await;
        for step in 0..40 {
            let mut other = server.connect(get).await;
            assert!(read_some(&mut other).await.ends_with("ok"));
            kept.push_back(other);
            if kept.len() > 24 {
                kept.pop_front();
            }
            sleep(A_WHILE / 200).await;
            if step == 20 {
                good.write_all(b"Connection: close\r\n\r\n").await.unwrap();
            }
        }
        good.write_all(body.as_bytes()).await.unwrap();
        let answer = read_to_end(good).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

#[tokio::test]
async fn a_head_that_does_not_end_closes_its_connection() {
    let server = Binary::new(["serve", "--head-timeout=0.2"]).serve().await;
    for part in ["", "POST /mcp HTTP/1.1\r\nHost: loc"] {
        let started = Instant::now();
        let answer = read_to_end(server.connect(part).await).await;
        assert_eq!(answer, "", "{part}");
        assert!(started.elapsed() < A_WHILE * 4, "{part}");
    }
    assert_well(&server).await;
}

#[tokio::test]
async fn a_connection_is_kept_between_requests_for_a_time_of_its_own() {
    let flags = ["serve", "--head-timeout=0.2", "--idle-timeout=1.5"];
    let server = Binary::new(flags).serve().await;
    let get = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut socket = server.connect(get).await;
    assert!(read_some(&mut socket).await.ends_with("ok"));
    // Longer than a head may take.
    sleep(A_WHILE / 4).await;
    socket.write_all(get.as_bytes()).await.unwrap();
    assert!(read_some(&mut socket).await.ends_with("ok"));
    assert_eq!(read_to_end(socket).await, "");
}

#[tokio::test]
async fn a_call_may_take_longer_than_any_client_may() {
    let cloud = Cloud::that_answers(Answer::Together(2, json!({"apiId": "api_1"}))).await;
    let flags = [
        "serve",
        "--head-timeout=0.1",
        "--body-timeout=0.1",
        "--idle-timeout=0.1",
        "--answer-timeout=0.1",
        &cloud.flag(),
    ];
    let server = Binary::new(flags).serve().await;
    let first = hang(&server.mcp().with_key());
    cloud.asked(1).await;
    sleep(A_WHILE / 4).await;
    let answer = server
        .mcp()
        .with_key()
        .call("apis_create_api", json!({"name": "abc"}))
        .await;
    crate::support::success(&answer);
    within("the first call", first).await.unwrap();
}

#[tokio::test]
async fn probes_are_answered_while_calls_take_all_connections() {
    let cloud = Cloud::that_answers(Answer::Hang).await;
    let flags = ["serve", "--max-connections=2", &cloud.flag()];
    let server = Binary::new(flags).serve().await;
    let hanging = [(); 2].map(|()| hang(&server.mcp().with_key()));
    cloud.asked(2).await;
    for path in ["/healthz", "/readyz"] {
        let reply = Reply::to(server.request(Method::GET, path)).await;
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
    }
    let refused = Reply::to(server.mcp().post(list())).await;
    assert_eq!(refused.status, 503, "{refused:?}");
    assert_eq!(refused.headers["retry-after"], "1");
    assert!(refused.headers.contains_key("x-request-id"));
    assert_eq!(refused.headers["connection"], "close");
    for call in hanging {
        call.abort();
    }
    cloud.given_up(2).await;
    assert_well(&server).await;
}

#[tokio::test]
async fn a_client_that_takes_no_answers_is_not_waited_for() {
    let server = Binary::new(["serve", "--answer-timeout=0.3"]).serve().await;
    let body = list();
    let request = format!("{}\r\n{body}", head(body.len()));
    let mut socket = server.connect("").await;
    // In the end neither side takes anything, and the server gives up.
    let asking = async { while socket.write_all(request.as_bytes()).await.is_ok() {} };
    within("the connection's end", asking).await;
    assert_well(&server).await;
}
