//! What Unkey says is not there where the root key may not see it.

use unkey_tools::{Entry, Grant};

use crate::backend::Failure;
use crate::dispatch::Facts;

/// Operations that answer a missing permission as a missing thing: with which error, and for the lack
/// of which permissions.
const MASKED: [(&str, &str, &[&str]); 3] = [
    ("apis.listKeys", "api_not_found", &["read_key", "read_api"]),
    (
        "keys.createKey",
        "api_not_found",
        &["create_key", "encrypt_key"],
    ),
    (
        "ratelimit.getOverride",
        "ratelimit_override_not_found",
        &["read_override"],
    ),
];

/// Which permissions of this very call the root key may lack, where it would be told the same.
pub(super) fn permissions(entry: &Entry, failure: &Failure, facts: &Facts) -> Option<String> {
    let Failure::Refused { error, .. } = failure else {
        return None;
    };
    let (_, kind) = error.error.r#type.rsplit_once('/')?;
    let (.., actions) = MASKED
        .iter()
        .find(|(endpoint, told, _)| *endpoint == entry.endpoint && *told == kind)?;
    let is_masked = |grant: &&&Grant| {
        let grant = grant.to_string();
        actions
            .iter()
            .any(|action| grant.ends_with(&format!(".{action}")))
    };
    let needed = facts.needed.iter().filter(is_masked);
    let needed: Vec<String> = needed.map(|grant| format!("`{grant}`")).collect();
    (!needed.is_empty()).then(|| {
        format!(
            "A root key without {} (or the same for this one alone) is told the same.",
            needed.join(" and ")
        )
    })
}
