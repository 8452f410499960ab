//! What the doctor says where all is well, and in which form.

use unkey_mcp::install::Client;

use super::*;

#[tokio::test]
async fn where_all_is_well_it_says_so_and_ends_with_0() {
    let cloud = cloud().await;
    let machine = Machine::new(&cloud);
    for client in Client::ALL {
        machine.server(client, &program(&["stdio", "--local"]));
    }
    let (report, is_well) = machine.report().await;
    assert!(is_well, "{report:#}");
    let codes: Vec<Value> = findings(&report)
        .iter()
        .map(|one| one["code"].clone())
        .collect();
    for code in ["root-key", "reachable", "version", "permissions", "server"] {
        assert!(codes.iter().any(|one| one == code), "{code}: {report:#}");
    }
    let ended = machine.run(&[]).await;
    assert!(ended.stdout.ends_with("Nothing is wrong.\n"), "{ended:?}");
    assert!(!ended.stdout.contains('\u{1b}'), "{ended:?}");
}

#[tokio::test]
async fn what_install_writes_is_well() {
    let cloud = cloud().await;
    let mut machine = Machine::new(&cloud);
    let home = machine.home.path().to_owned();
    let file = machine.path("key");
    std::fs::write(&file, KEY).unwrap();
    private(&file);
    let with_file = format!("--root-key-file={}", file.display());
    for flags in [&[][..], &["--local"], &[with_file.as_str()]] {
        let words: Vec<&str> = Client::ALL.iter().map(|client| client.word()).collect();
        let arguments = [&["install", "--yes"], words.as_slice(), flags].concat();
        let binary = Binary::new(arguments)
            .env("HOME", &home)
            .env("USERPROFILE", &home);
        let ended = binary.env("UNKEY_ROOT_KEY", KEY).run("").await;
        assert!(ended.status.success(), "{ended:?}");
        if flags.is_empty() {
            // They cannot fill a variable in, and were told so.
            for client in [Client::ClaudeDesktop, Client::Zed] {
                std::fs::remove_file(machine.file(client)).unwrap();
            }
        }
        let (report, is_well) = machine.report().await;
        assert!(is_well, "{flags:?}: {report:#}");
    }
    machine.flags = vec!["--local=:memory:".to_owned()];
    machine.unset("UNKEY_ROOT_KEY");
    let (report, is_well) = machine.report().await;
    assert!(is_well, "{report:#}");
}

#[tokio::test]
async fn a_server_at_its_address_is_well() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    let cloud = cloud().await;
    let machine = Machine::new(&cloud);
    machine.server(
        Client::Cursor,
        &json!({ "url": format!("{}/mcp/v2", server.url) }),
    );
    let (report, is_well) = machine.report().await;
    assert!(is_well, "{report:#}");
}

#[tokio::test]
async fn it_asks_unkey_nothing_that_changes_anything() {
    let cloud = cloud().await;
    Machine::new(&cloud).report().await;
    let seen = cloud.seen();
    assert!(seen.len() >= 4, "{seen:?}");
    for request in seen {
        let path = request.line.split(' ').nth(1).unwrap();
        let reads = ["liveness", "list", "getRatelimits"];
        assert!(reads.iter().any(|word| path.contains(word)), "{path}");
    }
}

#[tokio::test]
async fn an_older_unkey_and_missing_permissions_are_told_and_not_wrong() {
    let cloud = Cloud::script(|seen, _| {
        if seen.line.contains("getRatelimits") {
            Answer::raw(404, "text/plain", "404 page not found")
        } else if seen.line.contains("listIdentities") {
            Answer::problem(403, "Forbidden", "not allowed")
        } else {
            answer(seen)
        }
    })
    .await;
    let (report, is_well) = Machine::new(&cloud).report().await;
    assert!(is_well, "{report:#}");
    let told = report.to_string();
    assert!(told.contains("June 2026 or older"), "{report:#}");
    assert!(
        told.contains("does not have identity.*.read_identity"),
        "{report:#}"
    );
}

