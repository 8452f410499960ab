//! Who calls, where proxies stand in between.

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Binary, Reply, Server, failure, success};

/// The flag for an engine in that folder.
fn database(folder: &Path) -> String {
    format!("--local={}", folder.join("unkey.db").display())
}

/// Creates an API whose keys may be used from one address alone, and a key in it.
async fn restricted_key(server: &Server, folder: &Path, address: &str) -> (String, String) {
    let database = database(folder);
    let api = server
        .mcp()
        .call("apis_create_api", json!({"name": "abc"}))
        .await;
    let api = success(&api)["data"]["apiId"].as_str().unwrap().to_owned();
    let flag = format!("--allowed-addresses={address}");
    let ended = Binary::new(["api", &api, &flag, &database]).run("").await;
    assert!(ended.status.success(), "{ended:?}");
    let key = server
        .mcp()
        .call("keys_create_key", json!({"apiId": api}))
        .await;
    let key = success(&key)["data"]["key"].as_str().unwrap().to_owned();
    let root_key = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_str().unwrap().ends_with(".root-key"))
        .unwrap();
    (
        key,
        std::fs::read_to_string(root_key).unwrap().trim().to_owned(),
    )
}

async fn verify(server: &Server, (key, root_key): &(String, String), forwarded: &[&str]) -> Value {
    let mut request = server
        .request(Method::POST, "/v2/keys.verifyKey")
        .bearer_auth(root_key)
        .header("Content-Type", "application/json")
        .body(json!({"key": key}).to_string());
    for list in forwarded {
        request = request.header("X-Forwarded-For", *list);
    }
    Reply::to(request).await.json()["data"]["code"].clone()
}

#[tokio::test]
async fn only_trusted_proxies_say_where_a_call_comes_from() {
    let home = tempfile::tempdir().unwrap();
    let database = database(home.path());
    for (trusted, forwarded, code) in [
        ("", &["192.0.2.1"][..], "FORBIDDEN"),
        ("--trusted-proxy=192.0.2.99", &["192.0.2.1"], "FORBIDDEN"),
        ("--trusted-proxy=127.0.0.0/8", &["192.0.2.1"], "VALID"),
        (
            "--trusted-proxy=127.0.0.1,10.0.0.0/8",
            &["192.0.2.1, 10.0.0.1"],
            "VALID",
        ),
        // The caller wrote the first himself.
        (
            "--trusted-proxy=127.0.0.1",
            &["192.0.2.1, 198.51.100.7"],
            "FORBIDDEN",
        ),
        (
            "--trusted-proxy=127.0.0.1",
            &["192.0.2.1", "198.51.100.7"],
            "FORBIDDEN",
        ),
        (
            "--trusted-proxy=127.0.0.1",
            &["192.0.2.1, unknown"],
            "FORBIDDEN",
        ),
    ] {
        let mut flags = vec!["serve", &database];
        flags.extend(Some(trusted).filter(|flag| !flag.is_empty()));
        let server = Binary::new(flags).serve().await;
        let key = restricted_key(&server, home.path(), "192.0.2.1").await;
        let seen = verify(&server, &key, forwarded).await;
        assert_eq!(seen, code, "{trusted} {forwarded:?}");
    }
}

#[tokio::test]
async fn a_call_that_a_proxy_passed_on_is_not_the_owners() {
    let flags = ["serve", "--local=:memory:", "--trusted-proxy=127.0.0.1"];
    let plain = Binary::new(["serve", "--local=:memory:"]).serve().await;
    let trusting = Binary::new(flags).serve().await;
    let arguments = json!({"name": "abc"});
    for server in [&plain, &trusting] {
        success(
            &server
                .mcp()
                .call("apis_create_api", arguments.clone())
                .await,
        );
        let passed_on = server.mcp().header("X-Forwarded-For", "203.0.113.9");
        let answer = passed_on.call("apis_create_api", arguments.clone()).await;
        assert!(failure(&answer).contains("root key"), "{answer}");
    }
    let own = trusting.mcp().header("X-Forwarded-For", "127.0.0.1");
    success(&own.call("apis_create_api", arguments).await);
}
