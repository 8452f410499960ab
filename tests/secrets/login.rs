//! `login` and `logout`: a root key that the machine keeps.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::support::{Binary, Cloud, Ended, Era, Stdio, failure, success};

const KEPT: &str = "unkey_4fJ8kQ2mZx9LpR7vTb3W";

/// The data folder of a home.
fn data(home: &Path) -> PathBuf {
    if cfg!(windows) {
        home.join("AppData/Roaming/unkey-mcp")
    } else {
        home.join(".local/share/unkey-mcp")
    }
}

/// Runs a command with that home.
async fn run(home: &Path, arguments: &[&str], input: &str) -> Ended {
    let binary = Binary::new(arguments);
    binary
        .env("HOME", home)
        .env("USERPROFILE", home)
        .run(input)
        .await
}

#[tokio::test]
async fn a_root_key_that_was_kept_is_used_and_taken_out_again() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let ended = run(
        home,
        &["login"],
        &format!("export UNKEY_ROOT_KEY='{KEPT}'\n"),
    )
    .await;
    assert!(ended.status.success(), "{ended:?}");
    assert!(!format!("{ended:?}").contains("4fJ8"), "{ended:?}");
    let file = data(home).join("root-keys/default");
    assert!(ended.stdout.contains(file.to_str().unwrap()), "{ended:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), KEPT);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let cloud = Cloud::start().await;
    let stdio = || {
        Binary::new(["stdio", &*cloud.flag()])
            .env("HOME", home)
            .env("USERPROFILE", home)
    };
    let header = async |binary: Binary| {
        let mut session = Stdio::connect(binary, Era::Modern).await;
        success(
            &session
                .call("apis_get_api", json!({"apiId": "api_12345678"}))
                .await,
        );
        cloud.last().header("authorization")[0].to_owned()
    };
    assert_eq!(header(stdio()).await, format!("Bearer {KEPT}"));
    let variable = stdio().env("UNKEY_ROOT_KEY", "unkey_3Zother");
    assert_eq!(header(variable).await, "Bearer unkey_3Zother");
    let file_of_variable = stdio()
        .file("key", "unkey_3Zother")
        .env("UNKEY_ROOT_KEY_FILE", "key");
    assert_eq!(header(file_of_variable).await, "Bearer unkey_3Zother");
    // It comes before what the Unkey CLI keeps.
    std::fs::create_dir(home.join(".unkey")).unwrap();
    std::fs::write(
        home.join(".unkey/config.toml"),
        "root_key = \"unkey_3Zcli\"",
    )
    .unwrap();
    assert_eq!(header(stdio()).await, format!("Bearer {KEPT}"));
    let ended = run(home, &["logout"], "").await;
    assert!(ended.stdout.contains("taken out of"), "{ended:?}");
    assert!(!file.exists());
    assert_eq!(header(stdio()).await, "Bearer unkey_3Zcli");
    let ended = run(home, &["logout"], "").await;
    assert!(ended.stdout.contains("No root key is kept"), "{ended:?}");
}

#[tokio::test]
async fn another_login_takes_the_place_of_the_first_and_profiles_have_their_own() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let other = "unkey_9LpR7vTb3W4fJ8kQ2mZx";
    run(home, &["login"], KEPT).await;
    run(home, &["login", "--profile=prod"], KEPT).await;
    run(home, &["login"], other).await;
    let kept =
        |name: &str| std::fs::read_to_string(data(home).join("root-keys").join(name)).unwrap();
    assert_eq!(
        (kept("default"), kept("prod")),
        (other.to_owned(), KEPT.to_owned())
    );
    for name in ["../prod", "a/b", "", ".x"] {
        let ended = run(home, &["login", &format!("--profile={name}")], KEPT).await;
        assert_eq!(ended.status.code(), Some(2), "{name}: {ended:?}");
    }
}

#[tokio::test]
async fn what_is_no_root_key_is_not_kept() {
    let home = tempfile::tempdir().unwrap();
    for (text, expected) in [
        ("", "no root key was given"),
        ("${UNKEY_ROOT_KEY}", "placeholder"),
        ("unkey_xxxx", "placeholder"),
        ("sk_live_4fJ8kQ2mZx9LpR7vTb3W", "no root key"),
        ("unkey_4fJ8", "no root key"),
        ("unkey_4fJ8kQ2mZ x9LpR7vTb3W", "spaces"),
        (
            "unkey_4fJ8kQ2mZx9LpR7vTb3W\nunkey_4fJ8kQ2mZx9LpR7vTb3W",
            "spaces",
        ),
    ] {
        let ended = run(home.path(), &["login"], text).await;
        assert_eq!(ended.status.code(), Some(2), "{text}: {ended:?}");
        assert!(ended.stderr.contains(expected), "{text}: {ended:?}");
        assert!(!ended.stderr.contains("4fJ8kQ2mZ"), "{text}: {ended:?}");
    }
    let ended = run(home.path(), &["login"], &"x".repeat(5_000)).await;
    assert!(ended.stderr.contains("too much"), "{ended:?}");
    assert!(!data(home.path()).exists());
}

#[tokio::test]
async fn the_engine_is_not_called_with_a_root_key_that_was_kept() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["login"], KEPT).await;
    let binary = Binary::new(["stdio", "--local=:memory:"]).env("HOME", home.path());
    let mut session = Stdio::connect(binary, Era::Modern).await;
    success(
        &session
            .call("apis_create_api", json!({"name": "abc"}))
            .await,
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_others_write_to_keeps_and_gives_no_root_key() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["login"], KEPT).await;
    let folder = data(home.path()).join("root-keys");
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o777)).unwrap();
    let ended = run(home.path(), &["login"], KEPT).await;
    assert!(ended.stderr.contains("chmod go-w"), "{ended:?}");
    let cloud = Cloud::start().await;
    let binary = Binary::new(["stdio", &*cloud.flag()]).env("HOME", home.path());
    let mut session = Stdio::connect(binary, Era::Modern).await;
    let answer = session
        .call("apis_get_api", json!({"apiId": "api_12345678"}))
        .await;
    assert!(failure(&answer).contains("unkey-mcp login"), "{answer}");
    assert_eq!(cloud.requests(), 0);
}
