//! A process that is told to stop begins nothing new, gives what is under way its time, and answers
//! every call before it ends.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::support::{
    Answer, Binary, Cloud, Endpoint, Era, KEY, Reply, Stdio, UNKNOWN_OUTCOME, failure, success,
    within,
};

/// Answers once two have asked.
async fn answers_the_second() -> Cloud {
    Cloud::script(|_, _| Answer::Together(2, json!({"apiId": "api_1"}))).await
}

fn create() -> Value {
    json!({"name": "apis_create_api", "arguments": {"name": "abc"}})
}

fn spawn(endpoint: &Endpoint) -> JoinHandle<Value> {
    let request = endpoint.message("tools/call", create());
    tokio::spawn(async move { Reply::to(request).await.json() })
}

/// Asks the cloud itself, so that what waits for a second request has its answer.
async fn ask(cloud: &Cloud) {
    let socket = tokio::net::TcpStream::connect(cloud.url.strip_prefix("http://").unwrap());
    let mut socket = socket.await.unwrap();
    let request = b"POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n";
    tokio::io::AsyncWriteExt::write_all(&mut socket, request)
        .await
        .unwrap();
    let _ = tokio::io::AsyncReadExt::read(&mut socket, &mut [0; 100]).await;
}

#[tokio::test]
async fn a_call_under_way_over_http_is_answered_with_what_unkey_says() {
    for era in Era::BOTH {
        let cloud = answers_the_second().await;
        let server = Binary::new(["serve", &cloud.flag()]).serve().await;
        let call = spawn(&server.mcp().with_key().era(era));
        cloud.asked(1).await;
        let stop = tokio::spawn(server.stop());
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!stop.is_finished());
        ask(&cloud).await;
        success(&within("the answer", call).await.unwrap());
        let ended = within("the end", stop).await.unwrap();
        assert!(ended.status.success(), "{ended:?}");
    }
}

#[tokio::test]
async fn a_call_under_way_on_stdio_is_answered_with_what_unkey_says() {
    for era in Era::BOTH {
        let cloud = answers_the_second().await;
        let binary = Binary::new(["stdio", &cloud.flag()]).env("UNKEY_ROOT_KEY", KEY);
        let mut session = Stdio::connect(binary, era).await;
        let id = session.send("tools/call", create()).await;
        cloud.asked(1).await;
        let stop = tokio::spawn(session.stop());
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!stop.is_finished());
        ask(&cloud).await;
        let ended = within("the end", stop).await.unwrap();
        assert!(ended.status.success(), "{ended:?}");
        let answer: Value = serde_json::from_str(ended.stdout.lines().last().unwrap()).unwrap();
        assert_eq!(answer["id"], id);
        success(&answer);
    }
}

#[tokio::test]
async fn a_call_that_hangs_is_answered_when_its_time_is_over() {
    let cloud = Cloud::that_answers(Answer::Hang).await;
    let flags = ["serve", &cloud.flag(), "--timeout=1"];
    let server = Binary::new(flags).serve().await;
    let call = spawn(&server.mcp().with_key());
    cloud.asked(1).await;
    let ended = server.stop().await;
    assert!(ended.status.success(), "{ended:?}");
    let response = within("the answer", call).await.unwrap();
    assert!(failure(&response).contains(UNKNOWN_OUTCOME), "{response}");

    let flags = ["stdio", &cloud.flag(), "--timeout=1"];
    let binary = Binary::new(flags).env("UNKEY_ROOT_KEY", KEY);
    let mut session = Stdio::connect(binary, Era::Modern).await;
    session.send("tools/call", create()).await;
    cloud.asked(2).await;
    let ended = session.stop().await;
    assert!(ended.status.success(), "{ended:?}");
    let answer: Value = serde_json::from_str(ended.stdout.trim()).unwrap();
    assert!(failure(&answer).contains(UNKNOWN_OUTCOME), "{answer}");
}

#[tokio::test]
async fn a_second_signal_ends_the_process_at_once() {
    let cloud = Cloud::that_answers(Answer::Hang).await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let _call = spawn(&server.mcp().with_key());
    cloud.asked(1).await;
    let start = Instant::now();
    let ended = server.stop_at_once().await;
    assert_eq!(ended.status.code(), Some(128 + 15), "{ended:?}");
    assert!(start.elapsed() < Duration::from_secs(20));

    let binary = Binary::new(["stdio", &cloud.flag()]).env("UNKEY_ROOT_KEY", KEY);
    let mut session = Stdio::connect(binary, Era::Modern).await;
    session.send("tools/call", create()).await;
    cloud.asked(2).await;
    let ended = session.stop_at_once().await;
    assert_eq!(ended.status.code(), Some(128 + 15), "{ended:?}");
}

