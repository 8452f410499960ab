//! What a server that is told to stop still answers, and that nobody keeps it.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{A_WHILE, read_to_end};
use crate::support::{Answer, Binary, Cloud, Reply, success};

#[cfg(unix)]
#[tokio::test]
async fn a_server_that_stops_is_alive_and_not_ready() {
    let cloud = Cloud::that_answers(Answer::Together(2, json!({"apiId": "api_1"}))).await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let endpoint = server.mcp().with_key();
    let call = tokio::spawn(async move {
        endpoint
            .call("apis_create_api", json!({"name": "abc"}))
            .await
    });
    cloud.asked(1).await;
    let url = server.url.clone();
    server.terminate().await;
    let probe = |path: &str| Reply::to(reqwest::Client::new().get(format!("{url}{path}")));
    while probe("/readyz").await.status == 200 {
        sleep(Duration::from_millis(10)).await;
    }
    let ready = probe("/readyz").await;
    assert_eq!(ready.status, 503, "{ready:?}");
    assert!(ready.body.contains("stopping"), "{ready:?}");
    assert_eq!(probe("/healthz").await.status, 200);
    // The second request that the first waits for comes from elsewhere.
    let other = Binary::new(["serve", &cloud.flag()]).serve().await;
    let answer = other.mcp().with_key();
    success(&answer.call("apis_create_api", json!({"name": "abc"})).await);
    success(&call.await.unwrap());
    assert!(server.ended().await.status.success());
}

#[cfg(unix)]
#[tokio::test]
async fn idle_connections_do_not_hold_up_a_stop() {
    let server = Binary::new(["serve"]).serve().await;
    let get = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut kept = server.connect(get).await;
    assert!(super::read_some(&mut kept).await.ends_with("ok"));
    let silent = server.connect("").await;
    let reply = Reply::to(server.request(Method::GET, "/healthz")).await;
    assert_eq!(reply.status, 200);
    let started = Instant::now();
    assert!(server.stop().await.status.success());
    assert!(started.elapsed() < A_WHILE, "{:?}", started.elapsed());
    assert_eq!(read_to_end(kept).await, "");
    assert_eq!(read_to_end(silent).await, "");
}
