//! With `--local` no error asks for a key that is not needed, or sends anyone to a dashboard.

use serde_json::{Value, json};

use crate::support::{Binary, Era, Session, Stdio, Transport, failure, success};

/// A call that needs a root key.
async fn create(session: &mut Session) -> Value {
    session
        .call("apis_create_api", json!({"name": "demo"}))
        .await
}

async fn stdio(binary: Binary) -> Session {
    Session::Stdio(Stdio::connect(binary, Era::Modern).await)
}

fn says_how_without_a_key(text: &str) {
    assert!(text.contains("no root key is needed"), "{text}");
    assert!(text.contains("remove UNKEY_ROOT_KEY"), "{text}");
    assert!(!text.contains("dashboard"), "{text}");
}

#[tokio::test]
async fn a_root_key_that_the_engine_does_not_know_is_to_be_removed() {
    for transport in Transport::BOTH {
        for era in Era::BOTH {
            let flags = ["--local=:memory:"];
            let key = Some("unkey_3ZofTheCloud");
            let mut session = Session::connect(transport, era, &flags, key).await;
            let answer = create(&mut session).await;
            let text = failure(&answer);
            assert!(text.contains("401"), "{text}");
            says_how_without_a_key(text);
            assert!(text.contains("unkey-mcp root-key create"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_placeholder_is_to_be_removed() {
    for value in [
        "unkey_xxxx",
        "${UNKEY_ROOT_KEY}",
        "unkey_\u{2026}",
        "two words",
    ] {
        let binary = Binary::new(["stdio", "--local=:memory:"]).env("UNKEY_ROOT_KEY", value);
        let answer = create(&mut stdio(binary).await).await;
        says_how_without_a_key(failure(&answer));
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_to_be_left_out() {
    let binary = Binary::new(["stdio", "--local=:memory:"]).env("UNKEY_ROOT_KEY_FILE", "gone.txt");
    let answer = create(&mut stdio(binary).await).await;
    let text = failure(&answer);
    assert!(text.contains("UNKEY_ROOT_KEY_FILE"), "{text}");
    says_how_without_a_key(text);
}

#[tokio::test]
async fn a_limited_root_key_is_told_the_command_that_makes_a_better_one() {
    let server = Binary::new(["serve", "--local=unkey.db"]).serve().await;
    let database = format!("--local={}", server.home().join("unkey.db").display());
    let flags = ["--name=ci", "--permissions=api.*.read_api", &database];
    let made = Binary::new(["root-key", "create"].iter().chain(&flags))
        .run("")
        .await;
    let key = made
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("key:"));
    let key = key.unwrap_or_else(|| panic!("{made:?}")).trim();
    let endpoint = server.mcp().header("MCP-UNKEY-BEARER-AUTH", key);
    let answer = endpoint
        .call("apis_create_api", json!({"name": "demo"}))
        .await;
    let text = failure(&answer);
    assert!(text.contains("403"), "{text}");
    assert!(text.contains("--permissions 'api.*.create_api'"), "{text}");
    assert!(!text.contains("dashboard"), "{text}");
    success(
        &server
            .mcp()
            .call("apis_create_api", json!({"name": "demo"}))
            .await,
    );
}

#[tokio::test]
async fn without_an_account_the_first_error_names_the_way_to_try_it() {
    let answer = create(&mut stdio(Binary::new(["stdio"])).await).await;
    let text = failure(&answer);
    assert!(text.contains("--local"), "{text}");
    assert!(text.contains("dashboard"), "{text}");
}