#[tokio::test]
async fn a_process_with_nothing_to_do_ends_at_once() {
    let start = Instant::now();
    let server = Binary::new(["serve"]).serve().await;
    assert!(server.stop().await.status.success());
    let session = Stdio::connect(Binary::new(["stdio"]), Era::BOTH[0]).await;
    assert!(session.stop().await.status.success());
    // The time that a call may take is not waited for.
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[cfg(unix)]
#[tokio::test]
async fn a_request_to_the_engine_that_hangs_is_answered_when_its_time_is_over() {
    let flags = ["serve", "--local=unkey.db", "--timeout=0.5"];
    let server = Binary::new(flags).serve().await;
    let file = |name: &str| server.home().join(name);
    let root_key = std::fs::read_to_string(file("unkey.db.root-key")).unwrap();
    // Another process that keeps the database locked has the engine wait.
    let other = rusqlite::Connection::open(file("unkey.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let request = server
        .request(reqwest::Method::POST, "/v2/apis.createApi")
        .bearer_auth(root_key.trim())
        .json(&json!({"name": "abc"}));
    let call = tokio::spawn(Reply::to(request));
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.terminate().await;
    let reply = within("the answer", call).await.unwrap();
    assert_eq!(reply.status, 503, "{reply:?}");
    let answer = reply.json();
    assert_eq!(answer["error"]["status"], 503, "{answer}");
    let detail = answer["error"]["detail"].as_str().unwrap();
    assert!(
        detail.contains("stopping") && detail.contains("unknown"),
        "{detail}"
    );
    drop(other);
    assert!(server.ended().await.status.success());
}

#[tokio::test]
async fn lists_under_way_are_answered_before_the_end_and_leave_no_error_behind() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let endpoint = server.mcp();
        asked.spawn(async move {
            let request = endpoint.message("tools/list", json!({}));
            // Whoever comes too late finds nobody, or is told to come back.
            let Ok(response) = request.send().await else {
                return;
            };
            let status = response.status().as_u16();
            let Ok(body) = response.text().await else {
                return;
            };
            if status == 200 {
                let body: Value = serde_json::from_str(&body).unwrap();
                assert!(body["result"]["tools"].is_array(), "{body}");
            } else {
                assert_eq!(status, 503, "{body}");
            }
        });
    }
    let ended = within("the end", server.stop()).await;
    assert!(ended.status.success(), "{ended:?}");
    assert!(!ended.stderr.contains("ERROR"), "{}", ended.stderr);
    while let Some(answered) = asked.join_next().await {
        answered.unwrap();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_comes_on_stdio_after_the_signal_is_answered_too() {
    for era in Era::BOTH {
        let cloud = answers_the_second().await;
        let binary = Binary::new(["stdio", &cloud.flag()]).env("UNKEY_ROOT_KEY", KEY);
        let mut session = Stdio::connect(binary, era).await;
        let call = session.send("tools/call", create()).await;
        cloud.asked(1).await;
        session.terminate().await;
        // Once it knows.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let refused = session
            .call("apis_create_api", json!({"name": "abc"}))
            .await;
        let told = failure(&refused);
        assert!(
            told.contains("stopping") && told.contains("Nothing was sent"),
            "{told}"
        );
        let list = session.request("tools/list", json!({})).await;
        assert!(list["result"]["tools"].is_array(), "{list}");
        session.write("nonsense").await;
        assert_eq!(session.next().await["error"]["code"], -32700);
        assert_eq!(cloud.requests(), 1);
        ask(&cloud).await;
        success(&session.answer(call).await);
        let ended = session.ended().await;
        assert!(ended.status.success(), "{ended:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_hang_up_ends_stdio_in_order_and_serve_not_at_all() {
    for era in Era::BOTH {
        let cloud = answers_the_second().await;
        let binary = Binary::new(["stdio", &cloud.flag()]).env("UNKEY_ROOT_KEY", KEY);
        let mut session = Stdio::connect(binary, era).await;
        let call = session.send("tools/call", create()).await;
        cloud.asked(1).await;
        session.hang_up().await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        ask(&cloud).await;
        success(&session.answer(call).await);
        let ended = session.ended().await;
        assert!(ended.status.success(), "{ended:?}");
    }
    let cloud = answers_the_second().await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let call = spawn(&server.mcp().with_key());
    cloud.asked(1).await;
    server.hang_up().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    ask(&cloud).await;
    success(&within("the answer", call).await.unwrap());
    assert!(!server.mcp().names().await.is_empty());
    assert!(server.stop().await.status.success());
}

#[cfg(unix)]
#[tokio::test]
async fn a_hang_up_that_opens_files_anew_does_not_end_stdio() {
    let binary = Binary::new(["stdio", "--local=:memory:", "--audit=audit"]);
    // It has answered, and so it listens.
    let mut session = Stdio::connect(binary, Era::BOTH[0]).await;
    session.hang_up().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    success(
        &session
            .call("apis_create_api", json!({"name": "abc"}))
            .await,
    );
    assert!(session.end().await.status.success());
}
