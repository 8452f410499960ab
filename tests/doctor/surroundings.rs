//! Mistakes around the program: its settings, its root key, Unkey, the engine, files.

use super::*;

/// Mistakes in the surroundings of the program.
const OF_SETTINGS: [Mistake; 10] = [
    ("a placeholder", "placeholder", "env", |machine| {
        machine.set("UNKEY_ROOT_KEY", "unkey_xxxx");
    }),
    (
        "a variable that nothing filled in",
        "placeholder",
        "env",
        |machine| {
            machine.set("UNKEY_ROOT_KEY", "${UNKEY_ROOT_KEY}");
        },
    ),
    ("a key of a user", "user-key", "Use a root key", |machine| {
        machine.set("UNKEY_ROOT_KEY", USER_KEY);
    }),
    (
        "an empty key",
        "empty-key",
        "Set UNKEY_ROOT_KEY",
        |machine| {
            machine.set("UNKEY_ROOT_KEY", "");
        },
    ),
    (
        "/v2 twice in the address",
        "api-url",
        "the address alone",
        |machine| {
            machine.flags[0].push_str("/v2/v2");
        },
    ),
    ("a key that is cut off", "user-key", "whole", |machine| {
        machine.set("UNKEY_ROOT_KEY", "unkey_3ZZZ");
    }),
    (
        "a profile that there is not",
        "settings",
        "Mend the flag",
        |machine| {
            machine.file_with(".config/unkey-mcp/config.toml", "[profiles.staging]\n");
            machine.flags = vec!["--profile=stagign".to_owned()];
        },
    ),
    (
        "a configuration file that is broken",
        "settings",
        "the file that it names",
        |machine| machine.file_with(".config/unkey-mcp/config.toml", "[profiles.staging\n"),
    ),
    (
        "a placeholder for the engine",
        "placeholder",
        "remove UNKEY_ROOT_KEY",
        |machine| {
            machine.flags = vec!["--local=:memory:".to_owned()];
            machine.set("UNKEY_ROOT_KEY", "<your key>");
        },
    ),
    (
        "a key that Unkey does not know",
        "unknown-key",
        "make one",
        |machine| {
            machine.set("UNKEY_ROOT_KEY", "unkey_4YYYanotherkey");
        },
    ),
];

#[tokio::test]
async fn a_mistake_in_the_settings_is_found_with_what_mends_it() {
    are_found(&OF_SETTINGS).await;
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_found() {
    let cloud =
        Cloud::script(|seen, _| answer(seen).with_header("Date", "Sun, 06 Nov 1994 08:49:37 GMT"))
            .await;
    let (report, is_well) = Machine::new(&cloud).report().await;
    assert!(!is_well);
    let told = findings(&report);
    let clock = told
        .iter()
        .find(|finding| finding["code"] == "clock")
        .unwrap();
    assert!(
        clock["what"].as_str().unwrap().contains("ahead of"),
        "{clock}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn files_that_are_open_read_only_or_stale_are_found() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;
    let mistakes: [Mistake; 6] = [
        (
            "a key file that others read",
            "open-file",
            "chmod 600",
            |machine| {
                let file = machine.path("key");
                std::fs::write(&file, KEY).unwrap();
                set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
                machine.unset("UNKEY_ROOT_KEY");
                machine.set("UNKEY_ROOT_KEY_FILE", file.to_str().unwrap());
            },
        ),
        (
            "the same in a configuration",
            "open-file",
            "chmod 600",
            |machine| {
                let file = machine.path("key");
                std::fs::write(&file, KEY).unwrap();
                set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
                let variables = json!({ "UNKEY_ROOT_KEY_FILE": file.to_str().unwrap() });
                machine.server(Client::ClaudeDesktop, &program_with(&variables));
            },
        ),
        (
            "a configuration that is read-only",
            "read-only",
            "chmod u+w",
            |machine| {
                machine.server(Client::Cursor, &program(&["stdio", "--local"]));
                set_permissions(machine.file(Client::Cursor), Permissions::from_mode(0o444))
                    .unwrap();
            },
        ),
        (
            "a program of another version",
            "stale-program",
            "Install this version",
            |machine| {
                let path = machine.path("unkey-mcp");
                script(&path, "#!/bin/sh\necho unkey-mcp 0.0.1\n");
                let entry =
                    json!({ "command": path.to_str().unwrap(), "args": ["stdio", "--local"] });
                machine.server(Client::Cursor, &entry);
            },
        ),
        (
            "an engine's file that is none",
            "engine",
            "backup",
            |machine| {
                let path = machine.path("unkey.db");
                std::fs::write(&path, "something else entirely").unwrap();
                machine.flags = vec![format!("--local={}", path.display())];
                machine.unset("UNKEY_ROOT_KEY");
            },
        ),
        (
            "an engine's folder that is read-only",
            "read-only",
            "chmod u+w",
            |machine| {
                let folder = machine.path("engine");
                std::fs::create_dir(&folder).unwrap();
                set_permissions(&folder, Permissions::from_mode(0o555)).unwrap();
                machine.flags = vec![format!("--local={}", folder.join("unkey.db").display())];
                machine.unset("UNKEY_ROOT_KEY");
            },
        ),
    ];
    are_found(&mistakes).await;
}

#[cfg(unix)]
#[tokio::test]
async fn whoever_keeps_the_engines_database_locked_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("unkey.db");
    let flag = format!("--local={}", path.display());
    let server = Binary::new(["serve", flag.as_str()]).serve().await;
    let mut machine = Machine::new(&cloud().await);
    machine.flags = vec![flag];
    machine.unset("UNKEY_ROOT_KEY");
    // The engine is open as long as the server runs, and has a root key then.
    let (report, is_well) = machine.report().await;
    assert!(is_well, "{report:#}");
    let told = report.to_string();
    assert!(
        told.contains("in-use") && told.contains(".root-key"),
        "{report:#}"
    );
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (report, is_well) = machine.report().await;
    assert!(!is_well, "{report:#}");
    let number = std::process::id().to_string();
    let is_told = |one: &Value| {
        one["code"] == "locked"
            && one["what"]
                .as_str()
                .is_some_and(|what| what.contains(&number))
    };
    assert!(findings(&report).iter().any(is_told), "{report:#}");
    drop(server);
}
