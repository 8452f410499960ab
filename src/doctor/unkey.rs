//! Unkey's API: whether it answers, how fast, with which clock, how old it is, and what the root key may.

use std::collections::BTreeSet;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;
use unkey_tools::{Entry, find};
use url::Url;

use super::report::Finding;
use crate::backend::{Greeting, Remote, Upstream};
use crate::inventory::Inventory;
use crate::key_advice::{self, Issuer};
use crate::root_key::RootKey;

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How far two clocks may differ, in milliseconds. What expires does so by Unkey's.
const SKEW: i64 = 60_000;

/// Reading calls that change nothing, show little, and need one permission each.
const HARMLESS: [&str; 3] = [
    "identities_list_identities",
    "permissions_list_roles",
    "permissions_list_permissions",
];

/// A call that servers of June 2026 do not know. Without a query it does nothing.
const NEWER: &str = "analytics_get_ratelimits";

/// What there is to say about the Unkey of `remote`.
pub(super) async fn findings(
    remote: &Remote,
    key: Option<&RootKey>,
    inventory: Inventory,
    now: i64,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = too_long(remote.api_url()).into_iter().collect();
    let late = |_| Err(format!("no answer within {PATIENCE:?}"));
    let greeted = tokio::time::timeout(PATIENCE, remote.greet()).await;
    let greeting = match greeted.unwrap_or_else(late) {
        Ok(greeting) => greeting,
        Err(why) => {
            findings.extend([unreachable(&why), needed(inventory, None)]);
            return findings;
        }
    };
    findings.push(answered(&greeting));
    // A key goes only to what seems to be Unkey.
    let is_unkey = !findings.iter().any(Finding::is_wrong);
    let date = greeting
        .date
        .and_then(|date| date.duration_since(UNIX_EPOCH).ok());
    let date = date.and_then(|since| i64::try_from(since.as_millis()).ok());
    findings.extend(date.map(|date| clock(date, now)));
    match key.filter(|_| is_unkey) {
        Some(key) => findings.extend(of_key(remote, key, inventory).await),
        None => findings.push(needed(inventory, None)),
    }
    findings
}

/// What is wrong with an address of Unkey's API that has `/v2` behind it, though the one that may be
/// written there is taken off.
pub(super) fn too_long(api_url: &Url) -> Option<Finding> {
    let mut parts = api_url.path().split('/');
    parts.any(|part| part == "v2").then(|| {
        Finding::wrong(
            "api-url",
            "--api-url (UNKEY_API_URL) has more after `/v2`, or has it twice: every call would miss",
            "Write the address alone, such as https://api.unkey.com.",
        )
    })
}

fn unreachable(why: &str) -> Finding {
    Finding::wrong(
        "unreachable",
        format!("it does not answer: {why}"),
        "Check --api-url (UNKEY_API_URL), the network, and HTTPS_PROXY where there is a proxy; or work \
         without it: --local.",
    )
}

fn answered(greeting: &Greeting) -> Finding {
    let milliseconds = greeting.took.as_millis();
    if greeting.status.is_success() {
        return Finding::ok("reachable", format!("it answers, in {milliseconds} ms"));
    }
    Finding::wrong(
        "unreachable",
        format!(
            "something answers with {} where Unkey says that it lives",
            greeting.status
        ),
        "Check --api-url (UNKEY_API_URL): it is the API's address, not the dashboard's.",
    )
}

