//! The blocks for clients are what those clients read, and start what they say.

use serde_json::{Value, json};

use super::markdown::{Block, DOCUMENTS, blocks, commands};
use crate::support::{Binary, Reply};

/// Each client that has files: what it calls the list of servers, and an address.
const CLIENTS: [(&str, &str, &str); 10] = [
    ("Claude Desktop", "mcpServers", "url"),
    ("Claude Code", "mcpServers", "url"),
    ("Codex", "mcp_servers", "url"),
    ("Gemini CLI", "mcpServers", "url"),
    ("Copilot CLI", "mcpServers", "url"),
    ("opencode", "mcp", "url"),
    ("Cursor", "mcpServers", "url"),
    ("Windsurf", "mcpServers", "serverUrl"),
    ("VS Code", "servers", "url"),
    ("Zed", "context_servers", "url"),
];

/// The block as a configuration, or nothing where it is none.
fn configuration(block: &Block) -> Option<Value> {
    match block.language.as_str() {
        "json" => Some(serde_json::from_str(&block.text).expect(&block.text)),
        "toml" if !block.is_ours() => Some(toml::from_str(&block.text).expect(&block.text)),
        _ => None,
    }
}

/// The servers of a configuration.
fn servers(configuration: &Value) -> Vec<&Value> {
    let lists = [
        "mcpServers",
        "mcp_servers",
        "mcp",
        "servers",
        "context_servers",
    ];
    let list = lists.iter().find_map(|key| configuration[key].as_object());
    let list = list.unwrap_or_else(|| panic!("no servers: {configuration}"));
    assert!(!list.is_empty());
    list.values().collect()
}

fn texts(array: &Value) -> Vec<String> {
    let items = array.as_array().into_iter().flatten();
    items
        .map(|item| item.as_str().unwrap().to_owned())
        .collect()
}

/// The program that a client starts, with its arguments.
fn program(server: &Value) -> Option<Vec<String>> {
    match &server["command"] {
        Value::String(command) => Some([vec![command.clone()], texts(&server["args"])].concat()),
        Value::Null => None,
        words => Some(texts(words)),
    }
}

/// Starts `words` as a client would, with nothing on stdin: an MCP server ends at once, and anything
/// else complains.
async fn starts(words: &[String], variables: &Value) {
    let (command, arguments) = words.split_first().unwrap();
    if command == "npx" {
        assert!(words.contains(&"mcp-remote".to_owned()), "{words:?}");
        return;
    }
    assert_eq!(command, "unkey-mcp", "{words:?}");
    let mut binary = Binary::new(arguments);
    for (name, value) in variables.as_object().into_iter().flatten() {
        binary = binary.env(name, value.as_str().unwrap());
    }
    let ended = binary.run("").await;
    assert!(ended.status.success(), "{words:?}: {ended:?}");
    assert_eq!(ended.stdout, "", "{words:?} is no MCP server on stdio");
    assert_eq!(ended.stderr, "", "{words:?}");
}

#[tokio::test]
async fn every_configuration_starts_what_it_says_or_names_an_endpoint() {
    let server = Binary::new(["serve"]).serve().await;
    for document in DOCUMENTS {
        for configuration in blocks(document).iter().filter_map(configuration) {
            for configured in servers(&configuration) {
                if let Some(words) = program(configured) {
                    for variables in ["env", "environment"] {
                        starts(&words, &configured[variables]).await;
                    }
                    continue;
                }
                let address = configured.get("url").or(configured.get("serverUrl"));
                let address = address.and_then(Value::as_str).unwrap();
                let path = address.strip_prefix("http://127.0.0.1:8787").unwrap();
                assert!(!server.at(path).names().await.is_empty(), "{path}");
            }
        }
    }
}

#[test]
fn every_client_has_a_block_in_the_form_that_it_reads() {
    let page = blocks("docs/clients.md");
    for (client, list, address) in CLIENTS {
        let own = page.iter().filter(|block| block.section == client);
        let configurations: Vec<Value> = own.filter_map(configuration).collect();
        assert!(!configurations.is_empty(), "{client} has no file");
        for configuration in configurations {
            assert!(
                configuration[list]["unkey"].is_object(),
                "{client}: {configuration}"
            );
            for server in servers(&configuration) {
                let is_addressed = server.get(address).is_some();
                assert_ne!(
                    program(server).is_some(),
                    is_addressed,
                    "{client}: {server}"
                );
            }
        }
    }
}

