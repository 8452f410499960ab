//! What a write would send, in place of the write.

use serde_json::{Value, json};
use unkey_tools::{Entry, Grant};
use unkey_workflows::Outline;

/// What `entry` would send with `body`, and what it takes: an answer that every tool's output schema
/// allows, since those ask for no field and are open.
///
/// What carries out `plan` sends many requests: it is shown by what they do.
pub(super) fn show(entry: &Entry, body: &Value, plan: Option<&Outline>) -> Value {
    let permissions = entry.grants.iter().map(permission);
    let request = if entry.is_workflow() {
        json!({"tool": entry.name, "arguments": body})
    } else {
        json!({
            "method": "POST",
            "path": format!("/v2/{}", entry.endpoint),
            "body": without_secrets(entry, body),
        })
    };
    let would = plan.map_or_else(
        || entry.sentence().to_owned(),
        |plan| {
            format!(
                "It would {}, in {} writes.",
                plan.deed(),
                plan.plan.cost.writes
            )
        },
    );
    json!({
        "dryRun": {
            "note": "Nothing was sent and nothing changed: the operator runs this server with --dry-run.",
            "would": would,
            "effect": entry.effect.word(),
            "request": request,
            "permissions": permissions.collect::<Vec<_>>(),
        }
    })
}

/// Stands in the place of a secret.
const HIDDEN: &str = "[secret]";

/// What may hold a secret though its type does not say so: the hash of a key, or what a gateway
/// compares a header with.
const SENSITIVE: [&str; 4] = ["key", "code", "hash", "value"];

/// The body, with `[secret]` in the place of each secret.
fn without_secrets(entry: &Entry, body: &Value) -> Value {
    let mut body = body.clone();
    entry.secrets_in_request(&mut body, &mut |field| *field.value = HIDDEN.into());
    without_sensitive(&body)
}

fn without_sensitive(body: &Value) -> Value {
    match body {
        Value::Array(items) => items.iter().map(without_sensitive).collect(),
        Value::Object(members) => {
            let shown = members.iter().map(|(name, member)| {
                let is_secret = SENSITIVE.contains(&name.as_str()) && member.is_string();
                let member = if is_secret {
                    Value::from(HIDDEN)
                } else if name == "meta" {
                    member.clone()
                } else {
                    without_sensitive(member)
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
