//! A disk that does not answer: the server goes on reading, and can be ended.
//!
//! A lock on the file of the engine's root key stands for it: opening the engine waits for that
//! without an end.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::support::{Binary, Era, Stdio, UNKNOWN_OUTCOME, failure, names, success, within};

/// The binary on an engine that does not open while the file is held.
fn stuck(command: &str, timeout: &str) -> (Binary, File) {
    let binary = Binary::new([command, "--local=unkey.db", "--timeout", timeout]);
    let file = hold(binary.home());
    (binary, file)
}

fn hold(home: &Path) -> File {
    let file = File::create(home.join("unkey.db.root-key")).unwrap();
    file.lock().unwrap();
    file
}

/// Waits until a process handles `SIGTERM` itself.
#[cfg(target_os = "linux")]
async fn handles_sigterm(id: u32) {
    const SIGTERM: u64 = 1 << (15 - 1);
    within("a handler", async {
        loop {
            let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
            let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
            if u64::from_str_radix(caught.unwrap().trim(), 16).unwrap() & SIGTERM != 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_second_signal_ends_a_start_that_hangs() {
    let (binary, _held) = stuck("serve", "1");
    let running = binary.arg("--bind=127.0.0.1:0").start();
    handles_sigterm(running.id()).await;
    running.terminate_twice().await;
    let ended = running.end().await;
    assert_eq!(ended.status.code(), Some(128 + 15), "{ended:?}");
    assert_eq!(ended.stdout, "", "it listened");
}

#[tokio::test]
async fn other_requests_are_answered_while_the_engine_opens() {
    for era in Era::BOTH {
        let (binary, held) = stuck("stdio", "1");
        let mut session = Stdio::connect(binary, era).await;
        let params = json!({"name": "apis_create_api", "arguments": {"name": "abc"}});
        let call = session.send("tools/call", params.clone()).await;
        let other = session.send("tools/call", params).await;
        let list = session.request("tools/list", json!({})).await;
        assert!(!names(&list).is_empty());
        drop(held);
        for id in [call, other] {
            success(&session.answer(id).await);
        }
        let ended = session.end().await;
        assert!(ended.status.success(), "{ended:?}");
    }
}

#[tokio::test]
async fn a_stop_does_not_wait_for_the_engine_to_open() {
    for era in Era::BOTH {
        let (binary, _held) = stuck("stdio", "1");
        let mut session = Stdio::connect(binary, era).await;
        let params = json!({"name": "apis_create_api", "arguments": {"name": "abc"}});
        session.send("tools/call", params).await;
        session.request("tools/list", json!({})).await;
        let ended = session.stop().await;
        assert!(ended.status.success(), "{ended:?}");
        let answer = serde_json::from_str(ended.stdout.trim()).unwrap();
        assert!(failure(&answer).contains(UNKNOWN_OUTCOME), "{answer}");
    }
}

#[tokio::test]
async fn a_second_signal_is_answered_while_the_engine_opens() {
    let (binary, _held) = stuck("stdio", "60");
    let mut session = Stdio::connect(binary, Era::Modern).await;
    let params = json!({"name": "apis_create_api", "arguments": {"name": "abc"}});
    session.send("tools/call", params).await;
    session.request("tools/list", json!({})).await;
    let ended = session.stop_at_once().await;
    assert_eq!(ended.status.code(), Some(128 + 15), "{ended:?}");
    assert!(ended.stdout.contains(UNKNOWN_OUTCOME), "{ended:?}");
}
