//! `unkey-mcp doctor`: it finds what is wrong, says how to mend it, and tells no key.

mod configurations;
mod report;
mod surroundings;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use unkey_mcp::install::{Client, Places, System};

use crate::support::{Answer, Binary, Cloud, Ended, KEY, Seen};

/// An Unkey that takes one root key, with every permission.
async fn cloud() -> Cloud {
    Cloud::script(|seen, _| answer(seen)).await
}

fn answer(seen: &Seen) -> Answer {
    let authorization = seen
        .headers
        .iter()
        .find(|(name, _)| name == "authorization");
    let is_known = authorization.is_some_and(|(_, value)| value == &format!("Bearer {KEY}"));
    if seen.line.starts_with("GET /v2/liveness ") {
        Answer::data(&json!({ "message": "alive" }))
    } else if !is_known {
        Answer::problem(401, "Unauthorized", "no such key")
    } else if seen.line.starts_with("POST /v2/analytics.getRatelimits ") {
        Answer::problem(400, "Bad Request", "no query")
    } else {
        Answer::data(&json!([]))
    }
}

/// A machine with a user, a program and configurations.
struct Machine {
    home: TempDir,
    variables: Vec<(String, String)>,
    flags: Vec<String>,
}

impl Machine {
    /// One whose user has a root key that `cloud` knows.
    fn new(cloud: &Cloud) -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            variables: vec![("UNKEY_ROOT_KEY".to_owned(), KEY.to_owned())],
            flags: vec![cloud.flag()],
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn file(&self, client: Client) -> PathBuf {
        Places::of(System::this(), self.home.path().to_owned()).file(client)
    }

    /// Writes a configuration as it stands.
    fn write(&self, client: Client, text: &str) {
        let file = self.file(client);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }

    /// Writes a file below the home folder.
    fn file_with(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Writes a configuration with that server.
    fn server(&self, client: Client, entry: &Value) {
        let whole = json!({ client.list(): { "unkey": entry } });
        let text = match client {
            Client::Codex => toml(entry),
            _ => whole.to_string(),
        };
        self.write(client, &text);
    }

    fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(other, _)| other != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    fn unset(&mut self, name: &str) {
        self.variables.retain(|(other, _)| other != name);
    }

    async fn run(&self, arguments: &[&str]) -> Ended {
        let home = self.home.path();
        let mut binary = Binary::new([&["doctor"], arguments].concat())
            .args(&self.flags)
            .env("HOME", home)
            .env("USERPROFILE", home)
            .within(home);
        for (name, value) in &self.variables {
            binary = binary.env(name, value);
        }
        binary.run("").await
    }

    /// The report, and whether the doctor says that all is well.
    async fn report(&self) -> (Value, bool) {
        let ended = self.run(&["--json"]).await;
        let report: Value =
            serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended:?}"));
        assert_eq!(report["ok"], ended.status.success(), "{ended:?}");
        let said = format!("{}{}", ended.stdout, ended.stderr);
        assert!(!said.contains(KEY) && !said.contains("3ZZZ"), "{said}");
        (report, ended.status.success())
    }
}

/// All findings of a report.
fn findings(report: &Value) -> Vec<Value> {
    let sections = report["sections"].as_array().unwrap().iter();
    let findings = sections.flat_map(|section| section["findings"].as_array().unwrap());
    findings.cloned().collect()
}

/// An entry of Codex's. Texts and lists are written in TOML as in JSON.
fn toml(entry: &Value) -> String {
    let lines = |(name, value): (&String, &Value)| match value.as_object() {
        None => vec![format!("{name} = {value}")],
        Some(table) => table
            .iter()
            .map(|(key, value)| format!("{name}.{key} = {value}"))
            .collect(),
    };
    let fields: Vec<String> = entry.as_object().unwrap().iter().flat_map(lines).collect();
    format!("[mcp_servers.unkey]\n{}\n", fields.join("\n"))
}

/// An entry that starts the program as `install` writes it.
fn program(arguments: &[&str]) -> Value {
    json!({ "command": env!("CARGO_BIN_EXE_unkey-mcp"), "args": arguments })
}

/// The same with variables.
fn program_with(variables: &Value) -> Value {
    let mut entry = program(&["stdio"]);
    entry["env"] = variables.clone();
    entry
}

/// Makes a file its owner's alone.
fn private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// A program that is none of ours, at a path.
#[cfg(unix)]
fn script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// A mistake: what it is called, the code of the finding, a word of what mends it, and how it is made.
type Mistake = (&'static str, &'static str, &'static str, fn(&mut Machine));

/// A key as a user of Unkey's gives to those who use an API.
const USER_KEY: &str = "sk_live_4fJ8kQ2mZx9LpR7v";

/// Makes one mistake after the other on a machine where all is well: each is found, and what mends it is
/// said.
async fn are_found(mistakes: &[Mistake]) {
    let mut missed = Vec::new();
    for (name, code, word, make) in mistakes {
        let cloud = cloud().await;
        let mut machine = Machine::new(&cloud);
        make(&mut machine);
        let (report, is_well) = machine.report().await;
        let mends = findings(&report).iter().any(|finding| {
            let mend = finding["mend"].as_str().unwrap_or_default();
            finding["code"] == *code && finding["verdict"] == "wrong" && mend.contains(word)
        });
        if is_well || !mends {
            missed.push(format!("{name}: {code}, {word}:\n{report:#}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
