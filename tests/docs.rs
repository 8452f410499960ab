//! What is written for people is true: the README's table, and the example configuration.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::Value;
use unkey_mcp::{backend, listing};
use unkey_tools::listed;

use crate::support::Binary;

const START: &str = "<!-- tools:start -->\n";
const END: &str = "<!-- tools:end -->";

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The README's table of tools, as the catalogue has it.
fn table() -> String {
    let mut table = "| tool | what it does | effect | permission | in --local |\n\
                     | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for entry in listed() {
        let local = if backend::is_local(entry) {
            "yes"
        } else {
            "no"
        };
        let permission = match listing::permissions(entry).as_str() {
            "-" => "none".to_owned(),
            grants => code(grants),
        };
        writeln!(
            table,
            "| `{}` | {} | {} | {permission} | {local} |",
            entry.name,
            entry.sentence().replace('|', "\\|"),
            entry.effect.word()
        )
        .unwrap();
    }
    table
}

/// `a, b (with c)` with the permissions as code: their stars would be taken for emphasis.
fn code(grants: &str) -> String {
    let each = grants.split(", ").map(|grant| match grant.split_once(' ') {
        Some((grant, condition)) => format!("`{grant}` {condition}"),
        None => format!("`{grant}`"),
    });
    each.collect::<Vec<_>>().join(", ")
}

#[test]
fn the_readmes_table_is_the_catalogue() {
    let path = file("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme
        .split_once(START)
        .expect("README.md has no tools:start");
    let (written, after) = rest.split_once(END).expect("README.md has no tools:end");
    let table = table();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, [before, START, &table, END, after].concat()).unwrap();
    } else {
        assert_eq!(written, table, "stale: run the tests with UPDATE=1");
    }
}

#[tokio::test]
async fn the_example_configuration_starts_what_it_says() {
    let text = std::fs::read_to_string(file("claude_desktop_config.example.json")).unwrap();
    let config: Value = serde_json::from_str(&text).unwrap();
    let servers = config["mcpServers"].as_object().unwrap();
    assert!(!servers.is_empty());
    for (name, server) in servers {
        let arguments = server["args"].as_array().into_iter().flatten();
        let arguments = arguments.map(|argument| argument.as_str().unwrap());
        let mut binary = Binary::new(arguments);
        for (variable, value) in server["env"].as_object().into_iter().flatten() {
            binary = binary.env(variable, value.as_str().unwrap());
        }
        // stdin is empty: whatever it would be, it ends at once where its flags are understood.
        let ended = binary.run("").await;
        assert!(ended.status.success(), "{name}: {ended:?}");
        assert_eq!(ended.stdout, "", "{name} is no MCP server on stdio");
    }
}
