//! What is tried again, how often, and when.

use std::time::{Duration, Instant};

use serde_json::json;
use unkey_tools::CATALOGUE;

use crate::support::{Answer, Binary, Cloud, failure, sample, success};

/// Fails `failures` times in that way, then answers.
async fn failing(failures: usize, answer: Answer) -> Cloud {
    Cloud::script(move |_, before| {
        if before < failures {
            answer.clone()
        } else {
            Answer::data(&json!({}))
        }
    })
    .await
}

#[tokio::test]
async fn a_read_survives_two_failures_of_any_passing_kind() {
    let cases = [
        Answer::problem(500, "Internal Server Error", "x"),
        Answer::problem(503, "Service Unavailable", "x"),
        Answer::problem(429, "Too Many Requests", "x").with_header("Retry-After", "0"),
        Answer::raw(502, "text/html", "<html>"),
        Answer::Reset,
        Answer::Close,
    ];
    for answer in cases {
        let cloud = failing(2, answer.clone()).await;
        let server = Binary::new(["serve", &cloud.flag()]).serve().await;
        let arguments = json!({"keyId": "key_1"});
        let response = server
            .mcp()
            .with_key()
            .call("keys_get_key", arguments)
            .await;
        success(&response);
        assert_eq!(cloud.requests(), 3, "{answer:?}");
        let bodies: Vec<String> = cloud.seen().into_iter().map(|seen| seen.body).collect();
        assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    }
}

#[tokio::test]
async fn a_read_is_given_up_after_the_third_failure() {
    let cloud = failing(3, Answer::problem(500, "Internal Server Error", "x")).await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let arguments = json!({"keyId": "key_1"});
    let response = server
        .mcp()
        .with_key()
        .call("keys_get_key", arguments)
        .await;
    assert!(failure(&response).contains("3 attempts"), "{response}");
    assert_eq!(cloud.requests(), 3);
}

#[tokio::test]
async fn a_read_is_not_repeated_where_that_cannot_help() {
    for status in [400, 401, 403, 404, 409, 410, 412, 422] {
        let cloud = failing(1, Answer::problem(status, "No", "x")).await;
        let server = Binary::new(["serve", &cloud.flag()]).serve().await;
        let arguments = json!({"keyId": "key_1"});
        failure(
            &server
                .mcp()
                .with_key()
                .call("keys_get_key", arguments)
                .await,
        );
        assert_eq!(cloud.requests(), 1, "{status}");
    }
}

#[tokio::test]
async fn whatever_writes_or_spends_is_sent_once() {
    for answer in [
        Answer::problem(500, "Internal Server Error", "x"),
        Answer::problem(429, "Too Many Requests", "x").with_header("Retry-After", "0"),
        Answer::Reset,
    ] {
        let cloud = Cloud::that_answers(answer.clone()).await;
        let flags = ["serve", &cloud.flag(), "--toolsets=all"];
        let server = Binary::new(flags).serve().await;
        let endpoint = server.mcp().with_key();
        let writes = CATALOGUE
            .iter()
            .filter(|entry| !entry.effect.is_read_only());
        for (calls, entry) in (1..).zip(writes) {
            failure(&endpoint.call(entry.name, sample(entry.name)).await);
            assert_eq!(cloud.requests(), calls, "{} after {answer:?}", entry.name);
        }
    }
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    let answer = Answer::problem(429, "Too Many Requests", "x").with_header("Retry-After", "1");
    let cloud = failing(1, answer).await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let start = Instant::now();
    let arguments = json!({"keyId": "key_1"});
    success(
        &server
            .mcp()
            .with_key()
            .call("keys_get_key", arguments)
            .await,
    );
    assert!(
        start.elapsed() >= Duration::from_secs(1),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(cloud.requests(), 2);
}

#[tokio::test]
async fn a_wait_longer_than_the_time_limit_is_told_and_not_waited() {
    let answer = Answer::problem(429, "Too Many Requests", "x").with_header("Retry-After", "3600");
    let cloud = failing(1, answer).await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let arguments = json!({"keyId": "key_1"});
    let response = server
        .mcp()
        .with_key()
        .call("keys_get_key", arguments)
        .await;
    assert!(failure(&response).contains("wait 3600 s"), "{response}");
    assert_eq!(cloud.requests(), 1);
}

#[tokio::test]
async fn a_write_goes_out_again_where_nothing_left() {
    // The port is free until the second attempt: then someone listens there.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let server = Binary::new(["serve", &format!("--api-url=http://{address}")])
        .serve()
        .await;
    let endpoint = server.mcp().with_key();
    let arguments = json!({"name": "abc"});
    let (response, _cloud) = tokio::join!(endpoint.call("apis_create_api", arguments), async {
        // The first attempt fails at once; the second comes 100 ms later at the earliest.
        tokio::time::sleep(Duration::from_millis(50)).await;
        Cloud::at(address).await
    });
    success(&response);
}
