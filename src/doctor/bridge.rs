//! mcp-remote, a program between a client that starts programs and a server at an address.

use serde_json::Value;

use super::entry::Configured;
use super::report::Finding;
use super::{address, command};
use crate::install::Client;

/// The package's name.
const NAME: &str = "mcp-remote";

/// What stands before a header among its arguments.
const HEADER: &str = "--header";

/// Versions before this one let a server run commands on the user's machine (CVE-2025-6514).
const SAFE: [u64; 3] = [0, 1, 16];

/// The version that sends what is told to it, in both eras of the protocol.
const GOOD: [u64; 3] = [0, 15, 0];

/// Whether an entry starts the bridge.
pub(super) fn is_one(entry: &Value) -> bool {
    let words = entry.get("args").and_then(Value::as_array);
    let mut words = words.into_iter().flatten().filter_map(Value::as_str);
    words.any(|word| package(word).is_some())
        || entry.get("command").and_then(Value::as_str) == Some(NAME)
}

/// The version in a word that names the package: empty where it names none.
fn package(word: &str) -> Option<&str> {
    let rest = word.strip_prefix(NAME)?;
    if rest.is_empty() {
        Some("")
    } else {
        rest.strip_prefix('@')
    }
}

/// What there is to say about a server behind the bridge.
pub(super) async fn findings(configured: &Configured<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let words = configured.texts("args");
    let command = configured.text("command").unwrap_or_default();
    findings.extend(command::found(configured, command).err());
    let version = words
        .iter()
        .find_map(|word| package(word))
        .unwrap_or_default();
    findings.extend(age(version));
    match words
        .iter()
        .find(|word| word.starts_with("http://") || word.starts_with("https://"))
    {
        Some(url) => {
            findings.extend(address::at(url).await);
            if !words.iter().any(|word| word == HEADER) {
                findings.push(address::no_header(url));
            }
        }
        None => findings.push(Finding::wrong(
            "wrong-address",
            "mcp-remote is given no address",
            "Write one such as http://127.0.0.1:8787/mcp/v2 behind `mcp-remote`.",
        )),
    }
    findings.extend(header(configured, &words));
    findings
}

/// The newest version that npm takes for what is written, as far as numbers are: `0.1` and `^0.1.5` are
/// the last of `0.1`.
fn newest(version: &str) -> Option<[u64; 3]> {
    let is_range = version.starts_with(['^', '~']);
    let mut parts = version.trim_start_matches(['^', '~', '=', 'v']).split('.');
    let mut next = || parts.next().map(|part| part.parse().ok());
    let major = next()??;
    let minor = next().map_or(Some(u64::MAX), |minor| minor)?;
    let patch = next().map_or(Some(u64::MAX), |patch| patch)?;
    Some([major, minor, if is_range { u64::MAX } else { patch }])
}

/// What is wrong with a version of the bridge.
fn age(version: &str) -> Option<Finding> {
    let numbers = newest(version)?;
    if numbers < SAFE {
        return Some(Finding::wrong(
            "old-bridge",
            format!(
                "mcp-remote {version} lets the server that it reaches run commands here (CVE-2025-6514)"
            ),
            "Take the newest version (0.15.1 or later): write `mcp-remote` without a number.",
        ));
    }
    (numbers < GOOD).then(|| {
        Finding::wrong(
            "old-bridge",
            format!(
                "mcp-remote {version} is old: it speaks the older protocol alone, and sends an empty header \
                 where a variable is not set"
            ),
            "Take the newest version (0.15.1 or later, which needs Node 20): write `mcp-remote` without a \
             number.",
        )
    })
}

/// What is wrong with the header that the bridge is to send.
fn header(configured: &Configured<'_>, words: &[String]) -> Vec<Finding> {
    let mut after = words.iter().skip_while(|word| *word != HEADER).skip(1);
    let Some(header) = after.next() else {
        return Vec::new();
    };
    let Some((name, value)) = header.split_once(':') else {
        return vec![address::wrong_header(header)];
    };
    if !address::is_ours(name) {
        return vec![address::wrong_header(name)];
    }
    let mut findings = Vec::new();
    if value.starts_with(' ') && matches!(configured.client, Client::ClaudeDesktop | Client::Cursor)
    {
        findings.push(Finding::wrong(
            "space-in-header",
            "there is a space behind the header's colon, where this client may break the argument",
            "Write it without: MCP-UNKEY-BEARER-AUTH:${UNKEY_ROOT_KEY}",
        ));
    }
    let variable = value.trim().trim_start_matches("Bearer ").trim();
    let variable = variable
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'));
    // mcp-remote fills this in itself, from what the client gives it.
    match variable {
        Some(variable) => match configured.variable(variable) {
            Some(value) => findings.extend(configured.key(value)),
            None if configured.surroundings.set.contains(variable) => {}
            None => findings.push(Finding::wrong(
                "unset-variable",
                format!(
                    "mcp-remote fills {variable} in, which neither the entry nor this terminal sets"
                ),
                format!("Set {variable} in the entry's `env`."),
            )),
        },
        None => findings.extend(configured.key(value)),
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_old_is_told() {
        for version in ["0.1.1", "0.0.15", "0.1.25", "0.1", "^0.1.5", "~0.1.20"] {
            assert!(age(version).unwrap().is_wrong(), "{version}");
        }
        for version in ["", "latest", "0.15.1", "1.0.0", "0", "^0.15.0", "1"] {
            assert!(age(version).is_none(), "{version}");
        }
    }
}