/// What the `Date` of an answer says about this machine's clock.
fn clock(date: i64, now: i64) -> Finding {
    let ahead = now - date;
    if ahead.abs() <= SKEW {
        return Finding::ok("clock", "this machine's clock agrees with its own");
    }
    let way = if ahead > 0 { "ahead of" } else { "behind" };
    Finding::wrong(
        "clock",
        format!(
            "this machine's clock is {} s {way} its own",
            ahead.abs() / 1000
        ),
        "Set the clock: times such as `30d` are counted from here, and keys would expire early or late.",
    )
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reply {
    Done,
    /// A refusal, by its status.
    Refused(u16),
    /// Nothing that Unkey says.
    Lost(String),
}

/// What Unkey says to the root key.
async fn of_key(remote: &Remote, key: &RootKey, inventory: Inventory) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (mut there, mut missing) = (BTreeSet::new(), BTreeSet::new());
    for name in HARMLESS {
        let Some(entry) = find(name) else {
            continue;
        };
        let grants = entry.grants.iter().map(ToString::to_string);
        match ask(remote, entry, key, json!({ "limit": 1 })).await {
            Reply::Done => there.extend(grants),
            Reply::Refused(401) => {
                let mend = key_advice::unknown(Issuer::Unkey);
                return vec![Finding::wrong(
                    "unknown-key",
                    "it does not know the root key",
                    mend,
                )];
            }
            Reply::Refused(403) => missing.extend(grants),
            Reply::Refused(_) => {}
            Reply::Lost(why) => {
                return vec![Finding::wrong(
                    "unanswered",
                    format!("it lives, and does not answer {}: {why}", entry.endpoint),
                    "Run this again in a while. A self-hosted Unkey's own log says what is the matter.",
                )];
            }
        }
    }
    findings.push(Finding::ok("root-key", "it knows the root key"));
    if let Some(entry) = find(NEWER) {
        let is_older = ask(remote, entry, key, json!({})).await == Reply::Refused(404);
        findings.push(Finding::note("version", if is_older {
            "it is a server of June 2026 or older: some tools will say that it does not have them"
        } else {
            "it is a server of August 2026 or newer"
        }));
    }
    findings.push(needed(inventory, Some((&there, &missing))));
    if !missing.is_empty() {
        findings.push(Finding::note(
            "permissions",
            format!("the root key does not have {}", listed(&missing)),
        ));
    }
    findings
}

/// Makes a call that changes nothing.
async fn ask(remote: &Remote, entry: &Entry, key: &RootKey, body: serde_json::Value) -> Reply {
    let upstream = Upstream::new(None, None);
    let call = remote.call(entry, &body, key, &upstream);
    match tokio::time::timeout(PATIENCE, call).await {
        Ok(Ok(_)) => Reply::Done,
        // A path that a server does not have is refused in other words than Unkey's.
        Ok(Err(failure)) => match failure.status() {
            Some(status @ 400..500) => Reply::Refused(status),
            Some(status) => Reply::Lost(format!("it answers with the status {status}")),
            None => Reply::Lost("no whole answer comes".to_owned()),
        },
        Err(_) => Reply::Lost(format!("no answer within {PATIENCE:?}")),
    }
}

/// Which permissions the tools in the list need, and what is known of those.
fn needed(inventory: Inventory, known: Option<(&BTreeSet<String>, &BTreeSet<String>)>) -> Finding {
    let grants = inventory.entries().flat_map(|entry| entry.grants);
    let all: BTreeSet<String> = grants.map(|grant| bare(&grant.to_string())).collect();
    let tools = inventory.entries().count();
    let seen = match known {
        Some((there, _)) if !there.is_empty() => {
            format!(" Seen to be there: {}.", listed(there))
        }
        _ => String::new(),
    };
    Finding::note(
        "permissions",
        format!(
            "the {tools} tools in the list need {}: {}.{seen} `unkey-mcp tools` says which tool needs what",
            match all.len() {
                1 => "one permission".to_owned(),
                count => format!("{count} permissions"),
            },
            listed(&all)
        ),
    )
}

/// A permission without the case in which it is needed.
fn bare(grant: &str) -> String {
    grant.split(' ').next().unwrap_or_default().to_owned()
}

fn listed(names: &BTreeSet<String>) -> String {
    names
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse_api_url;

    fn of(written: &str) -> Option<Finding> {
        too_long(&parse_api_url("--api-url", written).unwrap())
    }

    #[test]
    fn an_address_may_end_in_v2_once() {
        for fine in [
            "https://api.unkey.com",
            "http://x:1/v2",
            "http://x/v2/",
            "http://x/unkey",
        ] {
            assert!(of(fine).is_none(), "{fine}");
        }
        for wrong in [
            "http://x/v2/v2",
            "http://x/v2/v2/",
            "http://x/v2/keys.createKey",
        ] {
            assert!(of(wrong).is_some(), "{wrong}");
        }
    }
}
