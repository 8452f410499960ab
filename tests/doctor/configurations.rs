//! Mistakes in the configurations of clients.

use super::*;

/// Mistakes with the root key.
const OF_KEYS: [Mistake; 13] = [
    ("a placeholder", "placeholder", "env", |machine| {
        machine.server(
            Client::Cursor,
            &program_with(&json!({ "UNKEY_ROOT_KEY": "unkey_xxxx" })),
        );
    }),
    ("a key of a user", "user-key", "root key", |machine| {
        machine.server(
            Client::Zed,
            &program_with(&json!({ "UNKEY_ROOT_KEY": USER_KEY })),
        );
    }),
    (
        "a key in plain text",
        "plain-key",
        "install windsurf",
        |machine| {
            machine.server(
                Client::Windsurf,
                &program_with(&json!({ "UNKEY_ROOT_KEY": KEY })),
            );
        },
    ),
    ("an empty key", "empty-key", "leave it out", |machine| {
        machine.server(
            Client::Gemini,
            &program_with(&json!({ "UNKEY_ROOT_KEY": "" })),
        );
    }),
    (
        "a variable that the client does not know",
        "unexpanded",
        "--root-key-file",
        |machine| {
            let variables = json!({ "UNKEY_ROOT_KEY": "${UNKEY_ROOT_KEY}" });
            machine.server(Client::ClaudeDesktop, &program_with(&variables));
        },
    ),
    (
        "a variable in another client's way",
        "unexpanded",
        "${env:UNKEY_ROOT_KEY}",
        |machine| {
            machine.server(
                Client::Cursor,
                &program_with(&json!({ "UNKEY_ROOT_KEY": "$UNKEY_ROOT_KEY" })),
            );
        },
    ),
    (
        "a variable that is not set",
        "unset-variable",
        "Export",
        |machine| {
            machine.server(
                Client::Gemini,
                &program_with(&json!({ "UNKEY_ROOT_KEY": "$UNKEY_KEY" })),
            );
        },
    ),
    (
        "a variable that is not handed on",
        "no-key",
        "install codex",
        |machine| {
            machine.server(Client::Codex, &program(&["stdio"]));
        },
    ),
    (
        "a header that nobody reads",
        "wrong-header",
        "MCP-UNKEY-BEARER-AUTH",
        |machine| {
            let entry =
                json!({ "url": served(), "headers": { "X-Unkey-Key": "${env:UNKEY_ROOT_KEY}" } });
            machine.server(Client::Cursor, &entry);
        },
    ),
    (
        "a key in plain text in a header",
        "plain-key",
        "install",
        |machine| {
            let entry =
                json!({ "url": served(), "headers": { "Authorization": format!("Bearer {KEY}") } });
            machine.server(Client::Cursor, &entry);
        },
    ),
    (
        "a key in plain text where nothing looks for one",
        "plain-key",
        "login",
        |machine| {
            let mut entry = program(&["stdio", "--local"]);
            entry["env"] = json!({ "KEY_OF_UNKEY": KEY });
            machine.server(Client::Codex, &entry);
        },
    ),
    (
        "a key that a profile's file does not hold",
        "key-file",
        "Mend the file",
        |machine| {
            let text = "[profiles.staging]\nroot-key-file = '/nowhere/key'\n";
            machine.file_with(".config/unkey-mcp/config.toml", text);
            machine.server(Client::Zed, &program(&["stdio", "--profile=staging"]));
        },
    ),
    (
        "a key that a profile names and nobody keeps",
        "empty-key",
        "login",
        |machine| {
            let text = "[profiles.staging]\nroot-key-keychain = 'staging'\n";
            machine.file_with(".config/unkey-mcp/config.toml", text);
            machine.server(Client::Zed, &program(&["stdio", "--profile=staging"]));
        },
    ),
];

