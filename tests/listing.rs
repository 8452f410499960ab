//! `unkey-mcp tools`: the list for people, and exactly the list that clients get.

use serde_json::{Value, json};
use unkey_tools::listed;

use crate::support::{Binary, Era, Session, Transport, offered};

/// Names, descriptions and input schemas of all tools: what every conversation pays for.
const MAX_LIST_BYTES: usize = 33_500;

async fn printed(arguments: &[&str]) -> String {
    let ended = Binary::new(["tools"].iter().chain(arguments)).run("").await;
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.stderr, "");
    ended.stdout
}

#[tokio::test]
async fn tools_json_is_what_clients_get_byte_for_byte() {
    for flags in [&[][..], &["--toolsets=keys", "--read-only"]] {
        let text = printed(&[&["--json"], flags].concat()).await;
        let printed: Value = serde_json::from_str(&text).unwrap();
        for transport in Transport::BOTH {
            for era in Era::BOTH {
                let mut session = Session::connect(transport, era, flags, None).await;
                let sent = session.request("tools/list", json!({})).await;
                let sent = sent["result"]["tools"].to_string();
                assert_eq!(printed["tools"].to_string(), sent, "{transport:?} {era:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_table_has_a_row_for_every_tool_and_the_size_of_the_list() {
    let table = printed(&[]).await;
    for entry in listed().filter(|entry| entry.toolset.is_default()) {
        let row = table
            .lines()
            .find(|line| line.split_whitespace().next() == Some(entry.name));
        let row = row.unwrap_or_else(|| panic!("no row for {}", entry.name));
        for part in [entry.effect.word(), entry.sentence()] {
            assert!(row.contains(part), "{part}: {row}");
        }
        for grant in entry.grants {
            assert!(row.contains(&grant.to_string()), "{grant}: {row}");
        }
    }
    let json = printed(&["--json"]).await;
    let bytes = format!("the list is {} bytes", json.trim_end().len());
    assert!(table.contains(&bytes), "{bytes}");
    assert!(table.contains(&format!("{} tools", offered().len())));
}

#[tokio::test]
async fn the_list_is_within_its_budget() {
    let json: Value = serde_json::from_str(&printed(&["--json"]).await).unwrap();
    let tools = json["tools"].as_array().unwrap();
    let bytes: usize = tools
        .iter()
        .map(|tool| {
            let paid = json!({
                "name": tool["name"],
                "description": tool["description"],
                "inputSchema": tool["inputSchema"],
            });
            paid.to_string().len()
        })
        .sum();
    assert!(bytes < MAX_LIST_BYTES, "{bytes}");
}

#[tokio::test]
async fn every_tool_has_a_title_and_all_four_hints() {
    let text = printed(&["--json", "--toolsets=all"]).await;
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["tools"].as_array().unwrap().len(), listed().count());
    for (tool, entry) in json["tools"].as_array().unwrap().iter().zip(listed()) {
        assert_eq!(tool["name"], entry.name);
        assert_eq!(tool["title"], entry.title);
        let hints = json!({
            "title": entry.title,
            "readOnlyHint": entry.effect.is_read_only(),
            "destructiveHint": entry.effect.is_destructive(),
            "idempotentHint": entry.effect.is_idempotent(),
            "openWorldHint": true,
        });
        assert_eq!(tool["annotations"], hints, "{}", entry.name);
    }
}

#[tokio::test]
async fn help_and_version_are_printed_and_are_no_failure() {
    for arguments in [
        &["--help"][..],
        &["stdio", "--help"],
        &["serve", "--help"],
        &["tools", "--help"],
        &["--version"],
    ] {
        let ended = Binary::new(arguments).run("").await;
        assert!(ended.status.success(), "{arguments:?}: {ended:?}");
        assert!(
            ended.stdout.contains("unkey-mcp"),
            "{arguments:?}: {ended:?}"
        );
    }
    let ended = Binary::new(["serve", "--nonsense"]).run("").await;
    assert_eq!(ended.status.code(), Some(2));
    assert_eq!(ended.stdout, "");
}

#[cfg(unix)]
#[tokio::test]
async fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut running = Binary::new(["tools", "--json"]).start();
    running.close_stdout();
    let ended = running.end().await;
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.stderr, "");
}
