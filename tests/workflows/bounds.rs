//! What binds the calls of a workflow: secrets, policy, budget, dry run.

use std::path::Path;

use serde_json::{Value, json};

use super::{done, sessions};
use crate::support::Session;

/// An API with keys of one owner; returns its id.
async fn with_keys(session: &mut Session, keys: usize) -> Value {
    let made = done(session, "apis_create_api", json!({"name": "payments"})).await;
    let api = made["data"]["apiId"].clone();
    for _ in 0..keys {
        let arguments = json!({"apiId": api, "externalId": "acme", "deliver": "file"});
        done(session, "keys_create_key", arguments).await;
    }
    api
}

async fn plan(session: &mut Session, change: Value) -> Value {
    let request = match change["kind"].as_str() {
        Some("create") => json!({"change": change}),
        _ => json!({"change": change, "externalId": "acme"}),
    };
    let planned = done(session, "keys_plan", request).await;
    json!({"planId": planned["data"]["planId"]})
}

/// An engine without keys for each transport and era, with a configuration.
async fn configured(folder: &Path, policy: &str) -> Vec<Session> {
    let file = folder.join("config.toml");
    std::fs::write(&file, policy).unwrap();
    sessions(
        &["--local=:memory:", &format!("--config={}", file.display())],
        None,
    )
    .await
}

#[tokio::test]
async fn new_keys_go_to_files_where_secrets_do() {
    let folder = tempfile::tempdir().unwrap();
    let dir = format!("--secrets-dir={}", folder.path().display());
    let flags = ["--local=:memory:", "--secrets=file", &dir];
    for mut session in sessions(&flags, None).await {
        with_keys(&mut session, 2).await;
        for change in [
            json!({"kind": "rotate", "grace": "1h"}),
            json!({"kind": "create", "template": {"apiId": "payments"}, "names": ["a"]}),
        ] {
            let request = plan(&mut session, change).await;
            let applied = done(&mut session, "keys_apply", request).await;
            let summary = applied["summary"].as_str().unwrap();
            assert!(summary.contains("in files"), "{summary}");
            for made in applied["data"]["made"].as_array().unwrap() {
                let reference = made["key"].as_str().unwrap();
                assert!(reference.starts_with("secret:key_"), "{applied}");
                let kept = std::fs::read_to_string(made["path"].as_str().unwrap()).unwrap();
                assert!(!applied.to_string().contains(kept.trim()), "{applied}");
                let request = json!({"key": reference});
                let verified = done(&mut session, "keys_verify_key", request).await;
                assert_eq!(verified["data"]["code"], "VALID", "{verified}");
                assert_eq!(verified["data"]["keyId"], made["keyId"], "{verified}");
            }
        }
    }
}

#[tokio::test]
async fn new_keys_go_to_pages_where_secrets_do() {
    for (flag, deliver) in [
        ("--secrets=page", Value::Null),
        ("--secrets=inline", "page".into()),
    ] {
        for mut session in sessions(&["--local=:memory:", flag], None).await {
            with_keys(&mut session, 0).await;
            let new = |names: &[&str]| json!({"kind": "create", "template": {"apiId": "payments"}, "names": names});
            let mut request = plan(&mut session, new(&["a", "b"])).await;
            request["deliver"] = deliver.clone();
            let applied = done(&mut session, "keys_apply", request).await;
            let summary = applied["summary"].as_str().unwrap();
            assert!(summary.contains("waits on a page"), "{summary}");
            for made in applied["data"]["made"].as_array().unwrap() {
                let address = made["key"].as_str().unwrap();
                let page = reqwest::Client::new().post(address).send().await.unwrap();
                let page = page.text().await.unwrap();
                let (_, key) = page
                    .split_once("aria-labelledby=\"secret-0-name\">")
                    .unwrap();
                let request = json!({"key": key.split('<').next().unwrap()});
                let verified = done(&mut session, "keys_verify_key", request).await;
                assert_eq!(verified["data"]["keyId"], made["keyId"], "{verified}");
            }
        }
    }
}

#[tokio::test]
async fn more_new_keys_than_an_answer_holds_go_to_files() {
    let folder = tempfile::tempdir().unwrap();
    let dir = format!("--secrets-dir={}", folder.path().display());
    for mut session in sessions(&["--local=:memory:", &dir], None).await {
        with_keys(&mut session, 0).await;
        let names: Vec<String> = (0..12).map(|number| format!("k{number}")).collect();
        let change = json!({"kind": "create", "template": {"apiId": "payments"}, "names": names});
        let request = plan(&mut session, change).await;
        let applied = done(&mut session, "keys_apply", request).await;
        assert_eq!(applied["data"]["keys"], json!({"done": 12}), "{applied}");
        let made = applied["data"]["made"].as_array().unwrap();
        assert!(made.iter().all(|key| key["path"].is_string()), "{applied}");
    }
}

#[tokio::test]
async fn each_key_of_a_plan_is_held_to_the_policy() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "[policy]\nmax-expiry-days = 30\n";
    for mut session in configured(folder.path(), policy).await {
        done(&mut session, "apis_create_api", json!({"name": "payments"})).await;
        let template = json!({"apiId": "payments"});
        let change = json!({"kind": "create", "template": template, "names": ["a", "b"]});
        let request = plan(&mut session, change).await;
        let applied = done(&mut session, "keys_apply", request).await;
        assert_eq!(applied["data"]["keys"], json!({"failed": 2}), "{applied}");
        let told = applied["data"]["problems"].to_string();
        assert!(told.contains("max-expiry-days"), "{told}");
        let template = json!({"apiId": "payments", "expiresAt": "7d"});
        let change = json!({"kind": "create", "template": template, "names": ["c"]});
        let request = plan(&mut session, change).await;
        let applied = done(&mut session, "keys_apply", request).await;
        assert_eq!(applied["data"]["keys"], json!({"done": 1}), "{applied}");
    }
}

#[tokio::test]
async fn a_plan_stops_where_the_budget_is_spent_and_can_go_on_later() {
    let folder = tempfile::tempdir().unwrap();
    for mut session in configured(folder.path(), "[policy]\nmax-writes = 6\n").await {
        with_keys(&mut session, 3).await;
        let request = plan(&mut session, json!({"kind": "disable"})).await;
        let applied = done(&mut session, "keys_apply", request.clone()).await;
        let counts = json!({"done": 2, "left": 1});
        assert_eq!(applied["data"]["keys"], counts, "{applied}");
        assert_eq!(applied["data"]["finished"], false);
        let why = applied["data"]["stopped"].as_str().unwrap();
        assert!(why.contains("max-writes = 6"), "{why}");
    }
}

#[tokio::test]
async fn a_dry_run_plans_and_applies_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let local = format!("--local={}", folder.path().join("unkey.db").display());
    let mut before = sessions(&[&local], None).await.remove(0);
    with_keys(&mut before, 1).await;
    drop(before);
    let mut session = sessions(&[&local, "--dry-run"], None).await.remove(0);
    let request = plan(&mut session, json!({"kind": "disable"})).await;
    let shown = done(&mut session, "keys_apply", request).await["dryRun"].take();
    assert_eq!(
        shown["would"], "It would disable 1 key, in 1 writes.",
        "{shown}"
    );
    assert_eq!(shown["request"]["tool"], "keys_apply");
    let found = done(
        &mut session,
        "keys_find",
        json!({"externalId": "acme", "state": "DISABLED"}),
    );
    assert_eq!(found.await["data"]["found"], 0);
}
