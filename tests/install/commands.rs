//! What clients are told to start, and where the root key comes from.

use serde_json::{Value, json};
use unkey_mcp::install::Client;

use super::Home;
use crate::support::{Binary, KEY};

/// Starts what an entry says as a client would: with the entry's variables, and nothing on stdin.
async fn starts(entry: &Value) {
    let command = entry["command"].as_str().unwrap();
    assert_eq!(command, env!("CARGO_BIN_EXE_unkey-mcp"));
    let arguments = entry["args"].as_array().unwrap().iter();
    let ended = Binary::new(arguments.map(|argument| argument.as_str().unwrap()))
        .run("")
        .await;
    assert!(ended.status.success(), "{entry}: {ended:?}");
    assert_eq!(ended.stderr, "", "{entry}");
}

#[tokio::test]
async fn every_client_gets_a_command_that_starts() {
    for client in Client::ALL {
        for flags in [&["--local=:memory:"][..], &[], &["--", "--read-only"]] {
            let home = Home::new();
            home.install(&[&[client.word()], flags].concat()).await;
            starts(&home.entry(client)).await;
        }
    }
}

#[tokio::test]
async fn the_engines_file_has_its_whole_path() {
    let home = Home::new();
    let folder = home.0.path().canonicalize().unwrap();
    let binary = home.binary(&["install", "--yes", "cursor", "--local=dev.db"]);
    assert!(binary.within(&folder).run("").await.status.success());
    let expected = format!("--local={}", folder.join("dev.db").display());
    assert_eq!(
        home.entry(Client::Cursor)["args"],
        json!(["stdio", expected])
    );
    home.install(&["cursor", "--local=~/dev.db"]).await;
    let expected = format!("--local={}", home.0.path().join("dev.db").display());
    assert_eq!(
        home.entry(Client::Cursor)["args"],
        json!(["stdio", expected])
    );
}

#[tokio::test]
async fn flags_of_stdio_are_handed_on_if_there_are_such() {
    let home = Home::new();
    home.install(&[
        "codex",
        "--local",
        "--",
        "--read-only",
        "--toolsets",
        "keys",
    ])
    .await;
    let expected = json!(["stdio", "--local", "--read-only", "--toolsets", "keys"]);
    assert_eq!(home.entry(Client::Codex)["args"], expected);
    for (flags, said) in [
        (&["--", "--red-only"][..], "--red-only"),
        (&["--", "--toolsets=kes"], "kes"),
        (
            &["--local", "--", "--api-url=http://x"],
            "exclude each other",
        ),
        (&["--local="], "names no file"),
        (&["--local=$HOME/x"], "variable"),
    ] {
        let ended = home
            .run(&[&["install", "--yes", "zed"], flags].concat())
            .await;
        assert_eq!(ended.status.code(), Some(2), "{flags:?}: {ended:?}");
        assert!(ended.stderr.contains(said), "{flags:?}: {ended:?}");
        assert!(!home.file(Client::Zed).exists());
    }
}

#[tokio::test]
async fn a_profile_is_named_and_says_itself_where_its_key_is() {
    let home = Home::new();
    home.install(&["cursor", "--profile", "staging"]).await;
    let entry = home.entry(Client::Cursor);
    assert_eq!(entry["args"], json!(["stdio", "--profile=staging"]));
    assert!(entry.get("env").is_none(), "{entry}");
}

#[tokio::test]
async fn each_client_fills_the_key_in_in_its_own_way() {
    for (client, field, expected) in [
        (
            Client::ClaudeCode,
            "env",
            json!({ "UNKEY_ROOT_KEY": "${UNKEY_ROOT_KEY:-}" }),
        ),
        (
            Client::Cursor,
            "env",
            json!({ "UNKEY_ROOT_KEY": "${env:UNKEY_ROOT_KEY}" }),
        ),
        (
            Client::Windsurf,
            "env",
            json!({ "UNKEY_ROOT_KEY": "${env:UNKEY_ROOT_KEY}" }),
        ),
        (
            Client::VsCode,
            "env",
            json!({ "UNKEY_ROOT_KEY": "${input:unkey-root-key}" }),
        ),
        (Client::Codex, "env_vars", json!(["UNKEY_ROOT_KEY"])),
        (
            Client::Gemini,
            "env",
            json!({ "UNKEY_ROOT_KEY": "$UNKEY_ROOT_KEY" }),
        ),
        (Client::ClaudeDesktop, "env", Value::Null),
        (Client::Zed, "env", Value::Null),
    ] {
        let home = Home::new();
        let ended = home.install(&[client.word()]).await;
        assert_eq!(home.entry(client)[field], expected, "{client:?}");
        let is_asked = client == Client::VsCode;
        assert_eq!(
            ended.stderr.contains("--root-key-file"),
            !is_asked,
            "{ended:?}"
        );
    }
}

#[tokio::test]
async fn a_file_with_the_key_is_named_in_every_client() {
    let home = Home::new();
    let file = home.0.path().join("root-key");
    std::fs::write(&file, KEY).unwrap();
    let path = file.to_str().unwrap();
    for client in Client::ALL {
        home.install(&[client.word(), "--root-key-file", path])
            .await;
        let entry = home.entry(client);
        assert_eq!(
            entry["env"],
            json!({ "UNKEY_ROOT_KEY_FILE": path }),
            "{client:?}"
        );
        // With the engine it is no longer needed.
        home.install(&[client.word(), "--local"]).await;
        assert!(home.entry(client).get("env").is_none(), "{client:?}");
    }
    for (text, said) in [("", "is empty"), ("${UNKEY_ROOT_KEY}", "placeholder")] {
        std::fs::write(&file, text).unwrap();
        let ended = home
            .run(&["install", "zed", "--yes", "--root-key-file", path])
            .await;
        assert_eq!(ended.status.code(), Some(2), "{ended:?}");
        assert!(ended.stderr.contains(said), "{ended:?}");
    }
}

#[tokio::test]
async fn a_key_that_the_program_finds_itself_needs_no_word() {
    let home = Home::new();
    let folder = home.0.path().join(".unkey");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), format!("root_key = \"{KEY}\"")).unwrap();
    let ended = home.install(&["gemini"]).await;
    assert!(home.entry(Client::Gemini).get("env").is_none());
    assert!(
        ended.stderr.contains("The root key is the one in"),
        "{ended:?}"
    );
}
