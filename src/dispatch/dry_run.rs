//! What a write would send, in place of the write.

use serde_json::{Value, json};
use unkey_tools::{Entry, Grant};

/// What `entry` would send with `body`, and what it takes: an answer that every tool's output schema
/// allows, since those ask for no field and are open.
pub(super) fn show(entry: &Entry, body: &Value) -> Value {
    let permissions = entry.grants.iter().map(permission);
    json!({
        "dryRun": {
            "note": "Nothing was sent and nothing changed: the operator runs this server with --dry-run.",
            "would": entry.sentence(),
            "effect": entry.effect.word(),
            "request": {
                "method": "POST",
                "path": format!("/v2/{}", entry.endpoint),
                "body": without_secrets(body),
            },
            "permissions": permissions.collect::<Vec<_>>(),
        }
    })
}

/// What holds a secret in a request.
const SECRET: [&str; 4] = ["key", "code", "hash", "value"];

/// The body, with `[secret]` in the place of each secret.
fn without_secrets(body: &Value) -> Value {
    match body {
        Value::Array(items) => items.iter().map(without_secrets).collect(),
        Value::Object(members) => {
            let shown = members.iter().map(|(name, member)| {
                let is_secret = SECRET.contains(&name.as_str()) && member.is_string();
                let member = if is_secret {
                    Value::from("[secret]")
                } else if name == "meta" {
                    member.clone()
                } else {
                    without_secrets(member)
                };
                (name.clone(), member)
            });
            Value::Object(shown.collect())
        }
        other => other.clone(),
    }
}

fn permission(grant: &Grant) -> String {
    match grant.condition() {
        Some(when) => format!("{grant} (with {when})"),
        None => grant.to_string(),
    }
}
