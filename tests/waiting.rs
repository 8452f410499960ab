//! Calls that take long: nobody else waits for them, and whoever gives up is heard.

use std::time::Duration;

use serde_json::json;

use crate::support::{
    Answer, Binary, Cloud, Endpoint, Era, KEY, Reply, Stdio, UNKNOWN_OUTCOME, failure, half_asleep,
    offered, refusal, sleeper, success, within,
};

fn stdio(cloud: &Cloud) -> Binary {
    Binary::new(["stdio", &cloud.flag()]).env("UNKEY_ROOT_KEY", KEY)
}

#[tokio::test]
async fn a_call_that_hangs_holds_up_nobody_on_stdio() {
    let cloud = half_asleep().await;
    let mut session = Stdio::connect(stdio(&cloud), Era::BOTH[0]).await;
    session.send("tools/call", sleeper()).await;
    cloud.asked(1).await;
    success(
        &session
            .call("apis_create_api", json!({"name": "abc"}))
            .await,
    );
    let list = session.request("tools/list", json!({})).await;
    assert!(list["result"]["tools"].is_array());
}

#[tokio::test]
async fn a_call_that_hangs_holds_up_nobody_over_http() {
    let cloud = half_asleep().await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let endpoint = server.mcp().with_key();
    let hanging: Vec<_> = (0..20).map(|_| hang(&endpoint)).collect();
    cloud.asked(20).await;
    success(
        &endpoint
            .call("apis_create_api", json!({"name": "abc"}))
            .await,
    );
    assert_eq!(endpoint.names().await.len(), offered().len());
    for call in hanging {
        call.abort();
    }
}

/// Starts a call that hangs.
fn hang(endpoint: &Endpoint) -> tokio::task::JoinHandle<()> {
    let request = endpoint.message("tools/call", sleeper());
    tokio::spawn(async move {
        let _ = request.send().await;
    })
}

#[tokio::test]
async fn a_cancelled_call_is_given_up_on_stdio() {
    for era in Era::BOTH {
        let cloud = half_asleep().await;
        let mut session = Stdio::connect(stdio(&cloud), era).await;
        let id = session.send("tools/call", sleeper()).await;
        cloud.asked(1).await;
        let reason = json!({"requestId": id, "reason": "enough"});
        session.notify("notifications/cancelled", reason).await;
        cloud.given_up(1).await;
        success(
            &session
                .call("apis_create_api", json!({"name": "abc"}))
                .await,
        );
    }
}

#[tokio::test]
async fn a_client_that_goes_away_is_given_up_over_http() {
    for era in Era::BOTH {
        let cloud = half_asleep().await;
        let server = Binary::new(["serve", &cloud.flag()]).serve().await;
        let endpoint = server.mcp().with_key().era(era);
        let call = hang(&endpoint);
        cloud.asked(1).await;
        call.abort();
        cloud.given_up(1).await;
        success(
            &endpoint
                .call("apis_create_api", json!({"name": "abc"}))
                .await,
        );
    }
}

/// Tells the server that the request `id` is not wanted any more.
async fn cancel(endpoint: &Endpoint, id: u64) {
    let cancelled = json!({"jsonrpc": "2.0", "method": "notifications/cancelled",
                           "params": {"requestId": id}});
    let reply = Reply::to(endpoint.post(cancelled.to_string())).await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (202, ""));
}

#[tokio::test]
async fn a_cancelled_call_is_given_up_over_http_though_it_hangs_on_another_connection() {
    let cloud = half_asleep().await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let endpoint = server.mcp().with_key().era(Era::BOTH[0]);
    let call = tokio::spawn(Reply::to(endpoint.message("tools/call", sleeper())));
    cloud.asked(1).await;
    // Neither another's cancellation nor that of another call is meant.
    cancel(&server.mcp().header("Authorization", "unkey_other"), 1).await;
    cancel(&endpoint.clone().header("User-Agent", "another"), 1).await;
    cancel(&endpoint, 2).await;
    assert!(!call.is_finished());
    cancel(&endpoint, 1).await;
    cloud.given_up(1).await;
    let reply = call.await.unwrap();
    assert_eq!(refusal(&reply.json()).0, -32800, "{reply:?}");
}

