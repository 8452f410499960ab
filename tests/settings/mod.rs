//! The configuration file: profiles, the policy, and what is shown in place of writes.

mod budget;
mod documents;
mod dry_run;
mod file;
mod names;
mod policy;
mod policy_keys;
mod policy_lookups;
mod profiles;
mod reload;

use serde_json::Value;

use crate::support::{Binary, Endpoint, Era, KEY, Server, Session, Transport, failure};

/// Where a test's configuration lies, below the home folder.
const FILE: &str = "unkey.toml";

/// A server with that configuration, whose calls go to `flag`.
async fn serve(flag: &str, config: &str) -> Server {
    let flags = ["serve", flag, "--config=unkey.toml"];
    Binary::new(flags).file(FILE, config).serve().await
}

/// The same on stdio.
fn stdio(flag: &str, config: &str) -> Binary {
    let flags = ["stdio", flag, "--config=unkey.toml"];
    Binary::new(flags)
        .file(FILE, config)
        .env("UNKEY_ROOT_KEY", KEY)
}

/// Its endpoint with a root key.
fn endpoint(server: &Server) -> Endpoint {
    server.mcp().with_key()
}

/// Sessions over both transports, in both eras.
async fn sessions(flag: &str, config: &str, key: Option<&str>) -> Vec<Session> {
    let mut sessions = Vec::new();
    for era in Era::BOTH {
        for transport in Transport::BOTH {
            let command = match transport {
                Transport::Stdio => "stdio",
                Transport::Http => "serve",
            };
            let flags = [command, flag, "--config=unkey.toml"];
            let binary = Binary::new(flags).file(FILE, config);
            sessions.push(Session::with(binary, transport, era, key).await);
        }
    }
    sessions
}

/// Writes the configuration of a server that runs.
fn rewrite(server: &Server, config: &str) {
    std::fs::write(server.home().join(FILE), config).unwrap();
}

/// What a refusal says, which must name the file and the rule.
fn refusal_by<'a>(response: &'a Value, rule: &str) -> &'a str {
    let text = failure(response);
    assert!(text.contains("policy"), "{text}");
    assert!(text.contains(FILE), "no file: {text}");
    assert!(text.contains(rule), "no {rule}: {text}");
    assert!(text.contains("Next: "), "{text}");
    text
}
