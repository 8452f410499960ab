//! A change of the file counts for the next call, and a broken file opens no door.

use serde_json::json;

use super::{FILE, endpoint, rewrite, serve, stdio};
use crate::support::{Cloud, Era, Stdio, failure, read, success};

const CLOSED: &str = "[policy]\ndeny-tools = [\"keys_get_key\"]\n";
const OPEN: &str = "[policy]\ndeny-tools = []\n";

#[tokio::test]
async fn a_change_counts_for_the_next_call() {
    let cloud = Cloud::start().await;
    let server = serve(&cloud.flag(), OPEN).await;
    let endpoint = endpoint(&server);
    for _ in 0..3 {
        success(&read(&endpoint).await);
        rewrite(&server, CLOSED);
        failure(&read(&endpoint).await);
        rewrite(&server, OPEN);
    }
    assert_eq!(cloud.requests(), 3);
}

#[tokio::test]
async fn a_change_counts_on_stdio_too_for_tools_that_are_offered_as_well() {
    let cloud = Cloud::start().await;
    let config = "[profiles.p]\n";
    let binary = stdio(&cloud.flag(), config).arg("--profile=p");
    let home = binary.home().to_owned();
    let mut client = Stdio::connect(binary, Era::Modern).await;
    success(&client.call("apis_create_api", json!({"name": "abc"})).await);
    std::fs::write(home.join(FILE), "[profiles.p]\nread-only = true\n").unwrap();
    let refused = client.call("apis_create_api", json!({"name": "abc"})).await;
    assert_eq!(crate::support::refusal(&refused).0, -32602);
    assert_eq!(cloud.requests(), 1);
}

#[tokio::test]
async fn a_broken_or_missing_file_opens_no_door_and_is_an_error_in_the_log() {
    let cloud = Cloud::start().await;
    let server = serve(&cloud.flag(), CLOSED).await;
    let endpoint = endpoint(&server);
    for broken in ["", "[policy", "[policy]\nnonsense = 1\n", "\u{0}"] {
        rewrite(&server, broken);
        failure(&read(&endpoint).await);
    }
    let path = server.home().join(FILE);
    std::fs::remove_file(&path).unwrap();
    failure(&read(&endpoint).await);
    std::fs::create_dir(&path).unwrap();
    failure(&read(&endpoint).await);
    std::fs::remove_dir(&path).unwrap();
    rewrite(&server, OPEN);
    success(&read(&endpoint).await);
    assert_eq!(cloud.requests(), 1);
    #[cfg(unix)]
    {
        let log = server.stop().await.stderr;
        assert!(log.contains("ERROR") && log.contains("not taken"), "{log}");
        assert!(log.contains("cannot be found"), "{log}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_hangup_reads_the_file_and_does_not_end_the_server() {
    let cloud = Cloud::start().await;
    let server = serve(&cloud.flag(), CLOSED).await;
    let endpoint = endpoint(&server);
    failure(&read(&endpoint).await);
    rewrite(&server, "[policy");
    server.hang_up().await;
    failure(&read(&endpoint).await);
    rewrite(&server, OPEN);
    server.hang_up().await;
    success(&read(&endpoint).await);
    let ended = server.stop().await;
    assert!(ended.status.success(), "{ended:?}");
    assert!(ended.stderr.contains("not taken"), "{ended:?}");
}
