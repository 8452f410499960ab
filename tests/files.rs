//! The embedded engine's files, as whoever runs the server meets them: paths that no shell
//! expanded, files that go away or are damaged, folders that may not be read.

use std::io::Write as _;
use std::path::Path;

use serde_json::json;

use crate::support::{Binary, Era, Reply, Server, Session, Transport, failure, success};

/// The names of what is in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<_> = entries
        .map(|entry| name(entry).to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

async fn create_api(server: &Server) -> Reply {
    let request = server
        .request(reqwest::Method::POST, "/v2/apis.createApi")
        .header("Content-Type", "application/json")
        .bearer_auth(root_key(server))
        .body("{\"name\": \"abc\"}");
    Reply::to(request).await
}

fn root_key(server: &Server) -> String {
    let file = server.home().join("root-key");
    std::fs::read_to_string(file).unwrap().trim().to_owned()
}

/// A server on a database in a folder `data`, and a copy of its root key beside that.
async fn serve() -> Server {
    let server = Binary::new(["serve", "--local=data/unkey.db"])
        .serve()
        .await;
    let home = server.home();
    std::fs::copy(home.join("data/unkey.db.root-key"), home.join("root-key")).unwrap();
    server
}

#[tokio::test]
async fn a_path_that_no_shell_expanded_stops_the_start_and_makes_nothing() {
    for (path, said) in [
        ("$HOME/u.db", "variable"),
        ("${DATA}/u.db", "variable"),
        ("%APPDATA%/u.db", "variable"),
        (":memory", ":memory:"),
        (" true ", "spaces"),
        ("None", "./None"),
        ("'u.db'", "quotes"),
        ("file:u.db", "address"),
        ("unkey_3ZZZrootkeyzzz", "looks like a key"),
        ("data/", "is a folder"),
        ("{HOME}/u.db", "variable"),
        ("-", "leave the setting out"),
        ("--read-only", "is an option"),
        ("u.db?mode=ro", "write the path of one file alone"),
        #[cfg(unix)]
        ("C:\\u.db", "of Windows"),
    ] {
        let flag = format!("--local={path}");
        let output = format!("--output={path}");
        for arguments in [
            vec!["serve", "--bind=127.0.0.1:0", &flag],
            vec!["root-key", "create", "--name=a", "--permissions=all", &flag],
            vec!["export", "--migration-id=mig_1", "--local=u.db", &output],
        ] {
            if arguments[0] == "export" && [":memory", "data/"].contains(&path) {
                continue;
            }
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir(folder.path().join("data")).unwrap();
            let ended = Binary::new(&arguments).within(folder.path()).run("").await;
            assert!(!ended.status.success(), "{arguments:?}: {ended:?}");
            assert!(ended.stderr.contains(said), "{arguments:?}: {ended:?}");
            assert!(!ended.stderr.contains("3ZZZ"), "{ended:?}");
            assert_eq!(names(folder.path()), ["data"], "{arguments:?}");
        }
    }
}

#[tokio::test]
async fn a_variable_that_holds_no_path_stops_the_start_as_the_flag_does() {
    let ended = Binary::new(["stdio"])
        .env("UNKEY_MCP_LOCAL", "undefined")
        .run("")
        .await;
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert!(ended.stderr.contains("UNKEY_MCP_LOCAL"), "{ended:?}");
    let ended = Binary::new(["stdio"])
        .env("UNKEY_ROOT_KEY_FILE", "unkey_3ZZZrootkeyzzz")
        .run("")
        .await;
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert!(ended.stderr.contains("UNKEY_ROOT_KEY_FILE"), "{ended:?}");
    assert!(!ended.stderr.contains("3ZZZ"), "{ended:?}");
}

#[tokio::test]
async fn files_of_the_log_and_of_the_audit_trail_are_paths_too() {
    for (path, said) in [
        ("$HOME/unkey.log", "variable"),
        ("{HOME}/unkey.log", "variable"),
        ("stderr", "leave the setting out"),
        ("--read-only", "is an option"),
        ("true", "leave the setting out"),
    ] {
        for flag in ["--log-file", "--audit"] {
            let folder = tempfile::tempdir().unwrap();
            let flag = format!("{flag}={path}");
            let ended = Binary::new(["stdio", &flag])
                .within(folder.path())
                .run("")
                .await;
            assert_eq!(ended.status.code(), Some(2), "{flag}: {ended:?}");
            assert!(ended.stderr.contains(said), "{flag}: {ended:?}");
            assert!(names(folder.path()).is_empty(), "{flag}");
        }
    }
}

#[tokio::test]
async fn a_tilde_is_the_home_folder() {
    let binary = Binary::new(["serve", "--local=~/data/u.db"]);
    let server = binary.serve().await;
    assert!(names(&server.home().join("data")).contains(&"u.db".to_owned()));
    assert_eq!(names(server.home()), ["data"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_database_that_is_moved_away_is_missed_by_the_next_call() {
    let server = serve().await;
    assert_eq!(create_api(&server).await.status, 200);
    let data = server.home().join("data");
    let moved = server.home().join("moved");
    std::fs::rename(&data, &moved).unwrap();
    let reply = create_api(&server).await;
    assert_eq!(reply.status, 500, "{reply:?}");
    assert!(reply.body.contains("removed or moved"), "{reply:?}");
    let ready = || Reply::to(server.request(reqwest::Method::GET, "/readyz"));
    let unready = ready().await;
    assert_eq!(unready.status, 503, "{unready:?}");
    assert!(unready.body.contains("removed or moved"), "{unready:?}");
    for era in Era::BOTH {
        let endpoint = server.mcp().era(era);
        let refused = endpoint
            .call("apis_create_api", json!({"name": "abc"}))
            .await;
        let text = failure(&refused);
        assert!(text.contains("Nothing was changed"), "{text}");
        assert!(!text.contains("unknown"), "{text}");
    }
    std::fs::rename(&moved, &data).unwrap();
    assert_eq!(create_api(&server).await.status, 200);
    assert_eq!(ready().await.status, 200);
}

#[cfg(unix)]
#[tokio::test]
async fn a_session_is_told_that_the_database_is_gone_over_every_transport() {
    for transport in Transport::BOTH {
        for era in Era::BOTH {
            let folder = tempfile::tempdir().unwrap();
            let database = folder.path().join("unkey.db");
            let flag = format!("--local={}", database.display());
            let mut session = Session::connect(transport, era, &[&flag], None).await;
            let body = json!({"name": "abc"});
            success(&session.call("apis_create_api", body.clone()).await);
            std::fs::remove_file(&database).unwrap();
            let refused = session.call("apis_create_api", body).await;
            let text = failure(&refused);
            assert!(
                text.contains("removed or moved"),
                "{transport:?} {era:?}: {text}"
            );
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_may_not_be_read_is_not_taken_for_missing() {
    use std::os::unix::fs::PermissionsExt as _;
    let binary = Binary::new(["root-key", "list", "--local=data/unkey.db"]).for_nobody();
    let data = binary.home().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o000)).unwrap();
    let ended = binary.run("").await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(ended.stderr.contains("ermission denied"), "{ended:?}");
    assert!(!ended.stderr.contains("there is no database"), "{ended:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_database_that_is_damaged_in_place_is_not_ready_and_the_next_start_says_so() {
    let server = serve().await;
    assert_eq!(create_api(&server).await.status, 200);
    let folder = tempfile::tempdir().unwrap();
    for name in names(&server.home().join("data")) {
        let (from, to) = (
            server.home().join("data").join(&name),
            folder.path().join(name),
        );
        if to
            .extension()
            .is_some_and(|end| end == "root-key" || end == "db")
        {
            std::fs::copy(from, to).unwrap();
        }
    }
    let database = server.home().join("data/unkey.db");
    let length = database.metadata().unwrap().len();
    let file = std::fs::File::options().write(true).open(&database);
    file.unwrap()
        .write_all(&vec![0; usize::try_from(length).unwrap()])
        .unwrap();
    let log = std::fs::File::options()
        .write(true)
        .open(server.home().join("data/unkey.db-wal"));
    log.unwrap().set_len(0).unwrap();
    let reply = create_api(&server).await;
    assert_eq!(reply.status, 500, "{reply:?}");
    assert!(reply.body.contains("damaged"), "{reply:?}");
    let unready = Reply::to(server.request(reqwest::Method::GET, "/readyz")).await;
    assert_eq!(unready.status, 503, "{unready:?}");
    assert!(unready.body.contains("put back a backup"), "{unready:?}");
    // What is left of the old one would be mixed into the backup.
    let first = "remove the -wal and -shm files";
    assert!(unready.body.contains(first), "{unready:?}");

    let copy = folder.path().join("unkey.db");
    std::fs::write(&copy, vec![0; 8_192]).unwrap();
    let flag = format!("--local={}", copy.display());
    let ended = Binary::new(["serve", "--bind=127.0.0.1:0", &flag])
        .run("")
        .await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(ended.stderr.contains("is damaged"), "{ended:?}");
    assert!(ended.stderr.contains("put back a backup"), "{ended:?}");
    assert!(ended.stderr.contains(first), "{ended:?}");
}

#[tokio::test]
async fn an_emptied_root_keys_file_stops_the_start_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let flag = format!("--local={}", folder.path().join("unkey.db").display());
    let flags = ["serve", "--bind=127.0.0.1:0", &flag];
    drop(Binary::new(["serve", &flag]).serve().await.stop().await);
    let secret = folder.path().join("unkey.db.root-key");
    std::fs::write(&secret, "\n").unwrap();
    let ended = Binary::new(flags).run("").await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(ended.stderr.contains("is empty"), "{ended:?}");
    assert!(ended.stderr.contains("the next start makes"), "{ended:?}");
    assert_eq!(std::fs::read_to_string(&secret).unwrap(), "\n");
}
