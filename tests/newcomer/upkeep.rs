//! What the documentation says of upgrades, backups, moves and the end is done here word for word.
//! Nothing is lost by it, and at the end nothing is left.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use super::markdown::{blocks, commands};
use crate::support::{Binary, Server, failure, success, within};

const DOCUMENT: &str = "local/README.md";
const SECTION: &str = "Upgrade, back up, move, uninstall";

/// A user's home folder, and what the user knows.
struct Home {
    folder: TempDir,
    api: String,
    /// A recoverable key: its id and its plain text.
    key: (String, String),
    /// A root key that was made by a command.
    root_key: String,
}

impl Home {
    /// A home whose engine has an API, a recoverable key with three credits, an override and a root key.
    async fn lived_in() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = serve(folder.path(), "--local").await;
        let api = call(&server, "apis_create_api", json!({"name": "demo"})).await;
        let api = text(&api["apiId"]);
        run(folder.path(), &["api", &api, "--encrypted-keys=true"]).await;
        let key = json!({"apiId": api, "recoverable": true, "credits": {"remaining": 3}});
        let key = call(&server, "keys_create_key", key).await;
        let limit =
            json!({"namespace": "demo", "identifier": "me", "limit": 7, "duration": 60_000});
        call(&server, "ratelimit_limit", limit.clone()).await;
        call(&server, "ratelimit_set_override", limit).await;
        let made = ["root-key", "create", "--name=ci", "--permissions=all"];
        let made = run(folder.path(), &made).await;
        let root_key = made.lines().find_map(|line| line.strip_prefix("key:"));
        let root_key = root_key.unwrap().trim().to_owned();
        stop(server).await;
        Self {
            folder,
            api,
            key: (text(&key["keyId"]), text(&key["key"])),
            root_key,
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fails where anything is gone of what was there.
    async fn has_everything(&self, local: &str) {
        let server = serve(self.path(), local).await;
        let key = json!({"keyId": self.key.0, "decrypt": true});
        let key = call(&server, "keys_get_key", key).await;
        assert_eq!(key["plaintext"], self.key.1, "{key}");
        assert_eq!(key["credits"]["remaining"], 3, "{key}");
        let it = json!({"namespace": "demo", "identifier": "me"});
        assert_eq!(
            call(&server, "ratelimit_get_override", it).await["limit"],
            7
        );
        let endpoint = server.mcp().header("MCP-UNKEY-BEARER-AUTH", &self.root_key);
        let api = json!({"apiId": self.api});
        success(&endpoint.call("apis_get_api", api.clone()).await);
        // The engine's own root key is in the file that the server names.
        let files = files(self.path());
        let file = files
            .iter()
            .find(|file| file.ends_with("unkey.db.root-key"));
        let own = std::fs::read_to_string(file.unwrap()).unwrap();
        let endpoint = server.mcp().header("MCP-UNKEY-BEARER-AUTH", own.trim());
        success(&endpoint.call("apis_get_api", api).await);
        stop(server).await;
    }
}

async fn serve(home: &Path, local: &str) -> Server {
    let binary = Binary::new(["serve", local]).env("HOME", home);
    binary.serve().await
}

async fn stop(server: Server) {
    let ended = server.stop().await;
    assert!(ended.status.success(), "{ended:?}");
}

async fn call(server: &Server, tool: &str, arguments: Value) -> Value {
    success(&server.mcp().call(tool, arguments).await)["data"].clone()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn run(home: &Path, arguments: &[&str]) -> String {
    let ended = Binary::new(arguments).env("HOME", home).run("").await;
    assert!(ended.status.success(), "{arguments:?}: {ended:?}");
    ended.stdout
}

/// The shell block of the section that holds `words`.
fn block(words: &str) -> String {
    let mut all = blocks(DOCUMENT)
        .into_iter()
        .filter(|block| block.section == SECTION);
    let found = all.find(|block| block.language == "sh" && block.text.contains(words));
    found.unwrap_or_else(|| panic!("nothing says {words}")).text
}

/// Runs lines of the documentation in a shell, where programs that reach beyond the home folder do
/// nothing.
async fn follow(home: &Path, lines: &str) {
    let stubs = tempfile::tempdir().unwrap();
    for program in ["git", "cargo", "claude"] {
        let path = stubs.path().join(program);
        std::fs::write(&path, "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!("{}:/usr/bin:/bin", stubs.path().display());
    let mut shell = Command::new("sh");
    shell
        .args(["-euc", lines])
        .env_clear()
        .env("HOME", home)
        .env("PATH", path);
    let ended = within("a shell", shell.current_dir(home).output())
        .await
        .unwrap();
    assert!(ended.status.success(), "{lines}\n{ended:?}");
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn an_upgrade_opens_the_same_file() {
    let home = Home::lived_in().await;
    follow(home.path(), &block("git pull")).await;
    home.has_everything("--local").await;
}

#[tokio::test]
async fn a_restored_backup_has_everything_and_nothing_newer() {
    let home = Home::lived_in().await;
    follow(
        home.path(),
        &block("cp -p ~/.local/share/unkey-mcp/unkey.db* "),
    )
    .await;
    // What came after the backup goes, with a server that was killed before it could tidy up.
    let server = serve(home.path(), "--local").await;
    let later = call(&server, "apis_create_api", json!({"name": "later"})).await;
    drop(server.kill_and_restart(["serve", "--local=:memory:"]).await);
    follow(home.path(), &block("rm -f")).await;
    home.has_everything("--local").await;
    let server = serve(home.path(), "--local").await;
    let gone = server
        .mcp()
        .call("apis_get_api", json!({"apiId": later["apiId"]}))
        .await;
    assert!(failure(&gone).contains("404"), "{gone}");
}

#[tokio::test]
async fn a_backup_survives_the_loss_of_the_whole_folder_and_stays_private() {
    let home = Home::lived_in().await;
    follow(
        home.path(),
        &block("cp -p ~/.local/share/unkey-mcp/unkey.db* "),
    )
    .await;
    let data = home.path().join(".local/share/unkey-mcp");
    std::fs::remove_dir_all(&data).unwrap();
    follow(home.path(), &block("rm -f")).await;
    let copies = [files(&home.path().join("unkey-backup")), files(&data)].concat();
    assert!(copies.len() >= 6, "{copies:?}");
    for file in copies {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
        assert_eq!(mode(file.parent().unwrap()), 0o700, "{}", file.display());
    }
    home.has_everything("--local").await;
}

#[tokio::test]
async fn a_move_takes_everything_along_and_leaves_nothing() {
    let home = Home::lived_in().await;
    let lines = block("mv ~/.local/share/unkey-mcp/unkey.db*");
    let (moving, starting) = lines.trim_end().rsplit_once('\n').unwrap();
    follow(home.path(), moving).await;
    let left = files(&home.path().join(".local/share/unkey-mcp"));
    assert_eq!(left, Vec::<PathBuf>::new());
    let flag = commands(starting).remove(0).pop().unwrap();
    let flag = flag.replace("$HOME", home.path().to_str().unwrap());
    home.has_everything(&flag).await;
}

#[tokio::test]
async fn after_the_uninstallation_no_file_is_left() {
    let home = Home::lived_in().await;
    follow(home.path(), &block("cargo uninstall unkey-mcp")).await;
    assert_eq!(files(home.path()), Vec::<PathBuf>::new());
}
