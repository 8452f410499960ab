//! How many calls there may be at once, and that one caller's do not cost another any.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::{JoinHandle, JoinSet};

use crate::support::{
    Binary, Endpoint, Era, KEY, Reply, Server, Stdio, failure, half_asleep, offered, sleeper,
    success, within,
};

fn hang(endpoint: &Endpoint, count: usize) -> Vec<JoinHandle<()>> {
    let call = || {
        let request = endpoint.message("tools/call", sleeper());
        tokio::spawn(async move {
            let _ = request.send().await;
        })
    };
    (0..count).map(|_| call()).collect()
}

async fn read(endpoint: &Endpoint) -> Value {
    let arguments = json!({"apiId": "api_12345678"});
    endpoint.call("apis_get_api", arguments).await
}

#[tokio::test]
async fn a_caller_with_hanging_calls_is_told_to_wait_and_costs_another_nothing() {
    let cloud = half_asleep().await;
    let server = Binary::new(["serve", &cloud.flag(), "--max-calls-per-caller=3"])
        .serve()
        .await;
    let greedy = server.mcp().with_key();
    let hanging = hang(&greedy, 3);
    cloud.asked(3).await;
    for era in Era::BOTH {
        let endpoint = server.mcp().with_key().era(era);
        let response = read(&endpoint).await;
        let text = failure(&response);
        for part in [
            "3 calls with this root key",
            "Nothing was sent",
            "Next: wait",
        ] {
            assert!(text.contains(part), "{text}");
        }
        assert!(!text.contains(KEY), "{text}");
        let other = server.mcp().era(era).header("Authorization", "unkey_other");
        success(&read(&other).await);
    }
    // What needs no call is answered as ever.
    assert_eq!(greedy.names().await, offered());
    assert_eq!(cloud.requests(), 3 + 2);
    // A call that is given up leaves its place.
    hanging.iter().for_each(JoinHandle::abort);
    cloud.given_up(3).await;
    success(&read(&greedy).await);
}

#[tokio::test]
async fn all_callers_of_both_endpoints_share_one_limit() {
    let cloud = half_asleep().await;
    let server = Binary::new(["serve", &cloud.flag()])
        .env("UNKEY_MCP_MAX_CALLS", "2")
        .serve()
        .await;
    let one = server.mcp().header("Authorization", "unkey_one");
    let two = server.mcp().header("Authorization", "unkey_two");
    let _hanging = [hang(&one, 1), hang(&two, 1)];
    cloud.asked(2).await;
    let three = server
        .at("/mcp/ratelimits")
        .header("Authorization", "unkey_three");
    let arguments = json!({"namespace": "n", "identifier": "i"});
    let response = three.call("ratelimit_get_override", arguments).await;
    let text = failure(&response);
    for part in [
        "2 calls at once",
        "--max-calls",
        "Nothing was sent",
        "Next: wait",
    ] {
        assert!(text.contains(part), "{text}");
    }
    // A mistake is told as a mistake: nobody would have been asked.
    let response = three.call("ratelimit_get_override", json!({})).await;
    assert!(failure(&response).contains("`namespace`"), "{response}");
}

#[tokio::test]
async fn a_client_on_stdio_is_told_too() {
    for era in Era::BOTH {
        let cloud = half_asleep().await;
        let binary = Binary::new(["stdio", &cloud.flag(), "--max-calls-per-caller=2"])
            .env("UNKEY_ROOT_KEY", KEY);
        let mut session = Stdio::connect(binary, era).await;
        let mut sent = Vec::new();
        for _ in 0..2 {
            sent.push(session.send("tools/call", sleeper()).await);
        }
        cloud.asked(2).await;
        let response = session
            .call("apis_get_api", json!({"apiId": "api_12345678"}))
            .await;
        assert!(failure(&response).contains("Next: wait"), "{response}");
        for id in sent {
            session
                .notify("notifications/cancelled", json!({"requestId": id}))
                .await;
        }
        cloud.given_up(2).await;
        let response = session
            .call("apis_get_api", json!({"apiId": "api_12345678"}))
            .await;
        success(&response);
    }
}

