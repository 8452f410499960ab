//! One server in a client's configuration: what is wrong with what it says.

use serde_json::Value;

use super::entry::{Configured, PLAIN_KEY};
use super::report::Finding;
use super::{address, bridge, command};
use crate::install::Client;
use crate::observe::shown;

/// Whether an entry is about us: by its name, or by what it starts or reaches.
pub(super) fn is_ours(name: &str, entry: &Value) -> bool {
    let mentions = |value: &Value| value.to_string().to_ascii_lowercase().contains("unkey");
    let fields = [
        "command",
        "args",
        "url",
        "serverUrl",
        "httpUrl",
        "env",
        "headers",
    ];
    name.to_ascii_lowercase().contains("unkey")
        || fields
            .iter()
            .filter_map(|field| entry.get(field))
            .any(mentions)
}

/// What there is to say about a server.
pub(super) async fn findings(configured: &Configured<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let entry = configured.entry;
    let is_off = entry.get("disabled") == Some(&Value::Bool(true))
        || entry.get("enabled") == Some(&Value::Bool(false));
    if is_off {
        findings.push(Finding::note(
            "disabled",
            "it is switched off in this configuration",
        ));
    }
    let has_address = ["url", "serverUrl", "httpUrl"]
        .iter()
        .any(|field| entry.get(field).is_some());
    findings.extend(kind(configured, has_address));
    if has_address {
        findings.extend(address::findings(configured).await);
    } else if bridge::is_one(entry) {
        findings.extend(bridge::findings(configured).await);
    } else {
        findings.extend(command::findings(configured).await);
    }
    findings.extend(plain_key(configured, &findings));
    if !findings.iter().any(Finding::is_wrong) {
        findings.push(Finding::ok("server", "nothing is wrong with it"));
    }
    findings
}

/// Whether its type is one that fits the rest.
fn kind(configured: &Configured<'_>, has_address: bool) -> Option<Finding> {
    let kind = configured.text("type");
    let fits = if has_address {
        match kind {
            // Claude Code takes an entry without a type for a program.
            None => configured.client != Client::ClaudeCode,
            Some(kind) => ["http", "streamable-http", "streamableHttp"].contains(&kind),
        }
    } else {
        kind.is_none_or(|kind| ["stdio", "local"].contains(&kind))
    };
    if fits {
        return None;
    }
    let what = match kind {
        Some(kind) => format!("its type is `{kind}`"),
        None => "it has an address and no type, and is taken for a program".to_owned(),
    };
    let mend = if has_address {
        "Write \"type\": \"http\": this server speaks streamable HTTP, and no SSE."
    } else {
        "Write \"type\": \"stdio\", or leave the type out: it is a program that the client starts."
    };
    Some(Finding::wrong("wrong-type", what, mend))
}

/// A root key that stands somewhere where nothing looks for one.
fn plain_key(configured: &Configured<'_>, told: &[Finding]) -> Option<Finding> {
    let is_told = told.iter().any(|finding| finding.code() == PLAIN_KEY);
    let text = configured.entry.to_string();
    (!is_told && shown::root_key_at(&text).is_some()).then(|| configured.plain())
}