/// Mistakes with the address, the program, its arguments and the file.
const OF_SERVERS: [Mistake; 26] = [
    ("a path that is none", "wrong-path", "/mcp/v2", |machine| {
        machine.server(Client::Cursor, &json!({ "url": "http://127.0.0.1:9/v2" }));
    }),
    (
        "an address without a path",
        "wrong-path",
        "/mcp/v2",
        |machine| {
            machine.server(Client::Cursor, &json!({ "url": "http://127.0.0.1:9" }));
        },
    ),
    ("url for serverUrl", "wrong-field", "serverUrl", |machine| {
        machine.server(Client::Windsurf, &json!({ "url": served() }));
    }),
    ("serverUrl for url", "wrong-field", "`url`", |machine| {
        machine.server(Client::Cursor, &json!({ "serverUrl": served() }));
    }),
    (
        "an address for Claude Desktop",
        "wrong-field",
        "mcp-remote",
        |machine| {
            machine.server(Client::ClaudeDesktop, &json!({ "url": served() }));
        },
    ),
    (
        "a server that does not run",
        "not-running",
        "unkey-mcp serve",
        |machine| {
            machine.server(Client::Zed, &json!({ "url": served() }));
        },
    ),
    (
        "an mcp-remote that is dangerous",
        "old-bridge",
        "0.15.1",
        |machine| {
            machine.server(
                Client::ClaudeDesktop,
                &json!({
                    "command": "npx", "args": ["-y", "mcp-remote@0.1.5", served()]
                }),
            );
        },
    ),
    (
        "a header of mcp-remote that nobody reads",
        "wrong-header",
        "MCP-UNKEY-BEARER-AUTH",
        |machine| {
            machine.server(Client::Zed, &json!({
            "command": "npx", "args": ["mcp-remote", served(), "--header", "Unkey-Key:${UNKEY_ROOT_KEY}"]
        }));
        },
    ),
    (
        "two entries of one name",
        "two-entries",
        "Delete one",
        |machine| {
            let entry = program(&["stdio", "--local"]);
            let text = format!(r#"{{"mcpServers": {{"unkey": {entry}, "unkey": {entry}}}}}"#);
            machine.write(Client::Cursor, &text);
        },
    ),
    (
        "a name in two configurations",
        "two-entries",
        "another name",
        |machine| {
            let whole = json!({ "mcpServers": { "unkey": program(&["stdio", "--local"]) } });
            machine.write(Client::ClaudeCode, &whole.to_string());
            std::fs::write(machine.path(".mcp.json"), whole.to_string()).unwrap();
        },
    ),
    (
        "a command that is not there",
        "command-missing",
        "whole path",
        |machine| {
            let entry = json!({ "command": "/nowhere/unkey-mcp", "args": ["stdio", "--local"] });
            machine.server(Client::Cursor, &entry);
        },
    ),
    (
        "a command that is not on the path",
        "command-missing",
        "whole path",
        |machine| {
            let entry = json!({ "command": "unkey-mcp", "args": ["stdio", "--local"] });
            machine.server(Client::VsCode, &entry);
        },
    ),
    (
        "a relative command",
        "relative-command",
        "whole path",
        |machine| {
            let entry = json!({ "command": "./unkey-mcp", "args": ["stdio", "--local"] });
            machine.server(Client::Cursor, &entry);
        },
    ),
    (
        "JSON that is broken",
        "broken-file",
        "Mend the file",
        |machine| {
            machine.write(Client::Cursor, "{\"mcpServers\": {");
        },
    ),
    (
        "TOML that is broken",
        "broken-file",
        "Mend the file",
        |machine| {
            machine.write(Client::Codex, "[mcp_servers.unkey\n");
        },
    ),
    (
        "a transport that there is not",
        "wrong-type",
        "\"http\"",
        |machine| {
            machine.server(Client::VsCode, &json!({ "type": "sse", "url": served() }));
        },
    ),
    (
        "a program that is called an address",
        "wrong-type",
        "\"stdio\"",
        |machine| {
            let mut entry = program(&["stdio", "--local"]);
            entry["type"] = "http".into();
            machine.server(Client::Cursor, &entry);
        },
    ),
    (
        "/v2 twice in the address",
        "api-url",
        "the address alone",
        |machine| {
            let entry = program(&["stdio", "--api-url", "http://127.0.0.1:9/v2/v2"]);
            machine.server(Client::ClaudeCode, &entry);
        },
    ),
    (
        "an engine in a folder that is not there",
        "local-missing",
        "Make the folder",
        |machine| {
            machine.server(
                Client::Zed,
                &program(&["stdio", "--local=/nowhere/to/be/unkey.db"]),
            );
        },
    ),
    (
        "arguments that there are not",
        "arguments",
        "terminal",
        |machine| {
            machine.server(Client::Cursor, &program(&["stdio", "--red-only"]));
        },
    ),
    (
        "an mcp-remote that is old",
        "old-bridge",
        "without a number",
        |machine| {
            let entry = json!({ "command": "npx", "args": ["-y", "mcp-remote@0.1.25", served()] });
            machine.server(Client::Zed, &entry);
        },
    ),
    (
        "a list that is another client's",
        "wrong-list",
        "`servers`",
        |machine| {
            let whole = json!({ "mcpServers": { "unkey": program(&["stdio", "--local"]) } });
            machine.write(Client::VsCode, &whole.to_string());
        },
    ),
    (
        "a profile that there is not",
        "arguments",
        "Mend what that names",
        |machine| {
            machine.file_with(".config/unkey-mcp/config.toml", "[profiles.staging]\n");
            machine.server(Client::Cursor, &program(&["stdio", "--profile=stagign"]));
        },
    ),
    (
        "the same in a variable",
        "arguments",
        "Mend what that names",
        |machine| {
            machine.file_with(".config/unkey-mcp/config.toml", "[profiles.staging]\n");
            machine.server(
                Client::Cursor,
                &program_with(&json!({ "UNKEY_MCP_PROFILE": "stagign" })),
            );
        },
    ),
    (
        "no server but a command",
        "arguments",
        "Mend what that names",
        |machine| machine.server(Client::Cursor, &program(&["tools"])),
    ),
    (
        "a name twice for Claude Code: for all folders and for this one",
        "two-entries",
        "another name",
        |machine| {
            let here = machine.home.path().canonicalize().unwrap();
            let servers = json!({ "unkey": program(&["stdio", "--local"]) });
            let project = json!({ "mcpServers": servers });
            let whole =
                json!({ "mcpServers": servers, "projects": { here.to_str().unwrap(): project } });
            machine.write(Client::ClaudeCode, &whole.to_string());
        },
    ),
];

/// Where no server runs.
fn served() -> &'static str {
    "http://127.0.0.1:9/mcp/v2"
}

#[tokio::test]
async fn a_mistake_with_the_root_key_is_found_with_what_mends_it() {
    are_found(&OF_KEYS).await;
}

#[tokio::test]
async fn a_mistake_with_the_server_is_found_with_what_mends_it() {
    are_found(&OF_SERVERS).await;
}