#[tokio::test]
async fn a_cancelled_write_over_http_says_that_its_outcome_is_unknown() {
    let cloud = Cloud::that_answers(Answer::Hang).await;
    let call = json!({"name": "apis_create_api", "arguments": {"name": "abc"}});
    let inner = json!({"name": "run_write_tool", "arguments": call});
    for (flag, call) in [("--dynamic=false", call.clone()), ("--dynamic", inner)] {
        let server = Binary::new(["serve", flag, &cloud.flag()]).serve().await;
        let endpoint = server.mcp().with_key().era(Era::BOTH[0]);
        let before = cloud.requests();
        let call = tokio::spawn(Reply::to(endpoint.message("tools/call", call)));
        cloud.asked(before + 1).await;
        cancel(&endpoint, 1).await;
        let reply = within("the answer", call).await.unwrap();
        let answer = reply.json();
        let (code, message) = refusal(&answer);
        assert_eq!(code, -32800, "{reply:?}");
        assert!(message.contains(UNKNOWN_OUTCOME), "{reply:?}");
    }
}

#[tokio::test]
async fn an_id_that_was_used_a_moment_ago_can_be_cancelled_again() {
    let cloud = half_asleep().await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let endpoint = server.mcp().with_key().era(Era::BOTH[0]);
    success(
        &endpoint
            .call("apis_create_api", json!({"name": "abc"}))
            .await,
    );
    let call = tokio::spawn(Reply::to(endpoint.message("tools/call", sleeper())));
    cloud.asked(2).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    cancel(&endpoint, 1).await;
    let reply = within("the answer", call).await.unwrap();
    assert_eq!(refusal(&reply.json()).0, -32800, "{reply:?}");
}

#[tokio::test]
async fn callers_behind_a_trusted_proxy_cancel_no_call_of_each_other() {
    let cloud = half_asleep().await;
    let flags = ["serve", &cloud.flag(), "--trusted-proxy=127.0.0.1"];
    let server = Binary::new(flags).serve().await;
    let endpoint = server.mcp().with_key().era(Era::BOTH[0]);
    let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|address| {
        let endpoint = endpoint.clone();
        endpoint.header("X-Forwarded-For", address)
    });
    let calls = [hang(&one), hang(&other)];
    cloud.asked(2).await;
    cancel(&one, 1).await;
    cloud.given_up(1).await;
    let [called_off, open] = calls;
    within("the answer", called_off).await.unwrap();
    assert!(!open.is_finished());
    open.abort();
}

#[tokio::test]
async fn a_cancellation_that_could_mean_two_calls_over_http_ends_neither() {
    let cloud = half_asleep().await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let endpoint = server.mcp().with_key().era(Era::BOTH[0]);
    let calls = [hang(&endpoint), hang(&endpoint)];
    cloud.asked(2).await;
    cancel(&endpoint, 1).await;
    success(
        &endpoint
            .call("apis_create_api", json!({"name": "abc"}))
            .await,
    );
    for call in calls {
        assert!(!call.is_finished());
        call.abort();
    }
}

#[tokio::test]
async fn a_call_under_way_at_the_end_of_stdin_is_answered() {
    // The answer comes once two have asked; the second asks after stdin has ended.
    let cloud = Cloud::that_answers(Answer::Together(2, json!({"apiId": "api_1"}))).await;
    let call = json!({"name": "apis_create_api", "arguments": {"name": "abc"}});
    let mut session = Stdio::connect(stdio(&cloud), Era::BOTH[0]).await;
    let id = session.send("tools/call", call.clone()).await;
    cloud.asked(1).await;
    session.close();
    let mut other = Stdio::connect(stdio(&cloud), Era::Modern).await;
    success(&other.request("tools/call", call).await);
    success(&session.answer(id).await);
    assert!(session.end().await.status.success());
}

#[tokio::test]
async fn a_call_that_hangs_at_the_end_of_stdin_is_answered_at_its_time_limit() {
    let cloud = half_asleep().await;
    let binary = stdio(&cloud).arg("--timeout=1");
    let mut session = Stdio::connect(binary, Era::BOTH[0]).await;
    let id = session.send("tools/call", sleeper()).await;
    cloud.asked(1).await;
    session.close();
    failure(&session.answer(id).await);
    let ended = session.end().await;
    assert!(ended.status.success(), "{ended:?}");
    cloud.given_up(1).await;
}

