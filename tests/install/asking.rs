//! Nothing changes that nobody agreed to.

use serde_json::Value;
use unkey_mcp::install::{Client, Syntax};

use super::Home;
use crate::support::KEY;

#[tokio::test]
async fn without_a_terminal_nothing_changes_unless_it_is_agreed_to() {
    let home = Home::with(Client::Cursor, "{}");
    let ended = home.run(&["install", "cursor", "--local"]).await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(ended.stdout.contains("Add --yes"), "{ended:?}");
    // The change was shown.
    assert!(ended.stdout.contains("+     \"unkey\": {"), "{ended:?}");
    assert_eq!(home.text(Client::Cursor), "{}");
}

#[tokio::test]
async fn a_dry_run_shows_the_change_and_makes_none() {
    let home = Home::new();
    let ended = home.run(&["install", "zed", "--dry-run", "--local"]).await;
    assert!(ended.status.success(), "{ended:?}");
    assert!(ended.stdout.contains("context_servers"), "{ended:?}");
    assert!(!home.file(Client::Zed).exists());
}

#[tokio::test]
async fn print_gives_a_configuration_and_nothing_else() {
    for client in Client::ALL {
        let home = Home::new();
        let ended = home
            .run(&["install", client.word(), "--print", "--local"])
            .await;
        assert!(ended.status.success(), "{ended:?}");
        let printed: Value = match client.syntax() {
            Syntax::Toml => toml::from_str(&ended.stdout).unwrap(),
            _ => serde_json::from_str(&ended.stdout).unwrap(),
        };
        let entry = &printed[client.list()]["unkey"];
        assert_eq!(entry["args"], serde_json::json!(["stdio", "--local"]));
        assert!(ended.stderr.contains(client.name()), "{ended:?}");
        assert!(!home.file(client).exists());
    }
}

#[tokio::test]
async fn a_key_is_never_written_nor_shown() {
    for client in Client::ALL {
        let home = Home::new();
        for extent in ["--print", "--dry-run", "--yes"] {
            let binary = home.binary(&["install", client.word(), extent]);
            let ended = binary.env("UNKEY_ROOT_KEY", KEY).run("").await;
            assert!(ended.status.success(), "{ended:?}");
            let said = format!("{}{}", ended.stdout, ended.stderr);
            assert!(!said.contains(KEY), "{said}");
        }
        assert!(!home.text(client).contains(KEY));
    }
}

#[tokio::test]
async fn there_are_no_colours_where_nobody_sees_them() {
    let home = Home::new();
    let ended = home.run(&["install", "zed", "--dry-run"]).await;
    assert!(!ended.stdout.contains('\u{1b}'), "{ended:?}");
    let forced = || {
        home.binary(&["install", "zed", "--dry-run"])
            .env("CLICOLOR_FORCE", "1")
    };
    let ended = forced().run("").await;
    assert!(ended.stdout.contains("\u{1b}[32m"), "{ended:?}");
    let ended = forced().env("NO_COLOR", "1").run("").await;
    assert!(!ended.stdout.contains('\u{1b}'), "{ended:?}");
}
