//! What the documentation shows for a client is what `install` writes.

use serde_json::Value;
use unkey_mcp::install::{Client, KeyPlace, Reach, Server, configuration};

use crate::newcomer::markdown::blocks;

#[test]
fn the_documentations_blocks_are_what_install_writes() {
    let page = blocks("docs/clients.md");
    for client in Client::ALL {
        let own = page.iter().find(|block| {
            block.section == client.name() && ["json", "toml"].contains(&block.language.as_str())
        });
        let text = &own
            .unwrap_or_else(|| panic!("{client:?} has no block"))
            .text;
        let shown: Value = match client {
            Client::Codex => toml::from_str(text).unwrap(),
            _ => serde_json::from_str(text).unwrap(),
        };
        let program = Reach::Program {
            command: "unkey-mcp".to_owned(),
            args: vec!["stdio".to_owned()],
        };
        let address = Reach::Address("http://127.0.0.1:8787/mcp/v2".to_owned());
        let server = |reach| Server {
            reach,
            key: KeyPlace::Client,
        };
        let mut servers = vec![("unkey", server(program))];
        if shown[client.list()].get("unkey-http").is_some() {
            servers.push(("unkey-http", server(address)));
        }
        assert_eq!(shown, configuration(client, &servers), "{client:?}");
    }
}
