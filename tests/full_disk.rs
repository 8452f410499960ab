//! A disk that is full: under the embedded engine, the log and the audit trail.
//!
//! It takes whoever may mount a file system; `.ci/run` sees to it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Binary, Reply, Server, success};

/// A file system of one mebibyte.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None` where this process may not mount one, which is told past what captures the output.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "none"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|mounted| mounted.status.success()) {
            return Some(Self(folder));
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "the variable is of the one who runs the test"
        )]
        let required = std::env::var("UNKEY_FULL_DISK").is_ok();
        assert!(!required, "no file system can be mounted here");
        let skipped = "SKIPPED: a full disk. Only who may mount a file system can fill one";
        writeln!(std::io::stderr(), "{skipped}").unwrap();
        None
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Takes all room, or gives it back.
    fn fill(&self, full: bool) {
        let ballast = self.path("ballast");
        if full {
            // It ends where there is no more room.
            let _ = std::fs::write(ballast, vec![0; 2 << 20]);
        } else {
            std::fs::remove_file(ballast).unwrap();
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).output();
    }
}

async fn create_api(server: &Server, root_key: &Path) -> Reply {
    let root_key = std::fs::read_to_string(root_key).unwrap();
    let request = server
        .request(reqwest::Method::POST, "/v2/apis.createApi")
        .header("Content-Type", "application/json")
        .bearer_auth(root_key.trim())
        .body("{\"name\": \"abc\"}");
    Reply::to(request).await
}

#[tokio::test]
async fn a_full_disk_is_told_to_callers_and_once_to_the_log_and_can_be_mended() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let flag = format!("--local={}", disk.path("unkey.db").display());
    let server = Binary::new(["serve", &flag]).serve().await;
    let key = server.home().join("root-key");
    std::fs::copy(disk.path("unkey.db.root-key"), &key).unwrap();
    let made = create_api(&server, &key).await.json()["data"]["apiId"].clone();
    disk.fill(true);
    let mut full = 0;
    for _ in 0..60 {
        let reply = create_api(&server, &key).await;
        if reply.status != 200 {
            assert!(
                reply.body.contains("Nothing was changed: the disk is full"),
                "{reply:?}"
            );
            full += 1;
        }
    }
    assert!(full > 1, "the disk has never been full");
    disk.fill(false);
    assert_eq!(create_api(&server, &key).await.status, 200);
    let mcp = server.mcp();
    let shown: Value = success(&mcp.call("apis_get_api", json!({"apiId": made})).await).clone();
    assert_eq!(shown["data"]["name"], "abc");
    let ended = server.stop().await;
    let told = ended.stderr.matches("the disk is full").count();
    assert_eq!(told, 1, "{}", ended.stderr);
}

#[tokio::test]
async fn a_full_disk_under_the_log_or_the_audit_trail_fails_no_call_and_is_told_afterwards() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let (log, audit) = (disk.path("log"), disk.path("audit"));
    let flags = [
        "serve".to_owned(),
        "--local=:memory:".to_owned(),
        "--log=info".to_owned(),
        format!("--log-file={}", log.display()),
        format!("--audit={}", audit.display()),
    ];
    let server = Binary::new(flags).serve().await;
    let mcp = server.mcp();
    let call = async || {
        let made = mcp.call("apis_create_api", json!({"name": "abc"})).await;
        success(&made);
    };
    call().await;
    disk.fill(true);
    // What is left of their last pages is used up first.
    for _ in 0..40 {
        call().await;
    }
    disk.fill(false);
    call().await;
    assert!(server.stop().await.status.success());
    for file in [log, audit] {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains("lost"), "{}: {text}", file.display());
        let calls = text.matches("apis_create_api").count();
        assert!((1..42).contains(&calls), "{}: {text}", file.display());
    }
}

#[tokio::test]
async fn a_full_disk_under_the_audit_trail_is_told_once_a_minute() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let flag = format!("--audit={}", disk.path("audit").display());
    let flags = ["serve", "--local=:memory:", "--log=info", &flag];
    let server = Binary::new(flags).serve().await;
    disk.fill(true);
    let mcp = server.mcp();
    for _ in 0..60 {
        success(&mcp.call("apis_create_api", json!({"name": "abc"})).await);
    }
    let log = server.stop().await.stderr;
    let told = log.matches("missing in the audit trail").count();
    assert_eq!(told, 1, "{log}");
}
