//! The operator's commands, on the file of an engine that a server may be using.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Binary, Ended, Reply, Server};

/// A place for an engine, and the commands that work there.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("unkey.db")
    }

    fn flag(&self) -> String {
        format!("--local={}", self.database().display())
    }

    /// Runs a command on the engine.
    async fn run(&self, arguments: &[&str]) -> Ended {
        Binary::new(arguments).arg(self.flag()).run("").await
    }

    /// Runs a command that must succeed, and returns what it printed.
    async fn done(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments).await;
        assert!(ended.status.success(), "{arguments:?}: {ended:?}");
        ended.stdout
    }

    /// Runs a command that must fail with that exit code, and returns what it said.
    async fn refused(&self, arguments: &[&str], code: i32) -> String {
        let ended = self.run(arguments).await;
        assert_eq!(ended.status.code(), Some(code), "{arguments:?}: {ended:?}");
        assert_eq!(ended.stdout, "", "{arguments:?}");
        ended.stderr
    }

    /// A root key with these permissions: its id and the key.
    async fn root_key(&self, permissions: &str) -> (String, String) {
        let create = ["root-key", "create", "--name=test", "--permissions"];
        let text = self.done(&[&create[..], &[permissions]].concat()).await;
        let mut lines = text.lines();
        let mut field = |name: &str| {
            let line = lines.next().unwrap();
            line.strip_prefix(name).unwrap().trim().to_owned()
        };
        (field("id:"), field("key:"))
    }

    async fn serve(&self) -> Server {
        Binary::new(["serve", &self.flag()]).serve().await
    }
}

async fn post(server: &Server, endpoint: &str, root_key: &str, body: Value) -> Reply {
    let request = server
        .request(reqwest::Method::POST, &format!("/v2/{endpoint}"))
        .header("Content-Type", "application/json")
        .bearer_auth(root_key)
        .body(body.to_string());
    Reply::to(request).await
}

