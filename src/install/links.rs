//! Links that tell a client about a server with one click.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use super::client::Client;
use super::entry::{self, Server};

/// The address that has `client` ask its user whether to take the server up, where there is one.
pub fn link(client: Client, name: &str, server: &Server) -> Option<String> {
    let mut entry = Value::from(entry::entry(client, server));
    match client {
        Client::Cursor => Some(format!(
            "cursor://anysphere.cursor-deeplink/mcp/install?name={}&config={}",
            encoded(name),
            encoded(&STANDARD.encode(entry.to_string()))
        )),
        Client::VsCode => {
            let input = entry::input(client, &entry);
            if let Some(fields) = entry.as_object_mut() {
                fields.shift_insert(0, "name".to_owned(), name.into());
                if let Some(input) = input {
                    fields.insert("inputs".to_owned(), json!([input]));
                }
            }
            let entry = encoded(&entry.to_string());
            Some(format!("vscode:mcp/install?{entry}"))
        }
        _ => None,
    }
}

/// The text as a part of an address. Not every reader takes a plus for a space.
fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::install::{KeyPlace, Reach};

    fn server(key: KeyPlace) -> Server {
        let address = "http://127.0.0.1:8787/mcp/v2".to_owned();
        Server {
            reach: Reach::Address(address),
            key,
        }
    }

    #[test]
    fn cursor_takes_the_entry_in_base64() {
        let link = link(Client::Cursor, "my unkey", &server(KeyPlace::Unsaid)).unwrap();
        let (start, config) = link.rsplit_once("&config=").unwrap();
        assert!(start.ends_with("?name=my%20unkey"), "{link}");
        let config = config.replace("%3D", "=");
        let entry: Value = serde_json::from_slice(&STANDARD.decode(config).unwrap()).unwrap();
        assert_eq!(entry, json!({"url": "http://127.0.0.1:8787/mcp/v2"}));
    }

    #[test]
    fn vs_code_takes_the_entry_with_its_name_and_what_it_asks_for() {
        let link = link(Client::VsCode, "unkey", &server(KeyPlace::Client)).unwrap();
        assert!(!link.contains(['+', ' ', '"', '&']), "{link}");
        let entry = link.strip_prefix("vscode:mcp/install?").unwrap();
        let pairs = format!("a={}", entry.replace("%20", "+"));
        let (_, entry) = url::form_urlencoded::parse(pairs.as_bytes())
            .next()
            .unwrap();
        let entry: Value = serde_json::from_str(&entry).unwrap();
        assert_eq!(entry["name"], "unkey");
        assert_eq!(entry["type"], "http");
        assert_eq!(entry["inputs"][0]["id"], "unkey-root-key");
    }

    #[test]
    fn other_clients_know_no_such_links() {
        for client in [Client::ClaudeDesktop, Client::Codex, Client::Zed] {
            assert_eq!(link(client, "unkey", &server(KeyPlace::Unsaid)), None);
        }
    }
}
