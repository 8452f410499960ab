//! Where configurations lie, on three systems.

use std::path::{Path, PathBuf};

use unkey_mcp::install::{
    self, Client, Extent, KnownKeys, Places, Program, Settings, System, Task,
};

use super::Home;

const EXPECTED: [(Client, &str, &str, &str); 8] = [
    (
        Client::ClaudeDesktop,
        ".config/Claude/claude_desktop_config.json",
        "Library/Application Support/Claude/claude_desktop_config.json",
        "AppData/Roaming/Claude/claude_desktop_config.json",
    ),
    (
        Client::ClaudeCode,
        ".claude.json",
        ".claude.json",
        ".claude.json",
    ),
    (
        Client::Cursor,
        ".cursor/mcp.json",
        ".cursor/mcp.json",
        ".cursor/mcp.json",
    ),
    (
        Client::Windsurf,
        ".codeium/windsurf/mcp_config.json",
        ".codeium/windsurf/mcp_config.json",
        ".codeium/windsurf/mcp_config.json",
    ),
    (
        Client::VsCode,
        ".config/Code/User/mcp.json",
        "Library/Application Support/Code/User/mcp.json",
        "AppData/Roaming/Code/User/mcp.json",
    ),
    (
        Client::Codex,
        ".codex/config.toml",
        ".codex/config.toml",
        ".codex/config.toml",
    ),
    (
        Client::Gemini,
        ".gemini/settings.json",
        ".gemini/settings.json",
        ".gemini/settings.json",
    ),
    (
        Client::Zed,
        ".config/zed/settings.json",
        ".config/zed/settings.json",
        "AppData/Roaming/Zed/settings.json",
    ),
];

#[test]
fn each_client_has_its_file_on_each_system() {
    let home = Path::new("/home/ada");
    for (client, linux, mac, windows) in EXPECTED {
        for (system, expected) in [
            (System::Linux, linux),
            (System::MacOs, mac),
            (System::Windows, windows),
        ] {
            let places = Places::of(system, home.to_owned());
            assert_eq!(
                places.file(client),
                home.join(expected),
                "{client:?} on {system:?}"
            );
        }
    }
}

#[test]
fn folders_that_were_moved_are_found() {
    let mut places = Places::of(System::Linux, "/home/ada".into());
    places.config = Some("/etc/ada".into());
    places.claude_code = Some("/claude".into());
    places.codex = Some("/codex".into());
    places.gemini = Some("/gemini".into());
    for (client, file) in [
        (
            Client::ClaudeDesktop,
            "/etc/ada/Claude/claude_desktop_config.json",
        ),
        (Client::Zed, "/etc/ada/zed/settings.json"),
        (Client::ClaudeCode, "/claude/.claude.json"),
        (Client::Codex, "/codex/config.toml"),
        (Client::Gemini, "/gemini/.gemini/settings.json"),
    ] {
        assert_eq!(places.file(client), PathBuf::from(file));
    }
    let windows = Places {
        roaming: Some("/roaming".into()),
        ..Places::of(System::Windows, "/home/ada".into())
    };
    let file = windows.file(Client::VsCode);
    assert_eq!(file, PathBuf::from("/roaming/Code/User/mcp.json"));
}

#[test]
fn every_client_is_written_to_on_every_system() {
    for system in [System::Linux, System::MacOs, System::Windows] {
        let home = Home::new();
        let places = Places::of(system, home.0.path().to_owned());
        let settings = |task| Settings {
            clients: Client::ALL.to_vec(),
            name: "unkey".to_owned(),
            task,
            extent: Extent::Write,
            places: places.clone(),
        };
        let add = Task::Add {
            program: Program {
                command: "/opt/unkey-mcp".to_owned(),
                args: Vec::new(),
                remark: None,
            },
            args: vec!["stdio".to_owned()],
            keys: KnownKeys::default(),
        };
        assert!(install::run(&settings(add)).unwrap());
        for client in Client::ALL {
            let text = std::fs::read_to_string(places.file(client)).unwrap();
            assert!(
                text.contains("/opt/unkey-mcp"),
                "{client:?} on {system:?}: {text}"
            );
        }
        assert!(install::run(&settings(Task::Remove)).unwrap());
        for client in Client::ALL {
            let text = std::fs::read_to_string(places.file(client)).unwrap();
            assert!(!text.contains("unkey"), "{client:?} on {system:?}: {text}");
        }
    }
}

#[tokio::test]
async fn all_are_those_that_have_been_used_here() {
    let home = Home::with(Client::Cursor, "{}");
    std::fs::create_dir_all(home.0.path().join(".codex")).unwrap();
    home.install(&["--all", "--local"]).await;
    for client in Client::ALL {
        let expected = [Client::Cursor, Client::Codex].contains(&client);
        assert_eq!(home.file(client).exists(), expected, "{client:?}");
    }
}

#[tokio::test]
async fn who_is_named_gets_a_folder_and_where_nobody_is_found_it_says_so() {
    let home = Home::new();
    let ended = home.run(&["install", "--all", "--yes", "--local"]).await;
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert!(
        ended.stderr.contains("none of them has been used"),
        "{ended:?}"
    );
    let ended = home.run(&["install", "--yes"]).await;
    for client in Client::ALL {
        assert!(ended.stderr.contains(client.word()), "{ended:?}");
    }
    home.install(&["windsurf", "--local"]).await;
    assert!(home.file(Client::Windsurf).exists());
}