/// Sends a request that must succeed, and returns its data.
async fn ok(server: &Server, endpoint: &str, root_key: &str, body: Value) -> Value {
    let reply = post(server, endpoint, root_key, body).await;
    assert_eq!(reply.status, 200, "{endpoint}: {reply:?}");
    reply.json()["data"].clone()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_root_key_may_do_what_it_was_made_for_while_the_server_runs() {
    let place = Place::new();
    let server = place.serve().await;
    let (id, key) = place.root_key("api.*.create_api").await;
    assert!(id.starts_with("key_") && key.starts_with("unkey_"));
    let body = json!({"name": "abc"});
    let api = ok(&server, "apis.createApi", &key, body.clone()).await;
    let get = json!({"apiId": api["apiId"]});
    assert_eq!(post(&server, "apis.getApi", &key, get).await.status, 403);

    assert_eq!(
        place.done(&["root-key", "delete", &id]).await,
        format!("deleted {id}\n")
    );
    assert_eq!(
        post(&server, "apis.createApi", &key, body).await.status,
        401
    );
    let again = place.refused(&["root-key", "delete", &id], 1).await;
    assert!(again.contains("there is no root key"), "{again}");
}

#[tokio::test]
async fn a_list_shows_all_of_a_root_key_but_the_key() {
    let place = Place::new();
    let (id, key) = place.root_key("all").await;
    let limited = [
        "root-key",
        "create",
        "--name",
        "ci",
        "--expires=2099-01-01T00:00:00Z",
    ];
    let permissions = "--permissions=api.api_1.read_key,ratelimit.*.limit";
    place.done(&[&limited[..], &[permissions]].concat()).await;
    let list = place.done(&["root-key", "list"]).await;
    let row = |name: &str| {
        let row = list.lines().find(|line| line.contains(name));
        row.unwrap_or_else(|| panic!("{name}: {list}")).to_owned()
    };
    assert!(row("test").starts_with(&id) && row("test").ends_with("all"));
    assert!(row("test").contains(" never "), "{list}");
    let ci = row(" ci ");
    for part in [
        "yes",
        "2099-01-01T00:00:00Z",
        "api.api_1.read_key,ratelimit.*.limit",
    ] {
        assert!(ci.contains(part), "{part}: {list}");
    }
    assert!(row("owner").starts_with("key_owner"));
    assert!(!list.contains(&key));
    let owner = place.refused(&["root-key", "delete", "key_owner"], 1).await;
    assert!(owner.contains("delete its file"), "{owner}");
}

#[tokio::test]
async fn a_key_that_was_taken_for_a_name_is_not_listed() {
    let place = Place::new();
    let (_, key) = place.root_key("all").await;
    let create = ["root-key", "create", "--permissions=all", "--name", &key];
    place.done(&create).await;
    let list = place.done(&["root-key", "list"]).await;
    assert!(list.contains(&format!(" {}… ", &key[..4])), "{list}");
    assert!(!list.contains(&key), "{list}");
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_with_a_sentence() {
    let place = Place::new();
    let create = ["root-key", "create", "--name=a"];
    for (flags, said) in [
        (
            &["--permissions=api.*.creat_key"][..],
            "did you mean `api.*.create_key`",
        ),
        (&["--permissions=all", "--expires=soon"], "30d or 12h"),
        (&["--permissions=all", "--expires=1"], "not in the future"),
        (&["--permissions=all", "--name= "], "--name"),
        (&[], "--permissions"),
    ] {
        let complaint = place.refused(&[&create[..], flags].concat(), 2).await;
        assert!(complaint.contains(said), "{flags:?}: {complaint}");
    }
    assert!(!place.database().exists());
    for command in [
        &["root-key", "list"][..],
        &["root-key", "delete", "key_1"],
        &["api", "api_1"],
        &["export", "--migration-id=mig_1"],
    ] {
        let said = place.refused(command, 1).await;
        assert!(said.contains("there is no database"), "{command:?}: {said}");
        let ended = Binary::new(command).arg("--local=:memory:").run("").await;
        assert_eq!(ended.status.code(), Some(2), "{ended:?}");
        assert!(ended.stderr.contains(":memory:"), "{ended:?}");
    }
    assert!(!place.database().exists());
}

#[tokio::test]
async fn the_variable_names_the_file_as_the_flag_does() {
    let place = Place::new();
    let made = ["root-key", "create", "--name=a", "--permissions=all"];
    let binary = Binary::new(made).env("UNKEY_MCP_LOCAL", place.database());
    let ended = binary.run("").await;
    assert!(ended.status.success(), "{ended:?}");
    assert!(place.done(&["root-key", "list"]).await.contains("all"));
}

#[tokio::test]
async fn what_the_dashboard_sets_of_an_api_can_be_shown_and_changed() {
    let place = Place::new();
    let server = place.serve().await;
    let (_, key) = place.root_key("all").await;
    let api = ok(&server, "apis.createApi", &key, json!({"name": "abc"})).await;
    let api = text(&api["apiId"]);
    let before = place.done(&["api", &api]).await;
    assert!(before.contains("encrypted keys:    no"), "{before}");

    let recoverable = json!({"apiId": api, "recoverable": true});
    let refused = post(&server, "keys.createKey", &key, recoverable.clone()).await;
    assert_eq!(refused.status, 412, "{refused:?}");
    let changed = [
        "api",
        &api,
        "--encrypted-keys=true",
        "--default-prefix=sk",
        "--default-bytes=32",
    ];
    let shown = place.done(&changed).await;
    for line in ["encrypted keys:    yes", "prefix:    sk", "bytes:     32"] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let made = ok(&server, "keys.createKey", &key, recoverable).await;
    assert!(text(&made["key"]).starts_with("sk_"), "{made}");

    let protect = ["api", &api, "--delete-protection=true", "--default-prefix="];
    let shown = place.done(&protect).await;
    assert!(
        shown.contains("prefix:    none") && shown.contains("bytes:     32"),
        "{shown}"
    );
    let delete = json!({"apiId": api});
    assert_eq!(
        post(&server, "apis.deleteApi", &key, delete).await.status,
        412
    );

    let elsewhere = ["api", &api, "--allowed-addresses=192.0.2.1"];
    place.done(&elsewhere).await;
    let verify = json!({"key": made["key"]});
    let code = ok(&server, "keys.verifyKey", &key, verify).await["code"].clone();
    assert_eq!(code, "FORBIDDEN");
    let unknown = place.refused(&["api", "api_none"], 1).await;
    assert!(unknown.contains("there is no API"), "{unknown}");
}

/// Every file of a folder, by name.
fn files(folder: &Path) -> Vec<Value> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    paths.into_iter().map(read).collect()
}

#[tokio::test]
async fn keys_move_to_another_unkey_and_work_there() {
    let (here, there) = (Place::new(), Place::new());
    let (server, target) = (here.serve().await, there.serve().await);
    let (_, root_key) = here.root_key("all").await;
    let (_, target_key) = there.root_key("all").await;
    let api = ok(&server, "apis.createApi", &root_key, json!({"name": "abc"})).await;
    let api = text(&api["apiId"]);
    let key = json!({"apiId": api, "name": "ci", "credits": {"remaining": 3}});
    let key = ok(&server, "keys.createKey", &root_key, key).await;

    let new = ok(
        &target,
        "apis.createApi",
        &target_key,
        json!({"name": "abc"}),
    )
    .await;
    let new = text(&new["apiId"]);
    let migration = there.done(&["migration", "create"]).await;
    let migration = migration.trim();
    assert!(migration.starts_with("mig_"), "{migration}");

    let folder = here.folder.path().join("moving");
    let output = format!("--output={}", folder.display());
    let renamed = format!("{api}={new}");
    let export = ["export", "--migration-id", migration, "--api", &renamed];
    let ended = here.run(&[&export[..], &[&output]].concat()).await;
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.stdout, "");
    for said in ["exported 1 keys in 1 requests", &new, "does not carry"] {
        assert!(ended.stderr.contains(said), "{said}: {ended:?}");
    }
    let bodies = files(&folder);
    let lines = here.done(&export).await;
    assert_eq!(lines.lines().count(), 1);
    assert_eq!(serde_json::from_str::<Value>(&lines).unwrap(), bodies[0]);
    let full = here.refused(&[&export[..], &[&output]].concat(), 1).await;
    assert!(full.contains("is not empty"), "{full}");

    let data = ok(&target, "keys.migrateKeys", &target_key, bodies[0].clone()).await;
    assert_eq!(data["failed"], json!([]), "{data}");
    let verify = json!({"key": key["key"]});
    let found = ok(&target, "keys.verifyKey", &target_key, verify).await;
    assert_eq!(
        (&found["code"], &found["credits"]),
        (&json!("VALID"), &json!(2))
    );

    let stranger = ["export", "--migration-id=mig_1", "--api=api_none=api_1"];
    let stranger = here.refused(&stranger, 1).await;
    assert!(
        stranger.contains("there is no API `api_none`"),
        "{stranger}"
    );
}

#[tokio::test]
async fn a_permission_that_allows_nothing_here_is_warned_of() {
    let place = Place::new();
    let create = ["root-key", "create", "--name=test", "--permissions"];
    for (permission, why) in [
        (
            "app.*.delete_app",
            Some("no operation of the embedded engine asks for it"),
        ),
        (
            "ratelimit.*.list_overrides",
            Some("no operation of the embedded engine asks for it"),
        ),
        ("api.api_nope.read_key", Some("there is no `api_nope`")),
        ("ratelimit.rlns_zzz.limit", Some("there is no `rlns_zzz`")),
        ("api.*.read_key", None),
        ("all", None),
    ] {
        let ended = place.run(&[&create[..], &[permission]].concat()).await;
        assert!(
            ended.status.success() && ended.stdout.contains("key: "),
            "{ended:?}"
        );
        match why {
            Some(why) => {
                let said = [permission, why]
                    .iter()
                    .all(|part| ended.stderr.contains(part));
                assert!(said, "{permission}: {}", ended.stderr);
            }
            None => assert_eq!(ended.stderr, "", "{permission}"),
        }
    }
}
