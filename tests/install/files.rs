//! Configurations that cannot or must not be changed, and how the others are.

use unkey_mcp::install::Client;

use super::Home;

#[tokio::test]
async fn a_broken_file_is_left_alone_with_the_place_that_is_wrong() {
    for (client, text, said) in [
        (
            Client::Cursor,
            "{\n  \"mcpServers\": {\n",
            "line 2, column 17",
        ),
        (Client::Cursor, "{\n  \"a\": 1\n  \"b\": 2\n}", "line 2"),
        (Client::Cursor, "[]", "one JSON object"),
        (
            Client::Cursor,
            "{\"mcpServers\": []}",
            "`mcpServers` holds something else",
        ),
        (
            Client::Cursor,
            "{\"mcpServers\": {\"unkey\": 1}}",
            "`unkey` holds something else",
        ),
        (
            Client::Cursor,
            "{\"mcpServers\": {}, \"mcpServers\": {}}",
            "`mcpServers` stands there twice",
        ),
        (Client::ClaudeDesktop, "{\n  // mine\n}", "line 2, column 3"),
        (
            Client::VsCode,
            "{\"inputs\": {}}",
            "`inputs` holds something else",
        ),
        (Client::Codex, "a = 1\nb = = 2\n", "line 2, column 5"),
        (
            Client::Codex,
            "mcp_servers = 1\n",
            "`mcp_servers` holds something else",
        ),
    ] {
        let home = Home::with(client, text);
        let ended = home.run(&["install", "--yes", client.word()]).await;
        assert_eq!(ended.status.code(), Some(1), "{text}: {ended:?}");
        assert!(ended.stdout.contains("Left as it is"), "{text}: {ended:?}");
        assert!(ended.stdout.contains(said), "{said}: {ended:?}");
        assert_eq!(home.text(client), text);
        assert!(!home.file(client).with_extension("json.bak").exists());
    }
}

#[tokio::test]
async fn a_broken_file_says_nothing_of_what_is_in_it() {
    for (client, text) in [
        (Client::Codex, "a = \"unkey_3ZZZrootkeyzzz\n"),
        (Client::Cursor, "{\"a\": unkey_3ZZZrootkeyzzz}"),
    ] {
        let home = Home::with(client, text);
        let ended = home.run(&["install", "--yes", client.word()]).await;
        assert!(!ended.stdout.contains("3ZZZ"), "{ended:?}");
        assert!(!ended.stderr.contains("3ZZZ"), "{ended:?}");
    }
}

#[tokio::test]
async fn nesting_and_size_have_an_end() {
    let home = Home::with(Client::Cursor, &"[".repeat(100_000));
    let ended = home.run(&["install", "--yes", "cursor"]).await;
    assert!(ended.stdout.contains("nesting"), "{ended:?}");
    let home = Home::with(Client::Codex, &"a=[".repeat(100_000));
    let ended = home.run(&["install", "--yes", "codex"]).await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let home = Home::new();
    home.write(Client::Cursor, "");
    let file = std::fs::File::create(home.file(Client::Cursor)).unwrap();
    file.set_len(64 << 20).unwrap();
    let ended = home.run(&["install", "--yes", "cursor"]).await;
    assert!(ended.stdout.contains("longer than 32 MiB"), "{ended:?}");
}

#[tokio::test]
async fn a_file_that_is_no_text_is_left_alone() {
    let home = Home::with(Client::Cursor, "");
    std::fs::write(home.file(Client::Cursor), [0xff, 0xfe, b'{', 0]).unwrap();
    let ended = home.run(&["install", "--yes", "cursor"]).await;
    assert!(ended.stdout.contains("UTF-8"), "{ended:?}");
}

#[tokio::test]
async fn an_empty_file_is_as_good_as_none() {
    for text in ["", "\n \n"] {
        for client in [Client::Cursor, Client::Codex] {
            let home = Home::with(client, text);
            home.install(&[client.word(), "--local"]).await;
            assert_eq!(home.entry(client)["args"][1], "--local");
        }
    }
}

#[tokio::test]
async fn backups_are_written_over_nothing() {
    let home = Home::with(Client::Cursor, "{}");
    let backup = |name: &str| home.file(Client::Cursor).with_file_name(name);
    std::fs::write(backup("mcp.json.bak"), "mine").unwrap();
    home.install(&["cursor", "--local"]).await;
    let first = home.text(Client::Cursor);
    home.install(&["cursor"]).await;
    let read = |name| std::fs::read_to_string(backup(name)).unwrap();
    assert_eq!(read("mcp.json.bak"), "mine");
    assert_eq!(read("mcp.json.bak2"), "{}");
    assert_eq!(read("mcp.json.bak3"), first);
    // What is kept already is not kept twice.
    home.install(&["cursor", "--local"]).await;
    home.install(&["cursor"]).await;
    assert!(!backup("mcp.json.bak5").exists());
    let folder = home.file(Client::Cursor);
    let names = std::fs::read_dir(folder.parent().unwrap()).unwrap();
    let mut names = names.map(|entry| entry.unwrap().file_name());
    assert!(names.all(|name| name.to_string_lossy().starts_with("mcp.json")));
}

#[cfg(unix)]
mod unix {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &std::path::Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn modes_stay_and_new_files_are_the_users_alone() {
        let home = Home::with(Client::Cursor, "{}");
        let file = home.file(Client::Cursor);
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        home.install(&["cursor", "--local"]).await;
        assert_eq!(mode(&file), 0o640);
        assert_eq!(mode(&file.with_file_name("mcp.json.bak")), 0o640);
        home.install(&["zed", "--local"]).await;
        assert_eq!(mode(&home.file(Client::Zed)), 0o600);
    }

    #[tokio::test]
    async fn a_link_stays_one_and_what_it_leads_to_is_changed() {
        let home = Home::with(Client::Cursor, "{}");
        let file = home.file(Client::Cursor);
        let real = home.0.path().join("dotfiles").join("cursor.json");
        fs::create_dir_all(real.parent().unwrap()).unwrap();
        fs::rename(&file, &real).unwrap();
        symlink(&real, &file).unwrap();
        home.install(&["cursor", "--local"]).await;
        assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
        assert!(fs::read_to_string(&real).unwrap().contains("--local"));
        fs::remove_file(&real).unwrap();
        let ended = home.run(&["install", "--yes", "cursor"]).await;
        assert!(
            ended.stdout.contains("a link that leads to no file"),
            "{ended:?}"
        );
    }

    #[tokio::test]
    async fn a_read_only_file_stays_as_it_is() {
        let home = Home::with(Client::Cursor, "{}");
        let file = home.file(Client::Cursor);
        fs::set_permissions(&file, Permissions::from_mode(0o444)).unwrap();
        let ended = home.run(&["install", "--yes", "cursor"]).await;
        assert_eq!(ended.status.code(), Some(1));
        assert!(ended.stdout.contains("read-only"), "{ended:?}");
        assert_eq!(home.text(Client::Cursor), "{}");
    }

    #[tokio::test]
    async fn a_pipe_keeps_nobody_waiting() {
        let home = Home::with(Client::Cursor, "{}");
        let file = home.file(Client::Cursor);
        fs::remove_file(&file).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&file).status();
        assert!(made.unwrap().success());
        let ended = home.run(&["install", "--yes", "cursor"]).await;
        assert!(ended.stdout.contains("no file"), "{ended:?}");
    }
}
