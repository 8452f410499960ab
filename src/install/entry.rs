//! What a client's configuration says about one server. The documentation's blocks, `install` and the
//! pages of `serve` are made of the same.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::client::Client;

/// The variable that holds the root key.
pub(super) const VARIABLE: &str = "UNKEY_ROOT_KEY";

/// The variable that names a file with it.
pub(super) const FILE_VARIABLE: &str = "UNKEY_ROOT_KEY_FILE";

/// The header that brings it over HTTP.
pub(super) const HEADER: &str = "MCP-UNKEY-BEARER-AUTH";

/// What VS Code calls the root key that it asks for.
pub(super) const INPUT: &str = "unkey-root-key";

/// What stands for a root key where a person is to write it.
const EXAMPLE: &str = "unkey_xxxx";

/// The fields that a server's entry is made of. An entry may have others, which are the user's.
pub(super) const FIELDS: [&str; 13] = [
    "type",
    "source",
    "command",
    "args",
    "env",
    "env_vars",
    "url",
    "serverUrl",
    "httpUrl",
    "headers",
    "http_headers",
    "env_http_headers",
    "bearer_token_env_var",
];

/// A server as a client reaches it.
#[derive(Clone, Debug)]
pub struct Server {
    /// How.
    pub reach: Reach,
    /// Where its root key comes from.
    pub key: KeyPlace,
}

/// How a client reaches a server.
#[derive(Clone, Debug)]
pub enum Reach {
    /// It starts a program.
    Program {
        /// The program's path, or its name.
        command: String,
        /// Its arguments.
        args: Vec<String>,
    },
    /// It sends requests to this address.
    Address(String),
}

/// Where the root key comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeyPlace {
    /// The configuration does not say: none is needed, or the program finds one itself.
    Unsaid,
    /// The client fills it in; where it cannot, a placeholder stands for what a person has to write.
    Client,
    /// This file holds it.
    File(PathBuf),
}

/// The entry of a server in the configuration of `client`.
pub(super) fn entry(client: Client, server: &Server) -> Map<String, Value> {
    match &server.reach {
        Reach::Program { command, args } => program(client, command, args, &server.key),
        Reach::Address(address) if client == Client::ClaudeDesktop => bridge(address, &server.key),
        Reach::Address(address) => addressed(client, address, &server.key),
    }
}

/// The whole configuration with nothing but these servers, as a value.
pub fn configuration(client: Client, servers: &[(&str, Server)]) -> Value {
    let mut whole = Map::new();
    let entries = servers
        .iter()
        .map(|(name, server)| (*name, entry(client, server)));
    let entries: Map<String, Value> = entries
        .map(|(name, entry)| (name.to_owned(), entry.into()))
        .collect();
    if entries.values().any(|entry| input(client, entry).is_some()) {
        whole.insert("inputs".to_owned(), json!([question()]));
    }
    whole.insert(client.list().to_owned(), entries.into());
    whole.into()
}

/// What VS Code has to be told beside an entry, where that names an input.
pub(super) fn input(client: Client, entry: &Value) -> Option<Value> {
    let asks = client == Client::VsCode && names_input(entry);
    asks.then(question)
}

/// Whether a value names the input that holds the root key.
pub(super) fn names_input(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(&format!("${{input:{INPUT}}}")),
        Value::Array(items) => items.iter().any(names_input),
        Value::Object(fields) => fields.values().any(names_input),
        _ => false,
    }
}

/// How VS Code asks for the root key.
fn question() -> Value {
    json!({
        "type": "promptString",
        "id": INPUT,
        "description": "Unkey root key",
        "password": true
    })
}

fn program(client: Client, command: &str, args: &[String], key: &KeyPlace) -> Map<String, Value> {
    let mut entry = Map::new();
    if client == Client::VsCode {
        entry.insert("type".to_owned(), "stdio".into());
    }
    entry.insert("command".to_owned(), command.into());
    entry.insert("args".to_owned(), args.into());
    match key {
        KeyPlace::Unsaid => {}
        KeyPlace::Client if client == Client::Codex => {
            entry.insert("env_vars".to_owned(), json!([VARIABLE]));
        }
        KeyPlace::Client => {
            let value = client.placeholder().unwrap_or(EXAMPLE);
            entry.insert("env".to_owned(), json!({ VARIABLE: value }));
        }
        KeyPlace::File(path) => {
            entry.insert(
                "env".to_owned(),
                json!({ FILE_VARIABLE: path.to_string_lossy() }),
            );
        }
    }
    entry
}

fn addressed(client: Client, address: &str, key: &KeyPlace) -> Map<String, Value> {
    let mut entry = Map::new();
    if matches!(client, Client::ClaudeCode | Client::VsCode) {
        entry.insert("type".to_owned(), "http".into());
    }
    entry.insert(client.address_field().to_owned(), address.into());
    if client == Client::Gemini {
        entry.insert("type".to_owned(), "http".into());
    }
    if *key == KeyPlace::Client {
        let value = client.placeholder().unwrap_or(EXAMPLE);
        // Codex names the variable, and sends what it holds.
        let field = if client == Client::Codex {
            "env_http_headers"
        } else {
            "headers"
        };
        entry.insert(field.to_owned(), json!({ HEADER: value }));
    }
    entry
}

/// For a client that starts programs only.
fn bridge(address: &str, key: &KeyPlace) -> Map<String, Value> {
    let mut args = vec!["-y".to_owned(), "mcp-remote".to_owned(), address.to_owned()];
    let mut entry = Map::new();
    if *key == KeyPlace::Client {
        args.push("--header".to_owned());
        // mcp-remote fills this in itself. Without a space: some clients break arguments there.
        args.push(format!("{HEADER}:${{{VARIABLE}}}"));
        entry.insert("env".to_owned(), json!({ VARIABLE: EXAMPLE }));
    }
    entry.insert("command".to_owned(), "npx".into());
    entry.insert("args".to_owned(), args.into());
    entry
}
