//! Calls that are not carried out to their end: log, metrics and audit trail say alike why.

use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use super::json_lines;
use crate::support::{Answer, Binary, Cloud, Endpoint, KEY, Reply, Stdio, within};

/// The flags that have everything written down; the files are in `folder`.
fn watched(command: &str, cloud: &Cloud, folder: &Path) -> Binary {
    Binary::new([command, &cloud.flag(), "--log=info", "--log-format=json"])
        .arg(format!("--log-file={}", folder.join("log").display()))
        .arg(format!("--audit={}", folder.join("trail").display()))
}

/// How often log and audit trail have a call that ended so.
fn told(folder: &TempDir, outcome: &str) -> [usize; 2] {
    ["log", "trail"].map(|file| {
        let lines = json_lines(&folder.path().join(file));
        let so = lines.iter().filter(|line| {
            let fields = line.get("fields").unwrap_or(line);
            fields["outcome"] == outcome && fields["tool"] == "keys_get_key"
        });
        so.count()
    })
}

fn hang(endpoint: &Endpoint) -> tokio::task::JoinHandle<()> {
    let params = json!({"name": "keys_get_key", "arguments": {"keyId": "key_1"}});
    let request = endpoint.message("tools/call", params);
    tokio::spawn(async move {
        let _ = request.send().await;
    })
}

#[tokio::test]
async fn a_call_for_which_there_is_no_room_is_busy() {
    let (cloud, folder) = (
        Cloud::that_answers(Answer::Hang).await,
        TempDir::new().unwrap(),
    );
    let binary = watched("serve", &cloud, folder.path())
        .args(["--max-calls-per-caller=1", "--metrics=127.0.0.1:0"]);
    let (server, metrics) = binary.serve_with_metrics().await;
    let endpoint = server.mcp().with_key();
    let hanging = hang(&endpoint);
    cloud.asked(1).await;
    let arguments = json!({"keyId": "key_1"});
    endpoint.call("keys_get_key", arguments).await;
    let counted = Reply::to(reqwest::Client::new().get(&metrics)).await.body;
    for part in [
        r#"tool="keys_get_key",outcome="busy",status="0"} 1"#,
        r#"unkey_mcp_limit_hits_total{limit="calls_per_caller"} 1"#,
    ] {
        assert!(counted.contains(part), "{part} is not in\n{counted}");
    }
    hanging.abort();
    cloud.given_up(1).await;
    #[cfg(unix)]
    {
        let ended = server.stop().await;
        assert!(ended.status.success(), "{ended:?}");
        assert_eq!(told(&folder, "busy"), [1, 1]);
        assert_eq!(told(&folder, "cancelled"), [1, 1]);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_call_that_a_second_signal_cuts_off_is_stopped() {
    let (cloud, folder) = (
        Cloud::that_answers(Answer::Hang).await,
        TempDir::new().unwrap(),
    );
    let server = watched("serve", &cloud, folder.path()).serve().await;
    let call = hang(&server.mcp().with_key());
    cloud.asked(1).await;
    let ended = server.stop_at_once().await;
    assert_eq!(ended.status.code(), Some(128 + 15), "{ended:?}");
    within("the call's end", call).await.unwrap();
    assert_eq!(told(&folder, "stopped"), [1, 1]);

    let folder = TempDir::new().unwrap();
    let binary = watched("stdio", &cloud, folder.path()).env("UNKEY_ROOT_KEY", KEY);
    let mut session = Stdio::connect(binary, crate::support::Era::Modern).await;
    let call = json!({"name": "keys_get_key", "arguments": {"keyId": "key_1"}});
    session.send("tools/call", call).await;
    cloud.asked(2).await;
    session.stop_at_once().await;
    assert_eq!(told(&folder, "stopped"), [1, 1]);
}

#[cfg(feature = "planted-faults")]
#[tokio::test]
async fn a_call_that_panics_has_panicked() {
    let (cloud, folder) = (Cloud::start().await, TempDir::new().unwrap());
    let binary = watched("serve", &cloud, folder.path()).arg("--metrics=127.0.0.1:0");
    let (server, metrics) = binary.serve_with_metrics().await;
    let arguments = json!({"keyId": "planted_panic"});
    server
        .mcp()
        .with_key()
        .call("keys_get_key", arguments)
        .await;
    let counted = Reply::to(reqwest::Client::new().get(&metrics)).await.body;
    let part = r#"tool="keys_get_key",outcome="panicked",status="0"} 1"#;
    assert!(counted.contains(part), "{counted}");
    assert!(counted.contains("unkey_mcp_calls_in_flight 0"), "{counted}");
    let probe = server.request(reqwest::Method::GET, "/mcp");
    Reply::to(probe.header("X-Planted-Fault", "planted_panic")).await;
    let counted = Reply::to(reqwest::Client::new().get(&metrics)).await.body;
    let part = r#"method="http",tool="",outcome="panicked",status="500"} 1"#;
    assert!(counted.contains(part), "{counted}");
    let ended = server.stop().await;
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(told(&folder, "panicked"), [1, 1]);
}
