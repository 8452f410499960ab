//! `unkey-mcp call`: any tool, once, from a shell.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Answer, Binary, Cloud, Ended, KEY};

async fn call(arguments: &[&str], flag: &str, input: &str) -> Ended {
    Binary::new(["call"].iter().chain(arguments))
        .args([flag])
        .run(input)
        .await
}

/// The answer of a call that was made.
async fn made(arguments: &[&str], flag: &str, input: &str) -> Value {
    let ended = call(arguments, flag, input).await;
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert_eq!(ended.stderr, "", "{ended:?}");
    assert_eq!(ended.stdout.lines().count(), 1, "{ended:?}");
    serde_json::from_str(&ended.stdout).unwrap()
}

/// What a call says that comes to nothing, with its exit code.
async fn refused(arguments: &[&str], flag: &str, input: &str) -> (Option<i32>, String) {
    let ended = call(arguments, flag, input).await;
    assert_eq!(ended.stdout, "", "{ended:?}");
    (ended.status.code(), ended.stderr)
}

fn engine(folder: &Path) -> String {
    format!("--local={}", folder.join("unkey.db").display())
}

#[tokio::test]
async fn arguments_are_written_or_piped_in_and_the_answer_is_one_line_of_json() {
    let folder = tempfile::tempdir().unwrap();
    let flag = engine(folder.path());
    let api = made(&["apis_create_api", r#"{"name": "payments"}"#], &flag, "").await;
    assert!(api["summary"].is_string(), "{api}");
    let sent = r#"{"apiId": "payments", "externalId": "acme"}"#;
    let key = made(&["keys.createKey", "-"], &flag, sent).await;
    let sent = json!({"keyId": key["data"]["keyId"]}).to_string();
    let read = made(&["keys_get_key", "--json"], &flag, &sent).await;
    assert_eq!(read["data"]["identity"]["externalId"], "acme", "{read}");
    let found = made(&["keys_find"], &flag, "").await;
    assert_eq!(found["data"]["found"], 1, "{found}");
}

#[tokio::test]
async fn a_call_at_unkey_goes_with_the_root_key_of_this_machine() {
    let cloud = Cloud::start().await;
    let ended = Binary::new(["call", "apis_get_api", r#"{"apiId": "api_12345"}"#])
        .args([cloud.flag()])
        .env("UNKEY_ROOT_KEY", KEY)
        .run("")
        .await;
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    let seen = cloud.last();
    assert_eq!(seen.header("authorization"), [format!("Bearer {KEY}")]);
    assert_eq!(seen.json(), json!({"apiId": "api_12345"}));
    let sent = r#"{"apiId": "api_12345"}"#;
    let (code, told) = refused(&["apis_get_api", sent], &cloud.flag(), "").await;
    assert_eq!(code, Some(1));
    assert!(told.contains("UNKEY_ROOT_KEY"), "{told}");
}

#[tokio::test]
async fn what_cannot_be_understood_ends_with_2_and_what_fails_with_1() {
    for (arguments, code, part) in [
        (&[][..], 2, "name a tool"),
        (&["keys_get_keys", "{}"], 2, "did you mean keys_get_key?"),
        (&["apps_list_apps", "{}"], 2, "is not offered"),
        (
            &["keys_delete_key", "{}", "--read-only"],
            2,
            "is not offered",
        ),
        (&["keys_get_key", "[1]"], 2, "no object"),
        (&["keys_whoami", "{\"key\": prod_abc"], 2, "no JSON"),
        (&["keys_get_key", "{\"keyid\": \"key_1\"}"], 1, "keyId"),
        (&["keys_get_key", "{\"keyId\": \"key_12345678\"}"], 1, "404"),
        (&["keys_find", "{}", "--no-such-flag"], 2, "--no-such-flag"),
    ] {
        let (ended, told) = refused(arguments, "--local=:memory:", "").await;
        assert_eq!(ended, Some(code), "{arguments:?}: {told}");
        assert!(told.contains(part), "{arguments:?}: {told}");
        assert!(!told.contains("prod_abc"), "{told}");
    }
}

#[tokio::test]
async fn nobody_agrees_in_a_persons_place() {
    let key =
        json!({"keyId": "key_1", "start": "sk", "name": "ci", "enabled": true, "createdAt": 1});
    let cloud = Cloud::script(move |seen, _| {
        let is_read = seen.line.contains("keys.getKey");
        Answer::data(if is_read { &key } else { &Value::Null })
    })
    .await;
    let deleted = || {
        let seen = cloud.seen();
        seen.iter()
            .filter(|seen| seen.line.contains("deleteKey"))
            .count()
    };
    let run = |flags: &'static [&str], input: &'static str| {
        Binary::new([
            "call",
            "keys_delete_key",
            r#"{"keyId": "key_1", "confirm": "yes"}"#,
        ])
        .args([cloud.flag()])
        .args(flags)
        .env("UNKEY_ROOT_KEY", KEY)
        .run(input)
    };
    for flags in [&["--confirm=auto"][..], &["--confirm=always"]] {
        let ended = run(flags, "yes\n").await;
        assert_eq!(ended.status.code(), Some(1), "{ended:?}");
        assert_eq!(ended.stdout, "");
        assert_eq!(deleted(), 0, "{ended:?}");
    }
    for mode in ["auto", "always"] {
        let sent = r#"{"keyId": "key_1"}"#;
        let ended = Binary::new(["call", "keys_delete_key", sent])
            .args([cloud.flag(), format!("--confirm={mode}")])
            .env("UNKEY_ROOT_KEY", KEY)
            .run("yes\n")
            .await;
        assert_eq!(ended.status.code(), Some(1), "{ended:?}");
        for part in ["a person has to agree", "\"ci\"", "in a terminal"] {
            assert!(ended.stderr.contains(part), "{part}: {ended:?}");
        }
        assert!(!ended.stderr.contains("--confirm"), "{ended:?}");
        assert_eq!(deleted(), 0, "{ended:?}");
    }
    let sent = r#"{"keyId": "key_1"}"#;
    let ended = Binary::new(["call", "keys_delete_key", sent, "--confirm=never"])
        .args([cloud.flag()])
        .env("UNKEY_ROOT_KEY", KEY)
        .run("")
        .await;
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert_eq!(deleted(), 1);
}

#[tokio::test]
async fn a_call_is_bound_by_what_binds_a_client() {
    let folder = tempfile::tempdir().unwrap();
    let flag = engine(folder.path());
    let shown = made(
        &["apis_create_api", r#"{"name": "payments"}"#, "--dry-run"],
        &flag,
        "",
    )
    .await;
    assert_eq!(
        shown["dryRun"]["request"]["path"], "/v2/apis.createApi",
        "{shown}"
    );
    made(&["apis_create_api", r#"{"name": "payments"}"#], &flag, "").await;

    let secrets = format!("--secrets-dir={}", folder.path().join("secrets").display());
    let audit = folder.path().join("audit.jsonl");
    let to_audit = format!("--audit={}", audit.display());
    let sent = r#"{"apiId": "payments"}"#;
    let arguments = [
        "keys_create_key",
        sent,
        "--secrets=file",
        &secrets,
        &to_audit,
    ];
    let key = made(&arguments, &flag, "").await;
    let name = key["data"]["key"].as_str().unwrap();
    assert!(name.starts_with("secret:"), "{key}");
    let noted = std::fs::read_to_string(&audit).unwrap();
    assert!(noted.contains("\"tool\":\"keys_create_key\""), "{noted}");
    assert!(noted.contains("\"outcome\":\"ok\""), "{noted}");

    let config = folder.path().join("config.toml");
    std::fs::write(&config, "[policy]\nmax-expiry-days = 30\n").unwrap();
    let config = format!("--config={}", config.display());
    let (code, told) = refused(&["keys_create_key", sent, &config], &flag, "").await;
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("max-expiry-days"), "{told}");
}
