//! The commands that run workflows.

use serde_json::{Value, json};

use super::{done, page};
use crate::support::{Binary, Cloud, Ended, Era, KEY, Session, Stdio, Transport};

/// An engine's file with an API and some keys, and what was made.
async fn filled(folder: &std::path::Path) -> (String, Value) {
    let flag = format!("--local={}", folder.join("unkey.db").display());
    let mut session = Session::connect(Transport::Stdio, Era::Modern, &[&flag], None).await;
    let api = done(&mut session, "apis_create_api", json!({"name": "payments"})).await;
    let arguments = json!({
        "apiId": api["data"]["apiId"], "name": "\u{1b}[31mred", "externalId": "acme",
        "enabled": false, "expiresAt": "3d",
    });
    let key = done(&mut session, "keys_create_key", arguments).await;
    (flag, key["data"].clone())
}

async fn run(arguments: &[&str], flag: &str, input: &str) -> Ended {
    Binary::new(arguments).args([flag]).run(input).await
}

#[tokio::test]
async fn each_command_prints_for_people_and_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    let (flag, key) = filled(folder.path()).await;
    for (arguments, input, part) in [
        (&["find"][..], "", "1 of 1 key in 1 API fit: 1 DISABLED."),
        (&["overview"], "", "1 API with 1 key: 1 DISABLED."),
        (&["usage"], "", "0 verifications from"),
        (
            &["explain", "--key-file", "-"],
            key["key"].as_str().unwrap(),
            "The key is switched off",
        ),
        (
            &["explain", "--key-id", key["keyId"].as_str().unwrap()],
            "",
            "DISABLED.",
        ),
    ] {
        let ended = run(arguments, &flag, input).await;
        assert_eq!(ended.status.code(), Some(0), "{ended:?}");
        assert!(ended.stdout.contains(part), "{ended:?}");
        assert!(!ended.stdout.contains('\u{1b}'), "{ended:?}");
        assert_eq!(ended.stderr, "", "nobody watches");
        let ended = run(&[arguments, &["--json"]].concat(), &flag, input).await;
        let answer: Value = serde_json::from_str(&ended.stdout).unwrap();
        assert!(answer["data"].is_object(), "{answer}");
    }
}

#[tokio::test]
async fn a_key_that_needs_care_is_told_by_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let (flag, _) = filled(folder.path()).await;
    for (arguments, code) in [
        (&["find", "--fail-on", "expiring,unused"][..], 3),
        (
            &["find", "--fail-on", "expiring", "--expiring-in-days", "2"],
            0,
        ),
        (&["find", "--fail-on", "unused,expired,out-of-credits"], 0),
        (
            &[
                "find",
                "--fail-on",
                "unused",
                "--unused-for-days",
                "0",
                "--count-only",
            ],
            3,
        ),
        (&["find", "--apis", "nothing"], 1),
        (&["find", "--fail-on", "soon"], 2),
        (&["explain"], 1),
    ] {
        let ended = run(arguments, &flag, "").await;
        assert_eq!(ended.status.code(), Some(code), "{arguments:?}: {ended:?}");
    }
}

#[tokio::test]
async fn apis_that_calls_met_are_known_to_the_next_process_and_to_no_other_root_key() {
    let cloud = Cloud::script(|_, _| {
        let key = json!({"keyId": "key_1", "start": "sk", "enabled": true, "createdAt": 1});
        page(&json!([key]), None)
    })
    .await;
    let home = tempfile::tempdir().unwrap();
    let home = home.path().to_str().unwrap();
    let binary = |key: &str| {
        let binary = Binary::new(["stdio", &cloud.flag()]);
        binary.env("UNKEY_ROOT_KEY", key).env("HOME", home)
    };
    let mut first = Stdio::connect(binary(KEY), Era::Modern).await;
    first
        .call("apis_list_keys", json!({"apiId": "api_12345"}))
        .await;
    first.end().await;
    for (key, knows) in [(KEY, true), ("unkey_another", false)] {
        let mut next = Stdio::connect(binary(key), Era::Modern).await;
        let response = next.call("keys_find", json!({})).await;
        assert_eq!(response["result"]["isError"] != true, knows, "{response}");
        next.end().await;
    }
}