#[tokio::test]
async fn an_unkey_that_does_not_answer_is_told_and_no_key_goes_there() {
    let cloud = Cloud::that_answers(Answer::Close).await;
    let (report, is_well) = Machine::new(&cloud).report().await;
    assert!(!is_well);
    assert!(report.to_string().contains("--local"), "{report:#}");
    assert!(cloud.seen().iter().all(|seen| !seen.line.contains("POST")));
}

#[tokio::test]
async fn nothing_is_written() {
    let cloud = cloud().await;
    let machine = Machine::new(&cloud);
    machine.server(Client::Cursor, &program(&["stdio", "--local"]));
    machine.run(&[]).await;
    let names = |path: &Path| -> Vec<String> {
        let entries = std::fs::read_dir(path).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect()
    };
    assert_eq!(names(machine.home.path()), [".cursor"]);
    assert_eq!(names(&machine.path(".cursor")), ["mcp.json"]);
}

#[tokio::test]
async fn it_says_where_the_root_key_comes_from() {
    let cloud = cloud().await;
    let said = async |machine: &Machine| {
        let (report, is_well) = machine.report().await;
        assert!(is_well, "{report:#}");
        report.to_string()
    };
    let mut machine = Machine::new(&cloud);
    assert!(
        said(&machine)
            .await
            .contains("the environment variable UNKEY_ROOT_KEY")
    );
    machine.unset("UNKEY_ROOT_KEY");
    machine.file_with(".unkey/config.toml", &format!("root_key = '{KEY}'\n"));
    private(&machine.path(".unkey/config.toml"));
    assert!(
        said(&machine)
            .await
            .contains("where the Unkey CLI keeps it")
    );
    let kept = Binary::new(["login"]).env("HOME", machine.home.path());
    assert!(kept.run(KEY).await.status.success());
    assert!(said(&machine).await.contains("`unkey-mcp login` put it"));
    let profile = "[profiles.staging]\nroot-key-env = 'STAGING'\n";
    machine.file_with(".config/unkey-mcp/config.toml", profile);
    machine.flags.push("--profile=staging".to_owned());
    machine.set("STAGING", KEY);
    let told = said(&machine).await;
    assert!(told.contains("the environment variable STAGING"), "{told}");
    assert!(told.contains("the profile `staging` of "), "{told}");
}

#[tokio::test]
async fn what_login_keeps_is_enough_for_every_client() {
    let cloud = cloud().await;
    let mut machine = Machine::new(&cloud);
    machine.unset("UNKEY_ROOT_KEY");
    let home = machine.home.path().to_owned();
    let kept = Binary::new(["login"]).env("HOME", &home);
    assert!(kept.run(KEY).await.status.success());
    let words: Vec<&str> = Client::ALL.iter().map(|client| client.word()).collect();
    let installed = Binary::new([&["install", "--yes"], words.as_slice()].concat());
    let ended = installed.env("HOME", &home).run("").await;
    assert!(ended.status.success(), "{ended:?}");
    assert!(
        ended.stderr.contains("`unkey-mcp login` put it"),
        "{ended:?}"
    );
    let (report, is_well) = machine.report().await;
    assert!(is_well, "{report:#}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_that_a_folder_names_is_not_started() {
    let cloud = cloud().await;
    let machine = Machine::new(&cloud);
    let program = machine.path("unkey-mcp");
    let trace = machine.path("started");
    script(&program, &format!("#!/bin/sh\ntouch {}\n", trace.display()));
    let entry = json!({ "command": program.to_str().unwrap(), "args": ["stdio", "--local"] });
    let whole = json!({ "mcpServers": { "unkey": entry } });
    machine.file_with(".mcp.json", &whole.to_string());
    machine.report().await;
    assert!(!trace.exists());
    machine.write(Client::Cursor, &whole.to_string());
    machine.report().await;
    assert!(trace.exists());
}