#[tokio::test]
async fn a_client_that_reads_no_answers_any_more_ends_its_calls() {
    let cloud = half_asleep().await;
    let mut session = Stdio::connect(stdio(&cloud), Era::BOTH[0]).await;
    session.send("tools/call", sleeper()).await;
    cloud.asked(1).await;
    session.close_stdout();
    // The server learns of it when it next writes.
    session.send("ping", json!({})).await;
    cloud.given_up(1).await;
    let ended = session.ended().await;
    assert!(ended.status.success(), "{ended:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_client_that_writes_and_never_reads_makes_nothing_grow() {
    let requests = 20_000;
    let mut session = Stdio::connect(Binary::new(["stdio"]), Era::BOTH[0]).await;
    session.request("tools/list", json!({})).await;
    let before = session.resident_kib();
    // What is refused is answered at once; a ping is a request like any other.
    let lines = (0..requests).map(|id| match id % 10 {
        0 => Era::BOTH[0]
            .request(1000 + id, "ping", json!({}))
            .to_string(),
        _ => "nonsense".to_owned(),
    });
    let writing = session.write_aside(&lines.collect::<Vec<_>>());
    // It stands still once the pipes are full and the server has stopped reading.
    let mut last = usize::MAX;
    while last != session.resident_kib() {
        last = session.resident_kib();
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(
        !writing.is_finished(),
        "all was read, though nothing was taken"
    );
    assert!(last < before + 16 * 1024, "{before} KiB became {last} KiB");
    let mut pings = 0;
    for _ in 0..requests {
        pings += usize::from(session.next().await["result"].is_object());
    }
    assert_eq!(pings, 2000);
    within("writing", writing).await.unwrap();
}

/// Answers each caller with its own key and identifier, once a hundred have called.
async fn mirror() -> Cloud {
    Cloud::script(|seen, _| {
        let key = seen.header("authorization")[0];
        let identifier = seen.json()["identifier"].clone();
        let key = key.trim_start_matches("Bearer ");
        Answer::Together(100, json!({"key": key, "identifier": identifier}))
    })
    .await
}

#[tokio::test]
async fn a_hundred_callers_at_once_each_get_their_own_answer() {
    let cloud = mirror().await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let calls = (0..100).map(|caller| {
        let era = Era::BOTH[caller % 2];
        let endpoint = server
            .mcp()
            .era(era)
            .header("Authorization", &format!("Bearer unkey_{caller}"));
        async move {
            let arguments = json!({"namespace": "n", "identifier": format!("id_{caller}")});
            let response = endpoint.call("ratelimit_get_override", arguments).await;
            let data = success(&response)["data"].clone();
            let expected =
                json!({"key": format!("unkey_{caller}"), "identifier": format!("id_{caller}")});
            assert_eq!(data, expected);
        }
    });
    futures_util::future::join_all(calls).await;
    assert_eq!(cloud.requests(), 100);
}

#[tokio::test]
async fn a_hundred_calls_at_once_on_stdio_each_get_their_own_answer() {
    let cloud = mirror().await;
    let mut session = Stdio::connect(stdio(&cloud), Era::BOTH[0]).await;
    let mut sent = Vec::new();
    for call in 0..100 {
        let arguments = json!({"namespace": "n", "identifier": format!("id_{call}")});
        let params = json!({"name": "ratelimit_get_override", "arguments": arguments});
        sent.push(session.send("tools/call", params).await);
    }
    for (call, id) in sent.into_iter().enumerate().rev() {
        let answer = session.answer(id).await;
        let data = &success(&answer)["data"];
        assert_eq!(
            *data,
            json!({"key": KEY, "identifier": format!("id_{call}")})
        );
    }
}

#[tokio::test]
async fn connections_to_unkey_are_kept_and_shared() {
    let cloud = Cloud::start().await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    for caller in 0..10 {
        let endpoint = server
            .mcp()
            .header("Authorization", &format!("unkey_{caller}"));
        success(
            &endpoint
                .call("apis_create_api", json!({"name": "abc"}))
                .await,
        );
    }
    assert_eq!(cloud.connections(), 1);
}

#[tokio::test]
async fn a_connection_that_unkey_closed_meanwhile_costs_no_write() {
    let cloud = Cloud::that_answers(Answer::Last(json!({}))).await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    for _ in 0..5 {
        let endpoint = server.mcp().with_key();
        success(
            &endpoint
                .call("apis_create_api", json!({"name": "abc"}))
                .await,
        );
    }
    assert_eq!(cloud.requests(), 5);
}

#[tokio::test]
async fn a_cancellation_of_what_is_over_or_never_was_is_ignored() {
    let cloud = half_asleep().await;
    let mut session = Stdio::connect(stdio(&cloud), Era::BOTH[0]).await;
    for id in [1, 4711] {
        session
            .notify("notifications/cancelled", json!({"requestId": id}))
            .await;
    }
    let response = session
        .call("apis_create_api", json!({"name": "abc"}))
        .await;
    success(&response);
    let response = session.call("apis_create_api", json!({})).await;
    assert!(failure(&response).contains("`name`"));
    let server = Binary::new(["serve"]).serve().await;
    let reply = Reply::to(
        server
            .mcp()
            .era(Era::BOTH[0])
            .message("nonsense/method", json!({})),
    )
    .await;
    assert_eq!(refusal(&reply.json()).0, -32601);
}
