//! Every operation, and how to find one.

use crate::operation::Entry;
use crate::{analytics, apis, deploy, identities, keys, permissions, portal, ratelimit};

/// Every operation, in the order a model sees them: service by service, and within one the
/// operations in alphabetical order, so that the list is the same on every start.
pub static CATALOGUE: [Entry; 43] = [
    Entry::of::<analytics::GetVerifications>(),
    Entry::of::<apis::CreateApi>(),
    Entry::of::<apis::DeleteApi>(),
    Entry::of::<apis::GetApi>(),
    Entry::of::<apis::ListKeys>(),
    Entry::of::<deploy::CreateDeployment>(),
    Entry::of::<deploy::GetDeployment>(),
    Entry::of::<identities::CreateIdentity>(),
    Entry::of::<identities::DeleteIdentity>(),
    Entry::of::<identities::GetIdentity>(),
    Entry::of::<identities::ListIdentities>(),
    Entry::of::<identities::UpdateIdentity>(),
    Entry::of::<keys::AddPermissions>(),
    Entry::of::<keys::AddRoles>(),
    Entry::of::<keys::CreateKey>(),
    Entry::of::<keys::DeleteKey>(),
    Entry::of::<keys::GetKey>(),
    Entry::of::<keys::MigrateKeys>(),
    Entry::of::<keys::RemovePermissions>(),
    Entry::of::<keys::RemoveRoles>(),
    Entry::of::<keys::RerollKey>(),
    Entry::of::<keys::SetPermissions>(),
    Entry::of::<keys::SetRoles>(),
    Entry::of::<keys::UpdateCredits>(),
    Entry::of::<keys::UpdateKey>(),
    Entry::of::<keys::VerifyKey>(),
    Entry::of::<keys::Whoami>(),
    Entry::of::<permissions::CreatePermission>(),
    Entry::of::<permissions::CreateRole>(),
    Entry::of::<permissions::DeletePermission>(),
    Entry::of::<permissions::DeleteRole>(),
    Entry::of::<permissions::GetPermission>(),
    Entry::of::<permissions::GetRole>(),
    Entry::of::<permissions::ListPermissions>(),
    Entry::of::<permissions::ListRoles>(),
    Entry::of::<portal::CreateSession>(),
    Entry::of::<portal::ExchangeSession>(),
    Entry::of::<ratelimit::DeleteOverride>(),
    Entry::of::<ratelimit::GetOverride>(),
    Entry::of::<ratelimit::Limit>(),
    Entry::of::<ratelimit::ListOverrides>(),
    Entry::of::<ratelimit::MultiLimit>(),
    Entry::of::<ratelimit::SetOverride>(),
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
