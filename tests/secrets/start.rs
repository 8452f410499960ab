//! What stops a start, and what lists offer.

use serde_json::{Value, json};

use super::sessions;
use crate::support::{Binary, Era, Session, Transport};

async fn refused(binary: Binary, expected: &str) {
    let ended = binary.run("").await;
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert!(ended.stderr.contains(expected), "{ended:?}");
    assert_eq!(ended.stdout, "", "nothing listens");
}

#[tokio::test]
async fn a_way_that_there_is_not_stops_the_start() {
    refused(
        Binary::new(["stdio", "--secrets=chat"]),
        "inline, file, page",
    )
    .await;
}

#[tokio::test]
async fn files_and_pages_beyond_loopback_stop_the_start() {
    for flag in ["--secrets=file", "--secrets=page", "--env-file=.env"] {
        let binary = Binary::new(["serve", "--bind=0.0.0.0:0", flag, "--local=u.db"]);
        let home = binary.home().to_owned();
        refused(binary, "its user's own machine").await;
        assert!(!home.join("u.db").exists(), "nothing is made");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_others_write_to_stops_the_start() {
    use std::os::unix::fs::PermissionsExt as _;
    for command in ["stdio", "serve"] {
        let binary = Binary::new([command, "--secrets=file", "--secrets-dir=open"]);
        let folder = binary.home().join("open");
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o757)).unwrap();
        refused(binary, "others may write").await;
    }
}

#[tokio::test]
async fn what_cannot_be_the_folder_or_the_file_stops_the_start() {
    let start = |flag: &str| Binary::new(["stdio", "--secrets=file", flag]);
    refused(
        start("--secrets-dir=file").file("file", ""),
        "cannot be used",
    )
    .await;
    refused(
        start("--env-file=folder").file("folder/a", ""),
        "no regular file",
    )
    .await;
    refused(start("--env-file=folder/"), "is a folder").await;
    refused(start("--secrets-dir=$HOME/x"), "variable").await;
}

#[tokio::test]
async fn a_start_makes_nothing() {
    let binary = Binary::new(["stdio", "--secrets=file", "--env-file=.env"]);
    let home = binary.home().to_owned();
    let mut session = crate::support::Stdio::connect(binary, Era::Modern).await;
    session.request("tools/list", json!({})).await;
    assert_eq!(super::files(&home), [""; 0]);
}

#[tokio::test]
async fn who_may_only_look_adds_no_variable() {
    let binary = Binary::new(["stdio", "--read-only", "--env-file=.env"]);
    let ended = binary.run("").await;
    assert!(ended.status.success(), "{ended:?}");
    assert!(ended.stderr.contains("--env-file"), "{ended:?}");
}

/// What `deliver` is in the list of that session, tool by tool.
async fn offered(session: &mut Session) -> Vec<(String, Value)> {
    let list = session.request("tools/list", json!({})).await;
    let tools = list["result"]["tools"].as_array().unwrap().iter();
    tools
        .filter_map(|tool| {
            let deliver = tool["inputSchema"]["properties"].get("deliver")?;
            Some((tool["name"].as_str().unwrap().to_owned(), deliver.clone()))
        })
        .collect()
}

#[tokio::test]
async fn deliver_is_listed_where_there_is_a_choice() {
    let one = [
        "keys_create_key",
        "keys_get_key",
        "keys_reroll_key",
        "portal_create_session",
        "portal_exchange_code",
    ];
    for (mut session, _folder) in sessions(&["--local=:memory:", "--secrets=file"], None).await {
        let names: Vec<String> = offered(&mut session)
            .await
            .into_iter()
            .map(|one| one.0)
            .collect();
        assert_eq!(names, one);
    }
    for transport in Transport::BOTH {
        for era in Era::BOTH {
            let connect = async |flags: &[&str]| {
                let flags = [&["--local=:memory:"], flags].concat();
                Session::connect(transport, era, &flags, None).await
            };
            assert!(
                offered(&mut connect(&["--secrets=file"]).await)
                    .await
                    .is_empty()
            );
            let inline = offered(&mut connect(&[]).await).await;
            assert_eq!(inline.len(), one.len() + 2, "{inline:?}");
            for more in ["apis_list_keys", "keys_apply"] {
                assert!(inline.iter().any(|(tool, _)| tool == more), "{inline:?}");
            }
            for (tool, schema) in inline {
                let ways = json!(["inline", "file", "page"]);
                assert_eq!(schema["enum"], ways, "{tool}");
            }
        }
    }
}