#[tokio::test]
async fn a_cancellation_on_stdio_does_not_wait_behind_calls_that_hang() {
    const SENT: usize = 300;
    for (flag, carried_out) in [
        ("--max-calls-per-caller=128", 128),
        ("--max-calls-per-caller=300", SENT),
    ] {
        let cloud = half_asleep().await;
        let binary = Binary::new(["stdio", &cloud.flag(), flag]).env("UNKEY_ROOT_KEY", KEY);
        let mut session = Stdio::connect(binary, Era::BOTH[0]).await;
        let mut sent = Vec::new();
        for _ in 0..SENT {
            sent.push(session.send("tools/call", sleeper()).await);
        }
        cloud.asked(carried_out).await;
        let cancelled = json!({"requestId": sent[0]});
        session.notify("notifications/cancelled", cancelled).await;
        cloud.given_up(1).await;
        let response = session
            .call("apis_get_api", json!({"apiId": "api_12345678"}))
            .await;
        success(&response);
    }
}

#[tokio::test]
async fn the_engines_owner_is_one_caller() {
    let server = Binary::new(["serve", "--local=:memory:", "--max-calls-per-caller=1"])
        .serve()
        .await;
    // One after the other there is room for any number.
    for name in ["one", "two", "three"] {
        success(
            &server
                .mcp()
                .call("apis_create_api", json!({"name": name}))
                .await,
        );
    }
}

#[tokio::test]
async fn a_limit_that_is_none_stops_the_start() {
    for flag in [
        "--max-calls=0",
        "--max-calls-per-caller=-1",
        "--max-calls=many",
        "--max-calls=99999999999999999999",
        "--timeout=0",
        "--timeout=0.05",
        "--timeout=3601",
        "--timeout=-1",
        "--timeout=1e300",
        "--timeout=nan",
        "--timeout=inf",
    ] {
        let ended = within("the end", Binary::new(["stdio", flag]).run("")).await;
        assert_eq!(ended.status.code(), Some(2), "{flag}: {ended:?}");
        let name = flag.split('=').next().unwrap();
        assert!(ended.stderr.contains(name), "{flag}: {ended:?}");
    }
}

/// A question that runs until its time is over.
fn endless() -> Value {
    let ten = ["SELECT 1 AS n"; 10].join(" UNION ALL ");
    let joined = (1..=8).map(|number| format!("a AS a{number}"));
    let joined = joined.collect::<Vec<_>>().join(" CROSS JOIN ");
    json!({"query": format!("WITH a AS ({ten}) SELECT count() AS c FROM {joined}")})
}

/// The status of the answer to a question about events.
async fn ask(server: &Server, root_key: &str, body: Value) -> u16 {
    let request = server
        .request(Method::POST, "/v2/analytics.getVerifications")
        .header("Content-Type", "application/json")
        .bearer_auth(root_key)
        .body(body.to_string());
    Reply::to(request).await.status.as_u16()
}

#[tokio::test]
async fn a_few_questions_run_or_wait_and_those_of_clients_that_went_away_end() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let flag = format!("--local={}", file.display());
    let server = Arc::new(Binary::new(["serve", &flag]).serve().await);
    let root_key = std::fs::read_to_string(folder.path().join("unkey.db.root-key")).unwrap();
    let root_key = root_key.trim().to_owned();
    let mut asked = JoinSet::new();
    for _ in 0..12 {
        let (server, root_key) = (server.clone(), root_key.clone());
        asked.spawn(async move { ask(&server, &root_key, endless()).await });
    }
    for _ in 0..12 - 8 {
        let refused = within("a refusal", asked.join_next()).await;
        assert_eq!(refused.unwrap().unwrap(), 429);
    }
    // Nobody waits behind them, and nobody else's question is refused.
    let verified = server.mcp().header("Authorization", &root_key);
    success(
        &verified
            .call("keys_verify_key", json!({"key": "abc_123"}))
            .await,
    );
    assert_eq!(ask(&server, "unkey_other", endless()).await, 401);
    asked.shutdown().await;
    let gone = Instant::now();
    let question = json!({"query": "SELECT count() AS c FROM key_verifications_v1"});
    while ask(&server, &root_key, question.clone()).await != 200 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(gone.elapsed() < Duration::from_secs(6), "{gone:?}");
}
