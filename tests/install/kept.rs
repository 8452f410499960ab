//! What users wrote into their configurations stays, to the letter.

use serde_json::json;
use unkey_mcp::install::Client;

use super::Home;

/// Configurations as people and programs write them.
const TEXTS: [(Client, &str); 13] = [
    (
        Client::Cursor,
        "{\n  \"mcpServers\": {\n    \"other\": {\n      \"command\": \"x\"\n    }\n  }\n}\n",
    ),
    (
        Client::Cursor,
        "{\n\t\"mcpServers\": {\n\t\t\"other\": { \"command\": \"x\" }\n\t}\n}\n",
    ),
    (
        Client::Cursor,
        "{\r\n    \"mcpServers\": {\r\n        \"other\": {\"url\": \"y\"}\r\n    }\r\n}\r\n",
    ),
    (
        Client::Cursor,
        "\u{feff}{\n  \"mcpServers\": {\n    \"b\": {},\n    \"a\": {}\n  }\n}\n",
    ),
    (
        Client::Zed,
        "// Zed settings\n{\n  \"theme\": \"One\", // mine\n  /* servers */\n  \"context_servers\": {\n    \
         // first\n    \"other\": { \"command\": \"x\", }, // after\n  },\n}\n",
    ),
    (
        Client::VsCode,
        "{\n  \"servers\": {\n    \"other\": { \"type\": \"stdio\", \"command\": \"x\" }, // mine\n  },\n  \
         \"inputs\": [\n    { \"id\": \"z\", \"type\": \"promptString\" },\n  ],\n}\n",
    ),
    (
        Client::Gemini,
        "{\n  \"ui\": { \"theme\": \"x\" },\n  \"mcpServers\": {\n    \"z\": {}\n  },\n  \"a\": [1, 2]\n}",
    ),
    (
        Client::ClaudeCode,
        "{\n  \"numStartups\": 12,\n  \"mcpServers\": {\n    \"z\": {}\n  },\n  \"projects\": {\"/a\": {\"mcpServers\": {}}}\n}",
    ),
    (
        Client::Codex,
        "model = \"x\"  # mine\n\n[mcp_servers.other]\ncommand = \"y\" # why\nargs = [\n  \"a\", # b\n]\n",
    ),
    (
        Client::Codex,
        "# top\n[mcp_servers.other]\nurl = \"y\"\n\n[profiles.a]\nmodel = \"z\"\n# end\n",
    ),
    (
        Client::Codex,
        "[mcp_servers]\nother = { command = \"y\" }\n",
    ),
    (
        Client::Codex,
        "mcp_servers = { other = { command = \"y\" } }\n",
    ),
    (
        Client::Codex,
        "a = 1\r\n\r\n[mcp_servers.other]\r\ncommand = \"y\"\r\n",
    ),
];

#[tokio::test]
async fn a_server_comes_and_goes_and_nothing_else_changes() {
    let mut wrong = Vec::new();
    for (client, text) in TEXTS {
        let home = Home::with(client, text);
        home.install(&[client.word()]).await;
        let with = home.text(client);
        let of_text = |letter: char| !letter.is_whitespace() && !"{}[],".contains(letter);
        let lines = text
            .lines()
            .map(|line| line.trim_matches(|letter| !of_text(letter)));
        let mut lost = lines.filter(|line| !with.contains(line));
        home.install(&["--uninstall", client.word()]).await;
        let without = home.text(client);
        if lost.next().is_some()
            || with == text
            || with.contains('\r') != text.contains('\r')
            || without != text
        {
            wrong.push(format!("{client:?}:\n{text}\n{with}\n{without}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
}

#[tokio::test]
async fn what_stands_in_one_line_means_the_same_afterwards() {
    for text in [
        r#"{"mcpServers":{"other":{"command":"x"}}}"#,
        r#"{ "mcpServers": {} }"#,
        r#"{"a":1.0,"b":12345678901234567890123}"#,
    ] {
        let home = Home::with(Client::Cursor, text);
        home.install(&["cursor", "--local"]).await;
        let with = home.text(Client::Cursor);
        assert!(
            with.contains("\n    \"unkey\": {\n      \"command\""),
            "{with}"
        );
        assert_eq!(home.entry(Client::Cursor)["args"][0], "stdio");
        home.install(&["cursor", "--uninstall"]).await;
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        let mut without = home.value(Client::Cursor);
        if value.get("mcpServers").is_none() {
            without.as_object_mut().unwrap().remove("mcpServers");
        }
        assert_eq!(without, value);
        assert!(
            text.split('"')
                .all(|part| with.contains(part.trim_matches(['{', '}', ':', ',', ' '])))
        );
    }
}

#[tokio::test]
async fn twice_is_the_same_as_once() {
    for client in Client::ALL {
        let home = Home::new();
        for arguments in [&[][..], &["--local"], &["--local", "--name=other"]] {
            let arguments = [&[client.word()], arguments].concat();
            home.install(&arguments).await;
            let once = home.text(client);
            let again = home.install(&arguments).await;
            assert_eq!(home.text(client), once);
            assert!(again.stdout.contains("already"), "{again:?}");
        }
    }
}

#[tokio::test]
async fn what_a_user_added_to_the_entry_stays() {
    let text = "{\n  \"mcpServers\": {\n    \"unkey\": {\n      \"url\": \"http://127.0.0.1:8787/mcp\",\n      \
                \"headers\": { \"X\": \"y\" },\n      \"autoApprove\": [\"keys_get_key\"], // mine\n      \
                \"env\": { \"UNKEY_ROOT_KEY\": \"unkey_3ZZZrootkeyzzz\", \"UNKEY_MCP_LOG\": \"info\" }\n    \
                }\n  }\n}\n";
    let home = Home::with(Client::Cursor, text);
    let ended = home.install(&["cursor", "--local"]).await;
    let with = home.text(Client::Cursor);
    assert!(
        with.contains("\"autoApprove\": [\"keys_get_key\"], // mine"),
        "{with}"
    );
    let value: serde_json::Value = serde_json::from_str(&with.replace("// mine", "")).unwrap();
    let entry = &value["mcpServers"]["unkey"];
    assert_eq!(entry["args"], json!(["stdio", "--local"]));
    assert_eq!(entry["env"], json!({ "UNKEY_MCP_LOG": "info" }));
    assert!(
        entry.get("url").is_none() && entry.get("headers").is_none(),
        "{with}"
    );
    // It was in plain text, and is in the backup.
    assert!(
        !with.contains("3ZZZ") && !ended.stdout.contains("3ZZZ"),
        "{ended:?}"
    );
    assert!(ended.stdout.contains("in that backup alone"), "{ended:?}");
    let backup = home.file(Client::Cursor).with_file_name("mcp.json.bak");
    assert_eq!(std::fs::read_to_string(backup).unwrap(), text);
}

#[tokio::test]
async fn vs_code_is_asked_for_the_key_as_long_as_a_server_needs_it() {
    let home = Home::new();
    home.install(&["vscode"]).await;
    home.install(&["vscode", "--name=second"]).await;
    let inputs = |home: &Home| {
        home.value(Client::VsCode)["inputs"]
            .as_array()
            .map(Vec::len)
    };
    assert_eq!(inputs(&home), Some(1));
    home.install(&["vscode", "--uninstall"]).await;
    assert_eq!(inputs(&home), Some(1));
    home.install(&["vscode", "--uninstall", "--name=second"])
        .await;
    assert_eq!(inputs(&home), None);
}
