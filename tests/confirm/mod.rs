//! A person's word before something is lost: clients of every kind, under every `--confirm`.

mod client;
mod every_tool;
mod everywhere;
mod plans;
mod states;
mod tokens;

use serde_json::{Value, json};

use crate::support::{Answer, Cloud};

/// An Unkey that shows nothing and does everything: all that may be lost is asked about.
async fn discreet() -> Cloud {
    Cloud::script(|seen, _| {
        if reads(&seen.line) {
            Answer::problem(404, "Not Found", "It does not exist.")
        } else {
            Answer::data(&json!({}))
        }
    })
    .await
}

/// Whether a request to Unkey only reads.
fn reads(line: &str) -> bool {
    let operation = line.split(['.', ' ']).nth(2).unwrap_or_default();
    ["get", "list", "whoami"]
        .iter()
        .any(|verb| operation.starts_with(verb))
}

/// How many requests that do something an Unkey has seen.
fn done(cloud: &Cloud) -> usize {
    let seen = cloud.seen();
    seen.iter().filter(|seen| !reads(&seen.line)).count()
}

/// The tools that may destroy something, with arguments with which they do.
fn destructive() -> Vec<(&'static str, Value)> {
    // What is made of several calls needs a plan first: see `plans`.
    let is_one = |entry: &&unkey_tools::Entry| !entry.is_workflow();
    let listed = unkey_tools::listed().filter(is_one);
    let listed = listed.filter(|entry| entry.effect.is_destructive());
    listed
        .map(|entry| {
            let mut arguments = crate::support::sample(entry.name);
            match entry.name {
                "ratelimit_set_override" => arguments["identifier"] = "premium_*".into(),
                "keys_update_key" => arguments["enabled"] = false.into(),
                "keys_update_credits" => {
                    arguments["operation"] = "set".into();
                    arguments["value"] = 0.into();
                }
                "identities_update_identity" => arguments["meta"] = json!({}),
                _ => {}
            }
            (entry.name, arguments)
        })
        .collect()
}
