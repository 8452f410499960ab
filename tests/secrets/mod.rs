//! Secrets that Unkey shows once, and where they go.

mod canary;
mod env_file;
mod files;
#[cfg(all(target_os = "linux", not(feature = "keychain")))]
mod login;
mod start;
mod stored;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Answer, Cloud, Era, KEY, Session, Transport, success};

/// A key as Unkey makes them.
const SECRET: &str = "sk_live_4fJ8kQ2mZx9LpR7vTb3W";

/// A session of each kind, with the folder for its secrets: both transports with both eras.
async fn sessions(flags: &[&str], key: Option<&str>) -> Vec<(Session, tempfile::TempDir)> {
    let mut sessions = Vec::new();
    for transport in Transport::BOTH {
        for era in Era::BOTH {
            let folder = tempfile::tempdir().unwrap();
            let dir = format!("--secrets-dir={}", secrets_in(&folder).display());
            let env = format!("--env-file={}", env_in(&folder).display());
            let flags = [&[&*dir, &*env], flags].concat();
            let session = Session::connect(transport, era, &flags, key).await;
            sessions.push((session, folder));
        }
    }
    sessions
}

fn secrets_in(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("secrets")
}

fn env_in(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join(".env")
}

/// Unkey, which makes [`SECRET`] and says so.
async fn maker() -> Cloud {
    Cloud::that_answers(Answer::data(&json!({"keyId": "key_1", "key": SECRET}))).await
}

/// The data of an answer in which there is no secret.
fn hidden<'a>(response: &'a Value, secret: &str) -> &'a Value {
    assert!(!response.to_string().contains(secret), "{response}");
    &success(response)["data"]
}

/// The names of the files in a folder.
fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

fn create() -> Value {
    json!({"apiId": "api_12345678"})
}

fn create_to(way: &str) -> Value {
    json!({"apiId": "api_12345678", "deliver": way})
}

/// What connects to an Unkey that takes any key.
fn remote(cloud: &Cloud) -> (String, Option<&'static str>) {
    (cloud.flag(), Some(KEY))
}