#[test]
fn only_clients_that_fill_variables_in_are_given_one() {
    let page = blocks("docs/clients.md");
    let own = |client: &str| -> String {
        let own = page.iter().filter(|block| block.section == client);
        own.map(|block| block.text.as_str()).collect()
    };
    assert!(own("Codex").contains(r#"env_vars = ["UNKEY_ROOT_KEY"]"#));
    assert!(own("Gemini CLI").contains(r#""UNKEY_ROOT_KEY": "$UNKEY_ROOT_KEY""#));
    assert!(own("opencode").contains(r#""UNKEY_ROOT_KEY": "{env:UNKEY_ROOT_KEY}""#));
}

#[tokio::test]
async fn every_line_that_adds_a_server_adds_one_that_starts() {
    let mut added = 0;
    for document in ["README.md", "docs/clients.md"] {
        let shell = blocks(document)
            .into_iter()
            .filter(|block| block.language == "sh");
        for words in shell.flat_map(|block| commands(&block.text)) {
            let Some(program) = added_program(&words) else {
                continue;
            };
            starts(&program, &Value::Null).await;
            added += 1;
        }
    }
    assert!(added >= 9, "{added}");
}

/// The program in a line that tells a client about it, without what ends the client's own flags.
fn added_program(words: &[String]) -> Option<Vec<String>> {
    if words.iter().any(|word| word == "--add-mcp") {
        let server: Value = serde_json::from_str(words.last().unwrap()).unwrap();
        return program(&server);
    }
    if words.iter().any(|word| word == "add-mcp") {
        let command = words.iter().find(|word| word.starts_with("unkey-mcp "))?;
        return Some(command.split(' ').map(str::to_owned).collect());
    }
    let is_client = words.get(1).is_some_and(|word| word == "mcp");
    let at = words.iter().position(|word| word == "unkey-mcp")?;
    let program = words.iter().skip(at).filter(|word| *word != "--");
    is_client.then(|| program.cloned().collect())
}

#[test]
fn claude_code_gets_two_names_for_every_folder() {
    let page = blocks("docs/clients.md");
    let shell = page.iter().filter(|block| block.language == "sh");
    let commands = shell.flat_map(|block| commands(&block.text));
    let added: Vec<Vec<String>> = commands
        .filter(|words| words.starts_with(&["claude", "mcp", "add"].map(str::to_owned)))
        .collect();
    assert_eq!(added.len(), 3);
    for words in &added {
        assert!(words.join(" ").contains("--scope user"), "{words:?}");
        let name = words.iter().find(|word| word.starts_with("unkey")).unwrap();
        let is_http = words.iter().any(|word| word == "http");
        assert_eq!(name, if is_http { "unkey-http" } else { "unkey" });
    }
}

#[tokio::test]
async fn every_line_with_our_own_flags_is_understood() {
    let mut seen = 0;
    for document in DOCUMENTS {
        let shell = blocks(document)
            .into_iter()
            .filter(|block| block.language == "sh");
        for words in shell.flat_map(|block| commands(&block.text)) {
            let words = words.iter().skip_while(|word| word.contains('=')).cloned();
            let words: Vec<String> = words.collect();
            if words.first().is_none_or(|word| word != "unkey-mcp") {
                continue;
            }
            let ended = Binary::new(&words[1..]).arg("--help").run("").await;
            assert!(ended.status.success(), "{document}: {words:?}: {ended:?}");
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen}");
}

#[tokio::test]
async fn the_post_of_ones_own_is_answered() {
    let page = blocks("docs/clients.md");
    let own = page
        .iter()
        .find(|block| block.section == "Your own, over HTTP")
        .unwrap();
    let words = commands(&own.text).remove(0);
    let body = words.last().unwrap().clone();
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    let reply = Reply::to(server.mcp().post(body)).await.json();
    assert_eq!(reply["id"], json!(1), "{reply}");
    assert!(reply["result"].is_object(), "{reply}");
}
