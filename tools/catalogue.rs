//! Every operation, and how to find one.

use crate::operation::Entry;
use crate::{keys, ratelimit};

/// Every operation, in the order a model sees them: service by service, and within one the
/// operations in alphabetical order, so that the list is the same on every start.
pub static CATALOGUE: [Entry; 5] = [
    Entry::of::<keys::CreateKey>(),
    Entry::of::<keys::UpdateCredits>(),
    Entry::of::<keys::UpdateKey>(),
    Entry::of::<keys::VerifyKey>(),
    Entry::of::<ratelimit::MultiLimit>(),
];

/// The operation that `name` means: a tool's name, an endpoint (`keys.createKey`), or the names
/// that Unkey's hosted MCP server gives (`unkey_keys_create_key`, `unkey_v2_ratelimit_limit`).
pub fn find(name: &str) -> Option<&'static Entry> {
    let bare = name.strip_prefix("unkey_").unwrap_or(name);
    let bare = bare.strip_prefix("v2_").unwrap_or(bare);
    CATALOGUE
        .iter()
        .find(|entry| entry.name == bare || entry.endpoint == name)
}
