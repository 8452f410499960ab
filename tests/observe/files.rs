//! The files of the log and the audit trail: they are nobody else's, and come with a server that runs.

use std::path::Path;

use crate::support::Binary;

/// Runs `serve` with an engine and these flags, which must not start; returns what it says.
async fn refused(folder: &Path, flags: &[String]) -> String {
    let database = format!("--local={}", folder.join("unkey.db").display());
    let binary = Binary::new(["serve", "--bind=127.0.0.1:0", &database]).args(flags);
    let ended = binary.run("").await;
    assert_eq!(ended.status.code(), Some(2), "{flags:?}: {ended:?}");
    ended.stderr
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_of_the_engines_or_the_others_is_not_appended_to() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let files = [
        "unkey.db",
        "unkey.db-wal",
        "unkey.db-shm",
        "unkey.db.root-key",
        "unkey.db.vault-key",
    ];
    for made in [false, true] {
        for file in files {
            for flag in ["--audit", "--log-file"] {
                let argument = format!("{flag}={}", at(file).display());
                let said = refused(folder.path(), &[argument]).await;
                assert!(said.contains(flag) && said.contains("engine"), "{said}");
            }
            assert!(made || !at(file).exists(), "{file} was made");
        }
        if !made {
            let flag = format!("--local={}", at("unkey.db").display());
            let server = Binary::new(["serve", &flag]).serve().await;
            assert!(server.stop().await.status.success());
        }
    }
    // By another name.
    std::os::unix::fs::symlink(at("unkey.db"), at("link")).unwrap();
    std::fs::hard_link(at("unkey.db.root-key"), at("second")).unwrap();
    let before = std::fs::read(at("unkey.db")).unwrap();
    for name in ["link", "second"] {
        let flag = format!("--audit={}", at(name).display());
        let said = refused(folder.path(), &[flag]).await;
        assert!(said.contains("engine"), "{said}");
    }
    assert_eq!(std::fs::read(at("unkey.db")).unwrap(), before);
    let both = ["--audit", "--log-file"].map(|flag| format!("{flag}={}", at("both").display()));
    let said = refused(folder.path(), &both).await;
    assert!(
        said.contains("--audit") && said.contains("--log-file"),
        "{said}"
    );
    assert!(!at("both").exists());
}

#[tokio::test]
async fn a_server_whose_address_is_taken_makes_no_files() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for flags in [
        ["--bind", &address, "--metrics=127.0.0.1:0"],
        ["--bind=127.0.0.1:0", "--metrics", &address],
    ] {
        let ended = Binary::new(["serve"])
            .args(flags)
            .arg(format!("--audit={}", at("audit").display()))
            .arg(format!("--log-file={}", at("log").display()))
            .run("")
            .await;
        assert_eq!(ended.status.code(), Some(1), "{ended:?}");
        assert!(ended.stderr.contains(&address), "{ended:?}");
        assert!(!at("audit").exists() && !at("log").exists(), "{flags:?}");
    }
}

#[tokio::test]
async fn a_file_that_could_not_be_made_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing").join("file");
    for flag in ["--audit", "--log-file"] {
        let flags = ["serve", "--bind=127.0.0.1:0"];
        let binary = Binary::new(flags).arg(format!("{flag}={}", path.display()));
        let ended = binary.run("").await;
        assert_eq!(ended.status.code(), Some(1), "{ended:?}");
        assert!(ended.stderr.contains(flag), "{ended:?}");
    }
}
